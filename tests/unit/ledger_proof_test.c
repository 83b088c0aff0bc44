/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Leaves and proofs: what is written verifies, and nothing altered does. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/proof.h"
#include "t.h"

enum {
	LEAVES = 11,
	WITNESSES = 3,
};

#define RECORD "{\"kind\":\"party.name\",\"seq\":7}"

/* A log of LEAVES records, the one of RECORD at `index`, signed by log and witnesses. */
struct world {
	struct key *log, *recorder, *witness[WITNESSES];
	struct note_key witness_key[WITNESSES];
	struct leaf leaf[LEAVES];
	struct hash hash[LEAVES];
	uint64_t index, size;
	struct buf note;
	struct trust *keys;   /* log and recorder */
	struct trust *policy; /* 2 of 3 witnesses, and the recorder */
};


static int read_node(struct hash *out, unsigned level, uint64_t index, void *arg)
{
	const struct hash *leaves = arg;
	struct hash left, right;

	if (level == 0) {
		*out = leaves[index];
		return 0;
	}
	T_OK(read_node(&left, level - 1, 2 * index, arg));
	T_OK(read_node(&right, level - 1, 2 * index + 1, arg));
	merkle_node(out, &left, &right);

	return 0;
}


static void write_leaves(struct world *w)
{
	for (size_t i = 0; i < w->size; i++) {
		struct hash checksum;
		char record[40];
		int n = snprintf(record, sizeof(record), "record %zu", i);

		if (i == w->index)
			leaf_checksum(&checksum, RECORD, strlen(RECORD));
		else
			leaf_checksum(&checksum, record, (size_t)n);
		leaf_sign(&w->leaf[i], &checksum, w->recorder);
		leaf_hash(&w->hash[i], &w->leaf[i]);
	}
}


static void cosign(struct world *w, const struct buf *body, int i)
{
	uint8_t stamped[8 + KEY_SIGNATURE] = { 0, 0, 0, 0, 0x68, 0, 0, (uint8_t)i };
	struct buf message;
	char name[40];

	(void)snprintf(name, sizeof(name), "witness.example/w%d", i);
	T_OK(note_key(&w->witness_key[i], name, NOTE_COSIGNATURE, key_public(w->witness[i])));
	buf_init(&message, 0);
	checkpoint_cosigned(&message, body->data, body->len,
			    (uint64_t)stamped[4] << 24 | stamped[7]);
	key_sign(stamped + 8, w->witness[i], message.data, message.len);
	note_sign_line(&w->note, name, w->witness_key[i].id, stamped, sizeof(stamped));
	buf_clear(&message);
}


/* Trust by files, as somebody outside has it. */
static void make_trust(struct world *w)
{
	char text[2000], hex[KEY_HEX_SIZE], other[KEY_HEX_SIZE];
	size_t n = 0;

	key_hex(hex, key_public(w->log));
	key_hex(other, key_public(w->recorder));
	(void)snprintf(text, sizeof(text), "%s\n%s\n", hex, other);
	w->keys = trust_new();
	T_OK(trust_keys(w->keys, text, strlen(text), NULL));

	n += (size_t)snprintf(text, sizeof(text), "log %s\n", hex);
	for (int i = 0; i < WITNESSES; i++) {
		key_hex(hex, key_public(w->witness[i]));
		n += (size_t)snprintf(text + n, sizeof(text) - n, "witness w%d %s\n", i, hex);
	}
	n += (size_t)snprintf(text + n, sizeof(text) - n, "group g 2 w0 w1 w2\nquorum g\n");
	w->policy = trust_new();
	T_OK(trust_policy(w->policy, text, n, NULL));
	T_OK(trust_keys(w->policy, other, strlen(other), NULL));
}


/* A world where the first `cosigners` witnesses have signed. */
static struct world *world(uint64_t size, uint64_t index, int cosigners)
{
	struct world *w = calloc(1, sizeof(*w));
	struct merkle_frontier f = { 0 };
	uint8_t signature[KEY_SIGNATURE];
	struct checkpoint cp;
	struct buf body;

