#!/usr/bin/python3
"""The other engines on the same files and the same cores, beside diarist: DER, speed and memory.

    peers.py --program build/release/diarist --shared FOLDER [--peers diarist sherpa-onnx speakrs polyvoice senko pyannote]
             [--files WAV...] [--cores 0] [--work FOLDER] [--json OUT] [--into PAGE]

Installs what is missing into --work and keeps it there: sherpa-onnx, senko and pyannote.audio from PyPI, each into an
environment of its own (pyannote.audio brings torch, over a gigabyte); speakrs, polyvoice, and segmentation-3.0 as ONNX (in
the package `diarization`) from crates.io. All run our reference weights, but for senko, which has its own. They run one
after the other, pinned to --cores and with as many threads, over --files (each NAME.wav has its turns in NAME.rttm), and
over the AMI excerpts of --shared. A peer that cannot be installed or run is shown with the reason.

  DER               per cent over all files of a set, collar 0, overlap scored, by `diarist score`
  times real time   seconds of audio for each second of work, loading not counted
  CPU seconds       for each minute of audio, loading counted: what tells where others disturb the clock
  memory            peak of the process over all of its files

Needs Debian's python3 with venv, ffmpeg, and for speakrs and polyvoice cargo with a recent Rust.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import wave

import report

HERE = pathlib.Path(__file__).resolve().parent / "peers"
ALL = ["diarist", "sherpa-onnx", "speakrs", "polyvoice", "senko", "pyannote"]


class CannotRun(Exception):
    """Why a peer is missing from the table."""


def checked(command, what, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    if done.returncode != 0:
        lines = [line for line in (done.stderr + done.stdout).strip().splitlines() if line.strip()]
        raise CannotRun(f"{what}: {lines[-1].strip() if lines else f'exit code {done.returncode}'}")
    return done.stdout


class Peers:
    def __init__(self, args):
        self.args, self.work = args, args.work
        self.weights = args.shared / "weights"

    def environment(self, name, packages):
        """A Python environment with these packages; its interpreter."""
        folder = self.work / name
        python, ready = folder / "bin" / "python", folder / "ready"
        if not ready.exists():
            print(f"installing {' '.join(packages)}", file=sys.stderr)
            checked([sys.executable, "-m", "venv", folder], f"environment {name}")
            checked([python, "-m", "pip", "install", "-q", *packages], f"pip install {' '.join(packages)}")
            ready.touch()
        return python

    def cargo(self, name):
        """Builds a runner of ours; the program."""
        if shutil.which("cargo") is None:
            raise CannotRun("cargo is not installed")
        target = self.work / f"{name}-target"
        print(f"building {name}", file=sys.stderr)
        checked(["cargo", "build", "--release", "--quiet", "--manifest-path", HERE / name / "Cargo.toml", "--target-dir", target],
                f"cargo build of {name}")  # fmt: skip
        return target / "release" / f"run-{name}"

    def segmentation_onnx(self):
        """From the source of the package `diarization`, which is fetched but not built."""
        if shutil.which("cargo") is None:
            raise CannotRun("cargo is not installed")
        folder = self.work / "segmentation-onnx"
        (folder / "src").mkdir(parents=True, exist_ok=True)
        (folder / "src" / "lib.rs").touch()
        (folder / "Cargo.toml").write_text('[package]\nname = "fetch"\nversion = "0.1.0"\nedition = "2021"\n'
                                           '[dependencies]\ndiarization = "=0.1.0"\n[workspace]\n')  # fmt: skip
        about = checked(["cargo", "metadata", "--format-version", "1", "--manifest-path", folder / "Cargo.toml"],
                        "fetching the package diarization")  # fmt: skip
        package = next(p for p in json.loads(about)["packages"] if p["name"] == "diarization")
        return pathlib.Path(package["manifest_path"]).parent / "models" / "segmentation-3.0.onnx"

    def models(self, peer, *more):
        """Our weights in the peer's files."""
        if not self.weights.is_dir():
            raise CannotRun(f"{self.weights}: the reference weights are not there")
        out = self.work / f"{peer}-models"
        if not (out / "ready").exists():
            python = self.environment("converting", ["numpy", "scipy", "safetensors", "onnx"])
            checked([python, HERE / "models.py", peer, self.weights, out, *more], "converting the weights")
            (out / "ready").touch()
        return out

    def command(self, peer):
        """What to put before OUT WAV...; installs first."""
        if peer == "sherpa-onnx":
            onnx = [] if (self.work / "sherpa-onnx-models" / "ready").exists() else ["--segmentation-onnx", self.segmentation_onnx()]
            models = self.models(peer, *onnx)
            return [self.environment(peer, ["sherpa-onnx", "sherpa-onnx-core", "numpy"]), HERE / "run_sherpa.py", models]
        if peer in ("speakrs", "polyvoice"):
            return [self.cargo(peer), self.models(peer)]
        if peer == "senko":
            return [self.environment(peer, ["senko", "torchaudio", "soundfile"]), HERE / "run_senko.py", "-"]
        if not self.weights.is_dir():
            raise CannotRun(f"{self.weights}: the reference weights are not there")
        return [self.environment(peer, ["pyannote.audio", "safetensors"]), HERE / "run_pyannote.py", self.weights]

    def diarist(self, out, files):
        threads = len(self.args.cores.split(","))
        return [self.args.program, "diarize", *files, "--threads", str(threads), "--quiet", "-f", "rttm", "-o", f"{out}/",
                "--stats", out / "stats.json", *self.args.options]  # fmt: skip

    def run(self, peer, files, out):
        """{file: seconds of work}, and the process's resource usage."""
        command = self.diarist(out, files) if peer == "diarist" else [*self.command(peer), out, *files]
        cores = self.args.cores
        threads = str(len(cores.split(",")))
        environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
        for name in ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "RAYON"):
            environment[f"{name}_NUM_THREADS"] = threads
        with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
            process = subprocess.Popen(["taskset", "-c", cores, *map(str, command)], stdout=said, stderr=complained,
                                       env=environment)  # fmt: skip
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            complained.seek(0)
            if process.returncode != 0:
                lines = [line for line in complained.read().splitlines() if line.strip()]
                raise CannotRun(f"exit code {process.returncode}: {lines[-1].strip() if lines else 'it says nothing'}")
            if peer == "diarist":
                stats = json.loads((out / "stats.json").read_text())["files"]
                walls = {pathlib.Path(each["file"]).stem: each["wall_s"] for each in stats}
            else:
                lines = [json.loads(line) for line in said if line.startswith('{"file"')]
                walls = {each["file"]: each["wall_s"] for each in lines}
        return walls, usage


