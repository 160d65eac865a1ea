"""Clients that mean no good, or do not know better: each is answered or closed, and an honest one is served meanwhile."""
import base64
import os
import re
import socket
import struct
import threading
import time
import unittest

from serving import SAMPLE, ServerTest, read_all, status_of, until

HEAD = b"Host: localhost\r\n"
POST = b"POST /v1/diarizations HTTP/1.1\r\n" + HEAD


def multipart(body, boundary=b"b"):
    return (POST + b"Content-Type: multipart/form-data; boundary=" + boundary +
            b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


PART = b'Content-Disposition: form-data; name="audio"; filename="a"'
# What is sent, and the statuses that may come back; None is a close without an answer.
REQUESTS = {
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n", {400}),
    "another protocol": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", {400}),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}),
    "no host": (b"GET /healthz HTTP/1.1\r\n\r\n", {400}),
    "two hosts": (b"GET /healthz HTTP/1.1\r\n" + HEAD + b"Host: other\r\n\r\n", {400}),
    "a head without an end": (b"GET /healthz HTTP/1.1\r\n" + HEAD + b"X: y\r\n" * 20_000, {431}),
    "a long field": (b"GET /healthz HTTP/1.1\r\n" + HEAD + b"X: " + b"y" * 40_000 + b"\r\n\r\n", {431}),
    "a long target": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n", {431}),
    "a NUL in a field": (b"GET /healthz HTTP/1.1\r\n" + HEAD + b"X: a\0b\r\n\r\n", {400}),
    "a line folded": (b"GET /healthz HTTP/1.1\r\n" + HEAD + b"X: a\r\n b\r\n\r\n", {200, 400}),
    "a blank before the colon": (b"GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n", {400}),
    "bare line feeds": (b"GET /healthz HTTP/1.1\nHost: localhost\n\n", {400}),
    "an unknown method": (b"BREW /v1/diarizations HTTP/1.1\r\n" + HEAD + b"\r\n", {405}),
    "a method of bytes": (b"\xff\xfe / HTTP/1.1\r\n" + HEAD + b"\r\n", {400}),
    "CONNECT": (b"CONNECT a.example:80 HTTP/1.1\r\n" + HEAD + b"\r\n", {400}),
    "asterisk": (b"OPTIONS * HTTP/1.1\r\n" + HEAD + b"\r\n", {400}),
    "length and chunks": (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    "two lengths": (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", {400}),
    "a negative length": (POST + b"Content-Length: -1\r\n\r\n", {400}),
    "a length of words": (POST + b"Content-Length: many\r\n\r\n", {400}),
    "a length beyond all numbers": (POST + b"Content-Length: 99999999999999999999999\r\n\r\n", {400}),
    "a length beyond the limit": (POST + b"Content-Length: 99999999999999\r\n\r\n", {413}),
    "no length": (POST + b"\r\n", {411}),
    "a coding that is none": (POST + b"Transfer-Encoding: gzip\r\n\r\n", {400}),
    "a coding, and a length": (POST + b"Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", {400}),
    "a request within a body": (POST + b"Transfer-Encoding: chunked, identity\r\n\r\nGET /healthz HTTP/1.1\r\n"
                                + HEAD + b"\r\n", {400}),
    "a chunk of words": (POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", {400}),
    "a chunk beyond all numbers": (POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", {400}),
    "a chunk that does not end": (POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n", {400}),
    "an expectation": (POST + b"Expect: tea\r\nContent-Length: 5\r\n\r\nhello", {417}),
    "bad percent": (b"GET /v1/diarizations?state=%G1 HTTP/1.1\r\n" + HEAD + b"\r\n", {400}),
    "bad UTF-8 in the path": (b"GET /v1/speakers/%ff%fe HTTP/1.1\r\n" + HEAD + b"\r\n", {400}),
    "overlong UTF-8": (b"GET /v1/speakers/%c0%ae HTTP/1.1\r\n" + HEAD + b"\r\n", {400}),
    "a NUL in the path": (b"GET /v1/diarizations/%00 HTTP/1.1\r\n" + HEAD + b"\r\n", {400}),
    "out of the folder": (b"GET /v1/diarizations/../../etc/passwd HTTP/1.1\r\n" + HEAD + b"\r\n", {404}),
    "out of the folder, encoded": (b"GET /v1/diarizations/%2e%2e%2fjobs.sqlite/audio HTTP/1.1\r\n" + HEAD + b"\r\n", {404}),
    "a line in a header by way of a name": (
        b"GET /v1/speakers/a%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\n" + HEAD + b"\r\n", {404}),
    "no boundary": (POST + b"Content-Type: multipart/form-data\r\nContent-Length: 5\r\n\r\nhello", {400}),
    "a long boundary": (multipart(b"--b--", b"b" * 71), {400}),
    "a type that cannot be read": (POST + b'Content-Type: multipart/form-data; boundary="b\r\nContent-Length: 2\r\n\r\nxx', {415}),
    "JSON for a recording": (POST + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", {415}),
    "an empty form": (multipart(b""), {400}),
    "a form without an end": (multipart(b"--b\r\n" + PART + b"\r\n\r\nabc"), {400}),
    "a form of nothing but its end": (multipart(b"--b--\r\n"), {422}),
    "a part without a name": (multipart(b"--b\r\nContent-Type: audio/wav\r\n\r\nabc\r\n--b--\r\n"), {400}),
    "a part with a long head": (multipart(b"--b\r\n" + PART + b"\r\nX: " + b"y" * 20_000 + b"\r\n\r\nabc\r\n--b--\r\n"), {400}),
    "a part with a head that is none": (multipart(b"--b\r\nnonsense\r\n\r\nabc\r\n--b--\r\n"), {400}),
    "bad UTF-8 in a file's name": (multipart(b"--b\r\n" + PART[:-1] + b'\xff"\r\n\r\nabc\r\n--b--\r\n'), {400}),
    "bad UTF-8 in a field": (
        multipart(b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\r\n--b--\r\n'), {422}),
    "two recordings": (multipart((b"--b\r\n" + PART + b"\r\n\r\nabc\r\n") * 2 + b"--b--\r\n"), {422}),
    "a hundred parts": (
        multipart(b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n' * 100 + b"--b--\r\n"), {400}),
    "deep JSON": (multipart(b'--b\r\nContent-Disposition: form-data; name="options"\r\n\r\n' + b"[" * 60_000 +
                            b"\r\n--b--\r\n"), {422}),
    "half a request": (b"GET /hea", {400, None}),
    "half a body": (POST + b"Content-Length: 100\r\n\r\nhalf", {400}),
    "half a chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\n64\r\nhalf", {400}),
}


class Hostile(ServerTest):
    def setUp(self):
        super().setUp()
        self.served = self.serve("--silence", "3", "--max-body", "5")
        self.slowest_s = 0
        self.stopped = threading.Event()
        self.failures = []
        self.honest = threading.Thread(target=self.be_honest)
        self.honest.start()

    def tearDown(self):
        self.stopped.set()
        self.honest.join()
        self.assertEqual(self.failures, [])
        # Served while others hold on; how soon is bench/server.py's, on a machine that does nothing else.
        self.assertLess(self.slowest_s, 30)
        self.assertIsNone(self.served.process.poll())
        self.assertEqual(self.served.wait_until(self.served.submit()["id"])["state"], "succeeded")
        self.assertEqual([event for event in self.served.log if event["level"] == "error"], [])
        super().tearDown()

    def be_honest(self):
        while not self.stopped.is_set():
            begun = time.monotonic()
            try:
                answer = self.served.ask("GET", "/v1/diarizations")
                if answer.status != 200:
                    self.failures.append(answer.status)
            except OSError as error:
                self.failures.append(error)
            self.slowest_s = max(self.slowest_s, time.monotonic() - begun)
            time.sleep(0.05)

    def test_requests_that_are_none(self):
        for name, (data, expected) in REQUESTS.items():
            with self.subTest(name):
                plain = self.served.raw()
                try:
                    plain.sendall(data)
                    plain.shutdown(socket.SHUT_WR)
                except OSError:
                    pass  # It was refused before its end.
                answer = read_all(plain)
                self.assertIn(status_of(answer), expected, answer[:300])
                self.assertNotIn(b"Set-Cookie", answer.partition(b"\r\n\r\n")[0])
                self.assertNotIn(b"root:", answer)
        self.assertEqual(list((self.folder / "data" / "uploads").iterdir()), [])

    def test_behind_a_head_that_cannot_be_read_nothing_is_kept(self):
        for name in ("two hosts", "no host", "a long target", "a coding that is none", "asterisk"):
            answer = read_all(self.served.raw(REQUESTS[name][0]))
            self.assertIn(b"\r\nConnection: close\r\n", answer, name)

    def test_lists_that_stand_on_several_lines(self):
        get = b"GET /v1/diarizations/%s HTTP/1.1\r\nConnection: close\r\n" % self.served.submit()["id"].encode() + HEAD
        answer = read_all(self.served.raw(get + b"Accept: image/png\r\nAccept: application/json\r\n\r\n"))
        self.assertEqual(status_of(answer), 200, answer)
        self.assertEqual(status_of(read_all(self.served.raw(get + b"Accept: image/png\r\n\r\n"))), 406)
        page = b"GET / HTTP/1.1\r\nConnection: close\r\n" + HEAD
        for codings, packed in [(b"Accept-Encoding: br\r\nAccept-Encoding: gzip;q=0.5\r\n", True),
                                (b"Accept-Encoding: gzip;q=0\r\n", False), (b"", False)]:
            head = read_all(self.served.raw(page + codings + b"\r\n")).partition(b"\r\n\r\n")[0]
            self.assertEqual(b"Content-Encoding: gzip" in head, packed, codings)
        for offered, chosen in [(b"Sec-WebSocket-Protocol: other\r\nSec-WebSocket-Protocol: diarist.live\r\n", True),
                                (b"Sec-WebSocket-Protocol: not-diarist.live\r\n", False), (b"", False)]:
            plain, head = self.websocket(offered)
            self.assertEqual(b"sec-websocket-protocol: diarist.live\r\n" in head.lower(), chosen, offered)
            plain.close()

    def test_many_that_wait(self):
        held = [self.served.raw(b"POST /v1/diarizations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
                for _ in range(60)]
        held += [self.served.raw(b"GET /healthz HT") for _ in range(60)]
        answers = [status_of(read_all(plain)) for plain in held]
        self.assertEqual(set(answers), {408})

    def test_one_that_does_not_listen(self):
        job = self.served.submit()
        request = f"GET /v1/diarizations/{job['id']}/audio HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", self.served.port))
        deaf.sendall(request * 50)
        # Until the server has given one of the answers up, which it tells of in its log.
        until(lambda: any(event.get("path", "").endswith("/audio") and event["bytes"] < SAMPLE.stat().st_size
                          for event in list(self.served.log)))
        deaf.settimeout(30)
        self.assertLess(len(read_all(deaf)), 50 * SAMPLE.stat().st_size)

    def test_gone_in_the_middle(self):
        for count in (1, 10_000, 500_000):
            plain = self.served.raw(POST + b"Content-Length: 900000\r\n\r\n" + b"x" * count)
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            plain.close()  # With a reset.
        # Once the server has seen that they are gone: who asks, and the honest one, are the only ones there.
        until(lambda: re.search(rb"\ndiarist_connections [12]\n", self.served.ask("GET", "/metrics").body) and
              not list((self.folder / "data" / "uploads").iterdir()))

    def websocket(self, fields=b""):
        """A live stream's socket, and the head of the answer."""
        key = base64.b64encode(os.urandom(16))
        plain = self.served.raw(b"GET /v1/live HTTP/1.1\r\n" + HEAD + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n" + fields + b"\r\n")
        head = b""
        while b"\r\n\r\n" not in head:
            head += plain.recv(1)
        self.assertEqual(status_of(head), 101)
        return plain, head

    @staticmethod
    def frame(first, payload, masked=True, length=None):
        length = len(payload) if length is None else length
        bit = 0x80 if masked else 0
        if length < 126:
            head = bytes([first, bit | length])
        elif length < 65536:
            head = bytes([first, bit | 126]) + struct.pack(">H", length)
        else:
            head = bytes([first, bit | 127]) + struct.pack(">Q", length)
        return head + (b"\0\0\0\0" if masked else b"") + payload

    def test_frames_that_are_none(self):
        frame = self.frame
        cases = {
            "not masked": frame(0x82, b"\0" * 100, masked=False),
            "reserved bits": frame(0xf2, b"\0" * 100),
            "an opcode that is none": frame(0x83, b"\0" * 100),
            "a control frame in pieces": frame(0x09, b"x"),
            "a long ping": frame(0x89, b"x" * 200),
            "a continuation of nothing": frame(0x80, b"x"),
            "a message within a message": frame(0x02, b"xx") + frame(0x82, b"xx"),
            "text that is no UTF-8": frame(0x81, b"\xff\xfe"),
            "a message beyond the limit": frame(0x82, b"", length=1 << 40),
            "a close of one byte": frame(0x88, b"x"),
        }
        for name, data in cases.items():
            with self.subTest(name):
                plain, _ = self.websocket()
                plain.sendall(data)
                answer = read_all(plain)
                self.assertEqual(answer[0], 0x88, answer)  # A close, and no more.
        plain, _ = self.websocket()
        plain.sendall(frame(0x82, b"\0" * 1000)[:500])
        plain.close()  # In the middle of a frame.
        plain, _ = self.websocket()
        plain.sendall(frame(0x89, b"") * 20_000)  # Pings and nothing else; pongs are not read.
        plain.close()
        plain, _ = self.websocket()
        for piece in range(2000):  # Of empty pieces no message comes.
            plain.sendall(frame(0x02 if piece == 0 else 0x00, b""))
        plain.sendall(frame(0x80, b"") + frame(0x88, b"\x03\xe8"))
        self.assertEqual(read_all(plain)[:1], b"\x88")

    def test_handshakes_that_are_none(self):
        for fields in (b"Upgrade: websocket\r\n", b"Upgrade: websocket\r\nConnection: Upgrade\r\n",
                       b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
                       b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                       b"Sec-WebSocket-Version: 7\r\n"):
            answer = read_all(self.served.raw(b"GET /v1/live HTTP/1.1\r\n" + HEAD + fields + b"\r\n"))
            self.assertIn(status_of(answer), {400, 426}, answer)


if __name__ == "__main__":
    unittest.main()
