"""Results that trouble writers and readers, and what each format holds of them, as docs/formats.md says.

Times are whole microseconds here; none lies half way between two milliseconds.
"""
import json
import random
import re
import typing
import unicodedata

# Speakers' names. Those of the first list any format holds, or says what it makes of them.
HOSTILE_NAMES = [
    "SPEAKER_00",
    "two words",
    "two  blanks",
    " blanks at ends ",
    '"quoted"',
    'half "a quote',
    "'single' and `back`",
    "comma, semicolon; colon: end:",
    "<b>&amp;</b> & ]]> <!-- -->",
    "<script>alert('1')</script>",
    "<v Ann>",
    "a --> b",
    "[bracketed]",
    "{braces} {\\an8}",
    "\\N back\\slash \\u\"",
    "%italic #bold ^up _down",
    "! no comment",
    ";semicolon first",
    "#hash first",
    "- dash first",
    "\u2014 long dash",
    "full\uff1awidth",
    ">> chevrons",
    "=1+1",
    "0.5",
    "NaN",
    "null",
    "<NA>",
    "-",
    "_",
    "J\u00fcrgen \u5c71\u7530",
    "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "\u202eright to left\u202c",
    "e\u0301 decomposed",
    "no\u00a0break\u3000space",
    "tab\there",
    "line\nbreak",
    "WEBVTT",
    "NOTE",
    "SPEAKER",
    "speaker",
    "",
]


class Turn(typing.NamedTuple):
    start_us: int
    end_us: int
    speaker: str


class Case(typing.NamedTuple):
    recording: str
    duration_us: int
    turns: list

    def document(self):
        """As diarist's JSON, which every format is converted from."""
        names = list(dict.fromkeys(turn.speaker for turn in sorted(self.turns)))
        speakers = [{"name": name, "total": 0, "channel": 1, "centroid": None} for name in names]
        turns = [
            {"start": turn.start_us / 1e6, "end": turn.end_us / 1e6, "speaker": turn.speaker, "confidence": 0.5,
             "channel": 1}
            for turn in self.turns
        ]  # fmt: skip
        return json.dumps(
            {"schema": "diarist.diarization", "version": 1, "recording": self.recording,
             "duration": self.duration_us / 1e6, "turns": turns, "speakers": speakers, "notices": []}
        )  # fmt: skip


def ticks(turn, duration_us, decimals):
    """Start and end in units of 10^-decimals seconds: rounded each, none rounded away, none past the end."""
    unit = 10 ** (6 - decimals)
    start, end = (turn.start_us + unit // 2) // unit, (turn.end_us + unit // 2) // unit
    end = min(end, duration_us // unit)
    if end <= start:
        start = max(0, end - 1)
    return start, max(end, start + 1)


def held(case, decimals, name):
    """What a file holds: (start, end, speaker), sorted; a format's `name` of a speaker."""
    return sorted((*ticks(turn, case.duration_us, decimals), name(turn.speaker)) for turn in case.turns)


def to_ticks(seconds, decimals):
    """Seconds that a consumer read, as the file spelled them."""
    value = round(seconds * 10**decimals)
    assert abs(seconds * 10**decimals - value) < 1e-3, f"{seconds!r} has more than {decimals} decimals"
    return value


# What formats make of names.


def any_name(name):
    return name


def one_line(name):
    return "".join(" " if unicodedata.category(c) == "Cc" and ord(c) < 0x80 else c for c in name)


def column(name):
    """White space is what separates columns."""
    return re.sub(r"\s", "_", name) or "_"


def xml(name):
    return one_line(name) or "_"


def voice(name):
    """WebVTT's voices: white space collapses."""
    return re.sub(" +", " ", one_line(name)).strip(" ") or "_"


def before_colon(name):
    """SubRip: what stands before a colon, without what may begin a tag or somebody's words."""
    name = one_line(name).strip(" ")
    name = re.sub(r"[<>\\\uff1a]|:(?= |$)|^[-\u2013\u2014]", "_", name)
    if name.startswith("[") and name.endswith("]"):
        name = "_" + name[1:-1] + "_"
    return name or "_"


# The cases.


def hostile():
    """Each name once by itself and once at the same time as the next: many at once."""
    turns = []
    for i, name in enumerate(HOSTILE_NAMES):
        turns.append(Turn(1_000_000 * i + 123_456, 1_000_000 * i + 1_623_456, name))
    return Case("hostile", 60_000_000, turns)


def latin():
    """Names that Praat can save in Latin-1."""
    names = ["J\u00fcrgen", "Zo\u00eb", "\u00c5sa \u00bf\u00a1\u00ff", "plain"]
    return Case("latin", 9_000_000, [Turn(2_000_000 * i, 2_000_000 * i + 2_500_000, name) for i, name in enumerate(names)])


def close():
    """Turns that touch, overlap, lie within others, are the same, or have no more than a microsecond."""
    turns = [
        Turn(0, 1_000_000, "A"),
        Turn(1_000_000, 2_000_000, "A"),
        Turn(2_000_000, 3_000_000, "B"),
        Turn(2_500_000, 5_000_000, "B"),
        Turn(2_600_000, 2_700_000, "B"),
        Turn(2_600_000, 2_700_000, "C"),
        Turn(4_000_000, 6_000_000, "A"),
        Turn(4_000_000, 6_000_000, "C"),
        Turn(7_000_000, 7_000_001, "A"),
        Turn(8_000_400, 8_000_401, "B"),
        Turn(9_000_600, 9_000_601, "C"),
        Turn(9_999_999, 10_000_000, "A"),
    ]
    return Case("close", 10_000_000, turns)


def silent():
    return Case("silent", 12_500_000, [])


def hours():
    """Longer than a day, and than a hundred hours."""
    hour = 3_600_000_000
    turns = [Turn(i * hour + 1_001, i * hour + 2_345_678, "AB"[i % 2]) for i in (0, 1, 9, 10, 23, 24, 99, 100, 277)]
    return Case("hours", 278 * hour, turns)


def crowd():
    """Many turns of twelve people over each other, in the order of a table that somebody sorted by name."""
    source = random.Random(26)
    turns = []
    for _ in range(600):
        start = source.randrange(0, 1_800_000) * 1000 + source.randrange(0, 499)
        length = source.choice([source.randrange(1_000, 400_000), source.randrange(400_000, 9_000_000)])
        turns.append(Turn(start, start + length - length % 1000, f"Person {source.randrange(12)}"))
    turns.sort(key=lambda turn: turn.speaker)
    return Case("crowd", 1_900_000_000, turns)


CASES = [hostile(), latin(), close(), silent(), hours(), crowd()]
