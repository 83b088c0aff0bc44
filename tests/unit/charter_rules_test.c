/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The rule questions, asked in words: each row is a question and its answer.  `oracle` are the
 * assertions of an evaluator that others wrote for the same two charters; `boundary` lies on
 * the edges.
 */
#include <string.h>

#include "ask.h"

static const char *const members[] = { "am", "by", "kz", "kg", "ru", "tj" };


/* A state with facts and with relations to so many of the members. */
static void new_applicant(struct world *w, const char *id, size_t relations, bool challenged)
{
	static const struct snapshot_fact peaceful[] = {
		{ .fact = "un-member", .value = true, .date = "2020-05-15" },
		{ .fact = "armed-conflict", .value = true, .date = "2020-05-15" },
	};
	struct snapshot_party *p = new_party(w, id, "state");
	struct snapshot_fact *f = arena_take(w->memory, sizeof(peaceful));
	struct snapshot_relation *r = arena_take(w->memory, 6 * sizeof(*r));

	memcpy(f, peaceful, sizeof(peaceful));
	f[1].challenged = challenged;
	for (size_t i = 0; i < relations; i++)
		r[i] = (struct snapshot_relation){ .relation = "diplomatic",
						   .with = members[i] };
	p->facts.at = f;
	p->facts.count = 2;
	p->relations.at = r;
	p->relations.count = relations;
}


static void alliance_world(struct world *w, const char *path)
{
	world_open(w, path);
	add_status(w, "uz", "observer", "2021-02-01", NULL);
	new_applicant(w, "yy", 6, false);
	new_applicant(w, "y2", 5, false);
	new_applicant(w, "yc", 6, true);
	(void)new_party(w, "org", "organisation");
}


#define SERVED                                                                             \
	"am=2020-06-05T18:00,by=2020-06-05T18:00,kz=2020-06-05T18:00,kg=2020-06-05T18:00," \
	"ru=2020-06-05T18:00,tj=2020-06-06T02:10"
#define FIVE "am=2020-04-30,by=2020-04-30,kz=2020-04-30,kg=2020-04-30,ru=2020-04-30"

