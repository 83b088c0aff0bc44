/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/seat.h"
#include "act/world.h"
#include "base/text.h"
#include "charter/rules.h"

/* A word at *s of a list separated by `by`; *s moves on.  NULL at the end. */
static const char *word(const char **s, const char *by, size_t *len)
{
	const char *at;

	*s += strspn(*s, by);
	at = *s;
	*len = strcspn(at, by);
	*s += *len;

	return *len ? at : NULL;
}


static bool is(const char *at, size_t len, const char *what)
{
	return strlen(what) == len && strncmp(at, what, len) == 0;
}


/* The staff of the body that keeps the authentic texts: by body, or by an office of it. */
static bool in_secretariat(const struct seat *seat, const struct charter *c)
{
	const struct charter_body *keeper = c->documents.authentic.keeper;
	const struct charter_office *office = charter_office(c, seat->office);

	if (seat->party || !keeper)
		return false;
	if (text_eq(seat->body, keeper->id))
		return true;
	if (!office)
		return false;
	if (office->holder.body == keeper)
		return true;
	charter_each (actor, keeper->composition.with)
		if (actor->office == office)
			return true;

	return false;
}


int seat_resolve(struct seat *seat, const struct charter *charter, struct world *world,
		 int64_t at)
{
	const struct snapshot *s = NULL;
	const struct snapshot_party *p;
	const struct snapshot_status *status;
	const char *today;
	int err;

	seat->status = NULL;
	seat->asleep = false;
	seat->secretariat = seat->person && in_secretariat(seat, charter);
	if (!seat->party)
		return 0;

	err = world_statuses(&s, world);
	if (err)
		return err;
	today = world_today(world, charter, at);
	p = snapshot_party(s, seat->party);
	status = p ? snapshot_status(p, today) : NULL;
	if (status) {
		seat->status = status->status;
		seat->asleep = snapshot_suspended(status, today);
	}

	return 0;
}


static bool status_gives(const struct seat *seat, const struct charter *c, const char *right)
{
	const struct charter_status *status = charter_status(c, seat->status);
	int number = vocabulary_find(&vocabulary_right, right);

	if (seat->held && number == RIGHT_MEETING_DECIDE)
		return false;

	return status && number >= 0 && SET_HAS(status->rights, number) && !seat->asleep;
}


bool seat_has(const struct seat *seat, const struct charter *charter, const char *right)
{
	return seat->party && status_gives(seat, charter, right);
}


static bool on_duty(const struct seat *seat, const struct charter *c)
{
	const struct charter_office *office = charter_office(c, seat->office);

	return seat->person && !seat->party && office && office->holder.kind == HOLDER_SHIFT;
}


static bool fits(const struct seat *seat, const struct charter *c, const char *at, size_t len)
{
	bool signed_in = seat->person != NULL;

	if (is(at, len, "public"))
		return true;
	if (is(at, len, "any"))
		return signed_in;
	if (is(at, len, "secretariat"))
		return seat->secretariat;
	if (is(at, len, "duty"))
		return on_duty(seat, c);
	if (is(at, len, "staff"))
		return signed_in && !seat->party;
	if (is(at, len, "party"))
		return signed_in && seat->party;
	if (is(at, len, "guest"))
		return signed_in && seat->status;
	if (is(at, len, "member"))
		return signed_in && seat->party && status_gives(seat, c, "meeting-decide");
	if (is(at, len, "machine"))
		return seat->machine;
	if (is(at, len, "operator"))
		return seat->operator_;
	if (text_starts(at, "office:"))
		return signed_in && seat->office && is(at + 7, len - 7, seat->office);

	return false;
}


enum seat_answer seat_may(const struct seat *seat, const struct charter *charter,
			  const char *words, const char **right)
{
	enum seat_answer answer = SEAT_IS_OTHER;
	const char *at;
	size_t len;

	while ((at = word(&words, " ", &len)) != NULL) {
		char name[TEXT_ID_MAX + 1];

		if (!text_starts(at, "right:")) {
			if (fits(seat, charter, at, len))
				return SEAT_MAY;
			continue;
		}
		if (!seat->person || !seat->party || len - 6 >= sizeof(name))
			continue;
		memcpy(name, at + 6, len - 6);
		name[len - 6] = '\0';
		if (status_gives(seat, charter, name))
			return SEAT_MAY;
		answer = SEAT_STATUS_LACKS;
		if (right)
			*right = vocabulary_word(&vocabulary_right,
						 vocabulary_find(&vocabulary_right, name));
	}

	return answer;
}


bool seat_sees(const struct seat *seat, const struct charter *charter, const char *see,
	       const char *person)
{
	const char *at;
	size_t len;

	if (seat->operator_ || (seat->person && text_eq(seat->person, person)))
		return true;
	while ((at = word(&see, ",", &len)) != NULL) {
		if (text_starts(at, "party:")) {
			if (seat->person && seat->party && is(at + 6, len - 6, seat->party))
				return true;
		} else if (text_starts(at, "person:")) {
			if (seat->person && is(at + 7, len - 7, seat->person))
				return true;
		} else if (fits(seat, charter, at, len)) {
			return true;
		}
	}

	return false;
}
