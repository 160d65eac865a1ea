"""RTTM, CTM and UEM as NIST's own programs (Debian's sctk) and pyannote read them."""
import collections
import pathlib
import re
import subprocess

from pyannote.database.util import load_rttm, load_uem
from pyannote.core import Annotation, Segment

from cases import column, held, to_ticks
from consumer import Reader, Writer, has_turns, pandas_takes

BIN = pathlib.Path("/usr/lib/sctk/bin")
RTTM_DECIMALS = 3
CTM_DECIMALS = 6


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{command[0]}: {result.stderr or result.stdout}"
    return result.stdout


def pyannote_takes(name):
    return pandas_takes(column(name))


def with_pyannote(file, case):
    (annotation,) = load_rttm(file).values()
    assert annotation.uri == column(case.recording), annotation.uri
    return [
        (to_ticks(segment.start, RTTM_DECIMALS), to_ticks(segment.end, RTTM_DECIMALS), speaker)
        for segment, _, speaker in annotation.itertracks(yield_label=True)
    ]


def seconds_by_pair(turns):
    """Milliseconds for which each two speakers talk at once; of one with himself, for which he talks."""
    changes = collections.defaultdict(list)
    for start, end, name in turns:
        changes[start].append((1, name))
        changes[end].append((-1, name))
    active, together, before = collections.Counter(), collections.Counter(), None
    for time in sorted(changes):
        now = [name for name, count in active.items() if count]
        for one in now:
            for other in now:
                together[one, other] += time - before
        for change, name in changes[time]:
            active[name] += change
        before = time
    return together


def with_md_eval(file, case):
    """The same turns, written here, as reference: no error, and each speaker mapped to himself for all his time. Its
    table says how long each two talk at once, which no wrong start or end would leave as it is."""
    expected = held(case, RTTM_DECIMALS, column)
    reference = file.with_suffix(".reference.rttm")
    reference.write_text(
        "".join(
            f"SPEAKER {column(case.recording)} 1 {start / 1000:.3f} {(end - start) / 1000:.3f} <NA> <NA> {name} <NA> <NA>\n"
            for start, end, name in expected
        ),
        encoding="utf-8",
    )
    table = file.with_suffix(".map.csv")
    report = run("perl", BIN / "md-eval.pl", "-c", "0", "-M", table, "-r", reference, "-s", file)
    for what in ("MISSED SPEAKER TIME", "FALARM SPEAKER TIME", "SPEAKER ERROR TIME"):
        assert re.search(rf"{what} = +0\.00 secs", report), report
    together = seconds_by_pair(expected)
    spoken = sum(time for (one, other), time in together.items() if one == other)
    scored = float(re.search(r"SCORED SPEAKER TIME = *([0-9.]+) secs", report)[1])
    assert abs(scored - spoken / 1000) < 0.006, f"{scored} s scored, {spoken} ms spoken"
    found = collections.Counter()
    for row in table.read_text(encoding="utf-8").splitlines()[1:]:
        # Names may hold commas: what is known from both ends is taken off.
        pair, kind, overlap = row.split(",", 2)[2].rsplit(",", 2)
        for one, other in together:
            if pair == f"{one},{other}":
                assert (kind == "mapped") == (one == other), row
                found[one, other] = round(float(overlap) * 1000)
    assert found == collections.Counter({pair: time for pair, time in together.items() if time}), found - together
    return None


def with_rttm_validator(file, case):
    report = run("perl", BIN / "rttmValidator.pl", "-p", "-f", "-i", file)
    assert "ERROR" not in report and "WARNING" not in report, report
    return None


def nobody_over_himself(case):
    """NIST's validator takes no speaker who overlaps with himself."""
    ends = {}
    for turn in sorted(case.turns):
        if ends.get(turn.speaker, 0) > turn.start_us:
            return False
        ends[turn.speaker] = turn.end_us
    return bool(case.turns)


def with_ctm_validator(file, case):
    report = run("perl", BIN / "ctmValidator.pl", "-i", file)
    assert "ERROR" not in report and "Validated" in report, report
    return None


def is_english_word(name):
    return re.fullmatch(r"[A-Za-z'-]+", column(name)) is not None


