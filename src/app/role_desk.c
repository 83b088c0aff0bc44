/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * role_desk.c: HTTP, acts, views, events.  Descriptor ROLE_FIRST_FD is the link to the
 * keeper; the listening sockets follow.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "api/clerk.h"
#include "api/courier.h"
#include "api/desk.h"
#include "api/media_door.h"
#include "api/printer.h"
#include "api/usher.h"
#include "api/room_token.h"
#include "api/web.h"
#include "app/centre.h"
#include "app/sandbox.h"
#include "app/spawn.h"
#include "app/tls.h"
#include "app/verb.h"
#include "base/diag.h"
#include "net/carrier.h"
#include "base/text.h"
#include "base/time.h"
#include "store/store.h"

enum {
	CONNECTIONS = 4000, /* in each loop */
	LOOPS_MAX = 8,
};

struct options {
	const char *store;
	const char *folder; /* of the embedded store, or NULL */
	const char *clock;
	const char *listeners; /* for each socket 'h' or 's': HTTP or HTTPS */
	const char *cert;
	const char *key;
	const char *proxy;
	const char *metrics; /* who may read them */
	const char *starts;  /* of the keeper and of the desk: "1:1" */
	const char *origin;
	const char *loops;
	const char *media; /* how many links to media processes follow the listeners */
	const char *bench_room;
	const char *room_key; /* a file */
	const char *turn;
	const char *turn_secret; /* a file */
	const char *mail_from, *mail_retry, *mail_gather, *feed_hosts;
	bool feed_private;
	bool reach; /* a link to the reach process follows those to the media */
	bool demo;
};


static int read_clock(struct clock *c, const struct options *o, struct fault *f)
{
	int64_t at = 0;
	size_t len;
	char text[40];
	bool running;

	if (!o->clock)
		return 0;
	len = strlen(o->clock);
	running = len && o->clock[len - 1] == '+';
	if (!text_copy(text, sizeof(text), o->clock))
		return fault_set(f, E_RANGE, "--clock takes an instant.");
	if (running)
		text[len - 1] = '\0';
	if (time_parse(&at, text))
		return fault_set(f, E_RANGE,
				 "--clock takes an instant such as 2020-05-15T10:00:00Z.");
	clock_set(c, at, running);

	return 0;
}


static unsigned loops_wanted(const struct options *o)
{
	int64_t n = 0;

	if (!o->loops || text_int(&n, o->loops, 1, LOOPS_MAX))
		n = get_nprocs() < LOOPS_MAX ? get_nprocs() : LOOPS_MAX;

	return (unsigned)n;
}


/* What the parent knows and /metrics tells. */
static int read_figures(struct desk *desk, const struct options *o, struct fault *f)
{
	char starts[48] = "";
	char *second;
	int64_t keeper = 1;

	(void)text_copy(starts, sizeof(starts), o->starts ? o->starts : "1:1");
	second = strchr(starts, ':');
	if (!second)
		return fault_set(f, E_RANGE, "--starts takes two numbers.");
	*second++ = '\0';
	if (text_int(&keeper, starts, 0, INT32_MAX) ||
	    text_int(&desk->desk_starts, second, 0, INT32_MAX))
		return fault_set(f, E_RANGE, "--starts takes two numbers.");
	desk->keeper_starts = keeper;

	return proxies_read(&desk->scrapers, o->metrics, f);
}


static int start_http(struct desk *desk, const struct options *o, const struct tls *tls,
		      struct fault *f)
{
	static struct http_listener listeners[ROLE_FDS_MAX]; /* the config keeps the address */
	struct http_config config = { .loops = loops_wanted(o),
				      .connections = CONNECTIONS,
				      .routes = api_routes,
				      .pages = &web_route,
				      .desk = desk,
				      .certificate = tls->chain,
				      .key = tls->key,
				      /* A browser that was told so never opens a page again
				       * whose certificate it does not know. */
				      .hsts = !o->demo && !tls->about.self_signed,
				      .reader_open = desk_reader_open,
				      .reader_close = desk_reader_close,
				      .before = desk_before,
				      .after = desk_after };
	size_t count = o->listeners ? strlen(o->listeners) : 0;
	int err = proxies_read(&config.proxies, o->proxy, f);

