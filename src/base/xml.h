/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * xml.h: XML 1.0 with namespaces, read strictly into a small tree (through expat), and the
 * escaping that writing it needs.
 *
 * A document type is refused, and with it every entity but the five of XML: no expansion, no
 * other file.  Comments and processing instructions are passed over.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct arena;

enum {
	XML_DEPTH_MAX = 32,
	XML_NODES_MAX = 500000, /* elements and attributes together */
};

struct xml_attr {
	const char *ns; /* namespace, "" for none */
	const char *name;
	const char *value;
	struct xml_attr *next;
};

struct xml_node {
	const char *ns; /* namespace, "" for none */
	const char *name;
	const char
		*text; /* all character data directly inside, without white space around it */
	int line, col; /* where it begins, counted from 1 */
	struct xml_attr *attrs;
	struct xml_node *child; /* the first */
	struct xml_node *next;	/* of the same parent */
};

/*
 * Read a document of at most `max` bytes (UTF-8, UTF-16 or ISO 8859-1, as it declares); the
 * tree is in the arena.
 *
 * Errors, with line and column: E_SYNTAX it is not well-formed, or has a document type;
 * E_TOOBIG too long, too deep or too many parts.
 */
int xml_read(struct xml_node **out, struct arena *a, const char *bytes, size_t len, size_t max,
	     struct fault *f) MUST_CHECK;

/* The first child of that name, in any namespace where `ns` is NULL; NULL: there is none. */
struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *name);

/* The next sibling of the same namespace and name. */
struct xml_node *xml_again(const struct xml_node *n);

/* The text of that child; NULL when there is no such child. */
const char *xml_child_text(const struct xml_node *n, const char *ns, const char *name);

/* An attribute without a namespace; NULL: there is none. */
const char *xml_attr(const struct xml_node *n, const char *name);

/* Text as element content or attribute value.  What XML cannot hold becomes U+FFFD. */
void xml_escape(struct buf *b, const char *text);

/* <name>text</name>; nothing when text is NULL.  The name may hold a prefix. */
void xml_element(struct buf *b, const char *name, const char *text);

#endif
