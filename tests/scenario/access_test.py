#!/usr/bin/env python3
"""Who may what: every view and every route against every kind of viewer. What has no row here is refused to pass."""
import datetime
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, centre, main, until  # noqa: E402

EACH = int(re.search(r"WRITER_DENIALS_EACH = (\d+)", (ROOT / "src/act/writer.h").read_text())[1])

# nobody, a member's head, a delegate of a party without a status, the secretariat, the duty officer
SEATS = (None, "head@ce", "delegate@ol", "depositary", "duty-officer")
PUBLIC = (200, 200, 200, 200, 200)
MEMBERS = (401, 200, 403, 200, 403)   # and the secretariat
READERS = (401, 200, 403, 200, 200)   # of the daily picture, and whoever is on duty
PARTIES = (401, 200, 200, 200, 403)   # each sees its own; the secretariat all

# The query makes the view answer; "absent" is for what does not exist (for this viewer).
VIEWS = {
    "assistance-board": ("", (401, 200, 200, 200, 200)),
    "assistance-figures": ("", (401, 200, 403, 200, 403)),
    "assistance-offers": ("request=1", (401, 404, 404, 403, 403)),
    "assistance-request": ("id=1", (401, 404, 404, 403, 403)),
    "assistance-requests": ("", (401, 200, 200, 200, 200)),
    "assistance-steps": ("request=1", (401, 404, 404, 403, 403)),
    "consultation-parties": ("id=1", (401, 404, 403, 404, 404)),
    "consultations": ("", READERS),
    "gap": ("", (401, 200, 200, 403, 403)),
    "agenda": ("", MEMBERS),
    "alert-signals": ("alert=1", READERS),
    "alert-steps": ("alert=1", READERS),
    "alerts": ("", READERS),
    "attempts": ("", (401, 200, 403, 403, 403)),  # administrators
    "boundaries": ("", PUBLIC),
    "bulletin": ("", READERS),
    "bulletin-words": ("", READERS),
    "bulletins": ("", READERS),
    "calls": ("", READERS),
    "changes": ("since=2020-05-14T00:00:00Z", READERS),
    "case-checklist": ("id=1", (401, 404, 403, 404, 404)),
    "case-entries": ("id=1", (401, 404, 403, 404, 404)),
    "cases": ("", READERS),
    "chairs": ("", PUBLIC),
    "charter-proposals": ("", MEMBERS),
    "charters": ("", PUBLIC),
    "consultation-actions": ("", READERS),
    "consultation-sum": ("", READERS),
    "contacts": ("", READERS),
    "delegations": ("", MEMBERS),
    "depth": ("party=ce&indicator=cases-new", READERS),
    "desk": ("", READERS),
    "devices": ("", PARTIES),
    "findings": ("", READERS),
    "feed-problems": ("feed=f1", MEMBERS),
    "feeds": ("", MEMBERS),
    "gates": ("", PUBLIC),
    "held-deposits": ("", MEMBERS),
    "instrument": ("id=third-protocol", PUBLIC),
    "instrument-matrix": ("", PUBLIC),
    "instruments": ("", PUBLIC),
    "interventions": ("id=1", (401, 404, 404, 404, 404)),
    "level": ("", PUBLIC),
    "level-actions": ("", READERS),
    "level-proposals": ("", READERS),
    "levels": ("", PUBLIC),
    "log": ("", READERS),
    "mailed": ("", (401, 200, 200, 200, 200)),
    "measures": ("", READERS),
    "names": ("", PUBLIC),
    "notices": ("", MEMBERS),
    "offices": ("", PUBLIC),
    "parties": ("", PUBLIC),
    "party": ("id=ce", PUBLIC),
    "people": ("", PARTIES),
    "places": ("", READERS),
    "precheck": ("party=ce&status=member", MEMBERS),
    "presence": ("id=1", (401, 404, 404, 404, 404)),
    "record": ("", PUBLIC),
    "reminders": ("", MEMBERS),
    "replay": ("party=ce&indicator=cases-new&rule=ears-c1", READERS),
    "replay-sum": ("rule=ears-c1", READERS),
    "report": ("id=1", (401, 404, 403, 404, 404)),
    "report-form": ("party=ce", READERS),
    "reporting": ("", READERS),
    "reports": ("", READERS),
    "reviews": ("", MEMBERS),
    "risks": ("", READERS),
    "room": ("id=1", (401, 404, 404, 404, 404)),
    "rooms": ("", (401, 200, 200, 200, 200)),
    "rounds": ("", READERS),
    "rules": ("", PUBLIC),
    "series": ("party=ce&indicator=cases-new", READERS),
    "shifts": ("", READERS),
    "sitrep-sources": ("sitrep=1", READERS),
    "sitreps": ("", READERS),
    "situation": ("", PUBLIC),
    "standbys": ("", READERS),
    "status-file": ("id=1", (401, 404, 404, 404, 403)),
    "status-files": ("", PARTIES),
    "strips": ("indicator=cases-new", READERS),
    "thresholds": ("", READERS),
    "trail": ("from=alert&id=99", (401, 404, 403, 404, 404)),
    "trail-times": ("", READERS),
    "trails": ("", READERS),
}

