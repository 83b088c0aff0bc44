#!/usr/bin/env python3
"""People sign in: from the first link of a new centre to tokens of systems, and everything that must not work."""
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import binary, main, run  # noqa: E402
from passkey import Passkey, b64  # noqa: E402
from people import Browser, administrator, code_of, invite, real_centre, token_of  # noqa: E402


def from_the_first_link_to_a_delegate():
    with real_centre() as (c, token, f):
        b = Browser(c)
        status, about = b.post("/api/v1/invitation", {"token": token})
        assert status == 200 and about["name"] == "Ada" and not about["passwords"], about
        ada, key, who = administrator(c, token, f)
        assert who["name"] == "Ada" and who["administrator"] and who["seats"] == ["staff/secretariat"], who
        assert Browser(c).post("/api/v1/invitation", {"token": token})[0] == 404, "a link works once"

        # The organisation brings in the first administrator of a party, who invites its delegate.
        person, link = invite(ada, "ce", ["head"], administrator=True)
        head = Browser(c)
        assert head.enrol(link, Passkey(f, key.origin))[0] == 201
        delegate_id, link = invite(head, "ce", ["delegate", "officer"])
        delegate = Browser(c)
        delegate_key = Passkey(f, key.origin)
        status, who = delegate.enrol(link, delegate_key)
        assert status == 201 and who["seats"] == ["delegate@ce", "officer@ce"] and not who["administrator"], who

        # Now the party has its own: the organisation neither invites nor makes links for it.
        status, reply = ada.act("person.invite", "people/ce", {"name": "X", "offices": ["head"]})
        assert status == 409 and reply["code"] == "not-authorised", reply
        assert delegate.act("person.invite", "people/ce", {"name": "X", "offices": ["head"]})[0] == 409
        assert head.act("person.invite", "people/al", {"name": "X", "offices": ["head"]})[0] == 409
        assert {r["id"] for r in head.view("people")} == {person, delegate_id}
        assert [r["name"] for r in head.view("people")] == ["Ben", "Ben"]
        assert Browser(c).send("GET", "/api/v1/views/people")[0] == 401

        # Another office of one's own, and an act in it.
        status, who = delegate.post("/api/v1/session/seat", {"seat": "officer@ce"})
        assert status == 200 and who["office"] == "officer", who
        assert delegate.post("/api/v1/session/seat", {"seat": "head@ce"})[0] == 400
        status, reply = delegate.act("report.submit", "party/ce", {"cells": [{"indicator": "cases-new", "day": "2020-05-14", "value": 3}], "source": "test"})
        assert status == 201, reply
        row = ada.view("record", kind="report.submit")[0]
        assert (row["person"], row["office"], row["party"]) == (delegate_id, "officer", "ce"), row

        # Out and in again.
        assert delegate.send("DELETE", "/api/v1/session")[0] == 204
        assert not delegate.send("GET", "/api/v1/session")[1]["signed_in"]
        status, who = delegate.sign_in(delegate_key)
        assert status == 201 and who["person"] == delegate_id, who


def what_a_passkey_must_not_do():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        b = Browser(c)
        status, options = b.post("/api/v1/session/passkey/options", {})
        answer = key.use(options)
        assert b.post("/api/v1/session/passkey", answer)[0] == 201
        b.cookie = None
        status, reply = b.post("/api/v1/session/passkey", answer)
        assert status in (400, 401), reply
        assert b.sign_in(key)[0] == 201
        b.cookie = None
        assert b.sign_in(key, crossOrigin=True)[0] == 400
        key.origin = "http://evil.example"
        assert b.sign_in(key)[0] == 400
        key.origin = f"http://localhost:{c.port}"
        key.flags = 0x01
        assert b.sign_in(key)[0] == 400, "nobody was verified"
        key.flags = 0x05
        stranger = Passkey(f, key.origin)
        stranger.id = key.id
        stranger.counter = 1000
        assert b.sign_in(stranger)[0] == 401, "another key under the same id"
        key.counter -= 5
        assert b.sign_in(key)[0] == 401, "a counter that went back"
        key.counter += 50
        assert b.sign_in(key)[0] == 201
        b.cookie = None
        assert b.sign_in(Passkey(f, key.origin))[0] == 401
        b.host = f"127.0.0.1:{c.port}"
        assert b.post("/api/v1/session/passkey/options", {})[0] == 404, "no passkeys where there is no name"


