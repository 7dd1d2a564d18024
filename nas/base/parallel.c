/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifdef __linux__
#define _GNU_SOURCE /* sched_getaffinity */
#endif
#define _POSIX_C_SOURCE 200809L
#include "nas/base/parallel.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#endif

static int cores_of_mask(void)
{
	long n;
#ifdef __linux__
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		return CPU_COUNT(&set);
#endif
	n = sysconf(_SC_NPROCESSORS_ONLN);
	return n > 0 && n < INT_MAX ? (int)n : 1;
}

/* A positive number at the start of a variable ("4" or "4,2"), or INT_MAX. */
static int cores_of_variable(const char *name)
{
	const char *s = getenv(name);
	long n = s ? strtol(s, NULL, 10) : 0;

	return n > 0 && n < INT_MAX ? (int)n : INT_MAX;
}

/* A container's CPU quota (Linux control groups, version 2), rounded up. */
static int cores_of_quota(void)
{
	FILE *f = fopen("/sys/fs/cgroup/cpu.max", "r");
	double quota, period;
	int n = INT_MAX;

	if (!f)
		return n;
	if (fscanf(f, "%lf %lf", &quota, &period) == 2 && quota > 0 &&
	    period > 0 && quota / period < 1e6)
		n = (int)(quota / period + 0.999);
	fclose(f);
	return n;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* FNV-1a over the affinity mask. */
uint64_t parallel_core_hash(void)
{
	uint64_t hash = 0xcbf29ce484222325;
#ifdef __linux__
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return hash;
	for (int i = 0; i < CPU_SETSIZE; i++)
		hash = (hash ^ (uint64_t)(CPU_ISSET(i, &set) != 0)) *
		       0x100000001b3;
#endif
	return hash;
}

int parallel_cores(void)
{
	return parallel_cores_shared(1);
}

int parallel_cores_shared(int processes)
{
	int n = least(cores_of_mask(), cores_of_quota()) / processes;

	n = least(n, cores_of_variable("SLURM_CPUS_PER_TASK"));
	n = least(n, cores_of_variable("OMP_NUM_THREADS"));
	return n > 0 ? n : 1;
}

bool parallel_is_caller(void)
{
#ifdef _OPENMP
	return omp_get_thread_num() == 0;
#else
	return true;
#endif
}

void parallel_for(int n, int threads, void (*work)(void *context, int i),
		  void *context)
{
	int i;

	if (threads > n)
		threads = n;
	if (threads <= 1) {
		for (i = 0; i < n; i++)
			work(context, i);
		return;
	}
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
	for (i = 0; i < n; i++)
		work(context, i);
}