# Method, route: an address, a body, and what each seat is answered.
ACT = {"id": "access-1234", "kind": "party.record-fact", "subject": "party/ol",
       "body": {"fact": "un-member", "value": True, "date": "2020-05-14", "source": "a test"}}
CSV = "day,cases-new\n2020-05-14,1\n"
ALL_404 = (404,) * 5
ALL_401 = (401,) * 5
ROUTES = {
    "POST /api/v1/acts": ("/api/v1/acts", ACT, (401, 403, 403, 201, 403)),
    "POST /api/v1/tries": ("/api/v1/tries", ACT, (401, 403, 403, 200, 403)),
    "GET /api/v1/acts/{}": ("/api/v1/acts/1", None, PUBLIC),
    "GET /api/v1/acts/{}/record": ("/api/v1/acts/1/record", None, PUBLIC),
    "GET /api/v1/acts/{}/{}": ("/api/v1/acts/1/nothing", None, ALL_404),
    "GET /api/v1/views": ("/api/v1/views?of=parties;people", None, PUBLIC),
    "GET /api/v1/views/{}": ("/api/v1/views/nothing", None, ALL_404),
    "POST /api/v1/intake": ("/api/v1/intake?party=ce", CSV, (401, 200, 403, 200, 403)),
    "GET /api/v1/figures/{}": ("/api/v1/figures/nothing", None, (401, 404, 403, 404, 404)),
    "GET /api/v1/alerts/{}/cap": ("/api/v1/alerts/99/cap", None, (401, 404, 403, 404, 404)),
    "GET /api/v1/consultations/{}/calendar": ("/api/v1/consultations/99/calendar", None, (401, 404, 403, 404, 404)),
    "GET /api/v1/bulletins/{}/paper": ("/api/v1/bulletins/2020-05-14/paper?language=en", None, READERS),
    "GET /api/v1/bulletins/{}/papers": ("/api/v1/bulletins/2020-05-14/papers?as_of=2020-05-15T08:00:00Z", None, READERS),
    "GET /api/v1/requests/{}/paper": ("/api/v1/requests/99/paper?language=en", None, (401, 404, 404, 404, 404)),
    "GET /api/v1/trails/{}/{}": ("/api/v1/trails/alert/99", None, (401, 404, 403, 404, 404)),
    "GET /api/v1/requests/{}/edxl": ("/api/v1/requests/99/edxl", None, (401, 404, 404, 403, 403)),
    "POST /api/v1/edxl": ("/api/v1/edxl", "<nothing/>", (401, 400, 400, 403, 403)),
    "GET /api/v1/session": ("/api/v1/session", None, PUBLIC),
    "POST /api/v1/session": ("/api/v1/session", {"seat": "operator"}, (400,) * 5),
    "DELETE /api/v1/session": ("/api/v1/session", None, (204,) * 5),
    "GET /api/v1/sessions": ("/api/v1/sessions", None, ALL_401),
    "DELETE /api/v1/sessions": ("/api/v1/sessions", None, ALL_401),
    "DELETE /api/v1/sessions/{}": ("/api/v1/sessions/x", None, ALL_401),
    "POST /api/v1/session/seat": ("/api/v1/session/seat", {"seat": "head@ce"}, ALL_401),
    "POST /api/v1/session/passkey/options": ("/api/v1/session/passkey/options", {}, ALL_404),
    "POST /api/v1/session/passkey": ("/api/v1/session/passkey", {}, ALL_404),
    "POST /api/v1/session/password": ("/api/v1/session/password", {"person": "p1", "password": "x", "code": "1"}, ALL_401),
    "POST /api/v1/invitation": ("/api/v1/invitation", {"token": "x"}, ALL_404),
    "POST /api/v1/invitation/passkey/options": ("/api/v1/invitation/passkey/options", {"token": "x"}, ALL_404),
    "POST /api/v1/invitation/passkey": ("/api/v1/invitation/passkey", {}, (400,) * 5),
    "POST /api/v1/invitation/code": ("/api/v1/invitation/code", {}, (400,) * 5),
    "POST /api/v1/invitation/password": ("/api/v1/invitation/password", {}, (400,) * 5),
    "GET /api/v1/passkeys": ("/api/v1/passkeys", None, ALL_401),
    "POST /api/v1/passkeys/options": ("/api/v1/passkeys/options", {}, ALL_401),
    "POST /api/v1/passkeys": ("/api/v1/passkeys", {}, ALL_401),
    "POST /api/v1/passkeys/{}": ("/api/v1/passkeys/x", {}, ALL_401),
    "DELETE /api/v1/passkeys/{}": ("/api/v1/passkeys/x", None, ALL_401),
    "POST /api/v1/people/{}/link": ("/api/v1/people/p9/link", {}, (401, 404, 404, 404, 404)),
    "POST /api/v1/people/{}/mail": ("/api/v1/people/p9/mail", {"address": "a@example.org", "language": "en"}, (401, 404, 404, 404, 404)),
    "GET /api/v1/notices": ("/api/v1/notices", None, ALL_401),
    "POST /api/v1/notices/address": ("/api/v1/notices/address", {"address": "a@example.org", "language": "en"}, ALL_401),
    "DELETE /api/v1/notices/address": ("/api/v1/notices/address", None, ALL_401),
    "POST /api/v1/notices/code": ("/api/v1/notices/code", {"code": "abcd-efgh"}, ALL_401),
    "POST /api/v1/notices/language": ("/api/v1/notices/language", {"language": "en"}, ALL_401),
    "GET /api/v1/feeds": ("/api/v1/feeds", None, (401, 200, 200, 200, 200)),
    "POST /api/v1/feeds": ("/api/v1/feeds", {}, ALL_401),
    "POST /api/v1/feeds/{}/fetch": ("/api/v1/feeds/x/fetch", {}, ALL_401),
    "DELETE /api/v1/feeds/{}": ("/api/v1/feeds/x", None, ALL_401),
    "GET /api/v1/tokens": ("/api/v1/tokens", None, ALL_401),
    "POST /api/v1/tokens": ("/api/v1/tokens", {}, ALL_401),
    "DELETE /api/v1/tokens/{}": ("/api/v1/tokens/x", None, ALL_401),
    "POST /api/v1/rooms/{}/media": ("/api/v1/rooms/9/media", {}, (401, 404, 404, 404, 404)),
    "POST /api/v1/rooms/{}/text": ("/api/v1/rooms/9/text", {"text": "x"}, (401, 404, 404, 404, 404)),
    "POST /api/v1/rooms/{}/caption": ("/api/v1/rooms/9/caption", {"text": "x"}, (401, 404, 404, 404, 404)),
    "GET /api/v1/rooms/{}/text": ("/api/v1/rooms/9/text", None, (401, 404, 404, 404, 404)),
    "GET /api/v1/openapi.json": ("/api/v1/openapi.json", None, PUBLIC),
    "GET /api/v1/clock": ("/api/v1/clock", None, PUBLIC),
    "POST /api/v1/clock": ("/api/v1/clock", {"now": "yesterday"}, (400,) * 5),
    "GET /checkpoint": ("/checkpoint", None, PUBLIC),
    "GET /tile/*": ("/tile/9/999", None, ALL_404),
    "GET /keys": ("/keys", None, PUBLIC),
    "GET /policy": ("/policy", None, PUBLIC),
    # A room is entered with a token of its own, never with a seat: tests/scenario/media_test.py.
    "POST /whip/{}": ("/whip/hall", "v=0", ALL_401),
    "POST /whip/{}/{}": ("/whip/hall/x", "v=0", ALL_401),
    "PATCH /whip/{}/{}/{}": ("/whip/hall/x/y", "a=x", ALL_401),
    "DELETE /whip/{}/{}/{}": ("/whip/hall/x/y", None, ALL_401),
    "POST /whep/{}": ("/whep/hall", "v=0", ALL_401),
    "POST /whep/{}/{}": ("/whep/hall/x", "v=0", ALL_401),
    "PATCH /whep/{}/{}/{}": ("/whep/hall/x/y", "a=x", ALL_401),
    "DELETE /whep/{}/{}/{}": ("/whep/hall/x/y", None, ALL_401),
    "GET /healthz": ("/healthz", None, PUBLIC),
    "GET /metrics": ("/metrics", None, PUBLIC),
}
STREAMS = {"GET /api/v1/events"}  # tests/scenario/http_test.py: a stream tells what its viewer may see


