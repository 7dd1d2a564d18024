/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/sigma_table.h"

#include "scoring/sigma_hat.h"

static cJSON *row_json(const struct sigma_table *table, int i)
{
	cJSON *row = json_add_number(cJSON_CreateObject(), "sigma",
				     table->sigma[i]);
	cJSON *values = cJSON_CreateArray();

	for (int n = table->low; n <= table->high; n++)
		json_append(values,
			    json_number(sigma_hat(table->sigma[i], n)));
	return json_add(row, "sigma_hat", values);
}

cJSON *sigma_table_json(const struct sigma_table *table)
{
	cJSON *o = json_object("nas/sigma/1"), *rows = cJSON_CreateArray();
	cJSON *bits = cJSON_CreateArray();

	for (int n = table->low; n <= table->high; n++)
		json_append(bits, json_int64(n));
	json_add(o, "bits", bits);
	for (int i = 0; i < table->nsigmas; i++)
		json_append(rows, row_json(table, i));
	return json_add(o, "rows", rows);
}
