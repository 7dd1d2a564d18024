/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of options, once the command line is read. */
#include <math.h>
#include <string.h>

#include "nas/base/quantity.h"
#include "nas/cli/command.h"
#include "spaces/arch.h"

const char *cli_value(const struct cli *cli, const char *name)
{
	const char *value = NULL;

	cli_values(cli, name, &value, -1);
	return value;
}

/* max < 0: keep the last one only. */
int cli_values(const struct cli *cli, const char *name, const char **values,
	       int max)
{
	int n = 0;

	for (int i = 0; i < cli->ngiven; i++) {
		if (strcmp(cli->given[i].name, name) != 0)
			continue;
		if (max < 0)
			values[0] = cli->given[i].value;
		else if (n < max)
			values[n] = cli->given[i].value;
		n++;
	}
	return max >= 0 && n > max ? max : n;
}

enum nas_status cli_parse_number(const char *what, const char *text,
				 double low, double high, double *x,
				 struct nas_err *err)
{
	double value;

	if (!quantity_parse(text, &value))
		return nas_fail(err, NAS_EUSAGE, "%s: '%.80s' is not a number "
				"such as 64, 0.5, 100k or 320kB", what, text);
	if (value < low)
		return nas_fail(err, NAS_EUSAGE, "%s must be at least %.10g, "
				"not %.80s", what, low, text);
	if (value > high)
		return nas_fail(err, NAS_EUSAGE, "%s must be at most %.10g, "
				"not %.80s", what, high, text);
	*x = value;
	return NAS_OK;
}

enum nas_status cli_parse_whole(const char *what, const char *text,
				int64_t low, int64_t high, int64_t *x,
				struct nas_err *err)
{
	double value = 0;

	if (cli_parse_number(what, text, (double)low, (double)high, &value,
			     err) != NAS_OK)
		return err->code;
	if (value != floor(value))
		return nas_fail(err, NAS_EUSAGE, "%s must be a whole number, "
				"not %.80s", what, text);
	*x = (int64_t)value;
	return NAS_OK;
}

enum nas_status cli_parse_numbers(const char *name, const char *text,
				  double low, double high, double *x, int most,
				  int *n, struct nas_err *err)
{
	char item[64];

	for (*n = 0; text;) {
		size_t length = strcspn(text, ",");

		if (*n == most)
			return nas_fail(err, NAS_EUSAGE, "%s: more than %d",
					name, most);
		snprintf(item, sizeof(item), "%.*s", (int)length, text);
		if (cli_parse_number(name, item, low, high, &x[(*n)++], err))
			return err->code;
		text = text[length] ? text + length + 1 : NULL;
	}
	return NAS_OK;
}

enum nas_status cli_number(const struct cli *cli, const char *name, double low,
			   double high, double *x, struct nas_err *err)
{
	const char *text = cli_value(cli, name);
	char what[64];

	if (!text)
		return NAS_OK;
	snprintf(what, sizeof(what), "--%s", name);
	return cli_parse_number(what, text, low, high, x, err);
}

enum nas_status cli_whole(const struct cli *cli, const char *name, int64_t low,
			  int64_t high, int64_t *x, struct nas_err *err)
{
	const char *text = cli_value(cli, name);
	char what[64];

	if (!text)
		return NAS_OK;
	snprintf(what, sizeof(what), "--%s", name);
	return cli_parse_whole(what, text, low, high, x, err);
}

enum nas_status cli_image_size(const struct cli *cli, int *height, int *width,
			       struct nas_err *err)
{
	const char *text = cli_value(cli, "image-size");
	size_t n = text ? strcspn(text, "x") : 0;
	int64_t h = 0, w = 0;
	char part[32];

	if (!text)
		return NAS_OK;
	snprintf(part, sizeof(part), "%.*s", (int)n, text);
	if (cli_parse_whole("--image-size", part, 1, ARCH_SIDE_MAX, &h, err) ||
	    cli_parse_whole("--image-size", text[n] ? text + n + 1 : part, 1,
			    ARCH_SIDE_MAX, &w, err))
		return err->code;
	*height = (int)h;
	*width = (int)w;
	return NAS_OK;
}

uint64_t cli_seed(const struct cli *cli, uint64_t fallback)
{
	return cli->seed_given ? cli->seed : fallback;
}