def every_view_has_a_row():
    with centre() as c:
        there = {p.split("/")[-1] for p in c.json("/api/v1/openapi.json")[1]["paths"] if p.startswith("/api/v1/views/")}
        assert there == set(VIEWS), f"without a row: {there - set(VIEWS)}; no longer there: {set(VIEWS) - there}"


def every_view_answers_those_it_is_for():
    with centre() as c:
        wrong = []
        for name, (query, expected) in VIEWS.items():
            got = tuple(c.get(f"/api/v1/views/{name}?{query}", seat)[0] for seat in SEATS)
            if got != expected:
                wrong.append((name, got, expected))
        assert not wrong, wrong


def every_route_has_a_row():
    source = "".join(p.read_text() for p in (ROOT / "src/api").glob("*.c"))
    table = source[source.index("const struct route api_routes[]"):]
    there = {f"{m} {p}" for m, p in re.findall(r'\{ "([A-Z]+)",\s*"([^"]+)"', table[:table.index("{ NULL")])}
    assert there - STREAMS == set(ROUTES), f"without a row: {there - STREAMS - set(ROUTES)}; no longer there: {set(ROUTES) - there}"


def every_route_answers_those_it_is_for():
    with centre() as c:
        wrong = []
        for route, (path, body, expected) in ROUTES.items():
            got = []
            for n, seat in enumerate(SEATS):
                asked = {**ACT, "id": f"access-{n}000"} if body is ACT else body
                status, data = c.request(route.split()[0], path, asked, seat)
                got.append(status)
                if status >= 400:
                    problem = json.loads(data)
                    assert problem["status"] == status and problem["code"] and problem["detail"], (route, problem)
            if tuple(got) != expected:
                wrong.append((route, tuple(got), expected))
        assert not wrong, wrong


