/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Signed notes, verifier keys, checkpoints and cosignatures, by the C2SP specifications. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/checkpoint.h"
#include "t.h"

#define DASH "\xe2\x80\x94 "

/* The example of the signed-note specification. */
#define POEM                                                                       \
	"Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n" \
	"ed \xc3\xa8 subito sera.\n"
#define POEM_NOTE                                                                       \
	POEM "\n" DASH "quasimodo.example/salvatore "                                   \
	     "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0MxcXxj9" \
	     "9ihAQwaqP3ZekRwNtIc=\n"


static struct key *some_key(void)
{
	struct key *k = NULL;

	T_OK(key_generate(&k));

	return k;
}


T(the_example_of_the_specification_comes_apart)
{
	struct arena *a = arena_new(4096);
	struct note n;

	T_OK(note_parse(&n, a, POEM_NOTE, strlen(POEM_NOTE), NULL));
	T_INT(strlen(POEM), n.text_len);
	T_INT(0, memcmp(n.text, POEM, n.text_len));
	T_INT(1, n.count);
	T_STR("quasimodo.example/salvatore", n.signature[0].name);
	T_INT(0x367ba04b, n.signature[0].id);
	T_INT(KEY_SIGNATURE, n.signature[0].len);
	ck_assert_ptr_nonnull(note_find(&n, "quasimodo.example/salvatore", 0x367ba04b));
	ck_assert_ptr_null(note_find(&n, "quasimodo.example/salvatore", 1));
	ck_assert_ptr_null(note_find(&n, "quasimodo", 0x367ba04b));
	arena_free(a);
}


static void bad_note(int line, const char *text, size_t len)
{
	struct arena *a = arena_new(4096);
	struct fault f = { 0 };
	struct note n;

	ck_assert_msg(note_parse(&n, a, text, len, &f) == E_SYNTAX, "%s", text);
	ck_assert_msg(f.line == line, "%s: line %d, not %d", text, f.line, line);
	arena_free(a);
}


