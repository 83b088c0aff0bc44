/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * parties.h: parties, their facts and relations, statuses, offices.
 *
 * Tables: parties_*.  Reads of council: its published views.  Rules: charter/rules.h.
 */
#ifndef PARTIES_PARTIES_H
#define PARTIES_PARTIES_H

#include "act/kind.h"

extern const struct module parties_module;

#endif
