/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A drawing of the network: its blocks from input to head, in groups.
 *
 * A group is one entry of the architecture, with its feature map above and its
 * kind, kernel, depth and width below. The height of a box follows the side of
 * the feature map that it makes. Groups wrap into as many rows as they need.
 */
#include <math.h>
#include <string.h>

#include "nas/report/charts.h"

#define BOX 30.0 /* wide */
#define BETWEEN 4.0
#define APART 20.0 /* between groups */
#define LEAST 38.0 /* height of a box: two lines of text */
#define MORE 44.0  /* of the largest feature map */
#define NOTE 16.0  /* from one note to the next */
#define NOTES 4
#define ROW (34.0 + LEAST + MORE + 10 + NOTES * NOTE + 18)
#define TIMES "\xC3\x97"

enum box_kind { BOX_INPUT, BOX_BLOCK, BOX_HEAD };

struct group {
	enum box_kind kind;
	int first, n; /* blocks */
	int side;     /* of the feature map, for the height of the box */
	char above[64], note[NOTES][64];
};

struct drawing { /* where the drawing is */
	struct svg *s;
	const struct report_network *net;
	double x, middle;
	int most_side;
	bool first_in_row;
};

/* In the order of the kinds of block; those after them begin again. */
static const char *const fills[] = {
	"f-tintgrey l-soft axis",
	"f-tintblue l-blue axis",
	"f-tintgreen l-green axis",
};

static const char *fill_of(int kind)
{
	return fills[(size_t)kind % (sizeof(fills) / sizeof(fills[0]))];
}

/* Index of the last step of a block. */
static int last_step(const struct report_network *net, int block)
{
	int i = 0;

	while (i + 1 < net->nsteps && net->step[i + 1].block <= block)
		i++;
	return i;
}

static void describe_blocks(struct group *g, const struct report_network *net)
{
	const struct nas_block *b = &net->of->arch.block[g->first];
	const struct nas_block *last =
		&net->of->arch.block[g->first + g->n - 1];
	const struct nas_step *end =
		&net->step[last_step(net, g->first + g->n - 1)];

	g->side = end->out_height > end->out_width ? end->out_height
						   : end->out_width;
	snprintf(g->above, sizeof(g->above), "%d" TIMES "%d" TIMES "%d",
		 end->out_height, end->out_width, last->out);
	snprintf(g->note[0], sizeof(g->note[0]), "%s %d" TIMES "%d",
		 block_kinds[b->kind].label, b->kernel, b->kernel);
	snprintf(g->note[1], sizeof(g->note[1]), "%d block%s", g->n,
		 g->n > 1 ? "s" : "");
	if (b->stride > 1)
		snprintf(g->note[1], sizeof(g->note[1]), "%d block%s, stride "
			 "%d", g->n, g->n > 1 ? "s" : "", b->stride);
	snprintf(g->note[2], sizeof(g->note[2]), "width %d", last->out);
	if (last->hidden > 0)
		snprintf(g->note[3], sizeof(g->note[3]), "hidden %d%s",
			 last->hidden, last->squeeze ? ", SE" : "");
}

static double box_height(const struct drawing *c, int side)
{
	return LEAST + MORE * sqrt((double)side / c->most_side);
}

static double boxes_width(const struct group *g)
{
	int n = g->kind == BOX_BLOCK ? g->n : 1;

	return n * BOX + (n - 1) * BETWEEN;
}

static double group_width(const struct group *g)
{
	double width = fmax(boxes_width(g), text_width(g->above, SVG_TICK));

	for (int i = 0; i < NOTES; i++)
		width = fmax(width, i ? text_width(g->note[i], SVG_TICK)
				      : text_width_bold(g->note[i],
							SVG_LABEL));
	return width;
}

/* "5", or "4-6" where the convolutions of a block differ; "fp". */
static void bits_text(char *out, size_t size, const int *bits, int n)
{
	int lo = bits[0], hi = bits[0];

	for (int i = 1; i < n; i++) {
		lo = bits[i] < lo ? bits[i] : lo;
		hi = bits[i] > hi ? bits[i] : hi;
	}
	if (hi == 0)
		snprintf(out, size, "fp");
	else if (lo == hi)
		snprintf(out, size, "%d", lo);
	else
		snprintf(out, size, "%d-%d", lo, hi);
}

static void draw_bits(const struct drawing *c, double x, const int *bits_a,
		      const int *bits_w, int n)
{
	char a[16], w[16];

	bits_text(a, sizeof(a), bits_a, n);
	bits_text(w, sizeof(w), bits_w, n);
	svg_text(c->s, x + BOX / 2, c->middle - 4, "n", 'm', a);
	svg_text(c->s, x + BOX / 2, c->middle + 13, "n", 'm', w);
}

static void draw_residual(const struct drawing *c, double x, double top)
{
	svg_path(c->s, "thin l-ink", "M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f",
		 x + 3, top, x + 3, top - 11, x + BOX - 3, top - 11,
		 x + BOX - 3, top);
}

static void draw_block(const struct drawing *c, double x, int b)
{
	const struct nas_block *block = &c->net->of->arch.block[b];
	const struct nas_step *end = &c->net->step[last_step(c->net, b)];
	double h = box_height(c, end->out_height > end->out_width
					 ? end->out_height : end->out_width);
	char title[200];

	snprintf(title, sizeof(title), "block %d: %s, %d to %d channels, "
		 "output %d" TIMES "%d", b + 1, block_kinds[block->kind].name,
		 block->in, block->out, end->out_height, end->out_width);
	svg_rect(c->s, x, c->middle - h / 2, BOX, h, fill_of(block->kind),
		 title);
	draw_bits(c, x, block->bits_a, block->bits_w,
		  block_kinds[block->kind].nconvs);
	if (block_has_sum(block))
		draw_residual(c, x, c->middle - h / 2);
}

