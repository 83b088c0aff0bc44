/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * whip.c: WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): the signalling of media rooms.
 *
 *	POST	/whip/{room}			publish, as the token's participant
 *	POST	/whip/{room}/{participant}
 *	POST	/whep/{room}			view the whole room in one connection
 *	POST	/whep/{room}/{participant}	view one participant
 *	PATCH, DELETE				what Location said
 *
 * A viewer may say, by PATCH of application/json, how large its pictures are shown: {"tiles":
 * [{"mid": "1", "height": 360}]}, in dots of the screen; without "mid" all of them; 0: hidden.
 *
 * A room of the charter ("room-12") is joined with what its register says at that instant
 * (usher.h); later changes are told to the media process.
 *
 * With a relay (--turn) the 201 has a Link to it with credentials for a day (RFC 9725 4.6;
 * draft-uberti-behave-turn-rest: the user name is when they end, the password its HMAC).
 *
 * ?as=NAME says who somebody is whose token is for anybody.
 */
#include <stdio.h>
#include <string.h>

#include "api/desk.h"
#include "api/media_door.h"
#include "api/room_token.h"
#include "api/usher.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "media/sdp.h"

enum {
	RELAY_S = 86400,
	TILES = SDP_MEDIA_MAX,
};

static const char sdp_type[] = "application/sdp";
static const char fragment_type[] = "application/trickle-ice-sdpfrag";


static bool has_type(const struct request *r, const char *type)
{
	const char *got = http_header(r, "Content-Type");
	size_t n = strlen(type);

	return got && strncasecmp(got, type, n) == 0 &&
	       (!got[n] || got[n] == ';' || got[n] == ' ');
}


/* Whose token it is, and that it is for this room and these rights. */
static int check_token(struct room_token *t, struct request *r, unsigned rights)
{
	const struct desk *desk = loop_desk(r->loop);
	const char *auth = http_header(r, "Authorization"), *room = r->part[0];

	if (!auth || strncasecmp(auth, "Bearer ", 7) != 0 || !desk->room_key ||
	    room_token_read(t, auth + 7, desk->room_key, time_now() / 1000))
		return fault_set(&r->fault, E_SESSION,
				 "A room is entered with its bearer token (RFC 6750).");
	if (!text_eq(t->room, room))
		return fault_set(&r->fault, E_DENIED, "This token is for another room.");
	if (t->rights & ROOM_BENCH &&
	    !text_among(desk->bench_room ? desk->bench_room : "", room))
		return fault_set(&r->fault, E_ABSENT, "There is no such room.");
	if (rights && !(t->rights & rights))
		return fault_set(&r->fault, E_DENIED,
				 rights & ROOM_RECEIVE ? "This token is not for receiving."
						       : "This token is not for sending.");

	return desk->media
		       ? 0
		       : fault_set(&r->fault, E_ABSENT, "This centre runs no media server.");
}


/* The session of the address is the token's own. */
static int check_own(struct room_token *t, struct request *r)
{
	int err = check_token(t, r, 0);

	if (err || text_eq(t->participant, "*") || text_eq(t->participant, r->part[1]))
		return err;

	return fault_set(&r->fault, E_DENIED, "This token is of another participant.");
}


/* Who asks: the token's participant; of one for anybody, the name that is given. */
static int identify(const char **out, struct request *r, const struct room_token *t,
		    const char *named)
{
	const char *as = http_parameter(r, "as");

	if (!named)
		named = as;
	if (!text_eq(t->participant, "*")) {
		*out = arena_str(r->arena, t->participant);
		return !named || text_eq(named, t->participant)
			       ? 0
			       : fault_set(&r->fault, E_DENIED,
					   "This token is of another participant.");
	}
	if (named) {
		*out = named;
		return room_name_valid(named)
			       ? 0
			       : fault_set(&r->fault, E_RANGE,
					   "A name is 1 to 64 letters, digits, - and _.");
	}
	*out = arena_take(r->arena, RAND_UUID_SIZE);
	rand_uuid((char *)(uintptr_t)*out);

	return 0;
}


