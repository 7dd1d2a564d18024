/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy problems from JSON. Maps of costs and budgets are read as lists of
 * names first; once all are known they become columns. */
#include <math.h>
#include <string.h>

#include "nas/base/form.h"
#include "qbr/policy_problem.h"

#define AT(type, member) .offset = offsetof(struct type, member)

struct map { /* {"size": 1.5, ...} as it stands in the file */
	int n;
	const cJSON *node;
};

struct choice_read {
	int bits_w, bits_a;
	double loss;
	struct map cost;
};

struct layer_read {
	char *name;
	int nchoices;
	struct choice_read *choice;
};

struct pairs {
	int n;
	struct policy_pair *pair;
};

struct case_read {
	char *name;
	struct map budgets;
	int ignored;
};

struct file_read {
	char *name;
	int nlayers;
	struct layer_read *layer;
	struct pairs ties, orders;
	struct map budgets;
	int ncases;
	struct case_read *one;
	int ignored;
};

static enum nas_status read_map(const struct json_doc *doc, const cJSON *node,
				void *out, struct arena *arena,
				struct nas_err *err)
{
	struct map *map = out;

	(void)arena;
	if (!cJSON_IsObject(node))
		return json_fail(doc, node, err, "must be an object, not %s",
				 json_type_text(node));
	map->node = node;
	for (const cJSON *n = node->child; n; n = n->next, map->n++)
		if (!cJSON_IsNumber(n))
			(void)json_fail(doc, n, err,
					"must be a number, not %s",
					json_type_text(n));
		else if (n->valuedouble < 0)
			(void)json_fail(doc, n, err, "%g is below 0",
					n->valuedouble);
	return err->code;
}

static enum nas_status read_index(const struct json_doc *doc,
				  const cJSON *node, int *i,
				  struct nas_err *err)
{
	double x = cJSON_IsNumber(node) ? node->valuedouble : -1;

	if (x < 0 || x >= POLICY_LAYERS_MAX || x != floor(x))
		return json_fail(doc, node, err, "must be the number of a "
				 "layer, from 0");
	*i = (int)x;
	return NAS_OK;
}

/* [[i, j, ...], ...]: neighbours in a list become pairs. */
static enum nas_status read_pairs(const struct json_doc *doc,
				  const cJSON *node, void *out,
				  struct arena *arena, struct nas_err *err)
{
	struct pairs *p = out;
	int room = 0;
	const cJSON *set, *n;

	cJSON_ArrayForEach(set, node) {
		if (!cJSON_IsArray(set) || cJSON_GetArraySize(set) < 2)
			return json_fail(doc, set, err, "must be an array of "
					 "two or more layers");
		room += cJSON_GetArraySize(set) - 1;
	}
	if (!cJSON_IsArray(node))
		return json_fail(doc, node, err, "must be an array, not %s",
				 json_type_text(node));
	p->pair = NAS_NEW(arena, struct policy_pair, (size_t)room);
	if (!p->pair)
		return nas_fail(err, NAS_ENOMEM, "cannot hold the pairs");
	cJSON_ArrayForEach(set, node)
		for (n = set->child; n->next; n = n->next, p->n++)
			if (read_index(doc, n, &p->pair[p->n].a, err) ||
			    read_index(doc, n->next, &p->pair[p->n].b, err))
				return err->code;
	return NAS_OK;
}

static enum nas_status read_ignored(const struct json_doc *doc,
				    const cJSON *node, void *out,
				    struct arena *arena, struct nas_err *err)
{
	(void)doc, (void)node, (void)out, (void)arena, (void)err;
	return NAS_OK;
}

static const struct form_custom map_custom = { .read = read_map };
static const struct form_custom pairs_custom = { .read = read_pairs };
static const struct form_custom ignored_custom = { .read = read_ignored };

static const struct form_field choice_fields[] = {
	{ .key = "bits_w", .type = FORM_INT, AT(choice_read, bits_w),
	  .low = 1, .high = 64, .help = "bits of the weights" },
	{ .key = "bits_a", .type = FORM_INT, AT(choice_read, bits_a),
	  .low = 1, .high = 64, .fallback = "32",
	  .help = "bits of the input" },
	{ .key = "loss", .type = FORM_NUMBER, AT(choice_read, loss),
	  .help = "what the choice loses" },
	{ .key = "cost", .type = FORM_CUSTOM, AT(choice_read, cost),
	  .custom = &map_custom, .fallback = "{}",
	  .help = "what it costs, by budget" },
};

static const struct form choice_form = {
	.title = "bits that a layer may have",
	.size = sizeof(struct choice_read),
	.fields = choice_fields,
	.nfields = sizeof(choice_fields) / sizeof(choice_fields[0]),
};

