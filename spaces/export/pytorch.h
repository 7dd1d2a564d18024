/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/pytorch.h - a network as one Python file that needs torch only.
 *
 * The file holds the network as a list of blocks, the modules that make it,
 * one quantiser of weights and activations, training by the published recipe,
 * and a main program that prints parameters, MACs and the output's shape and
 * trains a few steps on random data. Its text is parts[] in pytorch_*.c, of
 * which only what the network needs is written.
 *
 * Quantisers of weights (activations always learn their step size):
 *	LSQ           learned step size a channel (Esser et al. 2020), with the
 *	              settings of Sun et al. 2022's training code
 *	PO2_MSQE      power-of-two scale a layer, fitted at each step by
 *	              weighted squared error: least squares, line search, mask
 *	              of outliers (Bae et al. 2022, arXiv 2210.03671)
 *	PO2_GRADIENT  learned exponent, rounded to the lower squared error
 *	              (ibid.)
 *
 * Usage:
 *	status = pytorch_write(&text, &arch, PYTORCH_LSQ, err);
 */
#ifndef SPACES_EXPORT_PYTORCH_H
#define SPACES_EXPORT_PYTORCH_H

#include "nas/base/file.h"
#include "spaces/arch.h"

enum pytorch_quantizer {
	PYTORCH_LSQ,
	PYTORCH_PO2_MSQE,
	PYTORCH_PO2_GRADIENT,
	PYTORCH_QUANTIZERS
};

/* "lsq", "po2-msqe", "po2-gradient" */
extern const char *const pytorch_quantizer_names[PYTORCH_QUANTIZERS];

/* Add the file's text to out. NAS_EINPUT: 1-bit weights with a power-of-two
 * quantiser, whose symmetric levels would be 0 alone; NAS_ENOMEM. */
enum nas_status pytorch_write(struct text *out, const struct arch *arch,
			      enum pytorch_quantizer quantizer,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
