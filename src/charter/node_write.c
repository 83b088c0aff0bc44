/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* node_write.c: a tree as JSON and as YAML. */
#include <ctype.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "charter/node.h"

enum {
	LINE = 100, /* a list or map that fits is written on one line */
};


static void json(struct jw *w, const struct charter_node *n);


/* The least key after `last`; maps are small. */
static const struct charter_node_entry *next_key(const struct charter_node *n, const char *last)
{
	const struct charter_node_entry *best = NULL;

	for (size_t i = 0; i < n->count; i++) {
		const char *key = n->entries[i].key->text;

		if (last && strcmp(key, last) <= 0)
			continue;
		if (!best || strcmp(key, best->key->text) < 0)
			best = &n->entries[i];
	}

	return best;
}


static void json_map(struct jw *w, const struct charter_node *n)
{
	const struct charter_node_entry *e = NULL;

	jw_object(w);
	while ((e = next_key(n, e ? e->key->text : NULL))) {
		jw_key(w, e->key->text);
		json(w, e->value);
	}
	jw_object_end(w);
}


static const char *digits(const char *s)
{
	return s + strspn(s, "0123456789");
}


/* RFC 8259: -? int frac? exp? */
static bool is_json_number(const char *s)
{
	const char *begin = *s == '-' ? ++s : s;

	s = digits(s);
	if (s == begin || (*begin == '0' && s - begin > 1))
		return false;
	if (*s == '.') {
		begin = ++s;
		s = digits(s);
		if (s == begin)
			return false;
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '+' || *s == '-';
		begin = s;
		s = digits(s);
		if (s == begin)
			return false;
	}

	return !*s;
}


/* A word without quotes is still a text: only numbers and true, false, null stay bare. */
static bool is_json_scalar(const char *s)
{
	return text_eq(s, "true") || text_eq(s, "false") || text_eq(s, "null") ||
	       is_json_number(s);
}


static void json(struct jw *w, const struct charter_node *n)
{
	switch (n->kind) {
	case NODE_SCALAR:
		if (n->plain && is_json_scalar(n->text))
			jw_raw(w, n->text, strlen(n->text));
		else
			jw_str(w, n->text);
		break;
	case NODE_LIST:
		jw_array(w);
		for (size_t i = 0; i < n->count; i++)
			json(w, n->entries[i].value);
		jw_array_end(w);
		break;
	case NODE_MAP: json_map(w, n); break;
	}
}


void node_json(struct buf *b, const struct charter_node *n)
{
	struct jw w;

	jw_init(&w, b);
	json(&w, n);
}


/* Safe without quotes: an id, or a duration such as P14D, that no reader takes for more. */
static bool bare(const char *s)
{
	static const char *const taken[] = { "on", "off",  "yes",   "no",  "y",
					     "n",  "true", "false", "null" };

	if (!isalpha((unsigned char)s[0]))
		return false;
	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
			return false;
	for (size_t i = 0; i < ARRAY_LEN(taken); i++)
		if (strcasecmp(s, taken[i]) == 0)
			return false;

	return true;
}


static void quoted(struct buf *b, const char *s)
{
	buf_char(b, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_char(b, '\\');
		buf_char(b, *s);
	}
	buf_char(b, '"');
}


static void scalar(struct buf *b, const struct charter_node *n)
{
	if (n->plain || bare(n->text))
		buf_str(b, n->text);
	else
		quoted(b, n->text);
}


void node_line(struct buf *b, const struct charter_node *n)
{
	if (n->kind == NODE_SCALAR) {
		scalar(b, n);
		return;
	}
	buf_char(b, n->kind == NODE_LIST ? '[' : '{');
	for (size_t i = 0; i < n->count; i++) {
		if (i)
			buf_str(b, ", ");
		if (n->kind == NODE_MAP)
			buf_printf(b, "%s: ", n->entries[i].key->text);
		node_line(b, n->entries[i].value);
	}
	buf_char(b, n->kind == NODE_LIST ? ']' : '}');
}


static void indent(struct buf *b, int depth)
{
	buf_printf(b, "\n%*s", depth * 2, "");
}


/* `at` is the column at which the value begins, `gap` what goes before it. */
static bool on_one_line(struct buf *b, const char *gap, const struct charter_node *n, int at)
{
	struct buf line;
	bool fits;

	buf_init(&line, 0);
	node_line(&line, n);
	fits = n->kind == NODE_SCALAR || n->count == 0 || at + (int)line.len <= LINE;
	if (fits) {
		buf_str(b, gap);
		buf_add(b, line.data, line.len);
	}
	buf_clear(&line);

	return fits;
}


/* The entries of a list or map, each on a line of its own at `depth`; the first one where
 * the writing already stands. */
static void block(struct buf *b, const struct charter_node *n, int depth)
{
	for (size_t i = 0; i < n->count; i++) {
		const struct charter_node *value = n->entries[i].value;
		int at = depth * 2 + 2;

		if (i)
			indent(b, depth);
		if (n->kind == NODE_LIST) {
			buf_str(b, "- ");
			if (!on_one_line(b, "", value, at))
				block(b, value, depth + 1);
			continue;
		}
		buf_printf(b, "%s:", n->entries[i].key->text);
		if (!on_one_line(b, " ", value, at + (int)strlen(n->entries[i].key->text))) {
			indent(b, depth + 1);
			block(b, value, depth + 1);
		}
	}
}


void node_yaml(struct buf *b, const struct charter_node *n)
{
	block(b, n, 0);
	buf_char(b, '\n');
}
