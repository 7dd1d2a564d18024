/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas/run/call_form.h - a request to call.c, as read. */
#ifndef NAS_RUN_CALL_FORM_H
#define NAS_RUN_CALL_FORM_H

#include "nas/form/record.h"

enum call_job {
	CALL_SEARCH,
	CALL_CERTIFY,
	CALL_CONFIG,
	CALL_SCORE,
	CALL_ALLOCATE,
	CALL_JOBS
};

struct call_request {
	int job; /* of enum call_job */
	char *config, *output, *problem; /* paths, NULL = none */
	struct texts set, files, budgets;
	bool force;
	int memory;                 /* of memory_models[] */
	int threads;                /* 0 = all cores */
	int height, bits_a, bits_w; /* 0 = as the file says */
};

struct call_error { /* a reply without an answer */
	int schema, status;
	const char *message; /* as the program would print it */
};

extern const struct form call_form, call_error_form;

#endif
