/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The Merkle tree against its definition (RFC 6962 section 2.1), written down here once more
 * as recursion, and against every vector of transparency-dev/merkle.
 */
#include <ftw.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "ledger/merkle.h"
#include "t.h"

enum {
	LEAVES = 70,
};


static void entry_hash(struct hash *out, uint64_t i)
{
	char entry[32];
	int n = snprintf(entry, sizeof(entry), "entry %llu", (unsigned long long)i);

	merkle_leaf(out, entry, (size_t)n);
}


static uint64_t split(uint64_t n)
{
	uint64_t k = 1;

	while (k * 2 < n)
		k *= 2;

	return k;
}


/* MTH(D[begin:end]) as section 2.1 defines it. */
static struct hash mth(uint64_t begin, uint64_t end)
{
	struct hash h, left, right;
	uint64_t k;

	if (begin == end) {
		merkle_empty(&h);
	} else if (end - begin == 1) {
		entry_hash(&h, begin);
	} else {
		k = split(end - begin);
		left = mth(begin, begin + k);
		right = mth(begin + k, end);
		merkle_node(&h, &left, &right);
	}

	return h;
}


/* PATH(m, D[begin:end]) as section 2.1.1 defines it. */
static void path(struct merkle_proof *p, uint64_t m, uint64_t begin, uint64_t end)
{
	uint64_t k;

	if (end - begin == 1)
		return;
	k = split(end - begin);
	if (m < k) {
		path(p, m, begin, begin + k);
		p->hash[p->count++] = mth(begin + k, end);
	} else {
		path(p, m - k, begin + k, end);
		p->hash[p->count++] = mth(begin, begin + k);
	}
}


/* SUBPROOF(m, D[begin:end], known) as section 2.1.2 defines it. */
static void subproof(struct merkle_proof *p, uint64_t m, uint64_t begin, uint64_t end,
		     bool known)
{
	uint64_t k;

	if (m == end - begin) {
		if (!known)
			p->hash[p->count++] = mth(begin, end);
		return;
	}
	k = split(end - begin);
	if (m <= k) {
		subproof(p, m, begin, begin + k, known);
		p->hash[p->count++] = mth(begin + k, end);
	} else {
		subproof(p, m - k, begin + k, end, false);
		p->hash[p->count++] = mth(begin, begin + k);
	}
}


static int read_node(struct hash *out, unsigned level, uint64_t index, void *arg)
{
	unsigned *reads = arg;

	*out = mth(index << level, (index + 1) << level);
	if (reads)
		++*reads;

	return 0;
}


static bool same_proof(const struct merkle_proof *a, const struct merkle_proof *b)
{
	return a->count == b->count &&
	       memcmp(a->hash, b->hash, a->count * sizeof(a->hash[0])) == 0;
}


T(hashes_are_those_of_rfc_6962)
{
	struct hash h, a, b;
	char hex[DIGEST_HEX_SIZE];

	merkle_empty(&h);
	text_hex(hex, h.b, sizeof(h.b));
	T_STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hex);
	merkle_leaf(&a, "", 0);
	text_hex(hex, a.b, sizeof(a.b));
	T_STR("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", hex);
	merkle_leaf(&b, "L123456", 7);
	text_hex(hex, b.b, sizeof(b.b));
	T_STR("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56", hex);
	merkle_node(&h, &a, &b);
	ck_assert(!hash_eq(&h, &a) && hash_eq(&h, &h));
}

struct made {
	unsigned calls;
};


static int check_made(unsigned level, uint64_t index, const struct hash *h, void *arg)
{
	struct made *m = arg;
	struct hash want = mth(index << level, (index + 1) << level);

	ck_assert(hash_eq(&want, h));
	m->calls++;

	return 0;
}


T(appending_gives_the_root_and_every_full_node)
{
	struct merkle_frontier f = { 0 };
	struct made m = { 0 };
	struct hash leaf, got, want;

	for (uint64_t n = 0; n <= LEAVES; n++) {
		merkle_frontier_root(&got, &f);
		want = mth(0, n);
		ck_assert(hash_eq(&want, &got));
		entry_hash(&leaf, n);
		T_OK(merkle_append(&f, &leaf, check_made, &m));
	}
	/* The full nodes above the leaves of 71: 35 + 17 + 8 + 4 + 2 + 1. */
	T_INT(67, m.calls);
}


