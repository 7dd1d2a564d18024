/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The .h file, which says all that a user of the network must know, and the
 * test program. */
#include <inttypes.h>
#include <string.h>

#include "nas/base/embedded.h"
#include "spaces/export/format_c.h"

/* Of two pointers a table, as on 32-bit boards: struct layer. */
#define TABLE_BYTES 48
#define GATE_BYTES  (16 + 2 * TABLE_BYTES)

struct bytes {
	size_t weights, biases, tables;
};

static void add_bytes_of(struct bytes *b, const struct c_plan *p,
			 const struct c_call *c)
{
	if (c->layer < 0)
		return;
	b->weights += c_pack_weights(p, c, NULL);
	b->biases += c_pack_bias(c, NULL);
}

static struct bytes bytes_of(const struct c_plan *p)
{
	struct bytes b = {0, 0, 0};

	for (int i = 0; i < p->ncalls; i++) {
		add_bytes_of(&b, p, &p->call[i]);
		if (c_has_layer(&p->call[i]))
			b.tables += TABLE_BYTES;
		b.tables += c_table_bytes(p, &p->call[i]);
	}
	for (int i = 0; i < p->ngates; i++)
		add_bytes_of(&b, p, &p->gate[i]);
	b.tables += (size_t)p->ngates / 2 * GATE_BYTES;
	return b;
}

static void add_memory(struct nas_text *t, const struct c_plan *p,
		       const struct nas_memory_model *memory)
{
	struct bytes b = bytes_of(p);
	int64_t need = (p->need_bits + 7) / 8;
	char a[80], c[80], d[80], e[80];

	text_addf(t, " * arena    %s bytes of RAM: the memory model '%s' says "
		  "%s,\n *          the plan needs %s%s\n",
		  with_commas(a, sizeof(a), (double)p->arena_bytes),
		  memory->name, with_commas(c, sizeof(c), p->model_bytes),
		  with_commas(d, sizeof(d), (double)need),
		  (double)need <= p->model_bytes ? ""
		  : p->arch ? ": the model counts odd sides,\n *          pooled "
			      "shortcuts and what follows the last map as less"
			    : ": maps of other bits, and gaps");
	text_addf(t, " * Flash    %s bytes of weights, %s of biases, %s of "
		  "tables (where\n *          pointers have 32 bits), and the "
		  "code\n",
		  with_commas(a, sizeof(a), (double)b.weights),
		  with_commas(c, sizeof(c), (double)b.biases),
		  with_commas(e, sizeof(e), (double)b.tables));
}

static int grid_stack(const struct c_call *c)
{
	const struct c_grid *g = c->grid;
	int high = c_reach(g, 0), wide = c_reach(g, 1);
	int most = high > wide ? high : wide;

	return 2 * (high * ((g->columns - 1) * g->stride[1] + wide + 1) +
		    most * (most + 1)) + 4 * most;
}

#define PAIR_MAX 256 /* values that are kept for two pixels where one needs less */

int c_window(const struct c_plan *p)
{
	int most = 1;

	for (int i = 0; i < p->ncalls + p->ngates; i++) {
		const struct c_call *c = i < p->ncalls ? &p->call[i]
						       : &p->gate[i - p->ncalls];
		int fan = c_area(c) * c->in;

		if ((c->kind == C_CONVOLVE || c->kind == C_GRID_CONVOLVE) &&
		    fan > most)
			most = fan;
	}
	if (most >= PAIR_MAX)
		return most;
	return 2 * most < PAIR_MAX ? 2 * most : PAIR_MAX;
}

int c_stack_bytes(const struct c_plan *p)
{
	int most = 0, gate = 0, window = 2 * c_window(p);

	for (int i = 0; i < p->ngates; i += 2)
		gate = p->gate[i].in + p->gate[i].out > gate
			       ? p->gate[i].in + p->gate[i].out
			       : gate;
	for (int i = 0; i < p->ncalls; i++) {
		const struct c_call *c = &p->call[i];
		int n = window;

		if (c->kind == C_DEPTHWISE)
			n = 2 * c->kernel *
				    (c->width + c->kernel / 2 * 2 + 1) +
			    c->kernel * (2 * c->kernel + 6);
		if (c->grid && c->kind != C_GRID_CONVOLVE)
			n = grid_stack(c);
		if ((c->kind <= C_DEPTHWISE || c->grid) && n > most)
			most = n;
	}
	return most + gate;
}

