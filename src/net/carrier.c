/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/carrier.h"
#include "net/libcurl.h"

enum {
	ID_SIZE = 200,
	SENTENCE_SIZE = 400,
	POLLED_MAX = 8,
};

/* An errand under way. */
struct trip {
	struct carrier *carrier;
	CURL *curl;
	enum errand_word word;
	char id[ID_SIZE];
	char host[256];	  /* of a fetch */
	struct buf bytes; /* of a mail: what is sent; of a fetch: what came */
	size_t sent;
	bool whole;   /* the message was given to the connection to its end */
	bool refused; /* an address that is not allowed */
	bool too_big;
	char reply[SENTENCE_SIZE]; /* last line from the server */
	char error[CURL_ERROR_SIZE];
	struct curl_slist *list;
	struct trip *next;
};

struct known {
	char id[ID_SIZE];
	enum errand_outcome outcome;
	uint32_t number;
};

struct carrier {
	struct carrier_config config;
	CURLM *multi;
	struct trip *trips;
	size_t count;
	struct known known[CARRIER_KNOWN];
	size_t known_next;
	char relay[600]; /* with the name for EHLO */
	bool tls;	 /* is a condition */
};


static bool host_is_here(const char *host)
{
	return text_eq(host, "localhost") || text_starts(host, "127.") ||
	       text_eq(host, "[::1]");
}


/* The parts of an address that are looked at; false: it is none. */
static bool take_apart(const char *url, char scheme[16], char host[256], bool *user)
{
	CURLU *u = libcurl.curl_url();
	char *text = NULL;
	bool good = u && libcurl.curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK;

	if (good && libcurl.curl_url_get(u, CURLUPART_SCHEME, &text, 0) == CURLUE_OK) {
		good = text_copy(scheme, 16, text);
		libcurl.curl_free(text);
		text = NULL;
	}
	if (good && libcurl.curl_url_get(u, CURLUPART_HOST, &text, 0) == CURLUE_OK) {
		good = text_copy(host, 256, text) && text[0];
		libcurl.curl_free(text);
		text = NULL;
	} else {
		good = false;
	}
	*user = good && libcurl.curl_url_get(u, CURLUPART_USER, &text, 0) == CURLUE_OK;
	libcurl.curl_free(text);
	libcurl.curl_url_cleanup(u);

	return good;
}


bool carrier_relay_valid(const char *relay)
{
	size_t scheme = text_starts(relay, "smtp://")	 ? strlen("smtp://")
			: text_starts(relay, "smtps://") ? strlen("smtps://")
							 : 0;

	return scheme && relay[scheme] && strlen(relay) < 300 &&
	       !strpbrk(relay + scheme, "/?#@ \t\r\n");
}


/* A name of the list, or a part of a domain that it gives as ".example". */
static bool listed(const char *hosts, const char *host)
{
	size_t len = strlen(host);

	while (hosts && *hosts) {
		size_t n = strcspn(hosts, ", ");

		if (n == len && strncasecmp(hosts, host, n) == 0)
			return true;
		if (n > 1 && hosts[0] == '.' && n < len &&
		    strncasecmp(hosts, host + len - n, n) == 0)
			return true;
		hosts += n;
		hosts += strspn(hosts, ", ");
	}

	return false;
}


int carrier_url_check(const char *url, const char *hosts, bool private_, struct fault *f)
{
	char scheme[16] = "", host[256] = "";
	bool user = false;
	int err = libcurl_load(f);

	if (err)
		return err;
	for (const char *p = url; *p; p++)
		if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7f)
			return fault_set(f, E_RANGE,
					 "An address has no spaces and no letters beyond "
					 "ASCII; write them as %%XX.");
	if (strlen(url) > 2000 || !take_apart(url, scheme, host, &user))
		return fault_set(f, E_RANGE,
				 "This is no address; write https://host/path, up to 2000 "
				 "bytes.");
	if (user)
		return fault_set(f, E_RANGE,
				 "Leave user and password out of the address; give a bearer "
				 "token beside it.");
	if (!text_eq(scheme, "https") && !(private_ && text_eq(scheme, "http")))
		return fault_set(f, E_RANGE, "A feed is fetched by https:// only.");
	if (!listed(hosts, host))
		return fault_set(f, E_RANGE,
				 "%s is not among the hosts that this centre fetches from; "
				 "whoever runs it adds it to feed-hosts.",
				 host);

	return 0;
}


