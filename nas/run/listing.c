/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/listing.h"

#include "nas/form/record.h"
#include "nas/run/formats.h"
#include "nas/run/version.h"
#include "spaces/board.h"

/* ---- boards -------------------------------------------------------------- */

struct board {
	struct nas_board b;
	const int *bits_a, *bits_w;
	int nbits_a, nbits_w;
};

static int count_bits(const int *bits)
{
	int n = 0;

	while (bits[n])
		n++;
	return n;
}

static void make_board(const void *in, int i, void *item)
{
	const struct nas_board *b = &boards[i];

	(void)in;
	*(struct board *)item = (struct board){
		*b, b->bits_a, b->bits_w, count_bits(b->bits_a),
		count_bits(b->bits_w)
	};
}

#define RECORD struct board

static const struct form_field board_fields[] = {
	ROW_AS("name", STRING, b.name, "in configs"),
	ROW_AS("title", STRING, b.title, "for people"),
	ROW_AS("sram_bytes", NUMBER, b.sram_bytes, "memory"),
	ROW_AS("flash_bytes", NUMBER, b.flash_bytes, "storage"),
	ROW_AS("kernels", STRING, b.kernels, "whose bits are listed"),
	ROW_LIST(INTS, bits_a, "of activations that they run"),
	ROW_LIST(INTS, bits_w, "of weights that they run"),
	ROW_AS("latency_model", STRING, b.latency,
	       "what a config that names it has", .fallback = ""),
};

static const struct form board_form =
	RECORD_FORM(NULL, "a board", board_fields);

struct list {
	int schema, n;
};

#undef RECORD
#define RECORD struct list

static const struct form_field boards_fields[] = {
	ROW_SCHEMA("nas/boards/1"),
	ROW_MADE_LIST("boards", n, &board_form, make_board,
		      "that budgets.board may name"),
};

const struct form boards_form =
	RECORD_FORM("nas/boards/1", "the boards", boards_fields);

cJSON *boards_json(void)
{
	struct list list = { .n = nboards };

	return form_write(&boards_form, &list);
}

/* ---- file formats -------------------------------------------------------- */

static cJSON *write_names(const void *in)
{
	cJSON *names = cJSON_CreateArray();

	(void)in;
	for (int i = 0; i < nfile_formats; i++)
		json_append(names, cJSON_CreateString(file_formats[i].name));
	return names;
}

static const struct form_custom names_custom = { .write = write_names,
						 .schema = schema_texts };

static const struct form_field schemas_fields[] = {
	ROW_SCHEMA("nas/schemas/1"),
	ROW_MADE("schemas", &names_custom, "their names"),
};

const struct form schemas_form = RECORD_FORM(
	"nas/schemas/1", "the names of all schemas", schemas_fields);

cJSON *schemas_json(void)
{
	struct list list = { 0 };

	return form_write(&schemas_form, &list);
}

/* ---- the program --------------------------------------------------------- */

struct program {
	int schema;
	const char *program, *version, *compiler, *flags;
};

static cJSON *write_parts(const void *in)
{
	cJSON *o = cJSON_CreateObject();

	(void)in;
	for (int i = 0; version_parts[i].name; i++)
		json_add_bool(o, version_parts[i].name,
			      version_parts[i].built_in);
	return o;
}

static const struct form_custom parts_custom = {
	.write = write_parts, .schema = schema_bools_by_name
};

#undef RECORD
#define RECORD struct program

static const struct form_field version_fields[] = {
	ROW_SCHEMA("nas/version/1"),
	ROW(STRING, program, "its name"),
	ROW(STRING, version, "its version"),
	ROW_MADE("built_in", &parts_custom,
		 "optional parts, whether they are there"),
	ROW(STRING, compiler, "that built it"),
	ROW(STRING, flags, "of the compiler"),
};

const struct form version_form =
	RECORD_FORM("nas/version/1", "the program", version_fields);

cJSON *version_json(void)
{
	struct program p = { 0, NAS_PROGRAM, NAS_VERSION, version_compiler(),
			     version_flags() };

	return form_write(&version_form, &p);
}
