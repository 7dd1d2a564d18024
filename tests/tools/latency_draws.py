#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a latency model of K random networks of a table says of all the others.

    latency_draws.py NAS TABLE [--k 100] [--draws 10] [OPTION ...]

NAS is the program, TABLE what nas latency fit reads; further options go to it
(--on-chip auto, --terms macs_conv,macs_pointwise). Prints a row of Markdown:
mean error and largest error, means of all draws, the worst draw's mean error,
and Spearman.
"""
import os
import re
import sys

from fit_draws import option, run


def fit(nas, table, k, seed, more):
    """Mean error, largest, Spearman, of rows that were not fitted."""
    out = run(nas, "latency", "fit", table, "--fit-on", k, "--seed",
              str(seed), *more)
    error = re.search(r"error: mean ([0-9.]+) %, largest ([0-9.]+) %", out)
    rho = re.search(r"Spearman ([0-9.]+)", out)
    return float(error[1]), float(error[2]), float(rho[1])


def main(args):
    k, draws = option(args, "--k", "100"), int(option(args, "--draws", "10"))
    if len(args) < 2 or args[0].startswith("-"):
        sys.exit(__doc__)
    got = [fit(os.path.abspath(args[0]), args[1], k, seed, args[2:])
           for seed in range(1, draws + 1)]
    mean, most, rho = (sum(g[i] for g in got) / draws for i in range(3))
    print(f"| {os.path.basename(args[1])} | {' '.join(args[2:]) or '-'} | {k} |"
          f" {mean:.2f} | {max(g[0] for g in got):.2f} | {most:.1f} |"
          f" {rho:.4f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
