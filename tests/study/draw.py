#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the study's networks: tests/study/draw.py [--seed N] [--count N] [-o FILE]

The space, and why it is drawn so, is in README.md beside this file.
"""
import argparse
import json
import math
import random

WIDTHS = (8, 12, 16, 24, 32, 40, 48, 64)
STEM_WIDTHS = (8, 12, 16, 24)
DEPTHS = (1, 2, 3)
KERNELS = (3, 5)
EXPANSIONS = (1, 2, 3, 4)
BITS = range(2, 9)
SHORTCUTS = ("identity", "none")
STRIDES = (2, 1, 2)  # of the three stages, after a stem to 14x14
SIDES = ((14, 7), (7, 7), (7, 4))  # of each stage, before and after
MACS = (50e3, 800e3)
STRATA = 10


def draw_stages(rng):
    """Every property of every stage on its own."""
    return [dict(width=rng.choice(WIDTHS), depth=rng.choice(DEPTHS),
                 kernel=rng.choice(KERNELS), expansion=rng.choice(EXPANSIONS))
            for _ in STRIDES]


def draw_stem(rng):
    return dict(width=rng.choice(STEM_WIDTHS), kernel=rng.choice(KERNELS))


def macs_of(stem, stages):
    """Of the convolutions; only decides the stratum."""
    total = 14 * 14 * stem["kernel"] ** 2 * stem["width"]
    width = stem["width"]
    for stage, (before, after) in zip(stages, SIDES):
        hidden = stage["expansion"] * stage["width"]
        for block in range(stage["depth"]):
            side = before if block == 0 else after
            total += side * side * width * hidden
            total += after * after * hidden * stage["kernel"] ** 2
            total += after * after * hidden * stage["width"]
            width = stage["width"]
    return total


def stratum_of(macs):
    """0 .. STRATA - 1, equal steps of log MACs; None outside."""
    low, high = map(math.log, MACS)
    at = math.floor((math.log(macs) - low) / (high - low) * STRATA)
    return at if 0 <= at < STRATA else None


def draw_shape(rng, stratum):
    """A shape of the stratum in which a shortcut has a place."""
    while True:
        stem, stages = draw_stem(rng), draw_stages(rng)
        if all(stage["depth"] == 1 for stage in stages):
            continue
        if stratum_of(macs_of(stem, stages)) == stratum:
            return stem, stages


def stem_block(stem):
    return {"type": "conv", "in": 1, "out": stem["width"],
            "kernel": stem["kernel"], "stride": 2, "bits_a": 8, "bits_w": 8}


def stage_block(stage, width, stride, shortcut, rng):
    return {"type": "mbconv", "in": width, "out": stage["width"],
            "hidden": stage["expansion"] * stage["width"],
            "kernel": stage["kernel"], "stride": stride,
            "depth": stage["depth"], "shortcut": shortcut,
            "bits_a": rng.choice(BITS), "bits_w": rng.choice(BITS)}


def draw_network(rng, number, count):
    """Strata and shortcuts in turn, so that all are equally frequent."""
    stem, stages = draw_shape(rng, number // len(SHORTCUTS) % STRATA)
    shortcut = SHORTCUTS[number % len(SHORTCUTS)]
    blocks = [stem_block(stem)]
    for stage, stride in zip(stages, STRIDES):
        blocks.append(stage_block(stage, blocks[-1]["out"], stride, shortcut,
                                  rng))
    return {"schema": "nas/architecture/1",
            "name": f"study-{number:0{len(str(count - 1))}d}",
            "input": {"height": 28, "width": 28, "channels": 1},
            "blocks": blocks,
            "head": {"classes": 10, "bits_a": 8, "bits_w": 8}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("-o", "--output", default="/dev/stdout")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    networks = [draw_network(rng, i, args.count) for i in range(args.count)]
    lines = ",\n".join(json.dumps(network) for network in networks)
    with open(args.output, "w") as file:
        file.write(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
