/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The first sheet of a workbook (ISO/IEC 29500-1: 12.3.24 workbook, 18.4 shared
 * strings, 18.8.30 number formats, 18.17.4 dates).  Formulas give the value that was last
 * computed.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <zip.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/xml.h"
#include "watch/sheet_read.h"

enum {
	DAY_ZERO_1900 = -25569, /* 1899-12-30 before 1970: right from 1 March 1900 on */
	DAY_ZERO_1904 = -24107,
	SERIAL_MAX = 2958465, /* 9999-12-31 */
};

struct book {
	struct sheet_maker *m;
	zip_t *zip;
	const char **strings;
	size_t strings_count;
	bool *dates; /* by style: is a number of this style a day? */
	size_t dates_count;
	bool since_1904;
};


static int wrong(struct book *b, const char *part, const char *why)
{
	fault_at(b->m->fault, part, 0, 0);

	return fault_set(b->m->fault, E_SYNTAX, "The workbook cannot be read: %s.", why);
}


/* A part as a tree; *out is NULL when there is none of that name. */
static int part(struct xml_node **out, struct book *b, const char *name)
{
	zip_stat_t st;
	zip_file_t *file;
	zip_int64_t got;
	char *bytes;
	int err;

	*out = NULL;
	if (zip_stat(b->zip, name, 0, &st) || !(st.valid & ZIP_STAT_SIZE))
		return 0;
	if (st.size > SHEET_PART_MAX) {
		fault_at(b->m->fault, name, 0, 0);
		return fault_set(b->m->fault, E_TOOBIG,
				 "A part of the workbook unpacks to %llu bytes; at most %d are "
				 "read.",
				 (unsigned long long)st.size, SHEET_PART_MAX);
	}
	file = zip_fopen(b->zip, name, 0);
	if (!file)
		return wrong(b, name,
			     "a part is packed in a way that is not read, or encrypted");
	bytes = mem_alloc(st.size + 1);
	got = zip_fread(file, bytes, st.size);
	(void)zip_fclose(file);
	if (got != (zip_int64_t)st.size)
		err = wrong(b, name, "a part is damaged");
	else
		err = xml_read(out, b->m->arena, bytes, st.size, SHEET_PART_MAX, b->m->fault);
	if (err)
		fault_at(b->m->fault, name, 0, 0);
	free(bytes);

	return err;
}


/* All <t> below a node, in order: a text may be in runs of different fonts. */
static void runs(struct buf *out, const struct xml_node *n)
{
	for (const struct xml_node *c = n->child; c; c = c->next) {
		if (text_eq(c->name, "t"))
			buf_str(out, c->text);
		else if (text_eq(c->name, "r"))
			runs(out, c);
	}
}


static int read_strings(struct book *b)
{
	struct xml_node *root;
	struct buf text;
	int err = part(&root, b, "xl/sharedStrings.xml");

	if (err || !root)
		return err;
	for (const struct xml_node *si = root->child; si; si = si->next)
		b->strings_count++;
	b->strings = arena_take(b->m->arena, (b->strings_count + 1) * sizeof(*b->strings));
	b->strings_count = 0;
	buf_init(&text, 0);
	for (const struct xml_node *si = root->child; si; si = si->next) {
		buf_reset(&text);
		runs(&text, si);
		b->strings[b->strings_count++] = arena_strn(b->m->arena, text.data, text.len);
	}
	buf_clear(&text);

	return 0;
}


/* A format that shows a day: y, m or d outside quotes, brackets and escapes. */
static bool shows_day(const char *code)
{
	for (const char *c = code; *c; c++) {
		if (*c == '"' || *c == '[') {
			const char *end = strchr(c + 1, *c == '"' ? '"' : ']');

			if (!end)
				return false;
			c = end;
		} else if (*c == '\\' && c[1]) {
			c++;
		} else if (strchr("ydYD", *c)) {
			return true;
		}
	}

	return false;
}


static bool format_shows_day(const struct xml_node *formats, int64_t id)
{
	for (const struct xml_node *f = formats ? formats->child : NULL; f; f = f->next) {
		const char *own = xml_attr(f, "numFmtId"), *code = xml_attr(f, "formatCode");
		int64_t n;

		if (own && code && !text_int(&n, own, 0, INT32_MAX) && n == id)
			return shows_day(code);
	}

	return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 36) ||
	       (id >= 50 && id <= 58);
}


static int read_styles(struct book *b)
{
	const struct xml_node *formats, *styles;
	struct xml_node *root;
	int err = part(&root, b, "xl/styles.xml");

	if (err || !root)
		return err;
	formats = xml_child(root, NULL, "numFmts");
	styles = xml_child(root, NULL, "cellXfs");
	for (const struct xml_node *s = styles ? styles->child : NULL; s; s = s->next)
		b->dates_count++;
	b->dates = arena_take(b->m->arena, b->dates_count + 1);
	b->dates_count = 0;
	for (const struct xml_node *s = styles ? styles->child : NULL; s; s = s->next) {
		const char *format = xml_attr(s, "numFmtId");
		int64_t id = 0;

		if (format && text_int(&id, format, 0, INT32_MAX))
			id = 0;
		b->dates[b->dates_count++] = format_shows_day(formats, id);
	}

	return 0;
}


/* The number as people would write it: whole, or a day, or as it stands. */
static const char *number(struct book *b, const char *text, const char *style)
{
	char date[TIME_DATE_SIZE];
	int64_t s = 0;
	double v;

	if (text_real(&v, text))
		return text;
	if (style && !text_int(&s, style, 0, INT32_MAX) && (size_t)s < b->dates_count &&
	    b->dates[s] && v >= 1 && v <= SERIAL_MAX) {
		time_days_date(date, (int64_t)floor(v) +
					     (b->since_1904 ? DAY_ZERO_1904 : DAY_ZERO_1900));
		return arena_str(b->m->arena, date);
	}
	if (v == floor(v) && fabs(v) < 1e15)
		return arena_printf(b->m->arena, "%lld", (long long)v);

	return text;
}


