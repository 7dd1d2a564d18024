#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of spaces in README.md, from the compare.json of

    nas compare configs/spaces/*.json -n 100000 -o DIR

    tests/tools/spaces_table.py DIR/compare.json
"""
import json
import sys


def best_of(space, n):
    return space["best_expected"][space["best_of"].index(n)]


def row(space):
    bound = space["certificate"]
    print("| `%s` | 10^%.1f | %.4g %% | %.2f | %.2f | %.2f | %.4f%s |" % (
        space["name"], space["size_log10"], 100 * space["share"],
        space["median"], best_of(space, 1000), space["evolved"],
        bound["upper_bound"],
        ", proven optimal" if bound["optimal"] else ""))


def main():
    print("| space | networks | feasible | median random | best of 1000 random"
          " | evolutionary best | bound |")
    print("|---|---|---|---|---|---|---|")
    order = ["mobilenetv1", "mobilenetv2", "mobilenetv3", "mcunet"]
    spaces = json.load(open(sys.argv[1]))["spaces"]
    for space in sorted(spaces, key=lambda s: (
            order.index(s["name"].split("-")[0]), s["name"])):
        row(space)


main()
