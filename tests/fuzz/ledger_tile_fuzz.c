/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tile paths: what is read is written back as it was. */
#include <stdlib.h>
#include <string.h>

#include "ledger/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char back[TILE_PATH_SIZE];
	char *path = calloc(1, len + 1);
	struct tile t;

	memcpy(path, data, len);
	if (tile_parse(&t, path) == 0) {
		tile_path(back, &t);
		if (strcmp(back, path) != 0)
			abort();
		(void)tile_exists(&t, t.index);
	}
	free(path);

	return 0;
}
