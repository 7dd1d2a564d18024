#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sensitivity metrics of a network of two layers, in NumPy, by definition.

metrics_numpy.py >tests/data/metrics_two_layers.json

conv 2 -> 4, 3 x 3, ReLU; mean over the map; linear 4 -> 3. Six images of
8 x 8. Weights and images are small fractions by a rule that
tests/scoring/test_metrics.c has as well, so sums in float are exact.
Weights: max-abs, by channel. Definitions: scoring/sensitivity/*.c.
"""
import json
import math

import numpy as np

N, SIDE, CIN, C, K = 6, 8, 2, 4, 3  # images, their side, channels, classes
BITS_W, BITS_A, BETA = (2, 4, 8), (3, 8, 32), 0.1
f32 = np.float32


def fill(shape, seed):
    i = np.arange(math.prod(shape), dtype=np.int64)
    return (((i * i * 7 + i * 13 + seed * 31) % 29 - 14) / 16).reshape(shape)


X = fill((N, CIN, SIDE, SIDE), 1)
W = [fill((C, CIN, 3, 3), 2), fill((K, C), 3)]
B = [fill((C,), 4), fill((K,), 18)]  # so that images differ in class


def weights(w, bits):  # on the grid, row by row
    rows = w.reshape(len(w), -1).astype(f32)
    top = f32(2 ** (bits - 1) - 1)
    step = np.abs(rows).max(1, keepdims=True) / top
    return (np.clip(np.rint(rows / step), -top, top) * step).reshape(w.shape)


def inputs(x, bits):  # on the grid of all images' range
    if bits > 8:
        return x
    low, high = f32(min(x.min(), 0)), f32(max(x.max(), 0))
    step = (high - low) / f32(2 ** bits - 1)
    zero = np.rint(-low / step)
    q = np.clip(x.astype(f32) / step, -zero, f32(2 ** bits - 1) - zero)
    return np.rint(q) * step


def conv(x, w):
    pad = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    cut = np.lib.stride_tricks.sliding_window_view(pad, (3, 3), (2, 3))
    return np.einsum("ncyxij,ocij->noyx", cut, w) + B[0][:, None, None]


def network(w0, w1, a0=32, a1=32):
    maps = np.maximum(conv(inputs(X, a0), w0), 0)
    out = inputs(MEAN if a1 <= 8 else maps.mean((2, 3)), a1) @ w1.T + B[1]
    return maps, out


MAPS = np.maximum(conv(X, W[0]), 0)
MEAN = MAPS.mean((2, 3))
OUT = network(*W)[1]


def probes():
    """layer, side, place, bits, maps and output, weights of the last layer"""
    for i in range(2):
        for side, all_bits in (("w", BITS_W), ("a", BITS_A)):
            for k, bits in enumerate(all_bits):
                if bits > 8:
                    continue
                w, a = list(W), [32, 32]
                if side == "w":
                    w[i] = weights(W[i], bits)
                else:
                    a[i] = bits
                yield i, side, k, bits, *network(*w, *a), w[1]


def table(measure):
    t = {"w": np.zeros((2, len(BITS_W))), "a": np.zeros((2, len(BITS_A)))}
    for i, side, k, bits, maps, out, last in probes():
        t[side][i, k] = measure(i, side, bits, maps, out, last)
    return {"w": t["w"].tolist(), "a": t["a"].tolist()}


def msqe(i, side, bits, relative):
    if side == "a":
        return 4.0 ** -bits / 12
    w = W[i].reshape(len(W[i]), -1)
    error = ((w - weights(W[i], bits).reshape(w.shape)) ** 2).sum(1)
    return (error / (w ** 2).sum(1)).mean() if relative else error.sum()


def relative_error(y, now):
    return ((y - now) ** 2).sum() / (y ** 2).sum()


def attribution(maps, last):
    chosen = (maps.mean((2, 3)) @ last.T + B[1]).argmax(1)
    return np.maximum(np.einsum("nc,ncyx->nyx", last[chosen], maps),
                      0).reshape(N, -1)


def unit(a, p):
    a = (a / a.max(1, keepdims=True)) ** p
    return a / np.sqrt((a ** 2).sum(1, keepdims=True))


def arp(side, bits, maps, last, power):
    p = power or 24 / (bits * 8)
    x, y = attribution(MAPS, W[1]), attribution(maps, last)
    return ((unit(x, p) - unit(y, p)) ** 2).mean()


def rank_distance(maps, last):
    x, y = attribution(MAPS, W[1]), attribution(maps, last)
    rank = lambda a: ((a[:, :, None] > a[:, None, :]).sum(2)
                      + ((a[:, :, None] == a[:, None, :]).sum(2) - 1) / 2)
    return np.abs(rank(x) - rank(y)).mean() / x.shape[1]


def from_values(h, noise):
    lost = ((lambda b: 4.0 ** -b - 4.0 ** -8) if noise else lambda b: 8.0 - b)
    row = lambda v, bits: [v * lost(b) if b < 8 else 0.0 for b in bits]
    return {"value": list(h), "w": [row(v, BITS_W) for v in h],
            "a": [row(v, BITS_A) for v in h]}


def orm():
    f = [MAPS.reshape(N, -1), OUT]
    f = [x - x.mean(0) for x in f]
    norm = lambda x, y: ((x.T @ y) ** 2).sum()
    cka = norm(*f) / math.sqrt(norm(f[0], f[0]) * norm(f[1], f[1]))
    e = math.exp(-BETA * cka)  # the same sum for both layers
    return [e, e]


def rank2(rows):
    rank = 0
    while rows:
        low = rows.pop()
        if low:
            rank += 1
            bit = low & -low
            rows = [r ^ low if r & bit else r for r in rows]
    return rank


def first_betti(m, edges):
    """b_1 of the clique complex: edges - rank d_1 - rank d_2"""
    index = {e: k for k, e in enumerate(edges)}
    d1 = [1 << i | 1 << j for i, j in edges]
    d2 = [1 << index[i, j] | 1 << index[i, k] | 1 << index[j, k]
          for i, j in edges for k in range(j + 1, m)
          if (i, k) in index and (j, k) in index]
    return len(edges) - rank2(d1) - rank2(d2)


def birth(u):
    m = len(u)
    weight = {(i, j): max(u[i, j], u[j, i])
              for i in range(m) for j in range(i + 1, m)}
    for t, least in enumerate(sorted(set(weight.values()), reverse=True)):
        if first_betti(m, [e for e in sorted(weight) if weight[e] >= least]):
            return t + 1
    return 0


def te():
    """entropies of the channels of the first layer over the most that they can
    be; of one pixel no cycle is: the median of the others, so the same"""
    h = []
    for c in range(C):
        _, n = np.unique([birth(MAPS[i, c]) for i in range(N)],
                         return_counts=True)
        h.append(-(n / N * np.log(n / N)).sum())
    times = SIDE * (SIDE - 1) / 2 - SIDE
    h = np.array(h) / math.log(min(N, times))
    weighted = (h ** 2).sum() / h.sum()
    return [weighted, weighted], [h.mean(), h.mean()]


both, mean = te()
result = {
    "msqe": table(lambda i, s, b, m, o, l: msqe(i, s, b, False)),
    "msqe-relative": table(lambda i, s, b, m, o, l: msqe(i, s, b, True)),
    "output": table(lambda i, s, b, m, o, l:
                    relative_error(OUT, o) if i else relative_error(MAPS, m)),
    "logits": table(lambda i, s, b, m, o, l: relative_error(OUT, o)),
    "arp": table(lambda i, s, b, m, o, l: arp(s, b, m, l, 3)),
    "arp-by-capacity": table(lambda i, s, b, m, o, l: arp(s, b, m, l, 0)),
    "rank-distance": table(lambda i, s, b, m, o, l: rank_distance(m, l)),
    "orm": from_values(orm(), False),
    "te": from_values(both, False),
    "te-mean": from_values(mean, True),
    "size": from_values([1.0, 1.0], True),
}
if __name__ == "__main__":
    print("{" + ",\n".join(f'"{k}": {json.dumps(v)}'
                           for k, v in result.items()) + "}")
