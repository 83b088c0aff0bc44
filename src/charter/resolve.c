/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* resolve.c: follows the references, when every id of the file is known. */
#include <stdio.h>
#include <string.h>

#include "charter/loader.h"
#include "charter/near.h"

enum {
	LOOKED_AT = 1000, /* ids that are compared for "did you mean" */
};

#define REGISTER_POOLS (~(POOL(PARTIES) - 1))


void refer(struct loader *l, const struct field *f, const struct charter_node *n,
	   uint64_t pools, const char *id, void *to)
{
	struct late *late = arena_take(l->memory, sizeof(*late));

	*late = (struct late){ f, pools, to, id, arena_str(l->memory, l->path), n, NULL };
	*l->late_end = late;
	l->late_end = &late->next;
}


/* "body or office" and "bodies, offices" of a set of pools. */
static void name_pools(char *one, char *where, size_t size, uint64_t pools)
{
	one[0] = where[0] = '\0';
	for (int p = 0; p < POOLS; p++) {
		size_t at = strlen(one), to = strlen(where);

		if (!SET_HAS(pools, p))
			continue;
		(void)snprintf(one + at, size - at, "%s%s", at ? " or " : "",
			       pool_names[p].one);
		(void)snprintf(where + to, size - to, "%s%s", to ? " and " : "",
			       pool_names[p].where);
	}
}


/* What there is instead, as far as it fits. */
static void list_pools(char *out, size_t size, const struct loader *l, uint64_t pools,
		       struct near *near)
{
	size_t len = 0;

	out[0] = '\0';
	for (int p = 0; p < POOLS; p++) {
		const struct pool *pool = &l->pools[p];

		for (size_t i = 0; SET_HAS(pools, p) && i < pool->count && i < LOOKED_AT; i++) {
			near_offer(near, pool->ids[i]);
			if (len + strlen(pool->ids[i]) + 8 < size)
				len += (size_t)snprintf(out + len, size - len, "%s%s",
							len ? ", " : "", pool->ids[i]);
			else if (len && len + 5 < size && out[len - 1] != '.')
				len += (size_t)snprintf(out + len, size - len, " ...");
		}
	}
}


static void dangling(struct loader *l, const struct late *late)
{
	char one[120], where[160], all[140];
	struct near near;

	name_pools(one, where, sizeof(one), late->pools);
	near_begin(&near, late->id);
	list_pools(all, sizeof(all), l, late->pools, &near);
	(void)snprintf(l->path, sizeof(l->path), "%s", late->path);
	if (near.best)
		complain(l, late->node, "there is no %s \"%.60s\" in %s; did you mean \"%s\"?",
			 one, late->id, where, near.best);
	else
		complain(l, late->node, "there is no %s \"%.60s\" in %s; there is: %s", one,
			 late->id, where, all[0] ? all : "nothing");
}


static void put_who(struct charter_who *to, enum pool_id pool, const void *place)
{
	if (pool == P_BODIES)
		to->body = place;
	else if (pool == P_OFFICES)
		to->office = place;
	else
		to->status = place;
}


static bool put(const struct late *late, enum pool_id pool, const void *place)
{
	enum field_type type = late->field ? late->field->type : F_NAME;

	if (!place)
		return false;
	if (late->to && (type == F_WHO || type == F_WHOS))
		put_who(late->to, pool, place);
	else if (late->to)
		memcpy(late->to, &place, sizeof(place));

	return true;
}


static void follow(struct loader *l, const struct late *late)
{
	for (int p = 0; p < POOLS; p++)
		if (SET_HAS(late->pools, p) &&
		    put(late, (enum pool_id)p, map_get(&l->pools[p].places, late->id)))
			return;
	if (l->c->has_registers || !(late->pools & REGISTER_POOLS))
		dangling(l, late);
}


/* Take out what could not be found, so that nobody meets an empty place. */
static void close_gaps(const struct late_list *whole)
{
	static const char nothing[sizeof(struct charter_who)];
	char *at = whole->list->at;
	size_t kept = 0;

	for (size_t i = 0; i < whole->list->count; i++)
		if (memcmp(at + i * whole->entry, nothing, whole->entry) != 0)
			memmove(at + kept++ * whole->entry, at + i * whole->entry,
				whole->entry);
	whole->list->count = kept;
}


void resolve_all(struct loader *l)
{
	for (const struct late *late = l->late; late; late = late->next)
		follow(l, late);
	for (const struct late_list *whole = l->lists; whole; whole = whole->next)
		close_gaps(whole);
	path_pop(l, 0);
}
