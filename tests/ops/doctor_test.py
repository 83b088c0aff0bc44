#!/usr/bin/env python3
"""comity doctor: the checklist ticks itself off, and names what is wrong."""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import centre, main, run
from tls_test import make_ca, make_certificate


def doctor(c, *args, status=None):
    """What -> (mark, words)."""
    r = run("doctor", *(args or ("--data", c.data)), check=False)
    out = {}
    for line in r.stdout.splitlines():
        m = re.match(r"^\[(.)\] (\S+(?: \S+)?) +(.*)$", line)
        assert m, line
        out[m[2].strip()] = (m[1], m[3])
    assert r.returncode == (1 if any(mark == "!" for mark, _ in out.values()) else 0) if status is None else r.returncode == status, (r.returncode, r.stdout, r.stderr)
    return out


def settings(c, text):
    path = c.data.parent / "comity.conf"
    path.write_text(f"data = {c.data}\n{text}")
    return "--config", path


def a_new_centre_is_told_what_is_to_be_done():
    with centre(start=False, demo=False) as c:
        said = doctor(c)
        for what in ("data folder", "keys", "disk", "store", "ledger"):
            assert said[what][0] == "x", (what, said)
        for what in ("administrators", "backup", "origin", "charter"):
            assert said[what][0] == " ", (what, said)
        assert "init printed" in said["administrators"][1] and "assumptions" in said["charter"][1]
        # What is done is ticked off, also while the centre serves.
        c.start()
        run("backup", "--data", c.data, "--to", c.data.parent / "backup")
        said = doctor(c, *settings(c, "origin = https://centre.example\n"))
        assert said["backup"][0] == "x" and said["origin"] == ("x", "https://centre.example") and said["settings"][0] == "x", said
        assert c.alive()


def what_is_wrong_is_named():
    with centre(start=False, demo=False) as c:
        c.data.chmod(0o755)
        (c.data / "keys/log.key").chmod(0o644)
        said = doctor(c)
        assert said["data folder"][0] == "!" and "chmod 700" in said["data folder"][1], said
        assert said["keys"][0] == "!" and "chmod 600" in said["keys"][1], said
        (c.data / "keys/log.key").unlink()
        assert "no log.key" in doctor(c)["keys"][1]
        c.data.chmod(0o700)
        (c.data / "backup").write_text("2026-01-01T00:00:00.000Z")
        assert doctor(c)["backup"][0] == " "
        db = c.data / "db/comity.sqlite3"

        def sql(text):
            subprocess.run(["sqlite3", db, text], check=True, capture_output=True)
        # A clock before the last act, leaves under no checkpoint, a store of a newer program.
        sql("UPDATE act_record SET at = at + 3600000 WHERE seq = 1")
        assert "before the last act" in doctor(c)["clock"][1]
        sql("UPDATE ledger_checkpoint SET at = 0; DELETE FROM ledger_checkpoint WHERE size = (SELECT max(size) FROM ledger_checkpoint)")
        assert doctor(c)["ledger"][0] == "!"
        sql("INSERT INTO store_version SELECT 9999, name || 'x', digest, applied_at FROM store_version LIMIT 1")
        said = doctor(c)
        assert said["store"][0] == "!" and "newer" in said["store"][1], said
        db.write_bytes(b"not a database at all" * 100)
        assert doctor(c)["store"][0] == "!"


def a_certificate_is_looked_at():
    with centre(start=False, demo=False) as c:
        folder = c.data.parent
        make_ca(folder)

        def looked(origin, *pair):
            return doctor(c, *settings(c, f"cert = {pair[1]}\nkey = {pair[3]}\n{origin}"))["certificate"]
        good = make_certificate(folder, "good", 90)
        assert looked("origin = https://localhost:8443\n", *good)[0] == "x"
        mark, words = looked("origin = https://centre.example\n", *good)
        assert mark == "!" and "does not name centre.example" in words
        mark, words = looked("", *make_certificate(folder, "soon", 5))
        assert mark == " " and "renew" in words
        mark, words = looked("", "--cert", good[1], "--key", f"{folder}/soon.key")
        assert mark == "!" and "another certificate" in words


def a_restored_folder_and_wrong_settings_are_told():
    with centre(start=False) as c:
        run("backup", "--data", c.data, "--to", c.data.parent / "backup", "--with-keys")
        run("restore", "--from", c.data.parent / "backup", "--data", c.data.parent / "again", "--keys", c.data.parent / "backup/keys")
        said = doctor(c, "--data", c.data.parent / "again")
        assert said["restored"][0] == "!" and "demonstration" in said["data folder"][1], said
        r = run("doctor", *settings(c, "lisen = 1\n"), check=False)
        assert r.returncode == 1 and ":2:1:" in r.stderr, r.stderr
        r = run("doctor", "--data", c.data.parent, check=False)
        assert r.returncode == 1 and "not a data folder" in r.stderr, r.stderr


if __name__ == "__main__":
    main(a_new_centre_is_told_what_is_to_be_done, what_is_wrong_is_named, a_certificate_is_looked_at,
         a_restored_folder_and_wrong_settings_are_told)