static bool private_4(uint32_t a)
{
	static const struct {
		uint32_t net;
		int bits;
	} special[] = {
		{ 0x00000000, 8 },  { 0x0a000000, 8 },	{ 0x64400000, 10 }, { 0x7f000000, 8 },
		{ 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0000200, 24 },
		{ 0xc0586300, 24 }, { 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xc6336400, 24 },
		{ 0xcb007100, 24 }, { 0xe0000000, 4 },	{ 0xf0000000, 4 },
	};

	for (size_t i = 0; i < ARRAY_LEN(special); i++)
		if ((a ^ special[i].net) >> (32 - special[i].bits) == 0)
			return true;

	return false;
}


static uint32_t four(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}


static bool private_6(const uint8_t a[16])
{
	static const uint8_t none[16] = { 0 };
	static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };

	if (memcmp(a, none, 10) == 0 && a[10] == 0xff && a[11] == 0xff)
		return private_4(four(a + 12));
	if (memcmp(a, nat64, 12) == 0)
		return private_4(four(a + 12));
	if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 */
		return private_4(four(a + 2));
	if (a[0] == 0x20 && a[1] == 0x01 && (a[2] < 2 || (a[2] == 0x0d && a[3] == 0xb8)))
		return true; /* 2001::/23 with Teredo, documentation */

	/* Only 2000::/3 is given out; the rest is loopback, local, multicast or not in use. */
	return (a[0] & 0xe0) != 0x20;
}


bool carrier_address_private(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)address;

		return private_4(ntohl(in->sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)address;

		return private_6(in6->sin6_addr.s6_addr);
	}

	return true;
}


int carrier_load(struct fault *f)
{
	return libcurl_load(f);
}


int carrier_open(struct carrier **out, const struct carrier_config *config, struct fault *f)
{
	struct carrier *c;
	char scheme[16] = "", host[256] = "";
	bool user;
	int err = libcurl_load(f);

	if (err)
		return err;
	c = mem_zero(1, sizeof(*c));
	c->config = *config;
	if (libcurl.curl_global_init(CURL_GLOBAL_ALL) == CURLE_OK)
		c->multi = libcurl.curl_multi_init();
	if (!c->multi) {
		free(c);
		return fault_set(f, E_NOMEM, "There is no client for mail and feeds.");
	}
	if (config->relay) {
		(void)snprintf(c->relay, sizeof(c->relay), "%s/%s", config->relay,
			       config->name ? config->name : "localhost");
		c->tls = !take_apart(config->relay, scheme, host, &user) || !host_is_here(host);
	}
	*out = c;

	return 0;
}


static void trip_free(struct trip *t)
{
	if (t->curl)
		libcurl.curl_easy_cleanup(t->curl);
	libcurl.curl_slist_free_all(t->list);
	buf_clear(&t->bytes);
	free(t);
}


void carrier_close(struct carrier *c)
{
	if (!c)
		return;

	while (c->trips) {
		struct trip *t = c->trips;

		c->trips = t->next;
		(void)libcurl.curl_multi_remove_handle(c->multi, t->curl);
		trip_free(t);
	}
	(void)libcurl.curl_multi_cleanup(c->multi);
	free(c);
}


size_t carrier_count(const struct carrier *c)
{
	return c->count;
}


/* What a server says, as it may be shown: one line, printable. */
static void copy_line(char out[SENTENCE_SIZE], const char *bytes, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < SENTENCE_SIZE - 1 && bytes[i] != '\n'; i++)
		if ((unsigned char)bytes[i] >= 0x20 && (unsigned char)bytes[i] < 0x7f)
			out[n++] = bytes[i];
	out[n] = '\0';
}


static size_t on_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct trip *t = arg;

	/* The farewell of the relay says nothing of the letter. */
	if (t->word != ERRAND_MAIL || size * count < 3 || memcmp(bytes, "221", 3) != 0)
		copy_line(t->reply, bytes, size * count);

	return size * count;
}


