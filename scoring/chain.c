/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The additive chain: terms of blocks and stages, totals of networks. */
#include "scoring/chain.h"

#include <math.h>
#include <string.h>

#include "scoring/chain_made.h"
#include "scoring/trust.h"

static double half_ln(const struct nas_chain *chain, int n)
{
	return n < chain->nhalf_ln ? chain->half_ln[n] : 0.5 * log(n);
}

/* Largest step but the last, and the last one, of all convs at equal bits. */
static void memory_coef(const struct nas_chain *chain,
			const struct nas_block *b, const struct nas_place *in,
			struct nas_coef *c)
{
	struct nas_place from[BLOCK_STEPS_MAX], to[BLOCK_STEPS_MAX];
	struct nas_conv conv[BLOCK_STEPS_MAX];
	int n = block_steps(b, conv);

	block_places(conv, n, in, from, to);
	c->step = 0;
	for (int j = 0; j < n; j++) {
		struct nas_live live = memory_live(chain->model, b, &conv[j],
						   j, &from[j], &to[j]);
		double held = (double)(live.in + live.residual);

		if (j == n - 1) {
			c->tail_a = held;
			c->tail_out = (double)live.out;
		} else {
			c->step = fmax(c->step, held + (double)live.out);
		}
	}
}

#define CHAIN_BY(id, key, kind, unit, label, help, figure, aw, w, slow, own,  \
		 head)                                                        \
	[id] = !CHAIN_IS_0(aw)	   ? CHAIN_BY_AW                              \
	       : !CHAIN_IS_0(w)	   ? CHAIN_BY_W                               \
	       : !CHAIN_IS_0(slow) ? CHAIN_BY_SLOW                            \
				   : CHAIN_BY_NONE,
const enum chain_by chain_by[RESOURCES] = { ADDITIVE_BUDGETS(CHAIN_BY) };

