#!/usr/bin/env python3
"""A charter that changes: proposed, adopted by its own rule, in force from a date; what began before goes on under its own."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import UNION, centre, main, run

SIX = ("al", "bi", "ce", "el", "fi", "ha")


def positions(**other):
    return [{"party": p, "position": other.get(p, "consent")} for p in SIX]


def changed(folder, *pairs):
    """The union's charter with some texts replaced."""
    text = UNION.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    path = folder / "changed.yaml"
    path.write_text(text, encoding="utf-8")
    return path


STRICTER = ("facts: {valid_for: P12M,", "facts: {valid_for: P3M,")


def propose(c, path, *more, seat="depositary"):
    r = run("charter", "propose", path, "--url", c.url, "--as", seat, *more, check=False)
    return r.returncode, json.loads(r.stdout) if r.stdout else r.stderr


def clock(c, at):
    assert c.request("POST", "/api/v1/clock", {"at": at})[0] == 200


def a_new_charter_says_in_words_what_changes():
    with centre() as c:
        path = changed(c.data.parent, STRICTER)
        status, reply = propose(c, path)
        assert status == 0 and reply["kind"] == "charter.propose", reply
        rows = c.view("charter-proposals", "head@al")
        assert len(rows) == 1 and rows[0]["seq"] == reply["seq"], rows
        assert len(rows[0]["changes"]) == 1 and "from 1 year to 3 months" in rows[0]["changes"][0], rows[0]["changes"]
        # The same again, nothing new, or nothing that can be read is refused.
        assert propose(c, UNION)[1]["code"] == "exists-already"
        broken = changed(c.data.parent, ("facts: {valid_for: P12M,", "facts: {valid_for: soon,"))
        status, said = propose(c, broken)
        assert status == 1 and f"{broken}:" in said and "valid_for" in said, said
        # A guest proposes nothing.
        status, reply = propose(c, changed(c.data.parent, STRICTER), seat="officer@ol")
        assert status == 1 and reply["code"] in ("not-entitled", "denied"), reply


def the_changes_are_told_in_the_language_of_the_reader():
    said = {"en": "from 1 year to 3 months.", "ru": "годны: прежде 1 год, теперь 3 месяца.",
            "fr": "valables : auparavant 1 an, désormais 3 mois."}
    with centre() as c:
        path = changed(c.data.parent, STRICTER)
        seq = propose(c, path, "--effective", "2020-07-01T00:00:00Z")[1]["seq"]
        for lang, words in said.items():
            changes = c.view("charter-proposals", "head@al", lang=lang)[0]["changes"]
            assert len(changes) == 1 and changes[0].endswith(words), (lang, changes)
            r = run("charter", "diff", "--lang", lang, UNION, path, check=False)
            assert r.returncode == 1 and r.stdout.strip().endswith(": " + changes[0]), (lang, r.stdout)
        assert c.act("charter.adopt", "charter", {"proposal": seq, "positions": positions()})[0] == 201
        version = c.view("charters")[1]["seq"]
        for lang, words in said.items():
            changes = c.view("charters", seq=version, lang=lang)[0]["changes"]
            assert len(changes) == 1 and changes[0].endswith(words), (lang, changes)
    same = run("charter", "diff", "--lang", "ru", UNION, UNION)
    assert same.stdout == "Правила одинаковы.\n", same.stdout


def it_is_adopted_by_the_rule_of_the_supreme_body():
    with centre() as c:
        seq = propose(c, changed(c.data.parent, STRICTER), "--effective", "2020-07-01T00:00:00Z")[1]["seq"]
        adopt = {"proposal": seq, "positions": positions(ce="object")}
        status, reply = c.act("charter.adopt", "charter", adopt)
        assert status == 409 and reply["code"] == "objected" and "Cedria" in reply["detail"], reply
        assert c.act("charter.adopt", "charter", {**adopt, "positions": positions(ce="absent")})[1]["code"] in ("absent-holds", "quorum-lost")
        assert c.act("charter.adopt", "charter", {**adopt, "positions": positions()}, seat="head@al")[0] == 403
        assert c.act("charter.adopt", "charter", {**adopt, "positions": positions()})[0] == 201
        assert c.act("charter.adopt", "charter", {**adopt, "positions": positions()})[1]["code"] == "exists-already"
        versions = c.view("charters")
        assert [v["current"] for v in versions] == [True, False] and versions[1]["effective"] == "2020-07-01T00:00:00Z", versions


