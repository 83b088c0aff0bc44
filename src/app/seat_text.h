/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* seat_text.h: a seat written as text: "depositary", "head@ce", "staff/secretariat", "". */
#ifndef APP_SEAT_TEXT_H
#define APP_SEAT_TEXT_H

#include "act/seat.h"

struct arena;

/* For demonstrations and simulations, where no person is behind a seat. */
void seat_of_text(struct seat *seat, struct arena *a, const char *text);

#endif
