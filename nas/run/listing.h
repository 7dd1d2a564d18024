/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/listing.h - what there is, as JSON: boards, file formats, the program
 * itself.
 *
 * Usage:
 *	tree = boards_json();
 */
#ifndef NAS_RUN_LISTING_H
#define NAS_RUN_LISTING_H

#include "nas/form/form.h"

extern const struct form boards_form, schemas_form, version_form;

cJSON *boards_json(void);
cJSON *schemas_json(void); /* names of file_formats[] */
cJSON *version_json(void);

#endif
