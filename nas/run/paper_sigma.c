/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas sigma */
#include "nas/run/paper_kinds.h"
#include "nas/run/sigma_table.h"

PAPER_KIND(sigma)
{
	const struct sigma_table table = SIGMA_TABLE_DEFAULTS;

	(void)row;
	(void)env;
	(void)err;
	*tree = sigma_table_json(&table);
	return NAS_OK;
}
