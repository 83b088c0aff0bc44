#!/usr/bin/env python3
"""The methods of monitoring over 1,000 regions and 1,095 days, against R's surveillance and EpiEstim in the same run."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from bench import helper, note, row, table, tool, us, values

HERE = pathlib.Path(__file__).resolve().parent
REGIONS, DAYS = 1000, 1095
R_REGIONS = 100
FIGURES = [("ears", "EARS C1, C2 and C3, all days", 0.1, 500), ("flexible", "Farrington Flexible, last day", 0.6, 40),
           ("rt", "R(t), all windows of 7 days", 5, 40)]


def main():
    table(f"Methods of monitoring: CPU for {REGIONS:,} regions of {DAYS:,} days")
    with tempfile.TemporaryDirectory() as folder:
        file, few = pathlib.Path(folder) / "regions", pathlib.Path(folder) / "few"
        subprocess.run([tool("watch_methods"), "make", file, str(REGIONS), str(DAYS)], check=True)
        ours = helper("watch_methods", file)
        few.write_text("".join(file.read_text().splitlines(keepends=True)[:R_REGIONS]))
        same = helper("watch_methods", few)
        if not shutil.which("Rscript"):
            raise SystemExit("R is not installed: tools/setup.sh bench")
        r = subprocess.run(["Rscript", HERE / "watch_methods.R", few], stdout=subprocess.PIPE, text=True, check=True,
                           env={**os.environ, "TZ": "UTC"})
        theirs = values(r.stdout)
    for key, what, most, times in FIGURES:
        said, want = same[f"{key}_said"], theirs[f"{key}_said"]
        if abs(said - want) > 1e-9 * abs(want):
            raise SystemExit(f"{what}: ours says {said}, R says {want}")
        scaled = theirs[key] * REGIONS / R_REGIONS
        row(what, us(ours[key]), "", ours[key], f"<= {most}")
        row(f"{what}: R to ours", us(ours[key]), us(scaled), scaled / ours[key], f">= {times}")
    note(f"R runs {R_REGIONS} of these regions one by one and is scaled; both say the same of them.")


if __name__ == "__main__":
    main()
