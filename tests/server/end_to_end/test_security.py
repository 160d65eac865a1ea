"""Who may use the server: tokens, TLS, names, pages of other sites."""
import secrets
import socket
import ssl
import subprocess
import unittest

from serving import PROGRAM, SAMPLE, ServerTest, read_all


class Security(ServerTest):
    def tokens(self):
        self.mine, self.other = secrets.token_hex(32), secrets.token_urlsafe(24)
        file = self.folder / "tokens"
        file.write_text(f"# who\n{self.mine}\n\n  {self.other}\n")
        return file

    def certificate(self):
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                   "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                   "-keyout", "key.pem", "-out", "cert.pem"]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)
        return self.folder / "cert.pem", self.folder / "key.pem"

    def refused(self, *options):
        done = subprocess.run([PROGRAM, "serve", "--port", "0", "--data", self.folder / "data", *map(str, options)],
                              check=False, capture_output=True, text=True, timeout=60)
        self.assertNotIn("listening", done.stderr)
        return done.returncode, done.stderr

    def test_tokens(self):
        served = self.serve("--tokens", self.tokens())
        for path in ("/v1/diarizations", "/v1/speakers", "/metrics", "/v1/live"):
            answer = served.ask("GET", path)
            self.assert_problem(answer, 401, "unauthorized")
            self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
        for path in ("/healthz", "/readyz", "/openapi.json"):
            self.assertEqual(served.ask("GET", path).status, 200)
        for token, expected in [(self.mine, 200), (self.other, 200), (self.mine[:-1], 401), (self.mine + "0", 401),
                                ("# who", 401), ("", 401)]:
            answer = served.ask("GET", "/v1/diarizations", headers={"Authorization": f"Bearer {token}"})
            self.assertEqual(answer.status, expected)
        answer = served.ask("GET", "/v1/diarizations", headers={"Authorization": f"Basic {self.mine}"})
        self.assert_problem(answer, 401)
        served.token = self.mine
        self.assertEqual(served.wait_until(served.submit()["id"])["state"], "succeeded")
        self.assertNotIn(self.mine, str(served.log))

    def test_token_files_that_are_none(self):
        for text in ("", "# nothing\n", "short\n", "a token with blanks in it\n"):
            file = self.folder / "tokens"
            file.write_text(text)
            code, words = self.refused("--tokens", file)
            self.assertEqual(code, 7, words)
        self.assertEqual(self.refused("--tokens", self.folder / "missing")[0], 3)

    def test_others_are_let_in_only_when_told(self):
        code, words = self.refused("--address", "0.0.0.0")
        self.assertEqual(code, 2)
        self.assertIn("--tokens", words)
        served = self.serve("--address", "0.0.0.0", "--no-tokens")
        self.assertEqual(served.ask("GET", "/v1/diarizations").status, 200)
        # Nobody is asked for a token: a page of another name must not get in by way of one who may connect.
        for host, expected in [("any.example", 421), ("10.1.2.3:80", 200), ("[fd00::1]", 200), ("localhost", 200)]:
            self.assertEqual(served.ask("GET", "/healthz", headers={"Host": host}).status, expected, host)
        served.stop()
        for options, other in [(("--no-tokens", "--host", "diarist.example"), 421),
                               (("--tokens", self.tokens(), "--host", "diarist.example"), 421),
                               (("--tokens", self.tokens()), 200)]:
            with self.subTest(options):
                served = self.serve("--address", "0.0.0.0", *options)
                for host, expected in [("diarist.example", 200), ("any.example", other)]:
                    self.assertEqual(served.ask("GET", "/healthz", headers={"Host": host}).status, expected, host)
                served.stop()

    def test_listens_on_this_machine_alone(self):
        served = self.serve()
        self.assertEqual([event["url"] for event in served.log], [f"http://127.0.0.1:{served.port}"])

    def test_tls(self):
        certificate, key = self.certificate()
        served = self.serve("--certificate", certificate, "--key", key, scheme="https")
        job = served.submit()
        self.assertEqual(served.wait_until(job["id"])["state"], "succeeded")
        self.assertEqual(served.ask("GET", f"/v1/diarizations/{job['id']}/audio").body, SAMPLE.read_bytes())
        events = served.ask("GET", f"/v1/diarizations/{job['id']}/events").body
        self.assertIn(b"event: ended", events)
        context = ssl.create_default_context(cafile=certificate)
        context.set_alpn_protocols(["h2", "http/1.1"])
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secret:
                self.assertEqual(secret.selected_alpn_protocol(), "http/1.1")
                self.assertIn(secret.version(), ("TLSv1.2", "TLSv1.3"))
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as plain, self.assertRaises(OSError):
            old.wrap_socket(plain)
        self.assertNotIn(b"HTTP", read_all(served.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")))
        self.assertEqual(served.ask("GET", "/healthz").status, 200)
        for options in (["--certificate", certificate], ["--key", key]):
            self.assertEqual(self.refused(*options)[0], 2)
        self.assertEqual(self.refused("--certificate", key, "--key", key)[0], 7)

    def test_names(self):
        served = self.serve("--host", "diarist.example")
        for host, expected in [("localhost", 200), ("127.0.0.1", 200), (f"127.0.0.1:{served.port}", 200), ("[::1]:1", 200),
                               ("diarist.example:443", 200), ("DIARIST.EXAMPLE", 200), ("evil.example", 421),
                               ("127.0.0.1.evil.example", 421), ("localhost.evil.example", 421), ("", 421)]:
            with self.subTest(host):
                self.assertEqual(served.ask("GET", "/healthz", headers={"Host": host}).status, expected)

    def test_pages_of_other_sites(self):
        served = self.serve()
        own = f"http://127.0.0.1:{served.port}"
        for headers, expected in [({"Origin": own}, 202), ({"Sec-Fetch-Site": "same-origin"}, 202),
                                  ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403),
                                  ({"Origin": "http://127.0.0.1:1"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403)]:
            with self.subTest(headers):
                answer = served.ask("POST", "/v1/diarizations", SAMPLE.read_bytes(), headers)
                self.assertEqual(answer.status, expected)
                self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        self.assertEqual(served.ask("OPTIONS", "/v1/diarizations", headers={"Origin": "https://evil.example"}).status, 405)


if __name__ == "__main__":
    unittest.main()
