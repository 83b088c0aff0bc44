/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * boundary.c: the centre draws no borders; what an organisation wants to see on the board is a
 * file of its own, on record with who entered it.
 */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/boundary.h"
#include "watch/judges.h"

enum {
	DEPTH = 10,
	RING_LEAST = 4, /* the first point again at the end */
};

struct checking {
	struct fault *f;
	size_t feature; /* from 1 */
	size_t polygons, points;
};


static int wrong(const struct checking *c, const char *what)
{
	return fault_set(c->f, E_RANGE, "Feature %zu: %s.", c->feature, what);
}


/* Longitude, latitude, and perhaps a height. */
static int check_point(struct checking *c, const json_t *point)
{
	double x = json_number_value(json_array_get(point, 0));
	double y = json_number_value(json_array_get(point, 1));

	for (size_t i = 0; i < 2; i++)
		if (!json_is_number(json_array_get(point, i)))
			return wrong(c, "a point is [longitude, latitude]");
	if (json_array_size(point) > 3 || !(fabs(x) <= 180) || !(fabs(y) <= 90))
		return wrong(c, "a point is in degrees, longitude first");
	if (++c->points > BOUNDARY_POINTS_MAX)
		return fault_set(c->f, E_TOOBIG, "At most %d points are taken.",
				 BOUNDARY_POINTS_MAX);

	return 0;
}


static int check_ring(struct checking *c, const json_t *ring)
{
	size_t n = json_array_size(ring);
	int err = 0;

	if (n < RING_LEAST)
		return wrong(c, "a ring has four points or more");
	for (size_t i = 0; i < n && !err; i++)
		err = check_point(c, json_array_get(ring, i));
	if (!err && !json_equal(json_array_get(ring, 0), json_array_get(ring, n - 1)))
		err = wrong(c, "a ring ends where it began");

	return err;
}


static int check_polygon(struct checking *c, const json_t *rings)
{
	size_t n = json_array_size(rings);
	int err = n ? 0 : wrong(c, "a polygon has a ring");

	for (size_t i = 0; i < n && !err; i++)
		err = check_ring(c, json_array_get(rings, i));
	c->polygons++;

	return err;
}


static int check_geometry(struct checking *c, const json_t *geometry)
{
	const json_t *at = json_object_get(geometry, "coordinates");
	const char *type = json_text(geometry, "type", "");
	size_t n = json_array_size(at);
	int err = 0;

	if (json_is_null(geometry))
		return 0;
	if (text_eq(type, "Polygon"))
		return check_polygon(c, at);
	if (!text_eq(type, "MultiPolygon") || !n)
		return wrong(c, "a geometry is a Polygon or a MultiPolygon");
	for (size_t i = 0; i < n && !err; i++)
		err = check_polygon(c, json_array_get(at, i));

	return err;
}


static int check_feature(struct checking *c, const json_t *feature)
{
	if (!text_eq(json_text(feature, "type", ""), "Feature"))
		return wrong(c, "it is no Feature");

	return check_geometry(c, json_object_get(feature, "geometry"));
}


static int check_collection(struct checking *c, const json_t *root)
{
	const json_t *features = json_object_get(root, "features");
	size_t n = json_array_size(features);
	int err = 0;

	if (!text_eq(json_text(root, "type", ""), "FeatureCollection") || !n)
		return fault_set(c->f, E_RANGE, "Boundaries are a FeatureCollection.");
	if (n > BOUNDARY_FEATURES_MAX)
		return fault_set(c->f, E_TOOBIG, "At most %d features are taken.",
				 BOUNDARY_FEATURES_MAX);
	for (size_t i = 0; i < n && !err; i++) {
		c->feature = i + 1;
		err = check_feature(c, json_array_get(features, i));
	}
	if (!err && !c->polygons)
		err = fault_set(c->f, E_RANGE, "Boundaries have a polygon.");

	return err;
}


int boundary_check(const char *geojson, size_t len, struct fault *f)
{
	struct checking c = { .f = f };
	json_t *root = NULL;
	int err = json_read(&root, geojson, len, BOUNDARY_BYTES_MAX, DEPTH, f);

	if (!err)
		err = check_collection(&c, root);
	json_decref(root);

	return err;
}


int boundary_set_judge(struct act_cx *cx, const void *body)
{
	const struct boundary_set *b = body;
	int err = b->file ? boundary_check(b->file, strlen(b->file), &cx->fault) : 0;

	if (err) {
		fault_at(&cx->fault, "/body/file", 0, 0);
		return err;
	}
	effect_add(&cx->fx, "watch_boundary", "id at office name file", "iisss", cx->seq,
		   cx->at, cx->seat.office, b->name, b->file);

	return 0;
}


int boundaries_run(struct view_cx *cx, const void *params)
{
	const struct boundaries_params *q = params;
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT id, at, office, name, file FROM watch_boundary"
			      " ORDER BY id DESC LIMIT 1",
			      "");

	if (!err && store_next(rows, &err) && !store_null(rows, 4)) {
		struct boundaries_row row = {
			.id = store_int(rows, 0),
			.at = store_int(rows, 1),
			.office = row_text(cx->arena, rows, 2),
			.name = row_text(cx->arena, rows, 3),
			.file = q->file ? row_text(cx->arena, rows, 4) : NULL,
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
