/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/proof.h"

#define SIGSUM_ORIGIN "sigsum.org/v1/tree/"
#define TLOG_HEAD     "c2sp.org/tlog-proof@v1"

enum {
	LINE_LEN = 512,
	HEX_HASH = 64,
	COSIGNED = 8 + KEY_SIGNATURE, /* bytes of a cosignature in a note */
};

/* A text being read line by line. */
struct lines {
	const char *at;
	const char *end;
	int number; /* of the line last read */
	struct fault *f;
	char line[LINE_LEN];
};


static int bad(struct lines *l, const char *why)
{
	fault_at(l->f, NULL, l->number, 1);

	return fault_set(l->f, E_SYNTAX, "This is no proof: %s.", why);
}


/* The next line without its newline; false at the end and for what cannot be a line. */
static bool next(struct lines *l)
{
	const char *stop = memchr(l->at, '\n', (size_t)(l->end - l->at));
	size_t len;

	l->number++;
	if (!stop)
		return false;
	len = (size_t)(stop - l->at);
	if (len >= sizeof(l->line) || memchr(l->at, '\0', len))
		return false;
	memcpy(l->line, l->at, len);
	l->line[len] = '\0';
	l->at = stop + 1;

	return true;
}


/* Does the next line begin so? */
static bool follows(const struct lines *l, const char *prefix)
{
	size_t n = strlen(prefix);

	return (size_t)(l->end - l->at) > n && memcmp(l->at, prefix, n) == 0;
}


/* The value of the next line, which must be "key=value". */
static const char *value(struct lines *l, const char *key)
{
	size_t n = strlen(key);

	if (!next(l) || strncmp(l->line, key, n) != 0 || l->line[n] != '=')
		return NULL;

	return l->line + n + 1;
}


/* Hexadecimal up to a space or the end; *s moves behind it. */
static bool hex(void *out, size_t len, const char **s)
{
	char digits[2 * KEY_SIGNATURE + 1];
	size_t n = strcspn(*s, " ");

	if (n != 2 * len || n >= sizeof(digits))
		return false;
	memcpy(digits, *s, n);
	digits[n] = '\0';
	*s += n;
	if (**s == ' ')
		++*s;

	return text_unhex(out, len, digits) == 0;
}


static bool hex_value(void *out, size_t len, struct lines *l, const char *key)
{
	const char *s = value(l, key);

	return s && hex(out, len, &s) && !*s && s[-1] != ' ';
}


static bool int_value(uint64_t *out, struct lines *l, const char *key)
{
	const char *s = value(l, key);
	int64_t v;

	if (!s || *s == '-' || text_int(&v, s, 0, INT64_MAX))
		return false;
	*out = (uint64_t)v;

	return true;
}


static int sigsum_head(struct proof *out, struct lines *l)
{
	struct hash log;
	const char *s;

	if (!next(l) || !text_eq(l->line, "version=2"))
		return bad(l, "its first line should be version=2");
	s = value(l, "log");
	if (!s || strlen(s) != HEX_HASH || !hex(log.b, DIGEST_SIZE, &s))
		return bad(l, "the second line should be log= and the hash of the log's key");
	memcpy(out->head.origin, SIGSUM_ORIGIN, sizeof(SIGSUM_ORIGIN));
	text_hex(out->head.origin + strlen(SIGSUM_ORIGIN), log.b, DIGEST_SIZE);
	s = value(l, "leaf");
	if (!s || !hex(out->leaf.key.b, DIGEST_SIZE, &s) ||
	    !hex(out->leaf.signature, KEY_SIGNATURE, &s) || *s || s[-1] == ' ')
		return bad(l, "the third line should be leaf=, a key's hash and a signature");
	if (!next(l) || l->line[0])
		return bad(l, "a blank line should follow the leaf");

	return 0;
}


static int sigsum_cosignature(struct proof *out, struct lines *l)
{
	struct proof_cosignature *c = &out->cosignature[out->cosignatures];
	char number[24] = "";
	const char *s;
	int64_t at;
	size_t n;

	if (out->cosignatures == NOTE_SIGNATURES)
		return bad(l, "it has too many cosignatures");
	s = value(l, "cosignature");
	if (!s || !hex(c->key.b, DIGEST_SIZE, &s))
		return bad(l, "a cosignature has no key hash");
	n = strcspn(s, " ");
	if (n < sizeof(number))
		memcpy(number, s, n);
	s += n + (s[n] == ' ');
	if (number[0] == '-' || text_int(&at, number, 0, INT64_MAX) ||
	    !hex(c->signature, KEY_SIGNATURE, &s) || *s || s[-1] == ' ')
		return bad(l, "a cosignature should be key hash, seconds and signature");
	for (size_t i = 0; i < out->cosignatures; i++)
		if (hash_eq(&out->cosignature[i].key, &c->key))
			return bad(l, "a witness has signed twice");
	c->time_s = (uint64_t)at;
	out->cosignatures++;

	return 0;
}


