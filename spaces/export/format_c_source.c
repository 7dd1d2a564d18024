/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The .c file: limits, kernels, weights, layers, and the calls in their order. */
#include <inttypes.h>
#include <string.h>

#include "nas/base/embedded.h"
#include "spaces/export/format_c.h"

struct limits { /* of buffers on the stack, and what the network has */
	int rows, kernel, vector, squeeze;
	bool wide, scales, residual, sums, maps, planar, w8, w4, w_any;
	bool kind[C_KINDS]; /* that there is */
};

static void at_least(int *x, int y)
{
	*x = y > *x ? y : *x;
}

static void look_at(struct limits *m, const struct c_call *c)
{
	m->kind[c->kind] = true;
	if (c->kind == C_DEPTHWISE) {
		at_least(&m->rows,
			 c->kernel * (c->width + c->kernel / 2 * 2 + 1));
		at_least(&m->kernel, c->kernel);
	}
	if (c->kind == C_GRID_DEPTHWISE) {
		int high = c_reach(c->grid, 0), wide = c_reach(c->grid, 1);

		at_least(&m->kernel, high > wide ? high : wide);
		at_least(&m->rows, high * ((c->grid->columns - 1) *
						   c->grid->stride[1] +
					   wide + wide % 2));
	}
	m->scales |= c->scales != NULL;
	m->wide |= (c->flags & C_WIDE) != 0;
	m->residual |= c->kind == C_CONVOLVE && c->bits_r;
	m->sums |= (c->flags & C_SUMS) != 0;
	m->maps |= (c->flags & C_MAP) != 0;
	m->planar |= (c->flags & (C_PLANAR_X | C_PLANAR_Y)) != 0;
	if (c->kind == C_CONVOLVE || c->kind == C_GRID_CONVOLVE) {
		int fan = c_area(c) * c->in;
		bool even = fan % 2 == 0;

		m->w8 |= c->bits_w == 8;
		m->w4 |= c->bits_w == 4 && even;
		m->w_any |= c->bits_w != 8 && !(c->bits_w == 4 && even);
	}
}

static struct limits limits_of(const struct c_plan *p)
{
	struct limits m = {.rows = 1, .kernel = 1};

	for (int i = 0; i < p->ncalls; i++)
		look_at(&m, &p->call[i]);
	for (int i = 0; i < p->ngates; i++) {
		look_at(&m, &p->gate[i]);
		if (i % 2 == 0) {
			at_least(&m.vector, p->gate[i].in);
			at_least(&m.squeeze, p->gate[i].out);
		}
	}
	return m;
}

static void add_limits(struct nas_text *t, const struct c_plan *p,
		       const struct limits *m, const char *upper)
{
	text_addf(t, "#define ARENA_BYTES %s_ARENA_BYTES\n", upper);
	text_addf(t, "#define WINDOW_MAX %d\n", c_window(p));
	text_addf(t, "#define ROWS_MAX %d\n#define KERNEL_MAX %d\n", m->rows,
		  m->kernel);
	text_addf(t, "#define VECTOR_MAX %d\n#define SQUEEZE_MAX %d\n",
		  m->vector, m->squeeze);
	text_addf(t, "#define HAS_SCALES %d\n", m->scales);
	text_addf(t, "#define HAS_WIDE %d\n#define HAS_RESIDUAL %d\n", m->wide,
		  m->residual);
	text_addf(t, "#define HAS_SUMS %d\n#define HAS_MAPS %d\n", m->sums,
		  m->maps);
	text_addf(t, "#define HAS_PLANAR %d\n", m->planar);
	text_addf(t, "#define HAS_PARTS %d\n#define HAS_DOTS %d\n",
		  c_has_parts(p),
		  m->kind[C_CONVOLVE] || m->kind[C_GRID_CONVOLVE]);
	text_addf(t, "#define HAS_W8 %d\n#define HAS_W4 %d\n#define HAS_W_ANY "
		  "%d\n", m->w8, m->w4, m->w_any);
}

/* A file of kernels, without its licence line and its includes of others. */
static void add_kernel(struct nas_text *t, const char *file)
{
	const char *line = strchr(file, '\n') + 1;

	text_add(t, "\n");
	while (*line) {
		size_t n = strcspn(line, "\n") + 1;

		if (strncmp(line, "#include \"", 10) != 0)
			text_addn(t, line, n);
		line += n;
	}
}

static void add_bytes(struct nas_text *t, const uint8_t *data, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_addf(t, "%u,%s", data[i], i % 24 == 23 ? "\n" : "");
}

