#!/usr/bin/env python3
"""Run every test there is; the last line is "N passed, N failed".

tools/test.py [WORD...]   only tests whose name holds one of the words

A test is a unit test program (Check), built in each of MODES; a fuzz target, run over its seeds
and FUZZ_S seconds further; or an executable file tests/*/*_test.{py,sh,mjs} that prints "ok NAME",
"FAIL NAME" or "skip NAME: why" for each thing it tests.  A test that says nothing, or ends badly,
has failed.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time

MODES = ["debug", "asan", "tsan"]
ALONE = ("fault", "browser")  # these measure time or use ports of their own: one at a time
LIMIT_S = 900
FUZZ_S = 2


def build():
    jobs = f"-j{os.cpu_count()}"
    for mode in MODES:
        print(f"building {mode}", flush=True)
        subprocess.run(["make", "--no-print-directory", "-s", jobs, f"MODE={mode}", "units", f"build/{mode}/comity"],
                       check=True)
    print("building fuzz", flush=True)
    subprocess.run(["make", "--no-print-directory", "-s", jobs, "MODE=fuzz", "fuzzers"], check=True)
    print("building release", flush=True)
    subprocess.run(["make", "--no-print-directory", "-s", jobs, "MODE=release", "build/release/comity", "benches"], check=True)


def unit(path):
    """A Check program: count what its summary says."""
    env = {**os.environ, "CK_VERBOSITY": "normal", "ASAN_OPTIONS": "detect_leaks=1", "TSAN_OPTIONS": "halt_on_error=1"}
    r = subprocess.run([path], capture_output=True, text=True, errors="replace", env=env, timeout=LIMIT_S)
    out = r.stdout + r.stderr
    skips = [line for line in out.splitlines() if line.startswith("skip: ")]
    m = re.search(r"Checks: (\d+), Failures: (\d+), Errors: (\d+)", out)
    if not m:
        return 0, 1, skips, out
    checks, bad = int(m[1]), int(m[2]) + int(m[3])
    if r.returncode and not bad:
        bad = 1
    return checks - bad, bad, skips, out if bad else ""


def fuzz(path):
    """A fuzz target: its seeds, then what it makes of them."""
    name = pathlib.Path(path).name.removesuffix("_fuzz")
    found = pathlib.Path(f"build/fuzz/corpus/{name}")
    found.mkdir(parents=True, exist_ok=True)
    seeds = [p for p in [f"tests/fuzz/corpus/{name}"] if os.path.isdir(p)]
    r = subprocess.run([path, f"-max_total_time={FUZZ_S}", "-timeout=20", "-rss_limit_mb=2048",
                        f"-artifact_prefix=build/fuzz/{name}-", str(found), *seeds],
                       capture_output=True, text=True, errors="replace", timeout=LIMIT_S)
    bad = int(r.returncode != 0)
    return 1 - bad, bad, [], r.stdout + r.stderr if bad else ""


def script(path):
    r = subprocess.run([path], capture_output=True, text=True, errors="replace", timeout=LIMIT_S)
    out = r.stdout + r.stderr
    ok = len(re.findall(r"^ok ", out, re.M))
    bad = len(re.findall(r"^FAIL ", out, re.M))
    skips = [line for line in out.splitlines() if line.startswith("skip ")]
    if (r.returncode and not bad) or (not ok and not bad and not skips):
        bad = 1
    return ok, bad, skips, out if bad else ""


def run(item):
    name, kind, path = item
    start = time.time()
    try:
        ok, bad, skips, out = {"unit": unit, "fuzz": fuzz}.get(kind, script)(path)
    except subprocess.TimeoutExpired as e:
        text = (e.stdout or b"").decode(errors="replace") if isinstance(e.stdout, bytes) else (e.stdout or "")
        ok, bad, skips, out = 0, 1, [], f"{text}\ntook longer than {LIMIT_S} s"
    return name, ok, bad, skips, out, time.time() - start


def collect(words):
    items = []
    for mode in MODES:
        for path in sorted(pathlib.Path(f"build/{mode}/unit").glob("*_test")):
            items.append((f"unit {mode} {path.name}", "unit", str(path)))
    for path in sorted(pathlib.Path("build/fuzz/fuzz").glob("*_fuzz")):
        items.append((f"fuzz {path.name}", "fuzz", str(path)))
    for path in sorted(pathlib.Path("tests").glob("*/*_test.*")):
        if path.suffix in (".py", ".sh", ".mjs"):
            if not os.access(path, os.X_OK):
                sys.exit(f"{path} is not executable: it would never run")
            items.append((f"{path.parent.name} {path.stem}", path.parent.name, f"./{path}"))
    return [i for i in items if not words or any(w in i[0] for w in words)]


def main():
    os.chdir(pathlib.Path(__file__).resolve().parent.parent)
    words = sys.argv[1:]
    build()
    passed = failed = 0
    # A source without its header, a file out of shape: the cheap checks first.
    for target in ("layers", "format"):
        r = subprocess.run(["make", "--no-print-directory", "-s", f"build/debug/{target}.ok"], capture_output=True, text=True)
        passed, failed = passed + (r.returncode == 0), failed + (r.returncode != 0)
        if r.returncode:
            print(r.stdout + r.stderr)
    items = collect(words)
    together = [i for i in items if i[1] not in ALONE]
    alone = [i for i in items if i[1] in ALONE]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for results in (pool.map(run, together), map(run, alone)):
            for name, ok, bad, skips, out, seconds in results:
                passed, failed = passed + ok, failed + bad
                print(f"{'ok  ' if not bad else 'FAIL'} {name} ({ok}{f', {bad} failed' if bad else ''}) {seconds:.1f} s")
                for line in skips:
                    print(f"     {line}")
                if bad:
                    print(out)
                sys.stdout.flush()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
