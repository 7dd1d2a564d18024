/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A problem: space, budgets and score compiled into chains. */
#include <math.h>
#include <string.h>

#include "scoring/chain.h"
#include "scoring/chain_made.h"
#include "scoring/trust.h"

#define HALF_LN_MAX (1 << 20) /* larger fan-ins call log() */

/* Upper bound of a fan-in C k^2 anywhere in the space. */
static int largest_fan(const struct nas_space *space)
{
	double most = space->input.channels, fan = 1;

	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		int k = st->kernel[st->nkernel - 1];
		double width = st->width[st->nwidth - 1];
		double e = st->nexpand ? st->expand[st->nexpand - 1] : 1;
		double hidden = e * fmax(most, width) + 8;

		fan = fmax(fan, fmax(most * k * k, hidden));
		most = fmax(most, width);
	}
	return fan < HALF_LN_MAX ? (int)fan + 1 : HALF_LN_MAX;
}

static double *make_half_ln(int n, struct nas_arena *arena)
{
	double *table = NAS_NEW(arena, double, (size_t)n);

	for (int i = 1; table && i < n; i++)
		table[i] = 0.5 * log(i);
	return table;
}

/* What bits give to a block. */
static void fill_gain(struct nas_chain_stage *cs,
		      const struct nas_linear *linear,
		      const struct nas_qe_options *qe, int a, int w)
{
	bool bits = cs->choices->nbits_a > 0;
	double gain[2];

	linear_gain(linear, &block_kinds[cs->choices->kind], &cs->weight,
		    bits ? cs->bits_a[a] : 0, bits ? cs->bits_w[w] : 0, qe,
		    gain);
	cs->gain[0][a][w] = gain[0];
	cs->gain[1][a][w] = gain[1];
}

/* Bits of a block: costs and what they give. */
static void fill_bits(struct nas_chain_stage *cs,
		      const struct nas_latency *latency,
		      const struct nas_linear *linear,
		      const struct nas_qe_options *qe)
{
	const struct nas_stage *st = cs->choices;
	int na = st->nbits_a ? st->nbits_a : 1;
	int nw = st->nbits_w ? st->nbits_w : 1;

	for (int a = 0; a < na; a++)
		cs->bits_a[a] = st->nbits_a ? st->bits_a[a] : 8;
	for (int w = 0; w < nw; w++) {
		cs->bits_w[w] = st->nbits_w ? st->bits_w[w] : 8;
		cs->bytes_w[w] = cs->bits_w[w] / 8.0;
	}
	for (int a = 0; a < na; a++)
		for (int w = 0; w < nw; w++) {
			cs->aw[a][w] = cs->bits_a[a] * cs->bits_w[w] / 64.0;
			cs->root[a][w] = sqrt(cs->aw[a][w]);
			cs->slow[a][w] =
				latency ? latency_factor(latency, cs->bits_a[a],
							 cs->bits_w[w])
					: 1;
			fill_gain(cs, linear, qe, a, w);
		}
}

/* A score stage ends before each stage with stride 2 and at the end. */
static int count_score_stages(const struct nas_chain *chain)
{
	int n = 1;

	for (int s = 1; s < chain->nstages; s++)
		n += chain->stage[s].stride == 2;
	return n;
}

/* Weights of stage ends by one rule (enum nas_feature_stages). */
static void fill_rule(struct nas_chain *chain, int rule, const double *weight)
{
	int stage = count_score_stages(chain) - 1;
	double behind = 0;

	for (int s = chain->nstages - 1; s >= 0; s--) {
		struct nas_chain_stage *cs = &chain->stage[s];
		bool ends = s == chain->nstages - 1 || cs[1].stride == 2;

		if (ends && s < chain->nstages - 1)
			stage--;
		if (ends)
			behind += weight[stage];
		cs->weight.behind[rule] = behind;
		cs->weight.end[rule] = ends ? weight[stage] : 0;
	}
}

/* What a product weighs its ends. */
static void fill_product(struct nas_chain *chain, const double *weight)
{
	int stage = 0;

	for (int s = 0; s < chain->nstages; s++) {
		struct nas_chain_stage *cs = &chain->stage[s];

		if (s == chain->nstages - 1 || cs[1].stride == 2)
			cs->product = weight[stage++];
	}
}

