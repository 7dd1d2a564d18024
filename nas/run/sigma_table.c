/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/sigma_table.h"

#include "nas/form/record.h"
#include "scoring/sigma_hat.h"

struct row {
	double sigma;
	int nsigma_hat;
	const double *sigma_hat;
	double value[SIGMA_TABLE_BITS];
};

struct record {
	int schema;
	const struct sigma_table *table;
	int bits_of[SIGMA_TABLE_BITS];
	int nbits, nrows;
	const int *bits;
};

static void make_row(const void *in, int i, void *item)
{
	const struct sigma_table *t = ((const struct record *)in)->table;
	struct row *row = item;

	row->sigma = t->sigma[i];
	row->sigma_hat = row->value;
	for (int n = t->low; n <= t->high; n++)
		row->value[row->nsigma_hat++] = sigma_hat(row->sigma, n);
}

#define RECORD struct row

static const struct form_field row_fields[] = {
	ROW(NUMBER, sigma, "standard deviation before rounding"),
	ROW_LIST(NUMBERS, sigma_hat, "after it, a number of bits each"),
};

static const struct form row_form =
	RECORD_FORM(NULL, "a standard deviation", row_fields);

#undef RECORD
#define RECORD struct record

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/sigma/1"),
	ROW_LIST(INTS, bits, "of the values of each row"),
	ROW_MADE_LIST("rows", nrows, &row_form, make_row,
		      "a standard deviation each"),
};

const struct form sigma_form = RECORD_FORM(
	"nas/sigma/1", "spreads of quantised Gaussians", fields);

cJSON *sigma_table_json(const struct sigma_table *table)
{
	struct record r = { .table = table, .nrows = table->nsigmas };

	r.bits = r.bits_of;
	for (int n = table->low; n <= table->high; n++)
		r.bits_of[r.nbits++] = n;
	return form_write(&sigma_form, &r);
}
