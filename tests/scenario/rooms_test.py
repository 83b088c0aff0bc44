#!/usr/bin/env python3
"""Rooms of the charter at the media server: packets arrive or do not as the register says, within a second; the text channel."""
import asyncio
import contextlib
import http.client
import importlib.util
import json
import os
import pathlib
import signal
import sqlite3
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
from comity import UNION, Centre, centre, ended, folder, main, run, until  # noqa: E402

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


async def meet(r, pub, sub, kind):
    """The head of Alderland sends, and what is of that kind reaches the head of Birkmark."""
    await r.join("whip", "head@al", pub)
    await r.join("whep", "head@bi", sub, "/demo-head-al")
    await begins(sub, kind)


def the_floor_decides_who_is_heard():
    async def story(c, r):
        pub, sub = media.publisher(), media.viewer()
        try:
            await meet(r, pub, sub, "video")
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


def screens_that_are_shown_are_told_to_who_comes_later():
    async def story(c, r):
        shown = lambda: r.tokens("head@bi")["screens"]
        other = Room(c, "free")
        pub = media.RTCPeerConnection(media.RTCConfiguration([]))
        try:
            assert shown() == []
            t = r.tokens("head@al")
            pub.addTrack(media.VideoStreamTrack())
            where = await media.join(c, f"/whip/{t['room']}", t["screen"]["token"], pub)
            await asyncio.to_thread(until, "a screen", lambda: shown() == ["screen-demo-head-al"])
            assert other.tokens("head@bi")["screens"] == [], "of that room alone"
            assert c.ask("DELETE", where, t["screen"]["token"])[0] == 200
            await asyncio.to_thread(until, "no screen", lambda: shown() == [])
        finally:
            await pub.close()
    play(story, "free")


def who_is_sent_out_neither_sends_nor_receives():
    async def story(c, r):
        pub, sub = media.publisher(), media.viewer()
        try:
            await meet(r, pub, sub, "audio")
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


def who_was_sent_out_while_a_desk_died_is_silent_as_well():
    """A desk that dies right after it has recorded a removal has told the media nothing of it: the next one does."""
    async def story(c, r):
        pub, sub = media.publisher(), media.viewer()
        try:
            await meet(r, pub, sub, "audio")
            desk = c.role("desk")
            os.kill(c.process.pid, signal.SIGSTOP)
            os.kill(desk, 9)
            until("the desk ends", lambda: ended(desk))
            with contextlib.closing(sqlite3.connect(c.data / "db/comity.sqlite3", timeout=20)) as db, db:
                assert db.execute("UPDATE confer_place SET place = 'lobby' WHERE person = 'demo-head-al'").rowcount == 1
            await begins(sub, "audio")
            os.kill(c.process.pid, signal.SIGCONT)
            await ends(sub, "audio")
            await ends(sub, "video")
            await asyncio.to_thread(until, "the desk answers", lambda: alive(c))
            await asyncio.to_thread(r.act, "admit", {"person": "demo-head-al"})
            assert await begins(sub, "audio") < WITHIN, "without joining again"
        finally:
            os.kill(c.process.pid, signal.SIGCONT)
            await asyncio.gather(pub.close(), sub.close())
    play(story, "free")


def alive(c):
    with contextlib.suppress(OSError):
        return c.get("/healthz")[0] == 200
    return False


def a_suspended_status_is_silent_at_once():
    """Rights of the charter, not of the room: a member whose rights are suspended."""
    async def story(c, r):
        pub, sub = media.publisher(), media.viewer()
        positions = [{"party": p, "position": "consent"} for p in ("bi", "ce", "el", "fi", "ha")]
        try:
            await meet(r, pub, sub, "audio")
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


def guests_are_let_in_advise_and_are_cut_off():
    """Lobby, an adviser's floor, an item closed to guests: what a partner sends and receives follows at once."""
    async def story(c, r):
        pub, sub = media.publisher(), media.viewer()
        try:
            r.act("enter", {}, "head@ni")
            assert c.request("POST", f"/api/v1/rooms/{r.id}/media", {}, "head@ni")[0] == 404, "the lobby has no media"
            r.act("admit", {"person": "demo-head-ni"})
            await r.join("whip", "head@ni", pub)
            await r.join("whep", "head@bi", sub)
            await begins(sub, "video")
            assert (await received(sub))["audio"] == 0, "heard without the floor"
            times = {}
            await asyncio.to_thread(r.act, "raise-hand", {"hand": "hand"}, "head@ni")
            await asyncio.to_thread(r.act, "give-floor", {"person": "demo-head-ni"})
            times["an adviser's floor"] = await begins(sub, "audio")
            said = c.view("interventions", "head@al", id=r.id)[-1]
            assert said["party"] == "ni" and said["advisory"] is True and said["kind"] == "floor", said
            await asyncio.to_thread(r.act, "close-to-guests", {"item": 1, "closed": True})
            times["closed to guests"] = await ends(sub, "audio")
            await ends(sub, "video")
            assert c.view("room", "head@ni", id=r.id)[0]["place"] == "lobby"
            assert [p["until"] is not None for p in c.view("presence", "head@al", id=r.id) if p["party"] == "ni"] == [True]
            print("  seconds:", ", ".join(f"{k} {v:.2f}" for k, v in times.items()))
            assert all(v < WITHIN for v in times.values()), times
        finally:
            await asyncio.gather(pub.close(), sub.close())
    play_partner(story)


