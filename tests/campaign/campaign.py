"""What the scripts of this folder share: cases that can be run again one by one, the program under a clock, the summary."""
import argparse
import collections
import contextlib
import dataclasses
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import wave

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "sample.wav"
# A hundred times what these recordings take on an idle machine; longer is a hang.
PATIENCE_S = 60


class Broken(Exception):
    """A promise that was not kept; says which."""


@dataclasses.dataclass
class Ended:
    """How a run of the program ended: `code` is negative where a signal ended it."""
    code: int
    out: bytes
    err: str


def arguments(description, count, configure=lambda parser: None):
    """The options that every script has, and its own."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the built diarist")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random")
    parser.add_argument("--count", type=int, default=count, help="how many cases; 0 for all there are, where that has an end")
    parser.add_argument("--only", metavar="CASE", help="this case alone, as a complaint names it")
    configure(parser)
    given = parser.parse_args()
    given.program = given.program.resolve()
    return given


class Campaign:
    """Counts what cases came to, and complains of those that broke a promise."""

    def __init__(self, given):
        self.given = given
        self.outcomes = collections.Counter()
        self.broken = []

    def run(self, case, what):
        """Has `what(random, folder)` try a case in a fresh folder. It gives the outcome's name, or raises Broken."""
        if self.given.only not in (None, case):
            return
        with tempfile.TemporaryDirectory(prefix="diarist-campaign-") as folder:
            try:
                self.outcomes[what(random.Random(f"{self.given.seed} {case}"), pathlib.Path(folder))] += 1
            except Broken as reason:
                self.complain(case, reason)

    def complain(self, case, reason):
        self.outcomes["BROKEN"] += 1
        self.broken.append(case)
        words = [word for before, word in zip(["", *sys.argv], sys.argv) if "--only" not in (before, word)]
        print(f"{case}: {reason}\n  again: {' '.join(words)} --only '{case}'", flush=True)

    def end(self, what, more=""):
        """Prints the summary, and gives the exit code."""
        tries = sum(self.outcomes.values())
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.outcomes.items()))
        print(f"{pathlib.Path(sys.argv[0]).name}: {tries} {what}: {counts or 'none'}; "
              f"{len(self.broken)} broken promises{more} (seed {self.given.seed})")
        if tries == 0:
            print("nothing was tried")
        return 1 if self.broken or tries == 0 else 0


def ended(command, *, folder=None, environment=None, patience_s=PATIENCE_S, before=None):
    """Runs a command to its end. A hang is a broken promise, and so is an end by a signal."""
    process = subprocess.Popen([str(word) for word in command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=before)
    try:
        out, err = process.communicate(timeout=patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise Broken(f"still running after {patience_s} s: {err.decode(errors='replace')[-500:]}") from None
    told = err.decode(errors="replace")
    if process.returncode < 0:
        raise Broken(f"ended by {signal.Signals(-process.returncode).name}: {told[-500:]}")
    if "terminate called" in told or "internal error, please report" in told:
        raise Broken(f"code {process.returncode}: {told[-500:]}")
    return Ended(process.returncode, out, told)


def done(command, **options):
    """The same, of a run that has to succeed."""
    end = ended(command, **options)
    if end.code != 0:
        raise Broken(f"code {end.code}: {end.err[-500:]}")
    return end


def killed(command, after_s, *, folder=None):
    """Ends a command with SIGKILL after so long; False where it was quicker."""
    process = subprocess.Popen([str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(after_s)
    process.kill()
    return process.wait() == -signal.SIGKILL


def expect(kept, promise):
    if not kept:
        raise Broken(promise)


def cut_sample(target, from_s, to_s, source=SAMPLE):
    """A part of the sample: 16 bits, 16 kHz, one channel. From 6 s to 18 s two people speak."""
    with wave.open(str(source)) as whole:
        whole.setpos(int(from_s * whole.getframerate()))
        frames = whole.readframes(int((to_s - from_s) * whole.getframerate()))
        with wave.open(str(target), "wb") as cut:
            cut.setparams(whole.getparams())
            cut.writeframes(frames)
    return target


def temporaries(folder):
    """Names of half-written files in a folder and below."""
    return sorted(path.name for path in pathlib.Path(folder).rglob("*")
                  if path.name.startswith(".diarist-") and path.name.endswith(".tmp"))