static const struct form_field layer_fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(layer_read, name),
	  .fallback = "\"\"", .help = "for people" },
	{ .key = "choices", .type = FORM_OBJECTS, AT(layer_read, choice),
	  .count_offset = offsetof(struct layer_read, nchoices),
	  .min_count = 1, .max_count = POLICY_CHOICES_MAX,
	  .form = &choice_form, .help = "different bits each" },
};

static const struct form layer_form = {
	.title = "a layer",
	.size = sizeof(struct layer_read),
	.fields = layer_fields,
	.nfields = sizeof(layer_fields) / sizeof(layer_fields[0]),
};

static const struct form_field case_fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(case_read, name),
	  .fallback = "\"\"", .help = "for people" },
	{ .key = "budgets", .type = FORM_CUSTOM, AT(case_read, budgets),
	  .custom = &map_custom, .help = "upper limits" },
	{ .key = "expect", .type = FORM_CUSTOM, AT(case_read, ignored),
	  .custom = &ignored_custom, .fallback = "null",
	  .help = "ignored" },
	{ .key = "published_bits", .type = FORM_CUSTOM,
	  AT(case_read, ignored), .custom = &ignored_custom,
	  .fallback = "null", .help = "ignored" },
};

static const struct form case_form = {
	.title = "budgets of one problem",
	.size = sizeof(struct case_read),
	.fields = case_fields,
	.nfields = sizeof(case_fields) / sizeof(case_fields[0]),
};

static const struct form_field file_fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(file_read, name),
	  .fallback = "\"\"", .help = "for people" },
	{ .key = "layers", .type = FORM_OBJECTS, AT(file_read, layer),
	  .count_offset = offsetof(struct file_read, nlayers),
	  .min_count = 1, .max_count = POLICY_LAYERS_MAX,
	  .form = &layer_form, .help = "with their choices" },
	{ .key = "ties", .type = FORM_CUSTOM, AT(file_read, ties),
	  .custom = &pairs_custom, .fallback = "[]",
	  .help = "layers with equal bits" },
	{ .key = "orders", .type = FORM_CUSTOM, AT(file_read, orders),
	  .custom = &pairs_custom, .fallback = "[]",
	  .help = "[i, j]: i has no fewer bits than j" },
	{ .key = "budgets", .type = FORM_CUSTOM, AT(file_read, budgets),
	  .custom = &map_custom, .fallback = "{}", .help = "upper limits" },
	{ .key = "problems", .type = FORM_OBJECTS, AT(file_read, one),
	  .count_offset = offsetof(struct file_read, ncases),
	  .max_count = 10000, .form = &case_form, .fallback = "[]",
	  .help = "several sets of budgets" },
	{ .key = "about", .type = FORM_CUSTOM, AT(file_read, ignored),
	  .custom = &ignored_custom, .fallback = "null",
	  .help = "ignored" },
};

static const struct form file_form = {
	.name = "nas/policy-problem/1",
	.title = "which bits each layer may have, and budgets",
	.size = sizeof(struct file_read),
	.fields = file_fields,
	.nfields = sizeof(file_fields) / sizeof(file_fields[0]),
};

/* The first choice of the first layer says what kinds of cost there are. */
static enum nas_status name_costs(struct policy_problem *p,
				  const struct file_read *r,
				  const struct json_doc *doc,
				  struct arena *arena, struct nas_err *err)
{
	const struct map *first = &r->layer[0].choice[0].cost;
	const cJSON *n = first->node ? first->node->child : NULL;

	if (first->n > POLICY_COSTS_MAX)
		return json_fail(doc, first->node, err, "%d kinds of cost, at "
				 "most %d allowed", first->n,
				 POLICY_COSTS_MAX);
	p->cost_name = NAS_NEW(arena, const char *, (size_t)first->n);
	for (; n && p->cost_name; n = n->next)
		p->cost_name[p->ncosts++] = arena_strdup(arena, n->string);
	return arena->failed ? nas_fail(err, NAS_ENOMEM, "cannot hold the "
					"names of costs")
			     : NAS_OK;
}

/* Values of a map as a row by cost; what is not named stays as it is. */
static enum nas_status map_row(const struct policy_problem *p,
			       const struct map *map,
			       const struct json_doc *doc, double *row,
			       struct nas_err *err)
{
	const cJSON *n = map->node ? map->node->child : NULL;

	for (; n; n = n->next) {
		int r = policy_cost_find(p, n->string);

		if (r < 0)
			return json_fail_key(doc, n, err, "unknown cost "
					     "'%.80s': the first choice has "
					     "none of that name", n->string);
		row[r] = n->valuedouble;
	}
	return NAS_OK;
}

