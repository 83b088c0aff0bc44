/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Papers as PDF, read back by programs nobody here wrote: pdftotext, pdfinfo and pdfdetach of
 * poppler, and qpdf.
 */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "paper/paper.h"
#include "paper/pdf.h"
#include "t.h"

#define LONG_WORD "Donaudampfschifffahrtselektrizit\u00e4tenhauptbetriebswerkbauunterbeamten"

static struct paper_head head_of(const char *lang)
{
	return (struct paper_head){
		.lang = lang,
		.title = "\u0411\u044e\u043b\u043b\u0435\u0442\u0435\u043d\u044c",
		.author = "Union of Six",
		.note = "note at the foot",
		.made = INT64_C(1589536800000)
	};
}


static void finished(struct buf *pdf, struct buf *doc)
{
	struct fault f = { 0 };
	int err;

	T_OK(paper_load(&f));
	buf_init(pdf, 0);
	err = paper_pdf(pdf, doc->data, doc->len, &f);
	ck_assert_msg(err == 0, "%s: %s", f.path, f.text);
}


/* What a program says of the PDF; it must succeed. */
static char *asked(const struct buf *pdf, const char *program, const char *after)
{
	char file[300], line[700];
	static char out[1 << 20];
	FILE *to, *from;
	size_t n;

	(void)snprintf(file, sizeof(file), "%s/paper.pdf", t_tmp());
	to = fopen(file, "wb");
	ck_assert_ptr_nonnull(to);
	ck_assert_uint_eq(pdf->len, fwrite(pdf->data, 1, pdf->len, to));
	(void)fclose(to);
	(void)snprintf(line, sizeof(line), "%s %s %s 2>&1", program, file, after);
	from = popen(line, "r");
	ck_assert_ptr_nonnull(from);
	n = fread(out, 1, sizeof(out) - 1, from);
	out[n] = '\0';
	ck_assert_msg(pclose(from) == 0, "%s: %s", line, out);

	return out;
}


static bool can(const char *program)
{
	char line[100];

	(void)snprintf(line, sizeof(line), "command -v %s >/dev/null", program);

	return system(line) == 0;
}


static void every_block(struct buf *doc, const char *lang)
{
	static const double bars[] = { 1, 2, NAN, 4, 300 }, line[] = { 1, NAN, 2, 3, 4 },
			    low[] = { 1, 1, 1, NAN, 2 }, high[] = { 2, 2, 2, NAN, 5 };
	static const bool marked[] = { false, false, false, false, true };
	static const struct paper_tick ticks[] = { { 0, "1 May" }, { 4, "5 May" } };
	static const struct paper_column columns[] = { { "Party", 3, false },
						       { "Cases", 1, true } };
	const struct paper_head head = head_of(lang);
	struct paper p;

	buf_init(doc, 0);
	paper_begin(&p, doc, &head);
	paper_title(&p, "\u0421\u0432\u043e\u0434\u043a\u0430 15 \u043c\u0430\u044f");
	paper_text(&p, PAPER_LEAD, "The lead.");
	paper_heading(&p, "Figures");
	paper_facts(&p);
	paper_fact(&p, "Asked by", "Orlandia");
	paper_facts_end(&p);
	paper_table(&p, columns, 2);
	paper_row(&p, (const char *const[]){ "Orlandia", "12\u202f345" }, 2, false);
	paper_row(&p, (const char *const[]){ "All", NULL }, 2, true);
	paper_table_end(&p);
	paper_charts(&p, 2);
	paper_chart(&p, &(struct paper_chart){ "Cases", "They rise.", 5, bars, line, low, high,
					       marked, 1, ticks, 2, 30 });
	paper_charts_end(&p);
	paper_code(&p, "https://centre.example/record/12", "The record of the act");
	paper_text(&p, PAPER_SMALL, "The end.");
	paper_files(&p);
	paper_file(&p, "12.json", "application/json", "The record", "{\"a\":1}", 7);
	paper_file(&p, "12.tlog-proof", "text/plain", NULL, "proof\n", 6);
	paper_end(&p);
}


