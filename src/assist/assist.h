/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * assist.h: help that members ask of each other (domain.md M13).
 *
 * Tables: assist_*.  Rules: assistance of the charter.
 */
#ifndef ASSIST_ASSIST_H
#define ASSIST_ASSIST_H

#include "act/kind.h"

extern const struct module assist_module;

#endif
