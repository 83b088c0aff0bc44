/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <math.h>
#include <stdlib.h>

#include "base/library.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "paper/sheet.h"

enum {
	LINK_MAX = 2000,
};

#define LIBCAIRO(X)                              \
	X(cairo_pdf_surface_create_for_stream)   \
	X(cairo_pdf_surface_set_metadata)        \
	X(cairo_ft_font_face_create_for_ft_face) \
	X(cairo_font_face_destroy)               \
	X(cairo_create)                          \
	X(cairo_destroy)                         \
	X(cairo_status)                          \
	X(cairo_status_to_string)                \
	X(cairo_surface_finish)                  \
	X(cairo_surface_status)                  \
	X(cairo_surface_destroy)                 \
	X(cairo_show_page)                       \
	X(cairo_tag_begin)                       \
	X(cairo_tag_end)                         \
	X(cairo_set_font_face)                   \
	X(cairo_set_font_size)                   \
	X(cairo_glyph_path)                      \
	X(cairo_show_text_glyphs)                \
	X(cairo_set_source_rgb)                  \
	X(cairo_set_line_width)                  \
	X(cairo_set_line_join)                   \
	X(cairo_move_to)                         \
	X(cairo_line_to)                         \
	X(cairo_close_path)                      \
	X(cairo_rectangle)                       \
	X(cairo_stroke)                          \
	X(cairo_fill)                            \
	X(cairo_save)                            \
	X(cairo_restore)                         \
	X(cairo_translate)                       \
	X(cairo_rotate)

/* Filled once, by the first call; only read afterwards. */
static struct {
	LIBCAIRO(LIBRARY_POINTER)
} lib;

struct sheet {
	struct buf *to; /* NULL: nothing is drawn */
	cairo_surface_t *surface;
	cairo_t *c;
	cairo_font_face_t *face[FACES];
};

static const double inks[INKS][3] = {
	[INK_BLACK] = { 0.10, 0.11, 0.13 }, [INK_GREY] = { 0.36, 0.38, 0.42 },
	[INK_PALE] = { 0.80, 0.82, 0.85 },  [INK_FAINT] = { 0.95, 0.955, 0.965 },
	[INK_BLUE] = { 0.11, 0.25, 0.43 },  [INK_BAR] = { 0.70, 0.77, 0.86 },
	[INK_BAND] = { 0.87, 0.90, 0.94 },  [INK_RED] = { 0.71, 0.12, 0.12 },
};


int sheet_load(struct fault *f)
{
	static const char *const names[] = { LIBCAIRO(LIBRARY_NAME) };

	return lib.cairo_create
		       ? 0
		       : library_open(&lib, "libcairo.so.2", names, ARRAY_LEN(names), f);
}


static cairo_status_t write_bytes(void *to, const unsigned char *bytes, unsigned len)
{
	struct buf *b = to;

	buf_add(b, bytes, len);

	return b->err ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}


struct sheet *sheet_new(struct buf *to, int64_t made)
{
	struct sheet *s = mem_zero(1, sizeof(*s));
	char date[TIME_TEXT_SIZE];

	s->to = to;
	if (!to)
		return s;
	s->surface = lib.cairo_pdf_surface_create_for_stream(write_bytes, to, SHEET_WIDTH,
							     SHEET_HEIGHT);
	time_text(date, made - made % TIME_SECOND); /* without one, cairo asks the clock */
	lib.cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
	s->c = lib.cairo_create(s->surface);
	for (int i = 0; i < FACES; i++)
		s->face[i] = lib.cairo_ft_font_face_create_for_ft_face(font_face((enum face)i),
								       FT_LOAD_NO_HINTING);
	lib.cairo_tag_begin(s->c, "Document", NULL);

	return s;
}


int sheet_end(struct sheet *s, struct fault *f)
{
	cairo_status_t status = CAIRO_STATUS_SUCCESS;
	int err = 0;

	if (s->to) {
		lib.cairo_tag_end(s->c, "Document");
		lib.cairo_show_page(s->c);
		status = lib.cairo_status(s->c);
		lib.cairo_destroy(s->c);
		lib.cairo_surface_finish(s->surface);
		if (!status)
			status = lib.cairo_surface_status(s->surface);
		lib.cairo_surface_destroy(s->surface);
		for (int i = 0; i < FACES; i++)
			lib.cairo_font_face_destroy(s->face[i]);
		err = s->to->err;
	}
	free(s);
	if (!err && status)
		err = fault_set(f, E_IO, "The pages cannot be drawn: %s.",
				lib.cairo_status_to_string(status));

	return err;
}


void sheet_page(struct sheet *s)
{
	if (s->to)
		lib.cairo_show_page(s->c);
}


void sheet_tag(struct sheet *s, const char *tag)
{
	if (s->to)
		lib.cairo_tag_begin(s->c, tag, NULL);
}


void sheet_untag(struct sheet *s, const char *tag)
{
	if (s->to)
		lib.cairo_tag_end(s->c, tag);
}


