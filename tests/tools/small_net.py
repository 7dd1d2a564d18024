#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small network and images for tests of the command line.

small_net.py DIR HEIGHT WIDTH DEPTH N writes arch.json, its backbone.json
without a head, and N random images in x-idx3-ubyte.
"""
import json
import random
import struct
import sys

folder = sys.argv[1]
height, width, depth, n = map(int, sys.argv[2:])
arch = {"schema": "nas/architecture/1", "name": "small",
        "input": {"height": height, "width": width, "channels": 3},
        "blocks": [
            {"type": "conv", "in": 3, "out": 8, "kernel": 3, "stride": 2},
            {"type": "mbconv", "in": 8, "out": 8, "hidden": 16, "kernel": 5,
             "stride": 1, "depth": depth}],
        "head": {"type": "classifier", "classes": 7}}
json.dump(arch, open(f"{folder}/arch.json", "w"))
del arch["head"]
json.dump(arch, open(f"{folder}/backbone.json", "w"))
r = random.Random(1)
with open(f"{folder}/x-idx3-ubyte", "wb") as f:
    f.write(struct.pack(">BBBBIIII", 0, 0, 8, 4, n, 3, height, width))
    f.write(bytes(r.randrange(256) for _ in range(n * 3 * height * width)))
