/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/bench_forward.h - speed of matrix products and of a forward pass.
 *
 * The product is 512 x 512 x 512 in single precision on one thread; the pass
 * is MobileNetV2 1.0 at 224x224, 16 images, random weights.
 *
 * Usage:
 *	status = bench_forward(&f, runs, threads, arena, err);
 */
#ifndef NAS_RUN_BENCH_FORWARD_H
#define NAS_RUN_BENCH_FORWARD_H

#include "nas/base/arena.h"
#include "nas/base/err.h"

#define BENCH_IMAGES 16

struct bench_forward { /* medians of the runs */
	double matrix_flops; /* floating-point operations a second */
	double pass_s;	     /* of BENCH_IMAGES images */
	double pass_flops;   /* 2 x MACs a second */
};

enum nas_status bench_forward(struct bench_forward *f, int runs, int threads,
			      struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
