/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/report/xml.h - is a text well-formed XML, as far as our files go?
 *
 * Checks that elements nest and end, attributes are quoted and not repeated,
 * & begins an entity of XML, and no raw < or > stands in text. No DTD, no
 * CDATA, no processing instructions.
 *
 * Usage:
 *	assert_null(xml_fault(text));           else where it is wrong
 */
#ifndef TESTS_REPORT_XML_H
#define TESTS_REPORT_XML_H

#include <stdbool.h>
#include <string.h>

#define XML_DEPTH 32

struct xml {
	const char *p;
	char open[XML_DEPTH][32];
	int depth;
};

static inline size_t xml_name(const char *p)
{
	return strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789-:");
}

static inline bool xml_entity(const char *p)
{
	static const char *const known[] = { "&amp;", "&lt;", "&gt;",
					     "&quot;", "&#39;" };

	for (int i = 0; i < 5; i++)
		if (strncmp(p, known[i], strlen(known[i])) == 0)
			return true;
	return false;
}

/* Attributes up to '>' or '/'; false when they are not well-formed. */
static inline bool xml_attributes(struct xml *x)
{
	while (*x->p == ' ') {
		const char *name = ++x->p;
		size_t n = xml_name(name);

		if (n == 0 || strncmp(name + n, "=\"", 2) != 0)
			return false;
		for (x->p = name + n + 2; *x->p != '"'; x->p++)
			if (!*x->p || *x->p == '<' ||
			    (*x->p == '&' && !xml_entity(x->p)))
				return false;
		x->p++;
		/* the same name again before the tag ends */
		for (const char *q = x->p; *q == ' ';) {
			size_t m = xml_name(q + 1);

			if (m == n && strncmp(q + 1, name, n) == 0)
				return false;
			q += 1 + m + 2;
			q += strcspn(q, "\"") + 1;
		}
	}
	return true;
}

static inline bool xml_tag(struct xml *x)
{
	bool closes = x->p[1] == '/';
	const char *name = x->p + 1 + closes;
	size_t n = xml_name(name);

	if (n == 0 || n > 31)
		return false;
	x->p = name + n;
	if (closes) {
		if (*x->p++ != '>' || x->depth == 0)
			return false;
		x->depth--;
		return strlen(x->open[x->depth]) == n &&
		       strncmp(x->open[x->depth], name, n) == 0;
	}
	if (x->depth == XML_DEPTH || !xml_attributes(x))
		return false;
	if (strncmp(x->p, "/>", 2) == 0) {
		x->p += 2;
		return true;
	}
	memcpy(x->open[x->depth], name, n);
	x->open[x->depth++][n] = '\0';
	return *x->p++ == '>';
}

/* NULL: well-formed, one element; else the place where it is not. */
static inline const char *xml_fault(const char *text)
{
	struct xml x = { .p = text };
	bool any = false;

	while (*x.p) {
		const char *at = x.p;

		if (strncmp(x.p, "<!--", 4) == 0) {
			x.p = strstr(x.p, "-->");
			if (!x.p)
				return at;
			x.p += 3;
		} else if (*x.p == '<') {
			if ((any && x.depth == 0) || !xml_tag(&x))
				return at;
			any = true;
		} else if (*x.p == '&' && !xml_entity(x.p)) {
			return at;
		} else if ((unsigned char)*x.p < 32 && *x.p != '\n' &&
			   *x.p != '\t') {
			return at;
		} else {
			x.p++;
		}
	}
	return any && x.depth == 0 ? NULL : x.p;
}

#endif
