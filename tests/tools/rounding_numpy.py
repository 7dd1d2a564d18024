#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights rounded for what layers put out, in NumPy, by definition.

rounding_numpy.py >tests/data/rounding_two_layers.json

The network and images of metrics_numpy.py; inputs of both layers have bits as
well. Definition: scoring/forward/rounding.h. Levels are chosen as the GPTQ
paper does, with inverses of what is left of H; ours has no inverse.
"""
import json

import numpy as np

from metrics_numpy import B, MAPS, W, X, conv, inputs

BITS_W, BITS_A, DAMPING = (3, 2), (4, 5), 0.01


def patches(x):  # (N, C, H, W) -> (C 3 3, N H W)
    pad = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    cut = np.lib.stride_tricks.sliding_window_view(pad, (3, 3), (2, 3))
    return cut.transpose(1, 4, 5, 0, 2, 3).reshape(x.shape[1] * 9, -1)


def levels(t, h, step, most, order):
    q, rest, left = np.zeros(len(t)), t.copy(), list(order)
    while left:  # the input with most variance first
        j = left[0]
        q[j] = np.clip(np.rint(rest[j] / step), -most, most)
        inverse = np.linalg.inv(h[np.ix_(left, left)])
        rest[left] -= (rest[j] - q[j] * step) / inverse[0, 0] * inverse[:, 0]
        left = left[1:]
    return q


def improve(q, loss, most, order):
    better = True
    while better:
        better = False
        for j in order[::-1]:
            for up in (1, -1):
                other = q.copy()
                other[j] += up
                if abs(other[j]) <= most and loss(other) < loss(q) * (1 - 1e-9):
                    q, better = other, True
    return q


def rounded(w, b, x, y, bits, centred=True):
    """w (out, fan), x and y (fan, columns): levels, steps, biases."""
    n, most = x.shape[1], 2 ** (bits - 1) - 1
    mx, my = (x.mean(1), y.mean(1)) if centred else (0 * x[:, 0], 0 * y[:, 0])
    h = y @ y.T / n - np.outer(my, my)
    damping = DAMPING * np.trace(h) / len(h) * np.eye(len(h))
    c, h = x @ y.T / n - np.outer(mx, my) + damping, h + damping
    order = np.argsort(-np.diag(h), kind="stable")
    out = []
    for row, bias in zip(w, b):
        t = row @ c @ np.linalg.inv(h)

        def loss(q, step):
            return (t - q * step) @ h @ (t - q * step)

        steps = [np.abs(row).max() / most * k / 20 for k in range(21, 7, -1)]
        tried = [levels(t, h, s, most, order) for s in steps]
        best = int(np.argmin([loss(q, s) for q, s in zip(tried, steps)]))
        q = improve(tried[best], lambda q: loss(q, steps[best]), most, order)
        step = t @ h @ q / (q @ h @ q)
        out.append((q * step, step, bias + row @ mx - q @ my * step))
    return [np.array(o) for o in zip(*out)]


def layer(i, x, y, ranged, centred):
    w, s, b = rounded(W[i].reshape(len(W[i]), -1), B[i], x, y, BITS_W[i],
                      centred)
    return {"weight": w.ravel().tolist(), "scale": s.tolist(),
            "bias": b.tolist(), "low": float(min(ranged.min(), 0)),
            "high": float(ranged.max())}, w, b


def network(centred):
    x = inputs(X, BITS_A[0])
    first, w, b = layer(0, patches(X), patches(x), X, centred)
    maps = conv(x, w.reshape(W[0].shape)) + (b - B[0])[:, None, None]
    mean = np.maximum(maps, 0).mean((2, 3))
    return [first, layer(1, MAPS.mean((2, 3)).T, inputs(mean, BITS_A[1]).T,
                         mean, centred)[0]]


if __name__ == "__main__":
    print(json.dumps({"centred": network(True), "plain": network(False)}))
