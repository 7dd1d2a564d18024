/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: a row a convolution of an architecture, as it is counted; of a network
 * without one, a row a layer. */
#include <math.h>

#include "nas/base/csv.h"
#include "nas/form/json.h"
#include "spaces/export/export_formats.h"
#include "spaces/graph/graph_latency.h"
#include "spaces/graph/graph_live.h"

/* A column: text, or a number. */
struct column {
	const char *name;
	const char *(*text)(const struct nas_step *s);
	double (*number)(const struct nas_step *s);
};

#define NUMBER(name, expr)                                                     \
	static double get_##name(const struct nas_step *s)                     \
	{                                                                      \
		return (double)(expr);                                         \
	}

static const char *get_kind(const struct nas_step *s)
{
	return s->kind;
}

static const char *get_role(const struct nas_step *s)
{
	return s->conv.role;
}

NUMBER(block, s->block + 1)
NUMBER(in_channels, s->conv.in)
NUMBER(out_channels, s->conv.out)
NUMBER(kernel, s->conv.kernel)
NUMBER(stride, s->conv.stride)
NUMBER(groups, s->conv.groups)
NUMBER(in_height, s->in_height)
NUMBER(in_width, s->in_width)
NUMBER(out_height, s->out_height)
NUMBER(out_width, s->out_width)
NUMBER(bits_a, s->conv.bits_a)
NUMBER(bits_w, s->conv.bits_w)
NUMBER(bits_out, s->bits_out)
NUMBER(macs, s->macs)
NUMBER(bitops, s->bitops)
NUMBER(flops, s->flops)
NUMBER(params, s->params)
NUMBER(weight_bytes, s->weight_bytes)
NUMBER(in_bytes, s->in_bytes)
NUMBER(out_bytes, s->out_bytes)
NUMBER(residual_bytes, s->residual_bytes)
NUMBER(memory_bytes, s->memory_bytes)

#undef NUMBER
#define NUMBER(name) { #name, NULL, get_##name }

static const struct column columns[] = {
	NUMBER(block),
	{ "kind", get_kind, NULL },
	{ "role", get_role, NULL },
	NUMBER(in_channels),
	NUMBER(out_channels),
	NUMBER(kernel),
	NUMBER(stride),
	NUMBER(groups),
	NUMBER(in_height),
	NUMBER(in_width),
	NUMBER(out_height),
	NUMBER(out_width),
	NUMBER(bits_a),
	NUMBER(bits_w),
	NUMBER(bits_out),
	NUMBER(macs),
	NUMBER(bitops),
	NUMBER(flops),
	NUMBER(params),
	NUMBER(weight_bytes),
	NUMBER(in_bytes),
	NUMBER(out_bytes),
	NUMBER(residual_bytes),
	NUMBER(memory_bytes),
};

/* The row's end, by the model where one is given, and how far that is off. */
static void add_ms(struct nas_text *t, const struct nas_latency *latency,
		   double ms)
{
	char number[32], error[32] = "";

	json_format_number(number, ms);
	if (isfinite(latency_error_percent(latency)))
		json_format_number(error, latency_error_percent(latency));
	text_addf(t, latency ? ",%s,%s\n" : "\n", number, error);
}

static void add_last_heads(struct nas_text *t,
			   const struct nas_latency *latency)
{
	text_add(t, latency ? ",binds,latency_ms,latency_error_percent\n"
			    : ",binds\n");
}

#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

static void add_step(struct nas_text *t, const struct nas_step *s, int layer,
		     bool binds, const struct nas_latency *latency)
{
	char number[32];

	text_addf(t, "%d", layer);
	for (size_t c = 0; c < NCOLUMNS; c++) {
		if (columns[c].text) {
			text_addf(t, ",%s", columns[c].text(s));
			continue;
		}
		json_format_number(number, columns[c].number(s));
		text_addf(t, ",%s", number);
	}
	text_addf(t, ",%d", binds);
	add_ms(t, latency, latency_of_step(latency, s));
}

