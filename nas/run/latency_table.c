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
	struct nas_latency counter; /* without factors */
	struct nas_arena *arena;
};

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
	const struct nas_latency counter = { .channel_step =
						     fit->channel_step };
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
		latency_count_arch(&counter, a, fit->row[i].n);
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
			latency_count_arch(&t->counter, &list.arch[0], row->n);
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

static enum nas_status read_layer(const struct table *t, int r,
				  const int *column, struct latency_row *row,
				  struct nas_err *err)
{
	static const int most[] = { 0, ARCH_CHANNELS_MAX, ARCH_CHANNELS_MAX,
				    ARCH_KERNEL_MAX, ARCH_STRIDE_MAX,
				    ARCH_SIDE_MAX, ARCH_SIDE_MAX };
	const struct csv_cell *kind = csv_at(&t->csv, r, column[KIND]);
	int x[COLUMNS];
	struct nas_conv c;
	struct nas_place in, out;

	for (int k = 1; k < COLUMNS; k++)
		if (csv_int(&x[k], &t->csv, r, column[k], 1, most[k], err))
			return err->code;
	row->name = kind->text;
	c = (struct nas_conv){ .in = x[IN], .out = x[OUT],
			       .kernel = x[KERNEL], .stride = x[STRIDE],
			       .groups = 1 };
	in = place_input(x[HEIGHT], x[WIDTH]);
	out = place_after(&in, c.stride);
	if (strcmp(kind->text, "dense") == 0) {
		latency_count_dense(x[IN], x[OUT], row->n);
		return NAS_OK;
	}
	if (strcmp(kind->text, "depthwise") == 0)
		c.groups = c.in;
	else if (strcmp(kind->text, "conv") != 0 &&
		 strcmp(kind->text, "pointwise") != 0)
		return csv_fail(&t->csv, kind, err, "'%.40s' is not conv, "
				"pointwise, depthwise or dense", kind->text);
	latency_count_conv(&c, &in, &out, t->counter.channel_step, row->n);
	return NAS_OK;
}

static enum nas_status read_csv(struct table *t, struct nas_err *err)
{
	int network, column[COLUMNS];
	double value;

	if (csv_read(&t->csv, t->path, t->arena, err) != NAS_OK ||
	    find_value(t, err) != NAS_OK ||
	    make_rows(t->fit, t->csv.nrows, t->arena, err) != NAS_OK)
		return err->code;
	network = csv_column(&t->csv, "network");
	if (network < 0 && find_layers(t, column, err) != NAS_OK)
		return err->code;
	for (int r = 0; r < t->csv.nrows; r++) {
		struct latency_row *row = &t->fit->row[r];

		if (csv_number(&value, &t->csv, r, t->value, err) != NAS_OK)
			return err->code;
		if (!(value > 0))
			return csv_fail(&t->csv, csv_at(&t->csv, r, t->value),
					err, "must be above 0");
		row->ms = t->ms ? value : value / (1e3 * t->fit->clock_mhz);
		if ((network < 0 ? read_layer(t, r, column, row, err)
				 : read_network(t, r, network, row, err)))
			return err->code;
	}
	return NAS_OK;
}

enum nas_status latency_fit_read(struct latency_fit *fit, const char *path,
				 struct nas_arena *arena, struct nas_err *err)
{
	size_t n = strlen(path);
	struct table t = { .fit = fit, .path = path, .arena = arena,
			   .counter = { .channel_step = fit->channel_step } };

	if (n > 5 && strcmp(path + n - 5, ".json") == 0)
		return read_networks(fit, path, arena, err);
	return read_csv(&t, err);
}
