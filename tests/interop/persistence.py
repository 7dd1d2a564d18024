#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Birth times of the first cycle against GUDHI (python3-gudhi).

tests/interop/persistence.py [LIBRARY [N]]: LIBRARY is libnas.a (default
build/release/libnas.a); N matrices a kind (default 300). Run from the root.
feature_maps.py takes birth() and births() from here for maps of networks.
"""
import subprocess
import sys
import tempfile

import numpy as np

from program import build

try:
    import gudhi
except ImportError:
    print("skipped: birth times equal GUDHI's: no python3-gudhi")
    sys.exit(0)


def birth(u):
    """By the definition: rank of the distinct weight at which a class of
    dimension 1 is born that lives on past it."""
    m = len(u)
    s = np.maximum(u, u.T)
    iu = np.triu_indices(m, 1)
    if len(iu[0]) == 0:
        return 0
    values, rank = np.unique(-s[iu], return_inverse=True)
    tree = gudhi.SimplexTree()
    for i in range(m):
        tree.insert([i], 0.0)
    for i, j, r in zip(iu[0], iu[1], rank):
        tree.insert([int(i), int(j)], float(r + 1))
    tree.expansion(2)
    tree.compute_persistence(homology_coeff_field=2, min_persistence=0,
                             persistence_dim_max=True)
    pairs = tree.persistence_intervals_in_dimension(1)
    born = [b for b, d in pairs if d > b]
    return int(min(born)) if born else 0


def smooth(rng, m):
    x = rng.normal(size=(m, m))
    for _ in range(int(rng.integers(0, 4))):
        x = (x + np.roll(x, 1, 0) + np.roll(x, 1, 1) + np.roll(x, -1, 0)) / 4
    return x


def scaled(x):
    return x / (np.abs(x).max() + 1e-9)


KINDS = {
    "distinct": lambda r, m: r.permutation(m * m).reshape(m, m),
    "normal": lambda r, m: r.normal(size=(m, m)),
    "few values": lambda r, m: r.integers(0, r.integers(2, 30), (m, m)),
    "two values": lambda r, m: r.random((m, m)) < r.random(),
    "relu": lambda r, m: np.maximum(smooth(r, m) - r.normal() * .3, 0),
    "relu6": lambda r, m: np.clip(6 * scaled(smooth(r, m)) * r.uniform(1, 4),
                                  0, 6),
    "4-bit map": lambda r, m: np.round(np.maximum(scaled(smooth(r, m)), 0)
                                       * 15),
    "sparse": lambda r, m: r.random((m, m)) * (r.random((m, m)) < .1),
    "circles": lambda r, m: circle(r, m),
}


def circle(rng, m):
    t = np.sort(rng.random(m)) * 2 * np.pi
    p = np.stack([np.cos(t), np.sin(t)], 1)
    d = np.linalg.norm(p[:, None] - p[None], axis=2)
    return -np.round(d, int(rng.integers(1, 4)))


def births(program, maps):
    """Ours, of maps of any shape (rows, columns)."""
    text = "\n".join("%d %d " % u.shape + " ".join("%.9g" % x
                                                   for x in u.ravel())
                     for u in maps)
    out = subprocess.run([program], input=text, text=True, check=True,
                         stdout=subprocess.PIPE).stdout
    return [int(x) for x in out.split()]


def compare(kind, program, maps, want):
    got = births(program, maps)
    wrong = sum(g != w for g, w in zip(got, want))
    bad = wrong > 0 or len(got) != len(want)
    print("%sok %s: %d of %d birth times equal GUDHI's, %d never born" %
          ("not " if bad else "", kind, len(want) - wrong, len(want),
           want.count(0)), flush=True)
    return bad


def main():
    folder = tempfile.TemporaryDirectory()
    library = sys.argv[1] if len(sys.argv) > 1 else "build/release/libnas.a"
    program = build(folder.name, "births", library)
    rng = np.random.default_rng(7)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    failures = 0
    for kind, make in KINDS.items():
        maps = [np.asarray(make(rng, int(rng.integers(1, 26))), np.float32)
                for _ in range(count)]
        maps += [np.asarray(make(rng, 56), np.float32)
                 for _ in range(count // 100)]
        failures += compare(kind, program, maps, [birth(u) for u in maps])
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
