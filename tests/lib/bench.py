"""What topics of the bench share: CPU of processes, medians, data folders with many acts, rows."""
import collections
import contextlib
import os
import pathlib
import re
import sqlite3
import statistics
import subprocess
import tempfile
import time

from comity import ROOT, Centre, binary

LONG = bool(os.environ.get("LONG"))
median = statistics.median


def table(title):
    print("table", title, sep="\t", flush=True)


def row(figure, ours, yardstick="", value="", bound=""):
    """One figure; see tools/bench.py."""
    print("row", figure, ours, yardstick, value, bound, sep="\t", flush=True)


def note(text):
    print("note", text, sep="\t", flush=True)


def count(n):
    return f"{n:,.0f}"


def us(seconds):
    """Seconds in a unit that reads well."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.1f} us"


def mb(size):
    return f"{size / 2**20:.1f} MB"


def scratch():
    """A folder on the disk that is measured; the frame removes it, or else the system."""
    return os.environ.get("COMITY_BENCH") or tempfile.mkdtemp(prefix="comity-bench-")


def cpu_s(*pids):
    """CPU seconds of processes, all their threads, those that ended too: clock_getcpuclockid(3)."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


def machine_s():
    """CPU seconds that all programs together have had, and those stolen by other machines."""
    user, nice, system, _, _, irq, softirq, steal = map(int, pathlib.Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


class Others:
    """The share of the machine that others had while something was measured."""

    def __init__(self):
        self.began, self.busy = time.monotonic(), machine_s()

    def share(self, own_s):
        """own_s: the CPU seconds of what was measured."""
        return (machine_s() - self.busy - own_s) / (time.monotonic() - self.began) / os.cpu_count()


def threads_s(pid):
    """CPU seconds of a process by the name of its threads."""
    found = collections.Counter()
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found[(task / "comm").read_text().strip()] += int((task / "schedstat").read_text().split()[0]) / 1e9
    return found


def status_kb(pid, field):
    """A figure in kB of /proc/PID/status, such as VmHWM, in bytes."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{field}:\s+(\d+) kB", text, re.M)[1]) * 1024


def processes(centre):
    """Everything that a server is: the parent and its roles."""
    return [centre.process.pid, *centre.children()]


def tool(name):
    return str(ROOT / "build/release/bench" / name)


def values(text):
    """Lines of "name value" as numbers."""
    return {k: float(v) for k, v in (line.split(None, 1) for line in text.splitlines())}


def helper(name, *args):
    r = subprocess.run([tool(name), *map(str, args)], stdout=subprocess.PIPE, text=True)
    if r.returncode:
        raise SystemExit(f"{name} {' '.join(map(str, args))}: status {r.returncode}\n{r.stdout}")
    return values(r.stdout)


def finished(*args):
    """Run to the end: CPU seconds, peak memory in bytes, output."""
    with tempfile.TemporaryFile() as out:
        p = subprocess.Popen([str(a) for a in args], stdout=out, stderr=out)
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode(errors="replace")
    if p.returncode:
        raise SystemExit(f"{' '.join(map(str, args))}: status {p.returncode}\n{text}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, text


def alternate(rounds, *measures):
    """Ours, the yardstick, ours, ...: what disturbs one disturbs the other too.  A list for each."""
    results = [[] for _ in measures]
    for _ in range(rounds):
        for got, measure in zip(results, measures):
            got.append(measure())
    return results


def ratio(a, b):
    """The median of the ratios pair by pair."""
    return median(x / y for x, y in zip(a, b))


class BenchCentre(Centre):
    """A demonstration centre on the disk that is measured, its clock running with the wall."""

    def __init__(self, folder):
        super().__init__(folder)
        self.clock = None

    def store(self):
        return self.data / "db/comity.sqlite3"

    def sql(self, query):
        db = sqlite3.connect(f"file:{self.store()}?mode=ro", uri=True)
        try:
            return db.execute(query).fetchone()
        finally:
            db.close()

    def load(self, *args):
        what, *rest = args
        return helper("load", what, self.port, *rest)

    def metrics(self):
        """What /metrics says, by name (with its labels)."""
        lines = self.get("/metrics")[1].decode().splitlines()
        return {k: float(v) for k, v in (line.rsplit(None, 1) for line in lines if not line.startswith("#"))}

    def cpu_s(self):
        return cpu_s(*processes(self))


def fresh():
    return BenchCentre(tempfile.mkdtemp(prefix="centre-", dir=scratch()))


def filled(acts):
    """A stopped centre with so many acts on record, made once for all topics of a run.

    It is for reading: a topic that goes on acting takes one of its own.
    """
    folder = pathlib.Path(scratch()) / f"filled-{acts}"
    if not folder.exists():
        c = fresh().start()
        c.load("acts", 64, 0, acts)
        c.stop()
        c.data.parent.rename(folder)
    return BenchCentre(folder)


@contextlib.contextmanager
def served(centre):
    """A server on it, stopped at the end whatever happens."""
    centre.start("--media", "0")
    try:
        yield centre
    finally:
        centre.stop()
