/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who may what in a room, asked of three charters: each row is a room, the item that is called,
 * a seat, and the answer.
 *
 *	part     n nobody, g guest, m member, s the organisation's own
 *	rights   S sees, F floor as of right, A asks as an adviser, O point of order,
 *	         P presides, V serves, L comes through the lobby, D needs an admitted device
 *	bits     of enum confer_grant for somebody inside: "avrstc" audio, video, receive,
 *	         screen, text, captions
 */
#include <string.h>

#include "act/seat.h"
#include "charters.h"
#include "confer/rights.h"

#define UNION  "charters/union-of-six.yaml"
#define SHORES "charters/three-shores.yaml"
#define Y2020  "charters/collective-security-2020.yaml"

struct row {
	const char *charter, *body, *channel;
	const char *asked;   /* a party, or NULL */
	const char *class;   /* of the item called; NULL: none, "-" none but there are items */
	const char *open_to; /* a status the item is restricted to, or NULL */
	bool closed;	     /* to guests */
	const char *chair;   /* the party in the chair, or NULL: office "duty" presides */
	const char *party, *status, *office; /* the seat */
	const char
		*how; /* z asleep, s secretariat, f floor, m muted, x suspended room,
			 l in the lobby, e free mode, d a device that is not admitted; or "" */
	const char *part, *rights, *bits;
};

