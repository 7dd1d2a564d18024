/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "nas/run/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "nas/base/embedded.h"
#include "nas/base/process.h"

#define BUILD_S	   600
#define RUN_S	   600
#define CALLS_BYTES 1280 /* of stack, beside the kernels' buffers */
#define ARGS_MAX   48
#define WINDOW	   "window\n" /* what a board says that closed its memory */

static int64_t stack_bytes(const struct verify *v)
{
	return (c_stack_bytes(&v->plan) + CALLS_BYTES + 7) / 8 * 8;
}

/* Who takes feature maps: two pointers and a number, before an arena or behind
 * it, which begins at a multiple of 8. */
static int64_t static_bytes(const struct verify *v)
{
	return v->plan.nmaps ? 16 : 0;
}

/* Memory of the network: its arena, what is static beside it, and a stack. */
static int64_t ram_bytes(const struct verify *v)
{
	int64_t need = v->plan.arena_bytes + static_bytes(v) + stack_bytes(v);

	return v->job.ram_bytes > 0 ? (int64_t)v->job.ram_bytes : need;
}

#define GUARD  4096 /* bytes below the stack that are painted too */
#define BEHIND 0x200000U /* bytes of every board from the network's RAM on */

/* Where the network's RAM, of so many bytes, lies on a board: it ends where a
 * window of 2^bits bytes ends, to which the board closes its memory. */
struct place {
	uint32_t origin, low, high;
	int bits; /* 0: it is too large for a window */
};

static struct place place_of(const struct verify_target *t, int64_t ram)
{
	struct place p = {.origin = t->ram, .low = t->ram, .bits = 8};
	uint32_t size;

	while (((int64_t)1 << p.bits) < ram + GUARD + 8)
		p.bits++;
	if (((int64_t)1 << p.bits) > BEHIND) {
		p.bits = 0;
		p.high = p.low;
		return p;
	}
	size = (uint32_t)1 << p.bits;
	p.low = (t->ram + size - 1) / size * size;
	p.high = p.low + size;
	p.origin = (p.high - (uint32_t)ram) / 8 * 8;
	return p;
}

static void add_script(struct nas_text *s, const struct verify *v,
		       const struct verify_target *t, bool traced)
{
	int64_t ram = ram_bytes(v);
	int64_t stack =
		(ram - v->plan.arena_bytes - static_bytes(v)) / 8 * 8;
	struct place place;

	/* less than the kernels need does not link */
	if (stack < stack_bytes(v))
		stack = stack_bytes(v);
	ram += traced ? 64 : 0;
	place = place_of(t, ram);

	text_addf(s, "ENTRY(%s)\nMEMORY {\n",
		  strncmp(t->name, "rv", 2) == 0 ? "_start" : "board_start");
	text_addf(s, "FLASH (rx) : ORIGIN = %#x, LENGTH = 4M\n", t->flash);
	text_addf(s, "NET (rw) : ORIGIN = %#x, LENGTH = %" PRId64 "\n",
		  place.origin, ram);
	text_addf(s, "REST (rw) : ORIGIN = %#x, LENGTH = 32K\n}\n", t->rest);
	text_addf(s, "window_low = %#x;\nwindow_high = %#x;\nwindow_bits = %d;\n"
		  "rest_high = %#x;\nSECTIONS {\n",
		  place.low, place.high, place.bits, t->rest + 0x8000);
	text_addf(s,
		  ".text : { KEEP(*(.vectors)) KEEP(*(.start)) *(.text*) "
		  "*(.rodata*) *(.srodata*) } >FLASH\n"
		  ".ARM.exidx : { *(.ARM.exidx*) } >FLASH\n"
		  ".stack (NOLOAD) : { stack_low = .; . += %" PRId64 ";\n"
		  "stack_high = .; } >NET\n"
		  ".net (NOLOAD) : { net_low = .; *net*.o(.data* .bss* .sdata* "
		  ".sbss* COMMON)\nnet_high = .; } >NET\n"
		  ".bss (NOLOAD) : { bss_low = .; *(.bss* .sbss* COMMON)\n"
		  "bss_high = .; } >REST\n"
		  ".data : { *(.data* .sdata*) } >REST\n"
		  "guard_low = stack_low - %d;\n"
		  "ASSERT(SIZEOF(.data) == 0, \"no initialised data\")\n}\n",
		  stack, GUARD);
}

