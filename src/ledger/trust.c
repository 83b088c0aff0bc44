/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * trust.c: Invariant: a group names only witnesses and groups before it, so that one pass in
 * order tells which groups hold.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/checkpoint.h"
#include "ledger/trust.h"

enum {
	LINE_MAX_LEN = 2048,
	WORDS = TRUST_MAX * 2 + 4,
};

/* A name of the policy: a witness, a group, or "none". */
enum member_kind {
	MEMBER_NONE,
	MEMBER_WITNESS,
	MEMBER_GROUP,
};

struct member {
	char name[NOTE_NAME_SIZE];
	enum member_kind kind;
	size_t index;
	bool used; /* it is in a group already */
};

struct group {
	unsigned k;
	uint64_t witnesses; /* bit i: witness i is a member */
	uint64_t groups;
};

struct trust {
	struct note_key keys[TRUST_MAX]; /* under the origin a log with that key has */
	size_t keys_count;
	struct note_key logs[TRUST_MAX];
	size_t logs_count;
	struct note_key witnesses[TRUST_MAX];
	size_t witnesses_count;
	struct group groups[TRUST_MAX];
	size_t groups_count;
	struct member members[2 * TRUST_MAX];
	size_t members_count;
	bool policy;
	bool quorum_set;
	struct member quorum;
};


struct trust *trust_new(void)
{
	return mem_zero(1, sizeof(struct trust));
}


void trust_free(struct trust *t)
{
	free(t);
}


static int too_many(struct fault *f, const char *what)
{
	return fault_set(f, E_RANGE, "There are more than %d %s.", TRUST_MAX, what);
}


static int add_key(struct trust *t, const struct public_key *k, struct fault *f)
{
	if (t->keys_count == TRUST_MAX)
		return too_many(f, "keys");
	checkpoint_key(&t->keys[t->keys_count++], k);

	return 0;
}


/* A key of a log's vkey keeps its name. */
static int add_vkey(struct trust *t, const char *text, struct fault *f)
{
	struct note_key key;
	int err = note_vkey_parse(&key, text, f);

	if (err)
		return err;
	if (key.type != NOTE_ED25519)
		return fault_set(f, E_SYNTAX, "A witness's key belongs in a policy.");
	if (t->keys_count == TRUST_MAX)
		return too_many(f, "keys");
	t->keys[t->keys_count++] = key;

	return 0;
}

/* A text being read line by line. */
struct lines {
	const char *at;
	const char *end;
	int number; /* of the line last read */
	char line[LINE_MAX_LEN];
};


static bool next_line(struct lines *l, bool *too_long)
{
	const char *stop;
	size_t len;

	if (l->at == l->end)
		return false;
	stop = memchr(l->at, '\n', (size_t)(l->end - l->at));
	if (!stop)
		stop = l->end;
	len = (size_t)(stop - l->at);
	*too_long = len >= sizeof(l->line) || memchr(l->at, '\0', len);
	if (!*too_long) {
		memcpy(l->line, l->at, len);
		l->line[len] = '\0';
	}
	l->at = stop < l->end ? stop + 1 : stop;
	l->number++;

	return true;
}


/* The PEM block that begins at the last line read; the lines move behind it. */
static int pem_block(struct trust *t, struct lines *l, const char *begin, struct fault *f)
{
	static const char last[] = "-----END PUBLIC KEY-----";
	const char *stop = memmem(begin, (size_t)(l->end - begin), last, strlen(last));
	struct public_key k;
	int err;

	if (!stop)
		return fault_set(f, E_SYNTAX, "The PEM block that begins here has no end.");
	stop += strlen(last);
	err = key_public_parse(&k, begin, (size_t)(stop - begin), f);
	for (; l->at < stop; l->at++)
		l->number += *l->at == '\n';

	return err ? err : add_key(t, &k, f);
}


static int key_line_of_file(struct trust *t, struct lines *l, const char *begin,
			    struct fault *f)
{
	struct public_key k;
	int err;

	if (text_starts(l->line, "-----BEGIN "))
		return pem_block(t, l, begin, f);
	if (strchr(l->line, '+') && !text_starts(l->line, "ssh-"))
		return add_vkey(t, l->line, f);
	err = key_public_parse(&k, l->line, strlen(l->line), f);

	return err ? err : add_key(t, &k, f);
}


