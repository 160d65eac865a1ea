#!/usr/bin/env python3
"""Makes a pack with its report, and runs the guide that comes with it: commands, C++ and C, as they are written.

    run_guide.py --build build/release --program diarist --samples samples

What the programs print must be what the command line says of the pack. Python's block is run by python/tests/test_docs.py.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "readme"))
import pages  # noqa: E402
import run_examples  # noqa: E402

LANGUAGES = ["sh", "cpp", "c", "python", "sh", "sh"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--samples", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        samples = work / "samples"
        shutil.copytree(arguments.samples, samples)
        pack = work / "a \"small\" pack's.safetensors"
        made = [arguments.program, "quantize", "built-in", "-o", pack, "--method", "int8", "--report", work / "report"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        install = ["cmake", "--install", arguments.build.resolve(), "--prefix", work / "prefix"]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL)

        guide = work / "report" / "guide.md"
        blocks = pages.blocks(guide)
        if [block.language for block in blocks] != LANGUAGES:
            failed.append(f"{guide.name} has blocks of {[block.language for block in blocks]}, expected {LANGUAGES}")
        # What both programs print, in the words of the first command.
        rows = [arguments.program, samples / "sample.wav", "--model", pack, "--precision", "int8", "--quiet", "-f", "csv"]
        turns = [line.split(",") for line in subprocess.run(rows, check=True, capture_output=True, text=True).stdout.splitlines()[1:]]
        expected = "".join(f"{start} {end} {speaker}\n" for _, _, start, end, speaker, _ in turns)
        for block in blocks:
            if block.language in ("c", "cpp"):
                block.output = expected
        blocks.insert(0, pages.Block("sh", "", 0, "cp samples/sample.wav meeting.wav; cp samples/sample.rttm meeting.rttm\n"))
        # Last, the pack is damaged: the programs go on with the original, and say so.
        damaged = work / "damaged.md"
        shutil.copy(guide, damaged)
        run_examples.build_programs({guide: blocks, damaged: blocks}, work)
        failed += run_examples.run_page(guide, blocks, samples, work)
        whole = pack.read_bytes()
        pack.write_bytes(whole[: len(whole) // 2])
        for block in blocks:
            if block.language in ("c", "cpp"):
                block.output = f"built-in is used instead of {pack}: ...\n...\n"
        failed += run_examples.run_page(damaged, blocks[:-2], samples, work)
    print(f"failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
