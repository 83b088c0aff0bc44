/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The keeper: its keys, its memory of the last checkpoint, its messages. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/rand.h"
#include "ledger/checkpoint.h"
#include "ledger/keeper.h"
#include "ledger/keeper_state.h"
#include "t.h"

struct tree {
	struct merkle_frontier f;
	struct hash leaf[600];
};

/* Large, so static; each test is a process of its own. */
static struct keeper_request request;
static struct keeper_reply reply;


static const char *folder(void)
{
	static char path[200];

	(void)snprintf(path, sizeof(path), "%s/keeper", t_tmp());

	return path;
}


static const char *in_folder(const char *name)
{
	static char path[300];

	(void)snprintf(path, sizeof(path), "%s/%s", folder(), name);

	return path;
}


static struct keeper *open_keeper(void)
{
	struct keeper *k = NULL;
	struct fault f = { 0 };

	ck_assert_msg(keeper_open(&k, folder(), &f) == 0, "%s", f.text);

	return k;
}


static struct keeper *new_keeper(void)
{
	struct fault f = { 0 };

	ck_assert_msg(keeper_setup(folder(), &f) == 0, "%s", f.text);

	return open_keeper();
}


static void open_fails(int want, const char *why)
{
	struct keeper *k = NULL;
	struct fault f = { 0 };

	T_INT(want, keeper_open(&k, folder(), &f));
	ck_assert_ptr_null(k);
	ck_assert_msg(strstr(f.text, why) != NULL, "\"%s\" has not \"%s\"", f.text, why);
}


static void grow(struct tree *t, unsigned branch, uint64_t size)
{
	while (t->f.size < size) {
		uint64_t entry[2] = { branch, t->f.size };

		merkle_leaf(&t->leaf[t->f.size], entry, sizeof(entry));
		T_OK(merkle_append(&t->f, &t->leaf[t->f.size], NULL, NULL));
	}
}


static int read_node(struct hash *out, unsigned level, uint64_t index, void *arg)
{
	const struct tree *t = arg;
	struct hash left, right;

	if (level == 0) {
		*out = t->leaf[index];
		return 0;
	}
	T_OK(read_node(&left, level - 1, 2 * index, arg));
	T_OK(read_node(&right, level - 1, 2 * index + 1, arg));
	merkle_node(out, &left, &right);

	return 0;
}


/* Ask for a signature over the tree, proved from `old` leaves on. */
static int ask(struct keeper *k, struct tree *t, uint64_t old)
{
	memset(&request, 0, sizeof(request));
	request.op = KEEPER_SIGN_CHECKPOINT;
	request.head.size = t->f.size;
	merkle_frontier_root(&request.head.root, &t->f);
	if (old)
		T_OK(merkle_consistency(&request.head.proof, old, t->f.size, read_node, t));
	keeper_answer(&reply, k, &request);

	return reply.err;
}


static void keys(struct keeper *k)
{
	memset(&request, 0, sizeof(request));
	request.op = KEEPER_PUBLIC_KEYS;
	keeper_answer(&reply, k, &request);
	T_INT(0, reply.err);
}


T(setup_makes_what_is_missing_and_no_more)
{
	struct keeper *k = new_keeper();
	struct public_key log, recorder;
	struct stat st;

	keys(k);
	log = reply.log;
	T_INT(1, reply.count);
	T_STR("recorder", reply.name[0].name);
	recorder = reply.name[0].key;
	T_INT(0, reply.size);
	keeper_close(k);
	keeper_close(NULL);

	T_INT(0, stat(folder(), &st));
	T_INT(0700, st.st_mode & 0777);
	T_INT(0, stat(in_folder("log.last"), &st));
	T_INT(0600, st.st_mode & 0777);

	k = new_keeper();
	keys(k);
	T_INT(0, memcmp(&log, &reply.log, sizeof(log)));
	T_INT(0, memcmp(&recorder, &reply.name[0].key, sizeof(recorder)));
	keeper_close(k);
}


