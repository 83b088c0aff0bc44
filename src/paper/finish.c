/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "paper/finish.h"

enum {
	OBJECTS_MAX = 200000,
	ENTRY = 20, /* bytes of a line of the cross-reference table */
	ID_SIZE = 16,
};

/* A PDF of one table, and the objects that are added. */
struct update {
	struct buf *pdf;
	size_t len;    /* of what cairo wrote, all of it before the first addition */
	size_t table;  /* where its table is */
	size_t first;  /* its first entry */
	unsigned size; /* objects of it */
	unsigned root;
	unsigned next; /* the next new object */
	size_t *at;    /* of each object that is written anew; 0: not */
	struct arena *a;
	struct fault *f;
};


static int strange(struct update *u)
{
	return fault_set(u->f, E_CORRUPT, "The PDF is not as libcairo writes it.");
}


/* The number after the last `word`, behind `from`. */
static bool number_after(size_t *out, const char *from, const char *word)
{
	const char *at = from ? strstr(from, word) : NULL;
	char *end = NULL;

	if (!at)
		return false;
	*out = strtoul(at + strlen(word), &end, 10);

	return end != at + strlen(word);
}


/* "startxref" and "trailer" stand in the last bytes, after all that is compressed. */
static int open_update(struct update *u)
{
	const char *bytes = u->pdf->data, *tail;
	size_t size = 0, root = 0, n = 0;
	char head[40];

	u->len = u->pdf->len;
	tail = bytes + (u->len > 300 ? u->len - 300 : 0);
	if (!number_after(&u->table, tail, "startxref\n") ||
	    !number_after(&size, tail, "/Size ") || !number_after(&root, tail, "/Root "))
		return strange(u);
	(void)snprintf(head, sizeof(head), "xref\n0 %zu\n", size);
	n = strlen(head);
	if (size < 2 || size > OBJECTS_MAX || root >= size ||
	    u->table + n + size * ENTRY > u->len || memcmp(bytes + u->table, head, n) != 0)
		return strange(u);
	u->first = u->table + n;
	u->size = (unsigned)size;
	u->root = (unsigned)root;
	u->next = u->size;

	return 0;
}


/* The text of an object of cairo's, or NULL; dictionaries are not compressed. */
static const char *object_of(const struct update *u, unsigned number)
{
	size_t at = strtoul(u->pdf->data + u->first + (size_t)number * ENTRY, NULL, 10);
	char head[32];

	(void)snprintf(head, sizeof(head), "%u 0 obj\n", number);
	if (at >= u->len || strncmp(u->pdf->data + at, head, strlen(head)) != 0)
		return NULL;

	return u->pdf->data + at + strlen(head);
}


static void begin(struct update *u, unsigned number)
{
	u->at[number] = u->pdf->len;
	buf_printf(u->pdf, "%u 0 obj\n", number);
}


static void end(struct update *u)
{
	buf_str(u->pdf, "endobj\n");
}


static void put_unit(struct buf *b, uint32_t unit)
{
	buf_printf(b, "%04X", (unsigned)unit);
}


/* Well-formed UTF-8 as a text string (7.9.2.2). */
static void put_text(struct buf *b, const char *s)
{
	buf_str(b, "<FEFF");
	while (*s) {
		const unsigned char *p = (const unsigned char *)s;
		unsigned more = *p < 0x80 ? 0 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;
		uint32_t code = more ? *p & (0x3fU >> more) : *p;

		for (unsigned i = 1; i <= more; i++)
			code = code << 6 | (p[i] & 0x3fU);
		s += more + 1;
		if (code < 0x10000) {
			put_unit(b, code);
			continue;
		}
		put_unit(b, 0xd800 + ((code - 0x10000) >> 10));
		put_unit(b, 0xdc00 + ((code - 0x10000) & 0x3ff));
	}
	buf_str(b, ">");
}


static void put_date(struct buf *b, int64_t at)
{
	char t[TIME_TEXT_SIZE];

	time_text(t, at);
	buf_printf(b, "(D:%.4s%.2s%.2s%.2s%.2s%.2sZ)", t, t + 5, t + 8, t + 11, t + 14, t + 17);
}


/* The dictionary of an object of cairo's without its end, or NULL. */
static char *dictionary_of(const struct update *u, unsigned number)
{
	const char *object = object_of(u, number);
	const char *stop = object ? strstr(object, ">>\nendobj") : NULL;

	return stop ? arena_strn(u->a, object, (size_t)(stop - object)) : NULL;
}


/* The words of figures, in their order. */
static int put_figures(struct update *u, const struct figures *figures)
{
	static const char figure[] = "<< /Type /StructElem\n   /S /Figure\n";
	size_t k = 0;

	for (unsigned number = 1; number < u->size && k < figures->count; number++) {
		const char *object = object_of(u, number);

		if (!object || strncmp(object, figure, strlen(figure)) != 0)
			continue;
		object = dictionary_of(u, number);
		if (!object)
			return strange(u);
		begin(u, number);
		buf_printf(u->pdf, "%s   /Alt ", object);
		put_text(u->pdf, figures->words[k++]);
		buf_str(u->pdf, "\n>>\n");
		end(u);
	}

	return k == figures->count ? 0 : strange(u);
}


