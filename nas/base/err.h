/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/err.h - how functions say that they failed, and where.
 *
 * Every function that can fail returns an nas_status and takes a
 * struct nas_err, never NULL, as its last argument. A failure in a text file
 * carries file, line, column and JSON path. Reading a file goes on after a
 * bad value, so one struct holds all that is wrong with the file, in order.
 *
 * Usage:
 *	struct nas_err err = {0};
 *	if (width > 1280)
 *		return nas_fail(&err, NAS_EINPUT, "width %d is above 1280", width);
 *	...
 *	nas_err_print(&err, stderr);
 *	return nas_exit_status(err.code);
 *
 * An infeasible problem or an interrupted search is a result with a status of
 * its own, not an error; they stand in the table for their exit status.
 */
#ifndef NAS_BASE_ERR_H
#define NAS_BASE_ERR_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* name, exit status of the program, text */
#define NAS_STATUS_MAP(X)                                                    \
	X(OK, 0, "ok")                                                       \
	X(ERUN, 1, "failed while running")                                   \
	X(ENOMEM, 1, "out of memory")                                        \
	X(ENUM, 1, "a value is not finite or did not converge")              \
	X(EUSAGE, 2, "the command line is not valid")                        \
	X(EINFEASIBLE, 3, "no architecture meets the budgets")               \
	X(EINPUT, 4, "input is not valid")                                   \
	X(EIO, 5, "a file cannot be read or written")                        \
	X(EINTERRUPTED, 75, "interrupted, can be resumed")

enum nas_status {
#define X(name, exit_status, text) NAS_##name,
	NAS_STATUS_MAP(X)
#undef X
};

#define NAS_DIAG_MAX 32   /* later ones are counted, not kept */
#define NAS_DIAG_TEXT 3456 /* bytes of all texts; so are those beyond it */
#define NAS_MSG_SIZE 320   /* of the longest message, with its end */

struct nas_diag {
	int line, column; /* 1-based; 0 when the input is no text */
	unsigned short source, path, msg; /* where each begins in text */
};

/* A plain value: it may be copied, and sent to another process. */
struct nas_err {
	enum nas_status code; /* of the first failure; NAS_OK = none */
	int count;            /* failures seen */
	int kept;             /* of them, the first ones */
	int used;             /* bytes of text */
	struct nas_diag diag[NAS_DIAG_MAX];
	char text[NAS_DIAG_TEXT];
};

/* Of failure i, 0 for the first: file name, "--set" or "" when none; JSON
 * pointer or "" when none; what is wrong first, then the subject. All are ""
 * for a failure that was not kept. */
const char *nas_err_source(const struct nas_err *err, int i);
const char *nas_err_path(const struct nas_err *err, int i);
const char *nas_err_msg(const struct nas_err *err, int i);

/* Whether one more failure would only be counted. */
static inline bool nas_err_is_full(const struct nas_err *err)
{
	return err->kept == NAS_DIAG_MAX || err->kept < err->count;
}

#define NAS_MUST_CHECK __attribute__((warn_unused_result))
#define NAS_FORMAT(f, a) __attribute__((format(printf, f, a)))

/* Append a failure without a place; returns code. */
enum nas_status nas_fail(struct nas_err *err, enum nas_status code,
			 const char *fmt, ...) NAS_FORMAT(3, 4);

/* Append a failure with a place; any of source and path may be NULL. */
enum nas_status nas_fail_at(struct nas_err *err, enum nas_status code,
			    const char *source, int line, int column,
			    const char *path, const char *fmt, ...)
	NAS_FORMAT(7, 8);

/* Make it as new. */
void nas_err_clear(struct nas_err *err);

/* Put a text in front of the first failure's message. */
void nas_err_prefix(struct nas_err *err, const char *prefix);

/* Print one line a failure, "nas: file:line:column: /path: message".
 * Control characters of untrusted text come out as '?'. */
void nas_err_print(const struct nas_err *err, FILE *out);

/* Text from outside must not steer a terminal: control characters (C0 but
 * those of keep, DEL, C1 as UTF-8) become '?'. */
void nas_clean(char *s, const char *keep);

int nas_exit_status(enum nas_status code);
const char *nas_status_text(enum nas_status code);

/* The candidate nearest to word by edit distance, at most a third of the
 * word's length (at least 1); else the shortest one that begins with the word,
 * of at least three letters; else NULL. */
const char *nas_nearest(const char *word, const char *const *candidates,
			int n);

/* What a message says behind a word that is none of the candidates: " (did you
 * mean '--near'?)", mark being "--"; otherwise where none is near. */
struct nas_hint {
	char s[NAS_MSG_SIZE];
};
struct nas_hint nas_hint(const char *word, const char *const *candidates, int n,
			 const char *mark, const char *otherwise);

/* A broken promise between our own functions: says where and aborts. */
#define NAS_BUG_IF(cond)                                                     \
	do {                                                                 \
		if (cond)                                                    \
			nas_bug(__FILE__, __LINE__, #cond);                  \
	} while (0)
_Noreturn void nas_bug(const char *file, int line, const char *what);

#endif
