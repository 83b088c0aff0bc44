#!/usr/bin/env python3
"""The Debian package: built, looked at, installed, served from, upgraded and removed under systemd."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, main, until
from machine import machine, why_not
from tls_test import make_ca, make_certificate

OUT = ROOT / "build/deb"
EXPOSURE_MAX = 1.5  # of systemd-analyze security: 0 is nothing, 10 everything


def sh(*args, **kwargs):
    r = subprocess.run(list(map(str, args)), capture_output=True, text=True, cwd=ROOT, **kwargs)
    assert r.returncode == 0, f"{args}: {r.returncode}\n{r.stdout}{r.stderr}"
    return r.stdout


def package():
    found = list(OUT.glob("comity_*.deb"))
    assert len(found) == 1, found
    return found[0]


def it_is_built():
    if not shutil.which("dh"):
        return "debhelper is not installed"
    sh("make", "--no-print-directory", "-s", "package")
    names = sh("dpkg-deb", "-c", package())
    for name in ("./usr/bin/comity", "./lib/systemd/system/comity.service", "./usr/share/man/man8/comity.8.gz", "./usr/share/man/man5/comity.conf.5.gz",
                 "./usr/share/man/man5/comity-charter.5.gz", "./usr/share/comity/charters/union-of-six.yaml", "./usr/share/doc/comity/docs/charter.md"):
        assert f" {name}\n" in names, name
    # The version is that of the program.
    said = sh("dpkg-deb", "-f", package(), "Version").strip()
    assert re.search(r'COMITY_VERSION "(\S+)"', (ROOT / "src/base/version.h").read_text())[1] == said


def lintian_has_no_complaint():
    if not shutil.which("lintian"):
        return "lintian is not installed"
    r = subprocess.run(["lintian", "--fail-on", "error,warning", str(package())], capture_output=True, text=True)
    assert r.returncode == 0, r.stdout


def the_manual_says_what_the_program_says():
    comity = ROOT / "build/release/comity"
    pages = {p: (OUT / p).read_text(encoding="utf-8") for p in ("comity.8", "comity.conf.5", "comity-charter.5")}
    plain = {p: t.replace("\\-", "-").replace("\\&", "").replace("\\e", "\\") for p, t in pages.items()}
    for verb in re.findall(r"^  ([a-z-]+) ", sh(comity, "help"), re.M):
        assert f".SS {verb}\n" in plain["comity.8"], verb
        for line in sh(comity, "help", verb).split("\n\n")[0].splitlines():
            assert line in plain["comity.8"], line
    for option in re.findall(r"^  --(\S+)", sh(comity, "help", "serve"), re.M):
        assert option == "config" or re.search(rf'^\.BI {option} " = ', plain["comity.conf.5"], re.M), option
    keys = re.findall(r"^ *(\S+)  (?:needed|optional)", sh(comity, "charter", "schema"), re.M)
    assert len(keys) > 300
    for key in keys:
        assert f".BR {key} " in plain["comity-charter.5"], key
    if not shutil.which("man"):
        return "man is not installed"
    for page in pages:
        r = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(OUT / page)], capture_output=True, text=True,
                           env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
        assert r.returncode == 0 and not r.stderr, (page, r.stderr)


def complete(*words, comity=ROOT / "build/release/comity"):
    """What bash would offer."""
    script = f"""PATH={comity.parent}:$PATH; . {OUT}/comity.bash
COMP_WORDS=({' '.join(f"'{w}'" for w in words)}); COMP_CWORD={len(words) - 1}; _comity; printf '%s\\n' "${{COMPREPLY[@]}}\""""
    return sh("bash", "-c", script).split()


def bash_completes_verbs_options_acts_and_folders():
    assert complete("comity", "re") == ["replay", "restore"]
    assert complete("comity", "serve", "--l") == ["--lan", "--listen", "--loops"]
    assert "status.apply" in complete("comity", "act", "status.")
    assert "parties" in complete("comity", "view", "part")
    offered = complete("comity", "serve", "--data", "cha")
    assert offered == ["charters"], offered


def newer(folder):
    """The same package with a later version."""
    sh("dpkg-deb", "-R", package(), f"{folder}/tree")
    control = pathlib.Path(f"{folder}/tree/DEBIAN/control")
    control.write_text(re.sub(r"^(Version: \S+)$", r"\1+later", control.read_text(), flags=re.M))
    sh("dpkg-deb", "--root-owner-group", "-Znone", "-b", f"{folder}/tree", f"{folder}/later.deb")
    return f"{folder}/later.deb"


def is_answered(m, path="/healthz", *options):
    return m.run("curl", "-sS", "-m", "20", "-o", "/dev/stdout", *options, f"http://127.0.0.1:8460{path}").stdout


def state(m, what):
    return m.run("systemctl", "show", "--value", "-p", what, "comity.service").stdout.strip()


def it_is_installed_and_served_from_upgraded_and_removed():
    why = why_not()
    if why:
        return why
    if not shutil.which("curl"):
        return "curl is not installed"
    with tempfile.TemporaryDirectory() as folder:
        make_ca(folder)
        pair = make_certificate(folder, "site")
        with machine(package(), newer(folder), pair[1], pair[3], f"{folder}/ca.pem") as m:
            live(m)


