/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* log_read.c: what any thread reads of the logs in the store (log.h). */
#include <string.h>

#include "base/mem.h"
#include "ledger/log.h"
#include "store/store.h"


/* A blob of exactly that length. */
static int bytes(void *out, size_t len, const struct store_rows *rows, int col)
{
	size_t got;
	const void *p = store_blob(rows, col, &got);

	if (!p || got != len)
		return E_CORRUPT;
	memcpy(out, p, len);

	return 0;
}


int log_info(struct log_info *out, struct store *st, int64_t log)
{
	struct store_rows *rows = NULL;
	int64_t size = 0;
	int err = log ? store_query(&rows, st, "SELECT log, key FROM ledger_log WHERE log = $1",
				    "i", log)
		      : store_query(&rows, st,
				    "SELECT log, key FROM ledger_log ORDER BY log DESC LIMIT 1",
				    "");

	if (err)
		return err;
	if (store_next(rows, &err)) {
		out->number = store_int(rows, 0);
		err = bytes(out->key.b, sizeof(out->key.b), rows, 1);
	} else if (!err) {
		err = E_ABSENT;
	}
	store_done(rows);
	if (err)
		return err;

	checkpoint_origin(out->origin, &out->key);
	err = store_get_int(&size, st,
			    "SELECT size FROM ledger_checkpoint WHERE log = $1"
			    " ORDER BY size DESC LIMIT 1",
			    "i", out->number);
	out->size = (uint64_t)size;

	return err == E_ABSENT ? 0 : err;
}


int log_standing(struct log_standing *out, struct store *st)
{
	struct store_rows *rows = NULL;
	int err;

	*out = (struct log_standing){ 0 };
	err = store_get_int(&out->log, st, "SELECT coalesce(max(log), 0) FROM ledger_log", "");
	if (!err)
		err = store_get_int(
			&out->leaves, st,
			"SELECT coalesce(max(idx) + 1, 0) FROM ledger_leaf WHERE log = $1", "i",
			out->log);
	if (!err)
		err = store_query(&rows, st,
				  "SELECT size, at FROM ledger_checkpoint WHERE log = $1"
				  " ORDER BY size DESC LIMIT 1",
				  "i", out->log);
	if (!err && store_next(rows, &err)) {
		out->size = store_int(rows, 0);
		out->at = store_int(rows, 1);
	}
	store_done(rows);

	return err;
}


int log_read_checkpoint(struct buf *out, struct store *st, int64_t log)
{
	struct store_rows *rows = NULL;
	int err = log ? store_query(&rows, st,
				    "SELECT note FROM ledger_checkpoint WHERE log = $1"
				    " ORDER BY size DESC LIMIT 1",
				    "i", log)
		      : store_query(&rows, st,
				    "SELECT note FROM ledger_checkpoint"
				    " ORDER BY log DESC, size DESC LIMIT 1",
				    "");

	if (err)
		return err;
	if (store_next(rows, &err))
		buf_str(out, store_text(rows, 0));
	else if (!err)
		err = E_ABSENT;
	store_done(rows);

	return err ? err : out->err;
}


static int query_tile(struct store_rows **out, const struct log_source *s, const struct tile *t)
{
	int64_t first = (int64_t)(t->index * TILE_WIDTH);
	int64_t end = first + t->width;

	if (t->level == TILE_ENTRIES)
		return store_query(out, s->st,
				   "SELECT leaf FROM ledger_leaf WHERE log = $1 AND idx >= $2"
				   " AND idx < $3 ORDER BY idx",
				   "iii", s->log, first, end);
	if (t->level == 0)
		return store_query(out, s->st,
				   "SELECT hash FROM ledger_leaf WHERE log = $1 AND idx >= $2"
				   " AND idx < $3 ORDER BY idx",
				   "iii", s->log, first, end);

	return store_query(out, s->st,
			   "SELECT hash FROM ledger_node WHERE log = $1 AND level = $2"
			   " AND idx >= $3 AND idx < $4 ORDER BY idx",
			   "iiii", s->log, (int64_t)t->level, first, end);
}


int log_fetch(struct hash *out, const struct tile *t, void *source)
{
	struct store_rows *rows = NULL;
	unsigned n = 0;
	int err = query_tile(&rows, source, t);

	if (err)
		return err;
	while (!err && n < t->width && store_next(rows, &err)) {
		err = bytes(out[n].b, sizeof(out[n].b), rows, 0);
		n++;
	}
	store_done(rows);

	return err ? err : n == t->width ? 0 : E_CORRUPT;
}


static int read_hashes(struct buf *out, struct log_source *s, const struct tile *t)
{
	struct hash hash[TILE_WIDTH];
	int err = log_fetch(hash, t, s);

	if (!err)
		buf_add(out, hash, t->width * sizeof(hash[0]));

	return err;
}


