/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/help.h"

const char *const help_pages[HELP_PAGES + 1] = {
	[HELP_BASH] = "bash",
	[HELP_ZSH] = "zsh",
	[HELP_FISH] = "fish",
	[HELP_MAN] = "man",
};