/* Text of a file, which must not end the comment. */
static void add_plain(struct nas_text *t, const char *s)
{
	for (; *s; s++)
		text_addf(t, "%c", *s == '/' || *s == '*' || *s < ' ' ? ' '
								      : *s);
}

/* A model counts the runtime that it was measured with, which is not this C. */
static void add_latency(struct nas_text *t, const struct nas_arch *arch,
			const struct nas_latency *m)
{
	char text[512];

	if (!m)
		return;
	latency_text(text, sizeof(text), m);
	text_addf(t, " * latency  %.4g ms on ", latency_of(m, arch));
	add_plain(t, m->board ? m->board : "a board that is not named");
	text_add(t, " by ");
	add_plain(t, m->runtime ? m->runtime : "a runtime that is not named");
	text_add(t, ",\n *          not by this C; by the model ");
	add_plain(t, text);
	text_add(t, "\n");
}

int c_outputs(const struct c_plan *p)
{
	int n = 0;

	if (p->arch && p->output.tensor >= 0)
		n = p->output.pixels * p->output.channels;
	for (int k = 0; k < p->nouts; k++)
		n += p->out[k].seen.pixels * p->out[k].seen.channels;
	return n;
}

/* Of a trained network: integers of grids; from index first on, where there are
 * several. */
static void add_end(struct nas_text *t, const struct c_plan *p,
		    const struct c_seen *s, const char *what, int first)
{
	const struct graph_tensor *x = &p->graph->tensor[s->tensor];

	text_addf(t, " * %-8s ", what);
	if (x->rank == 4)
		text_addf(t, "%d rows x %d columns x %d channels, in that "
			  "order", x->size[2], x->size[3], x->size[1]);
	else
		text_addf(t, "%d values", s->pixels * s->channels);
	if (first >= 0) {
		text_addf(t, ",\n *          from index %d on, '", first);
		add_plain(t, x->name);
		text_add(t, "'");
	}
	text_addf(t, ":\n *          integers of %d bits, value = (integer - %d) "
		  "* %.9g\n", s->bits, c_zero_of(c_grid_of(p, s->tensor)),
		  c_scale_of(p, s->tensor));
}

static void add_ends(struct nas_text *t, const struct c_plan *p)
{
	int first = 0;

	add_end(t, p, &p->input, "input", -1);
	for (int k = 0; k < p->nouts; k++) {
		const struct c_seen *s = &p->out[k].seen;
		char what[20];

		snprintf(what, sizeof(what), "output %d", k);
		add_end(t, p, s, p->nouts > 1 ? what : "output",
			p->nouts > 1 ? first : -1);
		first += s->pixels * s->channels;
	}
}

static void add_input(struct nas_text *t, const struct c_plan *p)
{
	text_addf(t, " * input    %d rows x %d columns x %d channels, in that "
		  "order, levels of\n *          %d bits: value = level * "
		  "%.9g (signed; clip and round half to even)\n",
		  p->arch->height, p->arch->width, p->arch->channels,
		  p->input.bits, c_input_scale(p, 0));
}

static void add_output(struct nas_text *t, const struct c_plan *p)
{
	if (p->output.tensor >= 0) {
		text_addf(t, " * output   %d logits, 32-bit integers: value = "
			  "integer * %.17g\n", p->output.channels,
			  p->call[p->ncalls - 1].unit);
		return;
	}
	for (int i = 0; i < p->ncalls; i++) {
		const struct c_call *c = &p->call[i];
		int s = c->stride;

		if (c->map >= 0)
			text_addf(t, " * map %-4d %d x %d x %d, 32-bit integers: "
				  "value = integer * %.17g\n", c->map,
				  (c->height + s - 1) / s,
				  (c->width + s - 1) / s, c->out, c->unit);
	}
}

