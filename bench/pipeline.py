#!/usr/bin/python3
"""What a whole run costs: by preset, precision, threads and length.

    pipeline.py --program build/release/diarist [--meeting FILE.wav] [--minutes 10] [--lengths 1m 10m 1h 24h]
                [--presets balanced fast] [--precisions f32 int8] [--threads 1 2] [--json OUT] [--into PAGE]

The recording is --meeting (a WAV file; samples/sample.wav where none is given), repeated until it is long enough. Three
tables: each preset, precision and number of threads on --minutes; the lengths, whose time must grow in proportion; and
two files at once, in one process of two threads against two processes of one. Of several runs the fastest counts.

  times real time   seconds of audio for each second of the run, as --stats has it
  CPU seconds       of the process, for each minute of audio: what tells where others disturb the clock
  stages            seconds of work, summed over the threads
  idle              the share of the threads' time that no stage accounts for: overhead, waiting, and being kept from work
  start-up          milliseconds of the process outside the run: loading, packing weights, writing turns, ending
  memory            peak of the process

The columns follow from --stats. Needs Debian's python3, and room for the longest recording in --work (2.8 GB for 24 h).
"""
import argparse
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import wave

import report

SAMPLE = pathlib.Path(__file__).resolve().parent.parent / "samples" / "sample.wav"
UNITS = {"s": 1, "m": 60, "h": 3600}
KEPT_BACK = "default"  # precision of programs that know only one


def seconds_of(text):
    try:
        return float(text[:-1]) * UNITS[text[-1]]
    except (KeyError, ValueError):
        raise argparse.ArgumentTypeError(f"{text}: write 90s, 10m or 24h") from None


def looped(meeting, seconds, folder):
    """The meeting again and again, for so many seconds."""
    out = folder / f"{meeting.stem}-{seconds:g}s.wav"
    if out.exists():
        return out
    partial = out.with_suffix(".partial")
    with wave.open(str(meeting)) as source:
        block = source.readframes(source.getnframes())
        per_frame = source.getsampwidth() * source.getnchannels()
        left = int(seconds * source.getframerate()) * per_frame
        with wave.open(str(partial), "wb") as copy:
            copy.setparams(source.getparams())
            while left > 0:
                copy.writeframesraw(block[:left])
                left -= len(block)
    partial.rename(out)
    return out