T(seals_of_hosted_parties_are_loaded_by_name)
{
	struct keeper *k;
	struct fault f = { 0 };

	keeper_close(new_keeper());
	T_OK(keeper_new_seal(folder(), "varland", &f));
	T_OK(keeper_new_seal(folder(), "auria", &f));
	T_INT(E_EXISTS, keeper_new_seal(folder(), "auria", &f));
	T_INT(E_RANGE, keeper_new_seal(folder(), "../auria", &f));
	T_INT(E_RANGE, keeper_new_seal(folder(), "", &f));
	k = open_keeper();
	keys(k);
	T_INT(3, reply.count);
	T_STR("recorder", reply.name[0].name);
	T_STR("seal-auria", reply.name[1].name);
	T_STR("seal-varland", reply.name[2].name);
	keeper_close(k);
}


T(leaves_are_signed_by_the_keys_that_are_named)
{
	struct keeper *k;
	struct public_key recorder, seal;

	keeper_close(new_keeper());
	T_OK(keeper_new_seal(folder(), "auria", NULL));
	k = open_keeper();
	keys(k);
	recorder = reply.name[0].key;
	seal = reply.name[1].key;

	memset(&request, 0, sizeof(request));
	request.op = KEEPER_SIGN_LEAVES;
	request.count = 3;
	(void)text_copy(request.leaf[0].key, KEEPER_NAME_SIZE, "recorder");
	(void)text_copy(request.leaf[1].key, KEEPER_NAME_SIZE, "seal-auria");
	(void)text_copy(request.leaf[2].key, KEEPER_NAME_SIZE, "recorder");
	for (int i = 0; i < 3; i++)
		leaf_checksum(&request.leaf[i].checksum, &i, sizeof(i));
	keeper_answer(&reply, k, &request);
	T_INT(0, reply.err);
	T_INT(3, reply.count);
	for (int i = 0; i < 3; i++)
		ck_assert(hash_eq(&request.leaf[i].checksum, &reply.leaf[i].checksum));
	T_OK(leaf_verify(&reply.leaf[0], &recorder));
	T_OK(leaf_verify(&reply.leaf[1], &seal));
	T_OK(leaf_verify(&reply.leaf[2], &recorder));

	/* One unknown key and nothing is signed; the log's key signs no leaves. */
	(void)text_copy(request.leaf[2].key, KEEPER_NAME_SIZE, "seal-other");
	keeper_answer(&reply, k, &request);
	T_INT(E_ABSENT, reply.err);
	T_INT(0, reply.count);
	(void)text_copy(request.leaf[2].key, KEEPER_NAME_SIZE, "log");
	keeper_answer(&reply, k, &request);
	T_INT(E_ABSENT, reply.err);
	ck_assert(reply.text[0]);
	keeper_close(k);
}


T(a_checkpoint_is_signed_as_the_log_signs_it)
{
	struct keeper *k = new_keeper();
	struct tree t = { 0 };
	struct checkpoint cp = { 0 };
	struct buf body;
	struct public_key log;

	keys(k);
	log = reply.log;
	grow(&t, 0, 5);
	T_INT(0, ask(k, &t, 0));
	checkpoint_origin(cp.origin, &log);
	cp.size = 5;
	cp.root = request.head.root;
	buf_init(&body, 0);
	checkpoint_body(&body, &cp);
	T_OK(key_verify(&log, body.data, body.len, reply.signature));
	buf_clear(&body);
	keys(k);
	T_INT(5, reply.size);
	ck_assert(hash_eq(&cp.root, &reply.root));
	keeper_close(k);
}


T(only_what_continues_the_last_checkpoint_is_signed)
{
	struct keeper *k = new_keeper();
	struct tree t = { 0 }, fork = { 0 }, early = { 0 };

	grow(&t, 0, 300);
	grow(&early, 0, 200);
	grow(&fork, 1, 300);
	T_INT(0, ask(k, &t, 0));
	T_INT(0, ask(k, &t, 300)); /* the same again */

	T_INT(E_CRYPTO, ask(k, &early, 200)); /* smaller */
	ck_assert_ptr_nonnull(strstr(reply.text, "smaller"));
	T_INT(E_CRYPTO, ask(k, &early, 0));
	T_INT(E_CRYPTO, ask(k, &fork, 300)); /* the same size with another root */
	ck_assert_ptr_nonnull(strstr(reply.text, "altered"));
	T_INT(E_CRYPTO, ask(k, &fork, 0));
	grow(&fork, 1, 400);
	T_INT(E_CRYPTO, ask(k, &fork, 300)); /* larger, another history */
	grow(&t, 0, 400);
	T_INT(E_CRYPTO, ask(k, &t, 0));	  /* no proof */
	T_INT(E_CRYPTO, ask(k, &t, 299)); /* the proof of something else */
	T_INT(0, ask(k, &t, 300));
	T_INT(E_CRYPTO, ask(k, &t, 300));
	T_INT(0, ask(k, &t, 400));
	keeper_close(k);
}


