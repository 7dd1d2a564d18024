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
 * FAIL_FORK=IN,OUT  the process forks where it is told to: a child in which the
 *              allocation fails goes on to its end, and the process goes on
 *              after it with its memory whole. See "A fork for each one" below.
 * FAIL_FROM=DIR, FAIL_INTO=DIR  what the process uses, and the child's copy
 *
 * Only what runs in the program and in the libraries that answer for memory
 * counts: threads' and message passing's own start is not ours to repair.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
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

/* ---- A fork for each one -------------------------------------------------
 *
 * The process stops at its first allocation, says its number on OUT, a long,
 * and does what it is told on IN, again and again:
 *
 *	n > 0   goes on, and stops next at allocation n
 *	-1      forks: this allocation fails in the child
 *	-2      forks: this one and all later ones do
 *
 * After a fork it says two longs on OUT, the child's process id and, when it
 * has ended, what waitpid says; or CANNOT alone, where a child might not do
 * what the process would: threads, pipes, files elsewhere that are written.
 *
 * What is open below FROM the child opens anew below INTO, at the same place,
 * and that is where it works. The clock stands still meanwhile.
 */
#define CANNOT (-1L)
#define FDS 256

static int ask_in = -1, ask_out = -1;
static long stop_at = 1;
static const char *from, *into;
static int64_t paused; /* ns that clocks are behind */

static void end(const char *why)
{
	(void)!write(2, why, strlen(why));
	_exit(99);
}

static int64_t now_ns(void)
{
	struct timespec t;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	int status = (int)syscall(SYS_clock_gettime, id, t);

	if (status == 0 && paused > 0 && id != CLOCK_PROCESS_CPUTIME_ID &&
	    id != CLOCK_THREAD_CPUTIME_ID) {
		int64_t ns = t->tv_sec * INT64_C(1000000000) + t->tv_nsec -
			     paused;

		t->tv_sec = ns / 1000000000;
		t->tv_nsec = ns % 1000000000;
	}
	return status;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec precise;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &precise) != 0)
		return -1;
	t->tv_sec = precise.tv_sec;
	t->tv_usec = precise.tv_nsec / 1000;
	return 0;
}

static bool below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/';
}

/* The place of an open file; false if this descriptor is none of ours. */
static bool place_of(int fd, char *path)
{
	char link[32];
	ssize_t n;

	if (fcntl(fd, F_GETFD) < 0 || fd == ask_in || fd == ask_out ||
	    fd == sites)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	path[n < 0 ? 0 : n] = '\0';
	return n > 0 && strcmp(path, "/dev/null") != 0;
}

static bool can_fork(void)
{
	char path[PATH_MAX];
	struct stat s;
	int next;

	if (stat("/proc/self/task", &s) != 0 || s.st_nlink != 3)
		return false; /* ., .. and one thread */
	for (int fd = 0; fd < FDS; fd++) {
		if (!place_of(fd, path))
			continue;
		if (fstat(fd, &s) != 0 || s.st_nlink == 0 ||
		    !(S_ISREG(s.st_mode) || S_ISDIR(s.st_mode)))
			return false;
		if (!below(path, from) &&
		    (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY)
			return false;
	}
	next = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(next);
	return next >= 0 && next < FDS;
}

/* To where it stands in what is read: a folder is small, and read at once. */
static bool go_to(int fd, off_t at, bool folder)
{
	char entries[4096];

	if (!folder)
		return lseek(fd, at, SEEK_SET) == at;
	while (at > 0 && syscall(SYS_getdents64, fd, entries,
				 sizeof(entries)) > 0)
		;
	return true;
}

static void open_copy(int fd, const char *path)
{
	char copy[2 * PATH_MAX];
	int flags = fcntl(fd, F_GETFL), own = fcntl(fd, F_GETFD), open_fd;
	off_t at = lseek(fd, 0, SEEK_CUR);
	struct stat s;

	if (below(path, from))
		snprintf(copy, sizeof(copy), "%s%s", into, path + strlen(from));
	else
		snprintf(copy, sizeof(copy), "%s", path);
	open_fd = open(copy, flags & ~(O_CREAT | O_EXCL | O_TRUNC));
	if (open_fd < 0 || fstat(open_fd, &s) != 0 ||
	    !go_to(open_fd, at, S_ISDIR(s.st_mode)) ||
	    dup2(open_fd, fd) != fd || fcntl(fd, F_SETFD, own) != 0)
		end("fail_alloc: a copy cannot be opened\n");
	close(open_fd);
}

static void begin_child(void)
{
	char path[PATH_MAX], cwd[PATH_MAX], copy[2 * PATH_MAX];

	for (int fd = 0; fd < FDS; fd++)
		if (place_of(fd, path))
			open_copy(fd, path);
	if (!getcwd(cwd, sizeof(cwd)) || !below(cwd, from))
		end("fail_alloc: works elsewhere\n");
	snprintf(copy, sizeof(copy), "%s%s", into, cwd + strlen(from));
	if (chdir(copy) != 0)
		end("fail_alloc: no folder for a child\n");
	close(ask_in);
	close(ask_out);
	ask_in = ask_out = -1;
}

static void say(long what)
{
	if (write(ask_out, &what, sizeof(what)) != sizeof(what))
		end("fail_alloc: nobody listens\n");
}

/* True in the child. */
static bool fork_child(void)
{
	pid_t pid = can_fork() ? fork() : -1;
	int status = 0;

	if (pid == 0) {
		begin_child();
		return true;
	}
	say(pid < 0 ? CANNOT : (long)pid);
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	say(status);
	return false;
}

/* At allocation n, which fails in a child. */
static void ask(long n)
{
	int64_t since = now_ns();
	int before = errno;
	bool child = false;
	long what = 0;

	ready = false;
	say(n);
	while (!child && stop_at == n) {
		if (read(ask_in, &what, sizeof(what)) != sizeof(what))
			end("fail_alloc: nobody says what to do\n");
		if (what > n)
			stop_at = what;
		else
			child = fork_child();
	}
	if (child) {
		fail_at = n;
		more = what == -2;
	}
	paused += now_ns() - since;
	errno = before;
	ready = true;
}

static void begin_forking(const char *fds)
{
	from = getenv("FAIL_FROM");
	into = getenv("FAIL_INTO");
	if (!fds || !from || !into ||
	    sscanf(fds, "%d,%d", &ask_in, &ask_out) != 2)
		return;
	fcntl(ask_in, F_SETFD, FD_CLOEXEC);
	fcntl(ask_out, F_SETFD, FD_CLOEXEC);
	unsetenv("FAIL_FORK");
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
	begin_forking(getenv("FAIL_FORK"));
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
	if (ask_in >= 0 && n == stop_at)
		ask(n);
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
