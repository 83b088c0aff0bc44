/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * keeper_wire.c: the messages of keeper.h as bytes.
 *
 *	request   op u8, then
 *	  PUBLIC_KEYS      nothing
 *	  SIGN_LEAVES      count u16, each: name (u8 length, bytes), checksum 32
 *	  SIGN_CHECKPOINT  size u64, root 32, count u8, each: hash 32
 *	reply     op u8, error u8 (0, or its number in errors.def), then
 *	  an error         text (u16 length, bytes)
 *	  PUBLIC_KEYS      log key 32, size u64, root 32, count u8, each: name, key 32
 *	  SIGN_LEAVES      count u16, each: leaf 128
 *	  SIGN_CHECKPOINT  signature 64
 */
#include <string.h>

#include "base/bytes.h"
#include "ledger/keeper.h"


static bool valid_name(const char *name)
{
	return text_eq(name, KEEPER_RECORDER) ||
	       (text_starts(name, KEEPER_SEAL) && text_id(name + strlen(KEEPER_SEAL)));
}


static void put_name(struct buf *b, const char *name)
{
	size_t len = strlen(name);

	buf_u8(b, (uint8_t)len);
	buf_add(b, name, len);
}


static bool get_name(char out[KEEPER_NAME_SIZE], struct bytes *b)
{
	size_t len = bytes_u8(b);

	if (len >= KEEPER_NAME_SIZE || !bytes_copy(b, out, len))
		return false;
	out[len] = '\0';

	return strlen(out) == len && valid_name(out);
}


void keeper_request_write(struct buf *b, const struct keeper_request *r)
{
	buf_u8(b, (uint8_t)r->op);
	if (r->op == KEEPER_SIGN_LEAVES) {
		buf_u16(b, (uint16_t)r->count);
		for (size_t i = 0; i < r->count; i++) {
			put_name(b, r->leaf[i].key);
			buf_add(b, r->leaf[i].checksum.b, DIGEST_SIZE);
		}
	} else if (r->op == KEEPER_SIGN_CHECKPOINT) {
		buf_u64(b, r->head.size);
		buf_add(b, r->head.root.b, DIGEST_SIZE);
		buf_u8(b, (uint8_t)r->head.proof.count);
		buf_add(b, r->head.proof.hash, r->head.proof.count * DIGEST_SIZE);
	}
}


static int parse_leaves(struct keeper_request *out, struct bytes *b)
{
	out->count = bytes_u16(b);
	if (out->count == 0 || out->count > KEEPER_LEAVES_MAX)
		return E_RANGE;
	for (size_t i = 0; i < out->count; i++)
		if (!get_name(out->leaf[i].key, b) ||
		    !bytes_copy(b, out->leaf[i].checksum.b, DIGEST_SIZE))
			return E_SYNTAX;

	return 0;
}


static int parse_head(struct keeper_head *out, struct bytes *b)
{
	out->size = bytes_u64(b);
	(void)bytes_copy(b, out->root.b, DIGEST_SIZE);
	out->proof.count = bytes_u8(b);
	if (out->size > MERKLE_SIZE_MAX || out->proof.count > MERKLE_PROOF_MAX)
		return E_RANGE;
	(void)bytes_copy(b, out->proof.hash, out->proof.count * DIGEST_SIZE);

	return 0;
}


int keeper_request_parse(struct keeper_request *out, const void *bytes, size_t len)
{
	struct bytes b;
	int err;

	memset(out, 0, sizeof(*out));
	if (len > KEEPER_MESSAGE_MAX)
		return E_RANGE;
	bytes_init(&b, bytes, len);
	out->op = (enum keeper_op)bytes_u8(&b);
	switch (out->op) {
	case KEEPER_PUBLIC_KEYS: err = 0; break;
	case KEEPER_SIGN_LEAVES: err = parse_leaves(out, &b); break;
	case KEEPER_SIGN_CHECKPOINT: err = parse_head(&out->head, &b); break;
	default: err = E_SYNTAX; break;
	}

	return err ? err : bytes_end(&b) ? 0 : E_SYNTAX;
}


