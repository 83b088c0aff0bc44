/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * confer.h: rooms of video meetings under the charter (domain.md M8).
 *
 * Tables: confer_*.  Who may do what in a room is a pure function: confer/rights.h.  What the
 * media server is told follows from it: confer/grants.h.
 */
#ifndef CONFER_CONFER_H
#define CONFER_CONFER_H

#include "act/kind.h"

extern const struct module confer_module;

#endif
