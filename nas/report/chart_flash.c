/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flash of each layer, and summed against the Flash line. */
#include <math.h>

#include "nas/report/charts.h"

#define FAR 4.0 /* as in chart_memory.c */

static bool has_head(const struct report_network *net)
{
	return net->head_bytes > 0;
}

/* Of layer i; the classifier is the last. */
static double bytes_of(const struct report_network *net, int i)
{
	return i < net->nsteps ? net->step[i].weight_bytes : net->head_bytes;
}

static double total_of(const struct report_network *net)
{
	double sum = 0;

	for (int i = 0; i <= net->nsteps; i++)
		sum += bytes_of(net, i);
	return sum;
}

static void label_of(char *out, size_t size, const struct report_network *net,
		     int i)
{
	if (i < net->nsteps)
		step_label(out, size, net, i);
	else
		snprintf(out, size, "classifier");
}

static void draw_layers(struct svg *s, const struct report_network *net)
{
	struct axis y = { .title = "of each layer", .unit = "B",
			  .loose = true };
	int n = net->nsteps + has_head(net);
	struct plot p;
	char label[128], title[200];

	for (int i = 0; i < n; i++)
		y.hi = fmax(y.hi, bytes_of(net, i));
	layers_open(&p, s, 170, net, has_head(net), &y);
	for (int i = 0; i < n; i++) {
		label_of(label, sizeof(label), net, i);
		snprintf(title, sizeof(title), "%s: %s", label,
			 number_si(bytes_of(net, i), "B").s);
		layers_bar(&p, i + 1, 0, bytes_of(net, i),
			   i < net->nsteps ? "f-blue" : "f-green", title);
	}
}

static void draw_sum(struct svg *s, const struct report *r)
{
	const struct report_network *net = shown_network(r);
	double limit = r->run[0].limit[RES_FLASH];
	double total = total_of(net), sum = 0;
	bool near = limit <= FAR * total;
	struct axis y = { .title = "summed from the input", .unit = "B",
			  .hi = near ? fmax(1.12 * limit, total) : total,
			  .loose = true };
	struct plot p;
	char label[128], title[200];

	layers_open(&p, s, 170, net, has_head(net), &y);
	for (int i = 0; i < net->nsteps + has_head(net); i++) {
		sum += bytes_of(net, i);
		label_of(label, sizeof(label), net, i);
		snprintf(title, sizeof(title), "up to %s: %s", label,
			 number_si(sum, "B").s);
		layers_bar(&p, i + 1, 0, sum,
			   i < net->nsteps ? "f-sky" : "f-green", title);
	}
	if (!near)
		return;
	snprintf(label, sizeof(label), "Flash %s", number_si(limit, "B").s);
	plot_limit(&p, limit, label);
}

static void draw(struct svg *s, const struct report *r)
{
	static const struct svg_key keys[] = {
		{ "convolutions", MARK_BOX, "f-blue" },
		{ "their sum", MARK_BOX, "f-sky" },
		{ "classifier", MARK_BOX, "f-green" },
	};

	svg_legend(s, keys, has_head(shown_network(r)) ? 3 : 2);
	draw_layers(s, shown_network(r));
	s->y += 12;
	draw_sum(s, r);
}

static void caption(struct nas_text *t, const struct report *r)
{
	const struct report_network *net = shown_network(r);
	double limit = r->run[0].limit[RES_FLASH];
	double total = total_of(net);

	text_addf(t, "Bytes of weights and normalisation, layer by layer and "
		     "summed. Together %s bytes", number_count(total).s);
	if (has_head(net))
		text_addf(t, ", of which the classifier has %s",
			  number_percent(net->head_bytes / total).s);
	if (isfinite(limit))
		text_addf(t, "; the Flash budget is %s bytes",
			  number_count(limit).s);
	text_add(t, ".");
}

static void numbers(struct nas_text *t, const struct report *r)
{
	const struct report_network *net = shown_network(r);
	double sum = 0;

	layers_heads(t);
	table_head(t, "Bytes", COLUMN_NUMBER);
	table_head(t, "Summed", COLUMN_NUMBER);
	table_body(t);
	for (int i = 0; i < net->nsteps + has_head(net); i++) {
		sum += bytes_of(net, i);
		if (i < net->nsteps) {
			layers_cells(t, net, i);
		} else {
			table_row(t);
			text_add(t, "<td></td><td></td><td>classifier</td>");
		}
		table_number(t, number_count(bytes_of(net, i)));
		table_number(t, number_count(sum));
	}
	table_close(t);
}

const struct chart chart_flash = {
	.name = "flash", .title = "Flash, layer by layer", .draw = draw,
	.caption = caption, .numbers = numbers,
};
