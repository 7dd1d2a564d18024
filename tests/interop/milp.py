#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""nas allocate --problem against scipy.optimize.milp (HiGHS).

tests/interop/milp.py NAS [N]: N random problems a shape (default 5).
"""
import json
import random
import subprocess
import sys
import tempfile
import time

import numpy as np

try:
    from scipy.optimize import LinearConstraint, milp
except ImportError:
    print("skipped: allocations equal scipy's: no scipy.optimize.milp")
    sys.exit(0)


def problem(rng, layers, bits_w, bits_a, costs, share, ties, orders):
    out = []
    for i in range(layers):
        n = rng.choice([300, 1000, 5000, 20000, 80000])
        s = rng.lognormvariate(0, 1.5)
        choices = []
        for w in bits_w:
            for a in bits_a:
                loss = s * (4.0 ** -w * rng.uniform(.9, 1.1) +
                            .3 * 4.0 ** -a * rng.uniform(.9, 1.1))
                cost = {"size": n * w / 8, "bitops": n * w * a * 1e-3,
                        "ms": n * 1e-5 * (w + a) * rng.uniform(.9, 1.1)}
                choices.append({"bits_w": w, "bits_a": a, "loss": loss,
                                "cost": {k: cost[k] for k in
                                         list(cost)[:costs]}})
        out.append({"name": "l%d" % i, "choices": choices})
    names = list(out[0]["choices"][0]["cost"])
    budgets = {k: sum((1 - share) * min(c["cost"][k] for c in l["choices"]) +
                      share * max(c["cost"][k] for c in l["choices"])
                      for l in out) for k in names}
    order = list(range(layers))
    rng.shuffle(order)
    order = order[:orders]  # the first so many of them, as one chain
    return {"layers": out, "budgets": budgets,
            "ties": [sorted(rng.sample(range(layers), 2))
                     for _ in range(ties)],
            "orders": list(map(list, zip(order, order[1:])))}


def scipy_loss(p):
    columns = [(i, c) for i, l in enumerate(p["layers"])
               for c in l["choices"]]
    loss = np.array([c["loss"] for _, c in columns])
    rows, low, high = [], [], []

    def add(row, lo, hi):
        rows.append(row), low.append(lo), high.append(hi)

    for i in range(len(p["layers"])):
        add([float(j == i) for j, _ in columns], 1, 1)
    for k, limit in p["budgets"].items():
        add([c["cost"][k] / limit for _, c in columns], -np.inf, 1)
    for a, b in p["ties"]:
        for bits in {(c["bits_w"], c["bits_a"]) for _, c in columns}:
            add([((j == a) - (j == b)) * float(
                (c["bits_w"], c["bits_a"]) == bits) for j, c in columns],
                0, 0)
    for a, b in p["orders"]:
        for key in ("bits_w", "bits_a"):
            for t in {c[key] for _, c in columns}:
                add([((j == a) - (j == b)) * float(c[key] >= t)
                     for j, c in columns], 0, np.inf)
    scale = loss.max()
    r = milp(loss / scale, integrality=np.ones(len(loss)), bounds=(0, 1),
             constraints=LinearConstraint(np.array(rows, float), low, high),
             options={"mip_rel_gap": 0, "time_limit": 60})
    return r.fun * scale if r.x is not None and r.status == 0 else None


def loss_of(p, got):
    """Of the policy as it was printed; None where it breaks a rule."""
    bits = list(zip(got["bits_w"], got["bits_a"]))
    picks = [next(c for c in l["choices"] if (c["bits_w"], c["bits_a"]) == b)
             for l, b in zip(p["layers"], bits)]
    if any(sum(c["cost"][k] for c in picks) > limit * (1 + 1e-9)
           for k, limit in p["budgets"].items()) or \
            any(bits[a] != bits[b] for a, b in p["ties"]) or \
            any(x < y for a, b in p["orders"]
                for x, y in zip(bits[a], bits[b])):
        return None
    return sum(c["loss"] for c in picks)


def agrees(p, got, want):
    """HiGHS stops at an absolute gap of 1e-6 in units of the largest loss: its
    answer may be that much worse than ours."""
    if want is None or got["status"] != "optimal":
        return want is None and got["status"] != "optimal"
    loss = loss_of(p, got)
    gap = 1e-6 * max(c["loss"] for l in p["layers"] for c in l["choices"])
    return loss is not None and abs(loss - got["loss"]) <= 1e-12 * loss and \
        want - gap - 1e-6 * want <= loss <= want * (1 + 1e-6)


SHAPES = {
    "19 layers, 4 or 8 bits": (19, [4, 8], [8], 1, .3, 2, 0),
    "52 layers, 4 or 8 bits, 3 budgets": (52, [4, 8], [8], 3, .5, 3, 0),
    "52 layers, 2 to 8 bits": (52, range(2, 9), [8], 1, .4, 0, 0),
    "20 layers, weights and activations": (20, [2, 4, 8], [4, 8], 2, .4, 2,
                                           0),
    "104 layers, 2 to 8 bits, 3 budgets": (104, range(2, 9), [8], 3, .4, 0, 0),
    "16 layers in order": (16, [2, 4, 6, 8], [8], 1, .4, 0, 16),
    "52 layers in order, 2 budgets": (52, range(2, 9), [8], 2, .4, 0, 52),
    "26 layers, 12 in order, ties": (26, [2, 4, 8], [4, 8], 2, .4, 1, 12),
}


def main():
    rng = random.Random(3)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    failures = 0
    for name, shape in SHAPES.items():
        bad, slowest = 0, 0
        for _ in range(count):
            p = problem(rng, *shape)
            with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
                json.dump(p, f)
                f.flush()
                begin = time.time()
                run = subprocess.run([sys.argv[1], "allocate", "--problem",
                                      f.name, "--format", "json"],
                                     stdout=subprocess.PIPE)
                slowest = max(slowest, time.time() - begin)
            got, want = json.loads(run.stdout), scipy_loss(p)
            if not agrees(p, got, want):
                print("# %s: %s, not %s" % (name, got.get("loss"), want))
                bad += 1
        failures += bad > 0
        print("%sok %s: %d of %d as scipy, slowest %.3f s" %
              ("not " if bad else "", name, count - bad, count, slowest))
    sys.exit(failures > 0)


main()
