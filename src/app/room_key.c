/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "app/data.h"
#include "app/room_key.h"
#include "base/rand.h"
#include "base/text.h"

static const char name[] = "rooms.key";


static int make(const struct data *d, struct fault *f)
{
	uint8_t key[ROOM_KEY_SIZE];
	char hex[2 * ROOM_KEY_SIZE + 1];

	rand_bytes(key, sizeof(key));
	text_hex(hex, key, sizeof(key));

	return data_write(d, name, hex, f);
}


int room_key(uint8_t out[ROOM_KEY_SIZE], const struct data *d, struct fault *f)
{
	char hex[2 * ROOM_KEY_SIZE + 2] = "";
	int err = data_read(hex, sizeof(hex), d, name);

	if (err == E_ABSENT) {
		err = make(d, f);
		if (!err)
			err = data_read(hex, sizeof(hex), d, name);
	}
	hex[strcspn(hex, "\n")] = '\0';
	if (err || text_unhex(out, ROOM_KEY_SIZE, hex))
		return fault_set(f, err ? err : E_CORRUPT, "%s/%s cannot be read.", d->path,
				 name);

	return 0;
}
