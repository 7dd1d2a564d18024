/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/forward.h - running a network on images, in single precision.
 *
 * Layout NCHW. Every image is computed on its own, in the same way whatever
 * the batch and the number of threads: same bytes for any -j and batch.
 * Threads take images. Convolution, bias and activation are one step where
 * nobody asked for what lies between. Buffers are planned once and reused.
 *
 * Usage:
 *	struct forward *f;
 *	struct forward_options o = { .threads = 2 };
 *	status = forward_new(&f, &graph, &o, err);
 *	status = forward_run(f, x, n, logits, err);     (n, classes)
 *	forward_free(f);
 *
 * A graph of integers (graph.integer, from a .tflite file): layers run on
 * levels, with the sums and roundings of TensorFlow Lite; those with weights, a
 * grid or a feed hook of their own run on values.
 *
 * Looking at tensors: give o.watch a list of tensors (layer[i].output, say)
 * and o.see a function. By default an image runs through the whole network
 * before the next one, and see() gets one image's tensor at a time, in the
 * thread that made it (small memory). With o.layerwise all images of the
 * batch pass a node before the next node begins, and see() gets the whole
 * batch, once a tensor, in the caller's thread; it may change the values.
 *
 * Quantisation: forward_set_weights and forward_set_grid a layer (a policy:
 * quantised_apply, nas/run/quantised.h); the graph itself is not changed. The
 * o.feed hook may change what a layer is fed: it gets a private copy.
 *
 * Changing one layer at a time: with o.keep, forward_again() computes only what
 * lies between the layer and the watched tensors.
 *
 * Limits: nothing is trained; memory is workers x the largest set of live
 * tensors (layerwise: images x; keep: images x all tensors). NAS_EINPUT beyond
 * o.limit_bytes.
 */
#ifndef SCORING_FORWARD_FORWARD_H
#define SCORING_FORWARD_FORWARD_H

#include "scoring/forward/fake_quant.h"
#include "spaces/graph/graph.h"

struct forward; /* opaque */

struct forward_options {
	int threads;	    /* 0 = 1 */
	size_t limit_bytes; /* 0 = 512 MiB and 64 times the weights' bytes, at
			     * most 8 GiB; fewer threads where they do not fit */

	int nwatch;
	const int *watch; /* (nwatch) tensors; NULL with nwatch < 0 = the
			   * output of every layer */
	bool layerwise;
	bool keep; /* every tensor of every image is held, for forward_again;
		    * not with layerwise */
	bool sums; /* do not fuse activations: layer[i].sum is computed as it
		    * stands, also where nobody watches it */
	void *context;
	/* images is 1 unless layerwise; data is (images, tensor.count), first
	 * the number of the first image in the batch; worker 0 .. threads-1. */
	void (*see)(void *context, int worker, int first, int images,
		    int tensor, float *data);
	/* Before a layer runs; x (images, tensor.count of its input) is a
	 * copy that may be changed. Called after the layer's grid. */
	void (*feed)(void *context, int worker, int first, int images,
		     int layer, float *x);
};

/* Plan buffers, copy weights. The graph must outlive f. NAS_ENOMEM. */
enum nas_status forward_new(struct forward **f, const struct graph *g,
			    const struct forward_options *options,
			    struct nas_err *err) NAS_MUST_CHECK;
void forward_free(struct forward *f); /* accepts NULL */

/*
 * x (n, count of the graph's input) -> out (n, count of its first output).
 * out may be NULL. A graph with several inputs takes them one after another:
 * (n, count of the first), (n, count of the second), ...
 */
enum nas_status forward_run(struct forward *f, const float *x, int n,
			    float *out, struct nas_err *err) NAS_MUST_CHECK;

/*
 * After a run with o.keep: a watched tensor is computed again and shown to
 * see(), of which only that is run which follows from the layer, whose weights
 * or grid were changed, or from layers that were changed before. So that is
 * least when layers are changed from the last to the first, and set back before
 * the next. layer -1: none is changed.
 */
enum nas_status forward_again(struct forward *f, int layer, int tensor,
			      struct nas_err *err) NAS_MUST_CHECK;

/*
 * With o.layerwise, instead of forward_run: take images in, run all that stands
 * before a layer (later ones than the last time; -1: all), and look at a tensor
 * that is then alive, of one image.
 */
enum nas_status forward_start(struct forward *f, const float *x, int n,
			      struct nas_err *err) NAS_MUST_CHECK;
void forward_until(struct forward *f, int layer);
const float *forward_tensor(const struct forward *f, int image, int tensor);

/* Weights of a layer from now on, (out, fan), copied; NULL = the graph's as
 * they are now. bias (out): the same. */
enum nas_status forward_set_weights(struct forward *f, int layer,
				    const float *weight, const float *bias,
				    struct nas_err *err) NAS_MUST_CHECK;

/* Grid of a layer's input from now on; NULL = none. */
void forward_set_grid(struct forward *f, int layer,
		      const struct quant_grid *grid);

/* Bytes of the buffers that n images need. */
size_t forward_bytes(const struct forward *f, int n);

#endif
