#!/usr/bin/env python3
"""Every scenario, against the rules in memory, against the real binary over HTTP on SQLite, and some on PostgreSQL."""
import datetime
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, UNION, binary, centre, folder, main, run

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
FILES = sorted((ROOT / "scenarios").glob("*.jsonl")) + sorted((ROOT / "tests/scenario").glob("*.jsonl"))


def header(path):
    h = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    if h["clock"].startswith("@"):
        days, time = h["clock"][1:].split(" ")
        h["clock"] = f"{TODAY + datetime.timedelta(days=int(days))}T{time}:00Z"
    return h


def play(path, **kwargs):
    h = header(path)
    with centre(charter=path.parent / ".." / h["charter"], clock=h["clock"], **kwargs) as c:
        run("play", "--quiet", "--today", TODAY, "--url", c.url, path)
        c.stop()
        run("replay", "--data", c.data)
        run("verify", "--data", c.data)


def memory(path):
    def test():
        for lang in ("en", "ru", "fr"):
            run("play", "--quiet", "--today", TODAY, "--lang", lang, path)
    test.__name__ = f"{path.stem} in memory, in three languages"
    return test


def http(path):
    def test():
        play(path)
    test.__name__ = f"{path.stem} over HTTP, replayed and verified"
    return test


def a_story_on_a_folder_ends_today():
    with folder() as f:
        data = pathlib.Path(f) / "data"
        year = ROOT / "scenarios/year.jsonl"
        run("init", "--data", data, "--charter", UNION, "--demo", "--clock", header(year)["clock"])
        run("play", "--quiet", "--today", TODAY, "--data", data, year)
        run("replay", "--data", data)
        run("verify", "--data", data)
        rows = json.loads(run("view", "precheck", "--data", data, "--as", "depositary", "--party", "ol", "--status", "observer").stdout)["rows"]
        assert rows[0]["answer"] == "pass", rows  # no fact is stale today
        r = run("play", "--quiet", "--data", data, ROOT / "scenarios/S1.jsonl", check=False)
        assert r.returncode == 1 and "clock-skew" in r.stdout, "an older story is not played on a later record: " + r.stdout
    for day in ("2024-02-29", "2027-01-01", "2027-07-31"):
        run("play", "--quiet", "--today", day, ROOT / "scenarios/year.jsonl")


def a_story_is_for_demonstrations_only():
    with folder() as f:
        data = pathlib.Path(f) / "data"
        run("init", "--data", data, "--charter", UNION)
        r = run("play", "--quiet", "--data", data, ROOT / "scenarios/S1.jsonl", check=False)
        assert r.returncode == 3 and "real centre" in r.stderr, r.stderr


def on_postgresql():
    """S1, S2, S6, S11, S12, S13, S20e, S21 and duty-desk, each in a database of its own."""
    if "COMITY_TEST_PG" not in os.environ:
        if not list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            return "PostgreSQL is not installed"
        here = pathlib.Path(__file__).resolve()
        r = subprocess.run([str(here.parent.parent / "lib/pg.sh"), sys.executable, str(here), "postgresql"],
                           capture_output=True, text=True, cwd=ROOT)
        assert r.returncode == 0, r.stdout + r.stderr
        return None
    store = os.environ["COMITY_TEST_PG"]
    for name in ("S1", "S2", "S6", "S11", "S12", "S13", "S20e", "S21", "duty-desk"):
        subprocess.run(["psql", "-q", store, "-c", f'CREATE DATABASE "{name}"'], check=True)
        play(ROOT / f"scenarios/{name}.jsonl", store=store.replace("///postgres", f"///{name}"))
    return None


on_postgresql.__name__ = "S1, S2, S6, S11, S12, S13, S20e, S21 and duty-desk on PostgreSQL, replayed and verified"


def the_story_of_a_difference_is_told():
    bad = ROOT / "build/different.jsonl"
    lines = (ROOT / "scenarios/S1.jsonl").read_text(encoding="utf-8").replace("gate-closed", "has-status").replace('"charter": "', '"charter": "../')
    (ROOT / "build/x").mkdir(exist_ok=True)
    bad = ROOT / "build/x/different.jsonl"
    bad.write_text(lines, encoding="utf-8")
    r = run("play", bad, check=False)
    assert r.returncode == 1 and "differs" in r.stdout and "has-status" in r.stdout, r.stdout


def a_story_names_people_rules_and_numbers():
    story = run("play", ROOT / "scenarios/S3.jsonl").stdout
    for words in ("Authorised officer, Olvania (officer@ol)", "Apply for a status. [status.apply]", "status: Observer",
                  "with: Alderland, Birkmark, Cedria, Elmora, Firland, Hazelia", "=> refused: Observer is granted only after",
                  "rule statuses/observer/grant, founded on assumed", "as expected"):
        assert words in story, words
    story = run("play", "--lang", "ru", ROOT / "scenarios/S3.jsonl").stdout
    assert "Алдерланд" in story and "Alderland" not in story.replace("Alderland's", ""), story


def every_verb_says_how_it_is_called():
    verbs = [line.split()[0] for line in run("help").stdout.splitlines() if line.startswith("  ")]
    assert {"init", "serve", "act", "view", "verify", "replay", "charter"} <= set(verbs), verbs
    for verb in verbs:
        assert run(verb, "--help").stdout.startswith(f"comity {verb}"), verb
        assert run("help", verb).stdout == run(verb, "--help").stdout
    r = run("serve", "--no-such", check=False)
    assert r.returncode == 2 and "comity help serve" in r.stderr, r.stderr
    assert "status.grant" in run("act", "--list").stdout and "parties" in run("view", "--list").stdout
    form = run("act", "status.grant", "--form").stdout
    assert "one of consent, object, abstain, out, absent" in form and "who: secretariat" in form, form
    assert "--status" not in form and "an id of a status" in run("view", "parties", "--form").stdout


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
    if sys.argv[1:] == ["postgresql"]:
        sys.exit(on_postgresql())
    main(*[memory(p) for p in FILES], *[http(p) for p in FILES], a_story_on_a_folder_ends_today,
         a_story_is_for_demonstrations_only, on_postgresql, the_story_of_a_difference_is_told,
         a_story_names_people_rules_and_numbers, every_verb_says_how_it_is_called,
         simulate_prints_a_line_for_each_act)
