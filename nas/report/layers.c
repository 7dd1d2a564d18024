/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the charts by layers share. */
#include <math.h>
#include <stdio.h>

#include "nas/report/charts.h"
#include "spaces/latency.h"

void step_label(char *out, size_t size, const struct report_network *net,
		int i)
{
	const struct nas_step *s = &net->step[i];

	snprintf(out, size, "layer %d, %s %d\xC3\x97%d of block %d", i + 1,
		 s->conv.role, s->conv.kernel, s->conv.kernel, s->block + 1);
}

/* Column of the first layer that belongs to another entry, from i on. */
static int entry_end(const struct report_network *net, int i)
{
	int entry = net->of->arch.block[net->step[i].block].entry;

	while (i < net->nsteps &&
	       net->of->arch.block[net->step[i].block].entry == entry)
		i++;
	return i;
}

static void draw_bands(const struct plot *p, const struct report_network *net)
{
	bool shaded = false;

	for (int i = 0, end; i < net->nsteps; i = end, shaded = !shaded) {
		double from = plot_x(p, i + 0.5), to;

		end = entry_end(net, i);
		to = plot_x(p, end + 0.5);
		if (shaded)
			svg_rect(p->svg, from, p->top, to - from,
				 p->bottom - p->top, "f-band", NULL);
	}
}

void layers_open(struct plot *p, struct svg *s, double height,
		 const struct report_network *net, int extra,
		 const struct axis *y)
{
	struct axis x = { .title = "layer (bands: entries of the network)",
			  .lo = 0.5, .hi = net->nsteps + extra + 0.5,
			  .whole = true };

	plot_layout(p, s, height, &x, y);
	draw_bands(p, net);
	plot_grid(p);
}

void layers_bar(const struct plot *p, int column, double from, double to,
		const char *classes, const char *title)
{
	double slot = plot_x(p, 1) - plot_x(p, 0);
	double width = fmin(fmax(slot * 0.76, 1), 28);
	double top = plot_y(p, fmax(from, to));
	double bottom = plot_y(p, fmin(from, to));

	if (to == from)
		return;
	svg_rect(p->svg, plot_x(p, column) - width / 2, top, width,
		 bottom - top, classes, title);
}

void plot_limit(const struct plot *p, double y, const char *label)
{
	double at = plot_y(p, y);

	svg_line(p->svg, p->left, at, p->right, at, "line dash l-red");
	svg_text(p->svg, p->right, at - 6, "b halo", 'e', label);
}

void layers_heads(struct nas_text *t)
{
	table_begin(t);
	table_head(t, "Layer", COLUMN_NUMBER);
	table_head(t, "Block", COLUMN_NUMBER);
	table_head(t, "Convolution", COLUMN_TEXT);
}

void layers_cells(struct nas_text *t, const struct report_network *net, int i)
{
	const struct nas_step *s = &net->step[i];
	char name[80];

	snprintf(name, sizeof(name), "%s %d\xC3\x97%d", s->conv.role,
		 s->conv.kernel, s->conv.kernel);
	table_row(t);
	table_number(t, number_count(i + 1));
	table_number(t, number_count(s->block + 1));
	table_text(t, name);
}

static void add_map(struct nas_text *t, int height, int width, int channels)
{
	text_addf(t, "<td class=\"num\">%d\xC3\x97%d\xC3\x97%d</td>", height,
		  width, channels);
}

static void add_layer(struct nas_text *t, const struct report_network *net,
		      int i)
{
	const struct nas_step *s = &net->step[i];

	layers_cells(t, net, i);
	table_number(t, number_count(s->conv.stride));
	table_number(t, number_count(s->conv.groups));
	add_map(t, s->in_height, s->in_width, s->conv.in);
	add_map(t, s->out_height, s->out_width, s->conv.out);
	table_number(t, number_count(s->conv.bits_a));
	table_number(t, number_count(s->conv.bits_w));
	table_number(t, number_count(s->macs));
	table_number(t, number_count(s->params));
	table_number(t, number_count(s->weight_bytes));
	table_number(t, number_count(s->memory_bytes));
	if (net->latency)
		table_number(t, number_short(latency_of_step(net->latency, s)));
}

void layers_table(struct nas_text *t, const struct report_network *net)
{
	static const char *const heads[] = {
		"Stride", "Groups", "Input", "Output", "Bits A", "Bits W",
		"MACs", "Parameters", "Flash (bytes)", "Memory (bytes)"
	};

	layers_heads(t);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_head(t, heads[i], COLUMN_NUMBER);
	if (net->latency)
		table_head(t, "Latency (ms)", COLUMN_NUMBER);
	table_body(t);
	for (int i = 0; i < net->nsteps; i++)
		add_layer(t, net, i);
	table_close(t);
	if (!arch_is_quantised(&net->of->arch))
		text_add(t, "<p class=\"note\">0 bits: full precision.</p>\n");
}
