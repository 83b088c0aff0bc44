#!/usr/bin/env python3
"""Write the copyright file of the package: our licence, those of the faces, and of what the built front has in it."""
import json
import pathlib


def indented(text):
    return "\n".join(" " + line if line.strip() else " ." for line in text.rstrip().splitlines())


def main():
    print(pathlib.Path("debian/copyright").read_text(encoding="utf-8").rstrip())
    print(indented(pathlib.Path("COPYING").read_text(encoding="utf-8")))
    # The faces that papers are set in are in the program.
    faces = pathlib.Path("/usr/share/doc/fonts-paratype/copyright").read_text(encoding="utf-8").split("\n\n")[1]
    print("\n" + faces.replace("Files: *", "Files: fonts-paratype/*").rstrip())
    modules = pathlib.Path("web/node_modules")
    if not pathlib.Path("web/dist/files.json").exists():
        return
    # What is in the bundle: the dependencies of the front, and theirs.
    todo, seen = sorted(json.loads(pathlib.Path("web/package.json").read_text())["dependencies"]), set()
    while todo:
        name = todo.pop(0)
        if name in seen or not (modules / name / "package.json").exists():
            continue
        seen.add(name)
        about = json.loads((modules / name / "package.json").read_text(encoding="utf-8"))
        todo += sorted(about.get("dependencies", {}))
        texts = sorted(p for p in (modules / name).iterdir() if p.name.upper().startswith(("LICENSE", "LICENCE")))
        text = texts[0].read_text(encoding="utf-8") if texts else f"{about['license']}, see {about.get('homepage', name)}"
        owners = [line.strip() for line in text.splitlines() if line.strip().lower().startswith("copyright")]
        print(f"\nFiles: web/node_modules/{name}/*\nCopyright: {(owners or [str(about.get('author', name))])[0].removeprefix('Copyright').strip()}")
        print(f"License: {about['license']}-{name.strip('@').replace('/', '-')}\n{indented(text)}")


if __name__ == "__main__":
    main()
