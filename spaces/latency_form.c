/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form nas/latency/1. */
#include "spaces/latency.h"

#include <math.h>
#include <string.h>

#include "nas/base/file.h"

#define COEFFICIENT(id, name, units, text)                                    \
	{ .key = #name, .type = FORM_NUMBER, .high = 1e9,                     \
	  .offset = LATENCY_##id * sizeof(double), .fallback = "0",           \
	  .unit = "ms", .help = "a " text },

static const struct form_field coefficient_fields[] = {
	LATENCY_TERM_LIST(COEFFICIENT)
};

static const struct form coefficient_form = {
	.title = "what each term takes",
	.size = LATENCY_TERMS * sizeof(double),
	.fields = coefficient_fields,
	.nfields = LATENCY_TERMS,
};

#define FACTOR(member) .offset = offsetof(struct latency_factor, member)

static const struct form_field factor_fields[] = {
	{ .key = "bits_a", .type = FORM_INT, FACTOR(bits_a), .low = 1,
	  .high = ARCH_BITS_MAX, .unit = "bits", .help = "of the input" },
	{ .key = "bits_w", .type = FORM_INT, FACTOR(bits_w), .low = 1,
	  .high = ARCH_BITS_MAX, .unit = "bits", .help = "of the weights" },
	{ .key = "factor", .type = FORM_NUMBER, FACTOR(factor), .low = 1.0 / 64,
	  .high = 1e4,
	  .help = "of all that a layer of these bits takes, to 1/64" },
};

static const struct form factor_form = {
	.title = "a factor of a pair of bits",
	.size = sizeof(struct latency_factor),
	.fields = factor_fields,
	.nfields = sizeof(factor_fields) / sizeof(factor_fields[0]),
};

#define ERROR(member) .offset = offsetof(struct latency_error, member)

static const struct form_field error_fields[] = {
	{ .key = "rows", .type = FORM_INT, ERROR(rows), .high = 1e9,
	  .fallback = "0", .help = "measured networks or layers" },
	{ .key = "mean_percent", .type = FORM_NUMBER, ERROR(mean),
	  .high = 1e9, .fallback = "0", .unit = "%",
	  .help = "mean relative error" },
	{ .key = "max_percent", .type = FORM_NUMBER, ERROR(max), .high = 1e9,
	  .fallback = "0", .unit = "%", .help = "the largest" },
	{ .key = "method", .type = FORM_STRING, ERROR(method), .low = 1,
	  .high = 200, .fallback = "", .help = "on what: left-out rows, say" },
};

static const struct form error_form = {
	.title = "how far the model is from what was measured",
	.size = sizeof(struct latency_error),
	.fields = error_fields,
	.nfields = sizeof(error_fields) / sizeof(error_fields[0]),
};

static enum nas_status check_terms(const struct nas_latency *m,
				   const struct json_doc *doc,
				   const cJSON *node, struct nas_err *err)
{
	double sum = 0;

	for (int t = 0; t < LATENCY_TERMS; t++) {
		sum += m->term[t];
		if (latency_is_speck(m, t))
			return json_fail(doc, node, err, "%s must be 0 or at "
					 "least 1/16384 of the largest "
					 "coefficient of MACs and bytes",
					 latency_terms[t].key);
	}
	return sum > 0 ? NAS_OK
		       : json_fail(doc, node, err,
				   "all coefficients are 0: nothing takes "
				   "time");
}

static enum nas_status check_factors(const struct nas_latency *m,
				     const struct json_doc *doc,
				     const cJSON *node, struct nas_err *err)
{
	for (int i = 1; i < m->nfactors; i++)
		for (int k = 0; k < i; k++)
			if (m->factor[k].bits_a == m->factor[i].bits_a &&
			    m->factor[k].bits_w == m->factor[i].bits_w)
				return json_fail(doc, node, err, "two factors "
						 "of activations of %d bits by "
						 "weights of %d",
						 m->factor[i].bits_a,
						 m->factor[i].bits_w);
	return NAS_OK;
}