	if (err)
		return err;
	if (!count || count >= ROLE_FDS_MAX)
		return fault_set(f, E_RANGE, "The desk was given no sockets.");
	for (size_t i = 0; i < count; i++)
		listeners[i] = (struct http_listener){ ROLE_FIRST_FD + 1 + (int)i,
						       o->listeners[i] == 's' };
	config.listeners = listeners;
	config.listeners_count = count;

	return http_start(&desk->http, &config, f);
}


/* A file of hexadecimal digits, read before files are out of reach. */
static int read_room_key(const struct options *o, uint8_t key[ROOM_KEY_SIZE], struct fault *f)
{
	char *text = NULL;
	const size_t hex = (size_t)2 * ROOM_KEY_SIZE;
	size_t len = 0;
	int err;

	if (!o->room_key)
		return 0;
	err = verb_read(&text, &len, o->room_key, 4096, f);
	if (!err && (len < hex || text[hex]))
		err = E_CORRUPT;
	if (!err)
		err = text_unhex(key, ROOM_KEY_SIZE, text);
	free(text);

	return err ? fault_set(f, err, "%s cannot be read.", o->room_key) : 0;
}


/* The first line of a file. */
static int read_turn_secret(char **out, const struct options *o, struct fault *f)
{
	size_t len = 0;
	int err = o->turn_secret ? verb_read(out, &len, o->turn_secret, 4096, f) : 0;

	if (*out)
		(*out)[strcspn(*out, "\r\n")] = '\0';

	return err;
}


static int open_media(struct desk *desk, const struct options *o, struct fault *f)
{
	int links[MEDIA_MAX];
	int64_t count = 0;

	if (!o->media)
		return 0;
	if (text_int(&count, o->media, 0, MEDIA_MAX))
		return fault_set(f, E_RANGE, "There are at most %d media processes.",
				 MEDIA_MAX);
	for (int64_t i = 0; i < count; i++)
		links[i] = ROLE_FIRST_FD + 1 + (int)strlen(o->listeners) + (int)i;

	return count ? media_door_open(&desk->media, links, (size_t)count) : 0;
}


/* From the printer's thread. */
static int ask_for_paper(void)
{
	return role_send(ROLE_CONTROL, ROLE_PAPER, -1);
}


static int64_t seconds_ms(const char *text, int64_t otherwise)
{
	int64_t n = 0;

	return (text && !text_int(&n, text, 1, INT32_MAX) ? n : otherwise) * TIME_SECOND;
}


/* Before the first request is answered: else it is told that there is no mail here. */
static void read_reach(struct desk *desk, const struct options *o)
{
	if (!o->reach)
		return;
	desk->mail_from = o->mail_from;
	desk->mail_retry_ms = seconds_ms(o->mail_retry, 60);
	desk->mail_gather_ms = seconds_ms(o->mail_gather, 3600);
	desk->feed_hosts = o->feed_hosts;
	desk->feed_private = o->feed_private;
}


/* Mail and feeds; its link follows those to the media processes. */
static int start_courier(struct courier **out, struct desk *desk, const struct options *o,
			 struct fault *f)
{
	int64_t media = 0;

	if (!o->reach)
		return 0;
	if (o->media && text_int(&media, o->media, 0, MEDIA_MAX))
		return E_RANGE;

	return courier_start(out, desk,
			     ROLE_FIRST_FD + 1 + (int)strlen(o->listeners) + (int)media, f);
}


/* Until the parent says stop, or is gone. */
static void attend(struct keeper_door *door, struct desk *desk)
{
	enum role_word word;
	int fd = -1;

	while (role_receive(ROLE_CONTROL, &word, &fd) == 0 && word != ROLE_STOP)
		if (word == ROLE_LINK && fd >= 0) {
			keeper_door_relink(door, fd);
			desk->keeper_starts++;
		} else if (word == ROLE_PAPER && fd >= 0) {
			printer_link(desk->printer, fd);
		} else if (word == ROLE_REACH && fd >= 0 && desk->courier) {
			courier_relink(desk->courier, fd);
			desk->reach_starts++;
		} else if ((int)word >= ROLE_MEDIA && fd >= 0 && desk->media) {
			media_door_relink(desk->media, (size_t)((int)word - ROLE_MEDIA), fd);
			desk->media_restarts++;
		}
}