static void draw_boxes(const struct drawing *c, const struct group *g, double x)
{
	const struct nas_head *head = &c->net->of->arch.head;

	if (g->kind == BOX_BLOCK) {
		for (int i = 0; i < g->n; i++)
			draw_block(c, x + i * (BOX + BETWEEN), g->first + i);
		return;
	}
	svg_rect(c->s, x, c->middle - box_height(c, g->side) / 2, BOX,
		 box_height(c, g->side), g->kind == BOX_HEAD
			 ? "f-tintorange l-orange axis"
			 : "f-paper l-soft axis", NULL);
	if (g->kind == BOX_HEAD)
		draw_bits(c, x, &head->bits_a, &head->bits_w, 1);
}

static void draw_group(struct drawing *c, const struct group *g)
{
	double width = group_width(g);
	double left = c->x + (width - boxes_width(g)) / 2;
	double below = c->middle + (LEAST + MORE) / 2 + 20;

	svg_line(c->s, g->kind == BOX_INPUT ? left
		       : c->first_in_row    ? c->x
					    : c->x - APART,
		 c->middle, g->kind == BOX_HEAD ? left : c->x + width,
		 c->middle, "axis l-soft");
	svg_text(c->s, c->x + width / 2,
		 c->middle - (LEAST + MORE) / 2 - 18, "t", 'm', g->above);
	draw_boxes(c, g, left);
	for (int i = 0; i < NOTES; i++)
		if (*g->note[i])
			svg_text(c->s, c->x + width / 2, below + i * NOTE,
				 i ? "t" : "b", 'm', g->note[i]);
	c->x += width + APART;
	c->first_in_row = false;
}

static void place_group(struct drawing *c, const struct group *g)
{
	if (!c->first_in_row && c->x + group_width(g) > c->s->width) {
		c->x = 0;
		c->first_in_row = true;
		c->s->y += ROW;
	}
	c->middle = c->s->y + 34 + (LEAST + MORE) / 2;
	draw_group(c, g);
}

static void add_input(struct drawing *c)
{
	const struct nas_arch *a = &c->net->of->arch;
	struct group g = { .kind = BOX_INPUT, .side = c->most_side };

	snprintf(g.above, sizeof(g.above), "%d" TIMES "%d" TIMES "%d",
		 a->height, a->width, a->channels);
	snprintf(g.note[0], sizeof(g.note[0]), "Input");
	place_group(c, &g);
}

static void add_head(struct drawing *c)
{
	struct group g = { .kind = BOX_HEAD, .side = 1 };

	if (c->net->of->arch.head.classes == 0)
		return;
	snprintf(g.above, sizeof(g.above), "1" TIMES "1" TIMES "%d",
		 c->net->of->arch.head.classes);
	snprintf(g.note[0], sizeof(g.note[0]), "Classifier");
	snprintf(g.note[1], sizeof(g.note[1]), "%s classes",
		 number_count(c->net->of->arch.head.classes).s);
	place_group(c, &g);
}

/* Blocks of the entry that begins at block b, as many as a row holds. */
static int group_blocks(const struct drawing *c, int b)
{
	const struct nas_arch *a = &c->net->of->arch;
	int most = (int)((c->s->width + BETWEEN) / (BOX + BETWEEN)), n = 1;

	while (b + n < a->nblocks && n < most &&
	       a->block[b + n].entry == a->block[b].entry)
		n++;
	return n;
}

static void draw_legend(struct svg *s, const struct report_network *net)
{
	struct svg_key keys[BLOCK_KINDS + 1];
	bool used[BLOCK_KINDS] = { false };
	int n = 0;

	for (int b = 0; b < net->of->arch.nblocks; b++)
		used[net->of->arch.block[b].kind] = true;
	for (int k = 0; k < BLOCK_KINDS; k++)
		if (used[k])
			keys[n++] = (struct svg_key){ block_kinds[k].title, MARK_BOX,
						      fill_of(k) };
	if (net->of->arch.head.classes > 0)
		keys[n++] = (struct svg_key){ "classifier", MARK_BOX,
					      "f-tintorange l-orange axis" };
	svg_legend(s, keys, n);
}

static void draw(struct svg *s, const struct report *r)
{
	const struct report_network *net = shown_network(r);
	const struct nas_arch *a = &net->of->arch;
	struct drawing c = { .s = s, .net = net, .first_in_row = true };

	c.most_side = a->height > a->width ? a->height : a->width;
	draw_legend(s, net);
	add_input(&c);
	for (int b = 0, n; b < a->nblocks; b += n) {
		struct group g = { .kind = BOX_BLOCK, .first = b };

		n = g.n = group_blocks(&c, b);
		describe_blocks(&g, net);
		place_group(&c, &g);
	}
	add_head(&c);
	s->y += ROW;
}

static void caption(struct nas_text *t, const struct report *r)
{
	const struct report_network *net = shown_network(r);

	text_addf(t, "%d blocks, %d convolutions%s. ", net->of->arch.nblocks,
		  net->nsteps, net->of->arch.head.classes
				      ? " and a classifier"
				      : "; a backbone without a head");
	if (arch_is_quantised(&net->of->arch))
		text_add(t, "In each box the upper number is the bits of "
			    "activations, the lower one those of weights. ");
	text_add(t, "Above: height \xC3\x97 width \xC3\x97 channels of the "
		    "feature map; the taller a box, the larger the map. An arc "
		    "is a residual connection.");
}

static void numbers(struct nas_text *t, const struct report *r)
{
	layers_table(t, shown_network(r));
}

const struct chart chart_chain = {
	.name = "network", .title = "The network", .draw = draw,
	.caption = caption, .numbers = numbers,
};
