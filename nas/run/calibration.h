/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/calibration.h - what nas calibrate found, as a record with a form,
 * and its files.
 *
 * Usage:
 *	status = calibration_read(&table, &record, "table.json", arena, err);
 *	calibration_record_make(&record, &calibration, arena);
 *	tree = form_write(&calibration_form, &record);
 */
#ifndef NAS_RUN_CALIBRATION_H
#define NAS_RUN_CALIBRATION_H

#include "nas/base/file.h"
#include "nas/base/arena.h"
#include "nas/form/figure.h"
#include "scoring/calibrate.h"

struct calibration_cell { /* a pair; correlations with accuracy */
	double sigma_a, sigma_w;
	double spearman, kendall, pearson; /* NAN = undefined */
};

struct calibration_best {
	struct calibration_cell cell;
	struct interval spearman, kendall, pearson;
};

struct calibration_slot { /* the best, or none */
	bool present;
	struct calibration_best best;
};

struct calibration_record {
	int schema; /* the only choice */
	int rows;
	int nsigmas;
	double *sigma;
	int resamples;
	double level;
	int64_t seed;
	struct calibration_slot best;
	int nties;
	struct calibration_cell *tie; /* (nties) with the best */
	int ncells;
	struct calibration_cell *cell; /* (nsigmas, nsigmas): rows sigma_a */
};

extern const struct form calibration_form;

/* The bits and accuracies of measured networks (spaces/measured.h), one network
 * but for its bits, which are the same in all its convolutions; the record's
 * rows. NAS_EINPUT. */
enum nas_status calibration_read(struct calibrate_table *table,
				 struct calibration_record *record,
				 const char *path, struct nas_arena *arena,
				 struct nas_err *err) NAS_MUST_CHECK;

/* The record's sigmas from a list, "--sigmas"; NULL = CALIBRATE_SIGMAS_TEXT.
 * NAS_EUSAGE. */
enum nas_status calibration_read_sigmas(struct calibration_record *record,
					const char *text,
					struct nas_arena *arena,
					struct nas_err *err) NAS_MUST_CHECK;

/* Options are in the record already. */
enum nas_status calibration_record_make(struct calibration_record *record,
					const struct calibration *c,
					struct nas_arena *arena,
					struct nas_err *err) NAS_MUST_CHECK;

/* "The best of 81 pairs ..." in lines. */
void calibration_summary(struct nas_text *t,
			 const struct calibration_record *r);

/* calibration.csv, .json and .txt in a folder, which is made. */
enum nas_status calibration_write(const char *dir,
				  const struct calibration_record *r,
				  struct nas_err *err) NAS_MUST_CHECK;

#endif
