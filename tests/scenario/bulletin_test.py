#!/usr/bin/env python3
"""The daily bulletin: the same in three languages, its digests on record, and made again from the figures of that time."""
import datetime
import hashlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import centre, main  # noqa: E402

DUTY = "duty-officer"


def report(c, party, *values, last="2020-05-14"):
    day = datetime.date.fromisoformat(last) - datetime.timedelta(len(values) - 1)
    cells = [{"indicator": "cases-new", "day": str(day + datetime.timedelta(i)), "value": v} for i, v in enumerate(values)]
    status, reply = c.act("report.submit", f"party/{party}", {"cells": cells, "reason": "Counted again."}, f"officer@{party}")
    assert status == 201, reply


def words(c, **params):
    return {w["language"]: w for w in c.view("bulletin-words", DUTY, **params)}


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


if __name__ == "__main__":
    main(it_says_the_same_in_each_language, what_is_on_record_can_be_made_again)
