#!/usr/bin/env python3
"""Figures in the forms of others: CSV without formulas, DHIS2, GeoJSON, CAP; by who may read."""
import csv
import datetime
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, centre, main, until  # noqa: E402

OFFICER, HEAD = "officer@ce", "head@al"
SCHEMA = pathlib.Path(os.environ.get("COMITY_SHARED") or ROOT.parent / "shared") / "vectors/cap/cap12.xsd"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


def cells(*values, first="2020-05-01", indicator="cases-new", **more):
    day = datetime.date.fromisoformat(first)
    return [{"indicator": indicator, "day": str(day + datetime.timedelta(i)), "value": v, **more} for i, v in enumerate(values)]


def report(c, *args, seat=OFFICER, **kwargs):
    status, reply = c.act("report.submit", f"party/{seat.split('@')[1]}", {"cells": cells(*args, **kwargs)}, seat)
    assert status == 201, reply


def rows(c, query="", seat=HEAD):
    status, data = c.get(f"/api/v1/figures/csv{query}", seat)
    assert status == 200, data
    return list(csv.reader(io.StringIO(data.decode())))


def place(c, **more):
    status, reply = c.act("place.enter", "party/ce", {"aliases": [], **more}, OFFICER)
    assert status == 201, reply


def figures_come_as_csv():
    with centre() as c:
        place(c, area="north", code='=CMD("x")', name={"en": "North & <South>"})
        report(c, 5, 0, 7)
        report(c, 3, area="north")
        table = rows(c)
        assert table[0][:4] == ["party", "area", "code", "indicator"] and table[1][0] == "#country+id", table[:2]
        assert [r[4:6] for r in table[2:5]] == [["2020-05-01", "5"], ["2020-05-02", "0"], ["2020-05-03", "7"]], table
        assert table[5][:3] == ["ce", "north", "'=CMD(\"x\")"], table[5]
        assert table[0][-2:] == ["as_of", "note"], table[0]
        assert all(r[-2:] == ["2020-05-15T10:00:00Z", "SPECIMEN"] for r in table[2:]), "a demonstration says what it is"
        assert "SPECIMEN-figures.csv" in c.headers["Content-Disposition"], c.headers
        assert len(rows(c, "?area=&from=2020-05-02&to=2020-05-02")) == 3
        assert len(rows(c, "?party=al")) == 2
        assert len(rows(c, "?as_of=2020-05-15T09:00:00Z")) == 2, "nothing was known an hour ago"


def figures_come_for_other_systems():
    with centre() as c:
        place(c, code="XC", latitude=47.5, longitude=16.25, name={"en": "Cedria", "ru": "Седрия"}, population=100)
        report(c, 5, 0, 7, first="2020-05-12")
        status, data = c.get("/api/v1/figures/dhis2", HEAD)
        assert status == 200, data
        assert json.loads(data)["dataValues"][1] == {"dataElement": "cases-new", "period": "20200513", "orgUnit": "XC", "value": "0", "comment": "SPECIMEN"}
        status, data = c.get("/api/v1/figures/geojson", HEAD)
        map_ = json.loads(data)
        assert status == 200 and map_["type"] == "FeatureCollection" and map_["note"] == "SPECIMEN", data
        assert map_["features"][0]["geometry"] == {"type": "Point", "coordinates": [16.25, 47.5]}, map_
        assert map_["features"][0]["properties"]["cases-new"] == {"value": 7, "day": "2020-05-14"}, map_
        # What goes out as DHIS2 is understood when it comes in.
        out = c.get("/api/v1/figures/dhis2", HEAD)[1]
        status, back = c.request("POST", "/api/v1/intake", out, OFFICER, {"Content-Type": "application/octet-stream"})
        back = json.loads(back)
        assert status == 200 and back["form"] == "dhis2" and back["blocking"] == 0, back
        assert [x["value"] for x in back["cells"]] == [5, 0, 7], back


