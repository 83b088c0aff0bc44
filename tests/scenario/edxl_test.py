#!/usr/bin/env python3
"""Assistance as EDXL-RM 1.0 over HTTP: what goes out is valid by the public schemas and comes back as the same acts."""
import json
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, centre, main  # noqa: E402

SHARED = pathlib.Path(os.environ.get("COMITY_SHARED") or ROOT.parent / "shared") / "vectors/edxl-rm"
SCHEMA = SHARED / "schema/edxl-rm/1.0"
NAMES = {"request": "RequestResource", "response": "ResponseToRequestResource", "commit": "CommitResource", "release": "ReleaseResource"}
ASKER, GIVER, OTHER = "head@al", "head@bi", "head@ce"
LINES = [
    {"item": "Ventilators <A & B>", "category": "equipment", "quantity": 20, "unit": "pieces", "needed_by": "2020-06-01",
     "place": "Alder airport", "conditions": "230 V", "assessment": "Report of 14 May"},
    {"item": "Nurses", "category": "medical-staff", "quantity": 10, "unit": "persons", "needed_by": "2020-06-02", "place": "Alder hospital"},
    {"item": "Gowns", "category": "equipment", "quantity": 500, "unit": "pieces", "needed_by": "2020-06-02", "place": "Alder airport"},
]


def ask(c, kind="actual"):
    _, r = c.act("assistance.request", "assistance", {"mode": "bilateral", "to": "bi", "kind": kind, "title": "Ventilators",
                 "event": "Wards fill.", "contact": "Crisis centre, round the clock", "lines": LINES}, ASKER)
    return r["seq"]


def done(answer):
    assert answer[0] == 201, answer
    return answer[1]["seq"]


def offer(c, request, line, quantity, **more):
    return done(c.act("assistance.offer", f"request/{request}", {"line": line, "quantity": quantity, "ready": "2020-05-20", "terms": "reimbursable",
                      "estimate": 240000, "currency": "EUR", "transport": "own", "text": "With tubes.", **more}, GIVER))


def to_release(c, request):
    """The first line up to release, the second countered, the third declined."""
    first, second = offer(c, request, 1, 12), offer(c, request, 2, 4)
    done(c.act("assistance.cannot", f"request/{request}", {"line": 3, "text": "None in stock."}, GIVER))
    done(c.act("assistance.counter", f"offer/{second}", {"quantity": 6, "text": "Six?"}, ASKER))
    done(c.act("assistance.accept", f"offer/{first}", {"quantity": 11}, ASKER))
    done(c.act("assistance.commit", f"offer/{first}", {"from": "Birk"}, GIVER))
    done(c.act("assistance.still-needed", f"offer/{first}", {"answer": "yes"}, ASKER))
    done(c.act("assistance.depart", f"offer/{first}", {"quantity": 11, "expected": "2020-05-21"}, GIVER))
    done(c.act("assistance.arrive", f"offer/{first}", {"quantity": 11}, ASKER))
    done(c.act("assistance.release", f"offer/{first}", {}, ASKER))
    return first, second


def message(c, request, which, seat=ASKER):
    status, body = c.get(f"/api/v1/requests/{request}/edxl?message={which}", seat)
    assert status == 200, (status, body)
    return body


def understood(c, body, seat=GIVER):
    status, data = c.request("POST", "/api/v1/edxl", body, seat, {"Content-Type": "application/xml"})
    return status, json.loads(data)


def valid(body, which):
    r = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", SCHEMA / f"EDXL-RM{NAMES[which]}.xsd", "-"],
                       input=body, capture_output=True)
    assert r.returncode == 0, r.stderr.decode()


def what_goes_out_is_valid_by_the_public_schemas():
    if not SCHEMA.exists():
        return "there is no ../shared/vectors/edxl-rm"
    if not shutil.which("xmllint"):
        return "xmllint is not installed"
    with centre() as c:
        request = ask(c)
        valid(message(c, request, "request"), "request")
        to_release(c, request)
        for which in NAMES:
            valid(message(c, request, which), which)
        request = ask(c)
        offer(c, request, 2, 4)
        done(c.act("assistance.change", f"request/{request}", {"line": 2, "quantity": 8, "reason": "Two wards fewer."}, ASKER))
        body = message(c, request, "request")
        valid(body, "request")
        assert b"<rm:RecallType>Update</rm:RecallType>" in body and b"<rm:RecallMessageID>request-%d<" % request in body, body
        body = message(c, request, "response")
        valid(body, "response")
        assert b">Provisional<" in body, body


def what_goes_out_comes_back_as_the_same_acts():
    with centre() as c:
        request = ask(c, "exercise")
        status, got = understood(c, message(c, request, "request"))
        assert status == 200 and got["message"] == "RequestResource" and got["kind"] == "exercise", got
        (act,) = got["acts"]
        assert (act["kind"], act["subject"]) == ("assistance.request", "assistance"), act
        assert act["body"]["title"] == "Ventilators" and act["body"]["event"] == "Wards fill.", act
        assert act["body"]["lines"] == [{k: v for k, v in line.items() if k != "assessment"} for line in LINES], act
        done(c.act(act["kind"], act["subject"], {**act["body"], "to": "ce"}, GIVER))
        first, second = to_release(c, request)
        got = understood(c, message(c, request, "response"), ASKER)[1]["acts"]
        assert [(a["kind"], a["subject"], a["body"]["line"]) for a in got] == [
            ("assistance.offer", f"request/{request}", 1), ("assistance.offer", f"request/{request}", 2),
            ("assistance.cannot", f"request/{request}", 3)], got
        assert got[0]["body"] == {"line": 1, "quantity": 12, "ready": "2020-05-20"}, got
        for which, kind in (("commit", "assistance.commit"), ("release", "assistance.release")):
            got = understood(c, message(c, request, which), ASKER)[1]
            assert [(a["kind"], a["subject"]) for a in got["acts"]] == [(kind, f"offer/{first}")], got
        before = c.view("assistance-offers", ASKER, request=request)
        assert [o["state"] for o in before] == ["released", "countered"], before
        assert before[1]["id"] == second


def only_the_two_read_it_and_what_is_wrong_is_said():
    with centre() as c:
        request = ask(c)
        for seat, status in ((None, 401), (OTHER, 404), ("delegate@ol", 404), ("depositary", 403), (GIVER, 200)):
            assert c.get(f"/api/v1/requests/{request}/edxl", seat)[0] == status, seat
        assert c.get(f"/api/v1/requests/{request}/edxl?message=commit", GIVER)[0] == 404, "nothing is committed"
        assert c.get(f"/api/v1/requests/{request}/edxl?message=wish", GIVER)[0] == 400
        status, reply = understood(c, "<!DOCTYPE a [<!ENTITY b 'c'>]>\n<a>&b;</a>")
        assert status == 400 and reply["position"]["line"] == 1, reply
        status, reply = understood(c, message(c, request, "request").replace(b"Requester", b"Wizard"))
        assert status == 400 and "ContactRole" in reply["detail"], reply
        assert understood(c, "<nothing/>", None)[0] == 401


if __name__ == "__main__":
    main(what_goes_out_is_valid_by_the_public_schemas, what_goes_out_comes_back_as_the_same_acts,
         only_the_two_read_it_and_what_is_wrong_is_said)
