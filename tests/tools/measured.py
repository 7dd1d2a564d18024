#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of measured networks that others have published, in our own form: an
array of nas/architecture/1, each with its accuracy, for nas correlate and nas
calibrate.

    measured.py TABLE [--accuracy COLUMN] > networks.json

Read are, told apart by what is in them,
  NAS-Bench-Macro's file as it is (Su et al., CVPR 2021): an object with a
    member a network, whose key has a digit for each of eight layers. A member
    whose params or flops are not its network's is refused.
  CSV of MobileNets: columns model, width, resolution and accuracy, or the usual
    other names; accuracy2, accuracy3, ... are further training seeds.
  CSV of MobileNetV2 at fixed bits: columns bits_a, bits_w and an accuracy.
  CSV of Accel-NASBench's networks on ImageNet: columns expansion1, kernel1,
    depth1, se1 and so on for seven stages, imagenet_top1 and params_m, which
    have to be the network's.

Of MobileNets the first inverted residual block of V2 and V3, which has no
expansion, is written as a dwsep and not as an mbconv1: with a ReLU at its end,
without V3-large's shortcut and V3-small's squeeze-and-excitation (280 parameters
at width 1).
"""
import csv
import json
import math
import sys

NAMES = {
    "model": ["model", "name", "network", "architecture"],
    "width": ["width", "alpha", "multiplier", "width_multiplier", "width_mult"],
    "resolution": ["resolution", "image_size", "input_size", "size", "res"],
    "accuracy": ["accuracy", "accuracy1", "top1", "top_1", "top1_accuracy",
                 "acc", "imagenet_top1", "mean_acc"],
}

# Stem; last convolution, which grows with the width, or how many times what
# reaches it; hidden units of the head; whether widths are cut to integers;
# runs of (kernel, channels, blocks, first stride, hidden / in or 0 for a
# separable block, squeeze-and-excitation).
FAMILIES = {
    "mobilenet_v1": (32, 0, 0, 0, True, [
        (3, 64, 1, 1, 0, 0), (3, 128, 1, 2, 0, 0), (3, 128, 1, 1, 0, 0),
        (3, 256, 1, 2, 0, 0), (3, 256, 1, 1, 0, 0), (3, 512, 1, 2, 0, 0),
        (3, 512, 5, 1, 0, 0), (3, 1024, 1, 2, 0, 0), (3, 1024, 1, 1, 0, 0)]),
    "mobilenet_v2": (32, 1280, 0, 0, False, [
        (3, 16, 1, 1, 0, 0), (3, 24, 2, 2, 6, 0), (3, 32, 3, 2, 6, 0),
        (3, 64, 4, 2, 6, 0), (3, 96, 3, 1, 6, 0), (3, 160, 3, 2, 6, 0),
        (3, 320, 1, 1, 6, 0)]),
    "mobilenet_v3_large": (16, 0, 6, 1280, False, [
        (3, 16, 1, 1, 0, 0), (3, 24, 1, 2, 64 / 16, 0),
        (3, 24, 1, 1, 72 / 24, 0), (5, 40, 1, 2, 72 / 24, 1),
        (5, 40, 2, 1, 120 / 40, 1), (3, 80, 1, 2, 240 / 40, 0),
        (3, 80, 1, 1, 200 / 80, 0), (3, 80, 2, 1, 184 / 80, 0),
        (3, 112, 1, 1, 480 / 80, 1), (3, 112, 1, 1, 672 / 112, 1),
        (5, 160, 1, 2, 672 / 112, 1), (5, 160, 2, 1, 960 / 160, 1)]),
    "mobilenet_v3_small": (16, 0, 6, 1024, False, [
        (3, 16, 1, 2, 0, 0), (3, 24, 1, 2, 72 / 16, 0),
        (3, 24, 1, 1, 88 / 24, 0), (5, 40, 1, 2, 96 / 24, 1),
        (5, 40, 2, 1, 240 / 40, 1), (5, 48, 1, 1, 120 / 40, 1),
        (5, 48, 1, 1, 144 / 48, 1), (5, 96, 1, 2, 288 / 48, 1),
        (5, 96, 2, 1, 576 / 96, 1)]),
}


class Bad(Exception):
    """What is wrong with the table."""


def divisible(x):
    """To a multiple of 8, never down by more than 10 %."""
    y = max(8, int(x + 4) // 8 * 8)
    return y + 8 if y < 0.9 * x else y


def block(kind, cin, out, kernel, stride, **more):
    return {"type": kind, "in": cin, "out": out, "kernel": kernel,
            "stride": stride, **more}


def network(name, side, blocks, classes, accuracies, **more):
    """accuracies: one a training seed; more: into the head."""
    measured = ({"accuracies": accuracies} if len(accuracies) > 1
                else {"accuracy": accuracies[0]})
    return {"schema": "nas/architecture/1", "name": name,
            "input": {"height": side, "width": side, "channels": 3},
            "blocks": blocks, "head": {"classes": classes, **more}, **measured}


def mobilenet(kind, width, side, accuracies):
    """By the tables of Howard et al. 2017, Sandler et al. 2018 and Howard et
    al. 2019; widths are rounded as in the papers' code."""
    stem, last, times, hidden, cut, runs = FAMILIES[kind]

    def scaled(channels):
        return int(max(8, channels * width)) if cut else divisible(
            channels * width)

    cin = scaled(stem)
    blocks = [block("conv", 3, cin, 3, 2)]
    for kernel, channels, n, stride, expansion, squeeze in runs:
        out = scaled(channels)
        for i in range(n):
            b = block("mbconv" if expansion else "dwsep", cin, out, kernel,
                      1 if i else stride)
            if expansion:
                b["hidden"] = divisible(cin * expansion)
            if squeeze:
                b["squeeze"] = divisible(b["hidden"] / 4)
            blocks.append(b)
            cin = out
    most = times * cin if times else divisible(last * max(width, 1)) if last else 0
    if most:
        blocks.append(block("conv", cin, most, 1, 1))
    head = {"hidden": divisible(hidden * max(width, 1))} if hidden else {}
    return network(f"{kind} {width:g} {side}", side, blocks, 1000, accuracies,
                   **head)


