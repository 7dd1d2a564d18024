/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a trained network's .c file has beside layers: tables, grids, steps. */
#include <inttypes.h>

#include "spaces/export/format_c.h"
#include "spaces/graph/integer.h"

/* Sizes where pointers have 32 bits. */
#define GRID_BYTES  36
#define STEP_BYTES  56
#define SLIDE_BYTES 22
#define WALK_BYTES  52

static size_t bytes_of(const struct c_table *x)
{
	return x->level ? (size_t)1 << x->bits : 0;
}

size_t c_table_bytes(const struct c_call *c)
{
	const struct c_step *s = c->step;
	size_t n;

	if (c->grid)
		return GRID_BYTES + bytes_of(&c->grid->table) +
		       bytes_of(&c->grid->read) +
		       (c->grid->bounds ? 2 * (size_t)c->out : 0);
	if (!s)
		return 0;
	n = STEP_BYTES + bytes_of(&s->table) + bytes_of(&s->read_x) +
	    bytes_of(&s->read_r);
	if (c->kind == C_STEP_SOFTMAX)
		n += INTEGER_LEVELS * sizeof(uint32_t);
	if (c->kind == C_STEP_POOL)
		n += SLIDE_BYTES;
	if (c->kind == C_STEP_MOVE)
		n += WALK_BYTES;
	return n;
}

/* ---- numbers --------------------------------------------------------------- */

static void add_levels(struct nas_text *t, const char *what, int call,
		       const int8_t *level, int n)
{
	if (!level)
		return;
	text_addf(t, "static const int8_t %s%d[] = {\n", what, call);
	for (int i = 0; i < n; i++)
		text_addf(t, "%d,%s", level[i], i % 24 == 23 ? "\n" : "");
	text_add(t, "};\n");
}

static void add_table(struct nas_text *t, const char *what, int call,
		      const struct c_table *x)
{
	add_levels(t, what, call, x->level, 1 << x->bits);
}

/* ", name + half": so that level 0 is at 0. */
static void add_pointer(struct nas_text *t, const char *what, int call,
			const struct c_table *x)
{
	if (x->level)
		text_addf(t, "%s%d + %d, ", what, call, 1 << (x->bits - 1));
	else
		text_add(t, "0, ");
}

static void add_exp(struct nas_text *t, int call, const struct c_step *s)
{
	text_addf(t, "static const uint32_t exp%d[] = {\n", call);
	for (int i = 0; i < INTEGER_LEVELS; i++)
		text_addf(t, "%" PRIu32 ",%s", s->exp[i],
			  i % 8 == 7 ? "\n" : "");
	text_add(t, "};\n");
}

static void add_slide(struct nas_text *t, int call, const struct c_step *s)
{
	const struct graph_window *w = &s->window;

	text_addf(t, "static const struct slide slide%d = {%d, %d, %d, %d, %d, "
		  "%d, %d, %d, %d, %d, %d, %d, %d, %d, %d};\n",
		  call, s->height, s->width, s->rows, s->columns, w->kernel[0],
		  w->kernel[1], w->stride[0], w->stride[1], w->dilation[0],
		  w->dilation[1], w->pad[0], w->pad[1], s->mean, s->padded[0],
		  s->padded[1]);
}

static void add_four(struct nas_text *t, const int *x)
{
	text_addf(t, "{%d, %d, %d, %d}, ", x[0], x[1], x[2], x[3]);
}

static void add_walk(struct nas_text *t, int call, const struct c_step *s)
{
	text_addf(t, "static const struct walk walk%d = {", call);
	add_four(t, s->size);
	text_addf(t, "%d, ", s->from);
	add_four(t, s->step_x);
	text_addf(t, "%d, ", s->to);
	add_four(t, s->step_y);
	text_addf(t, "%d};\n", s->zeros);
}

static void add_parts(struct nas_text *t, const struct c_call *c, int call)
{
	const struct c_step *s = c->step;

	if (c->grid) {
		add_table(t, "table", call, &c->grid->table);
		add_table(t, "read", call, &c->grid->read);
		add_levels(t, "bounds", call, c->grid->bounds, 2 * c->out);
	}
	if (!s)
		return;
	add_table(t, "table", call, &s->table);
	add_table(t, "read_x", call, &s->read_x);
	add_table(t, "read_r", call, &s->read_r);
	if (c->kind == C_STEP_SOFTMAX)
		add_exp(t, call, s);
	if (c->kind == C_STEP_POOL)
		add_slide(t, call, s);
	if (c->kind == C_STEP_MOVE)
		add_walk(t, call, s);
}

