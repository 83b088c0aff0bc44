/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "api/web.h"
#include "base/mem.h"
#include "base/text.h"


static int compare(const void *key, const void *file)
{
	return strcmp(key, ((const struct web_file *)file)->path);
}


static const struct web_file *find(const char *path)
{
	return bsearch(path, web_files, web_files_count, sizeof(web_files[0]), compare);
}


/* Does the client take this encoding?  "br;q=0" is a no. */
static bool takes(const struct request *r, const char *encoding)
{
	const char *accepted = http_header(r, "Accept-Encoding");
	const char *at = accepted ? strstr(accepted, encoding) : NULL;

	if (!at)
		return false;
	at += strlen(encoding);

	return !text_starts(at, ";q=0") || text_starts(at, ";q=0.");
}


static int send_file(struct request *r, const struct web_file *f, unsigned status)
{
	const struct web_bytes *form = &f->plain;
	const char *known = http_header(r, "If-None-Match");
	const char *etag = arena_printf(r->arena, "\"%s\"", f->etag);

	r->type = f->type;
	http_reply_header(r, "ETag", etag);
	http_reply_header(r, "Cache-Control",
			  f->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	if (status == 200 && known && strstr(known, etag)) {
		r->status = 304;
		return HTTP_ANSWERED;
	}
	if (f->br.data && takes(r, "br")) {
		form = &f->br;
		http_reply_header(r, "Content-Encoding", "br");
	} else if (f->gz.data && takes(r, "gzip")) {
		form = &f->gz;
		http_reply_header(r, "Content-Encoding", "gzip");
	}
	r->status = status;
	r->fixed = form->data;
	r->fixed_len = form->len;

	return HTTP_ANSWERED;
}


static int send_page(struct request *r, const char *view, unsigned status)
{
	const struct web_file *f =
		find(arena_printf(r->arena, "/pages/%s.%s.html", view, r->lang));

	if (!f)
		f = find("/pages/absent.html"); /* the front was not built */
	if (!f)
		return fault_set(&r->fault, E_ABSENT, "There is nothing at this address.");
	for (const struct web_header *h = web_headers; h->name; h++)
		http_reply_header(r, h->name, h->value);
	http_reply_header(r, "Vary", "Accept-Encoding, Accept-Language, Cookie");
	http_reply_header(r, "Referrer-Policy", "same-origin");

	return send_file(r, f, status);
}


static int web_get(struct request *r)
{
	const struct web_file *f = text_starts(r->path, "/pages/") ? NULL : find(r->path);
	const char *accept = http_header(r, "Accept");

	if (f) {
		http_reply_header(r, "Vary", "Accept-Encoding");
		return send_file(r, f, 200);
	}
	for (const struct web_page *p = web_pages; p->path; p++)
		if (http_path_fits(r, p->path, r->path))
			return send_page(r, p->view, 200);
	if (!web_pages[0].path && text_eq(r->path, "/"))
		return send_page(r, "absent", 200);
	if (!accept || !strstr(accept, "text/html"))
		return fault_set(&r->fault, E_ABSENT, "There is nothing at this address.");

	return send_page(r, "absent", 404);
}

const struct route web_route = { "GET", "", web_get, NULL, 0 };
