/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The architecture itself: nas/architecture/1. */
#include "nas/form/json.h"
#include "spaces/export/export_formats.h"

enum nas_status export_json(struct nas_text *out,
			    const struct export_source *source,
			    const struct export_options *options,
			    struct nas_arena *arena, struct nas_err *err)
{
	cJSON *tree = arch_to_json(source->arch);
	char *text = json_print(tree);

	(void)options;
	(void)arena;
	cJSON_Delete(tree);
	if (!text)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	text_add(out, text);
	free(text);
	return NAS_OK;
}
