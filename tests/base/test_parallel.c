/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nas/base/clock.h"
#include "nas/base/parallel.h"
#include "tests/check.h"

struct sums {
	double *term;
	int *visits;
};

static void work(void *context, int i)
{
	struct sums *s = context;

	s->visits[i]++;
	s->term[i] = 1.0 / (i + 1.0);
}

static double sum_on(int threads, int n)
{
	struct sums s = {calloc((size_t)n, sizeof(double)),
			 calloc((size_t)n, sizeof(int))};
	double sum = 0;
	int i;

	parallel_for(n, threads, work, &s);
	for (i = 0; i < n; i++) {
		assert_int_equal(s.visits[i], 1);
		sum += s.term[i];
	}
	free(s.term);
	free(s.visits);
	return sum;
}

static void sums_do_not_depend_on_threads(void **state)
{
	double one = sum_on(1, 5000);
	int threads;

	(void)state;
	for (threads = 2; threads <= 16; threads *= 2)
		assert_true(sum_on(threads, 5000) == one);
	sum_on(-3, 1);
	parallel_for(0, 4, work, NULL);
}

static void cores_follow_the_environment(void **state)
{
	int all;

	(void)state;
	unsetenv("OMP_NUM_THREADS");
	unsetenv("SLURM_CPUS_PER_TASK");
	all = parallel_cores();
	assert_true(all >= 1);
	setenv("OMP_NUM_THREADS", "1,4", 1);
	assert_int_equal(parallel_cores(), 1);
	setenv("OMP_NUM_THREADS", "nonsense", 1);
	assert_int_equal(parallel_cores(), all);
	unsetenv("OMP_NUM_THREADS");
	setenv("SLURM_CPUS_PER_TASK", "1", 1);
	assert_int_equal(parallel_cores(), 1);
	setenv("SLURM_CPUS_PER_TASK", "99999999999999999999", 1);
	assert_int_equal(parallel_cores(), all);
	unsetenv("SLURM_CPUS_PER_TASK");
}

static void clocks_go_forward(void **state)
{
	double wall = clock_s(), cpu = clock_cpu_s();

	(void)state;
	while (!(clock_cpu_s() > cpu))
		;
	assert_true(clock_s() > wall);
	assert_true(clock_peak_rss_bytes() > 100000);
}

/* The exit status of a child that gets these signals, one after another. */
static int status_after(int first, int second)
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		stop_install();
		if (stop_requested() || stop_signal() != 0)
			_exit(1);
		raise(first);
		if (!stop_requested() || stop_signal() != first)
			_exit(2);
		if (second)
			raise(second);
		_exit(stop_requested() ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void the_second_signal_ends_the_program(void **state)
{
	(void)state;
	assert_int_equal(status_after(SIGINT, 0), 0);
	assert_int_equal(status_after(SIGTERM, 0), 0);
	assert_int_equal(status_after(SIGUSR1, SIGUSR1), 0);
	assert_int_equal(status_after(SIGUSR1, SIGTERM), 75);
	assert_int_equal(status_after(SIGINT, SIGINT), 75);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_do_not_depend_on_threads),
		cmocka_unit_test(cores_follow_the_environment),
		cmocka_unit_test(clocks_go_forward),
		cmocka_unit_test(the_second_signal_ends_the_program),
	};
	return CHECK_RUN("parallel and clock", tests);
}