def requests_from_other_sites_do_nothing():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        act = {"id": "cross-site-1", "kind": "person.invite", "subject": "people/organisation", "body": {"name": "X", "offices": ["depositary"]}}
        for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}, {"Sec_Fetch_Site": None},
                        {"Sec_Fetch_Site": None, "Origin": "http://evil.example"}, {"Sec_Fetch_Site": None, "Origin": "null"}):
            assert ada.post("/api/v1/acts", act, **headers)[0] == 403, headers
        assert ada.post("/api/v1/acts", act, Sec_Fetch_Site=None, Origin=f"http://localhost:{c.port}")[0] == 201
        assert Browser(c).post("/api/v1/session/passkey/options", {}, Sec_Fetch_Site="cross-site")[0] == 403


def access_is_reset_and_ended_by_ones_own():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        _, link = invite(ada, "ce", ["head"], administrator=True)
        head = Browser(c)
        head.enrol(link, Passkey(f, key.origin))
        person, link = invite(head, "ce", ["delegate"])
        delegate, lost = Browser(c), Passkey(f, key.origin)
        delegate.enrol(link, lost)
        assert head.post(f"/api/v1/people/{person}/link", {})[0] == 400, "who has a key needs a reset first"
        status, reply = ada.act("person.reset", f"person/{person}", {"reason": "not theirs to do"})
        assert status == 409, reply
        assert head.act("person.reset", f"person/{person}", {"reason": "lost on a journey"})[0] == 201
        assert not delegate.send("GET", "/api/v1/session")[1]["signed_in"], "sessions of before are over"
        assert delegate.sign_in(lost)[0] == 401, "and so is the key"
        _, again = head.post(f"/api/v1/people/{person}/link", {})
        status, who = delegate.enrol(token_of(again["url"]), Passkey(f, key.origin))
        assert status == 201 and "hold" in who, who
        status, reply = delegate.send("GET", "/api/v1/views/charter-proposals")
        assert status == 403, ("what is for those who decide, not for a day", reply)
        assert head.send("GET", "/api/v1/views/charter-proposals")[0] == 200
        assert head.act("person.end", f"person/{person}", {"reason": "posted elsewhere"})[0] == 201
        assert not delegate.send("GET", "/api/v1/session")[1]["signed_in"]
        assert head.act("person.erase", f"person/{person}", {"reason": "asked for it"})[0] == 201
        row = next(r for r in head.view("people") if r["id"] == person)
        assert row["state"] == "erased" and "name" not in row, row
        c.stop()
        run("replay", "--data", c.data)
        run("verify", "--data", c.data)
        assert "Ben" not in subprocess.run(["sqlite3", c.data / "db/comity.sqlite3", f"SELECT value FROM act_private WHERE seq = {person[1:]}"],
                                           capture_output=True, text=True, check=True).stdout
        c.start()


def several_passkeys_and_the_last_stays():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        second = Passkey(f, key.origin)
        _, options = ada.post("/api/v1/passkeys/options", {})
        assert [e["id"] for e in options["excludeCredentials"]] == [b64(key.id)], options
        assert ada.post("/api/v1/passkeys", {"name": "spare", **second.make(options)})[0] == 201
        assert ada.post("/api/v1/passkeys", {"name": "spare", **second.make(options)})[0] == 400, "a question is answered once"
        keys = ada.send("GET", "/api/v1/passkeys")[1]["passkeys"]
        assert [k["name"] for k in keys] == ["my key", "spare"], keys
        assert ada.post(f"/api/v1/passkeys/{b64(second.id)}", {"name": "in the safe"})[0] == 204
        assert Browser(c).sign_in(second)[0] == 201
        assert ada.send("DELETE", f"/api/v1/passkeys/{b64(key.id)}")[0] == 204
        assert Browser(c).sign_in(key)[0] == 401
        status, reply = ada.send("DELETE", f"/api/v1/passkeys/{b64(second.id)}")
        assert status == 400 and "last" in reply["detail"], reply


