#!/usr/bin/env python3
"""Every format as other programs read it, and as they write it.

    run.py --program diarist --work FOLDER [--environment FOLDER]

Results full of traps (cases.py) are written in every format, read by programs of other people, and every value compared
that the format holds. Then those programs write, and diarist reads. Packages from PyPI are installed into the environment,
once. Exits with 77, saying why, where something is missing; in continuous integration that is a failure.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "testing"))
import python_environment  # noqa: E402

PACKAGES = ["pympi-ling", "webvtt-py", "pysrt", "textgrid", "praatio", "pandas", "crowsetta",
             "pyannote.core", "pyannote.metrics"]
PROGRAMS = {"praat": "praat", "ffmpeg": "ffmpeg", "/usr/lib/sctk/bin/md-eval.pl": "sctk", "perl": "perl"}


class Bench:
    def __init__(self, program, work):
        self.program, self.work = program, work
        self.failures = 0

    def say(self, what, problems):
        self.failures += bool(problems)
        print(f"{what:42} {'FAILED' if problems else 'as expected'}", flush=True)
        for problem in problems:
            print(f"    {problem}", flush=True)

    def convert(self, *arguments):
        result = subprocess.run([self.program, "convert", "-q", *arguments], capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr.strip()

    def written(self, case, format, folder):
        """The case as diarist writes it."""
        source = folder / (case.recording + ".json")
        source.write_text(case.document(), encoding="utf-8")
        if format == "json":  # Read and written once.
            self.convert(source, "-f", "json", "-o", folder / "written.json")
            return folder / "written.json"
        self.convert(source, "-f", format, "-o", f"{folder}/")
        (made,) = (file for file in folder.iterdir() if file != source)
        return made

    def folder(self, *names):
        folder = self.work.joinpath(*(name.replace(" ", "-").replace(",", "").replace("/", "-") for name in names))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def differences(expected, found, what):
    from collections import Counter

    lacking, surplus = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
    if lacking or surplus:
        return [f"{what}: {sum(lacking.values())} lacking, {sum(surplus.values())} surplus, such as "
                f"{list(lacking)[:1]} and {list(surplus)[:1]}"]  # fmt: skip
    return []


def cases_for(consumer):
    from cases import CASES

    for case in CASES:
        taken = case._replace(turns=[turn for turn in case.turns if consumer.takes(turn.speaker)])
        if consumer.suits(taken):
            yield taken


def check_reader(bench, reader):
    from cases import held

    problems = []
    for case in cases_for(reader):
        folder = bench.folder("read", f"{reader.format} {reader.who}", case.recording)
        try:
            file = bench.written(case, reader.format, folder)
            found = reader.read(file, case)
            if found is not None:
                problems += differences(held(case, reader.decimals, reader.name), found, case.recording)
        except Exception as error:  # Whatever a program of others raises.
            problems.append(f"{case.recording}: {type(error).__name__}: {error}")
    bench.say(f"{reader.format}, read by {reader.who}", problems)


def check_writer(bench, writer):
    from cases import held, to_ticks

    problems = []
    for case in cases_for(writer):
        folder = bench.folder("written", f"{writer.ending} {writer.who}", case.recording)
        file = folder / f"{case.recording}.{writer.ending}"
        try:
            writer.write(case, file, lambda format, case=case: bench.written(case, format, bench.folder("aside")))
            bench.convert(file, "-f", "json", "-o", folder / "read.json")
            document = json.loads((folder / "read.json").read_text(encoding="utf-8"))
            found = [
                (to_ticks(t["start"], writer.decimals), to_ticks(t["end"], writer.decimals), t["speaker"])
                for t in document["turns"]
            ]
            assert document["recording"] == case.recording, document["recording"]
            problems += differences(held(case, writer.decimals, writer.name), found, case.recording)
        except Exception as error:
            problems.append(f"{case.recording}: {type(error).__name__}: {error}")
    bench.say(f"{writer.ending}, written by {writer.who}", problems)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--environment", type=pathlib.Path)
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    missing = sorted({package for program, package in PROGRAMS.items() if not shutil.which(program)})
    if missing:
        python_environment.skip(f"not installed: {', '.join(missing)}")
    python_environment.enter(arguments.environment or work / "environment", PACKAGES)

    import elan
    import nist
    import subtitles
    import tables
    import textgrids

    bench = Bench(arguments.program.resolve(), work)
    for family in (nist, tables, textgrids, elan, subtitles):
        for reader in family.READERS:
            check_reader(bench, reader)
    for family in (nist, tables, textgrids, elan, subtitles):
        for writer in family.WRITERS:
            check_writer(bench, writer)
    print(f"{bench.failures} failed" if bench.failures else "all as expected")
    return 1 if bench.failures else 0


if __name__ == "__main__":
    sys.exit(main())
