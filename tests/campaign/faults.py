#!/usr/bin/env python3
"""One call to the system fails, each in its turn, and the program has to say so or do without it.

    tests/campaign/faults.py --program build/release/diarist --shim build/release/tests/fault_shim.so --seed 1 --count 60

An undisturbed run of each of the scenarios (`file`, `flac`, `archive`, `cache`, `split`, `add`, `remember`, `forget`) counts its
calls of each function; then a run for each call (or for --count of them, spaced evenly, with the first and the last) and each error that
fits the function: once (`write:3:EIO`), or from then on (`write:3+:ENOSPC`, a full disk stays full). Promises: the program ends
with code 0 and the right results, or with another code and a message; never by a signal, and never late. What has its final name is whole, no
temporary file stays, and after the fault has gone the next run gives what an undisturbed one gives. Interrupted
and short calls (EINTR, short) of read and write are no errors: they end with code 0. With `kill` the call is a kill -9, and
the temporary file may stay until the next run. Allocations of libsndfile's own are left out: 1.2.0 does not look at the result of one of them.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import campaign
from campaign import Broken, cut_sample, expect, temporaries

ERRORS = {
    "read": ["EINTR", "short", "EIO", "+EIO"],
    "readv": ["EINTR", "short", "EIO", "+EIO"],
    "pread": ["EINTR", "short", "EIO", "+EIO"],
    "write": ["EINTR", "short", "EIO", "ENOSPC", "+ENOSPC", "kill"],
    "writev": ["EINTR", "short", "EIO", "ENOSPC", "+ENOSPC", "kill"],
    "pwrite": ["EINTR", "short", "EIO", "ENOSPC", "+ENOSPC", "kill"],
    "open": ["EINTR", "ENOMEM", "EMFILE", "+EMFILE", "EIO"],
    "openat": ["EINTR", "ENOMEM", "EMFILE", "+EMFILE", "EIO"],
    "fopen": ["ENOMEM", "EMFILE", "EIO"],
    "fsync": ["EINTR", "EIO", "ENOSPC", "+EIO", "kill"],
    "fdatasync": ["EINTR", "EIO", "ENOSPC", "+EIO", "kill"],
    "ftruncate": ["EINTR", "EIO", "ENOSPC"],
    "rename": ["EIO", "ENOSPC", "EACCES", "kill"],
    "mkdir": ["EIO", "ENOSPC", "EACCES"],
    "mmap": ["ENOMEM", "+ENOMEM"],
    "pthread_create": ["EAGAIN", "+EAGAIN"],
    "malloc": ["ENOMEM", "+ENOMEM"],
    "new": ["ENOMEM", "+ENOMEM"],
}
NO_ERROR = {"EINTR", "short"}
# Scenarios that leave results and nothing else.
NOTHING_HIDDEN = {"file", "flac", "split"}
TRANSFERS = {"read", "readv", "pread", "write", "writev", "pwrite"}


class Setting:
    """Recordings, a store, and where the program is."""

    def __init__(self, given, folder):
        self.program, self.shim = given.program, given.shim
        self.sound = cut_sample(folder / "talk.wav", 6, 9)
        self.long = cut_sample(folder / "long.wav", 6, 18)
        self.flac = folder / "talk.flac"
        # 24 bits in FLAC come by way of libsndfile.
        campaign.done([self.program, "split", self.sound, self.turns(folder), "-q", "-o", folder / "flac", "--format", "flac"])
        shutil.copy(next((folder / "flac").glob("*.flac")), self.flac)
        self.voice = cut_sample(folder / "voice.wav", 8, 14)
        self.store = folder / "voices.db"
        campaign.done([self.program, "speakers", "add", "-q", "Ann", self.long, "--speakers", "1", "--store", self.store])

    @staticmethod
    def turns(folder):
        path = folder / "turns.rttm"
        path.write_text("SPEAKER talk 1 0.0 3.0 <NA> <NA> Ann <NA> <NA>\n")
        return path


def scenario(setting, name, folder):
    """The command, and which files and folders have its results."""
    program = setting.program
    store = folder / "voices.db"
    if name in ("add", "remember", "forget"):
        shutil.copy(setting.store, store)
    return {
        "file": [program, "diarize", setting.sound, "-q", "--threads", "2", "-o", folder / "result.json"],
        "flac": [program, "diarize", setting.flac, "-q", "--threads", "2", "-o", folder / "result.rttm"],
        "archive": [program, "diarize", setting.sound, "--threads", "2", "-o", folder / "turns/", "--resume", "-f", "rttm,csv"],
        "cache": [program, "diarize", setting.sound, "-q", "--threads", "2", "--cache", folder / "cache", "-o", folder / "result.rttm"],
        "split": [program, "split", setting.sound, "-q", "--threads", "2", "-o", folder / "parts"],
        "add": [program, "speakers", "add", "-q", "--threads", "2", "Bob", setting.voice, "--store", store],
        "remember": [program, "diarize", setting.long, "-q", "--threads", "2", "--identify", store, "--remember", "-o", folder / "result.rttm"],
        "forget": [program, "speakers", "forget", "Ann", "--store", store],
    }[name]


SCENARIOS = ("file", "flac", "archive", "cache", "split", "add", "remember", "forget")


class Scenario:
    def __init__(self, setting, name):
        self.setting, self.name = setting, name
        with tempfile.TemporaryDirectory() as text:
            folder = pathlib.Path(text)
            counts = folder.parent / f"{folder.name}-counts"
            command = scenario(setting, name, folder)
            self.before = self.state(folder)
            end = campaign.ended(command, environment=self.environment(DIARIST_FAULT_COUNTS=str(counts)))
            expect(end.code == 0, f"undisturbed: {end}")
            self.wanted = self.state(folder)
            self.calls = {word: int(count) for word, count in (line.split() for line in counts.read_text().splitlines())}
            counts.unlink()
            self.again_code = campaign.ended(command).code
            self.wanted_again = self.state(folder)

    def environment(self, **more):
        return {**os.environ, "LD_PRELOAD": str(self.setting.shim), "DIARIST_FAULT_SPARE": "libsndfile", **more}

    def state(self, folder):
        """Results by their names, and what the store has, but for times."""
        found = {}
        for path in sorted(folder.rglob("*")):
            part = str(path.relative_to(folder))
            if path.is_file() and not part.startswith("cache") and not any(
                    name.startswith((".diarist-", "voices.db")) for name in path.relative_to(folder).parts):
                found[part] = path.read_bytes()
        store = folder / "voices.db"
        if store.exists():
            document = json.loads(campaign.done([self.setting.program, "speakers", "export", "-", "--store", store]).out)
            for voice in document["voices"]:
                for session in voice["sessions"]:
                    session.pop("added")
            found["store"] = json.dumps(document["voices"]).encode()
        return found

    def faults(self, count, functions):
        """Function, number of the call and error of each run that is to be made; and how many of how many calls."""
        chosen, calls = [], 0
        for function, errors in ERRORS.items():
            whole = self.calls[function] if function in functions else 0
            calls += whole * len(errors)
            chosen += [(function, number, error) for error in errors for number in spread(whole, count)]
        return chosen, calls

    def attempt(self, function, number, error, folder):
        command = scenario(self.setting, self.name, folder)
        all_after, plain = error.startswith("+"), error.lstrip("+")
        environment = self.environment(DIARIST_FAULT=f"{function}:{number}{'+' if all_after else ''}:{plain}")
        if plain == "kill":
            process = subprocess.run([str(word) for word in command], env=environment, capture_output=True, timeout=60)
            expect(process.returncode in (-signal.SIGKILL, 0), f"code {process.returncode}")
            code = process.returncode
        else:
            end = campaign.ended(command, environment=environment, patience_s=30)
            code = end.code
            expect(code < 100, f"code {code}: {end.err}")
            expect(code == 0 or len(end.err.strip()) > 10, f"code {code} without a message: {end.err!r}")
            if plain in NO_ERROR and function in TRANSFERS:
                expect(code == 0, f"a call that was only interrupted or short is an error: {code}, {end.err}")
            # To look into the folder of `split`, so as to remove it, takes memory.
            excused = self.name == "split" and error == "+ENOMEM"
            expect(excused or not temporaries(folder), f"code {code}, and temporary files stay: {temporaries(folder)}")
        found = self.state(folder)
        if code == 0:
            expect(found == self.wanted, f"code 0, but other results: {difference(found, self.wanted)}")
        for name, content in found.items():
            expect(content in (self.before.get(name), self.wanted.get(name)),
                   f"code {code}, and {name} is neither old nor new: {content!r:.300}")
        outcome = f"{self.name}: " + ("killed" if plain == "kill" and code else "done all the same" if code == 0 else "clear error")
        changed = found != self.before
        if not changed and self.name in NOTHING_HIDDEN and not temporaries(folder):
            return outcome  # The next run would find what this one has found.
        again = campaign.ended(command).code
        # What was stored may be stored although the command failed later: then this is the second run.
        after = self.state(folder)
        expect(again == 0 and after == self.wanted or changed and again == self.again_code and after == self.wanted_again,
               f"the run after it ends with {again} and {difference(after, self.wanted)}")
        return outcome


def spread(calls, count):
    """Numbers of so many calls, evenly spaced with the first and the last; of all where count is 0."""
    if not count or calls <= count:
        return range(1, calls + 1)
    return sorted({1 + round(step * (calls - 1) / (count - 1)) if count > 1 else 1 for step in range(count)})


def difference(found, wanted):
    names = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    return [(name, found.get(name, b"")[:200], wanted.get(name, b"")[:200]) for name in names]


def configure(parser):
    parser.add_argument("--shim", type=pathlib.Path, help="fault_shim.so; that of the program's build otherwise")
    parser.add_argument("--scenarios", default=",".join(SCENARIOS), help="these alone")
    parser.add_argument("--functions", default=",".join(ERRORS), help="calls of these alone")


def find_shim(given):
    """Where it is, to `given`; ends where it is not."""
    given.shim = (given.shim or given.program.parent / "tests" / "fault_shim.so").resolve()
    if not given.shim.exists():
        sys.exit(f"{given.shim} is not there; cmake --build BUILD --target fault_shim")


def main():
    given = campaign.arguments(__doc__, 60, configure)
    find_shim(given)
    tries = campaign.Campaign(given)
    begun, whole = time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="diarist-faults-") as folder:
        setting = Setting(given, pathlib.Path(folder))
        for name in given.scenarios.split(","):
            if given.only and not given.only.startswith(f"{name}:"):
                continue
            tried = Scenario(setting, name)
            if given.only:
                _, function, number, error = given.only.split(":")
                tries.run(given.only, lambda _, folder: tried.attempt(function, int(number), error, folder))
                continue
            chosen, calls = tried.faults(given.count, given.functions.split(","))
            whole += calls
            for function, number, error in chosen:
                tries.run(f"{name}:{function}:{number}:{error}",
                          lambda _, folder: tried.attempt(function, number, error, folder))
    return tries.end("calls failed", f"; of {whole} there are to fail, in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as reason:
        sys.exit(f"an undisturbed run: {reason}")