#define ONE_OF_THREE(id, key, kind, unit, label, help, figure, aw, w, slow,   \
		     own, head)                                               \
	_Static_assert(CHAIN_IS_0(aw) + CHAIN_IS_0(w) + CHAIN_IS_0(slow) >= 2, \
		       "bits multiply " #key " in one way");
ADDITIVE_BUDGETS(ONE_OF_THREE)

/* The score's own: what its features make of the block. */
static void score_coef(const struct nas_chain *chain,
		       const struct nas_chain_stage *cs,
		       const struct nas_block *b, const struct nas_place *out,
		       const struct nas_block_terms *t, struct nas_coef *c)
{
	double alone[RESOURCES], of_aw[RESOURCES];
	struct nas_feature_block of = {
		.block = b, .out = out, .terms = t,
		.shortcut = b->stride == 1 && block_has_residual(b),
	};

	for (int j = 0; j < t->nconvs; j++)
		of.entropy += half_ln(chain, t->fan[j]);
	for (int r = 0; r < RESOURCES; r++) {
		struct nas_coef_use use = coef_use(c, (enum nas_resource)r);

		alone[r] = use.alone;
		of_aw[r] = use.of_aw;
	}
	c->ln_width = 2 * of.entropy;
	trust_coef(chain->trust, chain->ntrust, &of, c->trust);
	linear_coef(chain->linear, &of, &cs->weight, alone, of_aw, &c->score);
}

static void block_coef(const struct nas_chain *chain,
		       const struct nas_chain_stage *cs,
		       const struct nas_block *b, const struct nas_place *in,
		       const struct nas_place *out, struct nas_coef *c)
{
	struct nas_block_terms t;

	block_kinds[b->kind].terms(b, in, out, &t);
	c->mul = t.mul;
	c->add = t.add;
	c->weights = t.weights;
	c->aux = t.aux_bytes;
	c->macs = t.macs;
	c->macs_fixed = t.macs_fixed;
	c->params = t.params;
	c->layers = t.nconvs;
	c->time = latency_of_block(chain->latency, b, in);
	score_coef(chain, cs, b, out, &t, c);
	c->step = c->tail_a = c->tail_out = 0;
	if (chain->memory)
		memory_coef(chain, b, in, c);
}

void chain_coef_first(const struct nas_chain *chain, int s,
		      const struct nas_gene *g, int in, struct nas_coef *c)
{
	const struct nas_chain_stage *cs = &chain->stage[s];
	const struct nas_stage *st = cs->choices;
	const struct nas_coef *made = chain_made_first(cs, g, in);
	struct nas_block b = { .kind = (enum nas_block_kind)st->kind,
			   .shortcut = (enum nas_shortcut)st->shortcut,
			   .pool = st->pool,
			   .in = in,
			   .out = st->width[g->width],
			   .kernel = st->kernel[g->kernel],
			   .stride = cs->stride };

	if (made) {
		*c = *made;
		return;
	}
	b.hidden = stage_hidden_first(st, in, g->width, g->expand);
	if (st->se[g->se])
		b.squeeze = block_se_channels(&b);
	block_coef(chain, cs, &b, &cs->in, &cs->out, c);
}

void chain_coef_inner(const struct nas_chain *chain, int s,
		      const struct nas_gene *g, struct nas_coef *c)
{
	const struct nas_chain_stage *cs = &chain->stage[s];
	const struct nas_stage *st = cs->choices;
	const struct nas_coef *made = chain_made_inner(cs, g);
	struct nas_block b = { .kind = (enum nas_block_kind)st->kind,
			   .shortcut = (enum nas_shortcut)st->shortcut,
			   .pool = st->pool,
			   .in = st->width[g->width],
			   .out = st->width[g->width],
			   .kernel = st->kernel[g->kernel],
			   .stride = 1 };

	if (made) {
		*c = *made;
		return;
	}
	b.hidden = stage_hidden_inner(st, g->width, g->expand);
	if (st->se[g->se])
		b.squeeze = block_se_channels(&b);
	block_coef(chain, cs, &b, &cs->out, &cs->out, c);
}

void chain_coef_block(const struct nas_chain *chain, int s,
		      const struct nas_gene *g, int in, int b,
		      struct nas_coef *c)
{
	const struct nas_stage *st = chain->stage[s].choices;
	struct nas_gene own;

	if (b == 0) {
		chain_coef_first(chain, s, g, in, c);
	} else if (b == 1 || st->each) { /* else as the one before */
		own = gene_of_block(st, g, b);
		chain_coef_inner(chain, s, &own, c);
	}
}

/* What the classifier adds to head (RESOURCES) behind stage s: nothing unless
 * that is the last. */
static void add_head(const struct nas_chain *chain, int s, int out,
		     double *head)
{
	struct chain_head end, *h = &end;

	if (s < chain->nstages - 1)
		return;
	h->cost = cost_of_head(&chain->head, out);
	h->time = latency_of_end(chain->latency, &chain->head, out);
#define ADD_HEAD(id, key, kind, unit, label, help, figure, of_aw, of_w, slow, \
		 own, of_head)                                                \
	head[id] += of_head;
	ADDITIVE_BUDGETS(ADD_HEAD)
}

double chain_end(const struct nas_chain *chain, int s, int out, double *res)
{
	const struct nas_chain_stage *cs = &chain->stage[s];
	double head[RESOURCES] = { 0 };

	add_head(chain, s, out, head);
	if (res)
		add_head(chain, s, out, res);
	return linear_end(chain->linear, &cs->weight, 2 * half_ln(chain, out),
			  head);
}

double chain_product_end(const struct nas_chain *chain, int s, int out)
{
	const struct nas_chain_stage *cs = &chain->stage[s];

	if (!(cs->product > 0))
		return 0;
	return cs->product *
	       log((double)out * cs->out.floor_height * cs->out.floor_width);
}

double chain_share_first(const struct nas_chain *chain, int s,
			 bool equal_widths, int *units)
{
	const struct nas_chain_stage *cs = &chain->stage[s];

	if (!chain->linear->shared)
		return 1;
	if (equal_widths && cs->stride == 1 && cs->residual)
		return qe_residual_share((*units)++);
	*units = 1;
	return 1;
}

double chain_share_inner(const struct nas_chain *chain, int s, int *units)
{
	if (!chain->linear->shared)
		return 1;
	if (chain->stage[s].residual)
		return qe_residual_share((*units)++);
	*units = 1;
	return 1;
}

