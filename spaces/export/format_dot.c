/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graphviz's language: an architecture by its blocks, another network by its
 * operators. Tensors are height x width x channels. */
#include "spaces/export/export_formats.h"

/* Text between double quotes. */
static void add_escaped(struct nas_text *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_add(out, "\\");
		text_addn(out, (unsigned char)*s < 0x20 ? " " : s, 1);
	}
}

static void add_layer(struct nas_text *out, const struct nas_step *s, int i)
{
	const struct nas_conv *c = &s->conv;

	text_addf(out, "\t\tl%d [label=\"%s %dx%d", i, c->role, c->kernel,
		  c->kernel);
	if (c->stride > 1)
		text_addf(out, " stride %d", c->stride);
	text_addf(out, "\\n%d to %d", c->in, c->out);
	if (c->bits_w)
		text_addf(out, "\\nA%d W%d", c->bits_a, c->bits_w);
	text_add(out, "\"];\n");
}

/* The layers of block b, from step i on; returns the step after them. */
static int add_block(struct nas_text *out, const struct nas_arch *arch,
		     const struct nas_step *steps, int n, int i, int b)
{
	const struct nas_block *block = &arch->block[b];

	text_addf(out,
		  "\tsubgraph cluster_%d {\n\t\tlabel=\"block %d: %s%s\";"
		  "\n",
		  b, b, block_kinds[block->kind].name,
		  block->squeeze ? " with squeeze-and-excitation" : "");
	for (; i < n && steps[i].block == b; i++)
		add_layer(out, &steps[i], i);
	if (block_has_sum(block))
		text_addf(out, "\t\tadd%d [shape=circle, label=\"+\"];\n", b);
	text_add(out, "\t}\n");
	return i;
}

/* The name of what block b ends with, whose last step is i. */
static void add_end(struct nas_text *out, const struct nas_arch *arch, int b,
		    int i)
{
	if (b < 0)
		text_add(out, "image");
	else if (block_has_sum(&arch->block[b]))
		text_addf(out, "add%d", b);
	else
		text_addf(out, "l%d", i);
}

/* From a block's end on: the size of the tensor that is handed over. */
static void add_edge_in(struct nas_text *out, const struct nas_arch *arch,
			const struct nas_step *s, int b, int i)
{
	text_add(out, "\t");
	add_end(out, arch, b - 1, i - 1);
	text_addf(out, " -> l%d [label=\"%dx%dx%d\"];\n", i, s->in_height,
		  s->in_width, s->conv.in);
}

/* first, last: steps of block b. */
static void add_shortcut(struct nas_text *out, const struct nas_arch *arch,
			 int b, int first, int last)
{
	if (!block_has_sum(&arch->block[b]))
		return;
	text_addf(out, "\tl%d -> add%d;\n\t", last, b);
	add_end(out, arch, b - 1, first - 1);
	if (block_has_projection(&arch->block[b]))
		text_addf(out, " -> l%d [style=dashed];\n\tl%d -> add%d "
			       "[style=dashed];\n", first + 1, first + 1, b);
	else
		text_addf(out, " -> add%d [style=dashed%s];\n", b,
			  arch->block[b].stride > 1
				  ? ", label=\"average pool\"" : "");
}

static void add_edges(struct nas_text *out, const struct nas_arch *arch,
		      const struct nas_step *steps, int n)
{
	int first = 0, before = 0;

	for (int i = 0; i < n; i++) {
		int b = steps[i].block;

		if (i == 0 || steps[i - 1].block != b) {
			first = i;
			add_edge_in(out, arch, &steps[i], b, i);
		} else if (!steps[i].conv.of_shortcut) {
			text_addf(out, "\tl%d -> l%d;\n", before, i);
		}
		if (!steps[i].conv.of_shortcut)
			before = i;
		if (i + 1 == n || steps[i + 1].block != b)
			add_shortcut(out, arch, b, first, i);
	}
	if (arch->head.classes == 0)
		return;
	text_add(out, "\t");
	add_end(out, arch, arch->nblocks - 1, n - 1);
	text_addf(out, " -> head [label=\"%dx%dx%d\"];\n",
		  steps[n - 1].out_height, steps[n - 1].out_width,
		  steps[n - 1].conv.out);
}

