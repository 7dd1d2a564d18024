/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of a table row; each holds one number a lane. See table.h. */
#ifndef SCORING_TABLE_COLUMNS_H
#define SCORING_TABLE_COLUMNS_H

enum { SLOPE, BASE, INNER, FIXED_SLOPE, FIXED, FIXED_INNER, EQUAL, COLUMNS };

#endif
