#!/usr/bin/env python3
"""The same recording gives the same bytes, however it is run.

    tests/campaign/determinism.py --program build/release/diarist --seed 1 --count 0 [--other build/debug/diarist]

With each instruction set that `diarist version` lists: 1 to 8 threads, recordings alone and together in both orders, presets, channels, the cache, standard
input, `--resume`: all byte for byte what one thread gives with that instruction set. Between instruction sets, presets in their usual precision: turns that
differ by a DER of at most --tolerance, as sums are rounded in another order. The scalar twin,
some twenty times slower, hears the shortest recording alone. Another build (--other) has to give the same bytes with the same instruction set.
"""
import json
import pathlib
import re
import shutil
import sys
import tempfile

import campaign
from campaign import done, expect

CUTS_S = {"a": (6, 11), "b": (6, 18), "c": (0, 30)}
FORMATS = "rttm,json"


def instruction_sets(program):
    listed = re.search(r"instruction sets: *([^;\n]+)", done([program, "version"]).out.decode())
    return re.findall(r"[a-z0-9_]+", re.sub(r"\(.*?\)", "", listed[1]))


def results(program, recordings, folder, *options, isa):
    target = folder / "turns"
    shutil.rmtree(target, ignore_errors=True)
    done([program, "diarize", *recordings, "-q", "-f", FORMATS, "-o", f"{target}/", "--isa", isa, *options], patience_s=300)
    return {path.name: path.read_bytes() for path in target.iterdir() if not path.name.startswith(".")}


def same(found, wanted):
    names = {name: content for name, content in wanted.items() if name in found}
    differ = sorted(name for name in found if found[name] != names.get(name))
    expect(not differ and found, f"other bytes: {differ or 'nothing'}")


def main():
    def configure(parser):
        parser.add_argument("--other", type=pathlib.Path, help="another build of diarist")
        parser.add_argument("--tolerance", type=float, default=0.01, help="largest DER between instruction sets")
        parser.add_argument("--isa", help="these instruction sets alone")
        parser.add_argument("--threads", type=int, default=8, help="from 1 to so many")
    given = campaign.arguments(__doc__, 0, configure)
    tries = campaign.Campaign(given)
    with tempfile.TemporaryDirectory(prefix="diarist-determinism-") as text:
        folder = pathlib.Path(text)
        sounds = {name: campaign.cut_sample(folder / f"{name}.wav", *cut) for name, cut in CUTS_S.items()}
        sets = instruction_sets(given.program)
        if given.isa:
            sets = [isa for isa in sets if isa in given.isa.split(",")]
        program, chosen = given.program, []
        reference = {}
        for isa in sets:
            heard = [sounds["a"]] if isa == "scalar" else list(sounds.values())
            reference[isa] = wanted = results(program, heard, folder, "--threads", "1", isa=isa)

            def add(name, what):
                chosen.append((f"{isa}:{name}", what))
            for threads in range(1, (2 if isa == "scalar" else given.threads) + 1):
                for order, listed in (("forwards", heard), ("backwards", heard[::-1])):
                    add(f"{threads}-threads-{order}", lambda where, isa=isa, listed=listed, threads=threads, wanted=wanted: same(
                        results(program, listed, where, "--threads", str(threads), isa=isa), wanted))
            for sound in heard:
                add(f"alone-{sound.stem}", lambda where, isa=isa, sound=sound, wanted=wanted: same(
                    results(program, [sound], where, isa=isa), wanted))
            if isa == "scalar":
                continue
            add("cache", lambda where, isa=isa, heard=heard, wanted=wanted: [same(
                results(program, heard, where, "--cache", where / "cache", isa=isa), wanted) for _ in range(2)])
            add("resume", lambda where, isa=isa, heard=heard, wanted=wanted: same(
                results(program, heard, where, "--resume", isa=isa), wanted))
            for preset in ("fast", "exact"):
                add(f"preset-{preset}", lambda where, isa=isa, preset=preset: same(
                    results(program, [sounds["b"]], where, "--preset", preset, "--threads", "5", isa=isa),
                    results(program, [sounds["b"]], where, "--preset", preset, "--threads", "1", isa=isa)))
        if given.other:
            for isa in sets:
                if isa in instruction_sets(given.other.resolve()):
                    chosen.append((f"{isa}:other", lambda where, isa=isa: same(
                        results(given.other.resolve(), [sounds["a"]], where, isa=isa), reference[isa])))
        for isa in sets[:-1]:
            for name in sounds:
                if f"{name}.rttm" in reference[isa]:
                    chosen.append((f"{isa}:against-{sets[-1]}-{name}", lambda where, isa=isa, name=name: close(
                        program, where, reference[sets[-1]][f"{name}.rttm"], reference[isa][f"{name}.rttm"], given.tolerance)))
        if given.count:
            step = max(1, len(chosen) // given.count)
            chosen = chosen[given.seed % step::step][:given.count]
        for name, what in chosen:
            tries.run(name, lambda _, where: what(where) and None or ("close" if "against" in name else "same bytes"))
    return tries.end("comparisons", f"; instruction sets {', '.join(sets)}")


def close(program, folder, one, other, tolerance):
    (folder / "one.rttm").write_bytes(one)
    (folder / "other.rttm").write_bytes(other)
    score = json.loads(done([program, "score", folder / "one.rttm", folder / "other.rttm", "--json"]).out)
    der = score["recordings"][0]["der"]
    expect(der <= tolerance, f"DER {der} between instruction sets")


if __name__ == "__main__":
    sys.exit(main())
