#!/usr/bin/python3
"""Fourteen optimizations that elsewhere had to be given up, each with the command that shows it at work here.

    fourteen.py --program build/release/diarist --kernels build/release/bench/kernels_bench
                --stages build/release/bench/stages_bench [--recording FILE.wav] [--pytorch PYTHON] [--only 1 9 ...]
                [--work FOLDER] [--json OUT] [--into PAGE]

The recording (16 kHz WAV; samples/sample.wav where none is given) has its turns in NAME.rttm beside it. --pytorch names a
Python that has PyTorch, onnx, onnxsim and safetensors, for the rows that begin with files of theirs; without it these rows say so.
Everything runs on one thread, one thing after the other.
"""
import argparse
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import pipeline
import report

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "samples" / "sample.wav"
MATRIX = ROOT / "tests" / "modeltools" / "import_matrix.py"
CHAINED_S = 600  # of audio, for what happens between stages to show


class CannotRun(Exception):
    """Why a row has no figure."""


class Bench:
    def __init__(self, args):
        self.args, self.work = args, args.work
        self.variants = []  # rows of the second table
        self.modes = []  # and of the third

    # What runs.

    def run(self, *command, fails=False):
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        if (done.returncode != 0) != fails:
            said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
            raise CannotRun(said[-1] if said else f"exit code {done.returncode}")
        return done.stderr if fails else done.stdout

    def benchmark(self, program, pattern, *arguments):
        """{name: best run} of a benchmark program's benchmarks."""
        out = self.work / "benchmark.json"
        self.run(program, *arguments, f"--benchmark_filter={pattern}", f"--benchmark_out={out}", "--benchmark_out_format=json",
                 "--benchmark_repetitions=3", "--benchmark_min_time=0.05")  # fmt: skip
        best = {}
        for each in json.loads(out.read_text() or '{"benchmarks": []}')["benchmarks"]:
            if each.get("run_type", "iteration") != "iteration":
                continue
            name = each["run_name"].split("/repeats")[0].split("/iterations")[0].removesuffix("/process_time")
            if name not in best or each["cpu_time"] < best[name]["cpu_time"]:
                best[name] = each
        if not best:
            raise CannotRun(f"{program.name} has no {pattern}")
        return best

    def stages(self, pattern):
        return self.benchmark(self.args.stages, pattern, self.args.recording)

    def kernels(self, pattern):
        best = {}
        for name, each in self.benchmark(self.args.kernels, pattern).items():
            kernel = name.rsplit("/", 1)[0]  # of the sets, the one that ran last: the best
            best[kernel] = each
        return best

    def diarize(self, *options, recording=None):
        """Statistics of a run on one thread; its turns are in work/turns."""
        stats, turns = self.work / "stats.json", self.work / "turns"
        self.run(self.args.program, "diarize", recording or self.args.recording, "--threads", 1, "--quiet", "-f", "rttm", "-o", f"{turns}/",
                 "--stats", stats, *options)  # fmt: skip
        return json.loads(stats.read_text())["files"][0]

    def der(self):
        turns = self.work / "turns" / f"{self.args.recording.stem}.rttm"
        reference = self.args.recording.with_suffix(".rttm")
        answer = self.run(self.args.program, "score", reference, turns, "--convention", "pyannote", "--json")
        return 100 * json.loads(answer)["total"]["der"]

    def compare(self, pack, *options):
        return json.loads(self.run(self.args.program, "compare", "built-in", pack, self.args.recording, "--threads", 1, "--json",
                                   *options))  # fmt: skip

    def quantized(self, name, *options):
        pack = self.work / f"{name}.safetensors"
        if not pack.exists():
            self.run(self.args.program, "quantize", "built-in", "-o", pack, *options)
        return pack

    def onnx(self):
        """Both nets as ONNX exports, simplified: norms folded into convolutions, weights turned."""
        if self.args.pytorch is None:
            raise CannotRun("needs --pytorch")
        files = [self.work / "segmentation.onnx", self.work / "embedding.onnx"]
        if not all(file.exists() for file in files):
            self.run(self.args.pytorch, MATRIX, "--program", self.args.program, "--pack", ROOT / "models" / "community.safetensors",
                     "--work", self.work, "--export", "--entered")  # fmt: skip
        return files

    def from_onnx(self):
        pack = self.work / "from-onnx.safetensors"
        if not pack.exists():
            self.run(self.args.program, "import", *self.onnx(), "--base", "built-in", "-o", pack)
        return pack

    # The rows: each returns a sentence with its figure.

    def one_pass(self):
        found = self.kernels("network/(segmentation/int16|powerset/f32)/")
        network, decode = found["network/segmentation/int16"], found["network/powerset/f32"]
        share = decode["cpu_time"] / network["cpu_time"]
        return f"decoding takes {100 * share:.1f} % of the network's time, from its scores; no softmax before it"

    def no_slices(self):
        stats = self.diarize()
        work = sum(stats["stages"].values())
        return f"all features of a recording, framed once: {100 * stats['stages']['features'] / work:.1f} % of the work"

    def simplified(self):
        self.diarize("--precision", "f32")
        before = self.der()
        self.diarize("--model", self.from_onnx(), "--precision", "f32")
        return f"DER {before:.2f} % with the pack, {self.der():.2f} % with both nets from simplified ONNX"

    def own_stage(self):
        found = self.stages("^features/100ds/")["features/100ds"]
        return f"`FeatureExtractor`: {found['x_real_time']:.0f} times real time, {found['allocations']:.0f} allocations a call"

    def features_in(self):
        found = self.stages("^embed/(plain|features)/100ds/")
        same = "the same bytes" if found["embed/features/100ds"]["same"] else "OTHER BYTES"
        ratio = found["embed/plain/100ds"]["cpu_time"] / found["embed/features/100ds"]["cpu_time"]
        return f"`Embedder` from features gives {same} as from samples, in {100 / ratio:.0f} % of the time"

    def every_variant(self):
        packs = {"F16 (built in)": ("built-in", []), "BF16": (self.quantized("bf16", "--method", "bf16"), []),
                 "palette, 8 bits": (self.quantized("palette", "--method", "palette"), []),
                 "linear, 8 bits": (self.quantized("linear", "--method", "linear"), []),
                 "int8, run in integers": (self.quantized("int8", "--method", "int8"), ["--precision", "int8"])}  # fmt: skip
        missing = ""
        try:
            packs["from ONNX"] = (self.from_onnx(), [])
        except CannotRun as reason:
            missing = f"; from ONNX: {reason}"
        for name, (pack, options) in packs.items():
            comparison = self.compare(pack)
            stats = self.diarize("--model", pack, *options) if pack != "built-in" else self.diarize()
            every = comparison["all"]
            self.variants.append([name, f"{comparison['bytes_b'] / 1e6:.2f}", f"{1e3 * comparison['load_s'][1]:.0f}",
                                  f"{every['embedding_cosine']:.5f}", f"{100 * every['segmentation_agreement']:.2f} %",
                                  f"{self.der():.2f} %", f"{stats['real_time_factor']:.1f}"])  # fmt: skip
        lengths = self.stages("^embed/(plain|long)/")
        shortest = min(lengths.values(), key=lambda each: each["seconds"])
        longest = max(lengths.values(), key=lambda each: each["seconds"])
        return (f"{len(packs)} variants in the table below{missing}; one call takes {shortest['seconds']:g} s to {longest['seconds']:g} s"
                f" of audio ({shortest['x_real_time']:.0f} and {longest['x_real_time']:.0f} times real time)")  # fmt: skip

    def any_powerset(self):
        found = self.kernels("network/powerset/")["network/powerset/f32"]
        return f"`powerset_test`: up to 16 speakers, any overlap; 7 classes are decoded {found['x_real_time']:.0f} times faster than spoken"

    def chained(self):
        def outside(seconds):
            """Processor time of a run that no stage accounts for, and all of it."""
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            stats = self.diarize(recording=pipeline.looped(self.args.recording, seconds, self.work))
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            return spent - sum(stats["stages"].values()), spent

        loading, _ = outside(1)
        rest, spent = outside(CHAINED_S)
        return (f"{100 * (rest - loading) / (spent - loading):.1f} % of {spent:.1f} s of processor time lies outside the stages, "
                f"loading ({1e3 * loading:.0f} ms) not counted; {CHAINED_S / 60:.0f} minutes of audio")

    def finished_pack(self):
        began = time.perf_counter()
        small = self.quantized("small")
        took = f" in {time.perf_counter() - began:.0f} s" if time.perf_counter() - began > 1 else ""
        comparison = self.compare(small)
        return (f"{comparison['bytes_a'] / 1e6:.1f} MB to {comparison['bytes_b'] / 1e6:.2f} MB{took}; DER "
                f"{comparison['der_increase_points']:+.2f} points, cosine {comparison['all']['embedding_cosine']:.5f}")

    def pytorch(self):
        if self.args.pytorch is None:
            raise CannotRun("needs --pytorch")
        said = self.run(self.args.pytorch, MATRIX, "--program", self.args.program, "--pack", ROOT / "models" / "community.safetensors",
                        "--work", self.work / "matrix", "--entered")  # fmt: skip
        rows = [line for line in said.splitlines() if line.endswith("as expected")]
        return f"{len(rows)} of {len(said.splitlines()) - 1} rows of the import matrix as expected"

    def modes_of_embedding(self):
        cache = self.work / "cache"
        for name, options in [("full: the trunk over every window, steps of 1 s", ["--preset", "exact", "--precision", "f32"]),
                              ("shared: every frame once", ["--preset", "balanced", "--step", 1]),
                              ("fast: steps of 3 s", ["--preset", "fast"]),
                              ("kept with --cache, first run", ["--cache", cache]),
                              ("cached: again, with another number of speakers", ["--cache", cache, "--speakers", 2])]:  # fmt: skip
            stats = self.diarize(*options)
            self.modes.append([name, f"{self.der():.2f} %", f"{stats['real_time_factor']:.1f}", f"{100 * stats['trunk_skipped']:.0f} %"])
        return f"table below; {self.modes[1][3]} of the recording is skipped, as nobody speaks there"

    def merged(self):
        found = self.stages("^stages/")
        apart = found["stages/apart"]["real_time"]
        same, usual = (apart / found[f"stages/merged/{step}"]["real_time"] for step in ("1s", "2s"))
        return f"in one call {same:.1f} times as fast as stage by stage with the same windows, {usual:.1f} times with the usual ones"

    def eight_bits(self):
        runs = {name: self.diarize("--precision", name) for name in ("f32", "int8")}
        pack = self.quantized("small").stat().st_size
        comparison = self.compare(self.quantized("small"))
        memory = " to ".join(f"{stats['peak_memory_bytes'] / 1e6:.0f}" for stats in runs.values())
        times = " to ".join(f"{stats['wall_s']:.2f}" for stats in runs.values())
        return f"pack {comparison['bytes_a'] / 1e6:.1f} to {pack / 1e6:.2f} MB; in integers {memory} MB of memory and {times} s"

    def one_program(self):
        loaded = min(self.compare("built-in")["load_s"])
        broken = self.work / "broken.safetensors"
        whole = self.quantized("small").read_bytes()
        broken.write_bytes(whole[: len(whole) // 2])
        began = time.perf_counter()
        said = self.run(self.args.program, "inspect", broken, fails=True)
        took = time.perf_counter() - began
        return (f"`fbank_test` holds to Kaldi's definition; a pack is ready in {1e3 * loaded:.0f} ms; half a pack is refused "
                f"in {1e3 * took:.0f} ms (\"{said.strip().splitlines()[0].split(': ')[-1][:60]}\")")

    def reused(self):
        found = self.stages("^embed/(plain|workspace)/10ds/")
        plain, reuse = found["embed/plain/10ds"], found["embed/workspace/10ds"]
        return (f"{reuse['allocations']:.0f} allocations a call instead of {plain['allocations']:.0f}; "
                f"{plain['cpu_time'] / reuse['cpu_time']:.2f} times as fast on one second")

    ROWS = [
        ("1", "Segmentation with its post-processing in one pass", one_pass),
        ("2", "The embedding net without a slice per frame", no_slices),
        ("3", "A simplified model with its real weights", simplified),
        ("4", "Preprocessing as its own reusable stage", own_stage),
        ("5", "Features fed to the embedder", features_in),
        ("6", "Every variant of the WeSpeaker net", every_variant),
        ("7", "Powerset decoder for any number of speakers", any_powerset),
        ("8", "Stages chained without overhead", chained),
        ("9", "Quantizing a finished pack", finished_pack),
        ("10", "Importing PyTorch files", pytorch),
        ("11", "Embedding modes and a cache that survives", modes_of_embedding),
        ("12", "Embedding and clustering in one call", merged),
        ("13", "8 bits that shrink", eight_bits),
        ("14", "Kaldi's features in one program and pack", one_program),
        ("+", "An embedder that reuses its buffers", reused),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True, help="diarist")
    parser.add_argument("--kernels", type=pathlib.Path, required=True, help="kernels_bench")
    parser.add_argument("--stages", type=pathlib.Path, required=True, help="stages_bench")
    parser.add_argument("--recording", type=pathlib.Path, default=SAMPLE)
    parser.add_argument("--pytorch", type=pathlib.Path, help="a Python with PyTorch, onnx, onnxsim and safetensors")
    parser.add_argument("--only", nargs="+", help="rows by number")
    parser.add_argument("--work", type=pathlib.Path)
    report.add_output_options(parser)
    args = parser.parse_args()
    for name in ("program", "kernels", "stages", "recording"):
        setattr(args, name, getattr(args, name).resolve())
    machine = report.machine()
    with tempfile.TemporaryDirectory() as folder:
        args.work = (args.work or pathlib.Path(folder)).resolve()
        args.work.mkdir(parents=True, exist_ok=True)
        bench = Bench(args)
        rows, results = [], {"machine": machine, "rows": {}}
        for number, title, row in Bench.ROWS:
            if args.only and number not in args.only:
                continue
            try:
                figure = row(bench)
            except CannotRun as reason:
                figure = f"not run: {reason}"
            print(f"{number:>3} {title}: {figure}", file=sys.stderr, flush=True)
            rows.append([number, title, figure])
            results["rows"][number] = figure
        text = [report.table(["row", "what", "here"], rows)]
        if bench.variants:
            text += ["", report.table(["variant", "MB", "load, ms", "cosine", "frames alike", "DER", "times real time"], bench.variants)]
        if bench.modes:
            text += ["", report.table(["mode", "DER", "times real time", "skipped"], bench.modes)]
        results |= {"variants": bench.variants, "modes": bench.modes}
        isa = json.loads((args.work / "stats.json").read_text())["files"][0]["instruction_set"] if (args.work / "stats.json").exists() else ""
        text += ["", report.caption(machine, report.command_line(), f", {isa}" if isa else "")]
        report.deliver(args, "fourteen", results, "\n".join(text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
