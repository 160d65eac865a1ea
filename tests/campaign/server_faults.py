#!/usr/bin/env python3
"""The same of a server: one call to the system fails, each in its turn, while it starts, takes a job and a voice, and ends.

    tests/campaign/server_faults.py --program build/release/diarist --seed 1 --count 3

An undisturbed server counts its calls of each function; then a server for --count of the calls of each (0: for all) and each error that fits. Its client uploads
a recording, waits for the job, fetches what came out, adds a voice, and has it end. Promises: the server ends by no signal, late or not at all; whoever asks gets what is right, an error that says why, or a closed connection; where it cannot start
it says so. Once the fault is over it answers, does jobs and ends with code 0. After it has been started again every job that it
had answered for is there, and has the right result or a reason; and another one succeeds.
"""
import contextlib
import http.client
import json
import os
import pathlib
import sys
import tempfile
import time

import campaign
import faults
from campaign import Broken, cut_sample, expect

sys.path.insert(0, str(campaign.ROOT / "tests" / "server" / "end_to_end"))

ERRORS = {
    **faults.ERRORS,
    "accept": ["EINTR", "ECONNABORTED", "EMFILE", "+EMFILE"],
    "recv": ["EINTR", "short", "ECONNRESET"],
    "recvmsg": ["EINTR", "short", "ECONNRESET"],
    "send": ["EINTR", "short", "ECONNRESET"],
    "sendmsg": ["EINTR", "short", "ECONNRESET"],
    "epoll_ctl": ["ENOMEM"],
}
PATIENCE_S = 30


class Client:
    """What one client does, and what it was told."""

    def __init__(self, served):
        self.served = served
        self.accepted = None   # the job that was answered for
        self.succeeded = False
        self.result = None
        self.faults_told = []

    def ask(self, *words, **more):
        """An answer, or None where the connection was closed."""
        try:
            answer = self.served.ask(*words, timeout_s=PATIENCE_S, **more)
        except TimeoutError:
            raise Broken(f"no answer to {words[0]} {words[1]} in {PATIENCE_S} s") from None
        except (OSError, http.client.HTTPException):
            return None
        if answer.status >= 400:
            with contextlib.suppress(ValueError):
                expect(answer.json()["detail"], f"{answer.status} without a reason: {answer.body!r}")
            self.faults_told.append(answer.status)
        return answer

    def run(self, sound):
        answer = self.ask("POST", "/v1/diarizations", sound, {"Content-Type": "audio/wav"})
        if answer and answer.status == 202:
            self.accepted = answer.json()["id"]
            until = time.monotonic() + PATIENCE_S
            while time.monotonic() < until and self.served.process.poll() is None:
                answer = self.ask("GET", f"/v1/diarizations/{self.accepted}")
                if answer and answer.status == 200 and answer.json()["state"] in ("succeeded", "failed"):
                    self.succeeded = answer.json()["state"] == "succeeded"
                    expect(self.succeeded or answer.json()["error"], f"failed without a reason: {answer.body!r}")
                    break
                # With a disk or memory that stays full nobody may be answered at all.
                if len(self.faults_told) > 200:
                    break
                time.sleep(0.02)
            else:
                expect(self.served.process.poll() is not None, f"job {self.accepted} does not end")
            answer = self.ask("GET", f"/v1/diarizations/{self.accepted}?format=rttm")
            if answer and answer.status == 200:
                self.result = named_by_number(answer.body)
        voice = json.dumps({"name": "Ann", "job": self.accepted or "none", "speaker": "SPEAKER_00"})
        self.ask("POST", "/v1/speakers", voice, {"Content-Type": "application/json"})
        self.ask("GET", "/v1/speakers")


def named_by_number(result):
    """A server calls whom it knows by name, and may have been told of Ann before the fault or not."""
    return result.replace(b"Ann", b"SPEAKER_00")


