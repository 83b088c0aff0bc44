/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "assist/edxl.h"
#include "base/fields.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/xml.h"

#define RMSG "urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg"
#define RM   "urn:oasis:names:tc:emergency:EDXL:RM:1.0"

struct reading {
	struct edxl_message *out;
	struct arena *a;
	struct fault *f;
};

static const char *const names[EDXL_TYPES] = { "RequestResource", "ResponseToRequestResource",
					       "CommitResource", "ReleaseResource" };

/* ScheduleType, by EDXL-RM 1.0 table 3.4.  Which message may carry which is narrower. */
static const char *const schedules[] = {
	"RequestedArrival",
	"EstimatedArrival",
	"ActualArrival",
	"RequestedDeparture",
	"EstimatedDeparture",
	"ActualDeparture",
	"EstimatedReturnDeparture",
	"EstimatedReturnArrival",
	"ActualReturnArrival",
	"RequestedReturnDeparture",
	"RequestedReturnArrival",
	"ActualReturnDeparture",
	"BeginAvailable",
	"EndAvailable",
	"Committed",
	"Current",
	"ReportTo",
	"Route",
};

static const char *const roles[] = { "Sender",	 "Requester",	  "SubjectMatterExpert",
				     "Approver", "RespondingOrg", "Owner" };


const char *edxl_name(enum edxl_type type)
{
	return names[type];
}


static int wrong(struct reading *r, const struct xml_node *n, const char *text)
{
	fault_at(r->f, arena_printf(r->a, "/%s", n->name), n->line, n->col);

	return fault_set(r->f, E_RANGE, "%s", text);
}


static int missing(struct reading *r, const struct xml_node *n, const char *what)
{
	return wrong(r, n, arena_printf(r->a, "%s is missing in %s.", what, n->name));
}


static bool listed(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_eq(word, words[i]))
			return true;

	return false;
}


/* The text of a child that must be there. */
static int need_text(const char **out, struct reading *r, const struct xml_node *n,
		     const char *ns, const char *name)
{
	*out = xml_child_text(n, ns, name);

	return *out ? 0 : missing(r, n, name);
}


/* One of these children must be there; the schema's comments say so, its types cannot. */
static int need_one(struct reading *r, const struct xml_node *n, const char *ns,
		    const char *const *any, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (xml_child(n, ns, any[i]))
			return 0;

	return wrong(r, n, text);
}


/* xsd:dateTime, so far as the day and the shape are concerned; *day may be NULL. */
static int read_time(const char **day, struct reading *r, const struct xml_node *n,
		     const char *text)
{
	const char *date = strlen(text) >= 19 ? arena_strn(r->a, text, 10) : "";

	if (!time_date_valid(date) || text[10] != 'T' || text[13] != ':' || text[16] != ':')
		return wrong(r, n, "A time is written as 2020-05-15T08:00:00Z.");
	if (day)
		*day = date;

	return 0;
}


static int check_location(struct reading *r, const struct xml_node *n)
{
	static const char *const any[] = { "LocationDescription", "Address", "TargetArea" };

	return need_one(r, n, RM, any, ARRAY_LEN(any),
			"A location has a LocationDescription, an Address or a TargetArea.");
}


static int read_contact(struct reading *r, const struct xml_node *n)
{
	static const char *const any[] = { "ContactDescription", "ContactRole" };
	const char *role = xml_child_text(n, RM, "ContactRole");
	const struct xml_node *place = xml_child(n, RM, "ContactLocation");
	int err = need_one(r, n, RM, any, ARRAY_LEN(any),
			   "A contact has a ContactDescription or a ContactRole.");

	if (!err && role && !listed(role, roles, ARRAY_LEN(roles)))
		err = wrong(r, n, "The ContactRole is none of EDXL-RM.");
	if (!err && place)
		err = check_location(r, place);
	if (!err && !r->out->contact)
		r->out->contact = xml_child_text(n, RM, "ContactDescription");

	return err;
}


