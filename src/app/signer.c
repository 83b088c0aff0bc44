/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/signer.h"
#include "base/diag.h"
#include "base/mailbox.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	ANSWER_MS = 10000, /* a keeper that takes longer is taken for dead */
	RELINK_MS = 10000, /* how long a new keeper is waited for */
	LINKS = 8,
	TRIES = 3,
};

struct keeper_door {
	struct signer signer; /* first: the writer's handle is the door */
	int link;
	struct mailbox *links; /* descriptors + 1, as pointers */
	struct buf out;
	char in[KEEPER_MESSAGE_MAX];
	struct keeper_request request;
	int posted;			 /* 0, or why it could not be sent */
	int64_t seqs[KEEPER_LEAVES_MAX]; /* of the acts whose leaves were asked for */
	struct keeper_reply reply;
	char seals[KEEPER_KEYS_MAX][KEEPER_NAME_SIZE]; /* of hosted parties */
	size_t seals_count;
};


static bool has_seal(const struct keeper_door *d, const char *name)
{
	for (size_t i = 0; i < d->seals_count; i++)
		if (strcmp(d->seals[i], name) == 0)
			return true;

	return false;
}


static void drop_link(struct keeper_door *d)
{
	if (d->link >= 0)
		(void)close(d->link);
	d->link = -1;
}


/* Take the newest link there is, waiting for one when there is none. */
static int take_link(struct keeper_door *d)
{
	void *items[LINKS];
	size_t n = mailbox_take(d->links, items, LINKS, d->link < 0 ? RELINK_MS : 0);

	for (size_t i = 0; i < n; i++) {
		drop_link(d);
		d->link = (int)(intptr_t)items[i] - 1;
	}

	return d->link < 0 ? E_BUSY : 0;
}


static int transmit(struct keeper_door *d)
{
	if (take_link(d))
		return E_BUSY;

	return send(d->link, d->out.data, d->out.len, MSG_NOSIGNAL) == (ssize_t)d->out.len
		       ? 0
		       : E_GONE;
}


static int receive(struct keeper_door *d)
{
	struct pollfd p = { .fd = d->link, .events = POLLIN };
	ssize_t n;

	while (poll(&p, 1, ANSWER_MS) < 0)
		if (errno != EINTR)
			return E_GONE;
	n = recv(d->link, d->in, sizeof(d->in), MSG_DONTWAIT);
	if (n <= 0)
		return E_GONE;

	return keeper_reply_parse(&d->reply, d->in, (size_t)n);
}


/* Send d->request; what fails here is tried again by answer(). */
static void post(struct keeper_door *d)
{
	buf_reset(&d->out);
	keeper_request_write(&d->out, &d->request);
	d->posted = transmit(d);
}


/* The answer to what was posted last, in d->reply; a keeper started anew is asked again. */
static int answer(struct keeper_door *d)
{
	int err = d->posted ? d->posted : receive(d);

	for (int tries = 1; err; tries++) {
		if (err == E_BUSY)
			return err;
		diag_warning("signer", "the keeper does not answer");
		drop_link(d);
		if (err != E_GONE || tries == TRIES)
			return E_BUSY;
		err = transmit(d);
		if (!err)
			err = receive(d);
	}
	if (d->reply.err)
		diag_error("signer", "the keeper refuses: %s", d->reply.text);

	return d->reply.err;
}


/* Ask d->request; d->reply has the answer. */
static int ask(struct keeper_door *d)
{
	post(d);

	return answer(d);
}


static int ask_keys(struct keeper_door *d)
{
	int err;

	memset(&d->request, 0, sizeof(d->request));
	d->request.op = KEEPER_PUBLIC_KEYS;
	err = ask(d);
	d->seals_count = 0;
	for (size_t i = 0; i < d->reply.count && !err; i++)
		if (text_starts(d->reply.name[i].name, KEEPER_SEAL))
			memcpy(d->seals[d->seals_count++], d->reply.name[i].name,
			       KEEPER_NAME_SIZE);

	return err;
}


static void ask_leaves(struct signer *s, const struct act_outcome *const *acts, size_t count)
{
	struct keeper_door *d = (struct keeper_door *)s;

	d->request.op = KEEPER_SIGN_LEAVES;
	d->request.count = count;
	for (size_t i = 0; i < count; i++) {
		struct keeper_leaf *l = &d->request.leaf[i];

		(void)snprintf(l->key, sizeof(l->key), KEEPER_SEAL "%s",
			       acts[i]->party ? acts[i]->party : "");
		if (!acts[i]->party || !has_seal(d, l->key))
			(void)snprintf(l->key, sizeof(l->key), "%s", KEEPER_RECORDER);
		leaf_checksum(&l->checksum, acts[i]->record, acts[i]->record_len);
		d->seqs[i] = acts[i]->seq;
	}
	post(d);
}


static int take_leaves(struct signer *s, struct log_entry *out)
{
	struct keeper_door *d = (struct keeper_door *)s;
	int err = answer(d);

	if (!err && d->reply.count != d->request.count)
		err = E_CRYPTO;
	for (size_t i = 0; i < d->request.count && !err; i++)
		out[i] = (struct log_entry){ d->seqs[i], d->reply.leaf[i] };

	return err;
}


/* The proof goes from the head that the keeper signed last, which it tells. */
static int sign_checkpoint(struct signer *s, struct log *log, uint8_t *signature)
{
	struct keeper_door *d = (struct keeper_door *)s;
	struct checkpoint head;
	uint64_t last;
	int err = ask_keys(d);

	if (err)
		return err;
	last = d->reply.size;
	log_head(&head, log);
	memset(&d->request, 0, sizeof(d->request));
	d->request.op = KEEPER_SIGN_CHECKPOINT;
	d->request.head.size = head.size;
	d->request.head.root = head.root;
	if (last && last < head.size)
		err = log_consistency(&d->request.head.proof, log, last);
	if (!err)
		err = ask(d);
	if (!err)
		memcpy(signature, d->reply.signature, KEY_SIGNATURE);

	return err;
}


int keeper_door_open(struct keeper_door **out, int link)
{
	struct keeper_door *d = mem_zero(1, sizeof(*d));
	int err = mailbox_new(&d->links, LINKS);

	if (err) {
		free(d);
		return err;
	}
	d->link = link;
	d->signer.ask_leaves = ask_leaves;
	d->signer.take_leaves = take_leaves;
	d->signer.checkpoint = sign_checkpoint;
	buf_init(&d->out, KEEPER_MESSAGE_MAX);
	*out = d;

	return 0;
}


void keeper_door_close(struct keeper_door *d)
{
	if (!d)
		return;

	drop_link(d);
	mailbox_free(d->links);
	buf_clear(&d->out);
	free(d);
}


void keeper_door_relink(struct keeper_door *d, int link)
{
	if (mailbox_post(d->links, (void *)(intptr_t)(link + 1)))
		(void)close(link);
}


struct signer *keeper_door_signer(struct keeper_door *d)
{
	return &d->signer;
}


int keeper_door_keys(struct keeper_reply *out, struct keeper_door *d)
{
	int err = ask_keys(d);

	if (!err)
		*out = d->reply;

	return err;
}


int keeper_door_note_keys(struct keeper_door *d, struct store *st, int64_t now)
{
	int err = ask_keys(d);

	for (size_t i = 0; i < d->reply.count && !err; i++)
		err = log_signer(st, &d->reply.name[i].key, d->reply.name[i].name, now);

	return err;
}
