/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/bundle.h"
#include "ledger/proof.h"

enum {
	BLOCK = 512,
	NAME_SIZE = 100,
	MEMBERS = 3, /* of an act */
};

/* The header of a member: POSIX.1-1988, "ustar" and version "00". */
struct header {
	char name[NAME_SIZE];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char link[NAME_SIZE];
	char magic[6];
	char version[2];
	char user[32];
	char group[32];
	char major[8];
	char minor[8];
	char prefix[155];
	char pad[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "a tar header is one block");

static const char *const suffixes[MEMBERS] = { "json", "sigsum-proof", "tlog-proof" };


/* The sum of the bytes with the checksum's own as spaces. */
static unsigned sum_of(const struct header *h)
{
	const unsigned char *bytes = (const unsigned char *)h;
	unsigned sum = 0;

	for (size_t i = 0; i < BLOCK; i++)
		sum += bytes[i];
	for (size_t i = 0; i < sizeof(h->checksum); i++)
		sum += ' ' - (unsigned char)h->checksum[i];

	return sum;
}


static void fill(struct header *h, const char *name, size_t len)
{
	memset(h, 0, sizeof(*h));
	(void)snprintf(h->name, sizeof(h->name), "%s", name);
	memcpy(h->mode, "0000644", sizeof(h->mode));
	memcpy(h->uid, "0000000", sizeof(h->uid));
	memcpy(h->gid, "0000000", sizeof(h->gid));
	(void)snprintf(h->size, sizeof(h->size), "%011zo", len);
	memcpy(h->mtime, "00000000000", sizeof(h->mtime));
	h->type = '0';
	memcpy(h->magic, "ustar", sizeof(h->magic));
	memcpy(h->version, "00", sizeof(h->version));
	(void)snprintf(h->checksum, sizeof(h->checksum), "%06o", sum_of(h));
	h->checksum[7] = ' ';
}


static size_t padding(size_t len)
{
	return (BLOCK - len % BLOCK) % BLOCK;
}


static void add_member(struct buf *b, int64_t seq, const char *suffix,
		       const struct buf *content)
{
	static const char zero[BLOCK];
	char name[NAME_SIZE];
	struct header h;

	(void)snprintf(name, sizeof(name), "%lld.%s", (long long)seq, suffix);
	fill(&h, name, content->len);
	buf_add(b, &h, sizeof(h));
	buf_add(b, content->data, content->len);
	buf_add(b, zero, padding(content->len));
}


void bundle_add(struct buf *b, int64_t seq, const struct buf *record, const struct buf *sigsum,
		const struct buf *tlog)
{
	add_member(b, seq, suffixes[0], record);
	add_member(b, seq, suffixes[1], sigsum);
	add_member(b, seq, suffixes[2], tlog);
}


void bundle_end(struct buf *b)
{
	static const char zero[2 * BLOCK];

	buf_add(b, zero, sizeof(zero));
}

/* An archive being read. */
struct reading {
	const char *at, *end;
	const struct trust *trust;
	struct arena *arena;
	struct proof *proof; /* room for one */
	struct fault *f;
};

struct member {
	char name[NAME_SIZE];
	const char *data;
	size_t len;
};


static int bad(struct reading *r, const char *name, const char *why)
{
	fault_at(r->f, name, 0, 0);

	return fault_set(r->f, E_SYNTAX, "This is no bundle: %s.", why);
}


static bool all_zero(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i])
			return false;

	return true;
}


/* Only what bundle_add() writes: whoever packs it anew keeps these. */
static int next_member(struct member *m, struct reading *r)
{
	struct header want;
	const char *name;
	size_t room = (size_t)(r->end - r->at);

	if (room < BLOCK)
		return bad(r, NULL, "it ends in the middle of a member");
	name = r->at;
	if (!memchr(name, '\0', NAME_SIZE))
		return bad(r, NULL, "a member has no name that ends");
	memcpy(m->name, name, NAME_SIZE);
	m->len = 0;
	for (const char *s = name + offsetof(struct header, size), *stop = s + 11; s < stop;
	     s++) {
		if (*s < '0' || *s > '7')
			return bad(r, m->name, "a member has no size");
		m->len = m->len * 8 + (size_t)(*s - '0');
	}
	if (m->len > room - BLOCK || padding(m->len) > room - BLOCK - m->len)
		return bad(r, m->name, "a member is larger than what is there");
	fill(&want, m->name, m->len);
	if (memcmp(&want, r->at, BLOCK) != 0)
		return bad(r, m->name, "the header of a member was altered");
	m->data = r->at + BLOCK;
	if (!all_zero(m->data + m->len, padding(m->len)))
		return bad(r, m->name, "something stands behind a member");
	r->at = m->data + m->len + padding(m->len);

	return 0;
}


