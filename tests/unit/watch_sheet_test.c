/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>
#include <zip.h>

#include "base/buf.h"
#include "base/mem.h"
#include "t.h"
#include "watch/sheet.h"


static int read_text(struct sheet *s, struct arena *a, const char *text, struct fault *f)
{
	memset(f, 0, sizeof(*f));

	return sheet_read(s, a, text, strlen(text), f);
}


T(columns_are_named_as_spreadsheets_do)
{
	char name[SHEET_NAME_SIZE];

	sheet_column(name, 0);
	T_STR("A", name);
	sheet_column(name, 25);
	T_STR("Z", name);
	sheet_column(name, 26);
	T_STR("AA", name);
	sheet_column(name, 701);
	T_STR("ZZ", name);
	sheet_column(name, 702);
	T_STR("AAA", name);
}


T(csv_knows_quotes_separators_and_lines)
{
	struct arena *a = arena_new(4096);
	struct sheet s;
	struct fault f;

	T_OK(read_text(&s, a,
		       "\xef\xbb\xbf"
		       "day;\"the; value\"\r\n"
		       "2020-05-15;\"1\n\"\"2\"\"\"\r\n"
		       ";;x\n\n",
		       &f));
	T_STR("csv", s.form);
	T_INT(3, s.rows);
	T_INT(3, s.cols);
	T_STR("the; value", sheet_cell(&s, 0, 1));
	T_STR("1\n\"2\"", sheet_cell(&s, 1, 1));
	T_STR("", sheet_cell(&s, 1, 2));
	T_STR("x", sheet_cell(&s, 2, 2));
	T_INT(2, s.lines[1]);
	T_INT(4, s.lines[2]);
	T_OK(read_text(&s, a, "a\tb,c\n1\t2", &f));
	T_STR("b,c", sheet_cell(&s, 0, 1));
	arena_free(a);
}


T(csv_that_is_not_whole_is_refused_with_its_place)
{
	struct arena *a = arena_new(4096);
	struct sheet s;
	struct fault f;

	T_INT(E_SYNTAX, read_text(&s, a, "a,b\n1,\"2\n3,4\n", &f));
	T_INT(2, f.line);
	T_INT(3, f.col);
	T_INT(E_SYNTAX, read_text(&s, a, "a,b\n1,\"2\" \n", &f));
	T_INT(2, f.line);
	T_INT(6, f.col);
	T_INT(E_SYNTAX, read_text(&s, a, "a,b\n1,\xd1\n", &f));
	T_INT(2, f.line);
	ck_assert_ptr_nonnull(strstr(f.text, "UTF-8"));
	T_INT(E_SYNTAX, read_text(&s, a, "\n\n", &f));
	memset(&f, 0, sizeof(f));
	T_INT(E_SYNTAX, sheet_read(&s, a, "a,b\n1\0,2", 8, &f));
	T_INT(2, f.line);
	T_INT(2, f.col);
	arena_free(a);
}


T(sizes_have_limits)
{
	struct arena *a = arena_new(4096);
	struct fault f = { 0 };
	struct sheet s;
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < 10000000; i++)
		buf_char(&b, ',');
	T_INT(E_TOOBIG, sheet_read(&s, a, b.data, b.len, &f));
	buf_reset(&b);
	buf_str(&b, "a,b\n\"");
	for (int i = 0; i < SHEET_TEXT_MAX + 1; i++)
		buf_char(&b, 'x');
	buf_str(&b, "\"\n");
	T_INT(E_TOOBIG, sheet_read(&s, a, b.data, b.len, &f));
	buf_reset(&b);
	for (int i = 0; i < SHEET_ROWS_MAX + 2; i++)
		buf_str(&b, "1\n");
	T_INT(E_TOOBIG, sheet_read(&s, a, b.data, b.len, &f));
	buf_reset(&b);
	for (int i = 0; i < 1001; i++) {
		for (int k = 0; k < 1000; k++)
			buf_str(&b, "1,");
		buf_str(&b, "1\n");
	}
	T_INT(E_TOOBIG, sheet_read(&s, a, b.data, b.len, &f));
	T_INT(E_TOOBIG, sheet_read(&s, a, b.data, (size_t)SHEET_BYTES_MAX + 1, &f));
	buf_clear(&b);
	arena_free(a);
}


