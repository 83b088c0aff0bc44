/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * chart.c: counts by day: bars, a line, a band, marks.  What is not known is a gap.  The words
 * of a chart stand below it, for those who read and for those who listen.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "paper/press.h"

#define GAP	   14.0 /* between charts side by side, points */
#define SCALE_ROOM 26.0 /* left of the field, for the numbers of the scale */
#define TICKS_ROOM 11.0 /* below it */

static const struct style caption = { FACE_BOLD, 8.6, 12, INK_BLACK, "Caption" };
static const struct style tick = { FACE_SANS, 6.8, 9, INK_GREY, "Span" };
static const struct style alt = { FACE_SANS, 7.4, 9.6, INK_GREY, "P" };

/* The field in which points stand. */
struct field {
	const struct paper_chart *c;
	double x, y, width, height; /* y: its lower edge */
	double top;		    /* the number at its upper edge */
};


static double largest(const double *v, size_t n, double so_far)
{
	for (size_t i = 0; v && i < n; i++)
		if (v[i] > so_far)
			so_far = v[i];

	return so_far;
}


/* A number whose half is short as well, not below `v`. */
static double round_up(double v)
{
	static const double steps[] = { 1, 2, 3, 4, 5, 6, 8, 10 };
	double power;

	if (!(v > 0))
		return 1;
	power = pow(10, floor(log10(v)));
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (v <= steps[i] * power * 1.0000001)
			return steps[i] * power;

	return 10 * power;
}


static double x_of(const struct field *f, size_t i)
{
	return f->x + f->width * ((double)i + 0.5) / (double)f->c->count;
}


static double y_of(const struct field *f, double v)
{
	v = v < 0 ? 0 : v > f->top ? f->top : v;

	return f->y - f->height * v / f->top;
}


/* "12 000", "12,000" in English, "2.5" below ten. */
static void number_text(char *out, size_t size, const char *lang, double v)
{
	char digits[40];
	size_t n, at = 0;

	if (v < 10 && v != floor(v)) {
		(void)snprintf(out, size, "%.1f", v);
		for (; *out; out++)
			if (*out == '.' && !text_eq(lang, "en"))
				*out = ',';
		return;
	}
	(void)snprintf(digits, sizeof(digits), "%.0f", v);
	n = strlen(digits);
	for (size_t i = 0; i < n && at + 5 < size; i++) {
		if (i && (n - i) % 3 == 0) {
			const char *gap = text_eq(lang, "en") ? "," : "\u202f";

			memcpy(out + at, gap, strlen(gap));
			at += strlen(gap);
		}
		out[at++] = digits[i];
	}
	out[at] = '\0';
}


static void draw_scale(struct press *p, const struct field *f)
{
	for (int i = 0; i <= 2; i++) {
		double v = f->top * i / 2, y = y_of(f, v);
		char text[48];

		sheet_rule(p->s, f->x, y, f->x + f->width, y, 0.4, i ? INK_PALE : INK_GREY);
		number_text(text, sizeof(text), p->d->head.lang, v);
		press_label(p, f->x - SCALE_ROOM - 4, y + 2.3, SCALE_ROOM, &tick, text, true);
	}
	if (!isnan(f->c->reference))
		sheet_rule(p->s, f->x, y_of(f, f->c->reference), f->x + f->width,
			   y_of(f, f->c->reference), 0.8, INK_RED);
}


static void draw_ticks(struct press *p, const struct field *f)
{
	double free_from = f->x - 20;

	for (size_t i = 0; i < f->c->ticks_count; i++) {
		const struct paper_tick *t = &f->c->ticks[i];
		double wide = font_width(tick.face, tick.size, t->text, strlen(t->text));
		double x = x_of(f, t->at);
		double from = fmin(fmax(x - wide / 2, f->x - 4), f->x + f->width - wide + 4);

		sheet_rule(p->s, x, f->y, x, f->y + 2.5, 0.5, INK_GREY);
		if (from < free_from)
			continue;
		sheet_text(p->s, from, f->y + 9.4, tick.face, tick.size, tick.ink, t->text,
			   strlen(t->text));
		free_from = from + wide + 4;
	}
}


static void draw_bars(struct press *p, const struct field *f)
{
	double wide = f->width / (double)f->c->count;

	for (size_t i = 0; f->c->bars && i < f->c->count; i++)
		if (f->c->bars[i] > 0)
			sheet_box(p->s, x_of(f, i) - wide * 0.4, y_of(f, f->c->bars[i]),
				  wide * 0.8, f->y - y_of(f, f->c->bars[i]), INK_BAR);
}


