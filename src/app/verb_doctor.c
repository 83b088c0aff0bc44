/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * verb_doctor.c: a checklist of a centre, ticked off by looking: nothing is changed, and a
 * server that runs is not disturbed.
 */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "act/world.h"
#include "app/data.h"
#include "app/reach.h"
#include "app/settings.h"
#include "app/tls.h"
#include "app/verb.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "charter/load.h"
#include "charter/report.h"
#include "ledger/log.h"
#include "store/migrate.h"
#include "store/store.h"

enum {
	DISK_FREE_MIN_MB = 1024,
	DISK_FREE_MIN_PERCENT = 10,
	CERTIFICATE_DAYS = 21, /* before its end it should have been renewed */
	BACKUP_HOURS = 26,     /* daily, and two hours late */
	ADMINISTRATORS_MIN = 2,
};

enum mark { DONE, TODO, WRONG };

struct doctor {
	struct centre_settings set;
	struct data data;
	bool wrong;
};


static void say(struct doctor *d, enum mark mark, const char *what, const char *fmt, ...)
	PRINTF(4, 5);


static void say(struct doctor *d, enum mark mark, const char *what, const char *fmt, ...)
{
	static const char *const marks[] = { "[x]", "[ ]", "[!]" };
	va_list ap;

	(void)printf("%s %-15s ", marks[mark], what);
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	(void)putchar('\n');
	d->wrong = d->wrong || mark == WRONG;
}


static void look_at_clock(struct doctor *d)
{
	struct timex t = { 0 };
	int state = adjtimex(&t);

	if (state < 0 || state == TIME_ERROR || t.status & STA_UNSYNC)
		say(d, TODO, "clock",
		    "is not synchronised; acts carry its time: set up NTP "
		    "(systemd-timesyncd, chrony)");
	else
		say(d, DONE, "clock", "synchronised, within %ld ms", t.maxerror / 1000);
}


static void look_at_folder(struct doctor *d)
{
	struct stat s;

	if (stat(d->data.path, &s))
		say(d, WRONG, "data folder", "%s cannot be read", d->data.path);
	else if (s.st_mode & 077)
		say(d, WRONG, "data folder", "others may look into %s: chmod 700 %s",
		    d->data.path, d->data.path);
	else
		say(d, DONE, "data folder", "%s, %s", d->data.path,
		    d->data.demo ? "a demonstration" : "of a real centre");
	if (data_restored(&d->data))
		say(d, WRONG, "restored",
		    "the ledger is not settled, it will not serve: comity restore --help");
}


static void look_at_keys(struct doctor *d)
{
	DIR *dir = opendir(d->data.keys);
	const struct dirent *e;
	bool log = false, recorder = false, open = false;
	int seals = 0;

	while (dir && (e = readdir(dir)) != NULL) {
		char path[DATA_PATH * 2];
		struct stat s;

		(void)snprintf(path, sizeof(path), "%s/%s", d->data.keys, e->d_name);
		if (stat(path, &s) || !S_ISREG(s.st_mode))
			continue;
		log = log || text_eq(e->d_name, "log.key");
		recorder = recorder || text_eq(e->d_name, "recorder.key");
		seals += text_starts(e->d_name, "seal-");
		if (!(s.st_mode & 077))
			continue;
		say(d, WRONG, "keys", "others may read %s: chmod 600 %s", path, path);
		open = true;
	}
	if (!dir)
		say(d, WRONG, "keys", "%s cannot be read: ask as the user of the service",
		    d->data.keys);
	else if (!log || !recorder)
		say(d, WRONG, "keys", "%s has no %s: take it from the backup of the keys",
		    d->data.keys, log ? "recorder.key" : "log.key");
	else if (!open)
		say(d, DONE, "keys", "for their owner alone; %d seals of parties", seals);
	if (dir)
		(void)closedir(dir);
}


static void look_at_disk(struct doctor *d)
{
	struct statvfs fs;
	int64_t free_mb, percent;

	if (statvfs(d->data.path, &fs))
		return;
	free_mb = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize >> 20;
	percent = fs.f_blocks ? (int64_t)fs.f_bavail * 100 / (int64_t)fs.f_blocks : 0;
	say(d, free_mb < DISK_FREE_MIN_MB || percent < DISK_FREE_MIN_PERCENT ? WRONG : DONE,
	    "disk", "%lld MB free, %lld %%", (long long)free_mb, (long long)percent);
}


