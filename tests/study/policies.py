#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the study's shapes in full precision, then quantise each by twenty
policies of bits: tests/study/policies.py [--jobs N] [--seeds 1,2,3]

Rows of policies.csv: one of the float network (treatment "float"), twenty
after training ("ptq") and three of them fine-tuned ("tuned") for each shape
and seed. They are written together when the last is done; what has rows is
not trained again, so a stopped run is started once more.
"""
import argparse
import os
import random
import time
from types import SimpleNamespace

import recipe as study
import torch
import torch.nn.functional as F
from rows import Rows, digest, read_networks
from train import NAS, run

HERE = os.path.dirname(os.path.abspath(__file__))
POLICIES = ("network", "digest", "recipe", "seed", "policy", "bits_a",
            "bits_w", "treatment", "accuracy", "loss", "cpu_seconds", "torch")
POLICY_KEY = ("digest", "recipe", "seed", "policy", "treatment")
UNIFORM = ((8, 8), (4, 4), (3, 3))  # policies 1, 2, 3; 0 is the drawn one
COUNT, TUNED = 20, 3
BITS = range(2, 9)

RECIPE = SimpleNamespace(
    name="2",
    images=20000, tested=5000,  # the first so many
    epochs=5, batch=64, rate=0.2, warmup=0.3, momentum=0.9, decay=5e-4,
    calibrated=200, normalised=1000,  # images that scales and norms see
    tune_images=10000, tune_batch=100, tune_rate=0.01,
)


def bits_of(network):
    """Of activations and of weights, of each stage behind the stem."""
    stages = network["blocks"][1:]
    return ([s["bits_a"] for s in stages], [s["bits_w"] for s in stages])


def policies_of(network, count=COUNT):
    """Pairs of lists, the same for every seed: as drawn, three uniform ones,
    and random ones, stage by stage and independent."""
    a, w = bits_of(network)
    draw = random.Random(digest(network))
    out = [(a, w)] + [([x] * len(a), [y] * len(a)) for x, y in UNIFORM]
    while len(out) < count:
        out.append(tuple([draw.choice(BITS) for _ in a] for _ in (a, w)))
    return out


def set_bits(module, network, policy):
    """The blocks that Network() is made of get the bits of their stage;
    None: full precision everywhere."""
    stages = network["blocks"]
    stage = [i for i, s in enumerate(stages) for _ in range(s.get("depth", 1))]
    for (_, block), i in zip(module.BLOCKS, stage):
        n = len(block["a"])
        a = w = 8 if policy else 0
        if policy and i > 0:
            a, w = policy[0][i - 1], policy[1][i - 1]
        block["a"], block["w"] = [a] * n, [w] * n
    module.HEAD_BITS = (8, 8) if policy else (0, 0)


def train_float(model, data, recipe, seed):
    """SGD with Nesterov momentum, one cycle of the rate."""
    model.to(memory_format=torch.channels_last)
    images, labels = data
    order_of = torch.Generator().manual_seed(seed)
    sgd = torch.optim.SGD(model.parameters(), recipe.rate, nesterov=True,
                          momentum=recipe.momentum, weight_decay=recipe.decay)
    steps = recipe.epochs * (len(images) // recipe.batch)
    step = 0
    model.train()
    for _ in range(recipe.epochs):
        order = torch.randperm(len(images), generator=order_of)
        for chosen in order.split(recipe.batch)[:len(images) // recipe.batch]:
            rate = study.rate_at((step + 0.5) / steps, recipe.rate,
                                 recipe.warmup)
            descend(model, images[chosen], labels[chosen], sgd, rate)
            step += 1


def descend(model, x, y, optimiser, rate):
    for group in optimiser.param_groups:
        group["lr"] = rate
    loss = F.cross_entropy(model(x), y)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


@torch.no_grad()
def silence(model):
    """A channel whose input to the normalisation hardly varies is constant:
    it keeps its mean output, and no noise of it is blown up."""
    for norm in model.modules():
        if not isinstance(norm, torch.nn.BatchNorm2d):
            continue
        dead = norm.running_var < 1e-4 * norm.running_var.median()
        norm.weight[dead] = 0


def best_scale(x, quantiser, fractions=40):
    """The scale with the least squared error: fractions of max|x| / level.
    x (rows, count); a scale a row."""
    most = x.abs().amax(1).clamp(min=1e-8)
    top = max(quantiser.high, 1)
    best, scale = None, most / top
    for i in range(fractions, 0, -1):
        s = most * i / (fractions * top)
        y = (x / s[:, None]).round().clamp(quantiser.low, quantiser.high)
        error = ((y * s[:, None] - x) ** 2).sum(1)
        if best is None:
            best, scale = error, s
        else:
            scale = torch.where(error < best, s, scale)
            best = torch.minimum(error, best)
    return scale


@torch.no_grad()
def quantise(module, set_bits, state, data, recipe):
    """The network with the float one's numbers and the bits that set_bits()
    gives the module; its scales and norms measured anew, layer by layer with
    the layers before already quantised."""
    set_bits()
    model = module.Network()
    model.load_state_dict(state, strict=False)
    model.to(memory_format=torch.channels_last)
    draw = torch.Generator().manual_seed(0)

    def measure(quantiser, inputs):
        x = inputs[0].reshape(-1)
        at = torch.randint(len(x), (20000,), generator=draw)
        quantiser.scale.fill_(float(best_scale(x[at][None], quantiser)))

    hooks = []
    for m in model.modules():
        if isinstance(m, module.InputQuantizer):
            hooks.append(m.register_forward_pre_hook(measure))
        if hasattr(m, "quantise_weight"):
            layer = m.conv if hasattr(m, "conv") else m.linear
            m.quantise_weight.scale.copy_(
                best_scale(layer.weight.flatten(1), m.quantise_weight))
    model.train()
    model(data[0][:recipe.calibrated])
    for hook in hooks:
        hook.remove()
    study.measure_norms(model, data[0][:recipe.normalised])
    return model


def tune(module, model, data, recipe, seed):
    """One epoch with quantisers; scales at a tenth of the rate."""
    images, labels = (x[:recipe.tune_images] for x in data)
    order = torch.randperm(len(images),
                           generator=torch.Generator().manual_seed(seed))
    scales = module.scales(model)
    ids = {id(p) for p in scales}
    rest = [p for p in model.parameters() if id(p) not in ids]
    sgd = torch.optim.SGD(rest, recipe.tune_rate, nesterov=True,
                          momentum=recipe.momentum, weight_decay=recipe.decay)
    slow = torch.optim.SGD(scales, recipe.tune_rate / 10,
                           momentum=recipe.momentum)
    batches = order.split(recipe.tune_batch)
    model.train()
    for step, chosen in enumerate(batches):
        rate = study.rate_at((step + 0.5) / len(batches), recipe.tune_rate,
                             recipe.warmup)
        for group in slow.param_groups:
            group["lr"] = rate / 10
        slow.zero_grad()
        descend(model, images[chosen], labels[chosen], sgd, rate)
        slow.step()
    study.measure_norms(model, images[:recipe.normalised])


def train_one(nas, network, seed):
    """All rows of a shape and a seed."""
    recipe, rows = RECIPE, []
    start = time.process_time()
    module = study.load_model(study.export(nas, network))
    data = study.fashion_mnist(study.TRAINING, recipe.images)
    data = (data[0].contiguous(memory_format=torch.channels_last), data[1])
    test = study.fashion_mnist(study.TEST, recipe.tested)

    def row(policy, bits, treatment, model):
        nonlocal start
        accuracy, loss = study.evaluate(model, test)
        a, w = bits or ((), ())
        rows.append(dict(
            network=network["name"], digest=digest(network),
            recipe=recipe.name, seed=seed, policy=policy,
            bits_a="-".join(map(str, a)), bits_w="-".join(map(str, w)),
            treatment=treatment, accuracy=f"{accuracy:.4f}",
            loss=f"{loss:.5f}", torch=torch.__version__,
            cpu_seconds=f"{time.process_time() - start:.1f}"))
        start = time.process_time()

    torch.manual_seed(seed)
    set_bits(module, network, None)
    model = module.Network()
    train_float(model, data, recipe, seed)
    silence(model)
    study.measure_norms(model, data[0][:recipe.normalised])
    row("", None, "float", model)
    state = model.state_dict()
    for i, policy in enumerate(policies_of(network)):
        model = quantise(module,
                         lambda p=policy: set_bits(module, network, p),
                         state, data, recipe)
        row(i, policy, "ptq", model)
        if i < TUNED:
            tune(module, model, data, recipe, seed)
            row(i, policy, "tuned", model)
    return rows


class Groups(Rows):
    """All rows of one training are one write."""

    def append(self, rows):
        self.write_all([[row[c] for c in self.columns] for row in rows])


class Printed(list):
    """Rows that train.run prints by the first of them."""

    def values(self):
        return self[0].values()


def one(nas, network, seed):
    return Printed(train_one(nas, network, seed))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", default=f"{HERE}/architectures.json")
    parser.add_argument("--output", default=f"{HERE}/policies.csv")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--nas", default=NAS)
    parser.add_argument("--only", help="names, separated by commas")
    args = parser.parse_args()
    table = Groups(args.output, POLICIES)
    done = table.keys(("digest", "seed"))
    only = args.only and args.only.split(",")
    work = [(args.nas, network, int(seed)) for seed in args.seeds.split(",")
            for network in read_networks(args.networks)
            if (digest(network), seed) not in done
            and (not only or network["name"] in only)]
    run(args.jobs, work, table, one)


if __name__ == "__main__":
    main()
