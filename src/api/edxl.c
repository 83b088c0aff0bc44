/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * edxl.c: assistance as EDXL-RM 1.0.  GET /api/v1/requests/{}/edxl is a message about a
 * request, for its two parties; POST /api/v1/edxl says which acts a message of somebody else
 * would be. It records nothing: who may act looks at them, completes them and posts them.
 */
#include <string.h>

#include "act/clock.h"
#include "api/desk.h"
#include "assist/edxl.h"
#include "base/fields.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/store.h"


static int need_party_seat(struct request *r)
{
	const struct charter *c = NULL;
	int err = desk_resolve(r, &c);

	if (err)
		return err;
	if (!r->seat.person)
		return fault_set(&r->fault, E_SESSION, "Sign in to see this.");
	if (!r->seat.party)
		return fault_set(&r->fault, E_DENIED,
				 "Requests for assistance are for their two parties.");

	return 0;
}


static int read_type(enum edxl_type *out, struct request *r)
{
	static const char *const words[EDXL_TYPES] = { "request", "response", "commit",
						       "release" };
	const char *word = http_parameter(r, "message");

	for (*out = EDXL_REQUEST; *out < EDXL_TYPES; ++*out)
		if (text_eq(word ? word : "request", words[*out]))
			return 0;
	fault_at(&r->fault, "/message", 0, 0);

	return fault_set(&r->fault, E_RANGE,
			 "The message is request, response, commit or release.");
}


int edxl_get(struct request *r)
{
	enum edxl_type type = EDXL_REQUEST;
	int64_t id = 0;
	int err = need_party_seat(r);

	if (!err)
		err = read_type(&type, r);
	if (err)
		return err;
	err = E_ABSENT;
	if (!text_int(&id, r->part[0], 1, INT64_MAX))
		err = edxl_write(&r->out, r->arena, desk_reader(r)->st, id, r->seat.party, type,
				 clock_now(loop_desk(r->loop)->clock));
	if (err == E_ABSENT)
		return fault_set(&r->fault, E_ABSENT,
				 "There is no such request, or nothing of it to say so.");
	if (err)
		return err;
	r->status = 200;
	r->type = "application/xml";
	http_reply_header(r, "Cache-Control", "no-store");
	http_reply_header(r, "Content-Disposition",
			  loop_desk(r->loop)->demo
				  ? "attachment; filename=\"SPECIMEN-edxl-rm.xml\""
				  : "attachment; filename=\"edxl-rm.xml\"");

	return HTTP_ANSWERED;
}


/* The number in an id of ours ("request-12", "line-3"), or none. */
static bool our_number(int64_t *out, const char *id, const char *prefix)
{
	return id && text_starts(id, prefix) &&
	       !text_int(out, id + strlen(prefix), 1, INT64_MAX);
}


static void begin_act(struct jw *w, struct arena *a, const char *kind, const char *thing,
		      const char *id, const char *prefix)
{
	int64_t number = 0;

	jw_object(w);
	jw_kstr(w, "kind", kind);
	if (!prefix)
		jw_kstr(w, "subject", thing);
	else if (our_number(&number, id, prefix))
		jw_kstr(w, "subject", arena_printf(a, "%s/%lld", thing, (long long)number));
	jw_key(w, "body");
	jw_object(w);
}


static void end_act(struct jw *w)
{
	jw_object_end(w);
	jw_object_end(w);
}


static void maybe_text(struct jw *w, const char *key, const char *text)
{
	if (text && *text)
		jw_kstr(w, key, text);
}


static void maybe_int(struct jw *w, const char *key, int64_t v)
{
	if (v != FIELD_NONE)
		jw_kint(w, key, v);
}


static void request_lines(struct jw *w, const struct edxl_message *m)
{
	jw_key(w, "lines");
	jw_array(w);
	for (size_t i = 0; i < m->count; i++) {
		const struct edxl_line *l = &m->lines[i];

		jw_object(w);
		maybe_text(w, "item", l->name);
		maybe_text(w, "category", l->category);
		maybe_int(w, "quantity", l->quantity);
		maybe_text(w, "unit", l->unit);
		maybe_text(w, "needed_by", l->needed_by);
		maybe_text(w, "place", l->place);
		maybe_text(w, "conditions", l->requirements);
		jw_object_end(w);
	}
	jw_array_end(w);
}


static void request_act(struct jw *w, struct arena *a, const struct edxl_message *m)
{
	begin_act(w, a, "assistance.request", "assistance", NULL, NULL);
	jw_kstr(w, "mode", "bilateral");
	jw_kstr(w, "kind", m->kind);
	maybe_text(w, "title", m->description);
	maybe_text(w, "event", m->event);
	maybe_text(w, "contact", m->contact);
	request_lines(w, m);
	end_act(w);
}


static void response_act(struct jw *w, struct arena *a, const struct edxl_message *m,
			 const struct edxl_line *l)
{
	bool declined = text_eq(l->response, "Decline");
	int64_t line = 0;

	begin_act(w, a, declined ? "assistance.cannot" : "assistance.offer", "request",
		  m->originating, "request-");
	if (our_number(&line, l->preceding, "line-"))
		jw_kint(w, "line", line);
	if (!declined) {
		maybe_int(w, "quantity", l->quantity);
		maybe_text(w, "ready", l->ready);
	}
	maybe_text(w, "text", l->reason);
	end_act(w);
}


static void line_act(struct jw *w, struct arena *a, const struct edxl_message *m,
		     const struct edxl_line *l)
{
	switch (m->type) {
	case EDXL_RESPONSE: response_act(w, a, m, l); break;
	case EDXL_COMMIT:
		begin_act(w, a,
			  text_eq(l->response, "Decline") ? "assistance.retract"
							  : "assistance.commit",
			  "offer", l->id, "offer-");
		if (text_eq(l->response, "Decline"))
			maybe_text(w, "reason", l->reason);
		else
			maybe_text(w, "from", l->place);
		end_act(w);
		break;
	case EDXL_RELEASE:
		begin_act(w, a, "assistance.release", "offer", l->id, "offer-");
		maybe_text(w, "text", l->reason);
		end_act(w);
		break;
	default: break;
	}
}


int edxl_post(struct request *r)
{
	struct edxl_message m = { 0 };
	struct jw w;
	int err = need_party_seat(r);

	if (!err)
		err = edxl_read(&m, r->arena, r->body.data, r->body.len, &r->fault);
	if (err)
		return err;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kstr(&w, "message", edxl_name(m.type));
	jw_kstr(&w, "id", m.id);
	jw_kstr(&w, "originating", m.originating);
	jw_kstr(&w, "kind", m.kind);
	jw_key(&w, "acts");
	jw_array(&w);
	if (m.type == EDXL_REQUEST)
		request_act(&w, r->arena, &m);
	for (size_t i = 0; i < m.count; i++)
		line_act(&w, r->arena, &m, &m.lines[i]);
	jw_array_end(&w);
	jw_object_end(&w);
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}
