/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/folder.h - the folder of a run, read back.
 *
 * Usage:
 *	status = folder_read(&folder, "runs/a", arena, err);
 *	folder.result.best[0].score
 */
#ifndef NAS_RUN_FOLDER_H
#define NAS_RUN_FOLDER_H

#include "nas/run/config.h"
#include "nas/run/history.h"
#include "nas/run/records.h"

struct folder {
	struct nas_config config;
	struct nas_problem problem; /* of the config */
	struct nas_result result;
	struct history history; /* may be absent */
	struct nas_meta meta;
	bool has_meta;
};

/* config.json and result.json, which must be there; history.csv and meta.json,
 * which may be absent. folder must stay where it is. NAS_EIO; NAS_EINPUT with
 * the place of what is damaged; NAS_ENOMEM. */
enum nas_status folder_read(struct folder *folder, const char *dir,
			    struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
