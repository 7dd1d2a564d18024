#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small ONNX files whose one operator asks for what is wrong, or not supported.

    small_refused.py FOLDER

For each line "NAME<TAB>TEXT" printed: NAME.onnx, whose error must have the text.
"""
import sys

from small_onnx import (FLOAT, INT64, SHAPE, model, node, outside, tensor)

PARTS = [
    tensor("one", FLOAT, [], [1]), tensor("nan", FLOAT, [], [float("nan")]),
    tensor("three", FLOAT, [3], [1, 2, 3]), tensor("five", FLOAT, [5], [1] * 5),
    tensor("w", FLOAT, [2, 3, 1, 1], [1] * 6), tensor("w2", FLOAT, [48, 2], [1] * 96),
    tensor("g", FLOAT, [2, 2, 1, 1], [1] * 4), tensor("t", FLOAT, [2, 2, 2, 2], [1] * 16),
    tensor("t3", FLOAT, [3, 2, 2, 2], [1] * 24),
    tensor("i1", INT64, [1], [1]), tensor("i3", INT64, [3], [1, 1, 2]),
    tensor("i4", INT64, [4], [1, 1, 2, 0]), tensor("twice", INT64, [4], [2, 1, 1, 1]),
    tensor("far", INT64, [1], [9]), tensor("e", INT64, [4], [1, 5, 4, 4]),
    tensor("eb", INT64, [4], [2, 3, 4, 4]), tensor("p3", INT64, [3], [0, 1, 1]),
    tensor("p1", INT64, [1], [1]), tensor("axis2", INT64, [1], [2]),
    tensor("huge", INT64, [8], [0, 0, 1 << 40, 0, 0, 0, 0, 0]),
    tensor("s", FLOAT, [4], [1, 1, 2, 2]), tensor("s3", FLOAT, [3], [1, 1, 2]),
    tensor("s0", FLOAT, [4], [1, 1, 0, 2]), tensor("sc", FLOAT, [4], [1, 1, 1e9, 1])]
BIG = {"kernel_shape": [2, 2]}

# name, operator, inputs, attributes, text; an opset behind
ROWS = [
    ("pow_map", "Pow", "x x", {}, "the exponent must be one constant"),
    ("pow_nan", "Pow", "x nan", {}, "the exponent must be finite"),
    ("norm", "InstanceNormalization", "x five five", {}, "must be 3 constants"),
    ("norm_batch", "BatchNormalization", "x five five five five", {},
     "must be 3 constants"),
    ("lp", "LpNormalization", "x", {"axis": 1, "p": 1}, "only p = 2 is supported"),
    ("lrn", "LRN", "x", {"size": 0}, "size 0 of its window"),
    ("softmax", "Softmax", "x", {"axis": 0}, "softmax over the batch axis"),
    ("softmax_flat", "Softmax", "x", {"axis": 0}, "softmax over the batch axis", 12),
    ("weights", "Conv", "x x", {}, "Conv 'y'"),
    ("bias", "Conv", "x w five", {}, "5 biases for 2 outputs"),
    ("groups", "Conv", "x g", {"group": 2}, "Conv 'y'"),
    ("gemm", "Gemm", "x1 w2", {"transA": 1}, "transA is not supported"),
    ("pool_kernel", "MaxPool", "x", {"kernel_shape": [2, 2, 2]}, "kernel_shape has 3"),
    ("pool_strides", "MaxPool", "x", dict(BIG, strides=[1]), "strides has 1 numbers, not 2"),
    ("pad_mode", "Pad", "x huge", {"mode": "edge"}, "only constant padding is supported"),
    ("pad_count", "Pad", "x p3", {}, "3 pads for 4 axes"),
    ("pad_value", "Pad", "x p3 three", {}, "its value must be one constant"),
    ("pad_axes", "Pad", "x p1 - axis2", {}, "1 pads for 1 axes", 18),
    ("pad_huge", "Pad", "x huge", {}, "Pad 'y'"),
    ("tile", "Tile", "x twice", {}, "repeats must be of each axis, of images 1"),
    ("tile_few", "Tile", "x i3", {}, "repeats must be of each axis"),
    ("tile_none", "Tile", "x i4", {}, "repeats axis 3 0 times"),
    ("expand", "Expand", "x e", {}, "the shapes are not compatible"),
    ("expand_images", "Expand", "x eb", {}, "changes the number of images or axes"),
    ("gather", "Gather", "x far", {"axis": 1}, "index 9 is out of range, there are 3"),
    ("gather_map", "Gather", "x x", {"axis": 1}, "its indices must be constant"),
    ("resize_mode", "Resize", "x - s", {"mode": "cubic"}, "only modes nearest and linear"),
    ("resize_nearest", "Resize", "x - s", {"nearest_mode": "other"},
     "its nearest_mode is not supported"),
    ("resize_few", "Resize", "x - s3", {}, "3 numbers for 4 axes"),
    ("resize_none", "Resize", "x - s0", {}, "resizes axis 2 by 0"),
    ("resize_far", "Resize", "x - sc", {}, "resizes axis 2 by 1e+09"),
    ("resize_ratio", "Resize", "x - s", {"keep_aspect_ratio_policy": "not_larger"},
     "keep_aspect_ratio_policy is not supported", 18),
    ("resize_smooth", "Resize", "x - s", {"antialias": 1, "mode": "linear"},
     "antialias is not supported", 18),
    ("resize_map", "Resize", "x - x", {}, "its factors or sizes must be constant"),
    ("depth", "DepthToSpace", "x", {"blocksize": 2}, "3 channels for blocks of 2"),
    ("space", "SpaceToDepth", "x", {"blocksize": 3}, "a map of 4 x 4 for blocks of 3"),
    ("blocks", "SpaceToDepth", "x", {"blocksize": 0}, "blocks of 0"),
    ("up_weights", "ConvTranspose", "x t", {}, "1 groups, weights of 2 channels for 3"),
    ("up_pads", "ConvTranspose", "x t3", {"pads": [9, 9, 9, 9]}, "ConvTranspose 'y'"),
    ("up_shape", "ConvTranspose", "x t3", {"output_shape": [5]},
     "its output has not two axes"),
    ("axes_map", "ReduceMax", "x x", {}, "must be constant", 18),
    ("axes_kind", "ReduceMax", "x three", {}, "must hold integers", 18),
    ("binary", "Max", "x x x x", {}, "more than three inputs"),
    ("cast", "Cast", "x", {"to": 7}, "images to data type 7"),
    ("unknown", "Fancy", "x", {}, "Fancy 'y': operator is not supported"),
    ("constant_only", "Range", "x x x", {}, "is supported only on constants"),
    ("channels_last", "GlobalAveragePool", "x", {"channels_last": 1},
     "channels_last is not supported"),
    ("itself", "Add", "y x", {}, "needs its own output"),
    ("opset_old", "Relu", "x", {}, "is of opset 3", 3),
    ("opset_new", "Relu", "x", {}, "is of opset 99", 99),
]


def main():
    for name, op, inputs, attributes, text, *opset in ROWS:
        parts = PARTS + [node("Flatten", "x", "x1"),
                         node(op, inputs, "y", **attributes)]
        with open(f"{sys.argv[1]}/{name}.onnx", "wb") as f:
            f.write(model(parts, SHAPE, SHAPE, opset=(opset or [13])[0]))
        print(f"{name}\t{text}")
    twice = [tensor("a", FLOAT, [], [1]), tensor("a", FLOAT, [], [2]),
             node("Add", "x a", "y")]
    files = {
        "two_tensors": (twice, "two tensors are named 'a'"),
        "two_outputs": ([node("Relu", "x", "y"), node("Neg", "x", "y")],
                        "duplicate output 'y'"),
        "no_output": ([node("Relu", "x", "z")], "output 'y' is not computed"),
        "two_inputs": ([outside(11, "z", SHAPE), node("Add", "x z", "y")],
                       "input")}
    for name, (parts, text) in files.items():
        with open(f"{sys.argv[1]}/{name}.onnx", "wb") as f:
            f.write(model(parts, SHAPE, SHAPE))
        print(f"{name}\t{text}")


if __name__ == "__main__":
    main()
