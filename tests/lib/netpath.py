#!/usr/bin/env python3
"""A path with loss, delay and a narrow end: a network namespace behind a relay of TUN devices.

    netpath.py NAME         (as root) makes the namespace NAME and says "ready NEAR FAR", the
                            addresses of this side and of that one; or "skip: why"

Each line of the input is a JSON object that changes what it names:

    loss      share of the packets dropped, each way, 0 to 1
    delay_ms  of every packet, each way
    down_bps  what passes to the namespace; 0: all.  Up to QUEUE_MS wait, the rest is dropped
    up        false: nothing passes at all
    udp       false: no datagram passes, as in networks that let TCP alone out
    move      true: the namespace has another address from now on (a change of network)

Each is answered by a line, once it holds.  At the end of the input the namespace goes.  Drops
are drawn with a seed, so that a run can be repeated.
"""
import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
QUEUE_MS = 300
UDP = 17  # the protocol, in the tenth byte of an IPv4 header


def tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def ip(*args, namespace=None):
    inside = ["ip", "netns", "exec", namespace] if namespace else []
    subprocess.run([*inside, "ip", *args], check=True, capture_output=True, text=True)


def within(namespace, what):
    """Do it in that namespace, and come back."""
    libc = ctypes.CDLL(None, use_errno=True)
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if libc.setns(there, 0):
            raise OSError(ctypes.get_errno(), "setns")
        return what()
    finally:
        libc.setns(here, 0)
        os.close(here)
        os.close(there)


class Path:
    def __init__(self, name):
        self.name = name
        self.net = f"10.{66 + os.getpid() % 100}.{os.getpid() // 100 % 250}"
        self.host = 2
        self.near_name = f"n{name}"[:15]
        self.loss, self.delay_ms, self.down_bps, self.up, self.udp = 0.0, 0.0, 0, True, True
        self.free_at = 0.0  # when the narrow end has sent all it was given
        self.waiting = []
        self.order = 0
        self.draw = random.Random(5)
        ip("netns", "add", name)
        try:
            self.near = tun(self.near_name)
            self.far = within(name, lambda: tun("far0"))
            ip("addr", "add", f"{self.net}.1/24", "dev", self.near_name)
            ip("link", "set", self.near_name, "up")
            ip("link", "set", "lo", "up", namespace=name)
            self.address("add")
        except BaseException:
            self.end()
            raise

    def address(self, what):
        ip("addr", what, f"{self.net}.{self.host}/24", "dev", "far0", namespace=self.name)
        if what == "add":
            ip("link", "set", "far0", "up", namespace=self.name)
            ip("route", "replace", "default", "via", f"{self.net}.1", namespace=self.name)

    def end(self):
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)

    def change(self, to):
        if to.pop("move", False):
            self.address("del")
            self.host = 5 - self.host
            self.address("add")
        for key, value in to.items():
            if key not in ("loss", "delay_ms", "down_bps", "up", "udp"):
                raise ValueError(f"{key} is nothing that can be changed")
            setattr(self, key, value)
        self.free_at = 0.0

    def take(self, fd, to, now):
        """All packets that came; each with when it goes on."""
        while True:
            try:
                packet = os.read(fd, 65536)
            except BlockingIOError:
                return
            if not self.up or self.draw.random() < self.loss or not self.udp and packet[9] == UDP:
                continue
            at = now
            if to == self.far and self.down_bps:
                at = max(now, self.free_at)
                if at - now > QUEUE_MS / 1000:
                    continue
                at += len(packet) * 8 / self.down_bps
                self.free_at = at
            self.order += 1
            heapq.heappush(self.waiting, (at + self.delay_ms / 1000, self.order, to, packet))

    def give(self, now):
        while self.waiting and self.waiting[0][0] <= now:
            _, _, to, packet = heapq.heappop(self.waiting)
            try:
                os.write(to, packet)
            except OSError:  # the device is down, or full
                pass

    def run(self):
        p = select.poll()
        for fd in (self.near, self.far, 0):
            p.register(fd, select.POLLIN)
        said = b""
        while True:
            now = time.monotonic()
            wait = max(0, self.waiting[0][0] - now) * 1000 if self.waiting else None
            ready = {fd for fd, _ in p.poll(wait)}
            now = time.monotonic()
            for fd, to in ((self.near, self.far), (self.far, self.near)):
                if fd in ready:
                    self.take(fd, to, now)
            self.give(now)
            if 0 not in ready:
                continue
            more = os.read(0, 65536)
            if not more:
                return
            *lines, said = (said + more).split(b"\n")
            for line in lines:
                self.change(json.loads(line))
                print("done", flush=True)


def main():
    try:
        path = Path(sys.argv[1])
    except (OSError, subprocess.CalledProcessError) as e:
        print(f"skip: network namespaces are not permitted here ({getattr(e, 'stderr', '') or e})".replace("\n", " "), flush=True)
        return
    try:
        print(f"ready {path.net}.1 {path.net}.2", flush=True)
        path.run()
    finally:
        path.end()


main()
