#!/usr/bin/env python3
"""The configurations of docs/examples for nginx and Caddy, with those programs in front of a centre."""
import contextlib
import http.client
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, centre, free_port, main, until
from tls_test import Secure, make_ca, make_certificate

EXAMPLES = ROOT / "docs/examples"


def replaced(text, *pairs):
    for old, new in pairs:
        changed = re.sub(old, lambda m, new=new: new, text)
        assert changed != text, old
        text = changed
    return text


def nginx(c, folder, port, pair):
    """The site as it is given, but for addresses and files, in an nginx of its own."""
    site = replaced((EXAMPLES / "nginx.conf").read_text(), (r"127\.0\.0\.1:8460", f"127.0.0.1:{c.port}"), (r"listen 443", f"listen 127.0.0.1:{port}"),
                    (r"listen \[::\]:443 ssl http2;\n", "\n"), (r"listen 80;\n", f"listen 127.0.0.1:{free_port()};\n"), (r"listen \[::\]:80;\n", "\n"),
                    (r"/etc/letsencrypt/\S+/fullchain.pem", str(pair[1])), (r"/etc/letsencrypt/\S+/privkey.pem", str(pair[3])))
    (folder / "site").write_text(site)
    temporary = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error;\nevents {{}}\n"
                                       f"http {{\naccess_log off;\n{temporary}include {folder}/site;\n}}\n")
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error")]


def caddy(c, folder, port, pair):
    site = replaced((EXAMPLES / "Caddyfile").read_text(), (r"127\.0\.0\.1:8460", f"127.0.0.1:{c.port}"),
                    (r"(?m)^centre\.example \{", f"https://127.0.0.1:{port} {{\n\ttls {pair[1]} {pair[3]}"))
    (folder / "Caddyfile").write_text(replaced(site, (r"(?m)^\{\n", f"{{\n\tadmin off\n\tauto_https off\n\tstorage file_system {folder}/storage\n")))
    return ["env", f"HOME={folder}", "caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@contextlib.contextmanager
def behind(proxy):
    with centre(start=False) as c:
        c.start("--proxy", "127.0.0.1")
        folder = c.data.parent / "proxy"
        folder.mkdir()
        make_ca(folder)
        port = free_port()
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen(proxy(c, folder, port, make_certificate(folder, "site")), stdout=log, stderr=log)
            try:
                s = Secure(c, folder / "ca.pem")
                s.port = port

                def answers():
                    if process.poll() is not None:
                        raise AssertionError((folder / "log").read_text() + (folder / "error").read_text() if (folder / "error").exists() else (folder / "log").read_text())
                    return s.answers()
                until("the proxy answers", answers)
                yield c, s
            finally:
                process.terminate()
                process.wait(30)


def pages_and_acts_pass(s):
    status, headers, body = s.request("GET", "/healthz")
    assert status == 200 and headers["Strict-Transport-Security"] == "max-age=31536000", headers
    assert s.request("GET", "/metrics")[0] == 404
    # That it was HTTPS is believed: the cookie is for HTTPS alone.
    status, headers, body = s.request("POST", "/api/v1/session", json.dumps({"seat": "head@ce"}), {"Content-Type": "application/json", "Origin": f"https://127.0.0.1:{s.port}"})
    assert status == 201 and headers["Set-Cookie"].startswith("__Host-comity="), (status, headers, body)


def streams_are_not_held_back(s, c):
    stream = http.client.HTTPSConnection(s.host, s.port, timeout=20, context=s.context)
    stream.request("GET", "/api/v1/events", headers={"Authorization": "Bearer seat:depositary"})
    events = stream.getresponse()
    assert events.status == 200
    for n in range(3):
        assert c.fact(n)[0] == 201
        seen = b""
        while b"party.record-fact" not in seen:
            chunk = events.read1(4096)
            assert chunk, seen
            seen += chunk
    events.close()
    stream.close()


def uploads_are_limited(s, too_large):
    seat = {"Authorization": "Bearer seat:depositary", "Content-Type": "application/json"}
    status, _, body = s.request("POST", "/api/v1/acts", json.dumps({"id": "test-big-1", "kind": "party.record-fact", "subject": "party/ol", "body": {"fact": "x" * 2_000_000}}), seat)
    assert status == 400 and b"fact" in body, (status, body[:200])
    try:
        assert s.request("POST", "/api/v1/acts", b" " * 9_000_000, seat)[0] == too_large
    except OSError:
        pass  # it hung up while we were sending, as it may


def the_address_is_that_of_the_client(s):
    """Whatever a client says of itself, it is one and the same to the limit of tries."""
    got = set()
    for n in range(40):
        got.add(s.request("POST", "/api/v1/session/password", json.dumps({"person": "p1", "password": "x", "code": "123456"}),
                          {"Content-Type": "application/json", "X-Forwarded-For": f"198.51.100.{n}"})[0])
    assert 429 in got, got


def a_reload_is_not_noticed(s, c):
    over, got = threading.Event(), []

    def ask():
        while not over.is_set():
            got.append(s.request("GET", "/api/v1/views/parties")[0])
    asking = threading.Thread(target=ask)
    asking.start()
    desk = c.role("desk")
    c.process.send_signal(signal.SIGHUP)
    until("another desk", lambda: c.role("desk") not in (None, desk) and c.alive())
    over.set()
    asking.join()
    assert got and set(got) == {200}, got


def every_promise(proxy, too_large=413):
    with behind(proxy) as (c, s):
        pages_and_acts_pass(s)
        streams_are_not_held_back(s, c)
        uploads_are_limited(s, too_large)
        a_reload_is_not_noticed(s, c)
        the_address_is_that_of_the_client(s)


def behind_nginx():
    if not shutil.which("nginx"):
        return "nginx is not installed"
    every_promise(nginx)


def behind_caddy():
    if not shutil.which("caddy"):
        return "caddy is not installed"
    every_promise(caddy, too_large=502)  # so says Caddy 2.6 when it stops reading


if __name__ == "__main__":
    main(behind_nginx, behind_caddy)
