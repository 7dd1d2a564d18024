/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "spaces/export/onnx_build.h"

struct match {
	const Onnx__GraphProto *got, *want;
	const char *source;
	struct arena *arena;
	struct nas_err *err;
};

/* Equal messages: their bytes are. */
static bool same(const struct match *m, const ProtobufCMessage *a,
		 const ProtobufCMessage *b)
{
	size_t n = protobuf_c_message_get_packed_size(a);
	struct arena_mark mark = arena_mark(m->arena);
	uint8_t *x, *y;
	bool equal = false;

	if (protobuf_c_message_get_packed_size(b) != n)
		return false;
	x = arena_alloc(m->arena, n, 1);
	y = arena_alloc(m->arena, n, 1);
	if (x && y) {
		protobuf_c_message_pack(a, x);
		protobuf_c_message_pack(b, y);
		equal = memcmp(x, y, n) == 0;
	}
	arena_rewind(m->arena, mark);
	return equal;
}

static enum nas_status differs(const struct match *m, const char *what)
{
	if (m->arena->failed)
		return nas_fail(m->err, NAS_ENOMEM, "out of memory for '%.200s'",
				m->source);
	return nas_fail_at(m->err, NAS_EINPUT, m->source, 0, 0, NULL,
			   "%s not what its architecture has", what);
}

static enum nas_status match_nodes(const struct match *m)
{
	char what[160];

	if (m->got->n_node != m->want->n_node)
		return differs(m, "the number of nodes is");
	for (size_t i = 0; i < m->want->n_node; i++) {
		if (same(m, &m->got->node[i]->base, &m->want->node[i]->base))
			continue;
		snprintf(what, sizeof(what), "node %zu, '%s', is", i + 1,
			 m->want->node[i]->name);
		return differs(m, what);
	}
	return NAS_OK;
}

static bool same_values(const struct match *m, Onnx__ValueInfoProto *const *got,
			size_t n_got, Onnx__ValueInfoProto *const *want,
			size_t n_want)
{
	bool equal = n_got == n_want;

	for (size_t i = 0; equal && i < n_want; i++)
		equal = same(m, &got[i]->base, &want[i]->base);
	return equal;
}

static bool has_constant(const struct match *m, const Onnx__TensorProto *want)
{
	for (size_t i = 0; i < m->got->n_initializer; i++) {
		const Onnx__TensorProto *t = m->got->initializer[i];

		if (t->name && strcmp(t->name, want->name) == 0)
			return same(m, &t->base, &want->base);
	}
	return false;
}

/* Bounds of the levels and the like; a layer's own scalars, which were read
 * from the file, have a point in their names. */
static enum nas_status match_constants(const struct match *m)
{
	char what[160];

	if (m->got->n_initializer != m->want->n_initializer)
		return differs(m, "the number of tensors is");
	for (size_t i = 0; i < m->want->n_initializer; i++) {
		const Onnx__TensorProto *t = m->want->initializer[i];

		if (strchr(t->name, '.') || has_constant(m, t))
			continue;
		snprintf(what, sizeof(what), "tensor '%s' is", t->name);
		return differs(m, what);
	}
	return NAS_OK;
}

enum nas_status onnx_match(const Onnx__GraphProto *got,
			   const struct onnx_net *net, enum onnx_form form,
			   const char *source, struct arena *arena,
			   struct nas_err *err)
{
	struct match m = {got, NULL, source, arena, err};
	struct onnx_graph g;

	if (onnx_build(&g, net, form, arena, err) != NAS_OK)
		return err->code;
	m.want = g.graph;
	if (match_nodes(&m) != NAS_OK || match_constants(&m) != NAS_OK)
		return err->code;
	if (!same_values(&m, got->input, got->n_input, m.want->input,
			 m.want->n_input))
		return differs(&m, "the inputs are");
	if (!same_values(&m, got->output, got->n_output, m.want->output,
			 m.want->n_output))
		return differs(&m, "the outputs are");
	return NAS_OK;
}
