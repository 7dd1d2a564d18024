#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small ONNX files whose constants are computed from others, and damaged ones.

    small_folded.py FOLDER

For each NAME printed: NAME.onnx, NAME_x.npy, and NAME.txt with the outputs by
ONNX's definitions: constants: every operator that is computed on numbers of the
file; tensors: every form in which a file holds numbers; split: maps cut in parts.

Not printed, for a test of its own: bad.txt has a line "NAME<TAB>TEXT" for each
bad_NAME.onnx, whose error must contain the text.
"""
import math
import struct
import sys

from small_onnx import (FLOAT, INT32, INT64, SHAPE, X, model, node, number,
                        piece, tensor, varint, write)

BOOL, FLOAT16, DOUBLE, UINT32 = 9, 10, 11, 12
FIELD = {FLOAT: (4, "f"), INT32: (5, None), INT64: (7, None), DOUBLE: (10, "d"),
         UINT32: (11, None), FLOAT16: (5, None), BOOL: (5, None)}
FORM = {FLOAT: "f", FLOAT16: "e", DOUBLE: "d", INT32: "i", UINT32: "I",
        BOOL: "?", INT64: "q"}


def constant(output, **value):
    """A Constant with one attribute: a tensor's bytes, numbers or a list."""
    (name, x), = value.items()
    if isinstance(x, bytes):
        data = piece(5, x) + number(20, 4)
    elif isinstance(x, float):
        data = varint(2 << 3 | 5) + struct.pack("<f", x) + number(20, 1)
    elif isinstance(x, int):
        data = number(3, x) + number(20, 2)
    elif isinstance(x[0], float):
        data = b"".join(varint(7 << 3 | 5) + struct.pack("<f", v)
                        for v in x) + number(20, 6)
    else:
        data = b"".join(number(8, v) for v in x) + number(20, 7)
    return piece(1, piece(2, output) + piece(4, "Constant") +
                 piece(5, piece(1, name) + data))


def by_field(name, kind, shape, values):
    """A tensor whose numbers stand in the field of their type, packed."""
    field, form = FIELD[kind]
    if form:
        data = struct.pack(f"<{len(values)}{form}", *values)
    else:
        if kind == FLOAT16:
            values = struct.unpack(f"<{len(values)}H",
                                   struct.pack(f"<{len(values)}e", *values))
        data = b"".join(varint(v & (1 << 64) - 1) for v in values)
    return piece(5, b"".join(number(1, n) for n in shape) + number(2, kind) +
                 piece(field, data) + piece(8, name))


def raw(name, kind, shape, values):
    return piece(5, b"".join(number(1, n) for n in shape) + number(2, kind) +
                 piece(8, name) +
                 piece(9, struct.pack(f"<{len(values)}{FORM[kind]}", *values)))


def total(name, folder, parts, pieces, opset=13):
    """The image's 48 numbers plus those of the pieces, {tensor: values}, and 0
    for the rest."""
    values = [v for piece_ in pieces.values() for v in piece_]
    rest = len(X) - len(values)
    assert rest > 0, (name, rest)
    for t in pieces:
        parts = parts + [node("Cast", t, t + "_f", to=FLOAT),
                         node("Reshape", f"{t}_f flat", t + "_1")]
    parts = [tensor("flat", INT64, [1], [-1]), tensor("n", INT64, [1], [rest]),
             tensor("row", INT64, [2], [1, len(X)])] + parts + [
        node("ConstantOfShape", "n", "rest"),
        node("Concat", " ".join(t + "_1" for t in pieces) + " rest", "all",
             axis=0),
        node("Reshape", "all row", "all1"), node("Flatten", "x", "x1"),
        node("Add", "x1 all1", "y")]
    y = [x + v for x, v in zip(X, values + [0] * rest)]
    write(folder, name, model(parts, SHAPE, (1, len(X)), opset=opset), X, SHAPE,
          y)


