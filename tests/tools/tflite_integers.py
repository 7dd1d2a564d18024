#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TensorFlow Lite's reference kernels in integers, for the operators of MLPerf Tiny.

    tflite_integers.py MODEL INPUTS.npy OUTPUTS...

INPUTS: int8, images first. OUTPUTS: what runtimes gave for them, as tflite_run.js
and tflite_run_armnn.py write it. Says how many levels these are off, from the
kernels with one rounding (TFLITE_SINGLE_ROUNDING) and with two (gemmlowp's).
Interpreters compute factors in single precision (XNNPACK), so none of the three
gives the same as another in deep networks. Needs numpy.
"""
import math
import struct
import sys
from collections import Counter

import numpy as np

CONV, DEPTHWISE, DENSE, ADD, AVERAGE, RESHAPE, SOFTMAX = 3, 4, 9, 0, 1, 22, 25


class File:
    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = f.read()
        model = self.ref(0)
        self.graph = self.ref(self.ref(self.field(model, 2)) + 4)
        self.codes = self.ref(self.field(model, 1))
        self.buffers = self.ref(self.field(model, 4))
        self.tensors = self.ref(self.field(self.graph, 0))
        self.operators = self.ref(self.field(self.graph, 3))

    def u(self, at):
        return struct.unpack_from("<I", self.data, at)[0]

    def ref(self, at):
        return at + self.u(at)

    def field(self, table, slot):
        vtable = table - struct.unpack_from("<i", self.data, table)[0]
        if 4 + 2 * slot >= struct.unpack_from("<H", self.data, vtable)[0]:
            return None
        at = struct.unpack_from("<H", self.data, vtable + 4 + 2 * slot)[0]
        return table + at if at else None

    def number(self, table, slot, kind="<i", default=0):
        at = table and self.field(table, slot)
        return struct.unpack_from(kind, self.data, at)[0] if at else default

    def vector(self, at, kind="<i4"):
        if not at:
            return np.array([], kind)
        at = self.ref(at)
        return np.frombuffer(self.data, kind, self.u(at), at + 4)

    def tensor(self, i):
        """Shape, scales, zero point, values."""
        table = self.ref(self.tensors + 4 + 4 * i)
        shape = self.vector(self.field(table, 0))
        grid = self.field(table, 4) and self.ref(self.field(table, 4))
        scales = self.vector(grid and self.field(grid, 2), "<f4")
        zeros = self.vector(grid and self.field(grid, 3), "<i8")
        at = self.ref(self.buffers + 4 + 4 * self.number(table, 2, "<I"))
        kind = {9: "i1", 2: "<i4"}.get(self.number(table, 1, "<b"))
        values = self.vector(self.field(at, 0), "i1")
        if kind and len(values):
            values = np.frombuffer(values.tobytes(), kind).reshape(shape)
        return (list(shape), scales, int(zeros[0]) if len(zeros) else 0,
                values.astype(np.int64) if len(values) else None)

    def steps(self):
        for k in range(self.u(self.operators)):
            op = self.ref(self.operators + 4 + 4 * k)
            code = self.ref(self.codes + 4 + 4 * self.number(op, 0, "<I"))
            options = self.field(op, 4)
            yield (max(self.number(code, 0, "<b"), self.number(code, 3)),
                   list(self.vector(self.field(op, 1))),
                   self.vector(self.field(op, 2))[0],
                   options and self.ref(options))


def factor(real):
    part, shift = math.frexp(real)
    part = int(math.floor(part * 2 ** 31 + 0.5))
    return (part // 2, shift + 1) if part == 2 ** 31 else (part, shift)


def scaled_once(x, part, shift):
    right = min(31 - shift, 62)
    return (x * part + (1 << (right - 1))) >> right


def scaled_twice(x, part, shift):
    product = (x << max(shift, 0)) * part
    product += np.where(product >= 0, 1 << 30, 1 - (1 << 30))
    high = np.where(product >= 0, product >> 31, -(-product >> 31))
    right = min(max(-shift, 0), 62)
    mask = (1 << right) - 1
    return (high >> right) + ((high & mask) > (mask >> 1) + (high < 0))


def clipped(y, scale, zero, activation):
    low = max(-128, zero) if activation in (1, 3) else -128
    high = min(127, zero + round(6 / float(scale))) if activation == 3 else 127
    return np.clip(y + zero, low, high)


def convolved(x, w, zero, same, stride, depthwise):
    n, rows, columns, _ = x.shape
    high, wide = w.shape[1:3]
    out = [(side + s - 1) // s if same else (side - k) // s + 1
           for side, k, s in zip((rows, columns), (high, wide), stride)]
    pad = [max((o - 1) * s + k - side, 0) if same else 0 for o, s, k, side in
           zip(out, stride, (high, wide), (rows, columns))]
    around = [(p // 2, p - p // 2) for p in pad]
    x = np.pad(x - zero, ((0, 0), *around, (0, 0)))
    acc = np.zeros((n, *out, w.shape[3 if depthwise else 0]), np.int64)
    for i in range(high):
        for j in range(wide):
            v = x[:, i::stride[0], j::stride[1]][:, :out[0], :out[1]]
            # sums below 2^53: exact
            acc += v * w[0, i, j] if depthwise else (
                v.astype(float) @ w[:, i, j].T.astype(float)).astype(np.int64)
    return acc


def weighted(file, code, x, ins, options):
    _, _, zero, _ = file.tensor(ins[0])
    w = file.tensor(ins[1])[3]
    bias = file.tensor(ins[2])[3] if len(ins) > 2 and ins[2] >= 0 else 0
    if code == DENSE:
        return (x.reshape(len(x), -1) - zero) @ w.T + bias, 0
    stride = file.number(options, 2, default=1), file.number(options, 1,
                                                             default=1)
    return (convolved(x, w, zero, file.number(options, 0, "<b") == 0, stride,
                      code == DEPTHWISE) + bias,
            3 if code == CONV else 4)


def added(file, x, y, ins, scale, scaled):
    (_, a, za, _), (_, b, zb, _) = map(file.tensor, ins)
    twice = 2 * max(float(a[0]), float(b[0]))
    both = (scaled((x - za) << 20, *factor(float(a[0]) / twice)) +
            scaled((y - zb) << 20, *factor(float(b[0]) / twice)))
    return scaled(both, *factor(twice / ((1 << 20) * float(scale))))


def averaged(file, x, options):
    high, wide = file.number(options, 4), file.number(options, 3)
    down, right = file.number(options, 2), file.number(options, 1)
    n, rows, columns, channels = x.shape
    y = np.zeros((n, (rows - high) // down + 1, (columns - wide) // right + 1,
                  channels), np.int64)
    for i in range(y.shape[1]):
        for j in range(y.shape[2]):
            s = x[:, i * down:i * down + high,
                  j * right:j * right + wide].sum((1, 2))
            half = high * wide // 2
            y[:, i, j] = np.where(s > 0, (s + half) // (high * wide),
                                  -((half - s) // (high * wide)))
    return y


def run(file, x, scaled):
    maps = {file.vector(file.field(file.graph, 1))[0]: x.astype(np.int64)}
    for code, ins, out, options in file.steps():
        shape, scale, zero, _ = file.tensor(out)
        x = maps[ins[0]]
        if code in (CONV, DEPTHWISE, DENSE):
            acc, slot = weighted(file, code, x, ins, options)
            sx, sw = file.tensor(ins[0])[1], file.tensor(ins[1])[1]
            y = np.empty_like(acc)
            for c in range(acc.shape[-1]):
                unit = float(sx[0]) * float(sw[c if len(sw) > 1 else 0])
                y[..., c] = scaled(acc[..., c], *factor(unit / float(scale[0])))
            y = clipped(y, scale[0], zero, file.number(options, slot, "<b"))
        elif code == ADD:
            y = added(file, x, maps[ins[1]], ins, scale[0], scaled)
            y = clipped(y, scale[0], zero, file.number(options, 0, "<b"))
        elif code == AVERAGE:
            y = averaged(file, x, options)
        elif code == RESHAPE:
            y = x.reshape([len(x), *shape[1:]])
        elif code == SOFTMAX:
            e = np.exp((x - x.max(1, keepdims=True)) *
                       float(file.tensor(ins[0])[1][0]))
            y = np.rint(e / e.sum(1, keepdims=True) / float(scale[0])) + zero
            y = np.clip(y, -128, 127).astype(np.int64)
        else:
            sys.exit(f"operator {code} is none of MLPerf Tiny's")
        maps[out] = y
    return maps[file.vector(file.field(file.graph, 2))[0]].ravel()


def main():
    file = File(sys.argv[1])
    x = np.load(sys.argv[2])
    x = x.reshape(len(x), *file.tensor(
        file.vector(file.field(file.graph, 1))[0])[0][1:])
    for name, scaled in (("one rounding", scaled_once),
                         ("two roundings", scaled_twice)):
        y = run(file, x, scaled)
        for path in sys.argv[3:]:
            off = Counter(abs(np.fromfile(path, "i1") - y).tolist())
            print(f"{name}: {path}: {len(y)} outputs, {len(y) - off[0]} off, by "
                  f"up to {max(off)}")


if __name__ == "__main__":
    main()
