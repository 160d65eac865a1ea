#!/usr/bin/python3
"""Many live streams at once, in real time: how late their events are beyond the delay, and how many cores they keep busy.

    streams.py --bench build/release/bench/streams_bench --shared FOLDER [--runs 20:2:avx2 20:5:avx2 40:2 60:2 60:5]
               [--seconds 60] [--check] [--json OUT] [--into docs/live.md]

A run is STREAMS:DELAY[:ISA]. Each stream gets a tenth of a second of the first of the tuning meetings when as much time has gone by, as of a
microphone, each from another place of it on. A push is as late as it returns after its last sample was there.
--check exits with 1 where the events of one push in a hundred were more than 0.3 s late. Nothing else may run on the machine.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import accuracy_sets
import report

MOST_LATE_MS = 300


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=pathlib.Path, required=True)
    parser.add_argument("--shared", type=pathlib.Path, required=True, help="the reference material")
    parser.add_argument("--runs", nargs="+", default=["20:2:avx2", "20:5:avx2", "40:2", "60:2", "60:5"], metavar="STREAMS:DELAY[:ISA]")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "diarist-live")
    report.add_output_options(parser)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    machine = report.machine()
    recording = accuracy_sets.made(args.shared, args.work / "sets", "tuning")[0].audio

    rows, results, late = [], [], []
    for asked in args.runs:
        streams, delay, *isa = asked.split(":")
        command = [args.bench, recording, streams, delay, str(args.seconds), *isa]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        results.append(found)
        events = found["events"]
        rows.append([str(found["streams"]), f"{found['delay_s']:g}", found["isa"], f"{events['p50_ms']:.0f}", f"{events['p99_ms']:.0f}",
                     f"{events['most_ms']:.0f}", f"{found['cores_busy']:.2f}"])  # fmt: skip
        if events["p99_ms"] > MOST_LATE_MS:
            late.append(f"{asked}: {events['p99_ms']:.0f} ms late at p99, more than {MOST_LATE_MS}")
    text = report.table(["streams", "delay, s", "instruction set", "late, p50, ms", "p99, ms", "most, ms", "cores busy"], rows)
    text += "\n\n" + report.caption(machine, report.command_line())
    report.deliver(args, "streams", {"machine": machine, "runs": results}, text)
    if args.check and late:
        sys.exit("\n".join(late))


if __name__ == "__main__":
    main()
