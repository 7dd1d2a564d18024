/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/export/export_formats.h"

#include <string.h>

static enum nas_status write_onnx(struct text *out,
				  const struct export_source *source,
				  const struct export_options *options,
				  enum onnx_form form, struct arena *arena,
				  struct nas_err *err)
{
	struct onnx_net drawn;
	const struct onnx_net *net = source->net;

	if (!net) {
		if (onnx_init(&drawn, source->arch, options->seed, arena, err))
			return err->code;
		net = &drawn;
	}
	return onnx_write(out, net, form, arena, err);
}

static enum nas_status write_standard(struct text *out,
				      const struct export_source *source,
				      const struct export_options *options,
				      struct arena *arena,
				      struct nas_err *err)
{
	return write_onnx(out, source, options, ONNX_STANDARD, arena, err);
}

static enum nas_status write_qonnx(struct text *out,
				   const struct export_source *source,
				   const struct export_options *options,
				   struct arena *arena, struct nas_err *err)
{
	return write_onnx(out, source, options, ONNX_QONNX, arena, err);
}

static enum nas_status write_pytorch(struct text *out,
				     const struct export_source *source,
				     const struct export_options *options,
				     struct arena *arena, struct nas_err *err)
{
	(void)arena;
	return pytorch_write(out, source->arch, options->quantizer, err);
}

static enum nas_status write_csv(struct text *out,
				 const struct export_source *source,
				 const struct export_options *options,
				 struct arena *arena, struct nas_err *err)
{
	return export_csv(out, source->arch, options->memory, arena, err);
}

static enum nas_status write_dot(struct text *out,
				 const struct export_source *source,
				 const struct export_options *options,
				 struct arena *arena, struct nas_err *err)
{
	(void)options;
	return export_dot(out, source->arch, arena, err);
}

static enum nas_status write_json(struct text *out,
				  const struct export_source *source,
				  const struct export_options *options,
				  struct arena *arena, struct nas_err *err)
{
	cJSON *tree = arch_to_json(source->arch);
	char *text = json_print(tree);

	(void)options;
	(void)arena;
	cJSON_Delete(tree);
	if (!text)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	text_add(out, text);
	free(text);
	return NAS_OK;
}

const struct export_format export_formats[] = {
	{ "onnx", "network with Gaussian weights, bits as fake quantisation in "
		  "standard operators", true, write_standard },
	{ "qonnx", "the same with QONNX Quant nodes", true, write_qonnx },
	{ "pytorch", "one Python file: the network, to be trained with its "
		     "bits", false, write_pytorch },
	{ "csv", "one row a convolution: shapes, bits, work, bytes", false,
	  write_csv },
	{ "dot", "graph for graphviz", false, write_dot },
	{ "json", "the architecture, nas/architecture/1", false, write_json },
	{ 0 },
};

const struct export_format *export_format_find(const char *name)
{
	for (int i = 0; export_formats[i].name; i++)
		if (strcmp(export_formats[i].name, name) == 0)
			return &export_formats[i];
	return NULL;
}

enum nas_status export_format_unknown(const char *name, struct nas_err *err)
{
	const char *names[sizeof(export_formats) / sizeof(*export_formats)];
	const char *near;
	int n = 0;

	for (; export_formats[n].name; n++)
		names[n] = export_formats[n].name;
	near = nas_nearest(name, names, n);
	if (near)
		return nas_fail(err, NAS_EUSAGE, "unknown format '%s' (did "
				"you mean '%s'?)", name, near);
	return nas_fail(err, NAS_EUSAGE, "unknown format '%s' ('nas export "
			"--help' lists them)", name);
}
