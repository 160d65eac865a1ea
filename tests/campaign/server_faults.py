#!/usr/bin/env python3
"""What faults.py does, of a server: a call to the system fails while it starts, takes a job and a voice, and ends.

    tests/campaign/server_faults.py --program build/release/diarist --seed 1 --count 3

An undisturbed server counts its calls of each function; then there is a server for --count of the calls of each (0: for all of them) and each error that
fits. Its client uploads a recording, waits for the job, fetches what came out, and gives the voice a name. Promises: no end by a signal, and none that is late;
where it cannot start it says so; whoever asks gets what is right, an error with a reason, or a closed connection. Once a fault is over it does the next job, and ends
with code 0. After it was started again every job and voice that it had answered for is there, the job with the right result or a reason, and another job succeeds.
A fault that lasts (`+`) may leave clients without an answer as long as it does; one that strikes while the server ends is told.
"""
import contextlib
import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import campaign
import faults
from campaign import Broken, cut_sample, expect

sys.path.insert(0, str(campaign.ROOT / "tests" / "server" / "end_to_end"))

ERRORS = {
    **faults.ERRORS,
    "socket": ["EMFILE"],
    "bind": ["EADDRINUSE"],
    "listen": ["EADDRINUSE"],
    "accept4": ["EINTR", "ECONNABORTED", "EMFILE", "+EMFILE"],
    "poll": ["EINTR", "ENOMEM"],
    "recv": ["EINTR", "short", "ECONNRESET"],
    "send": ["EINTR", "short", "ECONNRESET"],
    "eventfd": ["EMFILE"],
}
PATIENCE_S = 30
# Of a client whose server has a fault that lasts.
LITTLE_PATIENCE_S = 2
START_S = 5


class Client:
    """What one client does, and what it was told."""

    def __init__(self, served, patience_s=PATIENCE_S):
        self.served, self.patience_s = served, patience_s
        self.job = None      # that was answered for
        self.state = None    # of it, as last told
        self.result = None
        self.voice = False   # was answered for
        self.refused = 0     # errors and closed connections

    def ask(self, *words, **more):
        """An answer, or None where there was none."""
        try:
            answer = self.served.ask(*words, timeout_s=self.patience_s, **more)
        except TimeoutError:
            expect(self.patience_s < PATIENCE_S, f"no answer to {words[0]} {words[1]} in {PATIENCE_S} s")
            answer = None
        except (OSError, http.client.HTTPException):
            answer = None
        if answer is None or answer.status >= 400:
            self.refused += 1
        if answer is not None and answer.status >= 400:
            try:
                expect(answer.json()["detail"], "")
            except (ValueError, KeyError, Broken):
                raise Broken(f"{answer.status} without a reason: {answer.body!r}") from None
        return answer if answer is not None and answer.status < 400 else None

    def run(self, sound):
        if answer := self.ask("POST", "/v1/diarizations", sound, {"Content-Type": "audio/wav"}):
            self.job = answer.json()["id"]
            self.wait()
        if self.state == "succeeded":
            if answer := self.ask("GET", f"/v1/diarizations/{self.job}?format=rttm"):
                self.result = named_by_number(answer.body)
            voice = json.dumps({"name": "Ann", "job": self.job, "speaker": "SPEAKER_00"})
            self.voice = self.ask("POST", "/v1/speakers", voice, {"Content-Type": "application/json"}) is not None
        self.ask("GET", "/v1/speakers")

    def wait(self):
        until = time.monotonic() + self.patience_s
        while self.served.process.poll() is None and time.monotonic() < until:
            if answer := self.ask("GET", f"/v1/diarizations/{self.job}"):
                job = answer.json()
                self.state = job["state"]
                if self.state in ("succeeded", "failed"):
                    expect(self.state == "succeeded" or job["error"], f"failed without a reason: {job}")
                    return
            time.sleep(0.02)
        expect(self.patience_s < PATIENCE_S, f"job {self.job} does not end: {self.state}")


def named_by_number(result):
    """A server calls whom it knows by name, and may have been told of Ann before the fault or not."""
    return result.replace(b"Ann", b"SPEAKER_00")


def port_of(process):
    """Where a process listens; None where it has ended."""
    until = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError):
            own = {os.readlink(file) for file in pathlib.Path(f"/proc/{process.pid}/fd").iterdir()}
            for line in pathlib.Path(f"/proc/{process.pid}/net/tcp").read_text().splitlines()[1:]:
                words = line.split()
                if words[3] == "0A" and f"socket:[{words[9]}]" in own:
                    return int(words[1].split(":")[1], 16)
        time.sleep(0.1)
    expect(process.poll() is not None, "neither ends nor listens")
    return None


class Server:
    """In a folder, with a fault or without; a context manager that leaves no process."""

    def __init__(self, given, folder, **environment):
        import serving
        self.served = serving.Served(folder, "--threads", "2")
        popen = serving.subprocess.Popen
        environment = {**os.environ, "LD_PRELOAD": str(given.shim), "DIARIST_FAULT_SPARE": "libsndfile", **environment}
        serving.subprocess.Popen = lambda *words, **more: popen(*words, **more, env=environment)
        try:
            self.served.start(patience_s=START_S)
        except AssertionError:
            pass
        finally:
            serving.subprocess.Popen = popen
        self.started = False

    def __enter__(self):
        try:
            if self.served.port is None:
                # It may have ended, or have lost the line of its log that says so: no log stops a server.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.served.process.wait(1)
                self.served.port = port_of(self.served.process)
            self.started = self.served.port is not None
        except Broken:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.served.process.poll() is None:
            self.served.process.kill()
            self.served.process.wait()
        self.served.reader.join(10)
        self.served.process.stderr.close()

    def told(self):
        return " ".join(str(event.get("text", event)) for event in self.served.log)[-500:]

    def end(self, killed=lambda: False):
        """Its code; no hang, and no signal but that of a call which was one."""
        process = self.served.process
        if process.poll() is None:
            process.terminate()
        try:
            code = process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise Broken(f"does not end: {self.told()}") from None
        self.served.reader.join(10)
        expect(code >= 0 or killed(), f"ended by signal {-code}: {self.told()}")
        expect("terminate called" not in self.told(), self.told())
        return code


