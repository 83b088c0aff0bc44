/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * merkle.h: the Merkle tree of RFC 6962 section 2.1 over SHA-256, its inclusion and
 * consistency proofs, and the same for subtrees (draft-ietf-plants-merkle-tree-certs,
 * section "Subtrees"; what an ML-DSA cosignature may sign).
 *
 * A node is named by level and index: (l, i) is the root over the leaves i*2^l up to, but not
 * with, (i+1)*2^l, all of which exist.  Sizes and indexes are below 2^63.
 */
#ifndef LEDGER_MERKLE_H
#define LEDGER_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"

enum {
	MERKLE_LEVELS = 63,
	MERKLE_PROOF_MAX = 64, /* hashes in the longest proof that can be */
};

#define MERKLE_SIZE_MAX ((uint64_t)INT64_MAX)

struct hash {
	uint8_t b[DIGEST_SIZE];
};

struct merkle_proof {
	size_t count;
	struct hash hash[MERKLE_PROOF_MAX];
};

bool hash_eq(const struct hash *a, const struct hash *b);

/* The hash of a leaf over its entry, of an inner node, and of the empty tree. */
void merkle_leaf(struct hash *out, const void *entry, size_t len);
void merkle_node(struct hash *out, const struct hash *left, const struct hash *right);
void merkle_empty(struct hash *out);

/*
 * The right edge of a tree: all that is needed to append to it and to tell its root.
 * node[l] holds the root of a full subtree of 2^l leaves where bit l of size is set.
 */
struct merkle_frontier {
	uint64_t size;
	struct hash node[MERKLE_LEVELS];
};

/* Told of every inner node (level 1 and above) that becomes full; an error stops. */
typedef int merkle_made_h(unsigned level, uint64_t index, const struct hash *h, void *arg);

/*
 * Append one leaf, given by its hash.  `made` may be NULL.
 * Errors: E_RANGE the tree is full; those of `made`, after which f is unusable.
 */
int merkle_append(struct merkle_frontier *f, const struct hash *leaf, merkle_made_h *made,
		  void *arg) MUST_CHECK;
void merkle_frontier_root(struct hash *out, const struct merkle_frontier *f);

/* Gives node (level, index) of the tree that a proof is made from. */
typedef int merkle_read_h(struct hash *out, unsigned level, uint64_t index, void *arg);

/*
 * The frontier of the first `size` leaves, from stored nodes.
 * Errors: those of `read`.
 */
int merkle_frontier_read(struct merkle_frontier *out, uint64_t size, merkle_read_h *read,
			 void *arg) MUST_CHECK;

/*
 * That leaf `index` is in the tree of `size` leaves (RFC 6962 section 2.1.1), or that the
 * tree of `old` leaves is the beginning of the one of `size` (section 2.1.2; empty when they
 * are the same size).
 *
 * Errors: E_RANGE not index < size, or not 0 < old <= size; those of `read`.
 */
int merkle_inclusion(struct merkle_proof *out, uint64_t index, uint64_t size,
		     merkle_read_h *read, void *arg) MUST_CHECK;
int merkle_consistency(struct merkle_proof *out, uint64_t old, uint64_t size,
		       merkle_read_h *read, void *arg) MUST_CHECK;

/*
 * The root that an inclusion proof leads to.
 * Errors: E_CRYPTO the index or the number of hashes cannot belong to that size.
 */
int merkle_inclusion_root(struct hash *out, const struct hash *leaf, uint64_t index,
			  uint64_t size, const struct merkle_proof *p) MUST_CHECK;

/* Each of these returns 0 when the proof holds and E_CRYPTO when it does not. */
int merkle_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size,
			    const struct merkle_proof *p, const struct hash *root) MUST_CHECK;

/* Nothing is consistent with the empty tree but itself: `old` 0 wants `size` 0. */
int merkle_verify_consistency(uint64_t old, uint64_t size, const struct hash *old_root,
			      const struct hash *root, const struct merkle_proof *p) MUST_CHECK;

/* [start, end) must be aligned: start is a multiple of the least power of 2 >= end - start. */
int merkle_verify_subtree_inclusion(const struct hash *leaf, uint64_t index, uint64_t start,
				    uint64_t end, const struct merkle_proof *p,
				    const struct hash *subtree_root) MUST_CHECK;
int merkle_verify_subtree_consistency(uint64_t start, uint64_t end, uint64_t size,
				      const struct hash *subtree_root, const struct hash *root,
				      const struct merkle_proof *p) MUST_CHECK;

#endif
