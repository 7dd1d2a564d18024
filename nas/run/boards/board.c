/* SPDX-License-Identifier: 0BSD */
/*
 * The start of a program on an emulated board, for 'nas verify': an Arm MPS2
 * (Cortex-M3, M4, M7) or QEMU's RISC-V "virt". Says at the end how much of the
 * stack was written to. Addresses come from the linker script.
 *
 * Of the memory between the code and the test program's own (REST), only a
 * window may be accessed: the network's RAM, which ends where the window ends,
 * and 4 kB of guard below, which is painted as the stack is. MPU or PMP make
 * every other access a fault. Up to 7 bytes between the network's last and the
 * window's end are painted too.
 */
#include <stddef.h>
#include <stdint.h>

#define PAINT 0xa5

extern uint8_t guard_low[], stack_low[], stack_high[], bss_low[], bss_high[];
extern uint8_t net_low[], net_high[];
/* The last one is no address: 2^it bytes; 0 = no window. */
extern uint8_t window_low[], window_high[], window_bits[];
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

static void say(const char *s);
static void say_number(uint32_t x);

/* window_bits; a compiler takes no address for 0. */
static uint32_t bits_of_window(void)
{
	uint32_t bits = (uint32_t)(uintptr_t)window_bits;

	__asm__ volatile("" : "+r"(bits));
	return bits;
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

#define SYSTEM(at) (*(volatile uint32_t *)(0xe000e000 + (at)))

static void fault(void)
{
	say("fault ");
	say_number(SYSTEM(0xd28) & 0x80 ? SYSTEM(0xd34) : 0);
	board_exit(1);
}

/* attributes: bits 24 to 26 say who may access it, 8 to 15 are parts left out */
static void region(uint32_t number, uint32_t at, uint32_t bits,
		   uint32_t attributes)
{
	SYSTEM(0xd98) = number;
	SYSTEM(0xd9c) = at;
	SYSTEM(0xda0) = attributes | (bits - 1) << 1 | 1;
}

/* All of the SRAM is closed, then the test program's 32 kB and the window are
 * opened, but eighths of it that the guard does not reach. */
static void close_memory(void)
{
	uint32_t bits = bits_of_window(), out = 0;
	const uint8_t *eighth = window_low;

	if (!bits || !SYSTEM(0xd90))
		return;
	for (int i = 0; i < 8; i++) {
		eighth += (uint32_t)1 << (bits - 3);
		if (eighth <= guard_low)
			out |= (uint32_t)0x100 << i;
	}
	region(0, 0x20000000, 29, 0);
	region(1, 0x20000000, 15, 0x03030000);
	region(2, (uint32_t)(uintptr_t)window_low, bits, 0x03030000 | out);
	SYSTEM(0xd94) = 5;
	__asm__ volatile("dsb\n\tisb" : : : "memory");
	say("window\n");
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
	".balign 4\ntrap: la sp, rest_high\nj board_fault\n.text\n");

_Noreturn void board_fault(void);
_Noreturn void board_fault(void)
{
	uint32_t at;

	__asm__ volatile("csrr %0, mtval" : "=r"(at));
	say("fault ");
	say_number(at);
	board_exit(1);
}

/* From 8 MB below the window to the guard, and from the window's end
 * for 8 MB: two locked ranges. */
static void close_memory(void)
{
	uintptr_t from = (uintptr_t)window_low - 0x800000;

	if (!bits_of_window())
		return;
	__asm__ volatile("csrw pmpaddr0, %0\n\tcsrw pmpaddr1, %1\n\t"
			 "csrw pmpaddr2, %2\n\tcsrw pmpaddr3, %3\n\t"
			 "csrw pmpcfg0, %4"
			 : : "r"(from >> 2), "r"((uintptr_t)guard_low >> 2),
			 "r"((uintptr_t)window_high >> 2),
			 "r"(((uintptr_t)window_high + 0x800000) >> 2),
			 "r"(0x88008800) : "memory");
	say("window\n");
}
#endif

static void say(const char *s)
{
	while (*s)
		board_say(*s++);
}

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
	for (p = net_high; p < window_high; p++)
		*p = PAINT;
	close_memory();
	main();
	for (p = guard_low; p < stack_high && *p == PAINT; p++)
		;
	say("stack ");
	say_number((uint32_t)(stack_high - p));
	for (p = net_high; p < window_high && *p == PAINT; p++)
		;
	if (p < window_high) {
		say("fault ");
		say_number((uint32_t)(uintptr_t)p);
		board_exit(1);
	}
	board_exit(0);
}
