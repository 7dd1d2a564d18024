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
	/* x (channels, height, width) of image i; any thread. */
	enum nas_status (*get)(const struct data *d, int i, float *x,
			       struct nas_err *err);
	const char *(*name)(const struct data *d, int i);
};

extern const struct data_source data_array, data_folder;

/* Room for n labels, unknown. */
enum nas_status data_set_count(struct data *d, int64_t n,
			       struct nas_err *err) NAS_MUST_CHECK;

/* The labels from a file of them; NULL leaves them as they are. */
enum nas_status data_read_labels(struct data *d, const char *path,
				 struct nas_err *err) NAS_MUST_CHECK;

#endif
