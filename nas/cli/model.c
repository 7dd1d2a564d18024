/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/model.h"

#include <stdlib.h>
#include <string.h>

#include "nas/data/array.h"
#include "nas/cli/print.h"
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
			   const struct cli *cli, struct nas_err *err)
{
	struct graph_options o = {0};

	*m = (struct model){0};
	if (cli_image_size(cli, &o.height, &o.width, err) != NAS_OK)
		return err->code;
	if (!o.height && size_of_data(&o, cli_value(cli, "data"), err) != NAS_OK)
		return err->code;
	return graph_read(&m->graph, path, &o, cli->arena, err);
}

/* One number for all channels, or one each. */
static enum nas_status read_channels(const struct cli *cli, const char *name,
				     double low, float *out,
				     struct nas_err *err)
{
	const char *s = cli_value(cli, name);
	char part[32], what[64];
	int n = 0;

	snprintf(what, sizeof(what), "--%s", name);
	while (s && n < 3) {
		size_t length = strcspn(s, ",");
		double x = 0;

		snprintf(part, sizeof(part), "%.*s", (int)length, s);
		if (cli_parse_number(what, part, low, 1e6, &x, err) != NAS_OK)
			return err->code;
		out[n++] = (float)x;
		s = s[length] ? s + length + 1 : NULL;
	}
	if (s || n == 2)
		return nas_fail(err, NAS_EUSAGE, "--%s is one number or three",
				name);
	if (n == 1)
		out[1] = out[2] = out[0];
	return NAS_OK;
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
				"the network does not take "
				"one image");
	m->channels_last = !may_be_channels(t->size[1]) &&
			   may_be_channels(t->size[3]);
	o->channels = t->size[m->channels_last ? 3 : 1];
	o->height = t->size[m->channels_last ? 1 : 2];
	o->width = t->size[m->channels_last ? 2 : 3];
	m->count = t->count;
	return NAS_OK;
}

enum nas_status model_open_data(struct model *m, const struct cli *cli,
				struct nas_err *err)
{
	const struct data_options defaults = DATA_DEFAULTS;
	const char *path = cli_value(cli, "data");
	int64_t limit = 0;

	m->options = defaults;
	if (!path)
		return nas_fail(err, NAS_EUSAGE,
				"--data X is needed: images "
				"for the network");
	if (cli_whole(cli, "limit", 1, 100000000, &limit, err) != NAS_OK ||
	    read_channels(cli, "mean", -1e6, m->options.mean, err) ||
	    read_channels(cli, "std", 1e-6, m->options.std, err) ||
	    input_shape(m, err) != NAS_OK)
		return err->code;
	m->options.limit = (int)limit;
	return data_open(&m->data, path, cli_value(cli, "labels"), &m->options,
			 err);
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

void model_close(struct model *m)
{
	data_close(m->data);
	m->data = NULL;
}
