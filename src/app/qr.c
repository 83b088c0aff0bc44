/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <qrencode.h>

#include "app/qr.h"
#include "base/library.h"

enum {
	QUIET = 4, /* modules around the code */
};

#define LIBQRENCODE(X)         \
	X(QRcode_encodeString) \
	X(QRcode_free)

/* Black on white, whatever the terminal's own colours are. */
#define INK   "\x1b[40;97m"
#define PLAIN "\x1b[0m\n"

/* Filled once, by the first call; only read afterwards. */
static struct {
	LIBQRENCODE(LIBRARY_POINTER)
} lib;


static bool is_dark(const QRcode *code, int x, int y)
{
	x -= QUIET;
	y -= QUIET;

	return x >= 0 && y >= 0 && x < code->width && y < code->width &&
	       code->data[y * code->width + x] & 1;
}


/* Two rows of modules in one of text: what is light is drawn. */
static void draw(struct buf *out, const QRcode *code)
{
	static const char *const half[2][2] = { { "\u2588", "\u2580" }, { "\u2584", " " } };
	int size = code->width + 2 * QUIET;

	for (int y = 0; y < size; y += 2) {
		buf_str(out, INK);
		for (int x = 0; x < size; x++)
			buf_str(out, half[is_dark(code, x, y)]
					 [y + 1 >= size || is_dark(code, x, y + 1)]);
		buf_str(out, PLAIN);
	}
}


int qr_terminal(struct buf *out, const char *text, struct fault *f)
{
	static const char *const names[] = { LIBQRENCODE(LIBRARY_NAME) };
	QRcode *code;
	int err = lib.QRcode_free
			  ? 0
			  : library_open(&lib, "libqrencode.so.4", names, ARRAY_LEN(names), f);

	if (err)
		return err;
	code = lib.QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	if (!code)
		return fault_set(f, E_TOOBIG, "This is too long for a QR code.");
	draw(out, code);
	lib.QRcode_free(code);

	return 0;
}
