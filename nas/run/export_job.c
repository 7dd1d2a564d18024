/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/export_job.h"

#include <stdlib.h>
#include <string.h>

#include "nas/form/json.h"
#include "nas/run/export_levels.h"
#include "spaces/import/layers.h"
#include "spaces/import/onnx.h"

struct found { /* the network of the file */
	const char *path;
	char *bytes; /* (length) of it, while it is read */
	size_t length;
	struct nas_arch arch;
	struct onnx_ours ours; /* an ONNX file of ours */
	bool trained;	       /* another one, or other bits are asked for */
	bool drawn;	       /* a list of layers: its weights are random */
	struct export_source source;
};

static enum nas_status pick(struct found *f, const struct export_job *job,
			    const struct nas_arch_list *list,
			    struct nas_err *err)
{
	if (list->n > 1 && job->pick == 0)
		return nas_fail_at(err, NAS_EINPUT, f->path, 0, 0, NULL,
				   "holds "
				   "%d architectures; --pick N says which",
				   list->n);
	if (job->pick > list->n)
		return nas_fail(err, NAS_EUSAGE, "--pick must be at most %d, "
				"not %d", list->n, job->pick);
	f->arch = list->arch[job->pick ? job->pick - 1 : 0];
	return arch_check(&f->arch, err);
}

static enum nas_status read_json(struct found *f, const struct export_job *job,
				 struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_arch_defaults defaults = {0};
	struct nas_arch_list list;
	struct json_doc doc = {0};

	if (json_parse(&doc, f->bytes, f->length, f->path, err) == NAS_OK &&
	    arch_from_json(&list, &doc, doc.root, &defaults, arena, err) ==
		    NAS_OK)
		(void)!pick(f, job, &list, err);
	json_free(&doc);
	return err->code;
}

/* An ONNX file of ours: its numbers are handed on. */
static enum nas_status read_onnx(struct found *f, const struct export_job *job,
				 struct nas_arena *arena, struct nas_err *err)
{
	bool ours;

	if (onnx_is_ours(&ours, f->bytes, f->length, f->path, arena, err) !=
	    NAS_OK)
		return err->code;
	f->trained = !ours || job->has_bits;
	if (f->trained)
		return NAS_OK;
	if (onnx_read(&f->ours, f->bytes, f->length, f->path, arena, err) ==
	    NAS_OK) {
		f->arch = f->ours.arch;
		f->source.graph = &f->ours.graph;
		f->source.seed = f->ours.seed;
	}
	return err->code;
}

/* A list of layers, by its schema. */
static bool is_list(const struct found *f)
{
	struct nas_err err = { 0 }; /* an architecture's reader says it */
	struct json_doc doc = { 0 };
	bool list = false;

	if (layers_looks_like(f->bytes, f->length) &&
	    json_parse(&doc, f->bytes, f->length, f->path, &err) == NAS_OK) {
		const cJSON *schema = cJSON_GetObjectItemCaseSensitive(
			doc.root, "schema");

		list = cJSON_IsString(schema) &&
		       strcmp(schema->valuestring, LAYERS_FORM) == 0;
	}
	json_free(&doc);
	return list;
}

static enum nas_status find(struct found *f, const struct export_job *job,
			    const char *path, struct nas_arena *arena,
			    struct nas_err *err)
{
	f->path = path;
	if (file_read(path, ONNX_FILE_MAX, &f->bytes, &f->length, err) !=
	    NAS_OK)
		return err->code;
	if (onnx_looks_like(f->bytes, f->length))
		(void)!read_onnx(f, job, arena, err);
	else if (is_list(f))
		f->trained = f->drawn = true;
	else if (job->has_bits)
		nas_fail(err, NAS_EUSAGE,
			 "--policy, --bits-w and --bits-a are for ONNX "
			 "networks; an architecture has its own bits");
	else if (job->of_trained)
		nas_fail(err, NAS_EUSAGE, "unexpected option '--%s': '%.200s' "
			 "is an architecture, and no trained network",
			 job->of_trained, path);
	else
		(void)!read_json(f, job, arena, err);
	if (!f->trained)
		f->source.arch = &f->arch;
	free(f->bytes);
	f->bytes = NULL;
	return err->code;
}

