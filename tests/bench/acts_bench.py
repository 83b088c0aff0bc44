#!/usr/bin/env python3
"""Acts: how many become durable in a second, and what CPU one costs."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from bench import LONG, alternate, count, fresh, helper, median, note, ratio, row, scratch, served, table, us

CLIENTS = 64
ROUNDS, SECONDS = 5, 2
RECORD_BYTES = 640  # of the acts that are posted; checked against those that were


def ours(c):
    before = c.cpu_s()
    got = c.load("acts", CLIENTS, SECONDS)
    if got["refused"] or got["failed"]:
        raise SystemExit(f"acts were not done: {got}")
    return got["rate"], (c.cpu_s() - before) / got["ok"], got["cpu_s"] / got["ok"]


def raw():
    got = helper("yardstick", "rows", scratch(), CLIENTS, SECONDS, RECORD_BYTES)
    return got["rows"], got["cpu_us"] / 1e6


def fill(c, acts):
    have = c.sql("SELECT max(seq) FROM act_record")[0]
    if acts > have:
        c.load("acts", CLIENTS, 0, acts - have)


def grown(c, sizes):
    """The same on a long record, in turn with one that has just begun."""
    for size in sizes:
        fill(c, size)
        with served(fresh()) as young:
            a, y = alternate(3, lambda: ours(c), lambda: ours(young))
        row(f"acts a second, {count(size)} on record", count(median(r for r, *_ in a)),
            f"on a new record: {count(median(r for r, *_ in y))}", ratio([r for r, *_ in a], [r for r, *_ in y]))
        row(f"CPU of an act, {count(size)} on record", us(median(s for _, s, _ in a)),
            f"on a new record: {us(median(s for _, s, _ in y))}", ratio([s for _, s, _ in a], [s for _, s, _ in y]), "<= 1.5")


def main():
    with served(fresh()) as c:
        a, y = alternate(ROUNDS, lambda: ours(c), raw)
        size = c.sql("SELECT avg(length(CAST(record AS BLOB))) FROM act_record WHERE seq > 1")[0]
        if abs(size / RECORD_BYTES - 1) > 0.05:
            raise SystemExit(f"a record has {size:.0f} bytes, not {RECORD_BYTES}")
        table(f"acts through HTTP: judged, signed, in the ledger, durable; {CLIENTS} clients")
        row("acts a second", count(median(r for r, *_ in a)),
            f"SQLite group commit of {RECORD_BYTES}-byte rows, {CLIENTS} producers: {count(median(r for r, _ in y))}",
            ratio([r for r, *_ in a], [r for r, _ in y]), ">= 0.12")
        row("CPU of an act, all processes", us(median(s for _, s, _ in a)), f"of a row: {us(median(s for _, s in y))}",
            ratio([s for _, s, _ in a], [s for _, s in y]))
        row("CPU of the client for an act", us(median(k for *_, k in a)), f"of the server: {us(median(s for _, s, _ in a))}",
            ratio([k for *_, k in a], [s for _, s, _ in a]))
        grown(c, [100_000] + ([1_000_000] if LONG else []))


if __name__ == "__main__":
    main()
