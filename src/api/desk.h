/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * desk.h: what the HTTP side of the server shares: the writer, the clock, the registry.
 * Made once before the loops start and only read afterwards.
 */
#ifndef API_DESK_H
#define API_DESK_H

#include "act/viewing.h"
#include "act/writer.h"
#include "api/http.h"

struct clerk;
struct courier;
struct usher;
struct media_door;
struct printer;
struct clock;

/* What is answered, for /metrics: how often, how long, how it went. */
enum answer_kind { ANSWER_ACT, ANSWER_VIEW, ANSWER_API, ANSWER_PAGE, ANSWER_KINDS };

enum {
	ANSWER_BUCKETS = 11, /* and one for what takes longer */
	ANSWER_CLASSES = 4,  /* 2xx to 5xx */
};

struct answers {
	_Atomic int64_t took[ANSWER_BUCKETS + 1];
	_Atomic int64_t us;
	_Atomic int64_t status[ANSWER_CLASSES];
};

struct desk {
	const char *where; /* the store */
	const struct registry *registry;
	struct clock *clock;
	struct writer *writer;
	struct clerk *_Atomic clerk;	 /* NULL until it is started: read by every thread */
	struct usher *_Atomic usher;	 /* NULL: no media server, or not started yet */
	struct courier *_Atomic courier; /* NULL: nothing leaves the house, or not started */
	struct printer *printer;
	const char *mail_from; /* address that letters come from; NULL: no mail */
	int64_t mail_retry_ms, mail_gather_ms; /* mail.h */
	const char *feed_hosts;		       /* carrier.h; NULL: no feeds */
	bool feed_private;
	_Atomic int64_t reach_starts;
	struct http *http;
	const char *origin;	  /* "https://centre.example" as browsers see it, or NULL */
	bool demo;		  /* seats by token, SPECIMEN, a clock that moves */
	struct media_door *media; /* NULL: this centre runs no media server */
	const uint8_t *room_key;  /* of room tokens (room_token.h) */
	const char *turn;	  /* "turn:relay.example:3478?transport=udp", or NULL */
	const char *turn_secret;  /* shared with the relay (static-auth-secret of coturn) */
	const char *bench_room;	  /* rooms of tokens made by hand, by spaces; or NULL */
	int64_t started;
	struct proxies scrapers;   /* who reads /metrics beside this machine */
	const char *folder;	   /* of the embedded store, or NULL */
	int64_t certificate_until; /* ms UTC; 0: no TLS here */
	/* How often the roles were started since the centre was; a new keeper is noted. */
	_Atomic int64_t keeper_starts;
	int64_t desk_starts;
	_Atomic bool media_joined; /* somebody joined and the usher's box was full */
	_Atomic int64_t media_restarts;
	struct answers answers[ANSWER_KINDS];
};

/* The routes of the API, ending in NULLs. */
extern const struct route api_routes[];

/* Callbacks of struct http_config. */
int desk_reader_open(void **out, struct desk *desk, struct fault *f);
void desk_reader_close(void *reader);
int desk_before(struct request *r);
void desk_after(const struct request *r, unsigned status, int64_t us);

/* Callback of struct writer_config: to every loop, for the streams that may see it. */
void desk_tell(struct event *const *events, size_t count, void *desk);

/* The reader of this request's loop. */
struct reader *desk_reader(struct request *r);

/* Resolve r->seat by the charter and registers of now.  Errors: those of the world. */
int desk_resolve(struct request *r, const struct charter **charter) MUST_CHECK;

/* acts.c */
route_h acts_post, acts_posted, acts_try, acts_get, acts_record, acts_proof;

/* views.c */
route_h views_get, views_several;

/* signin.c, sessions.c, enrol.c, tokens.c */
route_h session_get, session_post, session_delete, session_seat_post, passkey_question,
	passkey_answer, password_answer;
route_h sessions_get, sessions_delete, sessions_delete_one;
route_h invitation_read, invitation_question, invitation_passkey, invitation_code,
	invitation_password, person_link;
route_h passkeys_get, passkeys_question, passkeys_post, passkey_post, passkey_delete;
route_h tokens_get, tokens_post, token_delete;

/* rooms.c */
/* media_event_h: to the streams of those in the room; `desk` is a struct desk. */
void rooms_heard(void *desk, const char *room, const char *participant, const char *what);
route_h room_media, room_text_post, room_text_get, room_caption;

/* whip.c */
struct relay {
	const char *url, *name, *password;
};
/* Credentials of that participant at the relay, for a day; false: there is none (--turn). */
bool desk_relay(struct relay *out, struct request *r, const char *who);
route_h whip_post, whep_post, whip_joined, whip_patch, whip_patched, whip_delete, whip_deleted;

/* feeds.c */
route_h feeds_get, feeds_post, feed_delete, feed_fetch_post;

/* notices.c */
route_h notices_get, notices_address_post, notices_code_post, notices_lang_post,
	notices_address_delete, person_mail;

/* intake.c */
route_h intake_post;

/* figures.c */
/*
 * The answer is of figures: who asks must be one that the charter lets read them.
 *
 * Errors: E_SESSION, E_DENIED (which goes to the security log), those of desk_resolve().
 */
int figures_reader(const struct charter **charter, struct request *r) MUST_CHECK;
route_h figures_get, alert_cap;

/* calendar.c */
route_h consultation_calendar;

/* edxl.c */
route_h edxl_get, edxl_post;
route_h trail_bundle;

/* papers.c */
route_h request_paper, bulletin_paper_get, bulletin_papers_get, paper_set, papers_digested;

/* events.c */
/* Somebody ended sessions: their streams end at once. */
void events_signed_out(struct desk *desk);

/* From any thread: something changed that is no act, for that person or (party) that party. */
void events_look(struct desk *desk, const char *id, bool party);
route_h events_get;

/* ledger.c */
route_h ledger_checkpoint, ledger_tile, ledger_keys, ledger_policy;

/* metrics.c */
route_h metrics_get;

/* system.c */
route_h system_openapi, system_health, system_clock, system_clock_set;

#endif
