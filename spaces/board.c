/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A kB of a chip's data sheet is 1024 bytes, so 320 kB are 327680 bytes. The
 * whole memory is named; what the firmware needs beside the network is for
 * the config to take off.
 *
 * Bits: CMSIS-NN and ESP-NN run int8 activations, CMSIS-NN with int8 or int4
 * weights. CMix-NN and the like run 2, 4 and 8 bits of both on Cortex-M. No
 * common kernel runs 3, 5, 6 or 7 bits as such; such values are stored packed
 * and widened.
 */
#include "spaces/board.h"

#include <stddef.h>
#include <string.h>

#define KB 1024.0
#define MB (1024.0 * 1024.0)

#define CORTEX_M_KERNELS                                                     \
	"CMSIS-NN: int8 activations, int8 or int4 weights; CMix-NN: 2, 4 "   \
	"and 8 bits of both"

const struct nas_board boards[] = {
	{
		.name = "stm32f412",
		.title = "STM32F412, Cortex-M4, 256 kB SRAM, 1 MB Flash",
		.sram_bytes = 256 * KB,
		.flash_bytes = 1 * MB,
		.kernels = CORTEX_M_KERNELS,
		.bits_w = { 2, 4, 8 },
		.bits_a = { 2, 4, 8 },
	},
	{
		.name = "stm32f746",
		.title = "STM32F746, Cortex-M7, 320 kB SRAM, 1 MB Flash",
		.sram_bytes = 320 * KB,
		.flash_bytes = 1 * MB,
		.kernels = CORTEX_M_KERNELS,
		.bits_w = { 2, 4, 8 },
		.bits_a = { 2, 4, 8 },
	},
	{
		.name = "stm32h743",
		.title = "STM32H743, Cortex-M7, 512 kB of AXI SRAM (1 MB of "
			 "RAM in all), 2 MB Flash",
		.sram_bytes = 512 * KB,
		.flash_bytes = 2 * MB,
		.kernels = CORTEX_M_KERNELS,
		.bits_w = { 2, 4, 8 },
		.bits_a = { 2, 4, 8 },
		.latency = "stm32h743-tinyengine",
	},
	{
		.name = "nrf52840",
		.title = "nRF52840, Cortex-M4, 256 kB RAM, 1 MB Flash",
		.sram_bytes = 256 * KB,
		.flash_bytes = 1 * MB,
		.kernels = CORTEX_M_KERNELS,
		.bits_w = { 2, 4, 8 },
		.bits_a = { 2, 4, 8 },
	},
	{
		.name = "nrf52832",
		.title = "nRF52832, Cortex-M4, 64 kB RAM, 512 kB Flash",
		.sram_bytes = 64 * KB,
		.flash_bytes = 512 * KB,
		.kernels = CORTEX_M_KERNELS,
		.bits_w = { 2, 4, 8 },
		.bits_a = { 2, 4, 8 },
	},
	{
		.name = "stm32f446",
		.title = "STM32F446, Cortex-M4, 128 kB SRAM, 512 kB Flash",
		.sram_bytes = 128 * KB,
		.flash_bytes = 512 * KB,
		.kernels = CORTEX_M_KERNELS,
		.bits_w = { 2, 4, 8 },
		.bits_a = { 2, 4, 8 },
	},
	{
		.name = "esp32-s3",
		.title = "ESP32-S3, Xtensa LX7, 512 kB SRAM, 8 MB Flash of a "
			 "common module (N8; the chip itself has none)",
		.sram_bytes = 512 * KB,
		.flash_bytes = 8 * MB,
		.kernels = "ESP-NN: int8 activations and weights",
		.bits_w = { 8 },
		.bits_a = { 8 },
		.latency = "esp32s3-espnn",
	},
	{
		.name = "rp2040",
		.title = "RP2040, Cortex-M0+, 264 kB SRAM, 2 MB external "
			 "Flash of the Raspberry Pi Pico",
		.sram_bytes = 264 * KB,
		.flash_bytes = 2 * MB,
		.kernels = "CMSIS-NN (plain C, no DSP): int8 activations, "
			   "int8 or int4 weights",
		.bits_w = { 4, 8 },
		.bits_a = { 8 },
	},
};

const int nboards = sizeof(boards) / sizeof(boards[0]);

const struct nas_board *board_find(const char *name)
{
	for (int i = 0; i < nboards; i++)
		if (strcmp(boards[i].name, name) == 0)
			return &boards[i];
	return NULL;
}
