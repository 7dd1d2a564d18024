/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network as result files have it. */
#include "nas/form/form.h"
#include "nas/form/json.h"
#include "nas/run/records.h"

#include <math.h>

static enum nas_status read_arch(const struct json_doc *doc,
				 const cJSON *node, void *out,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct nas_arch_defaults defaults = {0};
	struct nas_arch_list list;

	if (arch_from_json(&list, doc, node, &defaults, arena, err) != NAS_OK)
		return err->code;
	if (list.n != 1)
		return json_fail(doc, node, err, "contains %d architectures, "
				 "expected one", list.n);
	*(struct nas_arch *)out = list.arch[0];
	return NAS_OK;
}

static cJSON *write_arch(const void *in)
{
	return arch_to_json(in);
}

static const struct form_custom arch_custom = {
	.read = read_arch, .write = write_arch, .schema = arch_part_schema
};

#define USED(id, name, kind, units, label, what, ...)                        \
	{ .key = #name, .type = FORM_NUMBER,                                 \
	  .offset = (id) * sizeof(double), .low = 0, .high = HUGE_VAL,       \
	  .fallback = "", .help = "fraction of this budget" },

static const struct form_field used_fields[] = {
	BUDGET_LIST(USED)
};

static const struct form used_form = {
	.title = "how much of each budget is used; 1 = all",
	.size = BUDGET_KINDS * sizeof(double),
	.fields = used_fields,
	.nfields = BUDGET_KINDS,
};

#define AT(member) .offset = offsetof(struct nas_network, member)
#define FIGURE(name, member, units, what)                                    \
	{ .key = name, .type = FORM_NUMBER, AT(member), .low = -HUGE_VAL,    \
	  .high = HUGE_VAL, .unit = units, .help = what }

static const struct form_field fields[] = {
	{ .key = "rank", .type = FORM_INT, AT(rank), .low = 0,
	  .high = 1 << 20, .fallback = "", .help = "1 = the best" },
	{ .key = "score", .type = FORM_NUMBER, AT(score), .low = -HUGE_VAL,
	  .high = HUGE_VAL, .fallback = "",
	  .help = "the config's score; absent: the QE-Score" },
	FIGURE("qe_score", qe, NULL, "QE-Score; higher is better"),
	FIGURE("flops", cost.flops, NULL, "bit-weighted multiply-adds of the "
	       "convolutions"),
	FIGURE("bitops", cost.bitops, NULL, "multiply-accumulates times the "
	       "bits of input and weights, classifier included"),
	FIGURE("macs", cost.macs, NULL, "multiply-accumulates, classifier "
	       "included"),
	FIGURE("params", cost.params, NULL, "trainable parameters"),
	FIGURE("size_bytes", cost.size_bytes, "bytes", "weights without "
	       "classifier"),
	FIGURE("flash_bytes", cost.flash_bytes, "bytes", "weights with "
	       "classifier"),
	FIGURE("peak_memory_bytes", cost.peak_memory_bytes, "bytes",
	       "largest step under the memory model"),
	{ .key = "latency_ms", .type = FORM_NUMBER, AT(cost.latency_ms),
	  .high = HUGE_VAL, .unit = "ms", .fallback = "",
	  .help = "by the config's latency model; absent: none" },
	{ .key = "layers", .type = FORM_INT, AT(cost.layers), .low = 1,
	  .high = 1 << 20, .help = "convolutions" },
	{ .key = "used", .type = FORM_OBJECT, AT(used), .form = &used_form,
	  .fallback = "{}", .help = "how much of each budget is used" },
	{ .key = "architecture", .type = FORM_CUSTOM, AT(arch),
	  .custom = &arch_custom, .help = "the network" },
};

static enum nas_status complete(const struct json_doc *doc, const cJSON *node,
				void *out, struct nas_arena *arena,
				struct nas_err *err)
{
	struct nas_network *net = out;

	(void)doc;
	(void)arena;
	(void)err;
	if (!cJSON_HasObjectItem(node, "score"))
		net->score = net->qe;
	return NAS_OK;
}

const struct form network_form = {
	.title = "a network and its figures",
	.size = sizeof(struct nas_network),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
	.check = complete,
};