T(every_block_is_there_for_other_programs)
{
	struct buf doc, pdf;
	char *text;

	if (!can("pdftotext") || !can("qpdf"))
		T_SKIP("poppler-utils and qpdf are not installed");
	every_block(&doc, "ru");
	finished(&pdf, &doc);
	text = asked(&pdf, "pdftotext -layout", "-");
	ck_assert_ptr_nonnull(strstr(text, "\u0421\u0432\u043e\u0434\u043a\u0430 15 "
					   "\u043c\u0430\u044f"));
	ck_assert_ptr_nonnull(strstr(text, "Orlandia"));
	ck_assert_ptr_nonnull(strstr(text, "They rise."));
	ck_assert_ptr_nonnull(strstr(text, "https://centre.example/record/12"));
	ck_assert_ptr_nonnull(strstr(text, "note at the foot"));
	ck_assert_ptr_nonnull(strstr(text, "1/1"));
	(void)asked(&pdf, "qpdf --check", "");
	text = asked(&pdf, "pdfinfo -isodates", "");
	ck_assert_ptr_nonnull(strstr(text, "Tagged:          yes"));
	ck_assert_ptr_nonnull(strstr(text, "2020-05-15T10:00:00Z"));
	ck_assert_ptr_nonnull(strstr(text, "A4"));
	ck_assert_ptr_nonnull(strstr(text, "\u0411\u044e\u043b\u043b"));
	text = asked(&pdf, "pdfdetach -list", "");
	ck_assert_ptr_nonnull(strstr(text, "12.json"));
	ck_assert_ptr_nonnull(strstr(text, "12.tlog-proof"));
	text = asked(&pdf, "pdfdetach -save 1 -o /dev/stdout", "");
	T_STR("{\"a\":1}", text);
	text = asked(&pdf, "pdfinfo -struct-text", "");
	ck_assert_ptr_nonnull(strstr(text, "H1"));
	ck_assert_ptr_nonnull(strstr(text, "Table"));
	ck_assert_ptr_nonnull(strstr(text, "Figure"));
	ck_assert_ptr_nonnull(memmem(pdf.data, pdf.len, "/Lang (ru)", 10));
	ck_assert_ptr_nonnull(memmem(pdf.data, pdf.len, "/Alt <FEFF0054006800650079", 26));
	buf_clear(&pdf);
	buf_clear(&doc);
}


/* A clock that was read would show only when its second changes. */
static void no_other_time(const struct buf *pdf)
{
	const char *at = pdf->data, *end = pdf->data + pdf->len;

	while ((at = memmem(at, (size_t)(end - at), "Date (", 6))) {
		at += 6;
		if (at[0] == 'D')
			at += 2;
		ck_assert_msg(strncmp(at, "20200515100000Z", 15) == 0, "%.20s", at);
	}
}


T(the_same_paper_gives_the_same_bytes)
{
	struct buf doc, again, pdf, other;

	every_block(&doc, "en");
	every_block(&again, "en");
	finished(&pdf, &doc);
	no_other_time(&pdf);
	finished(&other, &again);
	ck_assert_uint_eq(pdf.len, other.len);
	ck_assert(memcmp(pdf.data, other.data, pdf.len) == 0);
	buf_clear(&other);
	buf_clear(&again);
	every_block(&again, "fr");
	finished(&other, &again);
	ck_assert(pdf.len != other.len || memcmp(pdf.data, other.data, pdf.len) != 0);
	buf_clear(&other);
	buf_clear(&again);
	buf_clear(&pdf);
	buf_clear(&doc);
}


static void one_text(struct buf *doc, const char *text, size_t times, bool in_table)
{
	static const struct paper_column columns[] = { { "What", 1, false },
						       { "More", 9, false } };
	const struct paper_head head = head_of("en");
	struct paper p;

	buf_init(doc, 0);
	paper_begin(&p, doc, &head);
	if (in_table)
		paper_table(&p, columns, 2);
	for (size_t i = 0; i < times; i++) {
		if (in_table)
			paper_row(&p, (const char *const[]){ text, "x" }, 2, i % 2);
		else
			paper_text(&p, PAPER_BODY, text);
	}
	if (in_table)
		paper_table_end(&p);
	paper_end(&p);
}


static size_t count_of(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;

	return n;
}


T(a_table_goes_on_with_its_head)
{
	struct buf doc, pdf;
	char *text;

	if (!can("pdftotext"))
		T_SKIP("poppler-utils are not installed");
	one_text(&doc, "Orlandia", 200, true);
	finished(&pdf, &doc);
	text = asked(&pdf, "pdftotext -layout", "-");
	ck_assert_uint_eq(200, count_of(text, "Orlandia"));
	ck_assert_uint_eq(count_of(text, "\f"), count_of(text, "What"));
	ck_assert_uint_gt(count_of(text, "What"), 3);
	ck_assert_ptr_nonnull(strstr(text, "5/5"));
	buf_clear(&pdf);
	buf_clear(&doc);
}