T(a_refusal_gives_no_signature)
{
	static const uint8_t none[KEY_SIGNATURE];
	struct keeper *k = new_keeper();
	struct tree t = { 0 }, fork = { 0 };

	grow(&t, 0, 3);
	grow(&fork, 1, 3);
	T_INT(0, ask(k, &t, 0));
	T_INT(E_CRYPTO, ask(k, &fork, 3));
	T_INT(0, memcmp(reply.signature, none, sizeof(none)));
	keeper_close(k);
}


T(the_last_checkpoint_is_remembered_over_a_restart)
{
	struct keeper *k = new_keeper();
	struct tree t = { 0 }, fork = { 0 };

	for (uint64_t size = 10; size <= 50; size += 10) {
		uint64_t old = t.f.size;

		grow(&t, 0, size);
		T_INT(0, ask(k, &t, old));
		keeper_close(k);
		k = open_keeper();
		keys(k);
		T_INT(size, reply.size);
	}
	grow(&fork, 1, 50);
	T_INT(E_CRYPTO, ask(k, &fork, 50));
	grow(&fork, 1, 60);
	T_INT(E_CRYPTO, ask(k, &fork, 50));
	keeper_close(k);
}


T(the_empty_log_may_be_signed_first)
{
	struct keeper *k = new_keeper();
	struct tree t = { 0 };

	T_INT(0, ask(k, &t, 0));
	memset(&request.head.root, 1, sizeof(request.head.root));
	keeper_answer(&reply, k, &request);
	T_INT(E_CRYPTO, reply.err);
	grow(&t, 0, 1);
	T_INT(0, ask(k, &t, 0));
	keeper_close(k);
}


static void overwrite(const char *path, long at, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY);

	ck_assert_int_ge(fd, 0);
	T_INT((ssize_t)len, pwrite(fd, bytes, len, at));
	(void)close(fd);
}


/*
 * A write cut short anywhere leaves the checkpoint before it.  After two heads (counter 2,
 * slot 0) the third goes to slot 1.
 */
T(a_torn_write_leaves_the_checkpoint_before)
{
	struct keeper *k = new_keeper();
	struct tree t = { 0 };
	char *file;
	size_t len;

	grow(&t, 0, 10);
	T_INT(0, ask(k, &t, 0));
	grow(&t, 0, 20);
	T_INT(0, ask(k, &t, 10));
	keeper_close(k);
	file = t_slurp(in_folder("log.last"), &len);
	T_INT(8192, len);

	k = open_keeper();
	grow(&t, 0, 30);
	T_INT(0, ask(k, &t, 20));
	keeper_close(k);
	for (long cut = 0; cut < 120; cut++) {
		char *now = t_slurp(in_folder("log.last"), NULL);
		size_t rest = (size_t)(120 - cut);
		bool torn = memcmp(now + 4096 + cut, file + 4096 + cut, rest) != 0;

		/* The new bytes up to the cut, the old ones after it. */
		overwrite(in_folder("log.last"), 4096 + cut, file + 4096 + cut, rest);
		k = open_keeper();
		keys(k);
		T_INT(torn ? 20 : 30, reply.size);
		keeper_close(k);
		overwrite(in_folder("log.last"), 4096, now + 4096, 120);
		free(now);
	}
	k = open_keeper();
	keys(k);
	T_INT(30, reply.size);
	keeper_close(k);
	free(file);
}


