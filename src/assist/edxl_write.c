/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * edxl_write.c: what a request holds, as messages.  Ids are ours: "request-12" (".2" when it
 * was changed twice), "line-1", "offer-34"; they come back in the answers of others.
 */
#include <string.h>

#include "act/judging.h"
#include "assist/edxl.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/xml.h"
#include "store/store.h"

struct about {
	int64_t id, revision, sent_at;
	const char *party, *to, *kind, *title, *event, *contact;
};


static const char *instant(struct arena *a, int64_t at)
{
	char text[TIME_TEXT_SIZE];

	time_text(text, at);

	return arena_printf(a, "%.19sZ", text);
}


/* For the two parties only. */
static int read_about(struct about *q, struct arena *a, struct store *st, const char *party)
{
	struct store_rows *rows = NULL;
	bool found = false;
	int err = store_query(&rows, st,
			      "SELECT revision, sent_at, party, to_party, kind, title, event,"
			      " contact FROM assist_request WHERE id = $1 AND (party = $2 OR"
			      " to_party = $2)",
			      "is", q->id, party);

	if (!err && store_next(rows, &err)) {
		found = true;
		q->revision = store_int(rows, 0);
		q->sent_at = store_int(rows, 1);
		q->party = row_text(a, rows, 2);
		q->to = row_text(a, rows, 3);
		q->kind = row_text(a, rows, 4);
		q->title = row_text(a, rows, 5);
		q->event = row_text(a, rows, 6);
		q->contact = row_text(a, rows, 7);
	}
	store_done(rows);

	return err || found ? err : E_ABSENT;
}


static const char *message_id(struct arena *a, const struct about *q, int64_t revision)
{
	if (!revision)
		return arena_printf(a, "request-%lld", (long long)q->id);

	return arena_printf(a, "request-%lld.%lld", (long long)q->id, (long long)revision);
}


static void open_tag(struct buf *b, const char *name)
{
	buf_printf(b, "<%s>", name);
}


static void close_tag(struct buf *b, const char *name)
{
	buf_printf(b, "</%s>\n", name);
}


static void write_head(struct buf *b, struct arena *a, const struct about *q,
		       enum edxl_type type, int64_t now)
{
	bool request = type == EDXL_REQUEST;
	const char *mark = text_eq(q->kind, "exercise") ? "EXERCISE: "
			   : text_eq(q->kind, "test")	? "TEST: "
							: "";
	const char *id = message_id(a, q, q->revision);

	buf_printf(b,
		   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rmsg:%s"
		   " xmlns:rmsg=\"urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg\""
		   " xmlns:rm=\"urn:oasis:names:tc:emergency:EDXL:RM:1.0\">\n",
		   edxl_name(type));
	xml_element(b, "rmsg:MessageID",
		    request ? id
			    : arena_printf(a, "%s/%s/%lld", id, edxl_name(type),
					   (long long)(now / 1000)));
	xml_element(b, "rmsg:SentDateTime",
		    instant(a, request && !q->revision ? q->sent_at : now));
	xml_element(b, "rmsg:MessageContentType", edxl_name(type));
	xml_element(b, "rmsg:MessageDescription", arena_printf(a, "%s%s", mark, q->title));
	xml_element(b, "rmsg:OriginatingMessageID", message_id(a, q, 0));
	if (!request)
		xml_element(b, "rmsg:PrecedingMessageID", id);
	open_tag(b, "rmsg:IncidentInformation");
	xml_element(b, "rm:IncidentDescription", q->event);
	close_tag(b, "rmsg:IncidentInformation");
	if (request && q->revision) {
		open_tag(b, "rmsg:MessageRecall");
		xml_element(b, "rm:RecallMessageID", message_id(a, q, q->revision - 1));
		xml_element(b, "rm:RecallType", "Update");
		close_tag(b, "rmsg:MessageRecall");
	}
	open_tag(b, "rmsg:ContactInformation");
	xml_element(b, "rm:ContactDescription",
		    request || type == EDXL_RELEASE ? q->contact : q->to);
	xml_element(b, "rm:ContactRole",
		    request || type == EDXL_RELEASE ? "Requester" : "RespondingOrg");
	close_tag(b, "rmsg:ContactInformation");
}


