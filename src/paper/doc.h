/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* doc.h: a paper as it was read; private to paper/. */
#ifndef PAPER_DOC_H
#define PAPER_DOC_H

#include "paper/paper.h"

enum block_kind {
	BLOCK_TITLE,
	BLOCK_HEADING,
	BLOCK_BODY,
	BLOCK_LEAD,
	BLOCK_SMALL,
	BLOCK_FACTS,
	BLOCK_TABLE,
	BLOCK_CHARTS,
	BLOCK_CODE,
	BLOCK_KINDS
};

struct doc_row {
	const char **cells; /* as many as the block has columns; facts have two */
	bool bold;
};

struct block {
	enum block_kind kind;
	const char *text;
	const char *data; /* of a code */
	struct paper_column *columns;
	size_t columns_count;
	struct doc_row *rows;
	size_t rows_count;
	struct paper_chart *charts;
	size_t charts_count;
	unsigned across;
};

struct doc_file {
	const char *name, *type;
	const char *about; /* or NULL */
	const char *bytes;
	size_t len;
};

struct doc {
	struct paper_head head;
	struct block *blocks;
	size_t count;
	struct doc_file *files;
	size_t files_count;
};

/* The words of enum paper_text. */
extern const char *const paper_text_words[PAPER_TEXTS];

/*
 * Read a paper; all of it lies in the arena.
 *
 * Errors: E_SYNTAX no JSON; E_RANGE a member is missing, of another type, or out of its
 * limits (fault has the pointer); E_TOOBIG.
 */
int paper_read(struct doc *out, struct arena *a, const char *bytes, size_t len,
	       struct fault *f) MUST_CHECK;

#endif
