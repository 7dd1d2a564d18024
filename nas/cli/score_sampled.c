/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What nas score prints of random networks: --monte-carlo and --zen. */
#include "nas/cli/print.h"
#include "nas/cli/score_print.h"

static const char *plural(int n)
{
	return n == 1 ? "" : "s";
}

void scored_add_sampled(struct nas_text *t, const struct scored *x)
{
	const struct monte_part *e = &x->monte.score;

	if (x->asked.samples) {
		text_addf(t, "sampled\t%.6f\t+- %.3g on %d random networks, "
			  "seed %llu; differs by %.6f:\n", e->sampled,
			  e->error, x->monte.samples,
			  (unsigned long long)x->asked.seed,
			  e->sampled - e->closed);
		text_addf(t, "border\t%.6f\tzero padding\n", e->border);
		text_addf(t, "input\t%.6f\tinputs that are not Gaussian with "
			  "one standard deviation\n", e->input);
		text_addf(t, "rest\t%.6f\t+- %.3g, chance\n", e->rest,
			  e->rest_error);
	}
	if (x->zen.samples)
		text_addf(t, "Zen-score\t%.6f\t+- %.3g on %d random "
			  "network%s\n", x->zen.score, x->zen.error,
			  x->zen.samples, plural(x->zen.samples));
}

static void add_layer(struct nas_text *t, const struct monte_layer *l, int i)
{
	const struct monte_part *e = &l->e;

	text_addf(t, "%d\t%s %dx%d", i, l->conv.role, l->conv.kernel,
		  l->conv.kernel);
	if (l->conv.stride > 1)
		text_addf(t, " /%d", l->conv.stride);
	text_addf(t, "\t%dx%dx%d", l->out_height, l->out_width, l->conv.out);
	if (l->conv.bits_a)
		text_addf(t, "\t%d/%d", l->conv.bits_a, l->conv.bits_w);
	else
		text_add(t, "\t-");
	text_addf(t, "\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.1f\n",
		  e->closed, e->sampled, e->error, e->sampled - e->closed,
		  e->border, e->input, e->rest,
		  e->rest_error > 0 ? e->rest / e->rest_error : 0);
}

void scored_print_monte(const struct scored *x)
{
	struct nas_text t = { 0 };

	if (x->asked.samples == 0)
		return;
	text_add(&t, "step\tlayer\tout\tbits a/w\tclosed form\tsampled\terror\t"
		     "difference\tborder\tinput\trest\trest/error\n");
	for (int i = 0; i < x->monte.nlayers; i++)
		add_layer(&t, &x->monte.layer[i], i);
	say("\n");
	print_table(&t);
	text_free(&t);
}
