/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/checkpoint.h"

#define ORIGIN "sigsum.org/v1/tree/"

enum {
	HASH_BASE64 = 44,
	TIME_LEN = 8,
};


void checkpoint_origin(char out[NOTE_NAME_SIZE], const struct public_key *log)
{
	struct hash h;

	key_hash(&h, log);
	memcpy(out, ORIGIN, strlen(ORIGIN));
	text_hex(out + strlen(ORIGIN), h.b, sizeof(h.b));
}


void checkpoint_key(struct note_key *out, const struct public_key *log)
{
	char origin[NOTE_NAME_SIZE];

	checkpoint_origin(origin, log);
	if (note_key(out, origin, NOTE_ED25519, log))
		abort();
}


void checkpoint_body(struct buf *b, const struct checkpoint *cp)
{
	char root[HASH_BASE64 + 1];

	text_base64(root, cp->root.b, sizeof(cp->root.b));
	buf_printf(b, "%s\n%" PRIu64 "\n%s\n", cp->origin, cp->size, root);
}


static int bad(struct fault *f, int line, const char *why)
{
	fault_at(f, NULL, line, 1);

	return fault_set(f, E_SYNTAX, "This is no checkpoint: %s.", why);
}


/* The line at *s, copied; *s moves behind its newline. */
static bool line(char *out, size_t size, const char **s, const char *end)
{
	const char *stop = memchr(*s, '\n', (size_t)(end - *s));

	if (!stop || stop == *s || (size_t)(stop - *s) >= size)
		return false;
	memcpy(out, *s, (size_t)(stop - *s));
	out[stop - *s] = '\0';
	*s = stop + 1;

	return true;
}


int checkpoint_parse(struct checkpoint *out, const char *text, size_t len, struct fault *f)
{
	const char *s = text, *end = text + len;
	char number[24], root[HASH_BASE64 + 1];
	size_t room = sizeof(out->root.b);
	int64_t size;

	if (!line(out->origin, sizeof(out->origin), &s, end))
		return bad(f, 1, "its first line is no origin");
	if (!line(number, sizeof(number), &s, end) || text_int(&size, number, 0, INT64_MAX))
		return bad(f, 2, "its second line is no size");
	if (!line(root, sizeof(root), &s, end) ||
	    text_unbase64(out->root.b, &room, root, strlen(root), false) ||
	    room != sizeof(out->root.b))
		return bad(f, 3, "its third line is no root hash in base64");
	for (int n = 4; s < end; n++) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));

		if (!stop || stop == s)
			return bad(f, n, "an extension line is empty or has no end");
		s = stop + 1;
	}
	out->size = (uint64_t)size;

	return 0;
}


void checkpoint_note(struct buf *b, const struct checkpoint *cp, const struct public_key *log,
		     const uint8_t signature[KEY_SIGNATURE])
{
	struct note_key key;

	checkpoint_key(&key, log);
	checkpoint_body(b, cp);
	buf_char(b, '\n');
	note_sign_line(b, key.name, key.id, signature, KEY_SIGNATURE);
}


int checkpoint_open(struct checkpoint *out, struct note *note, struct arena *a, const char *s,
		    size_t len, const struct note_key *log, struct fault *f)
{
	int err = note_parse(note, a, s, len, f);

	if (!err)
		err = checkpoint_parse(out, note->text, note->text_len, f);
	if (err)
		return err;

	if (!text_eq(out->origin, log->name))
		return fault_set(f, E_CRYPTO,
				 "The checkpoint is of the log %s, the key of the log %s.",
				 out->origin, log->name);
	err = note_verify(note, log);
	if (err == E_ABSENT)
		return fault_set(f, E_CRYPTO,
				 "The checkpoint is not signed by the key %08x of its log.",
				 log->id);
	if (err)
		return fault_set(f, E_CRYPTO,
				 "The log's signature on the checkpoint does not hold.");

	return 0;
}


void checkpoint_cosigned(struct buf *b, const char *text, size_t len, uint64_t time_s)
{
	buf_printf(b, "cosignature/v1\ntime %" PRIu64 "\n", time_s);
	buf_add(b, text, len);
}


int checkpoint_verify_cosigned(const char *text, size_t len, const struct public_key *witness,
			       uint64_t time_s, const uint8_t signature[KEY_SIGNATURE])
{
	struct buf b;
	int err;

	buf_init(&b, 0);
	checkpoint_cosigned(&b, text, len, time_s);
	err = key_verify(witness, b.data, b.len, signature);
	buf_clear(&b);

	return err;
}


int checkpoint_cosignature(uint64_t *time_s, const uint8_t **signature,
			   const struct note_signature *s)
{
	if (s->len != TIME_LEN + KEY_SIGNATURE)
		return E_SYNTAX;

	*time_s = 0;
	for (size_t i = 0; i < TIME_LEN; i++)
		*time_s = *time_s << 8 | s->bytes[i];
	*signature = s->bytes + TIME_LEN;

	return *time_s > INT64_MAX ? E_SYNTAX : 0;
}
