/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/forward/quantiser.h"

#include <string.h>

#include "scoring/forward/quantiser_kinds.h"

#define ROW(name) &quantiser_##name,
const struct quantiser *const quantisers[] = {QUANTISER_LIST(ROW) NULL};

const struct quantiser *quantiser_find(const char *name)
{
	for (int i = 0; quantisers[i]; i++)
		if (strcmp(quantisers[i]->name, name) == 0)
			return quantisers[i];
	return NULL;
}
