/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A score that cannot tell bits apart, over a space that leaves them open. */
#include "nas/run/config.h"

static bool leaves_bits_open(const struct nas_space *space)
{
	for (int s = 0; s < space->nstages; s++)
		if (space->stage[s].nbits_a > 1 || space->stage[s].nbits_w > 1)
			return true;
	return false;
}

const char *config_blind_score(const struct nas_config *config)
{
	if (score_sees_bits(config->score_def) ||
	    !leaves_bits_open(&config->space))
		return NULL;
	return "the score does not depend on bits: the budgets alone decide "
	       "them, mostly for the fewest; give each stage the bits it is "
	       "to have";
}
