#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features of networks and the ridge fit to them, written down again from the
formulas, for tests of scoring/feature.h and scoring/fit.h.

    features.py TABLE SCORE.json    check a score that nas fit made of TABLE
                                    alone (its networks scale the features)

Blocks of nas/architecture/1: conv, mbconv and mbconv1 (with squeeze), dwsep; a
head. The fit solves the K x K system of the Gram matrix, where nas solves one
of the features. Prints what differs by more than 1e-6 relative, and the
leave-one-out Spearman.
"""
import json
import math
import sys


def sigma_hat(sigma, bits):
    """Deviation of round(N(0, sigma)) clamped to -2^(bits-1) .. 2^(bits-1)."""
    low, high = -2 ** (bits - 1), 2 ** (bits - 1)

    def cdf(x):
        return 0.5 * math.erfc(-x / sigma / math.sqrt(2))

    total = squares = 0
    for q in range(max(low, -int(40 * sigma)), min(high, int(40 * sigma)) + 1):
        left = 0 if q == low else cdf(q - 0.5)
        right = 1 if q == high else cdf(q + 0.5)
        total += q * (right - left)
        squares += q * q * (right - left)
    return math.sqrt(squares - total ** 2)


SIGMA = {}


def hat(sigma, bits):
    key = sigma, bits
    if key not in SIGMA:
        SIGMA[key] = sigma_hat(sigma, bits)
    return SIGMA[key]


def convolutions(b):
    """(channels in a group, out, kernel, whether its input is the block's)"""
    if b["type"] == "conv":
        return [(b["in"], b["out"], b["kernel"], False)]
    h = b.get("hidden", b["in"])
    first = [(b["in"], h, 1, True)] if b["type"] == "mbconv" else []
    return first + [(1, h, b["kernel"], False), (h, b["out"], 1, False)]


def blocks_of(net):
    """One at a time, with bits of each convolution."""
    for entry in net["blocks"]:
        n = {"conv": 1, "mbconv": 3}.get(entry["type"], 2)
        for i in range(entry.get("depth", 1)):
            b = dict(entry)
            if i:
                b["in"], b["stride"] = entry["out"], 1
            for key in ("bits_a", "bits_w"):
                bits = entry.get(key)
                if isinstance(bits, int):
                    bits = [bits] * n * entry.get("depth", 1)
                b[key] = bits[n * i:n * i + n] if bits else [None] * n
            yield b


def features(net):
    x, side, run = {}, net["input"]["height"], 1
    blocks = list(blocks_of(net))
    ends = [i + 1 == len(blocks) or blocks[i + 1]["stride"] > 1
            for i in range(len(blocks))]
    n = sum(ends)
    published = {5: [0, 0, 1, 1, 6], 7: [0, 0, 1, 1, 2, 2, 6]}.get(
        n, [6 if s == n - 1 else 1 if s >= n - 3 else 0 for s in range(n)])
    weights = {"pub": published, "eq": [1] * n, "last": [0] * (n - 1) + [1]}
    stage = 0

    def add(name, value):
        x[name] = x.get(name, 0) + value

    for b, end in zip(blocks, ends):
        after = math.ceil(side / b["stride"])
        convs = convolutions(b)
        h = b.get("hidden", b["out"] if b["type"] == "conv" else b["in"])
        m = p = q = e0 = e = 0
        pairs = list(zip(b["bits_a"], b["bits_w"]))
        for (cin, cout, k, first), (a, w) in zip(convs, pairs):
            fan = cin * k * k
            macs = fan * cout * (side if first else after) ** 2
            m += macs
            p += fan * cout + 2 * cout
            q += macs * (a or 8) * (w or 8)
            e0 += 0.5 * math.log(fan)
            e += 0.5 * math.log(fan)
            if a:
                e += math.log(hat(5, a) * hat(4, w) / 5)
        fixed = 0
        if b.get("squeeze"):
            s = b["squeeze"]
            fixed = 2 * h * s
            p += 2 * h * s + s + h
        inverted = b["type"] in ("mbconv", "mbconv1")
        shortcut = (inverted and b["stride"] == 1 and
                    b["in"] == b["out"] and
                    b.get("shortcut", "identity") != "none")
        c = 0.5 * math.log(1 + 1 / run) if shortcut else 1
        run = run + 1 if shortcut else 1

        def mean(f):
            return sum(f(a, w) for a, w in pairs) / len(pairs)

        for name, v in (
                ("se", int(fixed > 0)), ("ln_k", math.log(b["kernel"])),
                ("ln_i", math.log(b["in"])), ("ln_h", math.log(h)),
                ("ln_h_o", math.log(h / b["out"])),
                ("ln_m", math.log(m + fixed)), ("ln_p", math.log(p)),
                ("ln_q", math.log(m) +
                 mean(lambda a, w: math.log((a or 8) * (w or 8)))),
                ("root_m", math.sqrt(m + fixed)), ("root_p", math.sqrt(p)),
                ("root_q", math.sqrt(q)), ("e", e),
                ("la", mean(lambda a, w: math.log(hat(5, a) / 5) if a and
                            inverted else 0)),
                ("lw", mean(lambda a, w: math.log(hat(4, w) / 4) if w and
                            inverted else 0)),
                ("step_a", mean(lambda a, w: 2.0 ** -a if a else 0))):
            add(name, v)
            add("c_" + name, c * v)
        add("blocks", 1)
        add("shortcuts", int(shortcut))
        add("c", c)
        add("ln_o", math.log(b["out"]))
        add("ln_r", 2 * math.log(after))
        add("macs", m + fixed)
        add("params", p)
        add("bitops", q + 64 * fixed)
        add("layers", len(convs))
        add("step_w", mean(lambda a, w: 2.0 ** -w if w else 0))
        add("noise_a", mean(lambda a, w: 4.0 ** (1 - a) if a else 0))
        add("noise_w", mean(lambda a, w: 4.0 ** (1 - w) if w else 0))
        add("bits_a", mean(lambda a, w: a or 8))
        add("bits_w", mean(lambda a, w: w or 8))
        for name, kind, v, ln in (
                ("qe", "pub", e, 1), ("qe_equal", "eq", e, 1),
                ("rqe", "eq", c * e, 1), ("rqe_last", "last", c * e, 1),
                ("mae", "pub", e0, 1), ("ends_c_e", "eq", c * e, 0),
                ("ln_ends", "eq", 0, 1), ("ln_last", "last", 0, 1)):
            add(name, sum(weights[kind][stage:]) * v + (
                weights[kind][stage] * ln * math.log(b["out"]) if end else 0))
        stage += end
        side = after
    head, last = net.get("head"), blocks[-1]["out"]
    if head and head.get("classes"):
        hidden = head.get("hidden", 0)
        macs = (last * hidden + hidden * head["classes"] if hidden
                else last * head["classes"])
        add("macs", macs)
        add("bitops", macs * (head.get("bits_a") or 8) *
            (head.get("bits_w") or 8))
        add("params", macs + head["classes"] + hidden)
    return x


def inverse(a):
    n = len(a)
    a = [row[:] + [float(i == j) for j in range(n)]
         for i, row in enumerate(a)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(a[r][i]))
        a[i], a[pivot] = a[pivot], a[i]
        a[i] = [v / a[i][i] for v in a[i]]
        for r in range(n):
            if r != i and a[r][i]:
                f = a[r][i]
                a[r] = [v - f * u for v, u in zip(a[r], a[i])]
    return [row[n:] for row in a]


def fit(rows, accuracy):
    """Weights by feature, lambda and leave-one-out predictions."""
    k, names = len(rows), sorted(rows[0])
    means = {j: sum(r[j] for r in rows) / k for j in names}
    sd = {j: math.sqrt(sum((r[j] - means[j]) ** 2 for r in rows) / (k - 1))
          for j in names}
    names = [j for j in names if sd[j] > 1e-9 * abs(means[j])]
    z = [[(r[j] - means[j]) / sd[j] for j in names] for r in rows]
    y = [math.log(a / (1 - a)) for a in
         (min(max(a, 0.001), 0.999) for a in accuracy)]
    my = sum(y) / k
    yc = [v - my for v in y]
    g = [[sum(a * b for a, b in zip(u, v)) for v in z] for u in z]
    best = None
    for i in range(19):
        lam = 10 ** (-3 + i / 3)
        if lam < 0.1 * (1 - 1e-9):
            continue
        inv = inverse([[v + (lam * k if i == j else 0)
                        for j, v in enumerate(row)]
                       for i, row in enumerate(g)])
        alpha = [sum(a * b for a, b in zip(row, yc)) for row in inv]
        loo, total = [], 0
        for i2 in range(k):
            fitted = sum(a * b for a, b in zip(g[i2], alpha))
            hii = 1 / k + sum(g[i2][j] * inv[j][i2] for j in range(k))
            miss = (yc[i2] - fitted) / (1 - hii)
            loo.append(y[i2] - miss)
            total += miss * miss
        if best is None or total < best[0]:
            best = total, lam, alpha, loo
    _, lam, alpha, loo = best
    beta = {j: sum(alpha[i] * z[i][n] for i in range(k))
            for n, j in enumerate(names)}
    return beta, sd, lam, loo


def ranks(x):
    order = sorted(range(len(x)), key=lambda i: x[i])
    r, i = [0] * len(x), 0
    while i < len(order):
        j = i
        while j < len(order) and x[order[j]] == x[order[i]]:
            j += 1
        for k in range(i, j):
            r[order[k]] = (i + j - 1) / 2
        i = j
    return r


def spearman(x, y):
    a, b = ranks(x), ranks(y)
    mean = (len(a) - 1) / 2
    return sum((p - mean) * (q - mean) for p, q in zip(a, b)) / math.sqrt(
        sum((p - mean) ** 2 for p in a) * sum((q - mean) ** 2 for q in b))


def main(args):
    if len(args) != 2:
        sys.exit(__doc__)
    with open(args[0], encoding="utf-8") as f:
        nets = json.load(f)
    with open(args[1], encoding="utf-8") as f:
        score = json.load(f)
    accuracy = [n["accuracy"] if "accuracy" in n else
                sum(n["accuracies"]) / len(n["accuracies"]) for n in nets]
    if max(accuracy) > 1:
        accuracy = [a / 100 for a in accuracy]
    beta, sd, _, loo = fit([features(n) for n in nets], accuracy)
    got = {w["feature"]: w for w in score["features"]}
    wrong = [f"features {sorted(set(got) ^ set(beta))}"] if set(got) != set(
        beta) else []
    size = max(abs(b) for b in beta.values())
    for name in sorted(set(got) & set(beta)):
        w = got[name]
        if abs(w["weight"] - beta[name]) > 1e-6 * size or abs(
                w["scale"] - sd[name]) > 1e-9 * sd[name]:
            wrong.append(f"{name}: weight {w['weight']:.9g} of scale "
                         f"{w['scale']:.9g}, not {beta[name]:.9g} of "
                         f"{sd[name]:.9g}")
    print("\n".join(wrong + [f"{spearman(loo, accuracy):.4f}"]))


if __name__ == "__main__":
    main(sys.argv[1:])
