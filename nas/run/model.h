/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/model.h - a trained network and the images it is given.
 *
 * The image size that the file leaves open comes from the options, or from
 * the images where they are an array. The output that counts comes first in
 * graph.output.
 *
 * Usage:
 *	struct model_options o = { .images = "x.npy", .data = DATA_DEFAULTS };
 *	status = model_read(&m, "model.onnx", &o, arena, err);
 *	status = model_open_data(&m, &o, err);
 *	status = model_images(&m, 0, 16, x, labels, threads, err);
 *	model_close(&m);
 */
#ifndef NAS_RUN_MODEL_H
#define NAS_RUN_MODEL_H

#include "nas/data/data.h"
#include "nas/run/env.h"
#include "scoring/forward/input_stats.h"
#include "spaces/import/onnx.h"

struct model_options {
	const char *images, *labels; /* paths; NULL = none */
	int height, width; /* where the network leaves it open; 0 = that of the
			    * images, or 224 */
	const char *output; /* name of the one that counts; NULL = the first */
	bool equalise; /* graph_equalise first */
	bool cut;    /* may end before what is not read (graph.left_out) */
	bool resize; /* a list of layers has that size, not its own */
	struct data_options data; /* limit, mean and std; the network says the
				   * shape */
};

struct model {
	struct graph graph;
	struct data *data;  /* NULL = none */
	int equalised;	    /* pairs of layers */
	bool channels_last; /* the network takes (N, H, W, C) */
	struct data_options options;
	size_t count; /* floats an image */
};

/* graph_read's errors; NAS_EIO, NAS_EINPUT of the images. NAS_EINPUT: what is behind
 * the layers is not read, and neither options->cut nor an output is given;
 * NAS_EUSAGE: no output has that name. */
enum nas_status model_read(struct model *m, const char *path,
			   const struct model_options *options,
			   struct nas_arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;
/* Notes: what was left out, how many pairs of layers were equalised. */
void model_notes(const struct model *m, const struct model_options *options,
		 const struct nas_run_env *env);
/* options->images must be there. A network of vectors (N, D) or of (N, H, W) takes
 * an array of such, or noise. NAS_EINPUT: the network takes something else;
 * data_open's errors. */
enum nas_status model_open_data(struct model *m,
				const struct model_options *options,
				struct nas_err *err) NAS_MUST_CHECK;
/* As data_get, in the network's order of axes. */
enum nas_status model_images(const struct model *m, int first, int n, float *x,
			     int *labels, int threads,
			     struct nas_err *err) NAS_MUST_CHECK;
/* The first most images, all of them where there are fewer, for statistics; one
 * batch. shown must live as long. */
struct model_shown {
	const struct model *model;
	int threads;
};
struct stats_images model_first(struct model_shown *shown, int most);
/* "images are resized ..." once one had another size than the network takes;
 * "" until then. Returns out. */
const char *model_resized(const struct model *m, char *out, size_t size);
void model_close(struct model *m);

#endif
