#!/usr/bin/env python3
"""Event streams: the memory of many viewers at once, and the CPU of telling them."""
import contextlib
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from bench import count, fresh, mb, processes, row, served, status_kb, table, tool, us, values

VIEWER = "head@al"
ACTS = 500


@contextlib.contextmanager
def streams(c, n):
    p = subprocess.Popen([tool("load"), "streams", str(c.port), str(n), VIEWER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if p.stdout.readline() != f"open {n}\n":
            raise SystemExit(f"{n} streams could not be opened")
        yield p
    finally:
        p.stdin.close()
        p.wait()
        p.stdout.close()


def peak(c):
    """The most that each process of the server has held so far, together."""
    return sum(status_kb(pid, "VmHWM") for pid in processes(c))


def measure(n):
    with served(fresh()) as c:
        c.load("acts", 8, 0, ACTS)
        base, before = peak(c), c.cpu_s()
        with streams(c, n) as p:
            opened = c.cpu_s()
            c.load("acts", 8, 0, ACTS)
            told = c.cpu_s()
            p.stdin.close()
            got = values(p.stdout.read())
            if got["events"] < 0.99 * n * ACTS:
                raise SystemExit(f"{n} viewers of {ACTS} acts saw {got['events']:.0f} events")
            return base, peak(c), (told - opened) / got["events"]


def main():
    table(f"event streams held open, {ACTS} acts told to each")
    few, many = 100, 1000
    _, least, _ = measure(few)
    base, most, cpu = measure(many)
    row(f"memory of all processes at its peak, {count(many)} streams", mb(most), "", most / 2**20, "<= 64 MB")
    row("the same without streams", mb(base))
    row(f"the same, {count(few)} streams", mb(least), f"{count(many)} streams: {mb(most)}", most / least)
    row("CPU of one event told to one viewer, the act included", us(cpu))


if __name__ == "__main__":
    main()
