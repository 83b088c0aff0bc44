/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Line lists (first byte even) and regions (odd): what is taken is then nowcast or scanned. */
#include <stdlib.h>

#include "watch/method.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct result r;
	bool scan;

	if (!len)
		return 0;
	scan = data[0] & 1;
	if (method_run_csv(&r, method_find(scan ? "scan" : "nowcast"),
			   scan ? "{\"replicates\":3}"
				: "{\"nSamples\":100,\"D\":5,\"N.tInf.max\":50}",
			   0, (const char *)data + 1, len - 1, NULL) == 0)
		for (size_t i = 0; scan && i < r.rows; i++)
			if (!(result_at(&r, i, "llr") > 0))
				abort();
	result_clear(&r);

	return 0;
}
