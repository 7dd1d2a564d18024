/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/csv.h"
#include "nas/form/json.h"
#include "spaces/export/graph_csv.h"

struct row {
	const struct graph_layer *l;
	const struct graph_node *n;
	const struct graph_tensor *in, *out;
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
	static double get_##name(const struct row *r)                          \
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

#undef COLUMN
#define COLUMN(name) {#name, get_##name}

static const struct {
	const char *name;
	double (*get)(const struct row *r);
} columns[] = {
	COLUMN(in_channels),   COLUMN(out_channels), COLUMN(kernel_height),
	COLUMN(kernel_width),  COLUMN(stride_height), COLUMN(stride_width),
	COLUMN(groups),	       COLUMN(in_height),    COLUMN(in_width),
	COLUMN(out_height),    COLUMN(out_width),    COLUMN(bits_a),
	COLUMN(bits_w),	       COLUMN(macs),	     COLUMN(weights),
	COLUMN(weight_bytes),
};

#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

static const char *kind(const struct row *r)
{
	if (r->n->op != GRAPH_CONV)
		return "linear";
	return r->l->depthwise ? "depthwise" : "conv";
}

static void add_row(struct text *t, const struct row *r, int layer)
{
	char number[32];

	text_addf(t, "%d,", layer);
	csv_add(t, r->l->name);
	text_addf(t, ",%s", kind(r));
	for (size_t c = 0; c < NCOLUMNS; c++) {
		json_format_number(number, columns[c].get(r));
		text_addf(t, ",%s", number);
	}
	text_add(t, "\n");
}

void graph_csv(struct text *out, const struct graph *g)
{
	text_add(out, "layer,name,kind");
	for (size_t c = 0; c < NCOLUMNS; c++)
		text_addf(out, ",%s", columns[c].name);
	text_add(out, "\n");
	for (int i = 0; i < g->nlayers; i++) {
		const struct graph_layer *l = &g->layer[i];
		struct row r = {.l = l, .n = &g->node[l->node]};

		r.in = &g->tensor[l->input];
		r.out = &g->tensor[l->sum];
		add_row(out, &r, i + 1);
	}
}
