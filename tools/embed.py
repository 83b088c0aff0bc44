#!/usr/bin/env python3
"""Put files into the program.

embed.py sql OUT.c FILE...      the numbered migrations, as one table
embed.py catalogue OUT.c FILE...  texts by key and language (i18n/refusals/<lang>.json)
"""
import json
import pathlib
import sys


def quoted(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


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


def catalogue(out, files):
    langs = []
    with open(out, "w", encoding="utf-8") as c:
        c.write('#include "act/catalogue.h"\n\n')
        for f in sorted(files):
            lang = pathlib.Path(f).stem
            texts = json.loads(pathlib.Path(f).read_text(encoding="utf-8"))
            c.write(f"static const struct catalogue_entry {lang}[] = {{\n")
            for key in sorted(texts, key=lambda k: k.encode()):
                c.write(f"\t{{ {quoted(key)}, {quoted(texts[key])} }},\n")
            c.write("};\n\n")
            langs.append((lang, len(texts)))
        c.write("const struct catalogue catalogues[] = {\n")
        for lang, count in langs:
            c.write(f'\t{{ "{lang}", {count}, {lang} }},\n')
        c.write(f"}};\n\nconst size_t catalogues_count = {len(langs)};\n")


if __name__ == "__main__":
    if sys.argv[1] == "sql":
        sql(sys.argv[2], sys.argv[3:])
    elif sys.argv[1] == "catalogue":
        catalogue(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(__doc__)