static const struct row oracle[] = {
	{ "six members", "members member 2020-05-15", "am by kz kg ru tj" },
	{ "S1 gate", "gate observer - 2020-05-15", "gate-closed" },
	{ "S2 five", "force third-protocol " FIVE " 2026-01-01", "none" },
	{ "S2 six", "force third-protocol " FIVE ",tj=2021-01-19 2026-01-01", "2021-01-19" },
	{ "S2 open", "gate partner 2021-01-19 2021-01-19", "ok" },
	{ "S3 observer", "criteria uz observer 2020-05-15",
	  "un-member=pass dipl-all=pass -> met" },
	{ "S3 partner", "criteria uz partner 2020-05-15",
	  "un-member=pass dipl-all=pass no-conflict=pass -> met" },
	{ "S3 stale", "criteria uz observer 2021-06-01 un-member", "un-member=stale" },
	{ "S4 partner", "criteria yy partner 2020-05-15 no-conflict", "no-conflict=fail" },
	{ "S4 observer", "criteria yy observer 2020-05-15",
	  "un-member=pass dipl-all=pass -> met" },
	{ "S4a one missing", "criteria y2 observer 2020-05-15 dipl-all", "dipl-all=fail:tj" },
	{ "S4b challenged", "criteria yc partner 2020-05-15 no-conflict",
	  "no-conflict=unknown" },
	{ "S4c organisation", "criteria org partner 2020-05-15",
	  "un-member=not-applicable dipl-all=not-applicable no-conflict=not-applicable -> met" },
	{ "S5 observer", "may uz docs-open 2021-03-01", "yes" },
	{ "S5 observer", "may uz meeting-attend 2021-03-01", "yes" },
	{ "S5 observer", "may uz event-attend 2021-03-01", "yes" },
	{ "S5 observer", "may uz meeting-advise 2021-03-01", "not-given" },
	{ "S5 observer", "may uz meeting-decide 2021-03-01", "not-given" },
	{ "S5 observer", "may uz treaty-accede 2021-03-01", "not-given" },
	{ "S5 observer", "may uz assist-request 2021-03-01", "not-given" },
	{ "S5 partner",
	  "rights partner meeting-advise,treaty-accede,training-join,operation-join", "all" },
	{ "S5 partner no", "rights partner meeting-decide,meeting-propose,docs-restricted",
	  "none" },
	{ "member 2010", "status uz 2010-01-01", "member" },
	{ "gap 2003", "status uz 2003-01-01", "none" },
	{ "2020", "status uz 2020-05-15", "none" },
	{ "S8 open", "call open ordinary", "ok" },
	{ "S8 low", "call low ordinary", "channel-too-low" },
	{ "S8 secure", "call high secure", "ok" },
	{ "S8 top", "call top secure", "channel-too-low" },
	{ "S9a", "decide consensus 2020-05-15 - all=consent", "adopted" },
	{ "S9b", "decide consensus 2020-05-15 - all=consent,kg=object", "objected" },
	{ "abstain", "decide consensus 2020-05-15 - all=consent,kg=abstain", "adopted" },
	{ "S9c", "decide consensus-limited 2020-05-15 - all=consent,am=not-participating",
	  "limited by kz kg ru tj" },
	{ "S9c veto",
	  "decide consensus-limited 2020-05-15 - all=consent,am=not-participating,kz=object",
	  "objected" },
	{ "S9d",
	  "decide consensus 2020-05-15 - am=consent,by=consent,kz=consent,kg=consent,ru=consent",
	  "absent-holds" },
	{ "S9e", "decide consensus-minus-one 2020-05-15 by all=consent,by=object", "adopted" },
	{ "S10a", "silence written joint-statement " SERVED " - 2020-06-09T02:10",
	  "adopted 2020-06-09T02:10:00Z" },
	{ "S10 running", "silence written joint-statement " SERVED " - 2020-06-09T02:09",
	  "running" },
	{ "S10b",
	  "silence written joint-statement " SERVED
	  " kg=object@2020-06-09T02:09:59 2020-06-09T02:10",
	  "broken" },
	{ "S10c",
	  "silence written joint-statement " SERVED
	  " kg=object@2020-06-09T02:10:01 2020-06-09T03:00",
	  "adopted 2020-06-09T02:10:00Z past-deadline" },
	{ "S10d",
	  "silence written joint-statement " SERVED
	  " am=extend@2020-06-08T00:00 2020-06-11T02:10",
	  "adopted 2020-06-11T02:10:00Z" },
	{ "S10e",
	  "silence written joint-statement am=2020-06-05T18:00,tj=never - 2020-06-09T02:10",
	  "not-delivered" },
	{ "S10 status", "silence written status " SERVED " - 2020-06-09T02:10",
	  "silence-not-allowed" },
	{ "S10 12h", "silence written agenda " SERVED " - 2020-06-09T02:10 PT12H",
	  "period-too-short" },
	{ "S18", "regime special-health in-person secretariat", "regime-forbids" },
	{ "S18 video", "regime special-health video secretariat", "ok" },
	{ "rotation", "order ru 2020-05-15", "am by kz kg ru tj" },
	{ "next chair", "next ru 2020-05-15", "tj" },
	{ "wrap", "next tj 2020-05-15", "am" },
	{ "long names would be wrong", "long ru 2020-05-15", "differs" },
};

#define CITIES "port-adele=2026-02-01,kingsford=2026-02-02,ile-aux-pins=2026-02-03"
#define FOUR_D CITIES ",hotel-dieu=2026-02-04"
#define FIVE_D FOUR_D ",st-marys=2026-02-05"
#define SIX_D  FIVE_D ",bellerive=2026-02-06"
#define RULE   "decide two-thirds 2026-01-01 - "
#define OBJECT "all=object,port-adele=consent,kingsford=consent,"

static const struct row oracle_compact[] = {
	{ "seven members", "members member 2026-01-01",
	  "port-adele kingsford ile-aux-pins hotel-dieu st-marys bellerive marsh-end" },
	{ "two cities and a hospital", RULE OBJECT "st-marys=consent", "rejected" },
	{ "three cities and a hospital", RULE OBJECT "ile-aux-pins=consent,st-marys=consent",
	  "adopted" },
	{ "quorum",
	  RULE "port-adele=consent,kingsford=consent,ile-aux-pins=consent,hotel-dieu=consent",
	  "quorum-lost" },
	{ "simple tie",
	  "decide simple 2026-01-01 - "
	  "port-adele=consent,kingsford=object,hotel-dieu=abstain,st-marys=abstain",
	  "rejected" },
	{ "1", "force amendment port-adele=2026-02-01 2026-12-31", "none" },
	{ "2", "force amendment port-adele=2026-02-01,kingsford=2026-02-02 2026-12-31",
	  "none" },
	{ "3", "force amendment " CITIES " 2026-12-31", "none" },
	{ "4", "force amendment " FOUR_D " 2026-12-31", "none" },
	{ "5", "force amendment " FIVE_D " 2026-12-31", "2026-03-07" },
	{ "6", "force amendment " SIX_D " 2026-12-31", "2026-03-07" },
	{ "7", "force amendment " SIX_D ",marsh-end=2026-02-07 2026-12-31", "2026-03-07" },
	{ "blood", "force protocol-blood st-marys=2025-12-11,hotel-dieu=2026-01-09 2026-12-31",
	  "2026-01-09" },
	{ "gate none", "gate associate - 2026-01-01", "ok" },
	{ "duty 60 min",
	  "silence duty collective-assistance port-adele=2026-01-01T00:00,kingsford=never - "
	  "2026-01-01T01:00",
	  "adopted 2026-01-01T01:00:00Z" },
	{ "town hall", "call low town-hall", "channel-too-low" },
	{ "associate no vote", "may seamens meeting-decide 2026-01-01", "not-given" },
	{ "associate offers", "may seamens assist-offer 2026-01-01", "yes" },
};


