/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every score of one small network, by hand: two stages of convolutions and
 * inverted residuals, a third of a separable and a plain convolution, on an
 * image of odd sides.
 */
#include "scoring/linear.h"
#include "tests/check.h"

#include "scoring/deepmad.h"
#include "scoring/score.h"
#include "scoring/sigma_hat.h"

#define A 5 /* bits of inputs */
#define W 4 /* bits of weights */
#define CONVS 13
#define MB .kind = BLOCK_MBCONV, .bits_a = { A, A, A }, .bits_w = { W, W, W }

static struct nas_block blocks[] = {
	{ .kind = BLOCK_CONV, .in = 3, .out = 8, .kernel = 3, .stride = 2,
	  .bits_a = { A }, .bits_w = { W } },
	{ MB, .in = 8, .out = 16, .hidden = 24, .kernel = 3, .stride = 2 },
	{ MB, .in = 16, .out = 16, .hidden = 32, .kernel = 3, .stride = 1 },
	{ MB, .in = 16, .out = 16, .hidden = 24, .kernel = 5, .stride = 1 },
	{ .kind = BLOCK_DWSEP, .in = 16, .out = 20, .kernel = 3, .stride = 2,
	  .bits_a = { A, A }, .bits_w = { W, W } },
	{ .kind = BLOCK_CONV, .in = 20, .out = 32, .kernel = 1, .stride = 1,
	  .bits_a = { A }, .bits_w = { W } },
};

static const struct nas_arch net = {
	.name = "by hand", .height = 33, .width = 31, .channels = 3,
	.nblocks = 6, .block = blocks,
	.head = { .classes = 10, .bits_a = 8, .bits_w = 8 },
};

/* Its convolutions: block, fan-in, weights, outputs, pixels (sides rounded
 * up), halvings of the image's area. */
static const struct {
	int block, fan, weights, out, pixels, halvings;
} conv[CONVS] = {
	{ 0, 27, 216, 8, 17 * 16, 2 },
	{ 1, 8, 8 * 24, 24, 17 * 16, 2 },
	{ 1, 9, 9 * 24, 24, 9 * 8, 4 },
	{ 1, 24, 24 * 16, 16, 9 * 8, 4 },
	{ 2, 16, 16 * 32, 32, 9 * 8, 4 },
	{ 2, 9, 9 * 32, 32, 9 * 8, 4 },
	{ 2, 32, 32 * 16, 16, 9 * 8, 4 },
	{ 3, 16, 16 * 24, 24, 9 * 8, 4 },
	{ 3, 25, 25 * 24, 24, 9 * 8, 4 },
	{ 3, 24, 24 * 16, 16, 9 * 8, 4 },
	{ 4, 9, 9 * 16, 16, 5 * 4, 6 },
	{ 4, 16, 16 * 20, 20, 5 * 4, 6 },
	{ 5, 20, 20 * 32, 32, 5 * 4, 6 },
};

static const int last[3] = { 0, 3, 5 };         /* blocks of the stages */
static const int width[3] = { 8, 16, 32 };
static const int map[3] = { 16 * 15, 8 * 7, 4 * 3 }; /* sides rounded down */

/* Entropy of blocks 0 .. b, weighed; bits: of the quantised network. */
static double entropy(int b, bool bits, const double *share)
{
	double sum = 0;

	for (int c = 0; c < CONVS; c++) {
		double e = log(conv[c].fan) / 2;

		if (bits)
			e += log(sigma_hat(5, A) * sigma_hat(4, W) / 5);
		if (conv[c].block <= b)
			sum += share[conv[c].block] * e;
	}
	return sum;
}

static double value(const char *name, const struct nas_score_options *o)
{
	struct nas_err err = { 0 };
	double v;

	CHECK_OK(score_value(&v, score_find(name), &net, o, &err), &err);
	return v;
}

static const struct nas_score_options defaults = SCORE_DEFAULTS;
static const double all[6] = { 1, 1, 1, 1, 1, 1 };

static void scores_that_add(void **state)
{
	static const double weight[3] = { 1, 1, 6 };
	const double kept[6] = { 1, 1, log(2.0) / 2, log(1.5) / 2, 1, 1 };
	double qe = 0, mae = 0, rqe = 0;

	(void)state;
	for (int s = 0; s < 3; s++) {
		double ln = log(width[s]);

		qe += weight[s] * (entropy(last[s], true, all) + ln);
		mae += weight[s] * (entropy(last[s], false, all) + ln);
		rqe += entropy(last[s], true, kept) + ln;
	}
	CHECK_REL(value("qe", &defaults), qe, 1e-14);
	CHECK_REL(value("mae", &defaults), mae, 1e-14);
	CHECK_REL(value("rqe", &defaults), rqe, 1e-14);
}

