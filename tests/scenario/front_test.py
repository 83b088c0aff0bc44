#!/usr/bin/env python3
"""The front inside the program: pages by language, files for ever, encodings, what is absent."""
import gzip
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, centre, main

PAGES = json.loads((ROOT / "web/pages.json").read_text(encoding="utf-8"))
TEXTS = {lang: json.loads((ROOT / f"i18n/web/{lang}.json").read_text(encoding="utf-8")) for lang in ("en", "ru", "fr")}
HTML = {"Accept": "text/html"}


def html(c, path, **headers):
    status, data = c.request("GET", path, headers={**HTML, **headers})
    return status, data.decode()


def every_page_is_html_in_the_reader_s_language():
    with centre() as c:
        for page in PAGES:
            path = re.sub(r":\w+", "1", page["path"])
            for lang, texts in TEXTS.items():
                status, text = html(c, path, Cookie=f"lang={lang}")
                assert status == 200 and f'<html lang="{lang}">' in text, (path, status)
                title = texts[f"page.{page['view']}"]
                assert f"<h1>{title}</h1>" in text, (path, lang, title)
        assert '<html lang="fr">' in html(c, "/", **{"Accept-Language": "fr-FR,fr;q=0.9"})[1]
        assert '<html lang="en">' in html(c, "/", **{"Accept-Language": "tlh"})[1]


def no_page_may_run_what_is_not_ours():
    with centre() as c:
        assert html(c, "/")[0] == 200
        policy = c.headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "require-trusted-types-for 'script'", "connect-src 'self'", "frame-ancestors 'none'"):
            assert part in policy, policy
        assert "unsafe" not in policy and "http" not in policy, policy
        assert "script" in c.headers["Integrity-Policy"]
        text = html(c, "/")[1]
        tags = re.findall(r"<(?:script|link)\b[^>]*>", text)
        loads = [t for t in tags if "src=" in t or "modulepreload" in t]
        assert loads and all('integrity="sha' in t for t in loads), loads


def files_are_kept_for_ever_and_pages_are_asked_for_again():
    with centre() as c:
        text = html(c, "/")[1]
        entry = re.search(r'<script type="module" src="([^"]+)"', text)[1]
        status, plain = c.get(entry)
        assert status == 200 and c.headers["Content-Type"].startswith("text/javascript")
        assert "immutable" in c.headers["Cache-Control"]
        status, packed = c.request("GET", entry, headers={"Accept-Encoding": "gzip"})
        assert c.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed) == plain
        status, packed = c.request("GET", entry, headers={"Accept-Encoding": "gzip, br"})
        assert c.headers["Content-Encoding"] == "br" and len(packed) < len(plain) / 2
        c.request("GET", entry, headers={"Accept-Encoding": "br;q=0"})
        assert "Content-Encoding" not in c.headers
        html(c, "/")
        assert c.headers["Cache-Control"] == "no-cache"
        etag = c.headers["ETag"]
        status, body = c.request("GET", "/", headers={**HTML, "If-None-Match": etag})
        assert status == 304 and body == b"", status
        assert html(c, "/", Cookie="lang=ru")[0] == 200 and c.headers["ETag"] != etag


def what_is_not_there_says_so():
    with centre() as c:
        status, text = html(c, "/no/such/page")
        assert status == 404 and TEXTS["en"]["absent.lead"] in text
        status, reply = c.json("/no/such/page")
        assert status == 404 and reply["code"] == "absent"
        assert html(c, "/pages/home.en.html")[0] == 404, "a page has one address"
        assert c.request("POST", "/record", {})[0] == 404
        assert html(c, "/api/v1/nothing")[0] == 404


def views_are_read_together_as_each_is_alone():
    with centre() as c:
        status, reply = c.json("/api/v1/views?of=parties?all=true;record?limit=1;people;no-such")
        parties, record, people, none = reply["views"]
        assert status == 200 and parties["rows"] == c.view("parties", all="true") and len(record["rows"]) == 1
        assert people is None and none is None, "what the public may not see, and what is not there"
        reply = c.json("/api/v1/views?of=people", "depositary")[1]
        assert reply["views"][0]["rows"] == c.view("people", "depositary")
        assert c.json("/api/v1/views")[0] == 400
        assert c.json("/api/v1/views?of=" + ";".join(["gates"] * 13))[0] == 400


def what_the_front_reads_is_json():
    with centre() as c:
        rules = c.view("rules")
        assert any(r["path"] == "decision_rules/consensus" and r["value"]["method"] == "consensus" for r in rules)
        names = {(r["section"], r["id"]): r["text"] for r in c.view("names")}
        assert names["bodies", "heads"]["en"] == "Council of Heads" and names["organisation", "name"]["fr"]


if __name__ == "__main__":
    main(every_page_is_html_in_the_reader_s_language, no_page_may_run_what_is_not_ours,
         files_are_kept_for_ever_and_pages_are_asked_for_again, what_is_not_there_says_so, views_are_read_together_as_each_is_alone,
         what_the_front_reads_is_json)
