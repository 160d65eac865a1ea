"""A served diarist, and clients for it."""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import uuid
import wave

PROGRAM = os.environ.get("DIARIST_PROGRAM", "diarist")
ROOT = pathlib.Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "samples" / "sample.wav"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Served:
    """One server in a folder; a context manager that ends it."""

    def __init__(self, folder, *options, scheme="http", limit_file_bytes=None):
        self.folder = pathlib.Path(folder)
        self.options = options
        self.scheme = scheme
        self.limit_file_bytes = limit_file_bytes
        self.log = []
        self.process = None
        self.token = None
        self.port = None

    def start(self, patience_s=60):
        def limit():
            import resource
            if self.limit_file_bytes:
                resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit_file_bytes, self.limit_file_bytes))
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--data", self.folder / "data", "--store", self.folder / "voices.db",
             "--log", "json", *map(str, self.options)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=limit)
        listening = threading.Event()

        def read():
            for line in self.process.stderr:
                try:
                    event = json.loads(line)
                except ValueError:
                    event = {"event": "text", "text": line}
                self.log.append(event)
                if event["event"] == "listening":
                    self.port = int(event["url"].rsplit(":", 1)[1])
                    listening.set()
            listening.set()
        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()
        if not listening.wait(patience_s) or self.port is None:
            raise AssertionError(f"the server did not start: {self.log}")
        return self

    def stop(self, number=signal.SIGTERM, patience_s=30):
        """Ends it, and gives its exit code and the seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(patience_s)
        self.reader.join(10)
        self.process.stderr.close()
        self.port = None
        return code, time.monotonic() - begun

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        else:
            self.process.stderr.close()

    def connection(self, timeout_s=60):
        if self.scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout_s, context=context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)

    def ask(self, method, path, body=None, headers=None, **options):
        headers = dict(headers or {})
        if self.token and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {self.token}"
        with contextlib.closing(self.connection(**options)) as connection:
            connection.request(method, path, body, headers)
            return Answer(connection.getresponse())

    def send_json(self, method, path, document, **options):
        return self.ask(method, path, json.dumps(document), {"Content-Type": "application/json"}, **options)

    def submit(self, audio=SAMPLE, query="", headers=None):
        answer = self.ask("POST", f"/v1/diarizations{query}", pathlib.Path(audio).read_bytes(),
                          {"Content-Type": "audio/wav", **(headers or {})})
        assert answer.status == 202, (answer.status, answer.body)
        return answer.json()

    def job(self, name):
        return self.ask("GET", f"/v1/diarizations/{name}").json()

    def wait_until(self, name, *states, patience_s=180):
        """The job, once it is in one of the states; ended ones if none is named."""
        states = states or ("succeeded", "failed", "cancelled")
        until = time.monotonic() + patience_s
        while True:
            job = self.job(name)
            if job["state"] in states:
                return job
            if time.monotonic() > until:
                raise AssertionError(f"still {job['state']} after {patience_s} s")
            time.sleep(0.05)

    def wait_until_at_work(self):
        """Until a job runs and has got somewhere: it is in the middle of its work then."""
        until(lambda: any(job["progress"]["done_s"] > 0
                          for job in self.ask("GET", "/v1/diarizations?state=running").json()["jobs"]))

    def raw(self, data=b"", timeout_s=30):
        """A socket that said these bytes."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=timeout_s)
        if data:
            plain.sendall(data)
        return plain


def until(what, patience_s=60):
    """What `what` gives, once that is something; a client that is turned away asks again."""
    end = time.monotonic() + patience_s
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if found := what():
                return found
        if time.monotonic() > end:
            raise AssertionError(f"it has not come in {patience_s} s")
        time.sleep(0.02)


def read_all(plain):
    """What comes until the end, or a reset; the socket is closed then."""
    got = b""
    with plain, contextlib.suppress(ConnectionResetError, socket.timeout):
        while block := plain.recv(65536):
            got += block
    return got


def status_of(bytes_):
    return int(bytes_.split(b" ", 2)[1]) if bytes_.startswith(b"HTTP/1.1 ") else None


def form(fields, files):
    """A multipart body and its headers: fields as (name, text), files as (name, file name, type, bytes)."""
    boundary = uuid.uuid4().hex
    body = b""
    for name, text in fields:
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
    for name, file, kind, content in files:
        body += (f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
                 f"Content-Type: {kind}\r\n\r\n").encode() + content + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def long_recording(path, minutes):
    """The sample again and again."""
    with wave.open(str(SAMPLE)) as source:
        parameters, frames = source.getparams(), source.readframes(source.getnframes())
    with wave.open(str(path), "wb") as target:
        target.setparams(parameters)
        for _ in range(int(minutes * 2)):
            target.writeframes(frames)
    return path


def sample_frames():
    """16-bit samples at 16 kHz."""
    with wave.open(str(SAMPLE)) as source:
        return source.readframes(source.getnframes())


def diarize(audio, file_format, *options):
    """What the program gives for the same."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        subprocess.run([PROGRAM, "diarize", audio, "-q", "-f", file_format, "-o", out, *options], check=True)
        return out.read_bytes()


class ServerTest(unittest.TestCase):
    """With a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def serve(self, *options, **more):
        served = Served(self.folder, *options, **more)
        served.start()
        self.addCleanup(served.__exit__)
        return served

    def assert_problem(self, answer, status, kind=None, field=None):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = answer.json()
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["title"] and problem["detail"] and problem["type"].startswith("urn:diarist:problem:"))
        if kind:
            self.assertEqual(problem["type"], f"urn:diarist:problem:{kind}")
        if field:
            self.assertEqual(problem["field"], field)
        return problem