T(what_is_no_note_is_refused_at_its_line)
{
	static const struct {
		int line;
		const char *text;
	} bad[] = {
		{ 1, "" },
		{ 1, "text" },
		{ 1, "\n" },
		{ 1, "text\n" },
		{ 1, "text\n" DASH "n AAAAAAA=\n" },
		{ 3, "text\n\n" },
		{ 3, "text\n\nn AAAAAAA=\n" },
		{ 3, "text\n\n- n AAAAAAA=\n" },
		{ 3, "text\n\n" DASH "n\n" },
		{ 3, "text\n\n" DASH "n \n" },
		{ 3, "text\n\n" DASH "n AAAAAA==\n" },	/* only a key id */
		{ 3, "text\n\n" DASH "n AAAAAAB=\n" },	/* stray bits */
		{ 3, "text\n\n" DASH "n AAAAAAA\n" },	/* no padding */
		{ 3, "text\n\n" DASH "n AAAAAAA= \n" }, /* a space behind */
		{ 3, "text\n\n" DASH " AAAAAAA=\n" },	/* no name */
		{ 3, "text\n\n" DASH "n+n AAAAAAA=\n" },
		{ 3, "text\n\n" DASH "n\xc2\xa0n AAAAAAA=\n" }, /* a no-break space */
		{ 4, "text\n\n" DASH "n AAAAAAA=\nmore\n" },
		{ 3, "text\n\n" DASH "n AAAAAAA=" }, /* no end */
		{ 1, "te\xffxt\n\n" DASH "n AAAAAAA=\n" },
		{ 1, "te\txt\n\n" DASH "n AAAAAAA=\n" },
		{ 3, "text\n\n" DASH "n AAAAAAA=\r\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		bad_note(bad[i].line, bad[i].text, strlen(bad[i].text));
	bad_note(1, "te\0xt\n\n" DASH "n AAAAAAA=\n", 23);
}


T(sixteen_signatures_are_read_and_sixty_five_are_not)
{
	struct arena *a = arena_new(4096);
	struct note n;
	struct buf b;

	buf_init(&b, 0);
	buf_str(&b, "text\n\n");
	for (int i = 0; i < NOTE_SIGNATURES; i++)
		note_sign_line(&b, "name", (uint32_t)i, "signature", 9);
	T_OK(note_parse(&n, a, b.data, b.len, NULL));
	T_INT(NOTE_SIGNATURES, n.count);
	T_INT(63, n.signature[63].id);
	T_INT(9, n.signature[63].len);
	T_INT(0, memcmp(n.signature[63].bytes, "signature", 9));
	note_sign_line(&b, "name", 64, "signature", 9);
	bad_note(67, b.data, b.len);
	buf_clear(&b);

	buf_init(&b, NOTE_MAX + 10);
	memset(buf_room(&b, NOTE_MAX), 'x', NOTE_MAX);
	b.len = NOTE_MAX;
	buf_str(&b, "\n\n");
	T_INT(E_TOOBIG, note_parse(&n, a, b.data, b.len, NULL));
	buf_clear(&b);
	arena_free(a);
}


T(a_vkey_carries_name_id_type_and_key)
{
	struct key *k = some_key();
	struct note_key key, back;
	char vkey[NOTE_VKEY_SIZE];

	T_OK(note_key(&key, "example.com/log", NOTE_ED25519, key_public(k)));
	note_vkey(vkey, &key);
	T_OK(note_vkey_parse(&back, vkey, NULL));
	T_STR("example.com/log", back.name);
	T_INT(NOTE_ED25519, back.type);
	T_INT(key.id, back.id);
	T_INT(0, memcmp(&key.key, &back.key, sizeof(key.key)));

	/* The same key under another type is another key id. */
	T_OK(note_key(&back, "example.com/log", NOTE_COSIGNATURE, key_public(k)));
	ck_assert_uint_ne(key.id, back.id);

	T_INT(E_SYNTAX, note_key(&key, "", NOTE_ED25519, key_public(k)));
	T_INT(E_SYNTAX, note_key(&key, "a b", NOTE_ED25519, key_public(k)));
	T_INT(E_SYNTAX, note_key(&key, "a+b", NOTE_ED25519, key_public(k)));
	key_free(k);
}


/* As sigsum-key to-vkey prints it for the key of ledger_key_test.c. */
T(a_vkey_is_the_one_that_sigsum_key_writes)
{
	static const char want[] =
		"sigsum.org/v1/tree/b88ebd4d241882260a1485a8f2eb6f2836d65fb0f6ad670aa0a8854e51d3"
		"67b3+01e54843+AXOuQKUCsoOQOJTnxvo74fiEb1rZyaoT5TTmavjj3ee3";
	char vkey[NOTE_VKEY_SIZE];
	struct public_key k;
	struct note_key key;

	T_OK(text_unhex(k.b, sizeof(k.b),
			"73ae40a502b283903894e7c6fa3be1f8846f5ad9c9aa13e534e66af8e3dde7b7"));
	checkpoint_key(&key, &k);
	note_vkey(vkey, &key);
	T_STR(want, vkey);
	T_OK(note_vkey_parse(&key, want, NULL));
}


T(what_is_no_vkey_is_refused)
{
	static const struct {
		int err;
		const char *text;
	} bad[] = {
		{ E_SYNTAX, "" },
		{ E_SYNTAX, "name" },
		{ E_SYNTAX, "name+33d7b496" },
		{ E_SYNTAX, "name+33d7b49+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx" },
		{ E_SYNTAX, "+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx" },
		{ E_SYNTAX, "name+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx" },
		{ E_SYNTAX, "name+33d7b496+" },
		{ E_SYNTAX, "name+33d7b496+AQ==" },
		{ E_SYNTAX, "name+33d7b496+A*==" },
		{ E_RANGE, "name+33d7b496+BuHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx" },
		{ E_RANGE, "name+33d7b496+AuHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx" },
	};
	struct note_key key;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(note_vkey_parse(&key, bad[i].text, NULL) == bad[i].err, "%s",
			      bad[i].text);
}


T(names_have_no_white_space_and_no_plus)
{
	char long_name[NOTE_NAME_SIZE + 1];

	ck_assert(note_name_valid("example.com/behind-the-sofa"));
	ck_assert(note_name_valid("\xd0\xa1\xd0\xbe\xd1\x8e\xd0\xb7"));
	ck_assert(note_name_valid("\xe2\x80\x8b")); /* U+200B is no White_Space */
	ck_assert(!note_name_valid(""));
	ck_assert(!note_name_valid(" "));
	ck_assert(!note_name_valid("a\tb"));
	ck_assert(!note_name_valid("a\x01"));
	ck_assert(!note_name_valid("a+b"));
	ck_assert(!note_name_valid("a\xe3\x80\x80"
				   "b"));
	ck_assert(!note_name_valid("a\xe2\x80\x87"));
	ck_assert(!note_name_valid("a\xc2\x85"));
	ck_assert(!note_name_valid("\xff"));
	memset(long_name, 'a', NOTE_NAME_SIZE);
	long_name[NOTE_NAME_SIZE] = '\0';
	ck_assert(!note_name_valid(long_name));
	long_name[NOTE_NAME_SIZE - 1] = '\0';
	ck_assert(note_name_valid(long_name));
}


/* A checkpoint of 5 leaves, signed by `k`, as a note in `b`. */
static void signed_checkpoint(struct buf *b, struct checkpoint *cp, const struct key *k)
{
	uint8_t sig[KEY_SIGNATURE];
	struct buf body;

	checkpoint_origin(cp->origin, key_public(k));
	cp->size = 5;
	merkle_leaf(&cp->root, "root", 4);
	buf_init(&body, 0);
	checkpoint_body(&body, cp);
	key_sign(sig, k, body.data, body.len);
	checkpoint_note(b, cp, key_public(k), sig);
	buf_clear(&body);
}


static int open_with(const struct buf *b, const struct note_key *key)
{
	struct arena *a = arena_new(4096);
	struct checkpoint cp;
	struct note n;
	int err = checkpoint_open(&cp, &n, a, b->data, b->len, key, NULL);

	arena_free(a);

	return err;
}


T(a_checkpoint_is_opened_with_the_key_of_its_log_alone)
{
	struct key *k = some_key(), *other = some_key();
	struct note_key key, wrong;
	struct arena *a = arena_new(4096);
	struct checkpoint cp, got;
	struct note n;
	struct buf b;

	buf_init(&b, 0);
	signed_checkpoint(&b, &cp, k);
	checkpoint_key(&key, key_public(k));
	T_OK(checkpoint_open(&got, &n, a, b.data, b.len, &key, NULL));
	T_STR(cp.origin, got.origin);
	T_INT(5, got.size);
	ck_assert(hash_eq(&cp.root, &got.root));
	T_INT(1, n.count);
	ck_assert(text_starts(cp.origin, "sigsum.org/v1/tree/"));

	checkpoint_key(&wrong, key_public(other));
	T_INT(E_CRYPTO, open_with(&b, &wrong));
	/* The right name with another key: a line of that key id is not there. */
	T_OK(note_key(&wrong, cp.origin, NOTE_ED25519, key_public(other)));
	T_INT(E_CRYPTO, open_with(&b, &wrong));
	buf_clear(&b);
	arena_free(a);
	key_free(k);
	key_free(other);
}


T(no_altered_checkpoint_is_opened)
{
	struct key *k = some_key();
	struct note_key key;
	struct checkpoint cp;
	struct buf b;

	buf_init(&b, 0);
	signed_checkpoint(&b, &cp, k);
	checkpoint_key(&key, key_public(k));
	T_OK(open_with(&b, &key));
	for (size_t i = 0; i < b.len; i++) {
		b.data[i] ^= 1;
		ck_assert_msg(open_with(&b, &key) != 0, "byte %zu", i);
		b.data[i] ^= 1;
	}
	for (size_t n = b.len; b.len > 0; b.len--)
		ck_assert(open_with(&b, &key) == 0 ? b.len == n : true);
	buf_clear(&b);
	key_free(k);
}


T(unknown_signatures_are_passed_over)
{
	struct key *k = some_key();
	struct note_key key;
	struct checkpoint cp;
	uint8_t ml_dsa[8 + 2420] = { 0 };
	struct buf b;

	buf_init(&b, 0);
	signed_checkpoint(&b, &cp, k);
	checkpoint_key(&key, key_public(k));
	note_sign_line(&b, "witness.example", 0x06060606, ml_dsa, sizeof(ml_dsa));
	note_sign_line(&b, cp.origin, key.id ^ 1, ml_dsa, 64);
	note_sign_line(&b, "other.example", key.id, ml_dsa, 64);
	T_OK(open_with(&b, &key));
	buf_clear(&b);
	key_free(k);
}


T(a_cosignature_is_over_text_and_time)
{
	struct key *log = some_key(), *witness = some_key();
	uint8_t stamped[8 + KEY_SIGNATURE] = { 0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb };
	const uint8_t *sig;
	struct arena *a = arena_new(4096);
	struct note_key key;
	struct checkpoint cp;
	struct buf b, message;
	struct note n;
	uint64_t at;

	buf_init(&b, 0);
	signed_checkpoint(&b, &cp, log);
	T_OK(note_parse(&n, a, b.data, b.len, NULL));
	buf_init(&message, 0);
	checkpoint_cosigned(&message, n.text, n.text_len, 1679315147);
	ck_assert(text_starts(message.data,
			      "cosignature/v1\ntime 1679315147\nsigsum.org/v1/tree/"));
	key_sign(stamped + 8, witness, message.data, message.len);
	T_OK(note_key(&key, "witness.example.com/w1", NOTE_COSIGNATURE, key_public(witness)));
	note_sign_line(&b, key.name, key.id, stamped, sizeof(stamped));

	T_OK(note_parse(&n, a, b.data, b.len, NULL));
	T_OK(checkpoint_cosignature(&at, &sig, note_find(&n, key.name, key.id)));
	T_INT(1679315147, at);
	T_OK(checkpoint_verify_cosigned(n.text, n.text_len, key_public(witness), at, sig));
	T_INT(E_CRYPTO,
	      checkpoint_verify_cosigned(n.text, n.text_len, key_public(witness), at + 1, sig));
	T_INT(E_CRYPTO,
	      checkpoint_verify_cosigned(n.text, n.text_len - 1, key_public(witness), at, sig));
	T_INT(E_CRYPTO,
	      checkpoint_verify_cosigned(n.text, n.text_len, key_public(log), at, sig));
	/* It is no signature of the log's kind. */
	T_INT(E_CRYPTO, note_verify(&n, &key));
	buf_clear(&message);
	buf_clear(&b);
	arena_free(a);
	key_free(log);
	key_free(witness);
}


T(a_cosignature_has_72_bytes_and_a_time_below_2_to_63)
{
	uint8_t bytes[8 + KEY_SIGNATURE] = { 0x7f };
	struct note_signature s = { "w", 1, bytes, sizeof(bytes) };
	const uint8_t *sig;
	uint64_t at;

	T_OK(checkpoint_cosignature(&at, &sig, &s));
	bytes[0] = 0x80;
	T_INT(E_SYNTAX, checkpoint_cosignature(&at, &sig, &s));
	bytes[0] = 0;
	s.len--;
	T_INT(E_SYNTAX, checkpoint_cosignature(&at, &sig, &s));
}


T(checkpoint_bodies_are_read_strictly)
{
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	static const struct {
		int line;
		const char *text;
	} bad[] = {
		{ 1, "" },
		{ 1, "\n1\n" ROOT },
		{ 1, "origin" },
		{ 2, "origin\n" },
		{ 2, "origin\n01\n" ROOT },
		{ 2, "origin\n-1\n" ROOT },
		{ 2, "origin\n-0\n" ROOT },
		{ 2, "origin\n+1\n" ROOT },
		{ 2, "origin\n1 \n" ROOT },
		{ 2, "origin\n9223372036854775808\n" ROOT },
		{ 3, "origin\n1\n" },
		{ 3, "origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=" },
		{ 3, "origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n" },
		{ 3, "origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2\n" },
		{ 4, "origin\n1\n" ROOT "\n" },
		{ 4, "origin\n1\n" ROOT "extension" },
		{ 5, "origin\n1\n" ROOT "extension\n\n" },
	};
	struct checkpoint cp;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct fault f = { 0 };

		ck_assert_msg(checkpoint_parse(&cp, bad[i].text, strlen(bad[i].text), &f) ==
				      E_SYNTAX,
			      "%s", bad[i].text);
		T_INT(bad[i].line, f.line);
	}
	T_OK(checkpoint_parse(&cp, "an origin\n0\n" ROOT "extension\n",
			      strlen("an origin\n0\n" ROOT "extension\n"), NULL));
	T_STR("an origin", cp.origin);
	T_INT(0, cp.size);
#undef ROOT
}

T_MAIN("note", C(the_example_of_the_specification_comes_apart),
       C(what_is_no_note_is_refused_at_its_line),
       C(sixteen_signatures_are_read_and_sixty_five_are_not),
       C(a_vkey_carries_name_id_type_and_key), C(a_vkey_is_the_one_that_sigsum_key_writes),
       C(what_is_no_vkey_is_refused), C(names_have_no_white_space_and_no_plus),
       C(a_checkpoint_is_opened_with_the_key_of_its_log_alone),
       C(no_altered_checkpoint_is_opened), C(unknown_signatures_are_passed_over),
       C(a_cosignature_is_over_text_and_time),
       C(a_cosignature_has_72_bytes_and_a_time_below_2_to_63),
       C(checkpoint_bodies_are_read_strictly))