static void add_weights(struct nas_text *t, const struct c_plan *p,
			const struct c_call *c)
{
	const struct graph_layer *l = &p->graph->layer[c->layer];
	struct nas_arena_mark mark = arena_mark(p->arena);
	size_t n = c_pack_weights(p, c, NULL), m = c_pack_bias(c, NULL);
	uint8_t *weight = NAS_NEW(p->arena, uint8_t, n);
	uint8_t *bias = NAS_NEW(p->arena, uint8_t, m);

	if (!weight || !bias) {
		t->failed = true;
		return;
	}
	c_pack_weights(p, c, weight);
	c_pack_bias(c, bias);
	text_addf(t, "\n/* %s */\nstatic const uint8_t w%d[] = {\n", l->name,
		  c->layer);
	add_bytes(t, weight, n);
	text_addf(t, "};\nstatic const uint8_t b%d[] = {\n", c->layer);
	add_bytes(t, bias, m);
	text_add(t, "};\n");
	arena_rewind(p->arena, mark);
}

static const char *const flag_names[] = {"RELU", "DOWN", "PLANAR_X",
					 "PLANAR_Y", "WIDE", "SUMS",
					 "MAP", "RAW"};

static void add_flags(struct nas_text *t, unsigned flags)
{
	const char *with = "";

	for (int i = 0; i < 8; i++) {
		if (!(flags >> i & 1))
			continue;
		text_addf(t, "%s%s", with, flag_names[i]);
		with = " | ";
	}
	text_add(t, *with ? "" : "0");
}

static void add_layer(struct nas_text *t, const struct c_call *c)
{
	if (c->layer >= 0)
		text_addf(t, "{w%d, b%d, ", c->layer, c->layer);
	else
		text_add(t, "{0, 0, ");
	text_addf(t, "%" PRId64 ", %" PRId64 ", %" PRId64 ", ", c->x, c->y,
		  c->r);
	text_addf(t, "%" PRId64 ", %" PRId64 ", %" PRId64 ",\n\t ", c->scale,
		  c->residual_scale, c->divisor);
	text_addf(t, "%d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, ", c->height,
		  c->width, c->in, c->out, c->kernel, c->stride, c->bits_x,
		  c->bits_w, c->bits_y, c->bits_r, c->bits_b);
	add_flags(t, c->flags);
	text_add(t, "}");
}

bool c_has_layer(const struct c_call *c)
{
	return c->kind != C_SPREAD && c->kind != C_AVERAGE && !c->step;
}

static void add_layers(struct nas_text *t, const struct c_plan *p)
{
	bool any = false;

	for (int i = 0; i < p->ncalls; i++)
		any |= c_has_layer(&p->call[i]);
	if (!any)
		return;
	text_add(t, "\nstatic const struct layer layers[] = {\n");
	for (int i = 0; i < p->ncalls; i++) {
		if (!c_has_layer(&p->call[i]))
			continue;
		text_add(t, "\t");
		add_layer(t, &p->call[i]);
		text_add(t, ",\n");
	}
	text_add(t, "};\n");
}

static void add_gates(struct nas_text *t, const struct c_plan *p)
{
	if (p->ngates == 0)
		return;
	text_add(t, "\nstatic const struct gate gates[] = {\n");
	for (int i = 0; i < p->ncalls; i++) {
		const struct c_call *c = &p->call[i];

		if (c->gate < 0)
			continue;
		text_addf(t, "\t{%" PRId64 ", %" PRId64 ",\n\t", c->gate_scale,
			  c->gate_divisor);
		add_layer(t, &p->gate[c->gate]);
		text_add(t, ",\n\t");
		add_layer(t, &p->gate[c->gate + 1]);
		text_add(t, "},\n");
	}
	text_add(t, "};\n");
}

static void add_seen(struct nas_text *t, const struct c_plan *p,
		     const struct c_seen *s)
{
	if (s->tensor < 0)
		return;
	text_addf(t, "\tTRACE(\"%s\", %" PRId64 ", %d, %d, %d, %d);\n",
		  p->graph->tensor[s->tensor].name, s->bit, s->bits, s->pixels,
		  s->channels, s->planar);
}

int c_gate_tensor(const struct c_plan *p, const struct c_call *excite)
{
	const struct graph *g = p->graph;
	int node = g->layer[excite->layer].node;

	while (node < g->nnodes - 1 && g->node[node].op != GRAPH_QUANT)
		node++;
	return g->node[node].out;
}

