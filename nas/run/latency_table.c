/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what was measured: networks, or single layers. */
#include <string.h>

#include "nas/base/csv.h"
#include "nas/base/file.h"
#include "nas/run/latency_fit.h"

struct table {
	struct latency_fit *fit;
	struct csv csv;
	const char *path;
	int value; /* column of what was measured */
	bool ms;   /* it is in ms, else cycles or instructions */
	struct nas_arena *arena;
};

const char *const latency_kinds[] = { "conv", "pointwise", "depthwise",
				      "dense", "squeeze", NULL };

static void count_layer(const struct latency_layer *l,
			const struct nas_latency *m, double n[LATENCY_TERMS])
{
	const struct nas_conv c = {
		.in = l->in, .out = l->out, .kernel = l->kernel,
		.stride = l->stride,
		.groups = l->kind == LATENCY_DEPTHWISE ? l->in : 1,
	};
	struct nas_place in = place_input(l->height, l->width);
	struct nas_place out = place_after(&in, l->stride);

	if (l->kind == LATENCY_ROW_DENSE)
		latency_count_dense(l->in, l->out, n);
	else if (l->kind == LATENCY_ROW_SQUEEZE)
		latency_count_squeeze(m, l->in, l->out, &in, n);
	else
		latency_count_conv(m, &c, &in, &out, n);
}

void latency_row_count(struct latency_row *row, const struct nas_latency *m)
{
	memset(row->n, 0, sizeof(row->n));
	if (row->arch)
		latency_count_arch(m, row->arch, row->n);
	for (int i = 0; i < row->nlayers; i++)
		count_layer(&row->layer[i], m, row->n);
	row->n[LATENCY_MACS_CONV] += row->macs;
	if (row->whole)
		row->n[LATENCY_NETWORK] = 1;
}

static enum nas_status make_rows(struct latency_fit *fit, int n,
				 struct nas_arena *arena, struct nas_err *err)
{
	fit->nrows = n;
	fit->row = NAS_NEW(arena, struct latency_row, (size_t)n);
	return fit->row ? NAS_OK
			: nas_fail(err, NAS_ENOMEM, "out of memory for %d rows",
				   n);
}

static enum nas_status read_networks(struct latency_fit *fit, const char *path,
				     struct nas_arena *arena,
				     struct nas_err *err)
{
	struct nas_arch_list list;

	if (arch_read(&list, path, NULL, arena, err) != NAS_OK ||
	    make_rows(fit, list.n, arena, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < list.n; i++) {
		const struct nas_arch *a = &list.arch[i];

		fit->row[i].name = a->name ? a->name : "network";
		fit->row[i].ms = a->latency_ms;
		if (!(a->latency_ms > 0))
			return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
					   "network %d ('%.80s') has no "
					   "latency_ms", i, fit->row[i].name);
		fit->row[i].arch = a;
	}
	return NAS_OK;
}

static enum nas_status find_value(struct table *t, struct nas_err *err)
{
	static const char *const names[] = { "ms", "cycles", "instructions" };

	for (int i = 0; i < 3; i++) {
		t->value = csv_column(&t->csv, names[i]);
		t->ms = i == 0;
		if (t->value >= 0)
			break;
	}
	if (t->value < 0)
		return nas_fail_at(err, NAS_EINPUT, t->path, 1, 0, NULL,
				   "no column ms, cycles or instructions");
	if (!t->ms && !(t->fit->clock_mhz > 0))
		return nas_fail(err, NAS_EUSAGE, "%s: cycles need --clock MHz",
				t->path);
	return NAS_OK;
}

/* A row that names its network's file, beside the table or from here. */
static enum nas_status read_network(struct table *t, int r, int column,
				    struct latency_row *row,
				    struct nas_err *err)
{
	const char *name = csv_at(&t->csv, r, column)->text, *from = name;
	const char *slash = strrchr(t->path, '/');
	struct nas_arch_list list;
	struct nas_text path = { 0 };

