/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of layers as a graph. */
#include <math.h>

#include "spaces/graph/draw.h"
#include "spaces/graph/graph_shape.h"
#include "spaces/import/layers.h"

bool layers_looks_like(const void *bytes, size_t n)
{
	const char *s = bytes;

	while (n > 0 && (*s == ' ' || *s == '\n' || *s == '\t' || *s == '\r'))
		s++, n--;
	return n > 0 && *s == '{';
}

static bool allocate(struct layers_build *b, const struct layers_file *file)
{
	struct graph *g = b->g;
	size_t nodes = 0;

	for (int i = 0; i < file->nitems; i++)
		nodes += (size_t)file->item[i].depth * LAYERS_NODES_MAX;
	g->name = file->name;
	g->node = NAS_NEW(b->arena, struct graph_node, nodes);
	g->tensor = NAS_NEW(b->arena, struct graph_tensor, nodes + 1);
	g->layer = NAS_NEW(b->arena, struct graph_layer, nodes);
	g->input = NAS_NEW(b->arena, int, 1);
	g->output = NAS_NEW(b->arena, int, (size_t)file->nitems);
	return !b->arena->failed;
}

static int add_image(struct layers_build *b, const struct layers_file *file)
{
	int x = layers_new_tensor(b, "image");
	struct graph_tensor *t = &b->g->tensor[x];

	t->rank = 4;
	t->size[0] = 1;
	t->size[1] = file->channels;
	t->size[2] = file->height;
	t->size[3] = file->width;
	if (!graph_count(t))
		b->why = "the image is too large";
	b->g->input[b->g->ninputs++] = x;
	return x;
}

static int source_of(const struct layers_file *file, int i, const int *tensor,
		     int before)
{
	const char *from = file->item[i].from;

	return from ? tensor[layers_find(file, i, from)] : before;
}

static void add_items(struct layers_build *b, const struct layers_file *file,
		      int *tensor)
{
	struct graph *g = b->g;
	int x = add_image(b, file);

	for (int i = 0; i < file->nitems && !b->why && !b->arena->failed; i++) {
		b->item = &file->item[i];
		b->index = i;
		x = source_of(file, i, tensor, x);
		for (b->block = 0; b->block < b->item->depth && !b->why;
		     b->block++)
			x = layer_kinds[b->item->kind].add(b, x);
		tensor[i] = x;
		if (b->item->output || (i + 1 == file->nitems && !g->noutputs))
			g->output[g->noutputs++] = x;
	}
}

/* N(0, 2 / fan), as He et al. (2015) start networks with ReLU. */
static bool draw_weights(struct graph *g, uint64_t seed,
			 struct nas_arena *arena)
{
	float *real = NAS_NEW(arena, float, DRAW_SIZE);

	if (!real)
		return false;
	draw_reals(real);
	for (int i = 0; i < g->nlayers; i++) {
		struct graph_layer *l = &g->layer[i];
		float sigma = sqrtf(2 / (float)l->fan);
		struct draw d;

		draw_seed(&d, seed, (uint64_t)i);
		for (size_t k = 0; k < (size_t)l->out * l->fan; k++)
			l->weight[k] = sigma * real[draw_index(&d)];
	}
	return true;
}

static enum nas_status build(struct graph *g, const struct layers_file *file,
			     struct nas_arena *arena, struct nas_err *err)
{
	struct layers_build b = { .g = g, .arena = arena };
	int *tensor = NAS_NEW(arena, int, (size_t)file->nitems);

	if (!tensor || !allocate(&b, file))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	add_items(&b, file, tensor);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	if (b.why)
		return nas_fail(err, NAS_EINPUT, "%s, layer %d of the list: %s",
				g->name, b.index + 1, b.why);
	if (!draw_weights(g, (uint64_t)file->seed, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for weights");
	return graph_finish(g, NULL, arena, err);
}

enum nas_status graph_from_layers(struct graph *g, const void *bytes, size_t n,
				  const char *source,
				  const struct graph_options *options,
				  struct nas_arena *arena, struct nas_err *err)
{
	struct layers_file file;
	struct json_doc doc;

	*g = (struct graph){ 0 };
	if (json_parse(&doc, bytes, n, source, err) != NAS_OK)
		return err->code;
	if (form_read(&layers_form, &doc, doc.root, &file, arena, err) ==
	    NAS_OK) {
		if (options && options->resize) {
			file.height = options->height;
			file.width = options->width;
		}
		(void)!build(g, &file, arena, err);
	}
	json_free(&doc);
	return err->code;
}
