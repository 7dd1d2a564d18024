#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small TFLite files, their images and what they must give.

    small_tflite.py FOLDER

For each NAME printed: NAME.tflite, NAME_x.npy, and NAME.txt with the outputs
by the definition, a number a line. conv: int8, a scale of the weights for each
output channel, Relu6 inside; block: int8, a convolution, what it adds to, and
a mean, of scales that are no short fractions; half: weights of 4 bits, two a
byte; pad: of rows and columns, by different widths; relu, relu6, relu1: one operator
on floats.
"""
import math
import struct
import sys

import npy

FLOAT, INT32, INT8, INT4 = 0, 2, 9, 17
SIDE = 2


class Table:
    """A FlatBuffer table: fields by slot, a scalar (format, value), or what
    lies elsewhere: a Table, bytes, or a list of one kind."""

    def __init__(self, **fields):
        self.fields = {int(k[1:]): v for k, v in fields.items()}


def place(out, what):
    """Writes it at the end; where it begins."""
    while len(out) % 8:
        out.append(0)
    if isinstance(what, Table):
        return place_table(out, what)
    if isinstance(what, bytes):  # a vector of bytes
        at = len(out)
        out += struct.pack("<I", len(what)) + what + b"\0"  # of a string
        return at
    if isinstance(what, tuple):  # a vector of numbers
        form, values = what
        if form == "q":
            out += bytes(4)  # its elements lie on 8 bytes
        at = len(out)
        out += struct.pack(f"<I{len(values)}{form}", len(values), *values)
        return at
    at = len(out)
    out += struct.pack("<I", len(what)) + bytes(4 * len(what))
    for i, item in enumerate(what):
        point(out, at + 4 + 4 * i, place(out, item))
    return at


def point(out, at, to):
    out[at:at + 4] = struct.pack("<I", to - at)


def place_table(out, table):
    slots = max(table.fields, default=-1) + 1
    first = len(out)
    body, size = {}, 4
    for slot, value in sorted(table.fields.items()):
        body[slot] = size  # four bytes for each, also where one would do
        size += 4
    vtable = [4 + 2 * slots, size] + [body.get(s, 0) for s in range(slots)]
    out += struct.pack(f"<{len(vtable)}H", *vtable)
    while len(out) % 8:
        out.append(0)
    at = len(out)
    out += struct.pack("<i", at - first) + bytes(size - 4)
    for slot, value in table.fields.items():
        here = at + body[slot]
        if isinstance(value, tuple) and isinstance(value[1], (int, float)):
            raw = struct.pack("<" + value[0], value[1])
            out[here:here + len(raw)] = raw
        else:
            point(out, here, place(out, value))
    return at


def tensor(shape, kind, buffer, name, scale=None, zero=None, axis=0):
    fields = dict(_0=("i", shape), _1=("b", kind), _2=("I", buffer),
                  _3=name.encode())
    if scale:
        fields["_4"] = Table(_2=("f", scale), _3=("q", zero),
                             _6=("i", axis))
    return Table(**fields)


def model(tensors, codes, operators, buffers, last):
    root = Table(
        _0=("I", 3),
        _1=[Table(_0=("b", c), _3=("i", c)) for c in codes],
        _2=[Table(_0=tensors, _1=("i", [0]), _2=("i", [last]),
                  _3=operators)],
        _4=[Table(_0=b) if b else Table() for b in buffers])
    out = bytearray(8)
    out[4:8] = b"TFL3"
    point(out, 0, place(out, root))
    return bytes(out)


def write(folder, name, data, kind, levels, shape, expected):
    with open(f"{folder}/{name}.tflite", "wb") as f:
        f.write(data)
    npy.write(f"{folder}/{name}_x.npy", kind, shape, levels)
    with open(f"{folder}/{name}.txt", "w") as f:  # channels first, as written
        f.writelines(f"{x:.9g}\n" for c in range(3) for x in expected[c::3])
    print(name)


def conv(folder):
    """Scales are powers of two: all sums are exact in floats."""
    sx, zx, sw, sy, zy = 1 / 8, -3, [1 / 4, 1 / 16, 1 / 64], 1 / 16, -128
    weight = [[7, -90, 1], [-100, 33, 5], [127, 64, -20]]
    bias = [40, -9, 300]
    shape = [1, SIDE, SIDE]
    tensors = [
        tensor(shape + [3], INT8, 0, "x", [sx], [zx]),
        tensor([3, 1, 1, 3], INT8, 1, "w", sw, [0] * 3, 0),
        tensor([3], INT32, 2, "b", [sx * s for s in sw], [0] * 3, 0),
        tensor(shape + [3], INT8, 0, "y", [sy], [zy]),
        tensor(shape + [3], FLOAT, 0, "z")]
    operators = [
        Table(_0=("I", 0), _1=("i", [0, 1, 2]), _2=("i", [3]), _3=("B", 1),
              _4=Table(_0=("b", 1), _1=("i", 1), _2=("i", 1), _3=("b", 3))),
        Table(_0=("I", 1), _1=("i", [3]), _2=("i", [4]))]
    buffers = [None, struct.pack("9b", *sum(weight, [])),
               struct.pack("<3i", *bias)]
    x = [-3, 5, 9, 100, -128, 2, 17, -60, -20, 90, 127, 0]
    expected = []
    for p in range(SIDE * SIDE):
        for w, s, b in zip(weight, sw, bias):
            y = sum((q - zx) * v for q, v in zip(x[3 * p:3 * p + 3], w))
            real = min(max((y + b) * sx * s, 0), 6)
            level = min(max(round(real / sy) + zy, -128), 127)
            expected.append((level - zy) * sy)
    write(folder, "conv", model(tensors, [3, 6], operators, buffers, 4),
          "|i1", x, (1, SIDE, SIDE, 3), expected)


def single(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def block_conv(x, weight, bias, factor):
    """Levels of a 1x1 convolution: sum x factor in single precision."""
    y = []
    for p in range(SIDE * SIDE):
        for w, b, f in zip(weight, bias, factor):
            acc = b + sum(q * v for q, v in zip(x[3 * p:3 * p + 3], w))
            y.append(max(-128, min(127, round(single(single(acc) * f)))))
    return y


def block_add(x, y, scales, out):
    """Factors are integers, the larger one has 21 bits; halves go up."""
    f = [single(s / out) for s in scales]
    shift = 21 - math.frexp(max(f))[1]
    f = [round(math.ldexp(v, shift)) for v in f]
    return [(a * f[0] + b * f[1] + (1 << (shift - 1))) >> shift
            for a, b in zip(x, y)]


def rounded_otherwise(unit, out):
    """A sum whose value, divided by the scale, is rounded to another level."""
    factor = single(unit / out)
    for acc in range(1, 1 << 20):
        if round(single(single(acc) * factor)) != \
                round(single(single(acc * unit) / out)):
            return acc
    raise ValueError("none")


def ties(folder):
    """Sums that lie close to a half: at x = 0, the biases."""
    sx, sy = single(0.0371), single(0.0213)
    sw = [single(v) for v in (0.000731, 0.00113, 0.000397)]
    weight = [[0, 0, 1]] * 3
    units = [single(sx * s) for s in sw]
    bias = [rounded_otherwise(u, sy) for u in units]
    shape = [1, SIDE, SIDE]
    tensors = [
        tensor(shape + [3], INT8, 0, "x", [sx], [5]),
        tensor([3, 1, 1, 3], INT8, 1, "w", sw, [0] * 3, 0),
        tensor([3], INT32, 2, "b", units, [0] * 3, 0),
        tensor(shape + [3], INT8, 0, "y", [sy], [0]),
        tensor(shape + [3], FLOAT, 0, "z")]
    operators = [
        Table(_0=("I", 0), _1=("i", [0, 1, 2]), _2=("i", [3]), _3=("B", 1),
              _4=Table(_0=("b", 1), _1=("i", 1), _2=("i", 1))),
        Table(_0=("I", 1), _1=("i", [3]), _2=("i", [4]))]
    buffers = [None, struct.pack("9b", *sum(weight, [])),
               struct.pack("<3i", *bias)]
    x = [5, 5, 5] * (SIDE * SIDE - 1) + [5, 5, 6]
    y = block_conv([v - 5 for v in x], weight, bias,
                   [single(u / sy) for u in units])
    write(folder, "ties", model(tensors, [3, 6], operators, buffers, 4),
          "|i1", x, (1, SIDE, SIDE, 3), [v * sy for v in y])


def halves(folder):
    """A map added to itself, between two levels: the sum goes up."""
    shape = [1, SIDE, SIDE, 3]
    tensors = [tensor(shape, INT8, 0, "x", [0.25], [1]),
               tensor(shape, INT8, 0, "sum", [1.0], [3]),
               tensor(shape, FLOAT, 0, "z")]
    operators = [Table(_0=("I", 0), _1=("i", [0, 0]), _2=("i", [1]),
                       _3=("B", 11), _4=Table()),
                 Table(_0=("I", 1), _1=("i", [1]), _2=("i", [2]))]
    x = [-3, -5, -7, 1, 3, 5, 9, 11, -1, 126, -128, 0]
    write(folder, "halves", model(tensors, [0, 6], operators, [None], 2),
          "|i1", x, tuple(shape), [(v - 1 + 1) // 2 for v in x])


def block(folder):
    """As TensorFlow Lite's kernels are defined (XNNPACK; means: its own)."""
    sx, sy, sz = (single(v) for v in (0.0371, 0.0213, 0.0447))
    sw = [single(v) for v in (0.00731, 0.0113, 0.00397)]
    weight = [[71, -90, 13], [-100, 33, 55], [127, 64, -20]]
    bias = [41, -905, 3000]
    shape = [1, SIDE, SIDE]
    units = [single(sx * s) for s in sw]
    tensors = [
        tensor(shape + [3], INT8, 0, "x", [sx], [0]),
        tensor([3, 1, 1, 3], INT8, 1, "w", sw, [0] * 3, 0),
        tensor([3], INT32, 2, "b", units, [0] * 3, 0),
        tensor(shape + [3], INT8, 0, "y", [sy], [0]),
        tensor(shape + [3], INT8, 0, "sum", [sz], [-7]),
        tensor([1, 1, 1, 3], INT8, 0, "mean", [sz], [-7]),
        tensor([1, 1, 1, 3], FLOAT, 0, "z")]
    operators = [
        Table(_0=("I", 0), _1=("i", [0, 1, 2]), _2=("i", [3]), _3=("B", 1),
              _4=Table(_0=("b", 1), _1=("i", 1), _2=("i", 1))),
        Table(_0=("I", 1), _1=("i", [0, 3]), _2=("i", [4]), _3=("B", 11),
              _4=Table()),
        Table(_0=("I", 2), _1=("i", [4]), _2=("i", [5]), _3=("B", 5),
              _4=Table(_0=("b", 1), _1=("i", 1), _2=("i", 1), _3=("i", SIDE),
                       _4=("i", SIDE))),
        Table(_0=("I", 3), _1=("i", [5]), _2=("i", [6]))]
    buffers = [None, struct.pack("9b", *sum(weight, [])),
               struct.pack("<3i", *bias)]
    data = model(tensors, [3, 0, 1, 6], operators, buffers, 6)
    for k in range(8):
        x = [(q * (2 * k + 1) + 37 * k) % 251 - 125
             for q in (-3, 5, 9, 100, -128, 2, 17, -60, -20, 90, 127, 0)]
        y = block_conv(x, weight, bias, [single(u / sy) for u in units])
        z = block_add(x, y, (sx, sy), sz)
        z = [max(-128, min(127, v - 7)) for v in z]
        expected = []
        for c in range(3):
            total = sum(z[c::3])
            half = SIDE * SIDE // 2
            mean = (abs(total) + half) // (SIDE * SIDE)
            expected.append(((mean if total > 0 else -mean) + 7) * sz)
        write(folder, f"block{k}", data, "|i1", x, (1, SIDE, SIDE, 3),
              expected)


