#!/usr/bin/env python3
"""The API over HTTP: acts, views, events, the ledger's files, problem replies."""
import concurrent.futures
import hashlib
import http.client
import json
import pathlib
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import centre, main, run, until


def the_same_id_again_returns_the_same_outcome():
    with centre() as c:
        status, first = c.fact(1, id="idempotent-1")
        assert status == 201, first
        status, again = c.fact(1, id="idempotent-1")
        assert status == 200 and again["seq"] == first["seq"], again
        status, other = c.fact(2, id="idempotent-1")
        assert status == 422 and other["code"] == "id-reused", other
        status, refused = c.act("instrument.confirm-entry", "instrument/third-protocol", {"date": "2020-05-15"}, id="refused-1")
        assert status == 409 and refused["seq"], refused
        status, again = c.act("instrument.confirm-entry", "instrument/third-protocol", {"date": "2020-05-15"}, id="refused-1")
        assert status == 409 and again["seq"] == refused["seq"] and again["detail"] == refused["detail"], again
        # Many at once under one id: one act.
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            seqs = {r[1]["seq"] for r in pool.map(lambda _: c.fact(7, id="idempotent-2"), range(32))}
        assert len(seqs) == 1, seqs


def an_act_may_expect_a_version():
    with centre() as c:
        seq = c.fact(1)[1]["version"]
        status, reply = c.act("party.challenge", "party/ol", {"fact": "un-member", "reason": "Doubted."}, "head@al", expect=seq - 1)
        assert status == 412 and reply["position"]["pointer"] == "/expect", reply
        assert c.act("party.challenge", "party/ol", {"fact": "un-member", "reason": "Doubted."}, "head@al", expect=seq)[0] == 201


def a_refusal_names_rule_and_source():
    with centre() as c:
        body = {"status": "observer", "letter": "0" * 64, "declarations": [], "areas": [], "supporters": []}
        status, reply = c.act("status.apply", "party/ol", body, "officer@ol")
        assert status == 409 and c.headers["Content-Type"] == "application/problem+json"
        assert reply["type"] == "urn:comity:refusal:gate-closed" and reply["rule"] == "statuses/observer/gate"
        assert reply["sources"] == ["assumed"] and "Third Protocol" in reply["detail"], reply
        _, data = c.request("POST", "/api/v1/acts?lang=fr", {"id": "french-act", "kind": "status.apply", "subject": "party/ol", "body": body}, "officer@ol")
        assert "pas ouvert" in json.loads(data)["detail"], data
        # It stands in the record, for the one who tried and for the secretariat.
        assert [r["code"] for r in c.view("record", "officer@ol", outcome="refused")] == ["gate-closed"] * 2
        assert [r["code"] for r in c.view("record", "depositary", outcome="refused")] == ["gate-closed"] * 2
        assert c.view("record", "head@al", outcome="refused") == []
        assert c.get(f"/api/v1/acts/{reply['seq']}", "head@al")[0] == 404
        assert c.json(f"/api/v1/acts/{reply['seq']}", "officer@ol")[1]["code"] == "gate-closed"


def an_act_may_be_tried_beforehand():
    with centre() as c:
        def attempt(kind, subject, body, seat):
            _, data = c.request("POST", "/api/v1/tries", {"id": "tried-first", "kind": kind, "subject": subject, "body": body}, seat)
            return json.loads(data)
        before = c.view("record", "depositary")[0]["seq"]
        body = {"status": "observer", "letter": "0" * 64, "declarations": [], "areas": [], "supporters": []}
        reply = attempt("status.apply", "party/ol", body, "officer@ol")
        assert reply["outcome"] == "refused" and reply["code"] == "gate-closed" and reply["rule"] == "statuses/observer/gate", reply
        fact = {"fact": "un-member", "value": True, "date": "2020-05-15", "source": "A list."}
        assert attempt("party.record-fact", "party/ol", fact, "depositary") == {"outcome": "done"}
        assert attempt("party.record-fact", "party/ol", fact, "head@al")["code"] == "denied"
        assert attempt("party.record-fact", "party/ol", {**fact, "date": "soon"}, "depositary")["position"]["pointer"] == "/body/date"
        assert c.view("record", "depositary")[0]["seq"] == before, "nothing was recorded"
        # The same id is still free.
        assert c.act("party.record-fact", "party/ol", fact, id="tried-first")[0] == 201


