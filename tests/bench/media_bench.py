#!/usr/bin/env python3
"""Forwarding: what a delivered packet costs, beside Janus in the same sitting.

The load generator is the lab's (../shared/lab: sfuload); the server runs on core 0, the load on
core 1.  LONG=1 measures the curve of CPU per packet against the number of receivers too, and
draws docs/media-cpu.svg of it.
"""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from bench import LONG, count, fresh, median, note, row, scratch, table, values
from bench import tool as program
from comity import ROOT, run

LAB = pathlib.Path(os.environ.get("COMITY_SHARED", ROOT.parent / "shared")) / "lab"
ROUNDS = 3
ROOMS = ("load", "mead")  # which two media processes share between them: media_door_of()
CURVE = (1, 2, 5, 10, 20, 50, 100, 200, 400, 700, 1000)
JANUS_CURVE = (1, 10, 50, 100, 200)


def build():
    folder = pathlib.Path(scratch()) / "lab"
    folder.mkdir(exist_ok=True)
    subprocess.run(["gcc", "-O2", "-w", "-o", folder / "sfuload", LAB / "src/sfuload.c", LAB / "src/lsrtp.c",
                    "-lssl", "-lcrypto", "-lcurl", "-ljansson", "-lpthread"], check=True)
    return folder / "sfuload"


class Overwhelmed(Exception):
    """Not all came in, or nothing was delivered, in the time there is."""


def real_time():
    """The prefix that keeps others of a shared machine out, where it is allowed: the lab's RT=1."""
    return ["chrt", "-r", "1"] if subprocess.run(["chrt", "-r", "1", "true"], stderr=subprocess.DEVNULL).returncode == 0 else []


def load(tool, *args, core=1):
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as out:
        try:
            p = subprocess.run([*real_time(), "taskset", "-c", str(core), str(tool), "--server-cpu", str(1 - core), "--load-cpu", str(core), "--json", out.name, "--batch-us", "1000", *map(str, args)],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
                               start_new_session=True)  # the server is judged by its process group
        except subprocess.TimeoutExpired as e:
            raise Overwhelmed(f"sfuload {args}: not done in {e.timeout} s") from None
        lines = pathlib.Path(out.name).read_text().splitlines()
    got = json.loads(lines[-1]) if lines else {"delivered": 0}
    if not got["delivered"]:
        raise Overwhelmed(f"sfuload {args}: {p.stdout}")
    return got


class Ours:
    """A server on core 0, with so many media processes."""

    def __init__(self, processes=1):
        self.centre = fresh()
        self.processes = processes

    def __enter__(self):
        c = self.centre
        # The whole group on core 0 when there is one process; two have both cores.
        before = os.sched_getaffinity(0)
        if self.processes == 1:
            os.sched_setaffinity(0, {0})
        c.start("--bench-room", " ".join(ROOMS), "--media", self.processes, "--loops", 1)
        os.sched_setaffinity(0, before)
        for pid in [c.process.pid, *c.children()] if real_time() else []:
            for task in os.listdir(f"/proc/{pid}/task"):
                os.sched_setscheduler(int(task), os.SCHED_RR, os.sched_param(1))
        self.token = {r: run("room", "token", "--data", c.data, "--room", r, "--as", "*", "--send", "--receive").stdout.strip() for r in ROOMS}
        return self

    def __exit__(self, *_):
        self.centre.stop()

    def group(self, name):
        return [p for p in self.centre.children() if pathlib.Path(f"/proc/{p}/comm").read_text().strip() == name]

    def measure(self, tool, *args, room=ROOMS[0], core=1):
        u = self.centre.url
        return load(tool, "--sig", "whip", "--whip", u + "/whip/{room}/{id}", "--whep", u + ("/whep/{room}?as={pub}" if "--mesh" in args else "/whep/{room}?as={id}"), "--room", room,
                    "--token", self.token[room], "--server-pid", self.centre.process.pid, *args, core=core)