def half(folder):
    """Nine weights of 4 bits: the low half of a byte comes first."""
    weight = [7, -8, 1, -6, 3, 5, 0, -1, -4]
    raw = bytes((a & 15) | (b & 15) << 4
                for a, b in zip(weight[::2], weight[1::2] + [0]))
    shape = [1, SIDE, SIDE]
    tensors = [
        tensor(shape + [3], INT8, 0, "x", [1 / 8], [-3]),
        tensor([3, 1, 1, 3], INT4, 1, "w", [1 / 4, 1 / 2, 1], [0] * 3, 0),
        tensor([3], INT32, 2, "b", [1 / 32, 1 / 16, 1 / 8], [0] * 3, 0),
        tensor(shape + [3], INT8, 0, "y", [1 / 2], [4]),
        tensor(shape + [3], FLOAT, 0, "z")]
    operators = [
        Table(_0=("I", 0), _1=("i", [0, 1, 2]), _2=("i", [3]), _3=("B", 1),
              _4=Table(_0=("b", 1), _1=("i", 1), _2=("i", 1))),
        Table(_0=("I", 1), _1=("i", [3]), _2=("i", [4]))]
    bias = [40, -9, 12]
    x = [-3, 5, 9, 20, -28, 2, 17, -6, -20, 30, 27, 0]
    expected = []
    for p in range(SIDE * SIDE):
        for o in range(3):
            y = bias[o] + sum((x[3 * p + c] + 3) * weight[3 * o + c]
                              for c in range(3))
            expected.append(max(-128, min(127, round(y * 2 ** o / 16) + 4)) *
                            0.5 - 2)
    write(folder, "half", model(tensors, [3, 6], operators, [
        None, raw, struct.pack("<3i", *bias)], 4), "|i1", x,
          (1, SIDE, SIDE, 3), expected)


