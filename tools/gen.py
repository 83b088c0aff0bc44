#!/usr/bin/env python3
"""From schema/*.schema, everything that must agree with it.

gen.py OUT SCHEMA...   writes into OUT:
  <module>.h, <module>.c   structs, tables of fields, descriptions of acts and views
  schema.ts                the same types for the web front
  forms.ts, forms-<module>.ts  who may try an act; the tables its form is made from
  openapi.json             the API as OpenAPI 3.1
  openapi.c                the same, inside the program

The format, by example:

  module parties

  group relation : One attested relation.
    with       id -> party          : The other party.

  act party.record-fact : Record an attested fact about a party.
    @who       secretariat
    @subject   party
    @see       member
    fact       id                   : Which fact, by the charter's name for it.
    value      bool                 : Whether it holds.
    source     text 1..300          : The document that shows it.
    until      date optional        : The last day on which it may be relied on.
    relations  group(relation) list : ...

  view parties : The parties, in protocol order.
    @who       public
    ?status    id optional -> status : Only those that hold this status.
    id         id -> party          : The party.

Types: id text date partial duration digest ltext json instant int real bool enum(a b) group(name);
then a..b (characters of a text, range of an int), optional, list, private, -> what an id names.
A view whose rows may be kept for others (base/fields.h) is @shared.
"""
import json
import pathlib
import re
import sys

TYPES = {
    "id": "const char *", "text": "const char *", "date": "const char *", "partial": "const char *",
    "duration": "const char *", "digest": "const char *", "enum": "const char *", "ltext": "const char *",
    "json": "const char *", "instant": "int64_t ", "int": "int64_t ", "real": "double ", "bool": "bool ",
    "group": "struct ",
}
FIELD = re.compile(
    r"^(?P<param>\?)?(?P<name>[a-z][a-z0-9_]*)\s+(?P<type>[a-z]+)(\((?P<args>[^)]*)\))?"
    r"(\s+(?P<min>-?\d+)\.\.(?P<max>-?\d+))?(?P<flags>(\s+(optional|list|private))*)"
    r"(\s+->\s+(?P<ref>[a-z-]+))?\s+:\s+(?P<doc>.+)$")
HEAD = re.compile(r"^(?P<kind>act|view|group)\s+(?P<name>[a-z][a-z0-9.-]*)\s+:\s+(?P<doc>.+)$")


KEYWORDS = {"short", "signed", "default", "case", "long", "register", "switch", "for", "if", "int", "char",
            "break", "continue", "return", "static", "union", "void", "while", "enum", "const", "double", "float"}
GROUPS = {}  # by name, of all modules


def group_c(f):
    if f.args[0] not in GROUPS:
        sys.exit(f"there is no group {f.args[0]}")
    return GROUPS[f.args[0]].c


class Item:
    def __init__(self, kind, name, doc, where):
        self.kind, self.name, self.doc, self.where = kind, name, doc, where
        self.attributes, self.fields, self.params = {}, [], []
        self.c = re.sub(r"[.-]", "_", name)
        self.module = None


class Field:
    def __init__(self, m):
        self.name, self.type, self.doc, self.ref = m["name"], m["type"], m["doc"].strip(), m["ref"]
        self.args = (m["args"] or "").split()
        self.flags = m["flags"].split()
        default = (1, 300) if self.type in ("text", "ltext") else (-(2**63) + 1, 2**63 - 1)
        self.min = int(m["min"]) if m["min"] else default[0]
        self.max = int(m["max"]) if m["max"] else default[1]
        if "list" in self.flags:
            self.min = self.min if m["min"] else 0
        self.c = self.name + "_" if self.name in KEYWORDS else self.name
        self.optional, self.list = "optional" in self.flags, "list" in self.flags


def parse(path):
    module, items = None, []
    for number, line in enumerate(pathlib.Path(path).read_text(encoding="utf-8").splitlines(), 1):
        def bad(why):
            sys.exit(f"{path}:{number}: {why}: {line.strip()}")
        text = line.split(" #")[0].strip() if not line.startswith("#") else ""
        if not text:
            continue
        if text.startswith("module "):
            module = text.split()[1]
        elif not line[0].isspace():
            m = HEAD.match(text)
            if not m:
                bad("expected 'act|view|group NAME : sentence'")
            items.append(Item(m["kind"], m["name"], m["doc"].strip(), f"{path}:{number}"))
        elif text.startswith("@"):
            key, _, value = text[1:].partition(" ")
            items[-1].attributes[key] = value.strip()
        else:
            m = FIELD.match(text)
            if not m or m["type"] not in TYPES:
                bad("expected 'name type ... : sentence'")
            (items[-1].params if m["param"] else items[-1].fields).append(Field(m))
    if not module:
        sys.exit(f"{path}: no module line")
    for i in items:
        i.module = module
        if i.kind == "group":
            if i.name in GROUPS:
                sys.exit(f"{i.where}: there is a group {i.name} already, at {GROUPS[i.name].where}")
            i.c = f"{module}_{i.c}"
            GROUPS[i.name] = i
    return module, items


