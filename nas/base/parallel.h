/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/parallel.h - OpenMP, behind a few functions.
 *
 * Work is a fixed list of items; who does which does not matter, since every
 * item writes to its own place and results are joined in item order.
 *
 * Usage:
 *	parallel_for(n, threads, run_island, &search);
 */
#ifndef NAS_BASE_PARALLEL_H
#define NAS_BASE_PARALLEL_H

#include <stdbool.h>
#include <stdint.h>

/* Cores this process may use: affinity mask, container quota (Linux control
 * groups), SLURM_CPUS_PER_TASK and
 * OMP_NUM_THREADS, whichever is least; at least 1. */
int parallel_cores(void);

/* The same where so many processes share mask and quota. */
int parallel_cores_shared(int processes);

/* Equal for processes that may use the same cores. */
uint64_t parallel_core_hash(void);

/* Call work(context, i) for i = 0 .. n-1 on up to threads threads. */
void parallel_for(int n, int threads, void (*work)(void *context, int i),
		  void *context);

/* On the thread that called parallel_for, of those that work. */
bool parallel_is_caller(void);

#endif
