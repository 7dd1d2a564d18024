/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/policy_form.h - a policy problem as it stands in a file.
 *
 * Maps of costs and budgets are kept as nodes of the tree; once all names are
 * known, policy_read.c makes rows of them.
 *
 * Usage:
 *	struct file_read r;
 *	status = form_read(&policy_file_form, &doc, node, &r, arena, err);
 */
#ifndef QBR_POLICY_FORM_H
#define QBR_POLICY_FORM_H

#include "nas/form/form.h"
#include "qbr/policy_problem.h"

struct map { /* {"size": 1.5, ...} as it stands in the file */
	int n;
	const cJSON *node;
};

struct choice_read {
	int bits_w, bits_a;
	double loss;
	struct map cost;
};

struct layer_read {
	char *name;
	int nchoices;
	struct choice_read *choice;
};

struct pairs {
	int n;
	struct policy_pair *pair;
};

struct case_read {
	char *name;
	struct map budgets;
	int ignored;
};

struct file_read {
	char *name;
	int nlayers;
	struct layer_read *layer;
	struct pairs ties, orders;
	struct map budgets;
	int ncases;
	struct case_read *one;
	int ignored;
};

extern const struct form policy_file_form; /* of a struct file_read */

#endif
