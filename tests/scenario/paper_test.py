#!/usr/bin/env python3
"""Papers as PDF from a running centre: who gets them, what is in them, and that their proofs hold without it."""
import base64
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import binary, centre, ended, folder, main, run, until  # noqa: E402

ASKER, GIVER, OTHER = "head@al", "head@bi", "head@ce"
LINES = [{"item": "Ventilators <A & B> 风机 \u202etxt", "category": "equipment", "quantity": 1200, "unit": "pieces",
          "needed_by": "2020-06-01", "place": "Alder airport", "conditions": "230 V, " + "X" * 300}]
LINES += [{"item": f"Thing {i}", "category": "equipment", "quantity": i, "unit": "pieces", "needed_by": "2020-06-02",
           "place": "Alder hospital"} for i in range(1, 40)]


def done(answer):
    assert answer[0] == 201, answer
    return answer[1]["seq"]


def ask(c, kind="actual"):
    return done(c.act("assistance.request", "assistance", {"mode": "bilateral", "to": "bi", "kind": kind, "title": "Аппараты ИВЛ",
                      "event": "Wards fill.", "contact": "Crisis centre, round the clock", "lines": LINES}, ASKER))


def offered(c, request):
    first = done(c.act("assistance.offer", f"request/{request}", {"line": 1, "quantity": 800, "ready": "2020-05-20", "terms": "reimbursable",
                       "estimate": 240000, "currency": "EUR", "transport": "own", "text": "With tubes."}, GIVER))
    accepted = done(c.act("assistance.accept", f"offer/{first}", {"quantity": 700}, ASKER))
    return first, accepted


def paper(c, request, seat=ASKER, language=None):
    status, body = c.get(f"/api/v1/requests/{request}/paper" + (f"?language={language}" if language else ""), seat)
    assert status == 200 and body.startswith(b"%PDF-1."), (status, body[:300])
    return body


def asked(pdf, *command):
    """What a program says of it."""
    with folder() as path:
        file = pathlib.Path(path) / "paper.pdf"
        file.write_bytes(pdf)
        return subprocess.run([str(file) if x == "PDF" else x for x in command], check=True, capture_output=True, text=True).stdout


def words(pdf):
    """The text, with the line breaks of cells taken out."""
    return asked(pdf, "pdftotext", "-layout", "PDF", "-")


def proved(c, request):
    """The request is under a signed checkpoint: within a quarter of a second after it."""
    until("the proof is there", lambda: c.get(f"/api/v1/acts/{request}/proof.tlog-proof", ASKER)[0] == 200)


def a_request_is_printed_in_three_parts():
    with centre() as c:
        request = ask(c)
        first, accepted = offered(c, request)
        proved(c, accepted)
        pdf = paper(c, request)
        text = words(pdf)
        for part in ("Part 1. Request", "Part 2. Offer", "Part 3. Acceptance", "Proof"):
            assert part in text, (part, text)
        for number in (request, first, accepted):
            assert re.search(rf"\b{number}\b", text), (number, text)
        assert "15 May 2020, 10:00 UTC" in text and "Alderland" in text and "Birkmark" in text, text
        assert "1,200" in text and "240,000 EUR" in text and "Thing 39" in text, text
        pages = int(re.search(r"Pages:\s+(\d+)", asked(pdf, "pdfinfo", "PDF"))[1])
        assert pages > 1 and text.count("SPECIMEN") >= pages, "it stands on each page"
        assert "EXERCISE" not in text and "TEST" not in text, text
        asked(pdf, "qpdf", "--check", "PDF")
        russian = words(paper(c, request, language="ru"))
        assert "Часть 3. Принятие" in russian and "15 мая 2020" in russian and "ОБРАЗЕЦ" in russian, russian
        assert "Partie 2. Offre" in words(paper(c, request, GIVER, "fr"))
        status, _ = c.get(f"/api/v1/requests/{request}/paper?language=xx", ASKER)
        assert status == 400, status


def its_proofs_hold_without_the_centre():
    with centre() as c:
        request = ask(c)
        first, accepted = offered(c, request)
        proved(c, accepted)
        pdf = paper(c, request)
        records = {n: c.get(f"/api/v1/acts/{n}/record", ASKER)[1] for n in (request, first, accepted)}
        text = words(pdf)
    with folder() as path:
        attached(pdf, text, records, pathlib.Path(path))


def attached(pdf, text, records, out):
    asked(pdf, "pdfdetach", "-saveall", "-o", str(out), "PDF")
    for n, record in records.items():
        assert (out / f"act-{n}.json").read_bytes() == record, n
        said = run("verify", "--record", str(out / f"act-{n}.json"), "--proof", str(out / f"act-{n}.tlog-proof"),
                   "--key", str(out / "keys.txt"), "--policy", str(out / "policy.txt"))
        assert "holds" in said.stdout, said
    request = min(records)
    (out / f"act-{request}.json").write_bytes(records[request].replace(b"Wards", b"Words"))
    bad = subprocess.run([binary(), "verify", "--record", out / f"act-{request}.json", "--proof", out / f"act-{request}.tlog-proof",
                          "--key", out / "keys.txt", "--policy", out / "policy.txt"], capture_output=True)
    assert bad.returncode == 1, bad
    # What is printed is what is proved: the leaf is the hash of the 128 bytes in the proof.
    leaf = base64.b64decode(re.search(r"^extra (\S+)$", (out / f"act-{request}.tlog-proof").read_text(), re.M)[1])
    assert hashlib.sha256(b"\0" + leaf).hexdigest() in text, text


