/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bits of activations and weights, layer by layer. */
#include <math.h>

#include "nas/report/charts.h"

static const char *absent(const struct report *r)
{
	return arch_is_quantised(&shown_network(r)->of->arch)
		       ? NULL
		       : "The network is in full precision: no layer has bits "
			 "of its own.";
}

static bool head_has_bits(const struct report_network *net)
{
	return net->of->arch.head.classes > 0 && net->of->arch.head.bits_w > 0;
}

static int bits_of(const struct report_network *net, int i, bool weights)
{
	const struct nas_conv *c = &net->step[i < net->nsteps ? i : 0].conv;

	if (i == net->nsteps)
		return weights ? net->of->arch.head.bits_w
			       : net->of->arch.head.bits_a;
	return weights ? c->bits_w : c->bits_a;
}

static void draw_panel(struct svg *s, const struct report_network *net,
		       bool weights)
{
	int extra = head_has_bits(net), most = 0;
	struct axis y = { .title = weights ? "weights (bits)"
					   : "activations (bits)",
			  .loose = true, .whole = true };
	struct plot p;
	char label[128], title[160];

	for (int i = 0; i < net->nsteps + extra; i++)
		most = bits_of(net, i, weights) > most
			       ? bits_of(net, i, weights) : most;
	y.hi = most;
	layers_open(&p, s, 140, net, extra, &y);
	for (int i = 0; i < net->nsteps + extra; i++) {
		snprintf(label, sizeof(label), "classifier");
		if (i < net->nsteps)
			step_label(label, sizeof(label), net, i);
		snprintf(title, sizeof(title), "%s: %d bits", label,
			 bits_of(net, i, weights));
		layers_bar(&p, i + 1, 0, bits_of(net, i, weights),
			   weights ? "f-orange" : "f-blue", title);
	}
}

static void draw(struct svg *s, const struct report *r)
{
	draw_panel(s, shown_network(r), false);
	s->y += 12;
	draw_panel(s, shown_network(r), true);
}

/* Mean over the layers' weights, or over their inputs. */
static double mean_bits(const struct report_network *net, bool weights)
{
	double sum = 0, of = 0;

	for (int i = 0; i < net->nsteps; i++) {
		const struct nas_step *s = &net->step[i];
		double n = weights ? s->params
				   : (double)s->in_height * s->in_width *
					     s->conv.in;

		sum += n * bits_of(net, i, weights);
		of += n;
	}
	return sum / of;
}

static void caption(struct nas_text *t, const struct report *r)
{
	const struct report_network *net = shown_network(r);

	text_addf(t, "Bits of each convolution\xE2\x80\x99s input (above) and "
		     "of its weights (below)%s. A convolution input value has "
		     "%.2f bits on average, a weight %.2f.",
		  head_has_bits(net) ? "; the last bar is the classifier" : "",
		  mean_bits(net, false), mean_bits(net, true));
}

static void numbers(struct nas_text *t, const struct report *r)
{
	const struct report_network *net = shown_network(r);

	layers_heads(t);
	table_head(t, "Bits of activations", COLUMN_NUMBER);
	table_head(t, "Bits of weights", COLUMN_NUMBER);
	table_body(t);
	for (int i = 0; i < net->nsteps; i++) {
		layers_cells(t, net, i);
		table_number(t, number_count(bits_of(net, i, false)));
		table_number(t, number_count(bits_of(net, i, true)));
	}
	if (head_has_bits(net)) {
		table_row(t);
		text_add(t, "<td></td><td></td><td>classifier</td>");
		table_number(t, number_count(net->of->arch.head.bits_a));
		table_number(t, number_count(net->of->arch.head.bits_w));
	}
	table_close(t);
}

const struct chart chart_bits = {
	.name = "bits", .title = "Bits, layer by layer", .absent = absent,
	.draw = draw, .caption = caption, .numbers = numbers,
};
