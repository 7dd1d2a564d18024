#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a search did, from its run folder, as JSON: its counts, its history, and
its networks block by block. Scores are rounded to 1e-6: the last digits of a
logarithm differ from one machine to the next.

    nas search CONFIG --no-certify -o RUN && tests/tools/behaviour.py RUN
"""
import csv
import json
import sys


def bits(block):
    return "/".join("".join(str(b) for b in block.get(key, []))
                    for key in ("bits_a", "bits_w"))


def structure(block):
    keys = ("type", "out", "hidden", "kernel", "stride", "depth", "se")
    return " ".join("%s=%s" % (key, block[key]) for key in keys if key in block)


run = sys.argv[1]
with open(run + "/result.json") as f:
    result = json.load(f)
with open(run + "/history.csv") as f:
    history = list(csv.DictReader(f))
json.dump({
    "counts": {key: result[key] for key in
               ("evaluations", "feasible", "duplicates", "ended_by")},
    "history": ["%s tried, %s known, best of each island %s" % (
        row["evaluations"], row["duplicates"],
        " ".join("%.6f" % float(row[key] or "nan") for key in row
                 if key.startswith("island_"))) for row in history],
    "networks": [{
        "score": "%.6f" % best["score"],
        "blocks": ["%s, %s" % (structure(block), bits(block))
                   for block in best["architecture"]["blocks"]],
    } for best in result["best"]]}, sys.stdout, indent=1)
print()
