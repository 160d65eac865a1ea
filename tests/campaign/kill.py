#!/usr/bin/env python3
"""kill -9 at random moments, and what is there afterwards.

    tests/campaign/kill.py --program build/release/diarist --seed 1 --count 300

Four ways: `file`, diarize to one file, with an older result there or not; `archive`, `diarize --resume` of a folder, killed once to three
times in a row; `store`, commands that change a store of voices; `serve`, a server with three jobs, killed once or twice. Promises: what has
its final name is whole, the next run completes, what it gives is byte for byte what an undisturbed run gives, nothing half-written stays where
the next run could remove it, and no job that was answered for and no voice is lost. Half of the moments are spread over the whole
run, half over its last fifth, when it writes.
"""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import sys
import tempfile
import threading
import time

import campaign
from campaign import Broken, cut_sample, done, expect, killed, temporaries

sys.path.insert(0, str(campaign.ROOT / "tests" / "server" / "end_to_end"))
# Of a hundred kills. A server takes a few seconds, the others less than one.
SHARES = {"file": 30, "archive": 27, "store": 28, "serve": 15}
CUTS_S = {"a": (6, 11), "b": (6, 18), "c": (12, 15), "d": (18, 27)}
FORMATS = ("rttm", "json")


def moment_s(random, whole_s):
    """When to kill a run that takes so long undisturbed."""
    if random.random() < 0.5:
        return random.uniform(0, whole_s)
    return random.uniform(0.8, 1.05) * whole_s


def timed(command):
    """How long a run takes, the median of three; `command()` gives each of them."""
    def once():
        words, begun = command(), time.monotonic()
        done(words)
        return time.monotonic() - begun
    return statistics.median(once() for _ in range(3))


