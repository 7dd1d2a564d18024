/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/published.h"

#include <math.h>
#include <string.h>

#include "nas/base/shipped.h"
#include "nas/form/form.h"
#include "nas/form/json.h"

#define NETWORKS "configs/networks/"
#define AT(member) .offset = offsetof(struct nas_published_net, member)

static const struct form_field fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(name),
	  .help = "of the network; configs/networks has it" },
	{ .key = "score", .type = FORM_NUMBER, AT(score), .low = -HUGE_VAL,
	  .high = HUGE_VAL, .help = "by the config's score" },
	{ .key = "accuracy", .type = FORM_NUMBER, AT(accuracy), .low = 0,
	  .high = 100, .fallback = "0", .unit = "%",
	  .help = "as its authors give it; 0 = unknown" },
	{ .key = "in_space", .type = FORM_BOOL, AT(in_space),
	  .help = "it is a network of the config's space" },
};

#undef AT

const struct form published_form = {
	.title = "a network that others published",
	.size = sizeof(struct nas_published_net),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};

/* For the same pictures and classes. */
static bool is_of_task(const struct nas_space *space,
		       const struct nas_arch *arch)
{
	const struct nas_space_input *in = &space->input;

	if (arch->channels != in->channels ||
	    arch->head.classes != space->head.first.classes)
		return false;
	for (int i = 0; i < in->nheight; i++)
		if (arch->height == in->height[i] &&
		    arch->width == (in->nwidth ? in->width[i] : in->height[i]))
			return true;
	return false;
}

/* Its score, if it has one and meets the budgets. */
static bool judge(struct nas_published_net *p,
		  const struct nas_problem *problem,
		  const struct nas_arch *arch, struct nas_arena *arena,
		  struct nas_err *err)
{
	struct nas_excess excess[EXCESS_MAX];
	struct nas_err why = {0};
	struct nas_network net;

	if (!is_of_task(problem->space, arch))
		return false;
	if (network_of_arch(&net, problem, arch, &why) != NAS_OK ||
	    problem_violations(problem, arch, &net.cost, excess) > 0) {
		if (why.code == NAS_ENOMEM)
			nas_fail(err, NAS_ENOMEM, "out of memory for networks");
		return false;
	}
	p->name = arena_strdup(arena, arch->name);
	p->score = net.score;
	p->accuracy = arch->measured ? arch->measured->accuracy : 0;
	p->in_space = space_encode(problem->space, arch, &net.genome,
				   &why) == NAS_OK;
	if (arena->failed || why.code == NAS_ENOMEM)
		nas_fail(err, NAS_ENOMEM, "out of memory for networks");
	return err->code == NAS_OK;
}

/* Behind those that are no worse. */
static void insert(struct nas_result *r, const struct nas_published_net *p)
{
	int k = r->npublished++;

	for (; k > 0 && r->published[k - 1].score < p->score; k--)
		r->published[k] = r->published[k - 1];
	r->published[k] = *p;
}

static enum nas_status add_file(struct nas_result *r,
				const struct nas_problem *problem,
				const struct json_doc *doc, const cJSON *node,
				struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_arch_defaults none = {0};
	struct nas_published_net *room;
	struct nas_arch_list list;

	if (arch_from_json(&list, doc, node, &none, arena, err) != NAS_OK)
		return err->code;
	room = NAS_NEW(arena, struct nas_published_net,
		       (size_t)(r->npublished + list.n));
	if (!room)
		return nas_fail(err, NAS_ENOMEM, "out of memory for networks");
	for (int i = 0; i < r->npublished; i++)
		room[i] = r->published[i];
	r->published = room;
	for (int i = 0; i < list.n; i++) {
		struct nas_published_net p;

		if (judge(&p, problem, &list.arch[i], arena, err))
			insert(r, &p);
		if (err->code != NAS_OK)
			break;
	}
	return err->code;
}

static enum nas_status add_shipped(struct nas_result *r,
				   const struct nas_problem *problem,
				   const struct shipped_file *file,
				   struct nas_arena *arena,
				   struct nas_err *err)
{
	struct json_doc doc;

	if (json_parse(&doc, file->text, strlen(file->text), file->path, err))
		return err->code;
	(void)!add_file(r, problem, &doc, doc.root, arena, err);
	json_free(&doc);
	return err->code;
}

enum nas_status published_find(struct nas_result *result,
			       const struct nas_problem *problem,
			       struct nas_arena *arena, struct nas_err *err)
{
	result->npublished = 0;
	result->published = NULL;
	if (problem->def->sampled || !problem->space->head.first.classes)
		return NAS_OK;
	for (const struct shipped_file *f = shipped_files; f->path; f++)
		if (strncmp(f->path, NETWORKS, strlen(NETWORKS)) == 0 &&
		    add_shipped(result, problem, f, arena, err) != NAS_OK)
			break;
	return err->code;
}