static int refuse(unsigned level, uint64_t index, const struct hash *h, void *arg)
{
	(void)level;
	(void)index;
	(void)h;
	(void)arg;

	return E_FULL;
}


T(an_error_of_the_one_told_stops_an_append)
{
	struct merkle_frontier f = { 0 };
	struct hash leaf;

	entry_hash(&leaf, 0);
	T_OK(merkle_append(&f, &leaf, refuse, NULL));
	T_INT(E_FULL, merkle_append(&f, &leaf, refuse, NULL));
	f.size = MERKLE_SIZE_MAX;
	T_INT(E_RANGE, merkle_append(&f, &leaf, NULL, NULL));
}


T(a_frontier_read_from_nodes_goes_on_like_the_first)
{
	struct merkle_frontier grown = { 0 }, read;
	struct hash leaf, a, b;

	for (uint64_t n = 0; n < LEAVES; n++) {
		T_OK(merkle_frontier_read(&read, n, read_node, NULL));
		merkle_frontier_root(&a, &grown);
		merkle_frontier_root(&b, &read);
		ck_assert(hash_eq(&a, &b));
		entry_hash(&leaf, n);
		T_OK(merkle_append(&grown, &leaf, NULL, NULL));
		T_OK(merkle_append(&read, &leaf, NULL, NULL));
		merkle_frontier_root(&a, &grown);
		merkle_frontier_root(&b, &read);
		ck_assert(hash_eq(&a, &b));
	}
}


/* No proof holds after one bit of it changes, after a hash is added or one is taken away. */
static void no_mutant_holds(uint64_t index, uint64_t size, const struct hash *leaf,
			    const struct merkle_proof *p, const struct hash *root)
{
	struct merkle_proof m;

	for (size_t i = 0; i < p->count; i++) {
		m = *p;
		m.hash[i].b[(index * 7 + i) % DIGEST_SIZE] ^= 1;
		T_INT(E_CRYPTO, merkle_verify_inclusion(leaf, index, size, &m, root));
	}
	m = *p;
	m.hash[m.count++] = *root;
	T_INT(E_CRYPTO, merkle_verify_inclusion(leaf, index, size, &m, root));
	if (p->count) {
		m.count = p->count - 1;
		T_INT(E_CRYPTO, merkle_verify_inclusion(leaf, index, size, &m, root));
	}
}


T(inclusion_proofs_are_the_definition_and_hold)
{
	struct merkle_proof got, want;
	struct hash leaf, root;

	for (uint64_t size = 1; size <= LEAVES; size++) {
		root = mth(0, size);
		for (uint64_t i = 0; i < size; i++) {
			T_OK(merkle_inclusion(&got, i, size, read_node, NULL));
			want.count = 0;
			path(&want, i, 0, size);
			ck_assert(same_proof(&want, &got));
			entry_hash(&leaf, i);
			T_OK(merkle_verify_inclusion(&leaf, i, size, &got, &root));
			no_mutant_holds(i, size, &leaf, &got, &root);
			T_INT(E_CRYPTO,
			      merkle_verify_inclusion(&leaf, i + size, size, &got, &root));
		}
	}
	T_INT(E_RANGE, merkle_inclusion(&got, 5, 5, read_node, NULL));
	T_INT(E_RANGE, merkle_inclusion(&got, 0, 0, read_node, NULL));
}


