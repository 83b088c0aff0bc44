#!/usr/bin/env python3
"""Letters by e-mail: what is told to whom, once; a mail server on good days and bad ones."""
import contextlib
import os
import pathlib
import re
import socket
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, debian_python, free_port, main, run, until  # noqa: E402

debian_python("aiosmtpd")
from passkey import Passkey  # noqa: E402
from people import Browser, administrator, real_centre  # noqa: E402
from sink import sink  # noqa: E402

FROM = "centre@comity.example"
QUICK = ("--mail-retry", 1, "--mail-gather", 1)


@contextlib.contextmanager
def centre(s, *more):
    with real_centre("--mail-relay", f"smtp://127.0.0.1:{s.port}", "--mail-from", FROM, *(more or QUICK)) as (c, token, f):
        yield c, administrator(c, token, f)[0], f


def letters(s, n, **kwargs):
    return until(f"{n} letters came", lambda: len(s.letters) >= n and list(s.letters), **kwargs)


def code_in(letter):
    return re.search(r"^    (\w{4}-\w{4})$", letter.text, re.M)[1]


def invite(b, party, offices, address, language="en", name="Ben"):
    status, reply = b.act("person.invite", f"people/{party}", {"name": name, "offices": offices})
    assert status == 201, reply
    person = f"p{reply['seq']}"
    status, reply = b.post(f"/api/v1/people/{person}/mail", {"address": address, "language": language})
    assert status == 200, reply
    return person


def come_in(c, f, letter):
    """Open the link of an invitation that came by mail."""
    b = Browser(c)
    status, who = b.enrol(re.search(r"/welcome#(\S+)", letter.text)[1], Passkey(f, f"http://localhost:{c.port}"))
    assert status == 201, who
    return b


def person(c, b, f, s, party, offices, address, language="en"):
    """Somebody who came by a letter, and is written to from then on."""
    n = len(s.letters)
    invite(b, party, offices, address, language)
    return come_in(c, f, letters(s, n + 1)[n])


def call(b, title="Hospitals of the south", **more):
    status, r = b.act("consultation.call", "consultation", {"title": title, "text": "The heads consult.", "mode": "actual", "form": "video",
                      "channel": "ordinary", "begins": "2037-05-15T16:00:00Z", "out_of_schedule": True, "seats": [], **more})
    assert status == 201, r
    return r["seq"]


def an_address_is_proved_by_the_code_of_its_letter():
    with sink() as s, centre(s) as (c, b, f):
        status, before = b.send("GET", "/api/v1/notices")
        assert status == 200 and before == {"sends": True, "from": FROM}, before
        for bad in ("ada", "ada@example.org\r\nBcc: x@example.org", "ada@@example.org", "<ada@example.org>", "ада@пример.рф", "a b@example.org",
                    "ada@example", '"ada"@example.org', "ada@[127.0.0.1]", "-ada@example.org", "ada@example.org,b@example.org", "x" * 70 + "@example.org"):
            assert b.post("/api/v1/notices/address", {"address": bad, "language": "en"})[0] == 400, bad
        assert b.post("/api/v1/notices/address", {"address": "ada@example.org", "language": "xx"})[0] == 400
        assert b.post("/api/v1/notices/address", {"address": "ada@example.org", "language": "ru"})[0] == 200
        letter = letters(s, 1)[0]
        assert letter.sender == FROM and letter.to == ["ada@example.org"], letter.to
        assert "код" in letter.subject and letter.message["Content-Language"] == "ru", letter.subject
        assert letter.message["Auto-Submitted"] == "auto-generated" and letter.message["Message-ID"].endswith("@localhost>")
        assert s.ehlo == "localhost", s.ehlo
        assert not b.send("GET", "/api/v1/notices")[1]["proved"]
        status, wrong = b.post("/api/v1/notices/code", {"code": "AAAA-AAAA"})
        assert status == 400 and wrong["position"]["pointer"] == "/code", wrong
        code = code_in(letter)
        assert b.post("/api/v1/notices/code", {"code": code.replace("-", " ").lower()})[0] == 200
        assert b.send("GET", "/api/v1/notices")[1]["proved"]
        assert b.post("/api/v1/notices/code", {"code": code})[0] == 404, "a code is used once"
        assert b.send("DELETE", "/api/v1/notices/address", {})[0] == 200
        assert "address" not in b.send("GET", "/api/v1/notices")[1]


