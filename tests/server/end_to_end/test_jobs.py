"""Jobs: handed in, watched, fetched in every format, cancelled, removed."""
import json
import unittest

from serving import SAMPLE, ServerTest, diarize, form, long_recording, until

FORMATS = ["rttm", "json", "csv", "txt", "tsv", "textgrid", "textgrid-short", "audacity", "eaf", "srt", "vtt", "ctm",
           "uem", "html"]
TYPES = {"application/vnd.diarist.diarization+json": "json", "text/csv": "csv", "text/x-rttm": "rttm",
         "application/x-subrip": "srt", "text/vtt": "vtt", "text/html": "html", "text/plain": "txt"}


def events_of(response):
    """Server-sent events until the stream ends."""
    event = {}
    for line in response:
        line = line.decode().rstrip("\n")
        if not line and "data" in event:
            yield event["event"], json.loads(event["data"])
            event = {}
        elif ": " in line:
            key, value = line.split(": ", 1)
            event[key] = value


class Jobs(ServerTest):
    def test_result_in_every_format_is_that_of_the_program(self):
        served = self.serve()
        raw = served.submit(query="?name=sample")
        body, headers = form([], [("audio", "folder/sample.wav", "audio/wav", SAMPLE.read_bytes())])
        answer = served.ask("POST", "/v1/diarizations", body, headers)
        self.assertEqual(answer.status, 202, answer.body)
        several = answer.json()
        self.assertEqual(answer.headers["Location"], f"/v1/diarizations/{several['id']}")
        self.assertEqual((several["name"], several["audio"]["type"]), ("sample", "audio/wav"))
        for job in (raw, several):
            done = served.wait_until(job["id"])
            self.assertEqual(done["state"], "succeeded", done)
            self.assertEqual(done["speakers"], ["SPEAKER_00", "SPEAKER_01"])
            self.assertEqual(done["result"], json.loads(diarize(SAMPLE, "json")))
            self.assertEqual(done["progress"]["share"], 1)
        path = f"/v1/diarizations/{raw['id']}"
        for name in FORMATS:
            with self.subTest(name):
                answer = served.ask("GET", f"{path}?format={name}")
                self.assertEqual(answer.status, 200)
                if name == "html":
                    self.assertIn(b"report-data", answer.body)
                else:
                    self.assertEqual(answer.body, diarize(SAMPLE, name))
        for media_type, name in TYPES.items():
            with self.subTest(media_type):
                answer = served.ask("GET", path, headers={"Accept": f"image/png, {media_type};q=0.5"})
                self.assertEqual(answer.headers["Content-Type"].split(";")[0], media_type)
                self.assertEqual(answer.body, served.ask("GET", f"{path}?format={name}").body)
        self.assertEqual(served.ask("GET", path, headers={"Accept": "*/*"}).json()["id"], raw["id"])
        self.assert_problem(served.ask("GET", path, headers={"Accept": "image/png"}), 406)
        self.assert_problem(served.ask("GET", path + "?format=mp3"), 422, field="format")

    def test_options_are_those_of_the_program(self):
        served = self.serve()
        options = {"preset": "fast", "speakers": 3, "exclusive": True, "min_turn_s": 0.4, "relabel": False}
        body, headers = form([("options", json.dumps(options)), ("name", "sample")],
                             [("audio", "x.wav", "", SAMPLE.read_bytes())])
        job = served.wait_until(served.ask("POST", "/v1/diarizations", body, headers).json()["id"])
        self.assertEqual(job["options"], options)
        expected = diarize(SAMPLE, "json", "--preset", "fast", "--speakers", "3", "--exclusive", "--min-turn", "0.4",
                           "--no-relabel")
        self.assertEqual(job["result"], json.loads(expected))
        answer = served.submit(query="?preset=fast&speakers=3&exclusive=true&min_turn_s=0.4&relabel=false&name=sample")
        self.assertEqual(served.wait_until(answer["id"])["result"], json.loads(expected))

    def test_options_that_cannot_be_are_named(self):
        served = self.serve()
        for query, field in [("speakers=0", "speakers"), ("speakers=2.5", "speakers"), ("speakers=1e99", "speakers"),
                             ("preset=best", "preset"), ("speakers=2&max_speakers=3", "speakers"),
                             ("min_speakers=4&max_speakers=3", "min_speakers"), ("step_s=0.333", "step_s"),
                             ("speakers=2&speakers=2", "speakers"), ("color=red", "color"), ("relabel=maybe", "relabel"),
                             ("channel=1&per_channel=true", "channel"), ("remember=true", "remember"),
                             ("min_turn_s=nan", "min_turn_s"), ("name=%00", None), ("name=%0A", "name")]:
            with self.subTest(query):
                answer = served.ask("POST", f"/v1/diarizations?{query}", SAMPLE.read_bytes())
                self.assert_problem(answer, 400 if field is None else 422, field=field)
        for options, field in [("[]", "options"), ("{", "options"), ('{"speakers":"2"}', "speakers"),
                               ('{"exclusive":1}', "exclusive"), ('{"step_s":11}', "step_s")]:
            with self.subTest(options):
                body, headers = form([("options", options)], [("audio", "a.wav", "audio/wav", SAMPLE.read_bytes())])
                self.assert_problem(served.ask("POST", "/v1/diarizations", body, headers), 422, field=field)
        body, headers = form([("speakers", "2")], [])
        self.assert_problem(served.ask("POST", "/v1/diarizations", body, headers), 422, field="audio")
        self.assert_problem(served.ask("POST", "/v1/diarizations", b""), 422, field="audio")
        self.assertEqual(served.ask("GET", "/v1/diarizations").json()["jobs"], [])
        self.assertEqual(list((self.folder / "data" / "uploads").iterdir()), [])

    def test_what_is_no_recording_fails_and_says_why(self):
        served = self.serve()
        for content in (b"this is no sound" * 100, SAMPLE.read_bytes()[:40]):
            answer = served.ask("POST", "/v1/diarizations?name=notes", content)
            job = served.wait_until(answer.json()["id"])
            self.assertEqual(job["state"], "failed")
            self.assertIn(job["error"]["code"], ("unsupported_audio", "corrupt_audio"))
            self.assertNotIn(str(self.folder), json.dumps(job))
            self.assertNotIn(job["id"], job["error"]["detail"])
            self.assert_problem(served.ask("GET", f"/v1/diarizations/{job['id']}?format=rttm"), 409, "no-result")

    def test_progress_as_events(self):
        served = self.serve()
        job = served.submit(long_recording(self.folder / "long.wav", 5))
        connection = served.connection()
        connection.request("GET", f"/v1/diarizations/{job['id']}/events")
        response = connection.getresponse()
        self.assertEqual(response.headers["Content-Type"], "text/event-stream")
        seen = list(events_of(response))
        connection.close()
        kinds = [kind for kind, _ in seen]
        self.assertEqual(kinds[0], "state")
        self.assertEqual(kinds[-2:], ["state", "ended"])
        self.assertIn("progress", kinds)
        done = [data["progress"]["done_s"] for kind, data in seen if kind == "progress"]
        self.assertEqual(done, sorted(done))
        self.assertEqual(seen[-1][1]["state"], "succeeded")
        # Where somebody speaks, in time, by the number that each stretch has, and nearly as the turns have it.
        known = 0
        speech = []
        for data in (data for kind, data in seen if kind == "speech"):
            self.assertEqual((data["id"], data["first"]), (job["id"], known))
            known += len(data["stretches"])
            speech += data["stretches"]
        self.assertGreater(kinds.count("speech"), 1)
        self.assertTrue(speech)
        for before, after in zip(speech, speech[1:]):
            self.assertLessEqual(before["end_s"], after["start_s"])
        turns = served.job(job["id"])["result"]["turns"]
        end = speech[-1]["end_s"]
        heard = sum(each["speakers"] * (each["end_s"] - each["start_s"]) for each in speech)
        spoken = sum(max(0, min(turn["end"], end) - turn["start"]) for turn in turns)
        self.assertLess(abs(heard - spoken), 0.1 * spoken)
        # One who comes late is told at once.
        answer = served.ask("GET", f"/v1/diarizations/{job['id']}/events", headers={"Last-Event-ID": "7"})
        self.assertIn(b"event: ended", answer.body)

    def test_cancelled_while_queued_and_while_running(self):
        served = self.serve()
        audio = long_recording(self.folder / "long.wav", 60)  # Minutes of work.
        running, queued = served.submit(audio), served.submit(SAMPLE)
        served.wait_until_at_work()
        self.assertEqual(served.job(queued["id"])["queue_position"], 0)
        for job, method, path in ((queued, "DELETE", ""), (running, "POST", "/cancel")):
            answer = served.ask(method, f"/v1/diarizations/{job['id']}{path}")
            self.assertEqual((answer.status, answer.json()["state"]), (200, "cancelled"))
            self.assertFalse(answer.json()["audio"]["available"])
        # The worker is free again, long before it would have been, and nothing of them is left but that they were.
        after = served.wait_until(served.submit()["id"], patience_s=45)
        self.assertEqual(after["state"], "succeeded")
        self.assertEqual(len(list((self.folder / "data" / "uploads").iterdir())), 1)
        for job in (queued, running):
            self.assertEqual(served.job(job["id"])["state"], "cancelled")
            self.assertEqual(served.ask("DELETE", f"/v1/diarizations/{job['id']}").status, 204)
            self.assert_problem(served.ask("GET", f"/v1/diarizations/{job['id']}"), 404)

    def test_cancelling_alone_never_removes(self):
        served = self.serve()
        job = served.wait_until(served.submit(query="?name=sample")["id"])
        path = f"/v1/diarizations/{job['id']}"
        self.assert_problem(served.ask("POST", f"{path}/cancel"), 409, "already-ended")
        self.assertEqual(served.ask("GET", f"{path}?format=rttm").body, diarize(SAMPLE, "rttm"))
        self.assertEqual(served.ask("GET", f"{path}/audio").body, SAMPLE.read_bytes())
        self.assert_problem(served.ask("POST", f"/v1/diarizations/{'0' * 32}/cancel"), 404)
        answer = served.ask("GET", f"{path}/cancel")
        self.assert_problem(answer, 405)
        self.assertEqual(answer.headers["Allow"], "POST")

    def test_pages_of_the_list(self):
        served = self.serve()
        ids = [served.submit()["id"] for _ in range(5)]
        seen, query = [], "?limit=2"
        while True:
            page = served.ask("GET", f"/v1/diarizations{query}").json()
            seen += [job["id"] for job in page["jobs"]]
            self.assertLessEqual(len(page["jobs"]), 2)
            if page["next"] is None:
                break
            query = f"?limit=2&before={page['next']}"
        self.assertEqual(seen, ids[::-1])
        served.wait_until(ids[-1])
        self.assertEqual(len(served.ask("GET", "/v1/diarizations?state=succeeded").json()["jobs"]), 5)
        self.assertEqual(served.ask("GET", "/v1/diarizations?state=failed").json()["jobs"], [])
        for query in ("limit=0", "limit=201", "limit=x", "before=-1", "state=done"):
            self.assert_problem(served.ask("GET", f"/v1/diarizations?{query}"), 422)

    def test_audio_is_given_back_in_parts(self):
        served = self.serve()
        path = f"/v1/diarizations/{served.submit()['id']}/audio"
        whole = SAMPLE.read_bytes()
        answer = served.ask("GET", path)
        self.assertEqual((answer.status, answer.body), (200, whole))
        self.assertEqual((answer.headers["Content-Type"], answer.headers["Accept-Ranges"]), ("audio/wav", "bytes"))
        for part, expected in [("0-99", whole[:100]), ("100-", whole[100:]), ("-44", whole[-44:]),
                               (f"5-{10**12}", whole[5:])]:
            answer = served.ask("GET", path, headers={"Range": f"bytes={part}"})
            self.assertEqual((answer.status, answer.body), (206, expected))
        self.assertEqual(served.ask("GET", path, headers={"Range": "lines=1-2"}).status, 200)
        self.assertEqual(served.ask("GET", path, headers={"Range": "bytes=0-1,5-6"}).status, 200)
        self.assert_problem(served.ask("GET", path, headers={"Range": f"bytes={len(whole)}-"}), 416)
        # Nothing was told by which one could know that it is still the same.
        answer = served.ask("GET", path, headers={"Range": "bytes=0-99", "If-Range": '"something"'})
        self.assertEqual((answer.status, answer.body), (200, whole))
        head = served.ask("HEAD", path, headers={"Range": "bytes=0-99"})
        self.assertEqual((head.status, head.headers["Content-Length"]), (200, str(len(whole))))
        head = served.ask("HEAD", path)
        self.assertEqual((head.status, head.body, head.headers["Content-Length"]), (200, b"", str(len(whole))))

    def test_ended_jobs_go_after_their_time(self):
        served = self.serve()
        job = served.submit()
        served.wait_until(job["id"])
        served.stop()
        # Only now: it tidies as it starts, and every minute, and would take the job from under us.
        served.options = ("--keep", "0")
        served.start()
        until(lambda: served.ask("GET", f"/v1/diarizations/{job['id']}").status == 404)
        until(lambda: not list((self.folder / "data" / "uploads").iterdir()))


if __name__ == "__main__":
    unittest.main()