/* "application/json" as a name, whose slash is no slash. */
static void put_type(struct buf *b, const char *type)
{
	buf_char(b, '/');
	for (; *type; type++) {
		if (*type == '/')
			buf_str(b, "#2F");
		else
			buf_char(b, *type);
	}
}


/* The bytes of a file and what is said of it: two objects. */
static void put_file(struct update *u, const struct doc_file *file, int64_t made)
{
	unsigned stream = u->next++, about = u->next++;

	begin(u, stream);
	buf_str(u->pdf, "<< /Type /EmbeddedFile /Subtype ");
	put_type(u->pdf, file->type);
	buf_printf(u->pdf, " /Length %zu /Params << /Size %zu /ModDate ", file->len, file->len);
	put_date(u->pdf, made);
	buf_str(u->pdf, " >> >>\nstream\n");
	buf_add(u->pdf, file->bytes, file->len);
	buf_str(u->pdf, "\nendstream\n");
	end(u);
	begin(u, about);
	buf_printf(u->pdf, "<< /Type /Filespec /F (%s) /UF ", file->name);
	put_text(u->pdf, file->name);
	if (file->about) {
		buf_str(u->pdf, " /Desc ");
		put_text(u->pdf, file->about);
	}
	buf_printf(u->pdf, " /AFRelationship /Supplement /EF << /F %u 0 R /UF %u 0 R >> >>\n",
		   stream, stream);
	end(u);
}


struct named {
	const struct doc_file *file;
};


static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return strcmp(x->file->name, y->file->name);
}


/* All files, in the order of their names, as a name tree asks.  Errors: E_RANGE. */
static int put_files(struct update *u, struct buf *names, const struct doc *d)
{
	struct named *sorted = arena_take(u->a, (d->files_count + 1) * sizeof(*sorted));

	for (size_t i = 0; i < d->files_count; i++)
		sorted[i].file = &d->files[i];
	qsort(sorted, d->files_count, sizeof(*sorted), by_name);
	for (size_t i = 0; i < d->files_count; i++) {
		if (i && strcmp(sorted[i].file->name, sorted[i - 1].file->name) == 0)
			return fault_set(u->f, E_RANGE, "A paper carries two files named %s.",
					 sorted[i].file->name);
		put_file(u, sorted[i].file, d->head.made);
		buf_printf(names, "(%s) %u 0 R ", sorted[i].file->name, u->next - 1);
	}

	return 0;
}


static int put_root(struct update *u, const struct doc *d, const char *names)
{
	const char *root = dictionary_of(u, u->root);

	if (!root)
		return strange(u);
	begin(u, u->root);
	buf_printf(u->pdf,
		   "%s   /Lang (%s)\n   /ViewerPreferences << /DisplayDocTitle true >>\n", root,
		   d->head.lang);
	if (*names)
		buf_printf(u->pdf, "   /Names << /EmbeddedFiles << /Names [ %s] >> >>\n",
			   names);
	buf_str(u->pdf, ">>\n");
	end(u);

	return 0;
}


static unsigned put_properties(struct update *u, const struct paper_head *h)
{
	unsigned number = u->next++;

	begin(u, number);
	buf_str(u->pdf, "<< /Title ");
	put_text(u->pdf, h->title);
	buf_str(u->pdf, "\n   /Author ");
	put_text(u->pdf, h->author);
	if (h->subject) {
		buf_str(u->pdf, "\n   /Subject ");
		put_text(u->pdf, h->subject);
	}
	buf_str(u->pdf, "\n   /Creator (Comity)\n   /CreationDate ");
	put_date(u->pdf, h->made);
	buf_str(u->pdf, "\n   /ModDate ");
	put_date(u->pdf, h->made);
	buf_str(u->pdf, "\n>>\n");
	end(u);

	return number;
}


/* The new table, object by object, and the trailer; the id is a digest of all before. */
static void put_table(struct update *u, unsigned properties)
{
	uint8_t digest[DIGEST_SIZE];
	char id[2 * ID_SIZE + 1];
	size_t table = u->pdf->len;

	digest_of(digest, u->pdf->data, u->pdf->len);
	text_hex(id, digest, ID_SIZE);
	buf_str(u->pdf, "xref\n");
	for (unsigned i = 1; i < u->next; i++)
		if (u->at[i])
			buf_printf(u->pdf, "%u 1\n%010zu 00000 n \n", i, u->at[i]);
	buf_printf(u->pdf,
		   "trailer\n<< /Size %u\n   /Root %u 0 R\n   /Info %u 0 R\n   /Prev %zu\n"
		   "   /ID [ <%s> <%s> ]\n>>\nstartxref\n%zu\n%%%%EOF\n",
		   u->next, u->root, properties, u->table, id, id, table);
}


int paper_finish(struct buf *pdf, struct arena *a, const struct doc *d,
		 const struct figures *figures, struct fault *f)
{
	struct update u = { .pdf = pdf, .a = a, .f = f };
	struct buf names;
	int err = open_update(&u);

	if (err)
		return err;
	u.at = arena_take(a, (u.size + 2 * d->files_count + 2) * sizeof(*u.at));
	buf_init(&names, 0);
	err = put_figures(&u, figures);
	if (!err)
		err = put_files(&u, &names, d);
	if (!err)
		err = put_root(&u, d, names.data);
	if (!err)
		put_table(&u, put_properties(&u, &d->head));
	buf_clear(&names);

	return err ? err : pdf->err;
}