def pad(folder):
    """A row above, two below; no column before, three behind."""
    tensors = [tensor([1, SIDE, SIDE, 3], FLOAT, 0, "x"),
               tensor([4, 2], INT32, 1, "pads"),
               tensor([1, SIDE + 3, SIDE + 3, 3], FLOAT, 0, "y")]
    operators = [Table(_0=("I", 0), _1=("i", [0, 1]), _2=("i", [2]))]
    x = [k + 1 for k in range(3 * SIDE * SIDE)]
    y = [x[((i - 1) * SIDE + j) * 3 + c]
         if 1 <= i <= SIDE and j < SIDE else 0
         for i in range(SIDE + 3) for j in range(SIDE + 3) for c in range(3)]
    write(folder, "pad", model(tensors, [34], operators, [
        None, struct.pack("<8i", 0, 0, 1, 2, 0, 3, 0, 0)], 2), "<f4", x,
          (1, SIDE, SIDE, 3), y)


def relu(folder, name, code, low, high):
    shape = [1, SIDE, SIDE, 3]
    tensors = [tensor(shape, FLOAT, 0, "x"), tensor(shape, FLOAT, 0, "y")]
    operators = [Table(_0=("I", 0), _1=("i", [0]), _2=("i", [1]))]
    x = [-9, -1, -0.5, 0, 0.25, 1, 1.5, 5.75, 6, 6.5, 80, -80]
    write(folder, name, model(tensors, [code], operators, [None], 1),
          "<f4", x, (1, SIDE, SIDE, 3),
          [min(max(v, low), high) for v in x])


def main():
    folder = sys.argv[1]
    conv(folder)
    ties(folder)
    halves(folder)
    block(folder)
    half(folder)
    pad(folder)
    relu(folder, "relu", 19, 0, float("inf"))
    relu(folder, "relu6", 21, 0, 6)
    relu(folder, "relu1", 20, -1, 1)


if __name__ == "__main__":
    main()