static enum nas_status write_part(const struct verify *v, const char *name,
				  struct nas_text *t, struct nas_err *err)
{
	(void)!text_write_in(t, v->dir, name, err);
	text_free(t);
	return err->code;
}

static enum nas_status write_board(const struct verify *v, struct nas_err *err)
{
	struct nas_text t = {0};

	text_add(&t, embedded_nas_run_boards_board_c);
	return write_part(v, "board.c", &t, err);
}

static enum nas_status write_export(struct verify *v, struct nas_err *err)
{
	struct nas_text t = {0};

	if (export_write(&t, export_format_find("c"), &v->source,
			 &v->job.export.options, v->arena, err) == NAS_OK)
		(void)!export_write_folder(v->dir, &t, err);
	text_free(&t);
	return err->code;
}

static enum nas_status make_dir(struct verify *v, struct nas_err *err)
{
	const char *tmp = getenv("TMPDIR");

	if (v->job.keep) {
		snprintf(v->dir, sizeof(v->dir), "%s", v->job.keep);
		return file_make_dir(v->dir, err);
	}
	snprintf(v->dir, sizeof(v->dir), "%s/nas-verify-XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(v->dir)) {
		int error = errno;

		v->dir[0] = '\0';
		return file_fail(err, "make a folder in",
				 tmp && *tmp ? tmp : "/tmp", error);
	}
	return NAS_OK;
}

enum nas_status verify_prepare(struct verify *v, const struct verify_job *job,
			       const char *path, const struct nas_run_env *env,
			       struct nas_err *err)
{
	*v = (struct verify){
		.job = *job, .path = path, .env = env, .arena = env->arena};
	v->job.export.format = export_format_find("c");
	if (export_job_source(&v->source, &v->job.export, path, env, err) !=
		    NAS_OK ||
	    c_plan_of(&v->plan, &v->source, job->export.options.memory,
		      env->arena, err) != NAS_OK ||
	    verify_expect(v, err) != NAS_OK || make_dir(v, err) != NAS_OK)
		return err->code;
	c_identifier(v->name, v->source.graph->name, false);
	v->macs = v->plan.macs;
	if (write_export(v, err) != NAS_OK)
		return err->code;
	return write_board(v, err);
}

void verify_close(struct verify *v)
{
	struct nas_err ignored = {0};

	if (v->dir[0] && !v->job.keep)
		(void)!file_remove_tree(v->dir, &ignored);
	text_free(&v->want);
}

/* ---- a target -------------------------------------------------------------- */

struct command {
	const char *arg[ARGS_MAX];
	int n;
	char buffer[16][4200]; /* of what is made */
	int nbuffers;
};

static void add(struct command *c, const char *arg)
{
	NAS_BUG_IF(c->n + 1 >= ARGS_MAX);
	c->arg[c->n++] = arg;
	c->arg[c->n] = NULL;
}

static void add_made(struct command *c, const char *fmt, ...) NAS_FORMAT(2, 3);
static void add_made(struct command *c, const char *fmt, ...)
{
	char *s = c->buffer[c->nbuffers++];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s, sizeof(c->buffer[0]), fmt, ap);
	va_end(ap);
	add(c, s);
}

static void add_compiler(struct command *c, const struct verify *v,
			 const struct verify_target *t, bool traced)
{
	char upper[C_NAME_MAX];

	c_identifier(upper, v->source.graph->name, true);
	*c = (struct command){0};
	add(c, t->compiler);
	for (int i = 0; t->flags[i]; i++)
		add(c, t->flags[i]);
	add(c, "-std=c11");
	add_made(c, "-DNAS_IMAGES=%d", traced ? v->job.images : 1);
	if (traced)
		add_made(c, "-D%s_TRACE", upper);
	else if (t->emulator)
		add(c, "-DNAS_TICKS=board_ticks");
	if (t->emulator) {
		add(c, "-DNAS_SAY=board_say");
		add(c, "-ffreestanding");
	}
}

