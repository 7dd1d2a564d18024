#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of results in evolve/README.md: ten searches of every config, of as
many evaluations as it says, without the certificate; the proven bound, and
the gap between them.

    tests/tools/results_table.py build/release/nas configs/*.json
"""
import json
import os
import statistics
import subprocess
import sys

SEEDS = range(1, 11)
PUBLISHED = {"imagenet-7.0g": "1224.54", "imagenet-19.2g": "1290.34"}


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("%s: %s" % (" ".join(command), done.stderr.strip()))
    return json.loads(done.stdout)


def search(nas, config, seed):
    return run(nas, "search", config, "--seed", str(seed), "--no-certify",
               "--format", "json", "-q")


def used(best):
    share = best["used"]
    return ", ".join("%s %.1f %%" % (key.replace("_bytes", ""),
                                     100 * share[key]) for key in share)


def row(nas, config):
    name = os.path.splitext(os.path.basename(config))[0]
    scores = [search(nas, config, seed)["best"][0]["qe_score"]
              for seed in SEEDS]
    final = run(nas, "search", config, "--format", "json", "-q")
    bound = final["certificate"]["upper_bound"]
    median = statistics.median(scores)
    print("| `%s` | %s | %.2f | %.2f ... %.2f | %.4f%s | %.4f %% | %s |" % (
        name, PUBLISHED.get(name, ""), median, min(scores), max(scores),
        bound, ", proven optimal" if final["certificate"]["optimal"] else "",
        100 * (bound - median) / abs(median), used(final["best"][0])),
        flush=True)


def main():
    nas = sys.argv[1]
    print("| config | published | median of ten searches | range | bound "
          "| median gap | budgets used by the best |")
    print("|---|---|---|---|---|---|---|")
    for config in sys.argv[2:]:
        row(nas, config)


main()