static int sigsum_tree(struct proof *out, struct lines *l)
{
	if (!int_value(&out->head.size, l, "size") || out->head.size == 0)
		return bad(l, "here should be size= and the number of leaves");
	if (!hex_value(out->head.root.b, DIGEST_SIZE, l, "root_hash"))
		return bad(l, "here should be root_hash= and the root");
	if (!hex_value(out->log_signature, KEY_SIGNATURE, l, "signature"))
		return bad(l, "here should be signature= and the log's signature");
	while (follows(l, "cosignature=")) {
		int err = sigsum_cosignature(out, l);

		if (err)
			return err;
	}

	return 0;
}


static int sigsum_path(struct proof *out, struct lines *l)
{
	if (!next(l) || l->line[0])
		return bad(l, "a blank line should follow the tree head");
	if (!int_value(&out->index, l, "leaf_index") || out->index >= out->head.size)
		return bad(l, "here should be leaf_index= and a number below the size");
	while (follows(l, "node_hash=")) {
		if (out->path.count == MERKLE_PROOF_MAX)
			return bad(l, "its path is too long");
		if (!hex_value(out->path.hash[out->path.count++].b, DIGEST_SIZE, l,
			       "node_hash"))
			return bad(l, "here should be node_hash= and a hash");
	}

	return 0;
}


static int parse_sigsum(struct proof *out, struct lines *l)
{
	int err = sigsum_head(out, l);

	out->kind = PROOF_SIGSUM;
	if (!err)
		err = sigsum_tree(out, l);
	/* With one leaf there is no path, and its part is left out. */
	if (!err && out->head.size > 1)
		err = sigsum_path(out, l);
	if (!err && l->at != l->end) {
		l->number++;
		err = bad(l, "nothing should follow");
	}

	return err;
}


static int tlog_head(struct proof *out, struct lines *l)
{
	size_t room = sizeof(out->leaf);
	int64_t index;

	if (!next(l) || !text_eq(l->line, TLOG_HEAD))
		return bad(l, "its first line should be " TLOG_HEAD);
	if (!next(l) || !text_starts(l->line, "extra ") ||
	    text_unbase64(&out->leaf, &room, l->line + 6, strlen(l->line + 6), false) ||
	    room != sizeof(out->leaf))
		return bad(l, "here should be extra and the 128 bytes of the leaf in base64");
	if (!next(l) || !text_starts(l->line, "index ") || l->line[6] == '-' ||
	    text_int(&index, l->line + 6, 0, INT64_MAX))
		return bad(l, "here should be index and a number");
	out->index = (uint64_t)index;

	for (;;) {
		struct hash *h = &out->path.hash[out->path.count];

		if (!next(l))
			return bad(l, "a blank line should follow the path");
		if (!l->line[0])
			return 0;
		room = sizeof(h->b);
		if (out->path.count == MERKLE_PROOF_MAX ||
		    text_unbase64(h->b, &room, l->line, strlen(l->line), false) ||
		    room != sizeof(h->b))
			return bad(l, "here should be a hash of the path in base64");
		out->path.count++;
	}
}


/* Every line of the note that could be a cosignature; whose it is shows in verifying. */
static void tlog_cosignatures(struct proof *out)
{
	for (size_t i = 0; i < out->note.count; i++) {
		const struct note_signature *s = &out->note.signature[i];
		struct proof_cosignature *c = &out->cosignature[out->cosignatures];
		const uint8_t *signature;

		if (checkpoint_cosignature(&c->time_s, &signature, s))
			continue;
		c->name = s->name;
		c->id = s->id;
		memcpy(c->signature, signature, KEY_SIGNATURE);
		out->cosignatures++;
	}
}


static int parse_tlog(struct proof *out, struct arena *a, struct lines *l)
{
	struct fault f = { 0 };
	int err = tlog_head(out, l);

	out->kind = PROOF_TLOG;
	if (err)
		return err;
	err = note_parse(&out->note, a, l->at, (size_t)(l->end - l->at), &f);
	if (!err)
		err = checkpoint_parse(&out->head, out->note.text, out->note.text_len, &f);
	if (err) {
		l->number += f.line;
		fault_at(l->f, NULL, l->number, 1);
		return fault_set(l->f, err, "%s", f.text);
	}
	tlog_cosignatures(out);

	return 0;
}


