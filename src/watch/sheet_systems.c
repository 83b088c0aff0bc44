/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What health systems send.  DHIS2: docs.dhis2.org, developer manual, "Data values"; ADX: IHE
 * Quality, Research and Public Health, Aggregate Data Exchange, 3.72.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/xml.h"
#include "watch/sheet_read.h"

#define ADX "urn:ihe:qrph:adx:2015"

enum column {
	PERIOD,
	ORG_UNIT,
	DATA_ELEMENT,
	VALUE,
	COMMENT,
};


static void put(struct sheet_maker *m, enum column col, const char *text)
{
	if (text)
		sheet_put(m, col, text, strlen(text));
}


static void headings(struct sheet_maker *m)
{
	sheet_row(m, 1);
	put(m, PERIOD, "period");
	put(m, ORG_UNIT, "orgunit");
	put(m, DATA_ELEMENT, "dataelement");
	put(m, VALUE, "value");
	put(m, COMMENT, "comment");
}


/* A value is text in DHIS2; numbers are taken too, because systems send them. */
static const char *value_text(struct sheet_maker *m, const json_t *v)
{
	if (json_is_integer(v))
		return arena_printf(m->arena, "%lld", (long long)json_integer_value(v));
	if (json_is_real(v))
		return arena_printf(m->arena, "%.15g", json_real_value(v));

	return json_string_value(v);
}


static int json_values(struct sheet_maker *m, const json_t *set)
{
	const json_t *values = json_object_get(set, "dataValues");
	const char *period = json_text(set, "period", NULL);
	const char *unit = json_text(set, "orgUnit", NULL);
	const json_t *v;
	size_t i;

	if (!json_is_array(values))
		return fault_set(
			m->fault, E_SYNTAX,
			"There is no list \"dataValues\": this is not a data value set "
			"of DHIS2.");
	headings(m);
	json_array_foreach(values, i, v)
	{
		char path[40];

		(void)snprintf(path, sizeof(path), "/dataValues/%zu", i);
		if (!json_is_object(v) || !value_text(m, json_object_get(v, "value"))) {
			fault_at(m->fault, path, 0, 0);
			return fault_set(m->fault, E_SYNTAX,
					 "A data value is an object with \"dataElement\" and "
					 "\"value\".");
		}
		if (json_is_true(json_object_get(v, "deleted"))) {
			fault_at(m->fault, path, 0, 0);
			return fault_set(m->fault, E_SYNTAX,
					 "Figures are not deleted here; send the value "
					 "\"not available\" instead.");
		}
		sheet_row(m, (int)i + 1);
		put(m, PERIOD, json_text(v, "period", period));
		put(m, ORG_UNIT, json_text(v, "orgUnit", unit));
		put(m, DATA_ELEMENT, json_text(v, "dataElement", NULL));
		put(m, VALUE, value_text(m, json_object_get(v, "value")));
		put(m, COMMENT, json_text(v, "comment", NULL));
	}

	return 0;
}


int sheet_dhis2(struct sheet_maker *m, const char *bytes, size_t len)
{
	json_t *set = NULL;
	int err = json_read(&set, bytes, len, SHEET_BYTES_MAX, JSON_DEPTH, m->fault);

	if (!err)
		err = json_values(m, set);
	json_decref(set);

	return err;
}


static int at_node(struct sheet_maker *m, const struct xml_node *n, const char *why)
{
	fault_at(m->fault, NULL, n->line, n->col);

	return fault_set(m->fault, E_SYNTAX, "%s", why);
}


/* "2020-05-15/P1D"; only days are figures here. */
static int adx_period(struct sheet_maker *m, const struct xml_node *n, const char **out)
{
	const char *period = xml_attr(n, "period");
	const char *slash = period ? strchr(period, '/') : NULL;

	if (!period)
		return at_node(m, n, "A group names its orgUnit and its period.");
	if (slash && strcmp(slash, "/P1D") != 0)
		return at_node(m, n, "Figures are of days here: the period is 2020-05-15/P1D.");
	*out = slash ? arena_strn(m->arena, period, (size_t)(slash - period)) : period;

	return 0;
}


static int adx_group(struct sheet_maker *m, const struct xml_node *group)
{
	const char *unit = xml_attr(group, "orgUnit"), *period = NULL;
	int err = adx_period(m, group, &period);

	if (err)
		return err;
	if (!unit)
		return at_node(m, group, "A group names its orgUnit and its period.");
	for (const struct xml_node *v = group->child; v; v = v->next) {
		const char *element = xml_attr(v, "dataElement");
		const char *value = xml_attr(v, "value");

		if (!text_eq(v->name, "dataValue") || !element || !value)
			return at_node(m, v,
				       "In a group stand dataValue elements, each with "
				       "dataElement and value.");
		sheet_row(m, v->line);
		put(m, PERIOD, period);
		put(m, ORG_UNIT, unit);
		put(m, DATA_ELEMENT, element);
		put(m, VALUE, value);
		put(m, COMMENT, xml_child_text(v, NULL, "annotation"));
	}

	return 0;
}


int sheet_adx(struct sheet_maker *m, const char *bytes, size_t len)
{
	struct xml_node *root = NULL;
	int err = xml_read(&root, m->arena, bytes, len, SHEET_BYTES_MAX, m->fault);

	if (err)
		return err;
	if (!text_eq(root->name, "adx") || !text_eq(root->ns, ADX))
		return at_node(m, root, "The first element is not adx of " ADX ".");
	headings(m);
	for (const struct xml_node *g = root->child; g && !err && !m->err; g = g->next)
		err = text_eq(g->name, "group")
			      ? adx_group(m, g)
			      : at_node(m, g, "In adx stand elements named group.");

	return err;
}
