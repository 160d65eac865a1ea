#!/usr/bin/env python3
"""`diarist score` against pyannote.metrics, and its JER against the definition that dscore follows.

    pyannote_pairs.py --program diarist --work FOLDER [--environment FOLDER]

200 random pairs of reference and hypothesis, scored in every way (collar, overlap, UEM): seconds, DER and JER of each
recording and of all together agree to 1e-9. pyannote.metrics is installed from PyPI into the environment, once. Exits
with 77, saying why, where that cannot be done; in continuous integration that is a failure.
"""
import argparse
import itertools
import json
import pathlib
import random
import subprocess
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "testing"))
import python_environment  # noqa: E402

PACKAGES = ["pyannote.core", "pyannote.metrics", "scipy"]
PAIRS = 200
TOLERANCE = 1e-9
# Random times hardly ever make two maps equally good.
MOST_TIES = 5
COLLARS = (0.0, 0.1, 0.25, 0.5)


class Source:
    """Random turns on a grid of `step_ms`."""

    def __init__(self, seed, step_ms):
        self.random = random.Random(seed)
        self.step_ms = step_ms

    def ms(self, low_s, high_s):
        return self.random.randrange(int(low_s * 1000 / self.step_ms), int(high_s * 1000 / self.step_ms) + 1) * self.step_ms

    def chance(self, p):
        return self.random.random() < p

    def reference(self):
        """Turns (start, end, name) in milliseconds: pauses, overlaps, turns that touch, also of the same speaker, who
        sometimes overlaps with himself."""
        speakers = self.random.randrange(1, 7)
        at, length, turns = self.ms(0, 5), self.ms(20, 90), []
        while at < length:
            end, name = at + self.ms(0.2, 8), f"R{self.random.randrange(speakers)}"
            turns.append((at, end, name))
            if self.chance(0.1):
                turns.append((end, end + self.ms(0.1, 2), name))
            if self.chance(0.1):
                inside = at + (end - at) // self.step_ms // 2 * self.step_ms
                turns.append((inside, inside + self.ms(0.1, 3), name))
            at = end if self.chance(0.15) else max(0, end + self.ms(0, 3.5) - 1500)
        return turns

    def hypothesis(self, reference):
        """Wrong in every way that a diarizer is."""
        speakers, confusion, turns = self.random.randrange(1, 8), self.random.uniform(0, 0.5), []
        last = max(end for _, end, _ in reference)
        for start, end, name in reference:
            if self.chance(0.1):
                continue
            start, end = max(0, start + self.ms(0, 1.2) - 600), end + self.ms(0, 1.2) - 600
            number = self.random.randrange(speakers) if self.chance(confusion) else int(name[1:]) % speakers
            if end > start:
                turns.append((start, end, f"H{number}"))
            if self.chance(0.15):
                invented = self.ms(0, last / 1000 + 5)
                turns.append((invented, invented + self.ms(0.1, 3), f"H{self.random.randrange(speakers)}"))
        self.random.shuffle(turns)
        return turns

    def evaluated(self, last):
        """One to three stretches (start, end), which may touch or overlap."""
        stretches = []
        for _ in range(self.random.randrange(1, 4)):
            start = self.ms(0, last / 1500)
            stretches.append((start, start + self.ms(1, last / 1500)))
        return stretches


def pairs(seed, step_ms):
    """By recording: reference, hypothesis, UEM. Some have no hypothesis; some no reference."""
    source, made = Source(seed, step_ms), {}
    for i in range(PAIRS):
        reference = source.reference()
        hypothesis = source.hypothesis(reference) if i % 25 else []
        made[f"rec{i:03}"] = (reference, hypothesis, source.evaluated(max(end for _, end, _ in reference)))
        if i % 40 == 7:
            made[f"silent{i:03}"] = ([], hypothesis, source.evaluated(20_000))
    return made


def write_rttm(file, made, side):
    # The last digit that both sides read the same; durations as differences of decimals, not of floats.
    lines = [
        f"SPEAKER {name} 1 {start / 1000:.3f} {(end - start) / 1000:.3f} <NA> <NA> {label} <NA> <NA>\n"
        for name, sides in made.items()
        for start, end, label in sides[side]
    ]
    file.write_text("".join(lines))


def write_uem(file, made):
    lines = [f"{name} 1 {start / 1000:.3f} {end / 1000:.3f}\n" for name, sides in made.items() for start, end in sides[2]]
    file.write_text("".join(lines))


