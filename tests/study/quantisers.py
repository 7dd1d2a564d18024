#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare quantisers of weights: tests/study/quantisers.py [--jobs N]

Ten of the study's networks, each with the weight bits of all blocks set to 3
and to 4, trained with each quantiser of the PyTorch export; and once in full
precision. One row of quantisers.csv each; started again, it goes on.

--markdown prints the table of README.md instead.
"""
import argparse
import copy
import math
import os
import time
from collections import Counter

from rows import Rows, digest, read_networks

HERE = os.path.dirname(os.path.abspath(__file__))
NAS = os.path.join(HERE, "../../build/release/nas")
TEN = (0, 3, 4, 7, 8, 11, 12, 15, 16, 19)  # a stratum each, shortcuts in turn
QUANTISERS = ("lsq", "po2-msqe", "po2-gradient")
BITS = (3, 4)
NONE = "none"
PAIRS = [(NONE, 0)] + [(q, b) for b in BITS for q in QUANTISERS]
COLUMNS = ("network", "digest", "recipe", "quantiser", "bits", "seed",
           "accuracy", "loss", "clipped", "error", "flips_per_1000",
           "cpu_seconds", "torch")
KEY = ("digest", "recipe", "quantiser", "bits", "seed")


def with_bits(network, bits):
    """All blocks but the first at these weight bits; 0: no bits at all."""
    network = copy.deepcopy(network)
    for part in network["blocks"] + [network["head"]]:
        if not bits:
            del part["bits_a"], part["bits_w"]
    for block in network["blocks"][1:]:
        if bits:
            block["bits_w"] = bits
    return network


class Watch:
    """Exponents of the blocks' weight scales, step by step."""

    def __init__(self, module, model):
        keep_exponent(module)
        self.layers = [layer for block in list(model.blocks)[1:]
                       for layer in block.modules()
                       if isinstance(layer, module.Layer)]
        self.before, self.flips, self.steps = None, 0.0, 0

    def exponents(self):
        """Of each layer: one number, or LSQ's of each channel, rounded."""
        import torch
        return [torch.tensor([float(q.used)]) if hasattr(q, "used")
                else q.scale.detach().clamp(min=1e-8).log2().round()
                for q in (layer.quantise_weight for layer in self.layers)]

    def __call__(self, model):
        now = self.exponents()
        if self.before is not None:
            self.flips += sum(float((a != b).float().mean())
                              for a, b in zip(now, self.before))
            self.steps += 1
        self.before = now

    def flips_per_1000(self):
        """Of one scale, the mean over layers."""
        return 1000 * self.flips / (self.steps * len(self.layers))

    def clipped_and_error(self):
        """Share of weights further from the range than half a step, and
        squared error relative to the weights' squares."""
        beyond, wrong, power, count = 0, 0.0, 0.0, 0
        for layer in self.layers:
            q, w = layer.quantise_weight, layer.conv.weight.detach()
            s = (2.0 ** q.used if hasattr(q, "used")
                 else q.scale.detach().clamp(min=1e-8).view(q.shape))
            low = getattr(q, "low", -q.high)
            v = w / s
            beyond += int(((v > q.high + 0.5) | (v < low - 0.5)).sum())
            wrong += float((w - q(w)).detach().square().sum())
            power += float(w.square().sum())
            count += w.numel()
        return beyond / count, wrong / power


def keep_exponent(module):
    """The power-of-two quantisers then remember the exponent they used."""
    kind = getattr(module, "PowerOfTwo", None)
    if kind is None:
        return
    follow = kind.follow

    def kept(self, exponent):
        self.used = follow(self, exponent)
        return self.used

    kind.follow = kept


def train_one(nas, network, name, quantiser, bits, seed):
    """One row."""
    import recipe as study
    import torch
    recipe, start = study.RECIPES[name], time.process_time()
    text = study.export(nas, with_bits(network, bits),
                        "lsq" if quantiser == NONE else quantiser)
    module = study.load_model(text)
    torch.manual_seed(seed)
    model = module.Network()
    watch = Watch(module, model) if bits else None
    study.fit(module, model, study.fashion_mnist(study.TRAINING, recipe.images),
              recipe, seed, watch)
    accuracy, loss = study.evaluate(
        model, study.fashion_mnist(study.TEST, recipe.tested))
    clipped, error = watch.clipped_and_error() if watch else (0.0, 0.0)
    flips = watch.flips_per_1000() if watch else 0.0
    return dict(network=network["name"], digest=digest(network), recipe=name,
                quantiser=quantiser, bits=bits, seed=seed,
                accuracy=f"{accuracy:.4f}", loss=f"{loss:.5f}",
                clipped=f"{clipped:.5f}", error=f"{error:.5f}",
                flips_per_1000=f"{flips:.3f}", torch=torch.__version__,
                cpu_seconds=f"{time.process_time() - start:.1f}")


def jobs_of(networks, table, name, seeds):
    """What has no row yet: all of the first seed first."""
    done = table.keys(KEY)
    return [(network, name, q, b, seed) for seed in seeds
            for network in networks for q, b in PAIRS
            if (digest(network), name, q, str(b), str(seed)) not in done]


def mean_of(rows, key):
    return math.fsum(float(row[key]) for row in rows) / len(rows)


def complete(rows):
    """The rows of networks and seeds that have all of them."""
    def key(row):
        return row["digest"], row["recipe"], row["seed"]

    count = Counter(map(key, rows))
    return [row for row in rows if count[key(row)] == len(PAIRS)]


def markdown(rows):
    """Means over networks and seeds."""
    rows = complete(rows)
    lines = ["| bits | quantiser | accuracy % | clipped % | error % | "
             "flips in 1000 steps | trainings |",
             "|---:|---|---:|---:|---:|---:|---:|"]
    for bits in BITS + (0,):
        for quantiser in QUANTISERS + (NONE,):
            group = [row for row in rows if int(row["bits"]) == bits
                     and row["quantiser"] == quantiser]
            if group:
                lines.append(line_of(group, bits, quantiser))
    return "\n".join(lines)


def line_of(group, bits, quantiser):
    cells = [f"{100 * mean_of(group, 'accuracy'):.1f}"]
    if bits:
        cells += [f"{100 * mean_of(group, 'clipped'):.2f}",
                  f"{100 * mean_of(group, 'error'):.2f}",
                  f"{mean_of(group, 'flips_per_1000'):.1f}"]
    else:
        cells += ["", "", ""]
    return " | ".join([f"| {bits or 32}", quantiser, *cells,
                       f"{len(group)} |"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", default=f"{HERE}/architectures.json")
    parser.add_argument("--output", default=f"{HERE}/quantisers.csv")
    parser.add_argument("--recipe", default="1")
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--nas", default=NAS)
    parser.add_argument("--markdown", action="store_true")
    args = parser.parse_args()
    table = Rows(args.output, COLUMNS)
    if args.markdown:
        print(markdown(table.read()))
        return
    networks = read_networks(args.networks)
    work = jobs_of([networks[i] for i in TEN], table, args.recipe,
                   [int(seed) for seed in args.seeds.split(",")])
    from train import run
    run(args.jobs, [(args.nas, *job) for job in work], table, train_one)


if __name__ == "__main__":
    main()
