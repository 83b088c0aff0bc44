/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Files of keys, and policies by c2sp.org/tlog-policy and Sigsum. */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "ledger/checkpoint.h"
#include "ledger/trust.h"
#include "t.h"

#define KEY_A "73ae40a502b283903894e7c6fa3be1f8846f5ad9c9aa13e534e66af8e3dde7b7"
#define KEY_B "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define KEY_C "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
#define KEY_D "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
#define LINE_A \
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHOuQKUCsoOQOJTnxvo74fiEb1rZyaoT5TTmavjj3ee3"
#define PEM_A                                                            \
	"-----BEGIN PUBLIC KEY-----\n"                                   \
	"MCowBQYDK2VwAyEAc65ApQKyg5A4lOfG+jvh+IRvWtnJqhPlNOZq+OPd57c=\n" \
	"-----END PUBLIC KEY-----\n"


static struct public_key of_hex(const char *hex)
{
	struct public_key k;

	T_OK(text_unhex(k.b, sizeof(k.b), hex));

	return k;
}


static bool trusts(const struct trust *t, const char *hex)
{
	struct public_key k = of_hex(hex);
	struct hash h;

	key_hash(&h, &k);

	return trust_leaf_key(t, &h) != NULL;
}


/* The vkey of a key in hexadecimal; static storage. */
static const char *vkey(const char *name, enum note_type type, const char *hex)
{
	static char text[NOTE_VKEY_SIZE];
	struct public_key k = of_hex(hex);
	struct note_key key;

	T_OK(note_key(&key, name, type, &k));
	note_vkey(text, &key);

	return text;
}


T(a_file_of_keys_may_mix_all_forms)
{
	struct trust *t = trust_new();
	struct fault f = { 0 };
	char text[2000], origin[NOTE_NAME_SIZE];
	struct public_key b = of_hex(KEY_B);
	const struct note_key *log;

	(void)snprintf(text, sizeof(text), "# ours\n%s+plus in a comment\n\n%s\n%s\r\n \n%s",
		       LINE_A " a", PEM_A, KEY_B, vkey("example.com/log", NOTE_ED25519, KEY_C));
	ck_assert_msg(trust_keys(t, text, strlen(text), &f) == 0, "%d: %s", f.line, f.text);
	ck_assert(trusts(t, KEY_A) && trusts(t, KEY_B) && trusts(t, KEY_C));
	ck_assert(!trusts(t, KEY_D));

	/* A key without a policy may be a log's, under its origin or the vkey's name. */
	checkpoint_origin(origin, &b);
	log = trust_log(t, origin);
	ck_assert(log && memcmp(&log->key, &b, sizeof(b)) == 0);
	ck_assert_ptr_nonnull(trust_log(t, "example.com/log"));
	ck_assert_ptr_null(trust_log(t, "example.com/other"));
	ck_assert(trust_quorum(t, 0));
	ck_assert_ptr_null(trust_witness(t, 0));
	trust_free(t);
	trust_free(NULL);
}


static void keys_refused(int line, const char *text)
{
	struct trust *t = trust_new();
	struct fault f = { 0 };

	ck_assert_msg(trust_keys(t, text, strlen(text), &f) == E_SYNTAX, "%s", text);
	ck_assert_msg(f.line == line, "%s: line %d", text, f.line);
	trust_free(t);
}


