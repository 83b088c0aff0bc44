#!/usr/bin/env python3
"""How long a session lasts, what ends it, and what it may not do: real persons, and seats of a demonstration."""
import concurrent.futures
import http.client
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, centre, main, until  # noqa: E402
from passkey import Passkey  # noqa: E402
from people import Browser, administrator, code_of, invite, real_centre, token_of  # noqa: E402

HOUR = 3600 * 1000


def sql(c, text):
    if getattr(c, "where", None):
        return subprocess.run(["psql", "-qtA", c.where, "-c", text], capture_output=True, text=True, check=True).stdout.strip()
    return subprocess.run(["sqlite3", "-cmd", ".timeout 20000", c.data / "db/comity.sqlite3", text], capture_output=True, text=True, check=True).stdout.strip()


def seats_survive_a_clock_that_moves():
    with centre() as c:
        b = Browser(c)
        status, who = b.post("/api/v1/session", {"seat": "secretary-general"})
        assert status == 201 and who["office"] == "secretary-general" and who["demo"], who
        assert who["secretariat"] and who["rights"] == [], who
        for now in ("2020-05-15T10:00:00Z", "2020-09-01T10:00:00Z", "2024-02-29T10:00:00Z"):
            assert c.request("POST", "/api/v1/clock", {"at": now})[0] == 200, now
            assert b.send("GET", "/api/v1/session")[1].get("office") == "secretary-general", now
            assert b.send("GET", "/api/v1/views/reminders")[0] == 200, now
        sql(c, f"UPDATE parties_session SET seen_at = seen_at - {9 * HOUR}")
        assert not b.send("GET", "/api/v1/session")[1]["signed_in"], "left alone for longer than a shift"


def a_bearer_seat_needs_no_session():
    with centre() as c:
        status, who = c.json("/api/v1/session", "head@ce")
        assert status == 200 and who["party"] == "ce", who
        assert who["status"] == "member" and "meeting-decide" in who["rights"] and not who["secretariat"], who
        assert "meeting-decide" not in c.json("/api/v1/session", "delegate@ol")[1]["rights"]
        assert c.request("GET", "/api/v1/session", headers={"Authorization": "Bearer nonsense"})[0] == 401
        assert c.request("GET", "/api/v1/session", headers={"Authorization": "Basic eDp5"})[0] == 401
        assert not c.json("/api/v1/session")[1]["signed_in"]
    with real_centre() as (c, token, f):
        assert c.request("GET", "/api/v1/session", headers={"Authorization": "Bearer seat:head@ce"})[0] == 401


def a_session_ends_by_itself():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        assert ada.send("GET", "/api/v1/session")[1]["signed_in"]
        sql(c, f"UPDATE parties_session SET seen_at = seen_at - {9 * HOUR}")
        assert not ada.send("GET", "/api/v1/session")[1]["signed_in"], "eight hours without use"
        assert ada.sign_in(key)[0] == 201
        sql(c, f"UPDATE parties_session SET made_at = made_at - {17 * HOUR}")
        assert not ada.send("GET", "/api/v1/session")[1]["signed_in"], "sixteen hours"
        assert ada.sign_in(key)[0] == 201
        sql(c, f"UPDATE parties_session SET made_at = made_at + {HOUR}")
        assert not ada.send("GET", "/api/v1/session")[1]["signed_in"], "of a clock that was wrong"


def an_act_needs_proof_within_the_hour():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        sql(c, f"UPDATE parties_session SET verified_at = verified_at - {2 * HOUR}")
        body = {"name": "Ben", "offices": ["depositary"]}
        status, reply = ada.act("person.invite", "people/organisation", body, id="again-1234")
        assert status == 401 and reply["code"] == "verify-again", reply
        assert ada.send("GET", "/api/v1/views/people")[0] == 200, "reading goes on"
        assert ada.post("/api/v1/passkeys/options", {})[1]["code"] == "verify-again"
        assert ada.post("/api/v1/tokens", {"name": "x", "kinds": [], "days": 1})[1]["code"] == "verify-again"
        before = ada.cookie
        assert ada.sign_in(key)[0] == 201
        assert ada.cookie == before, "the same session goes on"
        assert ada.act("person.invite", "people/organisation", body, id="again-1234")[0] == 201


