/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* acts.h: the acts and views of the pipeline itself: charters, the clock, notices, the record.
 */
#ifndef ACT_ACTS_H
#define ACT_ACTS_H

#include "act/kind.h"

extern const struct module act_module;

/* The name of an id in a refusal sentence, by the charter and the registers; refusal.h. */
struct naming {
	const struct charter *charter;
	struct world *world;
};
const char *naming_name(const char *name, const char *id, const char *lang, void *naming);

#endif