int trust_keys(struct trust *t, const char *text, size_t len, struct fault *f)
{
	struct lines l = { .at = text, .end = text + len };
	bool too_long;

	if (len > TRUST_FILE_MAX)
		return fault_set(f, E_TOOBIG, "A file of keys has at most %d bytes.",
				 TRUST_FILE_MAX);
	for (const char *begin = text; next_line(&l, &too_long); begin = l.at) {
		int line = l.number;
		int err = 0;

		if (too_long)
			err = fault_set(f, E_SYNTAX, "This line is no key.");
		else if (l.line[strspn(l.line, " \t\r")] && l.line[0] != '#')
			err = key_line_of_file(t, &l, begin, f);
		if (err) {
			fault_at(f, NULL, line, 1);
			return err;
		}
	}

	return 0;
}


/* Cut a line into its words; a word that begins with '#' ends it. */
static size_t words(char *out[WORDS], char *line)
{
	size_t n = 0;

	for (char *at = line; *at && n < WORDS;) {
		at += strspn(at, " \t\r");
		if (!*at || *at == '#')
			break;
		out[n++] = at;
		at += strcspn(at, " \t\r");
		if (*at)
			*at++ = '\0';
	}

	return n;
}


/* A key in hexadecimal (name empty) or as a vkey of that type. */
static int policy_key(struct note_key *out, const char *word, enum note_type type,
		      struct fault *f)
{
	int err;

	*out = (struct note_key){ .type = type };
	if (!strchr(word, '+'))
		return key_public_parse(&out->key, word, strlen(word), f);
	err = note_vkey_parse(out, word, f);
	if (!err && out->type != type)
		err = fault_set(f, E_SYNTAX, "This vkey has type %d and should have %d.",
				out->type, type);

	return err;
}


static bool has_key(const struct note_key *list, size_t count, const struct public_key *k)
{
	for (size_t i = 0; i < count; i++)
		if (memcmp(list[i].key.b, k->b, sizeof(k->b)) == 0)
			return true;

	return false;
}


static int policy_log(struct trust *t, char **word, size_t n, struct fault *f)
{
	struct note_key *log = &t->logs[t->logs_count];
	int err;

	if (n < 2 || n > 3)
		return fault_set(f, E_SYNTAX, "It should be: log KEY [URL].");
	if (t->logs_count == TRUST_MAX)
		return too_many(f, "logs");
	err = policy_key(log, word[1], NOTE_ED25519, f);
	if (err)
		return err;
	if (!log->name[0])
		checkpoint_key(log, &log->key);
	if (has_key(t->logs, t->logs_count, &log->key))
		return fault_set(f, E_SYNTAX, "This log is there already.");
	t->logs_count++;

	return 0;
}


static struct member *find(struct trust *t, const char *name)
{
	for (size_t i = 0; i < t->members_count; i++)
		if (text_eq(t->members[i].name, name))
			return &t->members[i];

	return NULL;
}


static int new_name(struct trust *t, const char *name, enum member_kind kind, size_t index,
		    struct fault *f)
{
	struct member *m = &t->members[t->members_count];

	if (text_eq(name, "none") || find(t, name))
		return fault_set(f, E_SYNTAX, "The name %s is taken already.", name);
	if (strlen(name) >= sizeof(m->name))
		return fault_set(f, E_SYNTAX, "A name has at most %zu bytes.",
				 sizeof(m->name) - 1);
	*m = (struct member){ .kind = kind, .index = index };
	(void)text_copy(m->name, sizeof(m->name), name);
	t->members_count++;

	return 0;
}


static int policy_witness(struct trust *t, char **word, size_t n, struct fault *f)
{
	struct note_key *w = &t->witnesses[t->witnesses_count];
	int err;

	if (n < 3 || n > 4)
		return fault_set(f, E_SYNTAX, "It should be: witness NAME KEY [URL].");
	if (t->witnesses_count == TRUST_MAX)
		return too_many(f, "witnesses");
	err = policy_key(w, word[2], NOTE_COSIGNATURE, f);
	if (!err && has_key(t->witnesses, t->witnesses_count, &w->key))
		err = fault_set(f, E_SYNTAX, "This witness is there already.");
	if (!err)
		err = new_name(t, word[1], MEMBER_WITNESS, t->witnesses_count, f);
	if (!err)
		t->witnesses_count++;

	return err;
}


static int threshold(unsigned *out, const char *word, size_t n, struct fault *f)
{
	int64_t k = 0;

	if (text_eq(word, "any"))
		k = 1;
	else if (text_eq(word, "all"))
		k = (int64_t)n;
	else if (text_int(&k, word, 1, (int64_t)n))
		return fault_set(f, E_SYNTAX,
				 "The threshold should be all, any or a number from 1 to %zu.",
				 n);
	*out = (unsigned)k;

	return 0;
}


