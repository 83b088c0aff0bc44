#!/usr/bin/env python3
"""Many joins and packets at once under the address and the thread sanitizer, while somebody else floods.

The load is the lab's (../shared/lab: sfuload).  From an address that is nobody's come hellos, checks
without the right words and what is no packet at all; connections that say nothing are held open.
"""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, Centre, folder, free_port, main, run

LAB = pathlib.Path(os.environ.get("COMITY_SHARED", ROOT.parent / "shared")) / "lab/src"
REPORT = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:")
HELLO = bytes([22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 1, 0, 0, 48]) + bytes(56)
CHECK = bytes([0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42]) + bytes(12)


class Flood:
    """Datagrams from an address of nobody, 4,000 a second, and connections that say nothing."""

    def __init__(self, port):
        self.to, self.over, self.sent = ("127.0.0.1", port), threading.Event(), 0
        self.thread = threading.Thread(target=self.run)

    def run(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            held = []
            while not self.over.wait(0.001):
                for what in (HELLO, CHECK, os.urandom(200), b"\x80" + os.urandom(90)):
                    s.sendto(what, self.to)
                    self.sent += 1
                if self.sent % 400 == 0 and len(held) < 100:
                    held.append(socket.create_connection(self.to))
                    held[-1].sendall(b"\x00")
            for c in held:
                c.close()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def generator(path):
    tool = pathlib.Path(path) / "sfuload"
    subprocess.run(["gcc", "-O2", "-w", "-o", tool, LAB / "sfuload.c", LAB / "lsrtp.c", "-lssl", "-lcrypto", "-lcurl", "-ljansson", "-lpthread"], check=True)
    return tool


def loaded(mode, publishers, viewers):
    """Everybody came in, and nothing was said by a sanitizer."""
    if not (LAB / "sfuload.c").exists():
        return f"no load generator at {LAB}"
    if not shutil.which("gcc") or not (ROOT / "build" / mode / "comity").exists():
        return f"build/{mode}/comity is not built"
    os.environ["COMITY_MODE"] = mode
    os.environ["TSAN_OPTIONS"] = f"suppressions={ROOT}/tests/lib/tsan.supp"
    with folder() as path:
        tool, port = generator(path), free_port()
        c = Centre(path).start("--bench-room", "hall", "--media-listen", f"127.0.0.1:{port}")
        token = run("room", "token", "--data", c.data, "--room", "hall", "--as", "*", "--send", "--receive").stdout.strip()
        out = pathlib.Path(path) / "figures"
        with Flood(port) as flood:
            r = subprocess.run([tool, "--sig", "whip", "--whip", c.url + "/whip/{room}/{id}", "--whep", c.url + "/whep/{room}?as={id}", "--room", "hall", "--token", token,
                                "--json", out, "-P", str(publishers), "-S", str(viewers), "-d", "5", "--warm", "1", "--kbps", "200", "--rate", "20", "--nack"],
                               capture_output=True, text=True, timeout=300)
        process = c.process
        c.stop()
        log = c.log_text()
        assert not REPORT.search(log), log
        assert process.returncode == 0, f"{process.returncode}\n{log}"
        assert out.exists(), r.stdout + r.stderr
        got = json.loads(out.read_text().splitlines()[-1])
        assert got["pubs_up"] == publishers and got["subs_up"] == viewers and not got["dead"] and not got["bad_auth"] and got["delivered"], got
        assert flood.sent > 1000, flood.sent


def the_address_sanitizer_says_nothing_under_load():
    return loaded("asan", 4, 60)


def the_thread_sanitizer_says_nothing_under_load():
    return loaded("tsan", 4, 60)


def hellos_of_others_hinder_nobody():
    return loaded(os.environ.get("COMITY_MODE", "release"), 1, 300)


main(hellos_of_others_hinder_nobody, the_address_sanitizer_says_nothing_under_load, the_thread_sanitizer_says_nothing_under_load)
