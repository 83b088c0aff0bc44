/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/data.h"
#include "base/text.h"
#include "ledger/keeper.h"

#define FORMAT	    "comity data "
#define FORMAT_LAST 1


static void join(char *out, size_t size, const char *folder, const char *name)
{
	(void)snprintf(out, size, "%s/%s", folder, name);
}


static int failed(struct fault *f, const char *what, const char *path)
{
	int err = err_errno(errno);

	return fault_set(f, err, "%s %s: %s.", what, path, strerror(errno));
}


int data_read(char *out, size_t size, const struct data *d, const char *name)
{
	char path[DATA_PATH];
	ssize_t n;
	int fd;

	join(path, sizeof(path), d->path, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(errno);
	n = read(fd, out, size - 1);
	(void)close(fd);
	if (n < 0)
		return E_IO;
	out[n] = '\0';

	return 0;
}


int data_write(const struct data *d, const char *name, const char *text, struct fault *f)
{
	char path[DATA_PATH], temporary[DATA_PATH + 8];
	size_t len = strlen(text);
	int fd, ok;

	join(path, sizeof(path), d->path, name);
	(void)snprintf(temporary, sizeof(temporary), "%s.new", path);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return failed(f, "Cannot write", path);
	ok = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
	(void)close(fd);
	if (!ok || rename(temporary, path))
		return failed(f, "Cannot write", path);

	return 0;
}


static int full_path(char *out, size_t size, const char *path)
{
	char *full = realpath(path, NULL);
	bool fits = full && text_copy(out, size, full);

	free(full);

	return fits ? 0 : E_ABSENT;
}


static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	bool empty = true;

	if (!dir)
		return false;
	while (empty && (e = readdir(dir)) != NULL)
		empty = text_eq(e->d_name, ".") || text_eq(e->d_name, "..");
	(void)closedir(dir);

	return empty;
}


static int make_folder(const char *path, struct fault *f)
{
	return mkdir(path, 0700) && errno != EEXIST ? failed(f, "Cannot make", path) : 0;
}


int data_create(const char *path, const char *store, bool demo, struct fault *f)
{
	struct data d = { .lock = -1 };
	char sub[DATA_PATH];
	int err;

	if (mkdir(path, 0700) && (errno != EEXIST || !is_empty(path))) {
		if (errno == EEXIST || errno == 0)
			return fault_set(f, E_EXISTS, "%s is there already and not empty.",
					 path);
		return failed(f, "Cannot make", path);
	}
	if (full_path(d.path, sizeof(d.path), path))
		return failed(f, "Cannot find", path);
	join(sub, sizeof(sub), d.path, "db");
	err = make_folder(sub, f);
	join(sub, sizeof(sub), d.path, "keys");
	if (!err)
		err = keeper_setup(sub, f);
	if (!err && store)
		err = data_write(&d, "store", store, f);
	/* Last, so that a folder with a format is whole. */
	if (!err)
		err = data_write(&d, "format", demo ? FORMAT "1\ndemo\n" : FORMAT "1\nreal\n",
				 f);

	return err;
}


static int read_format(struct data *d, struct fault *f)
{
	char text[64], *line;
	int64_t version = 0;
	int err = data_read(text, sizeof(text), d, "format");

	line = strchr(text, '\n');
	if (err || !line || !text_starts(text, FORMAT))
		return fault_set(f, E_ABSENT, "%s is not a data folder; comity init makes one.",
				 d->path);
	*line++ = '\0';
	if (text_int(&version, text + strlen(FORMAT), 1, 1000000))
		return fault_set(f, E_CORRUPT, "The format of %s cannot be read.", d->path);
	if (version > FORMAT_LAST)
		return fault_set(
			f, E_NEWER,
			"%s was made by a newer version of the program (format %lld, this "
			"program knows %d). Start that version.",
			d->path, (long long)version, FORMAT_LAST);
	d->demo = text_starts(line, "demo");

	return 0;
}


static int take_lock(struct data *d, struct fault *f)
{
	char path[DATA_PATH];

	join(path, sizeof(path), d->path, "lock");
	d->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (d->lock < 0)
		return failed(f, "Cannot open", path);
	if (flock(d->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	(void)close(d->lock);
	d->lock = -1;

	return fault_set(
		f, E_BUSY,
		"%s is in use by a server or another command; stop it first, or talk to "
		"the server with --url.",
		d->path);
}


int data_open(struct data *out, const char *path, bool look, struct fault *f)
{
	char *newline;
	int err;

	memset(out, 0, sizeof(*out));
	out->lock = -1;
	if (full_path(out->path, sizeof(out->path), path))
		return fault_set(f, E_ABSENT, "There is no folder %s; comity init makes one.",
				 path);
	err = read_format(out, f);
	if (!err && !look)
		err = take_lock(out, f);
	if (err)
		return err;
	join(out->keys, sizeof(out->keys), out->path, "keys");
	out->embedded = data_read(out->store, sizeof(out->store), out, "store") != 0;
	if (out->embedded)
		join(out->store, sizeof(out->store), out->path, "db/comity.sqlite3");
	newline = strchr(out->store, '\n');
	if (newline)
		*newline = '\0';

	return 0;
}


void data_close(struct data *d)
{
	if (d->lock >= 0)
		(void)close(d->lock);
	d->lock = -1;
}


bool data_restored(const struct data *d)
{
	char path[DATA_PATH];

	join(path, sizeof(path), d->path, "restored");

	return access(path, F_OK) == 0;
}


int data_mark_restored(const struct data *d, bool restored, struct fault *f)
{
	char path[DATA_PATH];

	if (restored)
		return data_write(d, "restored", "see comity restore --help\n", f);
	join(path, sizeof(path), d->path, "restored");

	return unlink(path) && errno != ENOENT ? failed(f, "Cannot remove", path) : 0;
}
