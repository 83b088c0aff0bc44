/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <qrencode.h>

#include "base/library.h"
#include "base/qr.h"

#define LIBQRENCODE(X)         \
	X(QRcode_encodeString) \
	X(QRcode_free)

/* Filled once, by the first call; only read afterwards. */
static struct {
	LIBQRENCODE(LIBRARY_POINTER)
} lib;


int qr_load(struct fault *f)
{
	static const char *const names[] = { LIBQRENCODE(LIBRARY_NAME) };

	return lib.QRcode_free
		       ? 0
		       : library_open(&lib, "libqrencode.so.4", names, ARRAY_LEN(names), f);
}


int qr_make(struct qr *out, const char *text, struct fault *f)
{
	QRcode *code;
	int err = qr_load(f);

	if (err)
		return err;
	code = lib.QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	if (!code)
		return fault_set(f, E_TOOBIG, "This is too long for a QR code.");
	out->width = code->width;
	buf_init(&out->modules, 0);
	for (int i = 0; i < code->width * code->width; i++)
		buf_char(&out->modules, (char)(code->data[i] & 1));
	lib.QRcode_free(code);

	return 0;
}


void qr_clear(struct qr *q)
{
	buf_clear(&q->modules);
}


bool qr_dark(const struct qr *q, int x, int y)
{
	return x >= 0 && y >= 0 && x < q->width && y < q->width &&
	       q->modules.data[y * q->width + x];
}
