/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas score FILE [--network NAME] [--bits A/W] [--memory MODEL] */
#include <stdio.h>

#include "nas/run/paper_kinds.h"
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

static enum nas_status read_size(struct scored_options *o, const char *size,
				 struct nas_err *err)
{
	char end;

	if (!size)
		return NAS_OK;
	if (sscanf(size, "%5dx%5d%c", &o->height, &o->width, &end) != 2) {
		if (sscanf(size, "%5d%c", &o->height, &end) != 1)
			o->height = 0;
		o->width = o->height;
	}
	if (o->height < 1 || o->height > ARCH_SIDE_MAX || o->width < 1 ||
	    o->width > ARCH_SIDE_MAX)
		return nas_fail(err, NAS_EINPUT, "image_size: '%.40s' is not "
				"N or HxW", size);
	return NAS_OK;
}

PAPER_KIND(score)
{
	const struct nas_qe_options qe = QE_DEFAULTS;
	struct scored_options o = { .qe = qe, .classes = -1 };
	struct scored_list list = { 0 };
	const char *file = row->file;

	o.model = memory_model_find(row->memory ? row->memory : "tinyengine");
	if (!o.model)
		return nas_fail(err, NAS_EINPUT, "memory: '%.40s' is no "
				"memory model", row->memory);
	if (read_bits(&o, row->bits, err) != NAS_OK ||
	    read_size(&o, row->image_size, err) != NAS_OK ||
	    scored_files(&list, &file, 1, row->network, &o, env->arena,
			 err) != NAS_OK)
		return err->code;
	*tree = form_write(&scores_form, &list);
	return NAS_OK;
}
