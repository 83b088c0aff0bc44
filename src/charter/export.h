/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * export.h: a charter written back, and the description of the format itself.
 */
#ifndef CHARTER_EXPORT_H
#define CHARTER_EXPORT_H

#include "base/buf.h"
#include "charter/charter.h"

/* Normalised YAML, which loads to the same hash and whole_hash.  Comments are not kept. */
void charter_export(struct buf *b, const struct charter *c);

/*
 * The canonical form that the hashes are taken of: JSON, keys sorted, members that have their
 * default left out, texts always by language.  `whole` adds label, as_of and registers.
 */
void charter_canonical(struct buf *b, const struct charter *c, bool whole);

/* The format as readable text: every key with its type, whether it is needed, and its meaning.
 */
void charter_schema(struct buf *b);

/* Every key of the format in turn. */
struct charter_schema_key {
	const char *path; /* "constitution/statuses/[]/gate" */
	const char *key;  /* "gate" */
	const char *type; /* "id of an instrument in the registers" */
	bool required;
	const char *otherwise; /* the default, or NULL */
	const char *doc;       /* one sentence */
};
typedef void charter_schema_h(const struct charter_schema_key *key, void *arg);

void charter_schema_each(charter_schema_h *handler, void *arg);

#endif