def bad_input_says_what_and_where():
    cases = [
        ({"id": "good-id-1", "kind": "no.such", "subject": "party/ol", "body": {}}, 404, "/kind"),
        ({"id": "short", "kind": "party.record-fact", "subject": "party/ol", "body": {}}, 400, "/id"),
        ({"id": "good-id-1", "kind": "party.record-fact", "subject": "party", "body": {"fact": "un-member", "value": True, "date": "2020-05-15", "source": "x y z"}}, 409, None),
        ({"id": "good-id-1", "kind": "party.record-fact", "subject": "instrument/x", "body": {}}, 400, "/subject"),
        ({"id": "good-id-1", "kind": "party.record-fact", "subject": "party/ol", "body": {"fact": "un-member", "value": 1, "date": "2020-05-15", "source": "abc"}}, 400, "/body/value"),
        ({"id": "good-id-1", "kind": "party.record-fact", "subject": "party/ol", "body": {"fact": "un-member", "value": True, "date": "2020-02-30", "source": "abc"}}, 400, "/body/date"),
        ({"id": "good-id-1", "kind": "party.record-fact", "subject": "party/ol", "body": {"fact": "un-member", "value": True, "date": "2020-02-29", "source": "abc", "extra": 1}}, 400, "/body/extra"),
        ({"id": "good-id-1", "kind": "party.record-fact", "subject": "party/ol", "body": {"fact": "no-such", "value": True, "date": "2020-02-29", "source": "abc"}}, 400, "/body/fact"),
        ({"id": "good-id-1", "kind": "party.record-relation", "subject": "party/ol", "body": {"relation": "diplomatic", "with": ["al", "XX"], "date": "2020-02-29", "source": "abc"}}, 400, "/body/with/1"),
        ({"id": "good-id-1", "kind": "party.record-fact", "subject": "party/ol", "body": []}, 400, "/body"),
        ({"id": "good-id-1", "kind": "party.record-fact", "subject": "party/ol", "body": {}, "who": "me"}, 400, "/who"),
    ]
    with centre() as c:
        for n, (act, want, pointer) in enumerate(cases):
            if act["id"] != "short":
                act["id"] += f"-{n}"
            status, data = c.request("POST", "/api/v1/acts", act, "depositary")
            reply = json.loads(data)
            assert status == want, (act, status, reply)
            assert pointer is None or reply["position"]["pointer"] == pointer, (act, reply)
            assert reply["detail"] and reply["code"], reply
        status, data = c.request("POST", "/api/v1/acts", '{"id": "x",\n "id": "y"}', "depositary", {"Content-Type": "application/json"})
        reply = json.loads(data)
        assert status == 400 and reply["position"]["line"] == 2, reply
        assert c.request("POST", "/api/v1/acts", "{}", "depositary", {"Content-Type": "text/plain"})[0] == 415
        assert c.request("PUT", "/api/v1/acts", "{}", "depositary")[0] == 405 and c.headers["Allow"] == "POST"
        assert c.get("/api/v1/nothing")[0] == 404
        assert c.request("POST", "/api/v1/acts", b"x" * (4 << 20), "depositary", {"Content-Type": "application/json"})[0] == 413
        assert c.json("/api/v1/views/parties?status=NO")[1]["position"]["pointer"] == "/status"
        assert c.get("/api/v1/views/none")[0] == 404
        assert c.get("/api/v1/views/party?id=nobody")[0] == 404


