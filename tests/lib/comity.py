"""What tests in Python share: a centre on a port of its own, requests, waiting."""
import contextlib
import http.client
import importlib.util
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
UNION = ROOT / "charters/union-of-six.yaml"


def debian_python(*modules):
    """Debian's packages are Debian's Python's: where another comes first, this file is run by that."""
    if sys.executable != "/usr/bin/python3" and not all(map(importlib.util.find_spec, modules)):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])


def binary(mode="release"):
    return str(ROOT / "build" / os.environ.get("COMITY_MODE", mode) / "comity")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(*args, check=True, **kwargs):
    r = subprocess.run([binary(), *map(str, args)], capture_output=True, text=True, **kwargs)
    if check and r.returncode:
        raise AssertionError(f"comity {' '.join(map(str, args))}: {r.returncode}\n{r.stdout}{r.stderr}")
    return r


def until(what, condition, seconds=30):
    """Wait for a condition, never for a time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"{what}: not within {seconds} s")


def ended(pid):
    """Is the process over: gone, or waiting for its parent with nothing open?"""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Centre:
    """A data folder, made when there is none yet, and the server on it."""

    def __init__(self, folder, charter=UNION, clock="2020-05-15T10:00:00Z", store=None, demo=True):
        self.data = pathlib.Path(folder) / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.clock = clock
        self.demo = demo
        args = ["--data", self.data, "--charter", charter]
        args += ["--demo", "--clock", clock] if demo else []
        args += ["--store", store] if store else []
        if not self.data.exists():
            run("init", *args)

    def start(self, *extra, wait=True):
        args = [binary(), "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"]
        args += ["--demo", "--clock", self.clock] if self.demo and self.clock else []
        self.log = open(self.data.parent / "log", "ab")
        self.process = subprocess.Popen([*args, *map(str, extra)], stdout=subprocess.PIPE, stderr=self.log)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self):
        until("the server answers", self.alive, 60)

    def alive(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended:\n{self.log_text()}")
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def log_text(self):
        return (self.data.parent / "log").read_text(errors="replace")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        if self.process:
            self.process.stdout.close()
            self.log.close()
        self.process = None

    def kill(self):
        """kill -9 of the whole server; its ports are free afterwards."""
        children = self.children()
        for pid in children + [self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        self.process.wait()
        until("the roles end", lambda: all(map(ended, children)), 60)
        self.process.stdout.close()
        self.log.close()
        self.process = None

    def children(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(p) for p in text.split()]

    def role(self, name):
        """The process of a role."""
        for pid in self.children():
            with contextlib.suppress(OSError):
                if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == name:
                    return pid
        return None

    def request(self, method, path, body=None, seat=None, headers=None, timeout=60):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        h = dict(headers or {})
        if seat:
            h["Authorization"] = f"Bearer seat:{seat}"
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            h.setdefault("Content-Type", "application/json")
        try:
            c.request(method, path, body, h)
            r = c.getresponse()
            data = r.read()
            self.headers = dict(r.getheaders())
        finally:
            c.close()
        return r.status, data

    def get(self, path, seat=None, **kwargs):
        return self.request("GET", path, seat=seat, **kwargs)

    def json(self, path, seat=None):
        status, data = self.get(path, seat)
        return status, json.loads(data)

    def view(self, name, seat=None, **params):
        query = "&".join(f"{k}={v}" for k, v in params.items())
        status, reply = self.json(f"/api/v1/views/{name}?{query}", seat)
        if status != 200:
            raise AssertionError(f"view {name}: {status} {reply}")
        return reply["rows"]

    def act(self, kind, subject, body, seat="depositary", id=None, **more):
        act = {"id": id or f"test-{os.urandom(8).hex()}", "kind": kind, "subject": subject, "body": body, **more}
        status, data = self.request("POST", "/api/v1/acts", act, seat)
        return status, json.loads(data)

    def fact(self, n, seat="depositary", id=None):
        return self.act("party.record-fact", "party/ol", {"fact": "un-member", "value": True, "date": "2020-05-15",
                                                            "source": f"Note {n} of the secretariat"}, seat, id)


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="comity-test-")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def centre(**kwargs):
    start = kwargs.pop("start", True)
    with folder() as path:
        c = Centre(path, **kwargs)
        try:
            if start:
                c.start()
            yield c
        finally:
            if c.process:
                c.stop()


def main(*tests):
    """Run the tests of this file, print a line for each."""
    bad = 0
    words = sys.argv[1:]
    for test in tests:
        if words and not any(w in test.__name__ for w in words):
            continue
        name = test.__name__.replace("_", " ")
        try:
            why = test()
            print(f"skip {name}: {why}" if isinstance(why, str) else f"ok {name}", flush=True)
        except Exception as e:  # a test that crashes has failed, whatever it is
            import traceback
            bad += 1
            print(traceback.format_exc()[-3000:])
            print(f"FAIL {name}: {str(e)[:500]}", flush=True)
    sys.exit(1 if bad else 0)
