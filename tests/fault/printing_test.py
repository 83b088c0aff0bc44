#!/usr/bin/env python3
"""The centre stops while a paper is being set: who waits for it is told, and nothing is written to that is gone."""
import http.client
import json
import os
import pathlib
import signal
import sys

os.environ.setdefault("COMITY_MODE", "asan")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import centre, main, until  # noqa: E402

DUTY = "duty-officer"
PAPERS = "/api/v1/bulletins/2020-05-14/papers"


def has_read(port, server):
    """Has the server taken what this connection sent?"""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, _, queues = line.split()[1:5]
        if local.endswith(f":{server:04X}") and remote.endswith(f":{port:04X}"):
            return queues.endswith(":00000000")
    return False


def who_waits_for_a_paper_is_told_that_the_centre_stops():
    with centre() as c:
        assert c.get(PAPERS, DUTY)[0] == 200
        pid = c.role("paper")
        os.kill(pid, signal.SIGSTOP)
        waiting = http.client.HTTPConnection("127.0.0.1", c.port, timeout=60)
        waiting.request("GET", PAPERS, headers={"Authorization": f"Bearer seat:{DUTY}"})
        until("it is read", lambda: has_read(waiting.sock.getsockname()[1], c.port))
        c.process.terminate()
        answer = waiting.getresponse()
        assert answer.status == 503 and json.loads(answer.read())["code"] == "stopping", answer.status
        os.kill(pid, signal.SIGKILL)
        assert c.process.wait(60) == 0
        assert "Sanitizer" not in c.log_text(), c.log_text()


if __name__ == "__main__":
    main(who_waits_for_a_paper_is_told_that_the_centre_stops)
