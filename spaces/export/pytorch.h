/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/pytorch.h - how the weights of a model.py are quantised.
 *
 * The row pytorch of spaces/export/export_formats.h writes the network as one
 * Python file that needs torch only: a list of blocks, the modules that make
 * them, one quantiser of weights and activations, training by the published
 * recipe, and a main program that prints parameters, MACs and the output's shape
 * and trains a few steps on random data. spaces/export/model.py is its text.
 *
 * Quantisers of weights (activations always learn their step size):
 *	LSQ           learned step size a channel (Esser et al. 2020), with the
 *	              settings of Sun et al. 2022's training code
 *	PO2_MSQE      power-of-two scale a layer, fitted at each step by
 *	              weighted squared error: least squares, line search, mask
 *	              of outliers (Bae et al. 2022, arXiv 2210.03671)
 *	PO2_GRADIENT  learned exponent, rounded to the lower squared error
 *	              (ibid.)
 * Those of a power of two refuse weights of 1 bit: their levels are symmetric,
 * and would be 0 alone.
 *
 * Usage:
 *	options.quantizer = PYTORCH_LSQ;
 *	status = export_write(&text, export_format_find("pytorch"), &source,
 *			      &options, arena, err);
 */
#ifndef SPACES_EXPORT_PYTORCH_H
#define SPACES_EXPORT_PYTORCH_H

enum pytorch_quantizer {
	PYTORCH_LSQ,
	PYTORCH_PO2_MSQE,
	PYTORCH_PO2_GRADIENT,
	PYTORCH_QUANTIZERS
};

/* "lsq", "po2-msqe", "po2-gradient" */
extern const char *const pytorch_quantizer_names[PYTORCH_QUANTIZERS];

#endif
