#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/boards/random_arch.py SEED - an architecture with any kinds of block,
# bits, sides and shortcuts, small enough for an emulator.
import json
import random
import sys

r = random.Random(int(sys.argv[1]))
LOW, HIGH = r.choice([(1, 8), (2, 8), (2, 8), (4, 8), (8, 8)])
ODD = r.random() < 0.5


def bits(n):
    return [r.randint(LOW, HIGH) for _ in range(n)]


def width(most):
    return r.randint(1, most) if ODD else 8 * r.randint(1, most // 8)


def block(kind, channels):
    depth = r.randint(1, 3) if kind not in ("conv", "convpool") else 1
    n = {"conv": 1, "dwsep": 2, "mbconv": 3, "mbconv1": 2, "basic": 2,
         "bottleneck": 3, "convpool": 1}[kind]
    b = {"type": kind, "in": channels,
         "out": channels if r.random() < 0.5 else width(24),
         "kernel": r.choice([1, 3, 3, 5, 7]), "stride": r.choice([1, 1, 2, 2, 3]),
         "bits_a": bits(n * depth), "bits_w": bits(n * depth)}
    if kind == "convpool":
        b["stride"] = r.choice([1, 2, 2, 2, 4])
        b["pool"] = r.randint(2, 3)
    elif kind != "conv":
        b["depth"] = depth
    if kind in ("mbconv", "bottleneck"):
        b["hidden"] = width(40)
    if kind not in ("conv", "convpool", "dwsep"):
        b["shortcut"] = r.choice(["identity", "identity",
                                  "pool" if kind == "mbconv" else "identity",
                                  "none"])
    if kind in ("mbconv", "mbconv1"):
        if r.random() < 0.4:
            b["squeeze"] = r.randint(1, 12)
    return b


def architecture():
    channels = r.randint(1, 4)
    a = {"schema": "nas/architecture/1", "name": "random%s" % sys.argv[1],
         "input": {"height": r.randint(5, 33), "width": r.randint(5, 33),
                   "channels": channels}, "blocks": []}
    for i in range(r.randint(1, 6)):
        kind = "conv" if i == 0 and r.random() < 0.8 else r.choice(
            ["conv", "mbconv", "mbconv", "mbconv", "dwsep", "mbconv1", "basic",
             "bottleneck", "convpool"])
        a["blocks"].append(block(kind, channels))
        channels = a["blocks"][-1]["out"]
    if r.random() < 0.8:
        a["head"] = {"type": "classifier", "classes": r.randint(2, 20),
                     "bits_a": bits(1)[0], "bits_w": bits(1)[0]}
        if r.random() < 0.3:
            a["head"]["hidden"] = r.randint(1, 20)
    return a


json.dump(architecture(), sys.stdout)
