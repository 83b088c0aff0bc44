#!/usr/bin/env python3
"""The methods of monitoring, as anyone can check them: `comity watch detect` and `comity watch golden`."""
import csv
import io
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, main, run

GOLDEN = pathlib.Path(os.environ.get("COMITY_SHARED", ROOT.parent / "shared")) / "golden/watch"


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def detect(method, text, params="", *more):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "series.csv"
        path.write_text(text, encoding="utf-8")
        r = run("watch", "detect", "--method", method, "--params", params, *more, path, check=False)
        return r.returncode, r.stdout or r.stderr.replace(str(path), "series.csv")


def series(*values):
    return "t,y\n" + "".join(f"{t},{'' if y is None else y}\n" for t, y in enumerate(values, 1))


def golden_results_of_r_are_met():
    if not GOLDEN.exists():
        return f"{GOLDEN} is not here"
    r = run("watch", "golden", GOLDEN, check=False)
    bad = [line for line in r.stdout.splitlines() if ": FAIL" in line]
    assert not bad and r.returncode == 0, "\n".join(bad) + r.stderr


def clusters_of_regions_are_those_of_another_program():
    """scan_inputs.csv and scan_regions.csv joined; the p value is of random numbers and not compared."""
    extra = GOLDEN / "extra"
    if not extra.exists():
        return f"{extra} is not here"
    places = {r["region"]: r for r in rows(extra / "scan_regions.csv")}
    for want in rows(extra / "scan_circular_poisson.csv"):
        text = "region,lat,lon,population,cases\n"
        for r in rows(extra / "scan_inputs.csv"):
            if r["date"] == want["date"]:
                at = places[r["region"]]
                text += f"{r['region']},{at['lat']},{at['lon']},{at['population']},{r['cases']}\n"
        status, out = detect("scan", text, json.dumps({"maxpop": float(want["maxpop"]), "replicates": 99}))
        assert status == 0, out
        got = list(csv.DictReader(io.StringIO(out)))[0]
        for key in ("centre", "size", "cases", "members"):
            assert got[key] == want[key], (key, got, want)
        for key in ("radius_km", "expected", "rr", "llr"):
            assert abs(float(got[key]) - float(want[key])) <= 1e-9 * max(1, float(want[key])), (key, got, want)
        assert float(got["p"]) == 0.01, got


def nowcasts_are_those_of_r():
    """To the case, the drawn ones too: R's were made after set.seed(1), which is the seed here by default."""
    extra = GOLDEN / "extra"
    if not extra.exists():
        return f"{extra} is not here"
    text = (extra / "husO104Hosp_linelist.csv").read_text()
    status, out = detect("nowcast", text, '{"now":["2011-05-30","2011-06-02"]}')
    assert status == 0, out
    got, want = list(csv.DictReader(io.StringIO(out))), rows(extra / "nowcast_husO104_D15_alpha0.05.csv")
    assert len(got) == len(want) == 56
    assert got == want, [(g, w) for g, w in zip(got, want) if g != w]


def a_difference_is_found():
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder)
        (top / "series").mkdir()
        (top / "out").mkdir()
        (top / "series/s.csv").write_text(series(1, 2, 3, 2, 1, 2, 3, 9))
        (top / "manifest.tsv").write_text('case\talgorithm\tseries\tfreq\tparams\trows\tnote\na\tearsC1\ts\t365\t{"minSigma":1}\t1\t\n')
        (top / "out/a.csv").write_text("t,observed,upperbound,alarm\n8,9,5.0902323061678132,1\n")
        r = run("watch", "golden", top)
        assert "a: ok: 1 rows" in r.stdout and "0 differing alarms" in r.stdout, r.stdout
        (top / "out/a.csv").write_text("t,observed,upperbound,alarm\n8,9,5.09023,0\n")
        r = run("watch", "golden", top, check=False)
        assert r.returncode == 1 and "a: FAIL" in r.stdout and "1 differing alarms" in r.stdout, r.stdout
        (top / "out/a.csv").write_text("t,observed,upperbound,alarm\n8,9,NA,1\n")
        r = run("watch", "golden", top, check=False)
        assert r.returncode == 1 and "1 missing" in r.stdout, r.stdout


def a_series_is_judged_with_any_parameters():
    # Mean 2, deviation 0.82 of 1 2 3 2 1 2 3; with minSigma 1 the bound is 2 + 3.0902.
    status, out = detect("earsC1", series(1, 2, 3, 2, 1, 2, 3, 9), '{"minSigma":1}')
    assert status == 0 and out == "t,observed,upperbound,alarm\n8,9,5.0902323061678132,1\n", out
    # A missing value is no zero: what needs it cannot be said.
    status, out = detect("earsC1", series(1, 2, None, 2, 1, 2, 3, 9, 2, 2, 2), "{}")
    assert [line.split(",")[3] for line in out.splitlines()[1:]] == ["NA", "NA", "NA", "0"], out


def mistakes_are_named_with_their_place():
    for method, text, params, said in [
        ("earsC1", "t,y\n1,1\n2,x\n", "", 'series.csv:3:3: y: "x" is no number'),
        ("earsC1", "t,y\n1,1\n3,1\n", "", "series.csv:3:1: t: t is 3 where 2 comes next"),
        ("earsC1", "t,date,y\n1,2020-02-30,1\n", "", 'series.csv:2:3: date: "2020-02-30" is no date'),
        ("earsC1", "date,y\n2020-03-01,1\n2020-03-02,1\n2020-03-04,1\n", "", "After 2020-03-02 something is left out"),
        ("earsC1", "t,y\n1,1,1\n", "", "series.csv:2:5: The line has 3 cells, the header has 2."),
        ("earsC1", "t,cases\n1,1\n", "", "series.csv:1:3: cases: A series has the columns"),
        ("earsC1", series(1, 2, 3), "", "The series is too short"),
        ("earsC1", series(1, 2, 3), '{"basline":7}', "basline: The method has no parameter of this name"),
        ("earsC1", series(1, 2, 3), '{"alpha":2}', "alpha: 2 is not from"),
        ("earsC1", series(1, 2, 3), '{"method":"C9"}', 'method: This parameter is "C1", "C2" or "C3".'),
        ("earsC1", series(1, 2, 3), '{"alpha":', "This is not JSON"),
    ]:
        status, out = detect(method, text, params)
        assert status == 1 and said in out, (said, status, out)
    assert detect("earsC9", series(1), "")[0] == 2


if __name__ == "__main__":
    main(golden_results_of_r_are_met, clusters_of_regions_are_those_of_another_program,
         nowcasts_are_those_of_r, a_difference_is_found, a_series_is_judged_with_any_parameters,
         mistakes_are_named_with_their_place)
