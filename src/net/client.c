/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/client.h"
#include "net/libcurl.h"

struct client {
	CURL *curl;
	char *base;
	char *bearer;
};


int client_open(struct client **out, const char *base, struct fault *f)
{
	struct client *c;
	CURL *curl;
	int err = libcurl_load(f);

	if (err)
		return err;
	curl = libcurl.curl_easy_init();
	if (!curl)
		return fault_set(f, E_NOMEM, "There is no HTTP client.");
	c = mem_zero(1, sizeof(*c));
	c->curl = curl;
	c->base = mem_str(base);
	while (*c->base && c->base[strlen(c->base) - 1] == '/')
		c->base[strlen(c->base) - 1] = '\0';
	*out = c;

	return 0;
}


void client_close(struct client *c)
{
	if (!c)
		return;

	libcurl.curl_easy_cleanup(c->curl);
	free(c->base);
	free(c->bearer);
	free(c);
}


void client_bearer(struct client *c, const char *bearer)
{
	free(c->bearer);
	c->bearer = bearer ? mem_str(bearer) : NULL;
}


static size_t take(char *bytes, size_t size, size_t count, void *out)
{
	struct buf *b = out;

	buf_add(b, bytes, size * count);

	return b->err ? 0 : size * count;
}


static struct curl_slist *headers_of(const struct client *c, const char *type)
{
	struct curl_slist *list = NULL;
	struct buf line;

	if (type) {
		buf_init(&line, 4096);
		buf_printf(&line, "Content-Type: %s", type);
		list = libcurl.curl_slist_append(list, line.data);
		buf_clear(&line);
	}
	if (c->bearer) {
		buf_init(&line, 4096);
		buf_printf(&line, "Authorization: Bearer %s", c->bearer);
		list = libcurl.curl_slist_append(list, line.data);
		buf_clear(&line);
	}

	return list;
}


int client_send(struct client *c, const char *method, const char *path,
		const struct client_body *body, long *status, struct buf *out, struct fault *f)
{
	struct curl_slist *headers = headers_of(c, body ? body->type : NULL);
	struct buf url;
	CURLcode rc;

	buf_init(&url, 0);
	buf_printf(&url, "%s%s", c->base, path);
	buf_reset(out);
	libcurl.curl_easy_reset(c->curl);
	(void)libcurl.curl_easy_setopt(c->curl, CURLOPT_URL, url.data);
	(void)libcurl.curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, method);
	(void)libcurl.curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers);
	(void)libcurl.curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take);
	(void)libcurl.curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, out);
	(void)libcurl.curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)libcurl.curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	(void)libcurl.curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, 120L);
	if (body) {
		(void)libcurl.curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE, (long)body->len);
		(void)libcurl.curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body->bytes);
	}
	rc = libcurl.curl_easy_perform(c->curl);
	(void)libcurl.curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, status);
	libcurl.curl_slist_free_all(headers);
	if (rc != CURLE_OK)
		(void)fault_set(f, out->err ? E_TOOBIG : E_BUSY, "%s: %s.", url.data,
				libcurl.curl_easy_strerror(rc));
	buf_clear(&url);

	return rc == CURLE_OK ? 0 : out->err ? E_TOOBIG : E_BUSY;
}


int client_request(struct client *c, const char *method, const char *path, const char *body,
		   long *status, struct buf *out, struct fault *f)
{
	const struct client_body json = { "application/json", body, body ? strlen(body) : 0 };

	return client_send(c, method, path, body ? &json : NULL, status, out, f);
}


void client_escape(struct buf *out, const char *text)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *text; text++)
		if (strchr(plain, *text))
			buf_char(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
}
