/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "scoring/forward/gemm.h"

#include <cblas.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef void sgemm_function(enum CBLAS_ORDER, enum CBLAS_TRANSPOSE,
			    enum CBLAS_TRANSPOSE, blasint, blasint, blasint,
			    float, const float *, blasint, const float *,
			    blasint, float, float *, blasint);
typedef void sgemv_function(enum CBLAS_ORDER, enum CBLAS_TRANSPOSE, blasint,
			    blasint, float, const float *, blasint,
			    const float *, blasint, float, float *, blasint);
typedef void threads_function(int);

static sgemm_function *sgemm;
static sgemv_function *sgemv;

static const char *const names[] = {
	"libopenblas.so.0",
	"libopenblas.so",
	"libopenblas.dylib",
};

/* ISO C has no cast from an object's address to a function's. */
static void find(void *library, const char *name, void *function, size_t size)
{
	void *p = dlsym(library, name);

	memcpy(function, &p, size);
}

/* OpenBLAS goes by the model of the processor: one that is newer than the
 * library it takes for a Prescott, with a fifth of the speed. Its features say
 * which kernels it can run; NULL: as OpenBLAS thinks. */
static const char *core_name(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
	if (__builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512cd") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512vl"))
		return "SkylakeX";
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return "Haswell";
#endif
	return NULL;
}

static void load(void)
{
	threads_function *set_threads = NULL;
	void *library = NULL;

	for (size_t i = 0; !library && i < sizeof(names) / sizeof(*names); i++)
		library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return;
	find(library, "openblas_set_num_threads", &set_threads,
	     sizeof(set_threads));
	find(library, "cblas_sgemv", &sgemv, sizeof(sgemv));
	find(library, "cblas_sgemm", &sgemm, sizeof(sgemm));
	if (!sgemv)
		sgemm = NULL;
	if (set_threads)
		set_threads(1);
}

enum nas_status gemm_load(struct nas_err *err)
{
	static bool loaded;
	const char *core = core_name();

	if (loaded)
		return NAS_OK;
	/* Its own threads are not wanted; do not even start them. Who names a
	 * core keeps it. Other kernels would round otherwise. */
	if (setenv("OPENBLAS_NUM_THREADS", "1", 0) != 0 ||
	    (core && setenv("OPENBLAS_CORETYPE", core, 0) != 0))
		return nas_fail(err, NAS_ENOMEM, "out of memory for OpenBLAS");
	load();
	loaded = true;
	return NAS_OK;
}

/* One row of c at a time, so that the inner loop runs along b's rows. */
static void plain(enum gemm_form form, int m, int n, int k, const float *a,
		  int lda, const float *b, int ldb, float beta, float *c,
		  int ldc)
{
	for (int i = 0; i < m; i++) {
		float *row = c + (size_t)i * (size_t)ldc;

		for (int j = 0; j < n; j++)
			row[j] = beta > 0 || beta < 0 ? beta * row[j] : 0;
		for (int p = 0; p < k; p++) {
			float x = form == GEMM_ATB
					  ? a[(size_t)p * (size_t)lda + i]
					  : a[(size_t)i * (size_t)lda + p];
			const float *y =
				b +
				(size_t)p *
					(form == GEMM_ABT ? 1 : (size_t)ldb);
			size_t step = form == GEMM_ABT ? (size_t)ldb : 1;

			for (int j = 0; j < n; j++)
				row[j] += x * y[(size_t)j * step];
		}
	}
}

void gemm(enum gemm_form form, int m, int n, int k, const float *a, int lda,
	  const float *b, int ldb, float beta, float *c, int ldc)
{
	if (!sgemm) {
		plain(form, m, n, k, a, lda, b, ldb, beta, c, ldc);
		return;
	}
	sgemm(CblasRowMajor, form == GEMM_ATB ? CblasTrans : CblasNoTrans,
	      form == GEMM_ABT ? CblasTrans : CblasNoTrans, m, n, k, 1, a, lda,
	      b, ldb, beta, c, ldc);
}

void gemv(int m, int n, const float *a, int lda, const float *x, float *y)
{
	if (sgemv)
		sgemv(CblasRowMajor, CblasNoTrans, m, n, 1, a, lda, x, 1, 0, y,
		      1);
	else
		plain(GEMM_AB, m, 1, n, a, lda, x, 1, 0, y, 1);
}
