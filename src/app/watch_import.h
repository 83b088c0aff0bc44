/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* watch_import.h: `comity watch import`: figures from a file, at a running centre. */
#ifndef APP_WATCH_IMPORT_H
#define APP_WATCH_IMPORT_H

/* argv[1] is "import".  Returns an exit status (verb.h). */
int watch_import(int argc, char **argv);

#endif