static enum nas_status finish(const struct json_doc *doc, const cJSON *node,
			      void *out, struct nas_arena *arena,
			      struct nas_err *err)
{
	struct nas_latency *m = out;

	(void)arena;
	if (check_terms(m, doc, node, err) != NAS_OK ||
	    check_factors(m, doc, node, err) != NAS_OK)
		return err->code;
	latency_finish(m);
	return NAS_OK;
}

static const char *const schemas[] = { LATENCY_FORM, NULL };

#define AT(member) .offset = offsetof(struct nas_latency, member)

static const struct form_field latency_fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema),
	  .choices = schemas, .fallback = "\"" LATENCY_FORM "\"",
	  .help = "the format and its version" },
	{ .key = "name", .type = FORM_STRING, AT(name), .low = 1, .high = 80,
	  .fallback = "", .help = "in tables" },
	{ .key = "board", .type = FORM_STRING, AT(board), .low = 1,
	  .high = 200, .fallback = "", .help = "what it was measured on" },
	{ .key = "clock_mhz", .type = FORM_NUMBER, AT(clock_mhz), .high = 1e6,
	  .fallback = "0", .unit = "MHz", .help = "0: not known" },
	{ .key = "runtime", .type = FORM_STRING, AT(runtime), .low = 1,
	  .high = 200, .fallback = "", .help = "the library that ran it" },
	{ .key = "source", .type = FORM_STRING, AT(source), .low = 1,
	  .high = 2000, .fallback = "",
	  .help = "where the measured rows come from" },
	{ .key = "coefficients", .type = FORM_OBJECT, AT(term),
	  .form = &coefficient_form, .help = "what each term takes" },
	{ .key = "channel_step", .type = FORM_INT, AT(channel_step), .low = 1,
	  .high = 256, .fallback = "1", .unit = "channels",
	  .help = "MACs count channels rounded up to a multiple of this" },
	{ .key = "on_chip_bytes", .type = FORM_NUMBER, AT(on_chip_bytes),
	  .high = 1e12, .fallback = "0", .unit = "bytes",
	  .help = "bytes in and out of a layer that stay on the chip; those of "
		  "larger layers spill; 0: none do" },
	{ .key = "factors", .type = FORM_OBJECTS, AT(factor),
	  .count_offset = offsetof(struct nas_latency, nfactors),
	  .max_count = LATENCY_FACTORS_MAX, .form = &factor_form,
	  .fallback = "[]", .help = "of pairs of bits; 1 where none is given" },
	{ .key = "error", .type = FORM_OBJECT, AT(error), .form = &error_form,
	  .fallback = "{}", .help = "how far the model is from what was "
				    "measured" },
};

const struct form latency_form = {
	.name = LATENCY_FORM,
	.title = "how long networks take on a board: a sum over layers",
	.size = sizeof(struct nas_latency),
	.fields = latency_fields,
	.nfields = sizeof(latency_fields) / sizeof(latency_fields[0]),
	.check = finish,
};

const char *latency_model_text(const char *name)
{
	for (int i = 0; latency_models[i][0]; i++)
		if (strcmp(latency_models[i][0], name) == 0)
			return latency_models[i][1];
	return NULL;
}

static enum nas_status open_doc(struct json_doc *doc, const char *path,
				struct nas_err *err)
{
	const char *text = latency_model_text(path);

	if (!text && strcmp(path, "-") != 0 && !file_exists(path))
		return nas_fail(err, NAS_EIO, "'%.200s' is no file, and no "
				"latency model that 'nas latency show' lists",
				path);
	return text ? json_parse(doc, text, strlen(text), path, err)
		    : json_read(doc, path, err);
}

enum nas_status latency_read(struct nas_latency *m, const char *path,
			     struct nas_arena *arena, struct nas_err *err)
{
	struct json_doc doc;
	enum nas_status status = open_doc(&doc, path, err);

	if (status != NAS_OK)
		return status;
	status = form_read(&latency_form, &doc, doc.root, m, arena, err);
	json_free(&doc);
	return status;
}
