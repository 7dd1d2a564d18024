/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/space_text.h"

#define TIMES "\xC3\x97"

/* "3", "3 or 5", "2 to 8" */
static void add_choices(struct nas_text *t, const int *x, int n)
{
	if (n == 1)
		text_addf(t, "%d", x[0]);
	else if (n == 2)
		text_addf(t, "%d or %d", x[0], x[1]);
	else if (n > 2)
		text_addf(t, "%d to %d", x[0], x[n - 1]);
}

static void add_bits(struct nas_text *t, const struct nas_stage *st)
{
	if (!st->nbits_a) {
		text_add(t, ", full precision");
		return;
	}
	text_add(t, ", activations ");
	add_choices(t, st->bits_a, st->nbits_a);
	text_add(t, " and weights ");
	add_choices(t, st->bits_w, st->nbits_w);
	text_add(t, " bits");
}

static void add_stage(struct nas_text *t, const struct nas_stage *st)
{
	text_addf(t, "%s with kernel ", block_kinds[st->kind].name);
	add_choices(t, st->kernel, st->nkernel);
	text_add(t, ", width ");
	add_choices(t, st->width, st->nwidth);
	if (st->nexpand && block_kinds[st->kind].has & BLOCK_HIDDEN)
		text_addf(t, ", expansion %g to %g", st->expand[0],
			  st->expand[st->nexpand - 1]);
	if (st->each)
		text_addf(t, " (%s%s%s of each block)",
			  st->each & EACH_KERNEL ? "kernel" : "",
			  st->each == (EACH_KERNEL | EACH_EXPAND) ? " and " : "",
			  st->each & EACH_EXPAND ? "expansion" : "");
	text_add(t, ", depth ");
	add_choices(t, st->depth, st->ndepth);
	if (st->nstride > 1 || st->stride[0] > 1) {
		text_add(t, ", stride ");
		add_choices(t, st->stride, st->nstride);
	}
	if (st->nse > 1 || (st->nse == 1 && st->se[0]))
		text_addf(t, ", squeeze-and-excitation%s",
			  st->nse > 1 ? " or not" : "");
	add_bits(t, st);
}

void space_text(struct nas_text *t, const struct nas_space *space)
{
	const struct nas_space_input *in = &space->input;

	text_add(t, "inputs ");
	for (int i = 0; i < in->nheight; i++)
		text_addf(t, "%s%d" TIMES "%d" TIMES "%d", i ? " or " : "",
			  in->height[i],
			  in->nwidth ? in->width[i] : in->height[i],
			  in->channels);
	for (int s = 0; s < space->nstages; s++) {
		text_addf(t, "\nstage %d: ", s + 1);
		add_stage(t, &space->stage[s]);
	}
	if (space->head.first.classes > 0) {
		text_addf(t, "\nclassifier of %d classes",
			  space->head.first.classes);
		if (space->head.nbits_w > 1) {
			text_add(t, ", weights ");
			add_choices(t, space->head.bits_w,
				    space->head.nbits_w);
			text_add(t, " bits");
		}
	}
	if (space->monotone)
		text_add(t, "\nwidths never decrease from stage to stage");
}
