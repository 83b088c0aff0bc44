/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * assist.h: assistance of one party to another (domain.md M13): requests by lines, offers,
 * acceptance, commitment, arrival; the trail from an alert to help delivered.
 *
 * Tables: assist_*.  Rules: assistance of the charter.  Reads council_pub_consultation and
 * watch_pub_alert.
 */
#ifndef ASSIST_ASSIST_H
#define ASSIST_ASSIST_H

#include "act/kind.h"

extern const struct module assist_module;

#endif
