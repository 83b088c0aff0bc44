#!/usr/bin/env python3
"""Assistance over HTTP where two people act at the same moment: one of them is first, the other is told why not."""
import concurrent.futures
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import centre, main  # noqa: E402

ASKER, DEPUTY, GIVER = "head@al", "officer@al", "head@bi"
ROUNDS = 20


def done(answer):
    assert answer[0] == 201, answer
    return answer[1]["seq"]


def ask(c):
    return done(c.act("assistance.request", "assistance", {"mode": "bilateral", "to": "bi", "kind": "actual", "title": "Ventilators",
                      "event": "Wards fill.", "contact": "Crisis centre, round the clock", "lines": [
                          {"item": "Ventilators", "category": "equipment", "quantity": 20, "unit": "pieces",
                           "needed_by": "2020-06-01", "place": "Alder airport"}]}, ASKER))


def offer(c, request):
    return done(c.act("assistance.offer", f"request/{request}", {"line": 1, "quantity": 12, "ready": "2020-05-20", "terms": "free",
                      "transport": "own"}, GIVER))


def together(c, *acts):
    """Each act by a connection of its own, all sent at once; the answers in the order of the acts."""
    start = threading.Barrier(len(acts))

    def one(act):
        start.wait()
        return c.act(*act)
    with concurrent.futures.ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


def accept(of, seat, quantity=12):
    return "assistance.accept", f"offer/{of}", {"quantity": quantity}, seat


def split(answers):
    """Who was first, and the refusal of the other."""
    assert sorted(status for status, _ in answers) == [201, 409], answers
    won = next(i for i, (status, _) in enumerate(answers) if status == 201)
    return won, answers[1 - won][1]


def accepted(c, request):
    return [o for o in c.view("assistance-offers", ASKER, request=request) if o["state"] == "accepted"]


def one_offer_is_accepted_once():
    with centre() as c:
        for _ in range(ROUNDS):
            request = ask(c)
            of = offer(c, request)
            _, refusal = split(together(c, accept(of, ASKER), accept(of, DEPUTY)))
            assert refusal["code"] == "wrong-state", refusal
            assert [(o["id"], o["accepted"]) for o in accepted(c, request)] == [(of, 12)]
            steps = [s["step"] for s in c.view("assistance-steps", ASKER, request=request)]
            assert steps.count("accepted") == 1, steps


def a_line_is_not_accepted_beyond_its_need():
    with centre() as c:
        for _ in range(ROUNDS):
            request = ask(c)
            of = [offer(c, request), offer(c, request)]
            won, refusal = split(together(c, accept(of[0], ASKER), accept(of[1], DEPUTY)))
            assert refusal["code"] == "over-acceptance", refusal
            assert [o["id"] for o in accepted(c, request)] == [of[won]]
            gap = c.view("gap", ASKER, request=request)
            assert [(g["accepted"], g["unmet"]) for g in gap] == [(12, 8)], gap


def a_change_and_an_acceptance_have_an_order():
    with centre() as c:
        for _ in range(ROUNDS):
            request = ask(c)
            of = offer(c, request)
            change = "assistance.change", f"request/{request}", {"line": 1, "place": "Alder northern airport", "reason": "The runway is closed."}, DEPUTY
            (took, taken), (changed, new) = together(c, accept(of, ASKER), change)
            assert changed == 201, new
            if took == 201:
                assert taken["seq"] < new["seq"], "what was accepted was accepted before the change"
            else:
                assert (took, taken["code"]) == (409, "wrong-state"), taken
                assert [o["state"] for o in c.view("assistance-offers", ASKER, request=request)] == ["reconfirm"]


def a_board_that_is_shared_is_of_this_moment_and_this_viewer():
    with centre() as c:
        request = ask(c)

        def board(seat):
            return [(r["needed"], r["offered"], r["accepted"]) for r in c.view("assistance-board", seat)]
        for seat in (ASKER, DEPUTY, GIVER, ASKER, GIVER):
            for _ in range(9):  # more than one thread reads
                assert board(seat) == [(20, 0, 0)], seat
                assert board("head@ce") == [] and c.view("assistance-board", ASKER, kind="exercise") == []
        of = offer(c, request)
        assert all(board(seat) == [(20, 12, 0)] for seat in (ASKER, GIVER) for _ in range(9))
        assert c.act(*accept(of, ASKER, 5))[0] == 201
        assert all(board(seat) == [(20, 12, 5)] for seat in (ASKER, GIVER) for _ in range(9))
        assert c.act("assistance.agree-summary", f"request/{request}", {}, ASKER)[0] == 201
        assert board("head@ce") == []
        assert c.act("assistance.agree-summary", f"request/{request}", {}, GIVER)[0] == 201
        assert board("head@ce") == [(20, 12, 5)] and board("delegate@ol") == []


if __name__ == "__main__":
    main(one_offer_is_accepted_once, a_line_is_not_accepted_beyond_its_need, a_change_and_an_acceptance_have_an_order,
         a_board_that_is_shared_is_of_this_moment_and_this_viewer)
