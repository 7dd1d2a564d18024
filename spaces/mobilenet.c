/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/mobilenet.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define CLASSES 1000

struct run { /* n equal blocks, the first with the stride */
	int kernel, out, n, stride;
	double expansion; /* hidden / in; 0 = separable, without expansion */
	bool se;
};

struct family {
	int stem;   /* channels of the first conv */
	int last;   /* of the last conv, grows with the width; 0 = none */
	int times;  /* or so many times what reaches it */
	int hidden; /* of the head; 0 = none */
	bool cut;   /* widths are cut to integers */
	struct run run[16];
};

const char *const mobilenet_names[MOBILENETS] = {
	[MOBILENET_V1] = "mobilenet_v1",
	[MOBILENET_V2] = "mobilenet_v2",
	[MOBILENET_V3_LARGE] = "mobilenet_v3_large",
	[MOBILENET_V3_SMALL] = "mobilenet_v3_small",
};

/* V3's tables give hidden channels at width 1, of an input. */
#define OF(hidden, in) ((double)(hidden) / (in))

static const struct family families[MOBILENETS] = {
	[MOBILENET_V1] = { 32, 0, 0, 0, true, {
		{ 3, 64, 1, 1, 0, false },   { 3, 128, 1, 2, 0, false },
		{ 3, 128, 1, 1, 0, false },  { 3, 256, 1, 2, 0, false },
		{ 3, 256, 1, 1, 0, false },  { 3, 512, 1, 2, 0, false },
		{ 3, 512, 5, 1, 0, false },  { 3, 1024, 1, 2, 0, false },
		{ 3, 1024, 1, 1, 0, false } } },
	[MOBILENET_V2] = { 32, 1280, 0, 0, false, {
		{ 3, 16, 1, 1, 0, false }, { 3, 24, 2, 2, 6, false },
		{ 3, 32, 3, 2, 6, false }, { 3, 64, 4, 2, 6, false },
		{ 3, 96, 3, 1, 6, false }, { 3, 160, 3, 2, 6, false },
		{ 3, 320, 1, 1, 6, false } } },
	[MOBILENET_V3_LARGE] = { 16, 0, 6, 1280, false, {
		{ 3, 16, 1, 1, 0, false },
		{ 3, 24, 1, 2, OF(64, 16), false },
		{ 3, 24, 1, 1, OF(72, 24), false },
		{ 5, 40, 1, 2, OF(72, 24), true },
		{ 5, 40, 2, 1, OF(120, 40), true },
		{ 3, 80, 1, 2, OF(240, 40), false },
		{ 3, 80, 1, 1, OF(200, 80), false },
		{ 3, 80, 2, 1, OF(184, 80), false },
		{ 3, 112, 1, 1, OF(480, 80), true },
		{ 3, 112, 1, 1, OF(672, 112), true },
		{ 5, 160, 1, 2, OF(672, 112), true },
		{ 5, 160, 2, 1, OF(960, 160), true } } },
	[MOBILENET_V3_SMALL] = { 16, 0, 6, 1024, false, {
		{ 3, 16, 1, 2, 0, false }, /* and squeeze-and-excitation */
		{ 3, 24, 1, 2, OF(72, 16), false },
		{ 3, 24, 1, 1, OF(88, 24), false },
		{ 5, 40, 1, 2, OF(96, 24), true },
		{ 5, 40, 2, 1, OF(240, 40), true },
		{ 5, 48, 1, 1, OF(120, 40), true },
		{ 5, 48, 1, 1, OF(144, 48), true },
		{ 5, 96, 1, 2, OF(288, 48), true },
		{ 5, 96, 2, 1, OF(576, 96), true } } },
};

/* Letters and digits of a name, in lower case, without "mobilenet". */
static void bare(char *out, size_t size, const char *name)
{
	static const char prefix[] = "mobilenet";
	size_t n = 0;

	for (; *name && n + 1 < size; name++)
		if (isalnum((unsigned char)*name))
			out[n++] = (char)tolower((unsigned char)*name);
	out[n] = '\0';
	if (strncmp(out, prefix, sizeof(prefix) - 1) == 0)
		memmove(out, out + sizeof(prefix) - 1,
			n + 2 - sizeof(prefix));
}

int mobilenet_find(const char *name)
{
	char want[64], have[64];

	bare(want, sizeof(want), name);
	for (int i = 0; i < MOBILENETS; i++) {
		bare(have, sizeof(have), mobilenet_names[i]);
		if (strcmp(want, have) == 0)
			return i;
	}
	return -1;
}

/* To a multiple of 8, never down by more than 10 %. */
static int divisible(double x)
{
	int y = (int)(x + 4) / 8 * 8;

	y = y > 8 ? y : 8;
	return y < 0.9 * x ? y + 8 : y;
}

static int width_of(const struct family *f, int channels, double width)
{
	if (f->cut)
		return (int)fmax(8, channels * width);
	return divisible(channels * width);
}

static struct block *add_block(struct arch *arch, int in, int out, int kernel,
			       int stride)
{
	struct block *b = &arch->block[arch->nblocks];

	*b = (struct block){ .kind = BLOCK_CONV, .in = in, .out = out,
			     .kernel = kernel, .stride = stride,
			     .entry = arch->nblocks++ };
	return b;
}

/* Returns the channels behind the run. */
static int add_run(struct arch *arch, const struct run *r, int in, int out)
{
	for (int i = 0; i < r->n; i++, in = out) {
		struct block *b = add_block(arch, in, out, r->kernel,
					    i ? 1 : r->stride);

		b->kind = r->expansion > 0 ? BLOCK_MBCONV : BLOCK_DWSEP;
		if (r->expansion > 0)
			b->hidden = divisible(in * r->expansion);
		if (r->se)
			b->squeeze = divisible(b->hidden / 4.0);
	}
	return in;
}

static void add_blocks(struct arch *arch, const struct family *f, double width)
{
	int in = width_of(f, f->stem, width), most = f->last;

	add_block(arch, 3, in, 3, 2);
	for (const struct run *r = f->run; r->n; r++)
		in = add_run(arch, r, in, width_of(f, r->out, width));
	if (f->times)
		most = f->times * in;
	else if (width > 1)
		most = divisible(f->last * width);
	if (most)
		add_block(arch, in, most, 1, 1);
	arch->head.hidden = width > 1 && f->hidden
				    ? divisible(f->hidden * width)
				    : f->hidden;
}

static char *name_of(enum mobilenet kind, double width, int side,
		     struct arena *arena)
{
	char name[80];

	snprintf(name, sizeof(name), "%s %g %d", mobilenet_names[kind], width,
		 side);
	return arena_strdup(arena, name);
}

enum nas_status mobilenet_make(struct arch *arch, enum mobilenet kind,
			       double width, int side, struct arena *arena,
			       struct nas_err *err)
{
	*arch = (struct arch){ .name = name_of(kind, width, side, arena),
			       .height = side, .width = side, .channels = 3,
			       .head.classes = CLASSES };
	arch->block = NAS_NEW(arena, struct block, 32);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	add_blocks(arch, &families[kind], width);
	return arch_check(arch, err);
}