int proof_parse(struct proof *out, struct arena *a, const char *s, size_t len, struct fault *f)
{
	struct lines l = { .at = s, .end = s + len, .f = f };

	memset(out, 0, sizeof(*out));
	if (len > PROOF_MAX)
		return fault_set(f, E_TOOBIG, "A proof has at most %d bytes.", PROOF_MAX);
	if (follows(&l, TLOG_HEAD))
		return parse_tlog(out, a, &l);
	if (follows(&l, "version="))
		return parse_sigsum(out, &l);
	l.number = 1;

	return bad(&l, "it begins neither with version= nor with " TLOG_HEAD);
}


static int wrong(struct fault *f, const char *what, const char *why)
{
	fault_at(f, what, 0, 0);

	return fault_set(f, E_CRYPTO, "%s", why);
}


static int unknown_key(struct fault *f, const char *of, const struct hash *key)
{
	char digits[HEX_HASH + 1];

	text_hex(digits, key->b, sizeof(key->b));
	fault_at(f, "key", 0, 0);

	return fault_set(f, E_CRYPTO,
			 "%s is signed by the key with the hash %s, which is not among the "
			 "trusted ones.",
			 of, digits);
}


static int verify_checkpoint(const struct proof *p, const struct trust *t,
			     const struct buf *body, struct fault *f)
{
	const struct note_key *log = trust_log(t, p->head.origin);
	int err;

	if (!log) {
		fault_at(f, "key", 0, 0);
		return fault_set(f, E_CRYPTO, "The log %s is not among the trusted ones.",
				 p->head.origin);
	}
	if (p->kind == PROOF_TLOG)
		err = note_verify(&p->note, log);
	else
		err = key_verify(&log->key, body->data, body->len, p->log_signature);
	if (err == E_ABSENT)
		return wrong(f, "checkpoint", "The checkpoint is not signed by its log.");

	return err ? wrong(f, "checkpoint",
			   "The log's signature on the checkpoint does not hold: size, root or "
			   "signature were altered.")
		   : 0;
}


static int verify_leaf(const struct leaf *leaf, const struct proof *p, const struct trust *t,
		       struct fault *f)
{
	const struct public_key *k = trust_leaf_key(t, &leaf->key);

	if (!k)
		return unknown_key(f, "The leaf", &leaf->key);
	if (leaf_verify(leaf, k) == 0)
		return 0;

	return p->kind == PROOF_TLOG
		       ? wrong(f, "leaf", "The signature in the leaf does not hold.")
		       : wrong(f, "record",
			       "The record is not the one that was signed: its bytes, or the "
			       "leaf's signature, were altered.");
}


/* Is this cosignature by that witness, over that text? */
static bool cosigned(const struct proof_cosignature *c, const struct note_key *w,
		     const struct buf *body)
{
	struct note_key named;
	struct hash h;

	if (!c->name) {
		key_hash(&h, &w->key);
		if (!hash_eq(&h, &c->key))
			return false;
	} else {
		/* A policy in Sigsum's form does not name its witnesses. */
		if (note_key(&named, c->name, NOTE_COSIGNATURE, &w->key) || named.id != c->id ||
		    (w->name[0] && !text_eq(w->name, c->name)))
			return false;
	}

	return checkpoint_verify_cosigned(body->data, body->len, &w->key, c->time_s,
					  c->signature) == 0;
}


static int verify_witnesses(const struct proof *p, const struct trust *t,
			    const struct buf *body, unsigned *count, struct fault *f)
{
	const struct note_key *w;
	uint64_t have = 0;

	for (size_t i = 0; (w = trust_witness(t, i)); i++)
		for (size_t j = 0; j < p->cosignatures; j++)
			if (cosigned(&p->cosignature[j], w, body))
				have |= UINT64_C(1) << i;
	*count = (unsigned)__builtin_popcountll(have);
	if (trust_quorum(t, have))
		return 0;

	fault_at(f, "witnesses", 0, 0);

	return fault_set(f, E_CRYPTO,
			 "Too few witnesses have signed the checkpoint: %u trusted ones of %zu "
			 "signatures; the policy wants more.",
			 *count, p->cosignatures);
}


static int verify_all(const struct proof *p, const struct hash *checksum, const struct trust *t,
		      const struct buf *body, unsigned *witnesses, struct fault *f)
{
	struct leaf leaf = p->leaf;
	struct hash h;
	int err = 0;

	if (p->kind == PROOF_TLOG && !hash_eq(&leaf.checksum, checksum))
		return wrong(f, "record",
			     "The record is not the one in the leaf: its bytes were altered.");
	leaf.checksum = *checksum;
	err = verify_leaf(&leaf, p, t, f);
	if (!err)
		err = verify_checkpoint(p, t, body, f);
	if (err)
		return err;

	leaf_hash(&h, &leaf);
	if (merkle_verify_inclusion(&h, p->index, p->head.size, &p->path, &p->head.root))
		return wrong(f, "path",
			     "The path does not lead from this leaf to the root of the "
			     "checkpoint.");

	return verify_witnesses(p, t, body, witnesses, f);
}