static void add_functions(struct nas_text *t, const struct c_plan *p,
			  const char *name, const char *upper)
{
	text_addf(t, "\n#define %s_ARENA_BYTES %" PRId64 "\n", upper,
		  p->arena_bytes);
	text_addf(t, "#define %s_INPUTS %d\n#define %s_INPUT_BITS %d\n", upper,
		  p->input.pixels * p->input.channels, upper, p->input.bits);
	if (p->output.tensor >= 0)
		text_addf(t, "#define %s_OUTPUTS %d\n", upper, c_outputs(p));
	text_addf(t, "\n/* A level of the input; all of them before each run, "
		  "whose maps lie over them. */\n"
		  "void %s_put(uint32_t index, int level);\n"
		  "void %s_run(void);\n", name, name);
	if (p->output.tensor >= 0)
		text_addf(t, "/* After a run. */\n"
			  "int32_t %s_get(uint32_t index);\n", name);
	if (p->nmaps)
		text_addf(t, "/* Feature maps are handed over value by value "
			  "during a run, in any order; index\n"
			  " * counts (row, column, channel). */\n"
			  "typedef void %s_take(void *context, int map, "
			  "uint32_t index, int32_t value);\n"
			  "void %s_maps(%s_take *take, void *context);\n",
			  name, name, name);
	text_addf(t, "\n/* Yours, with -D%s_TRACE: called with every level that "
		  "a layer reads. */\n"
		  "void %s_trace(const char *tensor, uint32_t index, uint32_t "
		  "count, int32_t level);\n", upper, name);
}

void c_write_header(struct nas_text *t, const struct c_plan *p,
		    const char *name, const char *upper,
		    const struct export_options *options)
{
	char macs[80], stack[80];

	text_addf(t, "/* SPDX-License-Identifier: 0BSD */\n/*\n"
		  " * %s.h - a network in integers, written by nas: no heap, "
		  "no library.\n *\n", name);
	add_memory(t, p, options->memory);
	text_addf(t, " * stack    %s bytes of buffers, and calls: up to 1,280 "
		  "bytes on Cortex-M\n",
		  with_commas(stack, sizeof(stack), c_stack_bytes(p)));
	text_addf(t, " * work     %s multiply-accumulates\n",
		  with_commas(macs, sizeof(macs), p->macs));
	if (p->arch) {
		add_latency(t, p->arch, options->latency);
		add_input(t, p);
		add_output(t, p);
	} else {
		add_ends(t, p);
	}
	if (p->rounded)
		text_addf(t, " * biases   %d were rounded to a whole number of "
			  "their sum's unit\n", p->rounded);
	text_addf(t, " *\n * Usage:\n *\tfor (i = 0; i < %s_INPUTS; i++)\n"
		  " *\t\t%s_put(i, level[i]);\n *\t%s_run();\n", upper, name,
		  name);
	if (p->output.tensor >= 0)
		text_addf(t, " *\tx = %s_get(class);\n", name);
	text_addf(t, " */\n#ifndef %s_H\n#define %s_H\n\n#include <stdint.h>\n",
		  upper, upper);
	add_functions(t, p, name, upper);
	text_add(t, "\n#endif\n");
}

/* The kernels' test program under the network's name. */
void c_write_test(struct nas_text *t, const struct c_plan *p, const char *name,
		  const char *upper)
{
	const char *s = embedded_spaces_export_kernels_test_c;

	text_addf(t, "/* SPDX-License-Identifier: 0BSD */\n"
		  "#include \"%s.h\"\n\n"
		  "#define INPUTS %s_INPUTS\n#define INPUT_BITS "
		  "%s_INPUT_BITS\n#define NET_put %s_put\n#define NET_run "
		  "%s_run\n#define NET_trace %s_trace\n",
		  name, upper, upper, name, name, name);
	if (p->output.tensor >= 0)
		text_addf(t, "#define OUTPUTS %s_OUTPUTS\n#define NET_get "
			  "%s_get\n", upper, name);
	else
		text_add(t, "#define OUTPUTS 0\n#define NET_get(i) 0\n");
	if (p->nmaps)
		text_addf(t, "#define MAPS(take) %s_maps(take, 0)\n", name);
	else
		text_add(t, "#define MAPS(take) ((void)(take))\n");
	s = strstr(s, "/* ---- ");
	text_addf(t, "\n%s", s ? s : "");
}