static void alliance(const char *path)
{
	struct world w;

	alliance_world(&w, path);
	ask_rows(&w, oracle, ARRAY_LEN(oracle));
	world_close(&w);
}


static void compact(const char *path)
{
	struct world w;

	world_open(&w, path);
	ask_rows(&w, oracle_compact, ARRAY_LEN(oracle_compact));
	world_close(&w);
}


T(the_given_alliance_is_judged_as_the_oracle_judges)
{
	const char *path = t_shared("charter/collective-security-2020.yaml");

	ck_assert_uint_eq(ARRAY_LEN(oracle) + ARRAY_LEN(oracle_compact), 68);
	if (!path)
		T_SKIP("there is no ../shared/charter");
	alliance(path);
}


T(the_given_compact_is_judged_as_the_oracle_judges)
{
	const char *path = t_shared("charter/three-shores.yaml");

	if (!path)
		T_SKIP("there is no ../shared/charter");
	compact(path);
}


T(the_shipped_alliance_is_judged_as_the_oracle_judges)
{
	alliance("charters/collective-security-2020.yaml");
}


T(the_shipped_compact_is_judged_as_the_oracle_judges)
{
	compact("charters/three-shores.yaml");
}


static const struct row bounds[] = {
	{ "exactly two thirds are a quorum", "quorum procedural 2020-05-15 am,by,kz,kg",
	  "met 4 of 6, needs 4" },
	{ "one less is none", "quorum procedural 2020-05-15 am,by,kz,uz",
	  "lost 3 of 6, needs 4" },
	{ "a decision at the quorum",
	  "decide procedural 2020-05-15 - am=consent,by=consent,kz=object,kg=abstain",
	  "adopted" },
	{ "a decision under it",
	  "decide procedural 2020-05-15 - am=consent,by=consent,kz=consent", "quorum-lost" },
	{ "a tie is no majority",
	  "decide procedural 2020-05-15 - am=consent,by=consent,kz=object,kg=object",
	  "rejected" },
	{ "nobody votes", "decide procedural 2020-05-15 - all=abstain", "rejected" },
	{ "two thirds agree for a commission",
	  "decide commission 2020-05-15 - am=consent,by=consent,kz=consent,kg=consent",
	  "adopted" },
	{ "half of it do not",
	  "decide commission 2020-05-15 - am=consent,by=consent,kz=consent", "absent-holds" },
	{ "staying out is not known to consensus",
	  "decide consensus 2020-05-15 - all=consent,am=not-participating", "not-entitled" },
	{ "everybody stays out", "decide consensus-limited 2020-05-15 - all=not-participating",
	  "rejected" },
	{ "an office decides", "decide sg-decides 2020-05-15 - all=object", "office-decides" },
	{ "which one", "decider sg-decides", "secretary-general" },
	{ "no office", "decider consensus", "nobody" },
	{ "the observer's objection does not count",
	  "decide consensus 2021-03-01 - all=consent,uz=object", "adopted" },
	{ "the last millisecond",
	  "silence written agenda " SERVED
	  " kg=object@2020-06-09T02:09:59.999 2020-06-09T02:10",
	  "broken" },
	{ "the deadline is too late",
	  "silence written agenda " SERVED " kg=object@2020-06-09T02:10 2020-06-09T02:10",
	  "adopted 2020-06-09T02:10:00Z past-deadline" },
	{ "a millisecond before the end",
	  "silence written agenda " SERVED " - 2020-06-09T02:09:59.999", "running" },
	{ "extended once, not twice",
	  "silence written agenda " SERVED
	  " am=extend@2020-06-08T00:00,by=extend@2020-06-10T00:00 2020-06-11T02:10",
	  "adopted 2020-06-11T02:10:00Z" },
	{ "not extended at the deadline",
	  "silence written agenda " SERVED " am=extend@2020-06-09T02:10 2020-06-09T02:10",
	  "adopted 2020-06-09T02:10:00Z" },
	{ "broken in the time added",
	  "silence written agenda " SERVED
	  " am=extend@2020-06-08T00:00,kz=object@2020-06-11T02:09 2020-06-12T00:00",
	  "broken" },
	{ "others cannot break it",
	  "silence written agenda " SERVED " uz=object@2020-06-08T00:00 2020-06-09T02:10",
	  "adopted 2020-06-09T02:10:00Z" },
	{ "broken before all are served",
	  "silence written agenda am=2020-06-05T18:00,tj=never am=object@2020-06-05T19:00 "
	  "2020-06-06T00:00",
	  "broken" },
	{ "the shortest period",
	  "silence written agenda am=2020-06-05T18:00 - 2020-06-06T18:00 "
	  "PT24H",
	  "adopted 2020-06-06T18:00:00Z" },
	{ "a second less",
	  "silence written agenda am=2020-06-05T18:00 - 2020-06-06T18:00 "
	  "PT23H59M59S",
	  "period-too-short" },
	{ "a kind on neither list",
	  "silence written training am=2020-06-05T18:00 - "
	  "2020-06-09T02:10",
	  "silence-not-allowed" },
	{ "a year is one of the calendar", "criteria uz observer 2021-05-15 un-member",
	  "un-member=pass" },
	{ "and a day more is stale", "criteria uz observer 2021-05-16",
	  "un-member=stale dipl-all=stale:am:by:kz:kg:ru:tj -> fact-stale" },
	{ "before it was attested", "criteria uz observer 2020-05-14 un-member",
	  "un-member=unknown" },
	{ "a leap day lasts to the end of February",
	  "criteria leap observer 2021-02-28 un-member", "un-member=pass" },
	{ "and not into March", "criteria leap observer 2021-03-01 un-member",
	  "un-member=stale" },
	{ "failed before unknown", "criteria y2 partner 2020-05-15",
	  "un-member=pass dipl-all=fail:tj no-conflict=fail -> criteria-failed" },
	{ "a body has to answer", "criteria yy member 2020-05-15",
	  "un-member=pass shares-aims=judgement accepts-all=fail -> criteria-failed" },
	{ "the day before the end", "status uz 2012-12-18", "member" },
	{ "the day of the end", "status uz 2012-12-19", "none" },
	{ "a partial date", "status by 1992-12-31", "none" },
	{ "is its first day", "status by 1993-01-01", "member" },
	{ "no status, no right", "may uz docs-open 2020-05-15", "no-status" },
	{ "no such party", "may nobody docs-open 2020-05-15", "no-party" },
	{ "the gate a day before", "gate partner 2021-01-19 2021-01-18", "gate-closed" },
	{ "who is waited for", "force third-protocol " FIVE " 2020-12-31 - full",
	  "none waiting 5/6 of 6 waiting tj bound" },
	{ "a deposit withdrawn in time",
	  "force third-protocol am=2020-04-30,by=2020-04-30,kg=2020-04-30,ru=2020-04-30,"
	  "kz=2020-05-01..2021-01-18,tj=2021-01-19 2026-01-01 - full",
	  "none waiting 5/6 of 6 waiting kz bound" },
	{ "and given again",
	  "force third-protocol am=2020-04-30,by=2020-04-30,kg=2020-04-30,ru=2020-04-30,"
	  "kz=2020-05-01..2021-01-18,tj=2021-01-19,kz=2021-03-01 2026-01-01",
	  "2021-03-01" },
	{ "withdrawn too late",
	  "force third-protocol " FIVE ",tj=2021-01-19..2021-02-01 2026-01-01", "2021-01-19" },
	{ "two deposits on one day",
	  "force treaty am=2020-02-01,by=2020-03-01,kz=2020-03-01,kg=2020-06-01 2020-12-31 "
	  "am,by,kz,kg full",
	  "2020-03-01 in-force 4/3 of 4 waiting bound am@2020-03-01 by@2020-03-01 "
	  "kz@2020-03-01 kg@2020-06-01" },
	{ "a stranger's deposit",
	  "force treaty am=2020-02-01,by=2020-03-01,un=2020-03-01 "
	  "2020-12-31 am,by,kz full",
	  "none waiting 2/3 of 3 waiting kz bound" },
	{ "nobody signed", "force amendment - 2020-12-31 - full",
	  "none waiting 0/0 of 0 waiting bound" },
	{ "each for itself", "force accession yy=2021-05-01,y2=2021-07-01 2021-12-31 - full",
	  "2021-05-01 in-force 0/1 of 0 waiting bound yy@2021-05-01 y2@2021-07-01" },
	{ "the body has a ceiling too", "call high secure medical-heads", "channel-too-low" },
	{ "below it", "call mid secure medical-heads", "ok" },
	{ "other premises", "regime special-health in-person kant", "ok" },
	{ "premises not said", "regime special-health mixed -", "regime-forbids" },
	{ "the normal regime", "regime normal in-person secretariat", "ok" },
	{ "nobody in the chair", "next - 2020-05-15", "am" },
	{ "no member in the chair", "next uz 2020-05-15", "am" },
	{ "who decides on a level", "level heightened",
	  "secretary-general within PT24H: crisis/decides/heightened" },
	{ "the lowest level", "level normal", "nobody within P0D: crisis/decides/normal" },
	{ "seniority", "seniority 2020-05-15", "am kz kg ru tj by" },
};