int proof_verify(const struct proof *p, const void *record, size_t len, const struct trust *t,
		 unsigned *witnesses, struct fault *f)
{
	struct hash checksum;
	unsigned count = 0;
	struct buf body;
	int err;

	leaf_checksum(&checksum, record, len);
	buf_init(&body, 0);
	if (p->kind == PROOF_TLOG)
		buf_add(&body, p->note.text, p->note.text_len);
	else
		checkpoint_body(&body, &p->head);
	err = verify_all(p, &checksum, t, &body, &count, f);
	buf_clear(&body);
	if (witnesses)
		*witnesses = count;

	return err;
}


static void put_hex(struct buf *b, const char *before, const void *bytes, size_t len)
{
	char digits[2 * KEY_SIGNATURE + 1];

	text_hex(digits, bytes, len);
	buf_str(b, before);
	buf_str(b, digits);
}


/* The line of a known witness, which a Sigsum proof names by its key's hash. */
static void put_cosignature(struct buf *b, const struct note *note, const struct note_key *w)
{
	const struct note_signature *s = note_find(note, w->name, w->id);
	const uint8_t *signature;
	struct hash key;
	uint64_t at;

	if (!s || checkpoint_cosignature(&at, &signature, s))
		return;
	key_hash(&key, &w->key);
	put_hex(b, "cosignature=", key.b, DIGEST_SIZE);
	buf_printf(b, " %" PRIu64, at);
	put_hex(b, " ", signature, KEY_SIGNATURE);
	buf_char(b, '\n');
}


static const struct note_signature *log_line(const struct note *note, const char *origin)
{
	for (size_t i = 0; i < note->count; i++)
		if (text_eq(note->signature[i].name, origin) &&
		    note->signature[i].len == KEY_SIGNATURE)
			return &note->signature[i];

	return NULL;
}


static int write_sigsum(struct buf *b, const struct proof_parts *p, const struct note *note,
			const struct checkpoint *cp, struct fault *f)
{
	const struct note_signature *log = log_line(note, cp->origin);

	if (!log || !text_starts(cp->origin, SIGSUM_ORIGIN))
		return fault_set(f, E_CRYPTO, "The checkpoint is not one of a Sigsum log.");

	buf_printf(b, "version=2\nlog=%s\n", cp->origin + strlen(SIGSUM_ORIGIN));
	put_hex(b, "leaf=", p->leaf->key.b, DIGEST_SIZE);
	put_hex(b, " ", p->leaf->signature, KEY_SIGNATURE);
	buf_printf(b, "\n\nsize=%" PRIu64 "\n", cp->size);
	put_hex(b, "root_hash=", cp->root.b, DIGEST_SIZE);
	put_hex(b, "\nsignature=", log->bytes, KEY_SIGNATURE);
	buf_char(b, '\n');
	for (size_t i = 0; i < p->witnesses_count; i++)
		put_cosignature(b, note, &p->witnesses[i]);
	if (cp->size > 1)
		buf_printf(b, "\nleaf_index=%" PRIu64 "\n", p->index);
	for (size_t i = 0; i < p->path->count; i++) {
		put_hex(b, "node_hash=", p->path->hash[i].b, DIGEST_SIZE);
		buf_char(b, '\n');
	}

	return 0;
}


static void put_base64(struct buf *b, const char *before, const void *bytes, size_t len)
{
	char encoded[(LEAF_SIZE + 2) / 3 * 4 + 1];

	text_base64(encoded, bytes, len);
	buf_printf(b, "%s%s\n", before, encoded);
}


static void write_tlog(struct buf *b, const struct proof_parts *p)
{
	buf_str(b, TLOG_HEAD "\n");
	put_base64(b, "extra ", p->leaf, sizeof(*p->leaf));
	buf_printf(b, "index %" PRIu64 "\n", p->index);
	for (size_t i = 0; i < p->path->count; i++)
		put_base64(b, "", p->path->hash[i].b, DIGEST_SIZE);
	buf_char(b, '\n');
	buf_add(b, p->note, p->note_len);
}


int proof_write(struct buf *b, enum proof_kind kind, const struct proof_parts *p,
		struct fault *f)
{
	struct arena *a = arena_new(4096);
	struct checkpoint cp;
	struct note n;
	int err = note_parse(&n, a, p->note, p->note_len, f);

	if (!err)
		err = checkpoint_parse(&cp, n.text, n.text_len, f);
	if (!err && kind == PROOF_SIGSUM)
		err = write_sigsum(b, p, &n, &cp, f);
	else if (!err)
		write_tlog(b, p);
	arena_free(a);

	return err;
}