class Recordings:
    """Recordings, and what undisturbed runs make of them."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.talks = folder / "talks"
        self.talks.mkdir()
        for name, (from_s, to_s) in CUTS_S.items():
            cut_sample(self.talks / f"{name}.wav", from_s, to_s)
        done([program, "diarize", self.talks, "-q", "-f", ",".join(FORMATS), "-o", folder / "expected/"])
        self.expected = {path.name: path.read_bytes() for path in (folder / "expected").iterdir()}


class File:
    """diarize RECORDING -o FILE."""

    def __init__(self, recordings):
        self.recordings = recordings
        self.seconds = {name: timed(lambda: self.command(name, recordings.folder / "timed.rttm")) for name in CUTS_S}

    def command(self, name, target):
        return [self.recordings.program, "diarize", self.recordings.talks / f"{name}.wav", "-q", "-o", target]

    def __call__(self, random, folder):
        name = random.choice(list(CUTS_S))
        target = folder / f"{name}.{random.choice(FORMATS)}"
        wanted = self.recordings.expected[target.name]
        before = random.choice([None, b"an older result\n"])
        if before:
            target.write_bytes(before)
        was_killed = killed(self.command(name, target), moment_s(random, self.seconds[name]))
        found = target.read_bytes() if target.exists() else None
        expect(found in (before, wanted), f"{target.name} is neither the older result nor the new one: {found!r:.200}")
        outcome = "file: quicker" if not was_killed else "file: killed, result there" if found == wanted else "file: killed"
        expect(was_killed or found == wanted, "ended without its result")
        left = temporaries(folder)
        expect(len(left) <= 1, f"several temporary files: {left}")
        done(self.command(name, target))
        expect(target.read_bytes() == wanted, "the next run gives something else")
        return outcome


class Archive:
    """diarize FOLDER -o FOLDER --resume."""

    def __init__(self, recordings):
        self.recordings = recordings
        with tempfile.TemporaryDirectory() as folder:
            fresh = (pathlib.Path(folder) / str(index) for index in range(10))
            self.seconds = timed(lambda: self.command(next(fresh)))

    def command(self, target):
        return [self.recordings.program, "diarize", self.recordings.talks, "-o", target, "--resume", "-f", ",".join(FORMATS)]

    def __call__(self, random, folder):
        target = folder / "turns"
        kills = random.randint(1, 3)
        killed_at_all, whole = False, set()
        for _ in range(kills):
            killed_at_all |= killed(self.command(target), moment_s(random, self.seconds))
            there = {path.name: path.read_bytes() for path in target.glob("[a-z]*")}
            for name, content in there.items():
                expect(content == self.recordings.expected[name], f"{name} is half written: {content!r:.200}")
            expect(whole <= set(there), f"results went away: {whole - set(there)}")
            whole = set(there)
        told = done(self.command(target)).err
        there = {path.name: path.read_bytes() for path in target.glob("[a-z]*")}
        expect(there == self.recordings.expected, f"the next run gives something else: {sorted(there)}, {told}")
        expect(not temporaries(target), f"temporary files stay: {temporaries(target)}")
        expect(" 0 failed" in told, told)
        again = done(self.command(target)).err
        expect(f"{len(CUTS_S)} done before, 0 done now, 0 failed" in again, f"the account is wrong: {again}")
        return f"archive: killed {'now and then' if killed_at_all else 'too late'}"


class Store:
    """Commands that change a store of voices. Each is done whole, or not at all."""

    def __init__(self, recordings):
        self.recordings, program = recordings, recordings.program
        self.base = recordings.folder / "voices.db"
        # The same recording under two names is refused, so everybody has cuts of their own.
        parts = recordings.folder / "people"
        done([program, "split", campaign.SAMPLE, "-q", "-o", parts])
        first, second = sorted(parts.glob("*SPEAKER*.wav"))
        first_cuts = [cut_sample(parts / f"first-{index}.wav", index, index + 6, source=first) for index in range(2)]
        second_cuts = [cut_sample(parts / f"second-{index}.wav", index, index + 6, source=second) for index in range(2)]
        self.speakers(self.base, "add", "-q", "Ann", first)
        self.speakers(self.base, "add", "-q", "Old", second)
        export, other = recordings.folder / "more.json", recordings.folder / "other.db"
        self.speakers(other, "add", "-q", "Cid", first_cuts[1])
        self.speakers(other, "add", "-q", "Dee", second_cuts[1])
        self.speakers(other, "export", export)
        self.operations = {
            "add": ["speakers", "add", "-q", "Bob", second_cuts[0], "--store", "STORE"],
            "learn": ["speakers", "add", "-q", "Ann", first_cuts[0], "--store", "STORE"],
            "rename": ["speakers", "rename", "Ann", "Anne", "--store", "STORE"],
            "merge": ["speakers", "merge", "Ann", "Old", "--store", "STORE"],
            "forget": ["speakers", "forget", "Old", "--store", "STORE"],
            "import": ["speakers", "import", "-q", export, "--store", "STORE"],
            "remember": ["diarize", recordings.talks / "b.wav", "-q", "--identify", "STORE", "--remember", "-o", "b.rttm"],
        }
        self.undisturbed = {name: self.measure(name) for name in self.operations}

    def speakers(self, store, command, *words):
        return done([self.recordings.program, "speakers", command, *words, "--store", store])

    def command(self, name, store):
        return [self.recordings.program, *(store if word == "STORE" else word for word in self.operations[name])]

    def content(self, store):
        """What is kept, but for the times at which it was."""
        document = json.loads(self.speakers(store, "export", "-").out)
        for voice in document["voices"]:
            for session in voice["sessions"]:
                session.pop("added")
        return json.dumps(document, sort_keys=True)

    def measure(self, name):
        """Seconds, what is kept after one run and after two, and the code and result of each."""
        with tempfile.TemporaryDirectory() as text:
            folder = pathlib.Path(text)
            store = shutil.copy(self.base, folder / "voices.db")
            states, runs = [self.content(store)], []
            seconds = []
            for _ in range(2):
                begun = time.monotonic()
                runs.append(self.rerun(name, store, folder))
                seconds.append(time.monotonic() - begun)
                states.append(self.content(store))
            return seconds[0], states, runs

    def rerun(self, name, store, folder):
        """Code and result. A name that is gone already has `rename` and its like say so."""
        code = campaign.ended(self.command(name, store), folder=folder).code
        result = folder / "b.rttm"
        return code, result.read_bytes() if result.exists() else None

    def __call__(self, random, folder):
        name = random.choice(list(self.operations))
        seconds, states, runs = self.undisturbed[name]
        store = shutil.copy(self.base, folder / "voices.db")
        was_killed = killed(self.command(name, store), moment_s(random, seconds), folder=folder)
        # As the next program finds it, with SQLite's log of a writer that is gone.
        with contextlib.closing(sqlite3.connect(shutil.copytree(folder, folder / "copy") / "voices.db")) as copy:
            expect(copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the store is corrupt")
        shutil.rmtree(folder / "copy")
        result = folder / "b.rttm"
        if result.exists():
            expect(result.read_bytes() == runs[0][1], "half a result")
        state = self.content(store)
        expect(state in states[:2], f"{name} was done by half, or something is lost: {json.loads(state)['voices']!s:.300}")
        step = states.index(state)
        found = self.rerun(name, store, folder)
        expect(found == runs[step], f"{name} after {step} steps: the next run ends with {found!s:.300}, not {runs[step]!s:.300}")
        expect(self.content(store) == states[step + 1], f"{name}: the next run keeps something else")
        if name == "forget":
            left = b"".join(path.read_bytes() for path in folder.glob("voices.db*"))
            expect(b"Old" not in left, "a trace of who was to be forgotten")
        return "store: quicker" if not was_killed else f"store: killed {'after' if step else 'before'} the change"


class Serve:
    """A server with jobs."""

    def __init__(self, recordings):
        os.environ["DIARIST_PROGRAM"] = str(recordings.program)
        import serving  # reads the program's name when it is imported
        self.serving, self.recordings = serving, recordings

    def hand_in(self, served, wanted, accepted, until):
        """Jobs that the server answers for, until it dies."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            for name in wanted:
                job = served.submit(self.recordings.talks / f"{name}.wav", f"?name={name}")
                accepted[job["id"]] = name
        if (left := until - time.monotonic()) > 0:
            time.sleep(left)

    def __call__(self, random, folder):
        accepted, serving = {}, self.serving
        for _ in range(random.randint(1, 2)):
            served = serving.Served(folder).start()
            wanted = random.sample(list(CUTS_S), 3)
            until = time.monotonic() + random.uniform(0, 1.2)
            # The kill comes from a thread of its own, so that it meets uploads as well as jobs.
            killer = threading.Timer(max(0, until - time.monotonic()), served.process.kill)
            killer.start()
            self.hand_in(served, wanted, accepted, until)
            killer.join()
            served.process.wait(30)
            served.__exit__()
        with serving.Served(folder) as served:
            for job, name in accepted.items():
                answer = served.ask("GET", f"/v1/diarizations/{job}")
                expect(answer.status == 200, f"job {job} is lost: {answer.status} {answer.body!r:.200}")
                ended = served.wait_until(job, patience_s=60)
                expect(ended["state"] == "succeeded", f"job {job} of {name}: {ended!s:.300}")
                got = served.ask("GET", f"/v1/diarizations/{job}?format=rttm").body
                expect(got == self.recordings.expected[f"{name}.rttm"], f"job {job} of {name} gives something else: {got!r:.200}")
            known = {job["id"] for job in served.ask("GET", "/v1/diarizations?limit=100").json()["jobs"]}
            files = {path.name for path in (folder / "data" / "uploads").iterdir()}
            expect(files <= known, f"files of no job: {files - known}")
            expect(served.stop()[0] == 0, "the server ends with an error")
        return f"serve: {'jobs kept' if accepted else 'killed before the first job'}"


def main():
    given = campaign.arguments(__doc__, 300)
    tries = campaign.Campaign(given)
    with tempfile.TemporaryDirectory(prefix="diarist-kill-") as folder:
        recordings = Recordings(given.program, pathlib.Path(folder))
        kinds = {"file": File, "archive": Archive, "store": Store, "serve": Serve}
        for kind, share in SHARES.items():
            if given.only and not given.only.startswith(kind):
                continue
            way = kinds[kind](recordings)
            count = max(1, round(given.count * share / 100))
            for index in range(int(given.only.split(":")[1]) + 1 if given.only else count):
                tries.run(f"{kind}:{index}", way)
    return tries.end("runs were killed")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as reason:
        sys.exit(f"an undisturbed run: {reason}")
