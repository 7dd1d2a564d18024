/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/measured.h"

static enum nas_status check_all(struct nas_arch_list *list,
				 struct nas_arena *arena, struct nas_err *err)
{
	char name[32];

	for (int i = 0; i < list->n; i++) {
		struct nas_arch *arch = &list->arch[i];

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
static enum nas_status check_ranks(const struct nas_arch_list *list,
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

static enum nas_status append(struct nas_arch_list *all,
			      const struct nas_arch_list *more,
			      struct nas_arena *arena, struct nas_err *err)
{
	struct nas_arch *both = NAS_NEW(arena, struct nas_arch,
					(size_t)all->n + (size_t)more->n);

	if (!both)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				all->n + more->n);
	for (int i = 0; i < all->n; i++)
		both[i] = all->arch[i];
	for (int i = 0; i < more->n; i++)
		both[all->n + i] = more->arch[i];
	all->arch = both;
	all->n += more->n;
	return NAS_OK;
}

enum nas_status measured_read_all(struct nas_arch_list *list,
				  const char *const *path, int npaths,
				  struct nas_arena *arena, struct nas_err *err)
{
	*list = (struct nas_arch_list){ 0 };
	for (int i = 0; i < npaths; i++) {
		struct nas_arch_list one;

		if (arch_read(&one, path[i], NULL, arena, err) != NAS_OK ||
		    check_all(&one, arena, err) != NAS_OK)
			return err->code;
		if (npaths == 1)
			*list = one;
		else if (append(list, &one, arena, err) != NAS_OK)
			return err->code;
	}
	return check_ranks(list, path[0], err);
}

enum nas_status measured_read(struct nas_arch_list *list, const char *path,
			      struct nas_arena *arena, struct nas_err *err)
{
	return measured_read_all(list, &path, 1, arena, err);
}
