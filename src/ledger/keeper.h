/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * keeper.h: what the keeper does, without its process and its socket: it holds the keys that
 * sign acts and checkpoints and answers a fixed table of requests.
 *
 * A folder of keys:
 *
 *	log.key            signs checkpoints and nothing else
 *	log.last           the last checkpoint that was signed (struct keeper_state, below)
 *	recorder.key       signs the leaves of acts by parties without a seal here
 *	seal-<party>.key   the seal of a party that is hosted here
 *
 * A checkpoint is signed only with the proof that it continues the last one signed, which
 * is remembered on disk before the signature leaves the keeper.  Nobody who takes over the
 * desk, or restores an older store, can make the keeper sign two histories.
 *
 * After keeper_open() nothing here opens a file: the memory of the last checkpoint is
 * written through the open descriptor with pwrite() and fdatasync().
 */
#ifndef LEDGER_KEEPER_H
#define LEDGER_KEEPER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "ledger/key.h"
#include "ledger/leaf.h"
#include "ledger/merkle.h"

/* How the names of seals begin: "seal-<party>". */
#define KEEPER_SEAL "seal-"

enum {
	KEEPER_KEYS_MAX = 128,
	KEEPER_NAME_SIZE = TEXT_ID_MAX + 6, /* "seal-", an id and the NUL */
	KEEPER_LEAVES_MAX = 256,	    /* in one request */
	KEEPER_MESSAGE_MAX = 64 << 10,	    /* bytes of a request or reply */
};

#define KEEPER_RECORDER "recorder"

/* X(name, number): the table of requests.  There is no other. */
#define KEEPER_OPS(X)            \
	X(KEEPER_PUBLIC_KEYS, 1) \
	X(KEEPER_SIGN_LEAVES, 2) \
	X(KEEPER_SIGN_CHECKPOINT, 3)

enum keeper_op {
#define X(name, number) name = number,
	KEEPER_OPS(X)
#undef X
};

/* A leaf to be signed: by which key, over what. */
struct keeper_leaf {
	char key[KEEPER_NAME_SIZE]; /* "recorder" or "seal-<party>" */
	struct hash checksum;
};

/* A head to be signed, and the proof that it continues the last one. */
struct keeper_head {
	uint64_t size;
	struct hash root;
	struct merkle_proof proof; /* empty for the first head and for the same one again */
};

struct keeper_request {
	enum keeper_op op;
	size_t count; /* KEEPER_SIGN_LEAVES: 1 to KEEPER_LEAVES_MAX */
	union {
		struct keeper_leaf leaf[KEEPER_LEAVES_MAX];
		struct keeper_head head;
	};
};

struct keeper_name {
	char name[KEEPER_NAME_SIZE];
	struct public_key key;
};

struct keeper_reply {
	enum keeper_op op;
	int err; /* 0, or why not; then only `text` has a meaning */
	char text[sizeof(((struct fault *)0)->text)];
	size_t count; /* of names or leaves */
	/* KEEPER_PUBLIC_KEYS: the log's key and its last signed head (size 0: none yet) */
	struct public_key log;
	uint64_t size;
	struct hash root;
	union {
		struct keeper_name name[KEEPER_KEYS_MAX]; /* KEEPER_PUBLIC_KEYS */
		struct leaf leaf[KEEPER_LEAVES_MAX];	  /* KEEPER_SIGN_LEAVES */
		uint8_t signature[KEY_SIGNATURE];	  /* KEEPER_SIGN_CHECKPOINT */
	};
};

/*
 * Make the folder (mode 0700) and in it what is missing of log.key with its log.last and
 * recorder.key.
 *
 * Errors: E_CORRUPT one of log.key and log.last is there without the other: a log key whose
 * last checkpoint is forgotten may sign nothing more (keeper_new_log()); those of key_save().
 */
int keeper_setup(const char *folder, struct fault *f) MUST_CHECK;

/*
 * Make a hosted party's seal.
 * Errors: E_RANGE no id of a party; those of key_save().
 */
int keeper_new_seal(const char *folder, const char *party, struct fault *f) MUST_CHECK;

/*
 * Put the key of the log away as "log-<8 digits of its hash>.retired" with its last
 * checkpoint, and make a new one: for the log after a restored backup (log_begin()).
 */
int keeper_new_log(const char *folder, struct fault *f) MUST_CHECK;

/*
 * Load every key of the folder and the memory of the last checkpoint, and lock it against
 * a second keeper.
 *
 * Errors: E_BUSY another keeper runs; E_CORRUPT the memory is damaged or of another key;
 * E_SYNTAX a file ends in ".key" and is none of those above; E_RANGE too many; those of
 * key_load().
 */
struct keeper;
int keeper_open(struct keeper **out, const char *folder, struct fault *f) MUST_CHECK;
void keeper_close(struct keeper *k); /* NULL is allowed */

/* The descriptor of the memory, which a sandbox must let be written. */
int keeper_descriptor(const struct keeper *k);

/*
 * Answer a request.  What went wrong is in the reply:
 *	E_ABSENT   no key of that name
 *	E_CRYPTO   the head does not continue the last one
 *	E_FULL, E_IO  the memory could not be written; nothing was signed
 */
void keeper_answer(struct keeper_reply *out, struct keeper *k, const struct keeper_request *in);

/* Messages as bytes (big-endian, length-limited, one way to write each). */
void keeper_request_write(struct buf *b, const struct keeper_request *r);
void keeper_reply_write(struct buf *b, const struct keeper_reply *r);

/* Errors: E_SYNTAX, E_RANGE a count over its limit. */
int keeper_request_parse(struct keeper_request *out, const void *bytes, size_t len) MUST_CHECK;
int keeper_reply_parse(struct keeper_reply *out, const void *bytes, size_t len) MUST_CHECK;

#endif
