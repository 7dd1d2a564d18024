/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/paper_kinds.h"

#include <string.h>

#define OF_NETWORK "metric bits_w bits_a data labels mean std images class "

const struct paper_kind paper_kinds[] = {
	{ .name = "none" },
	{ .name = "score", .needs_file = true, .run = paper_score,
	  .takes = "network bits memory image_size" },
	{ .name = "search", .needs_file = true, .run = paper_search,
	  .takes = "set" },
	{ .name = "certify", .needs_file = true, .run = paper_certify,
	  .takes = "set sweep" },
	{ .name = "refine", .needs_file = true, .needs_config = true,
	  .run = paper_refine, .takes = "config set" },
	{ .name = "calibrate", .needs_file = true, .more = "--bootstrap 0",
	  .run = paper_calibrate },
	{ .name = "correlate", .needs_file = true, .more = "--bootstrap 0",
	  .run = paper_correlate },
	{ .name = "sigma", .run = paper_sigma },
	{ .name = "allocate", .needs_file = true, .file_option = "--problem",
	  .run = paper_allocate, .takes = "budget", .takes_with_metric =
	  OF_NETWORK "pin latency_model measure_size trained" },
	{ .name = "sensitivity", .needs_file = true, .run = paper_sensitivity,
	  .takes = OF_NETWORK "trained" },
	{ 0 }
};

/* A word of a list of words with blanks between. */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = list; s && *s; s += strspn(s, " ")) {
		size_t length = strcspn(s, " ");

		if (length == n && memcmp(s, word, n) == 0)
			return true;
		s += length;
	}
	return false;
}

bool paper_kind_takes(const struct paper_row *row, const char *key)
{
	const struct paper_kind *kind = &paper_kinds[row->kind];

	if (has_word("label command published cannot note", key))
		return true;
	if (kind->run && has_word("item named", key))
		return true;
	if (kind->needs_file && strcmp(key, "file") == 0)
		return true;
	return has_word(kind->takes, key) ||
	       (row->metric && has_word(kind->takes_with_metric, key));
}

static void add_option(struct nas_text *t, const char *option, const char *s)
{
	if (!s)
		return;
	text_addf(t, " --%s ", option);
	text_add_word(t, s);
}

void paper_command(struct nas_text *t, const struct paper_row *row)
{
	const struct paper_kind *kind = &paper_kinds[row->kind];

	text_addf(t, "nas %s", kind->name);
	if (kind->file_option && !row->metric)
		text_addf(t, " %s", kind->file_option);
	if (row->file) {
		text_add(t, " ");
		text_add_word(t, row->file);
	}
	add_option(t, "network", row->network);
	add_option(t, "bits", row->bits);
	add_option(t, "memory", row->memory);
	add_option(t, "image-size", row->image_size);
	add_option(t, "config", row->config);
	add_option(t, "metric", row->metric);
	add_option(t, "budget", row->budget);
	add_option(t, "bits-w", row->bits_w);
	add_option(t, "bits-a", row->bits_a);
	add_option(t, "pin", row->pin);
	add_option(t, "measure-size", row->measure_size);
	add_option(t, "latency-model", row->latency_model);
	add_option(t, "data", row->data);
	add_option(t, "labels", row->labels);
	add_option(t, "mean", row->mean);
	add_option(t, "std", row->std);
	if (row->images)
		text_addf(t, " --images %d", row->images);
	if (row->class >= 0)
		text_addf(t, " --label %d", row->class);
	add_option(t, "sweep", row->sweep);
	for (int i = 0; i < row->set.n; i++)
		add_option(t, "set", row->set.text[i]);
	if (kind->more)
		text_addf(t, " %s", kind->more);
	text_add(t, " --format json");
}