class Bench:
    def __init__(self, args):
        self.args = args
        options = subprocess.run([args.program, "diarize", "--help"], check=True, capture_output=True, text=True).stdout
        self.has_precisions = "--precision" in options
        self.runs = []
        self.two = None

    def command(self, files, preset, precision, threads, stats, out):
        command = [str(self.args.program), "diarize", *map(str, files), "--preset", preset, "--threads", str(threads), "--quiet",
                   "--stats", str(stats), "-f", "rttm", "-o", f"{out}/"]  # fmt: skip
        if self.has_precisions and precision != KEPT_BACK:
            command += ["--precision", precision]
        return [*command, *self.args.options]

    def once(self, files, preset, precision, threads, folder):
        stats = folder / "stats.json"
        began = time.perf_counter()
        process = subprocess.Popen(self.command(files, preset, precision, threads, stats, folder))
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{self.args.program}: exit code {process.returncode}")
        files = json.loads(stats.read_text())["files"]
        return {"elapsed_s": elapsed, "cpu_s": usage.ru_utime + usage.ru_stime, "files": files}

    def measure(self, file, preset, precision, threads, repetitions):
        """The fastest of several, with what follows from it."""
        best = None
        for _ in range(repetitions):
            with tempfile.TemporaryDirectory() as folder:
                run = self.once([file], preset, precision, threads, pathlib.Path(folder))
            if best is None or run["files"][0]["wall_s"] < best["files"][0]["wall_s"]:
                best = run
        stats = best["files"][0]
        worked = sum(stats["stages"].values())
        best.update(preset=preset, precision=precision, threads=stats["threads"],
                    idle_share=1 - worked / (stats["wall_s"] * stats["threads"]),
                    start_up_s=best["elapsed_s"] - stats["wall_s"])  # fmt: skip
        self.runs.append(best)
        return best

    def presets(self, folder):
        args = self.args
        file = looped(args.meeting, 60 * args.minutes, folder)
        precisions = args.precisions if self.has_precisions else [KEPT_BACK]
        rows, alone = [], {}
        for preset, precision, threads in itertools.product(args.presets, precisions, args.threads):
            run = self.measure(file, preset, precision, threads, args.repetitions)
            stats = run["files"][0]
            alone.setdefault((preset, precision), (run["threads"], stats["wall_s"]))
            first_threads, first_wall = alone[preset, precision]
            faster = "" if run["threads"] == first_threads else f"{first_wall / stats['wall_s']:.2f}"
            rows.append([preset, precision, run["threads"], f"{stats['real_time_factor']:.1f}", faster,
                         f"{60 * run['cpu_s'] / stats['duration_s']:.2f}",
                         *(f"{seconds:.2f}" for seconds in stats["stages"].values()), f"{100 * run['idle_share']:.1f} %",
                         f"{1000 * run['start_up_s']:.0f}", f"{stats['peak_memory_bytes'] / 1e6:.0f} MB"])  # fmt: skip
            stages = list(stats["stages"])
        return report.table(["preset", "precision", "threads", "times real time", "speed-up", "CPU seconds", *(f"{s}, s" for s in stages), "idle",
                             "start-up, ms", "memory"], rows)  # fmt: skip

    def lengths(self, folder):
        rows = []
        args = self.args
        for text, seconds in args.lengths:
            file = looped(args.meeting, seconds, folder)
            run = self.measure(file, args.presets[0], args.precisions[-1], max(args.threads),
                               args.repetitions if seconds <= 3600 else 1)  # fmt: skip
            stats = run["files"][0]
            if seconds > 3600:
                file.unlink()
            rows.append([text, f"{stats['wall_s']:.1f}", f"{stats['real_time_factor']:.1f}",
                         f"{1000 * stats['wall_s'] / stats['duration_s']:.2f}", f"{stats['stages'].get('clustering', 0):.2f}",
                         f"{100 * run['idle_share']:.1f} %", f"{stats['peak_memory_bytes'] / 1e6:.0f} MB"])  # fmt: skip
        return report.table(["length", "seconds", "times real time", "ms for each second", "clustering, s", "idle", "memory"], rows)

    def two_files(self, folder):
        """Seconds for two files: one process with two threads, and two processes with one each."""
        args = self.args
        file = looped(args.meeting, 60 * args.minutes, folder)
        twin = file.with_name(f"twin-{file.name}")
        if not twin.exists():
            os.link(file, twin)
        preset, precision = args.presets[0], args.precisions[-1]
        together, apart = [], []
        for _ in range(args.repetitions):
            with tempfile.TemporaryDirectory() as out:
                out = pathlib.Path(out)
                together.append(self.once([file, twin], preset, precision, 2, out)["elapsed_s"])
                began = time.perf_counter()
                both = [subprocess.Popen(self.command([f], preset, precision, 1, out / f"{i}.json", out / str(i)))
                        for i, f in enumerate([file, twin])]  # fmt: skip
                if any(process.wait() for process in both):
                    sys.exit(f"{args.program}: failed")
                apart.append(time.perf_counter() - began)
        self.two = {"one_process_s": min(together), "two_processes_s": min(apart)}
        return report.table(["two files", "seconds"], [["one process, two threads", f"{min(together):.2f}"],
                                                       ["two processes, one thread each", f"{min(apart):.2f}"]])  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--meeting", type=pathlib.Path, default=SAMPLE)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--lengths", nargs="*", default=["1m", "10m", "1h"], help="such as 90s, 10m, 24h; none: no such table")
    parser.add_argument("--presets", nargs="+", default=["balanced", "fast"], help="the first is taken for lengths and files")
    parser.add_argument("--precisions", nargs="+", default=["f32", "int8"], help="the last is taken for lengths and files")
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--repetitions", type=int, default=3, help="recordings of over an hour are run once")
    parser.add_argument("--options", nargs="+", default=[], help="more for the program, without dashes: isa=avx2 step=2")
    parser.add_argument("--work", type=pathlib.Path, help="folder for recordings; a temporary one otherwise")
    parser.add_argument("--no-two-files", dest="two_files", action="store_false", help="leave that table out")
    report.add_output_options(parser)
    args = parser.parse_args()
    args.program = args.program.resolve()
    args.lengths = [(text, seconds_of(text)) for text in args.lengths]
    args.options = [f"--{option}" for option in args.options]
    machine = report.machine()
    bench = Bench(args)
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.work or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        tables = [bench.presets(folder)]
        if args.lengths:
            tables.append(bench.lengths(folder))
        if args.two_files:
            tables.append(bench.two_files(folder))
    isa = bench.runs[0]["files"][0]["instruction_set"]
    tables.append(report.caption(machine, report.command_line(), f", {isa}"))
    results = {"machine": machine, "runs": bench.runs, "two_files": bench.two}
    report.deliver(args, "pipeline", results, "\n\n".join(tables))
    return 0


if __name__ == "__main__":
    sys.exit(main())
