/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The four files of --to c. */
#include <ctype.h>
#include <string.h>

#include "spaces/export/format_c.h"

void c_identifier(char *out, const char *name, bool upper)
{
	const char *slash = strrchr(name, '/'), *end;
	size_t n = 0;

	name = slash && slash[1] ? slash + 1 : name; /* of a file: its stem */
	end = strrchr(name, '.');
	end = end && end > name ? end : name + strlen(name);
	if (isdigit((unsigned char)*name) || !*name)
		out[n++] = upper ? 'N' : 'n';
	for (; name < end && n + 1 < C_NAME_MAX; name++) {
		unsigned char c = (unsigned char)*name;

		if (c > 127 || !isalnum(c))
			c = '_';
		out[n++] = (char)(upper ? toupper(c) : c);
	}
	out[n] = '\0';
}

static void add_makefile(struct nas_text *t, const char *name)
{
	text_addf(t,
		  "# Network %s: include this, and link $(%s_O).\n"
		  "# make -f %s.mk %s_test builds the test for this machine.\n"
		  "%s_DIR := $(dir $(lastword $(MAKEFILE_LIST)))\n"
		  "%s_O = %s.o\n"
		  "%s_CFLAGS ?= -std=c11 -O2\n\n"
		  "%s.o: $(%s_DIR)%s.c $(%s_DIR)%s.h\n"
		  "\t$(CC) $(%s_CFLAGS) $(CFLAGS) -c -o $@ $<\n\n"
		  "%s_test: $(%s_DIR)%s_test.c $(%s_DIR)%s.c "
		  "$(%s_DIR)%s.h\n"
		  "\t$(CC) $(%s_CFLAGS) $(CFLAGS) -o $@ $(%s_DIR)%s_test.c "
		  "$(%s_DIR)%s.c\n",
		  name, name, name, name, name, name, name, name, name, name,
		  name, name, name, name, name, name, name, name, name, name,
		  name, name, name, name, name, name);
}

enum nas_status c_plan_of(struct c_plan *p, const struct export_source *source,
			  const struct nas_memory_model *memory,
			  struct nas_arena *arena, struct nas_err *err)
{
	return source->arch ? c_plan_make(p, source, memory, arena, err)
			    : c_graph_plan(p, source, memory, arena, err);
}

enum nas_status export_c(struct nas_text *out,
			 const struct export_source *source,
			 const struct export_options *options,
			 struct nas_arena *arena, struct nas_err *err)
{
	char name[C_NAME_MAX], upper[C_NAME_MAX];
	struct c_plan plan;

	c_identifier(name, source->graph->name, false);
	c_identifier(upper, name, true);
	if (c_plan_of(&plan, source, options->memory, arena, err) != NAS_OK)
		return err->code;
	export_part(out, name, ".h");
	c_write_header(out, &plan, name, upper, options);
	export_part(out, name, ".c");
	c_write_source(out, &plan, name, upper);
	export_part(out, name, "_test.c");
	c_write_test(out, &plan, name, upper);
	export_part(out, name, ".mk");
	add_makefile(out, name);
	return text_check(out, "C", err);
}
