/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "app/seat_text.h"
#include "parties/session.h"


void seat_of_text(struct seat *seat, struct arena *a, const char *text)
{
	memset(seat, 0, sizeof(*seat));
	if (!*text)
		return;
	(void)seat_read_demo(seat, a, text);
	if (seat->operator_)
		seat->person = NULL;
}
