/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* comity.conf: every fault has its place, what is read stands in the file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *listen_at = NULL, *cert = NULL;
	bool demo = false;
	const struct option options[] = { { "listen", &listen_at, NULL },
					  { "cert", &cert, NULL },
					  { "demo", NULL, &demo },
					  { NULL, NULL, NULL } };
	char *text = calloc(1, len + 1);
	struct fault f = { 0 };
	int err;

	memcpy(text, data, len);
	err = settings_read(options, text, len, &f);
	if (err && !memchr(data, 0, len) && (f.line < 1 || f.col < 1 || !f.text[0]))
		abort();
	if (listen_at && (listen_at < text || listen_at >= text + len || !*listen_at))
		abort();
	free(text);

	return 0;
}
