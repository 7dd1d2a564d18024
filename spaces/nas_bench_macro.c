/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/nas_bench_macro.h"

#include <math.h>
#include <string.h>

#include "nas/form/form.h"
#include "spaces/cost.h"

#define LAYERS NAS_BENCH_MACRO_LAYERS
#define LAST   1280

struct member {
	int nseeds;
	double *seed;
	double mean, std, params, flops;
};

#define NUMBER(name, field, least)                                          \
	{ .key = name, .type = FORM_NUMBER,                                  \
	  .offset = offsetof(struct member, field), .low = least,            \
	  .high = HUGE_VAL }

static const struct form_field fields[] = {
	{ .key = "test_acc", .type = FORM_NUMBERS,
	  .offset = offsetof(struct member, seed),
	  .count_offset = offsetof(struct member, nseeds),
	  .low = -HUGE_VAL, .high = HUGE_VAL, .max_count = ARCH_SEEDS_MAX,
	  .fallback = "", .help = "accuracy of each training seed" },
	NUMBER("mean_acc", mean, -HUGE_VAL),
	{ .key = "std", .type = FORM_NUMBER,
	  .offset = offsetof(struct member, std), .fallback = "",
	  .low = 0, .high = HUGE_VAL, .help = "of the seeds" },
	NUMBER("params", params, 1),
	NUMBER("flops", flops, 1),
};

static const struct form member_form = {
	.name = "NAS-Bench-Macro member",
	.size = sizeof(struct member),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};

static bool is_key(const char *key)
{
	return strlen(key) == LAYERS && strspn(key, "012") == LAYERS;
}

bool nas_bench_macro_is(const cJSON *root)
{
	return cJSON_IsObject(root) && root->child && root->child->string &&
	       is_key(root->child->string) &&
	       cJSON_GetObjectItemCaseSensitive(root->child, "mean_acc");
}

static void add_layer(struct arch *arch, char digit, int in, int out,
		      int stride)
{
	struct block *b = &arch->block[arch->nblocks];

	if (digit == '0' && in == out && stride == 1)
		return;
	*b = (struct block){ .kind = BLOCK_CONV, .in = in, .out = out,
			     .kernel = 1, .stride = stride,
			     .entry = arch->nblocks++ };
	if (digit == '0')
		return;
	b->kind = BLOCK_MBCONV;
	b->kernel = digit == '1' ? 3 : 5;
	b->hidden = digit == '1' ? 3 * in : 6 * in;
}

enum nas_status nas_bench_macro_make(struct arch *arch, const char *key,
				     int classes, struct arena *arena,
				     struct nas_err *err)
{
	static const int depth[3] = { 2, 3, 3 };
	int width = 32;

	*arch = (struct arch){ .name = arena_strdup(arena, key), .height = 32,
			       .width = 32, .channels = 3,
			       .head.classes = classes };
	arch->block = NAS_NEW(arena, struct block, LAYERS + 2);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	arch->block[arch->nblocks++] = (struct block){
		.kind = BLOCK_CONV, .in = 3, .out = width, .kernel = 3,
		.stride = 1 };
	for (int s = 0; s < 3; s++)
		for (int d = 0; d < depth[s]; d++) {
			add_layer(arch, *key++, width, 64 << s, d ? 1 : 2);
			width = 64 << s;
		}
	add_layer(arch, '0', width, LAST, 1);
	return NAS_OK;
}

/* Classes that make up what the backbone lacks of params; 0 = none do. */
static int classes_of(const struct arch *backbone, double params)
{
	struct cost cost;
	double n;

	cost_of(&cost, NULL, backbone, &memory_models[MEMORY_TINYENGINE]);
	n = (params - cost.params) / (LAST + 1);
	if (!(n >= 1 && n <= ARCH_CLASSES_MAX) || n != floor(n))
		return 0;
	return (int)n;
}

static enum nas_status check_costs(const struct arch *arch,
				   const struct member *m,
				   const struct json_doc *doc,
				   const cJSON *node, struct nas_err *err)
{
	struct cost cost;

	cost_of(&cost, NULL, arch, &memory_models[MEMORY_TINYENGINE]);
	if (cost.params == m->params && cost.macs == m->flops)
		return NAS_OK;
	return json_fail(doc, node, err, "params %.0f and flops %.0f are not "
			 "the network's, %.0f and %.0f", m->params, m->flops,
			 cost.params, cost.macs);
}

static enum nas_status read_member(struct arch *arch,
				   const struct json_doc *doc,
				   const cJSON *node, struct arena *arena,
				   struct nas_err *err)
{
	struct arch_measured *measured;
	struct member m;

	if (!is_key(node->string))
		return json_fail_key(doc, node, err, "'%.40s' is no network: "
				     "%d digits 0 .. 2", node->string, LAYERS);
	if (form_read(&member_form, doc, node, &m, arena, err) != NAS_OK ||
	    nas_bench_macro_make(arch, node->string, 0, arena, err) != NAS_OK)
		return err->code;
	arch->head.classes = classes_of(arch, m.params);
	measured = NAS_NEW(arena, struct arch_measured, 1);
	if (!measured)
		return nas_fail(err, NAS_ENOMEM, "out of memory for an accuracy");
	*measured = (struct arch_measured){ m.mean, m.nseeds, m.seed };
	arch->measured = measured;
	return check_costs(arch, &m, doc, node, err);
}

enum nas_status nas_bench_macro_from_json(struct arch_list *list,
					  const struct json_doc *doc,
					  struct arena *arena,
					  struct nas_err *err)
{
	int n = cJSON_GetArraySize(doc->root);
	const cJSON *node;

	*list = (struct arch_list){ 0 };
	list->arch = NAS_NEW(arena, struct arch, (size_t)n);
	if (!list->arch)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks", n);
	cJSON_ArrayForEach(node, doc->root)
		if (read_member(&list->arch[list->n++], doc, node, arena,
				err) == NAS_ENOMEM)
			break;
	return err->code;
}
