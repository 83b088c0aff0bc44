/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * charter_fuzz.c: any bytes as a charter.  What loads must export to the same hash and differ
 * in nothing from itself; what does not must say where and why.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "charter/diff.h"
#include "charter/export.h"
#include "charter/load.h"
#include "charter/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void must(int fine)
{
	if (!fine)
		abort();
}


static void look(const struct charter *c)
{
	struct arena *memory = arena_new(65536);
	struct charter_diff d;
	struct snapshot s;
	struct charter_ids ids;

	charter_diff(&d, memory, c, c);
	must(d.changes.count == 0);
	snapshot_from_registers(&s, memory, c);
	charter_protocol_order(&ids, memory, c, &s, NULL, c->as_of);
	(void)charter_next_chair(NULL, memory, c, &s, NULL, c->as_of);
	arena_free(memory);
}


static void round_trip(const struct charter *c)
{
	struct charter_report r;
	struct charter *again = NULL;
	struct buf b;

	buf_init(&b, 0);
	charter_export(&b, c);
	charter_report_init(&r);
	/* The normal form may be longer than a file can be. */
	if (b.len <= CHARTER_SIZE_MAX) {
		must(charter_load(&again, &r, b.data, b.len) == 0);
		must(strcmp(c->whole_hash, again->whole_hash) == 0);
	}
	charter_report_clear(&r);
	charter_free(again);
	buf_clear(&b);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct charter_report r;
	struct charter *c = NULL;

	charter_report_init(&r);
	if (charter_load(&c, &r, (const char *)data, size) == 0) {
		look(c);
		round_trip(c);
	} else {
		must(r.errors.count > 0 && r.errors.at[0].line > 0 && r.errors.at[0].text[0]);
	}
	charter_report_clear(&r);
	charter_free(c);

	return 0;
}
