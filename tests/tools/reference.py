#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random networks with the figures that nas must report for them.

    python3 tests/tools/reference.py > tests/data/random_architectures.json

Written from the definitions, not from the C: one convolution after the other,
sigma_hat as the sum over the quantiser's levels, feature maps from padding and
stride. tests/scoring/test_figures.c holds the C against it.
"""

import json
import math
import random
import sys

NETWORKS = 200
KINDS = ("conv", "mbconv", "mbconv", "dwsep")
MORE = 80  # behind them, of more kinds of block
MORE_KINDS = ("conv", "mbconv", "mbconv1", "basic", "basic", "bottleneck",
              "bottleneck")
POOLED = 20  # behind those, with max pooling
POOLED_KINDS = ("convpool", "convpool", "dwsep", "basic")


def quantised_sigma(sigma, bits):
    """Standard deviation of N(0, sigma^2) rounded, clamped to +-2^(bits-1)."""
    top = 2 ** (bits - 1)

    def above(x):
        return 0.5 * math.erfc(x / sigma / math.sqrt(2))

    var = 2 * top * top * above(top - 0.5)
    for level in range(1, min(top, int(40 * sigma))):
        var += 2 * level * level * (above(level - 0.5) - above(level + 0.5))
    return math.sqrt(var)


class Conv:
    def __init__(self, cin, cout, k, s, groups, bits_a, bits_w):
        self.cin, self.cout, self.k, self.s = cin, cout, k, s
        self.groups, self.bits_a, self.bits_w = groups, bits_a, bits_w
        self.weights = cin // groups * cout * k * k
        self.fan = cin // groups * k * k if groups == 1 else k * k

    def entropy(self, sigma_a, sigma_w):
        e = math.log(math.sqrt(self.fan))
        if self.bits_a:
            e += math.log(quantised_sigma(sigma_a, self.bits_a) / sigma_a)
            e += math.log(quantised_sigma(sigma_w, self.bits_w))
        return e


class Block:
    def __init__(self, entry, d):
        """Block d of an entry of the file."""
        self.type = entry["type"]
        self.stride = s = entry["stride"] if d == 0 else 1
        self.cin = cin = entry["in"] if d == 0 else entry["out"]
        self.cout = cout = entry["out"]
        k, h = entry["kernel"], entry.get("hidden", 0)
        # max pooling of stride 2 follows and is no layer: 3x3 padded by 1, or
        # 2x2 padded behind an odd last row; both make half of it, rounded up
        self.pool = self.type == "convpool" and s % 2 == 0
        shapes = {
            "conv": [(cin, cout, k, s, 1)],
            "convpool": [(cin, cout, k, s // 2 if self.pool else s, 1)],
            "mbconv": [(cin, h, 1, 1, 1), (h, h, k, s, h), (h, cout, 1, 1, 1)],
            "dwsep": [(cin, cin, k, s, cin), (cin, cout, 1, 1, 1)],
            "mbconv1": [(cin, cin, k, s, cin), (cin, cout, 1, 1, 1)],
            "basic": [(cin, cout, k, s, 1), (cout, cout, k, 1, 1)],
            "bottleneck": [(cin, h, 1, s, 1), (h, h, k, 1, 1),
                           (h, cout, 1, 1, 1)],
        }[self.type]
        n = len(shapes)
        self.convs = [
            Conv(*shape, bits(entry, "bits_a", n * d + j),
                 bits(entry, "bits_w", n * d + j))
            for j, shape in enumerate(shapes)]
        self.hidden = h
        self.squeeze = entry.get("squeeze", 0)
        if self.type == "mbconv1":
            self.hidden = h = cin
        if entry.get("se"):
            self.squeeze = max(1, round(h / 4) // 8) * 8
        shortcut = entry.get("shortcut", "identity")
        meets = self.type not in ("conv", "convpool", "dwsep") and cin == cout
        self.counted_shortcut = meets and shortcut != "none" and (
            s == 1 or self.type == "mbconv")
        self.residual = meets and (shortcut == "pool" or
                                   shortcut == "identity" and s == 1)
        self.side = None  # the convolution of a ResNet's shortcut
        if (self.type in ("basic", "bottleneck") and not self.residual and
                shortcut != "none"):
            self.side = Conv(cin, cout, 1, s, 1, self.convs[0].bits_a,
                             self.convs[0].bits_w)
        # while which convolution the reference's memory holds a shortcut
        self.held_at = {"mbconv": 1, "mbconv1": 0, "bottleneck": 1}.get(
            self.type)


def bits(entry, key, i):
    given = entry.get(key)
    return given[i] if isinstance(given, list) else given


def eight(x):
    return 8 if x is None else x


def costs(net):
    blocks = [Block(e, d) for e in net["blocks"]
              for d in range(e.get("depth", 1))]
    head = net.get("head")
    convs = [c for b in blocks for c in b.convs]
    after = [eight(c.bits_a) for c in convs[1:]]
    after.append(eight(head.get("bits_a")) if head else 8)

    height, width = net["input"]["height"], net["input"]["width"]
    low_h, low_w = height, width
    exact = float(height * width)
    x = dict(flops=0.0, bitops=0, macs=0, params=0, size_bytes=0.0, layers=len(convs))
    tiny, plain = [], []
    i = 0
    for b in blocks:
        if b.counted_shortcut and b.stride > 1:
            x["flops"] += exact * b.cin
        shortcut_bits = eight(b.convs[0].bits_a)
        for j, c in enumerate(b.convs):
            out_h = (height + 2 * (c.k // 2) - c.k) // c.s + 1
            out_w = (width + 2 * (c.k // 2) - c.k) // c.s + 1
            a, w = eight(c.bits_a), eight(c.bits_w)
            pixels = exact / c.s ** 2
            x["flops"] += pixels * c.weights * a / 8 * w / 8  # products
            x["flops"] += pixels * (2 * c.cout + c.cout)  # norm, ReLU
            x["macs"] += c.weights * out_h * out_w
            x["bitops"] += c.weights * out_h * out_w * a * w
            x["params"] += c.weights + 2 * c.cout
            x["size_bytes"] += c.weights * w / 8 + 2 * c.cout

            low = low_h * low_w
            depthwise = c.groups > 1 or c.cin == c.cout == 1
            used = low * c.cin * a / 8
            used += (low * (1 if depthwise else c.cout) // c.s ** 2
                     ) * after[i] / 8
            if b.counted_shortcut and j == b.held_at:
                used += (low * b.cout // c.s ** 2) * shortcut_bits / 8
            if b.side and j > 0:
                used += low * b.cout * shortcut_bits / 8
            tiny.append(used)

            used = height * width * c.cin * a / 8
            used += out_h * out_w * c.cout * after[i] / 8
            if (b.residual or b.side) and j > 0:
                used += out_h * out_w * b.cout * shortcut_bits / 8
            plain.append(used)

            if b.side and j == 0:
                side = b.side
                x["flops"] += pixels * (
                    side.weights * a / 8 * w / 8 + 3 * side.cout)
                x["macs"] += side.weights * out_h * out_w
                x["bitops"] += side.weights * out_h * out_w * a * w
                x["params"] += side.weights + 2 * side.cout
                x["size_bytes"] += side.weights * w / 8 + 2 * side.cout
                for used, area, small in (
                        (tiny, low, (low_h // c.s) * (low_w // c.s)),
                        (plain, height * width, out_h * out_w)):
                    used.append(area * c.cin * a / 8 +
                                small * c.cout * after[i] / 8 +
                                small * b.cout * shortcut_bits / 8)
            height, width = out_h, out_w
            low_h, low_w, exact = low_h // c.s, low_w // c.s, pixels
            i += 1
        if b.pool:
            height, width = (height - 1) // 2 + 1, (width - 1) // 2 + 1
            low_h, low_w, exact = low_h // 2, low_w // 2, exact / 4
        if b.squeeze:
            h, q = b.hidden, b.squeeze
            x["macs"] += h * q + q * h
            x["bitops"] += (h * q + q * h) * 8 * 8
            x["params"] += (h * q + q) + (q * h + h)
            x["size_bytes"] += h * q + 2 * q + q * h + 2 * h
    x["flash_bytes"] = x["size_bytes"]
    if head:
        n, c = head["classes"], blocks[-1].cout
        x["macs"] += n * c
        x["bitops"] += (n * c * eight(head.get("bits_a")) *
                        eight(head.get("bits_w")))
        x["params"] += n * c + n
        x["flash_bytes"] += n * c * eight(head.get("bits_w")) / 8 + 2 * n
    x["memory_tinyengine"], x["memory_plain"] = tiny, plain
    x.update(scores(net, blocks))
    return x


def scores(net, blocks):
    ends = [n for n in range(len(blocks))
            if n + 1 == len(blocks) or blocks[n + 1].stride > 1]
    given = net.get("stage_weights")
    if not given:
        given = ([0] * len(ends) + [1, 1, 6])[-len(ends):]
        if len(ends) == 7:
            given = [0, 0, 1, 1, 2, 2, 6]
    sigma_a, sigma_w = net.get("sigma_a", 5), net.get("sigma_w", 4)
    side_h, side_w = net["input"]["height"], net["input"]["width"]
    qe = deepmad = rho = 0.0
    entropy = plain = 0.0
    depth = stage = 0
    for n, b in enumerate(blocks):
        side_h, side_w = side_h // b.stride, side_w // b.stride
        entropy += sum(c.entropy(sigma_a, sigma_w) for c in b.convs)
        plain += sum(math.log(math.sqrt(c.fan)) for c in b.convs)
        depth += len(b.convs)
        if n not in ends:
            continue
        qe += given[stage] * (entropy + math.log(b.cout))
        deepmad += ((8 if n == ends[-1] else 1) * plain *
                    math.log(b.cout * side_h * side_w))
        rho = max(rho, math.exp(math.log(depth) - 2 * plain / depth))
        stage += 1
    found = dict(qe_score=qe, deepmad_rho_max=rho)
    if not any(b.squeeze for b in blocks):
        found["deepmad_score"] = deepmad
    return found


def random_network(rng, number, kinds):
    quantised = rng.random() < 0.7
    side = rng.choice([32, 48, 65, 96, 97, 128, 160, 201, 224])
    net = {
        "schema": "nas/architecture/1",
        "name": "random-%d" % number,
        "input": {"height": side,
                  "width": side if rng.random() < 0.5
                  else rng.choice([33, 40, 80, 127, 192, 320]),
                  "channels": rng.choice([1, 3, 3, 4])},
        "blocks": [],
    }
    width = net["input"]["channels"]
    strides = 0
    for n in range(rng.randint(2, 8)):
        entry = {"type": rng.choice(kinds) if n else "conv", "in": width}
        entry["out"] = width if n and rng.random() < 0.3 else (
            rng.randint(1, 16) * rng.choice([1, 2, 8]))
        if entry["type"] in ("mbconv", "bottleneck"):
            entry["hidden"] = entry["out"] * rng.randint(1, 6)
        entry["kernel"] = rng.choice([1, 3, 3, 5, 7])
        entry["stride"] = 2 if strides < 4 and rng.random() < 0.5 else 1
        if n == 0 and rng.random() < 0.1:
            entry["stride"] = 4
        strides += entry["stride"] // 2
        depth = rng.choice([1, 1, 2, 3])
        if depth > 1:
            entry["depth"] = depth
        if entry["type"] == "mbconv":
            extra = rng.random()
            if extra < 0.2:
                entry["se"] = True
            elif extra < 0.3:
                entry["squeeze"] = rng.randint(1, 40)
            if rng.random() < 0.4:
                entry["shortcut"] = rng.choice(["pool", "none"])
        if entry["type"] == "mbconv1" and rng.random() < 0.4:
            entry["se"] = True
        if entry["type"] in ("mbconv1", "basic", "bottleneck"):
            if rng.random() < 0.2:
                entry["shortcut"] = "none"
        if quantised:
            give_bits(rng, entry, depth)
        net["blocks"].append(entry)
        width = entry["out"]
    if rng.random() < 0.7:
        net["head"] = {"classes": rng.choice([1, 2, 10, 1000])}
        if quantised:
            net["head"].update(bits_a=rng.choice([4, 8]),
                               bits_w=rng.choice([4, 8]))
    if rng.random() < 0.2:
        net.update(sigma_a=rng.choice([1, 3.5, 8]), sigma_w=2.25)
    return net


def give_bits(rng, entry, depth):
    n = depth * {"conv": 1, "mbconv": 3, "dwsep": 2, "mbconv1": 2, "basic": 2,
                 "bottleneck": 3, "convpool": 1}[entry["type"]]
    for key in "bits_a", "bits_w":
        if rng.random() < 0.2:
            entry[key] = rng.randint(1, 16)
        else:
            entry[key] = [rng.randint(2, 8) for _ in range(n)]


def main():
    rng = random.Random(20240611)
    networks = []
    for n, kinds in ((NETWORKS, KINDS), (MORE, MORE_KINDS),
                     (POOLED, POOLED_KINDS)):
        for _ in range(n):
            net = random_network(rng, len(networks), kinds)
            networks.append({"architecture": net, "expect": costs(net)})
    json.dump({"about": "made by tests/tools/reference.py",
               "networks": networks}, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
