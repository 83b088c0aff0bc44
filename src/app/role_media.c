/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * role_media.c: a forwarding server (media/engine.h) of its own process: no store, no files.
 *
 * The bound sockets come from descriptor ROLE_FIRST_FD on; the arguments say how each is
 * reached ("tcp " before the address: by TCP).  The link to the desk (media/link.h) comes over
 * the control socket, and anew when the desk is started anew: rooms live on meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/sandbox.h"
#include "app/spawn.h"
#include "app/verb.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/text.h"
#include "media/engine.h"
#include "media/link.h"

enum {
	PEERS = 2000,
	SLOTS = 40000,
	TRACKS = 1024,
	IN_MAX = LINK_MAX + 4,
	EVENTS_MAX = 256 << 10, /* waiting for a desk that is not there: the oldest are lost */
};

/* Beside the engine's own descriptors. */
enum {
	AT_CONTROL,
	AT_LINK,
};

struct state {
	struct engine *engine;
	int link;	      /* -1: the desk has gone */
	bool watched, writes; /* of the link */
	struct buf in, out, answer;
};


static void text_reply(struct state *s, const struct link_message *m, int err,
		       const char *const text[3])
{
	struct link_message reply = { .word = LINK_REPLY, .id = m->id, .err = err };

	for (size_t i = 0; i < 3 && text[i]; i++)
		reply.text[i] = text[i];
	link_write(&s->out, &reply);
}


static void failed(struct state *s, const struct link_message *m, int err,
		   const struct fault *f)
{
	const char *text[3] = { f->text[0] ? f->text : err_text(err) };

	text_reply(s, m, err, text);
}


static void join(struct state *s, const struct link_message *m)
{
	struct engine_join j = { .room = m->text[0],
				 .participant = m->text[1],
				 .only = m->text[2] && m->text[2][0] ? m->text[2] : NULL,
				 .rights = m->number & 0xff,
				 .publishes = m->number & LINK_PUBLISHES,
				 .views = m->number & LINK_VIEWS,
				 .offer = m->text[3],
				 .offer_len = m->len[3] };
	char session[ENGINE_SESSION_SIZE], etag[ENGINE_ETAG_SIZE];
	const char *text[3] = { session, NULL, etag };
	struct fault f = { 0 };
	int err;

	buf_reset(&s->answer);
	err = j.offer ? engine_join(session, etag, &s->answer, s->engine, &j, &f) : E_SYNTAX;
	text[1] = s->answer.data;
	if (err)
		failed(s, m, err, &f);
	else
		text_reply(s, m, 0, text);
}


static void patch(struct state *s, const struct link_message *m)
{
	char etag[ENGINE_ETAG_SIZE] = "";
	const char *text[3] = { NULL, etag, NULL };
	struct fault f = { 0 };
	int err = E_SYNTAX;

	buf_reset(&s->answer);
	if (m->text[3])
		err = engine_patch(etag, &s->answer, s->engine, m->text[0], m->text[1],
				   m->text[2], m->text[3], &f);
	text[0] = s->answer.data;
	if (err)
		failed(s, m, err, &f);
	else
		text_reply(s, m, 0, text);
}


/* "360 1": rows and mid of a tile; the line is parted in place. */
static int tile_of(struct engine_tile *t, char *line)
{
	char *mid = strchr(line, ' ');
	int64_t rows = 0;
	int err;

	if (!mid)
		return E_SYNTAX;
	*mid++ = '\0';
	err = text_int(&rows, line, 0, UINT16_MAX);
	t->mid = text_eq(mid, "*") ? NULL : mid;
	t->rows = (uint16_t)rows;

	return err;
}


