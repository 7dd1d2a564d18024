/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a search in a config. */
#include <math.h>

#include "evolve/evolve.h"
#include "nas/form/form.h"

#define AT(member) .offset = offsetof(struct nas_evolve_options, member)

static const struct form_field fields[] = {
	{ .key = "seed", .type = FORM_INT64, AT(seed), .low = 0,
	  .high = HUGE_VAL, .fallback = "1",
	  .help = "of all random numbers; same seed, same result" },
	{ .key = "max_evals", .type = FORM_INT64, AT(max_evals), .low = 1,
	  .high = 1e15, .fallback = "500000",
	  .help = "total number of candidates evaluated, without duplicates" },
	{ .key = "islands", .type = FORM_INT, AT(islands), .low = 1,
	  .high = 65536, .fallback = "8",
	  .help = "populations that evolve side by side; threads and ranks "
		  "share them, and do not change the result" },
	{ .key = "population", .type = FORM_INT, AT(population), .low = 2,
	  .high = 65536, .fallback = "32",
	  .help = "networks kept by each island" },
	{ .key = "mutated_stages", .type = FORM_INT, AT(mutated_stages),
	  .low = 1, .high = 16, .fallback = "2",
	  .help = "changes made to each child" },
	{ .key = "crossover", .type = FORM_NUMBER, AT(crossover), .low = 0,
	  .high = 1, .fallback = "0",
	  .help = "share of children that take a stretch of stages from "
		  "another member" },
	{ .key = "epoch_evals", .type = FORM_INT64, AT(epoch_evals), .low = 1,
	  .high = 1e12, .fallback = "5000",
	  .help = "candidates of each island between migrations" },
	{ .key = "migrants", .type = FORM_INT, AT(migrants), .low = 0,
	  .high = 65536, .fallback = "1",
	  .help = "number of best networks each island sends to the next" },
	{ .key = "stall_evals", .type = FORM_INT64, AT(stall_evals), .low = 0,
	  .high = 1e15, .fallback = "1000000",
	  .help = "stop after so many evaluations without a better network; "
		  "0 = never" },
	{ .key = "time_s", .type = FORM_NUMBER, AT(time_s), .low = 0,
	  .high = 1e9, .fallback = "0", .unit = "seconds",
	  .help = "maximum wall time of the search; 0 = no limit" },
	{ .key = "checkpoint_s", .type = FORM_NUMBER, AT(checkpoint_s),
	  .low = 0, .high = 1e9, .fallback = "60", .unit = "seconds",
	  .help = "wall time between checkpoints; 0 = only when stopped" },
	{ .key = "keep", .type = FORM_INT, AT(keep), .low = 1, .high = 1000,
	  .fallback = "5",
	  .help = "best networks reported, distinct in structure" },
};

const struct form evolve_form = {
	.name = "nas/search/1",
	.title = "the evolutionary search",
	.size = sizeof(struct nas_evolve_options),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};
