/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* read.c: a paper is read with hard limits: what sets it believes nobody. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "paper/doc.h"

enum {
	DEPTH = 8,
	HEIGHT_LEAST = 10,
	HEIGHT_MOST = 120,
	ACROSS_MAX = 4,
	NAME_MAX_BYTES = 120,
};

static const char *const kinds[BLOCK_KINDS] = { "title", "heading", "body",   "lead", "small",
						"facts", "table",   "charts", "code" };

struct reading {
	struct arena *a;
	struct fault *f;
	size_t rows;
};


static int wrong(struct reading *r, const char *where, const char *what)
{
	fault_at(r->f, where, 0, 0);

	return fault_set(r->f, E_RANGE, "A paper: %s.", what);
}


/* A text that must be there. */
static int text_of(const char **out, struct reading *r, const json_t *object, const char *key)
{
	const char *text = json_text(object, key, NULL);

	if (!text)
		return wrong(r, key, "a text is missing");
	*out = arena_str(r->a, text);

	return 0;
}


/* A text or NULL. */
static const char *maybe_of(struct reading *r, const json_t *object, const char *key)
{
	const char *text = json_text(object, key, NULL);

	return text ? arena_str(r->a, text) : NULL;
}


static int array_of(const json_t **out, struct reading *r, const json_t *object,
		    const char *key, size_t max)
{
	*out = json_object_get(object, key);
	if (!json_is_array(*out))
		return wrong(r, key, "a list is missing");
	if (json_array_size(*out) > max)
		return wrong(r, key, "a list is too long");

	return 0;
}


static int read_head(struct paper_head *h, struct reading *r, const json_t *root)
{
	int err = text_of(&h->lang, r, root, "lang");

	if (!err)
		err = text_of(&h->title, r, root, "title");
	if (!err)
		err = text_of(&h->author, r, root, "author");
	if (err)
		return err;
	if (!text_id(h->lang))
		return wrong(r, "lang", "this is no language");
	h->subject = maybe_of(r, root, "subject");
	h->note = maybe_of(r, root, "note");
	h->mark = maybe_of(r, root, "mark");
	h->banner = maybe_of(r, root, "banner");
	h->made = json_int(root, "made", TIME_MIN - 1);

	return h->made < TIME_MIN || h->made > TIME_MAX ? wrong(r, "made", "this is no time")
							: 0;
}


/* Cells as texts, as many as there are columns. */
static int read_cells(struct doc_row *out, struct reading *r, const json_t *cells, size_t count)
{
	if (!json_is_array(cells) || json_array_size(cells) != count)
		return wrong(r, "rows", "a row has not as many cells as there are columns");
	out->cells = arena_take(r->a, count * sizeof(*out->cells));
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(cells, i));

		if (!text)
			return wrong(r, "rows", "a cell is no text");
		out->cells[i] = arena_str(r->a, text);
	}

	return 0;
}


static int read_rows(struct block *b, struct reading *r, const json_t *object)
{
	const json_t *rows;
	int err = array_of(&rows, r, object, "rows", PAPER_ROWS_MAX - r->rows);

	if (err)
		return err;
	b->rows_count = json_array_size(rows);
	r->rows += b->rows_count;
	b->rows = arena_take(r->a, (b->rows_count + 1) * sizeof(*b->rows));
	for (size_t i = 0; i < b->rows_count && !err; i++) {
		const json_t *row = json_array_get(rows, i);
		bool table = b->kind == BLOCK_TABLE;

		b->rows[i].bold = table && json_is_true(json_object_get(row, "bold"));
		err = read_cells(&b->rows[i], r, table ? json_object_get(row, "cells") : row,
				 b->columns_count);
	}

	return err;
}


static int read_columns(struct block *b, struct reading *r, const json_t *object)
{
	const json_t *columns;
	int err = array_of(&columns, r, object, "columns", PAPER_COLUMNS_MAX);

	if (!err && !json_array_size(columns))
		err = wrong(r, "columns", "a table has columns");
	if (err)
		return err;
	b->columns_count = json_array_size(columns);
	b->columns = arena_take(r->a, b->columns_count * sizeof(*b->columns));
	for (size_t i = 0; i < b->columns_count && !err; i++) {
		const json_t *c = json_array_get(columns, i);
		int64_t share = json_int(c, "share", 0);

		err = text_of(&b->columns[i].title, r, c, "title");
		if (!err && (share < 1 || share > 1000))
			err = wrong(r, "share", "a share is 1 to 1000");
		b->columns[i].share = (unsigned)share;
		b->columns[i].number = json_is_true(json_object_get(c, "number"));
	}

	return err;
}


