/* SPDX-License-Identifier: 0BSD */
/* The test program of a network; what stands above the line is put in. */
#include <stdint.h>

#define INPUTS	   4
#define INPUT_BITS 8
#define OUTPUTS	   0
#define MAPS(take) ((void)(take))
int32_t NET_get(uint32_t index);
void NET_put(uint32_t index, int level);
void NET_run(void);
void NET_trace(const char *tensor, uint32_t index, uint32_t count,
	       int32_t level);

/* ---- the test: runs NAS_IMAGES pictures, made by a generator, and prints of
 * each output "output count sum": the sum of a hash over index and value, which
 * does not ask for an order. With the network's _TRACE it prints the same of
 * every tensor that layers read. NAS_SAY: prints a character, where there is no
 * stdio; NAS_TICKS: a clock that counts down. */
#ifndef NAS_SAY
#include <stdio.h>
#define NAS_SAY putchar
#else
extern int NAS_SAY(int c);
#endif
#ifdef NAS_TICKS
extern uint32_t NAS_TICKS(void);
#endif
#ifndef NAS_IMAGES
#define NAS_IMAGES 2
#endif

static const char *last_tensor;
static uint32_t last_count, last_sum;

static void say(const char *s)
{
	while (*s)
		NAS_SAY(*s++);
}

static void say_number(uint32_t x)
{
	char digits[11];
	int n = 10;

	digits[n] = '\0';
	do {
		digits[--n] = (char)('0' + x % 10);
		x /= 10;
	} while (x);
	say(" ");
	say(digits + n);
}

static void flush(void)
{
	if (last_tensor) {
		say(last_tensor);
		say_number(last_count);
		say_number(last_sum);
		say("\n");
	}
	last_tensor = 0;
}

static uint32_t hash(uint32_t index, int32_t level)
{
	uint32_t h = index * 2654435761u ^ (uint32_t)level * 2246822519u;

	h ^= h >> 15;
	h *= 2246822519u;
	return h ^ h >> 13;
}

void NET_trace(const char *tensor, uint32_t index, uint32_t count,
	       int32_t level)
{
	if (index == 0 || tensor != last_tensor) {
		flush();
		last_tensor = tensor;
		last_count = count;
		last_sum = 0;
	}
	last_sum += hash(index, level);
}

static uint32_t map_sum[32];
static uint32_t map_count[32];

static void take(void *context, int map, uint32_t index, int32_t value)
{
	(void)context;
	map_sum[map] += hash(index, value);
	map_count[map]++;
}

static void say_output(void)
{
	uint32_t n = OUTPUTS, sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += hash(i, NET_get(i));
	if (n) {
		say("output");
		say_number(n);
		say_number(sum);
		say("\n");
	}
}

static void say_maps(void)
{
	for (int i = 0; i < 32; i++) {
		if (map_count[i]) {
			say("map");
			say_number((uint32_t)i);
			say_number(map_count[i]);
			say_number(map_sum[i]);
			say("\n");
		}
		map_sum[i] = map_count[i] = 0;
	}
}

static void run(void)
{
#ifdef NAS_TICKS
	uint32_t before = NAS_TICKS();
#endif
	NET_run();
#ifdef NAS_TICKS
	say("ticks");
	say_number(before - NAS_TICKS());
	say("\n");
#endif
}

/* Levels around 0 as networks are made for; every fourth picture any levels. */
static int next_level(uint32_t *state, uint32_t image)
{
	int half = 1 << (INPUT_BITS - 1), level;
	uint32_t x = *state = *state * 1664525u + 1013904223u;

	if (image % 4 == 3)
		level = (int)(x >> (32 - INPUT_BITS)) - half;
	else
		level = (int)((x >> 29) + (x >> 26 & 7) + (x >> 23 & 7) +
			      (x >> 20 & 7)) - 14;
	return level < -half ? -half : level >= half ? half - 1 : level;
}

int main(void)
{
	uint32_t state = 1;

	MAPS(take);
	for (uint32_t image = 0; image < NAS_IMAGES; image++) {
		for (uint32_t i = 0; i < INPUTS; i++)
			NET_put(i, next_level(&state, image));
		run();
		flush();
		say_maps();
		say_output();
	}
	return 0;
}
