/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <ft2build.h>
#include FT_FREETYPE_H

#include "base/library.h"
#include "paper/font.h"

enum {
	QUICK = 0x500, /* Latin, Greek and Cyrillic signs are looked up once */
};

#define LIBFREETYPE(X)        \
	X(FT_Init_FreeType)   \
	X(FT_New_Memory_Face) \
	X(FT_Get_Char_Index)  \
	X(FT_Load_Glyph)

/* Filled once, before anything is set; only read afterwards, but for the widths. */
static struct {
	LIBFREETYPE(LIBRARY_POINTER)
} lib;

struct known {
	uint32_t glyph;
	float advance; /* 0: not looked up */
};

static struct {
	FT_Library library;
	FT_Face face[FACES];
	struct known known[FACES][QUICK];
} fonts;


int fonts_load(struct fault *f)
{
	static const char *const names[] = { LIBFREETYPE(LIBRARY_NAME) };
	int err;

	if (fonts.library)
		return 0;
	err = library_open(&lib, "libfreetype.so.6", names, ARRAY_LEN(names), f);
	if (err)
		return err;
	if (lib.FT_Init_FreeType(&fonts.library))
		return fault_set(f, E_NOMEM, "FreeType cannot be used.");
	for (int i = 0; i < FACES; i++)
		if (lib.FT_New_Memory_Face(fonts.library, font_bytes[i].at,
					   (FT_Long)font_bytes[i].len, 0, &fonts.face[i]))
			return fault_set(f, E_CORRUPT, "Face %d of the program is no font.", i);

	return 0;
}


void *font_face(enum face face)
{
	void *found = fonts.face[face];

	return found;
}


/* The code point of well-formed UTF-8. */
static uint32_t decode(const unsigned char *s, size_t *len)
{
	if (s[0] < 0x80) {
		*len = 1;
		return s[0];
	}
	if (s[0] < 0xe0) {
		*len = 2;
		return (s[0] & 0x1fU) << 6 | (s[1] & 0x3fU);
	}
	if (s[0] < 0xf0) {
		*len = 3;
		return (s[0] & 0x0fU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);
	}
	*len = 4;

	return (s[0] & 0x07U) << 18 | (s[1] & 0x3fU) << 12 | (s[2] & 0x3fU) << 6 |
	       (s[3] & 0x3fU);
}


static void look_up(struct sign *out, enum face face, uint32_t code)
{
	FT_Face ft = fonts.face[face];

	out->glyph = code < ' ' || (code >= 0x7f && code < 0xa0)
			     ? 0
			     : lib.FT_Get_Char_Index(ft, code);
	out->advance = 0.5;
	if (lib.FT_Load_Glyph(ft, out->glyph, FT_LOAD_NO_SCALE) == 0)
		out->advance = (double)ft->glyph->metrics.horiAdvance / ft->units_per_EM;
}


/* Narrow spaces are spaces, only narrower; nothing is set for a hyphen that may be there. */
static bool special(struct sign *out, enum face face, uint32_t code)
{
	if (code == '\t' || code == '\n')
		look_up(out, face, ' ');
	else if (code == 0x2009 || code == 0x202f || code == 0xad) {
		look_up(out, face, ' ');
		out->advance = code == 0xad ? 0 : 0.17;
	} else {
		return false;
	}

	return true;
}


void font_sign(struct sign *out, enum face face, const char *text)
{
	uint32_t code = decode((const unsigned char *)text, &out->len);
	struct known *known = code < QUICK ? &fonts.known[face][code] : NULL;

	if (known && known->advance > 0) {
		out->glyph = known->glyph;
		out->advance = (double)known->advance;
		return;
	}
	if (special(out, face, code))
		return;
	look_up(out, face, code);
	if (known)
		*known = (struct known){ out->glyph, (float)out->advance };
}


double font_width(enum face face, double size, const char *text, size_t len)
{
	const char *end = text + len;
	double width = 0;

	while (text < end) {
		struct sign sign;

		font_sign(&sign, face, text);
		width += sign.advance;
		text += sign.len;
	}

	return width * size;
}


size_t font_line(size_t *next, enum face face, double size, const char *text, double width)
{
	size_t at = 0, end = 0, after = 0; /* a break: the line ends, the next begins */
	double so_far = 0;

	while (text[at] && text[at] != '\n') {
		struct sign sign;

		font_sign(&sign, face, text + at);
		so_far += sign.advance * size;
		if (text[at] == ' ') {
			end = at;
			after = at + 1;
		} else if (so_far > width && at) {
			*next = after ? after : at;
			return after ? end : at;
		}
		at += sign.len;
		if ((text[at - 1] == '-' || text[at - 1] == '/') && text[at] && text[at] != ' ')
			end = after = at;
	}
	*next = at + (text[at] == '\n');

	return at;
}