/* Both sides of the band between two gaps, as one shape. */
static void draw_band(struct press *p, const struct field *f)
{
	const struct paper_chart *c = f->c;
	double *xy = mem_alloc(4 * c->count * sizeof(*xy));
	size_t from = 0;

	for (size_t i = 0; c->low && i <= c->count; i++) {
		size_t n = i - from;

		if (i < c->count && !isnan(c->low[i]) && !isnan(c->high[i]))
			continue;
		for (size_t k = 0; k < n; k++) {
			xy[2 * k] = xy[2 * (2 * n - 1 - k)] = x_of(f, from + k);
			xy[2 * k + 1] = y_of(f, c->low[from + k]);
			xy[2 * (2 * n - 1 - k) + 1] = y_of(f, c->high[from + k]);
		}
		sheet_shape(p->s, xy, 2 * n, INK_BAND);
		from = i + 1;
	}
	free(xy);
}


static void draw_line(struct press *p, const struct field *f)
{
	const struct paper_chart *c = f->c;
	double *xy = mem_alloc(2 * c->count * sizeof(*xy));
	size_t n = 0;

	for (size_t i = 0; c->line && i <= c->count; i++) {
		if (i < c->count && !isnan(c->line[i])) {
			xy[2 * n] = x_of(f, i);
			xy[2 * n + 1] = y_of(f, c->line[i]);
			n++;
			continue;
		}
		sheet_line(p->s, xy, n, 1.3, INK_BLUE);
		n = 0;
	}
	free(xy);
}


/* A flagged day: a mark of its own shape above it. */
static void draw_marks(struct press *p, const struct field *f)
{
	for (size_t i = 0; f->c->marked && i < f->c->count; i++) {
		double v = f->c->bars && !isnan(f->c->bars[i]) ? f->c->bars[i] : 0;
		double x = x_of(f, i), y = y_of(f, v) - 2;
		const double xy[] = { x, y, x - 2, y - 3.6, x + 2, y - 3.6 };

		if (f->c->marked[i])
			sheet_shape(p->s, xy, 3, INK_RED);
	}
}


static double height_of(const struct paper_chart *c, double width)
{
	size_t next, words = 0;

	for (const char *t = c->alt ? c->alt : ""; *t; t += next, words++)
		(void)font_line(&next, alt.face, alt.size, t, width);

	return caption.leading + c->height_mm * SHEET_MM + TICKS_ROOM +
	       (double)words * alt.leading + 10;
}


static void draw_chart(struct press *p, const struct paper_chart *c, double x, double width)
{
	struct field f = { .c = c, .x = x + SCALE_ROOM, .width = width - SCALE_ROOM };
	double most = largest(c->bars, c->count, 0), y = p->y;

	most = largest(c->high, c->count, largest(c->line, c->count, most));
	f.top = round_up(isnan(c->reference) ? most : fmax(most, c->reference * 1.5));
	f.height = c->height_mm * SHEET_MM - 8;
	f.y = p->y + caption.leading + 8 + f.height;
	sheet_tag(p->s, caption.tag);
	press_label(p, x, p->y + 9, width, &caption, c->title, false);
	sheet_untag(p->s, caption.tag);
	press_figure(p, c->alt ? c->alt : c->title);
	draw_band(p, &f);
	draw_bars(p, &f);
	draw_scale(p, &f);
	draw_line(p, &f);
	draw_marks(p, &f);
	draw_ticks(p, &f);
	press_figure_end(p);
	if (c->alt) {
		p->y = f.y + TICKS_ROOM + 2;
		press_text(p, x, width, &alt, c->alt);
		p->y = y;
	}
}


void press_charts(struct press *p, const struct block *b)
{
	double width = (PRESS_WIDTH - GAP * (b->across - 1)) / b->across;

	p->y += 4;
	for (size_t i = 0; i < b->charts_count; i += b->across) {
		double high = 0;

		for (size_t k = i; k < i + b->across && k < b->charts_count; k++)
			high = fmax(high, height_of(&b->charts[k], width));
		press_need(p, high);
		for (size_t k = i; k < i + b->across && k < b->charts_count; k++)
			draw_chart(p, &b->charts[k],
				   PRESS_LEFT + (double)(k - i) * (width + GAP), width);
		p->y += high;
	}
}
