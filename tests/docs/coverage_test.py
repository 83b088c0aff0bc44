#!/usr/bin/env python3
"""docs/coverage.md: no row is missing, and every name in it exists."""
import collections
import functools
import os
import pathlib
import re
import sys

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, main

PAGE = ROOT / "docs/coverage.md"
ROWS = 108
MARKS = "FDROX"
MODULES = ("council", "confer", "watch", "assist", "prepare", "archive", "web")
STATES = ("reached", "partly", "not reached", "left out")
CARRIERS = ("act", "view", "page", "test")  # what a user or a judge of ours meets; data and rules lie in a file

Row = collections.namedtuple("Row", "number lines what marks tokens waits out")
Token = collections.namedtuple("Token", "kind name")


# --- what there is ---

@functools.cache
def described(kind):
    """The names of all acts or views."""
    return {m[1] for path in (ROOT / "schema").glob("*.schema")
            for m in re.finditer(rf"^{kind} (\S+) :", path.read_text(encoding="utf-8"), re.M)}


@functools.cache
def charter(name):
    path = ROOT / f"charters/{name}.yaml"
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) if path.is_file() else None


@functools.cache
def text_of(path):
    return path.read_text(encoding="utf-8")


def step(node, part):
    """A key of a map; the row of a list by its id, else by one of its values."""
    if isinstance(node, dict):
        return node.get(part)
    if isinstance(node, list):
        for row in node:
            if row == part or (isinstance(row, dict) and ("id" in row and row["id"] == part
                                                          or "id" not in row and part in row.values())):
                return row
    return None


def in_charter(name, path, half):
    """A charter and a path in it: why it is not there, or None."""
    whole = charter(name)
    if whole is None:
        return f"there is no charters/{name}.yaml"
    parts = path.split("/")
    if (parts[0] == "registers") != (half == "registers"):
        return f"is not below {half}"
    node = whole if half == "registers" else whole["constitution"]
    for n, part in enumerate(parts):
        node = step(node, part)
        if node is None:
            return f"{'/'.join(parts[:n + 1])} is not in charters/{name}.yaml"
    return None


def in_file(name, wanted):
    path = ROOT / name
    if not name.startswith(("tests/", "scenarios/")) or not path.is_file():
        return f"there is no such file below tests or scenarios: {name}"
    return f"{name} does not say {wanted}" if wanted and wanted not in text_of(path) else None


def wrong(token):
    """What is wrong with a token, or None."""
    name, _, after = token.name.partition(": ")
    if token.kind in ("act", "view"):
        return None if token.name in described(token.kind) else f"no {token.kind} is called {token.name}"
    if token.kind == "page":
        return None if (ROOT / f"web/src/views/{token.name}.tsx").is_file() else f"there is no page {token.name}"
    if token.kind == "test":
        return in_file(name, after)
    if not after:
        return f"{token.kind} {token.name}: needs a charter, a colon and a path"
    return in_charter(name, after, "registers" if token.kind == "data" else "constitution")


# --- the page ---

def carried_by(cell, say):
    """The last column: tokens, what is not reached yet, what is left out."""
    tokens, waits, out = [], [], []
    for clause in cell.split("; "):
        wait = re.fullmatch(r"not reached yet \(([a-z]+): [^()`]+\)", clause)
        if wait:
            waits.append(wait[1])
            if wait[1] not in MODULES:
                say(f"no module {wait[1]} is expected")
        elif re.fullmatch(r"left out, because [^`]{5,}", clause):
            out.append(clause)
        else:
            for part in clause.split(", "):
                m = re.fullmatch(r"`(act|view|page|test|data|rule) ([^`]+)`", part)
                if m:
                    tokens.append(Token(m[1], m[2]))
                else:
                    say(f"not understood: {part}")
    return tokens, waits, out


def read(page, say):
    rows = []
    for line in page.splitlines():
        if not re.match(r"\|\s*\d+ \|", line):
            continue
        cells = [c.strip() for c in line.strip().strip("|").split(" | ")]
        if len(cells) != 5:
            say(f"row {cells[0]}: {len(cells)} columns instead of 5")
            continue
        here = lambda why, n=cells[0]: say(f"row {n}: {why}")
        rows.append(Row(int(cells[0]), cells[1], cells[2], cells[3].split(", "), *carried_by(cells[4], here)))
    return rows


def state(row):
    """How far a row is: data and rules alone carry no feature."""
    feature = "F" in row.marks
    if not feature and not {"D", "R"} & set(row.marks):
        return "left out"
    if any(t.kind in CARRIERS or not feature for t in row.tokens):
        return "partly" if row.waits else "reached"
    return "not reached" if row.waits else "left out"


def check_row(row, say):
    kinds = {t.kind for t in row.tokens}
    reason = bool(row.waits or row.out)
    for token in row.tokens:
        why = wrong(token)
        if why:
            say(why)
    for line in row.lines.split(", "):
        if not re.fullmatch(r"L\d+(-L\d+)?", line):
            say(f"no line of the interview: {line}")
    if not row.what:
        say("does not say what")
    for mark in row.marks:
        if mark not in MARKS or row.marks.count(mark) > 1:
            say(f"no mark: {mark}")
    if "F" in row.marks and not kinds & set(CARRIERS) and not reason:
        say("a feature without act, view, page or test, and without a reason")
    if "D" in row.marks and "data" not in kinds and not reason:
        say("no data, and no reason")
    if "R" in row.marks and "rule" not in kinds and not reason:
        say("no rule, and no reason")
    if {"O", "X"} & set(row.marks) and not row.out:
        say("does not say why it is left out")


