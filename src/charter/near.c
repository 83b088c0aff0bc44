/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * near.c: the distance of Damerau (1964) in its restricted form: insertions, deletions,
 * replacements and swaps of neighbours count one each.
 */
#include <string.h>

#include "charter/near.h"

enum {
	LEN_MAX = 64,
};


static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}


static size_t distance(const char *a, const char *b)
{
	size_t rows[3][LEN_MAX + 1];
	size_t len_a = strlen(a), len_b = strlen(b);

	if (len_a > LEN_MAX || len_b > LEN_MAX)
		return LEN_MAX;
	for (size_t j = 0; j <= len_b; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= len_a; i++) {
		size_t *now = rows[i % 3];
		const size_t *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= len_b; j++) {
			size_t change = last[j - 1] + (a[i - 1] != b[j - 1]);

			now[j] = least(change, least(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
	}

	return rows[len_a % 3][len_b];
}


void near_begin(struct near *n, const char *word)
{
	size_t len = strlen(word);

	/* A third of the letters may be wrong, and three at most. */
	*n = (struct near){ .word = word, .distance = least(len / 3 + 1, 3) + 1 };
}


void near_offer(struct near *n, const char *candidate)
{
	size_t d = distance(n->word, candidate);

	if (d < n->distance ||
	    (n->best && d == n->distance && strcmp(candidate, n->best) < 0)) {
		n->best = candidate;
		n->distance = d;
	}
}
