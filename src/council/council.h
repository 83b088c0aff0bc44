/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * council.h: instruments and the depositary; items of agendas; consultations
 * (domain.md M12).
 *
 * Tables: council_*.  Others read council_pub_*.  Rules: charter/rules.h (charter_in_force).
 */
#ifndef COUNCIL_COUNCIL_H
#define COUNCIL_COUNCIL_H

#include "act/kind.h"

extern const struct module council_module;

#endif
