#!/usr/bin/python3
"""How well `diarist link` knows people over many recordings: precision, recall and BCubed F1 (docs/linking.md).

    linking.py --program build/release/diarist --shared FOLDER [--meetings 40] [--presets fast balanced] [--scores X ...]
               [--into docs/linking.md]

Makes meetings of the ten people of librispeech-test-other, each with 3 to 5 of them in rooms of their own, diarizes each
with each preset and links each preset's results. A speaker that was found is the person who speaks for most of its time. Everything is
made below --work, where a second run finds it again. Needs Debian's python3, python3-numpy, python3-scipy and
python3-soundfile.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys

import report
from identification import read_reference

FIRST_SEED = 9000  # none of the sets of accuracy_sets.py has it
OVERLAPS = [0.1, 0.15, 0.2]


def meetings(args):
    """Wav and reference of each, made where they are not there."""
    folder = args.work / f"meetings-{args.minutes:g}"
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(args.meetings):
        prefix = folder / f"meeting{i:03}"
        missing = [preset for preset in args.presets if not result_of(args, preset, prefix).exists()]
        if not prefix.with_suffix(".rttm").exists() or missing and not prefix.with_suffix(".wav").exists():
            subprocess.run(["/usr/bin/python3", args.shared / "tools" / "simulate_meeting.py",
                            args.shared / "audio" / "librispeech-test-other", prefix, "--speakers", str(3 + i % 3),
                            "--minutes", str(args.minutes), "--seed", str(FIRST_SEED + i),
                            "--overlap", str(OVERLAPS[i // 3 % len(OVERLAPS)])], check=True, stdout=subprocess.DEVNULL)
        yield prefix


def result_of(args, preset, prefix):
    folder = args.work / f"results-{preset}-{args.minutes:g}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{prefix.name}.json"


def results(args):
    """{preset: its results} and the references; a recording itself goes once its results are there."""
    made, references = {preset: [] for preset in args.presets}, []
    for prefix in meetings(args):
        for preset in args.presets:
            result = result_of(args, preset, prefix)
            if not result.exists():
                subprocess.run([args.program, prefix.with_suffix(".wav"), "--preset", preset, "-q", "-f", "json",
                                "-o", result], check=True)
            made[preset].append(result)
        prefix.with_suffix(".wav").unlink(missing_ok=True)
        references.append(prefix.with_suffix(".rttm"))
    return made, references


def truth_of(result, reference):
    """{speaker: (person, seconds)}: who speaks for most of the time in which a speaker was found, and for how much of it."""
    found = json.loads(result.read_text())
    turns = read_reference(reference)
    people = {}
    for speaker in found["speakers"]:
        shares = collections.Counter()
        for turn in found["turns"]:
            if turn["speaker"] != speaker["name"]:
                continue
            for start, end, who in turns:
                shares[who] += max(0, min(end, turn["end"]) - max(start, turn["start"]))
        if shares and speaker["centroid"] is not None:
            person = max(sorted(shares), key=shares.get)
            people[found["recording"], speaker["name"]] = person, shares[person]
    return people


def best_there_is(truth):
    """Everybody is who he is; second finds in a recording, of less speech, are one person more, third ones a third."""
    names, found = {}, collections.Counter()
    for (recording, speaker), (person, _) in sorted(truth.items(), key=lambda item: -item[1][1]):
        names[recording, speaker] = person, found[recording, person]
        found[recording, person] += 1
    return names


def figures(truth, linked):
    """Of pairs and of BCubed. `linked` is {(recording, speaker): name}; `truth` as of truth_of."""
    both, ours, theirs = collections.Counter(), collections.Counter(), collections.Counter()
    for key, (person, _) in truth.items():
        both[person, linked[key]] += 1
        ours[linked[key]] += 1
        theirs[person] += 1

    def pairs(counts):
        return sum(n * (n - 1) // 2 for n in counts.values())

    precision = sum(n * n / ours[name] for (_, name), n in both.items()) / len(truth)
    recall = sum(n * n / theirs[person] for (person, _), n in both.items()) / len(truth)
    return {"persons": len(ours), "pair_precision": pairs(both) / max(pairs(ours), 1),
            "pair_recall": pairs(both) / max(pairs(theirs), 1), "bcubed_precision": precision, "bcubed_recall": recall,
            "bcubed_f1": 2 * precision * recall / (precision + recall)}


def link(args, files, score, previous=None):
    document = args.work / "linked.json"
    words = [] if score is None else ["--min-score", str(score)]
    words += ["--known", previous] if previous else []
    subprocess.run([args.program, "link", *files, *words, "-q", "-o", document], check=True)
    persons = json.loads(document.read_text())["persons"]
    return {(at["recording"], at["speaker"]): person["name"] for person in persons for at in person["appearances"]}


def added_one_by_one(args, files, score):
    """All results, a tenth at a time, each on what was linked before."""
    previous, step = None, max(1, len(files) // 10)
    for start in range(0, len(files), step):
        linked = link(args, files[start:start + step], score, previous)
        previous = args.work / "previous.json"
        (args.work / "linked.json").replace(previous)
    return linked


def table(rows):
    lines = ["| | persons | pairs: precision | pairs: recall | BCubed: precision | BCubed: recall | BCubed: F1 |",
             "|---|---:|---:|---:|---:|---:|---:|"]
    for name, row in rows:
        cells = [row[key] for key in list(row)[1:]]
        lines.append(f"| {name} | {row['persons']} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=lambda name: pathlib.Path(name).resolve(), required=True)
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/linking"))
    parser.add_argument("--meetings", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--presets", nargs="+", default=["fast", "balanced"])
    parser.add_argument("--scores", type=float, nargs="*", default=[-2, 0, 2, 4, 6], help="values of --min-score to try, on the first preset")
    parser.add_argument("--least-f1", type=float, default=0.95, help="BCubed F1 of the first preset; less is a failure")
    parser.add_argument("--into", type=pathlib.Path, help="page whose figures are written anew")
    parser.add_argument("--make-only", action="store_true", help="make and diarize, and link nothing")
    args = parser.parse_args()

    made, references = results(args)
    if args.make_only:
        return 0
    rows, failed = [], False
    for preset in args.presets:
        truth = {}
        for result, reference in zip(made[preset], references):
            truth.update(truth_of(result, reference))
        if not rows:
            people = len({person for person, _ in truth.values()})
            heading = f"{args.meetings} meetings of {args.minutes:g} minutes, of {people} people:"
        default = figures(truth, link(args, made[preset], None))
        failed |= preset == args.presets[0] and default["bcubed_f1"] < args.least_f1
        rows += [(f"`{preset}`: {len(truth)} speakers", default),
                 ("a tenth at a time", figures(truth, added_one_by_one(args, made[preset], None))),
                 ("the best there is", figures(truth, best_there_is(truth)))]
        if preset == args.presets[0]:
            rows += [(f"`--min-score {score:g}`", figures(truth, link(args, made[preset], score)))
                     for score in args.scores]
    text = f"{heading}\n\n{table(rows)}\n"
    print(text)
    if args.into:
        report.put_section(args.into, "linking", text)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
