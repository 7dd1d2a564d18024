/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/board.h - boards that a config can name instead of numbers.
 *
 * Usage:
 *	const struct nas_board *b = board_find("stm32f746");
 */
#ifndef SPACES_BOARD_H
#define SPACES_BOARD_H

struct nas_board {
	const char *name;  /* as in configs, lower case */
	const char *title;
	double sram_bytes, flash_bytes;
	const char *kernels; /* bits its usual kernels can run, in words */
	int bits_w[8], bits_a[8]; /* the same as lists, 0-terminated */
	const char *latency; /* of latency_models[], what a config that names
			      * the board is counted by; NULL = none */
};

extern const struct nas_board boards[];
extern const int nboards;

const struct nas_board *board_find(const char *name); /* NULL: not known */

#endif
