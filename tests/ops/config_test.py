#!/usr/bin/env python3
"""comity.conf, sockets that were given, the service manager, proxies in front."""
import contextlib
import http.client
import os
import pathlib
import signal
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import binary, centre, main, run, until


def write(c, text):
    path = c.data.parent / "comity.conf"
    path.write_text(text)
    return path


def serve(c, *args, **kwargs):
    """As Centre.start(), but nothing is told on the command line."""
    c.log = open(c.data.parent / "log", "ab")
    c.process = subprocess.Popen([binary(), "serve", *map(str, args)], stdout=subprocess.PIPE, stderr=c.log, **kwargs)
    c.wait_ready()


def a_centre_is_served_from_its_file():
    with centre(start=False) as c:
        path = write(c, f"# the demonstration\ndata = {c.data}\nlisten = 127.0.0.1:{c.port}\ndemo = yes\nclock = 2020-05-15T10:00:00Z\n")
        serve(c, "--config", path)
        assert c.json("/api/v1/clock")[1]["at"] == "2020-05-15T10:00:00Z"
        c.stop()
        # What stands on the command line wins.
        serve(c, "--config", path, "--clock", "2021-01-01T00:00:00Z")
        assert c.json("/api/v1/clock")[1]["at"] == "2021-01-01T00:00:00Z"


def what_is_wrong_is_named_with_line_and_column():
    with centre(start=False) as c:
        for text, words in ((f"data = {c.data}\nlisten 127.0.0.1\n", ":2:1: A line is"), (f"data = {c.data}\n  lisen = 1\n", ':2:3: There is no setting "lisen"'),
                            ("demo = maybe\n", ":1:8: This is yes or no"), (f"data = {c.data}\ndata = x\n", ":2:1: This name stands here already")):
            path = write(c, text)
            r = run("serve", "--config", path, check=False)
            assert r.returncode == 2 and f"{path}{words}" in r.stderr, (text, r.stderr)
        r = run("serve", "--config", write(c, f"data = {c.data}\nproxy = somewhere\n"), check=False)
        assert r.returncode == 3 and "somewhere is no address" in r.stderr, r.stderr
        r = run("serve", "--config", write(c, "listen = 8460\n"), check=False)
        assert r.returncode == 2 and "--data FOLDER is needed" in r.stderr, r.stderr


def an_address_that_is_taken_is_named():
    with centre(start=False) as c, socket.create_server(("127.0.0.1", 0)) as other:
        where = f"127.0.0.1:{other.getsockname()[1]}"
        r = run("serve", "--data", c.data, "--listen", where, check=False)
        assert r.returncode != 0 and f"Cannot listen at {where}: Address already in use." in r.stderr, r.stderr


def a_file_that_was_broken_is_not_taken_up():
    with centre(start=False) as c:
        good = f"data = {c.data}\nlisten = 127.0.0.1:{c.port}\ndemo = yes\n"
        path = write(c, good)
        serve(c, "--config", path)
        pids = c.children()
        write(c, good + "clock: now\n")
        c.process.send_signal(signal.SIGHUP)
        until("the log says so", lambda: "not reloaded" in c.log_text())
        assert c.alive() and c.children() == pids
        write(c, good + "clock = 2022-01-01T00:00:00Z\n")
        c.process.send_signal(signal.SIGHUP)

        def changed():
            with contextlib.suppress(OSError, http.client.HTTPException):  # the old program ends with a connection it held
                return c.alive() and c.json("/api/v1/clock")[1]["at"] == "2022-01-01T00:00:00Z"
            return False
        until("the new setting", changed)


def sockets_that_were_given_are_used():
    with centre(start=False) as c, contextlib.ExitStack() as stack:
        notified = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        notified.bind(str(c.data.parent / "notify"))
        notified.settimeout(30)
        given = stack.enter_context(socket.create_server(("127.0.0.1", c.port)))
        # A client that came before the server waits in the queue.
        early = http.client.HTTPConnection("127.0.0.1", c.port, timeout=30)
        early.request("GET", "/healthz")
        command = f'LISTEN_FDS=1 LISTEN_PID=$$ exec {binary()} serve --data {c.data} --demo --listen 127.0.0.1:1'
        serve_env = {**os.environ, "NOTIFY_SOCKET": str(c.data.parent / "notify")}
        c.log = open(c.data.parent / "log", "ab")
        c.process = subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, stderr=c.log, pass_fds=[3], env=serve_env,
                                     preexec_fn=lambda: os.dup2(given.fileno(), 3))
        assert early.getresponse().status == 200
        early.close()
        assert notified.recv(200) == b"READY=1"
        c.process.send_signal(signal.SIGHUP)
        assert notified.recv(200).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
        assert notified.recv(200) == b"READY=1"
        assert c.alive()
        c.stop()
        assert notified.recv(200) == b"STOPPING=1"


def own_address():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s, contextlib.suppress(OSError):
        s.connect(("192.0.2.254", 9))
        return s.getsockname()[0]
    return None


def plain_http_beyond_this_machine_is_for_the_proxy_alone():
    address = own_address()
    if not address:
        return "this machine is on no network"
    with centre(start=False, demo=False) as c:
        def answers(host):
            with contextlib.suppress(OSError, http.client.HTTPException):
                client = http.client.HTTPConnection(host, c.port, timeout=30)
                client.request("GET", "/healthz")
                return client.getresponse().status == 200
            return False
        listen = ["--listen", f"0.0.0.0:{c.port}"]
        serve(c, "--data", c.data, *listen, "--proxy", "198.51.100.0/24")
        assert answers("127.0.0.1") and not answers(address)
        c.stop()
        serve(c, "--data", c.data, *listen, "--proxy", f"198.51.100.0/24, {address}")
        assert answers("127.0.0.1") and answers(address)


if __name__ == "__main__":
    main(a_centre_is_served_from_its_file, what_is_wrong_is_named_with_line_and_column, an_address_that_is_taken_is_named, a_file_that_was_broken_is_not_taken_up,
         sockets_that_were_given_are_used, plain_http_beyond_this_machine_is_for_the_proxy_alone)
