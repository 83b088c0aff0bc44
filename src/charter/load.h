/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * load.h: reading a charter file.
 *
 * The file is a strict subset of YAML 1.1: one document, no anchors, aliases, tags or merge
 * keys; a value has the type that the format gives it, whatever it looks like.  Everything
 * that is wrong is collected, not only the first thing.  docs/charter.md describes the format.
 */
#ifndef CHARTER_LOAD_H
#define CHARTER_LOAD_H

#include "charter/charter.h"

enum {
	CHARTER_SIZE_MAX = 1 << 20, /* bytes of a file */
	CHARTER_DEPTH_MAX = 12,	    /* of lists and maps in one another */
	CHARTER_NODES_MAX = 30000,  /* values, lists, maps and keys */
	CHARTER_COMPLAINTS_MAX = 200,
	CHARTER_TEXT_MAX = 2000, /* bytes of one text */
};

/* line and col count from 1; path is "statuses/observer/gate". */
struct charter_complaints {
	struct fault *at;
	size_t count;	/* at most CHARTER_COMPLAINTS_MAX */
	size_t dropped; /* how many more there were */
};

/* All complaints about a file, in the order of its lines. */
struct charter_report {
	struct charter_complaints errors;
	struct charter_complaints warnings; /* do not prevent loading */
};

void charter_report_init(struct charter_report *r);
void charter_report_clear(struct charter_report *r);

/*
 * Read and check a charter.
 *
 * out     set on success; the caller frees it (charter_free)
 * report  initialised by the caller; filled in any case
 *
 * Errors: E_SYNTAX   the report has errors
 *         E_TOOBIG   more than CHARTER_SIZE_MAX bytes (the report says so)
 */
int charter_load(struct charter **out, struct charter_report *report, const char *text,
		 size_t len) MUST_CHECK;

/*
 * Every rule that rests on the tag "assumed" alone or among others, in the order of the file:
 * a legal adviser should confirm each.  The same form as complaints; cleared by
 * charter_complaints_clear().
 */
void charter_assumed(struct charter_complaints *out, const struct charter *c);
void charter_complaints_clear(struct charter_complaints *list);

#endif
