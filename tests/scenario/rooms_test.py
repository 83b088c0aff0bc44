#!/usr/bin/env python3
"""Rooms of the charter at the media server: packets arrive or do not as the register says, within a second; the text channel."""
import asyncio
import http.client
import importlib.util
import json
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
from comity import centre, main, until  # noqa: E402

spec = importlib.util.spec_from_file_location("media_test", HERE / "media_test.py")
media = importlib.util.module_from_spec(spec)
spec.loader.exec_module(media)
WITHIN = 1.0  # seconds, from the answer to the act


class Room:
    """A room of the ministers, in floor mode; the chair is head@fi."""

    def __init__(self, c, mode="floor"):
        self.c = c
        status, reply = c.act("room.open", "body/ministers", {
            "kind": "meeting", "title": "Council of Foreign Ministers", "channel": "ordinary", "mode": mode, "parties": [],
            "items": [{"title": "An open item", "class": "open", "statuses": []}, {"title": "Another", "class": "open", "statuses": []}]}, "head@fi")
        assert status == 201, reply
        self.id = reply["seq"]
        for seat in ("head@fi", "head@al", "head@bi"):
            self.act("enter", {}, seat)
        self.act("call-item", {"item": 1})

    def act(self, what, body, seat="head@fi"):
        status, reply = self.c.act(f"room.{what}", f"room/{self.id}", body, seat)
        assert status == 201, (what, reply)

    def tokens(self, seat):
        status, data = self.c.request("POST", f"/api/v1/rooms/{self.id}/media", {}, seat)
        assert status == 200, (seat, status, data)
        return json.loads(data)

    def join(self, kind, seat, pc, of=""):
        t = self.tokens(seat)
        return media.join(self.c, f"/{kind}/{t['room']}{of}", t["me"]["token"], pc)


# media_test's join() asks with a method of its own Room.
def ask(self, method, path, token, body=None, headers=None):
    return self.request(method, path, body, headers={"Authorization": f"Bearer {token}", **(headers or {})})


async def received(pc):
    """Packets of sound and of pictures that came."""
    n = {"audio": 0, "video": 0}
    for t in pc.getTransceivers():
        for s in (await t.receiver.getStats()).values():
            if s.type == "inbound-rtp":
                n[s.kind] += s.packetsReceived
    return n


async def begins(pc, kind):
    """How long until packets of that kind come."""
    start, before = time.monotonic(), (await received(pc))[kind]
    while (await received(pc))[kind] < before + 5:
        assert time.monotonic() - start < 15, f"no {kind} came"
        await asyncio.sleep(0.01)
    return time.monotonic() - start


async def ends(pc, kind):
    """How long until no packet of that kind has come for half a second."""
    start = last = time.monotonic()
    n = (await received(pc))[kind]
    while time.monotonic() - last < 0.5:
        now = (await received(pc))[kind]
        if now != n:
            n, last = now, time.monotonic()
        assert time.monotonic() - start < 15, f"{kind} goes on"
        await asyncio.sleep(0.01)
    return last - start


def play(story, mode="floor"):
    with centre() as c:
        type(c).ask = ask
        r = Room(c, mode)
        asyncio.run(story(c, r))


def the_floor_decides_who_is_heard():
    async def story(c, r):
        pub, sub = media.publisher(), media.viewer()
        try:
            await r.join("whip", "head@al", pub)
            await r.join("whep", "head@bi", sub, "/demo-head-al")
            await begins(sub, "video")
            await asyncio.sleep(0)
            assert (await received(sub))["audio"] == 0, "heard without the floor"
            times = {}
            await asyncio.to_thread(r.act, "give-floor", {"person": "demo-head-al"})
            times["floor given"] = await begins(sub, "audio")
            await asyncio.to_thread(r.act, "mute", {"person": "demo-head-al", "muted": True})
            times["muted"] = await ends(sub, "audio")
            await begins(sub, "video")
            await asyncio.to_thread(r.act, "give-floor", {"person": "demo-head-bi"})
            await asyncio.to_thread(r.act, "give-floor", {"person": "demo-head-al"})
            times["floor again"] = await begins(sub, "audio")
            await asyncio.to_thread(r.act, "withdraw-floor", {})
            times["floor withdrawn"] = await ends(sub, "audio")
            await asyncio.to_thread(r.act, "set-mode", {"mode": "free"})
            times["free mode"] = await begins(sub, "audio")
            await asyncio.to_thread(r.act, "suspend", {})
            times["suspended"] = await ends(sub, "video")
            await asyncio.to_thread(r.act, "resume", {})
            times["resumed"] = await begins(sub, "audio")
            print("  seconds:", ", ".join(f"{k} {v:.2f}" for k, v in times.items()))
            assert all(v < WITHIN for v in times.values()), times
        finally:
            await asyncio.gather(pub.close(), sub.close())
    play(story)


