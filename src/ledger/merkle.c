/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * merkle.c: everything goes by the bits of sizes and indexes, without recursion.
 *
 * Invariants:
 * 1. The tree of n leaves is the full subtrees of the set bits of n, the largest leftmost.
 * 2. The sibling of node (l, i) in a tree of n leaves covers [(i^1)*2^l, ...) cut at n; where
 *    nothing is left of it, the node is carried up unchanged.
 */
#include <string.h>

#include "ledger/merkle.h"


bool hash_eq(const struct hash *a, const struct hash *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}


void merkle_leaf(struct hash *out, const void *entry, size_t len)
{
	digest_of_two(out->b, "\0", 1, entry, len);
}


void merkle_node(struct hash *out, const struct hash *left, const struct hash *right)
{
	uint8_t in[1 + 2 * DIGEST_SIZE];

	in[0] = 1;
	memcpy(in + 1, left->b, DIGEST_SIZE);
	memcpy(in + 1 + DIGEST_SIZE, right->b, DIGEST_SIZE);
	digest_of(out->b, in, sizeof(in));
}


void merkle_empty(struct hash *out)
{
	digest_of(out->b, "", 0);
}


int merkle_append(struct merkle_frontier *f, const struct hash *leaf, merkle_made_h *made,
		  void *arg)
{
	struct hash carry = *leaf;
	unsigned level = 0;

	if (f->size >= MERKLE_SIZE_MAX)
		return E_RANGE;

	for (; f->size >> level & 1; level++) {
		int err;

		merkle_node(&carry, &f->node[level], &carry);
		err = made ? made(level + 1, f->size >> (level + 1), &carry, arg) : 0;
		if (err)
			return err;
	}
	f->node[level] = carry;
	f->size++;

	return 0;
}


void merkle_frontier_root(struct hash *out, const struct merkle_frontier *f)
{
	bool any = false;

	for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
		if (!(f->size >> level & 1))
			continue;
		if (any)
			merkle_node(out, &f->node[level], out);
		else
			*out = f->node[level];
		any = true;
	}
	if (!any)
		merkle_empty(out);
}


int merkle_frontier_read(struct merkle_frontier *out, uint64_t size, merkle_read_h *read,
			 void *arg)
{
	*out = (struct merkle_frontier){ .size = size };
	for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
		int err = 0;

		if (size >> level & 1)
			err = read(&out->node[level], level, (size >> level) - 1, arg);
		if (err)
			return err;
	}

	return 0;
}


/* The root over [begin, end), where begin is a multiple of a power of 2 >= end - begin. */
static int range(struct hash *out, uint64_t begin, uint64_t end, merkle_read_h *read, void *arg)
{
	uint64_t n = end - begin;
	bool any = false;

	for (unsigned level = 0; n >> level; level++) {
		uint64_t at = begin + (n >> level >> 1 << 1 << level);
		struct hash part;
		int err;

		if (!(n >> level & 1))
			continue;
		err = read(&part, level, at >> level, arg);
		if (err)
			return err;
		if (any)
			merkle_node(out, &part, out);
		else
			*out = part;
		any = true;
	}

	return 0;
}


/* Add the siblings on the way from node (level, index) up to the root of `size` leaves. */
static int siblings(struct merkle_proof *out, unsigned level, uint64_t index, uint64_t size,
		    merkle_read_h *read, void *arg)
{
	for (; (size - 1) >> level; level++, index >>= 1) {
		uint64_t begin = (index ^ 1) << level;
		uint64_t end = begin + (UINT64_C(1) << level);
		int err;

		if (begin >= size)
			continue;
		if (end > size)
			end = size;
		err = range(&out->hash[out->count], begin, end, read, arg);
		if (err)
			return err;
		out->count++;
	}

	return 0;
}


int merkle_inclusion(struct merkle_proof *out, uint64_t index, uint64_t size,
		     merkle_read_h *read, void *arg)
{
	out->count = 0;
	if (index >= size || size > MERKLE_SIZE_MAX)
		return E_RANGE;

	return siblings(out, 0, index, size, read, arg);
}


int merkle_consistency(struct merkle_proof *out, uint64_t old, uint64_t size,
		       merkle_read_h *read, void *arg)
{
	unsigned level;
	uint64_t last;

	out->count = 0;
	if (old == 0 || old > size || size > MERKLE_SIZE_MAX)
		return E_RANGE;
	if (old == size)
		return 0;

	/* The last full subtree of the old tree; its root is known when it is all of it. */
	level = (unsigned)__builtin_ctzll(old);
	last = (old >> level) - 1;
	if (last > 0) {
		int err = read(&out->hash[out->count++], level, last, arg);

		if (err)
			return err;
	}

	return siblings(out, level, last, size, read, arg);
}