/* kz is suspended in May 2020. */
static const struct row suspended[] = {
	{ "the day before", "may kz meeting-attend 2020-04-30", "yes" },
	{ "the first day", "may kz meeting-attend 2020-05-01", "suspended" },
	{ "the last day", "may kz meeting-attend 2020-05-31", "suspended" },
	{ "the day after", "may kz meeting-attend 2020-06-01", "yes" },
	{ "its status stays", "status kz 2020-05-15", "member" },
	{ "it is among all members", "members member 2020-05-15", "am by kz kg ru tj" },
	{ "relations with it are asked for", "criteria y2 observer 2020-05-15 dipl-all",
	  "dipl-all=fail:tj" },
	{ "its absence holds nothing",
	  "decide consensus 2020-05-15 - am=consent,by=consent,kg=consent,ru=consent,tj=consent "
	  "votes",
	  "adopted 5 of 5 needs 0, quorum 5 of 5" },
	{ "its objection does not count", "decide consensus 2020-05-15 - all=consent,kz=object",
	  "adopted" },
	{ "the chair passes it over", "next by 2020-05-15", "kg" },
	{ "and comes to it again", "next by 2020-06-01", "kz" },
	{ "its deposit counts", "force third-protocol " FIVE ",tj=2020-05-10 2020-05-15",
	  "2020-05-10" },
};