static enum nas_status fill_weights(struct nas_chain *chain,
				    const struct nas_qe_options *qe,
				    struct nas_err *err)
{
	double weight[ARCH_STAGES_MAX];
	int n = count_score_stages(chain);
	bool given = chain->def->rule && qe->nstage_weights;

	if (given && qe->nstage_weights != n)
		return nas_fail(err, NAS_EINPUT,
				"the score has %d stage weights, the space %d "
				"stages that end with a stride of 2 or the "
				"network", qe->nstage_weights, n);
	for (int s = 0; s < chain->nstages; s++)
		chain->stage[s].weight.behind[FEATURE_ALONE] = 1;
	if (score_is_product(chain->def)) {
		qe_default_weights(chain->def->rule->weights, weight, n);
		fill_product(chain, given ? qe->stage_weights : weight);
	}
	qe_default_weights(QE_PUBLISHED, weight, n);
	fill_rule(chain, FEATURE_PUBLISHED,
		  given ? qe->stage_weights : weight);
	qe_default_weights(QE_EQUAL, weight, n);
	fill_rule(chain, FEATURE_FLAT, given ? qe->stage_weights : weight);
	fill_rule(chain, FEATURE_EQUAL, weight);
	memset(weight, 0, sizeof(weight));
	weight[n - 1] = 1;
	fill_rule(chain, FEATURE_LAST, weight);
	return NAS_OK;
}

static enum nas_status chain_init(struct nas_chain *chain, int variant,
				  const struct nas_problem *problem,
				  struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_space *space = problem->space;
	const struct nas_space_input *input = &space->input;
	int side = space->side_of[variant];
	int height = input->height[side];
	struct nas_place place = place_input(
		height, input->nwidth ? input->width[side] : height);

	chain->nstages = space->nstages;
	chain->variant = variant;
	chain->channels = input->channels;
	chain->head = space_head_of(space, (uint64_t)variant);
	chain->def = problem->def;
	chain->linear = problem->linear;
	chain->bits_after = chain->head.bits_a ? chain->head.bits_a : 8;
	chain->memory = isfinite(problem->budgets.sram_bytes);
	chain->model = &memory_models[problem->budgets.memory];
	chain->latency = problem->budgets.latency;
	chain->trust = problem->trust;
	chain->ntrust = problem->budgets.ntrust;
	chain->stage = NAS_NEW(arena, struct nas_chain_stage,
			       (size_t)space->nstages);
	if (!chain->stage)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the space");
	for (int s = 0; s < space->nstages; s++) {
		struct nas_chain_stage *cs = &chain->stage[s];

		cs->choices = &space->stage[s];
		cs->stride = cs->choices->stride[space->stride_of[
			variant * space->nstages + s]];
		cs->residual = block_kinds[cs->choices->kind].has &
				       BLOCK_SHORTCUT &&
			       cs->choices->shortcut != SHORTCUT_NONE;
		cs->in = place;
		cs->out = place = place_after(&place, cs->stride);
	}
	if (fill_weights(chain, &problem->score.qe, err) != NAS_OK)
		return err->code;
	for (int s = 0; s < space->nstages; s++) {
		struct nas_chain_stage *cs = &chain->stage[s];

		cs->ln_in = linear_ln_in(chain->linear, &cs->weight);
		fill_bits(cs, chain->latency, chain->linear,
			  &problem->score.qe);
	}
	return NAS_OK;
}

/* The run of shortcuts can go on into stage s from the one before: then what
 * it adds depends on more than what reaches it. */
static bool run_goes_on(const struct nas_space *space,
			const struct nas_chain *chain, int s)
{
	const struct nas_stage *st = &space->stage[s], *before = st - 1;

	if (!chain->stage[s].residual || chain->stage[s].stride != 1)
		return false;
	for (int w = 0; w < st->nwidth; w++)
		for (int v = 0; s > 0 && v < before->nwidth; v++)
			if (st->width[w] == before->width[v])
				return true;
	return false;
}

