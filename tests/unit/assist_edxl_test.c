/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "assist/edxl.h"
#include "base/fields.h"
#include "base/mem.h"
#include "base/text.h"
#include "t.h"

#define HEAD(type)                                                                         \
	"<m:" type " xmlns:m='urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg'"               \
	" xmlns:r='urn:oasis:names:tc:emergency:EDXL:RM:1.0'><m:MessageID>a</m:MessageID>" \
	"<m:SentDateTime>2020-05-15T08:00:00Z</m:SentDateTime><m:MessageContentType>" type \
	"</m:MessageContentType>"
#define ORIGIN "<m:OriginatingMessageID>request-7</m:OriginatingMessageID>"
#define BEFORE "<m:PrecedingMessageID>request-7</m:PrecedingMessageID>"
#define CONTACT \
	"<m:ContactInformation><r:ContactRole>Requester</r:ContactRole></m:ContactInformation>"
#define THING "<m:Resource><m:Name>Masks</m:Name></m:Resource>"
#define OPEN  "<m:ResourceInformation><m:ResourceInfoElementID>e1</m:ResourceInfoElementID>"
#define CLOSE "</m:ResourceInformation>"
#define COUNT                                                                                   \
	"<m:AssignmentInformation><m:Quantity><r:QuantityText>40</r:QuantityText></m:Quantity>" \
	"</m:AssignmentInformation>"
#define ANSWER(what)                                                      \
	"<m:ResponseInformation><r:PrecedingResourceInfoElementID>line-1" \
	"</r:PrecedingResourceInfoElementID>" what "</m:ResponseInformation>"
#define ACCEPT "<r:ResponseType>Accept</r:ResponseType>"

static struct arena *arena;
static struct fault fault;


static int read_text(struct edxl_message *m, const char *s)
{
	if (arena)
		arena_free(arena);
	arena = arena_new(4096);
	memset(&fault, 0, sizeof(fault));

	return edxl_read(m, arena, s, strlen(s), &fault);
}


static void refused(const char *text, const char *says)
{
	struct edxl_message m;

	T_INT(E_RANGE, read_text(&m, text));
	ck_assert_msg(strstr(fault.text, says), "\"%s\" does not say \"%s\"", fault.text, says);
	ck_assert_int_ge(fault.line, 1);
}


T(a_request_is_read)
{
	struct edxl_message m;

	T_OK(read_text(
		&m,
		HEAD("RequestResource") "<m:MessageDescription>EXERCISE: Masks run out"
					"</m:MessageDescription>" ORIGIN
					"<m:IncidentInformation><r:IncidentID>i1</r:IncidentID></m:IncidentInformation>"
					"<m:ContactInformation><r:ContactDescription>Desk 12</r:ContactDescription>"
					"</m:ContactInformation>" OPEN
					"<m:Resource><m:Name>Masks</m:Name><m:TypeStructure><r:ValueListURN>urn:x"
					"</r:ValueListURN><r:Value>medicines</r:Value></m:TypeStructure></m:Resource>"
					"<m:AssignmentInformation><m:Quantity><r:MeasuredQuantity><r:Amount>4e4</r:Amount>"
					"<r:UnitOfMeasure><r:ValueListURN>urn:u</r:ValueListURN><r:Value>pieces</r:Value>"
					"</r:UnitOfMeasure></r:MeasuredQuantity></m:Quantity></m:AssignmentInformation>"
					"<m:ScheduleInformation><m:ScheduleType>RequestedArrival</m:ScheduleType>"
					"<m:DateTime>2020-06-01T12:00:00+02:00</m:DateTime><m:Location>"
					"<r:LocationDescription>Airport</r:LocationDescription></m:Location>"
					"</m:ScheduleInformation>" CLOSE
					"</m:RequestResource>"));
	T_INT(EDXL_REQUEST, m.type);
	T_STR("exercise", m.kind);
	T_STR("Masks run out", m.description);
	T_STR("i1", m.event);
	T_STR("Desk 12", m.contact);
	T_INT(1, m.count);
	T_STR("Masks", m.lines[0].name);
	T_STR("medicines", m.lines[0].category);
	T_INT(40000, m.lines[0].quantity);
	T_STR("pieces", m.lines[0].unit);
	T_STR("2020-06-01", m.lines[0].needed_by);
	T_STR("Airport", m.lines[0].place);
}