T(utf_16_is_read_by_its_mark)
{
	static const char little[] = "\xff\xfe\x34\x04\x3b\x00\x3d\xd8\x00\xde\n\x00";
	static const char big[] = "\xfe\xff\x04\x34\x00,\x00x";
	struct arena *a = arena_new(4096);
	struct fault f = { 0 };
	struct sheet s;

	T_OK(sheet_read(&s, a, little, 12 - 2, &f));
	T_STR("\xd0\xb4", sheet_cell(&s, 0, 0));
	T_STR("\xf0\x9f\x98\x80", sheet_cell(&s, 0, 1));
	T_OK(sheet_read(&s, a, big, 8, &f));
	T_STR("x", sheet_cell(&s, 0, 1));
	T_INT(E_SYNTAX, sheet_read(&s, a, "\xff\xfe\x3d\xd8x\x00", 6, &f));
	T_INT(E_SYNTAX, sheet_read(&s, a,
				   "\xff\xfe"
				   "a\x00"
				   "b",
				   5, &f));
	arena_free(a);
}


T(dhis2_values_become_rows)
{
	struct arena *a = arena_new(4096);
	struct sheet s;
	struct fault f;

	T_OK(read_text(
		&s, a,
		"{\"dataSet\": \"d\", \"period\": \"20200515\", \"orgUnit\": \"CE\","
		" \"dataValues\": [{\"dataElement\": \"cases-new\", \"value\": \"7\"},"
		" {\"dataElement\": \"tests\", \"value\": 9, \"period\": \"20200514\"}]}",
		&f));
	T_STR("dhis2", s.form);
	T_INT(3, s.rows);
	T_STR("orgunit", sheet_cell(&s, 0, 1));
	T_STR("CE", sheet_cell(&s, 1, 1));
	T_STR("7", sheet_cell(&s, 1, 3));
	T_STR("20200514", sheet_cell(&s, 2, 0));
	T_INT(E_SYNTAX, read_text(&s, a, "{\"dataValues\": [{\"dataElement\": \"x\"}]}", &f));
	T_STR("/dataValues/0", f.path);
	T_INT(E_SYNTAX, read_text(&s, a, "{\"dataSet\": 1}", &f));
	T_INT(E_SYNTAX, read_text(&s, a,
				  "{\"dataValues\": [{\"dataElement\": \"x\", \"value\": \"1\","
				  " \"deleted\": true}]}",
				  &f));
	arena_free(a);
}


T(adx_groups_become_rows)
{
	struct arena *a = arena_new(4096);
	struct sheet s;
	struct fault f;

	T_OK(read_text(
		&s, a,
		"<adx xmlns=\"urn:ihe:qrph:adx:2015\" exported=\"2020-05-15T10:00:00Z\">\n"
		"<group dataSet=\"d\" orgUnit=\"CE\" period=\"2020-05-14/P1D\">\n"
		"<dataValue dataElement=\"CASES\" value=\"7\"/>\n"
		"<dataValue dataElement=\"DEATHS\" value=\"0\"/></group></adx>",
		&f));
	T_STR("adx", s.form);
	T_INT(3, s.rows);
	T_STR("2020-05-14", sheet_cell(&s, 1, 0));
	T_STR("DEATHS", sheet_cell(&s, 2, 2));
	T_INT(3, s.lines[1]);
	T_INT(E_SYNTAX, read_text(&s, a,
				  "<adx xmlns=\"urn:ihe:qrph:adx:2015\">"
				  "<group orgUnit=\"x\" period=\"2020-05/P1M\"/></adx>",
				  &f));
	T_INT(1, f.line);
	T_INT(E_SYNTAX, read_text(&s, a, "<adx/>", &f));
	arena_free(a);
}


/* A workbook of these parts. */
static char *workbook(size_t *len, const char *const parts[][2], size_t count)
{
	zip_error_t e;
	zip_source_t *out = zip_source_buffer_create(NULL, 0, 0, &e);
	zip_t *z = zip_open_from_source(out, ZIP_TRUNCATE, &e);
	zip_stat_t st;
	char *bytes;

	ck_assert_ptr_nonnull(z);
	zip_source_keep(out);
	for (size_t i = 0; i < count; i++)
		ck_assert(
			zip_file_add(z, parts[i][0],
				     zip_source_buffer(z, parts[i][1], strlen(parts[i][1]), 0),
				     0) >= 0);
	ck_assert_int_eq(zip_close(z), 0);
	ck_assert_int_eq(zip_source_stat(out, &st), 0);
	bytes = mem_alloc(st.size);
	ck_assert_int_eq(zip_source_open(out), 0);
	ck_assert_int_eq(zip_source_read(out, bytes, st.size), (zip_int64_t)st.size);
	(void)zip_source_close(out);
	zip_source_free(out);
	*len = st.size;

	return bytes;
}

#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define BOOK                                                                            \
	{ "xl/workbook.xml", "<workbook " MAIN " xmlns:r=\"" RELS "\"><sheets>"         \
			     "<sheet name=\"S\" sheetId=\"1\" r:id=\"rId3\"/></sheets>" \
			     "</workbook>" },                                           \
	{                                                                               \
		"xl/_rels/workbook.xml.rels",                                           \
			"<Relationships><Relationship Id=\"rId1\" Target=\"x.xml\"/>"   \
			"<Relationship Id=\"rId3\" Target=\"worksheets/one.xml\"/>"     \
			"</Relationships>"                                              \
	}