def attempts(c, seat):
    status, data = c.get("/api/v1/views/attempts?limit=500", seat)
    assert status == 200, data
    return json.loads(data)["rows"]


def attempts_without_a_right_are_seen_by_administrators():
    with centre() as c:
        assert c.get("/api/v1/views/charter-proposals", "delegate@ol")[0] == 403
        assert c.get("/api/v1/views/attempts", "delegate@ce")[0] == 403
        assert c.request("POST", "/api/v1/acts", ACT, "delegate@ce")[0] == 403
        assert c.get("/api/v1/views/people")[0] == 401, "nobody is signed in: nothing to note"
        tried = until("all are noted", lambda: (lambda r: r if len(r) >= 3 else None)(attempts(c, "secretary-general")))
        assert [(r["person"], r["party"], r["what"], r.get("subject")) for r in tried] == [
            ("demo-delegate-ce", "ce", "party.record-fact", "party/ol"),
            ("demo-delegate-ce", "ce", "view", "attempts"),
            ("demo-delegate-ol", "ol", "view", "charter-proposals")], tried
        # A party's administrator sees what its own tried, not what others did.
        assert {r["person"] for r in attempts(c, "head@ce")} == {"demo-delegate-ce"}
        assert attempts(c, "head@al") == []


def figures_refused_by_any_way_are_noted():
    with centre() as c:
        ways = ["figures/csv", "alerts/1/cap", "bulletins/2020-05-14/paper?language=en", "bulletins/2020-05-14/papers"]
        for way in ways:
            assert c.get(f"/api/v1/{way}", "delegate@ol")[0] == 403, way
        tried = until("each is noted", lambda: (lambda r: r if len(r) >= len(ways) else None)(attempts(c, "secretary-general")))
        assert [(r["person"], r["what"]) for r in tried] == [("demo-delegate-ol", "figures")] * len(ways), tried


def nobody_fills_the_security_log():
    with centre() as c:
        for _ in range(EACH + 30):
            assert c.get("/api/v1/views/charter-proposals", "delegate@ol")[0] == 403
        assert c.get("/api/v1/views/attempts", "delegate@ce")[0] == 403
        tried = until("the last one is noted", lambda: (lambda r: r if r and r[0]["person"] == "demo-delegate-ce" else None)(attempts(c, "secretary-general")))
        assert sum(r["person"] == "demo-delegate-ol" for r in tried) == EACH, len(tried)
        # An hour later it is said how many more there were.
        now = datetime.datetime.fromisoformat(c.json("/api/v1/clock")[1]["at"].replace("Z", "+00:00"))
        later = (now + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert c.request("POST", "/api/v1/clock", {"at": later})[0] == 200
        assert c.get("/api/v1/views/attempts", "delegate@ce")[0] == 403
        until("and how many were not", lambda: [r["subject"] for r in attempts(c, "secretary-general") if r["what"] == "over-quota"] == ["30"])


if __name__ == "__main__":
    main(every_view_has_a_row, every_view_answers_those_it_is_for, every_route_has_a_row, every_route_answers_those_it_is_for,
         attempts_without_a_right_are_seen_by_administrators, figures_refused_by_any_way_are_noted,
         nobody_fills_the_security_log)
