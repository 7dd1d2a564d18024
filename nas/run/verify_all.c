/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/verify_all.h"

#include "nas/run/latency_fit.h"

static enum nas_status unknown(const char *name, struct nas_err *err)
{
	const char *names[VERIFY_TARGETS_MAX];
	int n = 0;

	for (; n < VERIFY_TARGETS_MAX && verify_targets[n].name; n++)
		names[n] = verify_targets[n].name;
	return nas_fail(err, NAS_EUSAGE, "unknown target '%s'%s", name,
			nas_hint(name, names, n, "",
				 " ('nas verify --help' lists them)").s);
}

enum nas_status verify_ask(struct verify_asked *a, const char *const *name,
			   int n, struct nas_err *err)
{
	for (a->n = 0; a->n < n && a->n < VERIFY_TARGETS_MAX; a->n++) {
		a->target[a->n] = verify_target_find(name[a->n]);
		if (!a->target[a->n])
			return unknown(name[a->n], err);
	}
	for (; n == 0 && verify_targets[a->n].name; a->n++)
		a->target[a->n] = &verify_targets[a->n];
	return NAS_OK;
}

void verify_try(struct verify_asked *a)
{
	for (int i = 0; i < a->n; i++)
		a->missing[i] = verify_missing(a->target[i]);
}

/* Of networks that compute what they should, by their files: names may be
 * equal or absent. */
static enum nas_status add_counts(struct verify_all *all,
				  const struct verify *v,
				  const struct verify_target *t,
				  const struct verify_row *row,
				  struct nas_err *err)
{
	if (!row->equal || !(row->instructions > 0) || !v->source.arch)
		return NAS_OK;
	return latency_table_add(&all->counts, v->path, t->name,
				 row->instructions, v->source.arch, v->arena,
				 err);
}

static enum nas_status run_target(struct verify_all *all, struct verify *v,
				  int i, struct nas_err *err)
{
	const struct verify_target *t = all->asked->target[i];
	const char *missing = all->asked->missing[i];
	struct verify_row row = {0};

	if (missing)
		snprintf(row.left_out, sizeof(row.left_out), "no %s", missing);
	else
		(void)!verify_run(v, t, &row, err);
	if (err->code == NAS_OK) {
		all->differ += !verify_holds(v, t, &row);
		if (all->tell)
			all->tell(all->context, v, t, &row, !missing);
		if (verify_list_add(&all->list, v, t, &row, err) == NAS_OK)
			(void)!add_counts(all, v, t, &row, err);
	}
	text_free(&row.log);
	return err->code;
}

enum nas_status verify_all(struct verify_all *all, const char *const *path,
			   int n, const struct nas_run_env *env,
			   struct nas_err *err)
{
	latency_table_head(&all->counts, "instructions");
	for (int k = 0; k < n && err->code == NAS_OK; k++) {
		struct verify v;

		if (verify_prepare(&v, all->job, path[k], env, err) == NAS_OK)
			for (int i = 0; i < all->asked->n; i++)
				if (run_target(all, &v, i, err) != NAS_OK)
					break;
		verify_close(&v);
	}
	return err->code;
}
