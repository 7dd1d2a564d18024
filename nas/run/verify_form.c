/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was verified as JSON. */
#include "nas/form/record.h"
#include "nas/run/verify.h"

/* A row of a target where nothing was run. */
static enum nas_status add_left_out(struct verify_list *list,
				    const struct verify *v,
				    const struct verify_target *t,
				    const struct verify_row *row,
				    struct nas_err *err)
{
	struct verify_left_out *all =
		NAS_NEW(v->arena, struct verify_left_out,
			(size_t)list->nleft_out + 1);

	for (int i = 0; all && i < list->nleft_out; i++)
		all[i] = list->left_out[i];
	if (all)
		all[list->nleft_out++] = (struct verify_left_out){
			.name = arena_strdup(v->arena, v->source.graph->name),
			.target = t->name,
			.why = arena_strdup(v->arena, row->left_out)};
	list->left_out = all;
	return v->arena->failed ? nas_fail(err, NAS_ENOMEM,
					   "out of memory for a result")
				: NAS_OK;
}

enum nas_status verify_list_add(struct verify_list *list,
				const struct verify *v,
				const struct verify_target *t,
				const struct verify_row *row,
				struct nas_err *err)
{
	struct verify_result *all;
	bool measured = t->emulator && row->equal;

	if (row->left_out[0])
		return add_left_out(list, v, t, row, err);
	all = NAS_NEW(v->arena, struct verify_result,
		      (size_t)list->nresults + 1);
	if (!all)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a result");
	for (int i = 0; i < list->nresults; i++)
		all[i] = list->results[i];
	all[list->nresults++] = (struct verify_result){
		.name = arena_strdup(v->arena, v->source.graph->name),
		.target = t->name,
		.equal = row->equal,
		.differs = row->equal ? NULL : arena_strdup(v->arena,
							    row->differs),
		.arena_bytes = (double)v->plan.arena_bytes,
		.peak_memory_bytes = v->plan.model_bytes,
		.macs = v->macs,
		.measured = measured,
		.stack_bytes = measured ? row->stack_bytes : 0,
		.text_bytes = measured ? row->text_bytes : 0,
		.rodata_bytes = measured ? row->rodata_bytes : 0,
		.instructions = measured ? row->instructions : 0,
		.ran = t->runtime && row->levels_off < 1e9,
		.levels_off = row->levels_off,
	};
	list->results = all;
	return v->arena->failed ? nas_fail(err, NAS_ENOMEM,
					   "out of memory for a result")
				: NAS_OK;
}

#define RECORD struct verify_result
#define MEASURED .fallback = "", .given = offsetof(RECORD, measured)

static const struct form_field result_fields[] = {
	ROW(STRING, name, "of the network"),
	ROW(STRING, target, "that ran it"),
	ROW(BOOL, equal, "its outputs are those of this program"),
	ROW_MAY(STRING, differs, "what differs"),
	ROW(NUMBER, arena_bytes, "of the generated code"),
	ROW(NUMBER, peak_memory_bytes, "by the memory model"),
	ROW(NUMBER, macs, "multiply-accumulates"),
	ROW(NUMBER, stack_bytes, "used on the board", MEASURED),
	ROW(NUMBER, text_bytes, "of code", MEASURED),
	ROW(NUMBER, rodata_bytes, "of weights and tables", MEASURED),
	ROW(NUMBER, instructions, "of one image", MEASURED),
	ROW(NUMBER, levels_off, "the most that an output is off in a runtime, in "
				"levels; in ONNX Runtime, which has floats, a "
				"trained network may be off",
	    .fallback = "", .given = offsetof(RECORD, ran)),
};

static const struct form result_form =
	RECORD_FORM(NULL, "a network on a target", result_fields);

#undef RECORD
#define RECORD struct verify_left_out

static const struct form_field left_out_fields[] = {
	ROW(STRING, name, "of the network"),
	ROW(STRING, target, "that did not run it"),
	ROW(STRING, why, "what is missing, or cannot be exported"),
};

static const struct form left_out_form =
	RECORD_FORM(NULL, "a target that was left out", left_out_fields);

#undef RECORD
#define RECORD struct verify_list

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/verify/1"),
	ROW_LIST(OBJECTS, results, "each network on each target",
		 .form = &result_form),
	ROW_LIST(OBJECTS, left_out, "each network on each target that is not "
				    "here or cannot run it",
		 .form = &left_out_form),
};

const struct form verify_form = RECORD_FORM(
	"nas/verify/1", "exported networks that were run", fields);