/* Numbers, null for what is not known; NULL when the key is not there. */
static int read_points(const double **out, struct reading *r, const json_t *object,
		       const char *key, size_t count)
{
	const json_t *v = json_object_get(object, key);
	double *to;

	*out = NULL;
	if (!v)
		return 0;
	if (!json_is_array(v) || json_array_size(v) != count)
		return wrong(r, key, "a series has as many points as its chart");
	to = arena_take(r->a, count * sizeof(*to));
	for (size_t i = 0; i < count; i++) {
		const json_t *one = json_array_get(v, i);

		to[i] = json_is_number(one) ? json_number_value(one) : (double)NAN;
		if (!json_is_null(one) && !isfinite(to[i]))
			return wrong(r, key, "a point is no number");
		if (fabs(to[i]) > 1e15)
			return wrong(r, key, "a point is too large to be drawn");
	}
	*out = to;

	return 0;
}


static int read_marked(struct paper_chart *c, struct reading *r, const json_t *object)
{
	const json_t *list = json_object_get(object, "marked");
	bool *marked;

	if (!list)
		return 0;
	marked = arena_take(r->a, c->count * sizeof(*marked));
	for (size_t i = 0; i < json_array_size(list); i++) {
		int64_t at = json_integer_value(json_array_get(list, i));

		if (at < 0 || (size_t)at >= c->count)
			return wrong(r, "marked", "a mark is on no point");
		marked[at] = true;
	}
	c->marked = marked;

	return 0;
}


static int read_ticks(struct paper_chart *c, struct reading *r, const json_t *object)
{
	const json_t *list;
	struct paper_tick *ticks;
	int err = 0;

	if (!json_object_get(object, "ticks"))
		return 0;
	err = array_of(&list, r, object, "ticks", PAPER_TICKS_MAX);
	if (err)
		return err;
	c->ticks_count = json_array_size(list);
	c->ticks = ticks = arena_take(r->a, (c->ticks_count + 1) * sizeof(*ticks));
	for (size_t i = 0; i < c->ticks_count && !err; i++) {
		int64_t at = json_int(json_array_get(list, i), "at", -1);

		err = text_of(&ticks[i].text, r, json_array_get(list, i), "text");
		if (!err && (at < 0 || (size_t)at >= c->count))
			err = wrong(r, "at", "a tick is below no point");
		ticks[i].at = (size_t)at;
	}

	return err;
}


static int read_series(struct paper_chart *c, struct reading *r, const json_t *object)
{
	const double *reference = NULL;
	int err = read_points(&c->bars, r, object, "bars", c->count);

	if (!err)
		err = read_points(&c->line, r, object, "line", c->count);
	if (!err)
		err = read_points(&c->low, r, object, "low", c->count);
	if (!err)
		err = read_points(&c->high, r, object, "high", c->count);
	if (!err && json_array_size(json_object_get(object, "reference")))
		err = read_points(&reference, r, object, "reference", 1);
	c->reference = reference ? *reference : (double)NAN;
	if (!err && !c->low != !c->high)
		err = wrong(r, "low", "a band has two sides");

	return err;
}


static int read_chart(struct paper_chart *c, struct reading *r, const json_t *object)
{
	int64_t count = json_int(object, "count", 0), height = json_int(object, "height", 0);
	int err = text_of(&c->title, r, object, "title");

	if (err)
		return err;
	c->alt = maybe_of(r, object, "alt");
	if (count < 1 || count > PAPER_POINTS_MAX)
		return wrong(r, "count", "a chart has 1 to 4000 points");
	if (height < HEIGHT_LEAST || height > HEIGHT_MOST)
		return wrong(r, "height", "a chart is 10 to 120 mm high");
	c->count = (size_t)count;
	c->height_mm = (unsigned)height;
	err = read_series(c, r, object);
	if (!err)
		err = read_ticks(c, r, object);

	return err ? err : read_marked(c, r, object);
}


