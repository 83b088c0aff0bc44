/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * data.h: the data folder of a centre.
 *
 *	format        "comity data 1", and what kind of folder it is: "demo" or "real"
 *	lock          locked while a server or a command works on it
 *	store         the address of the store when it is not db/comity.sqlite3
 *	db/           the embedded store
 *	keys/         the keeper's (ledger/keeper.h)
 *	restored      there after a restore, until the ledger's fate is decided
 */
#ifndef APP_DATA_H
#define APP_DATA_H

#include <stdbool.h>

#include "base/err.h"

enum {
	DATA_PATH = 4096, /* bytes of a path, as PATH_MAX */
};

struct data {
	char path[DATA_PATH / 2]; /* absolute */
	char store[DATA_PATH];	  /* what store_open() takes */
	char keys[DATA_PATH];
	bool demo;
	bool embedded; /* the store is db/comity.sqlite3 */
	int lock;      /* descriptor; -1: not locked */
};

/*
 * Make a new folder with its keys.  `store` NULL: the embedded store.
 * Errors: E_EXISTS the folder is there and not empty; those of the file system.
 */
int data_create(const char *path, const char *store, bool demo, struct fault *f) MUST_CHECK;

/*
 * Open a folder, and lock it unless `look` is set.
 *
 * Errors: E_ABSENT no such folder, or it is no data folder; E_NEWER of a newer version;
 * E_BUSY a server or another command works on it.
 */
int data_open(struct data *out, const char *path, bool look, struct fault *f) MUST_CHECK;
void data_close(struct data *d);

/* The marker that a restore leaves until its ledger is settled. */
bool data_restored(const struct data *d);
int data_mark_restored(const struct data *d, bool restored, struct fault *f) MUST_CHECK;

/* A small file in the folder: read into `out`, or written durably. */
int data_read(char *out, size_t size, const struct data *d, const char *name) MUST_CHECK;
int data_write(const struct data *d, const char *name, const char *text,
	       struct fault *f) MUST_CHECK;

#endif
