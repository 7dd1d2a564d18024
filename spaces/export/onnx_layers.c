/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layers of a network in the order they run, with room for numbers. */
#include <string.h>

#include "spaces/export/onnx.h"

#define WEIGHTS_MAX  ((size_t)1 << 28) /* 1 GiB of floats */
#define SQUEEZE_BITS 8

static struct onnx_layer *add(struct onnx_net *net, const struct conv *c,
			      int block)
{
	struct onnx_layer *l = &net->layer[net->nlayers++];

	*l = (struct onnx_layer){
		.in = c->in,
		.out = c->out,
		.kernel = c->kernel,
		.stride = c->stride,
		.groups = c->groups,
		.bits_a = c->bits_a,
		.bits_w = c->bits_w,
		.fan = (size_t)(c->in / c->groups) * (size_t)c->kernel *
		       (size_t)c->kernel,
	};
	if (block < 0)
		snprintf(l->name, sizeof(l->name), "%s", c->role);
	else
		snprintf(l->name, sizeof(l->name), "blocks.%d.%s", block,
			 c->role);
	return l;
}

/* The two layers of squeeze-and-excitation. */
static void add_squeeze(struct onnx_net *net, const struct block *b, int i)
{
	int bits = b->bits_w[0] ? SQUEEZE_BITS : 0;
	struct conv c = {"squeeze", b->hidden, b->squeeze, 1, 1, 1, bits, bits};

	add(net, &c, i);
	c.role = "excite";
	c.in = b->squeeze;
	c.out = b->hidden;
	add(net, &c, i);
}

static void add_block(struct onnx_net *net, int i)
{
	const struct block *b = &net->arch.block[i];
	struct conv c[BLOCK_CONVS_MAX];

	block_kinds[b->kind].convs(b, c);
	for (int j = 0; j < block_kinds[b->kind].nconvs; j++) {
		add(net, &c[j], i);
		if (j == 1 && b->squeeze)
			add_squeeze(net, b, i);
	}
}

static void add_head(struct onnx_net *net)
{
	const struct arch *a = &net->arch;
	struct conv c = {"head",
			 a->block[a->nblocks - 1].out,
			 a->head.classes,
			 1,
			 1,
			 1,
			 a->head.bits_a,
			 a->head.bits_w};

	if (a->head.classes > 0)
		add(net, &c, -1);
}

static bool is_too_large(const struct onnx_net *net)
{
	size_t total = 0;

	for (int i = 0; i < net->nlayers; i++)
		total += net->layer[i].fan * (size_t)net->layer[i].out;
	return total > WEIGHTS_MAX;
}

static void make_room(struct onnx_layer *l, struct arena *arena)
{
	size_t out = (size_t)l->out;

	l->weight =
		arena_alloc2(arena, out, l->fan, onnx_weight_size(l->bits_w));
	l->bias = NAS_NEW(arena, float, out);
	if (l->bits_w)
		l->scale = NAS_NEW(arena, float, out);
}

enum nas_status onnx_layout(struct onnx_net *net, const struct arch *arch,
			    struct arena *arena, struct nas_err *err)
{
	size_t most = (size_t)arch->nblocks * (BLOCK_CONVS_MAX + 2) + 1;

	*net = (struct onnx_net){.arch = *arch};
	net->layer = NAS_NEW(arena, struct onnx_layer, most);
	if (!net->layer)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	for (int i = 0; i < arch->nblocks; i++)
		add_block(net, i);
	add_head(net);
	if (is_too_large(net))
		return nas_fail(err, NAS_EINPUT,
				"more than %zu weights do not "
				"fit one ONNX file",
				WEIGHTS_MAX);
	for (int i = 0; i < net->nlayers; i++)
		make_room(&net->layer[i], arena);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the weights");
	return NAS_OK;
}
