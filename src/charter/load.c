/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "charter/export.h"
#include "charter/loader.h"


void complain(struct loader *l, const struct charter_node *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complaints_add(&l->report->errors, l->path, at->line, at->col, fmt, ap);
	va_end(ap);
}


static void add_at(struct charter_complaints *list, const struct charter_origin *o,
		   const char *below, const char *fmt, va_list ap) PRINTF(4, 0);

static void add_at(struct charter_complaints *list, const struct charter_origin *o,
		   const char *below, const char *fmt, va_list ap)
{
	const struct charter_node *n = below ? node_find(o->place, below) : o->place;
	char path[256];

	(void)snprintf(path, sizeof(path), "%s%s%s", o->path ? o->path : "",
		       below && o->path && o->path[0] ? "/" : "", below ? below : "");
	complaints_add(list, path, n ? n->line : o->line, n ? n->col : o->col, fmt, ap);
}


void complain_at(struct loader *l, const struct charter_origin *o, const char *below,
		 const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_at(&l->report->errors, o, below, fmt, ap);
	va_end(ap);
}


void warn_at(struct loader *l, const struct charter_origin *o, const char *below,
	     const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_at(&l->report->warnings, o, below, fmt, ap);
	va_end(ap);
}


bool said(const struct charter_origin *o, const char *below)
{
	const struct charter_node *n = node_get(o->place, below);

	return n && !node_null(n);
}


static void fault_to_report(struct charter_report *r, const struct fault *f, const char *fmt,
			    ...) PRINTF(3, 4);


static void fault_to_report(struct charter_report *r, const struct fault *f, const char *fmt,
			    ...)
{
	va_list ap;

	va_start(ap, fmt);
	complaints_add(&r->errors, f->path, f->line, f->col, fmt, ap);
	va_end(ap);
}


static void check_all(struct loader *l)
{
	check_constitution(l);
	check_decisions(l);
	check_services(l);
	check_work(l);
	if (l->c->has_registers)
		check_registers(l);
	check_texts(l);
}


static void hash_of(char out[DIGEST_HEX_SIZE], const struct charter *c, bool whole)
{
	struct buf b;

	buf_init(&b, 0);
	buf_str(&b, whole ? "comity-charter-file/1\n" : "comity-charter/1\n");
	charter_canonical(&b, c, whole);
	digest_hex(out, b.data, b.len);
	buf_clear(&b);
}


static void build(struct loader *l, const struct charter_node *root)
{
	l->root = root;
	l->late_end = &l->late;
	for (int p = 0; p < POOLS; p++)
		map_init(&l->pools[p].places);
	bind_file(l, root);
	resolve_all(l);
	check_all(l);
	for (int p = 0; p < POOLS; p++) {
		map_clear(&l->pools[p].places);
		free(l->pools[p].ids);
	}
}


int charter_load(struct charter **out, struct charter_report *report, const char *text,
		 size_t len)
{
	struct arena *memory = arena_new((size_t)256 << 10);
	struct loader l = { .memory = memory, .report = report };
	const struct charter_node *root = NULL;
	struct fault f = { 0 };
	int err = 0;

	if (len > CHARTER_SIZE_MAX) {
		err = E_TOOBIG;
		f.line = f.col = 1;
		fault_to_report(report, &f, "a charter has at most %d bytes, this one %zu",
				CHARTER_SIZE_MAX, len);
	} else if (node_parse(&root, memory, text, len, &f)) {
		if (!f.line)
			f.line = f.col = 1;
		fault_to_report(report, &f, "%s", f.text);
	} else {
		l.c = arena_take(memory, sizeof(*l.c));
		l.c->memory = memory;
		build(&l, root);
	}
	complaints_sort(&report->errors);
	complaints_sort(&report->warnings);
	if (!err && report->errors.count)
		err = E_SYNTAX;
	if (err) {
		arena_free(memory);
		return err;
	}
	hash_of(l.c->hash, l.c, false);
	hash_of(l.c->whole_hash, l.c, true);
	*out = l.c;

	return 0;
}


void charter_free(struct charter *c)
{
	if (c)
		arena_free(c->memory);
}
