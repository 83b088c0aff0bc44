#!/usr/bin/env python3
"""/metrics for Prometheus, for this machine and those named; the log, one line an event, without personal data."""
import http.client
import os
import pathlib
import re
import signal
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, centre, main, until

LINE = re.compile(r'^([a-z_]+)(\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? (-?[0-9.e+-]+|\+Inf)$')


def metrics(c):
    status, data = c.get("/metrics")
    assert status == 200, data
    out = {}
    for line in data.decode().splitlines():
        if not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            out[name] = float(value)
    return out


def the_format_is_that_of_prometheus():
    with centre() as c:
        text = c.get("/metrics")[1].decode()
        assert c.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert text.endswith("\n")
        types, seen = {}, set()
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                name, kind = line.split()[2:]
                assert name not in types and kind in ("counter", "gauge", "histogram"), line
                types[name] = kind
            elif not line.startswith("# HELP "):
                m = LINE.match(line)
                assert m, line
                assert m[0] not in seen, line
                seen.add(m[0])
                family = re.sub(r"_(bucket|sum|count)$", "", m[1])
                assert m[1] in types or types.get(family) == "histogram", line
        # A histogram's buckets only grow, and the last is the count.
        for kind in ("act", "view", "api", "page"):
            values = [float(v) for v in re.findall(rf'answer_seconds_bucket\{{kind="{kind}",le="[^"]+"\}} (\S+)', text)]
            count = float(re.search(rf'answer_seconds_count\{{kind="{kind}"\}} (\S+)', text)[1])
            assert len(values) == 12 and values == sorted(values) and values[-1] == count, (kind, values, count)


def every_figure_is_explained():
    page = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    with centre() as c:
        there = set(re.findall(r"^# TYPE (\S+)", c.get("/metrics")[1].decode(), re.M))
    explained = set(re.findall(r"`(comity_[a-z_]+)`", page[page.index("| figure |"):]))
    # What a demonstration on plain HTTP has not: a certificate, and letters (mail_test.py reads theirs).
    elsewhere = {"comity_certificate_expiry_timestamp_seconds", "comity_mail_letters", "comity_mail_gathering", "comity_mail_oldest_seconds"}
    assert there | elsewhere == explained, there ^ explained


def what_happens_is_counted():
    with centre() as c:
        before = metrics(c)
        for n in range(5):
            assert c.fact(n)[0] == 201
        assert c.act("party.record-fact", "party/ol", {"fact": "no-such"})[0] == 400
        c.view("parties")
        stream = http.client.HTTPConnection("127.0.0.1", c.port, timeout=30)
        stream.request("GET", "/api/v1/events")
        assert stream.getresponse().status == 200
        assert c.request("POST", "/api/v1/session", {"seat": "head@ce"})[0] == 201
        until("the checkpoint covers all", lambda: metrics(c)["comity_ledger_unsigned"] == 0)
        after = metrics(c)

        def grew(name, by):
            assert after[name] - before[name] == by, (name, before[name], after[name])
        grew("comity_acts_done_total", 5)
        grew("comity_record_seq", 5)
        grew("comity_ledger_leaves", 5)
        grew('comity_http_answer_seconds_count{kind="act"}', 6)
        grew('comity_http_answers_total{kind="act",status="2xx"}', 5)
        grew('comity_http_answers_total{kind="act",status="4xx"}', 1)
        grew('comity_http_answer_seconds_count{kind="view"}', 1)
        grew("comity_http_streams", 1)
        grew("comity_sessions", 1)
        assert after["comity_ledger_head"] == after["comity_ledger_leaves"]
        assert after["comity_ledger_checkpoint_timestamp_seconds"] > 1.6e9
        assert after["comity_store_bytes"] > 10_000 and 0 < after["comity_disk_free_bytes"] < after["comity_disk_bytes"]
        assert after["comity_writer_queue"] < after["comity_writer_queue_limit"] == 4096
        stream.close()


def a_role_that_dies_is_counted():
    with centre() as c:
        assert metrics(c)['comity_role_restarts_total{role="keeper"}'] == 0
        os.kill(c.role("keeper"), signal.SIGKILL)
        until("the keeper is counted", lambda: metrics(c)['comity_role_restarts_total{role="keeper"}'] == 1)
        os.kill(c.role("desk"), signal.SIGKILL)
        until("it answers again", lambda: c.alive() and metrics(c)['comity_role_restarts_total{role="desk"}'] == 1)
        assert metrics(c)['comity_role_restarts_total{role="keeper"}'] == 1


def own_address():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.254", 9))
            return s.getsockname()[0]
        except OSError:
            return None


def others_find_no_such_page():
    with centre() as c:
        # Somebody behind a proxy on this machine, whether it is believed or not.
        for header in ("X-Forwarded-For", "Forwarded"):
            assert c.get("/metrics", headers={header: "for=198.51.100.7"})[0] == 404
            assert c.get("/healthz", headers={header: "for=198.51.100.7"})[0] == 200
        address = own_address()
        if not address:
            return
        c.stop()

        def asked(*more):
            c.start("--lan", *more)
            import ssl
            client = http.client.HTTPSConnection(address, c.port, timeout=30, context=ssl.create_default_context(cafile=c.data / "lan.cert"))
            client.request("GET", "/metrics")
            status, data = (r := client.getresponse()).status, r.read()
            client.close()
            c.stop()
            return status, data
        assert asked()[0] == 404
        status, data = asked("--metrics", f"198.51.100.0/24, {address}")
        assert status == 200 and b"comity_certificate_expiry_timestamp_seconds" in data


def the_log_has_one_line_an_event_and_nobody_in_it():
    with centre() as c:
        person = "head@ce"
        c.request("POST", "/api/v1/session", {"seat": person})
        c.fact(1)
        c.act("status.apply", "party/ol", {}, "delegate@ol")
        c.request("POST", "/api/v1/acts", "{", "depositary")
        c.get("/no/such/page?secret=here", headers={"User-Agent": "Somebody's own browser"})
        os.kill(c.role("keeper"), signal.SIGKILL)
        until("its end is told", lambda: "keeper ended (signal 9)" in c.log_text())
        until("and its start", lambda: c.log_text().count("keeper runs") == 2)
        c.stop()
        lines = c.log_text().splitlines()
        assert lines and all(re.match(r"^<[3467]>(parent|keeper|desk): [a-z]+: \S", line) for line in lines), lines
        for word in ("127.0.0.1", "Somebody", "secret", "head", "delegate", "note"):
            assert word not in c.log_text(), word


if __name__ == "__main__":
    main(the_format_is_that_of_prometheus, every_figure_is_explained, what_happens_is_counted, a_role_that_dies_is_counted, others_find_no_such_page,
         the_log_has_one_line_an_event_and_nobody_in_it)
