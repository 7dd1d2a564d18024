/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every format is given, and what it is refused. */
#include "spaces/export/export_formats.h"

static bool needs_arch(const struct export_format *f)
{
	return f->needs == EXPORT_ARCH;
}

/* "onnx, qonnx or csv": the formats that a trained network can be written in. */
static void list_formats(struct nas_text *t)
{
	const char *last = NULL;

	for (int i = 0; export_formats[i].name; i++) {
		if (needs_arch(&export_formats[i]))
			continue;
		if (last)
			text_addf(t, "%s%s", t->length ? ", " : "", last);
		last = export_formats[i].name;
	}
	text_addf(t, "%s%s", t->length ? " or " : "", last ? last : "");
}

static enum nas_status refuse(const struct export_format *f,
			      struct nas_err *err)
{
	struct nas_text t = {0};

	list_formats(&t);
	nas_fail(err, NAS_EUSAGE,
		 "a trained network, or one with --policy, can be written as "
		 "%s, not as %s",
		 t.data && !t.failed ? t.data : "another format", f->name);
	text_free(&t);
	return err->code;
}

enum nas_status export_draw(struct graph *g, const struct nas_arch *arch,
			    uint64_t seed, struct nas_arena *arena,
			    struct nas_err *err)
{
	const struct graph_draw how = {
		.seed = seed, .sigma_a = arch->sigma_a, .sigma_w = arch->sigma_w};

	if (graph_layout(g, arch, arena, err) != NAS_OK)
		return err->code;
	return graph_draw(g, &how, arena, err);
}

enum nas_status export_write(struct nas_text *out,
			     const struct export_format *f,
			     const struct export_source *source,
			     const struct export_options *options,
			     struct nas_arena *arena, struct nas_err *err)
{
	struct export_source s = *source;
	struct graph drawn;

	if (needs_arch(f) && !s.arch)
		return refuse(f, err);
	if ((f->needs == EXPORT_LEVELS ||
	     (f->needs == EXPORT_INTEGERS && !s.arch)) &&
	    (!s.graph || !s.graph->integer))
		return nas_fail(err, NAS_EINPUT, "%s needs every map on a grid",
				f->name);
	if ((f->needs == EXPORT_NUMBERS || f->needs == EXPORT_INTEGERS) &&
	    !s.graph) {
		if (export_draw(&drawn, s.arch, options->seed, arena, err) != NAS_OK)
			return err->code;
		s.graph = &drawn;
		s.seed = options->seed;
	}
	return f->write(out, &s, options, arena, err);
}
