#!/usr/bin/env python3
"""Put files into the program.

embed.py sql OUT.c FILE...      the numbered migrations, as one table
embed.py catalogue OUT.c FILE...  texts by key and language (i18n/refusals/<lang>.json,
                                i18n/mail, paper, charter; of i18n/web what the server writes too)
embed.py fonts OUT.c FILE...    the faces that papers are set in (src/paper/font.h)
embed.py web OUT.c DIST         the built front, DIST/files.json; without it, a page that says so
"""
import gzip
import hashlib
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


SERVER = ("bulletin.", "value.", "word.")  # texts of the front that the server writes too


def catalogue(out, files):
    langs, all_texts = [], {}
    for f in map(pathlib.Path, sorted(files)):
        texts = json.loads(f.read_text(encoding="utf-8"))
        if f.parent.name == "web":
            texts = {k: v for k, v in texts.items() if k.startswith(SERVER) and isinstance(v, str)}
        all_texts.setdefault(f.stem, {}).update(texts)
    with open(out, "w", encoding="utf-8") as c:
        c.write('#include "act/catalogue.h"\n\n')
        for lang, texts in sorted(all_texts.items()):
            c.write(f"static const struct catalogue_entry {lang}[] = {{\n")
            for key in sorted(texts, key=lambda k: k.encode()):
                c.write(f"\t{{ {quoted(key)}, {quoted(texts[key])} }},\n")
            c.write("};\n\n")
            langs.append((lang, len(texts)))
        c.write("const struct catalogue catalogues[] = {\n")
        for lang, count in langs:
            c.write(f'\t{{ "{lang}", {count}, {lang} }},\n')
        c.write(f"}};\n\nconst size_t catalogues_count = {len(langs)};\n")


TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".svg": "image/svg+xml", ".json": "application/json", ".png": "image/png", ".woff2": "font/woff2",
         ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json"}
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Comity</title>
<h1>The front is not built</h1>
<p>The server runs; its pages were not there when it was compiled. In the source folder:</p>
<pre>make web && make</pre>
<p>needs Node.js 18 or later and npm. The interface for programs is at
<a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p></html>
"""


def included(name, path):
    """The bytes of a file as a symbol, put in by the assembler: no time, no memory."""
    return (f'__asm__(".section .rodata\\n.balign 16\\n.global {name}\\n{name}:\\n.incbin \\"{path}\\"\\n.previous\\n");\n'
            f"extern const char {name}[];\n")


def fonts(out, files):
    c = ['#include "paper/font.h"\n\n'] + [included(f"font_{i}", f) for i, f in enumerate(files)]
    rows = [f"\t{{ (const unsigned char *)font_{i}, {pathlib.Path(f).stat().st_size} }},\n" for i, f in enumerate(files)]
    pathlib.Path(out).write_text("".join(c) + "\nconst struct font_bytes font_bytes[FACES] = {\n" + "".join(rows) + "};\n",
                                 encoding="utf-8")


def web(out, files):
    dist, kept = pathlib.Path(files[0]), pathlib.Path(out).with_suffix("")
    kept.mkdir(parents=True, exist_ok=True)
    known = dist / "files.json"
    if known.exists():
        built = json.loads(known.read_text(encoding="utf-8"))
    else:
        built = {"files": [], "pages": [], "headers": {}, "languages": []}
    c = ['#include "api/web.h"\n\n']
    rows = []
    for number, name in enumerate(built["files"] or ["pages/absent.html"]):
        if name.endswith((".br", ".gz")):
            continue
        plain = (dist / name).read_bytes() if built["files"] else NOT_BUILT.encode()
        forms = [("plain", plain)]
        if (dist / (name + ".br")).exists():
            forms.append(("br", (dist / (name + ".br")).read_bytes()))
        packed = gzip.compress(plain, 9, mtime=0)
        if len(packed) < len(plain):
            forms.append(("gz", packed))
        cells = {}
        for form, data in forms:
            path = kept / f"{number}.{form}"
            path.write_bytes(data)
            symbol = f"web_{number}_{form}"
            c.append(included(symbol, path.resolve()))
            cells[form] = f".{form} = {{ {symbol}, {len(data)} }}"
        etag = hashlib.sha256(plain).hexdigest()[:16]
        rows.append((f"/{name}", f'\t{{ .path = "/{name}", .type = "{TYPES[pathlib.Path(name).suffix]}", .etag = "{etag}",\n'
                     f'\t  .immutable = {str(name.startswith("assets/")).lower()}, {", ".join(cells.values())} }},\n'))
    c.append("\nconst struct web_file web_files[] = {\n" + "".join(r for _, r in sorted(rows)) + "};\n")
    c.append(f"const size_t web_files_count = {len(rows)};\n\nconst struct web_page web_pages[] = {{\n")
    for p in built["pages"]:
        pattern = "/".join("{}" if part.startswith(":") else part for part in p["path"].split("/"))
        c.append(f'\t{{ "{pattern}", "{p["view"]}" }},\n')
    c.append("\t{ NULL, NULL },\n};\n\nconst struct web_header web_headers[] = {\n")
    for name, value in built["headers"].items():
        c.append(f"\t{{ {quoted(name)}, {quoted(value)} }},\n")
    c.append("\t{ NULL, NULL },\n};\n")
    pathlib.Path(out).write_text("".join(c), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "sql":
        sql(sys.argv[2], sys.argv[3:])
    elif sys.argv[1] == "catalogue":
        catalogue(sys.argv[2], sys.argv[3:])
    elif sys.argv[1] == "fonts":
        fonts(sys.argv[2], sys.argv[3:])
    elif sys.argv[1] == "web":
        web(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(__doc__)