static void add_gate_names(struct nas_text *t, const struct c_plan *p,
			   const struct c_call *c)
{
	const struct c_call *gate = &p->gate[c->gate];
	const struct graph *g = p->graph;

	text_addf(t, "\tTRACE_GATE(\"%s\", \"%s\", \"%s\");\n",
		  g->tensor[g->layer[gate[0].layer].input].name,
		  g->tensor[g->layer[gate[1].layer].input].name,
		  g->tensor[c_gate_tensor(p, &gate[1])].name);
}

static void add_call(struct nas_text *t, const struct c_plan *p,
		     const struct c_call *c, int table)
{
	if (c->map >= 0)
		text_addf(t, "\tmap_number = %d;\n", c->map);
	if (c->flags & C_SUMS)
		text_addf(t, "\tclear_sums(&layers[%d]);\n", table);
	switch ((int)c->kind) {
	case C_CONVOLVE:
		text_addf(t, "\tconvolve(&layers[%d], arena, arena);\n", table);
		break;
	case C_DEPTHWISE:
		if (c->gate >= 0) {
			add_gate_names(t, p, c);
			text_addf(t, "\tsqueeze_and_excite(&layers[%d], "
				  "&gates[%d], %d);\n", table, c->gate / 2,
				  c->slot);
		} else {
			text_addf(t, "\tdepthwise(&layers[%d], 0, %d);\n",
				  table, c->slot);
		}
		break;
	case C_POOL:
		text_addf(t, "\tpool(&layers[%d]);\n", table);
		break;
	case C_MAX_POOL:
		text_addf(t, "\tmax_pool(&layers[%d]);\n", table);
		break;
	case C_AVERAGE:
		text_addf(t, "\taverage(%" PRId64 ", %" PRId64
			  ", %d, %d, %" PRId64 ", %" PRId64 ");\n",
			  c->x / 8, c->y, c->in, c->bits_y, c->scale,
			  c->divisor);
		break;
	case C_SPREAD:
		text_addf(t, "\tspread(%" PRId64 ", %d, %" PRId64
			  ", %d, %d, %d);\n", c->x, c->bits_x, c->y, c->bits_y,
			  c->in, (c->flags & C_DOWN) != 0);
		break;
	default:
		c_write_step(t, p, (int)(c - p->call), table);
		break;
	}
	add_seen(t, p, &c->seen);
}

static void add_run(struct nas_text *t, const struct c_plan *p,
		    const char *name)
{
	int table = 0;

	text_addf(t, "\nvoid %s_run(void)\n{\n", name);
	add_seen(t, p, &p->input);
	for (int i = 0; i < p->ncalls; i++) {
		add_call(t, p, &p->call[i], table);
		table += c_has_layer(&p->call[i]);
	}
	text_add(t, "}\n");
}

static void add_trace(struct nas_text *t, const char *name, bool gates)
{
	text_add(t, "\n#ifdef NAS_TRACE\n");
	if (gates)
		text_addf(t,
			  "static const char *gate_name[3];\n\n"
			  "static void trace_vector(int i, const uint8_t *v, "
			  "uint32_t n)\n{\n"
			  "\tfor (uint32_t j = 0; j < n; j++)\n"
			  "\t\t%s_trace(gate_name[i], j, n, (int8_t)v[j]);\n"
			  "}\n"
			  "#define TRACE_VECTOR(i, v, n) trace_vector(i, v, n)\n"
			  "#define TRACE_GATE(a, b, c) (gate_name[0] = (a), "
			  "gate_name[1] = (b), \\\n\t\t\t\t gate_name[2] = "
			  "(c))\n", name);
	text_add(t, "#else\n#define TRACE(name, bit, bits, pixels, channels, "
		 "planar) ((void)0)\n");
	if (gates)
		text_add(t, "#define TRACE_VECTOR(i, v, n) ((void)0)\n"
			 "#define TRACE_GATE(a, b, c) ((void)0)\n");
	text_add(t, "#endif\n");
}

static void add_trace_maps(struct nas_text *t, const char *name)
{
	text_addf(t,
		  "\n#ifdef NAS_TRACE\n"
		  "static void TRACE(const char *name, uint32_t bit, unsigned "
		  "bits, uint32_t pixels,\n\t\t  uint32_t channels, int "
		  "planar)\n{\n"
		  "\tuint32_t n = pixels * channels;\n\n"
		  "\tfor (uint32_t i = 0; i < n; i++) {\n"
		  "\t\tuint32_t at = planar ? i %% channels * pixels + i / "
		  "channels : i;\n\n"
		  "\t\t%s_trace(name, i, n, get(arena, bit + at * bits, "
		  "bits));\n"
		  "\t}\n}\n#endif\n", name);
}