/* What images say of the layers: ranges and biases. */
static enum nas_status calibrate_model(struct quantised *q,
				       const struct export_job *job,
				       const struct nas_run_env *env,
				       struct nas_err *err)
{
	bool images = job->model.images || job->bits.images;
	char resized[120];

	if (!images && quantised_inputs(q))
		return nas_fail(err, NAS_EUSAGE,
				"bits of layers' inputs need their ranges: "
				"--data X gives images");
	if (!images) {
		run_note(env, "no images (--data X): weights are rounded each "
			 "by itself, biases are left");
		return NAS_OK;
	}
	if ((!job->bits.images &&
	     model_open_data(q->model, &job->model, err) != NAS_OK) ||
	    quantised_calibrate(q, env->threads, err) != NAS_OK)
		return err->code;
	if (*model_resized(q->model, resized, sizeof(resized)))
		run_note(env, "%s", resized);
	return NAS_OK;
}

/* The file of the network, unquantised, when its images may have any size and
 * have this one. */
static enum nas_status at_size(struct nas_text *out, const char *path,
			       int height, int width,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	const struct export_options how = EXPORT_DEFAULTS;
	const struct model_options size = { .height = height, .width = width };
	struct export_source source = { .open_size = true };
	struct model m;

	if (model_read(&m, path, &size, env->arena, err) != NAS_OK)
		return err->code;
	source.graph = &m.graph;
	return export_write(out, export_format_find("onnx"), &source, &how,
			    env->arena, err);
}

/* Nothing in it depends on the size of its images. Sizes at which maps are odd
 * and even, so that borders which depend on it tell. */
static bool any_size(const char *path, const struct nas_run_env *env)
{
	static const int side[] = { 224, 257, 97 };
	struct nas_text first = { 0 }, other = { 0 };
	struct nas_err err = { 0 };
	bool same = at_size(&first, path, side[0], side[0], env, &err) ==
		    NAS_OK;

	for (int k = 1; same && k < 3; k++) {
		same = at_size(&other, path, side[k], side[k - 1], env,
			       &err) == NAS_OK &&
		       other.length == first.length &&
		       memcmp(other.data, first.data, first.length) == 0;
		text_free(&other);
	}
	text_free(&first);
	return same;
}

/* A size that the file leaves open stays so where nobody gives one and the
 * format can say it; else it must be given. */
static enum nas_status settle_size(bool *open, const struct export_job *job,
				   const struct graph *g, const char *path,
				   const struct nas_run_env *env,
				   struct nas_err *err)
{
	bool onnx = job->format == export_format_find("onnx") ||
		    job->format == export_format_find("qonnx");

	*open = onnx && g->open_size && !job->model.height &&
		any_size(path, env);
	if (!*open && g->assumed_size)
		return nas_fail(err, NAS_EUSAGE, "the network leaves the size "
				"of its images open, and %s depends on it: "
				"--image-size HxW or --data X says it",
				onnx ? "it" : "the output");
	return NAS_OK;
}

static bool needs_grids(const struct export_job *job)
{
	return job->format->needs == EXPORT_LEVELS ||
	       job->format->needs == EXPORT_INTEGERS;
}

/* Of a graph that may have to be on grids first. drawn: its numbers are. */
static enum nas_status write_graph(struct nas_text *out,
				   const struct export_job *job,
				   const struct export_source *source,
				   bool drawn, const struct nas_run_env *env,
				   struct nas_err *err)
{
	struct export_source gridded = *source;
	struct graph whole;