T(a_keeper_without_its_memory_does_not_start)
{
	struct keeper *k = new_keeper();
	static const char zeros[8192];

	keeper_close(k);
	overwrite(in_folder("log.last"), 0, zeros, sizeof(zeros));
	open_fails(E_CORRUPT, "damaged");
	T_INT(0, truncate(in_folder("log.last"), 0));
	open_fails(E_CORRUPT, "damaged");
	T_INT(0, unlink(in_folder("log.last")));
	open_fails(E_ABSENT, "log.last");
	/* And setup does not make a fresh one for a key that may have signed. */
	T_INT(E_CORRUPT, keeper_setup(folder(), NULL));
}


T(the_memory_of_another_key_is_refused)
{
	char other[200], path[250];
	struct fault f = { 0 };
	size_t len;
	char *memory;

	keeper_close(new_keeper());
	(void)snprintf(other, sizeof(other), "%s/other", t_tmp());
	T_OK(keeper_setup(other, &f));
	(void)snprintf(path, sizeof(path), "%s/log.last", other);
	memory = t_slurp(path, &len);
	overwrite(in_folder("log.last"), 0, memory, len);
	open_fails(E_CORRUPT, "another key");
	free(memory);
}


T(two_keepers_on_one_folder_are_one_too_many)
{
	struct keeper *k = new_keeper();

	open_fails(E_BUSY, "Another keeper");
	ck_assert_int_ge(keeper_descriptor(k), 0);
	keeper_close(k);
	keeper_close(open_keeper());
}


/* A second name for the recorder's key. */
static void copy_key(const char *name)
{
	char from[300];

	(void)snprintf(from, sizeof(from), "%s", in_folder("recorder.key"));
	T_INT(0, link(from, in_folder(name)));
}


T(a_folder_with_strange_keys_is_refused)
{
	FILE *file;

	keeper_close(new_keeper());
	file = fopen(in_folder("notes.txt"), "w");
	ck_assert_ptr_nonnull(file);
	(void)fclose(file);
	keeper_close(open_keeper());
	copy_key("seal-.key");
	open_fails(E_SYNTAX, "seal-PARTY.key");
	T_INT(0, unlink(in_folder("seal-.key")));
	copy_key("copy.key");
	open_fails(E_SYNTAX, "copy.key");
	T_INT(0, unlink(in_folder("copy.key")));
	T_INT(0, chmod(in_folder("recorder.key"), 0644));
	open_fails(E_DENIED, "0600");
}


T(a_new_log_has_a_new_key_and_forgets_nothing_of_the_old)
{
	struct keeper *k = new_keeper();
	struct public_key old;
	struct tree t = { 0 };
	char retired[40], digits[9];
	struct hash h;

	grow(&t, 0, 10);
	T_INT(0, ask(k, &t, 0));
	keys(k);
	old = reply.log;
	keeper_close(k);
	T_OK(keeper_new_log(folder(), NULL));
	key_hash(&h, &old);
	text_hex(digits, h.b, 4);
	(void)snprintf(retired, sizeof(retired), "log-%s.retired", digits);
	T_INT(0, access(in_folder(retired), F_OK));
	(void)snprintf(retired, sizeof(retired), "log-%s.last", digits);
	T_INT(0, access(in_folder(retired), F_OK));

	k = open_keeper();
	keys(k);
	T_INT(0, reply.size);
	ck_assert(memcmp(&old, &reply.log, sizeof(old)) != 0);
	keeper_close(k);
}


T(a_full_disk_signs_nothing_and_loses_nothing)
{
	struct hash log = { { 7 } }, root = { { 9 } };
	struct keeper_state s, back;
	char path[200];
	int fd, full = open("/dev/full", O_RDWR);

	ck_assert_int_ge(full, 0);
	(void)snprintf(path, sizeof(path), "%s/last", t_tmp());
	fd = open(path, O_RDWR | O_CREAT, 0600);
	T_OK(keeper_state_begin(fd, &log));
	T_INT(E_EXISTS, keeper_state_begin(fd, &log));
	T_OK(keeper_state_load(&s, fd, &log));
	T_OK(keeper_state_save(&s, 5, &root));

	s.fd = full;
	T_INT(E_FULL, keeper_state_save(&s, 6, &root));
	T_INT(5, s.size);
	s.fd = fd;
	T_OK(keeper_state_load(&back, fd, &log));
	T_INT(5, back.size);
	ck_assert(hash_eq(&root, &back.root));
	T_OK(keeper_state_save(&s, 6, &root));
	T_OK(keeper_state_load(&back, fd, &log));
	T_INT(6, back.size);
	log.b[0]++;
	T_INT(E_CORRUPT, keeper_state_load(&back, fd, &log));
	(void)close(fd);
	(void)close(full);
}


