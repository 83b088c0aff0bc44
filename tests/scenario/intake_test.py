#!/usr/bin/env python3
"""Figures from files: read without recording, every problem named; then reported."""
import datetime
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import binary, centre, folder, main, run  # noqa: E402

OFFICER = "officer@ce"


def intake(c, body, seat=OFFICER, query=""):
    status, data = c.request("POST", f"/api/v1/intake{query}", body, seat, {"Content-Type": "application/octet-stream"})
    return status, json.loads(data)


def figures(c, indicator="cases-new", area=None):
    more = {"area": area} if area else {}
    return {r["day"]: r.get("value", r.get("state")) for r in c.view("series", OFFICER, party="ce", indicator=indicator, **more)}


def a_file_is_read_without_recording():
    with centre() as c:
        status, reply = intake(c, "day;Cases-New;weather\n14.05.2020;7;rain\n13.05.2020;;\n")
        assert status == 200, reply
        assert (reply["form"], reply["layout"], reply["order"]) == ("csv", "wide", "day-month-year"), reply
        assert reply["cells"] == [{"party": "ce", "indicator": "cases-new", "day": "2020-05-14", "value": 7}], reply
        assert reply["blocking"] == 0 and reply["told"] == 1, reply
        assert reply["problems"][0]["column"] == "C" and "passed over" in reply["problems"][0]["text"], reply
        assert figures(c) == {}, "nothing is recorded"


def problems_have_row_and_column():
    with centre() as c:
        status, reply = intake(c, "day,party,cases-new\n2020-05-14,Nowhere,1\n2020-05-14,ce,-4\n")
        assert status == 200 and reply["blocking"] == 2, reply
        assert [(p["row"], p["column"]) for p in reply["problems"]] == [(2, "B"), (3, "C")], reply
        status, reply = intake(c, 'day,value\n1,"2\n')
        assert status == 400 and reply["position"] == {"line": 2, "column": 3}, reply
        status, reply = intake(c, "day,cases-new\n2020-05-14,1\n", query="?order=upside-down")
        assert status == 400 and "year-month-day" in reply["detail"], reply


def only_those_who_report_may_ask():
    with centre() as c:
        assert intake(c, "day,cases-new\n2020-05-14,1\n", seat=None)[0] == 401
        assert intake(c, "day,cases-new\n2020-05-14,1\n", query="?party=al")[0] == 403
        status, reply = intake(c, "day,party,cases-new\n2020-05-14,al,1\n")
        assert status == 200 and "here \"ce\" reports" in reply["problems"][0]["text"], reply


def a_workbook_of_another_program_is_reported_by_the_command():
    with centre() as c, folder() as f:
        path = pathlib.Path(f) / "figures.xlsx"
        rows = [["Day", "cases-new", "deaths-new"], [datetime.date(2020, 5, 13), 12, 0],
                [datetime.date(2020, 5, 14), 15.0, "n/a"]]
        script = ("import sys, json, datetime, openpyxl\nb = openpyxl.Workbook()\n"
                  "for r in json.load(sys.stdin): b.active.append([datetime.date.fromisoformat(v[1:]) if isinstance(v, str)"
                  " and v[:1] == '@' else v for v in r])\nb.save(sys.argv[1])\n")
        data = json.dumps([[f"@{v}" if isinstance(v, datetime.date) else v for v in r] for r in rows])
        subprocess.run(["/usr/bin/python3", "-c", script, str(path)], input=data, text=True, check=True)
        r = run("watch", "import", path, "--url", c.url, "--as", OFFICER)
        assert "4 figures, 0 problems" in r.stdout, r.stdout
        assert figures(c) == {}
        r = run("watch", "import", path, "--url", c.url, "--as", OFFICER, "--submit", "--source", "the ministry")
        assert "ce: 4 figures reported, act" in r.stdout, r.stdout
        assert figures(c) == {"2020-05-13": 12, "2020-05-14": 15}, figures(c)
        assert figures(c, "deaths-new") == {"2020-05-13": 0, "2020-05-14": "not-available"}


def the_same_day_sent_twice_changes_nothing():
    with centre() as c, folder() as f:
        path = pathlib.Path(f) / "figures.csv"
        path.write_text("day,cases-new\n2020-05-14,7\n")
        for _ in range(2):
            run("watch", "import", path, "--url", c.url, "--as", OFFICER, "--submit", "--source", "two systems", check=False)
        rows = c.view("series", OFFICER, party="ce", indicator="cases-new")
        assert [(r["day"], r["value"], len(r["past"])) for r in rows] == [("2020-05-14", 7, 0)], rows


def a_wrong_file_stops_the_command():
    with centre() as c, folder() as f:
        path = pathlib.Path(f) / "figures.csv"
        path.write_text("day,cases-new\n2020-01-05,1\n2020-02-05,2\n2020-03-05,3\n2020-04-05,4\n")
        r = run("watch", "import", path, "--url", c.url, "--as", OFFICER, "--submit", check=False)
        assert r.returncode == 1 and "exchanged" in r.stdout, (r.returncode, r.stdout, r.stderr)
        assert figures(c) == {}
        r = run("watch", "import", path, "--url", c.url, "--as", OFFICER, "--order", "year-day-month")
        assert "4 figures, 0 problems" in r.stdout, r.stdout
        path.write_bytes(b"day,cases-new\n2020-05-14,\xff\n")
        r = run("watch", "import", path, "--url", c.url, "--as", OFFICER, check=False)
        assert r.returncode == 1 and ":2:" in r.stderr and "UTF-8" in r.stderr, r.stderr
        r = subprocess.run([binary(), "watch", "import"], capture_output=True, text=True)
        assert r.returncode == 2, r


if __name__ == "__main__":
    main(a_file_is_read_without_recording, problems_have_row_and_column, only_those_who_report_may_ask,
         a_workbook_of_another_program_is_reported_by_the_command, the_same_day_sent_twice_changes_nothing,
         a_wrong_file_stops_the_command)
