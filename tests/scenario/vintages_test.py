#!/usr/bin/env python3
"""The published figures of spring 2020, day by day as they became known: reports, findings, signals, levels."""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, folder, main, run

CSV = pathlib.Path(os.environ.get("COMITY_SHARED") or ROOT.parent / "shared") / "data/watch/vintages.csv"
RULES = "charters/collective-security-2020.yaml"
UNTIL = "2021-10-11" if os.environ.get("LONG") else "2020-07-21"


def rows(data, view, **params):
    options = [x for k, v in params.items() for x in (f"--{k}", v)]
    return json.loads(run("view", view, "--data", data, "--as", "duty-officer", *options).stdout)["rows"]


def the_days_of_2020_as_they_were_known():
    if not CSV.is_file():
        return f"no published figures at {CSV}"
    with folder() as f:
        data, story = pathlib.Path(f) / "data", pathlib.Path(f) / "x/vintages.jsonl"
        story.parent.mkdir()
        text = subprocess.run([sys.executable, ROOT / "tools/vintages.py", CSV, UNTIL], capture_output=True, text=True, check=True).stdout
        story.write_text(text, encoding="utf-8")
        (pathlib.Path(f) / "charters").symlink_to(ROOT / "charters")
        run("init", "--data", data, "--charter", ROOT / RULES, "--demo", "--clock", "2020-03-23T12:00:00Z")
        run("play", "--quiet", "--data", data, story)
        findings = {(r["party"], r["kind"], r["day"]) for r in rows(data, "findings", limit=2000)}
        assert ("kg", "jump", "2020-07-18") in findings, findings
        assert ("by", "restated", "2020-04-18") in findings or ("by", "restated", "2020-04-19") in findings, findings
        alerts = rows(data, "alerts")
        assert {"am", "by", "kz", "kg", "ru"} <= {a["party"] for a in alerts}, alerts
        assert len({(a["party"], a["indicator"]) for a in alerts}) == len(alerts), "signals of a place and indicator join one alert"
        (level,) = rows(data, "level")
        assert level["level"] == "watch" and level["proposed"] >= 1, "a trigger proposes; nobody has decided"
        assert rows(data, "level-proposals")[-1]["trigger"] == "sharp"
        flagged = rows(data, "replay", party="kz", indicator="cases-new", rule="ears-c2")
        assert any(r["then"] and r["now"] for r in flagged), flagged
        assert not any(r["then"] for r in flagged if r["day"] < "2020-03-16"), "what came before the first report was never the present"
        known = rows(data, "series", party="by", indicator="cases-total", **{"as_of": "2020-06-18T00:00:00Z", "from": "2020-04-18", "to": "2020-04-19"})
        today = rows(data, "series", party="by", indicator="cases-total", **{"from": "2020-04-18", "to": "2020-04-19"})
        assert [r["value"] for r in known] != [r["value"] for r in today], (known, today)
        assert today[0]["past"] or today[1]["past"], today
        run("replay", "--data", data)
        run("verify", "--data", data)
    return None


if __name__ == "__main__":
    main(the_days_of_2020_as_they_were_known)
