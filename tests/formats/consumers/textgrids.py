"""TextGrids as Praat, textgrid and praatio read and write them."""
import pathlib
import subprocess

import textgrid
from praatio import textgrid as praatio_textgrid
from praatio.utilities.constants import Interval

from cases import any_name, one_line, to_ticks
from consumer import Reader, Writer, takes_all

HERE = pathlib.Path(__file__).resolve().parent
DECIMALS = 6


def label(name):
    """Blank labels are silence in Praat; names are on one line."""
    return one_line(name) if name.strip(" \t\n") else "_"


def micros(seconds):
    return to_ticks(float(seconds), DECIMALS)


def turns_of_tiers(tiers, end):
    """Turns of (name, [(start, end, label)]). Intervals have to follow one another from 0 to the end, as Praat's do."""
    turns = []
    for name, intervals in tiers:
        at = 0
        for start, stop, text in intervals:
            assert start == at and stop > start, f"tier {name!r} has a hole or overlap at {start}"
            at = stop
            if text:
                assert text == label(name), f"tier {name!r} has an interval {text!r}"
                turns.append((start, stop, name))
        assert at == end, f"tier {name!r} ends at {at}, the file at {end}"
    return turns


def praat(script, *arguments):
    command = ["praat", "--no-pref-files", "--no-plugins", "--run", HERE / script, *arguments]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def with_praat(file, case):
    listing = file.with_suffix(".praat.txt")
    praat("list.praat", file, listing)
    lines = iter(listing.read_text(encoding="utf-8").split("\n"))
    end, tiers = next(lines).split("\t")
    assert micros(end) == case.duration_us, "other length"
    found = []
    for _ in range(int(tiers)):
        intervals, name = next(lines).split("\t", 1)
        rows = [next(lines).split("\t", 2) for _ in range(int(intervals))]
        found.append((name, [(micros(start), micros(stop), text) for start, stop, text in rows]))
    return turns_of_tiers(found, case.duration_us)


def with_textgrid(file, case):
    grid = textgrid.TextGrid()
    grid.read(str(file), round_digits=15)
    tiers = []
    for tier in grid.tiers:
        # It leaves quotes in names doubled, but not in labels.
        name = tier.name.replace('""', '"')
        tiers.append((name, [(micros(i.minTime), micros(i.maxTime), i.mark) for i in tier]))
    assert micros(grid.maxTime) == case.duration_us, "other length"
    return turns_of_tiers(tiers, case.duration_us)


def with_praatio(file, case):
    # It wants names of its own for each tier; the labels are the speakers' names all the same.
    grid = praatio_textgrid.openTextgrid(str(file), includeEmptyIntervals=True, duplicateNamesMode="rename")
    assert micros(grid.maxTimestamp) == case.duration_us, "other length"
    return [(micros(i.start), micros(i.end), i.label) for tier in grid.tiers for i in tier.entries if i.label]


def saved_by_praat(how):
    """A TextGrid that Praat read and saved once more."""

    def write(case, file, written):
        praat("save.praat", written("textgrid"), file, how)

    return write


def by_speaker(case):
    """Each speaker's turns, those that overlap in lists of their own."""
    tiers = []
    for turn in sorted(case.turns):
        for name, turns in tiers:
            if name == turn.speaker and turns[-1].end_us <= turn.start_us:
                turns.append(turn)
                break
        else:
            tiers.append((turn.speaker, [turn]))
    return tiers


def saved_by_textgrid(case, file, _written):
    grid = textgrid.TextGrid(maxTime=case.duration_us / 1e6)
    for name, turns in by_speaker(case):
        tier = textgrid.IntervalTier(name=name, maxTime=case.duration_us / 1e6)
        for turn in turns:
            tier.add(turn.start_us / 1e6, turn.end_us / 1e6, "says")
        grid.append(tier)
    grid.write(str(file))


def saved_by_praatio(how):
    def write(case, file, _written):
        grid = praatio_textgrid.Textgrid(0, case.duration_us / 1e6)
        for i, (name, turns) in enumerate(by_speaker(case)):
            entries = [Interval(turn.start_us / 1e6, turn.end_us / 1e6, f"word {i}") for turn in turns]
            # Names of tiers have to differ here.
            same = sum(name == other for other in grid.tierNames)
            assert same == 0, "a speaker over himself"
            grid.addTier(praatio_textgrid.IntervalTier(name, entries, 0, case.duration_us / 1e6))
        grid.save(str(file), format=how, includeBlankSpaces=True)

    return write


def of_one_line(name):
    """They write names as they are. In a tier called "speaker", the labels are the names (docs/formats.md)."""
    return not {"\n", '"'} & set(name) and name.lower() != "speaker"


def nobody_over_himself(case):
    return len(by_speaker(case)) == len({turn.speaker for turn in case.turns}) > 0


def without_blanks_at_ends(name):
    """praatio takes them from labels."""
    return name == name.strip()


READERS = [
    Reader(format, who, read, DECIMALS, name, takes)
    for who, read, name, takes in [
        ("Praat", with_praat, one_line, takes_all),
        ("textgrid", with_textgrid, one_line, takes_all),
        ("praatio", with_praatio, label, without_blanks_at_ends),
    ]
    for format in ("textgrid", "textgrid-short")
]

WRITERS = [
    *(
        Writer("TextGrid", f"Praat, {how}", saved_by_praat(how), DECIMALS, one_line)
        for how in ("text, UTF-8", "text, UTF-16", "text, Latin-1", "short, UTF-8", "short, UTF-16", "chronological")
    ),
    Writer("TextGrid", "textgrid", saved_by_textgrid, DECIMALS, any_name, of_one_line),
    *(
        Writer("TextGrid", f"praatio, {how}", saved_by_praatio(how), DECIMALS, any_name, of_one_line, nobody_over_himself)
        for how in ("long_textgrid", "short_textgrid")
    ),
]