/* A line for each tile. */
static int tiles(struct state *s, const struct link_message *m)
{
	static struct engine_tile tile[ENGINE_TILES_MAX];
	static char lines[ENGINE_TILES_MAX][64];
	size_t n = 0;
	int err = 0;

	for (const char *at = m->text[2]; *at && !err; n++) {
		size_t len = strcspn(at, "\n");

		if (n == ENGINE_TILES_MAX || len >= sizeof(lines[n]))
			return E_SYNTAX;
		memcpy(lines[n], at, len);
		lines[n][len] = '\0';
		err = tile_of(&tile[n], lines[n]);
		at += at[len] ? len + 1 : len;
	}

	return err ? err : engine_tiles(s->engine, m->text[0], m->text[1], tile, n);
}


static void figures(struct state *s, const struct link_message *m)
{
	struct engine_figures x;
	struct buf b;
	const char *text[3] = { NULL };

	engine_figures(&x, s->engine);
	buf_init(&b, 0);
#define LINE(name) buf_printf(&b, #name " %llu\n", (unsigned long long)x.name)
	LINE(rooms);
	LINE(peers);
	LINE(tracks);
	LINE(slots);
	LINE(in);
	LINE(in_bytes);
	LINE(out);
	LINE(out_bytes);
	LINE(calls);
	LINE(sends);
	LINE(lost_out);
	LINE(bad);
	LINE(strange);
	LINE(unheard);
	LINE(nacks);
	LINE(resent);
	LINE(plis);
#undef LINE
	text[0] = b.data;
	text_reply(s, m, 0, text);
	buf_clear(&b);
}


/* One request; what is not in the table ends the link. */
static bool answer(struct state *s, const struct link_message *m)
{
	static const uint8_t texts[] = {
		[LINK_JOIN] = 4, [LINK_LEAVE] = 2,   [LINK_PATCH] = 4, [LINK_RIGHTS] = 2,
		[LINK_SHUT] = 1, [LINK_FIGURES] = 0, [LINK_TILES] = 3, [LINK_QUIET] = 1
	};
	static const struct fault none;
	int err = 0;

	if (m->word > LINK_QUIET || (texts[m->word] && !m->text[texts[m->word] - 1]))
		return false;
	switch (m->word) {
	case LINK_JOIN: join(s, m); return true;
	case LINK_PATCH: patch(s, m); return true;
	case LINK_FIGURES: figures(s, m); return true;
	case LINK_TILES: err = tiles(s, m); break;
	case LINK_LEAVE: err = engine_leave(s->engine, m->text[0], m->text[1]); break;
	case LINK_RIGHTS:
		engine_rights(s->engine, m->text[0], m->text[1], m->number & 0xff);
		break;
	case LINK_QUIET: engine_quiet(s->engine, m->text[0]); break;
	default: engine_shut(s->engine, m->text[0]); break;
	}
	if (err)
		failed(s, m, err, &none);
	else
		text_reply(s, m, 0, (const char *const[3]){ NULL });

	return true;
}


static void drop_link(struct state *s)
{
	if (s->link >= 0)
		(void)close(s->link);
	s->link = -1;
	s->watched = false;
	buf_reset(&s->in);
	buf_reset(&s->out);
}


static void write_out(struct state *s)
{
	ssize_t n;

	if (s->link < 0 || !s->out.len)
		return;
	n = send(s->link, s->out.data, s->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop_link(s);
		return;
	}
	memmove(s->out.data, s->out.data + n, s->out.len - (size_t)n);
	s->out.len -= (size_t)n;
}


static void read_in(struct state *s)
{
	char bytes[65536];
	ssize_t n = recv(s->link, bytes, sizeof(bytes), MSG_DONTWAIT);
	size_t at = 0, used = 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop_link(s);
		return;
	}
	buf_add(&s->in, bytes, (size_t)n);
	do {
		struct link_message m;

		if (link_read(&m, &used, s->in.data + at, s->in.len - at) ||
		    (used && !answer(s, &m))) {
			diag_error("media", "a message that is none; the link is dropped");
			drop_link(s);
			return;
		}
		at += used;
	} while (used);
	memmove(s->in.data, s->in.data + at, s->in.len - at);
	s->in.len -= at;
}


