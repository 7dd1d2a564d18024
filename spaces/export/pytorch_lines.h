/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/pytorch_lines.h - the text of a model.py, line by line.
 *
 * A line is written when the network has all features that it names.
 *
 * Usage (spaces/export/pytorch.c):
 *	add_lines(out, pytorch_layers, features);
 */
#ifndef SPACES_EXPORT_PYTORCH_LINES_H
#define SPACES_EXPORT_PYTORCH_LINES_H

#include <stddef.h>

enum pytorch_feature {
	ALWAYS = 0,
	QUANTISED = 1 << 0, /* some layer has bits */
	PLAIN = 1 << 1,     /* none has */
	LSQ = 1 << 2,       /* the quantiser, with QUANTISED only */
	PO2 = 1 << 3,
	MSQE = 1 << 4,
	GRADIENT = 1 << 5,
	NOT_PO2 = 1 << 6,
	HEAD = 1 << 7,
	BACKBONE = 1 << 8, /* no head */
	CONV = 1 << 9,     /* blocks of this kind */
	DWSEP = 1 << 10,
	MBCONV = 1 << 11,
	SQUEEZE = 1 << 12,
};

struct pytorch_line {
	unsigned when;    /* features, all needed */
	const char *text; /* NULL ends */
};

extern const struct pytorch_line pytorch_quantisers[];
extern const struct pytorch_line pytorch_layers[];
extern const struct pytorch_line pytorch_train[];

#endif