static void write_resource(struct buf *b, const char *name, const char *category,
			   const char *description, const char *conditions)
{
	open_tag(b, "rmsg:Resource");
	xml_element(b, "rmsg:Name", name);
	open_tag(b, "rmsg:TypeStructure");
	xml_element(b, "rm:ValueListURN", "urn:x-comity:assistance:categories");
	xml_element(b, "rm:Value", category);
	close_tag(b, "rmsg:TypeStructure");
	xml_element(b, "rmsg:Description", description);
	xml_element(b, "rmsg:SpecialRequirements", conditions);
	close_tag(b, "rmsg:Resource");
}


static void write_measure(struct buf *b, struct arena *a, const char *name, int64_t amount,
			  const char *urn, const char *unit)
{
	open_tag(b, name);
	open_tag(b, "rm:MeasuredQuantity");
	xml_element(b, "rm:Amount", arena_printf(a, "%lld", (long long)amount));
	open_tag(b, "rm:UnitOfMeasure");
	xml_element(b, "rm:ValueListURN", urn);
	xml_element(b, "rm:Value", unit);
	close_tag(b, "rm:UnitOfMeasure");
	close_tag(b, "rm:MeasuredQuantity");
	close_tag(b, name);
}


static void write_schedule(struct buf *b, const char *type, const char *when, const char *place)
{
	open_tag(b, "rmsg:ScheduleInformation");
	xml_element(b, "rmsg:ScheduleType", type);
	xml_element(b, "rmsg:DateTime", when);
	if (place) {
		open_tag(b, "rmsg:Location");
		xml_element(b, "rm:LocationDescription", place);
		close_tag(b, "rmsg:Location");
	}
	close_tag(b, "rmsg:ScheduleInformation");
}


static const char *end_of_day(struct arena *a, const char *date)
{
	return arena_printf(a, "%sT23:59:59Z", date);
}


static int write_lines(struct buf *b, struct arena *a, struct store *st, const struct about *q,
		       size_t *count)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT line, item, category, quantity, unit, needed_by, place,"
			      " conditions, assessment FROM assist_line WHERE request = $1 AND"
			      " quantity > 0 ORDER BY line",
			      "i", q->id);

	while (!err && store_next(rows, &err)) {
		++*count;
		open_tag(b, "rmsg:ResourceInformation");
		xml_element(b, "rmsg:ResourceInfoElementID",
			    arena_printf(a, "line-%lld", (long long)store_int(rows, 0)));
		write_resource(b, store_text(rows, 1), store_text(rows, 2), store_text(rows, 8),
			       store_text(rows, 7));
		open_tag(b, "rmsg:AssignmentInformation");
		write_measure(b, a, "rmsg:Quantity", store_int(rows, 3), "urn:x-comity:units",
			      store_text(rows, 4));
		close_tag(b, "rmsg:AssignmentInformation");
		write_schedule(b, "RequestedArrival", end_of_day(a, store_text(rows, 5)),
			       store_text(rows, 6));
		close_tag(b, "rmsg:ResourceInformation");
	}
	store_done(rows);

	return err;
}


static void write_answer(struct buf *b, struct arena *a, int64_t line, const char *type,
			 const char *reason)
{
	open_tag(b, "rmsg:ResponseInformation");
	xml_element(b, "rm:PrecedingResourceInfoElementID",
		    arena_printf(a, "line-%lld", (long long)line));
	xml_element(b, "rm:ResponseType", type);
	xml_element(b, "rm:ResponseReason", reason);
	close_tag(b, "rmsg:ResponseInformation");
}


/* An offer that waits for its giver's word is provisional, and says why. */
static const char *provisional(const char *state)
{
	if (text_eq(state, "countered"))
		return "Other terms are asked for.";

	return text_eq(state, "reconfirm") ? "The request changed; to be confirmed again."
					   : NULL;
}


