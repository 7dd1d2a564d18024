#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each fix of power-of-two quantisers brings: tests/study/fixes.py
[--jobs N] [--seeds 1,2,3]

MobileNetV1 and V2, scaled down, on Fashion-MNIST: trained in full precision,
then fine-tuned with each way of finding the scales of their weights. One row
of fixes.csv each; started again, it goes on. Float weights are kept in
build/study, so that a later row need not train them anew.

--outliers instead makes the largest weight of each layer larger, factor by
factor, and writes outliers.csv: what that does to the scales. No training.
--markdown prints the tables of README.md.
"""
import argparse
import math
import os
import statistics
import time
from types import SimpleNamespace

from quantisers import NAS, Watch, with_bits
from rows import Rows, digest

HERE = os.path.dirname(os.path.abspath(__file__))
KEPT = os.path.join(HERE, "../../build/study")
COLUMNS = ("network", "digest", "recipe", "variant", "bits", "seed",
           "accuracy", "loss", "clipped", "error", "flips_per_1000",
           "late_flips_per_1000", "cpu_seconds", "torch")
KEY = ("digest", "recipe", "variant", "bits", "seed")
OUTLIERS = ("network", "digest", "recipe", "variant", "bits", "seed", "factor",
            "shift", "error")
FACTORS = (1, 2, 4, 8, 16, 32)
FLOAT = "float"

# what is searched, and the fixes in the order in which they are added:
# outliers are left out, squared errors weigh by gradients' second moments,
# the scale stays from the middle of the training on
VARIANTS = {
    "MSQE": dict(kind="po2-msqe"),
    "MSQE, no outliers": dict(kind="po2-msqe", mask=True),
    "MSQE, no outliers, moments": dict(kind="po2-msqe", mask=True,
                                       moments=True),
    "MSQE, all three": dict(kind="po2-msqe", mask=True, moments=True,
                            stable=True),
    "gradient, ceil": dict(kind="po2-gradient", rounding=math.ceil),
    "gradient, nearest": dict(kind="po2-gradient", rounding=round),
    "gradient, lower MSQE": dict(kind="po2-gradient"),
    "gradient, lower MSQE, no outliers, moments": dict(
        kind="po2-gradient", mask=True, moments=True),
    "gradient, all": dict(kind="po2-gradient", mask=True, moments=True,
                          stable=True),
    "LSQ": dict(kind="lsq"),
}

FLOATS = SimpleNamespace(images=20000, epochs=3, batch=50, rate=0.01,
                         scale_rate=0.0, exponent_rate=0.0, warmup=0.25,
                         decay=1e-4)
TUNED = SimpleNamespace(name="3", images=2000, tested=2000, epochs=1,
                        batch=50, rate=0.003, scale_rate=0.001,
                        exponent_rate=0.01, warmup=0.1, decay=1e-4)


def conv(inp, out, kernel, stride):
    return dict(type="conv", kernel=kernel, stride=stride,
                **{"in": inp, "out": out})


def network_of(name, blocks, last):
    """A network of the study's form, 8 bits but for --bits."""
    for block in blocks:
        block.update(bits_a=8, bits_w=8)
    return dict(schema="nas/architecture/1", name=name,
                input=dict(height=28, width=28, channels=1), blocks=blocks,
                head=dict(type="classifier", classes=10, bits_a=8, bits_w=8))


def mobilenet_v1():
    """An eighth to a quarter of the width, half of the depth."""
    shape = ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1))
    blocks, width = [conv(1, 8, 3, 2)], 8
    for out, stride in shape:
        blocks.append(dict(type="dwsep", out=out, kernel=3, stride=stride,
                           **{"in": width}))
        width = out
    return network_of("mobilenetv1-small", blocks, width)


def mobilenet_v2():
    """The same with inverted residuals, six times as wide inside."""
    shape = ((8, 8, 1, 1), (12, 48, 2, 2), (16, 72, 2, 2))
    blocks, width = [conv(1, 8, 3, 2)], 8
    for out, hidden, stride, depth in shape:
        blocks.append(dict(type="mbconv", out=out, hidden=hidden, kernel=3,
                           stride=stride, depth=depth, **{"in": width}))
        width = out
    blocks.append(conv(width, 64, 1, 1))
    return network_of("mobilenetv2-small", blocks, 64)


def networks():
    return [mobilenet_v1(), mobilenet_v2()]


def fix(module, mask=False, moments=False, rounding=None):
    """The module's quantisers without the fixes that are not asked for."""
    power = getattr(module, "PowerOfTwo", None)
    if power is None:
        return
    importance = power.importance

    def some(self, w, inside):
        import torch
        inside = inside if mask else torch.ones_like(inside)
        if moments:
            return importance(self, w, inside)
        return inside.to(w.dtype)

    power.importance = some
    if rounding:
        module.WeightQuantizer.choose = (
            lambda self, w: int(rounding(float(self.exponent))))


