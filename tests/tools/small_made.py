#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small ONNX files of operators that nas makes of others or computes on
constants, their images and what they must give.

    small_made.py FOLDER

For each NAME printed: NAME.onnx, NAME_x.npy, and NAME.txt with the outputs by
ONNX's definitions. activations: both forms of Gelu, Mish, powers that are no
whole number; folded: what shape arithmetic is made of; picked: Gather of maps,
Tile, Expand; crossed: rows with columns; small: moments and lengths of few numbers, opset 22; stretched: transposed
convolution, LRN, Resize; uneven: layers whose channels have very different ranges; flat:
a softmax over all numbers, as before opset 13; sides: a border of one axis, and
operators that change nothing.

Not printed, for tests of their own: vector.onnx takes (N, 6), frames.onnx (N, 4,
4), clip.onnx (N, 3, 2, 4, 4), two.onnx has two outputs; boxes.onnx ends in
operators that nas does not read, on.onnx goes on behind one, and side.onnx has
one that nobody needs; up.onnx is a ConvTranspose, border.onnx
has a border of halves between two layers.
"""
import math
import sys

import npy
from small_onnx import (FLOAT, INT64, SHAPE, X, model, node, outside, tensor,
                        write)


def activations(folder):
    parts = [
        tensor("p", FLOAT, [], [2.5]), tensor("one", FLOAT, [], [1]),
        node("Gelu", "x", "g"), node("Gelu", "x", "t", approximate="tanh"),
        node("Mish", "x", "m"), node("Abs", "x", "a"), node("Pow", "a p", "w"),
        node("Add", "w one", "w1"), node("Log", "w1", "l"),
        node("Reciprocal", "w1", "r"), node("Erf", "x", "e"),
        node("Concat", "g t m l r e", "y", axis=1)]
    c = math.sqrt(2 / math.pi)
    y = [v / 2 * (1 + math.erf(v / math.sqrt(2))) for v in X]
    y += [v / 2 * (1 + math.tanh(c * (v + 0.044715 * v ** 3))) for v in X]
    y += [v * math.tanh(math.log1p(math.exp(v))) for v in X]
    y += [math.log(1 + abs(v) ** 2.5) for v in X]
    y += [1 / (1 + abs(v) ** 2.5) for v in X]
    y += [math.erf(v) for v in X]
    write(folder, "activations", model(parts, SHAPE, (1, 18, 4, 4), ir=10,
                                       opset=20), X, SHAPE, y)


def folded(folder):
    """The same image at the end, by a shape that takes every operator."""
    parts = [
        tensor("three", INT64, [], [3]), tensor("four", INT64, [1], [4]),
        tensor("zero", INT64, [], [0]), tensor("one", INT64, [], [1]),
        tensor("t3", INT64, [1], [3]), tensor("twelve", INT64, [1], [12]),
        node("Shape", "x", "shape"),                      # 1 3 4 4
        node("Range", "zero three one", "range"),         # 0 1 2
        node("ReduceMax", "range", "two", keepdims=1),    # 2
        node("Equal", "shape four", "equal"),             # 0 0 1 1
        node("Where", "equal two shape", "where"),        # 1 3 2 2
        node("Less", "where t3", "less"),                 # 1 0 1 1
        node("Not", "less", "not"),                       # 0 1 0 0
        node("GreaterOrEqual", "where two", "ge"),        # 0 1 1 1
        node("And", "not ge", "and"),                     # 0 1 0 0
        node("Or", "and equal", "or"),                    # 0 1 1 1
        node("Greater", "where two", "gt"),               # 0 1 0 0
        node("LessOrEqual", "where two", "le"),           # 1 0 1 1
        node("Expand", "three four", "threes"),           # 3 3 3 3
        node("Tile", "two four", "twos"),                 # 2 2 2 2
        node("Pow", "where twos", "square"),              # 1 9 4 4
        node("Sub", "square twelve", "under"),            # -11 -3 -8 -8
        node("Mod", "under t3", "mod"),                   # 1 0 1 1
        node("Cast", "or", "or1", to=INT64),
        node("Cast", "gt", "gt1", to=INT64),
        node("Cast", "le", "le1", to=INT64),
        # 1 3 4 4: mod + 3 (or, with le) + 3 gt
        node("Mul", "or1 le1", "both"), node("Mul", "both threes", "more"),
        node("Mul", "gt1 t3", "some"),
        node("Add", "mod more", "sum"), node("Add", "sum some", "to"),
        node("Reshape", "x to", "y")]
    write(folder, "folded", model(parts, SHAPE, SHAPE), X, SHAPE, X)


def picked(folder):
    parts = [
        tensor("at", INT64, [4], [2, 0, 1, -1]), tensor("last", INT64, [], [-2]),
        tensor("r", INT64, [4], [1, 1, 2, 3]), tensor("e", INT64, [3], [1, 1, 5]),
        tensor("s", INT64, [3], [1, 12, 1]),
        node("Gather", "x at", "g", axis=3), node("Gather", "x last", "h", axis=2),
        node("Tile", "x r", "t"), node("Reshape", "h s", "h1"),
        node("Expand", "h1 e", "h2"), node("Flatten", "g", "f1"),
        node("Flatten", "t", "f2"), node("Flatten", "h2", "f3"),
        node("Concat", "f1 f2 f3", "y", axis=1)]
    rows = [X[4 * k:4 * k + 4] for k in range(12)]
    y = [row[i] for row in rows for i in (2, 0, 1, 3)]
    for c in range(3):
        y += [v for row in rows[4 * c:4 * c + 4] * 2 for v in row * 3]
    y += [v for c in range(3) for v in rows[4 * c + 2] for _ in range(5)]
    write(folder, "picked", model(parts, SHAPE, (1, len(y))), X, SHAPE, y)


def crossed(folder):
    """A row of each map with its column, both ways: neither is the whole."""
    parts = [
        node("ReduceMax", "x", "row", axes=[2]),
        node("ReduceMin", "x", "column", axes=[3]),
        node("Sub", "row column", "a"), node("Sub", "column row", "b"),
        node("Concat", "a b", "y", axis=1)]
    maps = [X[16 * c:16 * c + 16] for c in range(3)]
    y = [max(m[j::4]) - min(m[4 * i:4 * i + 4]) for m in maps
         for i in range(4) for j in range(4)]
    y += [-v for v in y]
    write(folder, "crossed", model(parts, SHAPE, (1, 6, 4, 4)), X, SHAPE, y)


def small(folder):
    parts = [
        tensor("s", FLOAT, [4], [1, 2, -1, 0.5]), tensor("b", FLOAT, [4], [0, 1, 2, 3]),
        tensor("a", INT64, [1], [3]),
        node("LayerNormalization", "x s b", "n", axis=-1, epsilon=0.01),
        node("LpNormalization", "x", "l", axis=1, p=2),
        node("ReduceMin", "x a", "m", keepdims=1),
        node("Flatten", "n", "f1"), node("Flatten", "l", "f2"),
        node("Flatten", "m", "f3"), node("Concat", "f1 f2 f3", "y", axis=1)]
    y = []
    for k in range(12):
        row = X[4 * k:4 * k + 4]
        mean = sum(row) / 4
        width = math.sqrt(sum((v - mean) ** 2 for v in row) / 4 + 0.01)
        y += [(v - mean) / width * s + b
              for v, s, b in zip(row, (1, 2, -1, 0.5), range(4))]
    y += [X[k] / math.sqrt(sum(X[k % 16 + 16 * c] ** 2 for c in range(3)))
          for k in range(48)]
    y += [min(X[4 * k:4 * k + 4]) for k in range(12)]
    write(folder, "small", model(parts, SHAPE, (1, len(y)), ir=10, opset=22),
          X, SHAPE, y)


def stretched(folder):
    """Two groups, more padding than the kernel reaches; a mean over two channels;
    3 rows and columns to 7 and 5."""
    w = [[(5 * i + 3 * k) % 7 / 4 - 0.75 for k in range(4)] for i in range(4)]
    parts = [
        tensor("w", FLOAT, [4, 1, 2, 2], sum(w, [])),
        tensor("two", INT64, [2], [2, 2]), tensor("s", INT64, [4], [1, 3, 7, 5]),
        node("Concat", "x x", "xx", axis=1), tensor("at", INT64, [4], [0, 1, 2, 0]),
        node("Gather", "xx at", "x4", axis=1),
        node("ConvTranspose", "x4 w", "t", group=2, strides=[2, 2],
             pads=[2, 2, 1, 2]),
        node("LRN", "x", "l", size=2, alpha=0.5, beta=0.5, bias=1.5),
        node("MaxPool", "x", "m", kernel_shape=[2, 2]),
        node("Resize", "m - - s", "r", mode="nearest",
             coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
        node("Flatten", "t", "f1"), node("Flatten", "l", "f2"),
        node("Flatten", "r", "f3"), node("Concat", "f1 f2 f3", "y", axis=1)]
    x4 = X + X[:16]
    full = [0.0] * (2 * 8 * 8)
    for i in range(4):
        for p in range(16):
            for k in range(4):
                row, column = 2 * (p // 4) + k // 2, 2 * (p % 4) + k % 2
                full[64 * (i // 2) + 8 * row + column] += x4[16 * i + p] * w[i][k]
    y = [full[64 * o + 8 * (r + 2) + c + 2] for o in (0, 1) for r in range(5)
         for c in range(4)]
    for c in range(3):
        for p in range(16):
            near = sum(X[16 * k + p] ** 2 for k in (c, c + 1) if k < 3)
            y.append(X[16 * c + p] / math.sqrt(1.5 + 0.25 * near))
    m = pool_by_one(X)
    y += [m[9 * c + 3 * (r * 3 // 7) + k * 3 // 5] for c in range(3)
          for r in range(7) for k in range(5)]
    write(folder, "stretched", model(parts, SHAPE, (1, len(y))), X, SHAPE, y)


def pool_by_one(x):
    """The largest of 2x2, at every place of 4x4 maps."""
    return [max(x[16 * c + 4 * (i + d) + j + e] for d in (0, 1) for e in (0, 1))
            for c in range(3) for i in range(3) for j in range(3)]


def uneven(folder):
    """Channels of very different ranges between three layers."""
    s, t = (1, 1 / 64, 16, 1 / 8), (1 / 4, 64, 1 / 32, 2)
    a = [[((5 * o + 3 * i) % 7 - 2.5) / 4 * s[o] for i in range(3)] for o in range(4)]
    b = [0.5 * v for v in s]
    d = [((3 * o) % 5 + 1) / 4 * t[o] for o in range(4)]
    c = [[((4 * o + 3 * i) % 9 - 4) / 4 / s[i] / t[i] for i in range(4)]
         for o in range(2)]
    parts = [
        tensor("a", FLOAT, [4, 3, 1, 1], sum(a, [])), tensor("b", FLOAT, [4], b),
        tensor("d", FLOAT, [4, 1, 1, 1], d), tensor("c", FLOAT, [2, 4, 1, 1], sum(c, [])),
        node("Conv", "x a b", "t1"), node("Relu", "t1", "t2"),
        node("Conv", "t2 d", "t3", group=4),
        node("MaxPool", "t3", "t4", kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", "t4 c", "y")]
    h = [max(0, b[o] + sum(a[o][i] * X[16 * i + p] for i in range(3))) * d[o]
         for o in range(4) for p in range(16)]
    m = [max(h[16 * o + 8 * i + 2 * j + k] for k in (0, 1, 4, 5))
         for o in range(4) for i in (0, 1) for j in (0, 1)]
    y = [sum(c[o][i] * m[4 * i + p] for i in range(4)) for o in range(2)
         for p in range(4)]
    write(folder, "uneven", model(parts, SHAPE, (1, 2, 2, 2)), X, SHAPE, y)


def flat(folder):
    y = [math.exp(v) for v in X]
    write(folder, "flat", model([node("Softmax", "x", "y", axis=1)], SHAPE, SHAPE,
                                opset=12), X, SHAPE, [v / sum(y) for v in y])


def sides(folder):
    parts = [
        tensor("p", INT64, [2], [1, 2]), tensor("v", FLOAT, [], [0.5]),
        tensor("a", INT64, [1], [3]), tensor("one", FLOAT, [], [1]),
        node("Pad", "x p v a", "t1"), node("Sum", "t1", "t2"),
        node("Pow", "t2 one", "t3"),
        node("ReduceMax", "t3", "y", noop_with_empty_axes=1)]
    y = [v for k in range(12) for v in [0.5] + X[4 * k:4 * k + 4] + [0.5] * 2]
    write(folder, "sides", model(parts, SHAPE, (1, 3, 4, 7), ir=10, opset=18), X,
          SHAPE, y)


def save(folder, name, data):
    with open(f"{folder}/{name}.onnx", "wb") as f:
        f.write(data)


def inputs(folder):
    gemm = [tensor("w", FLOAT, [6, 2], [k - 5.5 for k in range(12)]),
            tensor("b", FLOAT, [2], [1, -1]), node("Gemm", "x w b", "y")]
    save(folder, "vector", model(gemm, ("n", 6), ("n", 2)))
    npy.write(f"{folder}/vector_x.npy", "<f4", (2, 6), X[:12])
    with open(f"{folder}/vector.txt", "w") as f:
        f.writelines(f"{[1, -1][o] + sum(X[6 * n + i] * (2 * i + o - 5.5) for i in range(6)):.9g}\n"
                     for n in (0, 1) for o in (0, 1))
    parts = [tensor("a", INT64, [1], [1]), node("Unsqueeze", "x a", "u"),
             tensor("w", FLOAT, [1, 1, 2, 2], [1, -1, 2, 0.5]),
             node("Conv", "u w", "y", kernel_shape=[2, 2])]
    save(folder, "frames", model(parts, ("n", 4, 4), ("n", 1, 3, 3)))
    npy.write(f"{folder}/frames_x.npy", "<f4", (3, 4, 4), X)
    save(folder, "clip", model([node("Relu", "x", "y")], ("n", 3, 2, 4, 4),
                               ("n", 3, 2, 4, 4)))


def ends(folder):
    conv = [tensor("w", FLOAT, [4, 3, 1, 1], [(k % 5 - 2) / 4 for k in range(12)]),
            node("Conv", "x w", "c")]
    pool = [node("GlobalAveragePool", "c", "g"), node("Flatten", "g", "y")]
    large = node("GlobalMaxPool", "c", "m") + node("Flatten", "m", "peak")
    save(folder, "two", model(conv + pool + [large, outside(12, "peak", (1, 4))],
                              SHAPE, (1, 4)))
    boxes = [node("Sigmoid", "c", "scores"), outside(12, "scores", (1, 4, 4, 4)),
             outside(11, "size", (1, 2)), node("NonZero", "scores size", "at"),
             node("Cast", "at", "y", to=FLOAT)]
    save(folder, "boxes", model(conv + boxes, SHAPE, (4, "n")))
    save(folder, "on", model(conv + [
        node("NonZero", "c", "at"), tensor("w2", FLOAT, [4, 2], [1] * 8),
        node("MatMul", "at w2", "y")], SHAPE, (4, 2)))
    border = [tensor("p", INT64, [8], [0, 0, 1, 1, 0, 0, 1, 1]),
              tensor("v", FLOAT, [], [0.5]), tensor("d", FLOAT, [4, 1, 1, 1], [1] * 4),
              node("Pad", "c p v", "e"), node("Conv", "e d", "y", group=4)]
    save(folder, "border", model(conv + border, SHAPE, (1, 4, 6, 6)))
    up = [tensor("w", FLOAT, [3, 2, 2, 2], [1] * 24),
          node("ConvTranspose", "x w", "y", strides=[2, 2], kernel_shape=[2, 2])]
    save(folder, "up", model(up, SHAPE, (1, 2, 8, 8)))
    save(folder, "side", model(conv + pool + [node("NonZero", "c", "at")],
                               SHAPE, (1, 4)))


def main():
    inputs(sys.argv[1])
    ends(sys.argv[1])
    activations(sys.argv[1])
    folded(sys.argv[1])
    picked(sys.argv[1])
    crossed(sys.argv[1])
    small(sys.argv[1])
    stretched(sys.argv[1])
    uneven(sys.argv[1])
    flat(sys.argv[1])
    sides(sys.argv[1])


if __name__ == "__main__":
    main()
