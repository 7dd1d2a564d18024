#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""nas/base/stats.h against scipy, on random data with ties.

    python3 tests/interop/stats.py build/release/libnas.a

The program tests/interop/stats_print.c reads "n m", n values of x, m of y, and prints every figure.
"""

import subprocess
import sys
import tempfile

import numpy as np

from program import build

try:
    from scipy import special, stats
except ImportError:
    print("skipped: statistics equal scipy's: no python3-scipy")
    sys.exit(0)


def ask(program, x, y):
    text = f"{len(x)} {len(y)}\n" + "\n".join(
        repr(float(v)) for v in (*x, *y)) + "\n"
    out = subprocess.run([program], input=text, capture_output=True,
                         text=True, check=True).stdout
    return {k: float(v) for k, v in (line.split() for line in out.split("\n")
                                     if line)}


def close(name, got, want, tolerance):
    if not abs(got - want) <= tolerance * max(1, abs(want)):
        raise SystemExit(f"{name}: {got!r}, scipy says {want!r}")


def columns(got, x, y):
    if len(set(x)) == 1 or len(set(y)) == 1:
        for k in ("spearman", "kendall", "pearson"):
            assert np.isnan(got[k]), k
        return
    close("spearman", got["spearman"], stats.spearmanr(x, y)[0], 1e-12)
    close("kendall", got["kendall"], stats.kendalltau(x, y)[0], 1e-12)
    close("pearson", got["pearson"], stats.pearsonr(x, y)[0], 1e-11)


def samples(got, x, y):
    ks = stats.ks_2samp(x, y, method="exact" if got["ks_exact"] else "asymp")
    close("ks d", got["ks_d"], ks.statistic, 1e-13)
    want = ks.pvalue
    if not got["ks_exact"]:  # the limit; scipy takes the one-sample law
        en = len(x) * len(y) / (len(x) + len(y))
        want = special.kolmogorov(np.sqrt(en) * ks.statistic)
    close("ks p", got["ks_p"], want, 1e-9)
    if want > 1e-250:
        close("log of ks p", np.log(got["ks_p"]), np.log(want), 1e-7)
    mw = stats.mannwhitneyu(x, y, method="asymptotic")
    close("u", got["mw_u"], mw.statistic, 0)
    close("mw p", got["mw_p"], mw.pvalue, 1e-9)
    close("quantile", got["q30"], np.quantile(x, 0.3), 1e-14)


def main():
    folder = tempfile.TemporaryDirectory()
    program = build(folder.name, "stats_print", sys.argv[1])
    rng = np.random.default_rng(1)
    trials = 0
    for n, m in [(2, 2), (5, 9), (30, 30), (100, 41), (500, 500),
                 (700, 1300), (4000, 5000), (20000, 20000)]:
        for digits in (0, 1, 8):
            for shift in (0, 0.3):
                x = np.round(rng.normal(size=n), digits)
                y = np.round(rng.normal(size=m) + shift, digits)
                got = ask(program, x, y)
                samples(got, x, y)
                if n == m:
                    columns(got, x, y)
                trials += 1
    print(f"ok - statistics equal scipy's on {trials} samples")


main()
