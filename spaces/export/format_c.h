/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/format_c.h - a network as integer arithmetic in one arena.
 *
 * For spaces/export/format_c*.c, and for who checks what they wrote. A plan is
 * a list of calls of the kernels (spaces/export/kernels): where each map lies, in
 * bits from the start of the arena, how sums become levels, and what proves
 * that no sum overflows.
 *
 * Places. The arena has two ends. A block's input lies at one, what its first
 * convolution makes at the other; a depthwise convolution works in place
 * there, with one channel of scratch between; the last convolution writes back
 * to the first end, over the shortcut that it adds, in the direction in which
 * nothing unread is overwritten. A convolution alone moves to the other end.
 *
 * Numbers. value = level x scale; scales are floats, so quotients of their
 * products are fractions of integers: level = t / divisor rounded half to even,
 * t = acc x scale + residual x residual_scale, exactly.
 *
 * Usage:
 *	struct c_plan plan;
 *	status = c_plan_of(&plan, &source, memory, &arena, err);
 *	plan.arena_bytes, plan.call[i].kind, ...
 */
#ifndef SPACES_EXPORT_FORMAT_C_H
#define SPACES_EXPORT_FORMAT_C_H

#include "spaces/export/export_formats.h"

/* Those from C_GRID_CONVOLVE on are of trained networks. */
enum c_kind {
	C_CONVOLVE,
	C_DEPTHWISE,
	C_POOL,
	C_MAX_POOL,
	C_AVERAGE,
	C_SPREAD,
	C_GRID_CONVOLVE, /* with struct c_grid */
	C_GRID_DEPTHWISE,
	C_STEP_ADD, /* with struct c_step */
	C_STEP_MULTIPLY,
	C_STEP_MEAN,
	C_STEP_POOL,
	C_STEP_SOFTMAX,
	C_STEP_TABLE,
	C_STEP_MOVE,
	C_KINDS
};

enum c_flag { /* as kernel.h has them */
	C_RELU = 1,
	C_DOWN = 2,
	C_PLANAR_X = 4,
	C_PLANAR_Y = 8,
	C_WIDE = 16,
	C_SUMS = 32,
	C_MAP = 64,
	C_RAW = 128,
};

struct c_seen { /* a tensor of the graph that lies in the arena after a call */
	int tensor; /* -1 = none */
	int64_t bit;
	int bits, pixels, channels;
	bool planar;
};

/* From what is stored of a level to another one, below and above 0; bits: of
 * those that it takes. */
struct c_table {
	int8_t *level; /* (2^bits) from -2^(bits - 1) on; NULL = none */
	int bits;
};

struct c_part { /* of a map whose channels lie in several places */
	int64_t bit;
	int channels, bits;
	struct c_table read; /* to the levels of the map */
};

struct c_parts {
	int n;
	struct c_part *part; /* (n); NULL = the map lies in one place */
};

struct c_out { /* an output of a trained network */
	struct c_seen seen;
	struct c_parts parts;
};

struct c_grid { /* of a layer between grids: spaces/export/kernels/grid.c */
	int rows, columns, groups;
	int kernel[2], stride[2], dilation[2], pad[2];
	int zero_x, zero_y, low, high;
	struct c_table table, read;
	int8_t *bounds;	  /* (out, 2); NULL = low, high */
	uint32_t *factor; /* (out) */
	bool in_place;
	int slot;
};

struct c_step { /* spaces/export/kernels/step.h */
	int pixels, channels, shift;
	int zero_x, zero_r, zero_y, low, high;
	int32_t a, b;
	struct c_table table, read_x, read_r;
	struct graph_window window; /* of a pooling */
	int height, width, rows, columns, padded[2];
	bool mean;
	uint32_t *exp; /* (INTEGER_LEVELS) of a softmax */
	int size[4], from, step_x[4], to, step_y[4], zeros; /* of a move */
};

struct c_call {
	enum c_kind kind;
	int layer;	/* of the graph; -1 = none */
	int64_t x, y, r; /* first bits: input, output, residual or scratch */
	int64_t scale, residual_scale, divisor; /* scale 0: as scales say */
	int64_t *scales; /* (out), below 2^16; NULL = one */
	int height, width, in, out, kernel, stride;
	int bits_x, bits_w, bits_y, bits_r;
	int bits_b; /* of a bias: 1 to 16, 32, or 64 */
	unsigned flags;
	int slot;    /* bits of a depthwise output's place */
	int map;     /* number of the feature map that it gives; -1 = none */
	double unit; /* value of t = 1 of a map or of RAW */
	int gate;    /* first of two calls in plan.gate; -1 = none */
	int64_t gate_scale, gate_divisor;
	int64_t *bias; /* (out) in units of acc */
	double most_acc, most_t; /* no sum is larger */
	struct c_seen seen;
	const int *from; /* (in) of a dense layer: the input whose weight stands
			  * there; NULL = that of its place */
	struct c_parts parts_x, parts_r; /* of what is read */
	struct c_grid *grid; /* of C_GRID_*; else NULL */
	struct c_step *step; /* of C_STEP_*; else NULL */
};

