#!/usr/bin/env python3
"""What the Python package adds: the time to import it, and the time of a recording against the command line's.

    bench/python_package.py --python VENV/bin/python --program build/release/diarist [--minutes 10] [--rounds 5]

VENV is where `pip install .` put it (ctest's is build/release/tests/python/environment). The two ways take turns, and
the best of each counts; the difference of two bests is still uncertain by a few per cent where other work runs.
"""

import argparse
import pathlib
import statistics
import subprocess
import tempfile
import time
import wave

SAMPLE = pathlib.Path(__file__).parent.parent / "samples" / "sample.wav"
PYTHON_RUN = """
import sys, diarist
sys.stdout.write(diarist.diarize(sys.argv[1]).to_rttm())
"""


def seconds(command):
    """Wall time, and what was printed."""
    start = time.perf_counter()
    printed = subprocess.run(list(map(str, command)), check=True, capture_output=True).stdout
    return time.perf_counter() - start, printed


def repeated_sample(file, minutes):
    with wave.open(str(SAMPLE)) as sample:
        parameters = sample.getparams()
        frames = sample.readframes(sample.getnframes())
    with wave.open(str(file), "wb") as recording:
        recording.setparams(parameters)
        for _ in range(2 * minutes):
            recording.writeframes(frames)


def import_time(python, rounds):
    """Milliseconds that `import diarist` takes beyond the interpreter's own start: medians."""
    bare, importing = [], []
    for _ in range(4 * rounds):
        bare.append(seconds([python, "-c", "pass"])[0])
        importing.append(seconds([python, "-c", "import diarist"])[0])
    return 1000 * (statistics.median(importing) - statistics.median(bare))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    python, program = arguments.python.absolute(), arguments.program.resolve()

    print(f"import diarist: {import_time(python, arguments.rounds):.0f} ms", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        recording = pathlib.Path(folder) / "recording.wav"
        repeated_sample(recording, arguments.minutes)
        ways = {
            "command line": [program, "-q", "-f", "rttm", recording],
            "Python": [python, "-c", PYTHON_RUN, recording],
        }
        best = dict.fromkeys(ways, float("inf"))
        printed = set()
        for _ in range(arguments.rounds):
            for way, command in ways.items():
                took, output = seconds(command)
                best[way] = min(best[way], took)
                printed.add(output)
    if len(printed) != 1:
        raise SystemExit("the two ways gave different turns")
    for way, took in best.items():
        print(f"{arguments.minutes} minutes by {way}: {took:.2f} s")
    print(f"Python adds {100 * (best['Python'] / best['command line'] - 1):+.1f} %")


if __name__ == "__main__":
    main()