/* What the compiler says goes to the row where it fails. */
static enum nas_status run_command(const struct command *c,
				   struct verify_row *row, const char *what,
				   struct nas_text *said, double limit_s,
				   struct nas_err *err)
{
	int status;

	if (process_run(c->arg, limit_s, said, &status, err) != NAS_OK)
		return err->code;
	if (status == 0)
		return NAS_OK;
	snprintf(row->differs, sizeof(row->differs), "%s: status %d", what,
		 status);
	text_addn(&row->log, said->data ? said->data : "", said->length);
	return NAS_OK;
}

static bool failed(const struct verify_row *row)
{
	return row->differs[0] != '\0';
}

static enum nas_status compile(struct verify *v, const struct verify_target *t,
			       bool traced, struct verify_row *row,
			       struct nas_err *err)
{
	const char *stem = traced ? "traced" : "plain";
	struct command c;
	struct nas_text said = {0};

	add_compiler(&c, v, t, traced);
	add(&c, "-c");
	add_made(&c, "%s/%s.c", v->dir, v->name);
	add(&c, "-o");
	add_made(&c, "%s/%s-%s-net.o", v->dir, t->name, stem);
	if (run_command(&c, row, "compiler", &said, BUILD_S, err) != NAS_OK)
		goto end;
	if (failed(row))
		goto end;
	add_compiler(&c, v, t, traced);
	add_made(&c, "%s/%s_test.c", v->dir, v->name);
	add_made(&c, "%s/%s-%s-net.o", v->dir, t->name, stem);
	if (t->emulator) {
		struct nas_text script = {0};

		add_made(&c, "%s/board.c", v->dir);
		add(&c, "-nostdlib");
		add(&c, "-lgcc");
		add_made(&c, "-T%s/%s.ld", v->dir, stem);
		add(&c, "-Wl,--no-warn-rwx-segments");
		add_script(&script, v, t, traced);
		if (write_part(v, traced ? "traced.ld" : "plain.ld", &script,
			       err) != NAS_OK)
			goto end;
	}
	add(&c, "-o");
	add_made(&c, "%s/%s-%s", v->dir, t->name, stem);
	(void)!run_command(&c, row, "linker", &said, BUILD_S, err);
end:
	text_free(&said);
	return err->code;
}

static double number_after(const struct nas_text *t, const char *word)
{
	const char *s = t->data ? strstr(t->data, word) : NULL;

	return s ? strtod(s + strlen(word), NULL) : 0;
}

/* What a board says of its memory; a window that it has not closed. */
static void look_for_fault(struct verify_row *row, const struct verify *v,
			   const struct verify_target *t, bool traced,
			   const struct nas_text *said)
{
	struct place place = place_of(t, ram_bytes(v) + (traced ? 64 : 0));
	const char *s = said->data ? said->data : "";
	double at;

	if (strstr(s, "fault ")) {
		at = number_after(said, "fault ");
		snprintf(row->differs, sizeof(row->differs),
			 "accesses %#" PRIx64 ", its RAM is %#" PRIx32
			 " to %#" PRIx32, (uint64_t)at, place.origin,
			 place.high);
	} else if (place.bits && !failed(row) && !strstr(s, WINDOW)) {
		snprintf(row->differs, sizeof(row->differs),
			 "the board has not closed its memory");
	}
}

static enum nas_status execute(struct verify *v, const struct verify_target *t,
			       bool traced, struct verify_row *row,
			       struct nas_text *said, struct nas_err *err)
{
	struct command c = {0};

	if (t->emulator) {
		add(&c, t->emulator);
		for (int i = 0; t->machine[i]; i++)
			add(&c, t->machine[i]);
		add(&c, "-kernel");
	}
	add_made(&c, "%s/%s-%s", v->dir, t->name, traced ? "traced" : "plain");
	if (run_command(&c, row, "program", said, RUN_S, err) != NAS_OK)
		return err->code;
	if (t->emulator)
		look_for_fault(row, v, t, traced, said);
	return NAS_OK;
}