static void look_at_certificate(struct doctor *d)
{
	struct fault f = { 0 };
	char until[TIME_TEXT_SIZE], host[256];
	struct tls t;
	int64_t now = time_now();

	if (!d->set.cert && !d->set.key) {
		say(d, DONE, "certificate", "none here: HTTPS is the proxy's");
		return;
	}
	if (tls_read(&t, d->set.cert, d->set.key, &f)) {
		say(d, WRONG, "certificate", "%s", f.text);
		return;
	}
	time_text(until, t.about.until);
	until[TIME_DATE_SIZE - 1] = '\0';
	if (t.about.until <= now || t.about.from > now)
		say(d, WRONG, "certificate", "is not good today; it ends %s", until);
	else if (text_host(host, sizeof(host), d->set.origin) &&
		 !certificate_covers(t.chain, host))
		say(d, WRONG, "certificate", "does not name %s, the origin that is set", host);
	else if (t.about.until - now < CERTIFICATE_DAYS * TIME_DAY)
		say(d, TODO, "certificate", "ends %s: renew it, then systemctl reload comity",
		    until);
	else
		say(d, DONE, "certificate", "good until %s", until);
	tls_clear(&t);
}


static void look_at_origin(struct doctor *d)
{
	if (d->data.demo)
		return;
	if (d->set.origin)
		say(d, DONE, "origin", "%s", d->set.origin);
	else
		say(d, TODO, "origin",
		    "set origin = https://NAME: passkeys belong to the name of the centre");
}


/* Up to the login, and nothing is sent. */
static void look_at_relay(struct doctor *d)
{
	const struct reach_settings *r = &d->set.reach;
	struct carrier_config config;
	struct reach_files files = { 0 };
	struct carrier *c = NULL;
	struct fault f = { 0 };
	char name[256];

	if (d->data.demo)
		return;
	if (!r->relay) {
		say(d, TODO, "mail",
		    "no letters: set mail-relay, or people look into the centre by themselves");
		return;
	}
	if (!reach_check(r, d->set.origin, &f) && !reach_config(&config, &files, r, &f)) {
		config.name = text_host(name, sizeof(name), d->set.origin) ? name : NULL;
		if (!carrier_open(&c, &config, &f) && !carrier_try(c, &f))
			say(d, DONE, "mail", "%s answers%s", r->relay,
			    r->user ? " and lets us in" : "");
	}
	if (f.err)
		say(d, WRONG, "mail", "%s: %s", r->relay, f.text);
	carrier_close(c);
	reach_files_clear(&files);
}


static void look_at_backup(struct doctor *d)
{
	char text[TIME_TEXT_SIZE + 8] = "";
	int64_t at = 0, hours;

	if (data_read(text, sizeof(text), &d->data, "backup") || time_parse(&at, text)) {
		say(d, TODO, "backup",
		    "none was made here yet: comity backup --data %s --to "
		    "NEWFOLDER, daily",
		    d->data.path);
		return;
	}
	hours = (time_now() - at) / TIME_HOUR;
	say(d, hours > BACKUP_HOURS ? TODO : DONE, "backup", "the last is %lld hours old (%s)",
	    (long long)hours, text);
}


static int look_at_ledger(struct doctor *d, struct store *st)
{
	struct log_standing l;
	char when[TIME_TEXT_SIZE] = "never";
	int err = log_standing(&l, st);

	if (err)
		return err;
	if (l.at)
		time_text(when, l.at);
	if (l.leaves > l.size && time_now() - l.at > TIME_MINUTE)
		say(d, WRONG, "ledger",
		    "%lld of %lld leaves are under no checkpoint; the "
		    "last was signed %s: is the keeper well?",
		    (long long)(l.leaves - l.size), (long long)l.leaves, when);
	else
		say(d, DONE, "ledger", "log %lld stands at %lld, signed %s", (long long)l.log,
		    (long long)l.size, when);

	return 0;
}


static int look_at_charter(struct doctor *d, struct store *st)
{
	struct charter_complaints assumed = { 0 };
	struct world *w = world_new(st);
	const struct charter *c = NULL;
	int err = world_charter(&c, w, time_now());

	if (!err) {
		charter_assumed(&assumed, c);
		if (assumed.count)
			say(d, TODO, "charter",
			    "%s: %zu rules rest on assumptions; comity charter check --strict "
			    "lists them for a legal adviser",
			    charter_text_in(c->organisation.name, "en"), assumed.count);
		else
			say(d, DONE, "charter", "%s: every rule has its source",
			    charter_text_in(c->organisation.name, "en"));
		charter_complaints_clear(&assumed);
	}
	world_free(w);

	return err;
}