class Janus:
    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="janus-", dir=scratch()))
        for f in (LAB / "janus").glob("*.jcfg"):
            shutil.copy(f, self.folder)
        ip = subprocess.run("ip -4 -o addr show scope global | awk '{sub(/\\/.*/,\"\",$4); print $4; exit}'", shell=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        self.ip = ip or "127.0.0.1"
        text = (LAB / "janus/janus.jcfg.in").read_text().replace("@ETC@", str(self.folder)).replace("192.0.2.2", self.ip)
        (self.folder / "janus.jcfg").write_text(text)
        self.process = subprocess.Popen([*real_time(), "taskset", "-c", "0", "janus", "-F", self.folder, "-C", self.folder / "janus.jcfg", "-d", "0"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        import http.client
        from comity import until

        def up():
            c = http.client.HTTPConnection("127.0.0.1", 8188, timeout=2)
            try:
                c.request("GET", "/janus/info")
                return c.getresponse().status == 200
            except OSError:
                return False
        until("Janus answers", up)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def measure(self, tool, *args):
        return load(tool, "--sig", "janus", "--janus", "http://127.0.0.1:8188/janus", "--ip", self.ip, "--server-pid", self.process.pid, *args)


def rounds(server, tool, *args):
    """Medians of each figure, and the worst loss."""
    got = []
    for _ in range(ROUNDS):
        with server() as s:
            got.append(s.measure(tool, *args))
    m = {k: median([g[k] for g in got]) for k, v in got[0].items() if isinstance(v, (int, float)) and not isinstance(v, bool)}
    m["loss_pct"] = max(g["loss_pct"] for g in got)
    return m


def pair(tool, janus, *args):
    ours = rounds(Ours, tool, *args)
    return ours, rounds(Janus, tool, *args) if janus else None


def cpu_rows(what, ours, theirs, bound_us, times):
    row(f"{what}: CPU of a delivered packet", f"{ours['server_us_per_pkt']:.2f} us", "", ours["server_us_per_pkt"], f"<= {bound_us} us" if bound_us else "")
    if theirs:
        row(f"{what}: the same, against Janus", f"{ours['server_us_per_pkt']:.2f} us", f"Janus: {theirs['server_us_per_pkt']:.2f} us",
            theirs["server_us_per_pkt"] / ours["server_us_per_pkt"], f">= {times}" if times else "")
    row(f"{what}: packets lost of 100", f"{ours['loss_pct']:.4f}", "", ours["loss_pct"], "<= 0")


def floor(ours):
    """What the kernel alone costs where the packets of a room of ten are passed on: no less is possible."""
    runs = [subprocess.run([*real_time(), "taskset", "-c", "0", program("floor"), "5", "1"], stdout=subprocess.PIPE, text=True, check=True).stdout for _ in range(ROUNDS)]
    alone = median([values(text)["cpu_us"] for text in runs])
    row("10 x 10: the same, against the kernel alone passing on as much", f"{ours['server_us_per_pkt']:.2f} us", f"kernel: {alone:.2f} us", ours["server_us_per_pkt"] / alone)


def two_processes(tool):
    """Two rooms, each in a process and with its load on the other core; against one room and process."""
    args = ("-P", 1, "-S", 60, "-d", 5, "--warm", 2)
    one, both = [], []
    for _ in range(ROUNDS):
        with Ours() as s:
            one.append(s.measure(tool, *args)["server_us_per_pkt"])
        with Ours(2) as s:
            for core, pid in enumerate(sorted(s.group("media"))):
                os.sched_setaffinity(pid, {core})
            with concurrent.futures.ThreadPoolExecutor() as pool:
                got = [f.result() for f in [pool.submit(s.measure, tool, *args, room=r, core=k) for k, r in enumerate(ROOMS)]]
            # Each saw the CPU of all processes over its own packets.
            both.append(1 / sum(1 / g["server_us_per_pkt"] for g in got))
    row("two processes on two cores, 60 receivers each: CPU of a delivered packet", f"{median(both):.2f} us", f"one: {median(one):.2f} us", median(both) / median(one), "<= 1.1")


def joins(tool):
    """What a join costs where next to nothing is forwarded to those inside meanwhile, and where a voice is."""
    for what, bound, *media in (("a join alone, CPU of all processes (two small pictures a second forwarded meanwhile)", "<= 2 ms", "--no-audio", "--kbps", 10, "--fps", 2),
                                ("the same, one voice forwarded meanwhile", "", "--no-video")):
        m = rounds(Ours, tool, "-P", 1, "-S", 200, "-d", 3, "--warm", 1, *media)
        row(what, f"{m['join_cpu_ms_per_sub']:.2f} ms", "", m["join_cpu_ms_per_sub"], bound)


def memory(tool):
    """What each receiver more costs, of the media process alone."""
    sizes = {}
    for n in (50, 450):
        with Ours() as s:
            p = s.measure(tool, "-P", 1, "-S", n, "-d", 2, "--warm", 1, "--rate", 100)
            sizes[n] = p["server_hwm_mb"] * 2**20
    return (sizes[450] - sizes[50]) / 400


def largest(tool, server, sizes, rate=200):
    """The last of the sizes without loss and starvation; so many join each second."""
    best = 0
    for n in sizes:
        try:
            with server() as s:
                m = s.measure(tool, "-P", 1, "-S", n, "-d", 5, "--warm", 3, "--rate", rate)
        except Overwhelmed:
            break
        if m["loss_pct"] > 0.001 or m["starved"] or m["subs_up"] < n:
            break
        best = n
    return best


def curve(tool, janus):
    points = {"comity": [], "janus": []}
    for name, server, sizes in (("comity", Ours, CURVE), ("janus", Janus, JANUS_CURVE if janus else ())):
        for n in sizes:
            try:
                with server() as s:
                    m = s.measure(tool, "-P", 1, "-S", n, "-d", 5, "--warm", 2, "--rate", 200 if name == "comity" else 50)
            except Overwhelmed as e:
                note(f"1 to {n}, {name}: {e}")
                break
            points[name].append((n, m["server_us_per_pkt"]))
            row(f"1 to {n}, {name}: CPU of a delivered packet", f"{m['server_us_per_pkt']:.2f} us")
    draw(points)


def draw(points):
    """CPU per packet against receivers, logarithmic both ways."""
    import math
    w, h, left, top = 640, 360, 60, 20
    x = lambda n: left + (w - left - 20) * math.log10(n) / 3
    y = lambda us: top + (h - top - 50) * (1 - (math.log10(us) - 0) / 2.5)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" font-family="sans-serif" font-size="12">',
           f'<rect width="{w}" height="{h}" fill="#fff"/>']
    for n in (1, 10, 100, 1000):
        out.append(f'<path d="M{x(n):.1f} {top}V{h - 50}" stroke="#ddd"/><text x="{x(n):.1f}" y="{h - 32}" text-anchor="middle">{n}</text>')
    for us in (1, 3, 10, 30, 100, 300):
        out.append(f'<path d="M{left} {y(us):.1f}H{w - 20}" stroke="#ddd"/><text x="{left - 6}" y="{y(us) + 4:.1f}" text-anchor="end">{us}</text>')
    out.append(f'<text x="{w / 2}" y="{h - 10}" text-anchor="middle">receivers</text><text x="14" y="{h / 2}" transform="rotate(-90 14 {h / 2})" text-anchor="middle">CPU of a delivered packet, us</text>')
    out.append(f'<path d="M{left} {y(2):.1f}H{w - 20}" stroke="#888" stroke-dasharray="4 4"/><text x="{left + 6}" y="{y(2) - 5:.1f}" fill="#555">encrypting and sending alone, four packets a call</text>')
    for name, label, colour in (("comity", "Comity", "#06c"), ("janus", "Janus 1.1.2", "#b40")):
        p = points[name]
        if not p:
            continue
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{x(n):.1f},{y(us):.1f}" for n, us in p)}"/>')
        out.append(f'<text x="{x(p[-1][0]) - 4:.1f}" y="{y(p[-1][1]) - 8:.1f}" text-anchor="end" fill="{colour}">{label}</text>')
    (ROOT / "docs/media-cpu.svg").write_text("\n".join([*out, "</svg>", ""]))


def main():
    if not (LAB / "src/sfuload.c").exists():
        note(f"skipped: no load generator at {LAB}")
        return
    if os.cpu_count() < 2:
        note("skipped: server and load need a core each")
        return
    tool, janus = build(), shutil.which("janus") is not None
    table("forwarding: server on one core, load on another, medians of three runs")
    if not janus:
        note("janus is not installed: no yardstick")
    one = ("-P", 1, "-S", 200, "-d", 5, "--warm", 2)
    ours, theirs = pair(tool, janus, *one)
    cpu_rows("1 to 200, 1 Mbit/s and sound", ours, theirs, 4.5, 4)
    row("1 to 200: delay through the server, p99", f"{ours['lat_p99_ms']:.2f} ms", f"Janus: {theirs['lat_p99_ms']:.2f} ms" if theirs else "", ours["lat_p99_ms"] / theirs["lat_p99_ms"] if theirs else ours["lat_p99_ms"])
    row("200 joins at 50/s: request to first media, p50", f"{ours['join_media_p50_ms']:.1f} ms", "", ours["join_media_p50_ms"], "<= 25 ms")
    row("the same, p95", f"{ours['join_media_p95_ms']:.1f} ms", "", ours["join_media_p95_ms"], "<= 60 ms")
    row("the same: CPU of all processes for a join, forwarding included", f"{ours['join_cpu_ms_per_sub']:.2f} ms")
    paced = rounds(Ours, tool, *one, "--pace-us", 1000)
    cpu_rows("1 to 200, publisher paced (no bursts to batch)", paced, None, 6, None)
    mesh, theirs = pair(tool, janus, "-P", 10, "-S", 10, "--mesh", "-d", 5, "--warm", 2)
    cpu_rows("10 x 10", mesh, theirs, None, 4)
    floor(mesh)
    row("10 x 10: delay through the server, p99", f"{mesh['lat_p99_ms']:.3f} ms", f"Janus: {theirs['lat_p99_ms']:.2f} ms" if theirs else "", mesh["lat_p99_ms"] / theirs["lat_p99_ms"] if theirs else mesh["lat_p99_ms"])
    sound, theirs = pair(tool, janus, "-P", 25, "-S", 25, "--mesh", "--no-video", "-d", 5, "--warm", 2)
    cpu_rows("25 x 25, sound only", sound, theirs, None, 3)
    joins(tool)
    two_processes(tool)
    per = memory(tool)
    row("memory of a receiver more, all processes", f"{per / 1024:.0f} KB", "", per / 1024, "<= 100 KB")
    if LONG:
        most = largest(tool, Ours, (600, 800, 1000, 1200, 1500))
        theirs = largest(tool, Janus, (200, 250, 300, 350, 400), rate=50) if janus else 0
        row("the most receivers of one publisher without loss, one core", count(most), f"Janus: {count(theirs)}" if theirs else "", most / theirs if theirs else most, ">= 3" if theirs else "")
        curve(tool, janus)


if __name__ == "__main__":
    main()
