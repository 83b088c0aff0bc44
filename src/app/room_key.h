/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* room_key.h: the key of room tokens (api/room_token.h): the file rooms.key of a data folder.
 */
#ifndef APP_ROOM_KEY_H
#define APP_ROOM_KEY_H

#include <stdint.h>

#include "api/room_token.h"
#include "base/err.h"

struct data;

/* Read; made when it is not there. */
int room_key(uint8_t out[ROOM_KEY_SIZE], const struct data *d, struct fault *f) MUST_CHECK;

#endif
