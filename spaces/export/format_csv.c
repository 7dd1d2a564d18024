/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/json.h"
#include "spaces/export/export_formats.h"
#include "spaces/export/graph_csv.h"

/* A column: text, or a number. */
struct column {
	const char *name;
	const char *(*text)(const struct step *s);
	double (*number)(const struct step *s);
};

#define NUMBER(name, expr)                                                   \
	static double get_##name(const struct step *s)                       \
	{                                                                    \
		return (double)(expr);                                       \
	}

static const char *get_kind(const struct step *s)
{
	return s->kind;
}

static const char *get_role(const struct step *s)
{
	return s->conv.role;
}

NUMBER(block, s->block + 1)
NUMBER(in_channels, s->conv.in)
NUMBER(out_channels, s->conv.out)
NUMBER(kernel, s->conv.kernel)
NUMBER(stride, s->conv.stride)
NUMBER(groups, s->conv.groups)
NUMBER(in_height, s->in_height)
NUMBER(in_width, s->in_width)
NUMBER(out_height, s->out_height)
NUMBER(out_width, s->out_width)
NUMBER(bits_a, s->conv.bits_a)
NUMBER(bits_w, s->conv.bits_w)
NUMBER(bits_out, s->bits_out)
NUMBER(macs, s->macs)
NUMBER(bitops, s->bitops)
NUMBER(flops, s->flops)
NUMBER(params, s->params)
NUMBER(weight_bytes, s->weight_bytes)
NUMBER(in_bytes, s->in_bytes)
NUMBER(out_bytes, s->out_bytes)
NUMBER(residual_bytes, s->residual_bytes)
NUMBER(memory_bytes, s->memory_bytes)

#undef NUMBER
#define NUMBER(name) { #name, NULL, get_##name }

static const struct column columns[] = {
	NUMBER(block),
	{ "kind", get_kind, NULL },
	{ "role", get_role, NULL },
	NUMBER(in_channels),
	NUMBER(out_channels),
	NUMBER(kernel),
	NUMBER(stride),
	NUMBER(groups),
	NUMBER(in_height),
	NUMBER(in_width),
	NUMBER(out_height),
	NUMBER(out_width),
	NUMBER(bits_a),
	NUMBER(bits_w),
	NUMBER(bits_out),
	NUMBER(macs),
	NUMBER(bitops),
	NUMBER(flops),
	NUMBER(params),
	NUMBER(weight_bytes),
	NUMBER(in_bytes),
	NUMBER(out_bytes),
	NUMBER(residual_bytes),
	NUMBER(memory_bytes),
};

#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

static void add_step(struct text *t, const struct step *s, int layer,
		     bool binds)
{
	char number[32];

	text_addf(t, "%d", layer);
	for (size_t c = 0; c < NCOLUMNS; c++) {
		if (columns[c].text) {
			text_addf(t, ",%s", columns[c].text(s));
			continue;
		}
		json_format_number(number, columns[c].number(s));
		text_addf(t, ",%s", number);
	}
	text_addf(t, ",%d\n", binds);
}

static enum nas_status write_steps(struct text *out, const struct arch *arch,
				   const struct memory_model *model,
				   struct arena *arena, struct nas_err *err)
{
	int n = cost_steps(arch);
	struct step *steps = NAS_NEW(arena, struct step, (size_t)n);
	struct cost cost;

	if (!steps)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	cost_of(&cost, steps, arch, model);
	text_add(out, "layer");
	for (size_t c = 0; c < NCOLUMNS; c++)
		text_addf(out, ",%s", columns[c].name);
	text_add(out, ",binds\n");
	for (int i = 0; i < n; i++)
		add_step(out, &steps[i], i + 1, i == cost.peak_step);
	return NAS_OK;
}

enum nas_status export_csv(struct text *out, const struct export_source *source,
			   const struct export_options *options,
			   struct arena *arena, struct nas_err *err)
{
	if (source->arch)
		return write_steps(out, source->arch, options->memory, arena,
				   err);
	graph_csv(out, source->graph);
	return NAS_OK;
}
