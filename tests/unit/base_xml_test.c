/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/mem.h"
#include "base/xml.h"
#include "t.h"


static int read_text(struct xml_node **out, struct arena *a, const char *s, struct fault *f)
{
	memset(f, 0, sizeof(*f));

	return xml_read(out, a, s, strlen(s), 1 << 20, f);
}


T(a_tree_has_names_spaces_and_places)
{
	struct arena *a = arena_new(4096);
	struct xml_node *n, *c;
	struct fault f;

	T_OK(read_text(&n, a,
		       "<?xml version=\"1.0\"?>\n"
		       "<a xmlns=\"urn:x\" xmlns:y=\"urn:y\" k=\"v &amp; w\">\n"
		       "  <y:b>one</y:b><b> t<!-- c -->w<![CDATA[o]]> </b>\n"
		       "  <b>three</b></a>",
		       &f));
	T_STR("a", n->name);
	T_STR("urn:x", n->ns);
	T_STR("v & w", xml_attr(n, "k"));
	ck_assert_ptr_null(xml_attr(n, "xmlns"));
	c = xml_child(n, "urn:x", "b");
	T_STR("two", c->text);
	T_INT(3, c->line);
	T_INT(17, c->col);
	T_STR("three", xml_again(c)->text);
	ck_assert_ptr_null(xml_again(xml_again(c)));
	T_STR("one", xml_child_text(n, NULL, "b"));
	ck_assert_ptr_null(xml_child_text(n, NULL, "c"));
	arena_free(a);
}


T(what_is_not_well_formed_is_refused_with_its_place)
{
	struct arena *a = arena_new(4096);
	struct xml_node *n;
	struct fault f;

	T_INT(E_SYNTAX, read_text(&n, a, "<a>\n  <b></a>", &f));
	T_INT(2, f.line);
	T_INT(8, f.col);
	ck_assert_ptr_null(n);
	T_INT(E_SYNTAX, read_text(&n, a, "", &f));
	T_INT(E_SYNTAX, read_text(&n, a, "<a/><b/>", &f));
	T_INT(E_SYNTAX, read_text(&n, a, "<a>&nothing;</a>", &f));
	T_INT(E_SYNTAX, read_text(&n, a, "<a>\xff</a>", &f));
	T_INT(E_SYNTAX, xml_read(&n, a, "<a>\0</a>", 8, 100, &f));
	arena_free(a);
}


T(entities_are_not_expanded)
{
	struct arena *a = arena_new(4096);
	struct xml_node *n;
	struct fault f;

	T_INT(E_SYNTAX, read_text(&n, a,
				  "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n"
				  "<a>&e;</a>",
				  &f));
	ck_assert_ptr_nonnull(strstr(f.text, "DOCTYPE"));
	T_INT(1, f.line);
	arena_free(a);
}


T(depth_length_and_number_have_limits)
{
	struct arena *a = arena_new(4096);
	struct xml_node *n;
	struct fault f = { 0 };
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < XML_DEPTH_MAX + 1; i++)
		buf_str(&b, "<a>");
	T_INT(E_TOOBIG, xml_read(&n, a, b.data, b.len, 1 << 20, &f));
	T_INT(1 + 3 * XML_DEPTH_MAX, f.col);
	T_INT(E_TOOBIG, xml_read(&n, a, b.data, b.len, 20, &f));
	buf_reset(&b);
	buf_str(&b, "<a>");
	for (int i = 0; i < XML_NODES_MAX; i++)
		buf_str(&b, "<b/>");
	buf_str(&b, "</a>");
	T_INT(E_TOOBIG, xml_read(&n, a, b.data, b.len, 64 << 20, &f));
	buf_clear(&b);
	arena_free(a);
}


T(what_is_written_is_read_again)
{
	struct arena *a = arena_new(4096);
	struct xml_node *n;
	struct fault f;
	struct buf b;

	buf_init(&b, 0);
	xml_element(&b, "a", "x < \"y\" & z >\r\x01");
	T_STR("<a>x &lt; &quot;y&quot; &amp; z &gt;&#13;\xef\xbf\xbd</a>", b.data);
	T_OK(read_text(&n, a, b.data, &f));
	T_STR("x < \"y\" & z >\r\xef\xbf\xbd", n->text);
	buf_reset(&b);
	xml_element(&b, "a", NULL);
	T_INT(0, b.len);
	buf_clear(&b);
	arena_free(a);
}


T_MAIN("xml", C(a_tree_has_names_spaces_and_places),
       C(what_is_not_well_formed_is_refused_with_its_place), C(entities_are_not_expanded),
       C(depth_length_and_number_have_limits), C(what_is_written_is_read_again))
