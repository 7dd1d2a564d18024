/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nas/data/array.h"
#include "nas/data/data_source.h"
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

/* The output of that name to the front. */
static enum nas_status choose_output(struct graph *g, const char *name,
				     struct nas_err *err)
{
	const char *names[GRAPH_INPUTS_MAX];
	char its[112];
	int n = 0;

	for (int k = 0; k < g->noutputs; k++) {
		const char *own = g->tensor[g->output[k]].name;

		if (strcmp(own, name) == 0) {
			int first = g->output[0];

			g->output[0] = g->output[k];
			g->output[k] = first;
			return NAS_OK;
		}
		if (n < GRAPH_INPUTS_MAX)
			names[n++] = own;
	}
	snprintf(its, sizeof(its), "; its first is '%.80s'",
		 g->tensor[g->output[0]].name);
	return nas_fail(err, NAS_EUSAGE, "the network has no output '%.80s'%s",
			name, nas_hint(name, names, n, "", its).s);
}

static enum nas_status check_end(struct graph *g,
				 const struct model_options *options,
				 const char *path, struct nas_err *err)
{
	if (options->output)
		return choose_output(g, options->output, err);
	if (!g->left_out || options->cut)
		return NAS_OK;
	return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
			   "%s, and nothing is known of what follows; 'nas export "
			   "--to csv', sensitivity and allocate do without",
			   g->left_out);
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
	if (graph_read(&m->graph, path, &o, arena, err) != NAS_OK)
		return err->code;
	if (check_end(&m->graph, options, path, err) != NAS_OK)
		return err->code;
	return options->equalise ? graph_equalise(&m->graph, &m->equalised,
						  arena, err)
				 : NAS_OK;
}

void model_notes(const struct model *m, const struct model_options *options,
		 const struct nas_run_env *env)
{
	if (m->graph.left_out)
		run_note(env, "left out: %s", m->graph.left_out);
	if (options->equalise)
		run_note(env, "equalised: %d pair%s of layers", m->equalised,
			 m->equalised == 1 ? "" : "s");
}

static bool may_be_channels(int n)
{
	return n == 1 || n == 3 || n == 4;
}

/* "N x 3 x 8 x 224" */
static const char *shape_text(const struct graph_tensor *t, char *out,
			      size_t size)
{
	size_t n = (size_t)snprintf(out, size, "N");

	for (int k = 1; k < t->rank && n < size; k++)
		n += (size_t)snprintf(out + n, size - n, " x %d", t->size[k]);
	return out;
}

/* Vectors, or maps without channels, as (1, 1, D) or (1, H, W). */
static enum nas_status plain_shape(struct model *m, const char *images,
				   struct nas_err *err)
{
	const struct graph_tensor *t = &m->graph.tensor[m->graph.input[0]];
	char shape[120];

	if (m->graph.ninputs != 1)
		return nas_fail(err, NAS_EINPUT, "the network takes %d inputs, "
				"not one", m->graph.ninputs);
	shape_text(t, shape, sizeof(shape));
	if (t->rank < 2 || t->rank > 3)
		return nas_fail(err, NAS_EINPUT, "the network takes %s, not images",
				shape);
	if (!array_is_file(images) && !data_is_noise(images))
		return nas_fail(err, NAS_EINPUT, "the network takes %s, not "
				"images: --data must be an array (.npy)", shape);
	m->options.channels = 1;
	m->options.height = t->rank == 3 ? t->size[1] : 1;
	m->options.width = t->size[t->rank - 1];
	m->count = t->count;
	return NAS_OK;
}

static enum nas_status input_shape(struct model *m, const char *images,
				   struct nas_err *err)
{
	const struct graph_tensor *t = &m->graph.tensor[m->graph.input[0]];
	struct data_options *o = &m->options;

	if (m->graph.ninputs != 1 || t->rank != 4)
		return plain_shape(m, images, err);
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
	if (input_shape(m, options->images, err) != NAS_OK)
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
