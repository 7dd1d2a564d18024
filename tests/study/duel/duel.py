#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Designs of nas against networks scaled by hand: trains what has no row yet.

    tests/study/duel/duel.py [--cells fashion-16,...] [--jobs N] [--nas FILE]

A stopped run is started once more: networks.json has each network that a road
found, duel.csv one row a training and treatment ("float", and "tuned" with
bits), and neither is made twice. README.md beside the study has the rules.
"""
import argparse
import copy
import json
import os
import sys
import time
from types import SimpleNamespace

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import policies
import recipe as study
import roads
import torch
from duel_table import (Book, COLUMNS, EPOCHS, FIRST, SHORT, SPREAD, STEP,
                        digest)
from train import run

KEY = ("cell", "digest", "epochs", "seed")
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

    def fitted(self, road, networks, keep=1, trust=False):
        """The optimum of a fit to these networks, and further ones; with
        trust, inside the ranges of what was measured."""
        def find():
            score = self.cell.fit(road, self.measured(networks))
            sets = (f"score.file={score}",) + trust * ("score.trust=true",)
            return self.cell.search(road, sets, keep)
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
        fitted = (self.fitted("fit", spread)
                  + self.fitted("fit-trust", spread, trust=True))
        self.train(hand + fitted, SEEDS)
        designs += fitted + self.loop(spread)
        self.train(hand + designs, SEEDS)
        self.train(hand + designs, SEEDS, SHORT)


def body(network):
    """What is trained: everything but the name."""
    return digest(dict(network, name=""))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    with open(f"{HERE}/cells.json") as file:
        cells = json.load(file)
    parser.add_argument("--cells", default=",".join(cells))
    parser.add_argument("--output", default=HERE)
    parser.add_argument("--folder", default="build/duel")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--nas", default="build/release/nas")
    args = parser.parse_args()
    names = args.cells.split(",")
    for name in names:
        Duel(args, name, cells[name]).play()


if __name__ == "__main__":
    main()