/* nn has joined on 10 May 2020, and by has left on 1 June. */
static const struct row joined[] = {
	{ "a new member adds a cell", "criteria uz observer 2020-05-15 dipl-all",
	  "dipl-all=fail:nn" },
	{ "not before it joined", "criteria yy observer 2020-05-09 dipl-all", "dipl-all=pass" },
	{ "consensus needs it",
	  "decide consensus 2020-05-15 - am=consent,by=consent,kz=consent,kg=consent,ru=consent,"
	  "tj=consent",
	  "absent-holds" },
	{ "and no longer the one that left",
	  "decide consensus 2020-06-01 - am=consent,kz=consent,kg=consent,ru=consent,tj=consent,"
	  "nn=consent,by=object",
	  "adopted" },
	{ "signatories stay signatories",
	  "force third-protocol am=2020-04-30,kz=2020-04-30,kg=2020-04-30,ru=2020-04-30,"
	  "tj=2020-06-02 2026-01-01 - full",
	  "none waiting 5/6 of 6 waiting by bound" },
	{ "who left can complete it",
	  "force third-protocol am=2020-04-30,kz=2020-04-30,kg=2020-04-30,ru=2020-04-30,"
	  "tj=2020-06-02,by=2020-06-03 2026-01-01",
	  "2020-06-03" },
};

#define MINUS "decide two-thirds-minus-one 2026-01-01 port-adele all=object,kingsford=consent,"
#define OWN   "decide own-people 2026-01-01 - all=not-participating,hotel-dieu=consent,"
#define THREE "all=object,port-adele=consent,kingsford=consent,ile-aux-pins=consent votes"