def five_wrong_codes_are_enough():
    with sink() as s, centre(s) as (c, b, f):
        b.post("/api/v1/notices/address", {"address": "ada@example.org", "language": "en"})
        code = code_in(letters(s, 1)[0])
        for _ in range(5):
            assert b.post("/api/v1/notices/code", {"code": "AAAA-AAAA"})[0] == 400
        assert b.post("/api/v1/notices/code", {"code": code})[0] == 429


def an_invitation_comes_by_mail_and_its_link_is_good_once():
    with sink() as s, centre(s) as (c, b, f):
        invite(b, "organisation", ["depositary"], "ben@example.org", "fr")
        letter = letters(s, 1)[0]
        assert "votre accès" in letter.subject and letter.message["To"] == "ben@example.org", letter.subject
        ben = come_in(c, f, letter)
        assert ben.send("GET", "/api/v1/notices")[1]["proved"], "who came by the letter has the address"
        token = re.search(r"/welcome#(\S+)", letter.text)[1]
        assert Browser(c).post("/api/v1/invitation", {"token": token})[0] == 404, "the link was used"
        for path in c.data.rglob("*"):
            if path.is_file():
                assert token.encode() not in path.read_bytes(), f"the link is in {path}"


def a_consultation_out_of_schedule_is_told_at_once_with_its_entry():
    with sink() as s, centre(s) as (c, b, f):
        head = person(c, b, f, s, "ce", ["head"], "head@ce.example", "ru")
        person(c, b, f, s, "organisation", ["depositary"], "depositary@comity.example")
        sg = person(c, b, f, s, "organisation", ["secretary-general"], "sg@comity.example")
        k = call(sg, "Больницы, врачи; аппараты \\ и ещё много слов, чтобы строка была длиннее семидесяти пяти")
        letter = letters(s, 4)[3]
        assert letter.to == ["head@ce.example"], letter.to
        assert "Больницы" in letter.subject and "2037-05-15 16:00 UTC" in letter.subject and "Вне графика" in letter.subject, letter.subject
        [event] = letter.events
        assert letter.message.get_content_type() == "multipart/alternative"
        part = [p for p in letter.message.walk() if p.get_content_type() == "text/calendar"][0]
        assert part.get_param("method") == "REQUEST", part["Content-Type"]
        body = part.get_payload(decode=True)
        assert all(len(line) <= 75 for line in body.split(b"\r\n")) and b"\n" not in body.replace(b"\r\n", b"")
        lines = body.replace(b"\r\n ", b"").decode().split("\r\n")
        assert "METHOD:REQUEST" in lines and f"ORGANIZER:mailto:{FROM}" in lines, lines
        assert [x for x in lines if x.startswith("ATTENDEE") and x.endswith(":mailto:head@ce.example")], lines
        assert [x for x in lines if x.startswith(f"UID:consultation-{k}@")] and "DTSTART:20370515T160000Z" in lines, lines
        [seen] = until("it is known as sent", lambda: [r for r in head.view("mailed") if r["state"] == "sent" and r["title"] == letter.subject])
        assert seen["urgent"] and seen["attempts"] == 1, seen
        assert not sg.view("mailed") or all("Больницы" not in r["title"] for r in sg.view("mailed")), "who called it knows"