static const struct row rows[] = {
	/* An open item in floor mode. */
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "al", "member",
	  "head", "", "m", "SFO", "vrt" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "fi", "member",
	  "head", "", "m", "SFOPV", "avrstc" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "fi", "member",
	  "delegate", "", "m", "SFO", "vrt" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "ni", "partner",
	  "head", "", "g", "SAL", "vrt" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "ni", "partner",
	  "head", "f", "g", "SAL", "avrst" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "ol", "observer",
	  "head", "", "g", "SL", "r" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "ol", "observer",
	  "head", "f", "g", "SL", "avrst" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", NULL, NULL,
	  "secretary-general", "s", "s", "SFV", "vrtc" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", NULL, NULL,
	  "depositary", "s", "s", "SV", "rtc" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", NULL, NULL,
	  "duty-officer", "", "n", "", "" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "so", "interlocutor",
	  "head", "", "n", "", "" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "zz", NULL, "head",
	  "", "n", "", "" },
	/* Free mode; the floor; muted; suspended; in the lobby. */
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "al", "member",
	  "head", "e", "m", "SFO", "avrst" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "al", "member",
	  "head", "em", "m", "SFO", "vrst" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "al", "member",
	  "head", "f", "m", "SFO", "avrst" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "ni", "partner",
	  "head", "e", "g", "SAL", "vrt" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "al", "member",
	  "head", "fx", "m", "SFO", "" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "al", "member",
	  "head", "el", "m", "SFO", "" },
	/* Rights that sleep are no rights. */
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "al", "member",
	  "head", "zf", "n", "", "" },
	/* Closed to guests; restricted to one status; marked; nothing called yet. */
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, true, "fi", "ni", "partner",
	  "head", "f", "g", "L", "" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, true, "fi", "al", "member",
	  "head", "e", "m", "SFO", "avrst" },
	{ UNION, "ministers", "ordinary", NULL, "open", "partner", false, "fi", "ni", "partner",
	  "head", "", "g", "SAL", "vrt" },
	{ UNION, "ministers", "ordinary", NULL, "open", "partner", false, "fi", "ol",
	  "observer", "head", "", "g", "L", "" },
	{ UNION, "ministers", "ordinary", NULL, "low", NULL, false, "fi", "ni", "partner",
	  "head", "", "g", "L", "" },
	{ UNION, "ministers", "ordinary", NULL, "-", NULL, false, "fi", "ni", "partner", "head",
	  "", "g", "L", "" },
	{ UNION, "ministers", "ordinary", NULL, NULL, NULL, false, "fi", "ni", "partner",
	  "head", "", "g", "SAL", "vrt" },
	/* A channel without guests: none, and members come with an admitted device. */
	{ UNION, "ministers", "secure", NULL, "high", NULL, false, "fi", "ni", "partner",
	  "head", "", "n", "", "" },
	{ UNION, "ministers", "secure", NULL, "high", NULL, false, "fi", "al", "member", "head",
	  "e", "m", "SFOD", "avrst" },
	{ UNION, "ministers", "secure", NULL, "high", NULL, false, "fi", "al", "member", "head",
	  "efd", "m", "SFOD", "" },
	{ UNION, "ministers", "ordinary", NULL, "open", NULL, false, "fi", "al", "member",
	  "head", "ed", "m", "SFO", "avrst" },
	/* A body that is open to nobody; a desk that asked one party. */
	{ UNION, "permanent-council", "ordinary", NULL, "open", NULL, false, "fi", "ni",
	  "partner", "head", "", "n", "", "" },
	{ UNION, "crc", "ordinary", "so", NULL, NULL, false, NULL, "so", "interlocutor", "head",
	  "f", "g", "SL", "avrst" },
	{ UNION, "crc", "ordinary", "so", NULL, NULL, false, NULL, "al", "member", "head", "e",
	  "n", "", "" },
	{ UNION, "crc", "ordinary", "so", NULL, NULL, false, NULL, NULL, NULL, "duty", "", "s",
	  "SFPV", "avrstc" },
	{ UNION, "crc", "ordinary", "al", NULL, NULL, false, NULL, "al", "member", "head", "e",
	  "m", "SFO", "avrst" },
	/* Cities and hospitals: associates advise, observers attend. */
	{ SHORES, "assembly", "town-hall", NULL, "open", NULL, false, "kingsford", "bellerive",
	  "associate", "head", "", "g", "SAL", "vrt" },
	{ SHORES, "assembly", "ordinary", NULL, "low", NULL, false, "kingsford", "bellerive",
	  "associate", "head", "", "g", "L", "" },
	{ SHORES, "assembly", "ordinary", NULL, "low", NULL, false, "kingsford", "kingsford",
	  "member", "alternate", "", "m", "SFOPV", "avrstc" },
	{ SHORES, "assembly", "ordinary", NULL, "open", NULL, false, "kingsford", "marsh-end",
	  "observer", "head", "", "g", "SL", "r" },
	{ SHORES, "steering", "ordinary", NULL, "open", NULL, false, "kingsford", "marsh-end",
	  "observer", "head", "", "n", "", "" },
	{ SHORES, "assembly", "ordinary", NULL, "open", NULL, false, "kingsford", NULL, NULL,
	  "director", "s", "s", "SFV", "vrtc" },
	/* The charter of 2020. */
	{ Y2020, "cfm", "ordinary", NULL, "open", NULL, false, "ru", "uz", "observer", "head",
	  "", "g", "SL", "r" },
	{ Y2020, "cfm", "ordinary", NULL, "open", NULL, false, "ru", "zz", "partner", "head",
	  "f", "g", "SAL", "avrst" },
	{ Y2020, "cfm", "ordinary", NULL, "open", NULL, true, "ru", "uz", "observer", "head",
	  "f", "g", "L", "" },
	{ Y2020, "cfm", "ordinary", NULL, "open", NULL, false, "ru", "am", "member", "head", "",
	  "m", "SFO", "vrt" },
};


static void words(char *out, const struct confer_rights *r)
{
	const struct {
		bool set;
		char letter;
	} all[] = { { r->sees, 'S' },	{ r->speaks, 'F' },   { r->advises, 'A' },
		    { r->orders, 'O' }, { r->presides, 'P' }, { r->serves, 'V' },
		    { r->lobby, 'L' },	{ r->device, 'D' } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i].set)
			*out++ = all[i].letter;
	*out = '\0';
}