def float_weights(nas, network, seed):
    """Of the network trained in full precision, from the file if it is
    there."""
    import recipe as study
    import torch
    os.makedirs(KEPT, exist_ok=True)
    path = os.path.join(KEPT, f"{digest(network)}-{TUNED.name}-{seed}.pt")
    if os.path.exists(path):
        return torch.load(path)
    module = study.load_model(study.export(nas, with_bits(network, 0)))
    torch.manual_seed(seed)
    model = module.Network()
    study.fit(module, model,
              study.fashion_mnist(study.TRAINING, FLOATS.images), FLOATS, seed)
    torch.save(model.state_dict(), path + f".tmp.{os.getpid()}")
    os.replace(path + f".tmp.{os.getpid()}", path)
    return model.state_dict()


def build(nas, network, state, variant, bits):
    """(module, model): float weights, and quantisers that start from them."""
    import recipe as study
    how = dict(VARIANTS.get(variant, dict(kind="lsq")))
    kind, stable = how.pop("kind"), how.pop("stable", False)
    module = study.load_model(study.export(nas, with_bits(network, bits),
                                           kind))
    fix(module, **how)
    model = module.Network()
    model.load_state_dict(state, strict=False)
    for layer in model.modules():
        if bits and hasattr(layer, "quantise_weight"):
            weight = getattr(layer, "conv", None) or layer.linear
            layer.quantise_weight = module.WeightQuantizer(layer.bits[1],
                                                           weight.weight)
    return module, model, stable


class Follow:
    """After each step: flips are counted, and in the middle the scales stay
    if they shall."""

    def __init__(self, module, model, stable):
        self.watch, self.stable = Watch(module, model), stable
        self.half = TUNED.images // TUNED.batch // 2
        self.steps, self.early = 0, 0.0

    def __call__(self, model):
        self.watch(model)
        self.steps += 1
        if self.steps == self.half + 1:  # the change to the scale that stays
            self.early = self.watch.flips
        if self.stable and self.steps == self.half:
            for m in model.modules():
                if hasattr(m, "freeze"):
                    m.freeze()

    def flips(self):
        """(in 1000 steps, in 1000 steps of the second half)"""
        layers = len(self.watch.layers)
        late = self.watch.flips - self.early
        return (self.watch.flips_per_1000(),
                1000 * late / (layers * (self.steps - self.half - 1)))


def train_one(nas, network, variant, bits, seed):
    """One row."""
    import recipe as study
    import torch
    start = time.process_time()
    state = float_weights(nas, network, seed)
    module, model, stable = build(nas, network, state, variant, bits)
    follow = Follow(module, model, stable) if bits else None
    if bits:
        study.fit(module, model,
                  study.fashion_mnist(study.TRAINING, TUNED.images), TUNED,
                  seed, follow)
    accuracy, loss = study.evaluate(
        model, study.fashion_mnist(study.TEST, TUNED.tested))
    clipped, error = follow.watch.clipped_and_error() if bits else (0.0, 0.0)
    flips, late = follow.flips() if bits else (0.0, 0.0)
    return dict(network=network["name"], digest=digest(network),
                recipe=TUNED.name, variant=variant, bits=bits, seed=seed,
                accuracy=f"{accuracy:.4f}", loss=f"{loss:.5f}",
                clipped=f"{clipped:.5f}", error=f"{error:.5f}",
                flips_per_1000=f"{flips:.3f}",
                late_flips_per_1000=f"{late:.3f}", torch=torch.__version__,
                cpu_seconds=f"{time.process_time() - start:.1f}")


def exponent_of(quantiser, weight):
    """That a quantiser takes for these weights, from its own start."""
    if hasattr(quantiser, "choose"):
        return quantiser.choose(weight)
    for _ in range(8):  # each is a step of the training
        quantiser.fit(weight)
    return int(quantiser.exponent)


def outlier_rows(nas, network, variant, bits, seed):
    """A row a factor: exponents less those of factor 1, and the squared error
    of the other weights over the sum of their squares; means over layers."""
    state = float_weights(nas, network, seed)
    module, model, _ = build(nas, network, state, variant, bits)
    layers = [layer for block in list(model.blocks)[1:]
              for layer in block.modules() if isinstance(layer, module.Layer)]
    rows, first = [], None
    for factor in FACTORS:
        exponents, errors = [], []
        for layer in layers:
            weight = layer.conv.weight.detach().clone().flatten()
            at = int(weight.abs().argmax())
            weight[at] *= factor
            q = module.WeightQuantizer(bits, weight)
            exponents.append(exponent_of(q, weight))
            rest = weight[[i for i in range(len(weight)) if i != at]]
            step = 2.0 ** exponents[-1]
            back = (rest / step).round().clamp(-q.high, q.high) * step
            errors.append(float((rest - back).square().sum() /
                                rest.square().sum()))
        first = first or exponents
        shift = statistics.fmean(a - b for a, b in zip(exponents, first))
        rows.append(dict(network=network["name"], digest=digest(network),
                         recipe=TUNED.name, variant=variant, bits=bits,
                         seed=seed, factor=factor, shift=f"{shift:.3f}",
                         error=f"{statistics.fmean(errors):.5f}"))
    return rows