static int read_contacts(struct reading *r, const struct xml_node *root)
{
	const struct xml_node *n = xml_child(root, RMSG, "ContactInformation");
	int err = n ? 0 : missing(r, root, "ContactInformation");

	for (; n && !err; n = xml_again(n))
		err = read_contact(r, n);

	return err;
}


static int read_incidents(struct reading *r, const struct xml_node *root)
{
	static const char *const any[] = { "IncidentID", "IncidentDescription" };
	int err = 0;

	for (const struct xml_node *n = xml_child(root, RMSG, "IncidentInformation"); n && !err;
	     n = xml_again(n)) {
		const char *said = xml_child_text(n, RM, "IncidentDescription");

		err = need_one(r, n, RM, any, ARRAY_LEN(any),
			       "An incident has an IncidentID or an IncidentDescription.");
		if (!r->out->event)
			r->out->event = said ? said : xml_child_text(n, RM, "IncidentID");
	}

	return err;
}


static int check_funding(struct reading *r, const struct xml_node *root)
{
	static const char *const any[] = { "FundCode", "FundingInfo" };
	int err = 0;

	/* The request has it in one namespace, the common type in the other. */
	for (const struct xml_node *n = xml_child(root, RMSG, "Funding"); n && !err;
	     n = xml_again(n))
		err = need_one(r, n, NULL, any, ARRAY_LEN(any),
			       "Funding has a FundCode or a FundingInfo.");

	return err;
}


static int check_recall(struct reading *r, const struct xml_node *root)
{
	const struct xml_node *n = xml_child(root, RMSG, "MessageRecall");
	const char *type = NULL, *id = NULL;
	int err = 0;

	if (!n)
		return 0;
	err = need_text(&id, r, n, RM, "RecallMessageID");
	if (!err)
		err = need_text(&type, r, n, RM, "RecallType");
	if (!err && !text_eq(type, "Update") && !text_eq(type, "Cancel"))
		err = wrong(r, n, "The RecallType is Update or Cancel.");

	return err;
}


static int read_response(struct reading *r, struct edxl_line *line, const struct xml_node *n)
{
	static const char *const answers[] = { "Accept", "Decline", "Provisional" };
	const struct xml_node *code = xml_child(n, RM, "ReasonCode");
	int err = need_text(&line->preceding, r, n, RM, "PrecedingResourceInfoElementID");

	if (!err)
		err = need_text(&line->response, r, n, RM, "ResponseType");
	if (!err && !listed(line->response, answers, ARRAY_LEN(answers)))
		err = wrong(r, n, "The ResponseType is Accept, Decline or Provisional.");
	if (err)
		return err;
	line->reason = xml_child_text(n, RM, "ResponseReason");
	if (!line->reason && code)
		line->reason = xml_child_text(code, RM, "Value");
	if (text_eq(line->response, "Provisional") && !line->reason)
		return wrong(r, n,
			     "A provisional response has a ReasonCode or a ResponseReason.");

	return 0;
}


static int read_resource(struct reading *r, struct edxl_line *line, const struct xml_node *n)
{
	static const char *const any[] = { "ResourceID", "Name", "TypeStructure" };
	static const char *const owners[] = { "Owner", "OwningJurisdiction" };
	const struct xml_node *type = xml_child(n, RMSG, "TypeStructure");
	const struct xml_node *owner = xml_child(n, RMSG, "OwnershipInformation");
	const struct xml_node *party = xml_child(n, RMSG, "ResponsibleParty");
	int err = need_one(r, n, RMSG, any, ARRAY_LEN(any),
			   "A resource has a ResourceID, a Name or a TypeStructure.");

	if (!err && owner)
		err = need_one(r, owner, RM, owners, ARRAY_LEN(owners),
			       "Ownership has an Owner or an OwningJurisdiction.");
	if (!err && type)
		err = need_text(&line->category, r, type, RM, "Value");
	if (!err && party) {
		const char *contact = r->out->contact;

		err = read_contact(r, party);
		r->out->contact = contact;
	}
	line->name = xml_child_text(n, RMSG, "Name");
	if (!line->name)
		line->name = xml_child_text(n, RMSG, "ResourceID");
	if (!line->name)
		line->name = line->category;
	line->requirements = xml_child_text(n, RMSG, "SpecialRequirements");

	return err;
}


