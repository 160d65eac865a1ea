"""Every limit, and that it is told."""
import contextlib
import http.client
import json
import time
import unittest

from serving import SAMPLE, ServerTest, form, long_recording, read_all, sample_frames, status_of, until


class Limits(ServerTest):
    def test_queue(self):
        served = self.serve("--queue", "2")
        audio = long_recording(self.folder / "long.wav", 60)  # Runs for as long as the test.
        running = served.submit(audio)
        served.wait_until(running["id"], "running")
        waiting = [served.submit(), served.submit()]
        answer = served.ask("POST", "/v1/diarizations", SAMPLE.read_bytes())
        self.assert_problem(answer, 429, "queue-full")
        self.assertGreater(int(answer.headers["Retry-After"]), 0)
        self.assert_problem(served.ask("GET", "/readyz"), 503)
        self.assertEqual(served.ask("GET", "/healthz").status, 200)
        served.ask("DELETE", f"/v1/diarizations/{waiting[0]['id']}")
        self.assertEqual(served.ask("GET", "/readyz").status, 200)
        # An upload on its way has a place too.
        half = served.raw(b"POST /v1/diarizations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\nxx")
        uploads = self.folder / "data" / "uploads"
        until(lambda: list(uploads.glob("*.part")))
        self.assert_problem(served.ask("POST", "/v1/diarizations", b"x"), 429)
        half.close()
        # Its place is free once the server has seen that it is gone.
        answer = until(lambda: (got := served.ask("POST", "/v1/diarizations", SAMPLE.read_bytes())).status != 429 and got)
        self.assertEqual((answer.status, answer.json()["state"]), (202, "queued"))
        self.assertEqual(served.job(running["id"])["state"], "running")

    def test_body_size_told_and_not_told(self):
        served = self.serve("--max-body", "0.1")
        self.assert_problem(served.ask("POST", "/v1/diarizations", b"x" * 100_001), 413, "too-large")
        answer = served.ask("POST", "/v1/diarizations", iter([b"x" * 40_000] * 3))
        self.assert_problem(answer, 413, "too-large")
        body, headers = form([], [("audio", "a", "audio/wav", b"x" * 100_000)])
        self.assert_problem(served.ask("POST", "/v1/diarizations", body, headers), 413)
        body, headers = form([("options", "x" * 70_000)], [])
        self.assert_problem(served.ask("POST", "/v1/diarizations", body, headers), 413, field="options")
        self.assertEqual(list((self.folder / "data" / "uploads").iterdir()), [])
        self.assertEqual(served.ask("POST", "/v1/diarizations", b"x" * 100_000).status, 202)
        answer = served.ask("POST", "/v1/diarizations", iter([b"x" * 40_000] * 2 + [b"x" * 20_000]))
        self.assertEqual(answer.json()["audio"]["bytes"], 100_000)

    def test_a_body_that_waits_for_leave_is_refused_before_it_travels(self):
        served = self.serve("--max-body", "0.1")
        for length, expected in [(100_001, 413), (10, 100)]:
            plain = served.raw(b"POST /v1/diarizations HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                               b"Content-Length: %d\r\n\r\n" % length)
            self.assertEqual(status_of(plain.recv(100)), expected)
            if expected == 100:
                plain.sendall(b"0123456789")
                self.assertEqual(status_of(plain.recv(100)), 202)
            plain.close()

    def test_audio_length(self):
        served = self.serve("--max-audio", "0.02")
        job = served.wait_until(served.submit(long_recording(self.folder / "long.wav", 3))["id"])
        self.assertEqual((job["state"], job["error"]["code"]), ("failed", "audio_too_long"))
        self.assertIn("0.02 h", job["error"]["detail"])
        self.assertEqual(served.wait_until(served.submit()["id"])["state"], "succeeded")

    def test_jobs_at_once(self):
        served = self.serve("--jobs", "2")
        audio = long_recording(self.folder / "long.wav", 20)
        jobs = [served.submit(audio) for _ in range(3)]
        for job in jobs[:2]:
            served.wait_until(job["id"], "running")
        self.assertEqual(served.job(jobs[2]["id"])["state"], "queued")

    def test_connections(self):
        served = self.serve("--connections", "3")
        # They are taken in the order in which they come.
        held = [served.raw(b"GET /healthz HTTP/1.1\r\n") for _ in range(3)]
        more = read_all(served.raw())
        self.assertEqual(status_of(more), 503)
        self.assertIn(b"Retry-After", more)
        self.assertEqual(json.loads(more.partition(b"\r\n\r\n")[2])["type"], "urn:diarist:problem:busy")
        for plain in held:
            plain.close()
        answer = until(lambda: (got := served.ask("GET", "/metrics")).status == 200 and got)
        self.assertRegex(answer.body, rb"\ndiarist_connections_refused_total [1-9]")

    def test_time(self):
        served = self.serve("--silence", "1", "--request-time", "3")
        for data, expected in [(b"", None), (b"GET /healthz HT", 408), (b"GET /healthz HTTP/1.1\r\nHost: localh", 408),
                               (b"POST /v1/diarizations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nx", 408)]:
            with self.subTest(data):
                one = time.monotonic()
                self.assertEqual(status_of(read_all(served.raw(data, timeout_s=60))), expected)
                self.assertLess(time.monotonic() - one, 50)
        # A byte now and then is no silence, but too slow all the same.
        plain = served.raw(b"POST /v1/diarizations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n")
        plain.settimeout(0.2)
        status = None
        for _ in range(90):  # All of them would be 18 s.
            with contextlib.suppress(TimeoutError):
                status = status_of(plain.recv(1000))
                break
            plain.sendall(b"x")
        plain.close()
        self.assertEqual(status, 408)

    def test_disk_that_is_full(self):
        # For files of more than 200 KB there is no space; the file of jobs and its log stay below.
        served = self.serve(limit_file_bytes=200_000)
        answer = served.ask("POST", "/v1/diarizations", SAMPLE.read_bytes())
        self.assert_problem(answer, 507, "no-space")
        self.assertEqual(list((self.folder / "data" / "uploads").iterdir()), [])
        self.assertEqual(served.ask("GET", "/healthz").status, 200)
        small = self.folder / "small.wav"
        small.write_bytes(SAMPLE.read_bytes()[:150_000])
        self.assertEqual(served.submit(small)["state"], "queued")

    def test_room_for_all_recordings(self):
        size = SAMPLE.stat().st_size
        served = self.serve("--max-data", (2 * size + 1000) / 1e6)
        job = served.wait_until(served.submit()["id"])
        # What is no recording takes no room once that is known.
        bad = served.wait_until(served.ask("POST", "/v1/diarizations", b"this is no sound" * 40_000).json()["id"])
        self.assertEqual((bad["state"], bad["audio"]["available"]), ("failed", False))
        until(lambda: len(list((self.folder / "data" / "uploads").iterdir())) == 1)
        self.assertEqual(served.submit()["state"], "queued")
        for body in (SAMPLE.read_bytes(), iter([SAMPLE.read_bytes()])):  # Its length told, and not.
            answer = served.ask("POST", "/v1/diarizations", body)
            self.assert_problem(answer, 507, "no-space")
            self.assertIn("Retry-After", answer.headers)
        self.assertEqual(len(list((self.folder / "data" / "uploads").iterdir())), 2)
        self.assertEqual(served.ask("DELETE", f"/v1/diarizations/{job['id']}").status, 204)
        self.assertEqual(served.submit()["state"], "queued")

    def test_connection_is_kept(self):
        served = self.serve()
        with contextlib.closing(served.connection()) as connection:
            for path in ("/healthz", "/v1/diarizations", "/nowhere", "/readyz"):
                connection.request("GET", path)
                response = connection.getresponse()
                response.read()
            sockets = connection.sock
            connection.request("POST", "/v1/diarizations", SAMPLE.read_bytes())
            self.assertEqual(connection.getresponse().status, 202)
            self.assertIs(connection.sock, sockets)
        old = read_all(served.raw(b"GET /healthz HTTP/1.0\r\n\r\n"))
        self.assertEqual(status_of(old), 200)
        both = read_all(served.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                   b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        self.assertEqual(both.count(b"HTTP/1.1 200"), 2)


if __name__ == "__main__":
    unittest.main()