static int join(struct request *r, bool publishes)
{
	struct desk *desk = loop_desk(r->loop);
	struct room_token t;
	struct link_message m = { .word = LINK_JOIN };
	const char *who = NULL;
	int err = check_token(&t, r,
			      publishes ? ROOM_SEND_AUDIO | ROOM_SEND_VIDEO : ROOM_RECEIVE);

	if (!err && !has_type(r, sdp_type))
		err = fault_set(&r->fault, E_MEDIA, "An offer is posted as %s.", sdp_type);
	if (!err)
		err = identify(&who, r, &t, publishes ? r->part[1] : NULL);
	if (!err && (!r->body.len || strlen(r->body.data) != r->body.len))
		err = fault_set(&r->fault, E_SYNTAX, "The body is to be an SDP offer.");
	if (err)
		return err;
	if (!(t.rights & ROOM_BENCH)) {
		unsigned now = 0;

		err = usher_rights(&now, r, r->part[0], who);
		if (err)
			return err;
		t.rights &= now;
		if (text_eq(r->part[0], ROOM_CHECK) && publishes)
			return fault_set(&r->fault, E_DENIED, "Nobody sends in this room.");
	}
	m.number = (t.rights & 7) | (publishes ? LINK_PUBLISHES : LINK_VIEWS);
	m.text[0] = r->part[0];
	m.text[1] = who;
	m.text[2] = publishes || !r->part[1] ? "" : r->part[1];
	m.text[3] = r->body.data;
	r->seat.person = who; /* for the address of the session */
	err = media_ask(desk->media, media_door_of(desk->media, r->part[0]), &m, r);

	return err ? err : HTTP_WAIT;
}


int whip_post(struct request *r)
{
	return join(r, true);
}


int whep_post(struct request *r)
{
	return join(r, false);
}


/* What the media process said, as the request's own; the sentence of a failure. */
static int take_answer(struct request *r, char **text, size_t count)
{
	struct media_answer *a = r->work;
	int err = a->err;

	r->work = NULL;
	for (size_t i = 0; i < count; i++)
		text[i] = arena_str(r->arena, a->text[i] ? a->text[i] : "");
	if (err && text[0][0])
		(void)fault_set(&r->fault, err, "%s", text[0]);
	media_answer_free(a);

	return err;
}


bool desk_relay(struct relay *out, struct request *r, const char *who)
{
	const struct desk *d = loop_desk(r->loop);
	uint8_t mac[DIGEST_SHA1_SIZE];
	char password[32];

	if (!d->turn || !d->turn_secret)
		return false;
	out->url = d->turn;
	out->name =
		arena_printf(r->arena, "%lld:%s", (long long)time_now() / 1000 + RELAY_S, who);
	digest_hmac_sha1(mac, d->turn_secret, strlen(d->turn_secret), out->name,
			 strlen(out->name));
	text_base64(password, mac, sizeof(mac));
	out->password = arena_str(r->arena, password);

	return true;
}


static void add_relay(struct request *r)
{
	struct relay relay;

	if (desk_relay(&relay, r, r->seat.person))
		http_reply_header(
			r, "Link",
			arena_printf(r->arena,
				     "<%s>; rel=\"ice-server\"; username=\"%s\"; "
				     "credential=\"%s\"; credential-type=\"password\"",
				     relay.url, relay.name, relay.password));
}


int whip_joined(struct request *r)
{
	char *text[3] = { NULL };
	int err = take_answer(r, text, 3);

	if (err)
		return err == E_RANGE ? E_UNACCEPTABLE : err == E_FULL ? E_BUSY : err;
	usher_joined(loop_desk(r->loop), r->part[0], r->seat.person);
	http_reply_header(r, "Location",
			  arena_printf(r->arena, "/%.4s/%s/%s/%s", r->path + 1, r->part[0],
				       r->seat.person, text[0]));
	http_reply_header(r, "ETag", arena_printf(r->arena, "\"%s\"", text[2]));
	http_reply_header(r, "Accept-Patch",
			  text_starts(r->path, "/whep/")
				  ? "application/trickle-ice-sdpfrag, application/json"
				  : fragment_type);
	add_relay(r);

	return http_reply(r, 201, sdp_type, text[1], strlen(text[1]));
}


