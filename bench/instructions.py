#!/usr/bin/python3
"""How many instructions a fixed clip costs: a measure of speed that is the same on a busy machine.

    instructions.py --program build/release/diarist [--check | --update] [--compiler NAME]

Runs the program under valgrind's callgrind on a piece of samples/sample.wav with one thread, and counts what its own
code executes; shared libraries, which differ between machines, are left out. --check compares with
bench/instructions.json, exits with 1 where a case costs over 3 % more, and says which functions grew. After a change
that is meant, or one that makes it cheaper: --update. The figures hold for one compiler and for the Release build; with
another --compiler than the one in the file, and where valgrind or AVX2 lack, the check is skipped (exit code 77).

Valgrind has no AVX-512, and computes AVX2's fused multiply-adds one by one in software, which takes minutes for a second
of audio. So integers are counted with AVX2 and f32 with SSE4, which takes seconds. Needs Debian's valgrind.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import wave

HERE = pathlib.Path(__file__).resolve().parent
BASELINE = HERE / "instructions.json"
SAMPLE = HERE.parent / "samples" / "sample.wav"
TOLERANCE = 0.03
UPDATE = "cmake --build build/release --target instructions_baseline"
SKIPPED = 77  # exit code that ctest takes for a skipped test
SECONDS = 3.0  # of audio; segmentation pads it to its window
FIRST_S = 8.0  # where two people talk, so that the trunk has work
TOLD = 0.005  # functions with at least this share are kept in the baseline, to say which grew

# What is counted: the options of each case.
CASES = {
    "integers, avx2": ["--isa", "avx2", "--precision", "int8"],
    "f32, sse4": ["--isa", "sse4", "--precision", "f32"],
}


def cut(out):
    with wave.open(str(SAMPLE)) as source, wave.open(str(out), "wb") as clip:
        clip.setparams(source.getparams())
        source.setpos(int(FIRST_S * source.getframerate()))
        clip.writeframes(source.readframes(int(SECONDS * source.getframerate())))


def own_instructions(profile, program):
    """{function: instructions} of one object out of callgrind's file, calls to others not included."""
    names, counts = {}, {}

    def name_of(kind, text):
        # "(7) name" says what 7 stands for, "(7)" refers to it.
        number, _, name = text.partition(" ")
        if name:
            names[kind, number] = name
        return names.get((kind, number), number)

    ours, function, called = False, "", False
    for line in profile.read_text(errors="replace").splitlines():
        if line[:1].isdigit() or line[:1] in "+-*":
            if called:
                called = False  # the line after calls= is the callee's cost
            elif ours:
                cost = line.split()[1:]
                counts[function] = counts.get(function, 0) + int(cost[0] if cost else 0)
        elif line.startswith("ob="):
            ours = pathlib.Path(name_of("ob", line[3:])).name == program.name
        elif line.startswith("cob="):
            name_of("ob", line[4:])
        elif line.startswith("fn="):
            function = name_of("fn", line[3:])
        elif line.startswith("cfn="):
            name_of("fn", line[4:])
        elif line.startswith("calls="):
            called = True
    return counts


def skip(why):
    print(f"SKIPPED: {why}")
    return SKIPPED


def count(program, options, folder):
    """{function: instructions}, or the reason why there is none."""
    profile = folder / "profile"
    clip = folder / "clip.wav"
    cut(clip)
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", str(program), str(clip), *options, "--threads", "1", "--quiet", "-o", str(folder / "turns.rttm")],
        capture_output=True, text=True)  # fmt: skip
    if run.returncode != 0:
        return None, (run.stderr.strip().splitlines() or ["valgrind failed"])[-1]
    return own_instructions(profile, program), None


def grown(before, now):
    changes = {name: now.get(name, 0) - before.get(name, 0) for name in {*before, *now}}
    return sorted(((change, name) for name, change in changes.items() if change > 0), reverse=True)[:5]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--compiler", default="", help="what built it, such as 'GNU 12.2.0'; kept beside the figures")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--update", action="store_true", help="write the figures of now to bench/instructions.json")
    args = parser.parse_args()
    program = args.program.resolve()
    baseline = json.loads(BASELINE.read_text()) if BASELINE.exists() else {"compiler": "", "cases": {}}
    if shutil.which("valgrind") is None:
        return skip("valgrind is not installed")
    sets = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout
    if "avx2" not in sets:
        return skip("this machine has no AVX2")
    if args.check and not baseline["cases"]:
        return skip(f"no figures to compare with yet; make them with: {UPDATE}")
    if args.check and args.compiler and args.compiler != baseline["compiler"]:
        return skip(f"figures are for {baseline['compiler']}, this is {args.compiler}")
    if args.update:
        baseline = {"compiler": args.compiler or baseline["compiler"], "cases": {}}
    failed = False
    for case, options in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            counts, why = count(program, options, pathlib.Path(folder))
        if counts is None:
            print(f"{case}: {why}")
            return 1
        total = sum(counts.values())
        if args.update:
            told = {name: n for name, n in sorted(counts.items(), key=lambda item: -item[1]) if n >= TOLD * total}
            baseline["cases"][case] = {"total": total, "functions": told}
            print(f"{case}: {total / 1e6:.1f} million instructions, kept")
            continue
        before = baseline["cases"].get(case)
        if before is None:
            print(f"{case}: {total / 1e6:.1f} million instructions; no figure to compare with")
            failed = True
            continue
        change = total / before["total"] - 1
        print(f"{case}: {total / 1e6:.1f} million instructions, {100 * change:+.2f} % from {before['total'] / 1e6:.1f}")
        if change > TOLERANCE:
            failed = True
            for growth, name in grown(before["functions"], {n: c for n, c in counts.items() if c >= TOLD * total}):
                print(f"  {growth / 1e6:+10.1f} million  {name}")
            print(f"  If this is meant, say so in the commit and run: {UPDATE}")
        elif change < -TOLERANCE:
            print(f"  Cheaper: keep it so with: {UPDATE}")
    if args.update:
        BASELINE.write_text(json.dumps(baseline, indent=1) + "\n")
    return 1 if args.check and failed else 0


if __name__ == "__main__":
    sys.exit(main())
