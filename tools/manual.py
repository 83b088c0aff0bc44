#!/usr/bin/env python3
"""Write the manual pages and the completion of bash from what the program says of itself.

tools/manual.py COMITY FOLDER
    comity.8          the verbs, from `comity help VERB` (src/app/verbs.def)
    comity.conf.5     the settings: the options of serve
    comity-charter.5  the charter file, from `comity charter schema`
    comity.bash       completion
"""
import pathlib
import re
import subprocess
import sys

OPTION = re.compile(r"^  (--[a-z-]+)(?: (\S+))? +(\S.*)$")
KEY = re.compile(r"^( *)(\S+)  (needed|optional.*)$")


def text(s):
    """A line of text as troff takes it."""
    s = s.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + s if s[:1] in (".", "'") else s


def page(name, section, title, body):
    return "\n".join([f'.TH {name} {section} "" "Comity {version}" "Comity"', ".nh", ".ad l", ".SH NAME",
                      f"{text(name)} \\- {text(title)}", *body]) + "\n"


def plain(lines):
    """Lines that stand as they are."""
    return [".PP", ".nf", *map(text, lines), ".fi"] if lines else []


def options(lines):
    """[(option, metavariable, words)] and what else the lines hold, in blocks."""
    found, rest = [], []
    for line in lines:
        m = OPTION.match(line)
        if m:
            found.append([m[1], m[2] or "", m[3]])
        elif found and not rest and line.startswith(" " * 10):
            found[-1][2] += " " + line.strip()
        else:
            rest.append(line)
    return found, rest


def split(usage):
    """The synopsis, and the lines after it."""
    head, _, tail = usage.partition("\n\n")
    return head.splitlines(), tail.rstrip("\n").splitlines()


def blocks(lines):
    """Paragraphs, and runs of option lines as tagged ones."""
    out = []
    for block in "\n".join(lines).split("\n\n"):
        found, rest = options(block.splitlines())
        for name, value, words in found:
            out += [".TP", f".BI {text(name)} \" {text(value)}\"" if value else f".B {text(name)}", text(words)]
        if any(line.strip() for line in rest):
            out += plain(rest)
    return out


def manual_8(verbs):
    body = [".SH SYNOPSIS", ".B comity", ".I VERB", "[options]", ".SH DESCRIPTION",
            "One program is the server and all its tools. A verb says what it does; exit status 0 is done, 1 an answer that is no",
            "(a refusal, an invalid file, a difference), 2 a wrong call, 3 a failure.", ".SH VERBS"]
    for verb, what in verbs:
        head, tail = split(usage_of(verb))
        body += [f".SS {text(verb)}", text(what[0].upper() + what[1:]) + ".", *plain(head), *blocks(tail)]
    body += [".SH FILES", ".TP", ".I /etc/comity/comity.conf", "The settings of the service; comity.conf(5).",
             ".TP", ".I /var/lib/comity", "The data folder of the service: keys/ (guard it), db/, format.",
             ".TP", ".I /usr/share/comity/charters", "Charter files to read and to begin with.",
             ".SH SIGNALS", "The server stops on SIGTERM and SIGINT, and on SIGHUP becomes the program that is installed now, without",
             "refusing a connection.", ".SH SEE ALSO", ".BR comity.conf (5),", ".BR comity\\-charter (5)"]
    return page("comity", 8, "the crisis response centre of an organisation of equals", body)


def settings():
    found, _ = options(split(usage_of("serve"))[1])
    return [o for o in found if o[0] != "--config"]


def manual_5():
    body = [".SH DESCRIPTION", "A line is", ".IR \"name\" \" = \" \"value\" ;", "a line that begins with # is a comment. A name stands once at most;",
            "an unknown name, and a value that does not fit, are errors with line and column. The names are the options of",
            "\"comity serve\", which win over the file. After a change: systemctl reload comity (addresses: restart).", ".SH SETTINGS"]
    for name, value, words in settings():
        body += [".TP", f".BI {text(name[2:])} \" = {text(value or 'yes|no')}\"", text(words)]
    body += [".SH EXAMPLE", *plain(pathlib.Path("debian/comity.conf").read_text(encoding="utf-8").splitlines()),
             ".SH SEE ALSO", ".BR comity (8)"]
    return page("comity.conf", 5, "settings of a centre", body)


def manual_charter():
    intro, _, rest = run("charter", "schema").partition("\n\n")
    body = [".SH DESCRIPTION", *map(text, intro.splitlines()), ".SH KEYS"]
    depth = 0
    for line in rest.splitlines():
        m = KEY.match(line)
        if m:
            at = len(m[1]) // 2
            body += [".RS 4"] * (at - depth) + [".RE"] * (depth - at)
            depth = at
            body += [".TP", f".BR {text(m[2])} \", {text(m[3])}\""]
        elif line.strip().startswith("("):
            body += [".br", text(line.strip())]
        elif line.strip():
            body.append(text(line.strip()))
    return page("comity-charter", 5, "the rules and registers of an organisation", body + [".RE"] * depth + [".SH SEE ALSO", ".BR comity (8)"])


COMPLETION = """# Completion of comity(8) in bash; made by tools/manual.py.
_comity() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}
	if [ "$COMP_CWORD" = 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "%(verbs)s help" -- "$cur")
		return
	fi
	case "$verb $prev" in
%(values)s	"act act") mapfile -t COMPREPLY < <(compgen -W "$(comity act --list 2>/dev/null | cut -d' ' -f1)" -- "$cur"); return ;;
	"view view") mapfile -t COMPREPLY < <(compgen -W "$(comity view --list 2>/dev/null | cut -d' ' -f1)" -- "$cur"); return ;;
	"help help") mapfile -t COMPREPLY < <(compgen -W "%(verbs)s" -- "$cur"); return ;;
	esac
	case "$verb $cur" in
%(options)s	*) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	esac
}
complete -o filenames -F _comity comity
"""


def completion(verbs):
    """Options by verb; a value that is a file or a folder is completed as one."""
    names, values = [], []
    for verb, _ in verbs:
        usage = usage_of(verb)
        found = sorted(set(re.findall(r"--[a-z][a-z-]*", usage)))
        if found:
            names.append(f"\t\"{verb} -\"*) mapfile -t COMPREPLY < <(compgen -W \"{' '.join(found)}\" -- \"$cur\") ;;\n")
        folders = sorted({m[0] for m in re.findall(r"(--[a-z-]+) (NEWFOLDER|FOLDER|DIR|BACKUP)\b", usage)})
        if folders:
            patterns = "|".join(f'"{verb} {o}"' for o in folders)
            values.append(f"\t{patterns}) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return ;;\n")
    return COMPLETION % {"verbs": " ".join(v for v, _ in verbs), "options": "".join(names), "values": "".join(values)}


def run(*args):
    return subprocess.run([comity, *args], check=True, capture_output=True, text=True).stdout


def usage_of(verb):
    return run("help", verb)


if __name__ == "__main__":
    comity, out = sys.argv[1], pathlib.Path(sys.argv[2])
    version = re.search(r"\d[\d.]*", run("version"))[0]
    verbs = re.findall(r"^  ([a-z-]+) +(\S.*)$", run("help"), re.M)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in (("comity.8", manual_8(verbs)), ("comity.conf.5", manual_5()), ("comity-charter.5", manual_charter()),
                          ("comity.bash", completion(verbs))):
        (out / name).write_text(content, encoding="utf-8")