/* Nothing in it may end the quotes that cairo reads it in. */
static bool is_address(const char *s)
{
	return (text_starts(s, "https://") || text_starts(s, "http://")) &&
	       strlen(s) < LINK_MAX && !strpbrk(s, "'\\ <>\"");
}


void sheet_link(struct sheet *s, const char *address)
{
	char attributes[LINK_MAX + 8];

	if (!s->to || !is_address(address))
		return;
	(void)snprintf(attributes, sizeof(attributes), "uri='%s'", address);
	lib.cairo_tag_begin(s->c, CAIRO_TAG_LINK, attributes);
}


void sheet_unlink(struct sheet *s, const char *address)
{
	if (s->to && is_address(address))
		lib.cairo_tag_end(s->c, CAIRO_TAG_LINK);
}


static void use(struct sheet *s, enum ink ink)
{
	lib.cairo_set_source_rgb(s->c, inks[ink][0], inks[ink][1], inks[ink][2]);
}


/* The signs of a text from (x, y) on, to be freed; clusters may be NULL. */
static cairo_glyph_t *glyphs_of(int *n, cairo_text_cluster_t *clusters, double x, double y,
				enum face face, double size, const char *text, size_t len)
{
	cairo_glyph_t *glyphs = mem_alloc(len * sizeof(*glyphs));

	*n = 0;
	for (size_t at = 0; at < len; ++*n) {
		struct sign sign;

		font_sign(&sign, face, text + at);
		glyphs[*n] = (cairo_glyph_t){ sign.glyph, x, y };
		if (clusters)
			clusters[*n] = (cairo_text_cluster_t){ (int)sign.len, 1 };
		x += sign.advance * size;
		at += sign.len;
	}

	return glyphs;
}


void sheet_text(struct sheet *s, double x, double y, enum face face, double size, enum ink ink,
		const char *text, size_t len)
{
	cairo_text_cluster_t *clusters;
	cairo_glyph_t *glyphs;
	int n;

	if (!s->to || !len)
		return;
	clusters = mem_alloc(len * sizeof(*clusters));
	glyphs = glyphs_of(&n, clusters, x, y, face, size, text, len);
	use(s, ink);
	lib.cairo_set_font_face(s->c, s->face[face]);
	lib.cairo_set_font_size(s->c, size);
	lib.cairo_show_text_glyphs(s->c, text, (int)len, glyphs, n, clusters, n, 0);
	free(clusters);
	free(glyphs);
}


void sheet_across(struct sheet *s, const char *text)
{
	size_t len = strlen(text);
	double one = font_width(FACE_BOLD, 1, text, len), size;
	cairo_glyph_t *glyphs;
	int n;

	if (!s->to || one <= 0)
		return;
	size = fmin(620 / one, 120);
	glyphs = glyphs_of(&n, NULL, -one * size / 2, size * 0.35, FACE_BOLD, size, text, len);
	lib.cairo_save(s->c);
	lib.cairo_translate(s->c, SHEET_WIDTH / 2, SHEET_HEIGHT / 2);
	lib.cairo_rotate(s->c, -M_PI * 0.29);
	use(s, INK_FAINT);
	lib.cairo_set_font_face(s->c, s->face[FACE_BOLD]);
	lib.cairo_set_font_size(s->c, size);
	lib.cairo_glyph_path(s->c, glyphs, n);
	lib.cairo_fill(s->c);
	lib.cairo_restore(s->c);
	free(glyphs);
}


void sheet_rule(struct sheet *s, double x0, double y0, double x1, double y1, double width,
		enum ink ink)
{
	const double xy[] = { x0, y0, x1, y1 };

	sheet_line(s, xy, 2, width, ink);
}


static void outline(struct sheet *s, const double *xy, size_t count)
{
	lib.cairo_move_to(s->c, xy[0], xy[1]);
	for (size_t i = 1; i < count; i++)
		lib.cairo_line_to(s->c, xy[2 * i], xy[2 * i + 1]);
}


void sheet_line(struct sheet *s, const double *xy, size_t count, double width, enum ink ink)
{
	if (!s->to || count < 2)
		return;
	use(s, ink);
	lib.cairo_set_line_width(s->c, width);
	lib.cairo_set_line_join(s->c, CAIRO_LINE_JOIN_ROUND);
	outline(s, xy, count);
	lib.cairo_stroke(s->c);
}


void sheet_shape(struct sheet *s, const double *xy, size_t count, enum ink ink)
{
	if (!s->to || count < 3)
		return;
	use(s, ink);
	outline(s, xy, count);
	lib.cairo_close_path(s->c);
	lib.cairo_fill(s->c);
}


void sheet_box(struct sheet *s, double x, double y, double width, double height, enum ink ink)
{
	if (!s->to)
		return;
	use(s, ink);
	lib.cairo_rectangle(s->c, x, y, width, height);
	lib.cairo_fill(s->c);
}


void sheet_frame(struct sheet *s, double x, double y, double width, double height, enum ink ink)
{
	if (!s->to)
		return;
	use(s, ink);
	lib.cairo_set_line_width(s->c, 0.8);
	lib.cairo_rectangle(s->c, x, y, width, height);
	lib.cairo_stroke(s->c);
}
