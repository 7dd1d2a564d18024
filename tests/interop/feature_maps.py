#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topological entropy of a trained network's feature maps against GUDHI.

tests/interop/feature_maps.py NAS LIBRARY MODEL X.npy [IMAGES]: X holds images
(N, C, H, W) as the network takes them, of which IMAGES are used (default 4).
Birth times of maps of every layer, as they are, multiplied by a number, and
in 16 levels, which ties them; the entropy that nas sensitivity gives a layer,
from GUDHI's birth times of all of its channels. Run from the root.
"""
import json
import math
import os
import subprocess
import sys
import tempfile
from collections import Counter

import numpy as np

from persistence import birth, build, compare

NAS, LIBRARY, MODEL, X = sys.argv[1:5]
IMAGES = int(sys.argv[5]) if len(sys.argv) > 5 else 4
WORK = tempfile.TemporaryDirectory()
MAPS = build(WORK.name, "maps", LIBRARY)
BIRTHS = build(WORK.name, "births", LIBRARY)


def feature_maps(x, layer):
    """[(layer, image, channel, map)]"""
    path = os.path.join(WORK.name, "x.bin")
    x.tofile(path)
    out = subprocess.run([MAPS, MODEL, path, str(len(x)), str(x.shape[2]),
                          str(x.shape[3]), str(layer)], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    maps = []
    for line in out.splitlines():
        numbers = line.split()
        k = [int(n) for n in numbers[:5]]
        maps.append((*k[:3], np.array(numbers[5:], np.float32)
                     .reshape(k[3], k[4])))
    return maps


def square(u):
    """The smallest square that holds the values, row by row, the rest 0."""
    if u.shape[0] == u.shape[1]:
        return u
    m = math.isqrt(u.size - 1) + 1
    s = np.zeros(m * m, np.float32)
    s[:u.size] = u.ravel()
    return s.reshape(m, m)


def levels(u, n):
    most = np.abs(u).max()
    return np.round(u / most * n).astype(np.float32) if most > 0 else u


def every_layer(x):
    maps = [u for *_, u in feature_maps(x, -1)]
    want = [birth(square(u)) for u in maps]
    equal = sum(len(np.unique(u)) < u.size for u in maps)
    failures = compare("maps of %d images, %d of them with ties" %
                       (len(x), equal), BIRTHS, maps, want)
    failures += compare("  times 1/4", BIRTHS,
                        [np.float32(0.25) * u for u in maps], want)
    tied = [levels(u, 15) for u in maps]
    return failures + compare("  in 16 levels", BIRTHS, tied,
                              [birth(square(u)) for u in tied])


def entropy(times):
    n = len(times)
    return -sum(c / n * math.log(c / n) for c in Counter(times).values())


def sensitivity(metric, images):
    out = subprocess.run([NAS, "sensitivity", MODEL, "--metric", metric,
                          "--data", X, "--limit", str(images), "--images",
                          str(images), "--format", "json", "-q"], check=True,
                         stdout=subprocess.PIPE).stdout
    return [layer["value"] for layer in json.loads(out)["layers"]]


def whole_layers(x, layers):
    """te-mean: mean of the channels' entropies; te: weighted by themselves."""
    mean, weighted = (sensitivity(m, len(x)) for m in ("te-mean", "te"))
    failures = 0
    for layer in layers:
        times = {}
        for _, _, channel, u in feature_maps(x, layer):
            times.setdefault(channel, []).append(birth(square(u)))
            side = len(square(u))
        # Over the most that it can be, by images or by possible times.
        most = math.log(min(len(x), side * (side - 1) / 2 - side))
        h = [entropy(t) / most for t in times.values()]
        want = (sum(h) / len(h), sum(v * v for v in h) / (sum(h) or 1))
        got = (mean[layer], weighted[layer])
        bad = not all(abs(g - w) <= 1e-12 for g, w in zip(got, want))
        failures += bad
        print("%sok layer %d, %d channels: te-mean %.6f, te %.6f as GUDHI's" %
              ("not " if bad else "", layer, len(h), *got), flush=True)
    return failures


def main():
    x = np.load(X)[:IMAGES].astype(np.float32)
    failures = every_layer(x)
    counts = Counter()
    for layer, _, _, u in feature_maps(x[:1], -1):
        counts[layer] = u.size
    # Maps with a cycle have a side of 4 at least.
    spatial = [k for k, size in sorted(counts.items()) if size > 9]
    # The first, one in the middle, the last of them.
    failures += whole_layers(x, sorted({spatial[0], spatial[len(spatial) // 2],
                                        spatial[-1]}))
    sys.exit(failures > 0)


main()