static bool needs_whole(const struct nas_problem *problem)
{
	const struct nas_space *space = problem->space;

	if (!score_is_additive(problem->def))
		return true;
	for (int v = 0; v < space->nvariants; v++)
		for (int s = 0; s < space->nstages; s++)
			if (problem->linear->shared &&
			    run_goes_on(space, &problem->chain[v], s))
				return true;
	return false;
}

static bool has_squeeze(const struct nas_space *space)
{
	for (int s = 0; s < space->nstages; s++)
		for (int i = 0; i < space->stage[s].nse; i++)
			if (space->stage[s].se[i])
				return true;
	return false;
}

/* The problem of what a product sums. */
static enum nas_status init_summed(struct nas_problem *problem,
				   struct nas_arena *arena,
				   struct nas_err *err)
{
	struct nas_score_options options = problem->score;
	struct nas_problem *summed;

	if (!score_is_product(problem->def))
		return NAS_OK;
	summed = NAS_NEW(arena, struct nas_problem, 1);
	if (!summed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the problem");
	options.qe.nstage_weights = 0; /* they are the product's */
	problem->summed = summed;
	return problem_init(summed, problem->space, &problem->budgets,
			    problem->def->summed, &options, arena, err);
}

enum nas_status problem_init(struct nas_problem *problem,
			     const struct nas_space *space,
			     const struct nas_budgets *budgets,
			     const struct nas_score_def *def,
			     const struct nas_score_options *score,
			     struct nas_arena *arena, struct nas_err *err)
{
	int nhalf_ln = largest_fan(space);
	double *table = make_half_ln(nhalf_ln, arena);

	if (def->no_squeeze && has_squeeze(space))
		return nas_fail(err, NAS_EINPUT, "the score %s is not defined "
				"with squeeze-and-excitation", def->name);
	memset(problem, 0, sizeof(*problem));
	problem->space = space;
	problem->budgets = *budgets;
	problem->def = def;
	problem->score = *score;
	problem->chain =
		NAS_NEW(arena, struct nas_chain, (size_t)space->nvariants);
	problem->linear = NAS_NEW(arena, struct nas_linear, 1);
	problem->trust = NAS_NEW(arena, struct nas_trust, TRUST_MAX);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the problem");
	memcpy(problem->trust, budgets->trust, sizeof(budgets->trust));
	if (linear_make(problem->linear, def->terms, err) != NAS_OK)
		return err->code;
	for (int r = 0; r < RESOURCES; r++)
		if (isfinite(budgets->limit[r]))
			problem->active[problem->nactive++] =
				(enum nas_resource)r;
	for (int v = 0; v < space->nvariants; v++) {
		problem->chain[v].half_ln = table;
		problem->chain[v].nhalf_ln = nhalf_ln;
		if (chain_init(&problem->chain[v], v, problem, arena, err))
			return err->code;
	}
	problem->whole = needs_whole(problem);
	if (chain_made(problem, arena, err) != NAS_OK)
		return err->code;
	return init_summed(problem, arena, err);
}

double problem_excess(const struct nas_problem *problem,
		      const struct nas_total *t)
{
	const struct nas_budgets *b = &problem->budgets;
	double excess = 0;

	for (int i = 0; i < problem->nactive; i++) {
		enum nas_resource r = problem->active[i];

		excess += budget_excess(t->res[r], b->limit[r]);
	}
	excess += budget_excess(t->peak_bytes, b->sram_bytes);
	return excess + budget_excess(t->rho, b->rho) + t->trust;
}

void problem_costs(const struct nas_problem *problem,
		   const struct nas_genome *g, struct nas_total *total)
{
	const struct nas_chain *chain = &problem->chain[g->variant];
	struct nas_terms terms[SPACE_STAGES_MAX];

	chain_terms_all(chain, g, terms);
	chain_total(chain, terms, total);
	if (isfinite(problem->budgets.rho))
		total->rho = problem_rho(problem, g);
	total->trust = problem_trust(problem, g);
}

void problem_evaluate(const struct nas_problem *problem,
		      const struct nas_genome *g, struct nas_total *total)
{
	problem_costs(problem, g, total);
	if (!score_is_additive(problem->def))
		total->score = problem_whole(problem, g);
}