static void write_offer(struct buf *b, struct arena *a, const struct store_rows *rows,
			enum edxl_type type)
{
	const char *why = provisional(store_text(rows, 2));
	int64_t quantity = store_int(rows, 3);

	if (type != EDXL_RESPONSE && !store_null(rows, 4))
		quantity = store_int(rows, 4);
	open_tag(b, "rmsg:ResourceInformation");
	xml_element(b, "rmsg:ResourceInfoElementID",
		    arena_printf(a, "offer-%lld", (long long)store_int(rows, 0)));
	write_answer(b, a, store_int(rows, 1),
		     type == EDXL_RESPONSE && why ? "Provisional" : "Accept",
		     type == EDXL_RESPONSE ? why : NULL);
	write_resource(b, store_text(rows, 9), store_text(rows, 10), store_text(rows, 8), NULL);
	open_tag(b, "rmsg:AssignmentInformation");
	write_measure(b, a, "rmsg:Quantity", quantity, "urn:x-comity:units",
		      store_text(rows, 11));
	if (type != EDXL_RELEASE && !store_null(rows, 6))
		write_measure(b, a, "rmsg:PriceQuote", store_int(rows, 6),
			      "urn:iso:std:iso:4217", store_text(rows, 7));
	close_tag(b, "rmsg:AssignmentInformation");
	if (type != EDXL_RELEASE)
		write_schedule(b, "BeginAvailable",
			       arena_printf(a, "%sT00:00:00Z", store_text(rows, 5)), NULL);
	close_tag(b, "rmsg:ResourceInformation");
}


/* Of a response: all that are not over; else what is committed, or released. */
static int write_offers(struct buf *b, struct arena *a, struct store *st, const struct about *q,
			enum edxl_type type, size_t *count)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, st,
		"SELECT o.id, o.line, o.state, o.quantity, o.accepted, o.ready, o.estimate,"
		" o.currency, o.text, l.item, l.category, l.unit FROM assist_offer o JOIN"
		" assist_line l ON l.request = o.request AND l.line = o.line WHERE o.request = $1"
		" AND (o.state = 'released' OR ($2 <= 2 AND o.state IN ('committed', 'departed',"
		" 'arrived')) OR ($2 = 1 AND o.state IN ('submitted', 'countered', 'reconfirm',"
		" 'accepted', 'not-needed'))) ORDER BY o.id",
		"ii", q->id, (int64_t)type);

	while (!err && store_next(rows, &err)) {
		++*count;
		write_offer(b, a, rows, type);
	}
	store_done(rows);

	return err;
}


/* Lines that cannot be given are declined. */
static int write_declines(struct buf *b, struct arena *a, struct store *st,
			  const struct about *q, size_t *count)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT line FROM assist_line WHERE request = $1 AND cannot = 1"
			      " ORDER BY line",
			      "i", q->id);

	while (!err && store_next(rows, &err)) {
		int64_t line = store_int(rows, 0);

		++*count;
		open_tag(b, "rmsg:ResourceInformation");
		xml_element(b, "rmsg:ResourceInfoElementID",
			    arena_printf(a, "decline-%lld", (long long)line));
		write_answer(b, a, line, "Decline", NULL);
		close_tag(b, "rmsg:ResourceInformation");
	}
	store_done(rows);

	return err;
}


int edxl_write(struct buf *out, struct arena *a, struct store *st, int64_t request,
	       const char *party, enum edxl_type type, int64_t now)
{
	struct about q = { .id = request };
	size_t count = 0;
	int err = party ? read_about(&q, a, st, party) : E_ABSENT;

	if (err)
		return err;
	write_head(out, a, &q, type, now);
	err = type == EDXL_REQUEST ? write_lines(out, a, st, &q, &count)
				   : write_offers(out, a, st, &q, type, &count);
	if (!err && type == EDXL_RESPONSE)
		err = write_declines(out, a, st, &q, &count);
	buf_printf(out, "</rmsg:%s>\n", edxl_name(type));

	return err || count ? err : E_ABSENT;
}
