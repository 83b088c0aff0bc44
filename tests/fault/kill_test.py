#!/usr/bin/env python3
"""kill -9 in the middle of acts: what was answered "done" is there, none twice, replay identical."""
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import random
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import centre, main, run, until

ACTS, CLIENTS = 1000, 8


def post_until_answered(c, n, round_):
    """One act, asked again under its id until somebody answers."""
    id_ = f"kill-{round_:04d}-{n:05d}"

    def ask():
        try:
            status, reply = c.fact(n, id=id_)
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            return None
        if status in (200, 201):
            return reply["seq"]
        assert status in (503, 507), (status, reply)
        return None
    return id_, until(f"an answer to {id_}", ask, 90)


def one_round(c, round_, victim):
    seen = threading.Semaphore(0)
    rng = random.Random(round_)

    def client(numbers):
        out = []
        for n in numbers:
            out.append(post_until_answered(c, n, round_))
            seen.release()
        return out

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        work = [pool.submit(client, range(k, ACTS, CLIENTS)) for k in range(CLIENTS)]
        for _ in range(rng.randrange(ACTS // 4, ACTS // 2)):
            seen.acquire()
        if victim == "server":
            c.kill()
            c.start(wait=False)
        else:
            pid = until(victim, lambda: c.role(victim))
            os.kill(pid, 9)
        return dict(pair for f in work for pair in f.result())


def check(c, answered):
    """Every id once, under the number that was answered; the record holds together."""
    rows, before = {}, None
    while True:
        page = c.view("record", seat="depositary", limit=500, kind="party.record-fact", **({"before": before} if before else {}))
        for row in page:
            assert row["id"] not in rows, f"{row['id']} stands twice"
            rows[row["id"]] = row["seq"]
        if len(page) < 500:
            break
        before = page[-1]["seq"]
    for id_, seq in answered.items():
        assert rows.get(id_) == seq, f"{id_} was answered {seq}, the record has {rows.get(id_)}"
    assert len(rows) == len(answered), (len(rows), len(answered))


def rounds(count, **kwargs):
    with centre(**kwargs) as c:
        answered = {}
        for k in range(count):
            answered.update(one_round(c, k, ("desk", "keeper", "server")[k % 3]))
            c.wait_ready()
        check(c, answered)
        c.stop()
        out = run("replay", "--data", c.data).stdout
        assert f"{len(answered) + 1} acts" in out, out
        run("verify", "--data", c.data)


def twenty_kills_lose_nothing():
    rounds(20)


def five_kills_lose_nothing_on_postgresql():
    return on_postgresql("kills")


def postgresql_restarted_under_load_loses_nothing():
    return on_postgresql("restart")


def on_postgresql(what):
    if "COMITY_TEST_PG" not in os.environ:
        if not list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            return "PostgreSQL is not installed"
        here = pathlib.Path(__file__).resolve()
        r = subprocess.run([str(here.parent.parent / "lib/pg.sh"), sys.executable, str(here), "inside", what],
                           capture_output=True, text=True, cwd=here.parent.parent.parent)
        assert r.returncode == 0, r.stdout + r.stderr
        return None
    return None


def inside(what):
    store = os.environ["COMITY_TEST_PG"]
    if what == "kills":
        rounds(5, store=store)
        return
    with centre(store=store) as c:
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            work = [pool.submit(lambda k=k: [post_until_answered(c, n, 0) for n in range(k, ACTS, CLIENTS)]) for k in range(CLIENTS)]
            for _ in range(3):
                until("acts go on", lambda: any(not f.done() for f in work), 5)
                subprocess.run(f"{os.environ['PG_CTL']} -m immediate restart", shell=True, check=True, capture_output=True)
            answered = dict(pair for f in work for pair in f.result())
        c.wait_ready()
        check(c, answered)
        c.stop()
        run("replay", "--data", c.data)
        run("verify", "--data", c.data)


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        inside(sys.argv[2])
    else:
        with contextlib.suppress(KeyboardInterrupt):
            main(twenty_kills_lose_nothing, five_kills_lose_nothing_on_postgresql,
                 postgresql_restarted_under_load_loses_nothing)