static const struct row compact_bounds[] = {
	{ "the weights", RULE OBJECT "ile-aux-pins=consent,st-marys=consent votes",
	  "adopted 7 of 10 needs 7, quorum 5 of 7" },
	{ "without the subject",
	  MINUS "ile-aux-pins=consent,st-marys=consent,bellerive=consent votes",
	  "adopted 6 of 8 needs 6, quorum 4 of 6" },
	{ "one vote short", MINUS "ile-aux-pins=consent,st-marys=consent votes",
	  "rejected 5 of 8 needs 6, quorum 4 of 6" },
	{ "a suspended member has no votes", "decide two-thirds 2023-02-01 - " THREE,
	  "adopted 6 of 9 needs 6, quorum 4 of 6" },
	{ "after its suspension it has", "decide two-thirds 2023-05-01 - " THREE,
	  "rejected 6 of 10 needs 7, quorum 5 of 7" },
	{ "those who send their people agree", OWN "st-marys=consent",
	  "limited hotel-dieu st-marys" },
	{ "one of them does not speak", OWN "st-marys=abstain", "rejected" },
	{ "one of them objects", OWN "st-marys=object", "objected" },
	{ "in a month", "force amendment " FIVE_D " 2026-03-06 - full",
	  "2026-03-07 later 5/5 of 7 waiting bellerive marsh-end bound" },
	{ "binds all", "force amendment " FIVE_D " 2026-03-07 - full",
	  "2026-03-07 in-force 5/5 of 7 waiting bellerive marsh-end bound port-adele@2026-03-07 "
	  "kingsford@2026-03-07 ile-aux-pins@2026-03-07 hotel-dieu@2026-03-07 "
	  "st-marys@2026-03-07 bellerive@2026-03-07 marsh-end@2026-03-07" },
	{ "withdrawn within the month",
	  "force amendment " FOUR_D ",st-marys=2026-02-05..2026-03-06 2026-12-31", "none" },
	{ "withdrawn on the day it is in force",
	  "force amendment " FOUR_D ",st-marys=2026-02-05..2026-03-07 2026-12-31",
	  "2026-03-07" },
	{ "another takes its place",
	  "force amendment " FOUR_D
	  ",st-marys=2026-02-05..2026-02-20,bellerive=2026-04-01 2026-12-31",
	  "2026-05-01" },
	{ "over a leap day",
	  "force amendment port-adele=2024-01-10,kingsford=2024-01-10,ile-aux-pins=2024-01-10,"
	  "hotel-dieu=2024-01-10,st-marys=2024-01-31 2026-01-01",
	  "2024-03-01" },
	{ "half a year to a leap day", "criteria ward member 2024-02-29 insured",
	  "insured=pass" },
	{ "and a day", "criteria ward member 2024-03-01 insured", "insured=stale" },
	{ "five days over the change of clocks",
	  "silence written agenda port-adele=2026-03-06T17:00 - 2026-03-11T16:00",
	  "adopted 2026-03-11T16:00:00Z" },
	{ "five days and not a minute less",
	  "silence written agenda port-adele=2026-03-06T17:00 - 2026-03-11T15:59", "running" },
	{ "nobody is served",
	  "silence duty procedural port-adele=never,kingsford=never - 2026-01-01T01:00",
	  "not-delivered" },
	{ "the oldest first", "next - 2026-01-01", "bellerive" },
	{ "of one day by name", "seniority 2026-01-01",
	  "bellerive kingsford port-adele hotel-dieu st-marys marsh-end ile-aux-pins" },
};

static const struct row arrears[] = {
	{ "of a year", "may hotel-dieu meeting-decide 2025-06-01", "yes" },
	{ "and of a day more", "may hotel-dieu meeting-decide 2025-06-02", "arrears" },
	{ "other rights stay", "may hotel-dieu meeting-attend 2025-06-02", "yes" },
	{ "its votes sleep", RULE OBJECT "ile-aux-pins=consent votes",
	  "adopted 6 of 9 needs 6, quorum 4 of 6" },
};

/* kingsford has left on 1 March 2026. */
static const struct row left[] = {
	{ "fewer are needed",
	  "force amendment port-adele=2026-02-01,ile-aux-pins=2026-02-03,"
	  "hotel-dieu=2026-02-04,st-marys=2026-02-05 2026-12-31 - full",
	  "2026-03-31 in-force 4/4 of 6 waiting bellerive marsh-end bound "
	  "port-adele@2026-03-31 ile-aux-pins@2026-03-31 hotel-dieu@2026-03-31 "
	  "st-marys@2026-03-31 bellerive@2026-03-31 marsh-end@2026-03-31" },
	{ "but not before",
	  "force amendment port-adele=2026-02-01,ile-aux-pins=2026-02-03,"
	  "hotel-dieu=2026-02-04,st-marys=2026-02-05 2026-02-28",
	  "none" },
	{ "its own deposit counts no longer",
	  "force amendment kingsford=2026-02-01,port-adele=2026-03-02,ile-aux-pins=2026-03-03,"
	  "hotel-dieu=2026-03-04,st-marys=2026-03-05 2026-12-31",
	  "2026-04-04" },
};

static const struct row invented[] = {
	{ "English", "order en 2020-05-15", "al bi ce el fi ha" },
	{ "Russian", "order ru 2020-05-15", "al bi ce fi ha el" },
	{ "French", "order fr 2020-05-15", "al bi ce el fi ha" },
	{ "a language without names", "order de 2020-05-15", "al bi ce el fi ha" },
	{ "the chair follows the Russian order", "next ce 2020-05-15", "fi" },
	{ "to its end", "next ha 2020-05-15", "el" },
	{ "and begins anew", "next el 2020-05-15", "al" },
	{ "the long names order otherwise", "long ru 2020-05-15", "differs" },
};