/* ---- grids and steps ------------------------------------------------------- */

static void add_grid(struct nas_text *t, const struct c_call *c, int call)
{
	const struct c_grid *g = c->grid;

	text_add(t, "\t{");
	add_pointer(t, "table", call, &g->table);
	add_pointer(t, "read", call, &g->read);
	if (g->bounds)
		text_addf(t, "bounds%d, ", call);
	else
		text_add(t, "0, ");
	text_addf(t, "%d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, "
		  "%d, %d, %d},\n",
		  g->rows, g->columns, g->groups, g->zero_x, g->zero_y, g->low,
		  g->high, g->kernel[0], g->kernel[1], g->stride[0],
		  g->stride[1], g->dilation[0], g->dilation[1], g->pad[0],
		  g->pad[1], g->slot, g->in_place);
}

static void add_step(struct nas_text *t, const struct c_call *c, int call)
{
	const struct c_step *s = c->step;

	text_addf(t, "\t{%" PRId64 ", %" PRId64 ", %" PRId64
		  ", %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %" PRId32
		  ", %" PRId32 ",\n\t ",
		  c->x, c->r, c->y, s->pixels, s->channels, c->bits_x,
		  c->bits_r, c->bits_y, s->shift, s->zero_x, s->zero_r,
		  s->zero_y, s->low, s->high, s->a, s->b);
	add_pointer(t, "read_x", call, &s->read_x);
	add_pointer(t, "read_r", call, &s->read_r);
	add_pointer(t, "table", call, &s->table);
	if (c->kind == C_STEP_SOFTMAX)
		text_addf(t, "exp%d},\n", call);
	else if (c->kind == C_STEP_POOL)
		text_addf(t, "&slide%d},\n", call);
	else if (c->kind == C_STEP_MOVE)
		text_addf(t, "&walk%d},\n", call);
	else
		text_add(t, "0},\n");
}

/* Calls before this one that have a step, or a grid. */
static int before(const struct c_plan *p, int call, bool step)
{
	int n = 0;

	for (int i = 0; i < call; i++)
		n += step ? p->call[i].step != NULL : p->call[i].grid != NULL;
	return n;
}

void c_write_grids(struct nas_text *t, const struct c_plan *p)
{
	for (int i = 0; i < p->ncalls; i++)
		add_parts(t, &p->call[i], i);
	if (before(p, p->ncalls, false)) {
		text_add(t, "\nstatic const struct grid grids[] = {\n");
		for (int i = 0; i < p->ncalls; i++)
			if (p->call[i].grid)
				add_grid(t, &p->call[i], i);
		text_add(t, "};\n");
	}
	if (before(p, p->ncalls, true)) {
		text_add(t, "\nstatic const struct step steps[] = {\n");
		for (int i = 0; i < p->ncalls; i++)
			if (p->call[i].step)
				add_step(t, &p->call[i], i);
		text_add(t, "};\n");
	}
}

void c_write_step(struct nas_text *t, const struct c_plan *p, int call,
		  int table)
{
	static const struct {
		const char *function;
		bool down;
	} steps[C_KINDS] = {
		[C_STEP_ADD] = {"add", true},
		[C_STEP_MULTIPLY] = {"multiply", true},
		[C_STEP_MEAN] = {"mean", false},
		[C_STEP_POOL] = {"pool", false},
		[C_STEP_SOFTMAX] = {"softmax", false},
		[C_STEP_TABLE] = {"table", true},
		[C_STEP_MOVE] = {"move", false},
	};
	const struct c_call *c = &p->call[call];

	if (c->grid) {
		text_addf(t, "\t%s_grid(&layers[%d], &grids[%d]);\n",
			  c->kind == C_GRID_CONVOLVE ? "convolve" : "depthwise",
			  table, before(p, call, false));
		return;
	}
	text_addf(t, "\tstep_%s(&steps[%d]", steps[c->kind].function,
		  before(p, call, true));
	if (steps[c->kind].down)
		text_addf(t, ", %d", (c->flags & C_DOWN) != 0);
	text_add(t, ");\n");
}
