"""Known voices: enrolled, named, renamed, forgotten."""
import contextlib
import json
import sqlite3
import time
import unittest
import urllib.parse

from serving import SAMPLE, ServerTest, form


class Speakers(ServerTest):
    def test_a_speaker_of_a_job_becomes_a_voice_that_is_known_again(self):
        served = self.serve()
        self.assertEqual(served.ask("GET", "/v1/speakers").json(), {"speakers": []})
        job = served.wait_until(served.submit()["id"])
        name = "Zoë Größe"
        answer = served.send_json("POST", "/v1/speakers", {"name": name, "job": job["id"], "speaker": "SPEAKER_01"})
        self.assertEqual((answer.status, answer.json()["name"]), (201, name), answer.body)
        after = served.job(job["id"])
        self.assertEqual(after["speakers"], ["SPEAKER_00", name])
        self.assertEqual({turn["speaker"] for turn in after["result"]["turns"]}, {"SPEAKER_00", name})
        self.assertIn(name.encode(), served.ask("GET", f"/v1/diarizations/{job['id']}?format=csv").body)
        again = served.wait_until(served.submit(query="?identify=true")["id"])
        self.assertEqual(again["speakers"], ["SPEAKER_00", name])
        self.assertEqual(served.wait_until(served.submit(query="?identify=true&min_score=100")["id"])["speakers"],
                         ["SPEAKER_00", "SPEAKER_01"])
        for document, status, field in [
                ({"name": name, "job": job["id"], "speaker": "SPEAKER_00"}, 409, "name"),
                ({"name": "Ann", "job": job["id"], "speaker": "SPEAKER_07"}, 422, "speaker"),
                ({"name": "SPEAKER_03", "job": job["id"], "speaker": "SPEAKER_00"}, 422, "name"),
                ({"name": " Ann", "job": job["id"], "speaker": "SPEAKER_00"}, 422, "name"),
                ({"name": "Ann", "job": "0" * 32, "speaker": "SPEAKER_00"}, 404, None),
                ({"name": "Ann", "job": "../jobs", "speaker": "SPEAKER_00"}, 404, None),
                ({"name": "Ann", "speaker": "SPEAKER_00"}, 422, "job"),
                ({"name": "Ann", "job": job["id"], "speaker": "SPEAKER_00", "age": 3}, 422, "age")]:
            with self.subTest(document):
                self.assert_problem(served.send_json("POST", "/v1/speakers", document), status, field=field)
        self.assert_problem(served.ask("POST", "/v1/speakers", b"{", {"Content-Type": "application/json"}), 400)

        path = "/v1/speakers/" + urllib.parse.quote(name)
        voice = served.ask("GET", path).json()
        self.assertEqual((voice["name"], voice["named"], len(voice["sessions"])), (name, True, 1))
        self.assert_problem(served.send_json("PATCH", path, {"name": ""}), 422)
        self.assertEqual(served.send_json("PATCH", path, {"name": "Zoë"}).json()["name"], "Zoë")
        self.assert_problem(served.send_json("PATCH", path, {"name": "Ann"}), 404)
        self.assert_problem(served.ask("DELETE", path), 404)
        self.assertEqual(served.ask("DELETE", "/v1/speakers/Zo%C3%AB").status, 204)
        self.assertEqual(served.ask("GET", "/v1/speakers").json(), {"speakers": []})

    def test_a_recording_of_one_person_is_an_enrolment(self):
        served = self.serve()
        # Up to 8 seconds one person speaks, and then both.
        one = self.folder / "one.wav"
        one.write_bytes(SAMPLE.read_bytes())
        body, headers = form([("name", "Both")], [("audio", "both.wav", "audio/wav", one.read_bytes())])
        job = served.wait_until(served.ask("POST", "/v1/speakers", body, headers).json()["id"])
        self.assertEqual((job["kind"], job["state"], job["speaker"]), ("enrolment", "failed", "Both"))
        self.assertIn("more than one voice", job["error"]["detail"])
        answer = served.ask("POST", "/v1/speakers?name=Ann", self.one_voice(), {"Content-Type": "audio/wav"})
        self.assertEqual(answer.status, 202)
        job = served.wait_until(answer.json()["id"])
        self.assertEqual(job["state"], "succeeded", job)
        self.assertEqual([voice["name"] for voice in served.ask("GET", "/v1/speakers").json()["speakers"]], ["Ann"])
        self.assert_problem(served.ask("POST", "/v1/speakers", SAMPLE.read_bytes()), 422, field="name")
        self.assert_problem(served.ask("POST", "/v1/speakers?name=SPEAKER_01", SAMPLE.read_bytes()), 422, field="name")

    def enrol(self, served, name):
        answer = served.ask("POST", f"/v1/speakers?name={name}", self.one_voice(), {"Content-Type": "audio/wav"})
        self.assertEqual(answer.status, 202)
        return answer.json()["id"]

    def names(self, served):
        return [voice["name"] for voice in served.ask("GET", "/v1/speakers").json()["speakers"]]

    def test_a_cancelled_enrolment_keeps_no_voice(self):
        served = self.serve()
        served.wait_until(self.enrol(served, "Ann"))
        self.assertEqual(served.ask("DELETE", "/v1/speakers/Ann").status, 204)
        # Another program writes: who comes to keep a voice waits, between its work and its end.
        with contextlib.closing(sqlite3.connect(self.folder / "voices.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            job = self.enrol(served, "Bob")
            served.wait_until(job, "running")
            time.sleep(3)  # More than six seconds of sound take; what is asked below is so in any case.
            answer = served.ask("POST", f"/v1/diarizations/{job}/cancel")
            other.execute("ROLLBACK")
        # Whichever came first, the voice is there if and only if the job has succeeded.
        done = served.wait_until(job)
        if answer.status == 200:
            self.assertEqual((done["state"], self.names(served)), ("cancelled", []))
        else:
            self.assert_problem(answer, 409, "already-ended")
            self.assertEqual((done["state"], self.names(served)), ("succeeded", ["Bob"]))

    def test_an_enrolment_that_is_run_again_keeps_one_sample(self):
        served = self.serve()
        for _ in range(2):
            self.assertEqual(served.wait_until(self.enrol(served, "Ann"))["state"], "succeeded")
        voice = served.ask("GET", "/v1/speakers/Ann").json()
        self.assertEqual(len(voice["sessions"]), 1)

    def test_remembered(self):
        served = self.serve()
        job = served.wait_until(served.submit(query="?identify=true&remember=true")["id"])
        self.assertTrue(all(name.startswith("VOICE_") for name in job["speakers"]), job)
        voices = served.ask("GET", "/v1/speakers").json()["speakers"]
        self.assertEqual(sorted(voice["name"] for voice in voices), sorted(job["speakers"]))
        self.assertFalse(voices[0]["named"])
        path = f"/v1/speakers/{voices[0]['name']}"
        self.assertEqual(served.send_json("PATCH", path, {"name": "Ann"}).status, 200)
        self.assert_problem(served.send_json("PATCH", f"/v1/speakers/{voices[1]['name']}", {"name": "Ann"}), 409)
        self.assertIn("Ann", served.wait_until(served.submit(query="?identify=true")["id"])["speakers"])

    @staticmethod
    def one_voice():
        """The turns of one speaker of the sample, one after the other."""
        import io
        import wave
        with wave.open(str(SAMPLE)) as source:
            rate, parameters = source.getframerate(), source.getparams()
            frames = source.readframes(source.getnframes())
        out = io.BytesIO()
        with wave.open(out, "wb") as target:
            target.setparams(parameters)
            for begin_s, end_s in ((10.98, 14.3), (18.5, 21.5)):
                target.writeframes(frames[int(begin_s * rate) * 2:int(end_s * rate) * 2])
        return out.getvalue()


if __name__ == "__main__":
    unittest.main()
