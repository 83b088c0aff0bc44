#!/usr/bin/env python3
"""Put files into the program.

embed.py sql OUT.c FILE...      the numbered migrations, as one table
embed.py assets OUT.S DIR       every file below DIR, by .incbin, with its path and type
"""
import pathlib
import sys


def sql(out, files):
    names = sorted(pathlib.Path(f).name for f in files)
    for i, name in enumerate(names, 1):
        if not name.startswith(f"{i:04d}_"):
            sys.exit(f"migrations: expected number {i:04d}, found {name}")
    with open(out, "w", encoding="utf-8") as c:
        c.write('#include "store/migrate.h"\n\nconst struct migration migrations[] = {\n')
        for f in sorted(files, key=lambda f: pathlib.Path(f).name):
            c.write(f'\t{{ "{pathlib.Path(f).stem}",\n')
            for line in pathlib.Path(f).read_text(encoding="utf-8").splitlines():
                line = line.split("--")[0].rstrip()
                if line:
                    escaped = line.replace("\\", "\\\\").replace('"', '\\"').replace("\t", " ")
                    c.write(f'\t  "{escaped}\\n"\n')
            c.write("\t},\n")
        c.write(f"}};\n\nconst int migrations_count = {len(files)};\n")


if __name__ == "__main__":
    if sys.argv[1] == "sql":
        sql(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(__doc__)