def a_password_only_where_it_is_allowed():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        _, link = invite(ada, "organisation", ["depositary"])
        b = Browser(c)
        assert b.post("/api/v1/invitation/code", {"token": link})[0] == 403
        person, link = invite(ada, "organisation", ["depositary"], passwords=True)
        status, offer = b.post("/api/v1/invitation/code", {"token": link})
        assert status == 200 and offer["uri"].startswith("otpauth://totp/"), offer
        step = int(time.time()) // 30
        body = {"token": link, "challenge": offer["challenge"], "password": "twelve or more", "code": code_of(offer["secret"], step)}
        assert b.post("/api/v1/invitation/password", {**body, "password": "short"})[0] == 400
        status, who = b.post("/api/v1/invitation/password", body)
        assert status == 201 and who["person"] == person, who
        b.cookie = None
        sign = {"person": person, "password": "twelve or more", "code": code_of(offer["secret"], step)}
        assert b.post("/api/v1/session/password", sign)[0] == 401, "a code is taken once"
        sign["code"] = code_of(offer["secret"], step + 1)
        assert b.post("/api/v1/session/password", {**sign, "password": "something else"})[0] == 401
        assert b.post("/api/v1/session/password", sign)[0] == 201
        b.cookie = None
        for _ in range(5):
            assert b.post("/api/v1/session/password", {**sign, "password": "wrong wrong wrong"})[0] == 401
        status, reply = b.post("/api/v1/session/password", sign)
        assert status == 429, reply


def tokens_do_what_they_are_for():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        _, link = invite(ada, "ce", ["officer"], administrator=True)
        officer = Browser(c)
        assert officer.enrol(link, Passkey(f, key.origin))[0] == 201
        assert officer.post("/api/v1/tokens", {"name": "x", "kinds": ["person.invite"], "days": 3})[0] == 400
        assert officer.post("/api/v1/tokens", {"name": "x", "kinds": ["report.submit"], "days": 1000})[0] == 400
        status, made = officer.post("/api/v1/tokens", {"name": "hospital system", "kinds": ["report.submit"], "days": 30})
        assert status == 201, made
        bearer = {"Authorization": f"Bearer {made['token']}"}
        cells = {"cells": [{"indicator": "cases-new", "day": "2020-05-14", "value": 3}], "source": "test"}

        def act(kind, subject, body):
            return c.request("POST", "/api/v1/acts", {"id": f"t-{os.urandom(8).hex()}", "kind": kind, "subject": subject, "body": body}, headers=bearer)
        status, data = act("report.submit", "party/ce", cells)
        assert status == 201, data
        assert act("person.invite", "people/ce", {"name": "X", "offices": ["head"]})[0] == 403
        assert c.request("GET", "/api/v1/passkeys", headers=bearer)[0] == 401
        assert c.request("POST", "/api/v1/tokens", {"name": "y", "kinds": [], "days": 1}, headers=bearer)[0] == 401
        assert officer.send("GET", "/api/v1/tokens")[1]["tokens"][0]["kinds"] == ["report.submit"]
        assert officer.send("DELETE", f"/api/v1/tokens/{made['id']}")[0] == 204
        assert act("report.submit", "party/ce", cells)[0] == 401


def many_tries_are_slowed_down():
    with real_centre() as (c, token, f):
        b = Browser(c)
        codes = [b.post("/api/v1/invitation", {"token": f"guess-{n}"})[0] for n in range(70)]
        assert codes[0] == 404 and codes[-1] == 429 and codes.count(404) <= 60, codes


def links_come_from_the_command_line_too():
    with real_centre() as (c, token, f):
        c.stop()
        people = run("person", "list", "--data", c.data).stdout
        person = people.split("\t")[0]
        assert "Ada" in people and "administrator" in people, people
        newer = token_of(run("person", "link", person, "--data", c.data).stdout)
        c.start()
        assert Browser(c).post("/api/v1/invitation", {"token": token})[0] == 404, "replaced"
        ada, key, who = administrator(c, newer, f)
        c.stop()
        r = run("person", "link", person, "--data", c.data, check=False)
        assert r.returncode == 1 and "reset" in r.stderr, r.stderr
        r = subprocess.run([binary(), "person"], capture_output=True, text=True)
        assert r.returncode == 2, r
        c.start()
        assert ada.send("GET", "/api/v1/session")[1]["signed_in"], "a session outlives a restart"


