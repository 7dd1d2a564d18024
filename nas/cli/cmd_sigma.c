/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas sigma: the constants of QE-Score. */
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/run/sigma_table.h"
#include "scoring/sigma_hat.h"
#include "spaces/arch.h"

static const struct cli_option options[] = {
	{ "sigmas", 0, "LIST", "standard deviations before rounding; default "
			       "those of the published table" },
	{ "bits", 0, "LOW-HIGH", "bits; default 2-8" },
	{ 0 },
};

static enum nas_status read_options(struct sigma_table *table,
				    const struct cli *cli, struct nas_err *err)
{
	static const struct quantity_limits want = {
		"--sigmas", ARCH_SIGMA_MIN, ARCH_SIGMA_MAX, SIGMA_TABLE_SIGMAS
	};
	static const struct quantity_limits limits = {
		"--bits", 1, SIGMA_TABLE_BITS, 0
	};
	const char *sigmas = cli_value(cli, "sigmas");
	const char *bits = cli_value(cli, "bits");
	int ends[2] = { table->low, table->high };

	if (sigmas && quantity_read_list(table->sigma, &table->nsigmas, &want,
					 sigmas, err) != NAS_OK)
		return err->code;
	if (bits && quantity_read_pair(ends, &limits, '-', "LOW-HIGH, such as "
				       "2-8", bits, err) != NAS_OK)
		return err->code;
	if (ends[0] > ends[1])
		return nas_fail(err, NAS_EUSAGE, "--bits must be at least %d, "
				"not %d", ends[0], ends[1]);
	table->low = ends[0];
	table->high = ends[1];
	return NAS_OK;
}

static void print_rows(const struct sigma_table *table)
{
	struct nas_text t = { 0 };

	text_add(&t, "sigma");
	for (int n = table->low; n <= table->high; n++)
		text_addf(&t, "\t%d bits", n);
	text_add(&t, "\n");
	for (int i = 0; i < table->nsigmas; i++) {
		text_addf(&t, "%g", table->sigma[i]);
		for (int n = table->low; n <= table->high; n++)
			text_addf(&t, "\t%.10f",
				  sigma_hat(table->sigma[i], n));
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct sigma_table table = SIGMA_TABLE_DEFAULTS;

	if (read_options(&table, cli, err) != NAS_OK)
		return err->code;
	if (cli->json)
		return print_json(sigma_table_json(&table), err);
	print_rows(&table);
	return NAS_OK;
}

const struct command cmd_sigma = {
	"sigma", "",
	"the constants of QE-Score: spreads of quantised Gaussians",
	"nas sigma --sigmas 4,5", options, 0, 0, run, CLI_FORMAT,
};
