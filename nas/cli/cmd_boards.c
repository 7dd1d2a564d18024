/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas boards: the boards that a config can name. */
#include "nas/cli/print.h"
#include "nas/run/listing.h"
#include "spaces/board.h"

static void add_bits(struct nas_text *t, const int *bits)
{
	for (int i = 0; bits[i]; i++)
		text_addf(t, "%s%d", i ? "," : "", bits[i]);
}

static void add_board(struct nas_text *t, const struct nas_board *b)
{
	char sram[80], flash[80];

	text_addf(t, "%s\t%s\t%s\t", b->name,
		  with_commas(sram, sizeof(sram), b->sram_bytes),
		  with_commas(flash, sizeof(flash), b->flash_bytes));
	add_bits(t, b->bits_a);
	text_add(t, "\t");
	add_bits(t, b->bits_w);
	text_addf(t, "\t%s\n", b->title);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct nas_text t = {0};

	if (cli->json)
		return print_json(boards_json(), err);
	text_add(&t, "board\tsram bytes\tflash bytes\tbits a\tbits w\t\n");
	for (int i = 0; i < nboards; i++)
		add_board(&t, &boards[i]);
	print_table(&t);
	text_free(&t);
	say("\nkernels that run these bits:\n");
	for (int i = 0; i < nboards; i++)
		say("  %-10s %s\n", boards[i].name, boards[i].kernels);
	say("\nlatency models ('nas latency show' lists more):\n");
	for (int i = 0; i < nboards; i++)
		if (boards[i].latency)
			say("  %-10s %s\n", boards[i].name, boards[i].latency);
	return NAS_OK;
}

const struct command cmd_boards = {
	"boards", "", "list the boards that a config can name", "nas boards",
	NULL, 0, 0, run,
	CLI_FORMAT,
};