def who_may_not_is_denied_and_noted():
    with centre() as c:
        for n in range(3):
            status, reply = c.act("instrument.confirm-entry", "instrument/third-protocol", {"date": "2020-05-15"}, "head@al")
            assert status == 403 and reply["code"] == "denied", reply
        assert c.act("party.record-fact", "party/ol", {"fact": "un-member", "value": True, "date": "2020-05-15", "source": "abc"}, seat=None)[0] == 401
        assert c.get("/api/v1/views/status-files")[0] == 401
        assert c.get("/api/v1/views/reviews", "officer@ol")[0] == 403
        assert c.request("GET", "/api/v1/views/parties", headers={"Authorization": "Bearer nonsense"})[0] == 401
        assert c.view("record", "depositary", kind="instrument.confirm-entry") == []
        c.stop()
        import sqlite3
        with sqlite3.connect(c.data / "db/comity.sqlite3") as db:
            rows = db.execute("SELECT office, party, what, subject FROM act_security ORDER BY n").fetchall()
        assert rows.count(("head", "al", "instrument.confirm-entry", "instrument/third-protocol")) == 3, rows


class Stream:
    """A reader of server-sent events."""

    def __init__(self, c, seat=None, last=None):
        self.c = http.client.HTTPConnection("127.0.0.1", c.port, timeout=30)
        headers = {"Authorization": f"Bearer seat:{seat}"} if seat else {}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.c.request("GET", "/api/v1/events", headers=headers)
        self.r = self.c.getresponse()
        assert self.r.status == 200 and self.r.getheader("Content-Type") == "text/event-stream"

    def next(self):
        """The next message as (id, event, data), comments and retry passed over."""
        message = {}
        while True:
            line = self.r.readline().decode().rstrip("\n")
            if line == "":
                if "event" in message:
                    return message.get("id"), message["event"], json.loads(message["data"])
                message = {}
            elif not line.startswith(":"):
                key, _, value = line.partition(": ")
                message[key] = value

    def close(self):
        self.c.close()


def events_tell_those_entitled():
    with centre() as c:
        member, public, secretariat = Stream(c, "head@al"), Stream(c), Stream(c, "depositary")
        seq = c.fact(1)[1]["seq"]
        assert member.next() == (str(seq), "act", {"seq": seq, "kind": "party.record-fact", "subject": "party/ol",
                                                    "at": "2020-05-15T10:00:00Z", "done": True})
        assert secretariat.next()[2]["seq"] == seq
        refused = c.act("instrument.confirm-entry", "instrument/third-protocol", {"date": "2020-05-15"})[1]["seq"]
        shown = c.act("party.rename", "party/ol", {"name": {"en": "New Olvania"}, "short": {"en": "Olvania"}, "from": "2020-05-01"})[1]["seq"]
        assert member.next()[2]["seq"] == shown, "a refusal is not told to members"
        assert public.next()[2]["seq"] == shown, "the public is told only what is public"
        assert secretariat.next()[2] == {"seq": refused, "kind": "instrument.confirm-entry", "subject": "instrument/third-protocol",
                                          "at": "2020-05-15T10:00:00Z", "done": False}
        for s in (member, public, secretariat):
            s.close()
        late = Stream(c, "head@al", last=seq - 1)
        assert [late.next()[2]["seq"], late.next()[2]["seq"]] == [seq, shown], "what was missed is told"
        late.close()


def a_slow_reader_is_told_to_resync():
    with centre() as c:
        slow = socket.create_connection(("127.0.0.1", c.port))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer seat:depositary\r\n\r\n")
        until("the stream is open", lambda: b"200" in slow.recv(100))
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(c.fact, range(6000)))
        slow.settimeout(20)
        data = b""
        while b"event: resync" not in data:
            more = slow.recv(65536)
            assert more, "the stream ended"
            data = data[-64:] + more
        last = Stream(c, "depositary", last=1)
        assert last.next()[1] == "resync", "too much was missed"
        last.close()
        slow.close()


def gone_clients_are_found():
    with centre() as c:
        streams = [Stream(c) for _ in range(20)]

        def connections():
            return int([line.split()[1] for line in c.get("/metrics")[1].decode().splitlines() if line.startswith("comity_http_connections")][0])
        assert connections() >= 20
        for s in streams:
            s.close()
        until("gone clients are found by the comment line", lambda: connections() < 5, 25)