static void tell(void *arg, const char *room, const char *participant, const char *what)
{
	struct state *s = arg;
	struct link_message m = { .word = LINK_EVENT, .text = { room, participant, what } };

	if (s->link >= 0 && s->out.len < EVENTS_MAX)
		link_write(&s->out, &m);
}


/* It is waited for until it is closed. */
static void watch_link(struct state *s)
{
	bool writes = s->out.len;

	if (s->link < 0 || (s->watched && s->writes == writes))
		return;
	s->watched = true;
	s->writes = writes;
	if (engine_watch(s->engine, s->link, AT_LINK, writes))
		drop_link(s);
}


static bool control(struct state *s)
{
	enum role_word word;
	int fd = -1;

	if (role_receive(ROLE_CONTROL, &word, &fd) || word == ROLE_STOP)
		return false;
	if (word == ROLE_LINK && fd >= 0) {
		drop_link(s);
		s->link = fd;
	}

	return true;
}


static void loop(struct state *s)
{
	for (;;) {
		unsigned ready;

		watch_link(s);
		ready = engine_turn(s->engine);
		if (s->link >= 0 && ready & 1U << AT_LINK)
			read_in(s);
		write_out(s);
		if (ready & 1U << AT_CONTROL && !control(s))
			return;
	}
}


/* "127.0.0.1:4000": how the socket is reached. */
static bool candidate(struct sdp_candidate *c, const char *text)
{
	const char *colon;
	int64_t port = 0;
	size_t len;

	c->tcp = text_starts(text, "tcp ");
	if (c->tcp)
		text += strlen("tcp ");
	colon = strrchr(text, ':');
	len = colon ? (size_t)(colon - text) : 0;

	if (!len || len >= sizeof(c->address) || text_int(&port, colon + 1, 1, 65535))
		return false;
	memcpy(c->address, text, len);
	c->address[len] = '\0';
	c->port = (uint16_t)port;

	return true;
}


static bool add_socket(struct engine_config *config, int fd, const char *text)
{
	size_t at = config->sockets + config->listeners;
	struct sdp_candidate *c = &config->candidate[at];

	if (at == ARRAY_LEN(config->candidate) || !candidate(c, text))
		return false;
	if (c->tcp && config->listeners < ENGINE_SOCKETS_MAX)
		config->tcp[config->listeners++] = fd;
	else if (!c->tcp && !config->listeners && config->sockets < ENGINE_SOCKETS_MAX)
		config->udp[config->sockets++] = fd;
	else
		return false;

	return true;
}


int verb_role_media(int argc, char **argv)
{
	struct state *s = mem_zero(1, sizeof(*s));
	struct engine_config config = {
		.peers = PEERS, .slots = SLOTS, .tracks = TRACKS, .tell = tell, .arg = s
	};
	struct fault f = { 0 };
	int err;

	role_begin("media");
	for (int i = 1; i < argc; i++)
		if (!add_socket(&config, ROLE_FIRST_FD + i - 1, argv[i]))
			return EXIT_USAGE;
	s->link = -1;
	buf_init(&s->in, IN_MAX);
	buf_init(&s->out, 0);
	buf_init(&s->answer, LINK_MAX / 2);
	err = engine_open(&s->engine, &config);
	if (!err)
		err = engine_watch(s->engine, ROLE_CONTROL, AT_CONTROL, false);
	if (!err)
		err = sandbox_media(&f);
	if (err) {
		diag_error("media", "%s", f.text[0] ? f.text : err_text(err));
		return EXIT_FAILED;
	}
	if (role_send(ROLE_CONTROL, ROLE_READY, -1))
		return EXIT_FAILED;
	loop(s);
	engine_close(s->engine);
	buf_clear(&s->in);
	buf_clear(&s->out);
	buf_clear(&s->answer);
	free(s);

	return EXIT_DONE;
}
