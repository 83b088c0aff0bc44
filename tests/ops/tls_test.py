#!/usr/bin/env python3
"""HTTPS in the desk: which versions, whose certificate, renewal, a demonstration on the local network."""
import contextlib
import http.client
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import binary, centre, main, run, until


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True)


def make_ca(folder):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=Test CA",
            "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem")


def make_certificate(folder, name, days=30):
    """A certificate for localhost, by the CA of the test; the chain holds both."""
    pathlib.Path(f"{folder}/ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr")
    openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key", "-CAcreateserial",
            "-days", str(days), "-extfile", f"{folder}/ext", "-out", f"{folder}/{name}.pem")
    chain = pathlib.Path(f"{folder}/{name}.pem")
    chain.write_text(chain.read_text() + pathlib.Path(f"{folder}/ca.pem").read_text())
    return ["--cert", chain, "--key", f"{folder}/{name}.key"]


class Secure:
    """Requests over HTTPS to a centre."""

    def __init__(self, c, ca, host="127.0.0.1"):
        self.port, self.host = c.port, host
        self.context = ssl.create_default_context(cafile=str(ca))

    def request(self, method, path, body=None, headers=None):
        c = http.client.HTTPSConnection(self.host, self.port, timeout=30, context=self.context)
        try:
            c.request(method, path, body, headers or {})
            r = c.getresponse()
            data = r.read()
            return r.status, dict(r.getheaders()), data
        finally:
            c.close()

    def answers(self):
        with contextlib.suppress(OSError):
            return self.request("GET", "/healthz")[0] == 200
        return False

    def subject(self):
        with socket.create_connection((self.host, self.port), 10) as s, self.context.wrap_socket(s, server_hostname=self.host) as t:
            return dict(pair[0] for pair in t.getpeercert()["subject"])["commonName"]


@contextlib.contextmanager
def secure_centre(demo=False):
    with centre(start=False, demo=demo) as c:
        folder = c.data.parent
        make_ca(folder)
        c.start(*make_certificate(folder, "first"), wait=False)
        s = Secure(c, f"{folder}/ca.pem")
        until("it answers over HTTPS", s.answers)
        yield c, s


def a_browser_is_answered_and_told_to_stay_with_https():
    with secure_centre() as (c, s):
        status, headers, body = s.request("GET", "/healthz")
        assert status == 200 and json.loads(body)["status"] == "ok"
        assert headers["Strict-Transport-Security"] == "max-age=31536000", headers


def large_bodies_and_event_streams_pass():
    with secure_centre(demo=True) as (c, s):
        seat = {"Authorization": "Bearer seat:depositary", "Content-Type": "application/json"}
        big = json.dumps({"id": "test-big-1", "kind": "party.record-fact", "subject": "party/ol", "body": {"fact": "x" * 2_000_000}})
        status, _, body = s.request("POST", "/api/v1/acts", big, seat)
        assert status == 400 and "fact" in body.decode(), (status, body[:200])
        stream = http.client.HTTPSConnection("127.0.0.1", c.port, timeout=30, context=s.context)
        stream.request("GET", "/api/v1/events", headers=seat)
        events = stream.getresponse()
        assert events.status == 200 and events.headers["Content-Type"].startswith("text/event-stream")
        act = {"id": "test-one-1", "kind": "party.record-fact", "subject": "party/ol",
               "body": {"fact": "un-member", "value": True, "date": "2020-05-15", "source": "A note"}}
        status, _, body = s.request("POST", "/api/v1/acts", json.dumps(act), seat)
        assert status == 201, body
        seen = b""
        while b"party.record-fact" not in seen:
            chunk = events.read1(4096)
            assert chunk, seen
            seen += chunk
        stream.close()
        # What a reply holds beyond one TLS record arrives whole.
        status, headers, body = s.request("GET", "/api/v1/openapi.json")
        assert status == 200 and len(body) == int(headers["Content-Length"]) > 60_000 and json.loads(body)