def tiles_and_proofs_are_served():
    with centre() as c:
        for n in range(300):
            assert c.fact(n)[0] == 201
        until("a checkpoint over all", lambda: int(c.get("/checkpoint")[1].split()[1]) == 301)
        assert len(c.get("/tile/0/000")[1]) == 8192
        assert len(c.get("/tile/0/001.p/45")[1]) == 45 * 32
        assert c.get("/tile/0/001.p/46")[0] == 404 and c.get("/tile/0/002")[0] == 404 and c.get("/tile/../../etc/passwd")[0] == 404
        entries = c.get("/tile/entries/001.p/45")[1]
        assert len(entries) == 45 * 130, len(entries)
        record = c.get("/api/v1/acts/77/record", "depositary")[1]
        proof = c.get("/api/v1/acts/77/proof.sigsum-proof", "depositary")[1]
        assert hashlib.sha256(record).hexdigest() and b"leaf_index=76" in proof, proof
        folder = c.data.parent
        (folder / "record").write_bytes(record)
        (folder / "keys").write_bytes(c.get("/keys")[1])
        (folder / "policy").write_bytes(c.get("/policy")[1])
        trust = ("--key", folder / "keys", "--policy", folder / "policy")
        for kind in ("sigsum", "tlog"):
            (folder / "proof").write_bytes(c.get(f"/api/v1/acts/77/proof.{kind}-proof", "depositary")[1])
            run("verify", "--record", folder / "record", "--proof", folder / "proof", *trust)
        (folder / "record").write_bytes(record.replace(b"Note 75", b"Note 76"))
        assert run("verify", "--record", folder / "record", "--proof", folder / "proof", *trust, check=False).returncode == 1


def a_party_with_a_seal_signs_its_own_acts():
    with centre(start=False) as c:
        r = run("seal", "nobody", "--data", c.data, check=False)
        assert r.returncode == 3 and "no party" in r.stderr, r.stderr
        run("seal", "al", "--data", c.data)
        r = run("seal", "al", "--data", c.data, check=False)
        assert r.returncode == 3, "a seal is not made twice"
        c.start()
        assert run("seal", "ce", "--data", c.data, check=False).returncode == 3, "not while it serves"
        stage = {"stage": "in-parliament", "date": "2020-05-14"}
        for party in ("al", "ce"):
            status, reply = c.act("instrument.stage", "instrument/third-protocol", {"party": party, **stage}, f"head@{party}")
            assert status in (201, 409), reply
        until("both are under a checkpoint", lambda: int(c.get("/checkpoint")[1].split()[1]) == 3)
        names = {key: line.split()[2] for line in c.get("/keys")[1].decode().splitlines() for key in [line.split()[1]]}
        assert {"recorder", "seal-al"} <= set(names.values()), names
        import base64
        hashes = {hashlib.sha256(base64.b64decode(k)[-32:]).digest(): n for k, n in names.items()}
        entries = c.get("/tile/entries/000.p/3")[1]
        signers = [hashes[entries[n * 130 + 2 + 96:n * 130 + 130]] for n in range(3)]
        assert signers == ["recorder", "seal-al", "recorder"], signers
        shown = [row.get("seal") for row in c.json("/api/v1/views/record", "head@al")[1]["rows"]]
        assert shown == [None, "al", None], shown
        c.stop()
        run("verify", "--data", c.data)


def openapi_describes_every_act_and_view():
    with centre() as c:
        api = c.json("/api/v1/openapi.json")[1]
        assert api["openapi"] == "3.1.0"
        assert "act.party.record-fact" in api["components"]["schemas"] and "/api/v1/views/parties" in api["paths"]
        names = [p.split("/")[-1] for p in api["paths"] if p.startswith("/api/v1/views/")]
        for name in names:
            assert c.get(f"/api/v1/views/{name}", "depositary")[0] in (200, 400, 403, 404), name


