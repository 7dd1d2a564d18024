#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Designs of nas against networks scaled by hand: trains what has no row yet.

    tests/study/duel/duel.py [--cells fashion-16,...] [--jobs N] [--nas FILE]
    tests/study/duel/duel.py --table

A stopped run is started once more: networks.json has each network that a road
found, duel.csv one row a training and treatment ("float", and "tuned" with
bits), and neither is made twice. README.md beside the study has the rules.
"""
import argparse
import copy
import json
import os
import statistics
import sys
import time
from types import SimpleNamespace

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import policies
import recipe as study
import roads
import torch
from rows import Rows, digest
from train import run

COLUMNS = ("cell", "network", "digest", "epochs", "seed", "treatment",
           "accuracy", "loss", "cpu_seconds", "torch")
KEY = ("cell", "digest", "epochs", "seed")
EPOCHS, SHORT = 20, 5
SEEDS = (1, 2, 3)
TUNED = 1  # epochs with bits

RECIPE = dict(
    images=20000, batch=64, rate=0.2, warmup=0.3, momentum=0.9, decay=5e-4,
    calibrated=200, normalised=1000,
    tune_images=10000, tune_batch=100, tune_rate=0.01)

SCORES = {
    "qe": ("score.name=qe",),
    "qe-rho": ("score.name=qe", "budgets.rho=0.5"),
    "rqe": ('score={"name": "rqe"}',),
    "lean": ('score={"name": "lean"}',),
}
RANDOM, RANDOM_SEED = 5, 7
SPREAD, FIRST, STEP = 16, 8, 4


def set_bits(module, own):
    """Those of the network, or with None full precision everywhere."""
    for i, (_, block) in enumerate(module.BLOCKS):
        bits = own[0][i] if own else block
        block["a"] = list(bits["a"]) if own else [0] * len(block["a"])
        block["w"] = list(bits["w"]) if own else [0] * len(block["w"])
    module.HEAD_BITS = own[1] if own else (0, 0)


def read_data(kind, part, count=None):
    if kind == "fashion":
        return study.fashion_mnist(part, count)
    import cifar
    return cifar.read(part, count)


def train_one(nas, cell, kind, network, epochs, seed):
    """Two rows: in full precision, and tuned with the network's bits."""
    recipe, out = SimpleNamespace(epochs=epochs, **RECIPE), []
    start = time.process_time()
    module = study.load_model(study.export(nas, network))
    own = (copy.deepcopy([block for _, block in module.BLOCKS]),
           module.HEAD_BITS)
    data = read_data(kind, study.TRAINING, recipe.images)
    data = (data[0].contiguous(memory_format=torch.channels_last), data[1])
    test = read_data(kind, study.TEST)

    def row(treatment, model):
        accuracy, loss = study.evaluate(model, test)
        out.append(dict(
            cell=cell, network=network["name"], digest=digest(network),
            epochs=epochs, seed=seed, treatment=treatment,
            accuracy=f"{accuracy:.4f}", loss=f"{loss:.5f}",
            cpu_seconds=f"{time.process_time() - start:.1f}",
            torch=torch.__version__))

    torch.manual_seed(seed)
    set_bits(module, None)
    model = module.Network()
    policies.train_float(model, data, recipe, seed)
    policies.silence(model)
    study.measure_norms(model, data[0][:recipe.normalised])
    row("float", model)
    model = policies.quantise(module, lambda: set_bits(module, own),
                              model.state_dict(), data, recipe)
    for epoch in range(TUNED):
        policies.tune(module, model, data, recipe, 100 * epoch + seed)
    row("tuned", model)
    return policies.Printed(out)


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


