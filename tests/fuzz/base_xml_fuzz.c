/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* XML documents: what is read can be written, and is read again as the same. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


static void write_node(struct buf *b, const struct xml_node *n)
{
	buf_printf(b, "<%s xmlns=\"", n->name);
	xml_escape(b, n->ns);
	buf_str(b, "\">");
	xml_escape(b, n->text);
	for (const struct xml_node *c = n->child; c; c = c->next)
		write_node(b, c);
	buf_printf(b, "</%s>", n->name);
}


static void same(const struct xml_node *x, const struct xml_node *y)
{
	for (; x && y; x = x->next, y = y->next) {
		if (!text_eq(x->name, y->name) || !text_eq(x->text, y->text))
			abort();
		same(x->child, y->child);
	}
	if (x || y)
		abort();
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new(4096);
	struct xml_node *one, *two;
	struct fault f = { 0 };
	struct buf b;

	buf_init(&b, 0);
	if (xml_read(&one, a, (const char *)data, len, 1 << 20, &f)) {
		if (!f.text[0])
			abort();
	} else {
		write_node(&b, one);
		if (xml_read(&two, a, b.data, b.len, 64 << 20, &f))
			abort();
		same(one, two);
	}
	buf_clear(&b);
	arena_free(a);

	return 0;
}
