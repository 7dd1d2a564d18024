#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instructions of each layer of a network's C on an emulated board.

    layers.py NAS NETWORK TARGET [MOST]

Prints layer, kind, channels, bits, multiply-accumulates, instructions, their
quotient; behind them each kind's. Fails where 1x1 convolutions of 8-bit weights,
or those of 4-bit weights, together need more than MOST instructions each. The calls of NAME_run() are put between two
readings of the board's clock. Of architectures, and of networks on grids.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BOARDS = {
    "cortex-m4": ("mps2-an386", ["-mcpu=cortex-m4", "-mthumb"]),
    "cortex-m7": ("mps2-an500", ["-mcpu=cortex-m7", "-mthumb"]),
    "cortex-m3": ("mps2-an385", ["-mcpu=cortex-m3", "-mthumb"]),
    "rv32imc": (None, ["-march=rv32imc", "-mabi=ilp32"])}
FIELDS = ("height width in out kernel stride bits_x bits_w bits_y bits_r "
          "bits_b").split()


def layers(source):
    table = source[source.index("struct layer layers[] = {"):]
    for row in re.findall(r"\n\t\{(\w+,.*?\n.*?)\}",
                          table[:table.index("\n};")]):
        numbers = [int(x) for x in re.findall(r"\b\d+\b", row.split("\n")[1])]
        yield dict(zip(FIELDS, numbers))


GRID = ("rows columns groups zero_x zero_y low high kernel_y kernel_x stride_y "
        "stride_x").split()


def with_grids(source, rows):
    """Layers with the kernels and outputs of their grids."""
    if "struct grid grids[] = {" not in source:
        return rows
    table = source[source.index("struct grid grids[] = {"):]
    table = re.findall(r"\n\t\{\w+, \w+, \w+, (.*?)\}",
                       table[:table.index("\n};")], re.S)
    for row, grid in zip(rows, table):
        row.update(zip(GRID, (int(x) for x in re.findall(r"-?\d+", grid))))
    return rows


def kind_of(call, layer):
    if call.startswith("depthwise"):
        return "depthwise"
    if layer["height"] * layer["width"] == 1:
        return "dense"
    if "rows" in layer:
        return "conv" if layer["kernel_y"] * layer["kernel_x"] > 1 else "pointwise"
    return "pointwise" if layer["kernel"] == 1 else "conv"


def macs(kind, l):
    if "rows" in l:
        each = 1 if kind == "depthwise" else l["in"]
        return (l["rows"] * l["columns"] * l["kernel_y"] * l["kernel_x"] *
                each * l["out"])
    s = l["stride"]
    pixels = ((l["height"] + s - 1) // s) * ((l["width"] + s - 1) // s)
    each = 1 if kind == "depthwise" else l["in"]
    return pixels * l["kernel"] ** 2 * each * l["out"]


def clocked(source):
    """The source that says after each call of NAME_run() what it took."""
    head, body = source.rsplit("_run(void)\n{\n", 1)
    body, rest = body.split("\n}\n", 1)
    body = re.sub(r"\n\t((?:convolve|depthwise)(?:_grid)?\(&layers\[(\d+)\][^;]*;)",
                  r"\n\tlayer_before();\n\t\1\n\tlayer_after(\2);",
                  "\n" + body)
    return ("void layer_before(void);\nvoid layer_after(unsigned);\n" + head +
            "_run(void)\n{" + body + "\n}\n" + rest)


CLOCK = """
#include <stdint.h>
extern uint32_t board_ticks(void);
extern int board_say(int);
static uint32_t start;
static void number(uint32_t x)
{
	for (uint32_t d = 1000000000; d; d /= 10)
		board_say('0' + (int)(x / d % 10));
}
void layer_before(void);
void layer_before(void) { start = board_ticks(); }
void layer_after(unsigned i);
void layer_after(unsigned i)
{
	uint32_t took = start - board_ticks();
	board_say('@');
	number(i);
	board_say(' ');
	number(took);
	board_say('\\n');
}
"""


def run(nas, network, target):
    board, flags = BOARDS[target]
    arm = board is not None
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        subprocess.run([nas, "verify", network, "-t", target, "-n", "1",
                        "--keep", folder, "--force"], check=True,
                       stdout=subprocess.DEVNULL)
        path = next(p for p in work.glob("*.c")
                    if (work / (p.stem + "_test.c")).exists())
        source = path.read_text()
        (work / "clocked-net.c").write_text(clocked(source))
        (work / "clock.c").write_text(CLOCK)
        script = (work / "plain.ld").read_text()
        # no window: the readings need some stack more
        script = re.sub(r"window_bits = \d+", "window_bits = 0", script)
        (work / "clock.ld").write_text(script)
        tool = "arm-none-eabi-gcc" if arm else "riscv64-unknown-elf-gcc"
        common = [tool, *flags, "-O2", "-std=c11", "-ffreestanding",
                  "-DNAS_SAY=board_say"]
        subprocess.run([*common, "-c", "-o", work / "clocked-net.o",
                        work / "clocked-net.c"], check=True)
        subprocess.run(
            [*common, "-DNAS_IMAGES=1", "-nostdlib", "-T", work / "clock.ld",
             "-o", work / "clocked", work / "clocked-net.o", work / "clock.c",
             work / (path.stem + "_test.c"), work / "board.c", "-lgcc"],
            check=True)
        if arm:
            emulator = ["qemu-system-arm", "-M", board, "-display", "none",
                        "-serial", "null", "-monitor", "none", "-semihosting"]
        else:
            emulator = ["qemu-system-riscv32", "-M", "virt", "-bios", "none",
                        "-display", "none", "-serial", "stdio", "-monitor",
                        "none"]
        said = subprocess.run([*emulator, "-icount", "shift=5", "-kernel",
                               work / "clocked"], capture_output=True,
                              text=True)
    took = re.findall(r"@0*(\d+) 0*(\d+)", said.stdout + said.stderr)
    rows = with_grids(source, list(layers(source)))
    calls = {int(i): call for call, i in
             re.findall(r"\n\t(convolve|depthwise)(?:_grid)?\(&layers\[(\d+)\]", source)}
    return rows, calls, [(int(i), int(t) * (1.25 if arm else 1))
                         for i, t in took]


def main():
    rows, calls, took = run(*sys.argv[1:4])
    sums = {}
    for i, n in took:
        l = rows[i]
        kind = kind_of(calls[i], l)
        work = macs(kind, l)
        print(f"{i:3} {kind:9} {l['in']:4} -> {l['out']:4}  "
              f"{l.get('kernel_y', l['kernel'])}x"
              f"{l.get('kernel_x', l['kernel'])}/"
              f"{l.get('stride_x', l['stride'])}  bits {l['bits_w']}/{l['bits_x']} "
              f"{work:10,} {n:12,.0f} {n / work:6.2f}")
        bits = f"{kind} {l['bits_w']}/{l['bits_x']}"
        for key in (kind, bits, "all"):
            a, b = sums.get(key, (0, 0))
            sums[key] = a + n, b + work
    for kind, (n, work) in sums.items():
        print(f"{kind:13} {work:,} multiply-accumulates, "
              f"{n / work:.2f} instructions each")
    if len(sys.argv) > 4:
        most = float(sys.argv[4])
        sys.exit(any(n / work > most for key, (n, work) in sums.items()
                     if key in ("pointwise 8/8", "pointwise 4/8")))


if __name__ == "__main__":
    main()
