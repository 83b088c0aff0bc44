/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/qr.h"
#include "base/qr.h"

enum {
	QUIET = 4, /* modules around the code */
};

/* Black on white, whatever the terminal's own colours are. */
#define INK   "\x1b[40;97m"
#define PLAIN "\x1b[0m\n"


/* Two rows of modules in one of text: what is light is drawn. */
static void draw(struct buf *out, const struct qr *code)
{
	static const char *const half[2][2] = { { "\u2588", "\u2580" }, { "\u2584", " " } };

	for (int y = -QUIET; y < code->width + QUIET; y += 2) {
		buf_str(out, INK);
		for (int x = -QUIET; x < code->width + QUIET; x++)
			buf_str(out, half[qr_dark(code, x, y)][y + 1 >= code->width + QUIET ||
							       qr_dark(code, x, y + 1)]);
		buf_str(out, PLAIN);
	}
}


int qr_terminal(struct buf *out, const char *text, struct fault *f)
{
	struct qr code;
	int err = qr_make(&code, text, f);

	if (err)
		return err;
	draw(out, &code);
	qr_clear(&code);

	return 0;
}
