/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/measured.h"

static enum nas_status check_all(struct arch_list *list, struct arena *arena,
				 struct nas_err *err)
{
	char name[32];

	for (int i = 0; i < list->n; i++) {
		struct arch *arch = &list->arch[i];

		snprintf(name, sizeof(name), "#%d", i);
		if (!arch->name)
			arch->name = arena_strdup(arena, name);
		if (!arch->measured)
			return nas_fail(err, NAS_EINPUT, "network %d ('%.80s') "
					"has no accuracy", i,
					arch->name ? arch->name : "");
	}
	return arena->failed ? nas_fail(err, NAS_ENOMEM, "out of memory for names")
			     : NAS_OK;
}

/* Equal accuracies have no rank that a score could have. */
static enum nas_status check_ranks(const struct arch_list *list,
				   const char *path, struct nas_err *err)
{
	for (int i = 1; i < list->n; i++)
		if (list->arch[i].measured->accuracy !=
		    list->arch[0].measured->accuracy)
			return NAS_OK;
	return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
			   "%s: nothing to rank",
			   list->n < 2 ? "one network only"
				       : "all accuracies are equal");
}

enum nas_status measured_read(struct arch_list *list, const char *path,
			      struct arena *arena, struct nas_err *err)
{
	if (arch_read(list, path, NULL, arena, err) != NAS_OK ||
	    check_all(list, arena, err) != NAS_OK)
		return err->code;
	return check_ranks(list, path, err);
}
