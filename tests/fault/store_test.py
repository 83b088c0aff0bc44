#!/usr/bin/env python3
"""A full disk, a damaged page, two servers, backup and restore."""
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import Centre, binary, centre, folder, main, run, until


def a_full_disk_is_a_clear_failure_and_ends_when_there_is_room():
    with folder() as path:
        disk = pathlib.Path(path) / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], capture_output=True).returncode:
            return "a small disk cannot be mounted here"
        try:
            c = Centre(disk)
            c.start()
            (disk / "ballast").write_bytes(b"x" * (1 << 20))
            done, n, status = [], 0, 201
            while status == 201:
                n += 1
                status, reply = c.fact(n, id=f"fill-{n:06d}")
                if status == 201:
                    done.append(reply["seq"])
                assert n < 20000
            assert status == 507 and reply["code"] == "storage-full", (status, reply)
            assert "nothing was done" in reply["detail"], reply
            assert c.get("/healthz")[0] == 200
            (disk / "ballast").unlink()
            until("acts go on", lambda: c.fact(n, id=f"fill-{n:06d}")[0] in (200, 201))
            rows = c.view("record", seat="depositary", limit=500)
            assert [r["seq"] for r in rows] == list(range(len(done) + 2, max(len(done) + 2 - 500, 0), -1))
            c.stop()
            run("replay", "--data", c.data)
            run("verify", "--data", c.data)
        finally:
            if c.process:
                c.stop()
            subprocess.run(["umount", disk], check=True)
    return None


def a_second_server_refuses():
    with centre() as c:
        r = subprocess.run([binary(), "serve", "--data", str(c.data), "--demo", "--listen", "127.0.0.1:0"],
                           capture_output=True, text=True, timeout=30)
        assert r.returncode == 3 and "is in use" in r.stderr, r
        assert c.fact(1)[0] == 201


def a_newer_folder_is_refused():
    with centre(start=False) as c:
        (c.data / "format").write_text("comity data 2\ndemo\n")
        r = run("serve", "--data", c.data, check=False)
        assert r.returncode == 3 and "newer version" in r.stderr, r.stderr
        (c.data / "format").write_text("comity data 1\ndemo\n")
        with sqlite3.connect(c.data / "db/comity.sqlite3") as db:
            db.execute("INSERT INTO store_version VALUES (9999, 'later', 'x', 0)")
        r = run("replay", "--data", c.data, check=False)
        r = run("act", "clock.accept", "--data", c.data, "--subject", "clock", "--body", "-", check=False,
                input='{"reason":"test"}')
        assert r.returncode == 3 and "newer version" in r.stderr, r.stderr


def a_real_folder_knows_no_demonstration():
    with centre(start=False, demo=False) as c:
        r = run("serve", "--data", c.data, "--demo", check=False)
        assert r.returncode == 3 and "demonstrations only" in r.stderr, r.stderr
        r = run("serve", "--data", c.data, "--clock", "2020-05-15T10:00:00Z", check=False)
        assert r.returncode == 3 and "demonstrations only" in r.stderr, r.stderr
        c.start()
        status, reply = c.fact(1)
        assert status == 401, reply
        assert c.request("POST", "/api/v1/clock", {"at": "2020-01-01T00:00:00Z"})[0] == 404


def page_with(path, needle):
    """The number of the page of a database file that holds the bytes."""
    data = path.read_bytes()
    size = int.from_bytes(data[16:18], "big")
    at = data.find(needle)
    assert at > 0, needle
    return at // size + 1, size


def a_damaged_page_is_named():
    with centre() as c:
        for n in range(300):
            assert c.fact(n)[0] == 201
        c.stop()
        db = c.data / "db/comity.sqlite3"
        with sqlite3.connect(db) as d:
            d.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        run("verify", "--data", c.data)
        page, size = page_with(db, b'"source":"Note 150 of the secretariat"')
        with open(db, "r+b") as f:
            f.seek((page - 1) * size)
            f.write(os.urandom(size))
        r = run("verify", "--data", c.data, check=False)
        assert r.returncode == 1, r
        assert f"page {page}" in (r.stdout + r.stderr).lower(), r.stdout + r.stderr
        assert "comity restore" in r.stderr, r.stderr
        # What is read off the damaged page is named as damaged, too.
        c.start()
        status, reply = c.json("/api/v1/views/record?limit=500", "depositary")
        assert status == 500 and reply["code"] == "corrupt", status


