"""Jobs survive the server: ended in order, killed in the middle, again and again."""
import contextlib
import json
import signal
import stat
import subprocess
import threading
import unittest

from serving import PROGRAM, SAMPLE, ServerTest, diarize, long_recording, until


class Restart(ServerTest):
    def results(self, served, jobs):
        return [served.wait_until(job["id"])["result"] for job in jobs]

    def test_killed_in_the_middle_all_jobs_complete_as_the_program_has_them(self):
        # Long enough that it is seen at work each time, also where the processors are busy.
        audio = long_recording(self.folder / "long.wav", 6)
        expected = {"long": json.loads(diarize(audio, "json")), "sample": json.loads(diarize(SAMPLE, "json"))}
        served = self.serve()
        names = ["long", "sample", "long", "sample"]
        jobs = [served.submit(audio if name == "long" else SAMPLE, f"?name={name}") for name in names]
        for _ in range(3):
            served.wait_until_at_work()
            served.stop(signal.SIGKILL)
            served.start()
            known = [job["id"] for job in served.ask("GET", "/v1/diarizations").json()["jobs"]]
            self.assertEqual(known, [job["id"] for job in jobs[::-1]])
        for name, result in zip(names, self.results(served, jobs)):
            self.assertEqual(result, expected[name])

    def test_killed_while_an_upload_comes_nothing_of_it_is_left(self):
        served = self.serve()
        plain = served.raw(b"POST /v1/diarizations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999\r\n\r\n" + b"x" * 70000)
        uploads = self.folder / "data" / "uploads"
        until(lambda: any(file.stat().st_size for file in uploads.iterdir()))
        served.stop(signal.SIGKILL)
        plain.close()
        served.start()
        self.assertEqual(list(uploads.iterdir()), [])
        self.assertEqual(served.ask("GET", "/v1/diarizations").json()["jobs"], [])

    def test_ends_soon_and_puts_running_jobs_back(self):
        served = self.serve()
        audio = long_recording(self.folder / "long.wav", 60)
        running, queued = served.submit(audio), served.submit(SAMPLE, "?name=sample")
        served.wait_until(running["id"], "running")
        watcher = served.raw(f"GET /v1/diarizations/{running['id']}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self.assertTrue(watcher.recv(65536))  # It is being answered; else a connection may wait unseen at the stop.
        half = served.raw(b"GET / HT")
        for number in (signal.SIGTERM, signal.SIGINT):
            code, seconds = served.stop(number)
            self.assertEqual(code, 0)
            self.assertLess(seconds, 10)  # The job alone would take minutes.
            self.assertEqual([event["event"] for event in served.log][-1], "stopped")
            served.start()
            served.wait_until(running["id"], "running")
        watcher.settimeout(10)
        while watcher.recv(65536):
            pass  # Ends, and is not reset.
        watcher.close()
        half.close()
        self.assertEqual(served.ask("DELETE", f"/v1/diarizations/{running['id']}").json()["state"], "cancelled")
        self.assertEqual(self.results(served, [queued]), [json.loads(diarize(SAMPLE, "json"))])

    def test_a_download_that_is_read_slowly_does_not_hold_up_the_end(self):
        served = self.serve()
        # Far more than sockets hold, at a rate that would take minutes.
        audio = long_recording(self.folder / "long.wav", 60)
        job = served.submit(audio)
        plain = served.raw(f"GET /v1/diarizations/{job['id']}/audio HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        got = [len(plain.recv(65536))]
        ended = threading.Event()

        def sip():
            with contextlib.suppress(OSError):
                while not ended.wait(0.1) and (block := plain.recv(65536)):
                    got.append(len(block))
        reader = threading.Thread(target=sip)
        reader.start()
        try:
            code, seconds = served.stop()
        finally:
            ended.set()
            reader.join()
            plain.close()
        self.assertEqual(code, 0)
        self.assertLess(seconds, 10)
        self.assertLess(sum(got), audio.stat().st_size)

    def test_one_server_for_a_folder(self):
        self.serve()
        second = subprocess.run([PROGRAM, "serve", "--port", "0", "--data", self.folder / "data"], check=False,
                                capture_output=True, text=True, timeout=60)
        self.assertEqual(second.returncode, 3)
        self.assertIn("is held by another server", second.stderr)

    def test_files_are_for_their_owner(self):
        served = self.serve()
        served.submit()
        data = self.folder / "data"
        for path in [data, *data.rglob("*")]:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)

    def test_a_file_of_jobs_that_is_none(self):
        (self.folder / "data").mkdir()
        (self.folder / "data" / "jobs.sqlite").write_text("not a database " * 100)
        broken = subprocess.run([PROGRAM, "serve", "--port", "0", "--data", self.folder / "data"], check=False,
                                capture_output=True, text=True, timeout=60)
        self.assertEqual(broken.returncode, 7, broken.stderr)
        self.assertIn("is no file of jobs", broken.stderr)


if __name__ == "__main__":
    unittest.main()
