#!/usr/bin/env python3
"""The daily bulletin: the same in three languages, its digests on record, and made again from the figures of that time."""
import datetime
import hashlib
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import UNION, centre, folder, main, run, until  # noqa: E402

DUTY = "duty-officer"


def report(c, party, *values, last="2020-05-14"):
    day = datetime.date.fromisoformat(last) - datetime.timedelta(len(values) - 1)
    cells = [{"indicator": "cases-new", "day": str(day + datetime.timedelta(i)), "value": v} for i, v in enumerate(values)]
    status, reply = c.act("report.submit", f"party/{party}", {"cells": cells, "reason": "Counted again."}, f"officer@{party}")
    assert status == 201, reply


def words(c, **params):
    return {w["language"]: w for w in c.view("bulletin-words", DUTY, **params)}


def done(answer):
    assert answer[0] == 201, answer
    return answer[1]["seq"]


def other_charter(path, *pairs):
    """The union's charter with some texts replaced."""
    text = UNION.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    path = pathlib.Path(path) / "other.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def clock(c, at):
    assert c.request("POST", "/api/v1/clock", {"at": at})[0] == 200


def it_says_the_same_in_each_language():
    with centre() as c:
        report(c, "ce", *[100] * 7, *[400] * 6, 1400)
        report(c, "al", *[20] * 13, 0)
        said = words(c)
        assert sorted(said) == ["en", "fr", "ru"], said
        for w in said.values():
            assert hashlib.sha256(w["text"].encode()).hexdigest() == w["digest"], w
            assert w["day"] == "2020-05-14" and all(s in w["text"] for s in w["sentences"]), w
        en, ru, fr = (said[x]["text"] for x in ("en", "ru", "fr"))
        assert "Daily bulletin, 14 May 2020" in en and "14 мая 2020 года" in ru and "14 mai 2020" in fr, (en, ru, fr)
        assert "1,400 on the day" in en and "1\u00a0400 за день" in ru and "1\u202f400 dans la journée" in fr, (en, ru, fr)
        assert "Cedria (+443 %)" in en and "Седрия (+443 %)" in ru, (en, ru)
        assert "2 of 6 members have reported" in en and "Elmora" in en.split("which is not zero:")[1].split("\n")[0], en
        assert "Alderland: day 0;" in en and "Birkmark: day –" in en, "a zero is a figure, a gap is none"
        assert not any(key in en + ru + fr for key in ("bulletin.", "value.", "{", "cases-new")), en + ru + fr


def what_is_on_record_can_be_made_again():
    with centre() as c:
        report(c, "ce", *[10] * 14)
        said = words(c)
        texts = [{"language": k, "digest": w["digest"]} for k, w in said.items()]
        body = {"day": "2020-05-14", "as_of": said["en"]["as_of"], "texts": texts}
        status, reply = c.act("bulletin.issue", "bulletin", body, DUTY)
        assert status == 201, reply
        c.stop()
        c.clock = "2020-05-15T18:00:00Z"
        c.start()
        report(c, "ce", 12)
        (issued,) = c.view("bulletins", DUTY)
        assert {x["language"] for x in issued["texts"]} == {"en", "ru", "fr"}, issued
        again = words(c, day=issued["day"], as_of=issued["as_of"])
        assert {k: w["digest"] for k, w in again.items()} == {x["language"]: x["digest"] for x in issued["texts"]}, again
        assert words(c, day="2020-05-14")["en"]["digest"] != said["en"]["digest"], "known today it is another"
        assert "Figures of earlier days changed since the day before: Cedria" in words(c, day="2020-05-14")["en"]["text"]


def place(c, population):
    done(c.act("place.enter", "party/ce", {"aliases": [], "population": population}, "officer@ce"))


def made_again_it_has_the_names_of_that_time():
    with centre() as c:
        report(c, "al", *[10] * 14)
        first = words(c, day="2020-05-14")
        name = {"en": "Zedland", "ru": "Яландия", "fr": "Zélande"}
        done(c.act("party.rename", "party/al", {"name": name, "short": name, "from": "2020-05-20"}))
        clock(c, "2020-06-01T10:00:00Z")
        report(c, "al", *[10] * 14, last="2020-05-31")
        now = words(c, day="2020-05-31")["en"]["text"]
        assert "Zedland" in now and "Alderland" not in now, now
        again = words(c, day="2020-05-14", as_of=first["en"]["as_of"])
        assert again == first, (again["en"]["text"], first["en"]["text"])


