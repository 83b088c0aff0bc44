#!/usr/bin/env python3
"""Acts: how many become durable in a second, and what CPU one costs."""
import collections
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from bench import LONG, Others, alternate, count, cpu_s, fresh, helper, median, note, ratio, row, scratch, served, table, threads_s, us

CLIENTS = 64
ROUNDS, SECONDS = 5, 2
BOUND = ">= 0.12"
NOISY = 0.15  # of the machine taken by others: then the clock says more of them than of us
STAGES = [("parse", "http"), ("known", "writer"), ("judge", "writer"), ("apply", "writer"), ("record", "writer"),
          ("sign", "writer"), ("leaf", "writer"), ("commit", "writer")]
RECORD_BYTES = 640  # of the acts that are posted; checked against those that were


def ours(c):
    """Acts a second, CPU of the server and of the client for each, and what others had of the machine."""
    before, others = c.cpu_s(), Others()
    got = c.load("acts", CLIENTS, SECONDS)
    spent = c.cpu_s() - before
    if got["refused"] or got["failed"]:
        raise SystemExit(f"acts were not done: {got}")
    return got["rate"], spent / got["ok"], got["cpu_s"] / got["ok"], others.share(spent + got["cpu_s"])


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
        row(f"CPU of an act, {count(size)} on record", us(median(s for _, s, *_ in a)),
            f"on a new record: {us(median(s for _, s, *_ in y))}", ratio([s for _, s, *_ in a], [s for _, s, *_ in y]), "<= 1.5")


def cpu_by_thread(c):
    desk = threads_s(c.role("desk"))
    return {"keeper": cpu_s(c.role("keeper")), "writer": desk["writer"], "http": desk["http"]}


def stages(c, before, began, acts):
    """Where the CPU of an act goes: the stages as the server measures them, its threads from outside."""
    after = c.metrics()
    spent = {k: (v - began[k]) / acts for k, v in cpu_by_thread(c).items()}
    whole = sum(spent.values())
    table("CPU of an act by stage")

    def part(figure, seconds):
        row(figure, us(seconds), f"of an act: {us(whole)}", seconds / whole)

    known = collections.Counter()
    for name, thread in STAGES:
        names = [f'comity_act_cpu_{what}_total{{stage="{name}"}}' for what in ("seconds", "measured")]
        seconds, measured = (after[n] - before[n] for n in names)
        seconds /= measured
        known[thread] += seconds
        part(name, seconds)
    part("sign, in the keeper", spent["keeper"])
    part("batches, answers, events: the rest of the writer", spent["writer"] - known["writer"])
    part("HTTP: the rest of the loops", spent["http"] - known["http"])


def main():
    with served(fresh()) as c:
        c.load("acts", CLIENTS, 0, 500)  # so that nothing is done for the first time
        before, began = c.metrics(), cpu_by_thread(c)
        first = c.sql("SELECT max(seq) FROM act_record")[0]
        a, y = alternate(ROUNDS, lambda: ours(c), raw)
        acts = c.sql("SELECT max(seq) FROM act_record")[0] - first
        size = c.sql("SELECT avg(length(CAST(record AS BLOB))) FROM act_record WHERE seq > 1")[0]
        if abs(size / RECORD_BYTES - 1) > 0.05:
            raise SystemExit(f"a record has {size:.0f} bytes, not {RECORD_BYTES}")
        table(f"acts through HTTP: judged, signed, in the ledger, durable; {CLIENTS} clients")
        rates, cpus, clients, others = zip(*a)
        noisy = median(others) > NOISY
        row("acts a second", count(median(rates)),
            f"SQLite group commit of {RECORD_BYTES}-byte rows, {CLIENTS} producers: {count(median(r for r, _ in y))}",
            ratio(rates, [r for r, _ in y]), "" if noisy else BOUND)
        row("acts in a second of CPU, all processes", count(1 / median(cpus)), f"rows: {count(1 / median(s for _, s in y))}",
            ratio([s for _, s in y], cpus), BOUND if noisy else "")
        row("CPU of the client for an act", us(median(clients)), f"of the server: {us(median(cpus))}", ratio(clients, cpus))
        note(f"Other programs had {median(others):.0%} of the machine meanwhile"
             + (": seconds of CPU are judged, not the clock." if noisy else "."))
        stages(c, before, began, acts)
        table(f"acts on a long record; {CLIENTS} clients")
        grown(c, [100_000] + ([1_000_000] if LONG else []))


if __name__ == "__main__":
    main()
