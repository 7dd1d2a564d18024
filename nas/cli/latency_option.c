/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/latency_option.h"

#include "nas/cli/values.h"

enum nas_status latency_option_read(const struct nas_latency **m,
				    const struct cli *cli, struct nas_err *err)
{
	const char *path = cli_value(cli, "latency-model");
	struct nas_latency *read;

	*m = NULL;
	if (!path)
		return NAS_OK;
	read = NAS_NEW(cli->arena, struct nas_latency, 1);
	if (!read)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a latency "
						 "model");
	*m = read;
	return latency_read(read, path, cli->arena, err);
}
