/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/data/data.h - images and labels, from files that others made.
 *
 * Images come as
 *	.npy          float32, float64, uint8 or int8: (N, C, H, W), or
 *	              (N, H, W, C) with C of 1, 3 or 4, (N, H, W), or (N, D) of
 *	              one channel and row. Floats are
 *	              taken as they are (the network's input), bytes are
 *	              normalised, int8 are levels: level_scale * (level - zero)
 *	IDX, .gz      as Fashion-MNIST: bytes (N, H, W) or (N, C, H, W)
 *	a folder      of a folder of images a class (PNG, JPEG, BMP, PPM/PGM);
 *	              classes are numbered in the order of their names. A
 *	              folder of images has no labels
 *	an image      one, without a label
 *	noise         "noise" or "noise:SEED", where there is no such file:
 *	              512 random images, coarse and fine alike, -1 .. 1
 * Labels as .npy or IDX of integers, or text: one number a line; one an image,
 * or, under a limit, one each for as many.
 *
 * Images are resized to the network's size (nas/data/image.h) and
 * brought to its number of channels (gray is repeated; colour becomes gray
 * by 0.299 R + 0.587 G + 0.114 B). Normalisation: (p / 255 - mean) / std; the
 * default, mean 0.5 and std 0.5, is p / 127.5 - 1.
 *
 * Usage:
 *	struct data_options o = DATA_DEFAULTS;
 *	o.channels = 3, o.height = o.width = 224;
 *	status = data_open(&d, "images/", NULL, &o, err);
 *	for (i = 0; i < d->n; i += batch)
 *		status = data_get(d, i, batch, x, labels, threads, err);
 *	data_close(d);
 *
 * Limits: 4 GiB a file, 64 M pixels an image; damaged files are NAS_EINPUT.
 */
#ifndef NAS_DATA_DATA_H
#define NAS_DATA_DATA_H

#include <stdbool.h>

#include "nas/base/err.h"

struct data_options {
	int channels, height, width; /* what the network takes */
	float mean[3], std[3];	     /* of p / 255 */
	float level_scale, zero;     /* of int8; scale 0: taken as they are */
	int limit;		     /* take only the first so many; 0 = all */
	int classes;		     /* labels are 0 .. classes - 1; 0 = any */
};
#define DATA_DEFAULTS                                                          \
	{                                                                      \
		.mean = {0.5f, 0.5f, 0.5f}, .std = { 0.5f, 0.5f, 0.5f }        \
	}

struct data {
	int n;		   /* images */
	bool labels;	   /* known */
	int nclasses;	   /* of a folder, else 0 */
	char **class_name; /* (nclasses) */
	const struct data_source *source;
	struct data_options options;
	int *label;  /* (n), -1 = unknown */
	int resized_from[2]; /* height and width of the first image of another
			      * size than the network takes that data_get met;
			      * 0 = none */
	void *state; /* the source's */
};

/* "M" or "M,M,M" into out, a channel each, from low on; NULL leaves it as it is.
 * NAS_EUSAGE names what it is of. */
enum nas_status data_read_channels(float out[3], const char *name, double low,
				   const char *text,
				   struct nas_err *err) NAS_MUST_CHECK;

/* labels may be NULL. NAS_EIO, NAS_EINPUT, NAS_ENOMEM; *d is NULL then. A
 * limit counts images from the first; of a folder, it takes classes in turn. */
enum nas_status data_open(struct data **d, const char *images,
			  const char *labels,
			  const struct data_options *options,
			  struct nas_err *err) NAS_MUST_CHECK;
void data_close(struct data *d); /* accepts NULL */

/* Images first .. first+n-1: x (n, channels, height, width), labels (n) or
 * NULL. */
enum nas_status data_get(struct data *d, int first, int n, float *x,
			 int *labels, int threads,
			 struct nas_err *err) NAS_MUST_CHECK;

/* Name of image i for messages: its file, or "". */
const char *data_name(const struct data *d, int i);

#endif