def of_a_limited_channel_only_that_something_waits():
    with sink() as s, centre(s) as (c, b, f):
        person(c, b, f, s, "ce", ["head"], "head@ce.example")
        sg = person(c, b, f, s, "organisation", ["secretary-general"], "sg@comity.example")
        call(sg, "Nothing for postmen", channel="secure")
        letter = letters(s, 3)[2]
        raw = letter.bytes + letter.text.encode() + letter.subject.encode() + "".join(letter.events).encode()
        assert b"postmen" not in raw and b"heads consult" not in raw, raw
        assert "Sign in" in letter.text and "2037-05-15 16:00 UTC" in letter.subject, letter.text
        assert len(letter.events) == 1 and "DTSTART:20370515T160000Z" in letter.events[0]


def what_is_not_urgent_comes_together_once():
    with sink() as s, centre(s, "--mail-retry", 1, "--mail-gather", 600) as (c, b, f):
        person(c, b, f, s, "ce", ["head"], "head@ce.example")
        sg = person(c, b, f, s, "organisation", ["secretary-general"], "sg@comity.example")
        for n in range(3):
            call(sg, f"Topic {n}", out_of_schedule=False)
        letter = letters(s, 3)[2]
        assert letter.subject.startswith("3 notices: ") and len(letter.events) == 3, letter.subject
        assert letter.message.get_content_type() == "multipart/mixed"
        call(sg, "Topic 4", out_of_schedule=False)
        call(sg, "Now", out_of_schedule=True)
        letter = letters(s, 4)[3]
        assert "Now" in letter.subject, "the next digest waits, what is urgent does not"
        assert len(s.letters) == 4


def a_request_says_what_where_and_when():
    with sink() as s, centre(s) as (c, b, f):
        al = person(c, b, f, s, "al", ["head"], "head@al.example", "fr")
        ce = person(c, b, f, s, "ce", ["head"], "head@ce.example")
        status, r = ce.act("assistance.request", "assistance", {
            "mode": "bilateral", "to": "al", "kind": "exercise", "title": "Ventilators", "event": "The wards of the south are full.",
            "contact": "Duty desk, +999 1", "lines": [{"item": "Ventilator, adult", "category": "equipment", "quantity": 40, "unit": "pieces",
                                                       "needed_by": "2037-05-20", "place": "Southport"}]})
        assert status == 201, r
        letter = letters(s, 3)[2]
        assert letter.to == ["head@al.example"]
        assert letter.subject.startswith("EXERCICE : ") and "Ventilators" in letter.subject and "Southport" in letter.subject, letter.subject
        assert "2037-05-20" in letter.subject and "40 pieces: Ventilator, adult" in letter.text, letter.text
        assert f"/help/{r['seq']}" in letter.text
        assert al.view("mailed")[0]["path"] == f"/help/{r['seq']}"


def a_day_without_the_mail_server_loses_nothing_and_doubles_nothing():
    port = free_port()
    with sink(port) as s:
        with centre(s) as (c, b, f):
            head = person(c, b, f, s, "ce", ["head"], "head@ce.example")
            sg = person(c, b, f, s, "organisation", ["secretary-general"], "sg@comity.example")
            s.mood = "later"
            for n in range(3):
                call(sg, f"Urgent {n}")
            call(sg, "Ordinary", out_of_schedule=False)
            until("it was told to try later, again and again", lambda: s.tried >= 9)
            waiting = [r for r in head.view("mailed") if r["state"] in ("queued", "sending", "gathering")]
            assert len(waiting) == 4, head.view("mailed")
            assert any("451 4.3.0 Try again later" in r.get("reply", "") for r in waiting), waiting
            s.mood = "later-data"
            tried = s.tried
            until("and after the data", lambda: s.tried >= tried + 2)
            os.kill(c.role("reach"), 9)
            os.kill(c.role("desk"), 9)
            until("the server answers", c.alive)
            until("the reach process runs", lambda: c.role("reach"))
            s.mood = None
            got = letters(s, 6, seconds=60)
            until("all are sent", lambda: all(r["state"] == "sent" for r in head.view("mailed")))
            assert len(s.letters) == len({x.message["Message-ID"] for x in got}) == 6, [x.subject for x in s.letters]


