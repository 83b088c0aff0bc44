/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * export_cap.c: an alert as a message of the Common Alerting Protocol 1.2 (OASIS, 1 July 2010).
 *
 * It is Restricted to whom the charter lets read: what is for the public is for the members to
 * say.  Severity and certainty follow from the characterisation, and are Unknown before it.
 */
#include <string.h>

#include "act/judging.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "store/store.h"
#include "watch/export.h"
#include "watch/series.h"

struct cap_alert {
	const char *party, *area, *indicator, *grade, *state, *outcome;
	int64_t opened, likelihood, consequence, first_day, last_day, last_step;
	const char *said;  /* the last step's text */
	const char *place; /* JSON by language */
	double latitude, longitude;
	bool located;
};


static void xml_text(struct buf *out, const char *s)
{
	for (; s && *s; s++) {
		switch (*s) {
		case '&': buf_str(out, "&amp;"); break;
		case '<': buf_str(out, "&lt;"); break;
		case '>': buf_str(out, "&gt;"); break;
		case '"': buf_str(out, "&quot;"); break;
		default:
			/* XML 1.0 has no other control characters. */
			if ((unsigned char)*s >= 0x20 || strchr("\t\n\r", *s))
				buf_char(out, *s);
			break;
		}
	}
}


static void element(struct buf *out, const char *name, const char *text)
{
	buf_char(out, '<');
	buf_str(out, name);
	buf_char(out, '>');
	xml_text(out, text);
	buf_str(out, "</");
	buf_str(out, name);
	buf_str(out, ">\n");
}


static int read_alert(struct cap_alert *c, struct arena *a, struct store *st, int64_t alert)
{
	struct store_rows *rows = NULL;
	bool found = false;
	int err = store_query(
		&rows, st,
		"SELECT a.party, a.area, a.indicator, a.grade, a.state, a.outcome, a.opened_at,"
		" coalesce(a.likelihood, 0), coalesce(a.consequence, 0), a.first_day, a.last_day,"
		" (SELECT max(s.at) FROM watch_step s WHERE s.alert = a.id),"
		" (SELECT s.text FROM watch_step s WHERE s.alert = a.id AND s.text IS NOT NULL"
		"  ORDER BY s.seq DESC LIMIT 1), p.name, p.latitude, p.longitude"
		" FROM watch_alert a LEFT JOIN watch_place p ON p.party = a.party AND"
		" p.area = a.area WHERE a.id = $1",
		"i", alert);

	if (!err && store_next(rows, &err)) {
		found = true;
		c->party = row_text(a, rows, 0);
		c->area = row_text(a, rows, 1);
		c->indicator = row_text(a, rows, 2);
		c->grade = row_text(a, rows, 3);
		c->state = row_text(a, rows, 4);
		c->outcome = row_text(a, rows, 5);
		c->opened = store_int(rows, 6);
		c->likelihood = store_int(rows, 7);
		c->consequence = store_int(rows, 8);
		c->first_day = store_int(rows, 9);
		c->last_day = store_int(rows, 10);
		c->last_step = row_int(rows, 11);
		c->said = row_text(a, rows, 12);
		c->place = row_text(a, rows, 13);
		c->located = !store_null(rows, 14) && !store_null(rows, 15);
		c->latitude = store_real(rows, 14);
		c->longitude = store_real(rows, 15);
	}
	store_done(rows);

	return err || found ? err : E_ABSENT;
}


/* "2020-05-15T10:00:00-00:00": CAP wants an offset and no Z. */
static const char *cap_time(struct arena *a, int64_t at)
{
	char text[TIME_TEXT_SIZE];

	time_text(text, at);

	return arena_printf(a, "%.19s-00:00", text);
}


static const char *severity(int64_t consequence)
{
	static const char *const words[] = { "Unknown",	 "Minor",  "Minor",
					     "Moderate", "Severe", "Extreme" };

	return words[consequence];
}


static const char *certainty(int64_t likelihood)
{
	static const char *const words[] = { "Unknown",	 "Unlikely", "Possible",
					     "Possible", "Likely",   "Observed" };

	return words[likelihood];
}


/* The area in words: its name in the language, or its ids. */
static const char *area_words(struct arena *a, const struct cap_alert *c, const char *lang)
{
	json_t *names = NULL;
	const char *name = NULL;

	if (c->place && !json_read(&names, c->place, strlen(c->place), 1 << 16, 4, NULL)) {
		name = json_text(names, lang, json_text(names, "en", NULL));
		name = name ? arena_str(a, name) : NULL;
		json_decref(names);
	}
	if (name)
		return name;

	return *c->area ? arena_printf(a, "%s, %s", c->area, c->party) : c->party;
}


static void write_info(struct buf *out, struct arena *a, const struct cap_alert *c,
		       const struct cap_source *source)
{
	bool past = text_eq(c->state, "closed");

	buf_str(out, "<info>\n");
	element(out, "language", source->lang);
	element(out, "category", "Health");
	element(out, "event", c->indicator);
	if (past)
		element(out, "responseType", "AllClear");
	else
		element(out, "responseType",
			text_eq(c->outcome, "monitor") ? "Monitor" : "Assess");
	element(out, "urgency", past ? "Past" : "Expected");
	element(out, "severity", severity(c->consequence));
	element(out, "certainty", certainty(c->likelihood));
	element(out, "onset", cap_time(a, c->first_day * TIME_DAY));
	element(out, "headline",
		arena_printf(a, "%s: %s, %s", area_words(a, c, source->lang), c->indicator,
			     c->grade));
	if (c->said)
		element(out, "description", c->said);
	buf_str(out, "<area>\n");
	element(out, "areaDesc", area_words(a, c, source->lang));
	if (c->located)
		element(out, "circle",
			arena_printf(a, "%.4f,%.4f 0", c->latitude, c->longitude));
	buf_str(out, "</area>\n</info>\n");
}


int export_cap(struct buf *out, struct arena *a, struct store *st, const struct charter *c,
	       int64_t alert, const struct cap_source *source)
{
	struct cap_alert one = { 0 };
	int64_t sent;
	int err = read_alert(&one, a, st, alert);

	(void)c;
	if (err)
		return err;
	sent = one.last_step == FIELD_NONE ? one.opened : one.last_step;
	buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		     "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n");
	element(out, "identifier",
		arena_printf(a, "%s-alert-%lld-%lld", source->identity, (long long)alert,
			     (long long)sent));
	element(out, "sender", source->sender);
	element(out, "sent", cap_time(a, sent));
	element(out, "status", source->exercise ? "Exercise" : "Actual");
	element(out, "msgType",
		text_eq(one.state, "closed")  ? "Cancel"
		: one.last_step == FIELD_NONE ? "Alert"
					      : "Update");
	element(out, "scope", "Restricted");
	element(out, "restriction", "For the members of the organisation.");
	if (one.last_step != FIELD_NONE)
		element(out, "references",
			arena_printf(a, "%s,%s-alert-%lld-%lld,%s", source->sender,
				     source->identity, (long long)alert, (long long)one.opened,
				     cap_time(a, one.opened)));
	write_info(out, a, &one, source);
	buf_str(out, "</alert>\n");

	return out->err;
}