struct c_plan {
	const struct nas_arch *arch; /* NULL: a trained network on grids */
	const struct graph *graph;
	struct nas_arena *arena;
	struct nas_err *err;
	int ncalls, ngates;
	struct c_call *call; /* (ncalls) in the order they run */
	struct c_call *gate; /* (ngates) squeeze, excite, squeeze, ... */
	struct c_seen input, output; /* of several outputs, the first */
	int nouts;
	struct c_out *out; /* (nouts) of a trained network */
	double macs;
	int nmaps;
	int64_t arena_bytes; /* what is reserved: at least */
	int64_t need_bits;   /* what the calls need, and */
	double model_bytes;  /* what the memory model says */
	int rounded;	     /* biases that are no whole number of acc */

	/* of the place that the plan has come to */
	bool top; /* end at which x lies */
	int height, width, layer;
};

/* NAS_EINPUT: names what cannot be done in integers; NAS_ENOMEM. Of what the
 * source holds: */
enum nas_status c_plan_of(struct c_plan *p, const struct export_source *source,
			  const struct nas_memory_model *memory,
			  struct nas_arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;
/* an architecture with its numbers */
enum nas_status c_plan_make(struct c_plan *p, const struct export_source *source,
			    const struct nas_memory_model *memory,
			    struct nas_arena *arena,
			    struct nas_err *err) NAS_MUST_CHECK;

/* or a graph whose maps are all on grids (graph.integer). */
enum nas_status c_graph_plan(struct c_plan *p,
			     const struct export_source *source,
			     const struct nas_memory_model *memory,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* A level as it is stored: level - low, the middle of its bits taken away. */
int c_zero_of(const struct graph_node *grid);
/* The grid of a tensor that the arena holds. */
const struct graph_node *c_grid_of(const struct c_plan *p, int tensor);
double c_scale_of(const struct c_plan *p, int tensor);

/* Of one call, once its layer, bits and flags are known: bias, scale, divisor
 * and proof. out: scale of what it makes, 0 = its own unit, kept in c->unit;
 * residual: scale of what is added, 0 = none; parts: fractions of it that are
 * stored. */
enum nas_status c_numbers(struct c_plan *p, struct c_call *c, double out,
			  double residual, int parts) NAS_MUST_CHECK;
struct c_mean { /* of count sums */
	double unit, out; /* scales of the sums, and of their mean */
	int64_t count;
	double most; /* of a sum */
};
/* scale / divisor = unit / out / count. name: of the layer, for messages. */
enum nas_status c_quotient(struct c_plan *p, const char *name,
			   const struct c_mean *mean, int64_t *scale,
			   int64_t *divisor) NAS_MUST_CHECK;
/* Of squeeze-and-excitation around a depthwise call. */
enum nas_status c_gate_numbers(struct c_plan *p, struct c_call *c,
			       int64_t pixels, double out) NAS_MUST_CHECK;

/* Scale of a layer's input. */
double c_input_scale(const struct c_plan *p, int layer);

/* Weights as a stream, in the order of the kernels: (out, rows, columns, in).
 * Returns their bytes; out may be NULL. */
size_t c_pack_weights(const struct c_plan *p, const struct c_call *c,
		      uint8_t *out);

/* As many bits as the largest needs. */
void c_fit_bias(struct c_call *c, double bias);

size_t c_pack_bias(const struct c_call *c, uint8_t *out);

/* What an excitation becomes: the grid behind it. */
int c_gate_tensor(const struct c_plan *p, const struct c_call *excite);

/* Letters, digits and '_', not a digit first; C_NAME_MAX bytes. */
#define C_NAME_MAX 64
void c_identifier(char *out, const char *name, bool upper);
/* Values of a convolution's window: of the largest, of two smaller ones. */
int c_window(const struct c_plan *p);
/* Bytes of the largest buffers that are on the stack at once. */
int c_stack_bytes(const struct c_plan *p);

/* Weights of one channel under a call's kernel. */
static inline int c_area(const struct c_call *c)
{
	return c->grid ? c->grid->kernel[0] * c->grid->kernel[1]
		       : c->kernel * c->kernel;
}

/* Rows (axis 0) or columns between a kernel's first and last, both counted. */
static inline int c_reach(const struct c_grid *g, int axis)
{
	return (g->kernel[axis] - 1) * g->dilation[axis] + 1;
}

/* The call has a struct layer. */
bool c_has_layer(const struct c_call *c);

/* A new call, the last one: one value of the input makes one of the output. */
struct c_call *c_add_call(struct c_plan *p, enum c_kind kind, int layer);

/* Bytes of what a call has in Flash beside weights, biases and its layer. */
size_t c_table_bytes(const struct c_plan *p, const struct c_call *c);
/* Some map's channels lie in several places. */
bool c_has_parts(const struct c_plan *p);
/* Values of all outputs. */
int c_outputs(const struct c_plan *p);
/* Of a trained network: tables behind the weights; a call; NAME_get. */
void c_write_grids(struct nas_text *t, const struct c_plan *p);
void c_write_step(struct nas_text *t, const struct c_plan *p, int call,
		  int table);
void c_write_get(struct nas_text *t, const struct c_plan *p, const char *name);

/* upper: the name in capitals. */
void c_write_source(struct nas_text *t, const struct c_plan *p,
		    const char *name, const char *upper);
void c_write_header(struct nas_text *t, const struct c_plan *p,
		    const char *name, const char *upper,
		    const struct export_options *options);
void c_write_test(struct nas_text *t, const struct c_plan *p, const char *name,
		  const char *upper);

#endif