def made_again_it_is_of_the_charter_of_that_time():
    with centre() as c:
        place(c, 1000000)
        report(c, "ce", *[10] * 14)
        first = words(c, day="2020-05-14")
        assert "14.0" in first["en"]["text"], first
        path = other_charter(c.data.parent, ('{en: "Union of Six", ru: "Союз шести", fr: "Union des Six"}', '{en: "Union of Some", ru: "Союз", fr: "Union"}'),
                             ("cases-total, deaths-new, deaths-total,", "cases-total,"))
        r = run("charter", "propose", path, "--url", c.url, "--as", "depositary", "--effective", "2020-05-20T00:00:00Z")
        yes = [{"party": p, "position": "consent"} for p in ("al", "bi", "ce", "el", "fi", "ha")]
        done(c.act("charter.adopt", "charter", {"proposal": json.loads(r.stdout)["seq"], "positions": yes}))
        clock(c, "2020-06-01T10:00:00Z")
        place(c, 2000000)
        assert "Union of Some" in words(c, day="2020-05-31")["en"]["text"], "today's is of today's"
        again = words(c, day="2020-05-14", as_of=first["en"]["as_of"])
        assert again == first, (again["en"]["text"], first["en"]["text"])


def it_is_of_what_is_known():
    with centre() as c:
        report(c, "ce", *[10] * 14)
        for query in ("day=2020-05-14&as_of=2020-05-15T10:30:00Z", "day=2020-05-16"):
            for name in ("bulletin", "bulletin-words"):
                status, reply = c.json(f"/api/v1/views/{name}?{query}", DUTY)
                assert status == 400 and "known" in reply["detail"], (name, query, reply)
        status, reply = c.json("/api/v1/bulletins/2020-05-14/papers?as_of=2020-05-15T10:30:00Z", DUTY)
        assert status == 400 and "known" in reply["detail"], reply


def who_reports_without_a_place_in_the_order_comes_last():
    with folder() as path:
        report_too = other_charter(path, ("      rights: [docs-open, meeting-attend, meeting-advise, treaty-accede,", "      rights: [monitor-report, docs-open, meeting-attend, meeting-advise, treaty-accede,"),
                                   ("guests_after_members: [partner, observer, interlocutor]", "guests_after_members: [observer, interlocutor]"),
                                   ('to: "2012-12-19", reason: suspended-at-own-request, src: assumed}', 'to: "2012-12-19", reason: suspended-at-own-request, src: assumed}\n        - {status: partner, from: "2013-01-01", src: assumed}'))
        with centre(charter=report_too) as c:
            report(c, "ol", *[10] * 14)
            rows = [r for r in c.view("bulletin", DUTY) if r["indicator"] == "cases-new"]
            assert [r.get("party") for r in rows] == ["al", "bi", "ce", "fi", "ha", "el", "ol", None], rows
            assert rows[-1]["value"] == 10 and rows[-1]["parties"] == 7, rows[-1]


def a_bulletin_says_how_far_an_alert_is():
    with centre() as c:
        report(c, "ce", *[20, 24] * 20, 400)
        (alert,) = until("a signal", lambda: c.view("alerts", DUTY))
        subject, known = f"alert/{alert['id']}", {}
        characterised = {"likelihood": 4, "consequence": 3, "text": "It spreads."}
        steps = [("alert.verify", {"answer": "confirm", "text": "It is so."}, "officer@ce", "confirmed"),
                 ("alert.assess", {"hazard": "A fever.", "exposure": "Towns.", "context": "Harvest."}, DUTY, "assessed"),
                 ("alert.annotate", {"text": "Asked again."}, DUTY, "assessed"),
                 ("alert.characterise", characterised, DUTY, "characterised"),
                 ("alert.conclude", {"outcome": "monitor", "participants": [], "text": "We look on."}, DUTY, "monitored"),
                 ("alert.characterise", characterised, DUTY, "monitored")]
        for n, (kind, body, seat, state) in enumerate(steps):
            clock(c, f"2020-05-15T{11 + n}:00:00Z")
            done(c.act(kind, subject, body, seat))
            known[c.json("/api/v1/clock")[1]["at"]] = state
            assert [a["state"] for a in c.view("alerts", DUTY)] == [state], kind
        for as_of, state in known.items():
            (row,) = [r for r in c.view("bulletin", DUTY, day="2020-05-14", as_of=as_of) if r.get("party") == "ce" and r["indicator"] == "cases-new"]
            assert row["alert"] == state, (as_of, row)
        clock(c, "2020-05-15T18:00:00Z")
        done(c.act("alert.conclude", subject, {"outcome": "close", "participants": [], "text": "Over."}, DUTY))
        (row,) = [r for r in c.view("bulletin", DUTY, day="2020-05-14") if r.get("party") == "ce" and r["indicator"] == "cases-new"]
        assert not row.get("alert"), row


if __name__ == "__main__":
    main(it_says_the_same_in_each_language, what_is_on_record_can_be_made_again, made_again_it_has_the_names_of_that_time,
         made_again_it_is_of_the_charter_of_that_time, it_is_of_what_is_known, who_reports_without_a_place_in_the_order_comes_last, a_bulletin_says_how_far_an_alert_is)
