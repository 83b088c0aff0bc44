/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bundles: acts with their proofs in one archive; whatever is altered is told, and where. */
#include <stdlib.h>
#include <string.h>

#include "chronicle.h"
#include "ledger/bundle.h"
#include "t.h"

enum {
	BLOCK = 512,
};

struct world {
	struct chronicle *c;
	struct trust *trust;
	struct buf b;
};

/* What was told. */
struct told {
	int64_t seq[8];
	size_t count;
	int answer;
};


static int on_act(const struct bundle_act *act, void *arg, struct fault *f)
{
	struct told *t = arg;
	char record[CHRONICLE_RECORD_SIZE];

	chronicle_record(record, act->seq);
	T_INT(strlen(record), act->record_len);
	ck_assert(memcmp(record, act->record, act->record_len) == 0);
	T_INT(act->seq - 1, act->index);
	t->seq[t->count++] = act->seq;

	return t->answer ? fault_set(f, t->answer, "Not this one.") : 0;
}


static void add(struct world *w, int64_t seq)
{
	char record[CHRONICLE_RECORD_SIZE];
	struct buf part[3];

	for (int i = 0; i < 3; i++)
		buf_init(&part[i], 0);
	chronicle_record(record, seq);
	buf_str(&part[0], record);
	T_OK(log_proof(&part[1], w->c->st, seq, PROOF_SIGSUM, NULL));
	T_OK(log_proof(&part[2], w->c->st, seq, PROOF_TLOG, NULL));
	bundle_add(&w->b, seq, &part[0], &part[1], &part[2]);
	for (int i = 0; i < 3; i++)
		buf_clear(&part[i]);
}


/* A log of 20 acts, and a bundle of those numbers, ended by a 0. */
static struct world *world(const int64_t *seqs)
{
	struct world *w = calloc(1, sizeof(*w));
	char keys[3 * KEY_LINE_SIZE], line[KEY_LINE_SIZE];
	size_t n = 0;
	const struct key *all[3];

	w->c = chronicle_new(":memory:");
	chronicle_acts(w->c, 20);
	chronicle_sign(w->c);
	all[0] = w->c->log_key;
	all[1] = w->c->recorder;
	all[2] = w->c->seal;
	for (int i = 0; i < 3; i++) {
		key_line(line, key_public(all[i]), "k");
		n += (size_t)snprintf(keys + n, sizeof(keys) - n, "%s\n", line);
	}
	w->trust = trust_new();
	T_OK(trust_keys(w->trust, keys, n, NULL));
	buf_init(&w->b, BUNDLE_MAX);
	for (; *seqs; seqs++)
		add(w, *seqs);
	bundle_end(&w->b);

	return w;
}


static void world_end(struct world *w)
{
	chronicle_free(w->c);
	trust_free(w->trust);
	buf_clear(&w->b);
	free(w);
}


static int verify(const struct world *w, struct told *told, struct fault *f)
{
	size_t acts = 0;
	int err = bundle_verify(&acts, w->b.data, w->b.len, w->trust, told ? on_act : NULL,
				told, f);

	if (told && !err)
		T_INT(told->count, acts);

	return err;
}

static const int64_t three[] = { 2, 7, 20, 0 }, none[] = { 0 };


T(a_whole_bundle_holds_and_tells_each_act)
{
	struct world *w = world(three);
	struct told told = { .count = 0 };
	struct fault f = { 0 };

	ck_assert_msg(verify(w, &told, &f) == 0, "%s", f.text);
	T_INT(3, told.count);
	T_INT(2, told.seq[0]);
	T_INT(20, told.seq[2]);
	world_end(w);
}


T(no_byte_of_a_bundle_can_be_altered)
{
	struct world *w = world(three);

	for (size_t i = 0; i < w->b.len; i += 5) {
		w->b.data[i] ^= 1;
		ck_assert_msg(verify(w, NULL, NULL) != 0, "byte %zu was not seen", i);
		w->b.data[i] ^= 1;
	}
	T_OK(verify(w, NULL, NULL));
	world_end(w);
}


T(no_part_of_a_bundle_can_be_cut_off)
{
	struct world *w = world(three);
	size_t whole = w->b.len;

	for (w->b.len = 0; w->b.len < whole; w->b.len += BLOCK / 4)
		ck_assert_msg(verify(w, NULL, NULL) != 0, "%zu bytes were enough", w->b.len);
	world_end(w);
}


T(the_fault_names_the_member_and_what_of_it)
{
	struct world *w = world(three);
	struct fault f = { 0 };
	char *at = strstr(w->b.data + BLOCK, "test.note");

	at[0] = 'b';
	T_INT(E_CRYPTO, verify(w, NULL, &f));
	T_STR("2.json: record", f.path);
	at[0] = 't';
	at = memmem(w->b.data, w->b.len, "root_hash=", 10);
	ck_assert_ptr_nonnull(at);
	at[10] = at[10] == '0' ? '1' : '0';
	f = (struct fault){ 0 };
	T_INT(E_CRYPTO, verify(w, NULL, &f));
	ck_assert_msg(strncmp(f.path, "2.sigsum-proof", 14) == 0, "%s", f.path);
	world_end(w);
}


T(what_the_reader_says_of_an_act_ends_it)
{
	struct world *w = world(three);
	struct told told = { .answer = E_RANGE };
	struct fault f = { 0 };

	T_INT(E_RANGE, verify(w, &told, &f));
	T_INT(1, told.count);
	T_STR("2.json", f.path);
	T_STR("Not this one.", f.text);
	world_end(w);
}


T(acts_stand_in_their_order_each_once)
{
	static const int64_t twice[] = { 7, 7, 0 }, back[] = { 7, 2, 0 };
	struct fault f = { 0 };
	struct world *w = world(twice);

	T_INT(E_SYNTAX, verify(w, NULL, &f));
	T_STR("7.json", f.path);
	world_end(w);
	w = world(back);
	T_INT(E_SYNTAX, verify(w, NULL, NULL));
	world_end(w);
	w = world(none);
	T_INT(E_SYNTAX, verify(w, NULL, NULL));
	world_end(w);
}


T(nothing_holds_without_the_keys)
{
	struct world *w = world(three);
	struct trust *nobody = trust_new();
	struct fault f = { 0 };
	size_t acts = 0;

	T_INT(E_CRYPTO, bundle_verify(&acts, w->b.data, w->b.len, nobody, NULL, NULL, &f));
	T_STR("2.sigsum-proof: key", f.path);
	T_INT(0, acts);
	trust_free(nobody);
	world_end(w);
}

T_MAIN("bundle", C(a_whole_bundle_holds_and_tells_each_act),
       C(no_byte_of_a_bundle_can_be_altered), C(no_part_of_a_bundle_can_be_cut_off),
       C(the_fault_names_the_member_and_what_of_it), C(what_the_reader_says_of_an_act_ends_it),
       C(acts_stand_in_their_order_each_once), C(nothing_holds_without_the_keys))