class Comparison:
    """Counts figures that are compared, and those that differ."""

    def __init__(self):
        self.compared = self.differ = 0
        self.worst = 0.0

    def __call__(self, where, ours, theirs):
        self.compared += 1
        difference = abs(ours - theirs)
        self.worst = max(self.worst, difference)
        # Not "difference > TOLERANCE", which nothing is where one of them is no number.
        if not difference <= TOLERANCE:
            self.differ += 1
            if self.differ <= 20:
                print(f"{where}: {ours!r}, expected {theirs!r}", flush=True)

    def result(self, what):
        print(f"{what}: {self.compared} figures compared, the largest difference {self.worst:.1e}, {self.differ} beyond {TOLERANCE}")
        return self.differ == 0 and self.compared > 0


def score(program, folder, *options):
    command = [program, "score", folder / "reference.rttm", folder / "hypothesis.rttm", "--json", *options]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    return {entry["recording"]: entry for entry in document["recordings"]}, document["total"]


def write_all(folder, made):
    folder.mkdir(parents=True, exist_ok=True)
    write_rttm(folder / "reference.rttm", made, 0)
    write_rttm(folder / "hypothesis.rttm", made, 1)
    write_uem(folder / "all.uem", made)


def components(details):
    return {"total": details["total"], "miss": details["missed detection"], "false_alarm": details["false alarm"],
            "confusion": details["confusion"]}  # fmt: skip


def best_maps(common):
    """All one-to-one maps, rows to columns, with the most time in common."""
    rows, columns = common.shape
    found = {}
    for chosen in itertools.permutations(range(max(rows, columns)), rows):
        pairs = tuple((i, j) for i, j in enumerate(chosen) if j < columns and common[i, j] > 0)
        found[pairs] = sum(common[pair] for pair in pairs)
    most = max(found.values())
    return [pairs for pairs, time in found.items() if most - time < TOLERANCE]


def jaccard_errors_of_ties(metric, reference, hypothesis, uem):
    """What JER's sum is with each of the maps that are equally good; either may be taken (docs/scoring.md)."""
    from pyannote.metrics.diarization import JaccardErrorRate

    given = []
    other = JaccardErrorRate(collar=metric.collar, skip_overlap=metric.skip_overlap)
    other.mapper_ = lambda a, b: given.append((a, b)) or {}
    other(reference, hypothesis, uem=uem)
    ((a, b),) = given
    sums = []
    for pairs in best_maps(a * b):
        other.mapper_ = lambda a, b, pairs=pairs: {a.labels()[i]: b.labels()[j] for i, j in pairs}
        sums.append(other(reference, hypothesis, uem=uem, detailed=True)["speaker error"])
    return sums


def against_pyannote(program, work):
    from pyannote.core import Annotation
    from pyannote.database.util import load_rttm, load_uem
    from pyannote.metrics.diarization import DiarizationErrorRate, JaccardErrorRate

    made = pairs(20, step_ms=1)
    folder = work / "pyannote"
    write_all(folder, made)
    references, hypotheses = load_rttm(folder / "reference.rttm"), load_rttm(folder / "hypothesis.rttm")
    evaluated = load_uem(folder / "all.uem")
    compare, ties = Comparison(), 0
    for collar, skip_overlap, with_uem in itertools.product(COLLARS, (False, True), (False, True)):
        options = ["--convention", "pyannote", "--collar", str(collar)]
        options += ["--skip-overlap"] * skip_overlap + ["--uem", folder / "all.uem"] * with_uem
        ours, all_of_ours = score(program, folder, *options)
        # Without a UEM, what the reference does not have is not scored.
        expected = [name for name, (reference, _, _) in made.items() if reference or with_uem]
        assert sorted(ours) == sorted(expected), set(ours) ^ set(expected)
        way = f"collar {collar}{', overlap skipped' * skip_overlap}{', UEM' * with_uem}"
        der = DiarizationErrorRate(collar=collar, skip_overlap=skip_overlap)
        jer = JaccardErrorRate(collar=collar, skip_overlap=skip_overlap)
        errors, speakers = 0.0, 0
        for name in expected:
            sides = (references.get(name, Annotation(uri=name)), hypotheses.get(name, Annotation(uri=name)))
            uem = evaluated[name] if with_uem else None
            details = der(*sides, uem=uem, detailed=True)
            for what, seconds in components(details).items():
                compare(f"{name}, {way}: {what}", ours[name][what], seconds)
            if details["total"] > 0:
                compare(f"{name}, {way}: DER", ours[name]["der"], details["diarization error rate"])
            details = jer(*sides, uem=uem, detailed=True)
            error, count = details["speaker error"], details["speaker count"]
            if not count:
                compare(f"{name}, {way}: JER", ours[name]["jer"], details["jaccard error rate"])
            else:
                if abs(ours[name]["jaccard_error_sum"] - error) > TOLERANCE:
                    tied = jaccard_errors_of_ties(jer, *sides, uem)
                    error = min(tied, key=lambda other: abs(ours[name]["jaccard_error_sum"] - other))
                    ties += 1
                compare(f"{name}, {way}: JER", ours[name]["jer"], error / count)
            errors, speakers = errors + error, speakers + count
        for what, seconds in components(der[:]).items():
            compare(f"all, {way}: {what}", all_of_ours[what], seconds)
        compare(f"all, {way}: DER", all_of_ours["der"], abs(der))
        compare(f"all, {way}: JER", all_of_ours["jer"], errors / speakers)
    print(f"{ties} JER with another of several maps that are equally good, of at most {MOST_TIES}")
    return compare.result(f"pyannote.metrics, {len(made)} pairs in 16 ways") and ties <= MOST_TIES


