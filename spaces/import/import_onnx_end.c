/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a network ends: at its outputs, or before what is not read. */
#include <stdio.h>

#include "spaces/import/import_onnx.h"

bool import_reads_left(const struct importer *im)
{
	for (size_t k = 0; k < im->node->n_input; k++) {
		const struct value *v = import_in(im, k);

		if (v && v->kind == VALUE_LEFT)
			return true;
	}
	return false;
}

static enum nas_status add_end(struct importer *im, int t)
{
	for (int k = 0; k < im->nends; k++)
		if (im->end[k] == t)
			return NAS_OK;
	if (im->nends == IMPORT_ENDS_MAX)
		return import_bad(im, "more than %d tensors are read by what is "
				      "left out", IMPORT_ENDS_MAX);
	im->end[im->nends++] = t;
	return NAS_OK;
}

static enum nas_status say_why(struct importer *im, const char *why)
{
	char subject[120], text[240];

	snprintf(text, sizeof(text), "%s: %s",
		 import_subject(im, subject, sizeof(subject)), why);
	im->g->left_out = arena_strdup(im->arena, text);
	return im->g->left_out ? NAS_OK
			       : nas_fail(im->err, NAS_ENOMEM,
					  "out of memory for a node");
}

enum nas_status import_leave_out(struct importer *im, bool layer,
				 const char *why)
{
	if (!im->g->left_out && say_why(im, why) != NAS_OK)
		return im->err->code;
	if (layer)
		return nas_fail_at(im->err, NAS_EINPUT, im->source, 0, 0, NULL,
				   "%s", im->g->left_out);
	for (size_t k = 0; k < im->node->n_input; k++) {
		const struct value *v = import_in(im, k);

		if (v && v->kind == VALUE_TENSOR &&
		    im->g->tensor[v->tensor].producer >= 0 &&
		    add_end(im, v->tensor) != NAS_OK)
			return im->err->code;
	}
	for (size_t k = 0; k < im->node->n_output; k++) {
		struct value *v = import_out(im, k);

		if (v)
			v->kind = VALUE_LEFT;
	}
	return NAS_OK;
}

static void add_output(struct graph *g, int t)
{
	for (int k = 0; k < g->noutputs; k++)
		if (g->output[k] == t)
			return;
	g->output[g->noutputs++] = t;
}

enum nas_status import_outputs(struct importer *im)
{
	struct graph *g = im->g;
	bool cut = false;

	for (size_t k = 0; k < im->file->n_output; k++) {
		const char *name = im->file->output[k]->name;
		struct value *v = import_find(im, name);

		if (v && v->kind == VALUE_LEFT) {
			cut = true;
			continue;
		}
		if (!v || v->kind != VALUE_TENSOR)
			return import_bad(im, "output '%.60s' is not computed by "
					      "any node", name ? name : "");
		g->output[g->noutputs++] = v->tensor;
	}
	for (int k = 0; cut && k < im->nends; k++)
		add_output(g, im->end[k]);
	if (!g->noutputs)
		return cut ? import_bad(im, "%s", g->left_out)
			   : import_bad(im, "the graph has no output");
	if (!cut)
		g->left_out = NULL;
	return NAS_OK;
}
