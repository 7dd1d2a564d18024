/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feature maps of a trained network, for feature_maps.py, which builds it.
 *
 *	maps MODEL IMAGES N HEIGHT WIDTH LAYER
 *
 * IMAGES: N images as raw single precision, as the network takes them. Prints
 * "layer image channel rows columns value ..." a map: of LAYER all channels,
 * or with LAYER -1 of every layer one channel, another one for each image. */
#include <stdio.h>
#include <stdlib.h>

#include "scoring/forward/forward.h"
#include "spaces/import/onnx.h"

struct maps {
	const struct graph *g;
	int layer;
};

static int sides(const struct graph_tensor *t, int *rows, int *columns)
{
	*rows = t->rank == 4 ? t->size[2] : 1;
	*columns = t->rank == 4 ? t->size[3] : 1;
	return (int)(t->count / ((size_t)*rows * (size_t)*columns));
}

static void print(const struct maps *m, int layer, int image, int only,
		  const float *x)
{
	const struct graph_layer *l = &m->g->layer[layer];
	int rows, columns, channels;

	channels = sides(&m->g->tensor[l->output], &rows, &columns);
	for (int c = 0; c < channels; c++, x += rows * columns) {
		if (only >= 0 && c != only % channels)
			continue;
		printf("%d %d %d %d %d", layer, image, c, rows, columns);
		for (int i = 0; i < rows * columns; i++)
			printf(" %.9g", (double)x[i]);
		printf("\n");
	}
}

static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	const struct maps *m = context;

	(void)worker;
	(void)images;
	for (int i = 0; i < m->g->nlayers; i++)
		if (m->g->layer[i].output == tensor &&
		    (m->layer < 0 || m->layer == i))
			print(m, i, first,
			      m->layer < 0 ? 7 * first + 3 * i : -1, data);
}

static int fail(const struct nas_err *err)
{
	fprintf(stderr, "maps: %s\n", nas_err_msg(err, 0));
	return 1;
}

static float *read_images(const char *path, size_t count)
{
	float *x = malloc(count * sizeof(*x));
	FILE *f = fopen(path, "rb");
	size_t n = x && f ? fread(x, sizeof(*x), count, f) : 0;

	if (f)
		fclose(f);
	return n == count ? x : NULL;
}

int main(int argc, char **argv)
{
	struct graph g;
	struct graph_options sizes = {0};
	struct nas_arena arena;
	struct nas_err err = {0};
	struct maps m = {.g = &g, .layer = argc == 7 ? atoi(argv[6]) : -1};
	struct forward_options o = {
		.nwatch = -1, .context = &m, .see = see};
	struct forward *f;
	float *x;
	int n;

	if (argc != 7)
		return 1;
	n = atoi(argv[3]);
	sizes.height = atoi(argv[4]);
	sizes.width = atoi(argv[5]);
	arena_init(&arena, (size_t)1 << 30);
	if (graph_read(&g, argv[1], &sizes, &arena, &err) != NAS_OK)
		return fail(&err);
	x = read_images(argv[2], (size_t)n * g.tensor[g.input[0]].count);
	if (!x || forward_new(&f, &g, &o, &err) != NAS_OK)
		return fail(&err);
	if (forward_run(f, x, n, NULL, &err) != NAS_OK)
		return fail(&err);
	forward_free(f);
	arena_free(&arena);
	free(x);
	return 0;
}
