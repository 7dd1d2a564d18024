#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Join networks and accuracies: tests/study/table.py [-o table.json]

Each network that has rows of the recipe, as in architectures.json, with
"accuracy", the mean over seeds, and "accuracies", one a seed in order of the
seeds. --check compares with the file instead of writing it, and looks at the
rows: every network has two seeds, and no row belongs to another network.
"""
import argparse
import json
import os
import sys
from statistics import fmean

from rows import ACCURACIES, ACCURACY_KEY, Rows, digest, read_networks

HERE = os.path.dirname(os.path.abspath(__file__))


def accuracies_of(rows, network, recipe):
    """One a seed, in order of the seeds."""
    key = digest(network)
    mine = [row for row in rows
            if row["digest"] == key and row["recipe"] == recipe]
    return [float(row["accuracy"])
            for row in sorted(mine, key=lambda row: int(row["seed"]))]


def join(networks, rows, recipe):
    table = []
    for network in networks:
        found = accuracies_of(rows, network, recipe)
        if found:
            table.append({**network, "accuracy": round(fmean(found), 6),
                          "accuracies": found})
    return table


def text_of(table):
    return "[\n" + ",\n".join(json.dumps(record) for record in table) + "\n]\n"


def faults(networks, rows, recipe):
    """What is wrong with the rows, as sentences."""
    names = {digest(network): network["name"] for network in networks}
    keys = [tuple(row[k] for k in ACCURACY_KEY) for row in rows]
    yield from (f"row {key} is there twice"
                for key in sorted(set(keys)) if keys.count(key) > 1)
    for row in rows:
        if names.get(row["digest"]) != row["network"]:
            yield f"no network {row['network']} with digest {row['digest']}"
        if not 0 <= float(row["accuracy"]) <= 1:
            yield f"{row['network']}: accuracy {row['accuracy']}"
    for network in networks:
        if len(accuracies_of(rows, network, recipe)) < 2:
            yield f"{network['name']} has fewer than two seeds"


def ranks(values):
    """Ties share the mean of their ranks."""
    return [sum(v < x for v in values) + (sum(v == x for v in values) + 1) / 2
            for x in values]


def spearman(x, y):
    x, y = ranks(x), ranks(y)
    mx, my = fmean(x), fmean(y)
    sxy = sum((a - mx) * (b - my) for a, b in zip(x, y))
    sxx, syy = sum((a - mx) ** 2 for a in x), sum((b - my) ** 2 for b in y)
    return sxy / (sxx * syy) ** 0.5 if sxx and syy else float("nan")


def summary(table):
    values = [record["accuracy"] for record in table]
    both = [record["accuracies"][:2] for record in table
            if len(record["accuracies"]) > 1]
    text = (f"{len(table)} networks, accuracy {min(values):.4f} to "
            f"{max(values):.4f}, mean {fmean(values):.4f}")
    if len(both) > 1:
        agreement = spearman(*zip(*both))
        apart = fmean(abs(a - b) for a, b in both)
        text += (f"; first two seeds: Spearman {agreement:.4f}, "
                 f"apart by {apart:.4f} on average")
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", default=f"{HERE}/architectures.json")
    parser.add_argument("--rows", default=f"{HERE}/accuracies.csv")
    parser.add_argument("--recipe", default="1")
    parser.add_argument("-o", "--output", default=f"{HERE}/table.json")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    networks = read_networks(args.networks)
    rows = Rows(args.rows, ACCURACIES).read()
    table = join(networks, rows, args.recipe)
    if not table:
        sys.exit(f"{args.rows}: no row of recipe {args.recipe}")
    if args.check:
        wrong = list(faults(networks, rows, args.recipe))
        with open(args.output) as file:
            if file.read() != text_of(table):
                wrong.append(f"{args.output} is not the join; run table.py")
        if wrong:
            sys.exit("\n".join(wrong))
    else:
        with open(args.output, "w") as file:
            file.write(text_of(table))
    print(summary(table))


if __name__ == "__main__":
    main()