/* The first line in which they differ. */
static void compare(struct verify_row *row, const struct nas_text *got,
		    const struct nas_text *want)
{
	const char *a = got->data ? got->data : "", *b = want->data;
	const char *image = b;

	if (strncmp(a, WINDOW, strlen(WINDOW)) == 0)
		a += strlen(WINDOW);
	while (*b) {
		size_t n = strcspn(b, "\n") + 1;
		int number = 1;

		if (strncmp(a, b, n) == 0) {
			a += n;
			b += n;
			continue;
		}
		n = strcspn(image, " ");
		for (const char *s = want->data + 1; s < b; s++)
			number += s[-1] == '\n' && strncmp(s, image, n + 1) == 0;
		snprintf(row->differs, sizeof(row->differs),
			 "%.*s, image %d", (int)strcspn(b, " \n"), b, number);
		return;
	}
}

static enum nas_status measure_sizes(struct verify *v,
				     const struct verify_target *t,
				     struct verify_row *row,
				     struct nas_err *err)
{
	struct command c = {0};
	struct nas_text said = {0};
	const char *line;

	if (!t->size || !process_exists(t->size))
		return NAS_OK;
	add(&c, t->size);
	add(&c, "-A");
	add(&c, "-d");
	add_made(&c, "%s/%s-plain-net.o", v->dir, t->name);
	(void)!run_command(&c, row, t->size, &said, BUILD_S, err);
	for (line = said.data; line && *line; line = strchr(line, '\n'), line += !!line) {
		char section[80];
		double n;

		if (sscanf(line, "%79s %lf", section, &n) != 2)
			continue;
		if (strncmp(section, ".text", 5) == 0)
			row->text_bytes += n;
		if (strstr(section, "rodata"))
			row->rodata_bytes += n;
	}
	text_free(&said);
	return err->code;
}

static enum nas_status measure(struct verify *v, const struct verify_target *t,
			       struct verify_row *row, struct nas_err *err)
{
	struct nas_text said = {0};

	row->ram_bytes = (double)ram_bytes(v);
	if (compile(v, t, false, row, err) == NAS_OK && !failed(row) &&
	    execute(v, t, false, row, &said, err) == NAS_OK && !failed(row)) {
		row->stack_bytes = number_after(&said, "stack ");
		row->instructions = number_after(&said, "ticks ") *
				    t->ticks / t->of_ticks;
		(void)!measure_sizes(v, t, row, err);
	}
	text_free(&said);
	if (row->stack_bytes >
	    (double)(ram_bytes(v) - v->plan.arena_bytes))
		snprintf(row->differs, sizeof(row->differs),
			 "the stack needs %.0f bytes", row->stack_bytes);
	return err->code;
}

enum nas_status verify_run(struct verify *v, const struct verify_target *t,
			   struct verify_row *row, struct nas_err *err)
{
	struct nas_text said = {0};

	*row = (struct verify_row){0};
	if (t->runtime) {
		(void)!verify_runtime_run(v, t->runtime, row, err);
		row->equal = !failed(row) && !row->left_out[0];
		return err->code;
	}
	if (compile(v, t, true, row, err) == NAS_OK && !failed(row) &&
	    execute(v, t, true, row, &said, err) == NAS_OK && !failed(row))
		compare(row, &said, &v->want);
	text_free(&said);
	if (err->code == NAS_OK && !failed(row) && t->emulator)
		(void)!measure(v, t, row, err);
	row->equal = !failed(row);
	return err->code;
}

bool verify_holds(const struct verify *v, const struct verify_target *t,
		  const struct verify_row *row)
{
	bool floats = t->runtime && !t->runtime->tflite && !v->source.arch;
	bool tflite = t->runtime && t->runtime->tflite;
	double off = row->levels_off;

	return row->equal || row->left_out[0] || (floats && off > 0 && off < 256) ||
	       (tflite && off > 0 && off <= 1);
}
