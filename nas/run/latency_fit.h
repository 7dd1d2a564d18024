/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/latency_fit.h - a latency model from measured networks or layers.
 *
 * Coefficients that are not negative and minimise the sum of squared relative
 * errors. With few rows (under ten a term) terms are chosen, one after the
 * other, while the mean error of left-out rows falls by a tenth: that error is
 * then a little low, for the choice has seen all rows.
 *
 * A table is
 *	FILE.json   networks of which each has "latency_ms"
 *	FILE.csv    a row a network (column network: its file, from the table's
 *	            folder) or a layer: columns kind (conv, pointwise, depthwise,
 *	            dense, squeeze: from so many channels by out), in, out,
 *	            kernel, stride, height, width (of the input). With a column
 *	            network beside those, rows of one network follow each other,
 *	            and what was measured is the whole's, said in its first row.
 *	            Or a row a network of which only the MACs are known (column
 *	            macs): all kinds of them are then taken for alike.
 *	            Columns ms, cycles or instructions; the latter two need
 *	            clock_mhz. Of a column target, rows of one are read
 *
 * Usage:
 *	struct latency_fit fit = { .clock_mhz = 400, .channel_step = 1 };
 *	status = latency_fit_read(&fit, "table.json", arena, err);
 *	status = latency_fit_run(&fit, arena, err);
 *	fit.model.term[LATENCY_MACS_CONV]
 */
#ifndef NAS_RUN_LATENCY_FIT_H
#define NAS_RUN_LATENCY_FIT_H

#include "nas/base/file.h"
#include "spaces/latency.h"

enum latency_row_kind { /* those after enum latency_kind's convolutions */
	LATENCY_ROW_DENSE = LATENCY_DEPTHWISE + 1, LATENCY_ROW_SQUEEZE
};

struct latency_layer {
	int kind; /* of a convolution or a row: index of latency_kinds[] */
	int in, out, kernel, stride, height, width;
};
extern const char *const latency_kinds[]; /* NULL ends */

struct latency_row { /* a network, layers, or MACs */
	const char *name;
	double ms;
	const struct nas_arch *arch; /* NULL = layers */
	double macs; /* of kinds that are not known; 0 = the above */
	int nlayers;
	const struct latency_layer *layer;
	bool whole; /* they are a network's */
	double n[LATENCY_TERMS]; /* by latency_row_count */
	double left_out; /* what the model without this row says */
};

#define LATENCY_AUTO (-1.0)

struct latency_fit {
	/* asked */
	double clock_mhz;
	const char *target;         /* rows of it; NULL = there is one at most */
	int channel_step;
	double on_chip_bytes;       /* 0 = none; LATENCY_AUTO: chosen by the
				     * error of left-out rows */
	bool chosen;                /* allowed is given */
	bool allowed[LATENCY_TERMS];
	int64_t fit_on;             /* rows drawn to fit on, the rest to judge;
				     * 0 = all, left out one by one */
	uint64_t seed;
	/* found */
	int nrows;
	struct latency_row *row;    /* (nrows) */
	bool alike;                 /* rows have MACs, no kinds */
	double spearman;            /* of left_out and ms, judged rows */
	int njudged, *judged;       /* rows by error, the worst first */
	struct nas_latency model;
};

/* Only the terms of these names, "macs_conv,bytes". NAS_EUSAGE, with the nearest
 * name. */
enum nas_status latency_fit_allow(struct latency_fit *fit, const char *names,
				  struct nas_err *err) NAS_MUST_CHECK;

/* NAS_EIO; NAS_EINPUT with the place. */
enum nas_status latency_fit_read(struct latency_fit *fit, const char *path,
				 struct nas_arena *arena,
				 struct nas_err *err) NAS_MUST_CHECK;
/* A table of networks layer by layer, as is read; measure: "instructions".
 * NAS_ENOMEM. */
void latency_table_head(struct nas_text *t, const char *measure);
enum nas_status latency_table_add(struct nas_text *t, const char *name,
				  const char *target, double value,
				  const struct nas_arch *arch,
				  struct nas_arena *arena,
				  struct nas_err *err) NAS_MUST_CHECK;

/* A row's counts by a model's steps and sizes. */
void latency_row_count(struct latency_row *row, const struct nas_latency *m);
/* Fills the model's coefficients and error. */
enum nas_status latency_fit_run(struct latency_fit *fit,
				struct nas_arena *arena,
				struct nas_err *err) NAS_MUST_CHECK;

static inline double latency_row_error(const struct latency_row *r)
{
	return r->left_out / r->ms - 1;
}

#endif
