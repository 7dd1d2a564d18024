#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the duel from its rows: tests/study/duel/duel_table.py [CELL]...

Cells of which nothing is trained are left out. Needs no torch.
"""
import json
import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from rows import Rows, digest

COLUMNS = ("cell", "network", "digest", "epochs", "seed", "treatment",
           "accuracy", "loss", "cpu_seconds", "torch")
EPOCHS, SHORT = 20, 5
SPREAD, FIRST, STEP = 16, 8, 4


class Book:
    """networks.json: (cell, road, rank) -> network, written when found."""

    def __init__(self, path):
        self.path, self.entries = path, []
        if os.path.exists(path):
            with open(path) as file:
                self.entries = json.load(file)

    def get(self, cell, road, find):
        """The networks of a road, found now unless they are in the book."""
        out = self.there(cell, road)
        if out:
            return out
        for i, network in enumerate(find()):
            network = dict(network, name=f"{road}-{i + 1}")
            self.entries.append(dict(cell=cell, road=road, network=network))
        lines = ",\n".join(json.dumps(e, separators=(",", ":"))
                           for e in self.entries)
        with open(self.path + ".new", "w") as file:
            file.write(f"[\n{lines}\n]\n")
        os.replace(self.path + ".new", self.path)
        return self.there(cell, road)

    def there(self, cell, road):
        return [e["network"] for e in self.entries
                if (e["cell"], e["road"]) == (cell, road)]


def in_words(network):
    """Width, expansion, kernel and bits of the blocks, runs folded."""
    out = []
    for b in network["blocks"]:
        word = str(b["out"])
        if "hidden" in b:
            word += f"e{b['hidden'] / b['in']:.2g}"
        if b["kernel"] > 1:
            word += f"k{b['kernel']}"
        out += [word] * b.get("depth", 1)
    runs = []
    for word in out:
        if runs and runs[-1][0] == word:
            runs[-1][1] += 1
        else:
            runs.append([word, 1])
    return " ".join(w + (f"x{n}" if n > 1 else "") for w, n in runs)


def mean_bits(network):
    """Of inputs and of weights, behind the stem."""
    def mean(key):
        bits = []
        for b in network["blocks"][1:]:
            own = b[key] if isinstance(b[key], list) else [b[key]]
            bits += own * (1 if isinstance(b[key], list)
                           else b.get("depth", 1))
        return statistics.mean(bits)
    return f"{mean('bits_a'):.2g}/{mean('bits_w'):.2g}"


def accuracies(table, cell, network, epochs, treatment):
    """In per cent, one a seed."""
    return [100 * float(r["accuracy"]) for r in table
            if (r["cell"], r["digest"], r["epochs"], r["treatment"])
            == (cell, digest(network), str(epochs), treatment)]


def spread_of(values):
    if not values:
        return "not trained"
    text = f"{statistics.mean(values):.2f}"
    if len(values) > 1:
        text += f" ({min(values):.2f} .. {max(values):.2f})"
    return text


TITLES = {"hand": "MobileNetV2 scaled by hand", "qe": "optimum of QE",
          "qe-rho": "optimum of QE, rho <= 0.5", "rqe": "optimum of R-QE",
          "lean": "optimum of lean", "fit": "optimum of a fit to 16 spread",
          "fit-trust": "best of the same fit inside its ranges",
          "loop": "optimum after the loop 8 + 4 + 4"}
BEFORE = {"fit": SPREAD, "fit-trust": SPREAD,  # trainings
          "loop": FIRST + 2 * STEP}


def print_table(names, output):
    book = Book(f"{output}/networks.json")
    table = Rows(f"{output}/duel.csv", COLUMNS).read()
    for cell in names:
        if not any(row["cell"] == cell for row in table):
            continue
        print(f"**{cell}**\n\n| network | % with bits | % float "
              f"| % with bits, {SHORT} epochs | trainings before "
              "| bits | structure |\n|---|---|---|---|---|---|---|")
        for road, title in TITLES.items():
            for network in book.there(cell, road):
                print("|", title, *("| " + spread_of(
                    accuracies(table, cell, network, *how)) for how in (
                        (EPOCHS, "tuned"), (EPOCHS, "float"),
                        (SHORT, "tuned"))),
                      f"| {BEFORE.get(road, 0)} | {mean_bits(network)} "
                      f"| {in_words(network)} |")
        for road, title in (("random", "random, best and median"),
                            ("spread", "spread, best and median")):
            found = [a for n in book.there(cell, road)
                     for a in accuracies(table, cell, n, EPOCHS, "tuned")]
            if found:
                print(f"| {title} of {len(found)} | {max(found):.2f}, "
                      f"{statistics.median(found):.2f} | | | {len(found)} | | |")
        print()


def main():
    with open(f"{HERE}/cells.json") as file:
        cells = json.load(file)
    print_table(sys.argv[1:] or cells, HERE)


if __name__ == "__main__":
    main()
