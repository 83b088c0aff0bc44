/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* places.c: parties and their areas as the picture knows them: names, codes, people. */
#include <math.h>

#include "base/mem.h"
#include "base/text.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"


static int check_degrees(struct act_cx *cx, const char *member, double degrees, double most)
{
	if (isnan(degrees) || fabs(degrees) <= most)
		return 0;
	fault_at(&cx->fault, member, 0, 0);

	return fault_set(&cx->fault, E_RANGE, "Degrees go from -%g to %g.", most, most);
}


/* An optional real as effect_add() wants it. */
static char real_type(double v)
{
	return isnan(v) ? 'n' : 'r';
}


/* Both of latitude and longitude, or neither. */
static void put_place(struct act_cx *cx, const struct place_enter *b, const char *party,
		      bool fresh)
{
	const char *area = b->area ? b->area : "";
	const char *aliases = list_json(cx->arena, &b->aliases);
	bool located = real_type(b->latitude) == 'r' && real_type(b->longitude) == 'r';

	if (fresh)
		effect_add(&cx->fx, "watch_place",
			   "party area name code aliases population seq", "sssssoi", party,
			   area, b->name, b->code, aliases, b->population, cx->seq);
	else
		effect_set(&cx->fx, "watch_place", "party area",
			   "name code aliases population seq", "sssssoi", party, area, b->name,
			   b->code, aliases, b->population, cx->seq);
	if (located)
		effect_set(&cx->fx, "watch_place", "party area", "latitude longitude", "ssrr",
			   party, area, b->latitude, b->longitude);
}


int place_enter_judge(struct act_cx *cx, const void *body)
{
	const struct place_enter *b = body;
	const struct snapshot_party *p = NULL;
	int64_t there = 0;
	int err = need_party(&p, cx, cx->subject_id);

	if (!err)
		err = need_own(cx, p->id);
	if (!err)
		err = check_degrees(cx, "/body/latitude", b->latitude, 90);
	if (!err)
		err = check_degrees(cx, "/body/longitude", b->longitude, 180);
	if (!err)
		err = store_get_int(&there, cx->st,
				    "SELECT count(*) FROM watch_place WHERE party = $1"
				    " AND area = $2",
				    "ss", p->id, b->area ? b->area : "");
	if (!err)
		put_place(cx, b, p->id, !there);

	return err;
}


int places_run(struct view_cx *cx, const void *params)
{
	const struct places_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT party, area, name, code, aliases, population, latitude,"
			  " longitude FROM watch_place WHERE ($1 = '' OR party = $1)"
			  " ORDER BY party, area LIMIT 20000",
			  "s", q->party ? q->party : "");
	while (!err && store_next(rows, &err)) {
		const char *area = row_text(cx->arena, rows, 1);
		struct places_row row = {
			.party = row_text(cx->arena, rows, 0),
			.area = *area ? area : NULL,
			.name = row_text(cx->arena, rows, 2),
			.code = row_text(cx->arena, rows, 3),
			.aliases = list_parse(cx->arena, store_text(rows, 4)),
			.population = row_int(rows, 5),
			.latitude = store_null(rows, 6) ? (double)NAN : store_real(rows, 6),
			.longitude = store_null(rows, 7) ? (double)NAN : store_real(rows, 7),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
