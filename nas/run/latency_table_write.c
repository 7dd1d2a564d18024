/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of measured networks, layer by layer. */
#include "nas/base/csv.h"
#include "nas/run/latency_fit.h"

void latency_table_head(struct nas_text *t, const char *measure)
{
	text_addf(t, "network,target,%s,kind,in,out,kernel,stride,height,"
		     "width\n", measure);
}

struct writer {
	struct nas_text *t;
	const char *name, *target;
	double value; /* of the next row; 0 = said */
};

/* A row of a convolution's shape on a map of so many rows and columns. */
static void add_row(struct writer *w, int kind, const struct nas_conv *c,
		    int height, int width)
{
	csv_add(w->t, w->name);
	text_addf(w->t, ",%s,", w->target);
	if (w->value > 0)
		text_addf(w->t, "%.17g", w->value);
	w->value = 0;
	text_addf(w->t, ",%s,%d,%d,%d,%d,%d,%d\n", latency_kinds[kind],
		  c->in, c->out, c->kernel, c->stride, height, width);
}

static void add_step(struct writer *w, const struct nas_step *s)
{
	const struct nas_conv *c = &s->conv;
	enum latency_kind kind =
		latency_kind_of(c->groups > 1, c->kernel * c->kernel);

	add_row(w, (int)kind, c, s->in_height, s->in_width);
	if (c->squeeze)
		add_row(w, LATENCY_ROW_SQUEEZE,
			&(struct nas_conv){ .in = c->out, .out = c->squeeze,
					    .kernel = 1, .stride = 1 },
			s->out_height, s->out_width);
}

static void add_dense(struct writer *w, int in, int out)
{
	const struct nas_conv c = { .in = in, .out = out, .kernel = 1,
				    .stride = 1 };

	add_row(w, LATENCY_ROW_DENSE, &c, 1, 1);
}

enum nas_status latency_table_add(struct nas_text *t, const char *name,
				  const char *target, double value,
				  const struct nas_arch *arch,
				  struct nas_arena *arena, struct nas_err *err)
{
	struct writer w = { t, name, target, value };
	const struct nas_head *head = &arch->head;
	int n = cost_steps(arch), last = arch->block[arch->nblocks - 1].out;
	struct nas_step *step = NAS_NEW(arena, struct nas_step, (size_t)n);
	struct nas_cost cost;

	if (!step)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	cost_of(&cost, step, arch, &memory_models[MEMORY_PLAIN]);
	for (int i = 0; i < n; i++)
		add_step(&w, &step[i]);
	if (head->classes && head->hidden)
		add_dense(&w, last, head->hidden);
	if (head->classes)
		add_dense(&w, head->hidden ? head->hidden : last,
			  head->classes);
	return NAS_OK;
}
