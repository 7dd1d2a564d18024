#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks whose sums need more than 32 bits, and what they must give.

    wide_sums.py FOLDER

For each NAME printed: NAME.onnx, one layer between grids; NAME.c, a program that
gives its C three images and prints the levels that come out; NAME.txt, these
levels by the definition: the sum in whole numbers, one rounding to single
precision, one product in it. dense, dense4, dense3: thousands of products and a
bias near 2^31, weights of 8, 4 and 3 bits; conv, deep: channels with biases far
above 2^31, beside others, at half a level, so that what a float loses of the
products is another level; dead: channels of which the bias is all that counts, one
of them above 2^80.
"""
import sys

from small_onnx import FLOAT, INT8, model, node
from small_ops import Net
from small_tflite import single

IN_SCALE, IN_ZERO = 1 / 16, -128  # of levels -128 .. 127


def from_whole(n):
    """To single precision by one rounding."""
    sign, n = (-1 if n < 0 else 1), abs(n)
    shift = max(0, n.bit_length() - 24)
    q, rest = n >> shift, n & (1 << shift) - 1
    half = 1 << shift - 1 if shift else 1
    q += rest > half or (rest == half and q & 1 and shift > 0)
    return sign * float(q << shift)


def level(total, factor, zero):
    v = round(single(from_whole(total) * factor)) + zero  # half to even
    return max(-128, min(127, v))


class Wide(Net):
    """One layer; weight and bias in whole numbers."""

    def __init__(self, shape, scales, weight, bias, depthwise=False):
        self.parts, self.names = [], 0
        self.shape, self.scales = shape, scales
        self.weight, self.bias = weight, bias
        self.depthwise = depthwise
        self.x = self.grid("x", IN_SCALE, IN_ZERO)

    def add_layer(self, out_scale, out_zero):
        outs = len(self.bias)
        flat = [w for row in self.weight for w in row]
        if len(self.shape) == 2:
            dims = [outs, self.shape[1]]
        else:
            dims = [outs, 1 if self.depthwise else self.shape[1], 2, 2]
        w = self.constant(INT8, dims, flat)
        scale = self.constant(FLOAT, [outs], self.scales)
        zero = self.constant(INT8, [outs], [0] * outs)
        w = self.add("DequantizeLinear", f"{w} {scale} {zero}", axis=0)
        b = self.constant(FLOAT, [outs], [
            single(b * single(IN_SCALE * s))
            for b, s in zip(self.bias, self.scales)])
        if len(self.shape) == 2:
            y = self.add("Gemm", f"{self.x} {w} {b}", transB=1)
        else:
            y = self.add("Conv", f"{self.x} {w} {b}",
                         group=self.shape[1] if self.depthwise else 1)
        self.out_scale, self.out_zero = out_scale, out_zero
        return self.grid(y, out_scale, out_zero)

    def sums(self, x):
        """x: levels (channel, row, column); sums of outputs in that order."""
        if len(self.shape) == 2:
            for o, row in enumerate(self.weight):
                yield o, self.bias[o] + sum(
                    w * (v - IN_ZERO) for w, v in zip(row, x))
            return
        _, channels, rows, columns = self.shape
        for o, row in enumerate(self.weight):
            seen = [o] if self.depthwise else range(channels)
            for i in range(rows - 1):
                for j in range(columns - 1):
                    at = [x[(c * rows + i + a) * columns + j + b] - IN_ZERO
                          for c in seen for a in (0, 1) for b in (0, 1)]
                    yield o, self.bias[o] + sum(
                        w * v for w, v in zip(row, at))

    def levels(self, x):
        for o, total in self.sums(x):
            # bias and scale as the file has them
            factor = single(single(IN_SCALE * self.scales[o]) / self.out_scale)
            yield level(total, factor, self.out_zero)


PROGRAM = """#include <stdio.h>
#include "NAME.h"
#define INPUTS (sizeof(x) / 3)
static const signed char x[] = {%s};
int main(void)
{
	for (uint32_t k = 0; k < 3; k++) {
		for (uint32_t i = 0; i < INPUTS; i++)
			NAME_put(i, x[INPUTS * k + i]);
		NAME_run();
		for (uint32_t i = 0; i < OUTPUTS; i++)
			printf("%%d\\n", (int)NAME_get(i));
	}
	return 0;
}
"""


def interleaved(x, channels):
    n = len(x) // channels
    return [x[c * n + i] for i in range(n) for c in range(channels)]


def write(folder, name, net, out_scale, out_zero, wide):
    y = net.add_layer(out_scale, out_zero)
    n = 1
    for side in net.shape:
        n *= side
    images = [[127] * n, [(k * k * 31 + 7 * k) % 256 - 128 for k in range(n)],
              [127 if k % 3 else 100 for k in range(n)]]
    channels = net.shape[1] if len(net.shape) == 4 else n
    outs = len(net.bias)
    with open(f"{folder}/{name}.txt", "w") as f:
        for x in images:
            got = list(net.levels(x))
            for v in interleaved(got, outs):
                print(v, file=f)
    most = max(abs(t) for x in images for _, t in net.sums(x))
    assert (most >= 2 ** 31) == wide, (name, most)
    with open(f"{folder}/{name}.c", "w") as f:
        f.write((PROGRAM % ",".join(
            str(v) for x in images for v in interleaved(x, channels)))
                .replace("OUTPUTS", str(len(got))).replace("NAME", name))
    shape = (1, outs) if len(net.shape) == 2 else (
        1, outs, net.shape[2] - 1, net.shape[3] - 1)
    net.parts.append(node("Identity", y, "y"))
    with open(f"{folder}/{name}.onnx", "wb") as f:
        f.write(model(net.parts, net.shape, shape))
    print(name)


def dense(folder):
    for name, most, n in (("dense", 127, 5003), ("dense4", 7, 40010),
                          ("dense3", 3, 9001)):
        weight = [[most] * n, [-most] * n,
                  [(k * 37 + 5) % (2 * most + 1) - most for k in range(n)]]
        bias = [2 ** 31 - 2 ** 9, -2 ** 31 + 2 ** 10, 2 ** 30]
        net = Wide((1, n), [1 / 512, 1 / 512, 3 / 4096], weight, bias)
        write(folder, name, net, 2.0 ** 31 / 16 / 512 / 100, 5, True)


def convolutions(folder):
    for name, depthwise in ("conv", False), ("deep", True):
        fan = 4 if depthwise else 20
        weight = [[(k * 31 + 17 * o) % 255 - 127 for k in range(fan)]
                  for o in range(5)]
        bias = [1000, -17 * 2 ** 32, 7, 21 * 2 ** 38, -90000]
        scales = [1 / 256, 2.0 ** -32, 3 / 1024, 2.0 ** -38, 1 / 512]
        net = Wide((1, 5, 6, 7), scales, weight, bias, depthwise)
        write(folder, name, net, 1 / 8, -9, True)


def dead(folder):
    weight = [[(k * 31 + 17 * o) % 255 - 127 for k in range(4)]
              for o in range(3)]
    bias = [3 * 2 ** 83, 40, -3 * 2 ** 52]
    scales = [2.0 ** -82, 1 / 256, 2.0 ** -50]
    net = Wide((1, 3, 4, 5), scales, weight, bias, True)
    write(folder, "dead", net, 1 / 128, 3, True)


def main():
    dense(sys.argv[1])
    convolutions(sys.argv[1])
    dead(sys.argv[1])


if __name__ == "__main__":
    main()