def c_string(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"' if s is not None else "NULL"


def c_struct(name, fields, doc):
    out = [f"/* {doc} */", f"struct {name} {{"]
    for f in fields:
        if f.list:
            what = f"struct {group_c(f)}" if f.type == "group" else TYPES[f.type].strip()
            out.append(f"\tstruct field_list {f.c}; /* of {what}: {f.doc} */")
        else:
            out.append(f"\t{TYPES[f.type]}{group_c(f) + ' ' if f.type == 'group' else ''}{f.c}; /* {f.doc} */")
    if not fields:
        out.append("\tchar unused;")
    return "\n".join(out + ["};", f"extern const struct fields {name}_fields;", "", ""])


def c_table(name, fields, label):
    out = []
    for f in fields:
        if f.type == "enum":
            out.append(f"static const char *const {name}_{f.name}_options[] = {{ "
                       + ", ".join(c_string(a) for a in f.args) + ", NULL };")
    if fields:
        out.append(f"static const struct field {name}_table[] = {{")
        for f in fields:
            flags = [f"FIELD_{x.upper()}" for x in f.flags] or ["0"]
            options = f"{name}_{f.name}_options" if f.type == "enum" else "NULL"
            group = f"&{group_c(f)}_fields" if f.type == "group" else "NULL"
            out.append(f"\t{{ {c_string(f.name)}, FIELD_{f.type.upper()}, {' | '.join(flags)}, "
                       f"offsetof(struct {name}, {f.c}), INT64_C({f.min}), INT64_C({f.max}), {options}, "
                       f"{c_string(f.ref)}, {group}, {c_string(f.doc)}, "
                       f"{c_string(f'{json.dumps(f.name)}:')} }},")
        out.append("};")
    table = f"{name}_table" if fields else "NULL"
    out.append(f"const struct fields {name}_fields = {{ {c_string(label)}, sizeof(struct {name}), "
               f"{len(fields)}, {table} }};")
    return "\n".join(out) + "\n\n"


def write_c(out, module, items):
    guard = f"GEN_{module.upper()}_H"
    h = [f"/* Made by tools/gen.py from schema/{module}.schema. */\n#ifndef {guard}\n#define {guard}\n",
         '#include "base/fields.h"\n']
    others = sorted({GROUPS[f.args[0]].module for i in items for f in i.fields if f.type == "group"} - {module})
    h.append("".join(f'#include "gen/{m}.h"\n' for m in others) + "\n")
    c = [f'/* Made by tools/gen.py from schema/{module}.schema. */\n#include "gen/{module}.h"\n\n']
    for i in items:
        if i.kind in ("act", "group"):
            h.append(c_struct(i.c, i.fields, i.doc))
            c.append(c_table(i.c, i.fields, i.name))
        if i.kind == "act":
            h.append(f"extern const struct act_desc {i.c}_act;\n\n")
            a = i.attributes
            for key in ("who", "subject", "see"):
                if key not in a:
                    sys.exit(f"{i.where}: act {i.name} has no @{key}")
            c.append(f"const struct act_desc {i.c}_act = {{ {c_string(i.name)}, {c_string(a['who'])}, "
                     f"{c_string(a['subject'])}, {c_string(a['see'])}, &{i.c}_fields, {c_string(i.doc)} }};\n\n")
        if i.kind == "view":
            if "who" not in i.attributes:
                sys.exit(f"{i.where}: view {i.name} has no @who")
            h.append(c_struct(i.c + "_params", i.params, f"Parameters of the view {i.name}."))
            h.append(c_struct(i.c + "_row", i.fields, i.doc))
            h.append(f"extern const struct view_desc {i.c}_view;\n\n")
            c.append(c_table(i.c + "_params", i.params, i.name))
            c.append(c_table(i.c + "_row", i.fields, i.name))
            c.append(f"const struct view_desc {i.c}_view = {{ {c_string(i.name)}, "
                     f"{c_string(i.attributes['who'])}, &{i.c}_params_fields, &{i.c}_row_fields, "
                     f"{c_string(i.doc)}, {'true' if 'shared' in i.attributes else 'false'} }};\n\n")
    h.append("#endif\n")
    write(out / f"{module}.h", "".join(h))
    write(out / f"{module}.c", "".join(c))


def ts_name(name):
    return "".join(p.capitalize() for p in re.split(r"[._-]", name))


def ts_type(f):
    base = {"int": "number", "real": "number", "bool": "boolean", "ltext": "Texts", "json": "unknown",
            "enum": " | ".join(f'"{a}"' for a in f.args), "group": ts_name(f.args[0]) if f.args else ""}.get(
                f.type, "string")
    return f"({base})[]" if f.list else base


def ts_interface(name, fields, doc):
    rows = "".join(f"  /** {f.doc} */\n  {f.name}{'?' if f.optional else ''}: {ts_type(f)};\n" for f in fields)
    return f"/** {doc} */\nexport interface {name} {{\n{rows}}}\n\n"


def form_field(f):
    d = {"name": f.name, "type": f.type}
    if f.type == "enum":
        d["options"] = f.args
    if f.type == "group":
        d["group"], d["fields"] = f.args[0], [form_field(g) for g in GROUPS[f.args[0]].fields]
    if f.type in ("text", "ltext", "int"):
        d["min"], d["max"] = max(f.min, -(2**53)), min(f.max, 2**53)
    if f.ref:
        d["ref"] = f.ref
    for flag in f.flags:
        d[flag] = True
    return d


def write_ts(out, modules):
    s = ["// Made by tools/gen.py from schema/.\n\n/** A text by language. */\n"
         "export type Texts = Record<string, string>;\n\n"]
    acts, views = [], []
    for _, items in modules:
        for i in items:
            if i.kind in ("act", "group"):
                s.append(ts_interface(ts_name(i.name), i.fields, i.doc))
                if i.kind == "act":
                    acts.append(i)
            else:
                s.append(ts_interface(ts_name(i.name) + "Params", i.params, f"Parameters of the view {i.name}."))
                s.append(ts_interface(ts_name(i.name) + "Row", i.fields, i.doc))
                views.append(i)
    s.append("export interface Acts {\n" + "".join(f'  "{i.name}": {ts_name(i.name)};\n' for i in acts) + "}\n\n")
    s.append("export interface Views {\n" + "".join(
        f'  "{i.name}": {{ params: {ts_name(i.name)}Params; row: {ts_name(i.name)}Row }};\n' for i in views) + "}\n\n")
    write(out / "schema.ts", "".join(s))
    write_forms(out, modules)


def write_forms(out, modules):
    """What forms are made of, a file for each module: a page loads that of the form it opens.

    readers.ts says who may read a view that is not for everybody with a seat.
    forms.ts says who may try an act and where its fields are.  The words are in the catalogue.
    """
    loads, rows, made = [], [], set()
    readers = {i.name: i.attributes["who"] for _, items in modules for i in items if i.kind == "view"}
    write(out / "readers.ts", "// Made by tools/gen.py from schema/.\n\nexport const readers: Record<string, string> = "
          + json.dumps({n: w for n, w in readers.items() if w not in ("any", "public")}, indent=1) + ";\n")
    for module, items in modules:
        fields = {i.name: [form_field(f) for f in i.fields] for i in items if i.kind == "act"}
        if not fields:
            continue
        name = f"forms-{module}.ts"
        made.add(name)
        loads.append(f'const {module}: FormAct["load"] = () => import("./{name}");\n')
        rows += [f'  {json.dumps(i.name)}: {{ who: {json.dumps(i.attributes["who"])}, load: {module} }},\n'
                 for i in items if i.kind == "act"]
        write(out / name, f'// Made by tools/gen.py from schema/{module}.schema.\nimport type {{ FormField }} from "./forms.ts";\n\n'
              "export const fields: Record<string, FormField[]> = " + json.dumps(fields, indent=1, ensure_ascii=False) + ";\n")
    for old in set(out.glob("forms-*.ts")) - {out / name for name in made}:
        old.unlink()
    write(out / "forms.ts", "// Made by tools/gen.py from schema/.\n\n"
          "export interface FormField {\n  name: string;\n  type: string;\n  options?: string[];\n"
          "  group?: string;\n  fields?: FormField[]; /* of the group */\n  min?: number;\n  max?: number;\n  ref?: string;\n"
          "  optional?: boolean;\n  list?: boolean;\n  private?: boolean;\n}\n\n"
          "export interface FormAct {\n  who: string;\n  load: () => Promise<{ fields: Record<string, FormField[]> }>;\n}\n\n"
          + "".join(loads) + "\nexport const acts: Record<string, FormAct> = {\n" + "".join(rows) + "};\n")


def api_schema(f):
    base = {"int": {"type": "integer"}, "real": {"type": "number"}, "bool": {"type": "boolean"}, "json": {},
            "instant": {"type": "string", "format": "date-time"}, "date": {"type": "string", "format": "date"},
            "id": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,47}$"},
            "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "duration": {"type": "string", "format": "duration"},
            "ltext": {"type": "object", "additionalProperties": {"type": "string"}},
            "enum": {"type": "string", "enum": f.args},
            "group": {"$ref": f"#/components/schemas/{f.args[0] if f.args else ''}"}}.get(f.type, {"type": "string"})
    base = dict(base)
    if f.type == "text" and not f.list:
        base.update(minLength=f.min, maxLength=f.max)
    s = {"type": "array", "items": base} if f.list else base
    return {**s, "description": f.doc}