/* The three members of the act that comes next. */
static int next_act(struct member m[MEMBERS], int64_t *seq, struct reading *r)
{
	char want[NAME_SIZE];
	int64_t last = *seq;

	for (int i = 0; i < MEMBERS; i++) {
		int err = next_member(&m[i], r);
		size_t n = strcspn(m[i].name, ".");

		if (err)
			return err;
		if (i == 0 &&
		    text_int(seq, arena_strn(r->arena, m[i].name, n), last + 1, INT64_MAX))
			return bad(r, m[i].name, "acts are not in the order of their numbers");
		(void)snprintf(want, sizeof(want), "%lld.%s", (long long)*seq, suffixes[i]);
		if (!text_eq(want, m[i].name)) {
			fault_at(r->f, m[i].name, 0, 0);
			return fault_set(r->f, E_SYNTAX,
					 "This is no bundle: here should be %s.", want);
		}
	}

	return 0;
}


/* What does not hold, and of which member. */
static int blame(struct reading *r, int err, const char *name, const struct fault *f)
{
	fault_at(r->f,
		 f->path[0] ? arena_printf(r->arena, "%s: %s", name, f->path)
			    : arena_str(r->arena, name),
		 f->line, f->col);

	return fault_set(r->f, err, "%s", f->text);
}


static int check_proof(struct bundle_act *act, struct reading *r, const struct member *record,
		       const struct member *proof, enum proof_kind kind)
{
	struct fault f = { 0 };
	unsigned witnesses = 0;
	int err = proof_parse(r->proof, r->arena, proof->data, proof->len, &f);

	if (!err && r->proof->kind != kind)
		return bad(r, proof->name, "a proof is of the other kind");
	if (err)
		return blame(r, err, proof->name, &f);
	err = proof_verify(r->proof, record->data, record->len, r->trust, &witnesses, &f);
	if (err)
		return blame(r, err, text_eq(f.path, "record") ? record->name : proof->name,
			     &f);
	if (!act->origin || witnesses < act->witnesses)
		act->witnesses = witnesses;
	act->index = r->proof->index;
	act->size = r->proof->head.size;
	act->origin = arena_str(r->arena, r->proof->head.origin);

	return 0;
}


static int check_act(struct reading *r, int64_t seq, const struct member m[MEMBERS],
		     bundle_act_h *held, void *arg)
{
	struct bundle_act act = { .seq = seq, .record = m[0].data, .record_len = m[0].len };
	int err = check_proof(&act, r, &m[0], &m[1], PROOF_SIGSUM);

	if (!err)
		err = check_proof(&act, r, &m[0], &m[2], PROOF_TLOG);
	if (!err && held) {
		struct fault f = { 0 };

		err = held(&act, arg, &f);
		if (err)
			err = blame(r, err, m[0].name, &f);
	}

	return err;
}


static int verify(size_t *acts, struct reading *r, bundle_act_h *held, void *arg)
{
	struct member m[MEMBERS];
	int64_t seq = 0;
	int err = 0;

	while (!err && r->at < r->end && *r->at) {
		if (*acts == BUNDLE_ACTS)
			return fault_set(r->f, E_TOOBIG, "A bundle has at most %d acts.",
					 BUNDLE_ACTS);
		arena_reset(r->arena);
		err = next_act(m, &seq, r);
		if (!err)
			err = check_act(r, seq, m, held, arg);
		if (!err)
			++*acts;
	}
	if (err)
		return err;
	if (!*acts)
		return bad(r, NULL, "it has no act");
	if (r->end - r->at < (ptrdiff_t)2 * BLOCK || (r->end - r->at) % BLOCK ||
	    !all_zero(r->at, (size_t)(r->end - r->at)))
		return bad(r, NULL, "its end is not that of an archive");

	return 0;
}


int bundle_verify(size_t *acts, const char *data, size_t len, const struct trust *t,
		  bundle_act_h *held, void *arg, struct fault *f)
{
	struct reading r = { .at = data, .end = data + len, .trust = t, .f = f };
	int err;

	*acts = 0;
	if (len > BUNDLE_MAX)
		return fault_set(f, E_TOOBIG, "A bundle has at most %d bytes.", BUNDLE_MAX);
	r.arena = arena_new(4096);
	r.proof = mem_zero(1, sizeof(*r.proof));
	err = verify(acts, &r, held, arg);
	free(r.proof);
	arena_free(r.arena);

	return err;
}
