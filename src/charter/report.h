/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report.h: filling the report of load.h.  Private to this module. */
#ifndef CHARTER_REPORT_H
#define CHARTER_REPORT_H

#include <stdarg.h>

#include "charter/load.h"

void complaints_add(struct charter_complaints *list, const char *path, int line, int col,
		    const char *fmt, va_list ap) PRINTF(5, 0);

/* By line, then column; complaints about one place keep their order. */
void complaints_sort(struct charter_complaints *list);

#endif
