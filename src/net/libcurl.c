/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/libcurl.h"

struct libcurl libcurl;


int libcurl_load(struct fault *f)
{
	static const char *const names[] = { LIBCURL(LIBRARY_NAME) };

	return libcurl.curl_easy_init
		       ? 0
		       : library_open(&libcurl, "libcurl.so.4", names, ARRAY_LEN(names), f);
}