static const struct row table[] = {
	{ "members, then guests", "protocol - 2021-03-01",
	  "al bi ce fi ha el ol universal river-league relief" },
	{ "the first seat is drawn", "protocol fi 2021-03-01",
	  "fi ha el al bi ce ol universal river-league relief" },
	{ "of a party that is no member", "protocol ol 2021-03-01",
	  "al bi ce fi ha el ol universal river-league relief" },
	{ "S3", "criteria ol observer 2020-05-15", "un-member=pass dipl-all=pass -> met" },
	{ "S4", "criteria ni partner 2020-05-15",
	  "un-member=pass dipl-all=pass no-conflict=fail -> criteria-failed" },
	{ "S4, observer", "criteria ni observer 2020-05-15",
	  "un-member=pass dipl-all=pass -> met" },
	{ "S4a", "criteria so partner 2020-05-15",
	  "un-member=pass dipl-all=fail:ha no-conflict=pass -> criteria-failed" },
};


static void one_fact(struct world *w, const char *id, const char *kind, const char *fact,
		     const char *date)
{
	struct snapshot_fact *f = arena_take(w->memory, sizeof(*f));
	struct snapshot_party *p = new_party(w, id, kind);

	*f = (struct snapshot_fact){ .fact = fact, .value = true, .date = date };
	p->facts.at = f;
	p->facts.count = 1;
}


T(the_edges_of_the_rules_of_an_alliance)
{
	struct world w;

	alliance_world(&w, "charters/collective-security-2020.yaml");
	one_fact(&w, "leap", "state", "un-member", "2020-02-29");
	ask_rows(&w, bounds, ARRAY_LEN(bounds));
	suspend(&w, "kz", "2020-05-01", "2020-06-01");
	ask_rows(&w, suspended, ARRAY_LEN(suspended));
	world_close(&w);
}


T(members_come_and_go_in_the_middle)
{
	struct world w;

	alliance_world(&w, "charters/collective-security-2020.yaml");
	(void)new_party(&w, "nn", "state");
	add_status(&w, "nn", "member", "2020-05-10", NULL);
	((struct snapshot_status *)party(&w, "by")->statuses.at)[0].to = "2020-06-01";
	ask_rows(&w, joined, ARRAY_LEN(joined));
	world_close(&w);
}


T(the_edges_of_the_rules_of_a_compact)
{
	struct world w;

	world_open(&w, "charters/three-shores.yaml");
	one_fact(&w, "ward", "hospital", "liability-insured", "2023-08-31");
	ask_rows(&w, compact_bounds, ARRAY_LEN(compact_bounds));
	party(&w, "hotel-dieu")->arrears_since = "2024-06-01";
	ask_rows(&w, arrears, ARRAY_LEN(arrears));
	((struct snapshot_status *)party(&w, "kingsford")->statuses.at)[0].to = "2026-03-01";
	party(&w, "hotel-dieu")->arrears_since = NULL;
	ask_rows(&w, left, ARRAY_LEN(left));
	world_close(&w);
}


T(two_languages_order_the_same_members_differently)
{
	struct world w;

	world_open(&w, "charters/union-of-six.yaml");
	ask_rows(&w, invented, ARRAY_LEN(invented));
	world_close(&w);
}


T(the_invented_union_plays_its_parts)
{
	struct world w;

	world_open(&w, "charters/union-of-six.yaml");
	add_status(&w, "ol", "observer", "2021-02-01", NULL);
	ask_rows(&w, table, ARRAY_LEN(table));
	world_close(&w);
}


T(an_answer_names_its_rule_and_its_source)
{
	struct world w;
	struct charter_may may;
	struct charter_why why;
	struct charter_criteria t;

	alliance_world(&w, "charters/collective-security-2020.yaml");
	ck_assert(!charter_gate(&why, charter_status(w.c, "observer"), NULL, "2020-05-15"));
	T_STR("statuses/observer/gate", why.path);
	ck_assert_uint_eq(why.src.count, 4);
	T_STR("interview:L18", why.src.at[0]);
	ck_assert_int_gt(why.line, 100);

	ck_assert(!charter_may(&may, w.c, &w.s, "uz", RIGHT_MEETING_DECIDE, "2021-03-01"));
	T_STR("statuses/observer/rights", may.why.path);
	T_STR("observer", may.status->id);

	charter_criteria(&t, w.memory, w.c, &w.s, party(&w, "uz"),
			 charter_status(w.c, "observer"), "2020-05-15");
	T_STR("criteria/un-member", t.cells.at[0].why.path);
	T_STR("interview:L28", t.cells.at[0].source);
	T_STR("2020-05-15", t.cells.at[0].date);
	T_STR("2021-05-15", t.cells.at[0].stale_after);

	ck_assert(charter_call(&why, charter_class(w.c, "low"),
			       charter_channel(w.c, "ordinary"), NULL) == CALL_CHANNEL_TOO_LOW);
	T_STR("channels/ordinary/ceiling", why.path);
	T_STR("interview:L59", why.src.at[0]);

	/* A class has no source of its own: what founds the section founds it. */
	T_STR("interview:L55", charter_src(&charter_class(w.c, "low")->origin).at[0]);
	world_close(&w);
}


