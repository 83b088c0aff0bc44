/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * boundary.h: what may be shown as boundaries: polygons in GeoJSON (RFC 7946), in degrees.
 */
#ifndef WATCH_BOUNDARY_H
#define WATCH_BOUNDARY_H

#include <stddef.h>

#include "base/err.h"

enum {
	BOUNDARY_BYTES_MAX = 4000000, /* a million characters */
	BOUNDARY_FEATURES_MAX = 2000,
	BOUNDARY_POINTS_MAX = 200000,
};

/*
 * A FeatureCollection of features whose geometry is a Polygon, a MultiPolygon or null, at least
 * one of them with a polygon; every ring is closed.
 *
 * Errors: E_SYNTAX no JSON; E_RANGE something else, said by its number; E_TOOBIG.
 */
int boundary_check(const char *geojson, size_t len, struct fault *f) MUST_CHECK;

#endif
