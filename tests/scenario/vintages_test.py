#!/usr/bin/env python3
"""The published figures of spring 2020, day by day as they became known: reports, findings, signals, levels, a bulletin."""
import csv
import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import Centre, ROOT, folder, main, run

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


DAY, KNOWN = "2020-05-15", "2020-05-16T07:00:00Z"
MEMBERS = {"am": "Армения", "by": "Беларусь", "kg": "Кыргызстан", "kz": "Казахстан", "ru": "Россия", "tj": "Таджикистан"}


def totals():
    """Of each member, day by day, as known then: by the rows alone."""
    out = {m: {} for m in MEMBERS}
    known = datetime.datetime.fromisoformat(KNOWN.replace("Z", "+00:00"))
    for row in csv.DictReader(open(CSV, encoding="utf-8")):
        if row["iso2"].lower() in out and datetime.datetime.fromisoformat(row["recorded_at"]) <= known:
            out[row["iso2"].lower()][row["date"]] = int(float(row["confirmed_cum"]))
    return out


def days_before(n):
    return str(datetime.date.fromisoformat(DAY) - datetime.timedelta(n))


def population():
    rows = csv.DictReader(open(CSV.parent / "population.csv", encoding="utf-8"))
    return {r["iso2"].lower(): int(r["population"]) for r in rows if r["level"] == "country"}


def pages(pdf):
    """Of each page the lines, the air between words taken out."""
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, check=True, capture_output=True).stdout.decode()
    return [[re.sub(r"\s+", " ", x).strip() for x in page.split("\n") if x.strip()] for page in text.split("\f")[:-1]]


def a_bulletin_of_2020_on_paper():
    if not CSV.is_file():
        return f"no published figures at {CSV}"
    if not shutil.which("pdftotext"):
        return "pdftotext is not installed"
    with folder() as f:
        c = Centre(f, charter=ROOT / RULES, clock="2020-03-23T12:00:00Z")
        story = pathlib.Path(f) / "x/vintages.jsonl"
        story.parent.mkdir()
        text = subprocess.run([sys.executable, ROOT / "tools/vintages.py", CSV, KNOWN[:10], CSV.parent / "population.csv"],
                              capture_output=True, text=True, check=True).stdout
        story.write_text(text, encoding="utf-8")
        (pathlib.Path(f) / "charters").symlink_to(ROOT / "charters")
        run("play", "--quiet", "--data", c.data, story)
        c.clock = "2020-05-17T06:00:00Z"
        c.start()
        try:
            looked_at(c)
        finally:
            c.stop()
    return None


def looked_at(c):
    status, said = c.get(f"/api/v1/bulletins/{DAY}/papers?as_of={KNOWN}", "duty-officer")
    assert status == 200, said
    digests = {x["language"]: x["digest"] for x in json.loads(said)["papers"]}
    figures, people = totals(), population()
    for lang, title, heading, per in (("en", "Daily bulletin, 15 May 2020", "New cases", "100,000"), ("fr", "Bulletin quotidien, 15 mai 2020", "Nouveaux cas", "100 000"),
                                      ("ru", "Ежедневный бюллетень, 15 мая 2020 года", "Новые случаи", "100 000")):
        status, pdf = c.get(f"/api/v1/bulletins/{DAY}/paper?language={lang}&as_of={KNOWN}", "duty-officer")
        assert status == 200 and hashlib.sha256(pdf).hexdigest() == digests[lang], (lang, status)
        if os.environ.get("KEEP"):
            (pathlib.Path(os.environ["KEEP"]) / f"bulletin-{lang}.pdf").write_bytes(pdf)
        paper = pages(pdf)
        lines = [x for page in paper for x in page]
        assert title in lines, lines
        assert any(x.startswith(f"{heading}: ") or x.startswith(f"{heading} : ") for x in lines), "a sentence begins with a capital"
        (at,) = [(page, page.index(heading)) for page in paper if heading in page]
        assert len(at[0]) > at[1] + 3, "a heading has a part of its table below it"
        assert any(per in x for x in at[0][at[1]:at[1] + 4]), "a number is on one line"
        if lang != "ru":
            continue
        # The table says what the rows say: the day, in all, seven days, fourteen for 100,000 people.
        for member, name in MEMBERS.items():
            t = figures[member]
            fortnight = (t[DAY] - t[days_before(14)]) / people[member] * 1e5
            (row,) = [x for x in lines[lines.index(heading):lines.index("Новые смерти")] if x.startswith(f"{name} ")]
            number = lambda n: f"{n:,}".replace(",", " ")  # noqa: E731
            want = f"{name} {number(t[DAY] - t[days_before(1)])} {number(t[DAY])} {number(t[DAY] - t[days_before(7)])} "
            assert row.startswith(want) and f"{fortnight:.1f}".replace(".", ",") in row, (row, want, fortnight)


if __name__ == "__main__":
    main(the_days_of_2020_as_they_were_known, a_bulletin_of_2020_on_paper)