def a_server_that_is_gone_and_comes_back():
    port = free_port()
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(contextlib.ExitStack())
        s = first.enter_context(sink(port))
        c, b, f = stack.enter_context(centre(s))
        head = person(c, b, f, s, "ce", ["head"], "head@ce.example")
        sg = person(c, b, f, s, "organisation", ["secretary-general"], "sg@comity.example")
        first.close()
        call(sg)
        until("it was tried in vain", lambda: any(r["attempts"] >= 2 for r in head.view("mailed")))
        again = stack.enter_context(sink(port))
        letters(again, 1)
        until("it is known as sent", lambda: head.view("mailed")[0]["state"] == "sent")


def a_reply_that_was_lost_is_told_and_the_letter_keeps_its_name():
    with sink() as s, centre(s) as (c, b, f):
        head = person(c, b, f, s, "ce", ["head"], "head@ce.example")
        sg = person(c, b, f, s, "organisation", ["secretary-general"], "sg@comity.example")
        s.mood = "drop"
        call(sg)
        until("it was dropped after the whole message", lambda: s.taken_and_dropped)
        s.mood = None
        letter = letters(s, 3)[2]
        assert letter.bytes == s.taken_and_dropped[0].bytes, "the same to the byte, Message-ID and all"
        row = until("it is known as sent", lambda: [r for r in head.view("mailed") if r["state"] == "sent"])[0]
        assert row["unsure"], row


def a_desk_that_dies_asks_what_became_of_a_letter():
    with sink() as s, centre(s) as (c, b, f):
        head = person(c, b, f, s, "ce", ["head"], "head@ce.example")
        sg = person(c, b, f, s, "organisation", ["secretary-general"], "sg@comity.example")
        for n in range(12):
            call(sg, f"Topic {n}")
            if n % 3 == 2:
                os.kill(c.role("desk"), 9)
                until("the server answers", c.alive)
        letters(s, 14, seconds=60)
        until("all are sent", lambda: all(r["state"] == "sent" for r in head.view("mailed")))
        names = [x.message["Message-ID"] for x in s.letters]
        assert len(names) == len(set(names)) == 14, "nothing came twice"


def an_address_that_is_not_there_is_said_so():
    with sink() as s, centre(s) as (c, b, f):
        head = person(c, b, f, s, "ce", ["head"], "head@ce.example")
        sg = person(c, b, f, s, "organisation", ["secretary-general"], "sg@comity.example")
        s.mood = "nobody"
        call(sg)
        row = until("it failed", lambda: [r for r in head.view("mailed") if r["state"] == "failed"])[0]
        assert "550 5.1.1" in row["reply"] and row["attempts"] == 1, row
        metrics = c.get("/metrics")[1].decode()
        assert 'comity_mail_letters{state="failed"} 1' in metrics, metrics
        assert 'comity_role_restarts_total{role="reach"} 0' in metrics, metrics
        c.stop()
        listed = run("mail", "list", "--data", c.data).stdout
        assert "failed" in listed and "550 5.1.1" in listed and "head@ce.example" in listed, listed
        assert "1 letter" in run("mail", "retry", "--data", c.data).stdout
        s.mood = None
        c.start("--mail-relay", f"smtp://127.0.0.1:{s.port}", "--mail-from", FROM, *QUICK, "--origin", f"http://localhost:{c.port}")
        letters(s, 3)


def who_left_or_was_erased_is_not_written_to_and_not_known():
    with sink() as s, centre(s) as (c, b, f):
        person(c, b, f, s, "organisation", ["depositary"], "ben@example.org")
        sg = person(c, b, f, s, "organisation", ["secretary-general"], "sg@comity.example")
        ben = [p for p in b.view("people") if p["offices"] == ["depositary"]][0]["id"]
        status, reply = b.act("person.erase", f"person/{ben}", {"reason": "The person asked for it."})
        assert status == 201, reply
        call(sg)
        with contextlib.closing(sqlite3.connect(c.data / "db/comity.sqlite3")) as db:
            for table in ("address", "letter", "item"):
                until(f"nothing is left in mail_{table}",
                      lambda: db.execute(f"SELECT count(*) FROM mail_{table} WHERE person = ?", (ben,)).fetchone() == (0,))
        c.stop()
        listed = run("mail", "list", "--data", c.data).stdout
        assert "ben@example.org" not in listed and "sg@comity.example" in listed, listed
        c.start()


