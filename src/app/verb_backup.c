/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * verb_backup.c: back up while serving; restore with proof.
 *
 * A backup is a folder: comity.sqlite3, the format of the data folder, the newest checkpoint,
 * and (asked for) the keys.  A restored folder does not serve until its ledger is settled:
 * either it continues the log, which needs the newest checkpoint that was published, or it
 * begins a new one.  An older state never silently continues a published log.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/centre.h"
#include "app/data.h"
#include "app/spawn.h"
#include "app/verb.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/audit.h"
#include "store/migrate.h"
#include "store/store.h"

struct call {
	const char *data;
	const char *to;
	const char *from;
	const char *keys;
	const char *checkpoint;
	const char *reason;
	bool with_keys;
	bool new_log;
};


static int copy_file(const char *from, const char *to, mode_t mode, struct fault *f)
{
	char chunk[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	ssize_t n = -1;
	bool ok = in >= 0 && out >= 0;

	while (ok && (n = read(in, chunk, sizeof(chunk))) > 0)
		ok = write(out, chunk, (size_t)n) == n;
	ok = ok && n == 0 && fsync(out) == 0;
	if (!ok)
		(void)fault_set(f, err_errno(errno), "%s cannot be copied to %s: %s.", from, to,
				strerror(errno));
	if (in >= 0)
		(void)close(in);
	if (out >= 0)
		(void)close(out);

	return ok ? 0 : E_IO;
}


static int copy_folder(const char *from, const char *to, struct fault *f)
{
	DIR *dir = opendir(from);
	const struct dirent *e;
	int err = 0;

	if (!dir)
		return fault_set(f, err_errno(errno), "%s cannot be read: %s.", from,
				 strerror(errno));
	if (mkdir(to, 0700) && errno != EEXIST)
		err = fault_set(f, err_errno(errno), "%s cannot be made: %s.", to,
				strerror(errno));
	while (!err && (e = readdir(dir)) != NULL) {
		char a[DATA_PATH * 2], b[DATA_PATH * 2];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(a, sizeof(a), "%s/%s", from, e->d_name);
		(void)snprintf(b, sizeof(b), "%s/%s", to, e->d_name);
		err = copy_file(a, b, 0600, f);
	}
	(void)closedir(dir);

	return err;
}


static int write_text(const char *folder, const char *name, const char *text, struct fault *f)
{
	struct data d = { .lock = -1 };

	if (!text_copy(d.path, sizeof(d.path), folder))
		return E_RANGE;

	return data_write(&d, name, text, f);
}


static int backup_store(const struct data *d, const char *to, struct fault *f)
{
	char file[DATA_PATH * 2];
	struct store *st = NULL, *copy = NULL;
	struct buf note;
	int err = store_open(&st, d->store, STORE_READ, f);

	buf_init(&note, 0);
	(void)snprintf(file, sizeof(file), "%s/comity.sqlite3", to);
	if (!err)
		err = store_backup(st, file, f);
	/* The checkpoint is that of the copy, not of what the server has reached since. */
	if (!err)
		err = store_open(&copy, file, STORE_READ, f);
	if (!err)
		err = log_read_checkpoint(&note, copy, 0);
	if (err == E_ABSENT)
		err = 0;
	if (!err)
		err = write_text(to, "checkpoint", note.data, f);
	if (!err)
		err = write_text(to, "format",
				 d->demo ? "comity data 1\ndemo\n" : "comity data 1\nreal\n",
				 f);
	store_close(copy);
	store_close(st);
	buf_clear(&note);

	return err;
}


static int backup(const struct call *c, struct fault *f)
{
	char keys[DATA_PATH * 2];
	struct data d;
	int err = data_open(&d, c->data, true, f);

	if (err)
		return err;
	if (mkdir(c->to, 0700))
		err = fault_set(f, err_errno(errno), "%s cannot be made: %s.", c->to,
				strerror(errno));
	if (!err)
		err = backup_store(&d, c->to, f);
	(void)snprintf(keys, sizeof(keys), "%s/keys", c->to);
	if (!err && c->with_keys)
		err = copy_folder(d.keys, keys, f);
	/* For comity doctor; a folder that only can be read is backed up all the same. */
	if (!err) {
		char at[TIME_TEXT_SIZE];

		time_text(at, time_now());
		(void)!data_write(&d, "backup", at, NULL);
	}
	data_close(&d);

	return err;
}


int verb_backup(int argc, char **argv)
{
	struct call c = { 0 };
	const struct option options[] = { { "data", &c.data, NULL },
					  { "to", &c.to, NULL },
					  { "with-keys", NULL, &c.with_keys },
					  { NULL, NULL, NULL } };
	struct fault f = { 0 };

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (!c.data || !c.to || argc > 1)
		return verb_usage("backup", NULL);
	if (backup(&c, &f))
		return verb_fail(NULL, &f, EXIT_FAILED);
	(void)printf("%s: a backup of %s%s\n", c.to, c.data,
		     c.with_keys ? ", with its keys: guard it as you guard them" : "");

	return EXIT_DONE;
}


static void on_fault(const struct fault *f, void *arg)
{
	(void)arg;
	(void)verb_fail(NULL, f, EXIT_NO);
}


static int verify_store(const char *file, struct fault *f)
{
	struct audit_counts n;
	struct store *st = NULL;
	int err = store_open(&st, file, 0, f);

	if (!err)
		err = migrate(st, f);
	if (!err && audit_store(&n, st, on_fault, NULL, NULL))
		err = fault_set(f, E_CRYPTO, "The backup does not verify; see above.");
	store_close(st);

	return err;
}


static int restore(const struct call *c, struct fault *f)
{
	char from[DATA_PATH * 2], to[DATA_PATH * 2], format[64] = "";
	struct data source = { .lock = -1 }, d = { .lock = -1 };
	int err = 0;

	if (!text_copy(source.path, sizeof(source.path), c->from) ||
	    data_read(format, sizeof(format), &source, "format"))
		return fault_set(f, E_ABSENT, "%s is no backup of comity backup.", c->from);
	if (mkdir(c->data, 0700))
		return fault_set(f, err_errno(errno), "%s cannot be made: %s.", c->data,
				 strerror(errno));
	(void)text_copy(d.path, sizeof(d.path), c->data);
	(void)snprintf(to, sizeof(to), "%s/db", c->data);
	if (mkdir(to, 0700))
		err = fault_set(f, E_IO, "%s cannot be made.", to);
	(void)snprintf(from, sizeof(from), "%s/comity.sqlite3", c->from);
	(void)snprintf(to, sizeof(to), "%s/db/comity.sqlite3", c->data);
	if (!err)
		err = copy_file(from, to, 0600, f);
	if (!err)
		err = verify_store(to, f);
	(void)snprintf(from, sizeof(from), "%s/keys", c->keys ? c->keys : c->from);
	(void)snprintf(to, sizeof(to), "%s/keys", c->data);
	if (!err && (c->keys || access(from, F_OK) == 0))
		err = copy_folder(c->keys ? c->keys : from, to, f);
	else if (!err)
		err = keeper_setup(to, f);
	if (!err)
		err = data_mark_restored(&d, true, f);
	if (!err)
		err = data_write(&d, "format", format, f);

	return err;
}


/* Where the restored log stands: its last leaf, and its last checkpoint. */
static int read_standing(struct checkpoint standing[2], struct store *st,
			 const struct note_key *key, struct arena *a, struct fault *f)
{
	struct log *log = NULL;
	struct note parsed;
	struct buf note;
	int err = log_open(&log, st, f);

	buf_init(&note, 0);
	if (!err) {
		log_head(&standing[0], log);
		err = log_read_checkpoint(&note, st, 0);
	}
	if (!err)
		err = checkpoint_open(&standing[1], &parsed, a, note.data, note.len, key, f);
	log_close(log);
	buf_clear(&note);

	return err;
}


/* The newest published checkpoint must be exactly where the restored log stands. */
static int compare_checkpoint(const struct call *c, struct store *st, struct fault *f)
{
	struct checkpoint published, standing[2];
	struct arena *a = arena_new(4096);
	struct log_info info;
	struct note_key key;
	struct note note;
	char *text = NULL;
	size_t len = 0;
	int err = verb_read(&text, &len, c->checkpoint, 65536, f);

	if (!err)
		err = log_info(&info, st, 0);
	if (!err) {
		checkpoint_key(&key, &info.key);
		err = checkpoint_open(&published, &note, a, text, len, &key, f);
	}
	if (!err)
		err = read_standing(standing, st, &key, a, f);
	arena_free(a);
	free(text);
	if (err)
		return err;
	for (int i = 0; i < 2; i++)
		if (standing[i].size == published.size &&
		    memcmp(&standing[i].root, &published.root, sizeof(published.root)) == 0)
			return 0;

	return fault_set(
		f, E_CRYPTO,
		"The published checkpoint has %llu leaves, the restored log %llu, or they "
		"differ: the log was published further. Restore a newer backup, or begin a "
		"new log (--new-log).",
		(unsigned long long)published.size, (unsigned long long)standing[0].size);
}


static int settle_by_checkpoint(const struct call *c, const struct data *d, struct fault *f)
{
	struct own_centre own;
	struct store *st = NULL;
	int err = store_open(&st, d->store, STORE_READ, f);

	if (!err)
		err = compare_checkpoint(c, st, f);
	store_close(st);
	/* Opening with the keeper makes sure that the keys go with the log. */
	if (!err)
		err = own_centre_open(&own, d, f);
	if (!err)
		own_centre_close(&own);

	return err;
}


/* Leaf 0 of the new log commits to the last checkpoint of the one before. */
static int begin_new_log(struct keeper_door *door, struct store *st, struct fault *f)
{
	struct keeper_reply *keys = mem_zero(1, sizeof(*keys));
	struct act_outcome last = { 0 };
	const struct act_outcome *acts[] = { &last };
	struct signer *signer = keeper_door_signer(door);
	struct log_entry entry = { 0 };
	struct log *log = NULL;
	struct buf note;
	int err = keeper_door_keys(keys, door);

	buf_init(&note, 0);
	if (!err)
		err = log_read_checkpoint(&note, st, 0);
	last.record = note.data;
	last.record_len = note.len;
	if (!err) {
		signer->ask_leaves(signer, acts, 1);
		err = signer->take_leaves(signer, &entry);
	}
	if (!err)
		err = store_begin(st);
	if (!err) {
		struct log_prior prior = { note.data, note.len, entry.leaf };

		err = log_begin(&log, st, &keys->log, &prior, time_now(), f);
		if (!err)
			err = keeper_door_note_keys(door, st, time_now());
		if (!err)
			err = store_commit(st);
		else
			store_rollback(st);
		if (log && !err)
			log_commit(log);
	}
	log_close(log);
	buf_clear(&note);
	free(keys);

	return err;
}


static int start_keeper(pid_t *pid, int *control, int *link, const struct data *d,
			struct fault *f)
{
	const char *args[] = { d->keys, NULL };
	enum role_word word;
	int pair[2], fd = -1;

	if (role_pair(pair) || role_spawn(pid, control, "keeper", args, &pair[1], 1))
		return fault_set(f, E_IO, "The keeper cannot be started.");
	(void)close(pair[1]);
	*link = pair[0];
	if (role_receive(*control, &word, &fd) || word != ROLE_READY)
		return fault_set(f, E_IO, "The keeper did not start; its words are above.");

	return 0;
}


/* What stands in the record about the log that ends here. */
static int record_beginning(const struct call *c, const struct data *d,
			    const struct log_info *before, struct fault *f)
{
	struct own_centre own;
	struct arena *a = arena_new(1 << 14);
	char id[RAND_UUID_SIZE];
	struct act_job job = { .arena = a,
			       .seat = { .operator_ = true, .office = "operator" },
			       .request = { id, "ledger.begin", "ledger", NULL, FIELD_NONE } };
	json_t *body = json_pack("{s:s, s:I, s:s}", "origin", before->origin, "size",
				 (json_int_t)before->size, "reason", c->reason);
	int err = own_centre_open(&own, d, f);

	rand_uuid(id);
	job.request.body = body;
	if (!err) {
		err = centre_act(&own.centre, &job);
		if (err)
			*f = job.fault;
		own_centre_close(&own);
	}
	json_decref(body);
	arena_free(a);

	return err;
}


static int settle_by_new_log(const struct call *c, const struct data *d, struct fault *f)
{
	struct log_info before;
	struct keeper_door *door = NULL;
	struct store *st = NULL;
	int control = -1, link = -1;
	pid_t pid = 0;
	int err = store_open(&st, d->store, 0, f);

	if (!err)
		err = log_info(&before, st, 0);
	if (!err)
		err = keeper_new_log(d->keys, f);
	if (!err)
		err = start_keeper(&pid, &control, &link, d, f);
	if (!err)
		err = keeper_door_open(&door, link);
	if (!err)
		err = begin_new_log(door, st, f);
	keeper_door_close(door);
	store_close(st);
	if (control >= 0)
		role_end(control, pid);

	return err ? err : record_beginning(c, d, &before, f);
}


static int settle(const struct call *c, struct fault *f)
{
	struct data d;
	int err = data_open(&d, c->data, false, f);

	if (err)
		return err;
	if (!data_restored(&d))
		err = fault_set(f, E_RANGE,
				"%s is not a restored folder; nothing is to be settled.",
				c->data);
	if (!err)
		err = c->new_log ? settle_by_new_log(c, &d, f) : settle_by_checkpoint(c, &d, f);
	if (!err)
		err = data_mark_restored(&d, false, f);
	data_close(&d);

	return err;
}


int verb_restore(int argc, char **argv)
{
	struct call c = { 0 };
	const struct option options[] = { { "data", &c.data, NULL },
					  { "from", &c.from, NULL },
					  { "keys", &c.keys, NULL },
					  { "continue", &c.checkpoint, NULL },
					  { "new-log", NULL, &c.new_log },
					  { "reason", &c.reason, NULL },
					  { NULL, NULL, NULL } };
	struct fault f = { 0 };
	int ways;

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	ways = (c.from != NULL) + (c.checkpoint != NULL) + c.new_log;
	if (!c.data || ways != 1 || argc > 1 || (c.new_log && !c.reason))
		return verb_usage("restore", NULL);
	if (c.from ? restore(&c, &f) : settle(&c, &f))
		return verb_fail(NULL, &f, f.err == E_CRYPTO ? EXIT_NO : EXIT_FAILED);
	if (c.from)
		(void)printf("%s: restored and verified; now settle its ledger:\n%s", c.data,
			     verb_usage_text("restore"));
	else
		(void)printf("%s: settled, it may serve\n", c.data);

	return EXIT_DONE;
}