T(consistency_proofs_are_the_definition_and_hold)
{
	struct merkle_proof got, want, m;
	struct hash old_root, root;

	for (uint64_t size = 1; size <= LEAVES; size++) {
		root = mth(0, size);
		for (uint64_t old = 1; old <= size; old++) {
			old_root = mth(0, old);
			T_OK(merkle_consistency(&got, old, size, read_node, NULL));
			want.count = 0;
			subproof(&want, old, 0, size, true);
			ck_assert(same_proof(&want, &got));
			T_OK(merkle_verify_consistency(old, size, &old_root, &root, &got));
			for (size_t i = 0; i < got.count; i++) {
				m = got;
				m.hash[i].b[i % DIGEST_SIZE] ^= 0x80;
				T_INT(E_CRYPTO, merkle_verify_consistency(old, size, &old_root,
									  &root, &m));
			}
			m = got;
			m.hash[m.count++] = root;
			T_INT(E_CRYPTO,
			      merkle_verify_consistency(old, size, &old_root, &root, &m));
		}
	}
	T_INT(E_RANGE, merkle_consistency(&got, 0, 5, read_node, NULL));
	T_INT(E_RANGE, merkle_consistency(&got, 6, 5, read_node, NULL));
}


/* SUBTREE_SUBPROOF of the draft: as subproof(), for a subtree anywhere. */
static void subtree_proof(struct merkle_proof *p, uint64_t start, uint64_t end, uint64_t at,
			  uint64_t n, bool known)
{
	uint64_t k;

	if (start == 0 && end == n) {
		if (!known)
			p->hash[p->count++] = mth(at, at + n);
		return;
	}
	k = split(n);
	if (end <= k) {
		subtree_proof(p, start, end, at, k, known);
		p->hash[p->count++] = mth(at + k, at + n);
	} else if (start >= k) {
		subtree_proof(p, start - k, end - k, at + k, n - k, known);
		p->hash[p->count++] = mth(at, at + k);
	} else {
		subtree_proof(p, 0, end - k, at + k, n - k, false);
		p->hash[p->count++] = mth(at, at + k);
	}
}


T(subtrees_are_proved_where_they_are_aligned)
{
	struct merkle_proof p;
	struct hash sub, root;
	unsigned held = 0;

	for (uint64_t size = 1; size <= 24; size++) {
		root = mth(0, size);
		for (uint64_t start = 0; start < size; start++) {
			for (uint64_t end = start + 1; end <= size; end++) {
				uint64_t ceil = 1;

				while (ceil < end - start)
					ceil *= 2;
				p.count = 0;
				sub = mth(start, end);
				if (start % ceil) {
					T_INT(E_CRYPTO,
					      merkle_verify_subtree_consistency(
						      start, end, size, &sub, &root, &p));
					continue;
				}
				subtree_proof(&p, start, end, 0, size, true);
				T_OK(merkle_verify_subtree_consistency(start, end, size, &sub,
								       &root, &p));
				held++;
			}
		}
	}
	ck_assert_uint_gt(held, 500);
}


/* A vector: numbers by the text (they reach over int64), hashes padded with zeros to 32. */
struct vector {
	const char *text;
	json_t *json;
	bool no_hash; /* some hash is empty or too long to be one */
};


static uint64_t number(const struct vector *v, const char *key)
{
	char name[40];
	const char *at;

	(void)snprintf(name, sizeof(name), "\"%s\": ", key);
	at = strstr(v->text, name);
	ck_assert_msg(at != NULL, "no %s", key);

	return strtoull(at + strlen(name), NULL, 10);
}


static struct hash one_hash(struct vector *v, const json_t *value)
{
	const char *s = json_string_value(value);
	struct hash h = { { 0 } };
	uint8_t raw[200];
	size_t len = sizeof(raw);

	ck_assert_ptr_nonnull(s);
	T_OK(text_unbase64(raw, &len, s, strlen(s), false));
	v->no_hash = v->no_hash || len == 0 || len > sizeof(h.b);
	memcpy(h.b, raw, len > sizeof(h.b) ? sizeof(h.b) : len);

	return h;
}


static struct hash hash_of(struct vector *v, const char *key)
{
	return one_hash(v, json_object_get(v->json, key));
}


