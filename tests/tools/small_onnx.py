#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small ONNX files that quantise, their images and what they must give.

    small_onnx.py FOLDER

For each NAME printed: NAME.onnx, NAME_x.npy, and NAME.txt with the outputs by
the definition, a number a line. Scales are powers of two, so that all sums are
exact. qdq: levels that several operators read, moved by MaxPool, float weights
that the file quantises; qlinear: QLinearConv, QLinearAdd, QGemm, QLinearConcat;
others: the rest of their like;
row: a convolution and a pooling of one axis.
"""
import math
import struct
import sys

import npy

FLOAT, UINT8, INT8, INT32, INT64 = 1, 2, 3, 6, 7


def varint(x):
    out = b""
    while True:
        out += bytes([x & 127 | (128 if x > 127 else 0)])
        x >>= 7
        if not x:
            return out


def number(field, x):
    return varint(field << 3) + varint(x & (1 << 64) - 1)


def piece(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def attribute(name, x):
    if isinstance(x, str):
        return piece(5, piece(1, name) + piece(4, x) + number(20, 3))
    if isinstance(x, float):
        return piece(5, piece(1, name) + varint(2 << 3 | 5) +
                     struct.pack("<f", x) + number(20, 1))
    if isinstance(x, int):
        return piece(5, piece(1, name) + number(3, x) + number(20, 2))
    return piece(5, piece(1, name) + b"".join(number(8, v) for v in x) +
                 number(20, 7))


def node(op, inputs, output, **attributes):
    domain = piece(7, "com.microsoft") if op.startswith("Q") and op not in (
        "QLinearConv", "QLinearMatMul", "QuantizeLinear") else b""
    return piece(1, b"".join(piece(1, i.strip("-")) for i in inputs.split()) +
                 b"".join(piece(2, o) for o in output.split()) + piece(4, op) +
                 b"".join(attribute(*a) for a in attributes.items()) + domain)


def tensor(name, kind, shape, values):
    form = {FLOAT: "f", UINT8: "B", INT8: "b", INT32: "i", INT64: "q"}[kind]
    return piece(5, b"".join(number(1, n) for n in shape) + number(2, kind) +
                 piece(8, name) +
                 piece(9, struct.pack(f"<{len(values)}{form}", *values)))


def outside(field, name, shape):
    dims = b"".join(piece(1, number(1, n) if isinstance(n, int)
                          else piece(2, n)) for n in shape)
    return piece(field, piece(1, name) + piece(2, piece(
        1, number(1, FLOAT) + piece(2, dims))))


def model(parts, shape, out, ir=8, opset=13):
    graph = b"".join(parts) + piece(2, "small") + outside(11, "x", shape) + \
        outside(12, "y", out)
    return number(1, ir) + piece(7, graph) + piece(8, number(2, opset)) + \
        piece(8, piece(1, "com.microsoft") + number(2, 1))


def write(folder, name, data, x, shape, expected):
    with open(f"{folder}/{name}.onnx", "wb") as f:
        f.write(data)
    npy.write(f"{folder}/{name}_x.npy", "<f4", shape, x)
    with open(f"{folder}/{name}.txt", "w") as f:
        f.writelines(f"{v:.9g}\n" for v in expected)
    print(name)


def grid(x, scale, zero, low):
    """Level and value of x; halves to even."""
    q = max(low, min(low + 255, round(x / scale) + zero))
    return (q - zero) * scale


X = [(k * 37 % 64 - 29) / 16 for k in range(3 * 4 * 4)]  # (3, 4, 4)
SHAPE = (1, 3, 4, 4)


def conv(x, w, b, area):
    """A 1x1 convolution of planes of so many values."""
    return [b[o] + sum(w[o][c] * x[c * area + p] for c in range(len(w[0])))
            for o in range(len(w)) for p in range(area)]


def pool(x, channels, side):
    """The largest of 2x2."""
    half = side // 2
    return [max(x[(c * side + 2 * i + d) * side + 2 * j + e]
                for d in (0, 1) for e in (0, 1))
            for c in range(channels) for i in range(half) for j in range(half)]


def qdq(folder):
    w = [[0.5, -1.3, 0.2], [1.05, 0.26, -1.2], [-0.4, 1.1, 0.3]]
    s = [1 / 64, 1 / 128, 1 / 32]
    b = [0.5, -0.25, 1]
    parts = [
        tensor("sx", FLOAT, [], [1 / 16]), tensor("zx", UINT8, [], [40]),
        tensor("sx2", FLOAT, [], [1 / 16]), tensor("zx2", UINT8, [], [40]),
        tensor("w", FLOAT, [3, 3, 1, 1], sum(w, [])),
        tensor("sw", FLOAT, [3], s), tensor("zw", INT8, [3], [0] * 3),
        tensor("b", FLOAT, [3], b),
        tensor("sy", FLOAT, [], [1 / 8]), tensor("zy", INT8, [], [-3]),
        node("QuantizeLinear", "x sx zx", "xq"),
        node("MaxPool", "xq", "pq", kernel_shape=[2, 2], strides=[2, 2]),
        node("DequantizeLinear", "pq sx zx", "p1"),
        node("DequantizeLinear", "pq sx2 zx2", "p2"),
        node("QuantizeLinear", "w sw zw", "wq", axis=0),
        node("DequantizeLinear", "wq sw zw", "wf", axis=0),
        node("Conv", "p1 wf b", "c"),
        node("QuantizeLinear", "c sy zy", "cq"),
        node("DequantizeLinear", "cq sy zy", "cf"),
        node("Add", "cf p2", "y")]
    q = [grid(v, 1 / 16, 40, 0) for v in X]
    p = pool(q, 3, 4)
    wf = [[grid(v, s[o], 0, -128) for v in w[o]] for o in range(3)]
    c = [grid(v, 1 / 8, -3, -128) for v in conv(p, wf, b, 4)]
    write(folder, "qdq", model(parts, SHAPE, (1, 3, 2, 2)), X, SHAPE,
          [a + v for a, v in zip(c, p)])


def qlinear(folder):
    w = [[7, -90, 13], [-100, 33, 55], [127, 64, -20]]
    s = [1 / 64, 1 / 256, 1 / 128]
    b = [400, -90, 30]
    g = [[3, -7, 11, 5, -2, 9, 1, -4, 6, 2, -3, 8],
         [-5, 2, 4, -9, 7, 1, -1, 3, 2, -6, 10, -8]]
    parts = [
        tensor("sx", FLOAT, [], [1 / 16]), tensor("zx", INT8, [], [5]),
        tensor("w", INT8, [3, 3, 1, 1], sum(w, [])),
        tensor("sw", FLOAT, [3], s), tensor("zw", INT8, [3], [0] * 3),
        tensor("b", INT32, [3], b),
        tensor("sy", FLOAT, [], [1 / 8]), tensor("zy", INT8, [], [-9]),
        tensor("sz", FLOAT, [], [1 / 4]), tensor("zz", INT8, [], [2]),
        tensor("g", INT8, [2, 96], [v for row in g for v in row * 8]),
        tensor("sg", FLOAT, [], [1 / 32]), tensor("zg", INT8, [], [0]),
        tensor("gb", INT32, [2], [700, 900]),
        tensor("so", FLOAT, [], [1 / 2]), tensor("zo", INT8, [], [1]),
        node("QuantizeLinear", "x sx zx", "xq"),
        node("QLinearConv", "xq sx zx w sw zw sy zy b", "c"),
        node("QLinearAdd", "c sy zy xq sx zx sz zz", "a"),
        node("QLinearConcat", "sz zz a sz zz xq sx zx", "j", axis=1),
        node("Flatten", "j", "f"),
        node("QGemm", "f sz zz g sg zg gb so zo", "o", transB=1),
        node("DequantizeLinear", "o so zo", "y")]
    q = [grid(v, 1 / 16, 5, -128) for v in X]
    wf = [[v * s[o] for v in w[o]] for o in range(3)]
    c = [grid(v, 1 / 8, -9, -128)
         for v in conv(q, wf, [b[o] * s[o] / 16 for o in range(3)], 16)]
    a = [grid(u + v, 1 / 4, 2, -128) for u, v in zip(c, q)]
    j = a + [grid(v, 1 / 4, 2, -128) for v in q]
    o = conv(j, [[v / 32 for v in row * 8] for row in g],
             [700 / 128, 900 / 128], 1)
    write(folder, "qlinear", model(parts, SHAPE, (1, 2), ir=11, opset=21),
          X, SHAPE, [grid(v, 1 / 2, 1, -128) for v in o])


def others(folder):
    m = [[(5 * i * i + 7 * i + 31 * k) % 41 - 20 for i in range(12)]
         for k in range(4)]  # of an output, which lies in a column
    s = [1 / 8, 1 / 32, 1 / 16, 1 / 64]
    columns = [m[k][i] for i in range(12) for k in range(4)]
    parts = [
        tensor("sx", FLOAT, [], [1 / 16]), tensor("zx", INT8, [], [5]),
        tensor("sl", FLOAT, [], [1 / 32]), tensor("zl", INT8, [], [20]),
        tensor("sm", FLOAT, [], [1 / 8]), tensor("zm", INT8, [], [-30]),
        tensor("s1", FLOAT, [], [1 / 256]), tensor("z1", INT8, [], [-128]),
        tensor("m", INT8, [12, 4], columns), tensor("s", FLOAT, [4], s),
        tensor("z", INT8, [4], [0] * 4), tensor("b", INT32, [4], [90, -70, 0, 9]),
        node("QuantizeLinear", "x sx zx", "xq"),
        node("QLinearLeakyRelu", "xq sx zx sl zl", "l", alpha=0.25),
        node("QLinearMul", "l sl zl xq sx zx sm zm", "u"),
        node("QLinearAveragePool", "u sm zm sl zl", "p", kernel_shape=[2, 2],
             strides=[2, 2]),
        node("QLinearGlobalAveragePool", "p sl zl sx zx", "g"),
        node("QLinearSigmoid", "p sl zl s1 z1", "o"),
        node("Flatten", "o", "f"),
        node("QLinearMatMul", "f s1 z1 m s z sl zl", "a"),
        node("QGemm", "f s1 z1 m s z b sl zl", "c"),
        node("QLinearSoftmax", "a sl zl s1 z1", "e", axis=-1),
        node("DequantizeLinear", "g sx zx", "g1"), node("Flatten", "g1", "g2"),
        node("DequantizeLinear", "c sl zl", "c1"),
        node("DequantizeLinear", "e s1 z1", "e1"),
        node("Concat", "g2 c1 e1", "y", axis=1)]
    q = [grid(v, 1 / 16, 5, -128) for v in X]
    left = [grid(v if v > 0 else v / 4, 1 / 32, 20, -128) for v in q]
    u = [grid(v * w, 1 / 8, -30, -128) for v, w in zip(left, q)]
    p = [grid(sum(u[(c * 4 + 2 * i + d) * 4 + 2 * j + e]
                  for d in (0, 1) for e in (0, 1)) / 4, 1 / 32, 20, -128)
         for c in range(3) for i in (0, 1) for j in (0, 1)]
    g = [grid(sum(p[4 * c:4 * c + 4]) / 4, 1 / 16, 5, -128) for c in range(3)]
    o = [grid(1 / (1 + math.exp(-v)), 1 / 256, -128, -128) for v in p]
    w = [[v * s[k] for v in m[k]] for k in range(4)]
    a, c = ([grid(v, 1 / 32, 20, -128) for v in conv(o, w, b, 1)] for b in (
        [0] * 4, [v * r / 256 for v, r in zip([90, -70, 0, 9], s)]))
    e = [math.exp(v) for v in a]
    write(folder, "others", model(parts, SHAPE, (1, 11)), X, SHAPE,
          g + c + [grid(v / sum(e), 1 / 256, -128, -128) for v in e])


def row(folder):
    """(1, 1, 4, 12) to (1, 4, 12): windows of three, every second."""
    w = [[[1, -2, 0.5], [0.25, 3, -1], [2, 1, 1], [-1, 0, 4]],
         [[0, 1, 2], [1, -1, 1], [0.5, 0.5, -3], [2, 2, -2]]]
    parts = [
        piece(5, number(1, 3) + number(2, 7) + piece(8, "shape") +
              piece(9, struct.pack("<3q", 1, 4, 12))),
        tensor("w", FLOAT, [2, 4, 3], [v for o in w for c in o for v in c]),
        tensor("b", FLOAT, [2], [0.5, -2]),
        node("Reshape", "x shape", "r"),
        node("Conv", "r w b", "c", strides=[2], pads=[1, 0],
             kernel_shape=[3]),
        node("MaxPool", "c", "m", kernel_shape=[2], strides=[1], pads=[0, 1]),
        node("Relu", "m", "y")]
    x = X[:48]
    y = []
    for o in range(2):
        c = []
        for i in range(6):
            total = [0.5, -2][o]
            for k in range(4):
                for t in range(3):
                    at = 2 * i - 1 + t
                    total += w[o][k][t] * x[12 * k + at] if at >= 0 else 0
            c.append(total)
        y += [max(0, max(c[i:i + 2])) for i in range(6)]
    write(folder, "row", model(parts, (1, 1, 4, 12), (1, 2, 6)), x,
          (1, 1, 4, 12), y)


def of_size(folder):
    """Images of any size, and a border that depends on it: not printed."""
    shape = (1, 3, "height", "width")
    parts = [node("MaxPool", "x", "y", kernel_shape=[3, 3], strides=[2, 2],
                  auto_pad="SAME_UPPER")]
    with open(folder + "/of_size.onnx", "wb") as f:
        f.write(model(parts, shape, shape))


def wrong(folder):
    """Files that must be refused: nothing is printed."""
    parts = [
        tensor("sx", FLOAT, [], [1 / 16]), tensor("zx", UINT8, [], [40]),
        tensor("s2", FLOAT, [], [1 / 8]),
        node("QuantizeLinear", "x sx zx", "xq"),
        node("DequantizeLinear", "xq s2 zx", "y")]
    with open(folder + "/scale.onnx", "wb") as f:
        f.write(model(parts, SHAPE, SHAPE))
    parts[-1:] = [node("DequantizeLinear", "xq sx z2", "y"),
                  tensor("z2", UINT8, [], [41])]
    with open(folder + "/zero.onnx", "wb") as f:
        f.write(model(parts, SHAPE, SHAPE))
    parts[-2:] = [node("QuantizeLinear", "x s2 zx", "xr"),
                  node("Concat", "xq xr", "j", axis=1),
                  node("DequantizeLinear", "j sx zx", "y")]
    with open(folder + "/joins.onnx", "wb") as f:
        f.write(model(parts, SHAPE, (1, 6, 4, 4)))
    parts[-3:] = [node("Relu", "xq", "y")]
    with open(folder + "/levels.onnx", "wb") as f:
        f.write(model(parts, SHAPE, SHAPE))
    parts[-1:] = [
        node("QLinearGlobalAveragePool", "xq sx zx sx zx", "yq",
             channels_last=1),
        node("DequantizeLinear", "yq sx zx", "y")]
    with open(folder + "/last.onnx", "wb") as f:
        f.write(model(parts, (1, 4, 4, 3), (1, 1, 1, 3)))
    parts = [node("Relu", "x", "y")]
    with open(folder + "/new.onnx", "wb") as f:
        f.write(model(parts, SHAPE, SHAPE, ir=12))


def main():
    wrong(sys.argv[1])
    of_size(sys.argv[1])
    qdq(sys.argv[1])
    qlinear(sys.argv[1])
    others(sys.argv[1])
    row(sys.argv[1])


if __name__ == "__main__":
    main()
