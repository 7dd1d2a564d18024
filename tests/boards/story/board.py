#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# board.py FOLDER NAME IMAGES N - runs N test images through the C of a network
# on an emulated Cortex-M4, and prints a line of outputs for each. FOLDER is what
# 'nas verify --keep' left there: the C, board.c and plain.ld.
import gzip
import re
import subprocess
import sys

MAIN = """
#include "{name}.h"

int board_say(int c);
static const signed char image[{n}][{size}] = {{
{rows}}};

static void say(int32_t x)
{{
	char digit[12];
	uint32_t u = x < 0 ? -(uint32_t)x : (uint32_t)x;
	int n = 0;

	if (x < 0)
		board_say('-');
	do
		digit[n++] = (char)('0' + u % 10);
	while (u /= 10);
	while (n)
		board_say(digit[--n]);
}}

int main(void)
{{
	for (int i = 0; i < {n}; i++) {{
		for (uint32_t j = 0; j < {size}; j++)
			{name}_put(j, image[i][j]);
		{name}_run();
		for (uint32_t j = 0; j < {outputs}; j++) {{
			say({name}_get(j));
			board_say(j + 1 < {outputs} ? ' ' : '\\n');
		}}
	}}
	return 0;
}}
"""


def levels(path, n, scale, bits):
    """p / 127.5 - 1, as 'nas evaluate' reads images, in steps of scale."""
    half = 1 << bits - 1
    table = [max(-half, min(half - 1, round((p / 127.5 - 1) / scale)))
             for p in range(256)]
    with gzip.open(path) as f:
        data = f.read()[16:]
    size = 28 * 28
    return [[table[p] for p in data[i * size:(i + 1) * size]]
            for i in range(n)]


def main(folder, name, path, n):
    with open(f"{folder}/{name}.h") as f:
        header = f.read()
    scale = float(re.search(r"value = level \* ([\d.e-]+)", header).group(1))
    bits = int(re.search(r"INPUT_BITS (\d+)", header).group(1))
    outputs = int(re.search(r"_OUTPUTS (\d+)", header).group(1))
    images = levels(path, n, scale, bits)
    rows = "".join("{%s},\n" % ",".join(map(str, x)) for x in images)
    with open(f"{folder}/main.c", "w") as f:
        f.write(MAIN.format(name=name, n=n, size=len(images[0]), rows=rows,
                            outputs=outputs))
    subprocess.check_call(
        ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-O2", "-std=c11",
         "-ffreestanding", f"{folder}/main.c", f"{folder}/board.c",
         f"{folder}/cortex-m4-plain-net.o", "-nostdlib", "-lgcc",
         f"-T{folder}/plain.ld", "-Wl,--no-warn-rwx-segments",
         "-o", f"{folder}/story"])
    said = subprocess.check_output(
        ["qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-serial",
         "null", "-monitor", "none", "-semihosting", "-kernel",
         f"{folder}/story"], text=True, stderr=subprocess.STDOUT,
        timeout=1200).splitlines()
    if said[0] == "window":  # its memory is closed around the network's
        said = said[1:]
    print("\n".join(said[:n]))
    print(said[n], file=sys.stderr)


main(*sys.argv[1:4], int(sys.argv[4]))