def api_object(fields, doc):
    return {"type": "object", "description": doc, "additionalProperties": False,
            "properties": {f.name: api_schema(f) for f in fields},
            "required": [f.name for f in fields if not f.optional]}


def write_openapi(out, modules, template):
    api = json.loads(pathlib.Path(template).read_text(encoding="utf-8"))
    schemas, kinds = api["components"]["schemas"], []
    for _, items in modules:
        for i in items:
            if i.kind == "group":
                schemas[i.name] = api_object(i.fields, i.doc)
            elif i.kind == "act":
                schemas["act." + i.name] = {
                    "allOf": [{"$ref": "#/components/schemas/act"}, {"type": "object", "properties": {
                        "kind": {"const": i.name}, "body": api_object(i.fields, i.doc)}}],
                    "description": f"{i.doc} Who: {i.attributes['who']}."}
                kinds.append({"$ref": f"#/components/schemas/act.{i.name}"})
            else:
                schemas["view." + i.name] = api_object(i.fields, i.doc)
                params = [{"name": f.name, "in": "query", "required": not f.optional, "description": f.doc,
                           "schema": {k: v for k, v in api_schema(f).items() if k != "description"}}
                          for f in i.params]
                api["paths"][f"/api/v1/views/{i.name}"] = {"get": {
                    "summary": i.doc, "tags": ["views"], "parameters": params, "responses": {
                        "200": {"description": f"Rows. Who: {i.attributes['who']}.", "content": {"application/json": {
                            "schema": {"type": "object", "properties": {
                                "view": {"const": i.name}, "seq": {"type": "integer"},
                                "rows": {"type": "array", "items": {"$ref": f"#/components/schemas/view.{i.name}"}}}}}}},
                        "default": {"$ref": "#/components/responses/problem"}}}}
    schemas["any-act"] = {"oneOf": kinds}
    text = json.dumps(api, ensure_ascii=False, separators=(",", ":"))
    write(out / "openapi.json", text)
    write(out / "openapi.c", '#include "gen/openapi.h"\n\nconst char openapi_json[] =\n' + "".join(
        "\t" + c_string(text[k:k + 2000]) + "\n" for k in range(0, len(text), 2000)) + "\t;\n"
        + "const size_t openapi_json_len = sizeof(openapi_json) - 1;\n")
    write(out / "openapi.h", "#include <stddef.h>\n\nextern const char openapi_json[];\nextern const size_t openapi_json_len;\n")


def write(path, text):
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1])
    modules = [parse(p) for p in sorted(sys.argv[2:])]
    names = [(i.kind == "view", i.c, i.where) for _, items in modules for i in items]
    seen = {}
    for kind, c, where in names:
        if (kind, c) in seen:
            sys.exit(f"{where}: the name stands already at {seen[kind, c]}")
        seen[kind, c] = where
    for module, items in modules:
        write_c(out, module, items)
    write_ts(out, modules)
    write_openapi(out, modules, pathlib.Path(sys.argv[2]).parent / "openapi.base.json")
