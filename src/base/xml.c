/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <expat.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/xml.h"

enum {
	SEPARATOR = '\n', /* between namespace and name; neither can hold it */
};

struct level {
	struct xml_node *node;
	struct xml_node *last; /* the youngest child so far */
	struct buf text;
};

struct reading {
	XML_Parser parser;
	struct arena *arena;
	struct fault *fault;
	struct xml_node *root;
	struct level level[XML_DEPTH_MAX];
	size_t depth;
	size_t nodes;
	int err;
};


static void fail(struct reading *r, int err, const char *why)
{
	if (r->err)
		return;
	r->err = fault_set(r->fault, err, "%s", why);
	fault_at(r->fault, NULL, (int)XML_GetCurrentLineNumber(r->parser),
		 (int)XML_GetCurrentColumnNumber(r->parser) + 1);
	(void)XML_StopParser(r->parser, XML_FALSE);
}


/* "namespace\nname" as two texts. */
static void split(struct reading *r, const char *full, const char **ns, const char **name)
{
	const char *at = strrchr(full, SEPARATOR);

	*ns = at ? arena_strn(r->arena, full, (size_t)(at - full)) : "";
	*name = arena_str(r->arena, at ? at + 1 : full);
}


static bool counted(struct reading *r)
{
	if (++r->nodes <= XML_NODES_MAX)
		return true;
	fail(r, E_TOOBIG, "There are too many elements and attributes; 500,000 are read.");

	return false;
}


static void on_start(void *arg, const XML_Char *full, const XML_Char **attrs)
{
	struct reading *r = arg;
	struct xml_node *n = arena_take(r->arena, sizeof(*n));
	struct xml_attr **tail = &n->attrs;

	if (r->err || !counted(r))
		return;
	if (r->depth == XML_DEPTH_MAX) {
		fail(r, E_TOOBIG, "Elements stand too deep in each other; 32 levels are read.");
		return;
	}
	split(r, full, &n->ns, &n->name);
	n->line = (int)XML_GetCurrentLineNumber(r->parser);
	n->col = (int)XML_GetCurrentColumnNumber(r->parser) + 1;
	for (; attrs[0]; attrs += 2) {
		struct xml_attr *a = arena_take(r->arena, sizeof(*a));

		if (!counted(r))
			return;
		split(r, attrs[0], &a->ns, &a->name);
		a->value = arena_str(r->arena, attrs[1]);
		*tail = a;
		tail = &a->next;
	}
	if (r->depth) {
		struct level *up = &r->level[r->depth - 1];

		*(up->last ? &up->last->next : &up->node->child) = n;
		up->last = n;
	} else {
		r->root = n;
	}
	r->level[r->depth].node = n;
	r->level[r->depth].last = NULL;
	buf_init(&r->level[r->depth].text, 0);
	r->depth++;
}


static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}


static void on_end(void *arg, const XML_Char *full)
{
	struct reading *r = arg;
	const char *from, *to;
	struct level *top;

	(void)full;
	if (r->err)
		return;
	top = &r->level[--r->depth];
	from = top->text.data;
	to = from + top->text.len;
	while (from < to && is_space(*from))
		from++;
	while (to > from && is_space(to[-1]))
		to--;
	top->node->text = arena_strn(r->arena, from, (size_t)(to - from));
	buf_clear(&top->text);
}


static void on_text(void *arg, const XML_Char *s, int len)
{
	struct reading *r = arg;

	if (!r->err && r->depth)
		buf_add(&r->level[r->depth - 1].text, s, (size_t)len);
}


static void on_doctype(void *arg, const XML_Char *name, const XML_Char *system,
		       const XML_Char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	fail(arg, E_SYNTAX, "A document type (<!DOCTYPE ...>) is not read here; leave it out.");
}


int xml_read(struct xml_node **out, struct arena *a, const char *bytes, size_t len, size_t max,
	     struct fault *f)
{
	struct reading *r;
	int err;

	*out = NULL;
	if (len > max || len > INT32_MAX)
		return fault_set(f, E_TOOBIG,
				 "The document has %zu bytes; at most %zu are read.", len, max);
	r = mem_zero(1, sizeof(*r));
	r->parser = XML_ParserCreateNS(NULL, SEPARATOR);
	if (!r->parser) {
		free(r);
		return E_NOMEM;
	}
	r->arena = a;
	r->fault = f;
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	if (XML_Parse(r->parser, bytes, (int)len, XML_TRUE) != XML_STATUS_OK && !r->err) {
		r->err = fault_set(f, E_SYNTAX, "This is not well-formed XML: %s.",
				   XML_ErrorString(XML_GetErrorCode(r->parser)));
		fault_at(f, NULL, (int)XML_GetCurrentLineNumber(r->parser),
			 (int)XML_GetCurrentColumnNumber(r->parser) + 1);
	}
	while (r->depth)
		buf_clear(&r->level[--r->depth].text);
	XML_ParserFree(r->parser);
	err = r->err;
	if (!err)
		*out = r->root;
	free(r);

	return err;
}


struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *name)
{
	struct xml_node *c = n->child;

	while (c && (!text_eq(c->name, name) || (ns && !text_eq(c->ns, ns))))
		c = c->next;

	return c;
}


struct xml_node *xml_again(const struct xml_node *n)
{
	struct xml_node *c = n->next;

	while (c && (!text_eq(c->name, n->name) || !text_eq(c->ns, n->ns)))
		c = c->next;

	return c;
}


const char *xml_child_text(const struct xml_node *n, const char *ns, const char *name)
{
	const struct xml_node *c = xml_child(n, ns, name);

	return c ? c->text : NULL;
}


const char *xml_attr(const struct xml_node *n, const char *name)
{
	for (const struct xml_attr *a = n->attrs; a; a = a->next)
		if (!a->ns[0] && text_eq(a->name, name))
			return a->value;

	return NULL;
}


void xml_escape(struct buf *b, const char *text)
{
	for (const char *c = text; *c; c++) {
		switch (*c) {
		case '&': buf_str(b, "&amp;"); break;
		case '<': buf_str(b, "&lt;"); break;
		case '>': buf_str(b, "&gt;"); break;
		case '"': buf_str(b, "&quot;"); break;
		case '\t':
		case '\n': buf_char(b, *c); break;
		case '\r': buf_str(b, "&#13;"); break;
		default:
			if ((unsigned char)*c < ' ')
				buf_str(b, "\xef\xbf\xbd");
			else
				buf_char(b, *c);
		}
	}
}


void xml_element(struct buf *b, const char *name, const char *text)
{
	if (!text)
		return;
	buf_char(b, '<');
	buf_str(b, name);
	buf_char(b, '>');
	xml_escape(b, text);
	buf_str(b, "</");
	buf_str(b, name);
	buf_char(b, '>');
}
