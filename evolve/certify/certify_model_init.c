/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Building a layered graph: pairs of bits, ends and inner blocks of stages. */
#include <math.h>

#include "evolve/certify/certify_model.h"
#include "evolve/certify/certify_rho.h"

/* A budget that bits multiply in this way. */
static bool limited(const struct cert_model *m, enum chain_by by)
{
	for (int i = 0; i < m->problem->nactive; i++)
		if (chain_by[m->problem->active[i]] == by)
			return true;
	return false;
}

/* Pair p gives a block, whatever it is, at least as much score as q. */
static bool gives_as_much(const struct cert_model *m, const struct cert_pair *p,
			  const struct cert_pair *q)
{
	int sign = m->chain->linear->sign_aw;

	return p->gain[0] >= q->gain[0] && p->gain[1] >= q->gain[1] &&
	       (sign == 0 || p->aw == q->aw ||
		(sign == 1 && p->aw > q->aw) || (sign == -1 && p->aw < q->aw));
}

/* Pair i is no better than j in anything; of equals the first stays. */
static bool pair_dominated(const struct cert_model *m,
			   const struct cert_pair *pair, int i, int j)
{
	const struct cert_pair *p = &pair[i], *q = &pair[j];
	bool bytes = limited(m, CHAIN_BY_W);
	bool aw = limited(m, CHAIN_BY_AW);
	bool time = limited(m, CHAIN_BY_SLOW);

	if (q->class > p->class || !gives_as_much(m, q, p) ||
	    (aw && q->aw > p->aw) ||
	    (bytes && q->bytes > p->bytes) || (time && q->slow > p->slow))
		return false;
	return j < i || q->class < p->class || !gives_as_much(m, p, q) ||
	       (aw && q->aw < p->aw) ||
	       (bytes && q->bytes < p->bytes) || (time && q->slow < p->slow);
}

static void make_pairs(const struct cert_model *m, struct cert_stage *st)
{
	const struct nas_stage *c = st->choices;
	int na = c->nbits_a ? c->nbits_a : 1, nw = c->nbits_w ? c->nbits_w : 1;
	struct cert_pair all[CERT_PAIRS];
	int n = 0;

	for (int a = 0; a < na; a++)
		for (int w = 0; w < nw; w++)
			all[n++] = (struct cert_pair){
				.gain = { st->cs->gain[0][a][w],
					  st->cs->gain[1][a][w] },
				.root = st->cs->root[a][w],
				.aw = st->cs->aw[a][w],
				.bytes = st->cs->bytes_w[w],
				.slow = st->cs->slow[a][w],
				.a = (uint8_t)a, .w = (uint8_t)w,
				.class = (uint8_t)(st->chain->memory ? a : 0)
			};
	for (int k = 0, i = 0; k < st->nclass; k++) {
		st->class_first[k] = st->npair;
		for (; i < n && all[i].class == k; i++) {
			int j = 0;

			while (j < n && (j == i ||
					 !pair_dominated(m, all, i, j)))
				j++;
			if (j == n)
				st->pair[st->npair++] = all[i];
		}
	}
	st->class_first[st->nclass] = st->npair;
}

static void make_ends(struct cert_stage *st, struct nas_arena *arena)
{
	const struct nas_stage *c = st->choices;
	size_t n = (size_t)st->nout;

	st->alive = NAS_NEW(arena, bool, n);
	st->end_score = NAS_NEW(arena, double, n);
	st->end_use = arena_alloc(arena, n, sizeof(*st->end_use));
	st->node = NAS_NEW(arena, uint32_t, n * (size_t)st->nshape);
	st->node_place = NAS_NEW(arena, int32_t, n * (size_t)st->nshape);
	if (arena->failed)
		return;
	for (int w = 0; w < st->nout; w++) {
		st->alive[w] = true;
		st->end_score[w] = chain_end(st->chain, st->index, c->width[w],
					     st->end_use[w]);
	}
}

/* Shares of blocks, by the runs that can reach the stage. */
static void make_shares(const struct cert_model *m, struct cert_stage *st)
{
	int low = 1, high = 1, deep = st->max_depth;
	bool enters = false;

	st->enter = (struct cert_share){ 1, 1 };
	for (int j = 0; j < deep; j++)
		st->share[j] = (struct cert_share){ 1, 1 };
	st->least_units = st->most_units = 1;
	if (!m->chain->linear->shared || !st->cs->residual)
		return;
	if (st->index) {
		low = st[-1].least_units;
		high = st[-1].most_units;
	}
	for (int in = 0; in < st->nin; in++)
		enters = enters || cert_run_enters(m, st->index,
						   st->in_width[in]);
	st->enter = (struct cert_share){ qe_residual_share(high),
					 qe_residual_share(low) };
	for (int j = 1; j < deep; j++)
		st->share[j] = (struct cert_share){
			qe_residual_share(enters ? high + j : j),
			qe_residual_share(j) };
	st->least_units = st->choices->depth[0];
	st->most_units = enters ? high + deep : deep;
}

