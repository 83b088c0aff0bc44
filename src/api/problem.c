/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/http.h"
#include "api/problem.h"
#include "base/json.h"


static void position(struct jw *w, const struct fault *f)
{
	if (!f->line && !f->path[0])
		return;
	jw_key(w, "position");
	jw_object(w);
	if (f->path[0])
		jw_kstr(w, "pointer", f->path);
	if (f->line) {
		jw_kint(w, "line", f->line);
		jw_kint(w, "column", f->col);
	}
	jw_object_end(w);
}


void problem(struct request *r, int err)
{
	struct jw w;

	r->status = (unsigned)err_status(err);
	r->type = "application/problem+json";
	buf_reset(&r->out);
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kstr(&w, "type", "about:blank");
	jw_kstr(&w, "title", err_text(err));
	jw_kint(&w, "status", err_status(err));
	jw_kstr(&w, "code", err_slug(err));
	jw_kstr(&w, "detail", r->fault.text[0] ? r->fault.text : err_text(err));
	position(&w, &r->fault);
	jw_object_end(&w);
	if (err == E_SESSION || err == E_VERIFY)
		http_reply_header(r, "WWW-Authenticate", "Bearer");
	if (err == E_BUSY || err == E_STOPPING)
		http_reply_header(r, "Retry-After", "1");
}