STEP_MS = 10


def frames(turns, stretches):
    """Who speaks in each hundredth of a second that is evaluated: by name, a row of booleans."""
    import numpy

    last = max(itertools.chain((end for _, end, _ in turns), (end for _, end in stretches)))
    inside = numpy.zeros(last // STEP_MS, bool)
    for start, end in stretches:
        inside[start // STEP_MS : end // STEP_MS] = True
    speaking = {}
    for start, end, name in turns:
        speaking.setdefault(name, numpy.zeros(last // STEP_MS, bool))[start // STEP_MS : end // STEP_MS] = True
    rows = [row[inside] for row in speaking.values()]
    return [row for row in rows if row.any()], int(inside.sum())


def jaccard_errors(reference, hypothesis, stretches):
    """Ryant et al. 2019, section 3.2: for each reference speaker 1 - |both| / |either| with the one that he is paired
    with, pairs chosen so that the sum is least; 1 without one."""
    import numpy
    from scipy.optimize import linear_sum_assignment

    ours, length = frames(reference, stretches)
    theirs, _ = frames(hypothesis, stretches) if hypothesis else ([], 0)
    theirs = [numpy.pad(row, (0, max(0, length - row.size)))[:length] for row in theirs]
    errors = numpy.ones((len(ours), max(len(ours), len(theirs))))
    for (i, one), (j, other) in itertools.product(enumerate(ours), enumerate(theirs)):
        errors[i, j] = 1 - (one & other).sum() / (one | other).sum()
    if not ours:
        return 0.0, 0, bool(theirs)
    return float(errors[linear_sum_assignment(errors)].sum()), len(ours), bool(theirs)


def against_definition(program, work):
    """JER by the `nist` convention, on the grid of frames that dscore counts on."""
    made = pairs(2019, STEP_MS)
    folder = work / "jaccard"
    write_all(folder, made)
    compare = Comparison()
    errors, speakers = 0.0, 0
    ours, all_of_ours = score(program, folder, "--convention", "nist", "--uem", folder / "all.uem")
    for name, (reference, hypothesis, stretches) in made.items():
        error, count, somebody = jaccard_errors(reference, hypothesis, stretches)
        errors, speakers = errors + error, speakers + count
        compare(f"{name}: reference speakers", ours[name]["reference_speakers"], count)
        compare(f"{name}: JER", ours[name]["jer"], error / count if count else float(somebody))
    compare("all: JER", all_of_ours["jer"], errors / speakers)
    return compare.result(f"JER by its definition, {len(made)} pairs")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--environment", type=pathlib.Path)
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    python_environment.enter(arguments.environment or work / "environment", PACKAGES)
    # Of evaluating without a UEM, once for each recording.
    warnings.simplefilter("ignore")
    program = arguments.program.resolve()
    agree = [against_pyannote(program, work), against_definition(program, work)]
    return 0 if all(agree) else 1


if __name__ == "__main__":
    sys.exit(main())
