#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# compare.py EVALUATED OUTPUTS.npy SAID LABELS HEADER - what a board says of images
# is what 'nas evaluate' computes: every output, and so the accuracy.
import array
import gzip
import json
import re
import sys

evaluated, outputs, said, labels, header = sys.argv[1:]
with open(outputs, "rb") as f:
    data = f.read()
want = array.array("f", data[10 + int.from_bytes(data[8:10], "little"):])
with open(said) as f:
    got = [[int(x) for x in line.split()] for line in f]
with open(header) as f:
    text = f.read()
unit = float(re.search(r"value = integer \* ([\d.e-]+)", text).group(1))
classes = int(re.search(r"_OUTPUTS (\d+)", text).group(1))
assert len(got) * classes == len(want), (len(got), classes, len(want))
with gzip.open(labels) as f:
    label = f.read()[8:8 + len(got)]
differ = [i for i, row in enumerate(got)
          if [x * unit for x in row] !=
          list(want[i * classes:(i + 1) * classes])]
right = sum(row.index(max(row)) == y for row, y in zip(got, label))
with open(evaluated) as f:
    accuracy = json.load(f)["float"]["top1"]
print(f"{len(got)} images: {right} right on the board, "
      f"{accuracy * len(got):.0f} by nas evaluate, "
      f"{len(differ)} with other outputs")
sys.exit(bool(differ) or right != round(accuracy * len(got)))
