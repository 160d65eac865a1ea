#!/usr/bin/env python3
"""Many hours through one process, and its memory and open files stay where they are.

    tests/campaign/soak.py --program build/release/diarist --hours 3 [--minutes 10] [--of serve|diarize]

`serve` hands one job after the other to a server; `diarize` gives one process a list of as many recordings. Each is the sample again and again, so many
minutes. After each (`serve`), or ten times a second (`diarize`), VmRSS and the number of open files are read from /proc. Promises, of what
comes after the first quarter, when everything that is kept for reuse has been made: the least-squares slope of memory is at most --slope MB
for each hour of audio, open files have no slope, and all results are the same but for their names.
"""
import contextlib
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import wave

import campaign
from campaign import Broken, expect


def resident_mb(process):
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("it has ended")


def open_files(process):
    return len(os.listdir(f"/proc/{process}/fd"))


def slope(points):
    """Of the least-squares line through (x, y)."""
    mean_x, mean_y = (statistics.fmean(values) for values in zip(*points))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def recording(path, minutes):
    with wave.open(str(campaign.SAMPLE)) as source, wave.open(str(path), "wb") as target:
        target.setparams(source.getparams())
        frames = source.readframes(source.getnframes())
        for _ in range(max(1, round(minutes * 2))):
            target.writeframes(frames)
        return target.getnframes() / source.getframerate()


def serve(given, folder, sound, seconds, count):
    """(hours heard, MB, open files) after each job."""
    os.environ["DIARIST_PROGRAM"] = str(given.program)
    sys.path.insert(0, str(campaign.ROOT / "tests" / "server" / "end_to_end"))
    import serving
    points, results = [], set()
    with serving.Served(folder) as served:
        for index in range(count):
            job = served.submit(sound, "?name=talk")["id"]
            served.ask("GET", f"/v1/diarizations/{job}/events", timeout_s=3600)
            expect(served.job(job)["state"] == "succeeded", f"job {index} failed")
            results.add(served.ask("GET", f"/v1/diarizations/{job}?format=rttm").body)
            served.ask("DELETE", f"/v1/diarizations/{job}")
            points.append(((index + 1) * seconds / 3600, resident_mb(served.process.pid), open_files(served.process.pid)))
        expect(served.stop()[0] == 0, "the server ends with an error")
    expect(len(results) == 1, f"{len(results)} different results")
    return points


def diarize(given, folder, sound, seconds, count):
    """(hours heard, MB, open files) ten times a second."""
    names = []
    for index in range(count):
        name = folder / f"talk-{index:05}.wav"
        name.symlink_to(sound)
        names.append(name)
    points, target = [], folder / "turns"
    process = subprocess.Popen([given.program, "diarize", *names, "-q", "-o", f"{target}/", "-f", "csv"])
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError):
                finished = sum(1 for entry in os.scandir(target) if entry.name.endswith(".csv"))
                points.append((finished * seconds / 3600, resident_mb(process.pid), open_files(process.pid)))
            time.sleep(0.1)
    finally:
        process.kill()
    expect(process.wait() == 0, f"code {process.returncode}")
    results = {path.read_bytes().replace(path.stem.encode(), b"talk") for path in target.iterdir()}
    expect(len(results) == 1 and len(list(target.iterdir())) == count, f"{len(results)} different results")
    return points


def judge(given, name, points):
    warm = [point for point in points if point[0] >= points[-1][0] / 4]
    expect(len(warm) >= 3, f"too few looks at it: {len(points)}")
    memory = slope([(hours, mb) for hours, mb, _ in warm])
    files = slope([(hours, count) for hours, _, count in warm])
    span_h = warm[-1][0] - warm[0][0]
    told = (f"{name}: {points[-1][0]:.2f} h of audio, {warm[0][1]:.0f} MB after the first quarter, {warm[-1][1]:.0f} MB at the end, "
                f"slope {memory:+.2f} MB/h, open files {warm[0][2]} to {warm[-1][2]}")
    print(f"soak.py: {told}", flush=True)
    # What a short run's noise makes of a slope: a few MB from one look to the next.
    expect(memory <= given.slope + 4 / max(span_h, 1e-6) * (span_h < 1), f"memory grows: {told}")
    expect(abs(files * span_h) < 1.5, f"open files grow: {told}")
    return "flat"


def configure(parser):
    parser.add_argument("--hours", type=float, default=3, help="of audio, through each process")
    parser.add_argument("--minutes", type=float, default=10, help="of each recording")
    parser.add_argument("--slope", type=float, default=1.0, help="MB for each hour of audio, at most")
    parser.add_argument("--of", choices=["serve", "diarize"], help="only this one")


def main():
    given = campaign.arguments(__doc__, 0, configure)
    tries = campaign.Campaign(given)
    with tempfile.TemporaryDirectory(prefix="diarist-soak-") as text:
        sound = pathlib.Path(text) / "long.wav"
        seconds = recording(sound, given.minutes)
        count = given.count or max(8, round(given.hours * 3600 / seconds))
        for name, what in (("serve", serve), ("diarize", diarize)):
            if given.of in (None, name):
                tries.run(name, lambda _, folder: judge(given, name, what(given, folder, sound, seconds, count)))
    return tries.end("processes")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as reason:
        sys.exit(str(reason))
