/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas export: a network as the file that the next tool reads. */
#include <string.h>

#include "nas/cli/choices.h"
#include "nas/cli/cmd_export_model.h"
#include "nas/cli/load.h"
#include "nas/cli/print.h"
#include "spaces/export/export_formats.h"
#include "spaces/import/onnx.h"

#define NAME(id, name, needs, binary, help) " " name

static const struct cli_option options[] = {
	{"to", 't', "FORMAT", "one of:" EXPORT_FORMATS(NAME)},
	{"quantiser", 0, "TRAINER",
	 "how pytorch trains weights, the first by default"},
	{"memory", 'm', "MEMORY",
	 "model of the bytes in csv, the first by default"},
	{"pick", 0, "N", "the N-th network of a file that holds several"},
	EXPORT_MODEL_OPTIONS,
	{0},
};

struct export
{
	const struct cli *cli;
	const struct export_format *format;
	struct export_options options;
	struct arch arch;
	struct onnx_ours ours; /* an ONNX file of ours */
	bool trained;	       /* another one, or other bits are asked for */
	struct export_source source;
};

static enum nas_status read_choices(struct export *e, struct nas_err *err)
{
	int memory = -1, quantizer = 0;

	if (cli_read_choice(e->cli, "memory", &memory, err) != NAS_OK ||
	    cli_read_choice(e->cli, "quantiser", &quantizer, err) != NAS_OK)
		return err->code;
	if (memory >= 0)
		e->options.memory = &memory_models[memory];
	e->options.quantizer = (enum pytorch_quantizer)quantizer;
	return NAS_OK;
}

static enum nas_status read_options(struct export *e, struct nas_err *err)
{
	const struct cli *cli = e->cli;
	const char *to = cli_value(cli, "to");

	if (!to)
		return nas_fail(err, NAS_EUSAGE,
				"'nas export' needs --to "
				"FORMAT");
	e->format = export_format_find(to);
	if (!e->format)
		return export_format_unknown(to, err);
	if (read_choices(e, err) != NAS_OK)
		return err->code;
	if (e->format->binary && !cli->output)
		return nas_fail(err, NAS_EUSAGE, "--to %s needs -o OUT", to);
	if (cli->json && (!cli->output || cli->to_stdout))
		return nas_fail(err, NAS_EUSAGE, "--format json needs -o FILE: "
				"standard output holds the network");
	e->options.seed = cli_seed(cli, e->options.seed);
	return NAS_OK;
}

static enum nas_status pick(struct export *e, const struct arch_list *list,
			    const char *path, struct nas_err *err)
{
	int64_t n = 1;

	if (list->n > 1 && !cli_value(e->cli, "pick"))
		return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
				   "holds "
				   "%d architectures; --pick N says which",
				   list->n);
	if (cli_whole(e->cli, "pick", 1, list->n, &n, err) != NAS_OK)
		return err->code;
	e->arch = list->arch[n - 1];
	return arch_check(&e->arch, err);
}

static enum nas_status read_json(struct export *e, const char *text,
				 size_t length, const char *path,
				 struct nas_err *err)
{
	const struct arch_defaults defaults = {0};
	struct arch_list list;
	struct json_doc doc = {0};

	if (json_parse(&doc, text, length, path, err) == NAS_OK &&
	    arch_from_json(&list, &doc, doc.root, &defaults, e->cli->arena,
			   err) == NAS_OK)
		(void)!pick(e, &list, path, err);
	json_free(&doc);
	return err->code;
}

/* An ONNX file of ours: its numbers are handed on. */
static enum nas_status read_onnx(struct export *e, const char *bytes,
				 size_t length, const char *path,
				 struct nas_err *err)
{
	struct arena *arena = e->cli->arena;
	bool ours;

	if (onnx_is_ours(&ours, bytes, length, path, arena, err) != NAS_OK)
		return err->code;
	e->trained = !ours || export_model_has_bits(e->cli);
	if (e->trained)
		return NAS_OK;
	if (onnx_read(&e->ours, bytes, length, path, arena, err) == NAS_OK) {
		e->arch = e->ours.arch;
		e->source.graph = &e->ours.graph;
		e->source.seed = e->ours.seed;
	}
	return err->code;
}

static enum nas_status read_source(struct export *e, struct nas_err *err)
{
	const char *path = e->cli->arg[0];
	size_t length;
	char *bytes;

	if (file_read(path, ONNX_FILE_MAX, &bytes, &length, err) != NAS_OK)
		return err->code;
	if (onnx_looks_like(bytes, length))
		(void)!read_onnx(e, bytes, length, path, err);
	else if (export_model_has_bits(e->cli))
		nas_fail(err, NAS_EUSAGE,
			 "--policy, --bits-w and --bits-a are for ONNX "
			 "networks; an architecture has its own bits");
	else
		(void)!read_json(e, bytes, length, path, err);
	if (!e->trained)
		e->source.arch = &e->arch;
	free(bytes);
	return err->code;
}

static enum nas_status make(struct text *t, const struct export *e,
			    struct nas_err *err)
{
	if (e->trained)
		return export_model(t, e->format, &e->options, e->cli, err);
	return export_write(t, e->format, &e->source, &e->options,
			    e->cli->arena, err);
}

/* With --format json standard output is one object, as of other commands. */
static enum nas_status print_summary(const struct export *e,
				     const struct text *t, struct nas_err *err)
{
	cJSON *o;

	if (!e->cli->json)
		return NAS_OK;
	o = json_add_string(json_object("nas/export/1"), "output",
			    e->cli->output);
	json_add_string(o, "format", cli_value(e->cli, "to"));
	json_add_int64(o, "bytes", (int64_t)t->length);
	return print_json(o, err);
}

static enum nas_status write_out(const struct export *e, struct nas_err *err)
{
	struct text t = {0};

	if (make(&t, e, err) == NAS_OK) {
		if (e->cli->output)
			(void)(output_write_text(e->cli, &t, err) ||
			       print_summary(e, &t, err));
		else
			say_text(&t);
	}
	text_free(&t);
	return err->code;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct export e = {.cli = cli, .options = EXPORT_DEFAULTS};

	if (read_options(&e, err) != NAS_OK)
		return err->code;
	if (cli->output && output_refuse_existing(cli, err) != NAS_OK)
		return err->code;
	if (read_source(&e, err) != NAS_OK)
		return err->code;
	return write_out(&e, err);
}

const struct command cmd_export = {
	"export",
	"FILE --to FORMAT [-o OUT]",
	"hand a network over: ONNX, QONNX, PyTorch, CSV, DOT",
	"nas export run/best/001/architecture.json --to onnx -o model.onnx\n"
	"nas export trained.onnx --bits-w 4 --to onnx -o quantised.onnx",
	options,
	1,
	1,
	run,
	CLI_FORMAT | CLI_SEED | CLI_THREADS | CLI_FILE | CLI_FORCE |
	CLI_QUIET,
};