def play_partner(story):
    """The same room, with Nivaria a partner: by the acts of its application (scenarios/S5.jsonl)."""
    with folder() as path:
        c = Centre(path, clock="2021-01-19T09:00:00Z")
        lines = (HERE.parent.parent / "scenarios/S5.jsonl").read_text().splitlines()
        until_room = lines[:next(n for n, line in enumerate(lines) if '"room.open"' in line)]
        script = pathlib.Path(path) / "scenarios/partner.jsonl"
        script.parent.mkdir()
        (pathlib.Path(path) / "charters").symlink_to(UNION.parent)
        script.write_text("\n".join(line for line in until_room if '"view"' not in line) + "\n")
        run("play", "--quiet", "--data", c.data, script)
        c.clock = "2021-06-15T08:00:00Z"
        try:
            c.start()
            type(c).ask = ask
            asyncio.run(story(c, Room(c)))
        finally:
            c.stop()


def two_rooms_at_the_same_hour_share_nothing():
    async def story(c, r):
        status, reply = c.act("room.open", "body/crc", {"kind": "desk", "title": "Interview", "channel": "ordinary", "mode": "free",
                                                        "parties": ["ol"], "items": []}, "duty-officer")
        assert status == 201, reply
        other = Room.__new__(Room)
        other.c, other.id = c, reply["seq"]
        for seat in ("duty-officer", "head@ol"):
            other.act("enter", {}, seat)
        other.act("admit", {"person": "demo-head-ol"}, "duty-officer")
        council, desk, in_council, in_desk = media.publisher(), media.publisher(), media.viewer(4), media.viewer(4)
        try:
            await r.join("whip", "head@al", council)
            await other.join("whip", "duty-officer", desk)
            await r.join("whep", "head@bi", in_council)
            await other.join("whep", "head@ol", in_desk)
            await begins(in_council, "audio")
            await begins(in_desk, "audio")
            # One publisher in each: one sound and one picture arrive, not two.
            for pc in (in_council, in_desk):
                busy = [t.kind for t in pc.getTransceivers() for s in (await t.receiver.getStats()).values() if s.type == "inbound-rtp" and s.packetsReceived]
                assert sorted(busy) == ["audio", "video"], busy
            # Neither knows of the other: no view, no token, no join with the token of one's own.
            sdp = await media.offer_of(media.viewer())
            mine = other.tokens("head@ol")["me"]["token"]
            assert c.get(f"/api/v1/views/room?id={r.id}", "head@ol")[0] == 404 and c.get(f"/api/v1/views/room?id={other.id}", "head@bi")[0] == 404
            assert c.request("POST", f"/api/v1/rooms/{r.id}/media", {}, "head@ol")[0] == 404
            for path in (f"/whep/room-{r.id}", f"/whep/room-{r.id}/demo-head-al", f"/whip/room-{r.id}"):
                assert c.ask("POST", path, mine, sdp, media.SDP)[0] == 403, path
            assert c.ask("POST", f"/whep/room-{other.id}/demo-head-al", mine, sdp, media.SDP)[0] == 404
        finally:
            await asyncio.gather(council.close(), desk.close(), in_council.close(), in_desk.close())
    play(story, "free")


