/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * figures.c: GET /api/v1/figures/{csv,dhis2,geojson} and /api/v1/alerts/{}/cap: what members
 * report, for those who may read it, in the forms of others.
 */
#include <string.h>

#include "act/clock.h"
#include "act/world.h"
#include "api/desk.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "store/store.h"
#include "watch/export.h"
#include "watch/series.h"

typedef int export_h(struct buf *out, struct arena *a, struct store *st,
		     const struct export_filter *f);

static const struct {
	const char *name, *type, *file;
	export_h *write;
} forms[] = {
	{ "csv", "text/csv; charset=utf-8; header=present", "figures.csv", export_csv },
	{ "dhis2", "application/json", "dataValueSets.json", export_dhis2 },
	{ "geojson", "application/geo+json", "figures.geojson", export_geojson },
};


int figures_reader(const struct charter **c, struct request *r)
{
	int err = desk_resolve(r, c);

	if (err)
		return err;
	if (!r->seat.person)
		return fault_set(&r->fault, E_SESSION, "Sign in to see this.");
	if (watch_reads(&r->seat, *c))
		return 0;
	writer_security(loop_desk(r->loop)->writer, &r->seat, "figures", "");

	return fault_set(&r->fault, E_DENIED,
			 "This seat may not read figures; the charter says who may "
			 "(monitoring/readers).");
}


static int bad_parameter(struct request *r, const char *name, const char *text)
{
	fault_at(&r->fault, arena_printf(r->arena, "/%s", name), 0, 0);

	return fault_set(&r->fault, E_RANGE, "%s", text);
}


static int read_day(int64_t *out, struct request *r, const char *name, int64_t otherwise)
{
	const char *text = http_parameter(r, name);

	*out = otherwise;
	if (!text || time_date_days(out, text) == 0)
		return 0;

	return bad_parameter(r, name, "A day is written as 2020-05-15.");
}


static int read_filter(struct export_filter *f, struct request *r)
{
	const char *as_of = http_parameter(r, "as_of");
	int err;

	*f = (struct export_filter){ .party = http_parameter(r, "party"),
				     .indicator = http_parameter(r, "indicator"),
				     .area = http_parameter(r, "area"),
				     .as_of = FIELD_NONE,
				     .now = clock_now(loop_desk(r->loop)->clock),
				     .mark = loop_desk(r->loop)->demo ? "SPECIMEN" : NULL };
	if (as_of && time_parse(&f->as_of, as_of))
		return bad_parameter(r, "as_of",
				     "An instant is written as 2020-05-15T10:00:00Z.");
	err = read_day(&f->from, r, "from", INT32_MIN);

	return err ? err : read_day(&f->to, r, "to", INT32_MAX);
}


/* In one read transaction, so that all of it is of one moment. */
static int write_form(struct request *r, export_h *write, const struct export_filter *f)
{
	struct store *st = desk_reader(r)->st;
	int err = store_exec(st, "BEGIN", "");

	if (err)
		return err;
	err = write(&r->out, r->arena, st, f);
	(void)!store_exec(st, "COMMIT", "");

	return err;
}


int figures_get(struct request *r)
{
	const struct charter *c = NULL;
	struct export_filter f;
	size_t i = 0;
	int err = figures_reader(&c, r);

	while (i < ARRAY_LEN(forms) && !text_eq(r->part[0], forms[i].name))
		i++;
	if (!err && i == ARRAY_LEN(forms))
		return fault_set(&r->fault, E_ABSENT, "Figures come as csv, dhis2 or geojson.");
	if (!err)
		err = read_filter(&f, r);
	if (!err)
		err = write_form(r, forms[i].write, &f);
	if (err)
		return err;
	r->status = 200;
	r->type = forms[i].type;
	http_reply_header(r, "Cache-Control", "no-store");
	http_reply_header(r, "Content-Disposition",
			  arena_printf(r->arena, "attachment; filename=\"%s%s\"",
				       f.mark ? "SPECIMEN-" : "", forms[i].file));

	return HTTP_ANSWERED;
}


int alert_cap(struct request *r)
{
	const struct charter *c = NULL;
	struct cap_source source = { .exercise = loop_desk(r->loop)->demo, .lang = r->lang };
	int64_t id = 0;
	int err = figures_reader(&c, r);

	if (err)
		return err;
	if (text_int(&id, r->part[0], 1, INT64_MAX))
		return fault_set(&r->fault, E_ABSENT, "There is no such alert.");
	source.identity = c->organisation.id;
	source.sender = arena_printf(r->arena, "watch@%s", c->organisation.id);
	err = export_cap(&r->out, r->arena, desk_reader(r)->st, c, id, &source);
	if (err == E_ABSENT)
		return fault_set(&r->fault, E_ABSENT, "There is no such alert.");
	if (err)
		return err;
	r->status = 200;
	r->type = "application/cap+xml";
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}
