#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accel-NASBench's networks with their latency on a board, layer by layer: the
table that nas latency fit reads.

    accel_latency.py TABLE BOARD > layers.csv

TABLE is CSV with expansion1, kernel1, depth1, se1 and so on for seven stages,
and BOARD_ms (zcu102, vck190). The networks are MnasNet's space (Li et al.,
"Accel-NASBench", DAC 2024; afzalxo/Accel-NASBench 4260357): 224x224, stem 3x3/2
to 32; hidden = in x expansion, and without a 1x1 convolution before the depthwise
one where that is 1; squeeze-and-excitation by in / 4 channels; 1x1 to 1280; 1000
classes. Layers say all of that exactly, where our blocks would have a 1x1
convolution too many. Networks that were not measured on the board are left out.
"""
import csv
import math
import sys

STAGES = ((16, 1), (24, 2), (40, 2), (80, 2), (112, 1), (192, 2), (320, 1))
HEAD = ["network", "ms", "kind", "in", "out", "kernel", "stride", "height",
        "width"]


def layers(row):
    """(kind, in, out, kernel, stride, side of the input) of a network."""
    side, cin = 112, 32
    found = [("conv", 3, 32, 3, 2, 224)]
    for i, (out, first) in enumerate(STAGES, 1):
        e, kernel, depth, se = (int(row[f"{what}{i}"]) for what in
                                ("expansion", "kernel", "depth", "se"))
        for j in range(depth):
            stride, hidden = 1 if j else first, cin * e
            if e > 1:
                found.append(("pointwise", cin, hidden, 1, 1, side))
            found.append(("depthwise", hidden, hidden, kernel, stride, side))
            side = math.ceil(side / stride)
            if se:
                found.append(("squeeze", hidden, cin // 4, 1, 1, side))
            found.append(("pointwise", hidden, out, 1, 1, side))
            cin = out
    return found + [("pointwise", cin, 1280, 1, 1, side),
                    ("dense", 1280, 1000, 1, 1, 1)]


def parameters(found):
    """As PyTorch counts them; squeeze-and-excitation with its biases."""
    n = 0
    for kind, cin, out, kernel, _, _ in found:
        n += {"squeeze": 2 * cin * out + out + cin,
              "dense": cin * out + out,
              "depthwise": kernel ** 2 * out + 2 * out}.get(
                  kind, kernel ** 2 * cin * out + 2 * out)
    return n


def main(args):
    if len(args) != 2 or args[0].startswith("-"):
        sys.exit(__doc__)
    with open(args[0], encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    column = f"{args[1]}_ms"
    if not rows or column not in rows[0]:
        sys.exit(f"{args[0]}: no column '{column}'")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(HEAD)
    for line, row in enumerate(rows, 2):
        found, ms = layers(row), row[column]
        if abs(parameters(found) - float(row["params_m"]) * 1e6) > 1:
            sys.exit(f"{args[0]}, line {line}: params_m {row['params_m']} are "
                     f"not the network's, {parameters(found) / 1e6:g}")
        if not ms:
            continue
        for i, (*layer, side) in enumerate(found):
            out.writerow([f"accel {row['id']}", "" if i else ms, *layer, side,
                          side])


if __name__ == "__main__":
    main(sys.argv[1:])