def who_left_is_not_known_where_mail_is_off_either():
    with sink() as s, centre(s) as (c, b, f):
        person(c, b, f, s, "organisation", ["depositary"], "ben@example.org")
        ben = [p for p in b.view("people") if p["offices"] == ["depositary"]][0]["id"]
        c.stop()
        c.start()
        status, reply = b.act("person.erase", f"person/{ben}", {"reason": "The person asked for it."})
        assert status == 201, reply
        c.stop()
        c.start()
        with contextlib.closing(sqlite3.connect(c.data / "db/comity.sqlite3")) as db:
            until("the address is forgotten", lambda: db.execute("SELECT count(*) FROM mail_address WHERE person = ?", (ben,)).fetchone() == (0,))


def what_cannot_be_read_is_looked_at_again_after_a_rest():
    with sink() as s, centre(s) as (c, b, f):
        person(c, b, f, s, "ce", ["head"], "head@ce.example")
        sg = person(c, b, f, s, "organisation", ["secretary-general"], "sg@comity.example")
        with contextlib.closing(sqlite3.connect(c.data / "db/comity.sqlite3", timeout=20)) as db:
            db.execute("ALTER TABLE mail_cursor RENAME TO mail_lost")
            call(sg, "Said in spite of all")
            since = time.monotonic()
            until("it tried three times", lambda: c.log_text().count("could not be looked at") >= 3)
            assert time.monotonic() - since > 2.5, "not ten times a second"
            db.execute("ALTER TABLE mail_lost RENAME TO mail_cursor")
        assert "in spite of all" in letters(s, 3)[2].subject


def the_connection_is_checked_and_signed_in():
    with contextlib.ExitStack() as stack:
        import tempfile
        name = socket.gethostname()  # not loopback: TLS is a condition there
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        import subprocess
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=relay",
                        "-addext", f"subjectAltName=DNS:{name}", "-keyout", folder / "key", "-out", folder / "cert"], check=True, capture_output=True)
        (folder / "secret").write_text("open sesame\n")
        s = stack.enter_context(sink(host="0.0.0.0", certificate=(folder / "cert", folder / "key"), user=("centre", "open sesame")))
        more = ["--mail-user", "centre", "--mail-secret", folder / "secret"]
        relay = ("--mail-relay", f"smtp://{name}:{s.port}", "--mail-from", FROM, *QUICK)
        with real_centre(*relay, *more, "--reach-ca", folder / "cert") as (c, token, f):
            b = administrator(c, token, f)[0]
            b.post("/api/v1/notices/address", {"address": "ada@example.org", "language": "en"})
            letters(s, 1)
            conf = folder / "conf"
            lines = {"data": c.data, "origin": f"http://localhost:{c.port}", "mail-relay": relay[1], "mail-from": FROM, "mail-user": "centre", "mail-secret": folder / "secret",
                     "reach-ca": folder / "cert"}
            conf.write_text("".join(f"{k} = {v}\n" for k, v in lines.items()))
            assert f"[x] mail            {relay[1]} answers and lets us in" in run("doctor", "--config", conf, check=False).stdout
            (folder / "secret").write_text("close sesame\n")
            assert "[!] mail" in run("doctor", "--config", conf, check=False).stdout, "a wrong password"
            (folder / "secret").write_text("open sesame\n")
            assert len(s.letters) == 1, "the doctor sends nothing"
        with real_centre(*relay, *more) as (c, token, f):
            b = administrator(c, token, f)[0]
            b.post("/api/v1/notices/address", {"address": "ada@example.org", "language": "en"})
            until("it was tried", lambda: "certificate" in c.log_text())
            assert len(s.letters) == 1, "no letter over a connection that nobody answers for"