static int verdict(struct vector *v, const char *path)
{
	struct merkle_proof p = { 0 };
	const json_t *proof = json_object_get(v->json, "proof");
	struct hash a, b;

	for (size_t i = 0; i < json_array_size(proof); i++)
		p.hash[p.count++] = one_hash(v, json_array_get(proof, i));

	if (strstr(path, "consistency")) {
		a = hash_of(v, "root1");
		b = hash_of(v, "root2");
	} else {
		a = hash_of(v, "leafHash");
		b = hash_of(v, "root");
	}
	if (strstr(path, "subtreeconsistency"))
		return merkle_verify_subtree_consistency(number(v, "start"), number(v, "end"),
							 number(v, "size"), &a, &b, &p);
	if (strstr(path, "subtreeinclusion"))
		return merkle_verify_subtree_inclusion(
			&a, number(v, "leafIdx"), number(v, "start"), number(v, "end"), &p, &b);
	if (strstr(path, "consistency"))
		return merkle_verify_consistency(number(v, "size1"), number(v, "size2"), &a, &b,
						 &p);

	return merkle_verify_inclusion(&a, number(v, "leafIdx"), number(v, "treeSize"), &p, &b);
}


/* jansson has no number over int64, so they become 0 for it; number() reads the text. */
static json_t *parse(const char *text)
{
	char *copy = strdup(text);
	json_t *json = NULL;

	for (char *at = copy; (at = strstr(at, "\": ")); at++)
		if (strspn(at + 3, "0123456789") > 18)
			(void)memcpy(at + 3, "0                       ",
				     strspn(at + 3, "0123456789"));
	T_OK(json_read(&json, copy, strlen(copy), 1 << 20, JSON_DEPTH, NULL));
	free(copy);

	return json;
}

static unsigned seen, good; /* of the one test below, which runs in a process of its own */


static int one_vector(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	struct vector v = { 0 };
	char *text;
	int got;
	bool want;

	(void)st;
	(void)ftw;
	if (flag != FTW_F || !strstr(path, ".json"))
		return 0;

	v.text = text = t_slurp(path, NULL);
	v.json = parse(text);
	want = !json_is_true(json_object_get(v.json, "wantErr"));
	got = verdict(&v, path);
	ck_assert_msg((got == 0 && !v.no_hash) == want, "%s: %d", path, got);
	seen++;
	good += want;
	json_decref(v.json);
	free(text);

	return 0;
}


T(every_published_vector_is_judged_right)
{
	const char *folder = t_shared("vectors/merkle/testdata");

	if (!folder)
		T_SKIP("no vectors in ../shared");
	T_INT(0, nftw(folder, one_vector, 16, FTW_PHYS));
	T_INT(518, seen);
	ck_assert_uint_gt(good, 20);
}

/*
 * A tree whose leaves are all the same: a full node depends on its level alone, so that trees
 * of any size can be had.
 */
struct even {
	struct hash full[MERKLE_LEVELS];
	unsigned reads;
};


static void even_init(struct even *e)
{
	entry_hash(&e->full[0], 0);
	for (unsigned l = 1; l < MERKLE_LEVELS; l++)
		merkle_node(&e->full[l], &e->full[l - 1], &e->full[l - 1]);
	e->reads = 0;
}


static int even_read(struct hash *out, unsigned level, uint64_t index, void *arg)
{
	struct even *e = arg;

	ck_assert_uint_lt(level, MERKLE_LEVELS);
	ck_assert(index <= MERKLE_SIZE_MAX >> level);
	*out = e->full[level];
	e->reads++;

	return 0;
}


static struct hash even_root(struct even *e, uint64_t size)
{
	struct merkle_frontier f;
	struct hash root;

	T_OK(merkle_frontier_read(&f, size, even_read, e));
	merkle_frontier_root(&root, &f);

	return root;
}

static const uint64_t large[] = {
	(UINT64_C(1) << 20) - 1, UINT64_C(1) << 20,	  (UINT64_C(1) << 32) + 1,
	UINT64_C(0x123456789ab), (UINT64_C(1) << 62) - 1, UINT64_C(1) << 62,
	MERKLE_SIZE_MAX - 1,	 MERKLE_SIZE_MAX,
};