def duration_s(file):
    with wave.open(str(file)) as source:
        return source.getnframes() / source.getframerate()


def sets_of(args, folder):
    """{name: [wav]}: each with its turns beside it."""
    sets = {}
    excerpts = sorted((args.shared / "audio" / "ami-excerpts").glob("*.flac"))
    if excerpts and not args.no_ami:
        ami = folder / "ami"
        ami.mkdir(parents=True, exist_ok=True)
        for file in excerpts:
            wav = ami / f"{file.stem}.wav"
            if not wav.exists():
                checked(["ffmpeg", "-v", "error", "-y", "-i", file, "-ac", "1", "-ar", "16000", wav], "ffmpeg")
            shutil.copyfile(file.with_suffix(".rttm"), wav.with_suffix(".rttm"))
        sets["AMI excerpts"] = sorted(ami.glob("*.wav"))
    for file in args.files:
        sets[file.stem] = [file]
    return sets


def score(program, files, out):
    with tempfile.TemporaryDirectory() as folder:
        reference = pathlib.Path(folder)
        for file in files:
            shutil.copyfile(file.with_suffix(".rttm"), reference / f"{file.stem}.rttm")
        answer = checked([program, "score", reference, out, "--convention", "pyannote", "--json"], "scoring")
    return json.loads(answer)["total"]["der"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True, help="diarist")
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path("../shared"), help="the reference material")
    parser.add_argument("--peers", nargs="+", choices=ALL, default=ALL)
    parser.add_argument("--files", nargs="*", type=pathlib.Path, default=[], help="16 kHz mono WAV files with their RTTM beside")
    parser.add_argument("--no-ami", action="store_true", help="only --files")
    parser.add_argument("--cores", default="0", help="such as 0 or 0,1")
    parser.add_argument("--options", nargs="+", default=[], help="more for diarist, without dashes: preset=fast")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "diarist-peers")
    report.add_output_options(parser)
    args = parser.parse_args()
    args.program, args.shared, args.work = args.program.resolve(), args.shared.resolve(), args.work.resolve()
    args.options = [f"--{option}" for option in args.options]
    machine = report.machine()
    peers = Peers(args)
    args.work.mkdir(parents=True, exist_ok=True)
    sets = sets_of(args, args.work)
    if not sets:
        sys.exit(f"{args.shared}: no AMI excerpts there; name recordings with --files")
    results, texts = {"machine": machine, "cores": args.cores, "sets": {}}, []
    for name, files in sets.items():
        seconds = sum(map(duration_s, files))
        rows, results["sets"][name] = [], {}
        for peer in args.peers:
            with tempfile.TemporaryDirectory() as out:
                out = pathlib.Path(out)
                began = time.perf_counter()
                try:
                    walls, usage = peers.run(peer, files, out)
                    der = score(args.program, files, out)
                except CannotRun as reason:
                    results["sets"][name][peer] = {"reason": str(reason)}
                    rows.append([peer, "-", "-", "-", "-", str(reason).replace("|", "/")])
                    continue
            speed, memory = seconds / sum(walls.values()), usage.ru_maxrss * 1024
            cpu = usage.ru_utime + usage.ru_stime
            results["sets"][name][peer] = {"der": der, "real_time_factor": speed, "peak_memory_bytes": memory, "wall_s": walls,
                                           "cpu_s": cpu, "elapsed_s": time.perf_counter() - began}  # fmt: skip
            rows.append([peer, f"{100 * der:.2f} %", f"{speed:.2f}", f"{60 * cpu / seconds:.1f}", f"{memory / 1e6:.0f} MB", ""])
            print(f"{name}: {rows[-1]}", file=sys.stderr)
        texts += [f"### {name}, {seconds / 60:.1f} minutes", "",
                  report.table(["engine", "DER", "times real time", "CPU seconds", "memory", ""], rows), ""]  # fmt: skip
    texts.append(report.caption(machine, report.command_line(), f", core {args.cores}"))
    report.deliver(args, "peers", results, "\n".join(texts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
