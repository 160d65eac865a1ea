#!/usr/bin/python3
"""Live streams against whole recordings: DER by delay, names that were revised, and what a stream costs.

    live.py --bench build/release/bench/live_bench --program build/release/diarist --shared FOLDER [--sets tuning]
            [--delays 1 2 5 10] [--settle 10] [--isa avx2 ...] [--check] [--json OUT] [--into docs/live.md]

Each recording goes through a stream as fast as it will, a tenth of a second at a time, on one thread. "At once" has every
moment under the speakers that it was first told with, "settled" under those that it kept; what a stream's end gives is
`diarist diarize`. A moment counts as revised where its speakers changed after it was first told. A share of a core is the processor's time in all
pushes over the length; --isa takes that again for each instruction set named, on the first recording.
--check exits with 1 where DER is further from that of the whole recording than promised: 4 points at 2 s, 1.5 at 10 s.
Sets are those of accuracy_sets.py, made on demand below --work.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

import accuracy_figures as figures
import accuracy_sets
import report

FRAME_S = 0.016875
PROMISED = {2.0: 4.0, 10.0: 1.5}  # points of DER, settled, above the whole recording's


def run(bench, recording, delay, settle, isa=None):
    command = [bench, recording, str(delay), str(settle), "1", *([isa] if isa else [])]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines[:-1]], json.loads(lines[-1])


def frames_of(turn):
    return range(round(turn["start_s"] / FRAME_S), round(turn["end_s"] / FRAME_S))


def told(events):
    """{frame: speakers} as they were first told, and as they are at the end."""
    first, told_at, turns = collections.defaultdict(set), {}, {}
    for event in events:
        if event["kind"] == "speaker":
            continue
        turns[event["turn"]] = event
        for frame in frames_of(event):
            if told_at.setdefault(frame, event["clock_s"]) == event["clock_s"]:
                first[frame].add(event["speaker"])
    last = collections.defaultdict(set)
    for turn in turns.values():
        for frame in frames_of(turn):
            last[frame].add(turn["speaker"])
    return first, last


def write_frames(file, name, frames):
    turns, since = [], {}
    for frame in range(max(frames, default=-1) + 2):
        now = frames.get(frame, set())
        for speaker in [s for s in since if s not in now]:
            turns.append((since.pop(speaker), frame, speaker))
        for speaker in now:
            since.setdefault(speaker, frame)
    lines = [f"SPEAKER {name} 1 {a * FRAME_S:.4f} {(b - a) * FRAME_S:.4f} <NA> <NA> {s} <NA> <NA>\n" for a, b, s in sorted(turns)]
    file.write_text("".join(lines))


def write_turns(file, name, turns):
    file.write_text("".join(f"SPEAKER {name} 1 {a:.4f} {b - a:.4f} <NA> <NA> {s} <NA> <NA>\n" for a, b, s in turns))


def measure(args, name, delay):
    """Scores of one set at one delay: at once, settled and whole; and what it took."""
    scores = collections.defaultdict(list)
    revised = spoken = pushed = length = 0
    slowest = 0.0
    for recording in accuracy_sets.made(args.shared, args.work / "sets", name):
        stem = recording.audio.stem
        events, end = run(args.bench, recording.audio, delay, args.settle)
        first, last = told(events)
        files = {kind: args.work / f"{stem}.{kind}.rttm" for kind in ("at once", "settled", "whole")}
        write_frames(files["at once"], stem, first)
        write_frames(files["settled"], stem, last)
        write_turns(files["whole"], stem, end["turns"])
        for kind, file in files.items():
            scores[kind].append(figures.score(args.program, recording.reference, file))
        spoken += len(first)
        revised += sum(1 for frame, speakers in first.items() if speakers != last.get(frame, set()))
        pushed, length = pushed + end["processor_s"], length + end["duration_s"]
        slowest = max(slowest, end["slowest_push_s"])
    totals = {kind: figures.in_all(each) for kind, each in scores.items()}
    return {
        "set": name, "delay_s": delay,
        "der": {kind: score.der for kind, score in totals.items()},
        "confusion": {kind: score.confusion for kind, score in totals.items()},
        "revised": revised / max(1, spoken), "core": pushed / length, "slowest_push_s": slowest,
    }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--shared", type=pathlib.Path, required=True, help="the reference material")
    parser.add_argument("--sets", nargs="+", default=["tuning"], metavar="SET")
    parser.add_argument("--delays", nargs="+", type=float, default=[1.0, 2.0, 5.0, 10.0])
    parser.add_argument("--settle", type=float, default=10.0)
    parser.add_argument("--isa", nargs="+", default=[])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "diarist-live")
    report.add_output_options(parser)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    machine = report.machine()

    rows, results, missed = [], [], []
    for name in args.sets:
        for delay in args.delays:
            found = measure(args, name, delay)
            results.append(found)
            der, confusion = found["der"], found["confusion"]
            rows.append([name, f"{delay:g}", *(f"{der[k]:.2f} ({confusion[k]:.2f})" for k in ("at once", "settled", "whole")),
                         f"{der['settled'] - der['whole']:+.2f}", f"{100 * found['revised']:.1f} %", f"{100 * found['core']:.1f} %",
                         f"{1000 * found['slowest_push_s']:.0f}"])  # fmt: skip
            most = PROMISED.get(delay)
            if most is not None and der["settled"] - der["whole"] > most:
                missed.append(f"{name} at {delay:g} s: {der['settled']:.2f}, more than {most} above {der['whole']:.2f}")
    text = report.table(["set", "delay, s", "at once", "settled", "whole", "settled less whole", "revised", "of a core", "slowest push, ms"],
                        rows)  # fmt: skip
    costs = []
    for isa in args.isa:
        recording = accuracy_sets.made(args.shared, args.work / "sets", args.sets[0])[0]
        for delay in args.delays:
            _, end = run(args.bench, recording.audio, delay, args.settle, isa)
            costs.append([isa, f"{delay:g}", f"{100 * end['processor_s'] / end['duration_s']:.1f} %"])
    if costs:
        text += "\n\n" + report.table(["instruction set", "delay, s", "of a core"], costs)
    text += "\n\n" + report.caption(machine, report.command_line())
    report.deliver(args, "live", {"machine": machine, "sets": results, "costs": costs}, text)
    if args.check and missed:
        sys.exit("\n".join(missed))


if __name__ == "__main__":
    main()