def a_link_is_used_once_by_two_at_once():
    with real_centre() as (c, token, f):
        both = [(Browser(c), Passkey(f, f"http://localhost:{c.port}")) for _ in range(2)]
        bodies = []
        for b, key in both:
            status, options = b.post("/api/v1/invitation/passkey/options", {"token": token})
            assert status == 200, options
            bodies.append({"token": token, "name": "mine", **key.make(options)})

        def enrol(n):
            # Each with a connection of its own; the cookie of the reply is not of interest.
            h = {"Host": both[n][0].host, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
            conn = http.client.HTTPConnection("127.0.0.1", c.port, timeout=60)
            conn.request("POST", "/api/v1/invitation/passkey", json.dumps(bodies[n]), h)
            status = conn.getresponse().status
            conn.close()
            return status
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            codes = sorted(pool.map(enrol, range(2)))
        assert codes == [201, 404], codes
        assert sql(c, "SELECT count(*) FROM parties_passkey") == "1"


class Stream:
    """An event stream of whoever this browser is."""

    def __init__(self, b):
        self.conn = http.client.HTTPConnection("127.0.0.1", b.c.port, timeout=30)
        self.conn.request("GET", "/api/v1/events", headers={"Host": b.host, "Cookie": f"comity={b.cookie}"})
        self.reply = self.conn.getresponse()
        assert self.reply.status == 200 and self.reply.readline().startswith(b"retry")

    def told(self, line):
        for told in iter(self.reply.readline, b""):
            if told.decode().strip() == line:
                return
        raise AssertionError(f"the stream ended before {line}")

    def rest(self):
        """All until the server ends it."""
        return self.reply.read().decode()


def streams_end_with_the_access():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        person, link = invite(ada, "organisation", ["depositary"])
        ben = Browser(c)
        assert ben.enrol(link, Passkey(f, key.origin))[0] == 201
        s = Stream(ben)
        assert ada.act("person.end", f"person/{person}", {"reason": "posted elsewhere"})[0] == 201
        told = s.rest()
        assert "person.end" not in told, told


def who_signs_out_ends_the_streams_of_that_session_alone():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        elsewhere = Browser(c)
        assert elsewhere.sign_in(key)[0] == 200 or elsewhere.sign_in(key)[0] == 201
        here, there, nobody = Stream(ada), Stream(elsewhere), Stream(Browser(c))
        assert ada.send("DELETE", "/api/v1/session", {})[0] == 204
        here.rest()
        # The others are told what happens afterwards, over the same connections.
        status, reply = elsewhere.act("person.invite", "people/organisation", {"name": "Ben", "offices": ["depositary"]})
        assert status == 201, reply
        there.told(f"id: {reply['seq']}")
        assert elsewhere.send("DELETE", "/api/v1/sessions", {})[0] == 204
        there.rest()
        nobody.conn.close()


def a_reset_person_brings_in_nobody_for_a_day():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        head_id, link = invite(ada, "ce", ["head"], administrator=True)
        head = Browser(c)
        head.enrol(link, Passkey(f, key.origin))

        # The last administrator of a party lost every key: the organisation helps, and all see it.
        status, reply = ada.act("person.reset", f"person/{head_id}", {"reason": "letter of 3 May: the key was lost"})
        assert status == 201, reply
        status, again = ada.post(f"/api/v1/people/{head_id}/link", {})
        assert status == 201, again
        status, who = head.enrol(token_of(again["url"]), Passkey(f, key.origin))
        assert status == 201 and who["hold"], who
        status, reply = head.act("person.invite", "people/ce", {"name": "X", "offices": ["delegate"]})
        assert status == 409 and "reset" in reply["detail"], reply
        status, reply = head.act("party.challenge", "party/ol", {"fact": "un-member", "reason": "a test"})
        assert status == 409 and reply["code"] == "not-entitled" and "reset" in reply["detail"], reply
        assert "person.reset" in {r["kind"] for r in ada.view("record")}
        sql(c, f"UPDATE parties_person SET hold_until = hold_until - {25 * HOUR} WHERE id = '{head_id}'")
        delegate_id, _ = invite(head, "ce", ["delegate"])
        assert ada.act("person.reset", f"person/{delegate_id}", {"reason": "not theirs to do"})[0] == 409
        sql(c, f"UPDATE parties_person SET hold_until = hold_until + {25 * HOUR} WHERE id = '{head_id}'")


def a_head_who_is_no_administrator_keeps_the_organisation_out():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        _, link = invite(ada, "ce", ["head"])
        assert Browser(c).enrol(link, Passkey(f, key.origin))[0] == 201
        status, reply = ada.act("person.invite", "people/ce", {"name": "X", "offices": ["head"], "administrator": True})
        assert status == 409 and reply["code"] == "not-authorised", reply


def who_is_in_cannot_enrol_anew():
    with real_centre() as (c, token, f):
        ada, key, who = administrator(c, token, f)
        status, reply = ada.act("person.enrol", f"person/{who['person']}", {"method": "passkey"})
        assert status == 409 and reply["code"] == "wrong-state", reply


def a_token_of_staff_acts_and_says_when():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        status, made = ada.post("/api/v1/tokens", {"name": "registry", "kinds": ["party.record-fact"], "days": 5})
        assert status == 201, made
        assert "used" not in ada.send("GET", "/api/v1/tokens")[1]["tokens"][0]
        bearer = {"Authorization": f"Bearer {made['token']}"}
        status, who = c.request("GET", "/api/v1/session", headers=bearer)
        assert status == 200 and json.loads(who)["body"] == "secretariat", who
        status, data = c.request("POST", "/api/v1/acts", {"id": "by-token-1", "kind": "party.record-fact", "subject": "party/ol", "body": {
            "fact": "un-member", "value": True, "date": "2020-05-15", "source": "Note 1"}}, headers=bearer)
        assert status == 201, data
        for kind in ("", "party", "party.record-fact party.record-fact"):
            status, data = c.request("POST", "/api/v1/acts", {"id": "by-token-2", "kind": kind, "subject": "party/ol", "body": {}},
                                     headers=bearer, timeout=10)
            assert status == 403, (kind, status, data)
        until("its use is noted", lambda: "used" in ada.send("GET", "/api/v1/tokens")[1]["tokens"][0])


def what_proved_somebody_goes_when_access_ends():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        person, link = invite(ada, "organisation", ["depositary"])
        ben = Browser(c)
        assert ben.enrol(link, Passkey(f, key.origin))[0] == 201
        assert ben.post("/api/v1/tokens", {"name": "Ben's system", "kinds": [], "days": 5})[0] == 201
        assert ada.act("person.erase", f"person/{person}", {"reason": "asked for it"})[0] == 201
        c.stop()
        c.start()
        tables = ("passkey", "token", "session", "link")
        until("nothing of it is kept", lambda: all(sql(c, f"SELECT count(*) FROM parties_{t} WHERE person = '{person}'") == "0" for t in tables))
        assert ada.send("GET", "/api/v1/session")[1]["signed_in"] and sql(c, "SELECT count(*) FROM parties_passkey") == "1"


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36"


def who_is_signed_in_in_several_places_sees_and_ends_them():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        desk, phone = Browser(c), Browser(c)
        for b, agent in ((desk, FIREFOX), (phone, PHONE)):
            options = b.post("/api/v1/session/passkey/options", {})[1]
            assert b.post("/api/v1/session/passkey", key.use(options), User_Agent=agent)[0] == 201
        _, link = invite(ada, "organisation", ["depositary"])
        ben = Browser(c)
        assert ben.enrol(link, Passkey(f, key.origin))[0] == 201

        mine = desk.send("GET", "/api/v1/sessions")[1]["sessions"]
        assert len(mine) == 3 and sum(s["current"] for s in mine) == 1, mine
        by = {s.get("device"): s for s in mine}
        assert set(by) == {"Firefox, Linux", "Chrome, Android", None}, mine
        assert by["Firefox, Linux"]["current"] and by["Firefox, Linux"]["seat"] == "staff/secretariat", mine
        assert all(s["made"] and s["seen"] for s in mine), mine

        # One of them, which is then out, its stream too; nobody else's.
        s = Stream(phone)
        assert ben.send("DELETE", f"/api/v1/sessions/{by['Chrome, Android']['id']}")[0] == 404
        assert desk.send("DELETE", f"/api/v1/sessions/{by['Chrome, Android']['id']}")[0] == 204
        assert not phone.send("GET", "/api/v1/session")[1]["signed_in"]
        s.rest()
        assert desk.send("DELETE", f"/api/v1/sessions/{by['Chrome, Android']['id']}")[0] == 404

        # All, this one among them; the cookie goes.
        assert desk.send("DELETE", "/api/v1/sessions")[0] == 204 and desk.cookie is None
        assert not ada.send("GET", "/api/v1/session")[1]["signed_in"]
        assert ben.send("GET", "/api/v1/session")[1]["signed_in"], "nobody else"
        assert ada.send("GET", "/api/v1/sessions")[0] == 401


def a_code_is_taken_once_by_two_at_once():
    import time
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        person, link = invite(ada, "organisation", ["depositary"], passwords=True)
        b = Browser(c)
        offer = b.post("/api/v1/invitation/code", {"token": link})[1]
        step = int(time.time()) // 30
        body = {"token": link, "challenge": offer["challenge"], "password": "twelve or more", "code": code_of(offer["secret"], step)}
        assert b.post("/api/v1/invitation/password", body)[0] == 201
        b.cookie = None
        sign = {"person": person, "password": "twelve or more", "code": code_of(offer["secret"], step + 1)}
        assert b.post("/api/v1/session/password", sign)[0] == 201
        b.cookie = None
        assert b.post("/api/v1/session/password", sign)[0] == 401
        assert b.post("/api/v1/session/password", {**sign, "person": "p999"})[0] == 401, "nobody answers as anybody does"


def sessions_on_postgresql():
    if not list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return "PostgreSQL is not installed"
    here = pathlib.Path(__file__).resolve()
    r = subprocess.run([str(here.parent.parent / "lib/pg.sh"), sys.executable, str(here)], capture_output=True, text=True, cwd=ROOT)
    assert r.returncode == 0, r.stdout + r.stderr
    return None


if __name__ == "__main__":
    main(*([] if os.environ.get("COMITY_TEST_PG") else [sessions_on_postgresql]),
         seats_survive_a_clock_that_moves, a_bearer_seat_needs_no_session, a_session_ends_by_itself, an_act_needs_proof_within_the_hour,
         a_link_is_used_once_by_two_at_once, streams_end_with_the_access, who_signs_out_ends_the_streams_of_that_session_alone, a_reset_person_brings_in_nobody_for_a_day,
         a_head_who_is_no_administrator_keeps_the_organisation_out, who_is_in_cannot_enrol_anew, a_token_of_staff_acts_and_says_when,
         what_proved_somebody_goes_when_access_ends, who_is_signed_in_in_several_places_sees_and_ends_them, a_code_is_taken_once_by_two_at_once)