def check_figures(page, rows, say):
    """The counts at the end."""
    is_so = collections.Counter(map(state, rows))
    is_so["all"] = len(rows)
    tail = page.partition("## In figures")[2]
    said = dict(re.findall(r"^\| ([a-z ]+) \| (\d+) \|$", tail, re.M))
    for name in (*STATES, "all"):
        if said.get(name) != str(is_so[name]):
            say(f"figures: {name} is {is_so[name]}, not {said.get(name)}")


def complaints(page):
    found = []
    rows = read(page, found.append)
    if [r.number for r in rows] != list(range(1, ROWS + 1)):
        missing = sorted(set(range(1, ROWS + 1)) - {r.number for r in rows})
        found.append(f"rows are not 1 to {ROWS}, each once and in order; missing: {missing}")
    for row in rows:
        check_row(row, lambda why, n=row.number: found.append(f"row {n}: {why}"))
    check_figures(page, rows, found.append)
    return found


# --- tests ---

def page_text():
    return PAGE.read_text(encoding="utf-8")


def every_row_is_there_and_every_name_exists():
    found = complaints(page_text())
    assert not found, "\n".join(found)


def invented_names_are_found_missing():
    """One thing is made wrong at a time, and said."""
    page = page_text()
    lines = page.splitlines(keepends=True)
    row = {int(m[1]): line for line in lines if (m := re.match(r"\| (\d+) \|", line))}
    put = lambda n, text: page.replace(row[n], re.sub("`.*`", lambda _: text, row[n]))
    cut = lambda n, what: page.replace(row[n], row[n].replace(what, ""))
    other = lambda name: f"`rule collective-security-2020: {name}`"
    cases = [
        (put(19, "`act status.invent`"), "row 19: no act is called status.invent"),
        (put(19, "`act status`"), "row 19: no act is called status"),
        (put(19, "`view statuses-of-mars`"), "row 19: no view is called statuses-of-mars"),
        (put(19, "`page nowhere`"), "row 19: there is no page nowhere"),
        (put(19, "`test tests/unit/none_test.c`"), "row 19: there is no such file"),
        (put(19, "`test README.md`"), "row 19: there is no such file"),
        (put(19, "`test scenarios/S1.jsonl: nobody says this`"), "does not say nobody says this"),
        (put(22, other("statuses/king/gate")), "row 22: statuses/king is not in"),
        (put(22, other("statuses/partner/door")), "row 22: statuses/partner/door is not in"),
        (put(22, other("registers/parties/am")), "row 22: is not below constitution"),
        (put(22, "`rule atlantis: statuses`"), "row 22: there is no charters/atlantis.yaml"),
        (put(72, "`data collective-security-2020: registers/trainings/none`"), "registers/trainings/none is not in"),
        (put(72, "`data collective-security-2020: trainings/levels`"), "row 72: is not below registers"),
        (put(72, "`data collective-security-2020`"), "needs a charter, a colon and a path"),
        (put(19, "`verb serve`"), "row 19: not understood: `verb serve`"),
        (put(19, "done, really"), "row 19: not understood: done"),
        (put(19, other("facts")), "row 19: a feature without"),
        (put(76, other("facts")), "row 76: no data"),
        (put(30, "`act status.apply`"), "row 30: no rule"),
        (cut(82, "left out, because it is an opinion"), "row 82: does not say why"),
        (put(19, "not reached yet (cellar: wine)"), "row 19: no module cellar"),
        (put(19, "not reached yet (council: )"), "row 19: not understood: not reached yet"),
        (page.replace(row[47], ""), "missing: [47]"),
        (page.replace(row[47], row[47] * 2), "each once and in order"),
        (page.replace(row[47] + row[48], row[48] + row[47]), "each once and in order"),
        (page.replace(row[47], row[47].replace("| D |", "| Q |")), "row 47: no mark: Q"),
        (page.replace(row[47], row[47].replace("| L39 |", "| line 39 |")), "row 47: no line of the interview"),
        (page.replace(row[47], row[47].replace(" | D | ", " | ")), "row 47: 4 columns"),
        (re.sub(r"^\| reached \| \d+ \|", "| reached | 999 |", page, flags=re.M), "figures: reached is"),
        (page.partition("## In figures")[0], "figures: all is 108, not None"),
    ]
    for changed, expected in cases:
        assert changed != page, f"nothing was changed for: {expected}"
        found = complaints(changed)
        assert any(expected in f for f in found), f"not said: {expected}; but {found}"


def rows_are_those_of_the_inventory():
    """Number, lines and marks, against the inventory the page was made from."""
    inventory = pathlib.Path(os.environ.get("COMITY_SHARED") or ROOT.parent / "shared") / "design/domain.md"
    if not inventory.is_file():
        return "no inventory beside the repository"
    text = inventory.read_text(encoding="utf-8").partition("## 1A.")[2].partition("\n## ")[0]
    theirs = {}
    for line in text.splitlines():
        cells = [c.strip() for c in line.strip().strip("|").split(" | ")]
        if len(cells) == 5 and cells[0].isdigit():
            theirs[int(cells[0])] = (sorted(cells[1].split(", ")), re.findall(r"\b[A-Z]\b", cells[4]))
    ours = {r.number: (sorted(r.lines.split(", ")), r.marks) for r in read(page_text(), print)}
    assert len(theirs) == ROWS, len(theirs)
    assert ours == theirs, [(n, ours.get(n), theirs[n]) for n in theirs if ours.get(n) != theirs[n]]
    return None


if __name__ == "__main__":
    main(every_row_is_there_and_every_name_exists, invented_names_are_found_missing, rows_are_those_of_the_inventory)
