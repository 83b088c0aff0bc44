#!/usr/bin/env python3
"""A consultation as an entry of a calendar: RFC 5545, folded, escaped, for those who may know of it."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import centre, main  # noqa: E402

TITLE = "Больницы юга; врачи, аппараты \\ маски: одна очень длинная строка, которая не помещается в семьдесят пять байт"


def call(c, **more):
    status, r = c.act("consultation.call", "consultation", {"title": TITLE, "text": "First line\nSecond line", "mode": "actual", "form": "video",
                      "channel": "secure", "begins": "2020-05-15T16:00:00Z", "out_of_schedule": True, "seats": [], **more}, "secretary-general")
    assert status == 201, r
    return r["seq"]


def entry(body):
    """Unfolded content lines as name and value."""
    assert body.endswith(b"\r\n") and b"\n" not in body.replace(b"\r\n", b""), body
    assert all(len(line) <= 75 for line in body.split(b"\r\n")), "a line is longer than 75 octets"
    for line in body.split(b"\r\n"):
        line.decode("utf-8")
    lines = body.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]
    return [tuple(line.split(":", 1)) for line in lines]


def a_consultation_is_an_entry():
    with centre() as c:
        k = call(c)
        status, body = c.get(f"/api/v1/consultations/{k}/calendar", "head@ce")
        assert status == 200, (status, body)
        rows = entry(body)
        assert rows[0] == ("BEGIN", "VCALENDAR") and rows[-1] == ("END", "VCALENDAR"), rows
        got = dict(rows[3:-1])
        assert got["DTSTART"] == "20200515T160000Z" and got["DTSTAMP"] == "20200515T100000Z", got
        assert got["UID"].startswith(f"consultation-{k}@") and got["LOCATION"] == "secure", got
        assert got["SUMMARY"] == TITLE.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,"), got
        assert got["DESCRIPTION"] == "First line\\nSecond line", got
        again = c.get(f"/api/v1/consultations/{k}/calendar", "head@al")[1]
        assert again == body, "it is the same for everybody, every time"
        drill = call(c, mode="exercise")
        assert dict(entry(c.get(f"/api/v1/consultations/{drill}/calendar", "head@al")[1]))["SUMMARY"].startswith("EXERCISE: ")


def what_was_not_called_and_who_is_outside():
    with centre() as c:
        status, r = c.act("consultation.ask", "consultation", {"title": "Masks", "text": "Prices tripled.", "mode": "actual"}, "head@bi")
        assert status == 201, r
        assert c.get(f"/api/v1/consultations/{r['seq']}/calendar", "head@bi")[0] == 404, "it was asked for, not called"
        k = call(c)
        for seat, status in ((None, 401), ("delegate@ol", 403), ("duty-officer", 200), ("depositary", 200)):
            assert c.get(f"/api/v1/consultations/{k}/calendar", seat)[0] == status, seat
        assert c.get("/api/v1/consultations/x/calendar", "head@bi")[0] == 404


if __name__ == "__main__":
    main(a_consultation_is_an_entry, what_was_not_called_and_who_is_outside)