T(no_text_leaves_the_page)
{
	static const char *const hostile[] = {
		"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"
		"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
		LONG_WORD LONG_WORD LONG_WORD LONG_WORD,
		"\x01\x02\x1f\x7f a\xc2\x85"
		"b \u202e reversed \u200b \U0001F600 \u0561 \ufffd",
		"line\nline\n\n\nline\ttab",
		"      spaces      at      both      ends      ",
		"-/-/-/-/-/-/-/-/-",
		"",
	};
	struct buf doc, pdf;

	if (!can("pdftotext") || !can("qpdf"))
		T_SKIP("poppler-utils and qpdf are not installed");
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++)
		for (int table = 0; table < 2; table++) {
			char *text, *end = NULL;
			double right = 0;

			one_text(&doc, hostile[i], 3, table);
			finished(&pdf, &doc);
			(void)asked(&pdf, "qpdf --check", "");
			text = asked(&pdf, "pdftotext -bbox", "-");
			while ((text = strstr(text, "xMax=\""))) {
				right = fmax(right, strtod(text + 6, &end));
				text = end;
			}
			ck_assert_msg(right < 595 - 40, "text %zu reaches %f", i, right);
			buf_clear(&pdf);
			buf_clear(&doc);
		}
}


T(a_row_higher_than_a_page_goes_on)
{
	struct buf doc, pdf;
	char *text = malloc(60001);

	if (!can("pdftotext"))
		T_SKIP("poppler-utils are not installed");
	for (size_t i = 0; i < 60000; i += 6)
		memcpy(text + i, "words ", 6);
	text[60000] = '\0';
	one_text(&doc, text, 1, true);
	free(text);
	finished(&pdf, &doc);
	ck_assert_uint_eq(10000, count_of(asked(&pdf, "pdftotext", "-"), "words"));
	buf_clear(&pdf);
	buf_clear(&doc);
}


T(what_no_face_has_is_a_box)
{
	struct buf doc, pdf, other;

	one_text(&doc, "a\u0561b", 1, false);
	finished(&pdf, &doc);
	buf_clear(&doc);
	one_text(&doc, "ab", 1, false);
	finished(&other, &doc);
	ck_assert_uint_ne(pdf.len, other.len);
	buf_clear(&doc);
	buf_clear(&other);
	buf_clear(&pdf);
}


T(a_paper_beyond_its_limits_is_refused)
{
	static const struct {
		const char *json, *path;
		int err;
	} cases[] = {
		{ "{", "", E_SYNTAX },
		{ "[]", "lang", E_RANGE },
		{ "{\"lang\":\"en\",\"title\":\"t\",\"author\":\"a\",\"made\":0}", "blocks",
		  E_RANGE },
		{ "{\"lang\":\"en\",\"title\":\"t\",\"author\":\"a\",\"made\":0,\"blocks\":[{}]}",
		  "kind", E_RANGE },
		{ "{\"lang\":\"(e\",\"title\":\"t\",\"author\":\"a\",\"made\":0,\"blocks\":[]}",
		  "lang", E_RANGE },
		{ "{\"lang\":\"en\",\"title\":\"t\",\"author\":\"a\",\"made\":0,\"blocks\":[{\"kind\":"
		  "\"facts\",\"rows\":[[\"a\"]]}]}",
		  "rows", E_RANGE },
		{ "{\"lang\":\"en\",\"title\":\"t\",\"author\":\"a\",\"made\":0,\"blocks\":[{\"kind\":"
		  "\"charts\",\"across\":1,\"rows\":[{\"title\":\"t\",\"count\":5000,\"height\":20}]}]}",
		  "count", E_RANGE },
		{ "{\"lang\":\"en\",\"title\":\"t\",\"author\":\"a\",\"made\":0,\"blocks\":[],\"files\":[{"
		  "\"name\":\"../x\",\"type\":\"text/plain\",\"bytes\":\"\"}]}",
		  "name", E_RANGE },
	};

	T_OK(paper_load(NULL));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fault f = { 0 };
		struct buf pdf;

		buf_init(&pdf, 0);
		T_INT(cases[i].err, paper_pdf(&pdf, cases[i].json, strlen(cases[i].json), &f));
		ck_assert_msg(!cases[i].path[0] || strstr(f.path, cases[i].path), "%zu: %s", i,
			      f.path);
		T_INT(0, pdf.len);
		buf_clear(&pdf);
	}
}


T_MAIN("paper_pdf", C(every_block_is_there_for_other_programs),
       C(the_same_paper_gives_the_same_bytes), C(a_table_goes_on_with_its_head),
       C(no_text_leaves_the_page), C(a_row_higher_than_a_page_goes_on),
       C(what_no_face_has_is_a_box), C(a_paper_beyond_its_limits_is_refused))