def a_clock_that_jumps_locks_nobody_out():
    with centre() as c:
        def set_clock(at):
            assert c.request("POST", "/api/v1/clock", {"at": at})[0] == 200
        assert c.fact(1)[0] == 201
        set_clock("2021-05-15T10:00:00Z")  # a jump forward: acts go on, later
        late = c.fact(2)[1]
        assert late["at"] == "2021-05-15T10:00:00Z"
        set_clock("2020-05-15T11:00:00Z")  # and back: nothing is reordered, acts wait for the operator
        status, reply = c.fact(3)
        assert status == 409 and reply["code"] == "clock-skew" and "seq" not in reply, reply
        assert c.view("record", "depositary")[0]["seq"] == late["seq"]
        status, reply = c.act("clock.accept", "clock", {"reason": "The time server was wrong."}, "operator")
        assert status == 201, reply
        assert c.fact(3)[1]["at"] == "2020-05-15T11:00:00Z"
        rows = c.view("record", "depositary", limit=3)
        assert [r["kind"] for r in rows] == ["party.record-fact", "clock.accept", "party.record-fact"]
        c.stop()
        run("replay", "--data", c.data)


def upgrades_refuse_no_connection():
    with centre() as c:
        before = set(c.children())
        stop, refused, answers = time.monotonic() + 3, [], []

        def client(_):
            n = 0
            while time.monotonic() < stop:
                try:
                    answers.append(c.get("/healthz")[0])
                except ConnectionRefusedError as e:
                    refused.append(e)
                except OSError:
                    pass  # a connection that was open when the role ended
                n += 1
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            work = [pool.submit(client, k) for k in range(4)]
            import os
            import signal
            for _ in range(3):
                until("answers", lambda: len(answers) > 20)
                os.kill(c.process.pid, signal.SIGHUP)
                del answers[:]
            for w in work:
                w.result()
        assert not refused, refused
        assert set(c.children()).isdisjoint(before), "the roles are new"
        assert c.fact(1)[0] == 201


def an_upgrade_answers_whom_it_has_accepted():
    """Connected before the old desk ends, asking a moment later, as through a proxy: nobody is cut off."""
    with centre() as c:
        stop, cut, answers = threading.Event(), [], []

        def client(_):
            while not stop.is_set():
                one = http.client.HTTPConnection("127.0.0.1", c.port, timeout=30)
                try:
                    one.connect()
                    time.sleep(0.02)  # the time between the two is what is tried
                    one.request("GET", "/healthz")
                    answers.append(one.getresponse().read())
                except (OSError, http.client.HTTPException) as e:
                    cut.append(e)
                finally:
                    one.close()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            work = [pool.submit(client, k) for k in range(8)]
            for _ in range(3):
                desk = c.role("desk")
                del answers[:]
                until("answers", lambda: len(answers) > 20)
                c.process.send_signal(signal.SIGHUP)
                until("another desk", lambda: c.role("desk") not in (None, desk))
                del answers[:]
                until("answers", lambda: len(answers) > 20)
            until("the old ones have ended", lambda: len(c.children()) == len({c.role(r) for r in ("desk", "keeper", "media", "reach", "paper")} - {None}), 30)
            stop.set()
            for w in work:
                w.result()
        assert not cut, cut


if __name__ == "__main__":
    main(the_same_id_again_returns_the_same_outcome, an_act_may_expect_a_version, a_refusal_names_rule_and_source,
         an_act_may_be_tried_beforehand,
         bad_input_says_what_and_where, who_may_not_is_denied_and_noted, events_tell_those_entitled,
         a_slow_reader_is_told_to_resync, gone_clients_are_found, tiles_and_proofs_are_served,
         a_party_with_a_seal_signs_its_own_acts,
         openapi_describes_every_act_and_view, a_clock_that_jumps_locks_nobody_out, upgrades_refuse_no_connection,
         an_upgrade_answers_whom_it_has_accepted)
