/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/sigma_table.h - standard deviations of quantised Gaussians, the
 * constants of QE-Score, as a table.
 *
 * Usage:
 *	struct sigma_table table = SIGMA_TABLE_DEFAULTS;
 *	tree = sigma_table_json(&table);
 */
#ifndef NAS_RUN_SIGMA_TABLE_H
#define NAS_RUN_SIGMA_TABLE_H

#include "nas/form/form.h"

#define SIGMA_TABLE_SIGMAS 64
#define SIGMA_TABLE_BITS 32

struct sigma_table {
	int nsigmas;
	double sigma[SIGMA_TABLE_SIGMAS];
	int low, high; /* bits, 1 to SIGMA_TABLE_BITS */
};

/* Those of the published table. */
#define SIGMA_TABLE_DEFAULTS                                                 \
	{ .nsigmas = 9, .sigma = { 1, 2, 3, 4, 5, 6, 8, 12, 16 },            \
	  .low = 2, .high = 8 }

extern const struct form sigma_form;
cJSON *sigma_table_json(const struct sigma_table *table);

#endif