/* What is written is read back to the same bytes, and nothing shorter or longer is read. */
static void request_round_trip(void)
{
	static struct keeper_request back;
	struct buf a, b;

	buf_init(&a, KEEPER_MESSAGE_MAX + 1);
	buf_init(&b, KEEPER_MESSAGE_MAX + 1);
	keeper_request_write(&a, &request);
	T_INT(0, a.err);
	T_OK(keeper_request_parse(&back, a.data, a.len));
	keeper_request_write(&b, &back);
	ck_assert_uint_eq(a.len, b.len);
	T_INT(0, memcmp(a.data, b.data, a.len));
	for (size_t n = 0; n < a.len; n += 1 + n / 8)
		ck_assert(keeper_request_parse(&back, a.data, n) != 0);
	buf_u8(&a, 0);
	T_INT(E_SYNTAX, keeper_request_parse(&back, a.data, a.len));
	buf_clear(&a);
	buf_clear(&b);
}


T(requests_come_back_as_they_were_written)
{
	memset(&request, 0, sizeof(request));
	request.op = KEEPER_PUBLIC_KEYS;
	request_round_trip();

	request.op = KEEPER_SIGN_LEAVES;
	request.count = KEEPER_LEAVES_MAX;
	for (size_t i = 0; i < request.count; i++) {
		(void)snprintf(request.leaf[i].key, KEEPER_NAME_SIZE, "seal-%048zu", i);
		request.leaf[i].key[5] = 'p';
		rand_bytes(request.leaf[i].checksum.b, DIGEST_SIZE);
	}
	request_round_trip();

	memset(&request, 0, sizeof(request));
	request.op = KEEPER_SIGN_CHECKPOINT;
	request.head.size = MERKLE_SIZE_MAX;
	request.head.proof.count = MERKLE_PROOF_MAX;
	rand_bytes(request.head.proof.hash, sizeof(request.head.proof.hash));
	request_round_trip();
}


static void reply_round_trip(void)
{
	static struct keeper_reply back;
	struct buf a, b;

	buf_init(&a, KEEPER_MESSAGE_MAX + 1);
	buf_init(&b, KEEPER_MESSAGE_MAX + 1);
	keeper_reply_write(&a, &reply);
	T_INT(0, a.err);
	T_OK(keeper_reply_parse(&back, a.data, a.len));
	T_INT(reply.err, back.err);
	T_STR(reply.text, back.text);
	keeper_reply_write(&b, &back);
	ck_assert_uint_eq(a.len, b.len);
	T_INT(0, memcmp(a.data, b.data, a.len));
	for (size_t n = 0; n < a.len; n += 1 + n / 8)
		ck_assert(keeper_reply_parse(&back, a.data, n) != 0);
	buf_u8(&a, 0);
	T_INT(E_SYNTAX, keeper_reply_parse(&back, a.data, a.len));
	buf_clear(&a);
	buf_clear(&b);
}


T(replies_come_back_as_they_were_written)
{
	memset(&reply, 0, sizeof(reply));
	reply.op = KEEPER_PUBLIC_KEYS;
	reply.count = KEEPER_KEYS_MAX;
	for (size_t i = 0; i < reply.count; i++)
		(void)snprintf(reply.name[i].name, KEEPER_NAME_SIZE, "seal-p%zu", i);
	reply_round_trip();

	memset(&reply, 0, sizeof(reply));
	reply.op = KEEPER_SIGN_LEAVES;
	reply.count = KEEPER_LEAVES_MAX;
	rand_bytes(reply.leaf, sizeof(reply.leaf));
	reply_round_trip();

	memset(&reply, 0, sizeof(reply));
	reply.op = KEEPER_SIGN_CHECKPOINT;
	rand_bytes(reply.signature, sizeof(reply.signature));
	reply_round_trip();

	memset(&reply, 0, sizeof(reply));
	reply.op = KEEPER_SIGN_CHECKPOINT;
	reply.err = E_CRYPTO;
	(void)text_copy(reply.text, sizeof(reply.text), "no");
	reply_round_trip();
}


