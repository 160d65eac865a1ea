"""The served description of the interface, and what is answered, held against each other by schemathesis."""
import os
import pathlib
import subprocess
import sys
import unittest

from serving import SAMPLE, ServerTest

EXAMPLES = os.environ.get("DIARIST_SCHEMATHESIS_EXAMPLES", "25")


class Interface(ServerTest):
    def test_answers_are_those_that_are_described(self):
        served = self.serve("--queue", "50", "--silence", "5")
        job = served.wait_until(served.submit()["id"])
        served.send_json("POST", "/v1/speakers", {"name": "Ann", "job": job["id"], "speaker": "SPEAKER_00"})
        command = [
            pathlib.Path(sys.executable).with_name("schemathesis"), "run", f"http://127.0.0.1:{served.port}/openapi.json",
            "--checks", "all", "--max-examples", EXAMPLES, "--seed", "1", "--phases", "examples,coverage,fuzzing",
            "--request-timeout", "20", "--no-color",
            # Options that exclude each other, speakers that a result lacks, names by the byte: 422 is described for what JSON
            # Schema cannot say.
            "--exclude-checks", "positive_data_acceptance",
            # A WebSocket answers what is no handshake with 426, whatever else is wrong with it.
            "--exclude-operation-id", "live"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stdout[-20000:] + done.stderr[-5000:])
        self.assertEqual([event for event in served.log if event.get("status", 0) >= 500], [])


if __name__ == "__main__":
    unittest.main()