	T_OK(key_generate(&w->log));
	T_OK(key_generate(&w->recorder));
	for (int i = 0; i < WITNESSES; i++)
		T_OK(key_generate(&w->witness[i]));
	w->index = index;
	w->size = size;
	write_leaves(w);
	for (uint64_t i = 0; i < size; i++)
		T_OK(merkle_append(&f, &w->hash[i], NULL, NULL));
	checkpoint_origin(cp.origin, key_public(w->log));
	cp.size = size;
	merkle_frontier_root(&cp.root, &f);
	buf_init(&body, 0);
	checkpoint_body(&body, &cp);
	key_sign(signature, w->log, body.data, body.len);
	buf_init(&w->note, 0);
	checkpoint_note(&w->note, &cp, key_public(w->log), signature);
	for (int i = 0; i < cosigners; i++)
		cosign(w, &body, i);
	buf_clear(&body);
	make_trust(w);

	return w;
}


static void world_end(struct world *w)
{
	key_free(w->log);
	key_free(w->recorder);
	for (int i = 0; i < WITNESSES; i++)
		key_free(w->witness[i]);
	buf_clear(&w->note);
	trust_free(w->keys);
	trust_free(w->policy);
	free(w);
}


static void make_proof(struct buf *b, struct world *w, enum proof_kind kind)
{
	struct merkle_proof path;
	struct proof_parts parts = { .leaf = &w->leaf[w->index],
				     .index = w->index,
				     .path = &path,
				     .note = w->note.data,
				     .note_len = w->note.len,
				     .witnesses = w->witness_key,
				     .witnesses_count = WITNESSES };
	struct fault f = { 0 };

	T_OK(merkle_inclusion(&path, w->index, w->size, read_node, w->hash));
	buf_init(b, 0);
	ck_assert_msg(proof_write(b, kind, &parts, &f) == 0, "%s", f.text);
}


static int verify(const char *proof, size_t len, const char *record, const struct trust *t,
		  struct fault *f)
{
	struct proof *p = calloc(1, sizeof(*p));
	struct arena *a = arena_new(4096);
	int err = proof_parse(p, a, proof, len, f);

	if (!err)
		err = proof_verify(p, record, strlen(record), t, NULL, f);
	arena_free(a);
	free(p);

	return err;
}


T(a_leaf_is_signed_by_its_key_over_its_checksum)
{
	uint8_t message[LEAF_SIGNED];
	struct hash checksum, once;
	struct key *k = NULL, *other = NULL;
	struct leaf l;

	T_OK(key_generate(&k));
	T_OK(key_generate(&other));
	leaf_checksum(&checksum, "abc", 3);
	digest_of(once.b, "abc", 3);
	digest_of(once.b, once.b, sizeof(once.b));
	ck_assert(hash_eq(&once, &checksum));

	leaf_signed(message, &checksum);
	T_INT(0, memcmp(message, "sigsum.org/v1/tree-leaf\0", 24));
	T_INT(0, memcmp(message + 24, checksum.b, 32));
	leaf_sign(&l, &checksum, k);
	T_OK(key_verify(key_public(k), message, sizeof(message), l.signature));
	T_OK(leaf_verify(&l, key_public(k)));
	T_INT(E_CRYPTO, leaf_verify(&l, key_public(other)));
	for (size_t i = 0; i < LEAF_SIZE; i++) {
		((uint8_t *)&l)[i] ^= 4;
		T_INT(E_CRYPTO, leaf_verify(&l, key_public(k)));
		((uint8_t *)&l)[i] ^= 4;
	}
	key_free(k);
	key_free(other);
}


T(a_proof_of_either_kind_holds_for_every_leaf)
{
	for (uint64_t size = 1; size <= LEAVES; size += 5)
		for (uint64_t i = 0; i < size; i++)
			for (int kind = PROOF_SIGSUM; kind <= PROOF_TLOG; kind++) {
				struct world *w = world(size, i, 2);
				struct fault f = { 0 };
				struct buf b;

				make_proof(&b, w, (enum proof_kind)kind);
				ck_assert_msg(verify(b.data, b.len, RECORD, w->keys, &f) == 0,
					      "%s", f.text);
				ck_assert_msg(verify(b.data, b.len, RECORD, w->policy, &f) == 0,
					      "%s", f.text);
				buf_clear(&b);
				world_end(w);
			}
}


T(another_record_is_told)
{
	struct world *w = world(LEAVES, 4, 0);
	struct fault f = { 0 };
	struct buf b;

	for (int kind = PROOF_SIGSUM; kind <= PROOF_TLOG; kind++) {
		char record[] = RECORD;

		make_proof(&b, w, (enum proof_kind)kind);
		for (size_t i = 0; i < strlen(RECORD); i++) {
			record[i] ^= 1;
			f = (struct fault){ 0 };
			T_INT(E_CRYPTO, verify(b.data, b.len, record, w->keys, &f));
			T_STR("record", f.path);
			record[i] ^= 1;
		}
		T_INT(E_CRYPTO, verify(b.data, b.len, RECORD "\n", w->keys, &f));
		T_INT(E_CRYPTO, verify(b.data, b.len, "", w->keys, &f));
		buf_clear(&b);
	}
	world_end(w);
}