static size_t on_send(char *to, size_t size, size_t count, void *arg)
{
	struct trip *t = arg;
	size_t n = t->bytes.len - t->sent;

	if (n > size * count)
		n = size * count;
	memcpy(to, t->bytes.data + t->sent, n);
	t->sent += n;
	t->whole = t->sent == t->bytes.len;

	return n;
}


static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct trip *t = arg;

	buf_add(&t->bytes, bytes, size * count);
	t->too_big = t->bytes.err != 0;

	return t->too_big ? 0 : size * count;
}


/* Where the connection is really made to. */
static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct trip *t = arg;

	(void)purpose;
	if (!t->carrier->config.private_ && carrier_address_private(&address->addr)) {
		t->refused = true;
		return CURL_SOCKET_BAD;
	}

	return socket(address->family, address->socktype, address->protocol);
}


#define SET(option, value) (void)libcurl.curl_easy_setopt(t->curl, option, value)

static void set_common(struct trip *t)
{
	const struct carrier_config *config = &t->carrier->config;
	struct curl_blob ca = { (void *)(uintptr_t)config->ca,
				config->ca ? strlen(config->ca) : 0, CURL_BLOB_NOCOPY };

	SET(CURLOPT_PRIVATE, t);
	SET(CURLOPT_ERRORBUFFER, t->error);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_CONNECTTIMEOUT, (long)CARRIER_CONNECT_S);
	SET(CURLOPT_FORBID_REUSE, 1L);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (config->ca)
		SET(CURLOPT_CAINFO_BLOB, &ca);
}


static void set_relay(struct trip *t)
{
	const struct carrier *c = t->carrier;

	SET(CURLOPT_URL, c->relay);
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(CURLOPT_USE_SSL, (long)(c->tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	SET(CURLOPT_TIMEOUT, (long)CARRIER_MAIL_S);
	if (c->config.user) {
		SET(CURLOPT_USERNAME, c->config.user);
		SET(CURLOPT_PASSWORD, c->config.secret ? c->config.secret : "");
	}
}


static bool set_mail(struct trip *t, const struct errand *e)
{
	char text[400];

	if (!t->carrier->config.relay)
		return false;
	set_relay(t);
	buf_add(&t->bytes, e->bytes, e->len);
	(void)snprintf(text, sizeof(text), "<%s>", e->text[1]);
	SET(CURLOPT_MAIL_FROM, text);
	(void)snprintf(text, sizeof(text), "<%s>", e->text[2]);
	t->list = libcurl.curl_slist_append(NULL, text);
	SET(CURLOPT_MAIL_RCPT, t->list);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)e->len);
	SET(CURLOPT_READFUNCTION, on_send);
	SET(CURLOPT_READDATA, t);

	return t->list && strlen(e->text[1]) < 380 && strlen(e->text[2]) < 380 &&
	       !strpbrk(e->text[1], "<>\r\n ") && !strpbrk(e->text[2], "<>\r\n ");
}


static bool set_fetch(struct trip *t, const struct errand *e)
{
	const struct carrier_config *config = &t->carrier->config;
	struct fault f = { 0 };
	char bearer[ERRAND_TEXT_MAX + 40];

	if (carrier_url_check(e->text[1], config->hosts, config->private_, &f)) {
		copy_line(t->reply, f.text, strlen(f.text));
		return false;
	}
	SET(CURLOPT_URL, e->text[1]);
	SET(CURLOPT_PROTOCOLS_STR, config->private_ ? "http,https" : "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_TIMEOUT, (long)(config->fetch_s ? config->fetch_s : CARRIER_FETCH_S));
	SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)ERRAND_BYTES_MAX);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_OPENSOCKETFUNCTION, on_socket);
	SET(CURLOPT_OPENSOCKETDATA, t);
	SET(CURLOPT_USERAGENT, "Comity");
	SET(CURLOPT_HTTP_CONTENT_DECODING, 0L);
	if (e->text[2][0]) {
		(void)snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s", e->text[2]);
		t->list = libcurl.curl_slist_append(NULL, bearer);
		SET(CURLOPT_HTTPHEADER, t->list);
	}

	return !strpbrk(e->text[2], "\r\n");
}