T(a_workbook_gives_texts_numbers_and_days)
{
	static const char *const parts[][2] = {
		BOOK,
		{ "xl/sharedStrings.xml",
		  "<sst " MAIN "><si><t>day</t></si><si><r><t>va</t></r><r><t>lue</t></r></si>"
		  "</sst>" },
		{ "xl/styles.xml",
		  "<styleSheet " MAIN "><numFmts><numFmt numFmtId=\"170\""
		  " formatCode=\"[$-419]d\\ mmmm\"/><numFmt numFmtId=\"171\""
		  " formatCode=\"0.0&quot;days&quot;\"/></numFmts><cellXfs>"
		  "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/>"
		  "<xf numFmtId=\"171\"/></cellXfs></styleSheet>" },
		{ "xl/worksheets/one.xml",
		  "<worksheet " MAIN "><sheetData>"
		  "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c>"
		  "</row><row r=\"3\"><c r=\"A3\" s=\"1\"><v>43966</v></c>"
		  "<c r=\"B3\" t=\"inlineStr\"><is><t>x</t></is></c>"
		  "<c r=\"C3\"><f>1+1</f><v>12.0</v></c><c r=\"D3\" s=\"2\"><v>43967.5</v></c>"
		  "<c r=\"E3\" s=\"3\"><v>43966</v></c><c r=\"F3\"><v>0.5</v></c></row>"
		  "</sheetData></worksheet>" },
	};
	struct arena *a = arena_new(4096);
	struct fault f = { 0 };
	struct sheet s;
	size_t len;
	char *bytes = workbook(&len, parts, 5);

	ck_assert_msg(!sheet_read(&s, a, bytes, len, &f), "%s %s", f.path, f.text);
	T_STR("xlsx", s.form);
	T_INT(2, s.rows);
	T_INT(6, s.cols);
	T_STR("day", sheet_cell(&s, 0, 0));
	T_STR("value", sheet_cell(&s, 0, 2));
	T_INT(3, s.lines[1]);
	T_STR("2020-05-15", sheet_cell(&s, 1, 0));
	T_STR("x", sheet_cell(&s, 1, 1));
	T_STR("12", sheet_cell(&s, 1, 2));
	T_STR("2020-05-16", sheet_cell(&s, 1, 3));
	T_STR("43966", sheet_cell(&s, 1, 4));
	T_STR("0.5", sheet_cell(&s, 1, 5));
	/* Damaged anywhere, it is refused or read, and never more. */
	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= 0x41;
		(void)!sheet_read(&s, a, bytes, len, &f);
		bytes[i] ^= 0x41;
		arena_reset(a);
	}
	for (size_t i = 5; i < len; i += 7)
		ck_assert_int_ne(sheet_read(&s, a, bytes, i, &f), 0);
	free(bytes);
	arena_free(a);
}


T(a_workbook_that_unpacks_to_too_much_is_refused)
{
	static const size_t size = (size_t)SHEET_PART_MAX + 10;
	char *zeros = mem_zero(size, 1);
	const char *const parts[][2] = { BOOK, { "xl/worksheets/one.xml", zeros } };
	struct arena *a = arena_new(4096);
	struct fault f = { 0 };
	struct sheet s;
	size_t len;
	char *bytes;

	memset(zeros, ' ', size - 1);
	bytes = workbook(&len, parts, 3);
	ck_assert_uint_lt(len, 200000);
	T_INT(E_TOOBIG, sheet_read(&s, a, bytes, len, &f));
	T_STR("xl/worksheets/one.xml", f.path);
	free(bytes);
	free(zeros);
	arena_free(a);
}


T(an_archive_that_is_no_workbook_is_refused)
{
	static const char *const parts[][2] = { { "a.txt", "x" } };
	struct arena *a = arena_new(4096);
	struct fault f = { 0 };
	struct sheet s;
	size_t len;
	char *bytes = workbook(&len, parts, 1);

	T_INT(E_SYNTAX, sheet_read(&s, a, bytes, len, &f));
	ck_assert_ptr_nonnull(strstr(f.text, "no workbook"));
	free(bytes);
	arena_free(a);
}


T_MAIN("sheet", C(columns_are_named_as_spreadsheets_do),
       C(csv_knows_quotes_separators_and_lines),
       C(csv_that_is_not_whole_is_refused_with_its_place), C(sizes_have_limits),
       C(utf_16_is_read_by_its_mark), C(dhis2_values_become_rows), C(adx_groups_become_rows),
       C(a_workbook_gives_texts_numbers_and_days),
       C(a_workbook_that_unpacks_to_too_much_is_refused),
       C(an_archive_that_is_no_workbook_is_refused))
