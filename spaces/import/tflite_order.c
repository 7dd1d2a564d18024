/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of a TFLite network between its order and the graph's. */
#include "spaces/import/tflite_build.h"

static const int64_t to_nchw[4] = {0, 3, 1, 2}, to_nhwc[4] = {0, 2, 3, 1};

/* Whether the two orders of a tensor's values differ. */
static bool differs(const struct tflite_tensor *t)
{
	return t->rank == 4 && t->size[3] > 1 && t->size[1] * t->size[2] > 1;
}

const char *build_input(struct build *b, int i, int rank)
{
	static const int nchw[4] = {0, 3, 1, 2};
	const struct tflite_tensor *t = build_in(b, i);

	if (!t) {
		build_bad(b, "input %d is missing", i);
		return NULL;
	}
	if (tflite_is_constant(t))
		return build_constant(b, t, rank > t->rank ? rank : t->rank,
				      rank == 4 && t->rank <= 4 ? nchw : NULL);
	if (!b->made[t - b->t.tensor]) {
		build_bad(b, "its input '%.60s' is not computed before it",
			  t->name);
		return NULL;
	}
	return t->name;
}

static Onnx__NodeProto *turned(struct build *b, const char *x,
			       const int64_t *perm)
{
	Onnx__NodeProto *n = build_node(b, "Transpose",
					(const char *[3]){x, NULL, NULL}, NULL);

	if (n)
		build_ints_of(b, n, "perm", perm, 4);
	return n;
}

const char *build_flat(struct build *b, int i)
{
	const struct tflite_tensor *t = build_in(b, i);
	const char *x;
	Onnx__NodeProto *n;

	if (tflite_is_constant(t))
		return build_constant(b, t, t->rank, NULL);
	x = build_input(b, i, 0);
	if (!x || !differs(t))
		return x;
	n = turned(b, x, to_nhwc);
	return n ? n->output[0] : NULL;
}

enum nas_status build_from_flat(struct build *b, int i, const char *x)
{
	const struct tflite_tensor *t = build_out(b, i);
	bool turn = differs(t);
	int64_t size[GRAPH_RANK_MAX];
	Onnx__NodeProto *n;

	for (int k = 0; k < t->rank; k++)
		size[k] = t->size[t->rank == 4 && !turn ? to_nchw[k] : k];
	if (!build_step(b, &x, "Reshape", build_list(b, size, t->rank), NULL))
		return b->err->code;
	if (!turn)
		return build_output(b, i, x, true);
	n = turned(b, x, to_nchw);
	return n ? build_output(b, i, n->output[0], true) : b->err->code;
}

enum nas_status build_output(struct build *b, int i, const char *x, bool keep)
{
	const struct tflite_tensor *t = build_out(b, i);

	if (!t)
		return build_bad(b, "output %d is missing", i);
	if (b->made[t - b->t.tensor] || tflite_is_constant(t))
		return build_bad(b, "its output is there already");
	return x ? build_levels(b, t, x, keep) : b->err->code;
}
