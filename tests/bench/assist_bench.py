#!/usr/bin/env python3
"""Assistance: the gap board over 1,000 open requests of 40 lines with 10,000 offers."""
import concurrent.futures
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from bench import count, fresh, median, row, served, table, us

REQUESTS, LINES, OFFERS, ROUNDS, HANDS = 1_000, 40, 10_000, 25, 16
ASKER, GIVER = "head@al", "head@bi"
PATH = "/api/v1/views/assistance-board"


def ask(c, n):
    lines = [{"item": f"Item {i + 1}", "category": "equipment", "quantity": 20, "unit": "pieces", "needed_by": "2030-06-01", "place": "Airport"}
             for i in range(LINES)]
    status, r = c.act("assistance.request", "assistance", {"mode": "bilateral", "to": "bi", "kind": "actual", "title": f"Request {n}",
                      "event": "Wards fill.", "contact": "Desk", "lines": lines}, ASKER)
    if status != 201:
        raise SystemExit(f"request: {r}")
    return r["seq"]


def offer(c, request, n):
    status, r = c.act("assistance.offer", f"request/{request}", {"line": n % LINES + 1, "quantity": 5, "ready": "2030-05-20", "terms": "free",
                      "transport": "own"}, GIVER)
    if status != 201:
        raise SystemExit(f"offer: {r}")


def main():
    table(f"the gap board: {count(REQUESTS)} open requests of {LINES} lines, {count(OFFERS)} offers")
    with served(fresh()) as c, concurrent.futures.ThreadPoolExecutor(HANDS) as hands:
        requests = list(hands.map(lambda n: ask(c, n), range(REQUESTS)))
        list(hands.map(lambda n: offer(c, requests[n % REQUESTS], n // REQUESTS * 3 + n), range(OFFERS)))
        rows = c.view("assistance-board", ASKER)
        if len(rows) != LINES or sum(r["needed"] for r in rows) != REQUESTS * LINES * 20 or sum(r["offered"] for r in rows) != OFFERS * 5:
            raise SystemExit(f"the board is wrong: {rows[:2]}")
        taken, cpu = [], []
        for _ in range(ROUNDS):
            before, at = c.cpu_s(), time.monotonic()
            status, _ = c.get(PATH, ASKER)
            taken.append(time.monotonic() - at)
            cpu.append(c.cpu_s() - before)
            if status != 200:
                raise SystemExit(f"{PATH}: {status}")
        row("CPU of the board, asked over HTTP, in ms", us(median(cpu)), "", f"{median(cpu) * 1e3:.1f}", "<= 50")
        row("time of it, beside whatever else runs", us(median(taken)))


if __name__ == "__main__":
    main()
