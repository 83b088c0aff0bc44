#!/usr/bin/env python3
"""Proof: the whole record replayed and verified, against the cryptography that this takes alone."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from bench import LONG, alternate, binary, count, filled, finished, helper, mb, median, ratio, row, table, us


def ours(c, acts):
    replay, replay_peak, said = finished(binary(), "replay", "--data", c.data)
    if f"{acts + 1} acts" not in said:
        raise SystemExit(f"not all acts were replayed: {said}")
    verify, verify_peak, said = finished(binary(), "verify", "--data", c.data)
    if f"{acts + 1} leaves" not in said or "all of it holds" not in said:
        raise SystemExit(f"not all acts were verified: {said}")
    return replay, verify, max(replay_peak, verify_peak)


def alone(acts, size):
    return helper("yardstick", "verify", acts + 1, size)["cpu_us"] * (acts + 1) / 1e6


def record_size(c):
    return round(c.sql("SELECT avg(length(CAST(record AS BLOB))) FROM act_record WHERE seq > 1")[0])


def measure(few, many, rounds):
    small, large = filled(few), filled(many)
    b, a, y = alternate(rounds, lambda: ours(small, few), lambda: ours(large, many), lambda: alone(many, record_size(large)))
    before, both = [(r + v) / few for r, v, _ in b], [r + v for r, v, _ in a]
    least, most = median(p for *_, p in b), median(p for *_, p in a)
    row(f"CPU, {count(many)} acts", us(median(both)), f"SHA-256 and Ed25519 verification alone: {us(median(y))}", ratio(both, y), "<= 2")
    row("of which replay", us(median(r for r, *_ in a)), us(median(y)), ratio([r for r, *_ in a], y))
    row("of which verify", us(median(v for _, v, _ in a)), us(median(y)), ratio([v for _, v, _ in a], y))
    row("CPU of one act", us(median(both) / many), f"{count(few)} acts: {us(median(before))}", ratio([x / many for x in both], before), "<= 1.5")
    row("memory at its peak", mb(most), f"{count(few)} acts: {mb(least)}", most / least, "<= 1.2")


def main():
    table("replay and verify the whole record")
    measure(10_000, 100_000, 3)
    if LONG:
        measure(100_000, 1_000_000, 1)


if __name__ == "__main__":
    main()
