"""/v1/live: events as the stream of the library gives them, and in the end what the program gives."""
import array
import json
import os
import struct
import subprocess
import threading
import time
import unittest

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from serving import SAMPLE, ServerTest, diarize, sample_frames, until


class Live(ServerTest):
    def url(self, served, query=""):
        return f"ws://127.0.0.1:{served.port}/v1/live{query}"

    def exchange(self, served, query="", pieces=None, **options):
        """All messages for a stream of the sample."""
        frames = sample_frames()
        if pieces is None:
            pieces = [frames[at:at + 3200] for at in range(0, len(frames), 3200)]
        messages = []
        with connect(self.url(served, query), max_size=None, compression=None, **options) as client:
            def read():
                for text in client:
                    messages.append(json.loads(text))
            reader = threading.Thread(target=read)
            reader.start()
            for piece in pieces:
                client.send(piece)
            client.send('{"type":"end"}')
            reader.join(60)
            self.assertFalse(reader.is_alive())
            self.assertEqual(client.protocol.close_code, 1000)
        return messages

    def test_events_and_result(self):
        served = self.serve()
        whole = self.exchange(served, "?name=sample")
        self.assertEqual(whole[-1]["type"], "result")
        self.assertEqual(whole[-1]["result"], json.loads(diarize(SAMPLE, "json")))
        kinds = [message["type"] for message in whole[:-1]]
        self.assertEqual(set(kinds) - {"revised", "extended"}, {"speaker", "begun", "ended"})
        clocks = [message["clock_s"] for message in whole[:-1]]
        self.assertEqual(clocks, sorted(clocks))
        begun = {message["turn"]: message for message in whole if message["type"] == "begun"}
        for message in whole[:-1]:
            if message["type"] in ("extended", "ended"):
                self.assertIn(message["turn"], begun)
        # However the samples are divided: odd pieces that cut samples in two, and fragmented messages.
        frames = sample_frames()
        odd = [frames[at:at + 9999] for at in range(0, len(frames), 9999)]
        self.assertEqual(self.exchange(served, "?name=sample", odd), whole)
        fragments = [[frames[:1001], frames[1001:50_000], frames[50_000:400_000]], frames[400_000:]]
        self.assertEqual(self.exchange(served, "?name=sample", fragments), whole)
        floats = array.array("h", frames)
        as_floats = struct.pack(f"<{len(floats)}f", *(value / 32768 for value in floats))
        pieces = [as_floats[at:at + 50_000] for at in range(0, len(as_floats), 50_000)]
        self.assertEqual(self.exchange(served, "?coding=f32le&name=sample", pieces), whole)
        both = array.array("h", (value for value in floats for _ in range(2))).tobytes()
        pieces = [both[at:at + 64_000] for at in range(0, len(both), 64_000)]
        self.assertEqual(self.exchange(served, "?channels=2&name=sample", pieces), whole)

    def test_events_are_those_of_the_library(self):
        probe = os.environ.get("DIARIST_STREAM_PROBE")
        if not probe:
            self.skipTest("no probe of the library's stream was named")
        samples = self.folder / "samples"
        samples.write_bytes(sample_frames())
        told = subprocess.run([probe, samples], check=True, capture_output=True, text=True).stdout.splitlines()
        messages = self.exchange(self.serve())
        said = [f"{m['type']} {m['clock_s']:.6f} {m['turn']} {m['start_s']:.6f} {m['end_s']:.6f} {m['speaker']}"
                for m in messages[:-1]]
        self.assertEqual(said, told)

    def test_known_voices_have_their_names(self):
        served = self.serve()
        job = served.wait_until(served.submit()["id"])
        served.send_json("POST", "/v1/speakers", {"name": "Ann", "job": job["id"], "speaker": "SPEAKER_01"})
        told = self.exchange(served, "?name=sample&identify=true")
        known = [message for message in told if message["type"] == "identified"]
        self.assertEqual({message["speaker"] for message in known}, {"Ann"})
        self.assertGreaterEqual(known[0]["score"], 4)
        self.assertTrue(known[0]["previous_speaker"].startswith("SPEAKER_"))
        self.assertEqual([each["name"] for each in told[-1]["result"]["speakers"]], ["SPEAKER_00", "Ann"])
        self.assertTrue(told[-1]["complete"])
        unknown = self.exchange(served, "?name=sample&identify=true&min_score=100")
        self.assertNotIn("identified", {message["type"] for message in unknown})

    def test_options_that_cannot_be(self):
        served = self.serve()
        for query in ("coding=mp3", "sample_rate_hz=0", "sample_rate_hz=1", "channels=65", "delay_s=0.1", "delay_s=x", "settle_s=1", "channel=1",
                      "remember=true", "min_score=4", "speakers=0"):
            with self.subTest(query), self.assertRaises(InvalidStatus) as refused:
                connect(self.url(served, "?" + query))
            self.assertEqual(refused.exception.response.status_code, 422)
        answer = served.ask("GET", "/v1/live")
        self.assert_problem(answer, 426)
        self.assertEqual(answer.headers["Upgrade"], "websocket")

    def test_tokens_and_pages_of_other_sites(self):
        token = "0123456789abcdef0123"
        (self.folder / "tokens").write_text(token + "\n")
        served = self.serve("--tokens", self.folder / "tokens")
        with self.assertRaises(InvalidStatus) as refused:
            connect(self.url(served))
        self.assertEqual(refused.exception.response.status_code, 401)
        with connect(self.url(served), subprotocols=["diarist.live", f"bearer.{token}"]) as client:
            self.assertEqual(client.subprotocol, "diarist.live")
        with connect(self.url(served), additional_headers={"Authorization": f"Bearer {token}"}):
            pass
        with self.assertRaises(InvalidStatus) as refused:
            connect(self.url(served), origin="https://evil.example",
                    additional_headers={"Authorization": f"Bearer {token}"})
        self.assertEqual(refused.exception.response.status_code, 403)

    def test_limits(self):
        served = self.serve("--streams", "1", "--max-audio", "0.001")
        with connect(self.url(served)):
            with self.assertRaises(InvalidStatus) as refused:
                connect(self.url(served))
            self.assertEqual(refused.exception.response.status_code, 429)
            self.assertIn("Retry-After", refused.exception.response.headers)

        def once_there_is_a_place():
            try:
                return connect(self.url(served))
            except InvalidStatus as refused:
                self.assertEqual(refused.response.status_code, 429)
                return None
        with until(once_there_is_a_place) as client:
            client.send(sample_frames()[:200_000])
            messages = []
            with self.assertRaises(ConnectionClosed):
                while True:
                    messages.append(json.loads(client.recv(timeout=60)))
            self.assertEqual(messages[-1]["type"], "error")
            self.assertEqual(messages[-1]["problem"]["type"], "urn:diarist:problem:audio-too-long")

    def test_silence(self):
        served = self.serve("--silence", "1")
        with connect(self.url(served)) as client, self.assertRaises(ConnectionClosed) as closed:
            client.recv(timeout=60)
        self.assertEqual(closed.exception.rcvd.code, 1008)

    def test_who_gets_no_place_costs_no_look_at_the_voices(self):
        served = self.serve("--streams", "0")
        (self.folder / "voices.db").write_text("no store " * 100)
        with self.assertRaises(InvalidStatus) as refused:
            connect(self.url(served, "?identify=true"))
        self.assertEqual(refused.exception.response.status_code, 429)

    def test_messages_that_cannot_be(self):
        served = self.serve()
        for message, code in [("{", 1008), ('{"type":"begin"}', 1008), ("[]", 1008), (b"x" * (2 << 20), 1009),
                              ('{"type":' + "[" * 400_000 + "]" * 400_000 + "}", 1008), ('{"type":["end"]}', 1008)]:
            with connect(self.url(served), compression=None) as client, self.assertRaises(ConnectionClosed) as closed:
                client.send(message)
                while True:
                    client.recv(timeout=10)
            self.assertEqual(closed.exception.rcvd.code if closed.exception.rcvd else 1009, code)
        with connect(self.url(served, "?coding=f32le")) as client, self.assertRaises(ConnectionClosed) as closed:
            client.send(struct.pack("<f", float("nan")) * 16000)
            self.assertEqual(json.loads(client.recv(timeout=10))["type"], "error")
            client.recv(timeout=10)
        with connect(self.url(served)) as client:  # Nothing at all was said.
            client.send('{"type":"end"}')
            self.assertEqual(json.loads(client.recv(timeout=10))["type"], "error")

    def test_pings_and_the_end_of_the_server(self):
        served = self.serve()
        with connect(self.url(served)) as client:
            client.send(sample_frames()[:64_000])
            self.assertTrue(client.ping().wait(10))
            begun = time.monotonic()
            served.stop()
            self.assertLess(time.monotonic() - begun, 5)
            with self.assertRaises(ConnectionClosed) as closed:
                while True:
                    client.recv(timeout=10)
            self.assertEqual(closed.exception.rcvd.code, 1001)


if __name__ == "__main__":
    unittest.main()