def old_versions_and_weak_ciphers_are_refused():
    with secure_centre() as (c, s):
        def offers(**limits):
            t = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            t.load_verify_locations(f"{c.data.parent}/ca.pem")
            t.set_ciphers(limits.pop("ciphers", "ALL:@SECLEVEL=0"))
            for name, value in limits.items():
                setattr(t, name, value)
            try:
                with socket.create_connection(("127.0.0.1", c.port), 10) as raw, t.wrap_socket(raw, server_hostname="localhost") as out:
                    return out.version(), out.cipher()[0]
            except (ssl.SSLError, ConnectionError):
                return None
        import warnings
        warnings.simplefilter("ignore")
        v = ssl.TLSVersion
        assert offers()[0] == "TLSv1.3"
        assert offers(maximum_version=v.TLSv1_2)[0] == "TLSv1.2"
        assert offers(minimum_version=v.TLSv1, maximum_version=v.TLSv1_1) is None
        for weak in ("AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA", "NULL"):
            with contextlib.suppress(ssl.SSLError):
                assert offers(maximum_version=v.TLSv1_2, ciphers=f"{weak}:@SECLEVEL=0") is None, weak


def a_handshake_that_stands_still_keeps_nobody_waiting():
    with secure_centre() as (c, s):
        still = []
        for _ in range(40):
            raw = socket.create_connection(("127.0.0.1", c.port), 10)
            raw.sendall(bytes.fromhex("1603010200010001fc0303"))  # the beginning of a ClientHello
            still.append(raw)
        for _ in range(5):
            assert s.request("GET", "/healthz")[0] == 200
        # Neither does one who speaks no TLS at all.
        with socket.create_connection(("127.0.0.1", c.port), 10) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert not raw.recv(100).startswith(b"HTTP/")
        assert s.request("GET", "/healthz")[0] == 200
        for raw in still:
            raw.close()


def a_renewed_certificate_is_taken_up_and_a_broken_one_is_not():
    with secure_centre() as (c, s):
        folder = c.data.parent
        assert s.subject() == "first"
        make_certificate(folder, "second")
        for kind in ("pem", "key"):
            os.replace(f"{folder}/second.{kind}", f"{folder}/first.{kind}")
        c.process.send_signal(signal.SIGHUP)

        def renewed():
            with contextlib.suppress(OSError):  # a handshake that the old program had begun ends with it
                return s.answers() and s.subject() == "second"
            return False
        until("the new certificate", renewed)
        # A key of another certificate: said in the log, and what runs goes on.
        make_certificate(folder, "third")
        os.replace(f"{folder}/third.key", f"{folder}/first.key")
        c.process.send_signal(signal.SIGHUP)
        until("the log says so", lambda: "not reloaded" in c.log_text())
        assert "another certificate" in c.log_text() and s.subject() == "second"


def a_wrong_pair_is_told_at_the_start():
    with centre(start=False, demo=False) as c:
        folder = c.data.parent
        make_ca(folder)
        first, second = make_certificate(folder, "first"), make_certificate(folder, "second")
        for args, words in ((first[:2] + second[2:], "another certificate"), (first[:2], "come together"),
                            (["--cert", folder / "nothing", *first[2:]], "cannot be read"),
                            (["--listen", "https://127.0.0.1:0"], "needs --cert"), (["--cert", first[3], *first[2:]], "No certificate")):
            r = run("serve", "--data", c.data, "--listen", "127.0.0.1:0", *args, check=False)
            assert r.returncode == 3 and words in r.stderr, (words, r.returncode, r.stderr)


