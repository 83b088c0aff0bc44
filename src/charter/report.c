/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "charter/report.h"


void charter_report_init(struct charter_report *r)
{
	memset(r, 0, sizeof(*r));
}


void charter_complaints_clear(struct charter_complaints *list)
{
	free(list->at);
	memset(list, 0, sizeof(*list));
}


void charter_report_clear(struct charter_report *r)
{
	charter_complaints_clear(&r->errors);
	charter_complaints_clear(&r->warnings);
}


void complaints_add(struct charter_complaints *list, const char *path, int line, int col,
		    const char *fmt, va_list ap)
{
	char text[1024];
	struct fault *f;

	if (list->count == CHARTER_COMPLAINTS_MAX) {
		list->dropped++;
		return;
	}
	if ((list->count & (list->count - 1)) == 0)
		list->at = mem_grow(list->at, list->count ? list->count * 2 : 1, sizeof(*f));
	f = &list->at[list->count++];
	memset(f, 0, sizeof(*f));
	f->err = E_SYNTAX;
	f->line = line;
	f->col = col;
	(void)text_copy(f->path, sizeof(f->path), path);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	(void)text_copy(f->text, sizeof(f->text), text);
}


static bool before(const struct fault *a, const struct fault *b)
{
	return a->line < b->line || (a->line == b->line && a->col < b->col);
}


void complaints_sort(struct charter_complaints *list)
{
	for (size_t i = 1; i < list->count; i++) {
		struct fault f = list->at[i];
		size_t j = i;

		for (; j > 0 && before(&f, &list->at[j - 1]); j--)
			list->at[j] = list->at[j - 1];
		list->at[j] = f;
	}
}
