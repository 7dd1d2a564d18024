#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fit to K random networks of a table is worth on the rest of it.

    fit_draws.py NAS TABLE [--k 8,16,32] [--draws 30] [--name NAME]

NAS is the program, TABLE measured networks as nas correlate reads them. For
each K and draw: K networks at random, nas fit to them with all of the table's
networks (without their accuracies) for the space, then nas correlate of all
the others with the score. Prints a row of Markdown for each K: mean of
Spearman, its 10 % quantile over draws, mean Spearman among equal FLOPs, and how
far leave-one-out is from the truth on average.
"""
import json
import os
import random
import subprocess
import sys
import tempfile


def run(*args):
    out = subprocess.run(args, capture_output=True, text=True, check=False)
    if out.returncode:
        sys.exit(out.stderr)
    return out.stdout


def option(args, name, default):
    if name not in args:
        return default
    at = args.index(name)
    value = args[at + 1]
    del args[at:at + 2]
    return value


def draw(nas, nets, k, seed, folder, table):
    """Spearman and Spearman at equal FLOPs on the rest, leave-one-out's."""
    chosen = set(random.Random(seed).sample(range(len(nets)), k))
    paths = [os.path.join(folder, n)
             for n in ("some.json", "rest.json", "score.json")]
    for path, inside in zip(paths, (True, False)):
        with open(path, "w", encoding="utf-8") as f:
            json.dump([n for i, n in enumerate(nets)
                       if (i in chosen) == inside], f)
    fit = json.loads(run(nas, "fit", paths[0], "--networks", table,
                         "--bootstrap", "0", "-o", paths[2], "--force",
                         "--format", "json", "-q"))
    rows = json.loads(run(nas, "correlate", paths[1], "--score", paths[2],
                          "--bootstrap", "0", "--format", "json", "-q"))
    row = next(r for r in rows["scores"] if r["name"] == "fit")
    return row["all"]["spearman"], row["within_flops"], fit["spearman"]


def main(args):
    ks = [int(k) for k in option(args, "--k", "8,16,32").split(",")]
    draws = int(option(args, "--draws", "30"))
    name = option(args, "--name", None)
    if len(args) != 2:
        sys.exit(__doc__)
    nas, table = os.path.abspath(args[0]), args[1]
    with open(table, encoding="utf-8") as f:
        nets = json.load(f)
    print("| table | K | Spearman | 10 % | equal FLOPs | leave-one-out - it |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for k in ks:
            got = [draw(nas, nets, k, seed, folder, table)
                   for seed in range(1, draws + 1)]
            rho = sorted(g[0] for g in got)
            within = [g[1] for g in got if g[1] is not None]
            mean = sum(rho) / draws
            loo = sum(g[2] for g in got) / draws
            flops = f"{sum(within) / len(within):.3f}" if within else "-"
            print(f"| {name or os.path.basename(table)} | {k} | {mean:.3f} | "
                  f"{rho[draws // 10]:.3f} | {flops} | {loo - mean:+.3f} |",
                  flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