static int run(const struct options *o, struct fault *f)
{
	static struct desk desk; /* shared with every thread of this process */
	static uint8_t room_key[ROOM_KEY_SIZE];
	static char *turn_secret; /* as long as the process */
	struct clerk *clerk = NULL;
	struct usher *usher = NULL;
	struct courier *courier = NULL;
	struct tls tls = { 0 };
	struct centre c;
	bool pg = text_starts(o->store, "postgres");
	int err = store_load(o->store, f);

	if (!err)
		err = tls_read(&tls, o->cert, o->key, f);
	if (!err)
		err = read_room_key(o, room_key, f);
	if (!err)
		err = read_turn_secret(&turn_secret, o, f);
	if (!err && o->feed_hosts)
		err = carrier_load(f);
	if (!err)
		err = sandbox_desk(o->folder, pg, f);
	if (!err)
		err = centre_open(&c, o->store, ROLE_FIRST_FD, desk_tell, &desk, f);
	if (err)
		return err;
	err = read_clock(&c.clock, o, f);
	desk = (struct desk){ .where = o->store,
			      .registry = &c.registry,
			      .clock = &c.clock,
			      .origin = o->origin,
			      .writer = c.writer,
			      .demo = o->demo,
			      .folder = o->folder,
			      .certificate_until = tls.chain ? tls.about.until : 0,
			      .room_key = o->room_key ? room_key : NULL,
			      .bench_room = o->bench_room,
			      .turn = o->turn,
			      .turn_secret = turn_secret,
			      .started = time_monotonic() };
	read_reach(&desk, o);
	if (!err)
		err = read_figures(&desk, o, f);
	if (!err)
		err = open_media(&desk, o, f);
	if (!err)
		err = printer_start(&desk.printer, ask_for_paper, f);
	if (!err)
		err = start_http(&desk, o, &tls, f);
	tls_clear(&tls);
	if (!err)
		media_on_event(desk.media, rooms_heard, &desk);
	if (!err)
		err = clerk_start(&clerk, &desk, f);
	desk.clerk = clerk;
	if (!err && desk.media)
		err = usher_start(&usher, &desk, f);
	desk.usher = usher;
	usher_poke(usher);
	if (!err)
		err = start_courier(&courier, &desk, o, f);
	desk.courier = courier;
	if (!err)
		err = role_send(ROLE_CONTROL, ROLE_READY, -1);
	if (!err)
		attend(c.door, &desk);
	media_on_event(desk.media, NULL, NULL);
	if (desk.printer)
		printer_end(desk.printer);
	if (desk.http)
		http_stop(desk.http);
	desk.http = NULL;
	desk.clerk = NULL;
	desk.usher = NULL;
	desk.courier = NULL;
	courier_stop(courier);
	usher_stop(usher);
	clerk_stop(clerk);
	printer_stop(desk.printer);
	media_door_close(desk.media);
	centre_close(&c);

	return err;
}


int verb_role_desk(int argc, char **argv)
{
	struct options o = { 0 };
	const struct option options[] = { { "store", &o.store, NULL },
					  { "folder", &o.folder, NULL },
					  { "clock", &o.clock, NULL },
					  { "listeners", &o.listeners, NULL },
					  { "loops", &o.loops, NULL },
					  { "cert", &o.cert, NULL },
					  { "key", &o.key, NULL },
					  { "proxy", &o.proxy, NULL },
					  { "origin", &o.origin, NULL },
					  { "metrics", &o.metrics, NULL },
					  { "starts", &o.starts, NULL },
					  { "media", &o.media, NULL },
					  { "bench-room", &o.bench_room, NULL },
					  { "turn", &o.turn, NULL },
					  { "turn-secret", &o.turn_secret, NULL },
					  { "room-key", &o.room_key, NULL },
					  { "mail-from", &o.mail_from, NULL },
					  { "mail-retry", &o.mail_retry, NULL },
					  { "mail-gather", &o.mail_gather, NULL },
					  { "feed-hosts", &o.feed_hosts, NULL },
					  { "feed-private", NULL, &o.feed_private },
					  { "reach", NULL, &o.reach },
					  { "demo", NULL, &o.demo },
					  { NULL, NULL, NULL } };
	struct fault f = { 0 };

	role_begin("desk");
	if (verb_options(&argc, argv, options) || !o.store)
		return EXIT_USAGE;
	if (run(&o, &f)) {
		diag_error("desk", "%s", f.text[0] ? f.text : err_text(f.err));
		return EXIT_FAILED;
	}

	return EXIT_DONE;
}
