/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/paper_network.h"

#include <stdio.h>

#include "spaces/arch.h"

#define BITS_MAX 16

/* "2,3,4" into bits. */
static enum nas_status read_bits(const char *key, const char *text, int *bits,
				 int *n, struct nas_err *err)
{
	for (*n = 0; *text && *n < BITS_MAX; (*n)++) {
		int length = 0;

		if (sscanf(text, "%2d%n", &bits[*n], &length) != 1 ||
		    bits[*n] < 2 || bits[*n] > 32)
			break;
		text += length;
		text += *text == ',' && text[1];
	}
	return !*text && *n ? NAS_OK
			    : nas_fail(err, NAS_EINPUT, "%s: not a list of "
				       "bits from 2 to 32", key);
}

enum nas_status paper_read_channels(const char *key, const char *text,
				    double low, float out[3],
				    struct nas_err *err)
{
	struct nas_err inner = {0};

	if (data_read_channels(out, key, low, text, &inner) == NAS_OK)
		return NAS_OK;
	nas_err_clear(&inner);
	return nas_fail(err, NAS_EINPUT, "%s must be one number or three, from "
			"%g on", key, low);
}

enum nas_status paper_network_options(struct sensitivity_options *how,
				      const struct paper_row *row,
				      struct nas_arena *arena,
				      struct nas_err *err)
{
	struct data_options data = DATA_DEFAULTS;
	int *w = NAS_NEW(arena, int, BITS_MAX);
	int *a = NAS_NEW(arena, int, BITS_MAX);

	if (!w || !a)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bits");
	if (paper_read_channels("mean", row->mean, -1e6, data.mean, err) ||
	    paper_read_channels("std", row->std, 1e-6, data.std, err))
		return err->code;
	*how = (struct sensitivity_options){
		.metric = sensitivity_find(row->metric ? row->metric : ""),
		.label = row->class, .images = row->images,
		.model = { .images = row->data, .labels = row->labels,
			   .data = data },
		.job = { .power = 3, .beta = 0.1, .bits_w = w, .bits_a = a,
			 .scope = QUANT_PER_CHANNEL,
			 .quantiser = quantisers[0] } };
	if (!how->metric)
		return nas_fail(err, NAS_EINPUT, "metric: '%.40s' is none",
				row->metric ? row->metric : "");
	if (read_bits("bits_w", row->bits_w ? row->bits_w : "2,3,4,5,6,8", w,
		      &how->job.nw, err) != NAS_OK)
		return err->code;
	return read_bits("bits_a", row->bits_a ? row->bits_a : "32", a,
			 &how->job.na, err);
}

enum nas_status paper_read_size(const char *key, const char *text, int out[2],
				struct nas_err *err)
{
	char end;

	if (!text)
		return NAS_OK;
	if (sscanf(text, "%5dx%5d%c", &out[0], &out[1], &end) != 2) {
		if (sscanf(text, "%5d%c", &out[0], &end) != 1)
			out[0] = 0;
		out[1] = out[0];
	}
	if (out[0] < 1 || out[0] > ARCH_SIDE_MAX || out[1] < 1 ||
	    out[1] > ARCH_SIDE_MAX)
		return nas_fail(err, NAS_EINPUT, "%s: '%.40s' is not N or HxW",
				key, text);
	return NAS_OK;
}
