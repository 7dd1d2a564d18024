/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/budget.h"

#include <string.h>

#include "nas/base/err.h"

#define KIND(id, key, kind, unit, label, help, ...)                           \
	[id] = {#key, unit, label, help},
const struct nas_budget_kind budget_kinds[BUDGET_KINDS] = {BUDGET_LIST(KIND)};

#define ROW(id, key, kind, unit, label, help, ...) &budget_kinds[id],
const struct nas_budget_kind *const budget_rows[BUDGET_KINDS + 1] = {
	BUDGET_LIST(ROW) NULL};

int budget_find(const char *key)
{
	for (int i = 0; i < BUDGET_KINDS; i++)
		if (strcmp(budget_kinds[i].key, key) == 0)
			return i;
	return -1;
}

int budget_named(const char *key, struct nas_err *err)
{
	const char *keys[BUDGET_KINDS];
	int found = budget_find(key);

	for (int i = 0; i < BUDGET_KINDS; i++)
		keys[i] = budget_kinds[i].key;
	if (found < 0)
		nas_fail(err, NAS_EUSAGE, "unknown budget '%s'%s", key,
			 nas_hint(key, keys, BUDGET_KINDS, "", "").s);
	return found;
}
