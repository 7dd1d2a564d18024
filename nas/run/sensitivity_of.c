/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/sensitivity_of.h"

#define VALUES_MAX ((size_t)1 << 30)

/* The class to keep to: as given, or the first image's where one is best. */
static enum nas_status choose_label(struct sensitivity_run *r,
				    const struct data *d, struct nas_err *err)
{
	if (r->label >= 0 && !d->labels)
		return nas_fail(err, NAS_EUSAGE, "--label: the images have no "
				"labels; --labels Y gives them");
	if (r->label < 0 && d->labels && r->metric->one_label)
		r->label = d->label[0];
	return NAS_OK;
}

static enum nas_status take_images(struct sensitivity_run *r, int most,
				   struct nas_arena *arena, struct nas_err *err)
{
	const struct data *d = r->model.data;
	size_t count = r->model.count;
	struct sensitivity_job *job = &r->job;
	float *x;

	if (choose_label(r, d, err) != NAS_OK)
		return err->code;
	most = most < d->n ? most : d->n;
	if (count > VALUES_MAX / (size_t)most)
		return nas_fail(err, NAS_ENOMEM, "out of memory: %d images "
				"are too many to hold; --images N takes fewer",
				most);
	x = NAS_NEW2(arena, float, (size_t)most, count);
	if (!x)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the images");
	for (int i = 0; i < d->n && job->n < most; i++) {
		if (r->label >= 0 && d->label[i] != r->label)
			continue;
		if (model_images(&r->model, i, 1, x + (size_t)job->n * count,
				 NULL, 1, err) != NAS_OK)
			return err->code;
		job->n++;
	}
	if (job->n == 0)
		return nas_fail(err, NAS_EINPUT, "no image has label %d",
				r->label);
	job->x = x;
	return NAS_OK;
}

static enum nas_status find_images(struct sensitivity_run *r,
				   const struct sensitivity_options *o,
				   struct nas_arena *arena, struct nas_err *err)
{
	if (r->metric->images == 0)
		return NAS_OK;
	if (!o->model.images)
		return nas_fail(err, NAS_EUSAGE, "metric '%s' needs --data X",
				r->metric->name);
	if (model_open_data(&r->model, &o->model, err) != NAS_OK)
		return err->code;
	return take_images(r, o->images ? o->images : r->metric->images, arena,
			   err);
}

struct steps {
	const struct nas_run_env *env;
	const char *name;
};

static void tell(void *context, int done, int of)
{
	const struct steps *s = context;

	run_step(s->env, s->name, done, of);
}

/* What its numbers are not good for. */
static void judge(const struct sensitivity_run *r,
		  const struct nas_run_env *env)
{
	const struct sensitivity_metric *m = r->metric;

	if (m->images && r->job.n < m->few)
		run_warn(env, "metric '%s' of %d image%s is a guess: take %d "
			 "or more", m->name, r->job.n,
			 r->job.n == 1 ? "" : "s", m->few);
	if (r->s.nguessed > 0)
		run_warn(env, "metric '%s' cannot be measured on %d of %d "
			 "layers, whose maps are too small: they get the "
			 "median of the others", m->name, r->s.nguessed,
			 r->s.nlayers);
	switch (sensitivity_sense(&r->s, 0, r->s.nlayers - 1)) {
	case SENSITIVITY_NOTHING:
		run_warn(env, "metric '%s' is 0 for all layers and bits: it "
			 "says nothing of this network%s", m->name,
			 m->images ? " on these images" : "");
		break;
	case SENSITIVITY_ALIKE:
		if (!m->alike)
			run_warn(env, "metric '%s' is the same for all layers: "
				 "it does not tell them apart", m->name);
		break;
	case SENSITIVITY_TELLS:
		break;
	}
}

/* The metric that is asked for, or the one that suits the network. */
static void choose_metric(struct sensitivity_run *r,
			  struct sensitivity_options *o,
			  const struct nas_run_env *env)
{
	int images;

	r->metric = o->metric;
	if (r->metric)
		return;
	r->metric = sensitivity_auto(&r->model.graph, &r->job,
				     o->model.images != NULL, &images);
	if (!o->images)
		o->images = images;
	if (images)
		run_note(env, "metric %s: '%s' of at most %d images",
			 SENSITIVITY_AUTO, r->metric->name, o->images);
	else
		run_note(env, "metric %s: '%s'%s", SENSITIVITY_AUTO,
			 r->metric->name, o->model.images ? "" : ", without "
			 "images (--data X)");
}

enum nas_status sensitivity_of(struct sensitivity_run *r, const char *path,
			       const struct sensitivity_options *options,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	struct sensitivity_options o = *options;
	struct steps steps = { .env = env };
	char resized[120];

	*r = (struct sensitivity_run){ .job = o.job, .label = o.label };
	r->job.graph = &r->model.graph;
	r->job.threads = env->threads;
	r->job.progress = tell;
	r->job.context = &steps;
	o.model.cut = true;
	if (model_read(&r->model, path, &o.model, env->arena, err) != NAS_OK)
		return err->code;
	model_notes(&r->model, &o.model, env);
	choose_metric(r, &o, env);
	steps.name = r->metric->name;
	if (find_images(r, &o, env->arena, err) == NAS_OK)
		(void)!sensitivity_run(&r->s, r->metric, &r->job, env->arena,
				       err);
	run_steps_end(env);
	r->job.progress = NULL;
	if (err->code == NAS_OK)
		judge(r, env);
	if (*model_resized(&r->model, resized, sizeof(resized)))
		run_note(env, "%s", resized);
	model_close(&r->model);
	return err->code;
}
