/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * keeper.c: Invariant: a signature over a head leaves only after the memory of that head is
 * durable.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "ledger/checkpoint.h"
#include "ledger/keeper.h"
#include "ledger/keeper_state.h"

#define LOG_KEY	 "log.key"
#define LOG_LAST "log.last"
#define SUFFIX	 ".key"

struct named_key {
	char name[KEEPER_NAME_SIZE];
	struct key *key;
};

struct keeper {
	struct key *log;
	struct keeper_state last;
	size_t count;
	struct named_key key[KEEPER_KEYS_MAX];
};


static void path_of(char out[PATH_MAX], const char *folder, const char *name)
{
	(void)snprintf(out, PATH_MAX, "%s/%s", folder, name);
}


static bool there(const char *folder, const char *name)
{
	char path[PATH_MAX];

	path_of(path, folder, name);

	return access(path, F_OK) == 0;
}


/* Make a key file; *out (may be NULL) gets the hash of its public half. */
static int make_key(struct hash *out, const char *folder, const char *name, struct fault *f)
{
	char path[PATH_MAX];
	struct key *k = NULL;
	int err = key_generate(&k);

	if (err)
		return err;
	path_of(path, folder, name);
	err = key_save(k, path, f);
	if (out)
		key_hash(out, key_public(k));
	key_free(k);

	return err;
}


/* The names of new files are durable once their folder is. */
static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = fd < 0 || fsync(fd) ? err_errno(errno) : 0;

	if (fd >= 0)
		(void)close(fd);

	return err;
}