def live(m):
    """The life of an installation on a machine."""
    m.run("dpkg", "-i", f"/root/{package().name}")
    # Until there is a centre nothing listens, and nothing fails.
    assert state(m, "ActiveState") == "inactive"
    m.run("runuser", "-u", "comity", "--", "comity", "init", "--data", "/var/lib/comity", "--charter", "/usr/share/comity/charters/union-of-six.yaml")
    m.run("systemctl", "start", "comity.socket")
    # The first request starts it.
    first = json.loads(is_answered(m))
    assert first["status"] == "ok", first
    until("it is active", lambda: state(m, "ActiveState") == "active")
    if (ROOT / "web/dist/files.json").exists():
        assert "<html" in is_answered(m, "/"), "the front is not inside"
    security = m.run("systemd-analyze", "security", "--no-pager", "comity.service").stdout
    exposure = float(re.search(r"Overall exposure level for comity.service: ([\d.]+)", security)[1])
    assert exposure <= EXPOSURE_MAX, security
    for unit in ("comity.service", "comity.socket", "comity-https.socket"):
        said = m.run("systemd-analyze", "verify", unit)
        assert "comity" not in said.stderr, said.stderr
    main_pid = state(m, "MainPID")
    status = m.run("cat", f"/proc/{main_pid}/status").stdout
    assert "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status and "CapEff:\t0000000000000000" in status, status
    # HTTPS of its own, beside.
    m.run("sh", "-c", "install -d /etc/comity/tls && install -m 640 -g comity /root/site.pem /root/site.key /etc/comity/tls && "
          "printf 'cert = /etc/comity/tls/site.pem\\nkey = /etc/comity/tls/site.key\\n' >>/etc/comity/comity.conf")
    m.run("systemctl", "enable", "comity-https.socket")
    m.run("systemctl", "stop", "comity")
    m.run("systemctl", "start", "comity-https.socket", "comity")
    secure = m.run("curl", "-sS", "-m", "20", "-i", "--cacert", "/root/ca.pem", "https://localhost/healthz").stdout
    assert '"status":"ok"' in secure and "Strict-Transport-Security" in secure and json.loads(is_answered(m)) == first, secure
    said = m.run("runuser", "-u", "comity", "--", "comity", "doctor", "--config", "/etc/comity/comity.conf", check=False).stdout
    assert "[x] certificate" in said and "[x] keys" in said and "[x] data folder" in said, said
    main_pid = state(m, "MainPID")
    # A reload and an upgrade: the same process goes on as the program that is installed then.
    m.run("systemctl", "reload", "comity")
    assert json.loads(is_answered(m)) == first
    roles = m.run("pgrep", "-P", main_pid).stdout
    # Whoever asks meanwhile is not refused.
    asking = m.start("sh", "-c", "n=0; while [ ! -e /run/over ]; do curl -sSf -m 20 -o /dev/null http://127.0.0.1:8460/healthz || exit 1; n=$((n+1)); done; echo $n")
    m.run("dpkg", "-i", "/root/later.deb")
    assert json.loads(is_answered(m)) == first
    assert m.run("dpkg-query", "-W", "-f", "${Version}", "comity").stdout.endswith("+later")
    until("the roles are new ones", lambda: m.run("pgrep", "-P", main_pid, check=False).stdout not in ("", roles))
    assert state(m, "MainPID") == main_pid and state(m, "NRestarts") == "0"
    m.run("touch", "/run/over")
    asked, complaint = asking.communicate(timeout=60)
    assert asking.returncode == 0 and int(asked) > 3, (asked, complaint)
    # One line an event, with priority and role.
    log = [json.loads(line) for line in m.run("journalctl", "--no-pager", "-o", "json", "-u", "comity", "-t", "comity").stdout.splitlines()]
    runs = [e for e in log if "desk runs" in e["MESSAGE"]]
    assert runs and all(e["PRIORITY"] == "6" for e in runs), log
    m.run("dpkg", "--purge", "comity")
    assert m.run("curl", "-s", "-m", "5", "http://127.0.0.1:8460/healthz", check=False).returncode
    # The record is not the package's to remove.
    assert "keys" in m.run("ls", "/var/lib/comity").stdout


def it_serves_from_postgresql():
    """As docs/operate.md says, word by word."""
    why = why_not()
    if why:
        return why
    if not shutil.which("pg_createcluster"):
        return "postgresql is not installed"
    page = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    block = page[page.index("## PostgreSQL"):].split("```")[1].replace("\\\n", " ")
    commands = [line.strip() for line in block.splitlines() if line.startswith("runuser")]
    assert len(commands) == 3, commands
    with machine(package()) as m:
        m.run("dpkg", "-i", f"/root/{package().name}")
        # A cluster of its own, whatever this machine has.
        m.run("sh", "-c", "for c in $(pg_lsclusters -h | cut -d' ' -f2); do pg_dropcluster --stop 15 $c; done; pg_createcluster 15 main >/dev/null && "
              "rm -f /etc/postgresql-common/createcluster.conf; systemctl daemon-reload; systemctl start postgresql@15-main")
        for command in commands:
            m.run("sh", "-c", "cd /tmp; " + command.replace("--charter FILE", "--charter /usr/share/comity/charters/union-of-six.yaml"))
        m.run("systemctl", "start", "comity.socket")
        assert json.loads(is_answered(m))["status"] == "ok"
        assert "postgresql" in m.run("runuser", "-u", "comity", "--", "comity", "doctor", "--data", "/var/lib/comity", check=False).stdout
        # A database that is started anew is found again.
        m.run("systemctl", "restart", "postgresql@15-main")
        until("it answers again", lambda: '"status":"ok"' in m.run("curl", "-s", "-m", "20", "http://127.0.0.1:8460/healthz", check=False).stdout)


if __name__ == "__main__":
    main(it_is_built, lintian_has_no_complaint, the_manual_says_what_the_program_says, bash_completes_verbs_options_acts_and_folders,
         it_is_installed_and_served_from_upgraded_and_removed, it_serves_from_postgresql)
