/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/space_fit.h"

#define LISTED 8 /* a longer list without even steps is cut */

int choice_find(const int *list, int n, int value)
{
	for (int i = 0; i < n; i++)
		if (list[i] == value)
			return i;
	return -1;
}

static bool even_steps(const int *list, int n)
{
	for (int i = 2; i < n; i++)
		if (list[i] - list[i - 1] != list[1] - list[0])
			return false;
	return n > 3;
}

void text_add_choices(struct nas_text *t, const int *list, int n)
{
	if (even_steps(list, n)) {
		text_addf(t, "%d to %d in steps of %d", list[0], list[n - 1],
			  list[1] - list[0]);
		return;
	}
	for (int i = 0; i < n; i++)
		if (i < LISTED - 1 || i == n - 1 || n <= LISTED)
			text_addf(t, "%s%d", i ? ", " : "", list[i]);
		else if (i == LISTED - 1)
			text_add(t, ", ...");
}

/* One thing more that is wrong; returns where its text goes. */
static struct nas_text *next(struct nas_text *why, int *count)
{
	if ((*count)++ && why)
		text_add(why, ", ");
	return why;
}

static void look_up(const char *what, const int *list, int n, int value,
		    struct nas_text *why, int *count)
{
	if (choice_find(list, n, value) >= 0)
		return;
	if (!next(why, count))
		return;
	text_addf(why, "%s %d (allowed: ", what, value);
	text_add_choices(why, list, n);
	text_add(why, ")");
}

static void must_be(const char *what, int value, int want, struct nas_text *why,
		    int *count)
{
	look_up(what, &want, 1, value, why, count);
}

/* A block has one choice of bits, that all its convolutions share. */
static void look_up_bits(const char *what, const int *list, int n,
			 const int *bits, int nconvs, struct nas_text *why,
			 int *count)
{
	for (int c = 1; c < nconvs; c++)
		if (bits[c] != bits[0]) {
			if (next(why, count))
				text_addf(why, "%s %d and %d in one block",
					  what, bits[0], bits[c]);
			return;
		}
	if (n) {
		look_up(what, list, n, bits[0], why, count);
	} else if (bits[0] && next(why, count)) {
		text_addf(why, "%s %d (allowed: none, full precision)", what,
			  bits[0]);
	}
}

static void misfit_bits(const struct nas_stage *st, const struct nas_block *b,
			struct nas_text *why, int *count)
{
	int n = block_kinds[b->kind].nconvs;

	look_up_bits("bits_a", st->bits_a, st->nbits_a, b->bits_a, n, why,
		     count);
	look_up_bits("bits_w", st->bits_w, st->nbits_w, b->bits_w, n, why,
		     count);
}

static bool misfit_kind(const struct nas_stage *st, const struct nas_block *b,
			struct nas_text *why, int *count)
{
	if ((int)b->kind == st->kind)
		return false;
	if (next(why, count))
		text_addf(why, "type %s (allowed: %s)",
			  block_kinds[b->kind].name,
			  block_kinds[st->kind].name);
	return true;
}

static void misfit_shortcut(enum nas_shortcut want, const struct nas_block *b,
			    struct nas_text *why, int *count)
{
	if (!block_has(b, BLOCK_SHORTCUT) || b->shortcut == want)
		return;
	if (next(why, count))
		text_addf(why, "shortcut %s (allowed: %s)",
			  shortcut_names[b->shortcut], shortcut_names[want]);
}

static void misfit_pool(const struct nas_stage *st, const struct nas_block *b,
			struct nas_text *why, int *count)
{
	if (block_has(b, BLOCK_MAX_POOL))
		must_be("pool", block_pool(b), st->pool ? st->pool : 3, why,
			count);
}

static void misfit_squeeze(bool want, const struct nas_block *b,
			   struct nas_text *why, int *count)
{
	if (want != (b->squeeze > 0)) {
		if (next(why, count))
			text_addf(why, "se %s (allowed: %s)",
				  want ? "false" : "true",
				  want ? "true" : "false");
	} else if (want) {
		must_be("squeeze channels", b->squeeze,
			block_se_channels(b), why, count);
	}
}

/* Hidden channels that the expansions give a block of this width. */
static void misfit_hidden(const struct nas_stage *st, const struct nas_block *b,
			  bool inner, struct nas_text *why, int *count)
{
	int width = choice_find(st->width, st->nwidth, b->out);
	int hidden[SPACE_CHOICES_MAX], n = 0;

	if (width < 0)
		return; /* said already */
	for (int e = 0; e < st->nexpand; e++) {
		int h = inner ? stage_hidden_inner(st, width, e)
			      : stage_hidden_first(st, b->in, width, e);

		if (choice_find(hidden, n, h) < 0)
			hidden[n++] = h;
	}
	look_up("hidden", hidden, n, b->hidden, why, count);
}

int stage_misfit_first(const struct nas_stage *st, const struct nas_block *b,
		       struct nas_text *why)
{
	int count = 0;

	if (misfit_kind(st, b, why, &count))
		return count;
	look_up("width", st->width, st->nwidth, b->out, why, &count);
	look_up("kernel", st->kernel, st->nkernel, b->kernel, why, &count);
	look_up("stride", st->stride, st->nstride, b->stride, why, &count);
	misfit_shortcut((enum nas_shortcut)st->shortcut, b, why, &count);
	misfit_pool(st, b, why, &count);
	misfit_squeeze(st->nse == 1 ? st->se[0] : b->squeeze > 0, b, why, &count);
	misfit_hidden(st, b, false, why, &count);
	misfit_bits(st, b, why, &count);
	return count;
}

int stage_misfit_inner(const struct nas_stage *st, const struct nas_gene *g,
		       const struct nas_block *first, const struct nas_block *b,
		       struct nas_text *why)
{
	int count = 0;

	if (misfit_kind(st, b, why, &count))
		return count;
	must_be("width", b->out, first->out, why, &count);
	if (st->each & EACH_KERNEL)
		look_up("kernel", st->kernel, st->nkernel, b->kernel, why,
			&count);
	else
		must_be("kernel", b->kernel, first->kernel, why, &count);
	must_be("stride", b->stride, 1, why, &count);
	misfit_shortcut(first->shortcut, b, why, &count);
	misfit_pool(st, b, why, &count);
	misfit_squeeze(first->squeeze > 0, b, why, &count);
	if (st->each & EACH_EXPAND)
		misfit_hidden(st, b, true, why, &count);
	else
		must_be("hidden", b->hidden,
			stage_hidden_inner(st, g->width, g->expand), why,
			&count);
	misfit_bits(st, b, why, &count);
	return count;
}

uint8_t stage_shape(const struct nas_stage *st, int width,
		    const struct nas_block *b)
{
	int kernel = choice_find(st->kernel, st->nkernel, b->kernel);
	int expand = 0;

	while (stage_hidden_inner(st, width, expand) != b->hidden &&
	       expand < st->nexpand - 1)
		expand++;
	return gene_shape(kernel, expand) & stage_each_mask(st);
}

/* Index of the bits; 0 where there is no choice of them. */
static int bits_index(const int *list, int n, int bits)
{
	return n ? choice_find(list, n, bits) : 0;
}

uint8_t stage_bits(const struct nas_stage *st, const struct nas_block *b)
{
	return gene_bits(bits_index(st->bits_a, st->nbits_a, b->bits_a[0]),
			 bits_index(st->bits_w, st->nbits_w, b->bits_w[0]));
}
