/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network as one Python file: the lines of spaces/export/model.py that the
 * network has use for, with its name and its blocks put in. That file says how
 * its lines are marked.
 */
#include <ctype.h>
#include <string.h>

#include "nas/base/embedded.h"
#include "spaces/export/export_formats.h"

#define FEATURES_MAX (17 + BLOCK_KINDS)
#define NAME_MAX     16

const char *const pytorch_quantizer_names[PYTORCH_QUANTIZERS] = {
	[PYTORCH_LSQ] = "lsq",
	[PYTORCH_PO2_MSQE] = "po2-msqe",
	[PYTORCH_PO2_GRADIENT] = "po2-gradient",
};

static const char *const quantizer_features[PYTORCH_QUANTIZERS][2] = {
	[PYTORCH_LSQ] = {"LSQ", "NOT_PO2"},
	[PYTORCH_PO2_MSQE] = {"PO2", "MSQE"},
	[PYTORCH_PO2_GRADIENT] = {"PO2", "GRADIENT"},
};

struct writer {
	struct nas_text *out;
	const struct nas_arch *arch;
	bool quantised, head;
	char feature[FEATURES_MAX][NAME_MAX]; /* that the network has */
	int nfeatures;
};

static void add_feature(struct writer *w, const char *name)
{
	char *f;

	NAS_BUG_IF(w->nfeatures == FEATURES_MAX);
	f = w->feature[w->nfeatures++];
	snprintf(f, NAME_MAX, "%s", name);
	for (; *f; f++)
		*f = (char)toupper((unsigned char)*f);
}

/* The kind has a class in KINDS. */
static bool has_class(const struct nas_block_ops *ops)
{
	char entry[64];

	snprintf(entry, sizeof(entry), "\n    \"%s\": ", ops->name);
	return strstr(embedded_spaces_export_model_py, entry) != NULL;
}

/* The class Row can say it: convolutions, and the input added to them. */
static bool is_row(const struct nas_block *b)
{
	struct nas_conv conv[BLOCK_CONVS_MAX];

	block_kinds[b->kind].convs(b, conv);
	for (int j = 0; j < block_kinds[b->kind].nconvs; j++)
		if (conv[j].squeeze || conv[j].pool)
			return false;
	return !block_has(b, BLOCK_PROJECTS);
}

/* Blocks go by the name of their kind: "conv" is CONV. */
static void add_block_features(struct writer *w)
{
	bool has[BLOCK_KINDS] = {false}, squeeze = false, row = false;
	bool resnet = false;

	for (int b = 0; b < w->arch->nblocks; b++) {
		has[w->arch->block[b].kind] = true;
		squeeze |= w->arch->block[b].squeeze > 0;
		resnet |= block_has(&w->arch->block[b], BLOCK_PROJECTS);
	}
	for (int k = 0; k < BLOCK_KINDS; k++) {
		if (has[k] && has_class(&block_kinds[k]))
			add_feature(w, block_kinds[k].name);
		else
			row |= has[k];
	}
	if (row)
		add_feature(w, "ROW");
	if (squeeze)
		add_feature(w, "SQUEEZE");
	if (resnet)
		add_feature(w, "RESNET");
}

static void find_features(struct writer *w, enum pytorch_quantizer quantizer)
{
	const struct nas_head *h = &w->arch->head;

	w->head = h->classes > 0;
	w->quantised = arch_is_quantised(w->arch) ||
		       (w->head && (h->bits_a || h->bits_w));
	add_feature(w, w->head ? "HEAD" : "BACKBONE");
	if (w->head && h->hidden)
		add_feature(w, "HIDDEN");
	add_feature(w, w->quantised ? "QUANTISED" : "PLAIN");
	if (w->quantised) {
		add_feature(w, quantizer_features[quantizer][0]);
		add_feature(w, quantizer_features[quantizer][1]);
	} else {
		add_feature(w, "NOT_PO2");
	}
	if (w->quantised || w->head)
		add_feature(w, "FUNCTIONAL");
	add_block_features(w);
}

/* Text between double quotes. */
static void add_escaped(struct nas_text *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			text_addf(out, "\\x%02x", c);
		else
			text_addn(out, s, 1);
	}
}

static void add_title(struct writer *w)
{
	const struct nas_arch *a = w->arch;
	struct nas_cost cost;

	cost_of(&cost, NULL, a, &memory_models[MEMORY_TINYENGINE]);
	text_add(w->out, "\"\"\"");
	add_escaped(w->out, a->name && *a->name ? a->name : "network");
	text_addf(w->out, ": %d x %d x %d, %.0f parameters, %.0f MACs; made by "
		  "nas.\n", a->height, a->width, a->channels, cost.params,
		  cost.macs);
}

static void add_bits(struct nas_text *out, const char *name, const int *bits,
		     int n)
{
	text_addf(out, "%s=[", name);
	for (int i = 0; i < n; i++)
		text_addf(out, "%s%d", i ? ", " : "", bits[i]);
	text_add(out, "]");
}

/* What the class Row makes of it. */
static void add_row(struct nas_text *out, const struct nas_block *b)
{
	const struct nas_block_ops *ops = &block_kinds[b->kind];
	struct nas_conv conv[BLOCK_CONVS_MAX];

	ops->convs(b, conv);
	text_add(out, ",\n                 layers=[");
	for (int j = 0; j < ops->nconvs; j++)
		text_addf(out, "%s(\"%s\", %d, %d, %d, %d, %d, %s)",
			  j ? ",\n                         " : "", conv[j].role,
			  conv[j].in, conv[j].out, conv[j].kernel,
			  conv[j].stride, conv[j].groups,
			  conv[j].relu ? "True" : "False");
	text_add(out, "]");
}