static int common_of(const struct cert_stage *st, int shape)
{
	const struct nas_stage *c = st->choices;
	struct nas_gene g;

	cert_shape_gene(st, 0, shape, &g);
	if (c->each & EACH_KERNEL)
		g.kernel = 0;
	if (c->each & EACH_EXPAND)
		g.expand = 0;
	return (g.kernel * c->nexpand + g.expand) * c->nse + g.se;
}

/* The inner blocks of a node that differ. */
static void list_choices(struct cert_stage *st, int w, int common)
{
	const struct nas_stage *c = st->choices;
	uint16_t *n = &st->nchoice[w * st->nshape + common];

	for (int q = common; q < st->nshape; q++) {
		int expand = q / c->nse % c->nexpand;

		if (st->common[q] == common &&
		    (!(c->each & EACH_EXPAND) ||
		     c->inner_canonical[w * c->nexpand + expand] == expand))
			st->choice[w * st->nshape + st->place[common] +
				   (*n)++] = (uint16_t)q;
	}
}

static void make_choices(struct cert_stage *st, struct nas_arena *arena)
{
	size_t shapes = (size_t)st->nshape, n = (size_t)st->nout * shapes;
	int place = 0;

	st->common = NAS_NEW(arena, uint16_t, shapes);
	st->by_common = NAS_NEW(arena, uint16_t, shapes);
	st->place = NAS_NEW(arena, uint16_t, shapes);
	st->choice = NAS_NEW(arena, uint16_t, n);
	st->nchoice = NAS_NEW(arena, uint16_t, n);
	if (arena->failed)
		return;
	for (int q = 0; q < st->nshape; q++)
		st->common[q] = (uint16_t)common_of(st, q);
	for (int common = 0; common < st->nshape; common++) {
		st->place[common] = (uint16_t)place;
		for (int q = common; q < st->nshape; q++)
			if (st->common[q] == common)
				st->by_common[place++] = (uint16_t)q;
		for (int w = 0; st->common[common] == common && w < st->nout;
		     w++)
			list_choices(st, w, common);
	}
}

static void make_inner(struct cert_stage *st, struct nas_arena *arena)
{
	struct nas_gene g;
	struct nas_coef c;

	if (st->max_depth == 1)
		return;
	st->inner = NAS_NEW(arena, struct cert_block,
			    (size_t)st->nout * (size_t)st->nshape);
	for (int w = 0; st->inner && w < st->nout; w++)
		for (int q = 0; q < st->nshape; q++) {
			cert_shape_gene(st, w, q, &g);
			chain_coef_inner(st->chain, st->index, &g, &c);
			cert_block_make(st, &c, &st->inner[w * st->nshape + q]);
		}
}

static int classes_of(const struct nas_chain *chain, int s)
{
	const struct nas_stage *c;

	if (s == chain->nstages || !chain->memory)
		return 1;
	c = chain->stage[s].choices;
	return c->nbits_a ? c->nbits_a : 1;
}

static void stage_init(struct cert_model *m, int s, struct nas_arena *arena)
{
	struct cert_stage *st = &m->stage[s];
	const struct nas_stage *c = m->chain->stage[s].choices;

	st->chain = m->chain;
	st->cs = &m->chain->stage[s];
	st->choices = c;
	st->index = s;
	st->ends = s == m->nstages - 1 || m->chain->stage[s + 1].stride > 1;
	st->nin = s ? m->stage[s - 1].nout : 1;
	st->in_width = s ? m->stage[s - 1].choices->width
			 : &m->chain->channels;
	st->nout = c->nwidth;
	st->nshape = c->nkernel * c->nexpand * c->nse;
	st->nclass = classes_of(m->chain, s);
	st->nnext = classes_of(m->chain, s + 1);
	st->limit_bits = 8 * m->problem->budgets.sram_bytes;
	st->layers = block_kinds[c->kind].nconvs;
	for (int d = 0; d < c->ndepth; d++)
		st->depth_ok[c->depth[d]] = true;
	st->max_depth = c->depth[c->ndepth - 1];
	make_pairs(m, st);
	make_choices(st, arena);
	make_ends(st, arena);
	make_shares(m, st);
	make_inner(st, arena);
}