def bare(name):
    """Letters and digits, in lower case, without "mobilenet"."""
    name = "".join(c for c in name.lower() if c.isalnum())
    return name.removeprefix("mobilenet")


def convolutions(b):
    """(channels in, out, kernel, groups, whether its input is the block's)"""
    if b["type"] == "conv":
        return [(b["in"], b["out"], b["kernel"], 1, False)]
    h = b.get("hidden", b["in"])
    first = [(b["in"], h, 1, 1, True)] if b["type"] == "mbconv" else []
    return first + [(h, h, b["kernel"], h, False), (h, b["out"], 1, 1, False)]


def costs(net):
    """Parameters and multiply-accumulates, as nas counts them."""
    side, params, macs = net["input"]["height"], 0, 0
    for b in net["blocks"]:
        after = math.ceil(side / b["stride"])
        for cin, out, kernel, groups, before in convolutions(b):
            weights = cin // groups * out * kernel * kernel
            params += weights + 2 * out
            macs += weights * (side if before else after) ** 2
        side = after
    last, classes = net["blocks"][-1]["out"], net["head"]["classes"]
    return params + (last + 1) * classes, macs + last * classes


def is_macro_key(key):
    return len(key) == 8 and set(key) <= set("012")


def macro_network(key, member):
    """conv 3x3 to 32; stages of 2, 3, 3 layers with 64, 128, 256 channels,
    each one's first with stride 2: 0 = identity, a 1x1 conv where the shape
    changes; 1 = mbconv of kernel 3 and expansion 3; 2 = of kernel 5 and
    expansion 6; conv 1x1 to 1280. The classes are those that params asks for."""
    cin, blocks = 32, [block("conv", 3, 32, 3, 1)]
    for i, digit in enumerate(key):
        out = (64, 64, 128, 128, 128, 256, 256, 256)[i]
        stride = 2 if i in (0, 2, 5) else 1
        if digit != "0":
            blocks.append(block("mbconv", cin, out, 3 if digit == "1" else 5,
                                stride,
                                hidden=cin * (3 if digit == "1" else 6)))
        elif stride > 1:
            blocks.append(block("conv", cin, out, 1, stride))
        cin = out
    blocks.append(block("conv", cin, 1280, 1, 1))
    net = network(key, 32, blocks, 0,
                  member.get("test_acc") or [member["mean_acc"]])
    net["accuracy"] = member["mean_acc"]
    classes, rest = divmod(member["params"] - costs(net)[0], 1281)
    if rest == 0 and classes > 0:
        net["head"]["classes"] = classes
    if costs(net) != (member["params"], member["flops"]):
        raise Bad(f"{key}: params {member['params']} and flops "
                  f"{member['flops']} are not the network's, "
                  f"{costs(net)[0]} and {costs(net)[1]}")
    return net


def from_macro(table):
    bad = [key for key in table if not is_macro_key(key)]
    if bad:
        raise Bad(f"'{bad[0]}' is no network: 8 digits 0 .. 2")
    return [macro_network(key, member) for key, member in table.items()]


def column(head, what):
    for name in NAMES[what]:
        if name in head:
            return name
    raise Bad(f"no column '{what}'")


def number(row, name, line):
    try:
        x = float(row[name])
    except (TypeError, ValueError):
        x = math.nan
    if not math.isfinite(x):
        raise Bad(f"line {line}: {name} '{row[name]}' is no number")
    return x