static void bad_request(int want, const char *bytes, size_t len)
{
	T_INT(want, keeper_request_parse(&request, bytes, len));
}


T(what_is_no_request_is_refused)
{
	static char big[KEEPER_MESSAGE_MAX + 1];

	bad_request(E_SYNTAX, "", 0);
	bad_request(E_SYNTAX, "\0", 1);
	bad_request(E_SYNTAX, "\4", 1);
	bad_request(E_SYNTAX, "\xff", 1);
	bad_request(E_SYNTAX, "\1x", 2);
	bad_request(E_RANGE, "\2\0\0", 3);
	bad_request(E_RANGE, "\2\1\1", 3);
	bad_request(E_SYNTAX, "\2\0\1\3log12345678901234567890123456789012", 39);
	bad_request(E_SYNTAX,
		    "\2\0\1\0"
		    "12345678901234567890123456789012",
		    36);
	bad_request(E_SYNTAX, "\2\0\1\5seal-12345678901234567890123456789012", 41);
	bad_request(E_SYNTAX, "\2\0\1\x08reco\0der12345678901234567890123456789012", 44);
	bad_request(E_RANGE,
		    "\3\x80\0\0\0\0\0\0\0"
		    "12345678901234567890123456789012\0",
		    42);
	bad_request(E_RANGE,
		    "\3\0\0\0\0\0\0\0\1"
		    "12345678901234567890123456789012\x41",
		    42);
	big[0] = 1;
	bad_request(E_RANGE, big, sizeof(big));
}


T(what_is_no_reply_is_refused)
{
	T_INT(E_SYNTAX, keeper_reply_parse(&reply, "", 0));
	T_INT(E_SYNTAX, keeper_reply_parse(&reply, "\1", 1));
	T_INT(E_SYNTAX, keeper_reply_parse(&reply, "\4\0", 2));
	T_INT(E_SYNTAX, keeper_reply_parse(&reply, "\1\xff\0\0", 4));
	T_INT(E_SYNTAX, keeper_reply_parse(&reply, "\1\1\0\1\xff", 5));
	T_INT(E_SYNTAX, keeper_reply_parse(&reply, "\1\1\0\1\0", 5));
	T_INT(E_RANGE, keeper_reply_parse(&reply, "\1\1\xff\xff", 4));
	T_INT(E_RANGE, keeper_reply_parse(&reply, "\2\0\1\1", 4));
	T_OK(keeper_reply_parse(&reply, "\1\1\0\1x", 5));
	T_INT(-1, reply.err);
	T_STR("x", reply.text);
}

T(a_keeper_without_its_folder_or_keys_does_not_start)
{
	struct fault f = { 0 };
	char path[300];

	open_fails(E_ABSENT, "log.key");
	T_OK(keeper_setup(folder(), NULL));
	(void)snprintf(path, sizeof(path), "%s", in_folder("log.key"));
	T_INT(0, rename(path, in_folder("away")));
	open_fails(E_ABSENT, "log.key");
	T_INT(E_CORRUPT, keeper_setup(folder(), &f));
	ck_assert_ptr_nonnull(strstr(f.text, "log.key"));
	T_INT(E_ABSENT, keeper_new_log(folder(), NULL));
	T_INT(E_ABSENT, keeper_setup("/nowhere/at/all", NULL));
	T_INT(E_ABSENT, keeper_new_seal("/nowhere/at/all", "auria", NULL));
}


T(a_folder_has_at_most_128_keys)
{
	char party[20];

	keeper_close(new_keeper());
	for (int i = 1; i < KEEPER_KEYS_MAX; i++) {
		(void)snprintf(party, sizeof(party), "p%d", i);
		T_OK(keeper_new_seal(folder(), party, NULL));
	}
	keeper_close(open_keeper());
	T_OK(keeper_new_seal(folder(), "one-more", NULL));
	open_fails(E_RANGE, "128");
}