T(what_the_comments_of_the_schemas_require_is_required)
{
	refused(HEAD("RequestResource") ORIGIN OPEN THING CLOSE "</m:RequestResource>",
		"ContactInformation is missing");
	refused(HEAD("RequestResource") ORIGIN "<m:ContactInformation/>" OPEN THING CLOSE
					       "</m:RequestResource>",
		"ContactDescription or a ContactRole");
	refused(HEAD("RequestResource") ORIGIN
		"<m:IncidentInformation/>" CONTACT OPEN THING CLOSE "</m:RequestResource>",
		"IncidentID or an IncidentDescription");
	refused(HEAD("RequestResource") ORIGIN "<m:Funding/>" CONTACT OPEN THING CLOSE
					       "</m:RequestResource>",
		"FundCode or a FundingInfo");
	refused(HEAD("RequestResource") ORIGIN CONTACT OPEN
		"<m:Resource><m:Description>x</m:Description></m:Resource>" CLOSE
		"</m:RequestResource>",
		"ResourceID, a Name or a TypeStructure");
	refused(HEAD("RequestResource") ORIGIN CONTACT OPEN CLOSE "</m:RequestResource>",
		"Resource is missing");
	refused(HEAD("RequestResource") ORIGIN CONTACT OPEN THING
		"<m:ScheduleInformation><m:ScheduleType>ReportTo</m:ScheduleType><m:Location/>"
		"</m:ScheduleInformation>" CLOSE "</m:RequestResource>",
		"LocationDescription, an Address or a TargetArea");
	refused(HEAD("ResponseToRequestResource") ORIGIN BEFORE CONTACT OPEN ANSWER(
			"<r:ResponseType>Provisional</r:ResponseType>") CLOSE
		"</m:ResponseToRequestResource>",
		"ReasonCode or a ResponseReason");
	refused(HEAD("CommitResource") ORIGIN BEFORE CONTACT OPEN ANSWER(
			ACCEPT) "<m:AssignmentInformation/>" CLOSE "</m:CommitResource>",
		"Quantity is missing");
}


T(what_is_missing_or_another_is_said_with_its_place)
{
	refused("<a/>", "This is no RequestResource");
	refused("<RequestResource xmlns='urn:x'/>", "This is no RequestResource");
	refused(HEAD("CommitResource") ORIGIN CONTACT OPEN ANSWER(ACCEPT) CLOSE
		"</m:CommitResource>",
		"PrecedingMessageID is missing");
	refused(HEAD("CommitResource") ORIGIN BEFORE CONTACT OPEN THING CLOSE
		"</m:CommitResource>",
		"ResponseInformation is missing");
	refused(HEAD("ReleaseResource") ORIGIN CONTACT OPEN THING
		"<m:ScheduleInformation><m:ScheduleType>Soon</m:ScheduleType>"
		"</m:ScheduleInformation>" CLOSE "</m:ReleaseResource>",
		"ScheduleType is none");
	refused(HEAD("RequestResource") ORIGIN
		"<m:MessageRecall><r:RecallMessageID>z</r:RecallMessageID>"
		"<r:RecallType>Forget</r:RecallType></m:MessageRecall>" CONTACT OPEN THING CLOSE
		"</m:RequestResource>",
		"Update or Cancel");
	refused(HEAD("RequestResource") ORIGIN CONTACT OPEN THING
		"<m:ScheduleInformation><m:ScheduleType>ReportTo</m:ScheduleType><m:DateTime>"
		"2020-02-31T10:00:00Z</m:DateTime></m:ScheduleInformation>" CLOSE
		"</m:RequestResource>",
		"A time is written");
}