static int look_at_people(struct doctor *d, struct store *st)
{
	int64_t administrators = 0, single = 0, people = 0;
	int err = store_get_int(&administrators, st,
				"SELECT count(*) FROM parties_person"
				" WHERE administrator = 1 AND state = 'active'",
				"");

	if (d->data.demo)
		return 0;
	if (!err)
		err = store_get_int(&people, st,
				    "SELECT count(*) FROM parties_person"
				    " WHERE state = 'active'",
				    "");
	if (!err)
		err = store_get_int(&single, st,
				    "SELECT count(*) FROM parties_person p"
				    " WHERE state = 'active' AND (SELECT count(*) FROM"
				    " parties_passkey k WHERE k.person = p.id AND"
				    " k.ended_at IS NULL) < 2",
				    "");
	if (err)
		return err;
	if (!administrators)
		say(d, TODO, "administrators",
		    "nobody has signed in yet: open the link that comity init printed (comity "
		    "person link makes a new one)");
	else if (administrators < ADMINISTRATORS_MIN)
		say(d, TODO, "administrators", "only one: who resets the access of that one?");
	else
		say(d, DONE, "administrators", "%lld", (long long)administrators);
	if (people)
		say(d, single ? TODO : DONE, "passkeys",
		    "%lld of %lld people have a second one", (long long)(people - single),
		    (long long)people);

	return 0;
}


static int look_into(struct doctor *d, struct store *st, struct fault *f)
{
	int64_t seq = 0, at = 0, now = time_now();
	int version = 0, err = migrate_version(&version, st);

	if (!err)
		err = store_get_int(&seq, st, "SELECT coalesce(max(seq), 0) FROM act_record",
				    "");
	if (!err)
		err = store_get_int(&at, st, "SELECT coalesce(max(at), 0) FROM act_record", "");
	if (err)
		return err;
	if (version > migrations_count)
		return fault_set(f, E_NEWER,
				 "its version %d is newer than this program's %d: start the "
				 "newer program",
				 version, migrations_count);
	if (version < migrations_count)
		say(d, TODO, "store", "at version %d of %d: the next start brings it there",
		    version, migrations_count);
	else
		say(d, DONE, "store", "%s, version %d, %lld acts", store_engine_name(st),
		    version, (long long)seq);
	if (!d->data.demo && at > now + TIME_SECOND)
		say(d, WRONG, "clock",
		    "stands %lld s before the last act; acts are refused "
		    "until it is right",
		    (long long)((at - now) / TIME_SECOND));
	err = look_at_ledger(d, st);
	if (!err)
		err = look_at_charter(d, st);
	/* What a store of an older program does not have cannot be asked. */
	if (!err && version == migrations_count)
		err = look_at_people(d, st);

	return err;
}


static void look_at_store(struct doctor *d)
{
	struct fault f = { 0 };
	struct store *st = NULL;
	int err = store_open(&st, d->data.store, STORE_READ, &f);

	if (!err)
		err = look_into(d, st, &f);
	if (err)
		say(d, WRONG, "store", "%s", f.text[0] ? f.text : err_text(err));
	store_close(st);
}


static int examine(struct doctor *d, const char *config, struct fault *f)
{
	int err = data_open(&d->data, d->set.data, true, f);

	if (err)
		return err;
	if (config)
		say(d, DONE, "settings", "%s", config);
	look_at_clock(d);
	look_at_folder(d);
	look_at_keys(d);
	look_at_disk(d);
	look_at_store(d);
	look_at_certificate(d);
	look_at_origin(d);
	look_at_relay(d);
	look_at_backup(d);
	data_close(&d->data);

	return 0;
}


int verb_doctor(int argc, char **argv)
{
	const char *config = NULL, *data = NULL;
	const struct option options[] = { { "config", &config, NULL },
					  { "data", &data, NULL },
					  { NULL, NULL, NULL } };
	struct doctor d = { .data = { .lock = -1 } };
	struct fault f = { 0 };
	char *text = NULL;
	int status;

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (argc > 1 || (!config && !data))
		return verb_usage("doctor", "--config FILE or --data FOLDER is needed");
	if (config && serve_settings(&d.set, config, &text, &f)) {
		free(text);
		return verb_fail(config, &f, EXIT_NO);
	}
	if (data)
		d.set.data = data;
	if (!d.set.data)
		status = verb_usage("doctor", "the settings name no data folder");
	else if (examine(&d, config, &f))
		status = verb_fail(NULL, &f, EXIT_NO);
	else
		status = d.wrong ? EXIT_NO : EXIT_DONE;
	free(text);

	return status;
}