T(what_is_no_file_of_keys_is_refused_at_its_line)
{
	char text[600];

	keys_refused(1, "key");
	keys_refused(2, KEY_A "\nssh-rsa AAAA\n");
	keys_refused(3, "#\n\n" LINE_A "x\n");
	keys_refused(1, "-----BEGIN PUBLIC KEY-----\nAAAA\n");
	keys_refused(2, KEY_A "\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
	keys_refused(1, "name+0+AAAA\n");
	(void)snprintf(text, sizeof(text), "%s\n%s\n", KEY_A,
		       vkey("witness.example", NOTE_COSIGNATURE, KEY_B));
	keys_refused(2, text);
}


T(there_are_limits)
{
	struct trust *t = trust_new();
	char *big = calloc(1, TRUST_FILE_MAX + 1);

	for (int i = 0; i < TRUST_MAX; i++)
		T_OK(trust_keys(t, KEY_A, strlen(KEY_A), NULL));
	T_INT(E_RANGE, trust_keys(t, KEY_A, strlen(KEY_A), NULL));
	memset(big, '\n', TRUST_FILE_MAX + 1);
	T_OK(trust_keys(t, big, TRUST_FILE_MAX, NULL));
	T_INT(E_TOOBIG, trust_keys(t, big, TRUST_FILE_MAX + 1, NULL));
	T_INT(E_TOOBIG, trust_policy(t, big, TRUST_FILE_MAX + 1, NULL));
	memset(big, 'x', 4000);
	T_INT(E_SYNTAX, trust_keys(t, big, 4000, NULL));
	free(big);
	trust_free(t);
}


static struct trust *policy(const char *text)
{
	struct trust *t = trust_new();
	struct fault f = { 0 };

	ck_assert_msg(trust_policy(t, text, strlen(text), &f) == 0, "%d: %s", f.line, f.text);

	return t;
}


T(a_policy_of_sigsum_gives_logs_and_witnesses)
{
	struct trust *t = policy("# comment\n"
				 "log " KEY_A " https://log.example  # the log\n"
				 "\t witness one " KEY_B "\n"
				 "witness two " KEY_C " https://two.example\n"
				 "group both all one two\n"
				 "quorum both\n");
	struct public_key a = of_hex(KEY_A), b = of_hex(KEY_B);
	char origin[NOTE_NAME_SIZE];

	checkpoint_origin(origin, &a);
	ck_assert_ptr_nonnull(trust_log(t, origin));
	ck_assert_ptr_null(trust_log(t, "one"));
	T_STR("", trust_witness(t, 0)->name);
	T_INT(0, memcmp(&trust_witness(t, 0)->key, &b, sizeof(b)));
	ck_assert_ptr_nonnull(trust_witness(t, 1));
	ck_assert_ptr_null(trust_witness(t, 2));
	ck_assert(!trust_quorum(t, 0));
	ck_assert(!trust_quorum(t, 1));
	ck_assert(!trust_quorum(t, 2));
	ck_assert(trust_quorum(t, 3));
	/* The keys of a policy's logs and witnesses sign no leaves. */
	ck_assert(!trusts(t, KEY_A) && !trusts(t, KEY_B));
	trust_free(t);
}


T(a_policy_of_c2sp_names_its_keys)
{
	struct trust *t;
	char text[1500];
	size_t n = 0;

	n += (size_t)snprintf(text, sizeof(text), "log %s\n",
			      vkey("example.com/log", NOTE_ED25519, KEY_A));
	n += (size_t)snprintf(text + n, sizeof(text) - n, "witness w %s https://w.example\n",
			      vkey("w.example/w", NOTE_COSIGNATURE, KEY_B));
	(void)snprintf(text + n, sizeof(text) - n, "quorum w\n");
	t = policy(text);
	ck_assert_ptr_nonnull(trust_log(t, "example.com/log"));
	T_STR("w.example/w", trust_witness(t, 0)->name);
	ck_assert(!trust_quorum(t, 0));
	ck_assert(trust_quorum(t, 1));
	trust_free(t);
}


T(a_quorum_may_be_k_of_n_of_groups)
{
	struct trust *t = policy("witness x1 " KEY_A "\nwitness x2 " KEY_B "\n"
				 "witness y1 " KEY_C "\nwitness y2 " KEY_D "\n"
				 "group x 2 x1 x2\n"
				 "group y any y1 y2\n"
				 "group x-and-y all x y\n"
				 "quorum x-and-y\n");
	unsigned enough = 0;

	for (uint64_t have = 0; have < 16; have++) {
		bool want = (have & 3) == 3 && (have & 12) != 0;

		ck_assert_msg(trust_quorum(t, have) == want, "%d", (int)have);
		enough += want;
	}
	T_INT(3, enough);
	trust_free(t);

	t = policy("quorum none\n");
	ck_assert(trust_quorum(t, 0));
	trust_free(t);
}


T(with_a_policy_only_its_logs_are_logs)
{
	struct trust *t = policy("log " KEY_A "\nquorum none\n");
	struct public_key a = of_hex(KEY_A), b = of_hex(KEY_B);
	char origin[NOTE_NAME_SIZE];

	T_OK(trust_keys(t, KEY_B, strlen(KEY_B), NULL));
	checkpoint_origin(origin, &b);
	ck_assert_ptr_null(trust_log(t, origin));
	checkpoint_origin(origin, &a);
	ck_assert_ptr_nonnull(trust_log(t, origin));
	ck_assert(trusts(t, KEY_B));
	T_INT(E_EXISTS, trust_policy(t, "quorum none\n", 12, NULL));
	trust_free(t);
}


T(what_is_no_policy_is_refused_at_its_line)
{
	static const struct {
		int line;
		const char *text;
	} bad[] = {
		{ 0, "" },
		{ 0, "log " KEY_A "\n" },
		{ 1, "logs " KEY_A "\n" },
		{ 1, "log\n" },
		{ 1, "log key\n" },
		{ 1, "log " KEY_A " url more\n" },
		{ 2, "log " KEY_A "\nlog " KEY_A "\n" },
		{ 1, "witness w\n" },
		{ 1, "witness w key\n" },
		{ 1, "witness none " KEY_A "\n" },
		{ 2, "witness w " KEY_A "\nwitness w " KEY_B "\n" },
		{ 2, "witness w " KEY_A "\nwitness v " KEY_A "\n" },
		{ 2, "witness w " KEY_A "\ngroup g any\n" },
		{ 2, "witness w " KEY_A "\ngroup w any w\n" },
		{ 2, "witness w " KEY_A "\ngroup g any v\n" },
		{ 2, "witness w " KEY_A "\ngroup g any none\n" },
		{ 2, "witness w " KEY_A "\ngroup g any g\n" },
		{ 2, "witness w " KEY_A "\ngroup g 0 w\n" },
		{ 2, "witness w " KEY_A "\ngroup g 2 w\n" },
		{ 2, "witness w " KEY_A "\ngroup g some w\n" },
		{ 2, "witness w " KEY_A "\ngroup g 1 w w\n" },
		{ 3, "witness w " KEY_A "\ngroup g 1 w\ngroup h 1 w\n" },
		{ 1, "quorum\n" },
		{ 1, "quorum w\n" },
		{ 1, "quorum none none\n" },
		{ 2, "quorum none\nquorum none\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct trust *t = trust_new();
		struct fault f = { 0 };

		ck_assert_msg(trust_policy(t, bad[i].text, strlen(bad[i].text), &f) == E_SYNTAX,
			      "%s", bad[i].text);
		ck_assert_msg(f.line == bad[i].line, "%s: line %d", bad[i].text, f.line);
		ck_assert(f.text[0]);
		trust_free(t);
	}
}

/* Keys that differ, by number. */
static void numbered(char out[KEY_HEX_SIZE], int n)
{
	(void)snprintf(out, KEY_HEX_SIZE, "%064x", 0x1000 + n);
}


T(a_policy_may_have_64_of_each)
{
	struct trust *t = trust_new();
	char hex[KEY_HEX_SIZE];
	struct fault f = { 0 };
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < TRUST_MAX; i++) {
		numbered(hex, i);
		buf_printf(&b, "log %s\nwitness w%d %s\ngroup g%d 1 w%d\n", hex, i, hex, i, i);
	}
	buf_str(&b, "quorum g63\n");
	ck_assert_msg(trust_policy(t, b.data, b.len, &f) == 0, "%d: %s", f.line, f.text);
	ck_assert(trust_quorum(t, UINT64_C(1) << 63));
	ck_assert(!trust_quorum(t, UINT64_MAX >> 1));
	ck_assert_ptr_nonnull(trust_witness(t, 63));
	ck_assert_ptr_null(trust_witness(t, 64));
	trust_free(t);

	for (int kind = 0; kind < 3; kind++) {
		struct buf more;

		t = trust_new();
		f = (struct fault){ 0 };
		buf_init(&more, 0);
		buf_add(&more, b.data, b.len);
		numbered(hex, 100);
		switch (kind) {
		case 0: buf_printf(&more, "log %s\n", hex); break;
		case 1: buf_printf(&more, "witness more %s\n", hex); break;
		default: buf_str(&more, "group more 1 g1\n"); break;
		}
		T_INT(E_RANGE, trust_policy(t, more.data, more.len, &f));
		T_INT(3 * TRUST_MAX + 2, f.line);
		buf_clear(&more);
		trust_free(t);
	}
	buf_clear(&b);
}


T(a_chain_of_groups_is_as_strong_as_its_first)
{
	struct trust *t = trust_new();
	struct buf b;

	buf_init(&b, 0);
	buf_str(&b, "witness w " KEY_A "\ngroup g0 all w\n");
	for (int i = 1; i < TRUST_MAX; i++)
		buf_printf(&b, "group g%d any g%d\n", i, i - 1);
	buf_printf(&b, "quorum g%d\n", TRUST_MAX - 1);
	T_OK(trust_policy(t, b.data, b.len, NULL));
	ck_assert(trust_quorum(t, 1));
	ck_assert(!trust_quorum(t, 0));
	ck_assert(!trust_quorum(t, 2));
	buf_clear(&b);
	trust_free(t);
}


/* More witnesses never take a quorum away, whatever the groups. */
T(a_quorum_only_grows_with_its_witnesses)
{
	struct trust *t = policy("witness a " KEY_A "\nwitness b " KEY_B "\n"
				 "witness c " KEY_C "\nwitness d " KEY_D "\n"
				 "group ab any a b\ngroup q 2 ab c d\nquorum q\n");

	for (uint64_t have = 0; have < 16; have++)
		for (uint64_t more = have; more < 16; more++)
			if ((have & more) == have && trust_quorum(t, have))
				ck_assert(trust_quorum(t, more));
	ck_assert(!trust_quorum(t, 3)); /* a and b are one member together */
	ck_assert(trust_quorum(t, 5));
	ck_assert(trust_quorum(t, 12));
	trust_free(t);
}


T(a_file_of_keys_without_a_last_newline_is_read)
{
	struct trust *t = trust_new();

	T_OK(trust_keys(t, KEY_A "\n" KEY_B, strlen(KEY_A "\n" KEY_B), NULL));
	ck_assert(trusts(t, KEY_A) && trusts(t, KEY_B));
	T_OK(trust_keys(t, PEM_A, strlen(PEM_A) - 1, NULL));
	T_OK(trust_keys(t, "", 0, NULL));
	trust_free(t);
}

T_MAIN("trust", C(a_file_of_keys_may_mix_all_forms),
       C(what_is_no_file_of_keys_is_refused_at_its_line), C(there_are_limits),
       C(a_policy_of_sigsum_gives_logs_and_witnesses), C(a_policy_of_c2sp_names_its_keys),
       C(a_quorum_may_be_k_of_n_of_groups), C(with_a_policy_only_its_logs_are_logs),
       C(what_is_no_policy_is_refused_at_its_line), C(a_policy_may_have_64_of_each),
       C(a_chain_of_groups_is_as_strong_as_its_first),
       C(a_quorum_only_grows_with_its_witnesses),
       C(a_file_of_keys_without_a_last_newline_is_read))
