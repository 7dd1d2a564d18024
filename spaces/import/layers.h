/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/import/layers.h - a network as a list of layers and blocks in JSON,
 * nas/graph/1: networks of the literature that are no chain of our blocks
 * (ResNet, VGG, detectors), for counting, sensitivities, allocation and export.
 *
 * A file has no weights: they are drawn from N(0, 2 / fan), biases are 0. An
 * item reads the one before it, or the one that "from" names; outputs are the
 * items that say so, or the last one. Where an ONNX file may stand, such a file
 * may (graph_read).
 *
 * To add a kind of block: a file layers_KIND.c with one function, a row of
 * layer_kinds[]. The function adds nodes by the layers_... functions below.
 *
 * Usage:
 *	if (layers_looks_like(bytes, n))
 *		status = graph_from_layers(g, bytes, n, path, arena, err);
 */
#ifndef SPACES_IMPORT_LAYERS_H
#define SPACES_IMPORT_LAYERS_H

#include "nas/form/form.h"
#include "spaces/graph/graph.h"

#define LAYERS_FORM "nas/graph/1"
#define LAYERS_ITEMS_MAX 1000
#define LAYERS_DEPTH_MAX 64
#define LAYERS_NODES_MAX 12 /* of one block, that is of one unit of depth */

struct layers_item { /* a layer or a run of blocks */
	int kind; /* index in layer_kinds[] */
	char *name, *from; /* NULL = none, the item before */
	int out, kernel, stride, depth;
	int hidden;       /* channels inside a block */
	double expansion; /* or hidden by the block's input */
	int dilation;
	int pad; /* -1 = half of the kernel, times the dilation */
	bool relu, ceil, output;
};

struct layers_file {
	int schema;
	char *name, *title;
	int height, width, channels;
	int64_t seed;
	int nitems;
	struct layers_item *item; /* (nitems) */
};

struct layers_build { /* what the kinds add to */
	struct graph *g;
	struct nas_arena *arena;
	const struct layers_item *item; /* being added */
	int index, block; /* of the item; of the block in it */
	int nodes;
	size_t weights;
	const char *why; /* first thing that went wrong; NULL */
};

struct layer_kind {
	const char *name;
	bool needs_out; /* "out" must be given */
	int (*add)(struct layers_build *b, int x); /* tensor to tensor */
};
extern const struct layer_kind layer_kinds[]; /* name NULL ends */

extern const struct form layers_form; /* reads struct layers_file */

/* The item of this name before item i, the last of them; -1 = none. */
int layers_find(const struct layers_file *file, int i, const char *name);

bool layers_looks_like(const void *bytes, size_t n);

/* options may be NULL. NAS_EINPUT with all that is wrong and its places;
 * NAS_ENOMEM. */
enum nas_status graph_from_layers(struct graph *g, const void *bytes, size_t n,
				  const char *source,
				  const struct graph_options *options,
				  struct nas_arena *arena,
				  struct nas_err *err) NAS_MUST_CHECK;

/* ---- for the kinds ---- */

struct layers_conv {
	const char *role; /* last part of its name */
	int out, kernel, stride, dilation, groups; /* 0 = 1 */
	int pad; /* -1 = as the item says */
	bool relu;
};

int layers_add_conv(struct layers_build *b, int x, const struct layers_conv *c);
int layers_add_relu(struct layers_build *b, int x, const char *role);
int layers_add_sum(struct layers_build *b, int x, int y);
int layers_add_pool(struct layers_build *b, int x, enum graph_op op,
		    int kernel, int stride, int pad, bool ceil);
int layers_channels(const struct layers_build *b, int x);
/* The name of what is added now: "layer3.1.conv2". */
const char *layers_name(struct layers_build *b, const char *role);
int layers_new_tensor(struct layers_build *b, const char *name);
struct graph_node *layers_new_node(struct layers_build *b, enum graph_op op,
				   const char *name, int x);
int layers_finish(struct layers_build *b, const struct graph_node *n);
int layers_add_weights(struct layers_build *b, struct graph_node *n,
		       const char *name, int in, int out, int groups,
		       size_t fan);

#define LAYER_KIND(name) int layers_##name(struct layers_build *b, int x)
LAYER_KIND(conv);
LAYER_KIND(max_pool);
LAYER_KIND(average_pool);
LAYER_KIND(global_pool);
LAYER_KIND(dense);
LAYER_KIND(basic);
LAYER_KIND(bottleneck);
LAYER_KIND(vgg);
LAYER_KIND(k1kx);
LAYER_KIND(kxkx);
LAYER_KIND(k1kxk1);
LAYER_KIND(mbconv);
LAYER_KIND(dwsep);

#endif
