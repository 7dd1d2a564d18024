#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small ONNX files whose maps are all on grids: what --to tflite writes of each
operator must compute the same.

    small_ops.py FOLDER

For each NAME printed: NAME.onnx and NAME_x.npy. Rows and columns differ in
number, in stride, dilation and padding. Scales are powers of two, so that sums
are exact.
"""
import sys

import npy
from small_onnx import FLOAT, INT8, INT64, model, node, tensor

CHANNELS, ROWS, COLUMNS = 3, 7, 10
SHAPE = (1, CHANNELS, ROWS, COLUMNS)
PIXELS = CHANNELS * ROWS * COLUMNS


class Net:
    def __init__(self):
        self.parts = []
        self.names = 0
        self.x = self.grid("x", 1 / 16, 5)

    def name(self):
        self.names += 1
        return f"t{self.names}"

    def constant(self, kind, shape, values):
        name = self.name()
        self.parts.append(tensor(name, kind, shape, values))
        return name

    def add(self, op, inputs, **attributes):
        name = self.name()
        self.parts.append(node(op, inputs, name, **attributes))
        return name

    def grid(self, x, scale=1 / 8, zero=-9):
        grid = (self.constant(FLOAT, [], [scale]) + " " +
                self.constant(INT8, [], [zero]))
        levels = self.add("QuantizeLinear", f"{x} {grid}")
        return self.add("DequantizeLinear", f"{levels} {grid}")

    def weights(self, shape, scales, axis=0):
        count = 1
        for n in shape:
            count *= n
        levels = self.constant(INT8, shape, [(k * k * 31 + 17 * k) % 201 - 100
                                             for k in range(count)])
        n = [len(scales)] if len(scales) > 1 else []
        scale = self.constant(FLOAT, n, scales)
        zero = self.constant(INT8, n, [0] * len(scales))
        return self.add("DequantizeLinear", f"{levels} {scale} {zero}",
                        axis=axis)

    def bias(self, n):
        return self.constant(FLOAT, [n], [k - 1.5 for k in range(n)])

    def part(self, x, *bounds):
        """First, end and axes."""
        return self.add("Slice", " ".join([x] + [
            self.constant(INT64, [len(v)], v) for v in bounds]))

    def clip(self, x, low, high):
        return self.add("Clip", x + " " + self.constant(FLOAT, [], [low]) +
                        " " + self.constant(FLOAT, [], [high]))

    def write(self, folder, name, y, shape, listed=True):
        self.parts.append(node("Identity", y, "y"))
        with open(f"{folder}/{name}.onnx", "wb") as f:
            f.write(model(self.parts, SHAPE, shape))
        npy.write(f"{folder}/{name}_x.npy", "<f4", SHAPE,
                  [((k * k * 37 + 11 * k) % 255 - 132) / 16
                   for k in range(PIXELS)])
        if listed:
            print(name)


def strides(folder):
    net = Net()
    y = net.add("Conv", f"{net.x} {net.weights([4, 3, 3, 2], [1 / 512])} "
                f"{net.bias(4)}", strides=[2, 1], pads=[1, 0, 2, 3])
    y = net.grid(net.clip(y, 0, 6), 1 / 32, -128)
    net.write(folder, "strides", y, (1, 4, 4, 12))


def dilations(folder):
    net = Net()
    y = net.add("Conv", f"{net.x} {net.weights([2, 3, 2, 3], [1 / 256])} "
                f"{net.bias(2)}", dilations=[1, 3])
    y = net.grid(net.clip(y, -1, 1), 1 / 64, 3)
    net.write(folder, "dilations", y, (1, 2, 6, 4))


def depthwise(folder):
    net = Net()
    scales = [1 / 256, 1 / 512, 1 / 128, 1 / 256, 1 / 1024, 1 / 512]
    y = net.add("Conv", f"{net.x} {net.weights([6, 1, 3, 3], scales)} "
                f"{net.bias(6)}", group=3, strides=[1, 2], pads=[1, 1, 1, 1])
    y = net.grid(net.add("Relu", y), 1 / 8, -128)
    net.write(folder, "depthwise", y, (1, 6, 7, 5))


def pools(folder):
    net = Net()
    y = net.add("MaxPool", net.x, kernel_shape=[2, 3], strides=[1, 2])
    net.write(folder, "max", y, (1, 3, 6, 4))
    net = Net()
    y = net.add("AveragePool", net.x, kernel_shape=[3, 1], strides=[2, 3])
    net.write(folder, "average", net.grid(y, 1 / 16, 5), (1, 3, 3, 4))
    net = Net()  # whose levels are of another grid
    y = net.add("MaxPool", net.x, kernel_shape=[2, 2])
    net.write(folder, "max_grid", net.grid(y, 3 / 64, 20), (1, 3, 6, 9))


def moves(folder):
    net = Net()
    pads = net.constant(INT64, [8], [0, 0, 1, 0, 0, 0, 3, 2])
    y = net.add("Pad", f"{net.x} {pads}")
    net.write(folder, "pad", y, (1, 3, 11, 12))
    net = Net()
    y = net.add("Transpose", net.x, perm=[0, 3, 1, 2])
    net.write(folder, "transpose", y, (1, 10, 3, 7))
    net = Net()
    shape = net.constant(INT64, [4], [1, 5, 7, 6])
    y = net.add("Reshape", f"{net.x} {shape}")
    net.write(folder, "reshape", y, (1, 5, 7, 6))
    net = Net()
    a = net.add("MaxPool", net.x, kernel_shape=[2, 1])
    y = net.add("Concat", f"{net.x} {a}", axis=2)
    net.write(folder, "concat", net.grid(y, 1 / 16, 5), (1, 3, 13, 10))
    net = Net()  # of maps on other grids than the result
    a = net.grid(net.clip(net.x, 0, 6), 1 / 16, -20)
    y = net.grid(net.add("Concat", f"{net.x} {a}", axis=1), 3 / 16, 2)
    net.write(folder, "joined", y, (1, 6, 7, 10))


def activations(folder):
    net = Net()
    # no result lies between two levels
    a = net.grid(net.add("LeakyRelu", net.x, alpha=0.25), 3 / 64, 20)
    b = net.grid(net.clip(net.x, 0, 6), 3 / 64, -128)
    y = net.grid(net.add("Sub", f"{a} {b}"), 9 / 64, 7)
    y = net.grid(net.add("Mul", f"{y} {net.x}"), 765 / 1024, -3)
    net.write(folder, "activations", y, SHAPE)
    net = Net()
    y = net.add("Conv", f"{net.x} {net.weights([3, 3, 1, 1], [1 / 128])} "
                f"{net.bias(3)}")
    y = net.grid(net.add("HardSwish", net.grid(y)), 1 / 16, -110)
    net.write(folder, "hard_swish", y, SHAPE)
    net = Net()
    y = net.grid(net.add("Softmax", net.x, axis=1), 1 / 256, -128)
    net.write(folder, "softmax", y, SHAPE)


def stretched(folder):
    net = Net()
    a = net.add("MaxPool", net.x, kernel_shape=[ROWS, COLUMNS])
    y = net.grid(net.add("Add", f"{net.x} {a}"), 1 / 8 + 1 / 128, 11)
    net.write(folder, "stretched", y, SHAPE)


def dense(folder):
    for name, scales in ("dense", [1 / 256]), ("channels", [
            1 / 256, 1 / 512, 1 / 128, 1 / 1024]):
        net = Net()
        y = net.grid(net.add("ReduceMean", net.x, axes=[2, 3], keepdims=0),
                     1 / 32, 5)
        y = net.add("Gemm", f"{y} {net.weights([4, 3], scales)} {net.bias(4)}",
                    transB=1)
        net.write(folder, name, net.grid(y, 1 / 32, 5), (1, 4))
    net = Net()
    y = net.add("Flatten", net.x)
    y = net.add("Gemm", f"{y} {net.weights([4, PIXELS], [1 / 1024])} "
                f"{net.bias(4)}", transB=1)
    net.write(folder, "flat", net.grid(y, 1 / 8, 5), (1, 4))


def others(folder):
    """Not printed: what is refused, and a network without grids of its own."""
    net = Net()
    y = net.grid(net.add("Softmax", net.x, axis=2), 1 / 256, -128)
    net.write(folder, "rows", y, SHAPE, False)
    net = Net()
    y = net.add("Conv", f"{net.x} {net.weights([2, 3, 1, 1], [1 / 256])} "
                f"{net.bias(2)}")
    y = net.grid(net.add("HardSigmoid", y), 1 / 64, -128)
    net.write(folder, "gate", y, (1, 2, ROWS, COLUMNS), False)
    for op in "Add", "Mul":
        for first in True, False:
            net = Net()
            half = net.constant(FLOAT, [1, CHANNELS, 1, 1], [1 / 2] * CHANNELS)
            y = net.add(op, f"{half} {net.x}" if first else f"{net.x} {half}")
            net.write(folder, f"{op.lower()}_{'first' if first else 'second'}",
                      net.grid(y), SHAPE, False)
    net = Net()
    x = net.part(net.x, [0], [3], [3])
    y = net.part(x, [0, 0], [1, 1], [1, 2])
    net.write(folder, "columns", net.grid(net.add("Mul", f"{x} {y}")),
              (1, CHANNELS, ROWS, 3), False)
    net = Net()
    y = net.add("Conv", f"{net.x} {net.weights([2, 3, 1, 1], [1 / 256, 0])} "
                f"{net.bias(2)}")
    net.write(folder, "zeros", net.grid(y), (1, 2, ROWS, COLUMNS), False)
    net = Net()  # depthwise, of which the kernel sees the border alone
    y = net.grid(net.add("LeakyRelu", net.x, alpha=0.25), 3 / 64, 20)
    y = net.add("Conv", f"{y} {net.weights([3, 1, 1, 2], [1 / 256])} "
                f"{net.bias(3)}", group=3, strides=[1, 20], pads=[0, 5, 0, 5])
    net.write(folder, "border", net.grid(y), (1, CHANNELS, ROWS, 1), False)
    net = Net()
    y = net.grid(net.add("HardSwish", net.x), 1 / 2048, -110)
    net.write(folder, "fine", y, SHAPE, False)
    net = Net()
    net.write(folder, "classes", net.add("Softmax", net.x, axis=1), SHAPE,
              False)


def main():
    folder = sys.argv[1]
    for make in (strides, dilations, depthwise, pools, moves, activations,
                 stretched, dense, others):
        make(folder)


if __name__ == "__main__":
    main()
