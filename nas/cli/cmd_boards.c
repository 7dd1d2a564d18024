/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas boards: the boards that a config can name. */
#include "nas/cli/print.h"
#include "spaces/board.h"

static void add_bits(struct nas_text *t, const int *bits)
{
	for (int i = 0; bits[i]; i++)
		text_addf(t, "%s%d", i ? "," : "", bits[i]);
}

static int count_bits(const int *bits)
{
	int n = 0;

	while (bits[n])
		n++;
	return n;
}

static enum nas_status print_boards_json(struct nas_err *err)
{
	cJSON *all = cJSON_CreateArray();

	for (int i = 0; i < nboards; i++) {
		const struct nas_board *b = &boards[i];
		cJSON *o = json_add_string(cJSON_CreateObject(), "name",
					   b->name);

		json_add_string(o, "title", b->title);
		json_add_number(o, "sram_bytes", b->sram_bytes);
		json_add_number(o, "flash_bytes", b->flash_bytes);
		json_add_string(o, "kernels", b->kernels);
		json_add_ints(o, "bits_a", b->bits_a, count_bits(b->bits_a));
		json_add_ints(o, "bits_w", b->bits_w, count_bits(b->bits_w));
		if (b->latency)
			json_add_string(o, "latency_model", b->latency);
		json_append(all, o);
	}
	return print_json(json_add(json_object("nas/boards/1"), "boards", all), err);
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
		return print_boards_json(err);
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
