#!/usr/bin/env python3
"""The pages: every link and every path of the repository that they name leads somewhere."""
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from comity import ROOT, main

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLDERS = "charters|docs|i18n|packaging|scenarios|schema|src|tests|tools|web"
ENDINGS = "c|css|def|go|h|html|js|json|jsonl|md|mjs|py|schema|sh|sql|svg|png|ts|tsx|txt|yaml"
LINK = re.compile(r"\]\(([^)\s]+)(?: \"[^\"]*\")?\)")
PATH = re.compile(rf"(?<![\w/.<-])(?:{FOLDERS})/[\w./*-]*\.(?:{ENDINGS})\b(?![/<])")


def anchors(page):
    """The names by which headings can be linked to."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in heads}


def bad_link(page, target):
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return False
    path, _, anchor = target.partition("#")
    to = (page.parent / path) if path else page
    return not to.exists() or bool(anchor and to.suffix == ".md" and anchor not in anchors(to))


def astray(page, root=ROOT):
    """What a page names that is not there, with its line."""
    found = []
    for n, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        links = LINK.findall(line)
        found += [f"{page.name}:{n}: link {t}" for t in links if bad_link(page, t)]
        for path in PATH.findall(LINK.sub("](-)", line)):
            if not any(True for _ in root.glob(path)):
                found.append(f"{page.name}:{n}: path {path}")
    return found


def every_link_and_path_of_the_pages_exists():
    found = [f for page in PAGES for f in astray(page)]
    assert not found, "\n".join(found)


def a_link_or_path_that_leads_nowhere_is_found():
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.md"
        page.write_text("""# A page, with `code`
[here](page.md) [head](#a-page-with-code) [out](https://example.org/none.md) `src/act/act*.h` docs/charter.md
[gone](gone.md) [no head](page.md#none)
`src/act/none.c` and src/none*.h, not `build/src/act/none.c`, not `/src/act/none.c`
`comity play scenarios/none.jsonl` and CHARTER=charters/none.yaml
""", encoding="utf-8")
        assert astray(page) == [
            "page.md:3: link gone.md", "page.md:3: link page.md#none", "page.md:4: path src/act/none.c",
            "page.md:4: path src/none*.h", "page.md:5: path scenarios/none.jsonl", "page.md:5: path charters/none.yaml",
        ], astray(page)


if __name__ == "__main__":
    main(every_link_and_path_of_the_pages_exists, a_link_or_path_that_leads_nowhere_is_found)
