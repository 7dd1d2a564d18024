/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of options, once the command line is read. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nas/cli/command.h"

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

/* Decimal only: strtod would also take "nan", "inf", "0x1p3" and spaces. */
static bool is_number(const char *s)
{
	return *s && strspn(s, "0123456789+-.eE") == strlen(s) &&
	       (isdigit((unsigned char)*s) || *s == '-' || *s == '.');
}

enum nas_status cli_parse_number(const char *what, const char *text,
				 double low, double high, double *x,
				 struct nas_err *err)
{
	char *end = NULL;
	double value = is_number(text) ? strtod(text, &end) : 0;

	if (!end || *end || end == text || !isfinite(value))
		return nas_fail(err, NAS_EUSAGE, "%s: '%s' is no number", what,
				text);
	if (value < low || value > high)
		return nas_fail(err, NAS_EUSAGE,
				"%s: %s is not between %g and %g", what, text,
				low, high);
	*x = value;
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

/* --seed comes as what it sets in a config. */
uint64_t cli_seed(const struct cli *cli, uint64_t fallback)
{
	static const char key[] = "search.seed=";

	for (int i = 0; i < cli->nsets; i++)
		if (strncmp(cli->set[i], key, sizeof(key) - 1) == 0)
			fallback = strtoull(cli->set[i] + sizeof(key) - 1,
					    NULL, 10);
	return fallback;
}
