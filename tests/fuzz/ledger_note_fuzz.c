/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Signed notes and verifier keys. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ledger/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


/* Writing the signatures again gives the bytes that were read. */
static void write_again(const struct note *n, const char *s, size_t len)
{
	struct buf b;

	buf_init(&b, 2 * NOTE_MAX);
	buf_add(&b, n->text, n->text_len);
	buf_char(&b, '\n');
	for (size_t i = 0; i < n->count; i++)
		note_sign_line(&b, n->signature[i].name, n->signature[i].id,
			       n->signature[i].bytes, n->signature[i].len);
	if (b.len != len || memcmp(b.data, s, len) != 0)
		abort();
	buf_clear(&b);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new(4096);
	char vkey[NOTE_VKEY_SIZE], *text = calloc(1, len + 1);
	struct note_key key, back;
	struct note n;

	memcpy(text, data, len);
	if (note_parse(&n, a, text, len, NULL) == 0)
		write_again(&n, text, len);
	if (note_vkey_parse(&key, text, NULL) == 0) {
		note_vkey(vkey, &key);
		if (note_vkey_parse(&back, vkey, NULL) || back.id != key.id)
			abort();
	}
	free(text);
	arena_free(a);

	return 0;
}
