#!/usr/bin/python3
"""A long recording: peak memory, clustering's share of the time, and the same bytes with one thread and with two.

    long_recording.py --program build/release/diarist --shared FOLDER [--minutes 180] [--check]

The recording is simulated (six speakers) on the first run and kept in --work. --check exits with 1 where a promise for
three hours is missed: 600 MB, 5 % of the time, equal bytes, eight times real time on two cores.
Needs Debian's python3, python3-numpy, python3-scipy and python3-soundfile.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

MAX_MEMORY_BYTES = 600e6
MAX_CLUSTERING_SHARE = 0.05
MIN_REAL_TIME_FACTOR = 8.0  # two cores with AVX2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--shared", type=pathlib.Path, required=True, help="the reference material")
    parser.add_argument("--minutes", type=int, default=180)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "diarist-long")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    meeting = args.work / f"meeting{args.minutes}"
    if not meeting.with_suffix(".wav").exists():
        subprocess.run(
            ["/usr/bin/python3", args.shared / "tools" / "simulate_meeting.py", args.shared / "audio" / "librispeech-test-other",
             meeting, "--speakers", "6", "--minutes", str(args.minutes), "--seed", "31", "--overlap", "0.2"], check=True)  # fmt: skip
    missed, outputs = [], []
    for threads in args.threads:
        stats, turns = args.work / "stats.json", args.work / f"{meeting.name}-{threads}.json"
        subprocess.run([args.program, meeting.with_suffix(".wav"), "--threads", str(threads), "--quiet", "-o", turns,
                        "--stats", stats], check=True)  # fmt: skip
        run = json.loads(stats.read_text())["files"][0]
        outputs.append(turns.read_bytes())
        share = run["stages"]["clustering"] / run["wall_s"]
        print(f"{run['duration_s'] / 60:.0f} minutes, {threads} threads, {run['instruction_set']}: {run['wall_s']:.0f} s, "
              f"{run['real_time_factor']:.1f} times real time, peak memory {run['peak_memory_bytes'] / 1e6:.0f} MB, "
              f"clustering {run['stages']['clustering']:.1f} s ({100 * share:.2f} %), {run['speakers']} speakers, "
              f"{run['turns']} turns")  # fmt: skip
        print("  " + ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in run["stages"].items()), flush=True)
        if run["peak_memory_bytes"] > MAX_MEMORY_BYTES:
            missed.append(f"peak memory {run['peak_memory_bytes'] / 1e6:.0f} MB")
        if share > MAX_CLUSTERING_SHARE:
            missed.append(f"clustering {100 * share:.1f} %")
        if threads == 2 and run["real_time_factor"] < MIN_REAL_TIME_FACTOR:
            missed.append(f"{run['real_time_factor']:.1f} times real time")
    equal = all(output == outputs[0] for output in outputs)
    print("the same bytes" if equal else "OTHER BYTES", "with", " and ".join(map(str, args.threads)), "threads")
    if not equal:
        missed.append("bytes differ")
    for each in missed:
        print("MISSED ", each)
    return 1 if args.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
