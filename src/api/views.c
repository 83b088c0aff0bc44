/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* views.c: registers are read through views, each filtered for the viewer. */
#include <string.h>

#include "act/clock.h"
#include "api/desk.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	VIEWS_MAX = 12, /* read at once */
};


static const char *parameter(const char *name, void *arg)
{
	return http_parameter(arg, name);
}


int views_get(struct request *r)
{
	struct desk *desk = loop_desk(r->loop);
	struct viewing v = { .name = r->part[0],
			     .seat = r->seat,
			     .lang = r->lang,
			     .at = clock_now(desk->clock),
			     .get = parameter,
			     .arg = r };
	int err = viewing_run(&r->out, desk_reader(r), &v, r->arena, &r->fault);

	if (err == E_DENIED)
		writer_security(desk->writer, &r->seat, "view", r->part[0]);
	if (err)
		return err;
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}

/* One of several views asked for at once: "record?limit=40&kind=x". */
struct piece {
	const char *name;
	char *query; /* "k=v&k=v", cut where values are asked for */
	struct arena *arena;
};


static const char *piece_parameter(const char *name, void *arg)
{
	const struct piece *p = arg;
	size_t len = strlen(name);
	const char *at = p->query;

	while (at && *at) {
		size_t n = strcspn(at, "&");

		if (n > len && at[len] == '=' && strncmp(at, name, len) == 0)
			return arena_strn(p->arena, at + len + 1, n - len - 1);
		at += n;
		at += *at == '&';
	}

	return NULL;
}


/* The view as one member of the list; null where this viewer may not see it. */
static int put_piece(struct request *r, struct buf *one, char *text)
{
	struct piece p = { .name = text, .query = strchr(text, '?'), .arena = r->arena };
	struct fault f = { 0 };
	struct viewing v;
	int err;

	if (p.query)
		*p.query++ = '\0';
	v = (struct viewing){ .name = p.name,
			      .seat = r->seat,
			      .lang = r->lang,
			      .at = clock_now(loop_desk(r->loop)->clock),
			      .get = piece_parameter,
			      .arg = &p };
	buf_reset(one);
	err = viewing_run(one, desk_reader(r), &v, r->arena, &f);
	if (!err)
		buf_add(&r->out, one->data, one->len);
	else if (err == E_DENIED || err == E_SESSION || err == E_ABSENT || err == E_RANGE)
		buf_str(&r->out, "null");
	else
		return err;

	return 0;
}


int views_several(struct request *r)
{
	const char *of = http_parameter(r, "of");
	char *text, *rest = NULL;
	struct buf one;
	size_t n = 0;
	int err = 0;

	if (!of)
		return fault_set(&r->fault, E_RANGE,
				 "The parameter \"of\" names views, separated by \";\".");
	buf_init(&one, 0);
	buf_str(&r->out, "{\"views\":[");
	for (text = strtok_r(arena_str(r->arena, of), ";", &rest); text && !err;
	     text = strtok_r(NULL, ";", &rest)) {
		if (n++)
			buf_char(&r->out, ',');
		err = n > VIEWS_MAX ? fault_set(&r->fault, E_RANGE,
						"At most %d views are read at once.", VIEWS_MAX)
				    : put_piece(r, &one, text);
	}
	buf_str(&r->out, "]}");
	buf_clear(&one);
	if (err)
		return err;
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}
