/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* unbind.h: a charter back into a tree of nodes, in normal form.  Private to this module. */
#ifndef CHARTER_UNBIND_H
#define CHARTER_UNBIND_H

#include "charter/node.h"
#include "charter/shape.h"

struct unbind {
	struct arena *memory;
	bool short_texts; /* a text that is in one language only is written without naming it */
};

/* The record at `from`; members that have their default are left out. */
struct charter_node *unbind_record(const struct unbind *u, const struct shape *shape,
				   const void *from);

/* One member; NULL when it has its default or is empty. */
const struct charter_node *unbind_field(const struct unbind *u, const struct field *f,
					const void *record);

#endif
