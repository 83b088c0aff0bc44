/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "charter/export.h"
#include "charter/unbind.h"


static const struct charter_node *tree(const struct unbind *u, const struct charter *c)
{
	struct charter_node *map = node_map(u->memory);

	for (size_t i = 0; i < shape_file.count; i++) {
		const struct field *f = &shape_file.fields[i];
		const struct charter_node *n = unbind_field(u, f, c);

		if (n && (f->of != &shape_registers || c->has_registers))
			node_add(u->memory, map, f->key, n);
	}

	return map;
}


void charter_export(struct buf *b, const struct charter *c)
{
	struct arena *memory = arena_new((size_t)256 << 10);
	const struct unbind u = { memory, true };

	buf_printf(b,
		   "# A Comity charter, written by `comity charter export`.\n"
		   "# SHA-256 of the constitution: %s\n",
		   c->hash);
	node_yaml(b, tree(&u, c));
	arena_free(memory);
}


void charter_canonical(struct buf *b, const struct charter *c, bool whole)
{
	struct arena *memory = arena_new((size_t)256 << 10);
	const struct unbind u = { memory, false };

	node_json(b, whole ? tree(&u, c) : unbind_record(&u, &shape_constitution, c));
	arena_free(memory);
}