static int join(struct trust *t, struct group *g, const char *name, struct fault *f)
{
	struct member *m = find(t, name);

	if (!m)
		return fault_set(f, E_SYNTAX, "No witness or group before has the name %s.",
				 name);
	if (m->used)
		return fault_set(f, E_SYNTAX, "%s is a member already; it counts once.", name);
	m->used = true;
	if (m->kind == MEMBER_WITNESS)
		g->witnesses |= UINT64_C(1) << m->index;
	else
		g->groups |= UINT64_C(1) << m->index;

	return 0;
}


static int policy_group(struct trust *t, char **word, size_t n, struct fault *f)
{
	struct group g = { 0 };
	int err;

	if (n < 4)
		return fault_set(f, E_SYNTAX, "It should be: group NAME all|any|K MEMBER...");
	if (t->groups_count == TRUST_MAX)
		return too_many(f, "groups");
	err = threshold(&g.k, word[2], n - 3, f);
	for (size_t i = 3; !err && i < n; i++)
		err = join(t, &g, word[i], f);
	if (!err)
		err = new_name(t, word[1], MEMBER_GROUP, t->groups_count, f);
	if (!err)
		t->groups[t->groups_count++] = g;

	return err;
}


static int policy_quorum(struct trust *t, char **word, size_t n, struct fault *f)
{
	const struct member *m;

	if (n != 2)
		return fault_set(f, E_SYNTAX, "It should be: quorum NAME, or quorum none.");
	if (t->quorum_set)
		return fault_set(f, E_SYNTAX, "There is a quorum already.");
	t->quorum_set = true;
	if (text_eq(word[1], "none"))
		return 0;
	m = find(t, word[1]);
	if (!m)
		return fault_set(f, E_SYNTAX, "No witness or group before has the name %s.",
				 word[1]);
	t->quorum = *m;

	return 0;
}


static int policy_line(struct trust *t, char *line, struct fault *f)
{
	static const struct {
		const char *word;
		int (*read)(struct trust *t, char **word, size_t n, struct fault *f);
	} table[] = {
		{ "log", policy_log },
		{ "witness", policy_witness },
		{ "group", policy_group },
		{ "quorum", policy_quorum },
	};
	char *word[WORDS];
	size_t n = words(word, line);

	if (n == 0)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (text_eq(word[0], table[i].word))
			return table[i].read(t, word, n, f);

	return fault_set(f, E_SYNTAX,
			 "A line of a policy begins with log, witness, group or quorum.");
}


int trust_policy(struct trust *t, const char *text, size_t len, struct fault *f)
{
	struct lines l = { .at = text, .end = text + len };
	bool too_long;

	if (t->policy)
		return fault_set(f, E_EXISTS, "There is a policy already.");
	if (len > TRUST_FILE_MAX)
		return fault_set(f, E_TOOBIG, "A policy has at most %d bytes.", TRUST_FILE_MAX);
	t->policy = true;
	while (next_line(&l, &too_long)) {
		int err = too_long ? fault_set(f, E_SYNTAX, "This line cannot be read.")
				   : policy_line(t, l.line, f);

		if (err) {
			fault_at(f, NULL, l.number, 1);
			return err;
		}
	}
	if (!t->quorum_set)
		return fault_set(f, E_SYNTAX, "The policy has no quorum line.");

	return 0;
}


const struct public_key *trust_leaf_key(const struct trust *t, const struct hash *key)
{
	for (size_t i = 0; i < t->keys_count; i++) {
		struct hash h;

		key_hash(&h, &t->keys[i].key);
		if (hash_eq(&h, key))
			return &t->keys[i].key;
	}

	return NULL;
}


const struct note_key *trust_log(const struct trust *t, const char *origin)
{
	for (size_t i = 0; i < t->logs_count; i++)
		if (text_eq(t->logs[i].name, origin))
			return &t->logs[i];
	/* With a policy, only its logs are logs. */
	for (size_t i = 0; !t->policy && i < t->keys_count; i++)
		if (text_eq(t->keys[i].name, origin))
			return &t->keys[i];

	return NULL;
}


const struct note_key *trust_witness(const struct trust *t, size_t i)
{
	return i < t->witnesses_count ? &t->witnesses[i] : NULL;
}


bool trust_quorum(const struct trust *t, uint64_t witnesses)
{
	uint64_t hold = 0;

	for (size_t i = 0; i < t->groups_count; i++) {
		const struct group *g = &t->groups[i];
		int n = __builtin_popcountll(g->witnesses & witnesses) +
			__builtin_popcountll(g->groups & hold);

		if ((unsigned)n >= g->k)
			hold |= UINT64_C(1) << i;
	}

	switch (t->quorum.kind) {
	case MEMBER_WITNESS: return witnesses >> t->quorum.index & 1;
	case MEMBER_GROUP: return hold >> t->quorum.index & 1;
	default: return true;
	}
}
