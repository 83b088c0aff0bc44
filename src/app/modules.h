/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* modules.h: the domain modules of this program. */
#ifndef APP_MODULES_H
#define APP_MODULES_H

#include "act/kind.h"

extern const struct module *const modules[]; /* ends in NULL */

#endif
