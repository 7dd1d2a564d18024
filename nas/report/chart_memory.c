/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory alive in each step, stacked, against the SRAM line. */
#include <math.h>

#include "nas/report/charts.h"

/* The line is drawn where it does not flatten the bars. */
#define FAR 4.0

static int peak_of(const struct report_network *net)
{
	int peak = 0;

	for (int i = 0; i < net->nsteps; i++)
		if (net->step[i].memory_bytes > net->step[peak].memory_bytes)
			peak = i;
	return peak;
}

static bool line_is_near(const struct report *r)
{
	const struct report_network *net = shown_network(r);

	return r->run[0].limit[BUDGET_SRAM] <=
	       FAR * net->step[peak_of(net)].memory_bytes;
}

static void draw_step(const struct plot *p, const struct report_network *net,
		      int i)
{
	const struct nas_step *s = &net->step[i];
	double in = s->in_bytes, out = in + s->out_bytes;
	char label[128], title[400];

	step_label(label, sizeof(label), net, i);
	snprintf(title, sizeof(title),
		 "%s: input %s, output %s, residual %s, together %s", label,
		 number_si(in, "B").s, number_si(s->out_bytes, "B").s,
		 number_si(s->residual_bytes, "B").s,
		 number_si(s->memory_bytes, "B").s);
	layers_bar(p, i + 1, 0, in, "f-blue", title);
	layers_bar(p, i + 1, in, out, "f-sky", title);
	layers_bar(p, i + 1, out, out + s->residual_bytes, "f-orange", title);
}

static void draw(struct svg *s, const struct report *r)
{
	static const struct svg_key keys[] = {
		{ "input", MARK_BOX, "f-blue" },
		{ "output", MARK_BOX, "f-sky" },
		{ "residual", MARK_BOX, "f-orange" },
		{ "SRAM budget", MARK_LINE, "line dash l-red" },
	};
	const struct report_network *net = shown_network(r);
	double limit = r->run[0].limit[BUDGET_SRAM];
	double peak = net->step[peak_of(net)].memory_bytes;
	struct axis y = { .title = "memory", .unit = "B", .loose = true };
	struct plot p;
	char label[80];

	y.hi = line_is_near(r) ? fmax(1.1 * limit, peak) : peak;
	svg_legend(s, keys, line_is_near(r) ? 4 : 3);
	layers_open(&p, s, 240, net, 0, &y);
	for (int i = 0; i < net->nsteps; i++)
		draw_step(&p, net, i);
	if (!line_is_near(r))
		return;
	snprintf(label, sizeof(label), "SRAM %s", number_si(limit, "B").s);
	plot_limit(&p, limit, label);
}

static void caption(struct nas_text *t, const struct report *r)
{
	const struct report_network *net = shown_network(r);
	const struct nas_memory_model *model = &memory_models[r->run[0].config->limits.memory];
	double limit = r->run[0].limit[BUDGET_SRAM];
	int peak = peak_of(net);
	char label[128];

	step_label(label, sizeof(label), net, peak);
	text_addf(t, "Activations alive while each convolution runs, by the "
		     "<code>%s</code> model. The peak, %s bytes, is at %s",
		  model->name, number_count(net->step[peak].memory_bytes).s,
		  label);
	if (!isfinite(limit))
		text_add(t, "; SRAM was not limited.");
	else
		text_addf(t, ": %s of the SRAM budget of %s bytes%s.",
			  number_percent(net->step[peak].memory_bytes / limit)
				  .s,
			  number_count(limit).s,
			  line_is_near(r) ? "" : ", a line far above the bars");
}

static void numbers(struct nas_text *t, const struct report *r)
{
	const struct report_network *net = shown_network(r);

	layers_heads(t);
	table_head(t, "Input (bytes)", COLUMN_NUMBER);
	table_head(t, "Output (bytes)", COLUMN_NUMBER);
	table_head(t, "Residual (bytes)", COLUMN_NUMBER);
	table_head(t, "Together (bytes)", COLUMN_NUMBER);
	table_body(t);
	for (int i = 0; i < net->nsteps; i++) {
		const struct nas_step *s = &net->step[i];

		layers_cells(t, net, i);
		table_number(t, number_count(s->in_bytes));
		table_number(t, number_count(s->out_bytes));
		table_number(t, number_count(s->residual_bytes));
		table_number(t, number_count(s->memory_bytes));
	}
	table_close(t);
}

const struct chart chart_memory = {
	.name = "memory", .title = "Memory, step by step", .draw = draw,
	.caption = caption, .numbers = numbers,
};
