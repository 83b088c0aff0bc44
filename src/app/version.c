/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>

#include "app/verb.h"
#include "base/version.h"


int verb_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	(void)printf("comity %s\n", COMITY_VERSION);

	return EXIT_DONE;
}
