/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * watch.h: the daily picture: figures of the parties as they were known when, and what is
 * wrong with them (domain.md M10).
 *
 * Tables: watch_*.  Others read watch_pub_*.  Rules: monitoring and crisis of the charter.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include "act/kind.h"

extern const struct module watch_module;

#endif