T(the_day_of_an_instant_is_that_of_the_seat)
{
	struct world w;
	char day[TIME_DATE_SIZE];

	alliance_world(&w, "charters/collective-security-2020.yaml");
	zone_date(day, w.zone, instant("2021-01-18T20:59:59"));
	T_STR("2021-01-18", day);
	zone_date(day, w.zone, instant("2021-01-18T21:00"));
	T_STR("2021-01-19", day);
	world_close(&w);
}


T(only_some_parties_are_asked)
{
	static const char *const two[] = { "am", "uz", "kz" };
	static const struct charter_position consent[] = { { "am", POSITION_CONSENT },
							   { "kz", POSITION_CONSENT },
							   { "ru", POSITION_OBJECT } };
	const struct charter_strings among = { two, 3 };
	struct charter_motion m = { .among = &among };
	struct charter_decision d;
	struct world w;

	alliance_world(&w, "charters/collective-security-2020.yaml");
	m.rule = charter_rule(w.c, "consensus");
	charter_decide(&d, w.memory, w.c, &w.s, &m, consent, 3, "2020-05-15");
	ck_assert_int_eq(d.outcome, OUTCOME_ADOPTED);
	ck_assert_uint_eq(d.entitled.count, 2);
	ck_assert_uint_eq(d.ignored.count, 1);
	T_STR("ru", d.ignored.at[0]);
	world_close(&w);
}


T(a_decision_puts_an_instrument_in_force)
{
	struct charter_case i = { .adopted_on = "2020-05-15" };
	struct charter_entry e;
	struct world w;

	alliance_world(&w, "charters/collective-security-2020.yaml");
	i.type = charter_instrument_type(w.c, "decision-based");
	charter_in_force(&e, w.memory, w.c, &w.s, &i, "2020-05-15");
	ck_assert_int_eq(e.state, IN_FORCE_YES);
	T_STR("2020-05-15", e.date);
	ck_assert_uint_eq(e.bound.count, 6);
	charter_in_force(&e, w.memory, w.c, &w.s, &i, "2020-05-14");
	ck_assert_int_eq(e.state, IN_FORCE_LATER);
	i.adopted_on = NULL;
	charter_in_force(&e, w.memory, w.c, &w.s, &i, "2020-05-15");
	ck_assert_int_eq(e.state, IN_FORCE_WAITING);
	world_close(&w);
}


T(a_judgement_counts_once_a_body_has_answered)
{
	static const struct snapshot_judgement answers[] = {
		{ .criterion = "shares-aims", .yes = false, .date = "2020-05-01" },
		{ .criterion = "shares-aims", .yes = true, .date = "2020-05-10" },
	};
	static const struct snapshot_declaration declared = {
		.declaration = "acceptance-of-obligations", .date = "2020-05-12"
	};
	struct world w;

	alliance_world(&w, "charters/collective-security-2020.yaml");
	party(&w, "yy")->judgements.at = answers;
	party(&w, "yy")->judgements.count = 2;
	party(&w, "yy")->declarations.at = &declared;
	party(&w, "yy")->declarations.count = 1;
	ask(&w, "criteria yy member 2020-05-15");
	T_STR("un-member=pass shares-aims=pass accepts-all=pass -> met", w.answer);
	party(&w, "yy")->judgements.count = 0;
	ask(&w, "criteria yy member 2020-05-15");
	T_STR("un-member=pass shares-aims=judgement accepts-all=pass -> judgement", w.answer);
	party(&w, "yy")->judgements.count = 1;
	ask(&w, "criteria yy member 2020-05-15");
	T_STR("un-member=pass shares-aims=fail accepts-all=pass -> criteria-failed", w.answer);
	world_close(&w);
}

T_MAIN("rules", C(the_given_alliance_is_judged_as_the_oracle_judges),
       C(the_given_compact_is_judged_as_the_oracle_judges),
       C(the_shipped_alliance_is_judged_as_the_oracle_judges),
       C(the_shipped_compact_is_judged_as_the_oracle_judges),
       C(the_edges_of_the_rules_of_an_alliance), C(members_come_and_go_in_the_middle),
       C(the_edges_of_the_rules_of_a_compact),
       C(two_languages_order_the_same_members_differently),
       C(the_invented_union_plays_its_parts), C(an_answer_names_its_rule_and_its_source),
       C(the_day_of_an_instant_is_that_of_the_seat), C(only_some_parties_are_asked),
       C(a_decision_puts_an_instrument_in_force),
       C(a_judgement_counts_once_a_body_has_answered))