/* What blocks with these coefficients add at the bits of one of them. */
static void add_block(const struct nas_chain_stage *cs,
		      const struct nas_coef *c, double share, uint8_t bits,
		      struct nas_terms *t)
{
	int a = gene_bits_a(bits), w = gene_bits_w(bits);

	t->score += chain_block_score(cs, &c->score, share, a, w);
#define ADD_USE(id, key, kind, unit, label, help, figure, of_aw, of_w,        \
		of_slow, own, head)                                           \
	t->res[id] += CHAIN_SUM(of_aw, of_w, of_slow, own, cs->aw[a][w],         \
				cs->bytes_w[w], cs->slow[a][w]);
	ADDITIVE_BUDGETS(ADD_USE)
}

/* One more block: its steps, and the last one of the block before it. The
 * last block's last step stays open. */
static void block_memory(const struct nas_chain_stage *cs,
			 const struct nas_coef *c, uint8_t bits, int i,
			 struct nas_terms *t)
{
	double a = cs->bits_a[gene_bits_a(bits)];

	if (i == 0)
		t->first_a = cs->bits_a[gene_bits_a(bits)];
	else
		t->peak_bits = fmax(t->peak_bits,
				    t->tail_bits + t->tail_out * a);
	t->peak_bits = fmax(t->peak_bits, c->step * a);
	t->tail_bits = c->tail_a * a;
	t->tail_out = c->tail_out;
}

/* chain_end of a stage whose coefficients are made. */
static double made_end(const struct nas_chain *chain, int s,
		       const struct nas_gene *g, double *res)
{
	const struct nas_chain_stage *cs = &chain->stage[s];

	add_head(chain, s, cs->choices->width[g->width], res);
	return cs->made->end[g->width];
}

void chain_terms(const struct nas_chain *chain, int s, const struct nas_gene *g,
		 int in, int units, struct nas_terms *t)
{
	const struct nas_chain_stage *cs = &chain->stage[s];
	int depth = cs->choices->depth[g->depth];
	struct nas_coef c;

	memset(t, 0, sizeof(*t));
	t->out = cs->choices->width[g->width];
	t->units = units;
	for (int i = 0; i < depth; i++) {
		double share = i ? chain_share_inner(chain, s, &t->units)
				 : chain_share_first(chain, s, in == t->out,
						     &t->units);

		chain_coef_block(chain, s, g, in, i, &c);
		add_block(cs, &c, share, g->bits[i], t);
		if (chain->memory)
			block_memory(cs, &c, g->bits[i], i, t);
	}
	t->score += cs->made ? made_end(chain, s, g, t->res)
			     : chain_end(chain, s, t->out, t->res);
	t->hash = gene_hash(g, s);
}

void chain_terms_all(const struct nas_chain *chain, const struct nas_genome *g,
		     struct nas_terms *terms)
{
	int in = chain->channels, units = 1;

	for (int s = 0; s < chain->nstages; s++) {
		chain_terms(chain, s, &g->stage[s], in, units, &terms[s]);
		in = terms[s].out;
		units = terms[s].units;
	}
}

static double total_peak(const struct nas_chain *chain,
			 const struct nas_terms *terms)
{
	double peak = 0;

	for (int s = 0; s < chain->nstages; s++) {
		int next = s + 1 < chain->nstages ? terms[s + 1].first_a
						  : chain->bits_after;

		peak = fmax(peak, terms[s].peak_bits);
		peak = fmax(peak, terms[s].tail_bits +
				  terms[s].tail_out * next);
	}
	return peak / 8;
}

void chain_total(const struct nas_chain *chain, const struct nas_terms *terms,
		 struct nas_total *total)
{
	memset(total, 0, sizeof(*total));
	total->hash = variant_hash((uint64_t)chain->variant);
	for (int s = 0; s < chain->nstages; s++) {
		total->score += terms[s].score;
		for (int r = 0; r < RESOURCES; r++)
			total->res[r] += terms[s].res[r];
		total->hash += terms[s].hash;
	}
	if (chain->memory)
		total->peak_bytes = total_peak(chain, terms);
}