static void add_block(struct nas_text *out, const struct nas_block *b,
		      bool quantised)
{
	const struct nas_block_ops *ops = &block_kinds[b->kind];
	bool own = has_class(ops);
	const char *class = own ? ops->name : "row";

	text_addf(out, "    (\"%s\", dict(", class);
	if (own)
		text_addf(out, "inp=%d, ", b->in);
	text_addf(out, "out=%d", b->out);
	if (own && ops->has & BLOCK_HIDDEN)
		text_addf(out, ", hidden=%d", b->hidden);
	if (own)
		text_addf(out, ", kernel=%d", b->kernel);
	text_addf(out, ", stride=%d", b->stride);
	if (block_has_residual(b))
		text_add(out, ", shortcut=True");
	if (block_has_projection(b))
		text_add(out, ", projection=True");
	if (b->squeeze)
		text_addf(out, ", squeeze=%d", b->squeeze);
	if (b->pool)
		text_addf(out, ", pool=%d", b->pool);
	if (!own)
		add_row(out, b);
	if (quantised) {
		text_addf(out, ",\n%*s", (int)strlen(class) + 14, "");
		add_bits(out, "a", b->bits_a, ops->nconvs);
		add_bits(out, ", w", b->bits_w, ops->nconvs);
	}
	text_add(out, ")),\n");
}

static void add_network(struct writer *w)
{
	const struct nas_arch *a = w->arch;
	struct nas_text *out = w->out;

	text_addf(out, "INPUT = (%d, %d, %d)  # channels, height, width\n",
		  a->channels, a->height, a->width);
	if (w->head)
		text_addf(out, "CLASSES = %d\n", a->head.classes);
	if (w->head && a->head.hidden)
		text_addf(out, "HIDDEN = %d  # units before the classifier\n",
			  a->head.hidden);
	if (w->head && w->quantised)
		text_addf(out, "HEAD_BITS = (%d, %d)  # of inputs, of "
			  "weights\n", a->head.bits_a, a->head.bits_w);
	if (!w->head) {
		text_add(out, "OUTPUTS = [");
		for (int b = 0, n = 0; b < a->nblocks; b++)
			if (arch_ends_stage(a, b))
				text_addf(out, "%s%d", n++ ? ", " : "", b);
		text_add(out, "]  # blocks that end a stage\n");
	}
	if (w->quantised)
		text_add(out, "# a, w: bits of each convolution's input and "
			      "weights\n");
	text_add(out, "BLOCKS = [\n");
	for (int b = 0; b < a->nblocks; b++)
		add_block(out, &a->block[b], w->quantised);
	text_add(out, "]\n\n\n");
}

static bool has_feature(const struct writer *w, const char *word, size_t n)
{
	for (int f = 0; f < w->nfeatures; f++)
		if (strlen(w->feature[f]) == n &&
		    memcmp(w->feature[f], word, n) == 0)
			return true;
	return false;
}

static bool is_word(const char *word, size_t n, const char *what)
{
	return strlen(what) == n && memcmp(word, what, n) == 0;
}

/* A line "#: A B" (n): whether the lines after it are written. What they stand
 * for is written here. */
static bool begin_lines(struct writer *w, const char *line, size_t n)
{
	for (size_t i = 2, length; i < n; i += length) {
		i += strspn(line + i, " ");
		length = strcspn(line + i, " \n");
		if (is_word(line + i, length, "TITLE"))
			add_title(w);
		else if (is_word(line + i, length, "NETWORK"))
			add_network(w);
		else if (has_feature(w, line + i, length))
			continue;
		return false;
	}
	return true;
}

static void add_template(struct writer *w)
{
	const char *line = embedded_spaces_export_model_py;
	bool wanted = false;

	for (size_t n; *line; line += n + 1) {
		n = strcspn(line, "\n");
		if (n >= 2 && memcmp(line, "#:", 2) == 0)
			wanted = begin_lines(w, line, n);
		else if (wanted && n >= 2 && memcmp(line, "#~", 2) == 0)
			text_addn(w->out, line + 2, n - 1);
		else if (wanted)
			text_addn(w->out, line, n + 1);
	}
}

/* Power-of-two levels are symmetric: of 1 bit there would be 0 alone. */
static bool has_bit(const struct nas_arch *arch)
{
	if (arch->head.classes > 0 && arch->head.bits_w == 1)
		return true;
	for (int b = 0; b < arch->nblocks; b++)
		for (int j = 0; j < BLOCK_CONVS_MAX; j++)
			if (arch->block[b].bits_w[j] == 1)
				return true;
	return false;
}

enum nas_status export_pytorch(struct nas_text *out,
			       const struct export_source *source,
			       const struct export_options *options,
			       struct nas_arena *arena, struct nas_err *err)
{
	enum pytorch_quantizer quantizer = options->quantizer;
	struct writer w = {.out = out, .arch = source->arch};

	(void)arena;
	for (int b = 0; b < source->arch->nblocks; b++) {
		const struct nas_block *block = &source->arch->block[b];

		if (!has_class(&block_kinds[block->kind]) && !is_row(block))
			return nas_fail(err, NAS_EINPUT, "PyTorch: block %d: "
					"there is no class for this %s", b + 1,
					block_kinds[block->kind].name);
	}
	find_features(&w, quantizer);
	if (has_feature(&w, "PO2", 3) && has_bit(source->arch))
		return nas_fail(err, NAS_EINPUT, "the quantiser '%s' needs "
				"weights of 2 bits or more: its levels are "
				"symmetric", pytorch_quantizer_names[quantizer]);
	add_template(&w);
	return out->failed ? nas_fail(err, NAS_ENOMEM,
				      "out of memory for a Python file")
			   : NAS_OK;
}
