/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep.json */
#include "nas/form/record.h"
#include "nas/run/sweep.h"

struct axis {
	const char *path;
	struct texts values;
};

#define RECORD struct axis

static const struct form_field axis_fields[] = {
	ROW(STRING, path, "key of the config"),
	ROW(CUSTOM, values, "that it takes, JSON texts",
	    .custom = &texts_custom),
};

static const struct form axis_form =
	RECORD_FORM(NULL, "an axis of the grid", axis_fields);

struct grid {
	int nvalues;
	const int *values;
};

#undef RECORD
#define RECORD struct grid

static const struct form_field grid_fields[] = {
	ROW_LIST(INTS, values, "how many of each axis"),
};

static const struct form grid_form =
	RECORD_FORM(NULL, "a grid that there was", grid_fields);

struct whole {
	int schema;
	const char *config;
	int jobs, naxes, ngrids;
	const struct sweep *from;
};

static void make_axis(const void *in, int i, void *item)
{
	const struct sweep_axis *a = &((const struct whole *)in)->from->axis[i];

	*(struct axis *)item = (struct axis){
		a->path, { a->n, (const char *const *)a->value }
	};
}

static void make_grid(const void *in, int i, void *item)
{
	const struct sweep *s = ((const struct whole *)in)->from;

	*(struct grid *)item = (struct grid){ s->naxes, s->grid[i] };
}

#undef RECORD
#define RECORD struct whole

static const struct form_field whole_fields[] = {
	ROW_SCHEMA("nas/sweep/1"),
	ROW(STRING, config, "file of the config"),
	ROW(INT, jobs, "of the whole grid"),
	ROW_MADE_LIST("grid", naxes, &axis_form, make_axis, "its axes"),
	ROW_MADE_LIST("grown", ngrids, &grid_form, make_grid,
		      "where values were added: the grids that there were, "
		      "the last with all", .fallback = ""),
};

const struct form sweep_form = RECORD_FORM(
	"nas/sweep/1", "what a sweep is made of, sweep.json", whole_fields);

cJSON *sweep_json(const struct sweep *sweep)
{
	struct whole w = {
		.config = sweep->config,
		.jobs = sweep->njobs,
		.naxes = sweep->naxes,
		.ngrids = sweep->ngrids > 1 ? sweep->ngrids : 0,
		.from = sweep,
	};

	return form_write(&sweep_form, &w);
}
