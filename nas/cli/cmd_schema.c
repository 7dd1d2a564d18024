/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas schema: the JSON Schema of a file format, from the table that checks
 * it. */
#include <string.h>

#include "nas/run/calibration.h"
#include "nas/run/compare.h"
#include "nas/run/config.h"
#include "nas/run/correlation.h"
#include "nas/cli/print.h"
#include "nas/run/records.h"
#include "qbr/policy_answer.h"
#include "qbr/policy_form.h"

static const struct {
	const char *name;
	const struct form *form;  /* or else */
	cJSON *(*schema)(void);
	const char *title;
} formats[] = {
	{ "nas/config/1", &config_form, NULL, NULL },
	{ "nas/architecture/1", NULL, arch_schema, "one network" },
	{ "nas/result/1", &result_form, NULL, NULL },
	{ "nas/certificate/1", &certificate_form, NULL, NULL },
	{ "nas/calibration/1", &calibration_form, NULL, NULL },
	{ "nas/correlation/1", &correlation_form, NULL, NULL },
	{ "nas/meta/1", &meta_form, NULL, NULL },
	{ "nas/comparison/1", &comparison_form, NULL, NULL },
	{ "nas/policy/1", &policy_form, NULL, NULL },
	{ "nas/problem/1", &policy_file_form, NULL, NULL },
};

#define NFORMATS ((int)(sizeof(formats) / sizeof(formats[0])))

static const char *title_of(int i)
{
	return formats[i].form ? formats[i].form->title : formats[i].title;
}

/* "nas/config/1", or "config" for short. */
static int find(const char *name)
{
	for (int i = 0; i < NFORMATS; i++) {
		const char *middle = strchr(formats[i].name, '/') + 1;
		size_t n = strcspn(middle, "/");

		if (strcmp(name, formats[i].name) == 0 ||
		    (strlen(name) == n && strncmp(name, middle, n) == 0))
			return i;
	}
	return -1;
}

static enum nas_status list(const struct cli *cli, struct nas_err *err)
{
	cJSON *names = cJSON_CreateArray();

	for (int i = 0; i < NFORMATS && cli->json; i++)
		json_append(names, cJSON_CreateString(formats[i].name));
	if (cli->json)
		return print_json(json_add(json_object("nas/schemas/1"), "schemas",
					   names), err);
	cJSON_Delete(names);
	for (int i = 0; i < NFORMATS; i++)
		say("%-20s %s\n", formats[i].name, title_of(i));
	return NAS_OK;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	const char *names[NFORMATS], *near;
	int i;

	if (cli->nargs == 0)
		return list(cli, err);
	i = find(cli->arg[0]);
	if (i >= 0)
		return print_json(formats[i].form
					  ? form_schema(formats[i].form)
					  : formats[i].schema(), err);
	for (i = 0; i < NFORMATS; i++)
		names[i] = formats[i].name;
	near = nas_nearest(cli->arg[0], names, NFORMATS);
	if (near)
		return nas_fail(err, NAS_EUSAGE, "no schema '%s' (did you mean "
				"'%s'?)", cli->arg[0], near);
	return nas_fail(err, NAS_EUSAGE, "no schema '%s' ('nas schema' lists "
			"them)", cli->arg[0]);
}

const struct command cmd_schema = {
	"schema", "[NAME]", "list the file formats, or print the JSON Schema of "
	"one", "nas schema config", NULL, 0, 1, run,
	CLI_FORMAT,
};
