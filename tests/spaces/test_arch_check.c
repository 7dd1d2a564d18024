/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Architectures that a program made, with one thing wrong at a time. */
#include "tests/check.h"

#include "spaces/arch.h"

static struct nas_block blocks[2];

static struct nas_arch good(void)
{
	blocks[0] = (struct nas_block){ .kind = BLOCK_CONV, .in = 3, .out = 8,
				    .kernel = 3, .stride = 2,
				    .bits_a = { 8 }, .bits_w = { 8 } };
	blocks[1] = (struct nas_block){ .kind = BLOCK_MBCONV, .in = 8, .out = 8,
				    .hidden = 16, .kernel = 3, .stride = 1,
				    .bits_a = { 4, 4, 4 },
				    .bits_w = { 4, 4, 4 } };
	return (struct nas_arch){ .height = 32, .width = 32, .channels = 3,
			      .nblocks = 2, .block = blocks,
			      .head = { .classes = 10, .bits_a = 8, .bits_w = 8 } };
}

static void test_good(void **state)
{
	struct nas_arch arch = good();
	struct nas_err err = {0};

	(void)state;
	CHECK_OK(arch_check(&arch, &err), &err);
	arch.nblocks = 1;
	arch.head = (struct nas_head){0};
	CHECK_OK(arch_check(&arch, &err), &err);
}

/* Set one int of the network to x: refused with the message. */
static void refuses(size_t offset, int x, const char *message)
{
	struct nas_arch arch = good();
	struct nas_err err = {0};

	memcpy((char *)&arch + offset, &x, sizeof(x));
	CHECK_FAILS(arch_check(&arch, &err), NAS_EINPUT, &err, message);
}

/* The same in block b. */
static void refuses_block(int b, size_t offset, int x, const char *message)
{
	struct nas_arch arch = good();
	struct nas_err err = {0};
	char path[32];

	memcpy((char *)&blocks[b] + offset, &x, sizeof(x));
	CHECK_FAILS(arch_check(&arch, &err), NAS_EINPUT, &err, message);
	snprintf(path, sizeof(path), "/blocks/%d", b);
	assert_string_equal(nas_err_path(&err, 0), path);
}

#define REFUSES(member, x, message)                                          \
	refuses(offsetof(struct nas_arch, member), (x), (message))
#define REFUSES_BLOCK(b, member, x, message)                                 \
	refuses_block((b), offsetof(struct nas_block, member), (x), (message))

static void test_network(void **state)
{
	(void)state;
	REFUSES(height, 0, "input height 0 is outside 1 .. 8192");
	REFUSES(width, ARCH_SIDE_MAX + 1, "input width 8193 is outside");
	REFUSES(width, 1, "cannot be strided so far");
	REFUSES(channels, -3, "channels -3");
	REFUSES(channels, 4, "in 3 is not the 4 channels of the input");
	REFUSES(nblocks, 0, "number of blocks 0");
	REFUSES(nblocks, ARCH_BLOCKS_MAX + 1, "number of blocks 1025");
	REFUSES(head.classes, -1, "classes -1");
	REFUSES(head.classes, ARCH_CLASSES_MAX + 1, "classes");
	REFUSES(head.bits_a, 33, "head bits_a 33");
	REFUSES(head.bits_w, -1, "head bits_w -1");
	REFUSES(nstage_weights, 2, "2 stage weights for 1 stages");
	REFUSES(nstage_weights, ARCH_STAGES_MAX + 1, "stage weights 33");
}

static void test_block(void **state)
{
	(void)state;
	REFUSES_BLOCK(0, kind, BLOCK_KINDS, "unknown kind");
	REFUSES_BLOCK(0, kind, -1, "unknown kind");
	REFUSES_BLOCK(1, in, 9, "in 9 is not the out 8");
	REFUSES_BLOCK(1, out, 0, "out 0 is outside");
	REFUSES_BLOCK(1, out, ARCH_CHANNELS_MAX + 1, "out 65537 is outside");
	REFUSES_BLOCK(1, hidden, 0, "hidden 0 is outside 1");
	REFUSES_BLOCK(0, hidden, 4, "hidden 4 is outside 0 .. 0");
	REFUSES_BLOCK(0, squeeze, 4, "squeeze 4 is outside 0 .. 0");
	REFUSES_BLOCK(1, squeeze, -1, "squeeze -1");
	REFUSES_BLOCK(1, kernel, 2, "kernel 2 is even");
	REFUSES_BLOCK(1, kernel, 33, "kernel 33 is outside 1 .. 31");
	REFUSES_BLOCK(1, stride, 0, "stride 0");
	REFUSES_BLOCK(1, stride, 5, "stride 5");
	REFUSES_BLOCK(1, bits_a[1], 33, "bits_a 33");
	REFUSES_BLOCK(1, bits_w[2], -1, "bits_w -1");
	REFUSES_BLOCK(1, bits_w[2], 0, "some convolutions have bits");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_block),
	};

	return CHECK_RUN("arch_check", tests);
}
