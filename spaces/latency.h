/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/latency.h - how long a network takes on a board: a sum over layers.
 *
 * With n_t the count of a term in a layer, c_t its coefficient and f the
 * factor of the layer's bits (1 unless the model says otherwise),
 *	ms = network + sum over layers of f(A, W) * sum_t c_t n_t
 * Layers are convolutions by kind, the two of squeeze-and-excitation, and
 * those of the classifier. Bytes are those of 8 bits: what fewer bits change
 * is said by the factors, and by nothing where none was measured.
 *
 * Coefficients are rounded to a common power of two (2^-20 of the largest, for
 * a MAC, a byte or a layer), factors to 1/64: sums of integers below 2^53 are
 * exact in double precision, in any order, so that search, certificate and
 * the count by layers agree to the last bit.
 *
 * Usage:
 *	status = latency_read(&model, "stm32h747.json", arena, err);
 *	ms = latency_of(&model, &arch);
 */
#ifndef SPACES_LATENCY_H
#define SPACES_LATENCY_H

#include "nas/form/form.h"
#include "spaces/cost.h"

/*
 *	X(ID, key, per, help)
 * per: the counts that a coefficient is for, in files: a million MACs or
 * bytes, one layer or network
 *
 * Of MACS, BYTES, SPILL and LAYER the rows of k x k, 1x1 and depthwise
 * convolutions follow each other in one order.
 */
#define LATENCY_TERM_LIST(X)                                                  \
	X(MACS_CONV, macs_conv, 1e6, "million MACs of k x k convolutions")    \
	X(MACS_POINTWISE, macs_pointwise, 1e6, "million MACs of 1x1 ones")    \
	X(MACS_DEPTHWISE, macs_depthwise, 1e6, "million MACs of depthwise ones") \
	X(MACS_DENSE, macs_dense, 1e6, "million MACs of the classifier")      \
	X(MACS_SQUEEZE, macs_squeeze, 1e6,                                    \
	  "million MACs of squeeze-and-excitation")                           \
	X(BYTES_CONV, bytes_conv, 1e6,                                        \
	  "million bytes in and out of k x k convolutions, at 8 bits")        \
	X(BYTES_POINTWISE, bytes_pointwise, 1e6,                              \
	  "million bytes in and out of 1x1 ones")                             \
	X(BYTES_DEPTHWISE, bytes_depthwise, 1e6,                              \
	  "million bytes in and out of depthwise ones")                       \
	X(BYTES_SQUEEZE, bytes_squeeze, 1e6,                                  \
	  "million bytes that squeeze-and-excitation scales, in and out")     \
	X(SPILL_CONV, spill_conv, 1e6,                                        \
	  "million bytes of k x k convolutions over on_chip_bytes")           \
	X(SPILL_POINTWISE, spill_pointwise, 1e6,                              \
	  "million bytes of 1x1 ones over on_chip_bytes")                     \
	X(SPILL_DEPTHWISE, spill_depthwise, 1e6,                              \
	  "million bytes of depthwise ones over on_chip_bytes")               \
	X(SPILL_SQUEEZE, spill_squeeze, 1e6,                                  \
	  "million bytes of squeeze-and-excitation over on_chip_bytes")       \
	X(BYTES_WEIGHTS, bytes_weights, 1e6, "million weights, at 8 bits")    \
	X(LAYER_CONV, layer_conv, 1, "k x k convolution")                     \
	X(LAYER_POINTWISE, layer_pointwise, 1, "1x1 convolution")             \
	X(LAYER_DEPTHWISE, layer_depthwise, 1, "depthwise convolution")       \
	X(LAYER_SQUEEZE, layer_squeeze, 1, "squeeze-and-excitation")          \
	X(NETWORK, network, 1, "network")

#define LATENCY_TERM_ENUM(id, key, per, help) LATENCY_##id,
enum latency_term { LATENCY_TERM_LIST(LATENCY_TERM_ENUM) LATENCY_TERMS };

struct latency_term_row {
	const char *key;
	double per;
	const char *help;
};
extern const struct latency_term_row latency_terms[LATENCY_TERMS];

struct latency_factor {
	int bits_a, bits_w;
	double factor;
};
#define LATENCY_FACTORS_MAX 64

struct latency_error { /* relative, in percent, of rows not fitted */
	int rows;
	double mean, max;
	char *method;
};

