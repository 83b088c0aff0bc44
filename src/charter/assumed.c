/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* assumed.c: which rules rest on an assumption; the walk follows the tables of shape.h. */
#include <string.h>

#include "base/text.h"
#include "charter/report.h"
#include "charter/shape.h"

static void look_record(struct charter_complaints *out, const struct shape *shape,
			const void *record);


static void add(struct charter_complaints *out, const struct charter_origin *o, const char *fmt,
		...) PRINTF(3, 4);

static void add(struct charter_complaints *out, const struct charter_origin *o, const char *fmt,
		...)
{
	va_list ap;

	va_start(ap, fmt);
	complaints_add(out, o->path, o->line, o->col, fmt, ap);
	va_end(ap);
}


static void look_origin(struct charter_complaints *out, const struct charter_origin *o)
{
	if (!charter_listed(o->src, "assumed"))
		return;
	if (o->src.count == 1)
		add(out, o, "assumed; to be confirmed");
	else
		add(out, o, "assumed in part, beside %zu other source%s; to be confirmed",
		    o->src.count - 1, o->src.count == 2 ? "" : "s");
}


static void look_field(struct charter_complaints *out, const struct field *f, const void *at)
{
	struct sequence list = { 0 };
	const void *record = at;

	if (f->type == F_RECORD_OPT)
		memcpy(&record, at, sizeof(record));
	if ((f->type == F_RECORD || f->type == F_RECORD_OPT) && record)
		look_record(out, f->of, record);
	if (f->type == F_RECORDS)
		memcpy(&list, at, sizeof(list));
	for (size_t i = 0; i < list.count; i++)
		look_record(out, f->of, (char *)list.at + i * field_size(f));
}


static void look_record(struct charter_complaints *out, const struct shape *shape,
			const void *record)
{
	if (shape->has_origin)
		look_origin(out, record);
	for (size_t i = 0; i < shape->count; i++)
		look_field(out, &shape->fields[i],
			   (const char *)record + shape->fields[i].offset);
}


void charter_assumed(struct charter_complaints *out, const struct charter *c)
{
	memset(out, 0, sizeof(*out));
	look_record(out, &shape_constitution, c);
	complaints_sort(out);
}
