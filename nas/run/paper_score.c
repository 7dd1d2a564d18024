/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas score FILE [--network NAME] [--bits A/W] [--memory MODEL] */
#include <stdio.h>

#include "nas/run/paper_kinds.h"
#include "nas/run/paper_network.h"
#include "nas/run/scored.h"

static enum nas_status read_bits(struct scored_options *o, const char *bits,
				 struct nas_err *err)
{
	char end;

	if (!bits)
		return NAS_OK;
	if (sscanf(bits, "%2d/%2d%c", &o->bits_a, &o->bits_w, &end) != 2 ||
	    o->bits_a < 1 || o->bits_a > ARCH_BITS_MAX || o->bits_w < 1 ||
	    o->bits_w > ARCH_BITS_MAX)
		return nas_fail(err, NAS_EINPUT, "bits: '%.40s' is not A/W, "
				"such as 8/4", bits);
	return NAS_OK;
}

PAPER_KIND(score)
{
	const struct nas_qe_options qe = QE_DEFAULTS;
	struct scored_options o = { .qe = qe, .classes = -1 };
	struct scored_list list = { 0 };
	const char *file = row->file;
	int size[2] = { 0 };

	o.model = memory_model_find(row->memory ? row->memory : "tinyengine");
	if (!o.model)
		return nas_fail(err, NAS_EINPUT, "memory: '%.40s' is no "
				"memory model", row->memory);
	if (read_bits(&o, row->bits, err) != NAS_OK ||
	    paper_read_size("image_size", row->image_size, size, err))
		return err->code;
	o.height = size[0];
	o.width = size[1];
	if (scored_files(&list, &file, 1, row->network, &o, env->arena,
			 err) != NAS_OK)
		return err->code;
	*tree = form_write(&scores_form, &list);
	return NAS_OK;
}
