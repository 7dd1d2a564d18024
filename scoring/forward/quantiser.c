/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/forward/quantiser.h"

#include <string.h>

#include "scoring/forward/quantiser_kinds.h"

const struct quantiser *const quantisers[] = {
	&quantiser_max_abs,  &quantiser_msqe,	    &quantiser_po2_max_abs,
	&quantiser_po2_msqe, &quantiser_po2_masked, &quantiser_po2_lower,
	NULL,
};

const struct quantiser *quantiser_find(const char *name)
{
	for (int i = 0; quantisers[i]; i++)
		if (strcmp(quantisers[i]->name, name) == 0)
			return quantisers[i];
	return NULL;
}