static void tell(struct carrier *c, const char *id, enum errand_outcome outcome,
		 uint32_t number, const char *sentence, const struct buf *bytes)
{
	struct errand e = { .word = ERRAND_ANSWER,
			    .outcome = outcome,
			    .number = number,
			    .text = { id, sentence, "" } };

	if (bytes) {
		e.bytes = bytes->data;
		e.len = bytes->len;
	}
	c->config.answer(&e, c->config.arg);
}


static void remember(struct carrier *c, const char *id, enum errand_outcome outcome,
		     uint32_t number)
{
	struct known *k = &c->known[c->known_next++ % CARRIER_KNOWN];

	*k = (struct known){ .outcome = outcome, .number = number };
	(void)text_copy(k->id, sizeof(k->id), id);
}


static const struct known *known_of(const struct carrier *c, const char *id)
{
	for (size_t i = 0; i < CARRIER_KNOWN; i++)
		if (c->known[i].outcome && text_eq(c->known[i].id, id))
			return &c->known[i];

	return NULL;
}


static bool under_way(const struct carrier *c, const char *id)
{
	for (const struct trip *t = c->trips; t; t = t->next)
		if (text_eq(t->id, id))
			return true;

	return false;
}


/* A mail that was carried before is answered from memory, never sent again. */
static bool answered(struct carrier *c, const struct errand *e)
{
	const struct known *k = known_of(c, e->text[0]);

	if (k)
		tell(c, e->text[0], k->outcome, k->number, "", NULL);
	else if (under_way(c, e->text[0]))
		return true; /* its answer is still to come */
	else if (e->word == ERRAND_ASK)
		tell(c, e->text[0], ERRAND_UNSURE, 0, "", NULL);

	return k || e->word == ERRAND_ASK;
}


int carrier_take(struct carrier *c, const struct errand *e)
{
	struct trip *t;
	bool good;

	if (e->word != ERRAND_FETCH && answered(c, e))
		return 0;
	if (c->count >= CARRIER_AT_ONCE)
		return E_BUSY;
	t = mem_zero(1, sizeof(*t));
	t->carrier = c;
	t->word = e->word;
	t->curl = libcurl.curl_easy_init();
	buf_init(&t->bytes, ERRAND_BYTES_MAX);
	good = t->curl && text_copy(t->id, sizeof(t->id), e->text[0]);
	if (good) {
		set_common(t);
		good = e->word == ERRAND_MAIL ? set_mail(t, e) : set_fetch(t, e);
	}
	if (!good || libcurl.curl_multi_add_handle(c->multi, t->curl) != CURLM_OK) {
		tell(c, e->text[0], ERRAND_NEVER, 0,
		     t->reply[0] ? t->reply : "This cannot be carried.", NULL);
		trip_free(t);
		return 0;
	}
	t->next = c->trips;
	c->trips = t;
	c->count++;

	return 0;
}


/* RFC 5321, 4.2.1: the first digit says whether trying again has a sense. */
static enum errand_outcome mail_outcome(const struct trip *t, CURLcode rc, long code)
{
	bool about_this = text_starts(t->error, "RCPT") || text_starts(t->error, "DATA") ||
			  (rc == CURLE_WEIRD_SERVER_REPLY && t->whole);

	if (rc == CURLE_OK)
		return ERRAND_DONE;
	if (about_this && code >= 500 && code < 600)
		return ERRAND_NEVER;

	/* A reply to the message itself says that it was not taken; silence says nothing. */
	return t->whole && !(rc == CURLE_WEIRD_SERVER_REPLY && code >= 400) ? ERRAND_UNSURE
									    : ERRAND_LATER;
}


/* RFC 5321, 4.2: three digits begin each line of a reply. */
static long reply_code(const char *reply)
{
	long code = 0;

	for (int i = 0; i < 3; i++) {
		if (reply[i] < '0' || reply[i] > '9')
			return 0;
		code = code * 10 + reply[i] - '0';
	}

	return code;
}


