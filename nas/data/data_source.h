/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas/data/data_source.h - what a kind of labelled data must provide. */
#ifndef NAS_DATA_DATA_SOURCE_H
#define NAS_DATA_DATA_SOURCE_H

#include <stdint.h>

#include "nas/data/data.h"

struct data_source {
	/* Sets n, label (n), and of a folder the classes. */
	enum nas_status (*open)(struct data *d, const char *path,
				struct nas_err *err);
	void (*close)(struct data *d);
	/* x (channels, height, width) of image i, which has this size as it is
	 * stored, {height, width}; any thread. */
	enum nas_status (*get)(const struct data *d, int i, float *x,
			       int size[2], struct nas_err *err);
	const char *(*name)(const struct data *d, int i);
};

extern const struct data_source data_array, data_folder, data_noise;

/* "noise" or "noise:SEED", and no file of that name. */
bool data_is_noise(const char *path);

/* Room for n labels, unknown. */
enum nas_status data_set_count(struct data *d, int64_t n,
			       struct nas_err *err) NAS_MUST_CHECK;

/* The labels from a file of them. images: without the limit. */
enum nas_status data_read_labels(struct data *d, const char *path, int images,
				 struct nas_err *err) NAS_MUST_CHECK;
/* A folder of more classes than options.classes is NAS_EINPUT. */
enum nas_status data_check_folders(const struct data *d, const char *path,
				   struct nas_err *err) NAS_MUST_CHECK;

#endif
