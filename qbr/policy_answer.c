/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/policy_answer.h"

#include <math.h>

#include "spaces/graph/graph.h"
#include "spaces/graph/graph_live.h"

static const struct policy_choice *picked(const struct policy_problem *p,
					  const struct allocation *a, int i)
{
	return &p->layer[i].choice[a->policy.pick[i]];
}

/* Values (R) by the names of costs; without those that are not finite. */
static void make_amounts(struct policy_amounts *out,
			 const struct policy_problem *p, const double *x,
			 struct nas_arena *arena)
{
	size_t n = (size_t)p->ncosts + 1; /* memory may follow */

	out->present = true;
	out->name = NAS_NEW(arena, const char *, n);
	out->x = NAS_NEW(arena, double, n);
	for (int r = 0; r < p->ncosts && !arena->failed; r++)
		if (isfinite(x[r])) {
			out->name[out->n] = p->cost_name[r];
			out->x[out->n++] = x[r];
		}
}

/* Memory beside the costs: it is no sum over layers. */
static void add_memory(struct policy_amounts *out, double bytes)
{
	out->name[out->n] = "sram";
	out->x[out->n++] = bytes;
}

static void make_bits(struct policy_bits *out, const struct policy_problem *p,
		      const struct allocation *a, struct nas_arena *arena)
{
	size_t n = (size_t)p->nlayers;

	out->loss = number_slot(a->policy.loss);
	out->bits_w = NAS_NEW(arena, int, n);
	out->bits_a = NAS_NEW(arena, int, n);
	out->layers.name = NAS_NEW(arena, char *, n);
	for (int i = 0; i < p->nlayers && !arena->failed; i++) {
		const char *name = p->layer[i].name;

		out->bits_w[i] = picked(p, a, i)->bits_w;
		out->bits_a[i] = picked(p, a, i)->bits_a;
		out->layers.name[i] = arena_strdup(arena, name ? name : "");
	}
	out->nbits_w = out->nbits_a = out->layers.n = p->nlayers;
	make_amounts(&out->cost, p, a->policy.cost, arena);
}

static void make_shortages(struct policy_answer *out,
			   const struct policy_problem *p,
			   const struct allocation *a, struct nas_arena *arena)
{
	struct policy_shortages *s = &out->infeasible;

	s->present = true;
	s->one = NAS_NEW(arena, struct policy_shortage, (size_t)p->ncosts);
	for (int r = 0; r < p->ncosts && s->one; r++)
		if (isfinite(p->limit[r]))
			s->one[s->n++] =
				(struct policy_shortage){
					p->cost_name[r], p->limit[r],
					a->least[r],
					fmax(0, a->least[r] - p->limit[r])
				};
	out->budgets_times = number_slot(a->scale);
	out->nearest.present = isfinite(a->scale);
	if (out->nearest.present)
		make_bits(&out->nearest.bits, p, a, arena);
}

/* Of the policy, recomputed from the network. */
static enum nas_status make_memory(struct policy_answer *out,
				   const struct policy_problem *p,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct graph_live live;
	int other, node;

	if (!p->graph || p->graph->nnodes == 0)
		return NAS_OK;
	if (graph_live_init(&live, p->graph, false, arena, err) != NAS_OK)
		return err->code;
	other = graph_live_other_bits(out->policy.bits_a, p->nlayers);
	out->sram_bytes = number_slot(graph_live_peak(
		&live, out->policy.bits_a, other, &node));
	out->sram_at = arena_strdup(arena, p->graph->node[node].name);
	add_memory(&out->policy.cost, out->sram_bytes.x);
	if (p->sram_bytes > 0)
		add_memory(&out->budgets, p->sram_bytes);
	if (p->sram_bytes > 0 && !(out->sram_bytes.x <= p->sram_bytes))
		return nas_fail(err, NAS_ENUM, "the policy's memory, %.10g, is "
				"above the budget of %.10g", out->sram_bytes.x,
				p->sram_bytes);
	return NAS_OK;
}

/* What the network takes in full precision: 32 by 32 bits. */
static void make_full(struct policy_answer *out, const struct policy_problem *p)
{
	double weights = 0, macs = 0, bitops = 0, values = 0, maps = 0;

	if (!p->graph || p->graph->nlayers != p->nlayers)
		return;
	for (int i = 0; i < p->nlayers; i++) {
		const struct graph_layer *l = &p->graph->layer[i];
		const struct graph_tensor *sum = &p->graph->tensor[l->sum];

		weights += (double)l->out * (double)l->fan;
		macs += (double)l->macs;
		values += (double)sum->count;
		maps += sum->rank == 4 && !l->gate ? (double)sum->count : 0;
		bitops += (double)l->macs * out->policy.bits_w[i] *
			  out->policy.bits_a[i];
	}
	out->full_size = number_slot(4 * weights);
	out->full_bitops = number_slot(macs * 32 * 32);
	out->full_bitops_with_biases = number_slot((macs + values) * 32 * 32);
	out->full_bitops_with_norms = number_slot((macs + 4 * maps) * 32 * 32);
	out->compression = number_slot(macs * 32 * 32 / bitops);
}

enum nas_status policy_answer_make(struct policy_answer *out, const char *name,
				   const struct policy_problem *p,
				   const struct allocation *a,
				   struct nas_arena *arena, struct nas_err *err)
{
	*out = (struct policy_answer){ .status = (int)a->status };
	out->name = arena_strdup(arena, name ? name : "");
	out->quantiser = p->quantiser ? arena_strdup(arena, p->quantiser)
				      : NULL;
	out->latency_by = p->latency_by ? arena_strdup(arena, p->latency_by)
					: NULL;
	make_amounts(&out->budgets, p, p->limit, arena);
	if (a->status == ALLOCATE_OPTIMAL) {
		make_bits(&out->policy, p, a, arena);
		out->bound = number_slot(a->bound);
		out->gap = number_slot(a->gap);
		out->relaxed_bound = number_slot(a->relaxed);
		make_amounts(&out->worth, p, a->multiplier, arena);
		out->method = arena_strdup(arena, a->method);
		if (!arena->failed)
			make_full(out, p);
		if (!arena->failed &&
		    make_memory(out, p, arena, err) != NAS_OK)
			return err->code;
	} else {
		make_shortages(out, p, a, arena);
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the answer");
	return NAS_OK;
}

enum nas_status policy_answer_verdict(const struct policy_answer *a,
				      struct nas_err *err)
{
	bool alone = false;

	if (!a->infeasible.present)
		return NAS_OK;
	for (int i = 0; i < a->infeasible.n; i++) {
		const struct policy_shortage *s = &a->infeasible.one[i];
		double over = s->least - s->limit;

		if (over <= POLICY_TOLERANCE * s->limit)
			continue;
		alone = true;
		(void)nas_fail(err, NAS_EINFEASIBLE, "%s: the minimum is "
			       "%.10g, %.10g above the budget of %.10g",
			       s->budget, s->least, over, s->limit);
	}
	if (!alone)
		(void)nas_fail(err, NAS_EINFEASIBLE, "each budget can be met "
			       "alone, but not all of them; %.6g times all "
			       "budgets would be enough",
			       number_slot_value(&a->budgets_times));
	return err->code;
}