static void add_interface(struct nas_text *t, const struct c_plan *p,
			  const char *name, const char *upper)
{
	text_addf(t, "\nvoid %s_put(uint32_t index, int level)\n{\n"
		  "\tput(arena, %" PRId64 " + index * %d, %d, level);\n}\n",
		  name, p->input.bit, p->input.bits, p->input.bits);
	if (!p->arch)
		c_write_get(t, p, name);
	else if (p->output.tensor >= 0)
		text_addf(t, "\nint32_t %s_get(uint32_t index)\n{\n"
			  "\treturn (int32_t)get32(arena + %" PRId64
			  " + 4 * index);\n}\n", name, p->output.bit / 8);
	if (p->nmaps)
		text_addf(t, "\nvoid %s_maps(%s_take *take, void *context)\n{\n"
			  "\temit = take;\n\temit_context = context;\n}\n",
			  name, name);
	text_addf(t, "\n_Static_assert(sizeof(arena) == %" PRId64
		  ", \"the memory that %s was planned for\");\n",
		  p->arena_bytes, upper);
}

static bool has_steps(const struct limits *m)
{
	bool any = false;

	for (int i = C_STEP_ADD; i < C_KINDS; i++)
		any |= m->kind[i];
	return any;
}

/* In the order in which they need each other. */
static void add_kernels(struct nas_text *t, const struct c_plan *p,
			const struct limits *m)
{
#define KERNEL(name) embedded_spaces_export_kernels_##name
	const bool arch = p->arch != NULL;
	const bool grid = m->kind[C_GRID_CONVOLVE] || m->kind[C_GRID_DEPTHWISE];
	const struct {
		bool wanted;
		const char *text;
	} kernels[] = {
		{true, KERNEL(kernel_h)},
		{arch || grid, KERNEL(dots_c)},
		{m->kind[C_DEPTHWISE] || m->kind[C_GRID_DEPTHWISE],
		 KERNEL(planes_c)},
		{arch, KERNEL(conv_c)},
		{m->kind[C_DEPTHWISE], KERNEL(depthwise_c)},
		{p->ngates > 0, KERNEL(gate_c)},
		{m->sums, KERNEL(average_c)},
		{m->kind[C_POOL], KERNEL(pool_c)},
		{m->kind[C_MAX_POOL], KERNEL(max_pool_c)},
		{m->kind[C_SPREAD], KERNEL(spread_c)},
		{grid || m->kind[C_STEP_MULTIPLY], KERNEL(factor_c)},
		{grid, KERNEL(grid_c)},
		{m->kind[C_GRID_CONVOLVE], KERNEL(grid_conv_c)},
		{m->kind[C_GRID_DEPTHWISE], KERNEL(grid_depthwise_c)},
		{has_steps(m), KERNEL(step_h)},
		{m->kind[C_STEP_ADD], KERNEL(step_add_c)},
		{m->kind[C_STEP_MULTIPLY], KERNEL(step_multiply_c)},
		{m->kind[C_STEP_MEAN], KERNEL(step_mean_c)},
		{m->kind[C_STEP_POOL], KERNEL(step_pool_c)},
		{m->kind[C_STEP_SOFTMAX], KERNEL(step_softmax_c)},
		{m->kind[C_STEP_TABLE], KERNEL(step_table_c)},
		{m->kind[C_STEP_MOVE], KERNEL(step_move_c)},
	};
#undef KERNEL

	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++)
		if (kernels[i].wanted)
			add_kernel(t, kernels[i].text);
}

void c_write_source(struct nas_text *t, const struct c_plan *p,
		    const char *name, const char *upper)
{
	struct limits m = limits_of(p);

	text_addf(t, "/* SPDX-License-Identifier: 0BSD */\n"
		  "/* Written by nas; %s.h says what it holds. */\n"
		  "#include \"%s.h\"\n\n", name, name);
	add_limits(t, p, &m, upper);
	text_addf(t, "#ifdef %s_TRACE\n#define NAS_TRACE\n#endif\n", upper);
	add_trace(t, name, p->ngates > 0);
	add_kernels(t, p, &m);
	for (int i = 0; i < p->ncalls; i++)
		if (p->call[i].layer >= 0)
			add_weights(t, p, &p->call[i]);
	for (int i = 0; i < p->ngates; i++)
		add_weights(t, p, &p->gate[i]);
	add_layers(t, p);
	add_gates(t, p);
	if (!p->arch)
		c_write_grids(t, p);
	add_trace_maps(t, name);
	add_interface(t, p, name, upper);
	add_run(t, p, name);
}