def with_sclite(file, case):
    """Aligned with a transcript of the same words, it says what times and confidences it read, to the millisecond."""
    words = [name for _, _, name in sorted_as_written(case)]
    transcript = file.with_suffix(".stm")
    transcript.write_text(f"{column(case.recording)} 1 spk 0 9999999 {' '.join(words)}\n", encoding="utf-8")
    # It writes into the folder of what it reads.
    report = run(BIN / "sclite", "-s", "-r", transcript, "stm", "-h", file, "ctm", "-o", "sgml", "stdout")
    body = re.search(r"<PATH [^>]*>\n(.*)\n</PATH>", report, re.DOTALL)[1]
    read = re.findall(r'([A-Z]),"([^"]*)","([^"]*)",([0-9.]+)\+([0-9.]+),([0-9.]+)(?::|$)', body)
    assert len(read) == len(words), f"{len(read)} words of {len(words)}"
    for (kind, _, word, start, end, confidence), expected in zip(read, sorted_as_written(case), strict=True):
        assert kind == "C" and word == expected[2] and float(confidence) == 0.5, (kind, word, confidence)
        assert abs(float(start) - expected[0] / 1e6) < 0.0006 and abs(float(end) - expected[1] / 1e6) < 0.0006, word
    return None


def sorted_as_written(case):
    turns = [(turn.start_us, turn.end_us, column(turn.speaker)) for turn in case.turns]
    return sorted(turns, key=lambda turn: turn[:2])


def sclite_takes(name):
    """Not what its alignments mean by braces, brackets, quotes, "@", ";" and "/"."""
    return re.fullmatch(r"[\w'.%#!=+-]+", column(name)) is not None and name.isascii()


def uem_with_pyannote(file, case):
    ((uri, timeline),) = load_uem(file).items()
    assert uri == column(case.recording), uri
    (stretch,) = timeline
    assert (stretch.start, to_ticks(stretch.end, 6)) == (0, case.duration_us), stretch
    return None


def uem_with_md_eval(file, case):
    """All that it evaluates is the recording's length."""
    speaker = "SPEAKER {} 1 {} 1.000 <NA> <NA> A <NA> <NA>\n"
    turns = file.with_suffix(".rttm")
    turns.write_text(speaker.format(column(case.recording), "2.000"), encoding="utf-8")
    report = run("perl", BIN / "md-eval.pl", "-u", file, "-r", turns, "-s", turns)
    evaluated = float(re.search(r"EVAL TIME = *([0-9.]+) secs", report)[1])
    assert abs(evaluated - case.duration_us / 1e6) < 0.006, evaluated
    return None


def saved_by_pyannote(case, file, _written):
    annotation = Annotation(uri=column(case.recording))
    for i, turn in enumerate(case.turns):
        annotation[Segment(turn.start_us / 1e6, turn.end_us / 1e6), i] = column(turn.speaker)
    with open(file, "w", encoding="utf-8") as stream:
        annotation.write_rttm(stream)


def none_is_too_short(case):
    """pyannote rounds a microsecond to no time at all."""
    return bool(case.turns) and min(turn.end_us - turn.start_us for turn in case.turns) >= 1000


READERS = [
    Reader("rttm", "pyannote", with_pyannote, RTTM_DECIMALS, column, pyannote_takes, has_turns),
    Reader("rttm", "md-eval", with_md_eval, RTTM_DECIMALS, column, suits=has_turns),
    Reader("rttm", "rttmValidator", with_rttm_validator, RTTM_DECIMALS, column, suits=nobody_over_himself),
    Reader("ctm", "sclite", with_sclite, CTM_DECIMALS, column, sclite_takes, has_turns),
    Reader("ctm", "ctmValidator", with_ctm_validator, CTM_DECIMALS, column, is_english_word, has_turns),
    Reader("uem", "pyannote", uem_with_pyannote, CTM_DECIMALS, column),
    Reader("uem", "md-eval", uem_with_md_eval, CTM_DECIMALS, column),
]
WRITERS = [Writer("rttm", "pyannote", saved_by_pyannote, RTTM_DECIMALS, column, suits=none_is_too_short)]