static int read_charts(struct block *b, struct reading *r, const json_t *object)
{
	int64_t across = json_int(object, "across", 0);
	const json_t *list;
	int err = array_of(&list, r, object, "rows", PAPER_CHARTS_MAX);

	if (!err && (across < 1 || across > ACROSS_MAX))
		err = wrong(r, "across", "charts stand one to four side by side");
	if (err)
		return err;
	b->across = (unsigned)across;
	b->charts_count = json_array_size(list);
	b->charts = arena_take(r->a, (b->charts_count + 1) * sizeof(*b->charts));
	for (size_t i = 0; i < b->charts_count && !err; i++)
		err = read_chart(&b->charts[i], r, json_array_get(list, i));

	return err;
}


static int read_block(struct block *b, struct reading *r, const json_t *object)
{
	const char *kind = json_text(object, "kind", "");
	int err = 0;

	for (b->kind = 0; b->kind < BLOCK_KINDS; b->kind++)
		if (text_eq(kinds[b->kind], kind))
			break;
	switch (b->kind) {
	case BLOCK_KINDS: return wrong(r, "kind", "there is no such block");
	case BLOCK_CHARTS: return read_charts(b, r, object);
	case BLOCK_FACTS: b->columns_count = 2; return read_rows(b, r, object);
	case BLOCK_TABLE:
		err = read_columns(b, r, object);
		return err ? err : read_rows(b, r, object);
	case BLOCK_CODE: err = text_of(&b->data, r, object, "data"); break;
	default: break;
	}

	return err ? err : text_of(&b->text, r, object, "text");
}


/* A name that no file system and no reader takes for something else. */
static bool is_file_name(const char *name)
{
	size_t len = strlen(name);

	return len && len <= NAME_MAX_BYTES && name[0] != '.' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789.-_") == len;
}


static int read_file(struct doc_file *out, struct reading *r, const json_t *object)
{
	const char *text = json_text(object, "bytes", NULL);
	int err = text_of(&out->name, r, object, "name");
	char *bytes;

	if (!err)
		err = text_of(&out->type, r, object, "type");
	if (err)
		return err;
	out->about = maybe_of(r, object, "about");
	if (!is_file_name(out->name))
		return wrong(r, "name", "this is no name of a file");
	if (strspn(out->type, "abcdefghijklmnopqrstuvwxyz0123456789/.+-") != strlen(out->type))
		return wrong(r, "type", "this is no content type");
	out->len = text ? strlen(text) : 0;
	bytes = arena_take(r->a, out->len + 1);
	if (!text || text_unbase64(bytes, &out->len, text, out->len, false))
		return wrong(r, "bytes", "the bytes of a file are base64");
	out->bytes = bytes;

	return 0;
}


static int read_files(struct doc *d, struct reading *r, const json_t *root)
{
	const json_t *list;
	int err = 0;

	if (!json_object_get(root, "files"))
		return 0;
	err = array_of(&list, r, root, "files", PAPER_FILES_MAX);
	if (err)
		return err;
	d->files_count = json_array_size(list);
	d->files = arena_take(r->a, (d->files_count + 1) * sizeof(*d->files));
	for (size_t i = 0; i < d->files_count && !err; i++)
		err = read_file(&d->files[i], r, json_array_get(list, i));

	return err;
}


int paper_read(struct doc *out, struct arena *a, const char *bytes, size_t len, struct fault *f)
{
	struct reading r = { a, f, 0 };
	const json_t *blocks = NULL;
	json_t *root = NULL;
	int err = json_read(&root, bytes, len, PAPER_BYTES_MAX, DEPTH, f);

	memset(out, 0, sizeof(*out));
	if (!err)
		err = read_head(&out->head, &r, root);
	if (!err)
		err = array_of(&blocks, &r, root, "blocks", PAPER_BLOCKS_MAX);
	if (!err) {
		out->count = json_array_size(blocks);
		out->blocks = arena_take(a, (out->count + 1) * sizeof(*out->blocks));
	}
	for (size_t i = 0; i < out->count && !err; i++)
		err = read_block(&out->blocks[i], &r, json_array_get(blocks, i));
	if (!err)
		err = read_files(out, &r, root);
	json_decref(root);

	return err;
}