class Talk(Room):
    """The room of a consultation of two heads, who are in it."""

    def __init__(self, c):
        self.c = c
        sg = "secretary-general"
        status, reply = c.act("consultation.call", "consultation", {
            "title": "Wards fill", "mode": "actual", "form": "video", "channel": "ordinary", "begins": "2020-05-15T14:30:00Z", "out_of_schedule": True,
            "made_for": "The two concerned", "seats": [{"party": "al", "title": "Head"}, {"party": "bi", "title": "Head"}]}, sg)
        assert status == 201, reply
        self.talk = reply["seq"]
        assert c.act("consultation.open", f"consultation/{self.talk}", {}, sg)[0] == 201
        status, reply = c.act("room.open", "body/heads", {"kind": "consultation", "title": "Wards fill", "channel": "ordinary", "mode": "free",
                                                        "parties": ["al", "bi"], "items": [], "consultation": self.talk}, sg)
        assert status == 201, reply
        self.id = reply["seq"]
        for seat in (sg, "head@al", "head@bi"):
            self.act("enter", {}, seat)

    def parties(self):
        return {p["party"]: p for p in self.c.view("consultation-parties", "head@al", id=self.talk)}

    def note(self, **more):
        """Put down by who called it, agreed by both."""
        status, reply = self.c.act("consultation.note", f"consultation/{self.talk}", {"outcome": "agreed", "text": "They help each other.", "actions": [], **more},
                                   "secretary-general")
        assert status == 201, reply
        for seat in ("head@al", "head@bi"):
            assert self.c.act("consultation.settle", f"consultation/{self.talk}", {"version": 1, "answer": "agree"}, seat)[0] == 201
        [row] = [r for r in self.c.view("consultations", "head@al") if r["id"] == self.talk]
        return row


def a_room_that_fails_in_mid_consultation_loses_no_presence():
    async def story(c, r):
        pub, sub = media.publisher(), media.viewer()
        again = [media.publisher(), media.viewer()]
        try:
            await meet(r, pub, sub, "video")
            before = r.parties()
            old = c.role("media")
            os.kill(old, 9)
            until("another serves the media", lambda: c.role("media") not in (None, old))
            # The desk takes it up in a moment of its own, and says so until then.
            probe = media.viewer()
            sdp, t = await media.offer_of(probe), r.tokens("head@bi")
            until("the desk finds it", lambda: c.ask("POST", f"/whep/{t['room']}", t["me"]["token"], sdp, media.SDP)[0] != 503)
            again.append(probe)
            # The same two, over new connections; nobody had to be let in again.
            await r.join("whip", "head@al", again[0])
            await r.join("whep", "head@bi", again[1], "/demo-head-al")
            await begins(again[1], "video")
            await begins(again[1], "audio")
            assert r.parties() == before and all(p["present"] for p in before.values()), "the failure is no leaving"
        finally:
            await asyncio.gather(*(pc.close() for pc in (pub, sub, *again)))
        row = r.note()
        assert row["state"] == "agreed" and row["form"] == "video" and row["present"] == 2, row
    with centre() as c:
        type(c).ask = ask
        asyncio.run(story(c, Talk(c)))


def a_consultation_whose_room_is_lost_ends_by_telephone():
    with centre() as c:
        r = Talk(c)
        os.kill(c.role("desk"), 9)
        until("the server answers", c.alive)
        r.act("close", {}, "secretary-general")
        assert c.act("room.enter", f"room/{r.id}", {}, "head@bi")[0] == 409
        row = r.note(form="telephone")
        assert row["state"] == "agreed" and row["form"] == "telephone" and row["present"] == 2, row
        assert {p["party"] for p in r.parties().values() if p["present"]} == {"al", "bi"}
        c.stop()
        run("replay", "--data", c.data)


def without_keys(path):
    """The Union's charter with a secure channel that is for open matters alone, and needs no keys for them."""
    text = UNION.read_text()
    line = next(one for one in text.splitlines() if "{id: secure," in one)
    changed = pathlib.Path(path) / "charter.yaml"
    changed.write_text(text.replace(line, line.replace("e2ee: required", "e2ee: optional").replace("ceiling: high", "ceiling: open")))
    return changed


DEVICE = "00" * 31 + "d1"