def demonstrations_give_seats_to_anybody():
    from comity import centre
    with centre() as c:
        b = Browser(c)
        _, offered = b.send("GET", "/api/v1/session")
        assert {"secretary-general", "depositary", "duty-officer", "head@ce"} <= set(offered["seats"]), offered
        status, who = b.post("/api/v1/session", {"seat": "head@ce"})
        assert status == 201 and who["office"] == "head" and who["party"] == "ce", who
        assert b.act("party.challenge", "party/ol", {"fact": "un-member", "reason": "a test"})[0] in (201, 409)
        # Who reads the daily picture is told so, and is shown the way to it.
        for seat, reads in (("head@ce", True), ("duty-officer", True), ("depositary", True), ("chief-of-joint-staff", False), ("delegate@ol", False)):
            assert b.post("/api/v1/session", {"seat": seat})[1]["monitoring"] is reads, seat
        assert b.post("/api/v1/session", {"seat": "operator"})[0] == 400
        assert b.post("/api/v1/session", {"seat": "delegate@ol"})[1]["party"] == "ol"
        assert b.send("DELETE", "/api/v1/session")[0] == 204
        assert not b.send("GET", "/api/v1/session")[1]["signed_in"]
    with real_centre() as (c, token, f):
        assert Browser(c).post("/api/v1/session", {"seat": "head@ce"})[0] == 404


def delegations_are_accredited_by_their_own():
    with real_centre() as (c, token, f):
        ada, key, _ = administrator(c, token, f)
        head_id, link = invite(ada, "ce", ["head"], administrator=True)
        head = Browser(c)
        assert head.enrol(link, Passkey(f, key.origin))[0] == 201
        delegate_id, link = invite(head, "ce", ["delegate"])
        delegate = Browser(c)
        delegate.enrol(link, Passkey(f, key.origin))
        from_ = {"body": "permanent-council", "from": "2020-01-01"}
        assert delegate.act("person.accredit", f"person/{delegate_id}", from_)[0] == 409
        assert ada.act("person.accredit", f"person/{delegate_id}", from_)[0] == 409, "not theirs to say"
        status, reply = head.act("person.accredit", f"person/{delegate_id}", {**from_, "body": "nothing"})
        assert status == 409 and reply["code"] == "not-found", reply
        status, reply = head.act("person.accredit", f"person/{delegate_id}", {**from_, "until": "2019-01-01"})
        assert status == 409 and reply["code"] == "wrong-state", reply
        assert head.act("person.accredit", f"person/{delegate_id}", from_)[0] == 201
        assert head.act("person.accredit", f"person/{head_id}", {**from_, "until": "2020-02-01"})[0] == 201
        rows = ada.view("delegations", party="ce", body="permanent-council")
        assert [(r["person"], r["name"], r["offices"]) for r in rows] == [(delegate_id, "Ben", ["delegate"])], rows
        assert ada.view("delegations", party="al") == []
        # The newer one replaces; who is recalled, or leaves, is no longer there.
        assert head.act("person.accredit", f"person/{delegate_id}", {"body": "permanent-council", "from": "2020-03-01"})[0] == 201
        assert [r["from"] for r in head.view("delegations")] == ["2020-03-01"]
        assert head.act("person.recall", f"person/{delegate_id}", {"body": "permanent-council"})[0] == 201
        assert head.view("delegations") == []
        status, reply = head.act("person.recall", f"person/{delegate_id}", {"body": "permanent-council"})
        assert status == 409 and reply["code"] == "not-found", reply
        assert head.act("person.accredit", f"person/{delegate_id}", from_)[0] == 201
        assert head.act("person.end", f"person/{delegate_id}", {"reason": "posted elsewhere"})[0] == 201
        assert ada.view("delegations") == []
        # A party without a status has no seat to send anybody to; the organisation has staff.
        friend, link = invite(ada, "ol", ["head"], administrator=True)
        ol = Browser(c)
        ol.enrol(link, Passkey(f, key.origin))
        status, reply = ol.act("person.accredit", f"person/{friend}", from_)
        assert status == 409 and reply["code"] == "not-entitled", reply
        own, _ = invite(ada, "organisation", ["depositary"])
        status, reply = ada.act("person.accredit", f"person/{own}", from_)
        assert status == 409 and reply["code"] == "not-entitled" and "staff" in reply["detail"], reply
        c.stop()
        run("replay", "--data", c.data)
        c.start()


if __name__ == "__main__":
    main(from_the_first_link_to_a_delegate, what_a_passkey_must_not_do, requests_from_other_sites_do_nothing,
         access_is_reset_and_ended_by_ones_own, several_passkeys_and_the_last_stays, a_password_only_where_it_is_allowed,
         tokens_do_what_they_are_for, many_tries_are_slowed_down, links_come_from_the_command_line_too,
         demonstrations_give_seats_to_anybody, delegations_are_accredited_by_their_own)
