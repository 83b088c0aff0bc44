/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/text.h"
#include "charter/find.h"
#include "charter/node.h"
#include "charter/shape.h"

struct walk {
	charter_rule_h *handler;
	void *arg;
};

static void walk_record(const struct walk *w, const struct shape *shape, const void *record);


static void walk_field(const struct walk *w, const struct field *f, const void *at)
{
	struct sequence list = { 0 };
	const void *record = at;

	if (f->type == F_RECORD_OPT)
		memcpy(&record, at, sizeof(record));
	if ((f->type == F_RECORD || f->type == F_RECORD_OPT) && record)
		walk_record(w, f->of, record);
	if (f->type == F_RECORDS)
		memcpy(&list, at, sizeof(list));
	for (size_t i = 0; i < list.count; i++)
		walk_record(w, f->of, (char *)list.at + i * field_size(f));
}


static void walk_record(const struct walk *w, const struct shape *shape, const void *record)
{
	const struct charter_origin *o = record;

	if (shape->has_origin && o->path)
		w->handler(o, w->arg);
	for (size_t i = 0; i < shape->count; i++)
		walk_field(w, &shape->fields[i],
			   (const char *)record + shape->fields[i].offset);
}


void charter_rules_each(const struct charter *c, charter_rule_h *handler, void *arg)
{
	struct walk w = { handler, arg };

	walk_record(&w, &shape_constitution, c);
}

struct nearest {
	const char *path;
	const struct charter_origin *found;
	size_t len;
};


static void look(const struct charter_origin *rule, void *arg)
{
	struct nearest *n = arg;
	size_t len = strlen(rule->path);

	if (len >= n->len && text_starts(n->path, rule->path) &&
	    (n->path[len] == '\0' || n->path[len] == '/')) {
		n->found = rule;
		n->len = len;
	}
}


struct charter_strings charter_rule_src(const struct charter *c, const char *path)
{
	struct nearest n = { .path = path };

	charter_rules_each(c, look, &n);
	if (!n.found)
		return (struct charter_strings){ NULL, 0 };

	return charter_src(n.found);
}


void charter_rule_json(struct buf *out, const struct charter_origin *rule)
{
	node_json(out, rule->place);
}
