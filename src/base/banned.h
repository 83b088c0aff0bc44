/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * banned.h: functions that are not used here, because each has a safer twin in base/.
 * Included into every C file by the Makefile (-include), after the system headers below.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(name) sorry_##name##_is_banned_see_base_banned_h

#undef strcpy
#undef strcat
#undef sprintf
#undef vsprintf
#undef strtok
#undef gmtime
#undef localtime
#undef atoi
#undef sscanf
#undef gets
#define strcpy(a, b)  BANNED(strcpy)
#define strcat(a, b)  BANNED(strcat)
#define sprintf(...)  BANNED(sprintf)
#define vsprintf(...) BANNED(vsprintf)
#define strtok(a, b)  BANNED(strtok)
#define gmtime(a)     BANNED(gmtime)
#define localtime(a)  BANNED(localtime)
#define atoi(a)	      BANNED(atoi)
#define sscanf(...)   BANNED(sscanf)

#endif
