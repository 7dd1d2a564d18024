/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library to preload: the n-th allocation of the program fails.
 *
 *	cc -shared -fPIC -o fail_alloc.so fail_alloc.c -ldl
 *	FAIL_AT=7 LD_PRELOAD=./fail_alloc.so nas check configs/quick.json
 *
 * FAIL_AT=n    the n-th one fails (from 1; unset or 0: none)
 * FAIL_MORE=1  and all after it
 * FAIL_OVER=BYTES  all of more bytes fail: a machine with little memory
 * FAIL_SITES=FILE  a line for each one: its call chain and its place, hashed
 * FAIL_TRACE=1 where the n-th one was asked for, on standard error
 *
 * Only what runs in the program and in the libraries that answer for memory
 * counts: threads' and message passing's own start is not ours to repair.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own, which need no dlsym (that allocates) */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);

static atomic_long counted;
static long fail_at;
static size_t largest = SIZE_MAX; /* bytes of one allocation */
static int sites = -1;
static bool ready, more, trace;

#define RANGES 64
struct range {
	uintptr_t low, high;
};
static struct range range[RANGES], program; /* code whose requests count */
static int nranges;

static const char *const counts[] = {
	"libcjson", "libglpk", "libprotobuf-c", "libpng", "libturbojpeg",
	"libz.", "libc.so",
};

static bool library_counts(const char *name)
{
	if (name[0] == '\0') /* the program */
		return true;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (strstr(name, counts[i]))
			return true;
	return false;
}

static int add_ranges(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	if (!library_counts(info->dlpi_name))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t low = info->dlpi_addr + p->p_vaddr;

		if (p->p_type != PT_LOAD || !(p->p_flags & PF_X) ||
		    nranges == RANGES)
			continue;
		range[nranges] = (struct range){ low, low + p->p_memsz };
		if (info->dlpi_name[0] == '\0')
			program = range[nranges];
		nranges++;
	}
	return 0;
}

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAIL_AT"), *path = getenv("FAIL_SITES");
	void *warm[1];

	fail_at = at ? atol(at) : 0;
	more = getenv("FAIL_MORE") != NULL;
	if (getenv("FAIL_OVER"))
		largest = strtoull(getenv("FAIL_OVER"), NULL, 10);
	trace = getenv("FAIL_TRACE") != NULL;
	sites = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			    0666) : -1;
	if (trace || sites >= 0)
		backtrace(warm, 1); /* loads its library now */
	dl_iterate_phdr(add_ranges, NULL);
	if (strcmp(program_invocation_short_name, "nas") == 0)
		unsetenv("LD_PRELOAD"); /* what nas runs has its memory */
	ready = true;
}

static bool is_ours(const void *code)
{
	for (int i = 0; i < nranges; i++)
		if ((uintptr_t)code >= range[i].low &&
		    (uintptr_t)code < range[i].high)
			return true;
	return false;
}

static bool is_program(const void *code)
{
	return (uintptr_t)code >= program.low && (uintptr_t)code < program.high;
}

/* FNV-1a of the addresses: of all, and of the innermost in the program. */
static void note_site(void)
{
	void *frame[64];
	uint64_t chain = 0xcbf29ce484222325, place = chain;
	int n, near = 0;
	char text[64];

	ready = false;
	n = backtrace(frame, 64);
	for (int i = 0; i < n; i++) {
		if (!is_program(frame[i]))
			continue;
		chain = (chain ^ (uintptr_t)frame[i]) * 0x100000001b3;
		if (near++ < 2)
			place = chain;
	}
	n = snprintf(text, sizeof(text), "%llx %llx\n",
		     (unsigned long long)chain, (unsigned long long)place);
	(void)!write(sites, text, (size_t)n);
	ready = true;
}

static bool refuse(const void *caller, size_t size)
{
	void *frames[32];
	long n;

	if (!ready || !is_ours(caller))
		return false;
	n = ++counted;
	if (sites >= 0)
		note_site();
	if (!(n == fail_at || (more && fail_at > 0 && n > fail_at)) &&
	    size <= largest)
		return false;
	if (trace && n == fail_at) {
		ready = false;
		backtrace_symbols_fd(frames, backtrace(frames, 32), 2);
		ready = true;
	}
	errno = ENOMEM;
	return true;
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t n)
{
	return refuse(CALLER, n) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	size_t all = size && n > SIZE_MAX / size ? SIZE_MAX : n * size;

	return refuse(CALLER, all) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return refuse(CALLER, n) ? NULL : __libc_realloc(p, n);
}

void *aligned_alloc(size_t align, size_t n)
{
	return refuse(CALLER, n) ? NULL : __libc_memalign(align, n);
}

void *memalign(size_t align, size_t n)
{
	return refuse(CALLER, n) ? NULL : __libc_memalign(align, n);
}

int posix_memalign(void **out, size_t align, size_t n)
{
	void *p = refuse(CALLER, n) ? NULL : __libc_memalign(align, n);

	if (!p)
		return ENOMEM;
	*out = p;
	return 0;
}

char *strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = refuse(CALLER, n) ? NULL : __libc_malloc(n);

	return copy ? memcpy(copy, s, n) : NULL;
}

char *strndup(const char *s, size_t most)
{
	size_t n = strnlen(s, most);
	char *copy = refuse(CALLER, n) ? NULL : __libc_malloc(n + 1);

	if (!copy)
		return NULL;
	copy[n] = '\0';
	return memcpy(copy, s, n);
}