def seeds_of(head, first):
    """The columns of further seeds: accuracy2, accuracy3, ..."""
    stem, names = first.removesuffix("1") if first == "accuracy1" else first, [
        first]
    while f"{stem}{len(names) + 1}" in head:
        names.append(f"{stem}{len(names) + 1}")
    return names


def from_mobilenets(rows, head, accuracy):
    model, width = column(head, "model"), column(head, "width")
    side = column(head, "resolution")
    seeds = seeds_of(head, accuracy or column(head, "accuracy"))
    nets = []
    for line, row in enumerate(rows, 2):
        kinds = [k for k in FAMILIES if bare(k) == bare(row[model])]
        w, s = number(row, width, line), number(row, side, line)
        if not kinds:
            raise Bad(f"line {line}: unknown model '{row[model]}' (known are "
                      + ", ".join(FAMILIES) + ")")
        if not (0.05 <= w <= 16 and s == int(s) and 1 <= s <= 8192):
            raise Bad(f"line {line}: width {w:g} or resolution {s:g}")
        nets.append(mobilenet(kinds[0], w, int(s),
                              [number(row, c, line) for c in seeds]))
    return nets


def from_bits(rows, head, accuracy):
    others = [c for c in head if c not in ("bits_a", "bits_w")]
    if not accuracy and "accuracy" not in others and len(others) != 1:
        raise Bad("no column 'accuracy': --accuracy COLUMN says which")
    accuracy = accuracy or ("accuracy" if "accuracy" in others else others[0])
    nets = []
    for line, row in enumerate(rows, 2):
        net = mobilenet("mobilenet_v2", 1.0, 224,
                        [number(row, accuracy, line)])
        a, w = (int(number(row, k, line)) for k in ("bits_a", "bits_w"))
        net["name"] += f" A{a} W{w}"
        for b in net["blocks"]:
            n = len(convolutions(b))
            b["bits_a"], b["bits_w"] = [a] * n, [w] * n
        nets.append(net)
    return nets


def accel_network(row, line):
    """MnasNet's space: stem 3x3/2 to 32; seven stages, hidden = in x expansion,
    or no convolution before the depthwise one at expansion 1; a quarter of the
    channels in for squeeze-and-excitation; 1x1 to 1280."""
    cin, blocks = 32, [block("conv", 3, 32, 3, 2)]
    for i, (out, first) in enumerate(zip((16, 24, 40, 80, 112, 192, 320),
                                         (1, 2, 2, 2, 1, 2, 1)), 1):
        e, k, depth, se = (int(number(row, f"{what}{i}", line))
                           for what in ("expansion", "kernel", "depth", "se"))
        for j in range(depth):
            b = block("mbconv" if e > 1 else "mbconv1", cin, out, k,
                      1 if j else first)
            if e > 1:
                b["hidden"] = cin * e
            if se:
                b["squeeze"] = cin // 4
            blocks.append(b)
            cin = out
    blocks.append(block("conv", cin, 1280, 1, 1))
    net = network(f"accel {row.get('id', line)}", 224, blocks, 1000,
                  [number(row, "imagenet_top1", line)])
    own = costs(net)[0]
    for b in blocks:
        h, q = b.get("hidden", b["in"]), b.get("squeeze", 0)
        own += 2 * h * q + q + (h if q else 0)
    params = number(row, "params_m", line) * 1e6
    if abs(own - params) > 1:
        raise Bad(f"line {line}: params_m {params / 1e6:g} are not the "
                  f"network's, {own / 1e6:g}")
    return net


def convert(path, accuracy):
    with open(path, encoding="utf-8-sig") as f:
        text = f.read()
    if text.lstrip().startswith("{"):
        return from_macro(json.loads(text))
    rows = list(csv.DictReader(text.splitlines()))
    head = list(rows[0]) if rows else []
    if accuracy and accuracy not in head:
        raise Bad(f"no column '{accuracy}'")
    if "expansion7" in head and "se7" in head:
        return [accel_network(row, line) for line, row in enumerate(rows, 2)]
    if "bits_a" in head and "bits_w" in head:
        return from_bits(rows, head, accuracy)
    return from_mobilenets(rows, head, accuracy)


def main(args):
    accuracy = None
    if "--accuracy" in args[:-1]:
        at = args.index("--accuracy")
        accuracy = args[at + 1]
        del args[at:at + 2]
    if len(args) != 1 or args[0].startswith("-"):
        sys.exit(__doc__)
    try:
        nets = convert(args[0], accuracy)
    except (Bad, OSError, ValueError, KeyError, TypeError) as e:
        sys.exit(f"{args[0]}: {e!r}" if isinstance(e, (KeyError, TypeError))
                 else f"{args[0]}: {e}")
    print("[" + ",\n".join(json.dumps(n) for n in nets) + "]")


if __name__ == "__main__":
    main(sys.argv[1:])
