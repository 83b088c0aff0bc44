/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* libcurl.h: libcurl, opened when it is first needed; private to net/. */
#ifndef NET_LIBCURL_H
#define NET_LIBCURL_H

#include <curl/curl.h>

#include "base/library.h"

#define LIBCURL(X)                  \
	X(curl_global_init)         \
	X(curl_easy_init)           \
	X(curl_easy_cleanup)        \
	X(curl_easy_reset)          \
	X(curl_easy_setopt)         \
	X(curl_easy_getinfo)        \
	X(curl_easy_perform)        \
	X(curl_easy_strerror)       \
	X(curl_slist_append)        \
	X(curl_slist_free_all)      \
	X(curl_multi_init)          \
	X(curl_multi_cleanup)       \
	X(curl_multi_add_handle)    \
	X(curl_multi_remove_handle) \
	X(curl_multi_perform)       \
	X(curl_multi_poll)          \
	X(curl_multi_info_read)     \
	X(curl_url)                 \
	X(curl_url_cleanup)         \
	X(curl_url_get)             \
	X(curl_url_set)             \
	X(curl_free)

/* curl.h checks types by macros of these names, which know only a linked function. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

/* Filled once, by the first libcurl_load() of a process; only read afterwards. */
struct libcurl {
	LIBCURL(LIBRARY_POINTER)
};
extern struct libcurl libcurl;

/* Before there are threads.  Errors: E_ABSENT it is not installed. */
int libcurl_load(struct fault *f) MUST_CHECK;

#endif
