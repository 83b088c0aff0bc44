/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * export.h: figures and alerts in the forms that others read.
 *
 *	CSV	RFC 4180, long, with a row of HXL tags (HXL 1.1) below the headings; every row
 *		says as of when.  A text that a spreadsheet would take for a formula has an
 *		apostrophe before it.
 *	DHIS2	dataValueSets as JSON; orgUnit is the code of the place, or its party and area
 *	GeoJSON	RFC 7946: a point for each place whose centre is known, with its last figures
 *	CAP	Common Alerting Protocol 1.2 (OASIS), one alert
 *
 * Callers have asked before whether the viewer may read (watch_reads()).
 */
#ifndef WATCH_EXPORT_H
#define WATCH_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct arena;
struct charter;
struct store;

/* Which figures; NULL: all. */
struct export_filter {
	const char *party;
	const char *indicator;
	const char *area; /* "" for parties as a whole */
	int64_t from, to; /* days */
	int64_t as_of;	  /* ms, FIELD_NONE: now */
	int64_t now;	  /* ms: what "now" is */
	const char *mark; /* "SPECIMEN" stands in each row of a demonstration; or NULL */
};

/* Errors: those of store.h; E_TOOBIG more than `out` may hold. */
int export_csv(struct buf *out, struct arena *a, struct store *st,
	       const struct export_filter *f) MUST_CHECK;
int export_dhis2(struct buf *out, struct arena *a, struct store *st,
		 const struct export_filter *f) MUST_CHECK;
int export_geojson(struct buf *out, struct arena *a, struct store *st,
		   const struct export_filter *f) MUST_CHECK;

/* A cell of CSV, quoted where it must be and no formula for any spreadsheet. */
void csv_cell(struct buf *out, const char *text);

/* What a CAP message says of itself. */
struct cap_source {
	const char *sender;   /* an id without spaces, commas and < > & */
	const char *identity; /* of the organisation, for identifiers */
	bool exercise;	      /* a demonstration */
	const char *lang;
};

/* The alert as CAP.  Errors: also E_ABSENT there is no such alert. */
int export_cap(struct buf *out, struct arena *a, struct store *st, const struct charter *c,
	       int64_t alert, const struct cap_source *source) MUST_CHECK;

#endif