def write_outliers(args, seeds):
    table = Rows(os.path.join(HERE, "outliers.csv"), OUTLIERS)
    table.open()
    done = table.keys(KEY)
    for seed in seeds:
        for network in networks():
            for variant in ("MSQE", "MSQE, no outliers",
                            "gradient, lower MSQE"):
                key = (digest(network), TUNED.name, variant, str(args.bits),
                       str(seed))
                if key not in done:
                    for row in outlier_rows(args.nas, network, variant,
                                            int(args.bits), seed):
                        table.append(row)


def mean_and_spread(rows, key, scale=1.0):
    """Over seeds, "83.91 ± 0.52"; one alone has no spread."""
    values = [scale * float(row[key]) for row in rows]
    mean = statistics.fmean(values)
    if len(values) < 2:
        return f"{mean:.2f}"
    return f"{mean:.2f} ± {statistics.stdev(values):.2f}"


def of_variant(rows, network, variant):
    return [row for row in rows if row["recipe"] == TUNED.name and
            row["digest"] == digest(network) and row["variant"] == variant]


def training_table(rows):
    """Means and standard deviations over seeds."""
    lines = ["| network | scale of weights | accuracy % | clipped % | error % "
             "| flips | in the second half | seeds |",
             "|---|---|---:|---:|---:|---:|---:|---:|"]
    for network in networks():
        for variant in (FLOAT, *VARIANTS):
            group = of_variant(rows, network, variant)
            if not group:
                continue
            cells = [network["name"], variant,
                     mean_and_spread(group, "accuracy", 100)]
            if variant == FLOAT:
                cells += [""] * 4
            else:
                cells += [mean_and_spread(group, "clipped", 100),
                          mean_and_spread(group, "error", 100),
                          mean_and_spread(group, "flips_per_1000"),
                          mean_and_spread(group, "late_flips_per_1000")]
            lines.append("| " + " | ".join([*cells, str(len(group))]) + " |")
    return "\n".join(lines)


def outlier_table(rows):
    """Shift of the exponents and error of the other weights, over seeds."""
    lines = ["| network | scale of weights | " +
             " | ".join(f"x {f}" for f in FACTORS) + " |",
             "|---|---|" + "---:|" * len(FACTORS)]
    for network in networks():
        for variant in VARIANTS:
            group = of_variant(rows, network, variant)
            cells = []
            for factor in FACTORS if group else ():
                one = [r for r in group if r["factor"] == str(factor)]
                shift = statistics.fmean(float(r["shift"]) for r in one)
                error = statistics.fmean(float(r["error"]) for r in one)
                cells.append(f"{shift:+.1f}, {100 * error:.1f} %")
            if cells:
                lines.append("| " + " | ".join([network["name"], variant,
                                                *cells]) + " |")
    return "\n".join(lines)


def markdown(folder):
    return (training_table(Rows(f"{folder}/fixes.csv", COLUMNS).read()) +
            "\n\n" +
            outlier_table(Rows(f"{folder}/outliers.csv", OUTLIERS).read()))


def jobs_of(table, bits, seeds, variants):
    """What has no row yet, a seed after the other."""
    done = table.keys(KEY)
    work = [(network, variant, b, seed) for seed in seeds for b in bits
            for network in networks() for variant in variants]
    return [(network, variant, b, seed) for network, variant, b, seed in work
            if (digest(network), TUNED.name, variant, str(b), str(seed))
            not in done]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", default=f"{HERE}/fixes.csv")
    parser.add_argument("--bits", default="3")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--nas", default=NAS)
    parser.add_argument("--outliers", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    args = parser.parse_args()
    if args.markdown:
        print(markdown(HERE))
        return
    table = Rows(args.output, COLUMNS)
    seeds = [int(seed) for seed in args.seeds.split(",")]
    if args.outliers:
        write_outliers(args, seeds)
        return
    bits = [int(b) for b in args.bits.split(",")]
    from train import run
    for work in (jobs_of(table, [0], seeds, [FLOAT]),
                 jobs_of(table, bits, seeds, VARIANTS)):
        run(args.jobs, [(args.nas, *job) for job in work], table, train_one)


if __name__ == "__main__":
    main()
