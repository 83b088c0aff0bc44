/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"

/* Set once at start, before threads; only read afterwards. */
static const char *role_name = "comity";
static enum diag_level max_level = DIAG_INFO;


void diag_role(const char *role)
{
	role_name = role;
}


void diag_level(enum diag_level level)
{
	max_level = level;
}


static void line(enum diag_level level, const char *module, const char *fmt, va_list ap)
	PRINTF(3, 0);


/* One write(2) per line, so that lines of several threads and roles never mix. */
static void line(enum diag_level level, const char *module, const char *fmt, va_list ap)
{
	char text[1024];
	int n, m;

	if (level > max_level)
		return;

	n = snprintf(text, sizeof(text) - 1, "<%d>%s: %s: ", (int)level, role_name, module);
	if (n < 0 || (size_t)n >= sizeof(text) - 1)
		return;
	m = vsnprintf(text + n, sizeof(text) - 1 - (size_t)n, fmt, ap);
	if (m < 0)
		return;
	n += m;
	if ((size_t)n > sizeof(text) - 2)
		n = (int)sizeof(text) - 2;
	for (char *p = text; p < text + n; p++)
		if ((unsigned char)*p < 0x20)
			*p = ' ';
	text[n++] = '\n';
	(void)!write(STDERR_FILENO, text, (size_t)n);
}

#define LEVEL_FUNCTION(name, level)                         \
	void name(const char *module, const char *fmt, ...) \
	{                                                   \
		va_list ap;                                 \
                                                            \
		va_start(ap, fmt);                          \
		line(level, module, fmt, ap);               \
		va_end(ap);                                 \
	}

LEVEL_FUNCTION(diag_error, DIAG_ERROR)
LEVEL_FUNCTION(diag_warning, DIAG_WARNING)
LEVEL_FUNCTION(diag_info, DIAG_INFO)
LEVEL_FUNCTION(diag_debug, DIAG_DEBUG)