static void mail_done(struct trip *t, CURLcode rc)
{
	long code = reply_code(t->reply);
	enum errand_outcome outcome = mail_outcome(t, rc, code);
	const char *why = code >= 400 && t->reply[0] ? t->reply
			  : t->error[0]		     ? t->error
			  : rc == CURLE_OK	     ? t->reply
						     : libcurl.curl_easy_strerror(rc);

	if (outcome == ERRAND_DONE || outcome == ERRAND_NEVER)
		remember(t->carrier, t->id, outcome, (uint32_t)code);
	tell(t->carrier, t->id, outcome, (uint32_t)code, why, NULL);
}


static void fetch_done(struct trip *t, CURLcode rc, long code)
{
	char text[SENTENCE_SIZE];
	const char *why = text;

	if (t->refused)
		why = "The name of the host leads to a private address; nothing is fetched "
		      "from there.";
	else if (t->too_big || rc == CURLE_FILESIZE_EXCEEDED)
		why = "The feed is larger than 16 MB.";
	else if (rc == CURLE_OPERATION_TIMEDOUT)
		why = "The feed did not come in time.";
	else if (rc != CURLE_OK)
		why = t->error[0] ? t->error : libcurl.curl_easy_strerror(rc);
	else if (code >= 300 && code < 400)
		why = "The feed leads to another address, which is not followed; write that "
		      "one.";
	else
		(void)snprintf(text, sizeof(text), "The server of the feed answered %ld.",
			       code);
	if (rc == CURLE_OK && code == 200)
		tell(t->carrier, t->id, ERRAND_DONE, 200, "", &t->bytes);
	else
		tell(t->carrier, t->id, ERRAND_LATER, (uint32_t)code, why, NULL);
}


static void finish(struct carrier *c, CURL *curl, CURLcode rc)
{
	struct trip **at = &c->trips, *t;
	long code = 0;

	while (*at && (*at)->curl != curl)
		at = &(*at)->next;
	t = *at;
	if (!t)
		return;
	*at = t->next;
	c->count--;
	(void)libcurl.curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	(void)libcurl.curl_multi_remove_handle(c->multi, curl);
	if (t->word == ERRAND_MAIL)
		mail_done(t, rc);
	else
		fetch_done(t, rc, code);
	trip_free(t);
}


void carrier_run(struct carrier *c, struct pollfd *fds, size_t count, int wait_ms)
{
	struct curl_waitfd more[POLLED_MAX] = { { 0 } };
	const CURLMsg *m;
	int running = 0, left = 0;

	for (size_t i = 0; i < count && i < POLLED_MAX; i++) {
		more[i].fd = fds[i].fd;
		more[i].events = (short)((fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
					 (fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
	}
	(void)libcurl.curl_multi_perform(c->multi, &running);
	while ((m = libcurl.curl_multi_info_read(c->multi, &left)) != NULL)
		if (m->msg == CURLMSG_DONE) {
			finish(c, m->easy_handle, m->data.result);
			wait_ms = 0;
		}
	(void)libcurl.curl_multi_poll(c->multi, more, (unsigned)count, wait_ms, NULL);
}


int carrier_try(struct carrier *c, struct fault *f)
{
	struct trip *t = mem_zero(1, sizeof(*t));
	CURLcode rc = CURLE_FAILED_INIT;

	t->carrier = c;
	t->curl = libcurl.curl_easy_init();
	if (t->curl) {
		set_common(t);
		set_relay(t);
		SET(CURLOPT_NOBODY, 1L);
		SET(CURLOPT_CUSTOMREQUEST, "NOOP");
		SET(CURLOPT_TIMEOUT, (long)CARRIER_CONNECT_S);
		rc = libcurl.curl_easy_perform(t->curl);
	}
	if (rc != CURLE_OK)
		(void)fault_set(f, E_BUSY, "%s%s%s", t->error[0] ? t->error : "no answer",
				t->reply[0] ? "; it said: " : "", t->reply);
	trip_free(t);

	return rc == CURLE_OK ? 0 : E_BUSY;
}
