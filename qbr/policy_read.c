/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy problems from what stands in a file. */
#include <math.h>
#include <string.h>

#include "qbr/policy_form.h"

struct reading {
	struct policy_problem *problem;
	const struct json_doc *doc;
	struct nas_arena *arena;
};

/* The first choice of the first layer says what kinds of cost there are. */
static enum nas_status name_costs(const struct reading *in,
				  const struct file_read *r,
				  struct nas_err *err)
{
	struct policy_problem *p = in->problem;
	struct nas_arena *arena = in->arena;
	const struct map *first = &r->layer[0].choice[0].cost;
	const cJSON *n = first->node ? first->node->child : NULL;

	if (first->n > POLICY_COSTS_MAX)
		return json_fail(in->doc, first->node, err, "%d kinds of cost, at "
				 "most %d allowed", first->n,
				 POLICY_COSTS_MAX);
	p->cost_name = NAS_NEW(arena, const char *, (size_t)first->n);
	for (; n && p->cost_name; n = n->next)
		p->cost_name[p->ncosts++] = arena_strdup(arena, n->string);
	return arena->failed ? nas_fail(err, NAS_ENOMEM, "out of memory for the "
					"names of costs")
			     : NAS_OK;
}

/* Values of a map as a row by cost; what is not named stays as it is. */
static enum nas_status map_row(const struct reading *in, const struct map *map,
			       double *row, struct nas_err *err)
{
	const cJSON *n = map->node ? map->node->child : NULL;

	for (; n; n = n->next) {
		int r = policy_cost_find(in->problem, n->string);

		if (r < 0)
			return json_fail_key(in->doc, n, err, "unknown cost "
					     "'%.80s': the first choice has "
					     "none of that name", n->string);
		row[r] = n->valuedouble;
	}
	return NAS_OK;
}

static enum nas_status make_choice(struct policy_choice *c,
				   const struct reading *in,
				   const struct choice_read *r,
				   const cJSON *node, struct nas_err *err)
{
	const struct policy_problem *p = in->problem;

	c->bits_w = r->bits_w;
	c->bits_a = r->bits_a;
	c->loss = r->loss;
	c->cost = NAS_NEW(in->arena, double, (size_t)p->ncosts);
	if (!c->cost)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a choice");
	for (int k = 0; k < p->ncosts; k++)
		c->cost[k] = -1;
	if (map_row(in, &r->cost, c->cost, err) != NAS_OK)
		return err->code;
	for (int k = 0; k < p->ncosts; k++)
		if (c->cost[k] < 0)
			return json_fail(in->doc, node, err, "no cost '%.80s'",
					 p->cost_name[k]);
	return NAS_OK;
}

static enum nas_status make_layer(struct policy_layer *l,
				  const struct reading *in,
				  const struct layer_read *r,
				  const cJSON *node, struct nas_err *err)
{
	const cJSON *n = cJSON_GetObjectItemCaseSensitive(node, "choices")
				 ->child;

	l->name = r->name;
	l->n = r->nchoices;
	l->choice = NAS_NEW(in->arena, struct policy_choice, (size_t)l->n);
	if (!l->choice)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a layer");
	for (int c = 0; c < l->n; c++, n = n->next) {
		if (make_choice(&l->choice[c], in, &r->choice[c], n, err) !=
		    NAS_OK)
			return err->code;
		for (int d = 0; d < c; d++)
			if (l->choice[d].bits_w == l->choice[c].bits_w &&
			    l->choice[d].bits_a == l->choice[c].bits_a)
				return json_fail(in->doc, n, err, "same bits as "
						 "choice %d", d);
	}
	return NAS_OK;
}

static enum nas_status check_pairs(const struct pairs *p, const char *key,
				   const struct json_doc *doc,
				   const cJSON *root, int nlayers,
				   struct nas_err *err)
{
	const cJSON *node = cJSON_GetObjectItemCaseSensitive(root, key);

	for (int k = 0; k < p->n; k++)
		if (p->pair[k].a >= nlayers || p->pair[k].b >= nlayers)
			return json_fail(doc, node, err, "layer %d does not "
					 "exist; there are %d",
					 p->pair[k].a >= nlayers
						       ? p->pair[k].a
						       : p->pair[k].b,
					 nlayers);
	return NAS_OK;
}

static enum nas_status make_case(struct policy_case *c,
				 const struct reading *in, const char *name,
				 const struct map *budgets, struct nas_err *err)
{
	int ncosts = in->problem->ncosts;

	c->name = name;
	c->limit = NAS_NEW(in->arena, double, (size_t)ncosts);
	if (!c->limit)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the budgets");
	for (int r = 0; r < ncosts; r++)
		c->limit[r] = HUGE_VAL;
	return map_row(in, budgets, c->limit, err);
}

static enum nas_status make_cases(struct policy_file *f,
				  const struct reading *in,
				  const struct file_read *r,
				  struct nas_err *err)
{
	f->listed = r->ncases > 0;
	f->ncases = f->listed ? r->ncases : 1;
	f->one = NAS_NEW(in->arena, struct policy_case, (size_t)f->ncases);
	if (!f->one)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the problems");
	if (!f->listed)
		return make_case(f->one, in, r->name, &r->budgets, err);
	for (int i = 0; i < r->ncases; i++)
		if (make_case(&f->one[i], in, r->one[i].name,
			      &r->one[i].budgets, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

enum nas_status policy_file_read(struct policy_file *file,
				 const struct json_doc *doc,
				 const cJSON *node, struct nas_arena *arena,
				 struct nas_err *err)
{
	struct policy_problem *p = &file->problem;
	const struct reading in = { p, doc, arena };
	struct file_read r;
	const cJSON *n;

	memset(file, 0, sizeof(*file));
	if (form_read(&policy_file_form, doc, node, &r, arena, err) != NAS_OK ||
	    name_costs(&in, &r, err) != NAS_OK ||
	    check_pairs(&r.ties, "ties", doc, node, r.nlayers, err) ||
	    check_pairs(&r.orders, "orders", doc, node, r.nlayers, err))
		return err->code;
	p->name = r.name;
	p->nties = r.ties.n;
	p->tie = r.ties.pair;
	p->norders = r.orders.n;
	p->order = r.orders.pair;
	p->nlayers = r.nlayers;
	p->layer = NAS_NEW(arena, struct policy_layer, (size_t)r.nlayers);
	if (!p->layer)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	n = cJSON_GetObjectItemCaseSensitive(node, "layers")->child;
	for (int i = 0; i < r.nlayers; i++, n = n->next)
		if (make_layer(&p->layer[i], &in, &r.layer[i], n, err) != NAS_OK)
			return err->code;
	if (make_cases(file, &in, &r, err) != NAS_OK)
		return err->code;
	p->limit = file->one[0].limit;
	return NAS_OK;
}
