/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/export/export_formats.h"

#include <string.h>

#include "spaces/export/pytorch_lines.h"

const char *const pytorch_quantizer_names[PYTORCH_QUANTIZERS] = {
	[PYTORCH_LSQ] = "lsq",
	[PYTORCH_PO2_MSQE] = "po2-msqe",
	[PYTORCH_PO2_GRADIENT] = "po2-gradient",
};

static const unsigned quantizer_features[PYTORCH_QUANTIZERS] = {
	[PYTORCH_LSQ] = LSQ | NOT_PO2,
	[PYTORCH_PO2_MSQE] = PO2 | MSQE,
	[PYTORCH_PO2_GRADIENT] = PO2 | GRADIENT,
};

static const unsigned kind_features[BLOCK_KINDS] = {
	[BLOCK_CONV] = CONV,
	[BLOCK_MBCONV] = MBCONV,
	[BLOCK_DWSEP] = DWSEP,
};

static unsigned features_of(const struct arch *arch,
			    enum pytorch_quantizer quantizer)
{
	unsigned f = arch->head.classes > 0 ? HEAD : BACKBONE;
	bool bits = arch_is_quantised(arch);

	if (arch->head.classes > 0)
		bits |= arch->head.bits_a || arch->head.bits_w;
	f |= bits ? QUANTISED | quantizer_features[quantizer]
		  : PLAIN | NOT_PO2;
	for (int b = 0; b < arch->nblocks; b++) {
		f |= kind_features[arch->block[b].kind];
		if (arch->block[b].squeeze)
			f |= SQUEEZE;
	}
	return f;
}

static void add_lines(struct text *out, const struct pytorch_line *line,
		      unsigned features)
{
	for (; line->text; line++)
		if ((line->when & features) == line->when)
			text_addf(out, "%s\n", line->text);
}

/* Text between double quotes. */
static void add_escaped(struct text *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			text_addf(out, "\\x%02x", c);
		else
			text_addn(out, s, 1);
	}
}

static void add_start(struct text *out, const struct arch *arch,
		      unsigned features)
{
	struct cost cost;

	cost_of(&cost, NULL, arch, &memory_models[MEMORY_TINYENGINE]);
	text_add(out, "\"\"\"");
	add_escaped(out, arch->name && *arch->name ? arch->name : "network");
	text_addf(out, ": %d x %d x %d, %.0f parameters, %.0f MACs; made by "
		  "nas.\n\n", arch->height, arch->width, arch->channels,
		  cost.params, cost.macs);
	text_add(out, "    python model.py              counts, shapes, and a "
		      "few steps on random data\n"
		      "    model.train(model.Network(), dataset)\n"
		      "                                 the published recipe of "
		      "training\n\"\"\"\n");
	text_add(out, "import argparse\nimport math\n\nimport torch\n");
	if (features & (QUANTISED | HEAD))
		text_add(out, "import torch.nn.functional as F\n");
	text_add(out, "from torch import nn\n\n");
	text_addf(out, "INPUT = (%d, %d, %d)  # channels, height, width\n",
		  arch->channels, arch->height, arch->width);
}

static void add_bits(struct text *out, const char *name, const int *bits,
		     int n)
{
	text_addf(out, "%s=[", name);
	for (int i = 0; i < n; i++)
		text_addf(out, "%s%d", i ? ", " : "", bits[i]);
	text_add(out, "]");
}

static void add_block(struct text *out, const struct block *b, bool quantised)
{
	const struct block_ops *ops = &block_kinds[b->kind];

	text_addf(out, "    (\"%s\", dict(inp=%d, out=%d", ops->name, b->in,
		  b->out);
	if (ops->has_hidden)
		text_addf(out, ", hidden=%d", b->hidden);
	text_addf(out, ", kernel=%d, stride=%d", b->kernel, b->stride);
	if (block_has_residual(b))
		text_add(out, ", shortcut=True");
	if (b->squeeze)
		text_addf(out, ", squeeze=%d", b->squeeze);
	if (quantised) {
		text_addf(out, ",\n%*s", (int)strlen(ops->name) + 14, "");
		add_bits(out, "a", b->bits_a, ops->nconvs);
		add_bits(out, ", w", b->bits_w, ops->nconvs);
	}
	text_add(out, ")),\n");
}

static void add_network(struct text *out, const struct arch *arch,
			unsigned features)
{
	const struct head *h = &arch->head;
	bool quantised = features & QUANTISED;

	if (features & HEAD)
		text_addf(out, "CLASSES = %d\n", h->classes);
	if ((features & HEAD) && quantised)
		text_addf(out, "HEAD_BITS = (%d, %d)  # of inputs, of "
			  "weights\n", h->bits_a, h->bits_w);
	if (features & BACKBONE) {
		text_add(out, "OUTPUTS = [");
		for (int b = 0, n = 0; b < arch->nblocks; b++)
			if (arch_ends_stage(arch, b))
				text_addf(out, "%s%d", n++ ? ", " : "", b);
		text_add(out, "]  # blocks that end a stage\n");
	}
	if (quantised)
		text_add(out, "# a, w: bits of each convolution's input and "
			      "weights\n");
	text_add(out, "BLOCKS = [\n");
	for (int b = 0; b < arch->nblocks; b++)
		add_block(out, &arch->block[b], quantised);
	text_add(out, "]\n\n\n");
}

/* Power-of-two levels are symmetric: of 1 bit there would be 0 alone. */
static bool has_bit(const struct arch *arch)
{
	if (arch->head.classes > 0 && arch->head.bits_w == 1)
		return true;
	for (int b = 0; b < arch->nblocks; b++)
		for (int j = 0; j < BLOCK_CONVS_MAX; j++)
			if (arch->block[b].bits_w[j] == 1)
				return true;
	return false;
}

enum nas_status pytorch_write(struct text *out, const struct arch *arch,
			      enum pytorch_quantizer quantizer,
			      struct nas_err *err)
{
	unsigned features = features_of(arch, quantizer);

	if ((features & PO2) && has_bit(arch))
		return nas_fail(err, NAS_EINPUT, "the quantiser '%s' needs "
				"weights of 2 bits or more: its levels are "
				"symmetric", pytorch_quantizer_names[quantizer]);
	add_start(out, arch, features);
	add_network(out, arch, features);
	add_lines(out, pytorch_quantisers, features);
	add_lines(out, pytorch_layers, features);
	add_lines(out, pytorch_train, features);
	return out->failed ? nas_fail(err, NAS_ENOMEM,
				      "out of memory for a Python file")
			   : NAS_OK;
}

enum nas_status export_pytorch(struct text *out,
			       const struct export_source *source,
			       const struct export_options *options,
			       struct arena *arena, struct nas_err *err)
{
	(void)arena;
	return pytorch_write(out, source->arch, options->quantizer, err);
}