def a_secure_room_takes_admitted_devices_alone_and_no_guests():
    """Where keys are not demanded the secure channel opens; a device is as good as its officer says, at every instant."""
    async def story(c):
        status, reply = c.act("room.open", "body/ministers", {"kind": "meeting", "title": "Among members", "channel": "secure", "mode": "free", "parties": [],
                                                              "items": [{"title": "An open paper", "class": "open", "statuses": []}]}, "head@fi")
        assert status == 201, reply
        r = Room.__new__(Room)
        r.c, r.id = c, reply["seq"]
        room = c.view("room", "head@fi", id=r.id)[0]
        assert room["guests"] is False and room["recording"] is False, room
        for body in ({}, {"device": DEVICE}):
            status, reply = c.act("room.enter", f"room/{r.id}", body, "head@al")
            assert status == 409 and reply["code"] == "not-authorised" and reply["rule"] == "channels/secure/guests", reply
        assert c.act("room.enter", f"room/{r.id}", {}, "head@ol")[0] in (404, 409)
        assert c.view("rooms", "head@ol") == []
        for party in ("al", "bi", "fi"):
            status, reply = c.act("device.admit", f"party/{party}", {"person": f"demo-head-{party}", "device": DEVICE}, f"officer@{party}")
            assert status == 201, reply
            r.act("enter", {"device": DEVICE}, f"head@{party}")
        r.act("call-item", {"item": 1})
        pub, sub = media.publisher(), media.viewer()
        try:
            await meet(r, pub, sub, "audio")
            status, reply = await asyncio.to_thread(c.act, "device.withdraw", "party/al", {"device": DEVICE}, "officer@al")
            assert status == 201, reply
            assert await ends(sub, "audio") < WITHIN and await ends(sub, "video") < WITHIN, "a withdrawn device is heard"
            assert c.view("room", "head@al", id=r.id)[0]["receive"] is False
            status, reply = await asyncio.to_thread(c.act, "device.admit", "party/al", {"person": "demo-head-al", "device": DEVICE}, "officer@al")
            assert status == 201, reply
            assert await begins(sub, "audio") < WITHIN
        finally:
            await asyncio.gather(pub.close(), sub.close())

    with folder() as path:
        c = Centre(path, charter=without_keys(path)).start()
        try:
            type(c).ask = ask
            asyncio.run(story(c))
        finally:
            c.stop()


def a_channel_that_demands_keys_names_the_rule():
    with centre() as c:
        for body in ("ministers", "medical-heads"):
            seat = "head@fi" if body == "ministers" else "secretary-general"
            kind = "meeting" if body == "ministers" else "consultation"
            status, reply = c.act("room.open", f"body/{body}", {"kind": kind, "title": "Secret", "channel": "secure", "mode": "free", "parties": [], "items": []}, seat)
            assert status == 409 and reply["code"] == "keys-missing" and reply["rule"] == "channels/secure/e2ee", reply


def nobody_acts_or_writes_as_another():
    """Who acted, wrote or sends is the session's; a message that names somebody else is refused or changes nothing."""
    with centre() as c:
        r = Room(c)
        forged = {"person": "demo-head-fi", "party": "fi", "office": "head-of-delegation", "seat": "head@fi", "as": "head@fi", "by": "demo-head-fi"}
        schema = (HERE.parent.parent / "schema/confer.schema").read_text()
        kinds = {}
        for line in schema.splitlines():
            if line.startswith(("act ", "view ", "group ")):
                kind = line.split()[1] if line.startswith("act ") else None
                if kind:
                    kinds[kind] = set()
            elif line.startswith("  ") and kind and not line.strip().startswith("@"):
                kinds[kind].add(line.split()[0])
        assert len(kinds) > 20 and kinds["room.give-floor"] == {"person"}, kinds
        bodies = {"room.open": {"kind": "meeting", "title": "A room", "channel": "ordinary", "mode": "free", "parties": [], "items": []},
                  "room.add-item": {"title": "An item", "class": "open", "statuses": []}, "room.class-item": {"item": 1, "class": "open"},
                  "room.call-item": {"item": 1}, "room.close-to-guests": {"item": 1, "closed": True}, "room.admit": {"person": "demo-head-bi"},
                  "room.remove": {"person": "demo-head-bi", "to": "out"}, "room.raise-hand": {"hand": "hand"}, "room.give-floor": {"person": "demo-head-bi"},
                  "room.mute": {"person": "demo-head-bi", "muted": True}, "room.set-mode": {"mode": "free"},
                  "device.admit": {"person": "demo-head-al", "device": DEVICE}, "device.withdraw": {"device": DEVICE}}
        def subject(kind):
            return "body/ministers" if kind == "room.open" else "party/al" if kind.startswith("device.") else f"room/{r.id}"

        for kind, fields in sorted(kinds.items()):
            for field, value in forged.items():
                if field in fields:
                    continue
                status, reply = c.act(kind, subject(kind), {**bodies.get(kind, {}), field: value}, "head@al")
                assert status == 400 and field in json.dumps(reply), (kind, field, status, reply)
                status, data = c.request("POST", "/api/v1/acts", {"id": f"forged-{kind}-{field}", "kind": kind, "subject": subject(kind),
                                                                  "body": bodies.get(kind, {}), field: value}, "head@al")
                assert status == 400, (kind, field, status, data)
        # Written and told outside of acts: the author is who asks.
        for field, value in forged.items():
            status, data = c.request("POST", f"/api/v1/rooms/{r.id}/text", {"text": f"as {field}", field: value}, "head@al")
            assert status in (201, 400), data
            assert c.request("POST", f"/api/v1/rooms/{r.id}/caption", {"text": "x", field: value}, "head@al")[0] in (400, 403)
            status, data = c.request("POST", f"/api/v1/rooms/{r.id}/media", {field: value}, "head@al")
            assert status == 400 or json.loads(data)["me"]["participant"] == "demo-head-al", data
        texts = c.json(f"/api/v1/rooms/{r.id}/text", "head@bi")[1]["texts"]
        assert all((t["person"], t["party"]) == ("demo-head-al", "al") for t in texts), texts
        # The same key twice is no message, whichever of the two a reader would take.
        for path, body in ((f"rooms/{r.id}/text", '{"text": "a", "text": "b"}'), (f"rooms/{r.id}/caption", '{"text": "a", "text": "b"}'),
                           ("acts", '{"id": "twice-1", "kind": "room.leave", "kind": "room.close", "subject": "room/%d", "body": {}}' % r.id),
                           ("acts", '{"id": "twice-2", "kind": "room.mute", "subject": "room/%d", "body": {"person": "demo-head-bi", "muted": true, "muted": false}}' % r.id)):
            status, data = c.request("POST", f"/api/v1/{path}", body, "head@fi", {"Content-Type": "application/json"})
            assert status == 400, (path, status, data)
        room = c.view("room", "head@fi", id=r.id)[0]
        assert room["hands"] == [] and not any(p["floor"] or p["muted"] for p in room["people"]) and room["state"] == "open", room


