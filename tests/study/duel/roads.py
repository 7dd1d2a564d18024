# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks of a cell of the duel: how each road finds its own.

    cell = Cell(nas, folder, name, cells["fashion-16"])
    cell.search("qe", ["score.name=qe"])       # architectures, best first
    cell.random(5, 7), cell.spread(16)
    cell.by_hand()                             # MobileNetV2 scaled
    cell.fit([(architecture, accuracy), ...])  # a score file

All by the commands that a user has; the results are architectures.
"""
import itertools
import json
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))

# MobileNetV2 (Sandler et al. 2018, table 2) on the strides of the configs:
# width, blocks and expansion of the stages behind the stem.
STEM = 32
LASTS = (64, 96, 128, 192, 256)  # of the last convolution, in place of 1280
STAGES = ((16, 1, 1), (24, 2, 6), (64, 4, 6), (160, 3, 6))
STRIDES = (1, 2, 1, 2)
EXPANSIONS = (6, 4, 3, 2)  # the first of these with which anything fits
DEPTHS = (1, 2 / 3, 1 / 3)
FACTORS = [i / 40 for i in range(2, 41)]  # of all widths, 0.05 to 1
HAND_BITS = {"mobilenetv2-8": (8, 8), "mobilenetv2-4": (4, 4)}


def to_eight(width):
    return max(8, int(width + 4) // 8 * 8)


def scaled(cell, factor, depth, last, expansion, bits):
    """MobileNetV2 with its widths times a factor, depths rounded up."""
    a, w = bits
    width = to_eight(STEM * factor)
    blocks = [{"type": "conv", "in": cell.channels, "out": width, "kernel": 3,
               "stride": 2, "bits_a": 8, "bits_w": 8}]
    for (out, count, e), stride in zip(STAGES, STRIDES):
        out = to_eight(out * factor)
        blocks.append({
            "type": "mbconv", "in": width, "out": out, "kernel": 3,
            "hidden": width * (1 if e == 1 else expansion),
            "hidden_inner": out * (1 if e == 1 else expansion),
            "stride": stride, "depth": max(1, -int(-count * depth // 1)),
            "bits_a": a, "bits_w": w})
        width = out
    blocks.append({"type": "conv", "in": width, "out": last, "kernel": 1,
                   "stride": 1, "bits_a": a, "bits_w": w})
    return {"schema": "nas/architecture/1",
            "name": f"mobilenetv2 x{factor:g} depth {depth:.2f}",
            "input": {"height": cell.side, "width": cell.side,
                      "channels": cell.channels},
            "blocks": expand(blocks),
            "head": {"classes": 10, "bits_a": 8, "bits_w": 8}}


def expand(blocks):
    """A stage whose inner blocks have another hidden width is two entries."""
    out = []
    for b in blocks:
        inner = b.pop("hidden_inner", None)
        depth = b.pop("depth", 1)
        out.append(dict(b))
        if depth > 1:
            rest = dict(b, stride=1, depth=depth - 1, hidden=inner)
            rest["in"] = b["out"]
            out.append(rest)
    return out


class Cell:
    def __init__(self, nas, folder, name, row):
        self.nas, self.folder, self.name = nas, folder, name
        self.budgets, self.data = row["budgets"], row["data"]
        self.config = os.path.join(HERE, row["config"])
        with open(self.config) as file:
            size = json.load(file)["space"]["input"]
        self.side, self.channels = size["height"], size["channels"]
        os.makedirs(folder, exist_ok=True)

    def run(self, command, *arguments, text=None, sets=()):
        budgets = [f"budgets.{k}={v}" for k, v in self.budgets.items()]
        line = [self.nas, command, *arguments]
        for assignment in (*budgets, *sets):
            line += ["--set", assignment]
        return subprocess.run(line, input=text, check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def place(self, name):
        return os.path.join(self.folder, f"{self.name}-{name}")

    def search(self, road, sets, keep=1):
        """The proven optimum first, then the best of other structures."""
        out = self.place(road)
        self.run("search", self.config, "-q", "--force", "-o", out,
                 sets=(f"search.keep={max(keep, 5)}", *sets))
        best = os.path.join(out, "best")
        return [load(os.path.join(best, rank, "architecture.json"))
                for rank in sorted(os.listdir(best))[:keep]]

    def sample(self, road, *arguments):
        out = self.place(road)
        self.run("sample", self.config, "-q", "--force", "-o", out, *arguments)
        return [load(os.path.join(out, d, "architecture.json"))
                for d in sorted(os.listdir(out)) if d != "table.json"]

    def random(self, count, seed):
        return self.sample("random", "-n", str(count), "--seed", str(seed))

    def spread(self, count):
        return self.sample("spread", "-n", str(count), "--spread")

    def fit(self, road, measured):
        """A score file from pairs of a network and its accuracy."""
        table, score = self.place(road + ".table.json"), self.place(
            road + ".score.json")
        with open(table, "w") as file:
            json.dump([dict(network, accuracy=accuracy)
                       for network, accuracy in measured], file)
        print(self.run("fit", table, "--config", self.config, "--force",
                       "-o", score), flush=True)
        return score

    def costs(self, networks):
        text = subprocess.run([self.nas, "score", "-", "--format", "json"],
                              input=json.dumps(networks), check=True,
                              text=True, stdout=subprocess.PIPE).stdout
        return json.loads(text)["results"]

    def fits(self, cost):
        return (cost["peak_memory_bytes"] <= self.budgets["sram_bytes"]
                and cost["flash_bytes"] <= self.budgets["flash_bytes"]
                and cost["bitops"] <= self.budgets["bitops"])

    def by_hand(self):
        """For each pair of bits, the scaled MobileNetV2 with the most MACs
        inside the budgets: what the user of a width factor would take."""
        out = []
        for bits in HAND_BITS.values():
            for expansion in EXPANSIONS:
                networks = [scaled(self, f, d, last, expansion, bits)
                            for f, d, last in itertools.product(
                                FACTORS, DEPTHS, LASTS)]
                costs = self.costs(networks)
                inside = [(c["macs"], -i) for i, c in enumerate(costs)
                          if self.fits(c)]
                if inside:
                    out.append(networks[-max(inside)[1]])
                    break
        return out


def load(path):
    with open(path) as file:
        return json.load(file)
