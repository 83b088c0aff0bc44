/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "app/seat_text.h"
#include "base/mem.h"
#include "base/text.h"


void seat_of_text(struct seat *seat, struct arena *a, const char *text)
{
	char *copy = arena_str(a, text);
	char *at = strchr(copy, '@'), *slash = strchr(copy, '/');

	memset(seat, 0, sizeof(*seat));
	if (!*copy)
		return;
	if (at) {
		*at = '\0';
		seat->party = at + 1;
	}
	if (slash) {
		*slash = '\0';
		seat->body = slash + 1;
	}
	seat->office = copy;
	seat->operator_ = text_eq(copy, "operator");
	seat->person = seat->operator_
			       ? NULL
			       : arena_printf(a, "demo-%s%s%s", copy, seat->party ? "-" : "",
					      seat->party ? seat->party : "");
}
