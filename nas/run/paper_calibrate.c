/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas calibrate TABLE --bootstrap 0 */
#include "nas/form/form.h"
#include "nas/run/calibration.h"
#include "nas/run/paper_kinds.h"

PAPER_KIND(calibrate)
{
	double sigmas[] = CALIBRATE_SIGMAS;
	struct calibration_record r = {
		.nsigmas = sizeof(sigmas) / sizeof(sigmas[0]), .sigma = sigmas,
		.level = 0.95, .seed = 1,
	};
	struct calibrate_options options = {
		.sigma = sigmas, .nsigmas = r.nsigmas, .level = r.level,
		.seed = 1, .threads = env->threads,
	};
	struct calibrate_table table;
	struct calibration c;

	if (calibration_read(&table, &r, row->file, env->arena, err) ||
	    calibrate(&c, &table, &options, env->arena, err) != NAS_OK ||
	    calibration_record_make(&r, &c, env->arena, err) != NAS_OK)
		return err->code;
	*tree = form_write(&calibration_form, &r);
	return NAS_OK;
}
