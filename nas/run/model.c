/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/model.h"

#include <stdlib.h>
#include <string.h>

#include "nas/data/array.h"
#include "spaces/arch.h"

/* Height and width of an array's images. */
static enum nas_status size_of_data(struct graph_options *o, const char *path,
				    struct nas_err *err)
{
	struct array a;
	int first;

	if (!path || !array_is_file(path))
		return NAS_OK;
	if (array_read(&a, path, err) != NAS_OK)
		return err->code;
	/* (N, H, W), (N, C, H, W) or (N, H, W, C) */
	first = a.rank == 4 && a.size[3] > 4 ? 2 : 1;
	if (a.rank >= 3 && a.rank <= 4 && a.size[first] <= ARCH_SIDE_MAX &&
	    a.size[first + 1] <= ARCH_SIDE_MAX) {
		o->height = (int)a.size[first];
		o->width = (int)a.size[first + 1];
	}
	array_free(&a);
	return NAS_OK;
}

enum nas_status model_read(struct model *m, const char *path,
			   const struct model_options *options,
			   struct nas_arena *arena, struct nas_err *err)
{
	struct graph_options o = { .height = options->height,
				   .width = options->width,
				   .resize = options->resize };

	*m = (struct model){0};
	if (!o.height && size_of_data(&o, options->images, err) != NAS_OK)
		return err->code;
	return graph_read(&m->graph, path, &o, arena, err);
}

static bool may_be_channels(int n)
{
	return n == 1 || n == 3 || n == 4;
}

static enum nas_status input_shape(struct model *m, struct nas_err *err)
{
	const struct graph_tensor *t = &m->graph.tensor[m->graph.input[0]];
	struct data_options *o = &m->options;

	if (m->graph.ninputs != 1 || t->rank != 4)
		return nas_fail(err, NAS_EINPUT,
				"the network must take one image as its input");
	/* a TFLite file was turned when it was read */
	m->channels_last = !m->graph.integer && !may_be_channels(t->size[1]) &&
			   may_be_channels(t->size[3]);
	o->channels = t->size[m->channels_last ? 3 : 1];
	o->height = t->size[m->channels_last ? 1 : 2];
	o->width = t->size[m->channels_last ? 2 : 3];
	m->count = t->count;
	return NAS_OK;
}

/* Scale and zero point of an input that is rounded to 8 bits first, as TFLite
 * networks do: what int8 data means. */
static void input_levels(struct model *m)
{
	const struct graph *g = &m->graph;

	for (int i = 0; i < g->nnodes; i++) {
		const struct graph_node *n = &g->node[i];

		if (n->op != GRAPH_QUANT || n->in[0] != g->input[0] ||
		    n->bits != 8)
			continue;
		m->options.level_scale = *g->tensor[n->in[1]].data;
		m->options.zero = -128 - n->low;
		return;
	}
}

enum nas_status model_open_data(struct model *m,
				const struct model_options *options,
				struct nas_err *err)
{
	m->options = options->data;
	if (input_shape(m, err) != NAS_OK)
		return err->code;
	input_levels(m);
	return data_open(&m->data, options->images, options->labels,
			 &m->options, err);
}

static void put_channels_last(const struct model *m, float *x, int n,
			      float *spare)
{
	size_t c = (size_t)m->options.channels, area = m->count / c;

	for (int i = 0; i < n; i++, x += m->count) {
		memcpy(spare, x, m->count * sizeof(*x));
		for (size_t k = 0; k < m->count; k++)
			x[k % area * c + k / area] = spare[k];
	}
}

enum nas_status model_images(const struct model *m, int first, int n, float *x,
			     int *labels, int threads, struct nas_err *err)
{
	float *spare;

	if (data_get(m->data, first, n, x, labels, threads, err) != NAS_OK ||
	    !m->channels_last)
		return err->code;
	spare = malloc(m->count * sizeof(*spare));
	if (!spare)
		return nas_fail(err, NAS_ENOMEM, "out of memory for an image");
	put_channels_last(m, x, n, spare);
	free(spare);
	return NAS_OK;
}

static enum nas_status give(void *context, int first, int n, float *x,
			    struct nas_err *err)
{
	const struct model_shown *s = context;

	return model_images(s->model, first, n, x, NULL, s->threads, err);
}

struct stats_images model_first(struct model_shown *shown, int most)
{
	const struct model *m = shown->model;
	int n = most < m->data->n ? most : m->data->n;

	return (struct stats_images){ .n = n, .batch = n, .count = m->count,
				      .give = give, .context = shown };
}

const char *model_resized(const struct model *m, char *out, size_t size)
{
	const int *from = m->data ? m->data->resized_from : NULL;

	snprintf(out, size, "%s", "");
	if (from && from[0])
		snprintf(out, size, "images are resized to the network's %dx%d "
			 "(the first from %dx%d)", m->options.height,
			 m->options.width, from[0], from[1]);
	return out;
}

void model_close(struct model *m)
{
	data_close(m->data);
	m->data = NULL;
}
