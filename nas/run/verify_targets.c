/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "nas/base/process.h"
#include "nas/run/verify.h"

#define ARM "arm-none-eabi-gcc"
#define MPS2(board)                                                            \
	{"-M", board, "-display", "none", "-serial", "null", "-monitor",       \
	 "none", "-semihosting", "-icount", "shift=5"}
#define CORTEX(cpu, text, board)                                               \
	{cpu,                                                                  \
	 text,                                                                 \
	 ARM,                                                                  \
	 "qemu-system-arm",                                                    \
	 {"-mcpu=" cpu, "-mthumb", "-O2"},                                     \
	 MPS2(board),                                                          \
	 "arm-none-eabi-size",                                                 \
	 0x00000000,                                                           \
	 0x20010000,                                                           \
	 0x20000000,                                                           \
	 5,                                                                    \
	 4,                                                                    \
	 NULL}

/* A tick of the Arm boards' timer is 40 ns, an instruction 32 ns. */
const struct verify_target verify_targets[] = {
	{"host",
	 "this machine, address and undefined sanitizers",
	 "cc",
	 NULL,
	 {"-O1", "-g", "-fsanitize=address,undefined",
	  "-fno-sanitize-recover=all", "-Wall", "-Wextra", "-Wpedantic",
	  "-Werror"},
	 {NULL},
	 NULL,
	 0,
	 0,
	 0,
	 0,
	 1,
	 NULL},
	CORTEX("cortex-m4", "emulated, with Arm DSP instructions",
	       "mps2-an386"),
	CORTEX("cortex-m7", "emulated, with Arm DSP instructions",
	       "mps2-an500"),
	CORTEX("cortex-m3", "emulated, without: the portable kernels",
	       "mps2-an385"),
	{"rv32imc",
	 "emulated RISC-V",
	 "riscv64-unknown-elf-gcc",
	 "qemu-system-riscv32",
	 {"-march=rv32imc", "-mabi=ilp32", "-O2"},
	 {"-M", "virt", "-bios", "none", "-display", "none", "-serial",
	  "stdio", "-monitor", "none", "-icount", "shift=5"},
	 "riscv64-unknown-elf-size",
	 0x80000000,
	 0x81000000,
	 0x82000000,
	 1,
	 1,
	 NULL},
	{.name = "onnxruntime",
	 .help = "its ONNX file in ONNX Runtime",
	 .runtime = &verify_onnx},
	{.name = "tflite",
	 .help = "its TFLite file in TensorFlow Lite's interpreter",
	 .runtime = &verify_tflite},
	{0},
};

const struct verify_target *verify_target_find(const char *name)
{
	for (int i = 0; verify_targets[i].name; i++)
		if (strcmp(verify_targets[i].name, name) == 0)
			return &verify_targets[i];
	return NULL;
}

const char *verify_missing(const struct verify_target *t)
{
	if (t->runtime)
		return verify_runner_of(t->runtime) ? NULL : t->runtime->needs;
	if (!process_exists(t->compiler))
		return t->compiler;
	if (t->emulator && !process_exists(t->emulator))
		return t->emulator;
	return NULL;
}