static int make_log(const char *folder, struct fault *f)
{
	char key[PATH_MAX], last[PATH_MAX];
	struct hash h;
	int fd, err;

	path_of(key, folder, LOG_KEY);
	path_of(last, folder, LOG_LAST);
	err = make_key(&h, folder, LOG_KEY, f);
	if (err)
		return err;
	fd = open(last, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	err = fd < 0 ? err_errno(errno) : keeper_state_begin(fd, &h);
	if (fd >= 0)
		(void)close(fd);
	if (!err)
		err = sync_folder(folder);
	if (err) {
		(void)unlink(key);
		(void)unlink(last);
		return fault_set(f, err, "%s cannot be written: %s.", last, err_text(err));
	}

	return 0;
}


int keeper_setup(const char *folder, struct fault *f)
{
	bool key, last;
	int err = 0;

	if (mkdir(folder, 0700) && errno != EEXIST)
		return fault_set(f, err_errno(errno), "The folder %s cannot be made: %s.",
				 folder, strerror(errno));
	key = there(folder, LOG_KEY);
	last = there(folder, LOG_LAST);
	if (key != last)
		return fault_set(f, E_CORRUPT,
				 "%s/%s is missing: the log cannot go on under its key; begin "
				 "a new log.",
				 folder, key ? LOG_LAST : LOG_KEY);
	if (!key)
		err = make_log(folder, f);
	if (!err && !there(folder, KEEPER_RECORDER SUFFIX))
		err = make_key(NULL, folder, KEEPER_RECORDER SUFFIX, f);

	return err;
}


int keeper_new_seal(const char *folder, const char *party, struct fault *f)
{
	char name[KEEPER_NAME_SIZE + sizeof(SUFFIX)];

	if (!text_id(party))
		return fault_set(f, E_RANGE, "\"%s\" is no id of a party.", party);
	(void)snprintf(name, sizeof(name), KEEPER_SEAL "%s" SUFFIX, party);

	return make_key(NULL, folder, name, f);
}


static int retire(const char *folder, const char *name, const struct hash *h, struct fault *f)
{
	char from[PATH_MAX], to[PATH_MAX], retired[80], digits[9];

	text_hex(digits, h->b, 4);
	(void)snprintf(retired, sizeof(retired), "log-%s.%s", digits,
		       text_eq(name, LOG_KEY) ? "retired" : "last");
	path_of(from, folder, name);
	path_of(to, folder, retired);
	if (rename(from, to))
		return fault_set(f, err_errno(errno), "%s cannot be put away: %s.", from,
				 strerror(errno));

	return 0;
}


int keeper_new_log(const char *folder, struct fault *f)
{
	char path[PATH_MAX];
	struct key *k = NULL;
	struct hash h;
	int err;

	path_of(path, folder, LOG_KEY);
	err = key_load(&k, path, f);
	if (err)
		return err;
	key_hash(&h, key_public(k));
	key_free(k);
	err = retire(folder, LOG_KEY, &h, f);
	if (!err && there(folder, LOG_LAST))
		err = retire(folder, LOG_LAST, &h, f);

	return err ? err : make_log(folder, f);
}


void keeper_close(struct keeper *k)
{
	if (!k)
		return;

	if (k->last.fd >= 0)
		(void)close(k->last.fd);
	key_free(k->log);
	for (size_t i = 0; i < k->count; i++)
		key_free(k->key[i].key);
	free(k);
}


int keeper_descriptor(const struct keeper *k)
{
	return k->last.fd;
}


static int by_name(const void *a, const void *b)
{
	const struct named_key *x = a, *y = b;

	return strcmp(x->name, y->name);
}


/* One file of the folder, when it is a key that signs leaves. */
static int load_named(struct keeper *k, const char *folder, const char *file, struct fault *f)
{
	struct named_key *to = &k->key[k->count];
	size_t len = strlen(file);
	char path[PATH_MAX];
	int err;

	if (len <= strlen(SUFFIX) || !text_eq(file + len - strlen(SUFFIX), SUFFIX) ||
	    text_eq(file, LOG_KEY))
		return 0;
	path_of(path, folder, file);
	len -= strlen(SUFFIX);
	if (k->count == KEEPER_KEYS_MAX)
		return fault_set(f, E_RANGE, "There are more than %d keys in %s.",
				 KEEPER_KEYS_MAX, folder);
	if (len < sizeof(to->name))
		memcpy(to->name, file, len);
	if (!text_eq(to->name, KEEPER_RECORDER) &&
	    !(text_starts(to->name, KEEPER_SEAL) && text_id(to->name + strlen(KEEPER_SEAL))))
		return fault_set(f, E_SYNTAX,
				 "%s is neither recorder.key nor seal-PARTY.key; take it away.",
				 path);
	err = key_load(&to->key, path, f);
	if (!err)
		k->count++;

	return err;
}


static int load_folder(struct keeper *k, const char *folder, struct fault *f)
{
	DIR *dir = opendir(folder);
	const struct dirent *d;
	int err = 0;

	if (!dir)
		return fault_set(f, err_errno(errno), "The folder %s cannot be read: %s.",
				 folder, strerror(errno));
	while (!err && (d = readdir(dir)))
		err = load_named(k, folder, d->d_name, f);
	(void)closedir(dir);
	qsort(k->key, k->count, sizeof(k->key[0]), by_name);

	return err;
}


static int load_last(struct keeper *k, const char *folder, struct fault *f)
{
	char path[PATH_MAX];
	struct hash h;
	int err;

	path_of(path, folder, LOG_LAST);
	k->last.fd = open(path, O_RDWR | O_CLOEXEC);
	if (k->last.fd < 0)
		return fault_set(f, err_errno(errno), "%s cannot be opened: %s.", path,
				 strerror(errno));
	if (flock(k->last.fd, LOCK_EX | LOCK_NB))
		return fault_set(f, E_BUSY, "Another keeper uses %s.", folder);
	key_hash(&h, key_public(k->log));
	err = keeper_state_load(&k->last, k->last.fd, &h);
	if (err)
		return fault_set(f, err,
				 "%s is damaged or of another key: the log cannot go on under "
				 "its key; begin a new log.",
				 path);

	return 0;
}


int keeper_open(struct keeper **out, const char *folder, struct fault *f)
{
	struct keeper *k = mem_zero(1, sizeof(*k));
	char path[PATH_MAX];
	int err;

	k->last.fd = -1;
	path_of(path, folder, LOG_KEY);
	err = key_load(&k->log, path, f);
	if (!err)
		err = load_last(k, folder, f);
	if (!err)
		err = load_folder(k, folder, f);
	if (err) {
		keeper_close(k);
		return err;
	}
	*out = k;

	return 0;
}


static int refuse(struct keeper_reply *out, int err, const char *why)
{
	(void)text_copy(out->text, sizeof(out->text), why);

	return err;
}


static int public_keys(struct keeper_reply *out, struct keeper *k,
		       const struct keeper_request *in)
{
	(void)in;
	out->log = *key_public(k->log);
	out->size = k->last.size;
	out->root = k->last.root;
	out->count = k->count;
	for (size_t i = 0; i < k->count; i++) {
		memcpy(out->name[i].name, k->key[i].name, sizeof(out->name[i].name));
		out->name[i].key = *key_public(k->key[i].key);
	}

	return 0;
}


static const struct key *find(const struct keeper *k, const char *name)
{
	for (size_t i = 0; i < k->count; i++)
		if (text_eq(k->key[i].name, name))
			return k->key[i].key;

	return NULL;
}


static int sign_leaves(struct keeper_reply *out, struct keeper *k,
		       const struct keeper_request *in)
{
	/* All or nothing: no signature is made before every key is found. */
	for (size_t i = 0; i < in->count; i++)
		if (!find(k, in->leaf[i].key))
			return refuse(out, E_ABSENT, "The keeper has no key of that name.");
	for (size_t i = 0; i < in->count; i++)
		leaf_sign(&out->leaf[i], &in->leaf[i].checksum, find(k, in->leaf[i].key));
	out->count = in->count;

	return 0;
}


/* Does the head continue the last one?  NULL when it does, else why not. */
static const char *discontinuity(const struct keeper_state *last, const struct keeper_head *h)
{
	struct hash empty;

	if (h->size < last->size)
		return "The checkpoint is smaller than the last one signed: leaves are missing.";
	if (last->size > 0)
		return merkle_verify_consistency(last->size, h->size, &last->root, &h->root,
						 &h->proof)
			       ? "The checkpoint does not continue the last one signed: the log "
				 "was altered."
			       : NULL;
	merkle_empty(&empty);

	return h->proof.count || (h->size == 0 && !hash_eq(&empty, &h->root))
		       ? "The first checkpoint needs no proof, and the empty one has its root."
		       : NULL;
}


static int sign_checkpoint(struct keeper_reply *out, struct keeper *k,
			   const struct keeper_request *in)
{
	const struct keeper_head *h = &in->head;
	const char *why = discontinuity(&k->last, h);
	struct checkpoint cp = { .size = h->size, .root = h->root };
	struct buf body;
	int err = 0;

	if (why)
		return refuse(out, E_CRYPTO, why);
	if (h->size > k->last.size)
		err = keeper_state_save(&k->last, h->size, &h->root);
	if (err)
		return refuse(out, err, "The checkpoint could not be remembered.");

	checkpoint_origin(cp.origin, key_public(k->log));
	buf_init(&body, 0);
	checkpoint_body(&body, &cp);
	key_sign(out->signature, k->log, body.data, body.len);
	buf_clear(&body);

	return 0;
}


void keeper_answer(struct keeper_reply *out, struct keeper *k, const struct keeper_request *in)
{
	static int (*const table[])(struct keeper_reply *, struct keeper *,
				    const struct keeper_request *) = {
		[KEEPER_PUBLIC_KEYS] = public_keys,
		[KEEPER_SIGN_LEAVES] = sign_leaves,
		[KEEPER_SIGN_CHECKPOINT] = sign_checkpoint,
	};

	memset(out, 0, sizeof(*out));
	out->op = in->op;
	out->err = table[in->op](out, k, in);
}