def own_address():
    """This machine on a network that is not itself; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s, contextlib.suppress(OSError):
        s.connect(("192.0.2.254", 9))
        return s.getsockname()[0]
    return None


def plain_http_is_for_this_machine_alone():
    if not own_address():
        return "this machine is on no network"
    with centre(start=False, demo=False) as c:
        r = run("serve", "--data", c.data, "--listen", f"{own_address()}:0", check=False)
        assert r.returncode == 3 and "only HTTPS is spoken" in r.stderr, r.stderr
        r = run("serve", "--data", c.data, "--lan", check=False)
        assert r.returncode == 3 and "demonstrations only" in r.stderr, r.stderr
    with centre(start=False) as c:
        r = run("serve", "--data", c.data, "--demo", "--listen", f"{own_address()}:0", check=False)
        assert r.returncode == 3 and "--lan" in r.stderr, r.stderr


def a_demonstration_is_joined_from_the_local_network():
    if not own_address():
        return "this machine is on no network"
    with centre(start=False) as c:
        c.start("--lan")
        text = ""
        while "warn once" not in text:
            line = c.process.stdout.readline().decode()
            assert line, text
            text += line
        link = re.search(r"for guests on your network: (https://(\S+):\d+/\S*)", text)
        assert f"http://127.0.0.1:{c.port}/" in text and link, text
        # A phone: it trusts what it saw, by the address it was given.
        s = Secure(c, c.data / "lan.cert", link[2])
        status, headers, _ = s.request("GET", "/healthz")
        assert status == 200 and "Strict-Transport-Security" not in headers, headers
        # The link leads to where a seat is taken; the cookie is for HTTPS alone.
        assert link[1].endswith("/signin"), link[1]
        status, headers, body = s.request("POST", "/api/v1/session", json.dumps({"seat": "head@ce"}),
                                          {"Content-Type": "application/json", "Origin": link[1].removesuffix("/signin")})
        assert status == 201 and headers["Set-Cookie"].startswith("__Host-comity=") and "Secure" in headers["Set-Cookie"], (status, headers, body)
        assert (c.data / "lan.key").stat().st_mode & 0o777 == 0o600
        # So do sound and pictures: a media process is bound there.
        bound = "".join(f"{int(b):02X}" for b in reversed(link[2].split(".")))
        inodes = {line.split()[9] for line in pathlib.Path("/proc/net/udp").read_text().splitlines()[1:] if line.split()[1].startswith(bound)}
        fds = [os.readlink(f) for f in pathlib.Path(f"/proc/{c.process.pid}/fd").iterdir()]
        assert any(f"socket:[{i}]" in fds for i in inodes), (bound, inodes, fds)
        # It is made once.
        before = (c.data / "lan.cert").read_text()
        c.process.send_signal(signal.SIGHUP)
        until("it answers again", lambda: "desk runs" in c.log_text().split("keeper runs")[-1] and s.answers() and c.alive())
        assert (c.data / "lan.cert").read_text() == before


def read_code(text):
    """The light half blocks of a terminal as a picture, read by another program."""
    rows = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip("\r") for line in text.splitlines() if "\x1b[40;97m" in line]
    light = {"\u2588": "11", "\u2580": "10", "\u2584": "01", " ": "00"}
    modules = [[light[ch][half] == "1" for ch in row] for row in rows for half in (0, 1)]
    scale = 4
    lines = [bytes(255 if m else 0 for m in row for _ in range(scale)) for row in modules for _ in range(scale)]
    picture = b"P5 %d %d 255\n" % (len(lines[0]), len(lines)) + b"".join(lines)
    with tempfile.NamedTemporaryFile(suffix=".pgm") as f:
        f.write(picture)
        f.flush()
        return subprocess.run(["zbarimg", "-q", "--raw", f.name], capture_output=True, text=True).stdout.strip()


def a_phone_reads_the_guests_address_from_the_screen():
    if not own_address():
        return "this machine is on no network"
    if not shutil.which("zbarimg"):
        return "zbarimg is not installed"
    with centre(start=False) as c:
        screen, terminal = pty.openpty()
        c.log = open(c.data.parent / "log", "ab")
        c.process = subprocess.Popen([binary(), "serve", "--data", c.data, "--demo", "--lan", "--media", "0", "--listen", f"127.0.0.1:{c.port}"],
                                     stdout=terminal, stderr=c.log)
        os.close(terminal)
        text = b""
        while b"warn once" not in text:
            text += os.read(screen, 65536)
        link = re.search(r"for guests on your network: (\S+)", text.decode())[1]
        assert read_code(text.decode()) == link, link
        c.process.terminate()
        c.process.wait(60)
        os.close(screen)
        c.log.close()
        c.process = None


if __name__ == "__main__":
    main(a_browser_is_answered_and_told_to_stay_with_https, large_bodies_and_event_streams_pass,
         old_versions_and_weak_ciphers_are_refused, a_handshake_that_stands_still_keeps_nobody_waiting,
         a_renewed_certificate_is_taken_up_and_a_broken_one_is_not, a_wrong_pair_is_told_at_the_start,
         plain_http_is_for_this_machine_alone, a_demonstration_is_joined_from_the_local_network,
         a_phone_reads_the_guests_address_from_the_screen)