/* A whole number, alone or as an amount; any other quantity is for a person to read. */
static int read_quantity(struct reading *r, struct edxl_line *line, const struct xml_node *n)
{
	const struct xml_node *measured = xml_child(n, RM, "MeasuredQuantity"), *unit = NULL;
	const char *amount = xml_child_text(n, RM, "QuantityText");
	double value = 0;

	if (!amount && !measured)
		return missing(r, n, "QuantityText or MeasuredQuantity");
	if (measured) {
		int err = need_text(&amount, r, measured, RM, "Amount");

		if (!err && text_real(&value, amount))
			err = wrong(r, measured, "The Amount is a number.");
		if (err)
			return err;
		unit = xml_child(measured, RM, "UnitOfMeasure");
		if (value >= 0 && value <= 1e9 && value == (double)(int64_t)value)
			line->quantity = (int64_t)value;
	} else if (text_int(&line->quantity, amount, 0, 1000000000)) {
		line->quantity = FIELD_NONE;
	}
	if (unit)
		line->unit = xml_child_text(unit, RM, "Value");

	return 0;
}


static int read_schedule(struct reading *r, struct edxl_line *line, const struct xml_node *n)
{
	const struct xml_node *place = xml_child(n, RMSG, "Location");
	const char *when = xml_child_text(n, RMSG, "DateTime"), *type = NULL, *day = NULL;
	int err = need_text(&type, r, n, RMSG, "ScheduleType");

	if (!err && !listed(type, schedules, ARRAY_LEN(schedules)))
		err = wrong(r, n, "The ScheduleType is none of EDXL-RM.");
	if (!err && when)
		err = read_time(&day, r, n, when);
	if (!err && place)
		err = check_location(r, place);
	if (err)
		return err;
	if (text_eq(type, "RequestedArrival") && day)
		line->needed_by = day;
	if ((text_eq(type, "BeginAvailable") || text_eq(type, "EstimatedDeparture")) && day)
		line->ready = day;
	if (place && !line->place)
		line->place = xml_child_text(place, RM, "LocationDescription");

	return 0;
}


static int read_assignment(struct reading *r, struct edxl_line *line, const struct xml_node *n)
{
	const struct xml_node *quantity = xml_child(n, RMSG, "Quantity");
	bool needed = r->out->type == EDXL_COMMIT || r->out->type == EDXL_RELEASE;

	if (!quantity)
		return needed ? missing(r, n, "Quantity") : 0;

	return read_quantity(r, line, quantity);
}


static int read_line(struct reading *r, struct edxl_line *line, const struct xml_node *n)
{
	const struct xml_node *answer = xml_child(n, RMSG, "ResponseInformation");
	const struct xml_node *resource = xml_child(n, RMSG, "Resource");
	const struct xml_node *assigned = xml_child(n, RMSG, "AssignmentInformation");
	enum edxl_type type = r->out->type;
	int err = need_text(&line->id, r, n, RMSG, "ResourceInfoElementID");

	line->quantity = FIELD_NONE;
	if (!err && !answer && (type == EDXL_RESPONSE || type == EDXL_COMMIT))
		err = missing(r, n, "ResponseInformation");
	if (!err && answer && type == EDXL_REQUEST)
		err = wrong(r, answer, "A request answers nothing.");
	if (!err && !resource && (type == EDXL_REQUEST || type == EDXL_RELEASE))
		err = missing(r, n, "Resource");
	if (!err && answer)
		err = read_response(r, line, answer);
	if (!err && resource)
		err = read_resource(r, line, resource);
	if (!err && assigned)
		err = read_assignment(r, line, assigned);
	for (const struct xml_node *s = xml_child(n, RMSG, "ScheduleInformation"); s && !err;
	     s = xml_again(s))
		err = read_schedule(r, line, s);

	return err;
}