static void scores_that_multiply(void **state)
{
	static const double weight[3] = { 1, 1, 8 };
	const double kept[6] = { 1, 1, log(2.0) / 2, log(1.5) / 2, 1, 1 };
	struct nas_score_options o = SCORE_DEFAULTS;
	double rqe_r = 0, deepmad = 0, penalty;

	(void)state;
	for (int s = 0; s < 3; s++) {
		double ln = log(width[s] * map[s]);

		rqe_r += ln * entropy(last[s], true, kept);
		deepmad += weight[s] * ln * entropy(last[s], false, all);
	}
	CHECK_REL(value("rqe-r", &defaults), rqe_r, 1e-14);
	CHECK_REL(value("deepmad", &defaults), deepmad, 1e-14);
	/* runs of 2 and 1 inverted residuals and 1 separable convolution:
	 * variance (4 + 1 + 1) / 3 - (4 / 3)^2 = 2 / 9 */
	penalty = exp(sqrt(2.0 / 9));
	CHECK_REL(deepmad_penalty(&net), penalty, 1e-14);
	o.depth_penalty = 10;
	CHECK_REL(value("deepmad", &o), deepmad - 10 * penalty, 1e-14);
}

static void sizes(void **state)
{
	double params = 32 * 10 + 10, macs = 32 * 10, flops = 0, bytes = 0;
	struct nas_cost cost;

	(void)state;
	for (int c = 0; c < CONVS; c++) {
		double area = 33.0 * 31 / (1 << conv[c].halvings);

		params += conv[c].weights + 2 * conv[c].out;
		macs += (double)conv[c].weights * conv[c].pixels;
		bytes += conv[c].weights * W / 8.0 + 2 * conv[c].out;
		flops += area * (conv[c].weights * A * W / 64.0 +
				 3 * conv[c].out);
	}
	cost_of(&cost, NULL, &net, &memory_models[MEMORY_PLAIN]);
	CHECK_REL(cost.flops, flops, 1e-14);
	CHECK_REL(cost.size_bytes, bytes, 1e-14);
	CHECK_REL(cost.flash_bytes, bytes + 32 * 10 + 2 * 10, 1e-14);
	CHECK_REL(value("params", &defaults), params, 1e-14);
	CHECK_REL(value("macs", &defaults), macs, 1e-14);
	CHECK_CLOSE(value("depth", &defaults), CONVS, 0);
}

/* rho = max over stages of D exp(- sum 2 e / D), D convolutions so far. */
static void effectiveness(void **state)
{
	static const int convs[3] = { 1, 10, 13 };
	struct deepmad d;
	double most = 0;

	(void)state;
	deepmad_of(&d, &net);
	for (int s = 0; s < 3; s++) {
		double e = 2 * entropy(last[s], false, all);

		most = fmax(most, convs[s] * exp(-e / convs[s]));
	}
	CHECK_REL(d.rho_max, most, 1e-14);
	assert_true(d.has_score);
	CHECK_REL(d.score, value("deepmad", &defaults), 1e-14);
}

/* Only convolutions: no run counts. */
static void no_penalty_without_blocks(void **state)
{
	struct nas_arch plain = net;

	(void)state;
	plain.nblocks = 1;
	CHECK_CLOSE(deepmad_penalty(&plain), 0, 0);
	plain.nblocks = 2;
	CHECK_CLOSE(deepmad_penalty(&plain), 1, 1e-15);
}

static void check_bits(const struct nas_score_def *def,
		       const struct nas_arch *other)
{
	struct nas_score_options few = defaults;
	struct nas_err err = { 0 };
	double v, w;

	few.samples = 2;
	CHECK_OK(score_value(&v, def, &net, &few, &err), &err);
	CHECK_OK(score_value(&w, def, other, &few, &err), &err);
	if ((v < w || v > w) != score_sees_bits(def))
		fail_msg("%s: %.17g and %.17g", def->name, v, w);
}

/* What check and search warn by, of every score and every feature. */
static void it_is_known_who_sees_bits(void **state)
{
	struct nas_block b[6];
	struct nas_arch arch = net;

	(void)state;
	memcpy(b, blocks, sizeof(b));
	for (int i = 0; i < 6; i++)
		for (int c = 0; c < BLOCK_CONVS_MAX; c++) {
			b[i].bits_a[c] += b[i].bits_a[c] > 0;
			b[i].bits_w[c] += b[i].bits_w[c] > 0;
		}
	arch.block = b;
	for (const struct nas_score_def *def = scores; def->name; def++)
		check_bits(def, &arch);
	for (int i = 0; i < nfeatures; i++) {
		struct nas_score_term terms[] = { { features[i].name, 1 },
					      { NULL, 0 } };
		struct nas_score_def def = { .name = features[i].name,
					 .terms = terms };

		check_bits(&def, &arch);
	}
}

static void not_defined_with_squeeze(void **state)
{
	struct nas_block b[6];
	struct nas_arch arch = net;
	struct nas_err err = { 0 };
	double v;

	(void)state;
	memcpy(b, blocks, sizeof(b));
	b[2].squeeze = 8;
	arch.block = b;
	CHECK_FAILS(score_value(&v, score_find("deepmad"), &arch, &defaults,
				&err), NAS_EINPUT, &err, "'by hand'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_that_add),
		cmocka_unit_test(scores_that_multiply),
		cmocka_unit_test(sizes),
		cmocka_unit_test(effectiveness),
		cmocka_unit_test(no_penalty_without_blocks),
		cmocka_unit_test(it_is_known_who_sees_bits),
		cmocka_unit_test(not_defined_with_squeeze),
	};
	return CHECK_RUN("scores", tests);
}
