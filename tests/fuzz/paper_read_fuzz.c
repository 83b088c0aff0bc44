/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Papers as the process that sets them reads them: what it then relies on holds. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "paper/doc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static size_t seen;


/* Every byte of a text is there. */
static void see(const char *text)
{
	if (text)
		seen += strlen(text);
}


static void need(bool holds)
{
	if (!holds)
		abort();
}


static void see_chart(const struct paper_chart *c)
{
	see(c->title);
	see(c->alt);
	for (size_t i = 0; i < c->ticks_count; i++) {
		need(c->ticks[i].at < c->count && c->ticks[i].text);
		see(c->ticks[i].text);
	}
	for (size_t i = 0; i < c->count; i++) {
		seen += c->bars && c->bars[i] > 0;
		seen += c->line && c->line[i] > 0;
		seen += c->marked && c->marked[i];
	}
}


static void see_block(const struct block *b)
{
	const size_t cells = b->kind == BLOCK_FACTS ? 2 : b->columns_count;

	need(b->kind < BLOCK_KINDS);
	see(b->text);
	see(b->data);
	for (size_t i = 0; b->columns && i < b->columns_count; i++)
		see(b->columns[i].title);
	for (size_t i = 0; i < b->rows_count; i++)
		for (size_t k = 0; k < cells; k++) {
			need(b->rows[i].cells[k]);
			see(b->rows[i].cells[k]);
		}
	need(!b->charts_count || b->across);
	for (size_t i = 0; i < b->charts_count; i++)
		see_chart(&b->charts[i]);
}


static void see_all(const struct doc *d)
{
	need(d->head.lang && d->head.title && d->head.author);
	see(d->head.subject);
	see(d->head.note);
	see(d->head.mark);
	see(d->head.banner);
	for (size_t i = 0; i < d->count; i++)
		see_block(&d->blocks[i]);
	for (size_t i = 0; i < d->files_count; i++) {
		const struct doc_file *f = &d->files[i];

		need(f->name && f->type && !strchr(f->name, '/'));
		see(f->about);
		for (size_t k = 0; k < f->len; k++)
			seen += (unsigned char)f->bytes[k];
	}
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new(1 << 14);
	struct fault f = { 0 };
	struct doc d;

	if (paper_read(&d, a, (const char *)data, len, &f) == 0)
		see_all(&d);
	arena_free(a);

	return 0;
}
