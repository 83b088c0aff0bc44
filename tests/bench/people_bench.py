#!/usr/bin/env python3
"""Signing in with a passkey: CPU of all processes of the server, from the question to the session."""
import http.client
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from bench import LONG, cpu_s, median, processes, row, table, us
from people import Browser, administrator, real_centre

EACH = 14  # from one address: more would be slowed down
ADDRESSES = 40 if LONG else 10
BOUND_MS = 2


class From:
    """A browser at an address of its own, on one connection."""

    def __init__(self, c, n):
        self.conn = http.client.HTTPConnection("127.0.0.1", c.port, timeout=60, source_address=(f"127.0.1.{n}", 0))
        self.headers = {"Host": f"localhost:{c.port}", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}

    def post(self, path, body):
        self.conn.request("POST", path, json.dumps(body), self.headers)
        reply = self.conn.getresponse()
        data = json.loads(reply.read())
        if reply.status not in (200, 201):
            raise SystemExit(f"{path}: {reply.status} {data}")
        return data

    def sign_in(self, key):
        question = self.post("/api/v1/session/passkey/options", {})
        self.post("/api/v1/session/passkey", key.use(question))


def of_requests(pids, requests, count):
    before = cpu_s(*pids)
    for _ in range(count):
        requests()
    return (cpu_s(*pids) - before) / count


def main():
    table("signing in with a passkey (P-256)")
    with real_centre() as (c, token, folder):
        ada, key, _ = administrator(c, token, folder)
        pids = processes(c)
        spent = []
        for n in range(ADDRESSES):
            browser = From(c, n + 1)
            browser.sign_in(key)
            spent.append(of_requests(pids, lambda: browser.sign_in(key), EACH - 1))
        row("CPU of a question and its answer, to the session", us(median(spent)), "", median(spent) * 1e3, f"<= {BOUND_MS} ms")
        nobody = Browser(c)
        a = of_requests(pids, lambda: ada.send("GET", "/api/v1/views/offices"), 200)
        b = of_requests(pids, lambda: nobody.send("GET", "/api/v1/views/offices"), 200)
        row("CPU of a view by whoever is signed in", us(a), f"nobody: {us(b)}", a / b)


if __name__ == "__main__":
    main()