def others_may_not_know_of_it():
    with centre() as c:
        request = ask(c)
        nothing = c.get("/api/v1/requests/999/paper", OTHER)
        assert nothing[0] == 404, nothing
        for seat, want in ((OTHER, 404), ("staff/secretariat", 404), (None, 401)):
            status, body = c.get(f"/api/v1/requests/{request}/paper", seat)
            assert status == want and b"%PDF" not in body and b"Wards" not in body, (seat, status, body)
            if want == 404:
                assert body.replace(f"/{request}/".encode(), b"/999/") == nothing[1], (body, nothing)
        assert not c.log_text().count("paper runs"), "nothing was printed"


def an_exercise_says_so():
    with centre() as c:
        assert "EXERCISE" in words(paper(c, ask(c, "exercise")))
        assert "TEST" in words(paper(c, ask(c, "test")))


def a_bulletin_is_the_same_from_the_same_figures():
    with centre() as c:
        cells = [{"indicator": "cases-new", "day": f"2020-05-{d:02}", "value": 10 * d} for d in range(1, 15)]
        done(c.act("report.submit", "party/ce", {"cells": cells}, "officer@ce"))
        (known,) = {w["as_of"] for w in c.view("bulletin-words", "duty-officer", day="2020-05-14")}
        where = f"/api/v1/bulletins/2020-05-14/paper?as_of={known}&language="
        made = {}
        for lang, title in (("en", "Daily bulletin, 14 May 2020"), ("ru", "14 мая 2020"), ("fr", "14 mai 2020")):
            status, made[lang] = c.get(where + lang, "duty-officer")
            assert status == 200, made[lang]
            text = words(made[lang])
            said = {w["language"]: w for w in c.view("bulletin-words", "duty-officer", day="2020-05-14", as_of=known)}[lang]
            assert title in text and said["title"] in text, text
            flat = re.sub(r"\s+", " ", text)
            assert all(re.sub(r"\s+", " ", x) in flat for x in said["sentences"]), (said, text)
        status, said = c.get(f"/api/v1/bulletins/2020-05-14/papers?as_of={known}", "duty-officer")
        said = json.loads(said)
        assert status == 200 and (said["day"], said["as_of"]) == ("2020-05-14", known), said
        papers = {x["language"]: x["digest"] for x in said["papers"]}
        assert papers == {k: hashlib.sha256(b).hexdigest() for k, b in made.items()}, "the digests are those of the bytes that are served"
        text = {w["language"]: w["digest"] for w in c.view("bulletin-words", "duty-officer", day="2020-05-14", as_of=known)}
        texts = [{"language": k, "digest": text[k], "paper": papers[k]} for k in made]
        body = {"day": "2020-05-14", "as_of": known, "texts": texts}
        first = done(c.act("bulletin.issue", "bulletin", body, "duty-officer"))
        done(c.act("bulletin.issue", "bulletin", {**body, "texts": [texts[0], {"language": "ru", "digest": text["ru"]}], "corrects": first}, "duty-officer"))
        c.stop()
        c.clock = "2020-05-16T18:00:00Z"
        c.start()
        done(c.act("report.submit", "party/ce", {"cells": [{"indicator": "cases-new", "day": "2020-05-15", "value": 999}]}, "officer@ce"))
        later, issued = c.view("bulletins", "duty-officer")
        assert issued["texts"] == texts, issued
        assert later["texts"] == [texts[0], {"language": "ru", "digest": text["ru"]}], "a text need not have a paper"
        for x in issued["texts"]:
            again = c.get(where + x["language"], "duty-officer")[1]
            assert hashlib.sha256(again).hexdigest() == x["paper"], "what is on record can be printed again"
        fresh = json.loads(c.get("/api/v1/bulletins/2020-05-14/papers", "duty-officer")[1])
        assert fresh["as_of"].startswith("2020-05-16T18:") and fresh["papers"][0]["digest"] != papers[fresh["papers"][0]["language"]], fresh
        for what in ("paper", "papers"):
            assert c.get(f"/api/v1/bulletins/2020-05-14/{what}?as_of={known}")[0] == 401
            assert c.get(f"/api/v1/bulletins/yesterday/{what}", "duty-officer")[0] == 400
            assert c.get(f"/api/v1/bulletins/2020-05-14/{what}?as_of=then", "duty-officer")[0] == 400


def the_process_that_prints_comes_and_goes():
    with centre() as c:
        request = ask(c)
        proved(c, request)
        assert not c.role("paper"), "nobody has printed"
        first = paper(c, request)
        pid = c.role("paper")
        assert pid, "it stays for the next"
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        assert "Seccomp:\t2" in status or "asan" in os.environ.get("COMITY_MODE", ""), status
        os.kill(pid, signal.SIGKILL)
        ended(pid)
        again = paper(c, request)
        assert again == first, "the same paper by another process"
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert all(b.startswith(b"%PDF") for b in pool.map(lambda i: paper(c, request, language=["en", "ru", "fr"][i % 3]), range(24)))
        pid = c.role("paper")
        c.stop()
        assert ended(pid)


if __name__ == "__main__":
    for program in ("pdftotext", "qpdf"):
        if not shutil.which(program):
            print(f"skip: {program} is not installed")
            sys.exit(0)
    main(a_request_is_printed_in_three_parts, its_proofs_hold_without_the_centre, others_may_not_know_of_it, an_exercise_says_so,
         a_bulletin_is_the_same_from_the_same_figures, the_process_that_prints_comes_and_goes)