static enum nas_status write_steps(struct nas_text *out,
				   const struct nas_arch *arch,
				   const struct export_options *o,
				   struct nas_arena *arena, struct nas_err *err)
{
	int n = cost_steps(arch);
	struct nas_step *steps = NAS_NEW(arena, struct nas_step, (size_t)n);
	struct nas_cost cost;

	if (!steps)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	cost_of(&cost, steps, arch, o->memory);
	text_add(out, "layer");
	for (size_t c = 0; c < NCOLUMNS; c++)
		text_addf(out, ",%s", columns[c].name);
	add_last_heads(out, o->latency);
	for (int i = 0; i < n; i++)
		add_step(out, &steps[i], i + 1, i == cost.peak_step,
			 o->latency);
	return NAS_OK;
}

/*
 * Of a trained network: a row a layer. Bits 0 = float, 4 bytes a weight. Bytes
 * of activations go by what is alive in the network (graph/graph_live.h):
 *	in_bytes, out_bytes   of the layer's own input and output
 *	residual_bytes        of all else that is alive meanwhile
 *	memory_bytes          their sum
 *	between_bytes         the most at an operator that is no layer, behind it
 *	                      and before the next one (before the first one too)
 *	binds                 1 in the first row that has the network's peak
 * By TinyEngine's model depthwise convolutions work in place.
 */
struct row {
	const struct graph_layer *l;
	const struct graph_node *n;
	const struct graph_tensor *in, *out;
	double in_bytes, out_bytes, memory_bytes, between_bytes;
};

static int side(const struct graph_tensor *t, int axis)
{
	return t->rank == 4 ? t->size[axis] : 1;
}

/* Of a linear map a window is 1x1, whatever the node says. */
static int window(const struct row *r, const int *x, int axis)
{
	return r->n->op == GRAPH_CONV ? x[axis] : 1;
}

static double weights(const struct row *r)
{
	return (double)r->l->out * (double)r->l->fan;
}

#define COLUMN(name, expr)                                                     \
	static double layer_##name(const struct row *r)                          \
	{                                                                      \
		return (double)(expr);                                         \
	}

COLUMN(in_channels, r->l->in)
COLUMN(out_channels, r->l->out)
COLUMN(kernel_height, window(r, r->n->window.kernel, 0))
COLUMN(kernel_width, window(r, r->n->window.kernel, 1))
COLUMN(stride_height, window(r, r->n->window.stride, 0))
COLUMN(stride_width, window(r, r->n->window.stride, 1))
COLUMN(groups, r->n->op == GRAPH_CONV ? r->l->groups : 1)
COLUMN(in_height, side(r->in, 2))
COLUMN(in_width, side(r->in, 3))
COLUMN(out_height, side(r->out, 2))
COLUMN(out_width, side(r->out, 3))
COLUMN(bits_a, r->l->bits_a)
COLUMN(bits_w, r->l->bits_w)
COLUMN(macs, r->l->macs)
COLUMN(weights, weights(r))
COLUMN(weight_bytes, weights(r) * (r->l->bits_w ? r->l->bits_w : 32) / 8)
COLUMN(in_bytes, r->in_bytes)
COLUMN(out_bytes, r->out_bytes)
COLUMN(residual_bytes, r->memory_bytes - r->in_bytes - r->out_bytes)
COLUMN(memory_bytes, r->memory_bytes)
COLUMN(between_bytes, r->between_bytes)

#undef COLUMN
#define COLUMN(name) {#name, layer_##name}

static const struct {
	const char *name;
	double (*get)(const struct row *r);
} layer_columns[] = {
	COLUMN(in_channels),   COLUMN(out_channels), COLUMN(kernel_height),
	COLUMN(kernel_width),  COLUMN(stride_height), COLUMN(stride_width),
	COLUMN(groups),	       COLUMN(in_height),    COLUMN(in_width),
	COLUMN(out_height),    COLUMN(out_width),    COLUMN(bits_a),
	COLUMN(bits_w),	       COLUMN(macs),	     COLUMN(weights),
	COLUMN(weight_bytes),  COLUMN(in_bytes),     COLUMN(out_bytes),
	COLUMN(residual_bytes), COLUMN(memory_bytes), COLUMN(between_bytes),
};