static void bits_words(char *out, unsigned bits)
{
	static const char letters[] = "avrstc";

	for (unsigned i = 0; i < sizeof(letters) - 1; i++)
		if (bits & (1U << i))
			*out++ = letters[i];
	*out = '\0';
}


static void check_row(size_t n, const struct row *w, const struct charter *c)
{
	static const char *const parts[] = { "n", "g", "m", "s" };
	struct confer_item item = { .number = 1, .title = "Item", .state = "called" };
	struct confer_room room = { .id = 1, .kind = "meeting", .office = "duty" };
	struct confer_place place = { .person = "p1", .floor = FIELD_NONE };
	struct seat seat = { .person = "p1" };
	struct confer_rights r;
	char rights[16], bits[8];

	room.body = charter_body(c, w->body);
	room.channel = charter_channel(c, w->channel);
	ck_assert_msg(room.body && room.channel, "row %zu", n);
	room.chair = w->chair;
	room.asked.v = (void *)&w->asked;
	room.asked.n = w->asked != NULL;
	room.state = strchr(w->how, 'x') ? "suspended" : "open";
	room.mode = strchr(w->how, 'e') ? "free" : "floor";
	item.class = charter_class(c, w->class);
	item.statuses.v = (void *)&w->open_to;
	item.statuses.n = w->open_to != NULL;
	item.closed = w->closed;
	room.items = &item;
	room.count = w->class != NULL;
	room.called = w->class && strcmp(w->class, "-") != 0 ? &item : NULL;
	seat.party = w->party;
	seat.status = w->status;
	seat.office = w->office;
	seat.asleep = strchr(w->how, 'z') != NULL;
	seat.secretariat = strchr(w->how, 's') != NULL;
	place.place = strchr(w->how, 'l') ? "lobby" : "in";
	place.floor = strchr(w->how, 'f') ? 7 : FIELD_NONE;
	place.admitted = !strchr(w->how, 'd');
	place.muted = strchr(w->how, 'm') != NULL;

	r = confer_rights(c, &room, &seat);
	words(rights, &r);
	bits_words(bits, confer_grant(&r, &room, &place));
	ck_assert_msg(strcmp(parts[r.part], w->part) == 0 && strcmp(rights, w->rights) == 0 &&
			      strcmp(bits, w->bits) == 0,
		      "row %zu (%s %s %s): got %s %s %s, want %s %s %s", n, w->body,
		      w->party ? w->party : "-", w->office, parts[r.part], rights, bits,
		      w->part, w->rights, w->bits);
}


T(every_row_has_its_answer)
{
	static const char *const files[] = { UNION, SHORES, Y2020 };

	for (size_t f = 0; f < 3; f++) {
		struct charter *c = t_charter(files[f]);

		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
			if (strcmp(rows[i].charter, files[f]) == 0)
				check_row(i, &rows[i], c);
		charter_free(c);
	}
}


T(a_body_or_channel_the_charter_lost_gives_nobody_anything)
{
	struct charter *c = t_charter(UNION);
	struct confer_room room = { .kind = "meeting", .state = "open", .mode = "free" };
	struct confer_place place = { .person = "p1", .place = "in", .floor = 7 };
	const struct seat seat = {
		.person = "p1", .party = "al", .status = "member", .office = "head"
	};
	struct confer_rights r = confer_rights(c, &room, &seat);

	T_INT(CONFER_NOBODY, r.part);
	T_INT(0, confer_grant(&r, &room, &place));
	room.body = charter_body(c, "heads");
	T_INT(CONFER_NOBODY, confer_rights(c, &room, &seat).part);
	room.channel = charter_channel(c, "ordinary");
	T_INT(CONFER_MEMBER, confer_rights(c, &room, &seat).part);
	T_INT(CONFER_NOBODY, confer_rights(c, &room, &(struct seat){ .party = "al" }).part);
	charter_free(c);
}

T_MAIN("rights in rooms", C(every_row_has_its_answer),
       C(a_body_or_channel_the_charter_lost_gives_nobody_anything))