def a_backup_made_while_serving_restores():
    with centre() as c:
        for n in range(50):
            assert c.fact(n)[0] == 201
        size = int(until("a checkpoint", lambda: c.get("/checkpoint")[1]).split()[1])
        until("everything is under a checkpoint", lambda: int(c.get("/checkpoint")[1].split()[1]) == 51)
        backup = c.data.parent / "backup"
        run("backup", "--data", c.data, "--to", backup, "--with-keys")
        published = c.get("/checkpoint")[1]
        checkpoint = c.data.parent / "published"
        checkpoint.write_bytes(published)
        c.stop()

        restored = c.data.parent / "restored"
        run("restore", "--from", backup, "--data", restored)
        r = run("serve", "--data", restored, check=False)
        assert r.returncode == 3 and "not settled" in r.stderr, r.stderr
        run("restore", "--data", restored, "--continue", checkpoint)
        run("replay", "--data", restored)
        shutil.move(c.data, c.data.parent / "lost")
        shutil.move(restored, c.data)
        c.start()
        assert c.fact(51)[1]["seq"] == 52
        assert size


def an_older_backup_never_continues_a_published_log():
    with centre() as c:
        for n in range(10):
            assert c.fact(n)[0] == 201
        until("a checkpoint", lambda: int(c.get("/checkpoint")[1].split()[1]) == 11)
        backup = c.data.parent / "backup"
        run("backup", "--data", c.data, "--to", backup)
        for n in range(10, 20):
            assert c.fact(n)[0] == 201
        until("a checkpoint", lambda: int(c.get("/checkpoint")[1].split()[1]) == 21)
        published = c.data.parent / "published"
        published.write_bytes(c.get("/checkpoint")[1])
        before = published.read_text().split()[0]
        c.stop()

        restored = c.data.parent / "restored"
        run("restore", "--from", backup, "--data", restored, "--keys", c.data / "keys")
        r = run("restore", "--data", restored, "--continue", published, check=False)
        assert r.returncode == 1 and "published further" in r.stderr, r.stderr
        # Even the checkpoint of the backup itself does not help: the keeper remembers more.
        r = run("restore", "--data", restored, "--continue", backup / "checkpoint", check=False)
        assert r.returncode == 1 and "published further" in r.stderr, r.stderr
        run("restore", "--data", restored, "--new-log", "--reason", "The disk was lost; the backup is older.")
        run("verify", "--data", restored)
        run("replay", "--data", restored)
        shutil.rmtree(c.data)
        shutil.move(restored, c.data)
        c.start()
        note = until("a checkpoint of the new log", lambda: c.get("/checkpoint")[1]).decode()
        assert note.split()[0] != before, note
        rows = c.view("record", limit=3)
        assert rows[0]["kind"] == "ledger.begin", rows
        assert c.fact(99)[0] == 201
        status, proof = c.get("/api/v1/acts/12/proof.tlog-proof")
        assert status == 200, proof


def a_backup_that_was_altered_is_not_restored():
    with centre() as c:
        assert c.fact(1)[0] == 201
        until("a checkpoint", lambda: int(c.get("/checkpoint")[1].split()[1]) == 2)
        backup = c.data.parent / "backup"
        run("backup", "--data", c.data, "--to", backup)
        with sqlite3.connect(backup / "comity.sqlite3") as db:
            db.execute("UPDATE act_record SET record = replace(record, 'Note 1', 'Note 2') WHERE seq = 2")
        r = run("restore", "--from", backup, "--data", c.data.parent / "restored", check=False)
        assert r.returncode == 1 and "does not verify" in r.stderr, r.stderr


if __name__ == "__main__":
    main(a_full_disk_is_a_clear_failure_and_ends_when_there_is_room, a_second_server_refuses, a_newer_folder_is_refused,
         a_real_folder_knows_no_demonstration, a_damaged_page_is_named, a_backup_made_while_serving_restores,
         an_older_backup_never_continues_a_published_log, a_backup_that_was_altered_is_not_restored)
