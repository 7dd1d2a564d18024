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
#define PART_BYTES  16
#define POINTER	    4

static size_t bytes_of(const struct c_table *x)
{
	return x->level ? (size_t)1 << x->bits : 0;
}

bool c_has_parts(const struct c_plan *p)
{
	bool any = false;

	for (int i = 0; i < p->ncalls; i++)
		any |= p->call[i].parts_x.part || p->call[i].parts_r.part;
	for (int i = 0; i < p->nouts; i++)
		any |= p->out[i].parts.part != NULL;
	return any;
}

static size_t places_bytes(const struct c_parts *parts)
{
	size_t n = 0;

	for (int k = 0; k < parts->n; k++)
		n += PART_BYTES + bytes_of(&parts->part[k].read);
	return n;
}

/* Of parts, and of pointers to them. */
static size_t part_bytes(const struct c_plan *p, const struct c_call *c)
{
	size_t n = places_bytes(&c->parts_x) + places_bytes(&c->parts_r);

	if (c_has_parts(p) && (c->grid || c->step))
		n += c->grid ? POINTER : 2 * POINTER;
	return n;
}

size_t c_table_bytes(const struct c_plan *p, const struct c_call *c)
{
	const struct c_step *s = c->step;
	size_t n = part_bytes(p, c);

	if (c->grid)
		return n + GRID_BYTES + bytes_of(&c->grid->table) +
		       bytes_of(&c->grid->read) +
		       (c->grid->bounds ? 2 * (size_t)c->out : 0);
	if (!s)
		return n;
	n += STEP_BYTES + bytes_of(&s->table) + bytes_of(&s->read_x) +
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

static void add_places(struct nas_text *t, const char *what, int number,
		       const struct c_parts *parts)
{
	char table[60];
	int all = 0;

	if (!parts->part)
		return;
	for (int k = 0; k < parts->n; k++) {
		all += parts->part[k].channels;
		snprintf(table, sizeof(table), "%s%d_", what, number);
		add_table(t, table, k, &parts->part[k].read);
	}
	text_addf(t, "static const struct part %s%d[] = {\n", what, number);
	for (int k = 0; k < parts->n; k++) {
		const struct c_part *x = &parts->part[k];

		snprintf(table, sizeof(table), "%s%d_", what, number);
		text_add(t, "\t{");
		add_pointer(t, table, k, &x->read);
		text_addf(t, "%" PRId64 ", %d, %d, %d},\n", x->bit,
			  x->channels, all, x->bits);
	}
	text_add(t, "};\n");
}

static void add_parts(struct nas_text *t, const struct c_call *c, int call)
{
	const struct c_step *s = c->step;

	add_places(t, "parts_x", call, &c->parts_x);
	add_places(t, "parts_r", call, &c->parts_r);
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

/* Last member, where there are joins. */
static void add_places_of(struct nas_text *t, const char *what, int call,
			  const struct c_parts *parts)
{
	if (parts->part)
		text_addf(t, ", %s%d", what, call);
	else
		text_add(t, ", 0");
}

/* ---- grids and steps ------------------------------------------------------- */

static void add_grid(struct nas_text *t, const struct c_call *c, int call,
		     bool parts)
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
		  "%d, %d, %d",
		  g->rows, g->columns, g->groups, g->zero_x, g->zero_y, g->low,
		  g->high, g->kernel[0], g->kernel[1], g->stride[0],
		  g->stride[1], g->dilation[0], g->dilation[1], g->pad[0],
		  g->pad[1], g->slot, g->in_place);
	if (parts)
		add_places_of(t, "parts_x", call, &c->parts_x);
	text_add(t, "},\n");
}

static void add_step(struct nas_text *t, const struct c_call *c, int call,
		     bool parts)
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
		text_addf(t, "exp%d", call);
	else if (c->kind == C_STEP_POOL)
		text_addf(t, "&slide%d", call);
	else if (c->kind == C_STEP_MOVE)
		text_addf(t, "&walk%d", call);
	else
		text_add(t, "0");
	if (parts) {
		add_places_of(t, "parts_x", call, &c->parts_x);
		add_places_of(t, "parts_r", call, &c->parts_r);
	}
	text_add(t, "},\n");
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
	bool parts = c_has_parts(p);

	for (int i = 0; i < p->ncalls; i++)
		add_parts(t, &p->call[i], i);
	for (int i = 0; i < p->nouts; i++)
		add_places(t, "parts_out", i, &p->out[i].parts);
	if (before(p, p->ncalls, false)) {
		text_add(t, "\nstatic const struct grid grids[] = {\n");
		for (int i = 0; i < p->ncalls; i++)
			if (p->call[i].grid)
				add_grid(t, &p->call[i], i, parts);
		text_add(t, "};\n");
	}
	if (before(p, p->ncalls, true)) {
		text_add(t, "\nstatic const struct step steps[] = {\n");
		for (int i = 0; i < p->ncalls; i++)
			if (p->call[i].step)
				add_step(t, &p->call[i], i, parts);
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

/* The outputs one behind another. */
void c_write_get(struct nas_text *t, const struct c_plan *p, const char *name)
{
	text_addf(t, "\nint32_t %s_get(uint32_t index)\n{\n", name);
	for (int i = 0; i < p->nouts; i++) {
		const struct c_seen *s = &p->out[i].seen;
		int n = s->pixels * s->channels;

		if (i + 1 < p->nouts)
			text_addf(t, "\tif (index < %d)\n\t", n);
		if (p->out[i].parts.part)
			text_addf(t, "\treturn part_level(parts_out%d, "
				  "index);\n", i);
		else
			text_addf(t, "\treturn get(arena, %" PRId64
				  " + index * %d, %d);\n", s->bit, s->bits,
				  s->bits);
		if (i + 1 < p->nouts)
			text_addf(t, "\tindex -= %d;\n", n);
	}
	text_add(t, "}\n");
}
