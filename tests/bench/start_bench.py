#!/usr/bin/env python3
"""Starting: CPU from the first instruction to the first answer, all processes."""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from bench import LONG, alternate, count, filled, fresh, median, ratio, row, table, us

ROUNDS = 7
BOUND_MS = 150


def first_answer(c):
    """CPU until a view is answered that needs charter and registers, then stop."""
    began = time.monotonic()
    c.start(wait=False)
    try:
        # The address is printed once somebody listens; a request before that would be refused.
        if b"listening" not in c.process.stdout.readline():
            raise SystemExit(f"no address was printed:\n{c.log_text()}")
        rows = c.view("parties", "head@al")
        spent, seconds = c.cpu_s(), time.monotonic() - began
    finally:
        c.stop()
    if not rows:
        raise SystemExit("the first answer was empty")
    return spent, seconds


def main():
    table("start to the first answer, Union of Six")
    new, sizes = fresh(), [10_000, 100_000] + ([1_000_000] if LONG else [])
    centres = [new] + [filled(size) for size in sizes]
    small, *large = alternate(ROUNDS, *(lambda c=c: first_answer(c) for c in centres))
    spent = [s for s, _ in small]
    row("CPU of all processes", us(median(spent)), "", median(spent) * 1e3, f"<= {BOUND_MS} ms")
    row("time on the wall", us(median(t for _, t in small)))
    for size, got in zip(sizes, large):
        row(f"CPU, {count(size)} acts on record", us(median(s for s, _ in got)), f"with none: {us(median(spent))}",
            ratio([s for s, _ in got], spent), "<= 1.5")


if __name__ == "__main__":
    main()
