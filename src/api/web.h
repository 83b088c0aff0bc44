/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * web.h: the built front inside the program: its files and which page stands at which
 * address (web/pages.json), made by tools/embed.py into gen/web.c.
 *
 * A page is HTML in the reader's language: the cookie "lang", else Accept-Language.  Files
 * under /assets/ carry their hash in their name and never change.
 */
#ifndef API_WEB_H
#define API_WEB_H

#include <stdbool.h>
#include <stddef.h>

#include "api/http.h"

struct web_bytes {
	const char *data; /* NULL: there is no such form */
	size_t len;
};

struct web_file {
	const char *path;
	const char *type;
	const char *etag;
	bool immutable;
	struct web_bytes plain, br, gz;
};

struct web_page {
	const char *path; /* as of a route: "/parties/{}" */
	const char *view;
};

struct web_header {
	const char *name;
	const char *value;
};

extern const struct web_file web_files[]; /* by path */
extern const size_t web_files_count;
extern const struct web_page web_pages[];     /* ending in NULLs */
extern const struct web_header web_headers[]; /* of every page, ending in NULLs */

/* GET of anything that no other route answers. */
extern const struct route web_route;

#endif
