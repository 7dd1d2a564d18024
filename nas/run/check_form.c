/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a config promises as JSON. */
#include <math.h>
#include <string.h>

#include "nas/form/record.h"
#include "nas/run/check.h"

struct sample {
	const struct check *from;
	int drawn, feasible;
	double share, low, high;
};

static cJSON *write_exceeded(const void *in)
{
	const struct check *c = ((const struct sample *)in)->from;
	double limit[BUDGET_KINDS];
	cJSON *o = cJSON_CreateObject();

	budget_limits(&c->config.limits, limit);
	for (int i = 0; i < BUDGET_KINDS; i++)
		if (isfinite(limit[i]))
			json_add_number(o, budget_kinds[i].key,
					(double)c->sample.exceeded[i] /
						c->sample.drawn);
	return o;
}

static const struct form_custom exceeded_custom = {
	.write = write_exceeded, .schema = schema_by_name
};

#define RECORD struct sample

static const struct form_field sample_fields[] = {
	ROW(INT, drawn, "architectures drawn uniformly"),
	ROW(INT, feasible, "of these inside the budgets"),
	ROW(NUMBER, share, "their share"),
	ROW(NUMBER, low, "its 95 % interval from here"),
	ROW(NUMBER, high, "to here"),
	ROW_MADE("exceeded", &exceeded_custom,
		 "share of draws that exceed a budget, by its key"),
};

static const struct form sample_form =
	RECORD_FORM(NULL, "random architectures of the space", sample_fields);

struct record {
	int schema;
	const struct check *from;
	const char *name;
	double space_size, space_size_log10;
	bool has_space_size;
	bool has_rest; /* no networks were brought */
	struct nas_network smallest;
	int njudged;
	const struct nas_judged *judged;
};

static void make_sample(const void *in, int i, void *item)
{
	const struct check *c = ((const struct record *)in)->from;
	const struct check_sample *s = &c->sample;

	(void)i;
	*(struct sample *)item = (struct sample){
		c, s->drawn, s->feasible, s->share, s->low, s->high
	};
}

static cJSON *write_notes(const void *in)
{
	const struct check *c = ((const struct record *)in)->from;
	const char *s = c->notes.data ? c->notes.data : "";
	cJSON *all = cJSON_CreateArray();
	char line[512];

	while (*s) {
		int n = (int)strcspn(s, "\n");

		snprintf(line, sizeof(line), "%.*s", n, s);
		json_append(all, cJSON_CreateString(line));
		s += n + (s[n] == '\n');
	}
	return all;
}

static const struct form_custom notes_custom = { .write = write_notes,
						 .schema = schema_texts };

static cJSON *write_config(const void *in)
{
	return config_write(&((const struct record *)in)->from->config);
}

static cJSON *config_schema(void)
{
	return form_part_schema(&config_form);
}

static const struct form_custom config_custom = { .write = write_config,
						  .schema = config_schema };

#undef RECORD
#define RECORD struct record
#define REST .fallback = "", .given = offsetof(struct record, has_rest)

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/check/1"),
	ROW(STRING, name, "of the config"),
	ROW_GIVEN(NUMBER, space_size, "architectures, where a double holds "
				      "their number"),
	ROW(NUMBER, space_size_log10, "its decimal logarithm", REST),
	ROW_MADE_OBJECT("sample", &sample_form, make_sample,
			"what the budgets leave of the space", REST),
	ROW(OBJECT, smallest, "the least choice of everything",
	    .form = &network_form, REST),
	ROW_MADE("notes", &notes_custom, "remarks", REST),
	ROW_MADE("config", &config_custom, "with every default", REST),
	ROW_AS("networks", OBJECTS, judged,
	       "with --contains, instead of all others: those of the files",
	       .form = &judged_form, .fallback = "",
	       .count_offset = offsetof(struct record, njudged)),
};

const struct form check_form =
	RECORD_FORM("nas/check/1", "what a config promises", fields);

cJSON *check_json(const struct check *c)
{
	struct record r = { .from = c, .name = c->config.name,
			    .njudged = c->njudged, .judged = c->judged };

	if (c->njudged == 0) {
		r.has_rest = true;
		r.has_space_size = c->size < 1e300L;
		r.space_size = r.has_space_size ? (double)c->size : 0;
		r.space_size_log10 = (double)log10l(c->size);
		r.smallest = c->smallest;
	}
	return form_write(&check_form, &r);
}