def captions_are_shown_to_those_inside_and_kept_nowhere():
    with centre() as c:
        r = Room(c)
        path = f"/api/v1/rooms/{r.id}/caption"
        stream = http.client.HTTPConnection("127.0.0.1", c.port, timeout=20)
        stream.request("GET", "/api/v1/events", headers={"Authorization": "Bearer seat:head@bi"})
        events = stream.getresponse()
        words = 'She said: \u201cno\u201d\nevent: act\r\n "and" left \u2713'
        assert c.request("POST", path, {"text": words}, "head@fi")[0] == 204
        while not events.readline().startswith(b"event: caption"):
            pass
        assert json.loads(events.readline()[6:]) == {"room": r.id, "text": words}
        stream.close()
        assert c.request("POST", path, {"text": "x"}, "head@al")[0] == 403, "who does not serve the room writes none"
        assert c.request("POST", path, {"text": "x"}, "head@ce")[0] == 404
        assert c.request("POST", path, {"text": ""}, "head@fi")[0] == 400
        assert c.request("POST", path, {"text": "x" * 301}, "head@fi")[0] == 400
        r.act("suspend", {})
        assert c.request("POST", path, {"text": "x"}, "head@fi")[0] == 403
        assert b"She said" not in b"".join(p.read_bytes() for p in c.data.rglob("*") if p.is_file())


def the_way_to_the_media_is_tried_before_a_meeting():
    async def story(c, r):
        pc = media.viewer()
        status, data = c.request("POST", "/api/v1/rooms/check/media", {}, "head@ol")
        assert status == 200 and json.loads(data)["room"] == "check" and json.loads(data)["ice"] == [], data
        token = json.loads(data)["me"]["token"]
        await media.join(c, "/whep/check", token, pc)
        for _ in range(500):
            if pc.connectionState == "connected":
                break
            await asyncio.sleep(0.02)
        assert pc.connectionState == "connected"
        sdp = await media.offer_of(media.publisher())
        assert c.ask("POST", "/whip/check", token, sdp, media.SDP)[0] == 403, "nobody sends there"
        assert c.ask("POST", f"/whep/room-{r.id}", token, sdp, media.SDP)[0] == 403
        assert c.request("POST", "/api/v1/rooms/check/media", {})[0] == 401
        await pc.close()
    play(story)


if __name__ == "__main__":
    main(the_floor_decides_who_is_heard, screens_that_are_shown_are_told_to_who_comes_later, who_is_sent_out_neither_sends_nor_receives,
         who_was_sent_out_while_a_desk_died_is_silent_as_well, a_suspended_status_is_silent_at_once,
         guests_are_let_in_advise_and_are_cut_off, two_rooms_at_the_same_hour_share_nothing,
         a_secure_room_takes_admitted_devices_alone_and_no_guests, a_channel_that_demands_keys_names_the_rule,
         texts_are_for_those_inside, nobody_acts_or_writes_as_another, captions_are_shown_to_those_inside_and_kept_nowhere, the_way_to_the_media_is_tried_before_a_meeting,
         a_room_that_fails_in_mid_consultation_loses_no_presence, a_consultation_whose_room_is_lost_ends_by_telephone)
