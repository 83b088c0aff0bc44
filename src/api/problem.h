/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * problem.h: replies that say no: application/problem+json (RFC 9457).
 *
 *	{"type": "about:blank" or "urn:comity:refusal:gate-closed", "title": ..., "status": 409,
 *	 "detail": sentence, "code": "gate-closed", "rule": ..., "sources": [...],
 *	 "position": {"pointer": "/body/date"} or {"line": 3, "column": 14}}
 */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

struct request;

/* Make the reply for a failure from its code and r->fault. */
void problem(struct request *r, int err);

#endif