/* Alter each byte in turn; base64 and hexadecimal leave few ways to spell the same. */
static size_t holding_mutants(struct world *w, struct buf *b, const struct trust *t)
{
	size_t hold = 0;

	for (size_t i = 0; i < b->len; i++) {
		for (int bit = 1; bit <= 0x40; bit <<= 3) {
			b->data[i] = (char)(b->data[i] ^ bit);
			hold += verify(b->data, b->len, RECORD, t, NULL) == 0;
			b->data[i] = (char)(b->data[i] ^ bit);
		}
	}
	(void)w;

	return hold;
}


T(no_byte_of_a_proof_can_be_altered)
{
	struct world *w = world(LEAVES, 10, 0);
	struct buf b;

	make_proof(&b, w, PROOF_SIGSUM);
	T_INT(0, holding_mutants(w, &b, w->keys));
	buf_clear(&b);
	make_proof(&b, w, PROOF_TLOG);
	T_INT(0, holding_mutants(w, &b, w->keys));
	buf_clear(&b);
	world_end(w);
}


T(no_part_of_a_proof_can_be_cut_off)
{
	struct world *w = world(LEAVES, 3, 2);
	struct buf b;

	for (int kind = PROOF_SIGSUM; kind <= PROOF_TLOG; kind++) {
		make_proof(&b, w, (enum proof_kind)kind);
		for (size_t n = 0; n < b.len; n++)
			ck_assert_msg(verify(b.data, n, RECORD, w->policy, NULL) != 0, "%zu",
				      n);
		buf_str(&b, "\n");
		T_INT(E_SYNTAX, verify(b.data, b.len, RECORD, w->policy, NULL));
		buf_clear(&b);
	}
	world_end(w);
}


/* Put `with` where `what` begins, and say which part is named. */
static void altered(struct world *w, enum proof_kind kind, const char *what, char with,
		    const char *part)
{
	struct fault f = { 0 };
	struct buf b;
	char *at;

	make_proof(&b, w, kind);
	at = strstr(b.data, what);
	ck_assert_msg(at != NULL, "no %s", what);
	at += strlen(what);
	*at = *at == with ? (char)(with + 1) : with;
	T_INT(E_CRYPTO, verify(b.data, b.len, RECORD, w->policy, &f));
	ck_assert_msg(text_eq(f.path, part), "%s: %s (%s)", what, f.path, f.text);
	buf_clear(&b);
}


T(the_fault_names_what_does_not_match)
{
	struct world *w = world(LEAVES, 2, 2);
	char root[80], name[80];

	altered(w, PROOF_SIGSUM, "log=", '0', "key");
	altered(w, PROOF_SIGSUM, "leaf=", '0', "key");
	altered(w, PROOF_SIGSUM, "root_hash=", '0', "checkpoint");
	altered(w, PROOF_SIGSUM, "\nsignature=", '0', "checkpoint");
	altered(w, PROOF_SIGSUM, "size=", '3', "checkpoint");
	altered(w, PROOF_SIGSUM, "leaf_index=", '3', "path");
	altered(w, PROOF_SIGSUM, "node_hash=", '0', "path");
	/* One witness too few. */
	altered(w, PROOF_SIGSUM, "cosignature=", '0', "witnesses");

	altered(w, PROOF_TLOG, "extra ", 'A', "record");
	altered(w, PROOF_TLOG, "index ", '3', "path");
	(void)snprintf(root, sizeof(root), "\n\n%.19s", "sigsum.org/v1/tree/");
	altered(w, PROOF_TLOG, root, '0', "key");
	(void)snprintf(name, sizeof(name), "\xe2\x80\x94 witness.example/w");
	altered(w, PROOF_TLOG, name, '7', "witnesses");
	world_end(w);
}


T(an_altered_signature_in_a_tlog_leaf_is_named)
{
	struct world *w = world(LEAVES, 2, 0);
	struct fault f = { 0 };
	struct buf b;

	w->leaf[2].signature[5] ^= 1;
	make_proof(&b, w, PROOF_TLOG);
	T_INT(E_CRYPTO, verify(b.data, b.len, RECORD, w->keys, &f));
	T_STR("leaf", f.path);
	buf_clear(&b);
	world_end(w);
}