T(inclusion_is_proved_in_trees_up_to_2_to_63)
{
	struct even e;

	even_init(&e);
	for (size_t i = 0; i < ARRAY_LEN(large); i++) {
		uint64_t size = large[i];
		uint64_t at[] = { 0, 1, size / 3, size / 2, size - 2, size - 1 };
		struct hash root = even_root(&e, size);

		for (size_t j = 0; j < ARRAY_LEN(at); j++) {
			struct merkle_proof p;

			e.reads = 0;
			T_OK(merkle_inclusion(&p, at[j], size, even_read, &e));
			ck_assert_uint_le(p.count, 63);
			ck_assert_uint_le(e.reads, 63 + 62);
			T_OK(merkle_verify_inclusion(&e.full[0], at[j], size, &p, &root));
			if (p.count) {
				p.hash[p.count / 2].b[7] ^= 2;
				T_INT(E_CRYPTO, merkle_verify_inclusion(&e.full[0], at[j], size,
									&p, &root));
			}
		}
	}
}


T(consistency_is_proved_in_trees_up_to_2_to_63)
{
	struct even e;

	even_init(&e);
	for (size_t i = 0; i < ARRAY_LEN(large); i++) {
		for (size_t j = 0; j <= i; j++) {
			struct hash old_root = even_root(&e, large[j]);
			struct hash root = even_root(&e, large[i]);
			struct merkle_proof p;

			T_OK(merkle_consistency(&p, large[j], large[i], even_read, &e));
			ck_assert_uint_le(p.count, MERKLE_PROOF_MAX);
			T_OK(merkle_verify_consistency(large[j], large[i], &old_root, &root,
						       &p));
			if (!p.count)
				continue;
			p.count--;
			T_INT(E_CRYPTO, merkle_verify_consistency(large[j], large[i], &old_root,
								  &root, &p));
		}
	}
}


T(sizes_over_2_to_63_are_no_trees)
{
	struct merkle_proof p = { 0 };
	struct hash h;
	struct even e;

	even_init(&e);
	entry_hash(&h, 0);
	T_INT(E_RANGE, merkle_inclusion(&p, 0, UINT64_MAX, even_read, &e));
	T_INT(E_RANGE, merkle_consistency(&p, 1, UINT64_MAX, even_read, &e));
	T_INT(E_CRYPTO, merkle_verify_inclusion(&h, UINT64_MAX, UINT64_MAX, &p, &h));
	T_INT(E_CRYPTO, merkle_verify_inclusion(&h, 0, UINT64_MAX, &p, &h));
	T_INT(E_CRYPTO, merkle_verify_consistency(1, UINT64_MAX, &h, &h, &p));
	T_INT(E_CRYPTO, merkle_verify_consistency(UINT64_MAX, UINT64_MAX, &h, &h, &p));
	p.count = SIZE_MAX;
	T_INT(E_CRYPTO, merkle_verify_inclusion(&h, 0, 1, &p, &h));
	T_INT(E_CRYPTO, merkle_verify_consistency(1, 2, &h, &h, &p));
}


static int no_node(struct hash *out, unsigned level, uint64_t index, void *arg)
{
	(void)out;
	(void)level;
	(void)index;
	(void)arg;

	return E_IO;
}


T(a_node_that_cannot_be_read_is_an_error)
{
	struct merkle_frontier f;
	struct merkle_proof p;

	T_INT(E_IO, merkle_inclusion(&p, 3, 9, no_node, NULL));
	T_INT(E_IO, merkle_consistency(&p, 3, 9, no_node, NULL));
	T_INT(E_IO, merkle_frontier_read(&f, 9, no_node, NULL));
	T_OK(merkle_frontier_read(&f, 0, no_node, NULL));
	T_OK(merkle_inclusion(&p, 0, 1, no_node, NULL));
	T_INT(0, p.count);
}

T_MAIN("merkle", C(hashes_are_those_of_rfc_6962),
       C(appending_gives_the_root_and_every_full_node),
       C(an_error_of_the_one_told_stops_an_append),
       C(a_frontier_read_from_nodes_goes_on_like_the_first),
       C(inclusion_proofs_are_the_definition_and_hold),
       C(consistency_proofs_are_the_definition_and_hold),
       C(subtrees_are_proved_where_they_are_aligned), C(every_published_vector_is_judged_right),
       C(inclusion_is_proved_in_trees_up_to_2_to_63),
       C(consistency_is_proved_in_trees_up_to_2_to_63), C(sizes_over_2_to_63_are_no_trees),
       C(a_node_that_cannot_be_read_is_an_error))
