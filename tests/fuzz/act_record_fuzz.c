/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Records of acts, as replay and restore read them; effects written again are the same. */
#include <stdlib.h>
#include <string.h>

#include "act/record.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


static void effects_again(const json_t *array, struct arena *a)
{
	struct effects fx, back;
	json_t *second = NULL;
	struct buf b;
	struct jw w;

	if (effects_parse(&fx, a, array))
		return;
	buf_init(&b, 0);
	jw_init(&w, &b);
	effects_json(&w, &fx);
	if (json_read(&second, b.data, b.len, 16 << 20, JSON_DEPTH, NULL) ||
	    effects_parse(&back, a, second) || back.count != fx.count)
		abort();
	json_decref(second);
	buf_clear(&b);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new(4096);
	char *text = calloc(1, len + 1);
	json_t *v = NULL;
	struct record r;

	memcpy(text, data, len);
	if (record_read(&r, text, len, NULL) == 0)
		record_clear(&r);
	if (json_read(&v, text, len, 1 << 20, JSON_DEPTH, NULL) == 0)
		effects_again(v, a);
	json_decref(v);
	free(text);
	arena_free(a);

	return 0;
}
