/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "paper/doc.h"

const char *const paper_text_words[PAPER_TEXTS] = { "body", "lead", "small" };


static void maybe(struct jw *w, const char *key, const char *text)
{
	if (text && *text)
		jw_kstr(w, key, text);
}


void paper_begin(struct paper *p, struct buf *out, const struct paper_head *head)
{
	jw_init(&p->w, out);
	jw_object(&p->w);
	jw_kstr(&p->w, "lang", head->lang);
	jw_kstr(&p->w, "title", head->title);
	jw_kstr(&p->w, "author", head->author);
	maybe(&p->w, "subject", head->subject);
	maybe(&p->w, "note", head->note);
	maybe(&p->w, "mark", head->mark);
	maybe(&p->w, "banner", head->banner);
	jw_kint(&p->w, "made", head->made);
	jw_key(&p->w, "blocks");
	jw_array(&p->w);
}


void paper_end(struct paper *p)
{
	jw_array_end(&p->w);
	jw_object_end(&p->w);
}


static void begin(struct paper *p, const char *kind)
{
	jw_object(&p->w);
	jw_kstr(&p->w, "kind", kind);
}


static void words(struct paper *p, const char *kind, const char *text)
{
	begin(p, kind);
	jw_kstr(&p->w, "text", text);
	jw_object_end(&p->w);
}


void paper_title(struct paper *p, const char *text)
{
	words(p, "title", text);
}


void paper_heading(struct paper *p, const char *text)
{
	words(p, "heading", text);
}


void paper_text(struct paper *p, enum paper_text kind, const char *text)
{
	words(p, paper_text_words[kind], text);
}


void paper_facts(struct paper *p)
{
	begin(p, "facts");
	jw_key(&p->w, "rows");
	jw_array(&p->w);
}


void paper_fact(struct paper *p, const char *name, const char *value)
{
	jw_array(&p->w);
	jw_str(&p->w, name);
	jw_str(&p->w, value ? value : "");
	jw_array_end(&p->w);
}


void paper_facts_end(struct paper *p)
{
	jw_array_end(&p->w);
	jw_object_end(&p->w);
}


void paper_table(struct paper *p, const struct paper_column *columns, size_t count)
{
	begin(p, "table");
	jw_key(&p->w, "columns");
	jw_array(&p->w);
	for (size_t i = 0; i < count; i++) {
		jw_object(&p->w);
		jw_kstr(&p->w, "title", columns[i].title);
		jw_kint(&p->w, "share", columns[i].share);
		jw_kbool(&p->w, "number", columns[i].number);
		jw_object_end(&p->w);
	}
	jw_array_end(&p->w);
	jw_key(&p->w, "rows");
	jw_array(&p->w);
}


void paper_row(struct paper *p, const char *const *cells, size_t count, bool bold)
{
	jw_object(&p->w);
	jw_kbool(&p->w, "bold", bold);
	jw_key(&p->w, "cells");
	jw_array(&p->w);
	for (size_t i = 0; i < count; i++)
		jw_str(&p->w, cells[i] ? cells[i] : "");
	jw_array_end(&p->w);
	jw_object_end(&p->w);
}


void paper_table_end(struct paper *p)
{
	paper_facts_end(p);
}


void paper_charts(struct paper *p, unsigned across)
{
	begin(p, "charts");
	jw_kint(&p->w, "across", across);
	jw_key(&p->w, "rows");
	jw_array(&p->w);
}


static void points(struct jw *w, const char *key, const double *v, size_t count)
{
	if (!v)
		return;
	jw_key(w, key);
	jw_array(w);
	for (size_t i = 0; i < count; i++)
		jw_real(w, v[i]);
	jw_array_end(w);
}


void paper_chart(struct paper *p, const struct paper_chart *c)
{
	struct jw *w = &p->w;

	jw_object(w);
	jw_kstr(w, "title", c->title);
	maybe(w, "alt", c->alt);
	jw_kint(w, "count", (int64_t)c->count);
	jw_kint(w, "height", c->height_mm);
	points(w, "bars", c->bars, c->count);
	points(w, "line", c->line, c->count);
	points(w, "low", c->low, c->count);
	points(w, "high", c->high, c->count);
	if (!isnan(c->reference))
		points(w, "reference", &c->reference, 1);
	if (c->ticks_count) {
		jw_key(w, "ticks");
		jw_array(w);
		for (size_t i = 0; i < c->ticks_count; i++) {
			jw_object(w);
			jw_kint(w, "at", (int64_t)c->ticks[i].at);
			jw_kstr(w, "text", c->ticks[i].text);
			jw_object_end(w);
		}
		jw_array_end(w);
	}
	if (c->marked) {
		jw_key(w, "marked");
		jw_array(w);
		for (size_t i = 0; i < c->count; i++)
			if (c->marked[i])
				jw_int(w, (int64_t)i);
		jw_array_end(w);
	}
	jw_object_end(w);
}


void paper_charts_end(struct paper *p)
{
	paper_facts_end(p);
}


void paper_code(struct paper *p, const char *data, const char *caption)
{
	begin(p, "code");
	jw_kstr(&p->w, "data", data);
	jw_kstr(&p->w, "text", caption);
	jw_object_end(&p->w);
}


void paper_files(struct paper *p)
{
	jw_array_end(&p->w);
	jw_key(&p->w, "files");
	jw_array(&p->w);
}


void paper_file(struct paper *p, const char *name, const char *type, const char *about,
		const void *bytes, size_t len)
{
	char *text = mem_alloc((len + 2) / 3 * 4 + 1);

	text_base64(text, bytes, len);
	jw_object(&p->w);
	jw_kstr(&p->w, "name", name);
	jw_kstr(&p->w, "type", type);
	maybe(&p->w, "about", about);
	jw_kstr(&p->w, "bytes", text);
	jw_object_end(&p->w);
	free(text);
}
