/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* found.c: the first instruments of the register, from the charter file. */
#include "base/text.h"
#include "council/instruments.h"


static bool is_deposit(enum ledger_act act)
{
	return act == LEDGER_DEPOSITED;
}


/* What the charter says of each party's own procedure, and of deposits already received. */
static void found_ledger(struct act_cx *cx, const struct charter_register_instrument *i)
{
	charter_each (e, i->ledger) {
		const char *word = vocabulary_word(&vocabulary_ledger_act, (int)e->act);

		if (is_deposit(e->act))
			effect_add(&cx->fx, "council_deposit",
				   "instrument party seq kind received", "ssiss", i->id,
				   e->party, cx->seq, "ratified", e->date);
		else
			effect_add(&cx->fx, "council_stage", "instrument party stage seq date",
				   "sssis", i->id, e->party, word, cx->seq, e->date);
	}
}


void council_found(struct act_cx *cx, const struct charter *charter)
{
	charter_each (i, charter->registers.instruments) {
		effect_add(&cx->fx, "council_instrument",
			   "id type package title state signed place in_force seq", "ssssssssi",
			   i->id, i->type->id, i->package, ltext_json(cx->arena, i->text),
			   vocabulary_word(&vocabulary_instrument_state, (int)i->state),
			   i->signed_on, ltext_json(cx->arena, i->place), i->in_force_on,
			   cx->seq);
		for (size_t k = 0; k < i->signatories.count; k++)
			effect_add(&cx->fx, "council_signatory", "instrument party signed",
				   "sss", i->id, i->signatories.at[k], i->signed_on);
		found_ledger(cx, i);
	}
}