	if (slash && name[0] != '/') {
		text_addf(&path, "%.*s/%s", (int)(slash - t->path), t->path,
			  name);
		if (!path.failed && file_exists(path.data))
			from = path.data;
	}
	if (arch_read(&list, from, NULL, t->arena, err) == NAS_OK) {
		if (list.n == 1)
			row->arch = &list.arch[0];
		else
			nas_fail_at(err, NAS_EINPUT, from, 0, 0, NULL,
				    "contains %d networks, expected one",
				    list.n);
	}
	row->name = name;
	text_free(&path);
	return err->code;
}

static const char *const layer_columns[] = { "kind", "in", "out", "kernel",
					     "stride", "height", "width" };
enum { KIND, IN, OUT, KERNEL, STRIDE, HEIGHT, WIDTH, COLUMNS };

static enum nas_status find_layers(const struct table *t, int *column,
				   struct nas_err *err)
{
	for (int k = 0; k < COLUMNS; k++)
		if (csv_need(&column[k], &t->csv, layer_columns[k], err))
			return err->code;
	return NAS_OK;
}

/* A layer of its kind has such a kernel and such channels. */
static enum nas_status check_layer(const struct table *t, int r,
				   const int *column,
				   const struct latency_layer *l,
				   struct nas_err *err)
{
	if (l->kind == LATENCY_DEPTHWISE && l->out % l->in != 0)
		return csv_fail(&t->csv, csv_at(&t->csv, r, column[OUT]), err,
				"out of a depthwise layer must be a multiple "
				"of in, %d", l->in);
	if (l->kind != LATENCY_CONV && l->kind != LATENCY_DEPTHWISE &&
	    l->kernel != 1)
		return csv_fail(&t->csv, csv_at(&t->csv, r, column[KERNEL]),
				err, "kernel of a %s layer must be 1, not %d",
				latency_kinds[l->kind], l->kernel);
	return NAS_OK;
}

static enum nas_status read_layer(const struct table *t, int r,
				  const int *column, struct latency_layer *l,
				  struct nas_err *err)
{
	static const int most[] = { 0, ARCH_CHANNELS_MAX, ARCH_CHANNELS_MAX,
				    ARCH_KERNEL_MAX, ARCH_STRIDE_MAX,
				    ARCH_SIDE_MAX, ARCH_SIDE_MAX };
	const struct csv_cell *kind = csv_at(&t->csv, r, column[KIND]);
	int x[COLUMNS];

	for (int k = 1; k < COLUMNS; k++)
		if (csv_int(&x[k], &t->csv, r, column[k], 1, most[k], err))
			return err->code;
	*l = (struct latency_layer){ 0, x[IN], x[OUT], x[KERNEL], x[STRIDE],
				     x[HEIGHT], x[WIDTH] };
	while (latency_kinds[l->kind] &&
	       strcmp(kind->text, latency_kinds[l->kind]) != 0)
		l->kind++;
	return latency_kinds[l->kind]
		       ? check_layer(t, r, column, l, err)
		       : csv_fail(&t->csv, kind, err, "'%.40s' is not conv, "
				  "pointwise, depthwise, dense or squeeze",
				  kind->text);
}

static enum nas_status read_value(const struct table *t, int r,
				  struct latency_row *row, struct nas_err *err)
{
	double value;

	if (csv_number(&value, &t->csv, r, t->value, err) != NAS_OK)
		return err->code;
	if (!(value > 0))
		return csv_fail(&t->csv, csv_at(&t->csv, r, t->value), err,
				"must be above 0");
	row->ms = t->ms ? value : value / (1e3 * t->fit->clock_mhz);
	return NAS_OK;
}

static bool same_cell(const struct table *t, int r, int s, int column)
{
	return strcmp(csv_at(&t->csv, r, column)->text,
		      csv_at(&t->csv, s, column)->text) == 0;
}

/* Row r goes on with the network of the row before. */
static bool goes_on(const struct table *t, int network, int r)
{
	return r > 0 && network >= 0 && same_cell(t, r, r - 1, network);
}

/* Keep the rows of the target that is asked for. */
static enum nas_status keep_target(struct table *t, struct nas_err *err)
{
	size_t columns = (size_t)t->csv.ncolumns;
	const char *want = t->fit->target;
	int target = csv_column(&t->csv, "target"), n = 0;