class Duel:
    def __init__(self, args, name, row):
        self.args, self.name, self.kind = args, name, row["data"]
        self.cell = roads.Cell(args.nas, args.folder, name, row)
        self.book = Book(f"{args.output}/networks.json")
        self.table = policies.Groups(f"{args.output}/duel.csv", COLUMNS)

    def networks(self, road, find):
        return self.book.get(self.name, road, find)

    def train(self, networks, seeds=SEEDS[:1], epochs=EPOCHS):
        """What has no row; all networks with the first seed first."""
        done, work = self.table.keys(KEY), []
        for seed in seeds:
            for network in networks:
                key = (self.name, digest(network), str(epochs), str(seed))
                if key not in done:
                    done.add(key)
                    work.append((self.args.nas, self.name, self.kind, network,
                                 epochs, seed))
        if work:
            run(self.args.jobs, work, self.table, train_one)

    def measured(self, networks):
        """Pairs of a network and its accuracy, trained now if need be."""
        self.train(networks)
        found = {row["digest"]: float(row["accuracy"])
                 for row in self.table.read()
                 if (row["cell"], row["epochs"], row["seed"],
                     row["treatment"]) == (self.name, str(EPOCHS),
                                           str(SEEDS[0]), "tuned")}
        return [(n, found[digest(n)]) for n in networks]

    def fitted(self, road, networks, keep=1):
        """The optimum of a fit to these networks, and further ones."""
        def find():
            score = self.cell.fit(road, self.measured(networks))
            return self.cell.search(road, (f"score.file={score}",), keep)
        return self.networks(road, find)

    def loop(self, spread):
        """Eight spread ones, then twice the four that the fit likes best of
        those that are not measured, then its optimum."""
        known = spread[:FIRST]
        for i in (1, 2):
            shapes = {body(n) for n in known}
            found = self.fitted(f"loop{i}", known, 3 * STEP)
            known = known + [n for n in found if body(n) not in shapes][:STEP]
        return self.fitted("loop", known)

    def play(self):
        hand = self.networks("hand", self.cell.by_hand)
        designs = [n for road, sets in SCORES.items()
                   for n in self.networks(
                       road, lambda s=sets, r=road: self.cell.search(r, s))]
        drawn = self.networks(
            "random", lambda: self.cell.random(RANDOM, RANDOM_SEED))
        spread = self.networks("spread", lambda: self.cell.spread(SPREAD))
        self.train(hand + designs)
        self.train(drawn)
        designs += self.fitted("fit", spread)
        designs += self.loop(spread)
        self.train(hand + designs, SEEDS)
        self.train(hand + designs, SEEDS, SHORT)


def body(network):
    """What is trained: everything but the name."""
    return digest(dict(network, name=""))


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
          "loop": "optimum after the loop 8 + 4 + 4"}
COST = {"fit": SPREAD, "loop": FIRST + 2 * STEP}


def print_table(output, names):
    book = Book(f"{output}/networks.json")
    table = policies.Groups(f"{output}/duel.csv", COLUMNS).read()
    for cell in names:
        print(f"**{cell}**\n\n| network | % with bits | % float "
              f"| % with bits, {SHORT} epochs | trainings before "
              "| structure |\n|---|---|---|---|---|---|")
        for road, title in TITLES.items():
            for network in book.there(cell, road):
                print("|", title, *("| " + spread_of(
                    accuracies(table, cell, network, *how)) for how in (
                        (EPOCHS, "tuned"), (EPOCHS, "float"),
                        (SHORT, "tuned"))),
                      f"| {COST.get(road, 0)} | {in_words(network)} |")
        for road, title in (("random", "random, best and median"),
                            ("spread", "spread, best and median")):
            found = [a for n in book.there(cell, road)
                     for a in accuracies(table, cell, n, EPOCHS, "tuned")]
            if found:
                print(f"| {title} of {len(found)} | {max(found):.2f}, "
                      f"{statistics.median(found):.2f} | | | {len(found)} | |")
        print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    with open(f"{HERE}/cells.json") as file:
        cells = json.load(file)
    parser.add_argument("--cells", default=",".join(cells))
    parser.add_argument("--output", default=HERE)
    parser.add_argument("--folder", default="build/duel")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--nas", default="build/release/nas")
    parser.add_argument("--table", action="store_true",
                        help="print the table of what is trained")
    args = parser.parse_args()
    names = args.cells.split(",")
    if args.table:
        print_table(args.output, names)
        return
    for name in names:
        Duel(args, name, cells[name]).play()


if __name__ == "__main__":
    main()