static void add_head(struct nas_text *out, const struct nas_head *h)
{
	if (h->classes == 0)
		return;
	text_add(out, "\thead [label=\"pool, ");
	if (h->hidden)
		text_addf(out, "linear to %d, ", h->hidden);
	text_addf(out, "classifier\\n%d classes", h->classes);
	if (h->bits_w)
		text_addf(out, "\\nA%d W%d", h->bits_a, h->bits_w);
	text_add(out, "\"];\n");
}

static void add_start(struct nas_text *out, const char *name)
{
	text_add(out, "digraph \"");
	add_escaped(out, name ? name : "network");
	text_add(out, "\" {\n\tnode [shape=box, fontname=\"sans-serif\"];\n"
		      "\tedge [fontname=\"sans-serif\", fontsize=10];\n");
}

static enum nas_status write_arch(struct nas_text *out,
				  const struct nas_arch *arch,
				  struct nas_arena *arena, struct nas_err *err)
{
	int n = cost_steps(arch), i = 0;
	struct nas_step *steps = NAS_NEW(arena, struct nas_step, (size_t)n);
	struct nas_cost cost;

	if (!steps)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	cost_of(&cost, steps, arch, &memory_models[MEMORY_TINYENGINE]);
	add_start(out, arch->name);
	text_add(out, "\timage [shape=plaintext];\n");
	for (int b = 0; b < arch->nblocks; b++)
		i = add_block(out, arch, steps, n, i, b);
	add_head(out, &arch->head);
	add_edges(out, arch, steps, n);
	text_add(out, "}\n");
	return NAS_OK;
}

/* Of a trained network: a box an operator. */
static void add_node(struct nas_text *out, const struct graph *g, int i)
{
	const struct graph_node *n = &g->node[i];
	const struct graph_layer *l = n->layer < 0 ? NULL
						   : &g->layer[n->layer];
	const struct graph_window *w = &n->window;

	text_addf(out, "\tn%d [label=\"%s", i, graph_op_name(n->op));
	if (w->kernel[0])
		text_addf(out, " %dx%d", w->kernel[0], w->kernel[1]);
	if (w->stride[0] > 1 || w->stride[1] > 1)
		text_addf(out, " stride %d", w->stride[0]);
	if (n->op == GRAPH_QUANT)
		text_addf(out, " A%d", n->bits);
	if (l)
		text_addf(out, "\\n%d to %d", l->in, l->out);
	if (l && l->groups > 1)
		text_addf(out, ", %d groups", l->groups);
	if (l && (l->bits_a || l->bits_w))
		text_addf(out, "\\nA%d W%d", l->bits_a ? l->bits_a : 32,
			  l->bits_w ? l->bits_w : 32);
	text_add(out, "\"];\n");
}

/* An input or output, by its name. */
static void add_tensor(struct nas_text *out, const struct graph *g, int t)
{
	text_addf(out, "\tt%d [shape=plaintext, label=\"", t);
	add_escaped(out, g->tensor[t].name);
	text_add(out, "\"];\n");
}

/* From where tensor t is made to a node or output. */
static void add_edge(struct nas_text *out, const struct graph *g, int t,
		     char kind, int to)
{
	const struct graph_tensor *x = &g->tensor[t];
	int from = x->producer;

	text_addf(out, "\t%c%d -> %c%d [label=\"", from < 0 ? 't' : 'n',
		  from < 0 ? t : from, kind, to);
	for (int k = 1; k < x->rank; k++) /* channels last, as above */
		text_addf(out, "%s%d", k > 1 ? "x" : "",
			  x->size[k + 1 < x->rank ? k + 1 : 1]);
	text_add(out, "\"];\n");
}

static void write_graph(struct nas_text *out, const struct graph *g)
{
	add_start(out, g->name);
	for (int k = 0; k < g->ninputs; k++)
		add_tensor(out, g, g->input[k]);
	for (int i = 0; i < g->nnodes; i++)
		add_node(out, g, i);
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->node[i].nin; k++)
			if (!g->tensor[g->node[i].in[k]].data)
				add_edge(out, g, g->node[i].in[k], 'n', i);
	for (int k = 0; k < g->noutputs; k++) {
		add_tensor(out, g, g->output[k]);
		add_edge(out, g, g->output[k], 't', g->output[k]);
	}
	text_add(out, "}\n");
}

enum nas_status export_dot(struct nas_text *out,
			   const struct export_source *source,
			   const struct export_options *options,
			   struct nas_arena *arena, struct nas_err *err)
{
	(void)options;
	if (source->arch)
		return write_arch(out, source->arch, arena, err);
	write_graph(out, source->graph);
	return NAS_OK;
}