def an_alert_is_a_message():
    with centre() as c:
        place(c, latitude=47.5, longitude=16.25, name={"en": "Cedria & <north>", "ru": "Седрия"})
        report(c, *([20, 24] * 20), 400, first="2020-04-04")
        (alert,) = until("a signal", lambda: c.view("alerts", OFFICER), 20)
        status, data = c.get(f"/api/v1/alerts/{alert['id']}/cap", HEAD)
        cap = ET.fromstring(data)
        assert status == 200 and cap.findtext(f"{CAP}msgType") == "Alert" and cap.findtext(f"{CAP}status") == "Exercise", data
        assert cap.findtext(f".//{CAP}areaDesc") == "Cedria & <north>", data
        assert cap.findtext(f".//{CAP}severity") == "Unknown" and cap.findtext(f"{CAP}scope") == "Restricted", data
        status, reply = c.act("alert.verify", f"alert/{alert['id']}", {"answer": "discard", "text": "A typing error; <corrected> & reported."}, OFFICER)
        assert status == 201, reply
        cap = ET.fromstring(c.get(f"/api/v1/alerts/{alert['id']}/cap?lang=ru", HEAD)[1])
        assert cap.findtext(f"{CAP}msgType") == "Cancel" and cap.findtext(f".//{CAP}areaDesc") == "Седрия"
        assert "<corrected> &" in cap.findtext(f".//{CAP}description")
        assert cap.findtext(f"{CAP}references").count(",") == 2
        assert c.get("/api/v1/alerts/999/cap", HEAD)[0] == 404


def valid(c, alert, lang):
    status, data = c.get(f"/api/v1/alerts/{alert}/cap?lang={lang}", HEAD)
    assert status == 200, data
    r = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", SCHEMA, "-"], input=data, capture_output=True)
    assert r.returncode == 0, (r.stderr.decode(), data.decode())
    cap = ET.fromstring(data)
    return cap.findtext(f"{CAP}msgType"), cap.findtext(f".//{CAP}severity"), cap.findtext(f".//{CAP}certainty"), cap.findtext(f".//{CAP}urgency")


def messages_are_by_the_schema_at_each_step():
    if not SCHEMA.exists():
        return "there is no ../shared/vectors/cap"
    if not shutil.which("xmllint"):
        return "xmllint is not installed"
    duty, none = "duty-officer", {"participants": []}
    steps = [("alert.verify", {"answer": "confirm", "text": "It is so & \u0001 <not> a slip."}, OFFICER, ("Update", "Unknown", "Unknown", "Expected")),
             ("alert.assess", {"hazard": "A fever.", "exposure": "Towns.", "context": "Harvest."}, duty, ("Update", "Unknown", "Unknown", "Expected")),
             ("alert.characterise", {"likelihood": 4, "consequence": 3, "text": "It spreads."}, duty, ("Update", "Moderate", "Likely", "Expected")),
             ("alert.conclude", {"outcome": "consult", "text": "Talk.", "participants": ["ce", "al"]}, duty, ("Update", "Moderate", "Likely", "Expected")),
             ("alert.conclude", {"outcome": "close", "text": "Over.", **none}, duty, ("Cancel", "Moderate", "Likely", "Past"))]
    with centre() as c:
        report(c, *([20, 24] * 20), 400, first="2020-04-04")
        (alert,) = until("a signal", lambda: c.view("alerts", OFFICER), 20)
        assert {valid(c, alert["id"], x) for x in ("en", "ru", "fr")} == {("Alert", "Unknown", "Unknown", "Expected")}
        place(c, latitude=-47.5, longitude=-16.25, name={"en": "Cedria & <north>", "ru": "Седрия"})
        for kind, body, seat, said in steps:
            status, reply = c.act(kind, f"alert/{alert['id']}", body, seat)
            assert status == 201, reply
            assert {valid(c, alert["id"], x) for x in ("en", "ru", "fr")} == {said}, kind


def only_readers_may_have_them():
    with centre() as c:
        report(c, 5)
        for path in ("/api/v1/figures/csv", "/api/v1/alerts/1/cap"):
            assert c.get(path)[0] == 401 and c.get(path, "officer@ol")[0] == 403, path
        assert c.get("/api/v1/figures/csv", "duty-officer")[0] == 200
        assert c.get("/api/v1/figures/pdf", HEAD)[0] == 404
        assert c.get("/api/v1/figures/csv?from=yesterday", HEAD)[0] == 400
        assert c.get("/api/v1/figures/csv?as_of=now", HEAD)[0] == 400


if __name__ == "__main__":
    main(figures_come_as_csv, figures_come_for_other_systems, an_alert_is_a_message, messages_are_by_the_schema_at_each_step,
         only_readers_may_have_them)