class Material:
    """A recording, what is to come out, and {function: calls}."""

    def __init__(self, given, folder):
        self.sound = cut_sample(folder / "talk.wav", 6, 9).read_bytes()
        counts = folder / "counts"
        with Server(given, folder, DIARIST_FAULT_COUNTS=str(counts)) as server:
            expect(server.started, server.told())
            client = Client(server.served)
            client.run(self.sound)
            expect(server.end() == 0 and client.result and client.voice and not client.refused, server.told())
        self.wanted = client.result
        self.calls = {word: int(count) for word, count in (line.split() for line in counts.read_text().splitlines())}


def attempt(given, material, function, number, error, folder):
    lasts, plain = error.startswith("+"), error.lstrip("+")
    hit = folder / "hit"
    with Server(given, folder, DIARIST_FAULT=f"{function}:{number}{'+' if lasts else ''}:{plain}", DIARIST_FAULT_HIT=str(hit)) as server:
        started = server.started
        client = Client(server.served, LITTLE_PATIENCE_S if lasts else PATIENCE_S)
        if started:
            client.run(material.sound)
        if started and hit.exists() and not lasts and plain != "kill":
            expect(server.served.process.poll() is None, f"it has ended by itself: {server.told()}")
            works(server, material, "once the fault is over")
        struck = hit.exists()
        code = server.end(killed=lambda: plain == "kill" and hit.exists())
        if code >= 0:
            expect(started or code != 0 and len(server.told()) > 10, f"code {code}, and did not start: {server.told()}")
            # Where the end itself is struck, it says so.
            expect(not started or lasts or code == 0 or not struck and "diarist: " in server.told(), f"code {code}: {server.told()}")
    expect(client.result in (None, material.wanted), f"another result: {client.result!r:.300}")
    if plain in faults.NO_ERROR and function in {*faults.TRANSFERS, "accept4", "poll", "recv", "send"}:
        expect(client.result is not None and client.voice and not client.refused,
               f"a call that was only interrupted or short is an error: {server.told()}")
    starts_again(given, material, client, folder)
    expect(number > 1 or hit.exists(), "the first call was not come to")
    if not hit.exists():
        return "not come to"
    if plain == "kill":
        return "killed there"
    if not started:
        return "said so at the start"
    return "error or closed connection" if client.refused or client.state == "failed" else "done all the same"


def works(server, material, when):
    """A client that gets all it asks for."""
    client = Client(server.served)
    client.run(material.sound)
    expect(client.result == material.wanted,
           f"{when}, a job: {client.state}, {client.refused} refused, {client.result!r:.300}; {server.told()}")


def starts_again(given, material, client, folder):
    """After the fault: all that was answered for is there."""
    with Server(given, folder) as server:
        expect(server.started, f"does not start again: {server.told()}")
        if client.job:
            before, told = client.state, Client(server.served)
            told.job = client.job
            told.wait()
            expect(told.state == "succeeded" or told.state == "failed" and before != "succeeded",
                   f"after it, job {client.job} is {told.state}, and was {before}: {server.told()}")
            if told.state == "succeeded":
                found = told.ask("GET", f"/v1/diarizations/{client.job}?format=rttm")
                expect(found and named_by_number(found.body) == material.wanted, "after it, another result")
        if client.voice:
            speakers = Client(server.served).ask("GET", "/v1/speakers")
            expect(speakers and b'"Ann"' in speakers.body, "after it, the voice is lost")
        works(server, material, "after it")
        code = server.end()
        expect(code == 0, f"after it, code {code}: {server.told()}")
    left = [*campaign.temporaries(folder), *folder.rglob("*.part")]
    expect(not left, f"after it, half-written files: {left}")


def main():
    given = campaign.arguments(__doc__, 3, lambda parser: (
        parser.add_argument("--shim", type=pathlib.Path, help="fault_shim.so; that of the program's build otherwise"),
        parser.add_argument("--functions", default=",".join(ERRORS), help="calls of these alone")))
    faults.find_shim(given)
    os.environ["DIARIST_PROGRAM"] = str(given.program)
    tries = campaign.Campaign(given)
    whole = 0
    with tempfile.TemporaryDirectory(prefix="diarist-faults-") as folder:
        material = Material(given, pathlib.Path(folder))
        for function in given.functions.split(","):
            if given.only and not given.only.startswith(f"{function}:"):
                continue
            calls = material.calls[function]
            whole += calls * len(ERRORS[function])
            if not calls:
                print(f"{function}: a server never calls it")
                expect(given.functions == ",".join(ERRORS), f"{function} was asked for")
            for error in ERRORS[function]:
                numbers = [int(given.only.split(":")[1])] if given.only else faults.spread(calls, given.count)
                for number in numbers:
                    tries.run(f"{function}:{number}:{error}",
                              lambda _, own: attempt(given, material, function, number, error, own))
    return tries.end("calls failed", f"; of {whole} there are to fail")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as reason:
        sys.exit(f"an undisturbed run: {reason}")