static enum nas_status make_choice(struct policy_choice *c,
				   const struct policy_problem *p,
				   const struct choice_read *r,
				   const struct json_doc *doc,
				   const cJSON *node, struct arena *arena,
				   struct nas_err *err)
{
	c->bits_w = r->bits_w;
	c->bits_a = r->bits_a;
	c->loss = r->loss;
	c->cost = NAS_NEW(arena, double, (size_t)p->ncosts);
	if (!c->cost)
		return nas_fail(err, NAS_ENOMEM, "cannot hold a choice");
	for (int k = 0; k < p->ncosts; k++)
		c->cost[k] = -1;
	if (map_row(p, &r->cost, doc, c->cost, err) != NAS_OK)
		return err->code;
	for (int k = 0; k < p->ncosts; k++)
		if (c->cost[k] < 0)
			return json_fail(doc, node, err, "no cost '%.80s'",
					 p->cost_name[k]);
	return NAS_OK;
}

static enum nas_status make_layer(struct policy_layer *l,
				  const struct policy_problem *p,
				  const struct layer_read *r,
				  const struct json_doc *doc,
				  const cJSON *node, struct arena *arena,
				  struct nas_err *err)
{
	const cJSON *n = cJSON_GetObjectItemCaseSensitive(node, "choices")
				 ->child;

	l->name = r->name;
	l->n = r->nchoices;
	l->choice = NAS_NEW(arena, struct policy_choice, (size_t)l->n);
	if (!l->choice)
		return nas_fail(err, NAS_ENOMEM, "cannot hold a layer");
	for (int c = 0; c < l->n; c++, n = n->next) {
		if (make_choice(&l->choice[c], p, &r->choice[c], doc, n,
				arena, err) != NAS_OK)
			return err->code;
		for (int d = 0; d < c; d++)
			if (l->choice[d].bits_w == l->choice[c].bits_w &&
			    l->choice[d].bits_a == l->choice[c].bits_a)
				return json_fail(doc, n, err, "same bits as "
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
			return json_fail(doc, node, err, "layer %d: there are "
					 "%d", p->pair[k].a >= nlayers
						       ? p->pair[k].a
						       : p->pair[k].b,
					 nlayers);
	return NAS_OK;
}

static enum nas_status make_case(struct policy_case *c,
				 const struct policy_problem *p,
				 const char *name, const struct map *budgets,
				 const struct json_doc *doc,
				 struct arena *arena, struct nas_err *err)
{
	c->name = name;
	c->limit = NAS_NEW(arena, double, (size_t)p->ncosts);
	if (!c->limit)
		return nas_fail(err, NAS_ENOMEM, "cannot hold the budgets");
	for (int r = 0; r < p->ncosts; r++)
		c->limit[r] = HUGE_VAL;
	return map_row(p, budgets, doc, c->limit, err);
}

static enum nas_status make_cases(struct policy_file *f,
				  const struct file_read *r,
				  const struct json_doc *doc,
				  struct arena *arena, struct nas_err *err)
{
	f->listed = r->ncases > 0;
	f->ncases = f->listed ? r->ncases : 1;
	f->one = NAS_NEW(arena, struct policy_case, (size_t)f->ncases);
	if (!f->one)
		return nas_fail(err, NAS_ENOMEM, "cannot hold the problems");
	if (!f->listed)
		return make_case(f->one, &f->problem, r->name, &r->budgets,
				 doc, arena, err);
	for (int i = 0; i < r->ncases; i++)
		if (make_case(&f->one[i], &f->problem, r->one[i].name,
			      &r->one[i].budgets, doc, arena, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

enum nas_status policy_file_read(struct policy_file *file,
				 const struct json_doc *doc,
				 const cJSON *node, struct arena *arena,
				 struct nas_err *err)
{
	struct policy_problem *p = &file->problem;
	struct file_read r;
	const cJSON *n;

	memset(file, 0, sizeof(*file));
	if (form_read(&file_form, doc, node, &r, arena, err) != NAS_OK ||
	    name_costs(p, &r, doc, arena, err) != NAS_OK ||
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
		return nas_fail(err, NAS_ENOMEM, "cannot hold the layers");
	n = cJSON_GetObjectItemCaseSensitive(node, "layers")->child;
	for (int i = 0; i < r.nlayers; i++, n = n->next)
		if (make_layer(&p->layer[i], p, &r.layer[i], doc, n, arena,
			       err) != NAS_OK)
			return err->code;
	if (make_cases(file, &r, doc, arena, err) != NAS_OK)
		return err->code;
	p->limit = file->one[0].limit;
	return NAS_OK;
}
