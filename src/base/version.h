/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* version.h: the version of the program; every act records the engine that judged it. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define COMITY_VERSION "0.1.0"

#endif