def settings_that_make_no_sense_are_refused():
    with real_centre() as (c, token, f):
        c.stop()
        for words, why in ((["--mail-relay", "mail.example"], "smtps://HOST"), (["--mail-relay", "smtp://mail.example"], "mail-from"),
                           (["--mail-relay", "smtp://mail.example", "--mail-from", "centre@x.example"], "origin"),
                           (["--feed-hosts", "a.example", "--feed-timeout", "0"], "seconds"),
                           (["--mail-user", "x"], "mail-secret")):
            r = run("serve", "--data", c.data, "--listen", f"127.0.0.1:{c.port}", *words, check=False, timeout=30)
            assert r.returncode and why in r.stderr, (words, r.stderr)
        c.start()


def through_a_real_mail_server():
    """exim4 of Debian takes it, and delivers what another program reads."""
    import shutil
    import subprocess
    import tempfile
    exim = shutil.which("exim4") or ("/usr/sbin/exim4" if pathlib.Path("/usr/sbin/exim4").exists() else None)
    if not exim:
        return "exim4 is not installed"
    if os.geteuid() != 0:
        return "exim4 wants to be started by root"
    with tempfile.TemporaryDirectory() as d:
        folder, port = pathlib.Path(d), free_port()
        folder.chmod(0o755)
        for sub in ("spool", "log", "mail"):
            (folder / sub).mkdir()
            shutil.chown(folder / sub, "Debian-exim", "Debian-exim")
        (folder / "conf").write_text(f"""
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
primary_hostname = mx.test
tls_advertise_hosts =
disable_ipv6 = true
acl_smtp_rcpt = accept
never_users =
begin routers
all:
  driver = accept
  transport = file
begin transports
file:
  driver = appendfile
  directory = {folder}/mail
  maildir_format = true
  create_directory
  user = Debian-exim
begin retry
""")
        daemon = subprocess.Popen([exim, "-C", folder / "conf", "-bdf", "-oP", folder / "pid"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            class Relay:
                pass
            relay = Relay()
            relay.port = port
            with centre(relay) as (c, b, f):
                b.post("/api/v1/notices/address", {"address": "ada@example.org", "language": "ru"})
                [file] = until("exim has delivered", lambda: list((folder / "mail/new").glob("*")) if (folder / "mail/new").exists() else None)
                import email
                import email.policy
                m = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                assert not m.defects and "код" in m["Subject"], m["Subject"]
                code = re.search(r"^    (\w{4}-\w{4})\r?$", m.get_content(), re.M)[1]
                assert b.post("/api/v1/notices/code", {"code": code})[0] == 200
        finally:
            daemon.terminate()
            daemon.wait(20)
            daemon.stderr.close()


if __name__ == "__main__":
    main(an_address_is_proved_by_the_code_of_its_letter, five_wrong_codes_are_enough, an_invitation_comes_by_mail_and_its_link_is_good_once,
         a_consultation_out_of_schedule_is_told_at_once_with_its_entry, of_a_limited_channel_only_that_something_waits,
         what_is_not_urgent_comes_together_once, a_request_says_what_where_and_when,
         a_day_without_the_mail_server_loses_nothing_and_doubles_nothing, a_server_that_is_gone_and_comes_back,
         a_reply_that_was_lost_is_told_and_the_letter_keeps_its_name, a_desk_that_dies_asks_what_became_of_a_letter,
         an_address_that_is_not_there_is_said_so, who_left_or_was_erased_is_not_written_to_and_not_known,
         who_left_is_not_known_where_mail_is_off_either, what_cannot_be_read_is_looked_at_again_after_a_rest,
         the_connection_is_checked_and_signed_in,
         settings_that_make_no_sense_are_refused, through_a_real_mail_server)