static int read_lines(struct reading *r, const struct xml_node *root)
{
	const struct xml_node *first = xml_child(root, RMSG, "ResourceInformation");
	size_t count = 0;
	int err = first ? 0 : missing(r, root, "ResourceInformation");

	for (const struct xml_node *n = first; n; n = xml_again(n))
		count++;
	if (count > EDXL_LINES_MAX) {
		fault_at(r->f, "/ResourceInformation", first->line, first->col);
		return fault_set(r->f, E_TOOBIG, "There are more than %d resources.",
				 EDXL_LINES_MAX);
	}
	r->out->lines = arena_take(r->a, (count + 1) * sizeof(*r->out->lines));
	for (const struct xml_node *n = first; n && !err; n = xml_again(n))
		err = read_line(r, &r->out->lines[r->out->count++], n);

	return err;
}


/* "EXERCISE: Ventilators": what kind it is, and the rest. */
static void read_mark(struct edxl_message *m)
{
	m->kind = "actual";
	if (!m->description)
		return;
	if (text_starts(m->description, "EXERCISE: ")) {
		m->kind = "exercise";
		m->description += strlen("EXERCISE: ");
	} else if (text_starts(m->description, "TEST: ")) {
		m->kind = "test";
		m->description += strlen("TEST: ");
	}
}


static int read_head(struct reading *r, const struct xml_node *root)
{
	struct edxl_message *m = r->out;
	const char *type = NULL;
	int err = need_text(&m->id, r, root, RMSG, "MessageID");

	if (!err)
		err = need_text(&m->sent, r, root, RMSG, "SentDateTime");
	if (!err)
		err = read_time(NULL, r, root, m->sent);
	if (!err)
		err = need_text(&type, r, root, RMSG, "MessageContentType");
	if (!err && !text_eq(type, root->name))
		err = wrong(r, root, "The MessageContentType is not that of the message.");
	if (!err)
		err = need_text(&m->originating, r, root, RMSG, "OriginatingMessageID");
	m->preceding = xml_child_text(root, RMSG, "PrecedingMessageID");
	if (!err && !m->preceding && (m->type == EDXL_RESPONSE || m->type == EDXL_COMMIT))
		err = missing(r, root, "PrecedingMessageID");
	m->description = xml_child_text(root, RMSG, "MessageDescription");
	read_mark(m);

	return err;
}


int edxl_read(struct edxl_message *out, struct arena *a, const char *bytes, size_t len,
	      struct fault *f)
{
	struct reading r = { out, a, f };
	struct xml_node *root = NULL;
	int err = xml_read(&root, a, bytes, len, EDXL_BYTES_MAX, f);

	memset(out, 0, sizeof(*out));
	if (err)
		return err;
	while (out->type < EDXL_TYPES && !text_eq(root->name, names[out->type]))
		out->type++;
	if (out->type == EDXL_TYPES || !text_eq(root->ns, RMSG)) {
		out->type = EDXL_REQUEST;
		return wrong(&r, root,
			     "This is no RequestResource, ResponseToRequestResource, "
			     "CommitResource or ReleaseResource of EDXL-RM 1.0.");
	}
	err = read_head(&r, root);
	if (!err)
		err = check_recall(&r, root);
	if (!err)
		err = read_incidents(&r, root);
	if (!err)
		err = check_funding(&r, root);
	if (!err)
		err = read_contacts(&r, root);

	return err ? err : read_lines(&r, root);
}
