/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MobileNets with accuracies, as rows of a CSV. */
#include <string.h>

#include "nas/base/csv.h"
#include "spaces/measured.h"
#include "spaces/mobilenet.h"

static const char *const model_names[] = { "model", "name", "network",
					   "architecture", NULL };
static const char *const width_names[] = { "width", "alpha", "multiplier",
					   "width_multiplier", "width_mult",
					   NULL };
static const char *const side_names[] = { "resolution", "image_size",
					  "input_size", "size", "res", NULL };
static const char *const accuracy_names[] = { "accuracy", "accuracy1", "top1",
					      "top_1", "top1_accuracy", "acc",
					      "imagenet_top1", "mean_acc",
					      NULL };

struct columns {
	int model, width, side;
	int nseeds, seed[ARCH_SEEDS_MAX];
};

static enum nas_status find(int *column, const struct csv *csv,
			    const char *const *names, struct nas_err *err)
{
	for (int i = 0; names[i]; i++) {
		*column = csv_column(csv, names[i]);
		if (*column >= 0)
			return NAS_OK;
	}
	return csv_need(column, csv, names[0], err);
}

/* accuracy, accuracy2, accuracy3, ... */
static enum nas_status find_accuracies(struct columns *at,
				       const struct csv *csv, const char *name,
				       struct nas_err *err)
{
	const char *const given[] = { name, NULL };
	char next[300];

	if (find(&at->seed[0], csv, name ? given : accuracy_names, err))
		return err->code;
	for (at->nseeds = 1; at->nseeds < ARCH_SEEDS_MAX; at->nseeds++) {
		int c;

		snprintf(next, sizeof(next), "%.250s%d",
			 csv->head[at->seed[0]].text, at->nseeds + 1);
		if (strcmp(csv->head[at->seed[0]].text, "accuracy1") == 0)
			snprintf(next, sizeof(next), "accuracy%d",
				 at->nseeds + 1);
		c = csv_column(csv, next);
		if (c < 0)
			break;
		at->seed[at->nseeds] = c;
	}
	return NAS_OK;
}

static enum nas_status read_accuracies(struct arch *arch,
				       const struct csv *csv, int row,
				       const struct columns *at,
				       struct arena *arena,
				       struct nas_err *err)
{
	struct arch_measured *m = NAS_NEW(arena, struct arch_measured, 1);
	double *seed = NAS_NEW(arena, double, (size_t)at->nseeds), sum = 0;

	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for an accuracy");
	for (int i = 0; i < at->nseeds; i++) {
		if (csv_number(&seed[i], csv, row, at->seed[i], err))
			return err->code;
		sum += seed[i];
	}
	*m = (struct arch_measured){ sum / at->nseeds,
				     at->nseeds > 1 ? at->nseeds : 0, seed };
	arch->measured = m;
	return NAS_OK;
}

static enum nas_status read_row(struct arch *arch, const struct csv *csv,
				int row, const struct columns *at,
				struct arena *arena, struct nas_err *err)
{
	const struct csv_cell *model = csv_at(csv, row, at->model);
	int kind = mobilenet_find(model->text), side;
	struct nas_err inner = { 0 };
	double width;

	if (kind < 0) {
		const char *near = nas_nearest(model->text, mobilenet_names,
					       MOBILENETS);

		return csv_fail(csv, model, err, "unknown model '%.80s' (%s%s)",
				model->text, near ? "did you mean "
				: "known are mobilenet_v1, _v2, _v3_large and "
				"_v3_small", near ? near : "");
	}
	if (csv_number(&width, csv, row, at->width, err) != NAS_OK ||
	    csv_int(&side, csv, row, at->side, 1, ARCH_SIDE_MAX, err))
		return err->code;
	if (!(width >= MOBILENET_WIDTH_MIN && width <= MOBILENET_WIDTH_MAX))
		return csv_fail(csv, csv_at(csv, row, at->width), err,
				"width %g is outside %g .. %g", width,
				MOBILENET_WIDTH_MIN, MOBILENET_WIDTH_MAX);
	if (mobilenet_make(arch, (enum mobilenet)kind, width, side, arena,
			   &inner) != NAS_OK)
		return inner.code == NAS_ENOMEM
			       ? nas_fail(err, NAS_ENOMEM, "out of memory for a "
					  "network")
			       : csv_fail(csv, model, err, "%s",
					  inner.diag[0].msg);
	return read_accuracies(arch, csv, row, at, arena, err);
}

enum nas_status measured_from_csv(struct arch_list *list, char *text, size_t n,
				  const char *source, const char *column,
				  struct arena *arena, struct nas_err *err)
{
	struct columns at;
	struct csv csv;

	if (csv_parse(&csv, text, n, source, arena, err) != NAS_OK ||
	    find(&at.model, &csv, model_names, err) != NAS_OK ||
	    find(&at.width, &csv, width_names, err) != NAS_OK ||
	    find(&at.side, &csv, side_names, err) != NAS_OK ||
	    find_accuracies(&at, &csv, column, err) != NAS_OK)
		return err->code;
	list->arch = NAS_NEW(arena, struct arch, (size_t)csv.nrows);
	if (!list->arch)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				csv.nrows);
	for (int r = 0; r < csv.nrows; r++)
		if (read_row(&list->arch[r], &csv, r, &at, arena, err) ==
		    NAS_ENOMEM)
			return err->code;
	list->n = csv.nrows;
	return err->code;
}