def who_is_sent_out_neither_sends_nor_receives():
    async def story(c, r):
        pub, sub = media.publisher(), media.viewer()
        try:
            await r.join("whip", "head@al", pub)
            await r.join("whep", "head@bi", sub, "/demo-head-al")
            await begins(sub, "audio")
            await asyncio.to_thread(r.act, "remove", {"person": "demo-head-bi", "to": "lobby"})
            assert await ends(sub, "audio") < WITHIN and await ends(sub, "video") < WITHIN
            await asyncio.to_thread(r.act, "admit", {"person": "demo-head-bi"})
            assert await begins(sub, "audio") < WITHIN, "without joining again"
            token = r.tokens("head@al")["me"]["token"]
            await asyncio.to_thread(r.act, "remove", {"person": "demo-head-al", "to": "out"})
            assert await ends(sub, "audio") < WITHIN and await ends(sub, "video") < WITHIN
            # The old token opens nothing any more, nor does one of another room.
            pc = media.publisher()
            sdp = await media.offer_of(pc)
            assert c.ask("POST", f"/whip/room-{r.id}", token, sdp, media.SDP)[0] == 403
            assert c.ask("POST", f"/whip/room-{r.id + 1}", token, sdp, media.SDP)[0] == 403
            await pc.close()
            assert c.request("POST", f"/api/v1/rooms/{r.id}/media", {}, "head@al")[0] == 404
        finally:
            await asyncio.gather(pub.close(), sub.close())
    play(story, "free")


def a_suspended_status_is_silent_at_once():
    """Rights of the charter, not of the room: a member whose rights are suspended."""
    async def story(c, r):
        pub, sub = media.publisher(), media.viewer()
        positions = [{"party": p, "position": "consent"} for p in ("bi", "ce", "el", "fi", "ha")]
        try:
            await r.join("whip", "head@al", pub)
            await r.join("whep", "head@bi", sub, "/demo-head-al")
            await begins(sub, "audio")
            status, reply = await asyncio.to_thread(
                c.act, "status.suspend", "party/al",
                {"body": "heads", "from": "2020-05-15", "reason": "A test", "positions": positions})
            assert status == 201, reply
            assert await ends(sub, "audio") < WITHIN and await ends(sub, "video") < WITHIN
        finally:
            await asyncio.gather(pub.close(), sub.close())
    play(story, "free")


def texts_are_for_those_inside():
    with centre() as c:
        r = Room(c)
        path = f"/api/v1/rooms/{r.id}/text"
        stream = http.client.HTTPConnection("127.0.0.1", c.port, timeout=20)
        stream.request("GET", "/api/v1/events", headers={"Authorization": "Bearer seat:head@bi"})
        events = stream.getresponse()
        for n in range(3):
            status, reply = c.request("POST", path, {"text": f"Line {n} \u2713"}, "head@al")
            assert status == 201 and json.loads(reply)["number"] == n + 1, reply
        told = []
        while len(told) < 3:
            line = events.readline().decode()
            if line.startswith("event: text"):
                told.append(json.loads(events.readline().decode()[6:]))
        assert told == [{"room": r.id, "number": n} for n in (1, 2, 3)], told
        stream.close()
        texts = c.json(path, "head@bi")[1]["texts"]
        assert [t["text"] for t in texts] == ["Line 0 \u2713", "Line 1 \u2713", "Line 2 \u2713"] and texts[0]["party"] == "al"
        assert [t["number"] for t in c.json(path + "?after=2", "head@bi")[1]["texts"]] == [3]
        assert c.get(path, "head@ce")[0] == 404 and c.request("POST", path, {"text": "x"}, "head@ce")[0] == 404
        assert c.request("POST", path, {"text": ""}, "head@al")[0] == 400
        assert c.request("POST", path, {"text": "x" * 2001}, "head@al")[0] == 400
        r.act("remove", {"person": "demo-head-bi", "to": "lobby"})
        assert c.get(path, "head@bi")[0] == 404, "the lobby reads nothing"
        r.act("suspend", {})
        assert c.request("POST", path, {"text": "x"}, "head@al")[0] == 403 and c.get(path, "head@al")[0] == 403
        r.act("resume", {})
        # Bounded: the last five hundred are kept.
        for n in range(505):
            assert c.request("POST", path, {"text": str(n)}, "head@al")[0] == 201
        texts = c.json(path, "head@fi")[1]["texts"]
        assert len(texts) == 500 and texts[-1]["number"] == 508


if __name__ == "__main__":
    main(the_floor_decides_who_is_heard, who_is_sent_out_neither_sends_nor_receives, a_suspended_status_is_silent_at_once,
         texts_are_for_those_inside)
