/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps, weights, biases and lists as tensors of a TFLite file. */
#include <math.h>
#include <string.h>

#include "spaces/export/tflite_writer.h"
#include "spaces/import/tflite_file.h"

struct tflite_made *tflite_add(struct tflite_writer *w, int type, int rank,
			       const int *size)
{
	struct tflite_made *t;

	if (w->arena->failed || w->ntensors == w->room_tensors)
		return NULL;
	t = &w->tensor[w->ntensors++];
	*t = (struct tflite_made){.name = "", .type = type, .rank = rank};
	memcpy(t->size, size, (size_t)rank * sizeof(*size));
	return t;
}

static int number_of(const struct tflite_writer *w, const struct tflite_made *t)
{
	return t ? (int)(t - w->tensor) : 0;
}

const int tflite_to_nhwc[4] = {0, 2, 3, 1}, tflite_to_nchw[4] = {0, 3, 1, 2};

int tflite_map(struct tflite_writer *w, int t)
{
	const struct graph_tensor *x = &w->g->tensor[t];
	const struct graph_node *grid = graph_grid_of(w->g, t);
	struct tflite_made *made;
	int size[GRAPH_RANK_MAX];

	if (w->of[t] >= 0)
		return w->of[t];
	size[0] = 1;
	for (int k = 1; k < x->rank; k++)
		size[k] = x->size[x->rank == 4 ? tflite_to_nhwc[k] : k];
	made = tflite_add(w, TFLITE_INT8, x->rank, size);
	if (!made || !grid)
		return 0;
	made->name = x->name;
	made->scales = 1;
	made->scale = w->g->tensor[grid->in[1]].data;
	made->zero = (int64_t)(-128 - grid->low);
	return w->of[t] = number_of(w, made);
}

int tflite_ints(struct tflite_writer *w, const int32_t *x, int n)
{
	struct tflite_made *t = tflite_add(w, TFLITE_INT32, 1, &n);
	uint8_t *data = arena_alloc(w->arena, (size_t)n, 4);

	if (!t || !data)
		return 0;
	for (int i = 0; i < 4 * n; i++)
		data[i] = (uint8_t)((uint32_t)x[i / 4] >> (8 * (i % 4)));
	t->data = data;
	t->bytes = 4 * (size_t)n;
	return number_of(w, t);
}

/* A channel of weight 0 alone may have any scale. */
static const float *scales_of(struct tflite_writer *w,
			      const struct graph_layer *l, float times, int *n)
{
	float *scale = NAS_NEW(w->arena, float, (size_t)l->out);

	*n = 1;
	for (int o = 0; scale && o < l->out; o++) {
		scale[o] = times * (l->scale[o] > 0 ? l->scale[o] : 1);
		if (scale[o] < scale[0] || scale[o] > scale[0])
			*n = l->out;
	}
	return scale;
}

/* (out, in, rows, columns) to (out, rows, columns, in), or (1, rows, columns,
 * out) of a depthwise convolution. */
int tflite_weights(struct tflite_writer *w, const struct graph_layer *l,
		   int rank, const int *size, bool depthwise)
{
	bool half = l->bits_w == 4;
	struct tflite_made *t = tflite_add(w, half ? TFLITE_INT4 : TFLITE_INT8,
					   rank, size);
	size_t n = (size_t)l->out * l->fan, out = (size_t)l->out;
	size_t in = (size_t)(l->in / l->groups), area = l->fan / in, to;
	uint8_t *data = arena_alloc(w->arena, half ? (n + 1) / 2 : n, 1);

	if (!t || !data)
		return 0;
	memset(data, 0, half ? (n + 1) / 2 : n);
	for (size_t i = 0; i < n; i++) {
		size_t o = i / l->fan, c = i % l->fan / area, k = i % area;
		uint8_t level = (uint8_t)((const int8_t *)l->level)[i];

		to = depthwise ? k * out + o : (o * area + k) * in + c;
		if (half)
			data[to / 2] |= (uint8_t)((level & 15) << (to % 2 * 4));
		else
			data[to] = level;
	}
	t->name = l->name;
	t->data = data;
	t->bytes = half ? (n + 1) / 2 : n;
	t->scale = scales_of(w, l, 1, &t->scales);
	t->axis = depthwise ? 3 : 0;
	return number_of(w, t);
}

int tflite_bias(struct tflite_writer *w, const struct graph_layer *l,
		float input_scale)
{
	int32_t *x = NAS_NEW(w->arena, int32_t, (size_t)l->out);
	int n, number;
	const float *scale = scales_of(w, l, input_scale, &n);

	if (!x || !scale)
		return 0;
	for (int o = 0; o < l->out; o++) {
		double b = rint((double)l->bias[o] / (double)scale[o]);

		x[o] = (int32_t)fmin(fmax(b, INT32_MIN), INT32_MAX);
	}
	number = tflite_ints(w, x, l->out);
	w->tensor[number].scale = scale;
	w->tensor[number].scales = n;
	return number;
}

int tflite_like(struct tflite_writer *w, int t, int rank, const int *size)
{
	struct tflite_made *made =
		tflite_add(w, w->tensor[t].type, rank, size);

	if (!made)
		return 0;
	made->name = w->tensor[t].name;
	made->scale = w->tensor[t].scale;
	made->scales = w->tensor[t].scales;
	made->zero = w->tensor[t].zero;
	return number_of(w, made);
}

/* What the schema says of a code: the type of its options, and its version with
 * int8 maps (and int8 weights). */
static const struct {
	int code, kind, version;
} codes[] = {
	{ADD, 11, 2},		 {AVERAGE_POOL, 5, 2}, {CONCATENATION, 10, 2},
	{CONV, 1, 3},		 {DEPTHWISE, 2, 3},    {FULLY_CONNECTED, 8, 4},
	{HARD_SWISH, 0, 1},	 {LEAKY, 75, 2},       {LOGISTIC, 0, 2},
	{MAX_POOL, 5, 2},	 {MEAN, 27, 2},	       {MUL, 21, 2},
	{PAD, 22, 1},		 {QUANTIZE, 0, 2},     {RELU, 0, 2},
	{RELU_1, 0, 2},		 {RELU_6, 0, 2},       {RESHAPE, 0, 1},
	{SOFTMAX, 9, 2},	 {SUB, 28, 2},	       {TANH, 0, 2},
	{TRANSPOSE, 26, 1},
};

struct tflite_call *tflite_call(struct tflite_writer *w, int code,
				const int in[3], int out)
{
	struct tflite_call *c;
	size_t i = 0;

	if (w->arena->failed || w->ncalls == w->room_calls)
		return NULL;
	while (codes[i].code != code)
		i++;
	c = &w->call[w->ncalls++];
	*c = (struct tflite_call){.code = code, .version = codes[i].version,
				  .kind = codes[i].kind, .out = out};
	c->in = NAS_NEW(w->arena, int, 3);
	for (; c->in && c->nin < 3 && in[c->nin] >= 0; c->nin++)
		c->in[c->nin] = in[c->nin];
	return c;
}

void tflite_option(struct tflite_call *c, int slot, int bytes, uint32_t value)
{
	if (!c || c->noptions == TFLITE_OPTIONS_MAX)
		return;
	c->option[c->noptions++] =
		(struct flat_field){.slot = slot, .bytes = bytes, .value = value};
}