T(nothing_holds_without_trusted_keys)
{
	struct world *w = world(LEAVES, 2, 3);
	struct trust *none = trust_new(), *log_only = trust_new();
	struct fault f = { 0 };
	char hex[KEY_HEX_SIZE];
	struct buf b;

	key_hex(hex, key_public(w->log));
	T_OK(trust_keys(log_only, hex, strlen(hex), NULL));
	for (int kind = PROOF_SIGSUM; kind <= PROOF_TLOG; kind++) {
		make_proof(&b, w, (enum proof_kind)kind);
		f = (struct fault){ 0 };
		T_INT(E_CRYPTO, verify(b.data, b.len, RECORD, none, &f));
		T_STR("key", f.path);
		T_INT(E_CRYPTO, verify(b.data, b.len, RECORD, log_only, &f));
		T_STR("key", f.path);
		buf_clear(&b);
	}
	trust_free(none);
	trust_free(log_only);
	world_end(w);
}


T(witnesses_are_counted_and_their_quorum_is_kept)
{
	for (int signed_by = 0; signed_by <= WITNESSES; signed_by++) {
		struct world *w = world(5, 1, signed_by);
		struct proof *p = calloc(1, sizeof(*p));
		struct arena *a = arena_new(4096);

		for (int kind = PROOF_SIGSUM; kind <= PROOF_TLOG; kind++) {
			unsigned count = 99;
			struct buf b;
			int err;

			make_proof(&b, w, (enum proof_kind)kind);
			T_OK(proof_parse(p, a, b.data, b.len, NULL));
			T_INT(signed_by, p->cosignatures);
			err = proof_verify(p, RECORD, strlen(RECORD), w->policy, &count, NULL);
			T_INT(signed_by >= 2 ? 0 : E_CRYPTO, err);
			T_INT(signed_by, count);
			buf_clear(&b);
		}
		arena_free(a);
		free(p);
		world_end(w);
	}
}


