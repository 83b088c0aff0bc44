/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "t.h"

static const struct t_case *all_cases; /* set once by t_main() */
static char tmp[64];		       /* the folder of t_tmp(); this process only */
static pid_t tmp_owner;


static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;

	return remove(path);
}


static void remove_tmp(void)
{
	if (tmp[0] && tmp_owner == getpid())
		(void)nftw(tmp, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}


const char *t_tmp(void)
{
	if (!tmp[0] || tmp_owner != getpid()) {
		(void)snprintf(tmp, sizeof(tmp), "/tmp/comity-test-XXXXXX");
		ck_assert_ptr_nonnull(mkdtemp(tmp));
		tmp_owner = getpid();
		(void)atexit(remove_tmp);
	}

	return tmp;
}


const char *t_shared(const char *path)
{
	static char full[PATH_MAX];
	const char *root = getenv("COMITY_SHARED");

	(void)snprintf(full, sizeof(full), "%s/%s", root ? root : "../shared", path);

	return access(full, R_OK) == 0 ? full : NULL;
}


char *t_slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rbe");
	char *text;
	struct stat st;
	size_t n;

	ck_assert_msg(f && fstat(fileno(f), &st) == 0, "cannot read %s", path);
	text = malloc((size_t)st.st_size + 1);
	ck_assert_ptr_nonnull(text);
	n = fread(text, 1, (size_t)st.st_size, f);
	ck_assert_uint_eq(n, (size_t)st.st_size);
	text[n] = '\0';
	(void)fclose(f);
	if (len)
		*len = n;

	return text;
}


static void run_case(int i)
{
	all_cases[i].run();
}


int t_main(const char *topic, const struct t_case *cases, size_t count)
{
	Suite *suite = suite_create(topic);
	SRunner *runner = srunner_create(suite);
	static const TTest *tests[512];
	static TTest storage[512];
	int failed;

	all_cases = cases;
	for (size_t i = 0; i < count && i < 512; i++) {
		TCase *tc = tcase_create(cases[i].name);

		storage[i] = (TTest){ cases[i].name, run_case, __FILE__, __LINE__ };
		tests[i] = &storage[i];
		tcase_set_timeout(tc, 60);
		tcase_add_loop_test(tc, tests[i], (int)i, (int)i + 1);
		suite_add_tcase(suite, tc);
	}
	if (getenv("COMITY_TEST_NOFORK"))
		srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);

	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
