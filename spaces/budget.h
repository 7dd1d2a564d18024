/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/budget.h - what a device limits: the one table of budgets.
 *
 * To add a budget: a line in a list below; for one that is no sum over blocks,
 * its figure in budget_figures (nas/run/network.c) too. Keys of configs, of
 * results and of options, columns of pages and help follow from the line, and
 * of a sum what search, bound, samples and QBR count.
 *
 * Usage:
 *	budget_kinds[RES_FLASH].key        "flash_bytes"
 *	budget_kinds[BUDGET_SRAM].label    "SRAM"
 */
#ifndef SPACES_BUDGET_H
#define SPACES_BUDGET_H

/*
 *	X(ID, key, kind, unit, label, help, ...)
 * key    in files, below "budgets"
 * kind   BYTES (takes "320 kB"), NUMBER or INT
 * unit   "bytes", "ms", or "" for a count
 * label  for people
 * help   one line, with "at most"
 *
 * The additive ones are sums over blocks: the search, the bound and samples
 * count them so. Their rows go on with
 *	figure, aw, w, slow, alone, head
 * figure of a network's cost (struct nas_cost *cost, spaces/cost.h), and what
 * makes it up: of a block with coefficients c (struct nas_coef, scoring/chain.h)
 * times A W / 64, times W / 8, times the factor of its bits, and as it is; of
 * the classifier h (struct chain_head). Of the three that bits multiply one at
 * most is not 0. Layers stay last (evolve/certify/certify_pareto.c).
 */
#define ADDITIVE_BUDGETS(X)                                                   \
	X(RES_FLASH, flash_bytes, BYTES, "bytes", "Flash",                    \
	  "weights with classifier at most",                                  \
	  cost->flash_bytes, 0, c->weights, 0, c->aux, h->cost.bytes)         \
	X(RES_SIZE, size_bytes, BYTES, "bytes", "Weights without classifier", \
	  "weights without classifier at most",                               \
	  cost->size_bytes, 0, c->weights, 0, c->aux, 0)                      \
	X(RES_FLOPS, flops, NUMBER, "", "Bit-weighted flops",               \
	  "the reference's bit-weighted flops at most: multiply-adds of "     \
	  "convolutions times bits_a / 8 * bits_w / 8, and its "              \
	  "normalisation and ReLUs",                                          \
	  cost->flops, c->mul, 0, 0, c->add, 0)                               \
	X(RES_BITOPS, bitops, NUMBER, "", "BitOps",                         \
	  "multiply-accumulates times bits_a times bits_w at most, "          \
	  "classifier included",                                              \
	  cost->bitops, 64 * (c->macs - c->macs_fixed), 0, 0,                 \
	  64 * c->macs_fixed, h->cost.bitops)                                 \
	X(RES_MACS, macs, NUMBER, "", "MACs",                               \
	  "multiply-accumulates, classifier included, at most",               \
	  cost->macs, 0, 0, 0, c->macs, h->cost.macs)                         \
	X(RES_PARAMS, params, NUMBER, "", "Parameters",                     \
	  "trainable parameters at most",                                     \
	  cost->params, 0, 0, 0, c->params, h->cost.params)                   \
	X(RES_LATENCY, latency_ms, NUMBER, "ms", "Latency",                 \
	  "milliseconds a network at most, by latency_model",                 \
	  cost->latency_ms, 0, 0, c->time, 0, h->time)                        \
	X(RES_LAYERS, layers, INT, "", "Layers", "convolutions at most",    \
	  cost->layers, 0, 0, 0, c->layers, 0)

#define MEMORY_BUDGETS(X)                                                     \
	X(BUDGET_SRAM, sram_bytes, BYTES, "bytes", "SRAM",                    \
	  "peak memory of activations at most", )

#define SHAPE_BUDGETS(X)                                                      \
	X(BUDGET_RHO, rho, NUMBER, "", "Depth over width",                  \
	  "DeepMAD's effectiveness, depth over mean width, at most; 0.3 and " \
	  "0.5 are its authors' limits", )

/* In the order of configs and pages. */
#define BUDGET_LIST(X) MEMORY_BUDGETS(X) ADDITIVE_BUDGETS(X) SHAPE_BUDGETS(X)

#define BUDGET_ENUM(id, key, kind, unit, label, help, ...) id,
enum nas_resource { ADDITIVE_BUDGETS(BUDGET_ENUM) RESOURCES };
enum nas_budget {
	BUDGET_BEFORE = RESOURCES - 1,
	MEMORY_BUDGETS(BUDGET_ENUM) SHAPE_BUDGETS(BUDGET_ENUM) BUDGET_KINDS
};

struct nas_budget_kind {
	const char *key, *unit, *label, *help;
};

extern const struct nas_budget_kind budget_kinds[BUDGET_KINDS];

/* The same in the order of configs and pages; NULL ends. */
extern const struct nas_budget_kind *const budget_rows[BUDGET_KINDS + 1];

static inline int budget_index(const struct nas_budget_kind *kind)
{
	return (int)(kind - budget_kinds);
}

/* Index of a key; -1. */
int budget_find(const char *key);

/* The same, else NAS_EUSAGE with the nearest key. */
struct nas_err;
int budget_named(const char *key, struct nas_err *err);

#endif
