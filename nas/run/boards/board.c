/* SPDX-License-Identifier: 0BSD */
/*
 * The start of a program on an emulated board, for 'nas verify': an Arm MPS2
 * (Cortex-M3, M4, M7) or QEMU's RISC-V "virt". Says at the end how much of the
 * stack was written to. Addresses come from the linker script.
 */
#include <stddef.h>
#include <stdint.h>

#define PAINT 0xa5

extern uint8_t guard_low[], stack_low[], stack_high[], bss_low[], bss_high[];
extern uint8_t net_low[], net_high[];
int main(void);
int board_say(int c);
uint32_t board_ticks(void);
_Noreturn void board_exit(int status);
_Noreturn void board_start(void);

void *memset(void *p, int c, size_t n);
void *memcpy(void *restrict to, const void *restrict from, size_t n);

void *memset(void *p, int c, size_t n)
{
	for (volatile uint8_t *b = p; n; n--)
		*b++ = (uint8_t)c;
	return p;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	volatile uint8_t *a = to;

	for (const uint8_t *b = from; n; n--)
		*a++ = *b++;
	return to;
}

#ifdef __arm__
#define TIMER ((volatile uint32_t *)0x40000000) /* control, value, reload */

static int semihosting(int operation, const void *argument)
{
	register int r0 __asm__("r0") = operation;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

int board_say(int c)
{
	char byte = (char)c;

	semihosting(3, &byte);
	return c;
}

_Noreturn void board_exit(int status)
{
	semihosting(0x18, (const void *)(status ? 0x20023 : 0x20026));
	for (;;)
		;
}

/* 25 million a second, down. */
uint32_t board_ticks(void)
{
	if (!TIMER[0]) {
		TIMER[1] = TIMER[2] = 0xffffffff;
		TIMER[0] = 1;
	}
	return TIMER[1];
}

static void fault(void)
{
	for (const char *s = "fault\n"; *s; s++)
		board_say(*s);
	board_exit(1);
}

__attribute__((section(".vectors"), used)) static const struct {
	void *stack;
	void (*start)(void);
	void (*fault[14])(void);
} vectors = {stack_high, board_start, {fault, fault, fault, fault, fault}};
#else
__asm__(".option arch, +zicsr");

int board_say(int c)
{
	*(volatile uint8_t *)0x10000000 = (uint8_t)c;
	return c;
}

_Noreturn void board_exit(int status)
{
	*(volatile uint32_t *)0x100000 = status ? 0x13333 : 0x5555;
	for (;;)
		;
}

/* Instructions, down: the counter has 32 ns for each. */
uint32_t board_ticks(void)
{
	uint32_t high, low, again;

	do {
		__asm__ volatile("rdinstreth %0" : "=r"(high));
		__asm__ volatile("rdinstret %0" : "=r"(low));
		__asm__ volatile("rdinstreth %0" : "=r"(again));
	} while (high != again);
	return -(high << 27 | low >> 5);
}

__asm__(".section .start,\"ax\"\n.globl _start\n_start:\n"
	"la sp, stack_high\nla t0, trap\ncsrw mtvec, t0\nj board_start\n"
	".balign 4\ntrap: li a0, 1\nj board_exit\n.text\n");
#endif

static void say_number(uint32_t x)
{
	char digits[11];
	int n = 0;

	do {
		digits[n++] = (char)('0' + x % 10);
		x /= 10;
	} while (x);
	while (n)
		board_say(digits[--n]);
	board_say('\n');
}

_Noreturn void board_start(void)
{
	volatile uint8_t *p;
	uint8_t here;

	for (p = net_low; p < net_high; p++)
		*p = 0;
	for (p = bss_low; p < bss_high; p++)
		*p = 0;
	for (p = guard_low; p < &here - 64; p++)
		*p = PAINT;
	main();
	for (p = guard_low; p < stack_high && *p == PAINT; p++)
		;
	for (const char *s = "stack "; *s; s++)
		board_say(*s);
	say_number((uint32_t)(stack_high - p));
	board_exit(0);
}