	if (needs_grids(job)) {
		if (export_levels(&whole, source->graph, drawn, job, env,
				  err) != NAS_OK)
			return err->code;
		gridded.graph = &whole;
	}
	return export_write(out, job->format, &gridded, &job->options,
			    env->arena, err);
}

/* With the bits that are asked for. */
static enum nas_status read_trained(struct graph *g, struct model *m,
				    const struct export_job *job,
				    const char *path, bool *open,
				    const struct nas_run_env *env,
				    struct nas_err *err)
{
	bool numbers = job->format->needs >= EXPORT_NUMBERS;
	struct quantised *q = NAS_NEW(env->arena, struct quantised, 1);
	struct model_options model = job->model;

	if (!q)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	model.cut = !numbers;
	if (model_read(m, path, &model, env->arena, err) != NAS_OK ||
	    settle_size(open, job, &m->graph, path, env, err) != NAS_OK ||
	    quantised_read(q, m, &job->bits, env->arena, err) != NAS_OK)
		return err->code;
	model_notes(m, &model, env);
	if (numbers && quantised_needs_images(q) &&
	    calibrate_model(q, job, env, err) != NAS_OK)
		return err->code;
	return quantised_graph(g, q, numbers, err);
}

static enum nas_status write_trained(struct nas_text *out,
				     const struct export_job *job,
				     const char *path,
				     const struct nas_run_env *env,
				     struct nas_err *err)
{
	struct model m = {0};
	struct graph g;
	struct export_source source = {.graph = &g};

	if (read_trained(&g, &m, job, path, &source.open_size, env, err) ==
	    NAS_OK)
		(void)!write_graph(out, job, &source, false, env, err);
	model_close(&m);
	return err->code;
}

enum nas_status export_job_run(struct nas_text *out,
			       const struct export_job *job, const char *path,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	struct found *f = NAS_NEW(env->arena, struct found, 1);
	struct graph g;

	if (!f)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	if (find(f, job, path, env->arena, err) != NAS_OK)
		return err->code;
	if (f->drawn)
		run_note(env, "the weights of %s, a list of layers, are random",
			 path);
	if (f->trained)
		return write_trained(out, job, path, env, err);
	if (job->format->needs == EXPORT_LEVELS) {
		bool drawn = !f->source.graph;

		if (drawn && export_draw(&g, &f->arch, job->options.seed,
					 env->arena, err) != NAS_OK)
			return err->code;
		return write_graph(out, job, &(struct export_source){
				   .graph = drawn ? &g : f->source.graph },
				   drawn, env, err);
	}
	return export_write(out, job->format, &f->source, &job->options,
			    env->arena, err);
}

/* A trained network on its grids. */
static enum nas_status trained_source(struct export_source *source,
				      const struct export_job *job,
				      const char *path,
				      const struct nas_run_env *env,
				      struct nas_err *err)
{
	struct graph *g = NAS_NEW(env->arena, struct graph, 2);
	struct model m = {0};
	bool open;

	if (!g)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	*source = (struct export_source){.graph = &g[1]};
	if (read_trained(&g[0], &m, job, path, &open, env, err) == NAS_OK)
		(void)!export_levels(&g[1], &g[0], false, job, env, err);
	model_close(&m);
	return err->code;
}

enum nas_status export_job_source(struct export_source *source,
				  const struct export_job *job,
				  const char *path,
				  const struct nas_run_env *env,
				  struct nas_err *err)
{
	struct found *f = NAS_NEW(env->arena, struct found, 1);
	struct graph *g = NAS_NEW(env->arena, struct graph, 1);

	if (!f || !g)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	if (find(f, job, path, env->arena, err) != NAS_OK)
		return err->code;
	if (f->trained)
		return trained_source(source, job, path, env, err);
	*source = f->source;
	if (source->graph)
		return NAS_OK;
	source->graph = g;
	source->seed = job->options.seed;
	return export_draw(g, source->arch, job->options.seed, env->arena, err);
}
