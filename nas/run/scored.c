/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/scored.h"

#include "scoring/qe.h"

/* How it is scored: the command line, else the file, else the default. */
static void apply_score(struct nas_arch *arch,
			const struct scored_options *options)
{
	const struct nas_qe_options *qe = &options->qe;

	if (qe->nstage_weights)
		arch->nstage_weights = qe->nstage_weights;
	for (int s = 0; s < qe->nstage_weights; s++)
		arch->stage_weights[s] = qe->stage_weights[s];
	if (arch->nstage_weights == 0) {
		arch->nstage_weights = arch_stages(arch, NULL);
		qe_default_weights(QE_PUBLISHED, arch->stage_weights,
				   arch->nstage_weights);
	}
	if (options->sigma_a_given || !(arch->sigma_a > 0))
		arch->sigma_a = qe->sigma_a;
	if (options->sigma_w_given || !(arch->sigma_w > 0))
		arch->sigma_w = qe->sigma_w;
}

/* Other bits; the first block and the head take 8/8. The blocks are copied. */
static bool apply_bits(struct nas_arch *arch,
		       const struct scored_options *options,
		       struct nas_arena *arena)
{
	struct nas_block *block;

	if (!options->bits_a)
		return true;
	block = NAS_NEW(arena, struct nas_block, (size_t)arch->nblocks);
	if (!block)
		return false;
	for (int b = 0; b < arch->nblocks; b++) {
		block[b] = arch->block[b];
		for (int j = 0; j < block_kinds[block[b].kind].nconvs; j++) {
			block[b].bits_a[j] = b ? options->bits_a : 8;
			block[b].bits_w[j] = b ? options->bits_w : 8;
		}
	}
	arch->block = block;
	arch->head.bits_a = arch->head.bits_w = 8;
	return true;
}

static void apply(struct nas_arch *arch, const struct scored_options *options)
{
	if (options->height) {
		arch->height = options->height;
		arch->width = options->width;
	}
	if (options->classes >= 0)
		arch->head.classes = options->classes;
	apply_score(arch, options);
}

/* All closed forms, each with its own stage weights. */
static void score_others(struct scored *scored, const struct nas_qe_options *qe)
{
	struct nas_score_options o = SCORE_DEFAULTS;

	o.qe.sigma_a = qe->sigma_a;
	o.qe.sigma_w = qe->sigma_w;
	for (int i = 0; i < SCORES_MAX && scores[i].name; i++) {
		struct nas_err err = { 0 };

		scored->has_other[i] =
			!scores[i].sampled &&
			score_value(&scored->other[i], &scores[i],
				    &scored->arch, &o, &err) == NAS_OK;
	}
}

/* What random networks say, where it was asked for. */
static enum nas_status sample(struct scored *scored,
			      const struct scored_options *o,
			      struct nas_arena *arena, struct nas_err *err)
{
	const struct zen_options zen = { .samples = o->zen,
					 .seed = o->monte.seed,
					 .threads = o->monte.threads,
					 .watch = o->monte.watch };

	scored->asked = o->monte;
	if (o->zen && zen_score(&scored->zen, &scored->arch, &zen, err))
		return err->code;
	if (o->monte.samples == 0)
		return NAS_OK;
	return monte_carlo(&scored->monte, &scored->arch, &o->qe, &o->monte,
			   arena, err);
}

enum nas_status scored_make(struct scored *scored, const struct nas_arch *arch,
			    const struct scored_options *options,
			    struct nas_arena *arena, struct nas_err *err)
{
	enum nas_status status;

	scored->arch = *arch;
	scored->arch.name = scored->name; /* for messages */
	apply(&scored->arch, options);
	if (!apply_bits(&scored->arch, options, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bits of "
				"'%s'", scored->name);
	status = arch_check(&scored->arch, err);
	if (status != NAS_OK)
		return status;
	scored->model = options->model;
	scored->steps = NAS_NEW(arena, struct nas_step,
				(size_t)cost_steps(&scored->arch));
	scored->entropy = NAS_NEW(arena, double, (size_t)arch->nblocks);
	if (!scored->steps || !scored->entropy)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers of "
				"'%s'", scored->name);
	cost_of(&scored->cost, scored->steps, &scored->arch, options->model);
	scored->latency = options->latency;
	scored->cost.latency_ms = latency_of(scored->latency, &scored->arch);
	deepmad_of(&scored->deepmad, &scored->arch);
	score_others(scored, &options->qe);
	if (qe_score(&scored->score, scored->entropy, &scored->arch, &qe_rule,
		     &options->qe, err) != NAS_OK)
		return err->code;
	return sample(scored, options, arena, err);
}
