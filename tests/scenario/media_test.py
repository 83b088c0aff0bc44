#!/usr/bin/env python3
"""Rooms of the media server over WHIP (RFC 9725) and WHEP, with a client nobody here wrote.

aiortc publishes and views: frames and sound that arrive are counted after decoding.
"""
import asyncio
import fractions
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import Centre, debian_python, free_port, main, run, until  # noqa: E402

debian_python("av", "aiortc")
import av  # noqa: E402
import aioice  # noqa: E402
import numpy  # noqa: E402
from aiortc import (MediaStreamTrack, RTCConfiguration, RTCPeerConnection,  # noqa: E402
                    RTCSessionDescription, VideoStreamTrack)

SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}


class Tone(MediaStreamTrack):
    """A tone of 440 Hz, 20 ms at a time."""
    kind = "audio"
    at = 0

    async def recv(self):
        await asyncio.sleep(0.02)
        t = (numpy.arange(960) + self.at) / 48000
        frame = av.AudioFrame.from_ndarray((8000 * numpy.sin(2764.6 * t)).astype("int16").reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, self.at, fractions.Fraction(1, 48000)
        self.at += 960
        return frame


class Room(Centre):
    def token(self, who, *what):
        return run("room", "token", "--data", self.data, "--room", "hall", "--as", who, *what).stdout.strip()

    def ask(self, method, path, token, body=None, headers=None):
        h = {"Authorization": f"Bearer {token}"} if token else {}
        return self.request(method, path, body, headers={**h, **(headers or {})})


def hall(folder):
    return Room(folder).start("--bench-room", "hall")


def in_hall(go):
    """The story, at a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        c = hall(folder)
        try:
            asyncio.run(go(c))
        finally:
            c.stop()


async def offer_of(pc):
    await pc.setLocalDescription(await pc.createOffer())
    return pc.localDescription.sdp


async def join(c, path, token, pc):
    """Post the offer, take the answer; the address of the session."""
    status, answer = await asyncio.to_thread(c.ask, "POST", path, token, await offer_of(pc), SDP)
    assert status == 201, (status, answer)
    location = c.headers["Location"]
    assert c.headers["Content-Type"] == "application/sdp" and c.headers["ETag"]
    await pc.setRemoteDescription(RTCSessionDescription(answer.decode(), "answer"))
    return location


def publisher():
    pc = RTCPeerConnection(RTCConfiguration([]))
    pc.addTrack(Tone())
    pc.addTrack(VideoStreamTrack())
    for t in pc.getTransceivers():
        t.direction = "sendonly"
    return pc


def viewer(pairs=1):
    pc = RTCPeerConnection(RTCConfiguration([]))
    for _ in range(pairs):
        pc.addTransceiver("audio", direction="recvonly")
        pc.addTransceiver("video", direction="recvonly")
    return pc


async def loud(track):
    """The energy of a second of what is heard, once anything is."""
    for _ in range(250):
        frame = await asyncio.wait_for(track.recv(), 20)
        energy = float(numpy.abs(frame.to_ndarray().astype("float")).mean())
        if energy > 500:
            return energy
    raise AssertionError("nothing was heard")


async def pictures(track, count):
    for _ in range(count):
        frame = await asyncio.wait_for(track.recv(), 20)
        assert frame.width and frame.height
    return frame.width


async def sees_and_hears(pc):
    tracks = {t.receiver.track.kind: t.receiver.track for t in pc.getTransceivers()}
    return await asyncio.gather(loud(tracks["audio"]), pictures(tracks["video"], 15))


def another_program_publishes_and_views():
    async def go(c):
        pub, sub, late = publisher(), viewer(), viewer()
        try:
            first = await join(c, "/whip/hall", c.token("ana", "--send"), pub)
            await join(c, "/whep/hall", c.token("ben", "--receive"), sub)
            energy, width = await sees_and_hears(sub)
            assert energy > 500 and width == 640, (energy, width)
            # One who comes later sees at once: a key frame is asked for.
            await join(c, "/whep/hall/ana", c.token("cy", "--receive"), late)
            await sees_and_hears(late)
            status, _ = await asyncio.to_thread(c.ask, "DELETE", first, c.token("ana", "--send"))
            assert status == 200
        finally:
            await asyncio.gather(pub.close(), sub.close(), late.close())

    in_hall(go)


class OnlyTcp(asyncio.DatagramProtocol):
    """Carries aioice's datagrams over one TCP connection in frames (RFC 4571), as a browser does where no datagram passes."""

    def __init__(self, port):
        self.udp, self.peer, self.port, self.task, self.frames = None, None, port, None, 0

    async def open(self):
        reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.udp, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self.task = asyncio.ensure_future(self.back(reader))
        return self.udp.get_extra_info("sockname")[1]

    def datagram_received(self, data, address):
        self.peer = address
        self.writer.write(len(data).to_bytes(2, "big") + data)

    async def back(self, reader):
        while True:
            size = int.from_bytes(await reader.readexactly(2), "big")
            data = await reader.readexactly(size)
            self.frames += 1
            if self.peer:
                self.udp.sendto(data, self.peer)

    def close(self):
        self.task.cancel()
        self.writer.close()
        self.udp.close()


async def join_by_tcp(c, path, token, pc, ways):
    """Of the answer's candidates only that of TCP is used."""
    status, answer = await asyncio.to_thread(c.ask, "POST", path, token, await offer_of(pc), SDP)
    assert status == 201, (status, answer)
    text = answer.decode()
    port = int(re.search(r"a=candidate:\S+ 1 tcp \d+ 127\.0\.0\.1 (\d+) typ host tcptype passive", text)[1])
    way = OnlyTcp(port)
    ways.append(way)
    near = await way.open()
    text = re.sub(r"a=candidate:\S+ 1 tcp .*\r\n", "", text)
    text, n = re.subn(r"(a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1) \d+", rf"\g<1> {near}", text)
    assert n
    await pc.setRemoteDescription(RTCSessionDescription(text, "answer"))


def where_no_datagram_passes_tcp_carries():
    async def go(c):
        pub, sub, ways = publisher(), viewer(), []
        try:
            await join_by_tcp(c, "/whip/hall", c.token("ana", "--send"), pub, ways)
            await join_by_tcp(c, "/whep/hall", c.token("ben", "--receive"), sub, ways)
            energy, width = await sees_and_hears(sub)
            assert energy > 500 and width == 640, (energy, width)
            assert ways[1].frames >= 20, [w.frames for w in ways]
        finally:
            await asyncio.gather(pub.close(), sub.close())
            for w in ways:
                w.close()

    in_hall(go)


def by_ipv6_alone():
    """The server is reached at ::1 only; a client in a bare loopback sends and sees by it."""
    async def go(c):
        pub, sub = publisher(), viewer()
        try:
            await join(c, "/whip/hall", c.token("ana", "--send"), pub)
            await join(c, "/whep/hall", c.token("ben", "--receive"), sub)
            await sees_and_hears(sub)
            addresses = {line.split()[4] for line in sub.remoteDescription.sdp.splitlines() if line.startswith("a=candidate:")}
            assert addresses == {"::1"}, addresses
        finally:
            await asyncio.gather(pub.close(), sub.close())

    # aioice leaves ::1 out of its candidates: here it is the only one.
    listed = aioice.ice.get_host_addresses
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["::1"]
    with tempfile.TemporaryDirectory() as folder:
        c = Room(folder).start("--bench-room", "hall", "--media-listen", "[::1]:0")
        try:
            asyncio.run(go(c))
        finally:
            c.stop()
            aioice.ice.get_host_addresses = listed


def the_right_words_for_what_is_wrong():
    async def go(c):
        pc, back = publisher(), viewer()
        sdp, receiving = await offer_of(pc), await offer_of(back)
        send, receive = c.token("ana", "--send"), c.token("ana", "--receive")

        def status(method, path, token, body=None, headers=None):
            return c.ask(method, path, token, body, headers)[0]

        assert status("POST", "/whip/hall", None, sdp, SDP) == 401
        assert c.headers["WWW-Authenticate"].startswith("Bearer"), "RFC 6750 3"
        assert status("POST", "/whip/hall", send + "0", sdp, SDP) == 401
        assert status("POST", "/whip/hall", send.replace(".ana.", ".bob."), sdp, SDP) == 401
        assert status("POST", "/whip/yard", send, sdp, SDP) == 403
        assert status("POST", "/whip/hall", receive, sdp, SDP) == 403
        assert status("POST", "/whep/hall", send, receiving, SDP) == 403
        assert status("POST", "/whip/hall/ben", send, sdp, SDP) == 403
        assert status("POST", "/whip/hall", send, sdp) == 415
        assert status("POST", "/whip/hall", send, "v=1\r\n", SDP) == 400
        assert status("POST", "/whip/hall", send, "", SDP) == 400
        assert status("POST", "/whip/hall", send, "a" * 300000, SDP) == 413
        assert status("POST", "/whip/hall", send, receiving, SDP) == 406
        assert status("POST", "/whep/hall/nobody", receive, receiving, SDP) == 404
        assert status("GET", "/whip/hall", send) == 405
        expired = run("room", "token", "--data", c.data, "--room", "hall", "--as", "ana", "--send", "--ttl", "1").stdout.strip()
        until("the token expires", lambda: status("POST", "/whip/hall", expired, sdp, SDP) == 401)
        # Candidates in pieces, a restart, the end.
        assert status("POST", "/whip/hall", send, sdp, SDP) == 201
        where, tag = c.headers["Location"], c.headers["ETag"]
        assert re.fullmatch(r"/whip/hall/ana/[0-9a-f]{32}", where)
        piece = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
        # RFC 9725 4.3.1: 428 (RFC 6585) where no state is named, 412 where another is; "*" in quotes is a tag like any.
        assert status("PATCH", where, send, piece, FRAGMENT) == 428
        assert status("PATCH", where, send, piece, {**FRAGMENT, "If-Match": '"*"'}) == 412
        assert status("PATCH", where, send, piece, {**FRAGMENT, "If-Match": '"other"'}) == 412
        assert status("PATCH", where, send, piece, {**FRAGMENT, "If-Match": tag}) == 204
        assert status("PATCH", where, send, piece, {"If-Match": tag}) == 415
        code, answer = c.ask("PATCH", where, send, piece, {**FRAGMENT, "If-Match": "*"})
        assert code == 200 and b"a=ice-ufrag:" in answer and c.headers["ETag"] != tag
        # How large a viewer's pictures are shown.
        json = {"Content-Type": "application/json"}
        assert status("POST", "/whep/hall", receive, receiving, SDP) == 201
        view, mid = c.headers["Location"], re.findall(r"m=video.*?a=mid:(\S+)", receiving, re.S)[0]
        assert "application/json" in c.headers["Accept-Patch"]
        for code, body in ((204, f'{{"tiles": [{{"mid": "{mid}", "height": 360}}]}}'), (204, '{"tiles": [{"height": 0}]}'), (404, '{"tiles": [{"mid": "none", "height": 360}]}'),
                           (400, '{"tiles": []}'), (400, '{"tiles": [{"height": 70000}]}'), (400, '{"tiles": [{"mid": "0 1", "height": 9}]}'),
                           (400, '{"tiles": [{"height": 1}], "tiles": [{"height": 2}]}'), (400, "no")):
            assert status("PATCH", view, receive, body, json) == code, (code, body, c.headers)
        assert status("PATCH", view, None, '{"tiles": [{"height": 0}]}', json) == 401
        assert status("PATCH", view[:-4] + "0000", receive, '{"tiles": [{"height": 0}]}', json) == 404
        assert status("DELETE", where.replace("whip/hall/ana/", "whip/hall/ana/0"), send) == 404
        assert status("DELETE", where, send) == 200
        assert status("DELETE", where, send) == 404
        await asyncio.gather(pc.close(), back.close())

    in_hall(go)


def a_full_server_says_when_to_come_again():
    """1024 tracks are its most: who comes then is told to come again (RFC 9725 4.4), and not that a disk is full."""
    async def go(c):
        pc = RTCPeerConnection()
        for _ in range(8):
            pc.addTransceiver("audio", direction="sendonly")
        sdp, send = await offer_of(pc), c.token("ana", "--send")
        first = None
        for _ in range(128):
            assert c.ask("POST", "/whip/hall", send, sdp, SDP)[0] == 201
            first = first or c.headers["Location"]
        assert c.ask("POST", "/whip/hall", send, sdp, SDP)[0] == 503 and int(c.headers["Retry-After"]) >= 1
        assert c.ask("DELETE", first, send)[0] == 200
        assert c.ask("POST", "/whip/hall", send, sdp, SDP)[0] == 201
        await pc.close()

    in_hall(go)


def names_that_are_paths_or_headers_lead_nowhere():
    """Rooms, participants and sessions are names of an address, whatever they look like."""
    async def go(c):
        pc = publisher()
        sdp = await offer_of(pc)
        send = c.token("ana", "--send")
        wild = c.token("*", "--send", "--receive")
        names = ["..", ".", "%2e%2e", "..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "..%5c..", "hall%2f..%2fyard", "%00", "hall%00", "a%0d%0aSet-Cookie:%20x=1",
                 "a%0aX-Evil:%20y", "%e2%80%ae", "%ff%fe", "%7f", "-", "a" * 5000, "%25%32%65", "hall;x", "hall?room=yard", "con", "*"]
        for name in names:
            for path in (f"/whip/{name}", f"/whip/hall/{name}", f"/whip/hall/ana/{name}", f"/whep/{name}", f"/whep/hall/{name}", f"/whip/hall?as={name}"):
                for method in ("POST", "DELETE", "PATCH"):
                    status, body = c.ask(method, path, send, sdp, SDP)
                    assert status in (400, 401, 403, 404, 405, 412, 414, 415) or (status == 201 and path.startswith("/whip/hall?")), (method, path, status)
                    assert not {"Set-Cookie", "X-Evil"} & set(c.headers) and b"root:" not in body, (path, c.headers)
        # A token for anybody takes no name that is none; what is answered has that name in no header.
        for name in names:
            status, _ = c.ask("POST", f"/whip/hall?as={name}", wild, sdp, SDP)
            assert status in (400, 403, 414, 201), (name, status)
            assert not {"Set-Cookie", "X-Evil"} & set(c.headers), c.headers
            if status == 201:
                assert re.fullmatch(r"/whip/hall/(?!\.+/)[a-z0-9._-]+/[0-9a-f]{32}", c.headers["Location"]), c.headers["Location"]
        # The session of another is not ended, moved or resized by one's own token.
        assert c.ask("POST", "/whip/hall", c.token("ben", "--send"), sdp, SDP)[0] == 201
        where = c.headers["Location"]
        for method, body, headers in (("DELETE", None, None), ("PATCH", "a=ice-ufrag:abcd\r\n", {**FRAGMENT, "If-Match": "*"}),
                                      ("PATCH", '{"tiles": [{"height": 0}]}', {"Content-Type": "application/json"})):
            assert c.ask(method, where, send, body, headers)[0] == 403, method
        assert c.ask("DELETE", where, c.token("ben", "--send"))[0] == 200
        await pc.close()

    in_hall(go)


def a_media_process_that_dies_is_started_anew_and_a_desk_finds_it():
    async def go(c):
        send = c.token("ana", "--send")
        for role in ("media", "desk"):
            old = c.role(role)
            os.kill(old, 9)
            until(f"another {role}", lambda: c.role(role) not in (None, old))
            pc = publisher()
            sdp = await offer_of(pc)

            def joined():
                try:
                    return c.ask("POST", "/whip/hall", send, sdp, SDP)[0] == 201
                except OSError:
                    return False
            until("a join", joined)
            await pc.close()

    in_hall(go)


def a_relay_takes_the_credentials_that_the_answer_names():
    """coturn with use-auth-secret; aioice allocates at it, with our words and with others."""
    if not shutil.which("turnserver"):
        return "coturn is not installed"

    async def allocate(port, name, word):
        transport, _ = await aioice.turn.create_turn_endpoint(asyncio.DatagramProtocol, server_addr=("127.0.0.1", port), username=name, password=word)
        transport.close()

    async def go(c, port):
        pc = publisher()
        await join(c, "/whip/hall", c.token("ana", "--send"), pc)
        link = c.headers["Link"]
        said = re.fullmatch(r'<turn:127\.0\.0\.1:(\d+)\?transport=udp>; rel="ice-server"; username="(\d+:ana)"; credential="([^"]+)"; credential-type="password"', link)
        assert said and int(said[1]) == port, link

        async def taken():
            try:
                await asyncio.wait_for(allocate(port, said[2], said[3]), 2)
                return True
            except (OSError, asyncio.TimeoutError):
                return False
        for _ in range(20):
            if await taken():
                break
        else:
            raise AssertionError("the relay never took the credentials")
        try:
            await asyncio.wait_for(allocate(port, said[2], "another"), 5)
            raise AssertionError("the relay took another password")
        except aioice.stun.TransactionFailed:
            pass
        await pc.close()

    with tempfile.TemporaryDirectory() as folder:
        port, secret = free_port(), pathlib.Path(folder) / "secret"
        secret.write_text("shared with the relay\n")
        relay = subprocess.Popen(["turnserver", "-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}", "--use-auth-secret",
                                  "--static-auth-secret=shared with the relay", "--realm=comity", "--no-tls", "--no-dtls", "--no-cli", "--no-tcp", f"--pidfile={folder}/pid",
                                  "--log-file=stdout", f"--userdb={folder}/db"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        c = Room(folder).start("--bench-room", "hall", "--turn", f"turn:127.0.0.1:{port}?transport=udp", "--turn-secret", secret)
        try:
            asyncio.run(go(c, port))
        finally:
            c.stop()
            relay.terminate()
            relay.wait()


if __name__ == "__main__":
    main(a_relay_takes_the_credentials_that_the_answer_names, another_program_publishes_and_views, where_no_datagram_passes_tcp_carries,
         by_ipv6_alone, the_right_words_for_what_is_wrong, a_full_server_says_when_to_come_again, names_that_are_paths_or_headers_lead_nowhere,
         a_media_process_that_dies_is_started_anew_and_a_desk_finds_it)
