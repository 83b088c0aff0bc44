#!/usr/bin/env python3
"""Reading: a view of 50 rows, filtered for its viewer, against the same bytes from memory."""
import contextlib
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from bench import LONG, alternate, count, cpu_s, filled, helper, median, ratio, row, scratch, served, table, tool, us

VIEWER = "head@al"
PATH = "/api/v1/views/record?limit=50"
CLIENTS, ROUNDS, SECONDS = 16, 5, 1


@contextlib.contextmanager
def memory_server(body):
    """libmicrohttpd with the bytes in memory: its process and port."""
    path = pathlib.Path(scratch()) / "view.json"
    path.write_bytes(body)
    p = subprocess.Popen([tool("yardstick"), "serve", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield p.pid, int(p.stdout.readline().split()[1])
    finally:
        p.stdin.close()
        p.wait()
        p.stdout.close()


def asked(cpu, port, path):
    """CPU of one answer, and how many a second."""
    before = cpu()
    got = helper("load", "get", port, CLIENTS, SECONDS, VIEWER, path)
    if got["failed"] or got["refused"]:
        raise SystemExit(f"{path}: not answered: {got}")
    return (cpu() - before) / got["ok"], got["rate"]


def view(c, path=PATH):
    status, body = c.get(path, VIEWER)
    rows = c.view("record", VIEWER, limit=50)
    if status != 200 or len(rows) != 50:
        raise SystemExit(f"{path}: {status}, {len(rows)} rows")
    return body


def main():
    table(f"a view of 50 rows as JSON, filtered for its viewer; {CLIENTS} clients")
    sizes = [10_000, 100_000] + ([1_000_000] if LONG else [])
    with served(filled(sizes[0])) as c:
        body = view(c)
        with memory_server(body) as (pid, port):
            a, y = alternate(ROUNDS, lambda: asked(c.cpu_s, c.port, PATH), lambda: asked(lambda: cpu_s(pid), port, "/"))
        row(f"CPU of an answer of {count(len(body))} bytes", us(median(s for s, _ in a)),
            f"libmicrohttpd, the same bytes from memory: {us(median(s for s, _ in y))}", ratio([s for s, _ in a], [s for s, _ in y]), "<= 8")
        row("answers a second", count(median(r for _, r in a)), count(median(r for _, r in y)), ratio([r for _, r in a], [r for _, r in y]))
        for size in sizes[1:]:
            with served(filled(size)) as large:
                view(large)
                a, y = alternate(ROUNDS, lambda: asked(large.cpu_s, large.port, PATH), lambda: asked(c.cpu_s, c.port, PATH))
            row(f"CPU of an answer, {count(size)} acts on record", us(median(s for s, _ in a)),
                f"{count(sizes[0])} acts: {us(median(s for s, _ in y))}", ratio([s for s, _ in a], [s for s, _ in y]), "<= 1.5")


if __name__ == "__main__":
    main()