T(what_is_no_proof_is_refused_at_its_line)
{
#define H64  "0000000000000000000000000000000000000000000000000000000000000000"
#define S128 H64 H64
#define HEAD "version=2\nlog=" H64 "\nleaf=" H64 " " S128 "\n\n"
#define TREE "size=2\nroot_hash=" H64 "\nsignature=" S128 "\n"
	static const struct {
		int line;
		const char *text;
	} bad[] = {
		{ 1, "" },
		{ 1, "proof" },
		{ 1, "version=1\n" },
		{ 1, "version=2" },
		{ 1, "version=02\n" },
		{ 2, "version=2\nlog=00\n" },
		{ 2, "version=2\nlog=" H64 " \n" },
		{ 2, "version=2\nlog=" H64 "0\n" },
		{ 3, "version=2\nlog=" H64 "\nleaf=" H64 "\n" },
		{ 3, "version=2\nlog=" H64 "\nleaf=" H64 " " H64 "\n" },
		{ 3, "version=2\nlog=" H64 "\nleaf=" H64 "  " S128 "\n" },
		{ 3, "version=2\nlog=" H64 "\nleaf=" H64 " " S128 " \n" },
		{ 3, "version=2\nlog=" H64 "\nleaf=0000 " H64 " " S128 "\n\n" },
		{ 4, "version=2\nlog=" H64 "\nleaf=" H64 " " S128 "\nsize=1\n" },
		{ 5, HEAD },
		{ 5, HEAD "size=0\n" },
		{ 5, HEAD "size=-1\n" },
		{ 5, HEAD "size=01\n" },
		{ 6, HEAD "size=1\nroot_hash=\n" },
		{ 7, HEAD "size=1\nroot_hash=" H64 "\nsignature=" H64 "\n" },
		{ 8, HEAD TREE },
		{ 8, HEAD TREE "cosignature=" H64 "\n" },
		{ 8, HEAD TREE "cosignature=" H64 " x " S128 "\n" },
		{ 8, HEAD TREE "cosignature=" H64 " -1 " S128 "\n" },
		{ 8, HEAD TREE "cosignature=" H64 " 1 " S128 " \n" },
		{ 9, HEAD TREE "cosignature=" H64 " 1 " S128 "\ncosignature=" H64 " 2 " S128
			       "\n\n" },
		{ 9, HEAD TREE "\nleaf_index=2\n" },
		{ 9, HEAD TREE "\nleaf_index=-0\n" },
		{ 10, HEAD TREE "\nleaf_index=1\nnode_hash=00\n" },
		{ 10, HEAD TREE "\nleaf_index=1\nmore\n" },
		{ 8, HEAD "size=1\nroot_hash=" H64 "\nsignature=" S128 "\n\nleaf_index=0\n" },
		{ 2, "c2sp.org/tlog-proof@v1\n" },
		{ 2, "c2sp.org/tlog-proof@v1\nindex 1\n" },
		{ 2, "c2sp.org/tlog-proof@v1\nextra AAAA\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct proof *p = calloc(1, sizeof(*p));
		struct arena *a = arena_new(4096);
		struct fault f = { 0 };

		ck_assert_msg(proof_parse(p, a, bad[i].text, strlen(bad[i].text), &f) ==
				      E_SYNTAX,
			      "%s", bad[i].text);
		ck_assert_msg(f.line == bad[i].line, "%s: line %d", bad[i].text, f.line);
		arena_free(a);
		free(p);
	}
}


T(the_line_of_a_fault_in_a_tlog_proof_counts_the_whole_file)
{
	struct world *w = world(2, 1, 0);
	struct fault f = { 0 };
	struct buf b;
	char *at;

	make_proof(&b, w, PROOF_TLOG);
	/* 1 head, 2 extra, 3 index, 4 path, 5 blank, 6 origin, 7 size, 8 root */
	at = strstr(b.data, "\n2\n");
	ck_assert_ptr_nonnull(at);
	at[1] = 'x';
	T_INT(E_SYNTAX, verify(b.data, b.len, RECORD, w->keys, &f));
	T_INT(7, f.line);
	buf_clear(&b);
	world_end(w);
}

T(a_proof_over_its_limits_is_refused)
{
	struct proof *p = calloc(1, sizeof(*p));
	struct arena *a = arena_new(4096);
	char *big = calloc(1, PROOF_MAX + 1);
	struct buf b;

	memset(big, 'a', PROOF_MAX + 1);
	T_INT(E_TOOBIG, proof_parse(p, a, big, PROOF_MAX + 1, NULL));
	T_INT(E_SYNTAX, proof_parse(p, a, big, PROOF_MAX, NULL));
	free(big);

	buf_init(&b, 0);
	buf_str(&b, HEAD TREE "\nleaf_index=1\n");
	for (int i = 0; i < MERKLE_PROOF_MAX; i++)
		buf_str(&b, "node_hash=" H64 "\n");
	T_OK(proof_parse(p, a, b.data, b.len, NULL));
	T_INT(MERKLE_PROOF_MAX, p->path.count);
	buf_str(&b, "node_hash=" H64 "\n");
	T_INT(E_SYNTAX, proof_parse(p, a, b.data, b.len, NULL));
	buf_reset(&b);
	buf_str(&b, HEAD TREE);
	for (int i = 0; i < NOTE_SIGNATURES; i++)
		buf_printf(&b, "cosignature=%064x 1 " S128 "\n", i);
	buf_str(&b, "\nleaf_index=1\n");
	T_OK(proof_parse(p, a, b.data, b.len, NULL));
	T_INT(NOTE_SIGNATURES, p->cosignatures);
	buf_reset(&b);
	buf_str(&b, HEAD TREE);
	for (int i = 0; i <= NOTE_SIGNATURES; i++)
		buf_printf(&b, "cosignature=%064x 1 " S128 "\n", i);
	T_INT(E_SYNTAX, proof_parse(p, a, b.data, b.len, NULL));
	buf_clear(&b);
	arena_free(a);
	free(p);
}


T(hexadecimal_may_be_written_in_either_case)
{
	struct world *w = world(LEAVES, 5, 2);
	struct fault f = { 0 };
	struct buf b;

	make_proof(&b, w, PROOF_SIGSUM);
	for (char *at = b.data, value = 0; *at; at++) {
		if (*at == '=' || *at == '\n')
			value = *at == '=';
		else if (value && *at >= 'a' && *at <= 'f')
			*at = (char)(*at - 'a' + 'A');
	}
	if (verify(b.data, b.len, RECORD, w->policy, &f))
		ck_abort_msg("%d: %s\n%s", f.line, f.text, b.data);
	buf_clear(&b);
	world_end(w);
}


/* Parts of two proofs that hold do not make a third. */
T(parts_of_two_proofs_do_not_mix)
{
	struct world *w = world(LEAVES, 4, 0), *v = world(LEAVES, 4, 0);
	struct buf a, b, mix;
	char *cut_a, *cut_b;

	make_proof(&a, w, PROOF_SIGSUM);
	make_proof(&b, v, PROOF_SIGSUM);
	T_OK(verify(a.data, a.len, RECORD, w->keys, NULL));
	T_INT(E_CRYPTO, verify(b.data, b.len, RECORD, w->keys, NULL));
	for (const char *const *part =
		     (const char *const[]){ "leaf=", "size=", "leaf_index=", NULL };
	     *part; part++) {
		cut_a = strstr(a.data, *part);
		cut_b = strstr(b.data, *part);
		buf_init(&mix, 0);
		buf_add(&mix, a.data, (size_t)(cut_a - a.data));
		buf_str(&mix, cut_b);
		T_INT(E_CRYPTO, verify(mix.data, mix.len, RECORD, w->keys, NULL));
		buf_clear(&mix);
	}
	buf_clear(&a);
	buf_clear(&b);
	world_end(w);
	world_end(v);
}


T(a_witness_under_another_name_counts_only_where_it_is_not_named)
{
	struct world *w = world(3, 1, 1);
	struct trust *named = trust_new();
	struct note_key other;
	char text[2000], vkey[NOTE_VKEY_SIZE], hex[KEY_HEX_SIZE];
	struct fault f = { 0 };
	struct buf b;

	/* The same key, but the policy knows it under another name. */
	T_OK(note_key(&other, "witness.example/other", NOTE_COSIGNATURE,
		      key_public(w->witness[0])));
	note_vkey(vkey, &other);
	key_hex(hex, key_public(w->log));
	(void)snprintf(text, sizeof(text), "log %s\nwitness w %s\nquorum w\n", hex, vkey);
	T_OK(trust_policy(named, text, strlen(text), NULL));
	key_hex(hex, key_public(w->recorder));
	T_OK(trust_keys(named, hex, strlen(hex), NULL));

	make_proof(&b, w, PROOF_TLOG);
	T_INT(E_CRYPTO, verify(b.data, b.len, RECORD, named, &f));
	T_STR("witnesses", f.path);
	buf_clear(&b);
	/* A Sigsum proof has no names: there the key alone counts. */
	make_proof(&b, w, PROOF_SIGSUM);
	T_OK(verify(b.data, b.len, RECORD, named, NULL));
	buf_clear(&b);
	trust_free(named);
	world_end(w);
}


T(a_note_that_is_no_sigsum_log_gives_no_sigsum_proof)
{
	struct world *w = world(2, 1, 0);
	struct merkle_proof path = { 0 };
	struct proof_parts parts = { .leaf = &w->leaf[1], .index = 1, .path = &path };
	struct fault f = { 0 };
	struct buf note, out;

	buf_init(&note, 0);
	buf_init(&out, 0);
	buf_str(&note, "example.com/log\n2\n");
	buf_str(&note, strstr(w->note.data, "\n2\n") + 3);
	parts.note = note.data;
	parts.note_len = note.len;
	T_INT(E_CRYPTO, proof_write(&out, PROOF_SIGSUM, &parts, &f));
	parts.note_len = 10;
	T_INT(E_SYNTAX, proof_write(&out, PROOF_TLOG, &parts, &f));
	T_INT(0, out.len);
	buf_clear(&note);
	buf_clear(&out);
	world_end(w);
}

T_MAIN("proof", C(a_leaf_is_signed_by_its_key_over_its_checksum),
       C(a_proof_of_either_kind_holds_for_every_leaf), C(another_record_is_told),
       C(no_byte_of_a_proof_can_be_altered), C(no_part_of_a_proof_can_be_cut_off),
       C(the_fault_names_what_does_not_match), C(an_altered_signature_in_a_tlog_leaf_is_named),
       C(nothing_holds_without_trusted_keys), C(witnesses_are_counted_and_their_quorum_is_kept),
       C(what_is_no_proof_is_refused_at_its_line),
       C(the_line_of_a_fault_in_a_tlog_proof_counts_the_whole_file),
       C(a_proof_over_its_limits_is_refused), C(hexadecimal_may_be_written_in_either_case),
       C(parts_of_two_proofs_do_not_mix),
       C(a_witness_under_another_name_counts_only_where_it_is_not_named),
       C(a_note_that_is_no_sigsum_log_gives_no_sigsum_proof))
