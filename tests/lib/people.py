"""What tests about people share: a browser, a real centre with its first administrator, invitations."""
import base64
import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import struct
import subprocess

from comity import Centre, UNION, folder, run
from passkey import Passkey


class Browser:
    """Cookies and the headers that browsers send, against one centre."""

    def __init__(self, c):
        self.c, self.cookie = c, None
        self.host = f"localhost:{c.port}"

    def send(self, method, path, body=None, **headers):
        h = {"Host": self.host, "Sec-Fetch-Site": "same-origin", **{k.replace("_", "-"): v for k, v in headers.items()}}
        h = {k: v for k, v in h.items() if v is not None}
        if self.cookie:
            h["Cookie"] = f"comity={self.cookie}"
        status, data = self.c.request(method, path, body, headers=h)
        set_cookie = self.c.headers.get("Set-Cookie")
        if set_cookie:
            assert "HttpOnly" in set_cookie and "SameSite=Strict" in set_cookie, set_cookie
            self.cookie = set_cookie.split(";")[0].split("=", 1)[1] or None
        return status, json.loads(data) if data else None

    def post(self, path, body, **headers):
        return self.send("POST", path, body, **headers)

    def act(self, kind, subject, body, id=None):
        return self.post("/api/v1/acts", {"id": id or f"test-{os.urandom(8).hex()}", "kind": kind, "subject": subject, "body": body})

    def view(self, name, **params):
        status, reply = self.send("GET", f"/api/v1/views/{name}?" + "&".join(f"{k}={v}" for k, v in params.items()))
        assert status == 200, reply
        return reply["rows"]

    def enrol(self, token, key):
        status, options = self.post("/api/v1/invitation/passkey/options", {"token": token})
        assert status == 200, options
        return self.post("/api/v1/invitation/passkey", {"token": token, "name": "my key", **key.make(options)})

    def sign_in(self, key, **more):
        status, options = self.post("/api/v1/session/passkey/options", {})
        assert status == 200, options
        return self.post("/api/v1/session/passkey", key.use(options, **more))


def token_of(text):
    return text.split("/welcome#")[1].split()[0]


def database():
    """A PostgreSQL database of its own where tests/lib/pg.sh runs one; None: the embedded store."""
    where = os.environ.get("COMITY_TEST_PG")
    if not where:
        return None
    name = f"t{os.urandom(6).hex()}"
    subprocess.run(["psql", "-q", where, "-c", f"CREATE DATABASE {name}"], check=True)
    return where.replace("///postgres", f"///{name}")


@contextlib.contextmanager
def real_centre(*settings):
    """A centre of its own, not a demonstration, and the link of its first administrator."""
    with folder() as f:
        data = pathlib.Path(f) / "data"
        store = database()
        r = run("init", "--data", data, "--charter", UNION, "--administrator", "Ada", *(["--store", store] if store else []))
        c = Centre(f, demo=False)
        c.where = store
        c.start(*settings, *(["--origin", f"http://localhost:{c.port}"] if settings else []))
        try:
            yield c, token_of(r.stdout), f
        finally:
            c.stop()


def administrator(c, token, f):
    key = Passkey(f, f"http://localhost:{c.port}")
    b = Browser(c)
    status, who = b.enrol(token, key)
    assert status == 201, who
    return b, key, who


def invite(b, party, offices, **more):
    status, reply = b.act("person.invite", f"people/{party}", {"name": "Ben", "offices": offices, **more})
    assert status == 201, reply
    person = f"p{reply['seq']}"
    status, link = b.post(f"/api/v1/people/{person}/link", {})
    assert status == 201, link
    return person, token_of(link["url"])


def code_of(secret, step):
    key = base64.b32decode(secret)
    mac = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"