	if (target < 0)
		return want ? nas_fail_at(err, NAS_EINPUT, t->path, 1, 0, NULL,
					  "no column target")
			    : NAS_OK;
	for (int r = 0; r < t->csv.nrows; r++) {
		struct csv_cell *cell = &t->csv.cell[(size_t)r * columns];

		if (!want && !same_cell(t, r, 0, target))
			return csv_fail(&t->csv, &cell[target], err, "rows "
					"of several targets: --target says "
					"which");
		if (!want || strcmp(cell[target].text, want) == 0)
			memmove(&t->csv.cell[(size_t)n++ * columns], cell,
				columns * sizeof(*cell));
	}
	t->csv.nrows = n;
	return n ? NAS_OK
		 : nas_fail_at(err, NAS_EINPUT, t->path, 0, 0, NULL,
			       "no row of the target '%.40s'", want);
}

/* Each layer a row, or the layers of a network one. */
static enum nas_status read_layers(struct table *t, int network,
				   const int *column, struct nas_err *err)
{
	struct latency_layer *layer = NAS_NEW(t->arena, struct latency_layer,
					      (size_t)t->csv.nrows);
	struct latency_row *row = t->fit->row - 1;

	if (!layer)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d layers",
				t->csv.nrows);
	for (int r = 0; r < t->csv.nrows; r++) {
		const struct csv_cell *cell = csv_at(&t->csv, r, t->value);

		if (read_layer(t, r, column, &layer[r], err) != NAS_OK)
			return err->code;
		if (!goes_on(t, network, r)) {
			*++row = (struct latency_row){ .layer = &layer[r] };
			row->whole = network >= 0;
			row->name = csv_at(&t->csv, r, network >= 0
						       ? network
						       : column[KIND])->text;
			if (read_value(t, r, row, err) != NAS_OK)
				return err->code;
		} else if (*cell->text) {
			return csv_fail(&t->csv, cell, err, "the time of "
					"network '%.40s' must stand in its "
					"first row only", row->name);
		}
		row->nlayers++;
	}
	t->fit->nrows = (int)(row - t->fit->row) + 1;
	return NAS_OK;
}

/* Networks of which no more than the MACs is known. */
static enum nas_status read_macs(struct table *t, int macs, int network,
				 struct nas_err *err)
{
	t->fit->alike = true;
	for (int r = 0; r < t->csv.nrows; r++) {
		struct latency_row *row = &t->fit->row[r];

		row->whole = true;
		row->name = network < 0 ? "network"
					: csv_at(&t->csv, r, network)->text;
		if (csv_number(&row->macs, &t->csv, r, macs, err) != NAS_OK ||
		    read_value(t, r, row, err) != NAS_OK)
			return err->code;
		if (!(row->macs > 0))
			return csv_fail(&t->csv, csv_at(&t->csv, r, macs), err,
					"must be above 0");
	}
	return NAS_OK;
}

static enum nas_status read_csv(struct table *t, struct nas_err *err)
{
	int network, macs, column[COLUMNS];

	if (csv_read(&t->csv, t->path, t->arena, err) != NAS_OK ||
	    find_value(t, err) != NAS_OK ||
	    keep_target(t, err) != NAS_OK ||
	    make_rows(t->fit, t->csv.nrows, t->arena, err) != NAS_OK)
		return err->code;
	network = csv_column(&t->csv, "network");
	macs = csv_column(&t->csv, "macs");
	if (macs >= 0)
		return read_macs(t, macs, network, err);
	if (network < 0 || csv_column(&t->csv, layer_columns[KIND]) >= 0)
		return find_layers(t, column, err) == NAS_OK
			       ? read_layers(t, network, column, err)
			       : err->code;
	for (int r = 0; r < t->csv.nrows; r++)
		if (read_value(t, r, &t->fit->row[r], err) != NAS_OK ||
		    read_network(t, r, network, &t->fit->row[r], err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

enum nas_status latency_fit_read(struct latency_fit *fit, const char *path,
				 struct nas_arena *arena, struct nas_err *err)
{
	size_t n = strlen(path);
	struct table t = { .fit = fit, .path = path, .arena = arena };

	if (n > 5 && strcmp(path + n - 5, ".json") == 0)
		return read_networks(fit, path, arena, err);
	return read_csv(&t, err);
}
