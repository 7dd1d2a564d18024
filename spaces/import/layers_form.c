/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form nas/graph/1. */
#include <string.h>

#include "spaces/arch.h"
#include "spaces/import/layers.h"

const struct layer_kind layer_kinds[] = {
	{ "conv", true, layers_conv },
	{ "max_pool", false, layers_max_pool },
	{ "average_pool", false, layers_average_pool },
	{ "global_pool", false, layers_global_pool },
	{ "dense", true, layers_dense },
	{ "basic", true, layers_basic },
	{ "bottleneck", true, layers_bottleneck },
	{ "vgg", true, layers_vgg },
	{ "mbconv", true, layers_mbconv },
	{ "dwsep", true, layers_dwsep },
	{ "k1kx", true, layers_k1kx },
	{ "kxkx", true, layers_kxkx },
	{ "k1kxk1", true, layers_k1kxk1 },
	{ 0 }
};

#define AT(member) .offset = offsetof(struct layers_item, member)
#define WHOLE(name, member, least, most, otherwise, ...)                     \
	{ .key = name, .type = FORM_INT, AT(member), .low = (least),         \
	  .high = (most), .fallback = otherwise, .help = __VA_ARGS__ }

static const struct form_field item_fields[] = {
	{ .key = "type", .type = FORM_CHOICE, AT(kind),
	  FORM_ROWS(layer_kinds, 0),
	  .help = "a layer, or depth blocks; basic and bottleneck are "
		  "ResNet's, k1kx, kxkx and k1kxk1 TinyNAS's, vgg is depth "
		  "convolutions and a pooling" },
	{ .key = "name", .type = FORM_STRING, AT(name), .low = 1, .high = 40,
	  .fallback = "", .help = "for from; default: its number" },
	{ .key = "from", .type = FORM_STRING, AT(from), .low = 1, .high = 40,
	  .fallback = "", .help = "item that it reads; default: the one "
				  "before" },
	WHOLE("out", out, 1, ARCH_CHANNELS_MAX, "", "channels out"),
	WHOLE("kernel", kernel, 1, ARCH_KERNEL_MAX, "3", "side of a kernel"),
	WHOLE("stride", stride, 1, ARCH_STRIDE_MAX, "1",
	      "of the first block"),
	WHOLE("depth", depth, 1, LAYERS_DEPTH_MAX, "1", "blocks"),
	WHOLE("hidden", hidden, 1, ARCH_CHANNELS_MAX, "",
	      "channels inside a block of more than one width"),
	{ .key = "expansion", .type = FORM_NUMBER, AT(expansion), .low = 0.01,
	  .high = 64, .fallback = "1",
	  .help = "of an mbconv, where hidden is not given: hidden by the "
		  "block's input; 1 has no first convolution" },
	WHOLE("dilation", dilation, 1, 64, "1", "of a conv"),
	WHOLE("pad", pad, -1, ARCH_KERNEL_MAX, "-1",
	      "on each side; -1: half of the kernel, times the dilation; of "
	      "a pooling 0"),
	{ .key = "relu", .type = FORM_BOOL, AT(relu), .fallback = "true",
	  .help = "behind a conv" },
	{ .key = "ceil", .type = FORM_BOOL, AT(ceil), .fallback = "false",
	  .help = "a pooling rounds sizes up" },
	{ .key = "output", .type = FORM_BOOL, AT(output), .fallback = "false",
	  .help = "the network gives it; default: the last item" },
};
#undef AT

static enum nas_status check_item(const struct json_doc *doc,
				  const cJSON *node, void *out,
				  struct nas_arena *arena, struct nas_err *err)
{
	const struct layers_item *item = out;

	(void)arena;
	if (layer_kinds[item->kind].needs_out && item->out == 0)
		return json_fail(doc, node, err, "missing key 'out'");
	return NAS_OK;
}

static const struct form item_form = {
	.title = "a layer or a run of blocks",
	.size = sizeof(struct layers_item),
	.fields = item_fields,
	.nfields = sizeof(item_fields) / sizeof(item_fields[0]),
	.check = check_item,
};

static const char *const schemas[] = { LAYERS_FORM, NULL };

#define AT(member) .offset = offsetof(struct layers_file, member)
static const struct form_field file_fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema), .choices = schemas,
	  .help = "the format and its version" },
	{ .key = "name", .type = FORM_STRING, AT(name), .low = 1, .high = 80,
	  .help = "of the network" },
	{ .key = "title", .type = FORM_STRING, AT(title), .low = 1,
	  .high = 400, .fallback = "", .help = "for people" },
	{ .key = "height", .type = FORM_INT, AT(height), .low = 1,
	  .high = ARCH_SIDE_MAX, .unit = "pixels", .help = "of the image" },
	{ .key = "width", .type = FORM_INT, AT(width), .low = 1,
	  .high = ARCH_SIDE_MAX, .unit = "pixels", .help = "of the image" },
	{ .key = "channels", .type = FORM_INT, AT(channels), .low = 1,
	  .high = ARCH_CHANNELS_MAX, .fallback = "3", .help = "of the image" },
	{ .key = "seed", .type = FORM_INT64, AT(seed), .low = 0, .high = 1e15,
	  .fallback = "1", .help = "of the weights" },
	{ .key = "layers", .type = FORM_OBJECTS, AT(item),
	  .count_offset = offsetof(struct layers_file, nitems),
	  .form = &item_form, .min_count = 1, .max_count = LAYERS_ITEMS_MAX,
	  .help = "in the order in which they run" },
};
#undef AT

int layers_find(const struct layers_file *file, int i, const char *name)
{
	while (--i >= 0)
		if (file->item[i].name && strcmp(file->item[i].name, name) == 0)
			break;
	return i;
}

/* "from" names an item that stands before. */
static enum nas_status check_file(const struct json_doc *doc,
				  const cJSON *node, void *out,
				  struct nas_arena *arena, struct nas_err *err)
{
	const struct layers_file *file = out;
	const cJSON *at =
		cJSON_GetObjectItemCaseSensitive(node, "layers")->child;

	(void)arena;
	for (int i = 0; i < file->nitems; i++, at = at->next) {
		const char *from = file->item[i].from;

		if (from && layers_find(file, i, from) < 0)
			json_fail(doc, at, err, "from: no item '%.40s' stands "
				  "before this one", from);
	}
	return err->code;
}

const struct form layers_form = {
	.name = LAYERS_FORM,
	.title = "a network as layers and blocks, without weights",
	.size = sizeof(struct layers_file),
	.fields = file_fields,
	.nfields = sizeof(file_fields) / sizeof(file_fields[0]),
	.check = check_file,
};