static int read_entries(struct buf *out, struct log_source *s, const struct tile *t)
{
	struct store_rows *rows = NULL;
	unsigned n = 0;
	int err = query_tile(&rows, s, t);

	if (err)
		return err;
	while (!err && store_next(rows, &err)) {
		struct leaf l;

		err = bytes(&l, sizeof(l), rows, 0);
		buf_u16(out, sizeof(l));
		buf_add(out, &l, sizeof(l));
		n++;
	}
	store_done(rows);

	return err ? err : n == t->width ? 0 : E_CORRUPT;
}


int log_read_tile(struct buf *out, struct store *st, int64_t log, const struct tile *t)
{
	struct log_source source;
	struct log_info info;
	int err = log_info(&info, st, log);

	if (err)
		return err;
	if (!tile_exists(t, info.size))
		return E_ABSENT;

	source = (struct log_source){ st, info.number };
	err = t->level == TILE_ENTRIES ? read_entries(out, &source, t)
				       : read_hashes(out, &source, t);

	return err ? err : out->err;
}


int log_find(int64_t *log, uint64_t *index, struct leaf *leaf, struct store *st, int64_t seq)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT log, idx, leaf FROM ledger_leaf WHERE seq = $1"
			      " ORDER BY log, idx LIMIT 1",
			      "i", seq);

	if (err)
		return err;
	if (store_next(rows, &err)) {
		*log = store_int(rows, 0);
		*index = (uint64_t)store_int(rows, 1);
		err = bytes(leaf, sizeof(*leaf), rows, 2);
	} else if (!err) {
		err = E_ABSENT;
	}
	store_done(rows);

	return err;
}


/* The path of one leaf to the root of the checkpoint in the note. */
static int find_path(struct merkle_proof *path, struct log_source *source, uint64_t index,
		     const struct buf *note, struct fault *f)
{
	struct tile_reader *r;
	struct checkpoint cp;
	const char *end = strstr(note->data, "\n\n");
	int err = end ? checkpoint_parse(&cp, note->data, (size_t)(end + 1 - note->data), f)
		      : E_CORRUPT;

	if (err)
		return E_CORRUPT;
	if (index >= cp.size)
		return fault_set(f, E_ABSENT, "No checkpoint covers this act yet.");

	r = tile_reader_new(cp.size, log_fetch, source);
	err = merkle_inclusion(path, index, cp.size, tile_read, r);
	tile_reader_free(r);

	return err;
}


int log_proofs(struct buf *sigsum, struct buf *tlog, struct store *st, int64_t seq,
	       struct fault *f)
{
	struct log_source source = { .st = st };
	struct merkle_proof path;
	struct leaf leaf;
	struct buf note;
	struct proof_parts parts = { .leaf = &leaf, .path = &path };
	int err = log_find(&source.log, &parts.index, &leaf, st, seq);

	if (err == E_ABSENT)
		return fault_set(f, err, "This act has no leaf.");
	if (err)
		return err;

	buf_init(&note, 0);
	err = log_read_checkpoint(&note, st, source.log);
	if (err == E_ABSENT)
		err = fault_set(f, err, "No checkpoint covers this act yet.");
	if (!err)
		err = find_path(&path, &source, parts.index, &note, f);
	parts.note = note.data;
	parts.note_len = note.len;
	if (!err && sigsum)
		err = proof_write(sigsum, PROOF_SIGSUM, &parts, f);
	if (!err && tlog)
		err = proof_write(tlog, PROOF_TLOG, &parts, f);
	buf_clear(&note);

	return err ? err : sigsum && sigsum->err ? sigsum->err : tlog ? tlog->err : 0;
}


int log_proof(struct buf *out, struct store *st, int64_t seq, enum proof_kind kind,
	      struct fault *f)
{
	return kind == PROOF_SIGSUM ? log_proofs(out, NULL, st, seq, f)
				    : log_proofs(NULL, out, st, seq, f);
}


int log_write_keys(struct buf *out, struct store *st)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT key, name FROM ledger_key ORDER BY since, name", "");

	while (!err && store_next(rows, &err)) {
		char line[KEY_LINE_SIZE];
		struct public_key key;
		size_t len = 0;
		const void *bytes = store_blob(rows, 0, &len);

		if (len != sizeof(key.b))
			continue;
		memcpy(key.b, bytes, len);
		key_line(line, &key, store_text(rows, 1));
		buf_printf(out, "%s\n", line);
	}
	store_done(rows);

	return err;
}


int log_write_policy(struct buf *out, struct store *st)
{
	char hex[KEY_HEX_SIZE];
	struct log_info info;
	int err = log_info(&info, st, 0);

	if (err)
		return err;
	key_hex(hex, &info.key);
	buf_printf(out, "log %s\nquorum none\n", hex);

	return 0;
}
