#!/usr/bin/env python3
"""Published figures as they became known, as a scenario: tools/vintages.py CSV [UNTIL [POPULATION]] > scenario.jsonl

CSV has a line for each change of a country's running totals:
iso2,date,recorded_at,commit,confirmed_cum,deaths_cum,kind (../shared/data/watch/vintages.csv, where
its sources and licences are).  Each change is a report of that moment under the charter of 2020;
what changes many figures of before is confirmed by a second person.  UNTIL is a day at which the
story ends.  POPULATION (population.csv there) says how many live in each country: level,iso2,
region,lat,lon,population; with it there are figures for 100,000 people.  Then:

    comity init --data FOLDER --charter charters/collective-security-2020.yaml --demo --clock 2020-03-23T12:00:00Z
    comity play --quiet --data FOLDER scenario.jsonl

and the alerts, levels and replays are those of that time.
"""
import csv
import datetime
import json
import sys

NEIGHBOURS = {"az": "Azerbaijan", "ge": "Georgia"}
INDICATORS = {"cases-total": "confirmed_cum", "deaths-total": "deaths_cum"}
MANY, SHARE = 30, 0.10


def instant(text):
    return datetime.datetime.fromisoformat(text).astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def restates(known, cells):
    """More than MANY figures of before changed, or a total of before by more than SHARE."""
    changed = [c for c in cells if known.get((c["indicator"], c["day"]), c["value"]) != c["value"]]
    if len(changed) > MANY:
        return True
    for indicator in {c["indicator"] for c in changed}:
        last = max(day for i, day in known if i == indicator)
        before = known[indicator, last]
        after = next((c["value"] for c in cells if c["indicator"] == indicator and c["day"] == last), before)
        if abs(after - before) > SHARE * before:
            return True
    return False


def moments(path, until):
    """(recorded_at, party, rows) in order."""
    group = None
    for row in csv.DictReader(open(path, encoding="utf-8")):
        key = (row["recorded_at"], row["iso2"].lower())
        if until and instant(row["recorded_at"])[:10] > until:
            break
        if group and group[0] == key:
            group[1].append(row)
            continue
        if group:
            yield (*group[0], group[1])
        group = (key, [row])
    if group:
        yield (*group[0], group[1])


def populations(path):
    """Of the countries; a region has a name in the third column."""
    for row in csv.DictReader(open(path, encoding="utf-8")):
        if row["level"] == "country":
            yield row["iso2"].lower(), int(row["population"])


def places(path, parties):
    for party, population in populations(path):
        if party in parties:
            yield {"as": f"officer@{party}" if party not in NEIGHBOURS else "depositary", "act": "place.enter", "subject": f"party/{party}",
                   "body": {"aliases": [], "population": population}, "expect": "done"}


def lines(path, until, population):
    known, clock, number = {}, None, 0
    yield {"title": "Published figures of 2020 and 2021 as they became known", "charter": "charters/collective-security-2020.yaml",
           "clock": "2020-03-23T12:10:00Z"}
    for party, name in NEIGHBOURS.items():
        yield {"as": "depositary", "act": "party.add", "subject": f"party/{party}",
               "body": {"kind": "state", "name": {"en": name}, "short": {"en": name}}, "expect": "done"}
    if population:
        yield from places(population, {party for _, party, _ in moments(path, until)})
    for recorded, party, rows in moments(path, until):
        if recorded != clock:
            clock = recorded
            yield {"clock": instant(recorded)}
        cells = [{"indicator": i, "day": r["date"], "value": int(float(r[column]))} for r in rows for i, column in INDICATORS.items()]
        mine = known.setdefault(party, {})
        cells = [c for c in cells if mine.get((c["indicator"], c["day"])) != c["value"]]
        if not cells:
            continue
        first, second = (f"officer@{party}", f"head@{party}") if party not in NEIGHBOURS else ("depositary", "secretary-general")
        report = {"as": first, "act": "report.submit", "subject": f"party/{party}", "expect": "done",
                  "body": {"cells": cells, "source": "Published figures (JHU CSSE, CC BY 4.0)", "reason": "As published."}}
        if restates(mine, cells):
            number += 1
            yield {**report, "save": f"restated-{number}"}
            yield {"as": second, "act": "report.confirm", "subject": f"report/$restated-{number}", "body": {}, "expect": "done"}
        else:
            yield report
        mine.update({(c["indicator"], c["day"]): c["value"] for c in cells})


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    for line in lines(sys.argv[1], *(sys.argv[2:] + [None, None])[:2]):
        print(json.dumps(line))
