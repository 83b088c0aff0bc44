/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * font.h: the faces that papers are set in, in the program itself: PT Sans and PT Serif
 * (ParaType Free Font License), read by FreeType.  Private to paper/.
 */
#ifndef PAPER_FONT_H
#define PAPER_FONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum face { FACE_SANS, FACE_BOLD, FACE_SERIF, FACES };

/* Put into the program by tools/embed.py, in the order of enum face. */
struct font_bytes {
	const unsigned char *at;
	size_t len;
};
extern const struct font_bytes font_bytes[FACES];

/* Open the library and the faces, once in a process.  Errors: E_ABSENT, E_CORRUPT. */
int fonts_load(struct fault *f) MUST_CHECK;

/* The FT_Face. */
void *font_face(enum face face);

/* A sign as it is set. */
struct sign {
	uint32_t glyph; /* 0: the box of what the face has not */
	double advance; /* in sizes of the font */
	size_t len;	/* bytes of the text */
};

/*
 * The first sign of a text that is not empty.  A control, and what the face has not, becomes
 * the box.
 */
void font_sign(struct sign *out, enum face face, const char *text);

/* The width of the first `len` bytes, in the unit of `size`. */
double font_width(enum face face, double size, const char *text, size_t len);

/*
 * How many bytes of the text stand on a line of that width: up to a space or behind a hyphen,
 * within a word only when it is wider than the line, up to a line feed.  *next is where the
 * line after it begins.  At least one sign, so that it always ends.
 */
size_t font_line(size_t *next, enum face face, double size, const char *text, double width);

#endif
