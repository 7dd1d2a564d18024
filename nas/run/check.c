/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/check.h"

#include <math.h>
#include <string.h>

#include "nas/base/rng.h"
#include "nas/base/samples.h"
#include "nas/base/watch.h"
#include "nas/form/form.h"
#include "spaces/board.h"
#include "spaces/latency.h"

#define SAMPLE_STREAM 1000003 /* apart from the streams of the islands */

static void count_exceeded(struct check_sample *s,
			   const struct nas_problem *problem,
			   const struct nas_total *total)
{
	const struct nas_budgets *b = &problem->budgets;

	s->feasible += problem_excess(problem, total) == 0;
	for (int r = 0; r < RESOURCES; r++)
		s->exceeded[r] += !budget_met(total->res[r], b->limit[r]);
	s->exceeded[BUDGET_SRAM] += !budget_met(total->peak_bytes, b->sram_bytes);
	s->exceeded[BUDGET_RHO] += !budget_met(total->rho, b->rho);
}

#define TOLD 1024 /* draws between two looks at who waits */

static enum nas_status draw_sample(struct check *c, int n,
				   struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_config *config = &c->config;
	struct check_sample *s = &c->sample;
	struct nas_space_sampler sampler;
	struct nas_genome genome;
	struct nas_total total;
	struct rng rng;

	memset(s, 0, sizeof(*s));
	if (space_sampler_init(&sampler, &config->space, arena, err))
		return err->code;
	rng_seed(&rng, (uint64_t)config->search.seed, SAMPLE_STREAM);
	watch_begin(c->watch, n);
	for (; s->drawn < n; s->drawn++) {
		space_sample(&sampler, &genome, &rng);
		problem_costs(&c->problem, &genome, &total);
		count_exceeded(s, &c->problem, &total);
		if (s->drawn % TOLD == TOLD - 1)
			watch_step(c->watch, TOLD);
	}
	s->share = (double)s->feasible / s->drawn;
	samples_share(&s->low, &s->high, s->feasible, s->drawn);
	return NAS_OK;
}

static bool contains(const int *list, int value)
{
	for (int i = 0; list[i]; i++)
		if (list[i] == value)
			return true;
	return false;
}

/* Bits that some stage offers and the kernels do not run, as a set. */
static unsigned foreign_bits(const struct nas_space *space, bool weights,
			     const int *kernels)
{
	unsigned set = 0;

	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		const int *bits = weights ? st->bits_w : st->bits_a;
		int n = weights ? st->nbits_w : st->nbits_a;

		for (int i = 0; i < n; i++)
			if (!contains(kernels, bits[i]) && bits[i] < 32)
				set |= 1u << bits[i];
	}
	return set;
}

static void note_bits(struct nas_text *notes, const struct nas_board *board,
		      const char *what, unsigned set)
{
	bool first = true;

	if (!set)
		return;
	text_addf(notes, "no kernel of %s runs %s of ", board->name, what);
	for (int b = 1; b < 32; b++)
		if (set >> b & 1) {
			text_addf(notes, "%s%d", first ? "" : ", ", b);
			first = false;
		}
	text_addf(notes, " bits natively (%s); they are stored packed and "
		  "widened\n", board->kernels);
}

static void note_board(struct nas_text *notes, const struct nas_config *config)
{
	const struct nas_board *b = config->board_found;

	if (!b)
		return;
	note_bits(notes, b, "activations",
		  foreign_bits(&config->space, false, b->bits_a));
	note_bits(notes, b, "weights",
		  foreign_bits(&config->space, true, b->bits_w));
	if (config->budgets.sram_bytes > b->sram_bytes)
		text_addf(notes, "sram_bytes is above the %.0f of %s\n",
			  b->sram_bytes, b->name);
	if (config->budgets.flash_bytes > b->flash_bytes)
		text_addf(notes, "flash_bytes is above the %.0f of %s\n",
			  b->flash_bytes, b->name);
}

static void note_latency(struct nas_text *notes,
			 const struct nas_config *config)
{
	const struct nas_latency *m = config->budgets.latency_model;
	char text[512];

	if (!m)
		return;
	latency_text(text, sizeof(text), m);
	text_add(notes, "latency is counted by ");
	if (config->latency_of_board)
		text_addf(notes, "the model of %s, ",
			  config->board_found->name);
	text_addf(notes, "%s\n", text);
}

static void make_notes(struct nas_text *notes, const struct nas_config *config,
		       const struct nas_network *smallest)
{
	double limit[BUDGET_KINDS];
	int n = 0;

	budget_limits(&config->limits, limit);
	for (int i = 0; i < BUDGET_KINDS; i++) {
		n += isfinite(limit[i]);
		if (smallest->used[i] > 1)
			text_addf(notes, "the smallest architecture exceeds "
				  "%s by %.3g %%\n", budget_kinds[i].key,
				  100 * (smallest->used[i] - 1));
	}
	if (n == 0)
		text_add(notes, "no budget is given: the best network is the "
			 "largest one\n");
	note_board(notes, config);
	note_latency(notes, config);
	if (config_blind_score(config))
		text_addf(notes, "%s\n", config_blind_score(config));
}

enum nas_status check_run(struct check *c, int n, struct nas_arena *arena,
			  struct nas_err *err)
{
	struct nas_genome genome;

	if (config_problem(&c->problem, &c->config, arena, err) != NAS_OK)
		return err->code;
	c->size = space_size(&c->config.space);
	space_smallest(&c->config.space, &genome);
	if (network_make(&c->smallest, &c->problem, &genome, arena, err))
		return err->code;
	make_notes(&c->notes, &c->config, &c->smallest);
	if (text_check(&c->notes, "the notes", err) != NAS_OK)
		return err->code;
	return draw_sample(c, n, arena, err);
}

/* Room for n more. */
static enum nas_status grow_judged(struct check *c, int n,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct nas_judged *all =
		NAS_NEW(arena, struct nas_judged, (size_t)(c->njudged + n));

	if (!all)
		return nas_fail(err, NAS_ENOMEM, "out of memory for networks");
	for (int i = 0; i < c->njudged; i++)
		all[i] = c->judged[i];
	c->judged = all;
	return NAS_OK;
}

/* Stage weights of the config are for its own number of stages: a network of
 * another number, which is in no such space, gets those of the rule. */
static enum nas_status judge_one(struct check *c, const struct nas_arch *arch,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct nas_problem problem = c->problem;

	if (problem.score.qe.nstage_weights != arch_stages(arch, NULL))
		problem.score.qe.nstage_weights = 0;
	return judge_network(&c->judged[c->njudged++], &problem, arch, arena,
			     err);
}

static enum nas_status judge_file(struct check *c, const char *file,
				  struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_space_input *input = &c->config.space.input;
	struct nas_arch_defaults defaults = {
		input->height[0], input->nwidth ? input->width[0]
						: input->height[0] };
	struct nas_arch_list list;

	if (arch_read(&list, file, &defaults, arena, err) != NAS_OK ||
	    grow_judged(c, list.n, arena, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < list.n; i++) {
		if (!list.arch[i].name || !*list.arch[i].name)
			list.arch[i].name = file;
		if (judge_one(c, &list.arch[i], arena, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

enum nas_status check_contains(struct check *c, const char *const *file,
			       int nfiles, struct nas_arena *arena,
			       struct nas_err *err)
{
	if (config_problem(&c->problem, &c->config, arena, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < nfiles; i++)
		if (judge_file(c, file[i], arena, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}
