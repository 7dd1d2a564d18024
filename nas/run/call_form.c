/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/call_form.h"

#include <stddef.h>

#include "nas/form/record.h"
#include "nas/run/config.h"
#include "spaces/cost.h"

#define TEXTS_MAX 4096

static const char *const job_names[CALL_JOBS + 1] = {
	[CALL_SEARCH] = "search",   [CALL_CERTIFY] = "certify",
	[CALL_CONFIG] = "config",   [CALL_SCORE] = "score",
	[CALL_ALLOCATE] = "allocate",
};

static enum nas_status read_texts(const struct json_doc *doc,
				  const cJSON *node, void *out,
				  struct nas_arena *arena, struct nas_err *err)
{
	if (cJSON_GetArraySize(node) > TEXTS_MAX)
		return json_fail(doc, node, err, "must be a list of at most %d "
				 "texts", TEXTS_MAX);
	return texts_read(doc, node, out, arena, err);
}

static const struct form_custom texts = { .read = read_texts,
					  .schema = schema_texts };

#define AT(member) .offset = offsetof(struct call_request, member)
#define PATH(name, what)                                                     \
	{ .key = #name, .type = FORM_STRING, AT(name), .low = 1, .high = 4000, \
	  .fallback = "", .help = what }
#define TEXTS(name, what)                                                    \
	{ .key = #name, .type = FORM_CUSTOM, AT(name), .custom = &texts,       \
	  .fallback = "", .help = what }
#define NUMBER(name, most, what)                                             \
	{ .key = #name, .type = FORM_INT, AT(name), .low = 0, .high = most,    \
	  .fallback = "0", .help = what }

static const struct form_field fields[] = {
	{ .key = "job", .type = FORM_CHOICE, AT(job), .choices = job_names,
	  .help = "what is to be done" },
	PATH(config, "search, certify, config: the file of the config"),
	TEXTS(set, "values over the config's, \"search.seed=2\""),
	PATH(output, "search: the folder to write; absent: nothing is written"),
	{ .key = "force", .type = FORM_BOOL, AT(force), .fallback = "false",
	  .help = "search: replace a former run in the folder" },
	TEXTS(files, "score: files of architectures"),
	NUMBER(height, 4096, "score: of the square input; 0: as the file says"),
	NUMBER(bits_a, ARCH_BITS_MAX, "score: bits of activations; 0: as the "
	       "file says"),
	NUMBER(bits_w, ARCH_BITS_MAX, "score: bits of weights; 0: as the file "
	       "says"),
	{ .key = "memory", .type = FORM_CHOICE, AT(memory),
	  FORM_ROWS(memory_models, MEMORY_KINDS), .fallback = "\"tinyengine\"",
	  .help = "score: the model of the peak memory" },
	PATH(problem, "allocate: the file of a problem"),
	TEXTS(budgets, "allocate: limits over the file's, \"size=20kB\""),
	NUMBER(threads, 4096, "0: all cores"),
};

/* What a job cannot do without. */
static enum nas_status check(const struct json_doc *doc, const cJSON *node,
			     void *out, struct nas_arena *arena,
			     struct nas_err *err)
{
	const struct call_request *q = out;
	const char *missing = NULL;

	(void)arena;
	if (q->job == CALL_SCORE)
		missing = q->files.n ? NULL : "files";
	else if (q->job == CALL_ALLOCATE)
		missing = q->problem ? NULL : "problem";
	else
		missing = q->config ? NULL : "config";
	if (missing)
		return json_fail(doc, node, err, "job '%s' needs '%s'",
				 job_names[q->job], missing);
	return NAS_OK;
}

const struct form call_form = {
	.name = "nas/call/1",
	.title = "a job for nas_call(), as text",
	.size = sizeof(struct call_request),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
	.check = check,
};

#define RECORD struct call_error
static const struct form_field error_fields[] = {
	ROW_SCHEMA("nas/error/1"),
	ROW(INT, status, "exit status that the command would have"),
	ROW(STRING, message, "a line for each thing that is wrong"),
};
const struct form call_error_form = RECORD_FORM(
	"nas/error/1", "why nas_call() has no answer", error_fields);
#undef RECORD
