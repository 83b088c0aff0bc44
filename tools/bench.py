#!/usr/bin/env python3
"""Measure, print a table for each topic, and say which bound is not met.

tools/bench.py [WORD...]   only topics whose name holds one of the words

A topic is a program that prints lines of fields with tabs between them:

    table   TITLE                                     what follows stands in a table of its own
    row     FIGURE  OURS  YARDSTICK  VALUE  BOUND     VALUE is the ratio of ours to the yardstick,
                                                      or the figure itself where YARDSTICK is empty;
                                                      BOUND is "<= 8", ">= 0.12", or empty
    note    TEXT                                      a line under the table

It is found by its name: tests/bench/TOPIC_bench.{py,sh,mjs} (executable), tests/bench/TOPIC_bench.c
(built to build/release/bench) or tools/bench_TOPIC.{sh,py}.  Other programs of tests/bench help
these.  LONG=1 in the environment asks for the long runs too.  Topics in Python have
tests/lib/bench.py.

All rows are kept in build/bench/results.tsv.  Exit status 1 when a bound is not met or a topic
fails.
"""
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RAW = pathlib.Path("build/bench/results.tsv")
HEAD = ("figure", "ours", "yardstick", "ratio", "bound", "verdict")
LIMIT_S = 600
LONG_LIMIT_S = 4 * 3600


def topics(words):
    found = {}
    for path in sorted(pathlib.Path("tests/bench").glob("*_bench.*")):
        if path.suffix == ".c":
            found[path.stem.removesuffix("_bench")] = pathlib.Path("build/release/bench") / path.stem
        elif os.access(path, os.X_OK):
            found[path.stem.removesuffix("_bench")] = path
    for path in sorted(pathlib.Path("tools").glob("bench_*")):
        if os.access(path, os.X_OK):
            found[path.stem.removeprefix("bench_")] = path
    return [(name, path) for name, path in sorted(found.items()) if not words or any(w in name for w in words)]


def met(value, bound):
    """Whether a number keeps a bound such as "<= 8" or ">= 0.12"; None without a bound."""
    if not bound:
        return None
    m = re.fullmatch(r"(<=|>=|<|>) *([0-9.,]+).*", bound)
    if not m:
        raise ValueError(f"no bound: {bound!r}")
    limit = float(m[2].replace(",", ""))
    return {"<=": value <= limit, ">=": value >= limit, "<": value < limit, ">": value > limit}[m[1]]


def print_table(title, rows):
    widths = [max(len(r[i]) for r in [HEAD, *rows]) for i in range(len(HEAD))]
    print(f"\n{title}\n")
    for k, r in enumerate([HEAD, *rows]):
        print("| " + " | ".join(cell.ljust(w) for cell, w in zip(r, widths)) + " |")
        if k == 0:
            print("|" + "|".join("-" * (w + 2) for w in widths) + "|")


class Topic:
    """The tables of one topic, printed as they become whole."""

    def __init__(self, name, raw):
        self.name, self.raw = name, raw
        self.title, self.rows, self.notes = name, [], []
        self.missed, self.count = 0, 0

    def flush(self):
        if self.rows:
            print_table(self.title, self.rows)
        for note in self.notes:
            print(f"\n{note}")
        sys.stdout.flush()
        self.rows, self.notes = [], []

    def row(self, figure, ours, yardstick, value, bound):
        ok = met(float(value), bound) if value else None
        if bound and ok is None:
            raise ValueError(f"{figure}: a bound without a value")
        verdict = {None: "", True: "met", False: "NOT MET"}[ok]
        self.missed += ok is False
        self.count += 1
        ratio = f"{float(value):.3g}" if yardstick and value else ""
        self.rows.append((figure, ours, yardstick, ratio, bound, verdict))
        self.raw.write("\t".join((self.name, self.title, figure, ours, yardstick, value, bound, verdict)) + "\n")
        self.raw.flush()

    def line(self, text):
        word, *fields = text.rstrip("\n").split("\t")
        if word == "table" and len(fields) == 1:
            self.flush()
            self.title = fields[0]
        elif word == "row" and 2 <= len(fields) <= 5:
            self.row(*fields, *[""] * (5 - len(fields)))
        elif word == "note" and len(fields) == 1:
            self.notes.append(fields[0])
        else:
            raise ValueError(f"not a line of a topic: {text!r}")


def run(name, path, raw, env):
    topic = Topic(name, raw)
    limit = LONG_LIMIT_S if env.get("LONG") else LIMIT_S
    began, why = time.monotonic(), ""
    process = subprocess.Popen(["timeout", str(limit), f"./{path}"], stdout=subprocess.PIPE, text=True, env=env)
    try:
        for line in process.stdout:
            topic.line(line)
    except ValueError as e:
        why = str(e)
        process.terminate()
    process.stdout.close()
    status = process.wait()
    topic.flush()
    if not why and status:
        why = f"took longer than {limit} s" if status == 124 else f"ended with status {status}"
    if not why and not topic.count:
        why = "measured nothing"
    if why:
        print(f"\nFAILED {name}: {why}")
    print(f"\n({name}: {time.monotonic() - began:.0f} s)", flush=True)
    return topic.missed, bool(why)


def machine():
    """In general terms: what the figures depend on, not which machine it is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return (f"{os.cpu_count()} cores ({model[1] if model else platform.machine()}), {memory:.0f} GB, Linux "
            f"{platform.release().split('-')[0]}; load average at the start {os.getloadavg()[0]:.1f}")


def main():
    os.chdir(ROOT)
    found = topics(sys.argv[1:])
    if not found:
        print("bench: no such topic", file=sys.stderr)
        return 2
    RAW.parent.mkdir(parents=True, exist_ok=True)
    # What topics share lies beside the build, on the disk that the figures are about.
    scratch = tempfile.mkdtemp(prefix="run-", dir=RAW.parent)
    env = {**os.environ, "COMITY_BENCH": scratch}
    missed = failed = 0
    print(f"{machine()}", flush=True)
    try:
        with RAW.open("w") as raw:
            raw.write(f"# {time.strftime('%Y-%m-%d')}; {machine()}\n"
                      "# topic\ttable\tfigure\tours\tyardstick\tvalue\tbound\tverdict\n")
            for name, path in found:
                m, f = run(name, path, raw, env)
                missed, failed = missed + m, failed + f
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"\n{RAW}: {missed} bounds not met, {failed} topics failed")
    return 1 if missed or failed else 0


if __name__ == "__main__":
    sys.exit(main())
