#!/usr/bin/env python3
"""Less memory than is needed, from very little upwards until it is enough: address space (RLIMIT_AS) and data (RLIMIT_DATA).

    tests/campaign/memory_limits.py --program build/release/diarist --seed 1 --count 40

So many limits for each of `diarize` and `serve` and each kind of limit, at even ratios: of address space from the size of the program's file to
4 GB, of data from 4 MB to 1 GB. Promises: below some limit, a message and a code other than 0, and never a signal
or a hang; above, the right result. A server that starts and has no memory for a job fails that job and goes on.
"""
import contextlib
import http.client
import os
import pathlib
import re
import resource
import subprocess
import sys
import time

import campaign
from campaign import expect

KINDS = {"address-space": resource.RLIMIT_AS, "data": resource.RLIMIT_DATA}
# What the loader says where the program's libraries do not fit; no line of the program has run then.
LOADER = re.compile("error while loading shared libraries")


def limit(kind, size):
    return lambda: resource.setrlimit(KINDS[kind], (size, size))


def of_diarize(given, kind, size, folder):
    sound = campaign.cut_sample(folder / "talk.wav", 6, 16)
    command = [given.program, "diarize", sound, "-q", "--threads", "2", "-o", folder / "talk.rttm"]
    end = campaign.ended(command, before=limit(kind, size))
    if end.code == 0:
        found = (folder / "talk.rttm").read_bytes()
        campaign.done(command)
        expect(found == (folder / "talk.rttm").read_bytes(), "another result than without a limit")
        return "diarize: done"
    expect(not (folder / "talk.rttm").exists(), "an error, and a result")
    if end.code == 127 and LOADER.search(end.err):
        return "diarize: not loaded"
    expect("memory" in end.err or "threads: cannot be started" in end.err, f"code {end.code}, and not a word of memory: {end.err!r}")
    return "diarize: clear error"


def end_of_job(served, job):
    """As the server's log has it: a client may be turned away where a thread finds no memory."""
    until = time.monotonic() + campaign.PATIENCE_S
    while time.monotonic() < until and served.process.poll() is None:
        for event in list(served.log):
            if event["event"] == "job_ended" and event["job"] == job:
                return event
        time.sleep(0.05)
    raise campaign.Broken(f"job {job} has no end: {served.log[-3:]}")


def of_serve(given, kind, size, folder):
    os.environ["DIARIST_PROGRAM"] = str(given.program)
    sys.path.insert(0, str(campaign.ROOT / "tests" / "server" / "end_to_end"))
    import serving
    sound = campaign.cut_sample(folder / "talk.wav", 6, 16)

    served = serving.Served(folder, "--threads", "2")
    popen = subprocess.Popen
    serving.subprocess.Popen = lambda *words, **more: popen(*words, **{**more, "preexec_fn": limit(kind, size)})
    try:
        served.start()
    except AssertionError:
        code = served.process.wait(30)
        told = " ".join(str(event.get("text", event)) for event in served.log)
        served.process.stderr.close()
        expect(code > 0, f"ended by signal {-code}: {told}")
        if code == 127 and LOADER.search(told):
            return "serve: not loaded"
        expect("memory" in told or "threads" in told, f"code {code}, and no clear word: {told}")
        return "serve: clear error"
    finally:
        serving.subprocess.Popen = popen
    outcome = "serve: turns clients away"
    try:
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer = served.ask("POST", "/v1/diarizations", sound.read_bytes(), {"Content-Type": "audio/wav"})
            expect(answer.status in (202, 500, 503, 507), f"status {answer.status}: {answer.body!r}")
            if answer.status == 202:
                ended = end_of_job(served, answer.json()["id"])
                expect(ended["end"] == "succeeded" or ended.get("error"), f"failed without a reason: {ended}")
                outcome = f"serve: job {ended['end']}"
        expect(served.process.poll() is None, f"the server died: {served.process.poll()}, {served.log[-3:]}")
        code, _ = served.stop()
        expect(code == 0, f"the server ends with {code}")
    finally:
        served.__exit__()
    return outcome


def sizes(given, kind, count):
    """From the least that is worth trying up to what is enough for sure."""
    # Where the program's file itself does not fit, the system kills what it has begun to load.
    lowest = given.program.stat().st_size if kind == "address-space" else 4 << 20
    highest = 4 << 30 if kind == "address-space" else 1 << 30
    return [int(lowest * (highest / lowest) ** (step / max(1, count - 1))) for step in range(count)]


def main():
    given = campaign.arguments(__doc__, 40)
    tries = campaign.Campaign(given)
    for kind in KINDS:
        for name, what in (("diarize", of_diarize), ("serve", of_serve)):
            if given.only:
                if given.only.startswith(f"{name}:{kind}:"):
                    tries.run(given.only, lambda _, folder: what(given, kind, int(given.only.rsplit(":", 1)[1]), folder))
                continue
            for size in sizes(given, kind, given.count):
                tries.run(f"{name}:{kind}:{size}", lambda _, folder: what(given, kind, size, folder))
    return tries.end("limits")


if __name__ == "__main__":
    sys.exit(main())
