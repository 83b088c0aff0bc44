/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * pace.c: what would come to a viewer faster than the path is thought to carry waits its turn.
 *
 * Sound never waits.  Frames wait only when they are well above the estimate; key frames and
 * retransmissions, which come in bursts, are spread from the beginning.  To a path that has not
 * shown where it ends nothing waits.  A packet that waits is not sealed yet: its number for
 * transport feedback and its time are those of when it leaves.  All that is due leaves at once,
 * every PACE_STEP_US, so that no packet needs a call or a timer of its own.
 */
#include <string.h>

#include "media/core.h"
#include "media/wire.h"

enum {
	SLACK_US = 50000,   /* by how much frames may be early */
	LATEST_US = 300000, /* nobody waits for longer */
	MOST = 256,	    /* packets that wait for one viewer; more push the oldest out */
};


void pace_init(struct peer *v)
{
	list_init(&v->pace.link);
}


/*
 * Half as much again as the estimate: what is late makes up for it.  Until the path has shown
 * where it ends the estimate is a guess, and no reason to wait.
 */
void pace_rate(struct peer *v)
{
	const struct bwe *b = v->bwe;

	v->pace.ns = 0;
	if (b && (b->decreased_us || b->ceiling))
		v->pace.ns = (uint32_t)(INT64_C(8000000000) * 2 / 3 / bwe_bps(b, v->e->now_us));
}


/* It leaves now. */
static void leave(struct peer *v, uint8_t *out, const struct ready *r)
{
	struct engine *e = v->e;
	size_t n = r->header + r->len;

	if (r->twcc) {
		put16(out + r->twcc, v->twcc_next);
		if (v->bwe)
			bwe_sent(v->bwe, v->twcc_next, n, e->now_us);
		v->twcc_next++;
	}
	if (v->pace.busy_us < e->now_us)
		v->pace.busy_us = e->now_us;
	v->pace.busy_us += (int64_t)n * v->pace.ns / 1000;
	n = srtp_seal(v->tx, out, r->header, r->payload, r->len, r->index);
	if (n)
		out_commit(e, v, out, n);
}


/* Those that are asked for again go first: somebody has waited for them already. */
static struct paced *next(struct pace *q)
{
	struct pace_queue *of =
		q->queue[PACE_AGAIN].first ? &q->queue[PACE_AGAIN] : &q->queue[PACE_FRAME];
	struct paced *p = of->first;

	if (p) {
		of->first = p->next;
		q->waiting--;
	}

	return p;
}


static void send_next(struct peer *v)
{
	struct paced *p = next(&v->pace);
	uint8_t *out = out_room(v->e);

	p->r.payload = p->bytes + p->r.header;
	memcpy(out, p->bytes, p->r.header);
	leave(v, out, &p->r);
	pool_give(&v->e->paced, p);
}


void pace_forget(struct peer *v)
{
	struct paced *p;

	while ((p = next(&v->pace)))
		pool_give(&v->e->paced, p);
	list_del(&v->pace.link);
}


/* Must a packet of that sort wait? */
static bool waits(const struct peer *v, enum pace_sort sort)
{
	const struct pace *q = &v->pace;

	if (!q->ns || sort == PACE_SOUND)
		return false;

	return q->waiting ||
	       q->busy_us - v->e->now_us > (sort == PACE_FRAME ? SLACK_US : PACE_STEP_US);
}


uint8_t *pace_room(struct paced **held, struct peer *v, enum pace_sort sort)
{
	struct pool *pool = &v->e->paced;

	*held = NULL;
	if (waits(v, sort)) {
		/* Nothing is lost and nothing overtakes, only less is spread. */
		if (v->pace.waiting == MOST || (v->pace.waiting && pool->used == pool->count))
			send_next(v);
		*held = pool_take(pool);
	}

	return *held ? (*held)->bytes : out_room(v->e);
}


void pace_send(struct paced *held, struct peer *v, enum pace_sort sort, uint8_t *out,
	       const struct ready *r)
{
	struct pace_queue *q = &v->pace.queue[sort == PACE_AGAIN ? PACE_AGAIN : PACE_FRAME];

	if (!held) {
		leave(v, out, r);
		return;
	}
	if (r->payload != out + r->header)
		memcpy(out + r->header, r->payload, r->len);
	held->r = *r;
	held->since_us = v->e->now_us;
	held->next = NULL;
	if (q->first)
		q->last->next = held;
	else
		q->first = held;
	q->last = held;
	v->pace.waiting++;
	/* It may be listed although nothing waited: what did made room for this one. */
	if (list_empty(&v->pace.link))
		list_add_tail(&v->e->pacing, &v->pace.link);
}


/* What is due of one viewer. */
static void run(struct peer *v)
{
	struct pace *q = &v->pace;
	int64_t now = v->e->now_us;

	while (q->waiting) {
		const struct pace_queue *again = &q->queue[PACE_AGAIN];
		const struct paced *p =
			again->first ? again->first : q->queue[PACE_FRAME].first;

		if (q->busy_us - now > PACE_STEP_US && now - p->since_us < LATEST_US)
			return;
		send_next(v);
	}
	list_del(&q->link);
}


void pace_run(struct engine *e)
{
	e->pace_us = e->now_us;
	for (struct list *l = e->pacing.next, *after; l != &e->pacing; l = after) {
		struct peer *v = LIST_ENTRY(l, struct peer, pace.link);

		after = l->next;
		if (v->current < 0 || !(v->rights & ENGINE_RECEIVE))
			pace_forget(v);
		else
			run(v);
	}
	out_flush(e);
}
