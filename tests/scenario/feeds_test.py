#!/usr/bin/env python3
"""Feeds: figures fetched from a member's system, and systems that mean harm or have a bad day."""
import contextlib
import gzip
import http.server
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import main, until  # noqa: E402
from passkey import Passkey  # noqa: E402
from people import Browser, administrator, invite, real_centre, token_of  # noqa: E402

TODAY = time.strftime("%Y-%m-%d", time.gmtime())
DAY = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 3 * 86400))
GOOD = f"day,indicator,value\n{DAY},cases-new,12\n{DAY},deaths-new,1\n"


class Member:
    """The system of a member: what it answers is set by the test."""

    def __init__(self):
        self.pages, self.asked = {}, []


@contextlib.contextmanager
def member():
    m = Member()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            m.asked.append((self.path, dict(self.headers)))
            with contextlib.suppress(OSError):
                answer = m.pages.get(self.path)
                if callable(answer):
                    answer(self)
                    return
                body = (answer or "").encode()
                self.send_response(200 if answer is not None else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    m.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield m
    finally:
        server.shutdown()
        server.server_close()


def enter(c, b, f, party, offices):
    _, token = invite(b, party, offices)
    p = Browser(c)
    status, who = p.enrol(token, Passkey(f, f"http://localhost:{c.port}"))
    assert status == 201, who
    return p


@contextlib.contextmanager
def fetching(*more):
    with real_centre("--feed-hosts", "127.0.0.1, localhost", *(more or ("--feed-private", "--feed-timeout", 2))) as (c, token, f):
        b = administrator(c, token, f)[0]
        sg = enter(c, b, f, "organisation", ["secretary-general"])
        yield c, enter(c, b, f, "ce", ["head"]), sg


def feed(b, url, **more):
    status, reply = b.post("/api/v1/feeds", {"name": f"Registry {len(b.view('feeds'))}", "url": url, "at": "06:30", "every": "24", **more})
    assert status == 200, reply
    return b.view("feeds")[-1]["id"]


def outcome(b, id, after=None):
    """What became of the last fetching, later than `after`."""
    return until("the feed was fetched", lambda: next((r for r in b.view("feeds") if r["id"] == id and r.get("last", "") > (after or "")), None))


def again(b, id):
    before = outcome(b, id)["last"]
    assert b.post(f"/api/v1/feeds/{id}/fetch", {})[0] == 200
    return outcome(b, id, before)


def figures_are_fetched_reported_and_shown():
    with member() as m, fetching() as (c, ce, sg):
        m.pages["/figures.csv?key=1"] = GOOD
        id = feed(ce, f"{m.url}/figures.csv?key=1", bearer="tell-nobody")
        row = outcome(ce, id)
        assert row["outcome"] == "taken" and row["cells"] == 2, row
        assert m.asked[0][1]["Authorization"] == "Bearer tell-nobody" and m.asked[0][1]["User-Agent"] == "Comity", m.asked
        assert row["at"] == "06:30" and row["next"][11:16] == "06:30", row
        [report] = [r for r in ce.view("reports") if r["id"] == row["report"]]
        assert report["source"].startswith("Feed: Registry") and report["party"] == "ce", report
        figures = {r["indicator"]: r["value"] for r in ce.view("report", id=row["report"])}
        assert figures == {"cases-new": 12, "deaths-new": 1}, figures
        assert again(ce, id)["outcome"] == "unchanged", "the same file says nothing new"
        # Others see that there is a feed, not the whole address; the token is seen by nobody.
        [seen] = sg.view("feeds")
        assert seen["host"] == m.url[7:] and "url" not in seen and "tell-nobody" not in str(ce.view("feeds")), seen


def a_second_system_of_the_same_day_and_a_restatement():
    with member() as m, fetching() as (c, ce, sg):
        m.pages["/a"], m.pages["/b"] = GOOD, GOOD
        first, second = feed(ce, f"{m.url}/a"), feed(ce, f"{m.url}/b")
        got = {outcome(ce, first)["outcome"], outcome(ce, second)["outcome"]}
        assert got == {"taken", "unchanged"}, got
        m.pages["/b"] = GOOD.replace(",12", ",99")
        row = again(ce, second)
        assert row["outcome"] == "proposed", row
        assert {r["indicator"]: r["value"] for r in ce.view("report", id=row["report"])}["cases-new"] == 99
        [series] = [r for r in ce.view("series", party="ce", indicator="cases-new") if r["day"] == DAY]
        assert series["value"] == 12, "until a second person confirms it"


def what_is_wrong_is_told_by_row_and_column():
    with member() as m, fetching() as (c, ce, sg):
        m.pages["/x"] = f"day,indicator,value\n{DAY},cases-new,12\n{DAY},deaths-new,-3\n{DAY},unicorns,1\n"
        id = feed(ce, f"{m.url}/x")
        row = outcome(ce, id)
        assert row["outcome"] == "problems" and "report" not in row, row
        told = ce.view("feed-problems", feed=id)
        assert any(p["line"] == 3 and p["column"] == "C" and p["heading"] == "value" and p["blocks"] for p in told), told
        assert any(p["line"] == 4 and p["column"] == "B" for p in told), told
        assert not ce.view("reports"), "nothing of it is taken"
        for bad in ("\0\0", "<html>login</html>", '{"dataValues": "none"}', "a" * 5000):
            m.pages["/x"] = bad
            assert again(ce, id)["outcome"] == "problems", bad


def systems_that_hang_swell_or_lead_elsewhere():
    def hang(h):
        time.sleep(20)

    def drip(h):
        h.send_response(200)
        h.end_headers()
        for _ in range(200):
            h.wfile.write(b"1")
            h.wfile.flush()
            time.sleep(0.1)

    def swell(h):
        h.send_response(200)
        h.end_headers()
        for _ in range(10 << 10):
            h.wfile.write(b"1,2,3\n" * 170000)

    def promise(h):
        h.send_response(200)
        h.send_header("Content-Length", str(10 << 30))
        h.end_headers()

    def elsewhere(h):
        h.send_response(302)
        h.send_header("Location", "file:///etc/passwd")
        h.end_headers()

    def bomb(h):
        body = squeezed
        h.send_response(200)
        h.send_header("Content-Encoding", "gzip")
        h.send_header("Content-Length", str(len(body)))
        h.end_headers()
        h.wfile.write(body)

    squeezed = gzip.compress(b"1" * (20 << 20), 1)
    with member() as m, fetching() as (c, ce, sg):
        m.pages.update({"/hang": hang, "/drip": drip, "/swell": swell, "/promise": promise, "/elsewhere": elsewhere, "/bomb": bomb})
        for path, state, word in (("hang", "failed", "in time"), ("drip", "failed", "in time"), ("swell", "failed", "16 MB"), ("promise", "failed", "16 MB"),
                                  ("elsewhere", "failed", "another address"), ("none", "failed", "404"), ("bomb", "problems", "")):
            row = outcome(ce, feed(ce, f"{m.url}/{path}"))
            assert row["outcome"] == state and word in row["text"], (path, row)
            assert state != "failed" or row["tries"] == 1 and row["next"] > row["last"], row
        # After all of them the process that fetches is well, and so is the desk.
        m.pages["/good"] = GOOD
        assert outcome(ce, feed(ce, f"{m.url}/good"))["outcome"] == "taken"
        assert 'comity_role_restarts_total{role="reach"} 0' in c.get("/metrics")[1].decode()


def addresses_that_are_not_for_feeds():
    with member() as m, fetching("--feed-timeout", 2) as (c, ce, sg):
        for url in (m.url, "https://other.example/", "https://u:p@127.0.0.1/", "file:///etc/passwd", "https://127.0.0.1.other.example/", "gopher://127.0.0.1/",
                    "https://127.0.0.1/ x", ""):
            status, reply = ce.post("/api/v1/feeds", {"name": "x", "url": url, "at": "06:30", "every": "24"})
            assert status == 400 and reply["position"]["pointer"] == "/url", (url, reply)
        # A host that is allowed and leads to this house: the connection is not made.
        row = outcome(ce, feed(ce, f"https://localhost:{m.url.rsplit(':', 1)[1]}/x"))
        assert row["outcome"] == "failed" and "private address" in row["text"], row
        assert not m.asked, "nobody knocked"
        for wrong in ({"at": "6:30"}, {"at": "24:00"}, {"every": "5"}, {"name": ""}, {"order": "odd"}, {"bearer": "a\nb"}):
            body = {"name": "x", "url": "https://localhost/", "at": "06:30", "every": "24", **wrong}
            assert ce.post("/api/v1/feeds", body)[0] == 400, wrong


def who_may_set_a_feed_and_whose_it_is():
    with member() as m, fetching() as (c, ce, sg):
        body = {"name": "x", "url": f"{m.url}/x", "at": "06:30", "every": "1"}
        assert Browser(c).post("/api/v1/feeds", body)[0] == 401
        assert sg.post("/api/v1/feeds", body)[0] == 403, "it is no party"
        assert ce.send("GET", "/api/v1/feeds")[1] == {"fetches": True, "hosts": "127.0.0.1, localhost"}
        assert sg.send("GET", "/api/v1/feeds")[1] == {"fetches": True}, "where figures lie is for those who set feeds"
        assert Browser(c).send("GET", "/api/v1/feeds")[0] == 401
        m.pages["/x"] = GOOD
        id = feed(ce, f"{m.url}/x")
        outcome(ce, id)
        assert sg.send("DELETE", f"/api/v1/feeds/{id}", {})[0] in (403, 404)
        assert ce.send("DELETE", f"/api/v1/feeds/{id}", {})[0] == 200 and ce.view("feeds") == []
        assert ce.send("DELETE", f"/api/v1/feeds/{id}", {})[0] == 404


def a_reset_of_access_ends_what_a_feed_may():
    with member() as m, real_centre("--feed-hosts", "127.0.0.1", "--feed-private") as (c, token, f):
        ada = administrator(c, token, f)[0]
        head_id, link = invite(ada, "ce", ["head"], administrator=True)
        ce, key = Browser(c), Passkey(f, f"http://localhost:{c.port}")
        assert ce.enrol(link, key)[0] == 201
        m.pages["/x"] = GOOD
        id = feed(ce, f"{m.url}/x", bearer="of-before")
        assert outcome(ce, id)["outcome"] == "taken"
        asked = len(m.asked)
        status, reply = ada.act("person.reset", f"person/{head_id}", {"reason": "letter of 3 May: the key was stolen"})
        assert status == 201, reply
        _, link = ada.post(f"/api/v1/people/{head_id}/link", {})
        assert ce.enrol(token_of(link["url"]), Passkey(f, key.origin))[0] == 201
        # The person is back, in the same office: what was set before the reset is not theirs.
        m.pages["/x"] = GOOD.replace(",12", ",13")
        row = again(ce, id)
        assert row["outcome"] == "refused" and "set it again" in row["text"], row
        assert len(m.asked) == asked, "its token does not go out, and nothing is fetched"
        assert {r["value"] for r in ce.view("series", party="ce", indicator="cases-new") if r["day"] == DAY} == {12}
        id = feed(ce, f"{m.url}/x")
        assert outcome(ce, id)["outcome"] == "taken"


if __name__ == "__main__":
    main(figures_are_fetched_reported_and_shown, a_second_system_of_the_same_day_and_a_restatement, what_is_wrong_is_told_by_row_and_column,
         systems_that_hang_swell_or_lead_elsewhere, addresses_that_are_not_for_feeds, who_may_set_a_feed_and_whose_it_is,
         a_reset_of_access_ends_what_a_feed_may)