struct nas_latency {
	int schema;
	char *name, *board, *runtime, *source;
	double clock_mhz;
	double term[LATENCY_TERMS]; /* ms a unit, as the file has them */
	/* channels of convolutions count rounded up to a multiple */
	int channel_step;
	/* bytes in and out of a layer that stay on the chip; what is more
	 * spills, all of it; 0 = nothing does */
	double on_chip_bytes;
	int nfactors;
	struct latency_factor *factor;
	struct latency_error error;
	/* made of those by latency_finish: ms a MAC, a byte, a layer */
	double cost[LATENCY_TERMS];
};

extern const struct form latency_form;
#define LATENCY_FORM "nas/latency/1"

/* A coefficient of MACs or bytes so small beside the largest (under 2^-14 of
 * it) that rounding would change it by over 1 %, or make it 0. */
bool latency_is_speck(const struct nas_latency *m, int term);
/* Round to the grid; to be called once all above is set. */
void latency_finish(struct nas_latency *m);

enum nas_status latency_read(struct nas_latency *m, const char *path,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* A model that is built in, by name; NULL. latency_models: NULL ends. */
extern const char *const latency_models[][2]; /* name, its file's text */
const char *latency_model_text(const char *name);

/* For people: "NAME, off by 2.8 % on average and 6.5 % at most (...)". */
void latency_text(char *out, size_t size, const struct nas_latency *m);
/* The same in arena. NULL: there is no model, or arena->failed. */
char *latency_by(const struct nas_latency *m, struct nas_arena *arena);
#define LATENCY_BY_HELP                                                        \
	"what latency_ms is counted by, and how far that is off; absent when " \
	"it is not counted"
/* For files: the mean error in percent; NAN = not known. */
double latency_error_percent(const struct nas_latency *m);

/* The factor of a pair of bits; 0 = full precision, counted as 8. */
double latency_factor(const struct nas_latency *m, int bits_a, int bits_w);

/* ---- counts: of one layer and of a network, added to n ---- */
/* Of m, the channel step and the bytes on the chip; bits count nothing. */
enum latency_kind { LATENCY_CONV, LATENCY_POINTWISE, LATENCY_DEPTHWISE };
/* area: of the kernel */
enum latency_kind latency_kind_of(bool depthwise, int area);
struct latency_work { /* of one convolution */
	enum latency_kind kind;
	int in, out;               /* channels */
	double macs, weights, bytes; /* bytes in and out, at 8 bits */
};
void latency_count_work(const struct nas_latency *m,
			const struct latency_work *w, double n[LATENCY_TERMS]);
/* The same of a layer of an architecture, its squeeze included. */
void latency_count_conv(const struct nas_latency *m, const struct nas_conv *c,
			const struct nas_place *in,
			const struct nas_place *out, double n[LATENCY_TERMS]);
/* Squeeze-and-excitation of h channels by q, on a map. */
void latency_count_squeeze(const struct nas_latency *m, int h, int q,
			   const struct nas_place *map,
			   double n[LATENCY_TERMS]);
/* What squeeze-and-excitation scales, without its two layers. */
void latency_count_scaling(const struct nas_latency *m, double bytes,
			   double n[LATENCY_TERMS]);
void latency_count_dense(double in, double out, double n[LATENCY_TERMS]);
/* Weighed by the factors of m's bits. */
void latency_count_arch(const struct nas_latency *m,
			const struct nas_arch *arch, double n[LATENCY_TERMS]);

/* ---- ms; 0 where m is NULL ---- */
double latency_of_counts(const struct nas_latency *m,
			 const double n[LATENCY_TERMS]);
double latency_of(const struct nas_latency *m, const struct nas_arch *arch);
/* One convolution, its squeeze-and-excitation included, at its own bits. */
double latency_of_conv(const struct nas_latency *m, const struct nas_conv *c,
		       const struct nas_place *in, const struct nas_place *out);
/* The same of a step of cost_of. */
double latency_of_step(const struct nas_latency *m, const struct nas_step *s);
/* A block at factor 1. */
double latency_of_block(const struct nas_latency *m, const struct nas_block *b,
			const struct nas_place *in);
/* The classifier at its bits, and the constant of the network. */
double latency_of_end(const struct nas_latency *m, const struct nas_head *head,
		      int channels);

#endif