/* "BC12" is column 54 of row 12. */
static bool place(const char *ref, size_t *col, int *row)
{
	size_t n = 0;
	int64_t r;

	for (; *ref >= 'A' && *ref <= 'Z' && n < 100000; ref++)
		n = n * 26 + (size_t)(*ref - 'A') + 1;
	if (!n || text_int(&r, ref, 1, 1 << 20))
		return false;
	*col = n - 1;
	*row = (int)r;

	return true;
}


static int put_cell(struct book *b, const struct xml_node *c, size_t col)
{
	const char *type = xml_attr(c, "t"), *value = xml_child_text(c, NULL, "v");
	const struct xml_node *is = xml_child(c, NULL, "is");
	struct buf text;
	int64_t i;

	if (text_eq(type, "inlineStr") && is) {
		buf_init(&text, 0);
		runs(&text, is);
		sheet_put(b->m, col, text.data, text.len);
		buf_clear(&text);
		return 0;
	}
	if (!value)
		return 0;
	if (text_eq(type, "s")) {
		if (text_int(&i, value, 0, INT32_MAX) || (size_t)i >= b->strings_count)
			return wrong(b, xml_attr(c, "r"),
				     "a cell names a text that is not there");
		value = b->strings[i];
	} else if (text_eq(type, "e")) {
		return wrong(b, xml_attr(c, "r"), "a formula has no value");
	} else if (!type || text_eq(type, "n")) {
		value = number(b, value, xml_attr(c, "s"));
	}
	sheet_put(b->m, col, value, strlen(value));

	return 0;
}


static int read_rows(struct book *b, const struct xml_node *data)
{
	int line = 0, err = 0;

	for (const struct xml_node *r = data->child; r && !err && !b->m->err; r = r->next) {
		const char *own = xml_attr(r, "r");
		int64_t n = line + 1;
		size_t col = 0;

		if (own && (text_int(&n, own, 1, 1 << 20) || n <= line))
			return wrong(b, own, "rows are not in order");
		line = (int)n;
		sheet_row(b->m, line);
		for (const struct xml_node *c = r->child; c && !err && !b->m->err;
		     c = c->next) {
			const char *ref = xml_attr(c, "r");
			int row = line;

			if (ref && (!place(ref, &col, &row) || row != line))
				return wrong(b, ref, "a cell stands outside its row");
			err = put_cell(b, c, col++);
		}
	}

	return err;
}


/* Where the first sheet of the workbook is, by its relationship. */
static int first_sheet(struct book *b, const char **name)
{
	const struct xml_node *sheets, *sheet, *props;
	const char *id = NULL;
	struct xml_node *book, *rels;
	int err = part(&book, b, "xl/workbook.xml");

	if (!err)
		err = part(&rels, b, "xl/_rels/workbook.xml.rels");
	if (err)
		return err;
	if (!book || !rels)
		return wrong(b, "xl/workbook.xml",
			     "this is an archive, but no workbook (XLSX)");
	props = xml_child(book, NULL, "workbookPr");
	b->since_1904 = props && (text_eq(xml_attr(props, "date1904"), "1") ||
				  text_eq(xml_attr(props, "date1904"), "true"));
	sheets = xml_child(book, NULL, "sheets");
	sheet = sheets ? xml_child(sheets, NULL, "sheet") : NULL;
	for (const struct xml_attr *a = sheet ? sheet->attrs : NULL; a; a = a->next)
		if (text_eq(a->name, "id") && a->ns[0])
			id = a->value;
	for (const struct xml_node *r = rels->child; r; r = r->next) {
		const char *target = xml_attr(r, "Target");

		if (!id || !target || !text_eq(xml_attr(r, "Id"), id))
			continue;
		*name = target[0] == '/' ? target + 1
					 : arena_printf(b->m->arena, "xl/%s", target);
		return 0;
	}

	return wrong(b, "xl/workbook.xml", "it names no sheet");
}


static int read_book(struct book *b)
{
	const struct xml_node *data;
	const char *name = NULL;
	struct xml_node *sheet = NULL;
	int err;

	if (zip_get_num_entries(b->zip, 0) > SHEET_PARTS_MAX)
		return fault_set(b->m->fault, E_TOOBIG,
				 "The workbook has too many parts; %d are read.",
				 SHEET_PARTS_MAX);
	err = first_sheet(b, &name);
	if (!err)
		err = read_strings(b);
	if (!err)
		err = read_styles(b);
	if (!err)
		err = part(&sheet, b, name);
	if (err)
		return err;
	data = sheet ? xml_child(sheet, NULL, "sheetData") : NULL;
	if (!data)
		return wrong(b, name, "its first sheet is not there");

	return read_rows(b, data);
}


int sheet_xlsx(struct sheet_maker *m, const char *bytes, size_t len)
{
	struct book b = { .m = m };
	zip_error_t error;
	zip_source_t *source;
	int err;

	zip_error_init(&error);
	source = zip_source_buffer_create(bytes, len, 0, &error);
	if (source)
		b.zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
	if (!b.zip) {
		if (source)
			zip_source_free(source);
		err = wrong(&b, NULL, zip_error_strerror(&error));
		zip_error_fini(&error);
		return err;
	}
	zip_error_fini(&error);
	err = read_book(&b);
	zip_discard(b.zip);

	return err;
}
