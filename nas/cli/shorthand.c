/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/shorthand.h"

#include <math.h>

#include "nas/run/config.h"

static enum nas_status add_number(struct cli *cli,
				  const struct cli_shorthand *s,
				  const char *text, struct nas_err *err)
{
	const struct form_field *f = form_find(&config_form, s->path);
	char what[64], number[32];
	double low, high, x = 0;

	NAS_BUG_IF(!f);
	form_bounds(f, &low, &high);
	snprintf(what, sizeof(what), "--%s", s->option);
	if (cli_parse_number(what, text, low, high, &x, err) != NAS_OK)
		return err->code;
	if (f->type != FORM_NUMBER && f->type != FORM_BYTES && x != floor(x))
		return nas_fail(err, NAS_EUSAGE, "%s must be a whole number, "
				"not %.80s", what, text);
	json_format_number(number, x);
	return cli_add_set(cli, s->path, number, err);
}

enum nas_status cli_add_shorthands(struct cli *cli,
				   const struct cli_shorthand *table,
				   struct nas_err *err)
{
	for (const struct cli_shorthand *s = table; s->option; s++) {
		const char *given = cli_value(cli, s->option);

		if (given && (s->value ? cli_add_set(cli, s->path, s->value,
						     err)
				       : add_number(cli, s, given, err)))
			return err->code;
	}
	return NAS_OK;
}