static void put_names(struct buf *b, const struct keeper_reply *r)
{
	buf_add(b, r->log.b, sizeof(r->log.b));
	buf_u64(b, r->size);
	buf_add(b, r->root.b, sizeof(r->root.b));
	buf_u8(b, (uint8_t)r->count);
	for (size_t i = 0; i < r->count; i++) {
		put_name(b, r->name[i].name);
		buf_add(b, r->name[i].key.b, sizeof(r->name[i].key.b));
	}
}


void keeper_reply_write(struct buf *b, const struct keeper_reply *r)
{
	buf_u8(b, (uint8_t)r->op);
	buf_u8(b, (uint8_t)-r->err);
	if (r->err) {
		buf_u16(b, (uint16_t)strlen(r->text));
		buf_str(b, r->text);
	} else if (r->op == KEEPER_PUBLIC_KEYS) {
		put_names(b, r);
	} else if (r->op == KEEPER_SIGN_LEAVES) {
		buf_u16(b, (uint16_t)r->count);
		buf_add(b, r->leaf, r->count * sizeof(r->leaf[0]));
	} else {
		buf_add(b, r->signature, sizeof(r->signature));
	}
}


static int parse_names(struct keeper_reply *out, struct bytes *b)
{
	(void)bytes_copy(b, out->log.b, sizeof(out->log.b));
	out->size = bytes_u64(b);
	(void)bytes_copy(b, out->root.b, sizeof(out->root.b));
	out->count = bytes_u8(b);
	if (out->size > MERKLE_SIZE_MAX || out->count > KEEPER_KEYS_MAX)
		return E_RANGE;
	for (size_t i = 0; i < out->count; i++)
		if (!get_name(out->name[i].name, b) ||
		    !bytes_copy(b, out->name[i].key.b, sizeof(out->name[i].key.b)))
			return E_SYNTAX;

	return 0;
}


static int parse_signed(struct keeper_reply *out, struct bytes *b)
{
	out->count = bytes_u16(b);
	if (out->count > KEEPER_LEAVES_MAX)
		return E_RANGE;
	(void)bytes_copy(b, out->leaf, out->count * sizeof(out->leaf[0]));

	return 0;
}


static int parse_refusal(struct keeper_reply *out, struct bytes *b)
{
	size_t len = bytes_u16(b);

	if (len >= sizeof(out->text))
		return E_RANGE;
	if (bytes_copy(b, out->text, len))
		out->text[len] = '\0';

	return text_utf8(out->text, strlen(out->text)) && strlen(out->text) == len ? 0
										   : E_SYNTAX;
}


int keeper_reply_parse(struct keeper_reply *out, const void *bytes, size_t len)
{
	struct bytes b;
	int err;

	memset(out, 0, sizeof(*out));
	if (len > KEEPER_MESSAGE_MAX)
		return E_RANGE;
	bytes_init(&b, bytes, len);
	out->op = (enum keeper_op)bytes_u8(&b);
	out->err = -(int)bytes_u8(&b);
	if (out->op < KEEPER_PUBLIC_KEYS || out->op > KEEPER_SIGN_CHECKPOINT ||
	    out->err <= -ERR_COUNT_)
		return E_SYNTAX;
	if (out->err)
		err = parse_refusal(out, &b);
	else if (out->op == KEEPER_PUBLIC_KEYS)
		err = parse_names(out, &b);
	else if (out->op == KEEPER_SIGN_LEAVES)
		err = parse_signed(out, &b);
	else
		err = bytes_copy(&b, out->signature, sizeof(out->signature)) ? 0 : E_SYNTAX;

	return err ? err : bytes_end(&b) ? 0 : E_SYNTAX;
}