def constants(folder):
    m = [[1.5, -2.5, 3], [0.25, 4, -0.5]]
    flat = m[0] + m[1]
    parts = [
        tensor("m", FLOAT, [2, 3], flat), tensor("i", INT64, [3], [7, -7, 2]),
        tensor("two", INT64, [], [2]), tensor("last", INT64, [2], [-1, 0]),
        tensor("from", INT64, [2], [1, -1]), tensor("to", INT64, [2], [-9, -9]),
        tensor("axes", INT64, [2], [0, 1]), tensor("steps", INT64, [2], [-1, -2]),
        tensor("one", INT64, [1], [1]), tensor("pair", INT64, [2], [2, 2]),
        tensor("single", FLOAT, [2], [2, -1]), tensor("least", FLOAT, [], [1]),
        node("Gather", "m last", "gather", axis=1),
        node("Slice", "m from to axes steps", "slice"),
        node("Transpose", "m", "turned", perm=[1, 0]),
        node("Concat", "m m", "twice", axis=1),
        node("Div", "i two", "halves"), node("Min", "m least", "min"),
        node("Unsqueeze", "m one", "deep"), node("Squeeze", "deep one", "shallow"),
        node("ReduceSum", "i", "sum", keepdims=0),
        node("ReduceMean", "single", "mean"), node("ReduceProd", "i", "product")]
    pieces = {
        "gather": [3, 1.5, -0.5, 0.25], "slice": [-0.5, 0.25, 3, 1.5],
        "turned": [m[k % 2][k // 2] for k in range(6)],
        "twice": m[0] * 2 + m[1] * 2, "halves": [3, -3, 1],
        "min": [min(v, 1) for v in flat], "shallow": flat,
        "sum": [2], "mean": [0.5], "product": [-98]}
    total("constants", folder, parts, pieces)
    functions = {
        "Ceil": math.ceil, "Floor": math.floor, "Abs": abs, "Exp": math.exp,
        "Neg": lambda v: -v, "Relu": lambda v: max(v, 0), "Round": round,
        "Erf": math.erf, "Reciprocal": lambda v: 1 / v}
    parts = [tensor("v", FLOAT, [4], [1.5, -2.5, 0.25, 2])]
    pieces = {}
    for op, f in functions.items():
        parts.append(node(op, "v", op))
        pieces[op] = [f(v) for v in (1.5, -2.5, 0.25, 2)]
    parts += [tensor("p", FLOAT, [2], [6.25, 0.5]), node("Sqrt", "p", "root"),
              node("Log", "p", "ln")]
    pieces["root"] = [2.5, math.sqrt(0.5)]
    pieces["ln"] = [math.log(6.25), math.log(0.5)]
    total("functions", folder, parts, pieces)


def tensors(folder):
    half = [1.5, -0.25, 2.0 ** -20, 2.0 ** -15, 65504, -0.0]
    parts = [
        constant("value", value=number(1, 2) + number(2, FLOAT) +
                 piece(9, struct.pack("<2f", 1.25, -3))),
        constant("ints", value_ints=[5, -6]),
        constant("floats", value_floats=[0.5, -1.5]),
        constant("int", value_int=9), constant("float", value_float=2.75),
        raw("half", FLOAT16, [6], half), by_field("half2", FLOAT16, [6], half),
        raw("double", DOUBLE, [2], [0.1, -2]),
        by_field("double2", DOUBLE, [2], [0.1, -2]),
        by_field("single", FLOAT, [2], [0.75, -8]),
        by_field("long", INT64, [2], [11, -12]),
        by_field("int32", INT32, [2], [13, -14]),
        by_field("large", UINT32, [2], [3000000000, 4000000000]),
        raw("large2", UINT32, [1], [3000000000]),
        tensor("billion", INT64, [], [1000000000]),
        node("Div", "large billion", "uint32"),
        node("Div", "large2 billion", "uint32_2"),
        by_field("bool", BOOL, [2], [1, 0]),
        constant("shape", value_ints=[2]),
        piece(1, piece(1, "shape") + piece(2, "filled") +
              piece(4, "ConstantOfShape") + piece(5, piece(1, "value") + piece(
                  5, number(1, 1) + number(2, FLOAT) +
                  piece(9, struct.pack("<f", 4.5))) + number(20, 4)))]
    pieces = {
        "value": [1.25, -3], "ints": [5, -6], "floats": [0.5, -1.5], "int": [9],
        "float": [2.75], "half": half, "half2": half, "double": [0.1, -2],
        "double2": [0.1, -2], "single": [0.75, -8], "long": [11, -12],
        "int32": [13, -14], "uint32": [3, 4], "uint32_2": [3], "bool": [1, 0],
        "filled": [4.5, 4.5]}
    total("tensors", folder, parts, pieces)


def split(folder):
    """Rows 1 and 3 of four, channels as 2 + 1; put together in another order."""
    parts = [
        tensor("parts", INT64, [2], [1, 3]),
        node("Split", "x parts", "a b", axis=2),
        node("Split", "x", "c d", axis=1, num_outputs=2),
        node("Split", "x", "e f", axis=3, num_outputs=2),
        node("Concat", "b a", "ba", axis=2), node("Concat", "d c", "dc", axis=1),
        node("Concat", "f e", "fe", axis=3),
        node("Concat", "ba dc fe", "y", axis=1)]
    maps = [X[16 * c:16 * c + 16] for c in range(3)]
    y = [v for t in maps for v in t[4:] + t[:4]]
    y += maps[2] + maps[0] + maps[1]
    y += [t[4 * r + k] for t in maps for r in range(4) for k in (2, 3, 0, 1)]
    write(folder, "split", model(parts, SHAPE, (1, 9, 4, 4), ir=10, opset=18), X,
          SHAPE, y)


def bad(folder):
    """Each ends in one node that is wrong."""
    m = [tensor("m", FLOAT, [2, 3], range(6)), tensor("i", INT64, [2], [1, 2]),
         tensor("far", INT64, [1], [3]), tensor("three", INT64, [3], [1, 2, 3]),
         tensor("one", INT64, [1], [1]), tensor("zero", INT64, [1], [0])]
    last = {
        "gather_index": ("Gather", "m far", {"axis": 0}, "index 3 is out of"),
        "gather_kind": ("Gather", "m m", {}, "its indices must be integers"),
        "gather_axis": ("Gather", "m one", {"axis": 2}, "axis"),
        "transpose": ("Transpose", "m", {"perm": [0, 1, 2]}, "perm has 3 axes, not 2"),
        "transpose_twice": ("Transpose", "m", {"perm": [1, 1]}, "duplicate axis"),
        "concat_kind": ("Concat", "m i", {"axis": 0}, "the inputs differ in type"),
        "concat_shape": ("Concat", "i2 m", {"axis": 1}, "the shapes are not compatible"),
        "add": ("Add", "m i", {}, "the shapes are not compatible"),
        "where": ("Where", "m m", {}, "needs three constants"),
        "range": ("Range", "one zero", {}, "needs three numbers"),
        "range_step": ("Range", "one three0 zero0", {}, "has no end, or too many numbers"),
        "tile": ("Tile", "m three", {}, "3 repeats for 2 axes"),
        "squeeze": ("Squeeze", "m one", {}, "axis 1 is not 1"),
        "unsqueeze": ("Unsqueeze", "m twice", {}, "duplicate axis"),
        "slice_lists": ("Slice", "m i three", {}, "lists have different lengths"),
        "slice_step": ("Slice", "m zero far zero zero", {}, "invalid step 0"),
        "reshape": ("Reshape", "m minus", {}, "the shape contains -2"),
        "cast": ("Cast", "m", {"to": 99}, "99"),
    }
    more = [tensor("i2", FLOAT, [3, 1], range(3)), tensor("minus", INT64, [1], [-2]),
            tensor("three0", INT64, [], [3]), tensor("zero0", INT64, [], [0]),
            tensor("twice", INT64, [2], [1, 1])]
    with open(f"{folder}/bad.txt", "w") as f:
        for name, (op, inputs, attributes, text) in last.items():
            parts = m + more + [
                node(op, inputs, "k", **attributes),
                node("Flatten", "x", "x1"), node("Add", "x1 k", "y")]
            with open(f"{folder}/bad_{name}.onnx", "wb") as out:
                out.write(model(parts, SHAPE, (1, len(X))))
            f.write(f"{name}\t{text}\n")


def main():
    for make in (constants, tensors, split, bad):
        make(sys.argv[1])


if __name__ == "__main__":
    main()
