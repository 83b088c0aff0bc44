/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * intake.h: what the rows of a sheet mean: figures, each with the place where it stands, and
 * everything that is wrong with them, found at once.  Pure: names come in, nothing is stored.
 *
 * Three layouts are known by their headings:
 *
 *	long	a row is a figure: day, region, indicator, value
 *	wide	a row is a day or a region (or both), and each indicator has a column
 *	days	a row is a region, and each day has a column
 *
 * Headings and names are compared without case, accents and punctuation, in English, Russian
 *and French.  A row of HXL tags below the headings is passed over.
 */
#ifndef WATCH_INTAKE_H
#define WATCH_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "watch/sheet.h"

struct arena;

enum {
	INTAKE_CELLS_MAX = 200000,
	INTAKE_PROBLEMS_MAX = 500, /* that are kept; all are counted */
};

/* In which order a written day has its numbers, where it is not told by itself. */
enum day_order {
	ORDER_UNKNOWN,
	ORDER_YMD,
	ORDER_YDM,
	ORDER_DMY,
	ORDER_MDY,
};

/* A place that figures may be about, and the names it goes by. */
struct intake_place {
	const char *party;
	const char *area; /* "" for the party as a whole */
	const char *const *names;
	size_t count;
};

struct intake_indicator {
	const char *id;
	const char *const *names; /* besides the id */
	size_t count;
};

struct intake_known {
	const struct intake_place *places;
	size_t place_count;
	const struct intake_indicator *indicators;
	size_t indicator_count;
};

/* What holds for the whole sheet, where it does not say it itself; NULL: it must say it. */
struct intake_options {
	const char *party;     /* whose figures these are: others are a problem */
	const char *area;      /* "" for the party as a whole */
	const char *indicator; /* where there is a column of values, but none of indicators */
	const char *day;
	const char *today; /* no figure is about a later day; must be given */
	enum day_order order;
};

/* A figure; texts are in the arena. */
struct intake_cell {
	const char *party;
	const char *area;
	const char *indicator;
	char day[11];
	int64_t value;	   /* FIELD_NONE where there is a state */
	int64_t whole;	   /* FIELD_NONE */
	const char *state; /* "not-reported", "not-available" or NULL */
	int row;	   /* as sheet.lines */
	size_t col;
};

struct intake_problem {
	bool blocks; /* nothing can be taken until it is mended; else it is told */
	int row;     /* 0: the sheet as a whole */
	size_t col;
	const char *heading; /* of its column, as written; may be "" */
	const char *text;    /* what is wrong, and what would be right */
};

struct intake {
	const char *layout; /* "long", "wide", "days" or NULL where no heading is known */
	enum day_order order;
	struct intake_cell *cells;
	size_t count;
	struct intake_problem *problems;
	size_t problem_count;  /* kept */
	size_t blocking, told; /* all */
};

/* Always a result: what cannot be understood is in its problems. */
void intake_read(struct intake *out, struct arena *a, const struct sheet *s,
		 const struct intake_known *known, const struct intake_options *options);

/*
 * The order of the numbers in these days, which all were written by one hand: the one that
 * makes all of them days up to today.  Where two do, the one in which the days follow each
 * other; ORDER_UNKNOWN when nobody can tell.  *trap is set when year-month-day, in which they
 * seem to be, is not what they are.
 */
enum day_order day_order_of(const char *const *days, size_t count, const char *today,
			    bool *trap);

/* "day-month-year"; and back, where nothing is ORDER_UNKNOWN; false: that is none of them. */
#define DAY_ORDERS "year-month-day, year-day-month, day-month-year or month-day-year"
const char *day_order_name(enum day_order order);
bool day_order_read(enum day_order *out, const char *text);

/* Days since 1970-01-01 of a written day in that order; false: it is no day in it. */
bool day_read(int64_t *out, const char *text, enum day_order order);

#endif