#define NLAYER_COLUMNS (sizeof(layer_columns) / sizeof(layer_columns[0]))

static const char *kind(const struct row *r)
{
	if (r->n->op != GRAPH_CONV)
		return "linear";
	return r->l->depthwise ? "depthwise" : "conv";
}

static void add_row(struct nas_text *t, const struct row *r, int layer,
		    bool binds)
{
	char number[32];

	text_addf(t, "%d,", layer);
	csv_add(t, r->l->name);
	text_addf(t, ",%s", kind(r));
	for (size_t c = 0; c < NLAYER_COLUMNS; c++) {
		json_format_number(number, layer_columns[c].get(r));
		text_addf(t, ",%s", number);
	}
	text_addf(t, ",%d", binds);
}

static void fill_bytes(struct row *r, const struct graph_live *live)
{
	r->in_bytes = graph_live_bytes(live, r->n->in[0]);
	r->out_bytes = graph_live_bytes(live, r->n->out);
	if (live->depthwise_in_place && r->l->depthwise)
		r->out_bytes = fmin(r->out_bytes, r->out_bytes / r->l->out);
	r->memory_bytes = live->step[r->l->node];
}

/* The most at operators that are no layers, from node up to the next layer. */
static double bytes_from(const struct graph_live *live, int node)
{
	const struct graph *g = live->g;
	double most = 0;

	for (; node < g->nnodes && g->node[node].layer < 0; node++)
		if (g->node[node].op != GRAPH_OPS &&
		    !graph_live_runs_with_input(live, node))
			most = fmax(most, live->step[node]);
	return most;
}

static void make_row(struct row *r, const struct graph_live *live, int i)
{
	const struct graph *g = live->g;

	*r = (struct row){ .l = &g->layer[i] };
	r->n = &g->node[r->l->node];
	r->in = &g->tensor[r->l->input];
	r->out = &g->tensor[r->l->sum];
	fill_bytes(r, live);
	r->between_bytes = bytes_from(live, r->l->node + 1);
	if (i == 0)
		r->between_bytes = fmax(r->between_bytes, bytes_from(live, 0));
}

static enum nas_status write_layers(struct nas_text *out, const struct graph *g,
				    const struct export_options *o,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	int *bits = NAS_NEW(arena, int, (size_t)g->nlayers), node;
	struct graph_live live;
	bool bound = false;
	double peak;

	if (!bits)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	if (graph_live_init(&live, g,
			    o->memory == &memory_models[MEMORY_TINYENGINE],
			    arena, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < g->nlayers; i++)
		bits[i] = g->layer[i].bits_a;
	peak = graph_live_peak(&live, bits,
			       graph_live_other_bits(bits, g->nlayers), &node);
	text_add(out, "layer,name,kind");
	for (size_t c = 0; c < NLAYER_COLUMNS; c++)
		text_addf(out, ",%s", layer_columns[c].name);
	add_last_heads(out, o->latency);
	for (int i = 0; i < g->nlayers; i++) {
		struct row r;
		bool binds;

		make_row(&r, &live, i);
		binds = fmax(r.memory_bytes, r.between_bytes) >= peak;
		add_row(out, &r, i + 1, binds && !bound);
		add_ms(out, o->latency, o->latency
			       ? graph_latency_layer(o->latency, g, i,
						     r.l->bits_a, r.l->bits_w)
			       : 0);
		bound = bound || binds;
	}
	return NAS_OK;
}

enum nas_status export_csv(struct nas_text *out,
			   const struct export_source *source,
			   const struct export_options *options,
			   struct nas_arena *arena, struct nas_err *err)
{
	if (source->arch)
		return write_steps(out, source->arch, options, arena, err);
	return write_layers(out, source->graph, options, arena, err);
}
