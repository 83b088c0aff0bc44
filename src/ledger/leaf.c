/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "ledger/leaf.h"

#define NAMESPACE "sigsum.org/v1/tree-leaf" /* signed with its NUL */

_Static_assert(sizeof(NAMESPACE) + DIGEST_SIZE == LEAF_SIGNED, "namespace, NUL, checksum");


void leaf_checksum(struct hash *out, const void *record, size_t len)
{
	struct hash message;

	digest_of(message.b, record, len);
	digest_of(out->b, message.b, sizeof(message.b));
}


void leaf_signed(uint8_t out[LEAF_SIGNED], const struct hash *checksum)
{
	memcpy(out, NAMESPACE, sizeof(NAMESPACE));
	memcpy(out + sizeof(NAMESPACE), checksum->b, sizeof(checksum->b));
}


void leaf_sign(struct leaf *out, const struct hash *checksum, const struct key *k)
{
	uint8_t message[LEAF_SIGNED];

	leaf_signed(message, checksum);
	out->checksum = *checksum;
	key_sign(out->signature, k, message, sizeof(message));
	key_hash(&out->key, key_public(k));
}


void leaf_hash(struct hash *out, const struct leaf *l)
{
	merkle_leaf(out, l, sizeof(*l));
}


int leaf_verify(const struct leaf *l, const struct public_key *k)
{
	uint8_t message[LEAF_SIGNED];
	struct hash h;

	key_hash(&h, k);
	if (!hash_eq(&h, &l->key))
		return E_CRYPTO;
	leaf_signed(message, &l->checksum);

	return key_verify(k, message, sizeof(message), l->signature);
}