void cert_model_nodes(struct cert_model *m)
{
	for (int s = 0; s < m->nstages; s++) {
		struct cert_stage *st = &m->stage[s];

		st->nnodes = 0;
		for (int w = 0; w < st->nout; w++)
			for (int q = 0; st->alive[w] && q < st->nshape; q++)
				if (st->common[q] == q)
					cert_add_node(st, w, q);
	}
}

#define LAYERS_MOST (SPACE_STAGES_MAX * SPACE_DEPTH_MAX * BLOCK_CONVS_MAX)

/* The largest sum of layers up to limit that depths can make: the budget
 * means no more, and the bound must not use the difference. */
static double layers_limit(const struct cert_model *m, double limit)
{
	bool can[LAYERS_MOST + 1] = { true };
	int best = -1;

	for (int s = 0; s < m->nstages; s++) {
		const struct cert_stage *st = &m->stage[s];
		bool next[LAYERS_MOST + 1] = { false };

		for (int n = 0; n <= LAYERS_MOST; n++)
			for (int d = 1; can[n] && d <= st->max_depth; d++)
				if (st->depth_ok[d])
					next[n + d * (int)st->layers] = true;
		memcpy(can, next, sizeof(can));
	}
	for (int n = 0; n <= LAYERS_MOST && n <= limit; n++)
		if (can[n])
			best = n;
	return best;
}

static void add_limit(struct cert_model *m, int resource, double limit)
{
	m->use[m->nuse] = resource;
	m->limit[m->nuse++] = limit + CERT_SLACK * fabs(limit);
}

static void add_sides(struct cert_model *m)
{
	for (int t = 0; t < m->problem->budgets.ntrust; t++) {
		const struct nas_trust *held = &m->problem->budgets.trust[t];

		add_limit(m, RESOURCES + 2 * t, held->high);
		add_limit(m, RESOURCES + 2 * t + 1, -held->low);
	}
}

/* Layers, the last of the resources, stay last: cert_pareto counts on it. */
static void make_limits(struct cert_model *m)
{
	const struct nas_problem *p = m->problem;
	bool layers = isfinite(p->budgets.limit[RES_LAYERS]);

	m->nuse = 0;
	for (int i = 0; i < p->nactive; i++)
		if (p->active[i] != RES_LAYERS)
			add_limit(m, (int)p->active[i],
				  p->budgets.limit[p->active[i]]);
	add_sides(m);
	if (layers)
		add_limit(m, RES_LAYERS,
			  layers_limit(m, p->budgets.limit[RES_LAYERS]));
}

static bool make_buffers(struct cert_model *m, struct nas_arena *arena)
{
	size_t most = 1;

	for (int s = 0; s < m->nstages; s++) {
		const struct cert_stage *st = &m->stage[s];
		size_t wide = (size_t)(st->nin > st->nout ? st->nin : st->nout);

		if (wide * (size_t)st->nshape > most)
			most = wide * (size_t)st->nshape;
	}
	m->buffer = NAS_NEW(arena, struct cert_item *, (size_t)m->threads);
	for (int t = 0; m->buffer && t < m->threads; t++)
		m->buffer[t] = NAS_NEW(arena, struct cert_item, most);
	return !arena->failed;
}

bool cert_model_init(struct cert_model *m, const struct nas_problem *problem,
		     const struct nas_problem *sum, int variant, int threads,
		     struct nas_arena *arena)
{
	memset(m, 0, sizeof(*m));
	m->problem = sum;
	m->chain = &sum->chain[variant];
	if (score_is_product(problem->def))
		m->product = &problem->chain[variant];
	if (m->product && problem->def->value) /* of DeepMAD alone */
		m->penalty.weight = problem->score.depth_penalty;
	m->nstages = m->chain->nstages;
	m->threads = threads;
	m->stage = NAS_NEW(arena, struct cert_stage, (size_t)m->nstages);
	for (int s = 0; m->stage && s < m->nstages; s++) {
		stage_init(m, s, arena);
		if (arena->failed)
			return false;
	}
	if (arena->failed || !make_buffers(m, arena))
		return false;
	make_limits(m);
	cert_rho_tangents(m);
	cert_model_nodes(m);
	return true;
}
