/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/err.h"

struct entry {
	const char *slug;
	const char *text;
	int status;
};

static const struct entry entries[ERR_COUNT_] = {
	[ERR_NONE_] = { "none", "nothing is wrong", 200 },
#define X(name, status, slug, text) [name##_INDEX] = { slug, text, status },
#include "base/errors.def"
#undef X
};

static const struct entry unknown = { "unknown", "something went wrong", 500 };


static const struct entry *entry_of(int err)
{
	return err <= 0 && -err < ERR_COUNT_ ? &entries[-err] : &unknown;
}


const char *err_slug(int err)
{
	return entry_of(err)->slug;
}


int err_status(int err)
{
	return entry_of(err)->status;
}


const char *err_text(int err)
{
	return entry_of(err)->text;
}


int err_errno(int number)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT: return E_FULL;
	case ENOENT: return E_ABSENT;
	case EEXIST: return E_EXISTS;
	case EACCES:
	case EPERM:
	case EROFS: return E_DENIED;
	case EAGAIN:
	case EBUSY: return E_BUSY;
	case ENOMEM: return E_NOMEM;
	default: return E_IO;
	}
}


/* In brackets, so that the macro the analyzer sees is not taken for it. */
int(fault_set)(struct fault *f, int err, const char *fmt, ...)
{
	va_list ap;

	if (!f)
		return err;

	f->err = err;
	va_start(ap, fmt);
	(void)vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);

	return err;
}


void fault_at(struct fault *f, const char *path, int line, int col)
{
	if (!f)
		return;
	if (path)
		(void)snprintf(f->path, sizeof(f->path), "%s", path);
	if (line)
		f->line = line;
	if (col)
		f->col = col;
}
