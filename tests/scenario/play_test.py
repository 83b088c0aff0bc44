#!/usr/bin/env python3
"""Every scenario, against the rules in memory, against the real binary over HTTP on SQLite, and some on PostgreSQL."""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, binary, centre, main, run

FILES = sorted((ROOT / "scenarios").glob("*.jsonl")) + sorted((ROOT / "tests/scenario").glob("*.jsonl"))


def header(path):
    return json.loads(path.read_text(encoding="utf-8").splitlines()[0])


def play(path, **kwargs):
    h = header(path)
    with centre(charter=path.parent / ".." / h["charter"], clock=h["clock"], **kwargs) as c:
        run("play", "--quiet", "--url", c.url, path)
        c.stop()
        run("replay", "--data", c.data)
        run("verify", "--data", c.data)


def memory(path):
    def test():
        for lang in ("en", "ru", "fr"):
            run("play", "--quiet", "--lang", lang, path)
    test.__name__ = f"{path.stem} in memory, in three languages"
    return test


def http(path):
    def test():
        play(path)
    test.__name__ = f"{path.stem} over HTTP, replayed and verified"
    return test


def the_story_of_a_difference_is_told():
    bad = ROOT / "build/different.jsonl"
    lines = (ROOT / "scenarios/S1.jsonl").read_text(encoding="utf-8").replace("gate-closed", "has-status").replace('"charter": "', '"charter": "../')
    (ROOT / "build/x").mkdir(exist_ok=True)
    bad = ROOT / "build/x/different.jsonl"
    bad.write_text(lines, encoding="utf-8")
    r = run("play", bad, check=False)
    assert r.returncode == 1 and "differs" in r.stdout and "has-status" in r.stdout, r.stdout


def simulate_prints_a_line_for_each_act():
    acts = "\n".join(json.dumps(a) for a in [
        {"as": "officer@ol", "id": "first-act", "kind": "status.apply", "subject": "party/ol",
         "body": {"status": "observer", "letter": "0" * 64, "declarations": [], "areas": [], "supporters": []}},
        {"as": "depositary", "id": "second-act", "kind": "status.enquire", "subject": "party/ol",
         "body": {"status": "observer", "note": "A question."}},
        {"as": "depositary", "id": "third-act", "kind": "status.enquire", "subject": "party/ol", "body": {"status": "observer"}},
    ])
    r = subprocess.run([binary(), "simulate", "--charter", str(ROOT / "charters/union-of-six.yaml"), "--acts", "-",
                        "--clock", "2020-05-15T00:00Z", "--lang", "ru"], input=acts, capture_output=True, text=True)
    lines = [json.loads(line) for line in r.stdout.splitlines()]
    assert [line["outcome"] for line in lines] == ["refused", "done", "failed"], r.stdout + r.stderr
    assert lines[0]["code"] == "gate-closed" and lines[0]["rule"] == "statuses/observer/gate"
    assert "не открыт" in lines[0]["text"]
    assert "/body/note" in lines[2]["text"]


if __name__ == "__main__":
    main(*[memory(p) for p in FILES], *[http(p) for p in FILES], the_story_of_a_difference_is_told,
         simulate_prints_a_line_for_each_act)