def port_of(process):
    """Where a process listens."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            own = {os.readlink(file) for file in pathlib.Path(f"/proc/{process}/fd").iterdir()}
            for line in pathlib.Path(f"/proc/{process}/net/tcp").read_text().splitlines()[1:]:
                words = line.split()
                if words[3] == "0A" and f"socket:[{words[9]}]" in own:
                    return int(words[1].split(":")[1], 16)
        time.sleep(0.1)
    raise Broken("neither ends nor listens")


class Server:
    """In a folder, with a fault or without."""

    def __init__(self, given, folder, **environment):
        import serving
        self.served = serving.Served(folder, "--threads", "2")
        popen = serving.subprocess.Popen
        environment = {**os.environ, "LD_PRELOAD": str(given.shim), "DIARIST_FAULT_SPARE": "libsndfile", **environment}
        serving.subprocess.Popen = lambda *words, **more: popen(*words, **more, env=environment)
        self.started = True
        try:
            self.served.start(patience_s=5)
        except AssertionError:
            # Where it lives it could not write the line that says so: a log that is lost stops no server.
            self.started = self.served.process.poll() is None
            self.served.port = port_of(self.served.process.pid) if self.started else None
        finally:
            serving.subprocess.Popen = popen

    def told(self):
        return " ".join(str(event.get("text", event)) for event in self.served.log)[-500:]

    def end(self):
        """Its code; no hang, no signal."""
        process = self.served.process
        try:
            if self.started and process.poll() is None:
                code, _ = self.served.stop(patience_s=PATIENCE_S)
            else:
                code = process.wait(PATIENCE_S)
                self.served.reader.join(10)
                process.stderr.close()
        except campaign.subprocess.TimeoutExpired:
            process.kill()
            raise Broken(f"does not end: {self.told()}") from None
        expect(code >= 0, f"ended by signal {-code}: {self.told()}")
        expect("terminate called" not in self.told(), self.told())
        return code


class Material:
    def __init__(self, folder):
        self.sound = cut_sample(folder / "talk.wav", 6, 9).read_bytes()
        self.wanted = None


def undisturbed(given, material, folder):
    """{function: calls}."""
    counts = folder / "counts"
    server = Server(given, folder, DIARIST_FAULT_COUNTS=str(counts))
    expect(server.started, server.told())
    client = Client(server.served)
    client.run(material.sound)
    expect(server.end() == 0 and client.succeeded and not client.faults_told, f"{client.faults_told}: {server.told()}")
    material.wanted = client.result
    return {word: int(count) for word, count in (line.split() for line in counts.read_text().splitlines())}


def attempt(given, material, function, number, error, folder):
    for_good, plain = error.startswith("+"), error.lstrip("+")
    server = Server(given, folder, DIARIST_FAULT=f"{function}:{number}{'+' if for_good else ''}:{plain}")
    client = Client(server.served)
    try:
        if server.started:
            client.run(material.sound)
    finally:
        killed = plain == "kill"
        with contextlib.suppress(*([Broken] if killed else [])):
            code = server.end()
            if not server.started:
                expect(code != 0 and len(server.told()) > 10, f"code {code}, and did not start: {server.told()}")
            elif not for_good:
                expect(code == 0, f"code {code}: {server.told()}")
    expect(client.result in (None, material.wanted), f"another result: {client.result!r:.300}")
    if plain in faults.NO_ERROR and function not in ("open", "openat", "fsync", "fdatasync", "ftruncate"):
        expect(server.started and client.succeeded and client.result is not None,
               f"a call that was only interrupted or short is an error: {client.faults_told} {server.told()}")

    after = Server(given, folder)
    expect(after.started, f"does not start again: {after.told()}")
    try:
        if client.accepted:
            job = after.served.wait_until(client.accepted, patience_s=PATIENCE_S)
            if job["state"] == "succeeded":
                found = after.served.ask("GET", f"/v1/diarizations/{client.accepted}?format=rttm").body
                expect(named_by_number(found) == material.wanted, f"after it, another result: {found!r:.300}")
            else:
                expect(job["state"] == "failed" and job["error"], f"after it, the job is {job}")
                expect(not client.succeeded, "a job that had succeeded has failed")
        fresh = Client(after.served)
        fresh.run(material.sound)
        expect(fresh.result == material.wanted, f"after it, nothing works: {fresh.faults_told} {after.told()}")
    except AssertionError as reason:
        raise Broken(f"after it: {reason}") from None
    finally:
        code = after.end()
    expect(code == 0, f"after it, code {code}: {after.told()}")
    if not server.started:
        return "said so at the start"
    if client.succeeded and not client.faults_told:
        return "done all the same"
    return "job done, another answer an error" if client.succeeded else "job or answer an error"


def main():
    given = campaign.arguments(__doc__, 3, lambda parser: (
        parser.add_argument("--shim", type=pathlib.Path, help="fault_shim.so; that of the program's build otherwise"),
        parser.add_argument("--functions", default=",".join(ERRORS), help="calls of these alone")))
    given.shim = (given.shim or given.program.parent / "tests" / "fault_shim.so").resolve()
    os.environ["DIARIST_PROGRAM"] = str(given.program)
    tries = campaign.Campaign(given)
    with tempfile.TemporaryDirectory(prefix="diarist-faults-") as folder:
        folder = pathlib.Path(folder)
        material = Material(folder)
        calls = undisturbed(given, material, folder)
        whole = sum(calls[function] * len(errors) for function, errors in ERRORS.items())
        for function, errors in ERRORS.items():
            if function not in given.functions.split(","):
                continue
            for error in errors:
                numbers = [int(given.only.split(":")[1])] if given.only else faults.spread(calls[function], given.count)
                for number in numbers:
                    tries.run(f"{function}:{number}:{error}",
                              lambda _, own: attempt(given, material, function, number, error, own))
    return tries.end("calls failed", f"; of {whole} there are to fail")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as reason:
        sys.exit(f"an undisturbed run: {reason}")