/* What goes over the socket: bytes in, bytes out, and the keeper between. */
static int over_the_wire(struct keeper *k)
{
	static struct keeper_request in;
	static struct keeper_reply out;
	struct buf b;

	buf_init(&b, KEEPER_MESSAGE_MAX);
	keeper_request_write(&b, &request);
	T_OK(keeper_request_parse(&in, b.data, b.len));
	keeper_answer(&out, k, &in);
	buf_reset(&b);
	keeper_reply_write(&b, &out);
	T_INT(0, b.err);
	T_OK(keeper_reply_parse(&reply, b.data, b.len));
	buf_clear(&b);

	return reply.err;
}


T(a_full_batch_goes_over_the_wire)
{
	struct keeper *k = new_keeper();
	struct public_key recorder;

	memset(&request, 0, sizeof(request));
	request.op = KEEPER_PUBLIC_KEYS;
	T_INT(0, over_the_wire(k));
	recorder = reply.name[0].key;
	request.op = KEEPER_SIGN_LEAVES;
	request.count = KEEPER_LEAVES_MAX;
	for (size_t i = 0; i < request.count; i++) {
		(void)text_copy(request.leaf[i].key, KEEPER_NAME_SIZE, KEEPER_RECORDER);
		leaf_checksum(&request.leaf[i].checksum, &i, sizeof(i));
	}
	T_INT(0, over_the_wire(k));
	T_INT(KEEPER_LEAVES_MAX, reply.count);
	for (size_t i = 0; i < request.count; i += 15) {
		ck_assert(hash_eq(&request.leaf[i].checksum, &reply.leaf[i].checksum));
		T_OK(leaf_verify(&reply.leaf[i], &recorder));
	}
	(void)text_copy(request.leaf[9].key, KEEPER_NAME_SIZE, "seal-nobody");
	T_INT(E_ABSENT, over_the_wire(k));
	T_STR("The keeper has no key of that name.", reply.text);
	keeper_close(k);
}


T(a_long_history_stays_one_history)
{
	struct keeper *k = new_keeper();
	struct tree t = { 0 }, fork = { 0 };

	for (uint64_t size = 1; size <= 120; size += 1 + size / 5) {
		uint64_t old = t.f.size;

		grow(&t, 0, size);
		T_INT(0, ask(k, &t, old));
		/* A fork that shares all but its last leaves is refused at every step. */
		fork = t;
		fork.f = (struct merkle_frontier){ 0 };
		for (uint64_t i = 0; i < size; i++) {
			if (i + 1 == size)
				fork.leaf[i].b[0] ^= 1;
			T_OK(merkle_append(&fork.f, &fork.leaf[i], NULL, NULL));
		}
		T_INT(E_CRYPTO, ask(k, &fork, size));
		grow(&fork, 2, size + 3);
		T_INT(E_CRYPTO, ask(k, &fork, size));
	}
	keeper_close(k);
}

T_MAIN("keeper", C(setup_makes_what_is_missing_and_no_more),
       C(seals_of_hosted_parties_are_loaded_by_name),
       C(leaves_are_signed_by_the_keys_that_are_named),
       C(a_checkpoint_is_signed_as_the_log_signs_it),
       C(only_what_continues_the_last_checkpoint_is_signed), C(a_refusal_gives_no_signature),
       C(the_last_checkpoint_is_remembered_over_a_restart),
       C(the_empty_log_may_be_signed_first), C(a_torn_write_leaves_the_checkpoint_before),
       C(a_keeper_without_its_memory_does_not_start), C(the_memory_of_another_key_is_refused),
       C(two_keepers_on_one_folder_are_one_too_many), C(a_folder_with_strange_keys_is_refused),
       C(a_new_log_has_a_new_key_and_forgets_nothing_of_the_old),
       C(a_full_disk_signs_nothing_and_loses_nothing),
       C(requests_come_back_as_they_were_written), C(replies_come_back_as_they_were_written),
       C(what_is_no_request_is_refused), C(what_is_no_reply_is_refused),
       C(a_keeper_without_its_folder_or_keys_does_not_start), C(a_folder_has_at_most_128_keys),
       C(a_full_batch_goes_over_the_wire), C(a_long_history_stays_one_history))