def an_act_is_judged_by_the_version_of_its_time():
    with centre() as c:
        def answer(at):
            clock(c, at)
            return c.view("precheck", "depositary", party="ol", status="observer")[0]["answer"]
        assert answer("2020-05-20T10:00:00Z") == "pass"
        seq = propose(c, changed(c.data.parent, STRICTER), "--effective", "2020-09-01T00:00:00Z")[1]["seq"]
        assert c.act("charter.adopt", "charter", {"proposal": seq, "positions": positions()})[0] == 201
        # The facts are of 15 May: good for a year by the first charter, for three months by the second.
        assert answer("2020-08-31T21:59:59Z") == "pass"
        before = c.fact(1)[1]["seq"]
        clock(c, "2020-09-01T00:00:00Z")
        after = c.fact(2)[1]["seq"]
        assert c.view("precheck", "depositary", party="so", status="observer")[0]["answer"] != "pass"
        hashes = [json.loads(c.get(f"/api/v1/acts/{n}/record", "depositary")[1])["charter"] for n in (before, after)]
        versions = c.view("charters")
        assert hashes == [versions[0]["hash"], versions[1]["hash"]], (hashes, versions)
        assert [v["current"] for v in versions] == [False, True]
        c.stop()
        run("replay", "--data", c.data)
        assert "0 otherwise" in run("replay", "--data", c.data, "--rejudge").stdout


def what_is_under_way_finishes_under_its_own():
    with centre(clock="2021-01-19T09:00:00Z") as c:
        for party in SIX:
            assert c.act("instrument.deposit", "instrument/third-protocol", {
                "party": party, "kind": "ratified", "received": "2021-01-19", "signed_by": "Head of State",
                "complete": True, "unconditional": True})[0] == 201
        assert c.act("instrument.confirm-entry", "instrument/third-protocol", {"date": "2021-01-19"})[0] == 201
        for fact in ({"fact": "un-member", "value": True},):
            assert c.act("party.record-fact", "party/ol", {**fact, "date": "2021-01-19", "source": "A note"})[0] == 201
        assert c.act("party.record-relation", "party/ol", {"relation": "diplomatic", "with": list(SIX), "date": "2021-01-19",
                                                           "source": "A note"})[0] == 201
        apply = {"status": "observer", "letter": "0" * 64, "declarations": [], "areas": [], "supporters": []}
        old = c.act("status.apply", "party/ol", apply, "officer@ol")[1]["seq"]
        seq = propose(c, changed(c.data.parent, STRICTER))[1]["seq"]
        assert c.act("charter.adopt", "charter", {"proposal": seq, "positions": positions()})[0] == 201
        # Four months on the facts are too old by the new charter, not by the one the file began under.
        clock(c, "2021-05-19T09:00:00Z")
        assert c.view("precheck", "depositary", party="ol", status="observer")[0]["answer"] == "stale"
        assert c.act("status.examine", f"file/{old}", {})[0] == 201
        file = c.view("status-file", "depositary", id=old)[0]
        assert all(cell["answer"] == "pass" for cell in file["cells"]), file


def an_amendment_must_be_in_force_first():
    with centre() as c:
        path = changed(c.data.parent, STRICTER)
        assert propose(c, path, "--instrument", "no-such")[1]["code"] == "not-found"
        seq = propose(c, path, "--instrument", "third-protocol")[1]["seq"]
        adopt = {"proposal": seq, "positions": positions()}
        status, reply = c.act("charter.adopt", "charter", adopt)
        assert status == 409 and reply["code"] == "gate-closed" and "Third Protocol" in reply["detail"], reply


if __name__ == "__main__":
    main(a_new_charter_says_in_words_what_changes, the_changes_are_told_in_the_language_of_the_reader, it_is_adopted_by_the_rule_of_the_supreme_body,
         an_act_is_judged_by_the_version_of_its_time, what_is_under_way_finishes_under_its_own,
         an_amendment_must_be_in_force_first)