int merkle_inclusion_root(struct hash *out, const struct hash *leaf, uint64_t index,
			  uint64_t size, const struct merkle_proof *p)
{
	uint64_t last = size - 1;

	if (index >= size || p->count > MERKLE_PROOF_MAX)
		return E_CRYPTO;

	*out = *leaf;
	for (size_t i = 0; i < p->count; i++) {
		if (last == 0)
			return E_CRYPTO;
		/* Levels where the node has no sibling are passed over. */
		while (index == last && !(index & 1)) {
			index >>= 1;
			last >>= 1;
		}
		if (index & 1)
			merkle_node(out, &p->hash[i], out);
		else
			merkle_node(out, out, &p->hash[i]);
		index >>= 1;
		last >>= 1;
	}

	return last == 0 ? 0 : E_CRYPTO;
}


int merkle_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size,
			    const struct merkle_proof *p, const struct hash *root)
{
	struct hash got;
	int err = merkle_inclusion_root(&got, leaf, index, size, p);

	return err ? err : hash_eq(&got, root) ? 0 : E_CRYPTO;
}


int merkle_verify_consistency(uint64_t old, uint64_t size, const struct hash *old_root,
			      const struct hash *root, const struct merkle_proof *p)
{
	struct hash empty;

	if (old == 0) {
		merkle_empty(&empty);
		return size == 0 && p->count == 0 && hash_eq(old_root, &empty) &&
				       hash_eq(root, &empty)
			       ? 0
			       : E_CRYPTO;
	}

	return merkle_verify_subtree_consistency(0, old, size, old_root, root, p);
}


static bool aligned(uint64_t start, uint64_t end)
{
	uint64_t n = end - start;

	if (start > end || end > MERKLE_SIZE_MAX)
		return false;
	/* A multiple of every power of two below n and of the one not below it. */
	for (uint64_t bit = 1; n > 0; bit <<= 1) {
		if (bit >= n)
			return (start & (bit - 1)) == 0;
	}

	return true;
}


int merkle_verify_subtree_inclusion(const struct hash *leaf, uint64_t index, uint64_t start,
				    uint64_t end, const struct merkle_proof *p,
				    const struct hash *subtree_root)
{
	if (!aligned(start, end) || index < start || index >= end)
		return E_CRYPTO;

	return merkle_verify_inclusion(leaf, index - start, end - start, p, subtree_root);
}

/* Where the walk from the subtree's last leaf up to the root stands. */
struct climb {
	uint64_t first, last,
		tree;	      /* index of the subtree's first node, its last, the tree's */
	struct hash sub, all; /* what the proof says the two roots are */
};


static void up(struct climb *c)
{
	c->first >>= 1;
	c->last >>= 1;
	c->tree >>= 1;
}


static int climb(struct climb *c, const struct merkle_proof *p, size_t from)
{
	for (size_t i = from; i < p->count; i++) {
		if (c->tree == 0)
			return E_CRYPTO;
		if (c->last & 1 || c->last == c->tree) {
			if (c->first < c->last)
				merkle_node(&c->sub, &p->hash[i], &c->sub);
			merkle_node(&c->all, &p->hash[i], &c->all);
			while (!(c->last & 1))
				up(c);
		} else {
			merkle_node(&c->all, &c->all, &p->hash[i]);
		}
		up(c);
	}

	return c->tree == 0 ? 0 : E_CRYPTO;
}


int merkle_verify_subtree_consistency(uint64_t start, uint64_t end, uint64_t size,
				      const struct hash *subtree_root, const struct hash *root,
				      const struct merkle_proof *p)
{
	struct climb c = { .first = start, .last = end - 1, .tree = size - 1 };
	struct hash empty;
	size_t from = 0;
	int err;

	if (!aligned(start, end) || end > size || size > MERKLE_SIZE_MAX ||
	    p->count > MERKLE_PROOF_MAX)
		return E_CRYPTO;
	if (start == end) {
		merkle_empty(&empty);
		return p->count == 0 && hash_eq(subtree_root, &empty) ? 0 : E_CRYPTO;
	}

	/* Begin at the largest node that both trees have whole. */
	while (c.last == c.tree ? c.first != c.last : c.first != c.last && c.last & 1)
		up(&c);
	if (c.first == c.last) {
		c.sub = *subtree_root;
	} else {
		if (p->count == 0)
			return E_CRYPTO;
		c.sub = p->hash[from++];
	}
	c.all = c.sub;
	err = climb(&c, p, from);
	if (err)
		return err;

	return hash_eq(&c.sub, subtree_root) && hash_eq(&c.all, root) ? 0 : E_CRYPTO;
}
