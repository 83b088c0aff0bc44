/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * edxl.h: requests, offers, commitments and releases as messages of EDXL-RM 1.0 (OASIS
 * Standard, 22 December 2009), out and in.
 *
 * The schemas cannot say everything: conditions that stand in their comments ("one or more of
 * the first three is required", "if Provisional, a reason") are checked here.  EDXL-RM has no
 * field for exercises; what is none in earnest begins its MessageDescription with "EXERCISE: "
 * or "TEST: ", and is read so.
 */
#ifndef ASSIST_EDXL_H
#define ASSIST_EDXL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct arena;
struct store;

enum {
	EDXL_BYTES_MAX = 1 << 20,
	EDXL_LINES_MAX = 2000,
};

enum edxl_type {
	EDXL_REQUEST,  /* RequestResource */
	EDXL_RESPONSE, /* ResponseToRequestResource */
	EDXL_COMMIT,   /* CommitResource */
	EDXL_RELEASE,  /* ReleaseResource */
	EDXL_TYPES
};

/* One ResourceInformation.  Texts are NULL when absent. */
struct edxl_line {
	const char *id;	       /* ResourceInfoElementID */
	const char *preceding; /* PrecedingResourceInfoElementID */
	const char *response;  /* Accept, Decline, Provisional */
	const char *reason;
	const char *name;     /* or ResourceID, or the value of TypeStructure */
	const char *category; /* the value of TypeStructure */
	int64_t quantity;     /* FIELD_NONE: none, or no whole number */
	const char *unit;
	const char *needed_by; /* YYYY-MM-DD of RequestedArrival */
	const char *ready;     /* YYYY-MM-DD of BeginAvailable or EstimatedDeparture */
	const char *place;     /* of the first schedule that has one */
	const char *requirements;
};

struct edxl_message {
	enum edxl_type type;
	const char *id, *originating;
	const char *preceding;	 /* or NULL */
	const char *sent;	 /* as written */
	const char *description; /* without the mark of an exercise; or NULL */
	const char *kind;	 /* actual, exercise, test */
	const char *event;	 /* IncidentDescription, or IncidentID; or NULL */
	const char *contact;	 /* of the first that has a description; or NULL */
	struct edxl_line *lines;
	size_t count;
};

/* "RequestResource" ... */
const char *edxl_name(enum edxl_type type);

/*
 * Read a message; texts are in the arena.
 *
 * Errors, each with line and column: E_SYNTAX not well-formed, or with a document type;
 * E_TOOBIG; E_RANGE a message of another type, something required is missing, a value is none
 * of the list, or a condition of the standard does not hold.
 */
int edxl_read(struct edxl_message *out, struct arena *a, const char *bytes, size_t len,
	      struct fault *f) MUST_CHECK;

/*
 * Write the message of that type about a request, as its two parties may read it.
 *
 * Errors: E_ABSENT there is no such request for this party, or nothing of it to say in a
 * message of this type; those of store.h.
 */
int edxl_write(struct buf *out, struct arena *a, struct store *st, int64_t request,
	       const char *party, enum edxl_type type, int64_t now) MUST_CHECK;

#endif