/* {"tiles": [...]} as the lines of LINK_TILES. */
static int read_tiles(struct buf *out, const json_t *body, struct fault *f)
{
	const json_t *list = json_object_get(body, "tiles"), *one;
	size_t i;

	if (!json_is_array(list) || !json_array_size(list) || json_array_size(list) > TILES)
		return fault_set(f, E_SYNTAX, "\"tiles\" is a list of 1 to %d.", TILES);
	json_array_foreach(list, i, one)
	{
		const char *mid = json_text(one, "mid", "*");
		int64_t rows = json_int(one, "height", -1);

		if (rows < 0 || rows > UINT16_MAX)
			return fault_set(f, E_RANGE, "A tile has a \"height\" of 0 to 65535.");
		if (!mid[0] || strlen(mid) >= SDP_MID_SIZE || strpbrk(mid, " \n"))
			return fault_set(f, E_RANGE, "\"mid\" is that of an m-line.");
		buf_printf(out, "%d %s\n", (int)rows, mid);
	}

	return 0;
}


static int tiles(struct request *r)
{
	struct desk *desk = loop_desk(r->loop);
	struct link_message m = { .word = LINK_TILES };
	json_t *body = NULL;
	struct buf lines;
	int err = json_read(&body, r->body.data ? r->body.data : "", r->body.len, r->body.len,
			    3, &r->fault);

	buf_init(&lines, 0);
	if (!err)
		err = read_tiles(&lines, body, &r->fault);
	m.text[0] = r->part[0];
	m.text[1] = r->part[2];
	m.text[2] = lines.data;
	if (!err)
		err = media_ask(desk->media, media_door_of(desk->media, r->part[0]), &m, r);
	buf_clear(&lines);
	json_decref(body);

	return err ? err : HTTP_WAIT;
}


/* What is between the quotes of an entity tag; "*" within them is a tag, and none of ours. */
static const char *state_of(struct request *r, const char *match)
{
	char *tag;

	if (match[0] != '"')
		return match;
	tag = arena_str(r->arena, match + 1);
	tag[strcspn(tag, "\"")] = '\0';

	return text_eq(tag, "*") ? "" : tag;
}


int whip_patch(struct request *r)
{
	struct desk *desk = loop_desk(r->loop);
	const char *match = http_header(r, "If-Match");
	struct link_message m = { .word = LINK_PATCH };
	struct room_token t;
	int err = check_own(&t, r);

	if (!err && has_type(r, "application/json"))
		return tiles(r);
	if (!err && !has_type(r, fragment_type))
		err = fault_set(&r->fault, E_MEDIA, "Candidates come as %s.", fragment_type);
	if (!err && !match)
		err = fault_set(&r->fault, E_BLIND,
				"If-Match names the ETag, or * to restart ICE.");
	if (!err && (!r->body.len || strlen(r->body.data) != r->body.len))
		err = fault_set(&r->fault, E_SYNTAX, "The body is to be an SDP fragment.");
	if (err)
		return err;
	m.text[0] = r->part[0];
	m.text[1] = r->part[2];
	m.text[2] = state_of(r, match);
	m.text[3] = r->body.data;
	err = media_ask(desk->media, media_door_of(desk->media, r->part[0]), &m, r);

	return err ? err : HTTP_WAIT;
}


int whip_patched(struct request *r)
{
	char *text[2] = { NULL };
	int err = take_answer(r, text, 2);

	if (err)
		return err;
	if (text[1][0])
		http_reply_header(r, "ETag", arena_printf(r->arena, "\"%s\"", text[1]));
	if (!text[0][0])
		return http_reply(r, 204, fragment_type, "", 0);

	return http_reply(r, 200, fragment_type, text[0], strlen(text[0]));
}


int whip_delete(struct request *r)
{
	struct desk *desk = loop_desk(r->loop);
	struct link_message m = { .word = LINK_LEAVE };
	struct room_token t;
	int err = check_own(&t, r);

	if (err)
		return err;
	m.text[0] = r->part[0];
	m.text[1] = r->part[2];
	err = media_ask(desk->media, media_door_of(desk->media, r->part[0]), &m, r);

	return err ? err : HTTP_WAIT;
}


int whip_deleted(struct request *r)
{
	char *text[1] = { NULL };
	int err = take_answer(r, text, 1);

	return err ? err : http_reply(r, 200, "text/plain", "", 0);
}
