/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Parameters of every method: the first byte picks the method, the rest are its parameters.
 * What is taken is then run over a short series, a different one for each method.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "watch/method.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum {
	VALUES = 40,
};


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char csv[VALUES * 16];
	const struct method *m;
	struct result r;
	char *params;
	size_t at;

	if (!len)
		return 0;
	m = methods[data[0] % method_count];
	at = (size_t)snprintf(csv, sizeof(csv), "t,y\n");
	for (int t = 1; t <= VALUES; t++)
		at += (size_t)snprintf(csv + at, sizeof(csv) - at, "%d,%d\n", t,
				       (t * t * (data[0] + 7)) % 23);
	params = mem_zero(len, 1);
	memcpy(params, data + 1, len - 1);
	(void)!method_run_csv(&r, m, params, 7, csv, at, NULL);
	result_clear(&r);
	free(params);

	return 0;
}