T(answers_commitments_and_releases_are_read)
{
	struct edxl_message m;

	T_OK(read_text(&m, HEAD("ResponseToRequestResource") ORIGIN BEFORE CONTACT OPEN ANSWER(
				   "<r:ResponseType>Decline</r:ResponseType>") CLOSE
		       "</m:ResponseToRequestResource>"));
	T_STR("Decline", m.lines[0].response);
	T_STR("line-1", m.lines[0].preceding);
	T_STR("actual", m.kind);
	T_INT(FIELD_NONE, m.lines[0].quantity);
	T_OK(read_text(&m, HEAD("CommitResource") ORIGIN BEFORE CONTACT OPEN ANSWER(ACCEPT)
				   THING COUNT CLOSE "</m:CommitResource>"));
	T_INT(EDXL_COMMIT, m.type);
	T_INT(40, m.lines[0].quantity);
	T_OK(read_text(&m, HEAD("ReleaseResource") ORIGIN CONTACT OPEN THING CLOSE
		       "</m:ReleaseResource>"));
	T_INT(EDXL_RELEASE, m.type);
}


T(bombs_are_refused)
{
	struct edxl_message m;
	char *deep = malloc(200 * 3 + 1), *big = calloc(1, EDXL_BYTES_MAX + 2);

	for (int i = 0; i < 200; i++)
		memcpy(deep + (size_t)i * 3, "<a>", 3);
	deep[600] = '\0';
	memset(big, ' ', EDXL_BYTES_MAX + 1);
	T_INT(E_SYNTAX, read_text(&m, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"));
	T_INT(E_SYNTAX, read_text(&m, "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"));
	T_INT(E_TOOBIG, read_text(&m, deep));
	T_INT(E_TOOBIG, read_text(&m, big));
	free(deep);
	free(big);
}


/* Messages that nobody here wrote. */
T(samples_of_others_are_read)
{
	static const struct {
		const char *file;
		enum edxl_type type;
		const char *name, *response;
		int64_t quantity;
	} samples[] = {
		{ "RequestResource.1.xml", EDXL_REQUEST, "NIMS Typing Version X", NULL, 4 },
		{ "RequestResource.2.xml", EDXL_REQUEST, NULL, NULL, FIELD_NONE },
		{ "RequestResource.3.xml", EDXL_REQUEST, NULL, NULL, FIELD_NONE },
		{ "RequestResource.4.xml", EDXL_REQUEST, NULL, NULL, FIELD_NONE },
		{ "CommitResource.1.xml", EDXL_COMMIT, NULL, "Accept", FIELD_NONE },
		{ "CommitResource.2.xml", EDXL_COMMIT, NULL, "Accept", FIELD_NONE },
		{ "CommitResource-Decline.xml", EDXL_COMMIT, NULL, "Decline", FIELD_NONE },
	};

	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		char name[120];
		const char *path;
		struct edxl_message m;
		size_t len = 0;
		char *bytes;

		(void)snprintf(name, sizeof(name), "vectors/edxl-rm/samples/%s",
			       samples[i].file);
		path = t_shared(name);
		if (!path)
			T_SKIP("there is no ../shared/vectors/edxl-rm");
		bytes = t_slurp(path, &len);
		ck_assert_msg(!read_text(&m, bytes), "%s: %s (line %d)", samples[i].file,
			      fault.text, fault.line);
		T_INT(samples[i].type, m.type);
		ck_assert_uint_ge(m.count, 1);
		if (samples[i].name)
			T_STR(samples[i].name, m.lines[0].name);
		if (samples[i].response)
			T_STR(samples[i].response, m.lines[0].response);
		if (samples[i].quantity != FIELD_NONE)
			T_INT(samples[i].quantity, m.lines[0].quantity);
		free(bytes);
	}
}


T_MAIN("assist_edxl", C(a_request_is_read),
       C(what_the_comments_of_the_schemas_require_is_required),
       C(what_is_missing_or_another_is_said_with_its_place),
       C(answers_commitments_and_releases_are_read), C(bombs_are_refused),
       C(samples_of_others_are_read))
