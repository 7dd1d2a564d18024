/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/form/json_scan.h - the strict scan that runs before cJSON. Internal to
 * nas/base/json*.c.
 *
 * Accepts exactly RFC 8259 within the limits and writes down where every value
 * begins. What needs decoded text (duplicate keys, overflow of numbers) is
 * checked on the tree afterwards.
 *
 * Usage:
 *	struct json_scan scan = {.text = text, .length = length,
 *		.max_values = JSON_MAX_VALUES};
 *	if (!json_scan(&scan))
 *		... scan.message at scan.pos ...
 *	free(scan.offset);
 */
#ifndef NAS_FORM_JSON_SCAN_H
#define NAS_FORM_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_MAX_BYTES ((size_t)16 << 20)
#define JSON_MAX_VALUES ((size_t)1000000)
#define JSON_MAX_DEPTH 64
#define JSON_MAX_STRING ((size_t)64 << 10) /* bytes between the quotes */
#define JSON_MAX_NUMBER ((size_t)63)       /* cJSON's own buffer */

struct json_scan {
	const char *text;
	size_t length, max_values;
	size_t pos;          /* of the error */
	size_t *offset;      /* (values), parents before children */
	size_t values, room; /* used and allocated */
	int depth;
	bool no_memory;
	const char *message; /* what is wrong at pos, NULL = nothing */
};

bool json_scan(struct json_scan *s);

/* Line and column, from 1, of a byte of text; columns count characters. */
void json_place(const char *text, size_t pos, int *line, int *column);

/* Bytes of the valid UTF-8 sequence at p (up to end), 0 when it is none. */
size_t json_utf8(const unsigned char *p, const unsigned char *end);

#endif
