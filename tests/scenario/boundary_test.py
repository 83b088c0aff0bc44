#!/usr/bin/env python3
"""Boundaries of the organisation: entered by its secretariat, checked, seen by everyone, never the centre's own."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import centre, main  # noqa: E402

SECRETARIAT = "secretary-general"


def square(x=0.0, y=0.0, side=1.0):
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def file(*features):
    return json.dumps({"type": "FeatureCollection", "features": features})


def polygon(*rings, party="ce"):
    return feature({"type": "Polygon", "coordinates": rings}, party=party)


def enter(c, text, seat=SECRETARIAT, name="Survey of 2019"):
    return c.act("boundary.set", "boundary", {"name": name, **({"file": text} if text else {})}, seat)


def boundaries_on_record_are_seen_by_everyone():
    with centre() as c:
        assert c.view("boundaries") == [], "the centre draws none"
        first = file(polygon(square(), square(0.2, 0.2, 0.5)), feature(None, name="Sea"))
        second = file(feature({"type": "MultiPolygon", "coordinates": [[square()], [square(2)]]}, party="al"))
        assert enter(c, first)[0] == 201
        (row,) = c.view("boundaries")
        assert row["name"] == "Survey of 2019" and row["office"] == SECRETARIAT and "file" not in row, row
        for seat in (None, "head@al", "delegate@ol", SECRETARIAT):
            (row,) = c.view("boundaries", seat, file="true")
            assert row["file"] == first, seat
        assert enter(c, second, name="Survey of 2020")[0] == 201
        assert [r["file"] for r in c.view("boundaries", file="true")] == [second], "the last stand"
        c.stop()
        c.start()
        assert [r["name"] for r in c.view("boundaries")] == ["Survey of 2020"]
        assert enter(c, None, name="None any more")[0] == 201
        assert c.view("boundaries", file="true") == []


def only_the_secretariat_enters_them():
    with centre() as c:
        for seat in ("head@al", "duty-officer", "delegate@ol"):
            status, reply = enter(c, file(polygon(square())), seat)
            assert status == 403, (seat, reply)
        assert c.view("boundaries") == []


def what_are_no_boundaries_is_refused_with_its_place():
    cases = [
        ('{"', "syntax", ""),
        ("[]", "range", "FeatureCollection"),
        (file(), "range", "FeatureCollection"),
        (file({"type": "Polygon"}), "range", "Feature 1"),
        (file(polygon(square()), feature({"type": "Point", "coordinates": [0, 0]})), "range", "Feature 2"),
        (file(polygon()), "range", "has a ring"),
        (file(polygon(square()[:3])), "range", "four points"),
        (file(polygon(square()[:4])), "range", "ends where it began"),
        (file(polygon([["0", 0], [1, 0], [1, 1], ["0", 0]])), "range", "[longitude, latitude]"),
        (file(polygon(square(180))), "range", "degrees"),
        (file(polygon(square(0, 90))), "range", "degrees"),
        (file(feature(None)), "range", "have a polygon"),
        (file(*[feature(None)] * 2001), "too-big", "2000"),
        ("[" * 500 + "]" * 500, "range", ""),
        ('{"type":"FeatureCollection","type":"FeatureCollection"}', "syntax", ""),
    ]
    with centre() as c:
        for text, code, words in cases:
            status, reply = enter(c, text)
            assert status in (400, 413) and reply["code"] == code and words in reply["detail"], (text[:80], status, reply)
            assert reply["position"]["pointer"] == "/body/file", reply
        assert enter(c, "x" * 1000001)[0] == 400
        assert c.view("boundaries") == []


if __name__ == "__main__":
    main(boundaries_on_record_are_seen_by_everyone, only_the_secretariat_enters_them, what_are_no_boundaries_is_refused_with_its_place)
