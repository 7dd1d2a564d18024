/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of one of the best networks. */
#include "nas/form/json.h"
#include "nas/run/run.h"
#include "spaces/export/export_formats.h"

static enum nas_status make_architecture(struct nas_text *t,
					 const struct nas_run *run,
					 const struct nas_network *net,
					 struct nas_err *err)
{
	(void)run;
	return text_add_json(t, arch_to_json(&net->arch), err);
}

/* A row of export_formats[]; weights are drawn from the run's seed. Rewinds
 * the arena, for ONNX files take megabytes. */
static enum nas_status make_export(struct nas_text *t,
				   const struct nas_run *run,
				   const struct nas_network *net,
				   const char *format, struct nas_err *err)
{
	struct nas_arena *arena = run->env->arena;
	struct nas_arena_mark mark = arena_mark(arena);
	struct export_source source = { .arch = &net->arch };
	struct export_options options = EXPORT_DEFAULTS;

	options.seed = (uint64_t)run->config.search.seed;
	options.memory = &memory_models[run->problem.budgets.memory];
	options.latency = run->problem.budgets.latency;
	(void)!export_write(t, export_format_find(format), &source, &options,
			    arena, err);
	arena_rewind(arena, mark);
	return err->code;
}

static enum nas_status make_layers(struct nas_text *t,
				   const struct nas_run *run,
				   const struct nas_network *net,
				   struct nas_err *err)
{
	return make_export(t, run, net, "csv", err);
}

static enum nas_status make_onnx(struct nas_text *t, const struct nas_run *run,
				 const struct nas_network *net,
				 struct nas_err *err)
{
	return make_export(t, run, net, "onnx", err);
}

static enum nas_status make_pytorch(struct nas_text *t,
				    const struct nas_run *run,
				    const struct nas_network *net,
				    struct nas_err *err)
{
	return make_export(t, run, net, "pytorch", err);
}

const struct nas_network_file network_files[] = {
	{ "architecture.json", make_architecture },
	{ "layers.csv", make_layers },
	{ "model.onnx", make_onnx },
	{ "model.py", make_pytorch },
	{ 0 },
};
