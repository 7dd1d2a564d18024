# SPDX-License-Identifier: GPL-3.0-or-later
"""monte_carlo.py NAS WORK - scores of random networks, sampled by nas and,
from the definitions alone, by PyTorch: every layer's log standard deviation
with its three kinds of inputs, and the Zen-score, within 4.5 standard errors
of the difference. Each side draws its own numbers."""
import json
import math
import os
import random
import subprocess
import sys

import torch
from torch.nn import functional as F

NAS, WORK = sys.argv[1], sys.argv[2]
SAMPLES, ZEN = 200, 16
SIGMA_A, SIGMA_W = 5.0, 4.0
failed = passed = 0


def check(ok, what):
    global failed, passed
    print(("ok - " if ok else "not ok - ") + what, flush=True)
    passed += bool(ok)
    failed += not ok


def draw(seed, quantised):
    r = random.Random(seed)
    blocks, i = [], 3
    for kind in ("conv", "mbconv", "dwsep", "mbconv", "conv"):
        n = {"conv": 1, "mbconv": 3, "dwsep": 2}[kind]
        b = {"type": kind, "in": i, "out": r.randint(6, 20),
             "kernel": r.choice([1, 3, 5]), "stride": r.choice([1, 1, 2])}
        if kind == "mbconv":
            b["hidden"] = r.randint(8, 24)
            b["shortcut"] = "none"
        if quantised:
            b["bits_a"] = [r.randint(2, 8) for _ in range(n)]
            b["bits_w"] = [r.randint(2, 8) for _ in range(n)]
        blocks.append(b)
        i = b["out"]
    return {"schema": "nas/architecture/1", "name": f"random-{seed}",
            "input": {"height": 23, "width": 30, "channels": 3},
            "blocks": blocks}


def convs(arch):
    """(in, out, kernel, stride, groups, bits_a, bits_w, relu)"""
    for b in arch["blocks"]:
        i, o, k, s = b["in"], b["out"], b["kernel"], b["stride"]
        h = b.get("hidden")
        rows = {"conv": [(i, o, k, s, 1, 1)],
                "dwsep": [(i, i, k, s, i, 1), (i, o, 1, 1, 1, 1)],
                "mbconv": [(i, h, 1, 1, 1, 1), (h, h, k, s, h, 1),
                           (h, o, 1, 1, 1, 0)]}[b["type"]]
        for j, (ci, co, kk, ss, g, relu) in enumerate(rows):
            yield (ci, co, kk, ss, g, b.get("bits_a", [0] * 3)[j],
                   b.get("bits_w", [0] * 3)[j], relu)


def quantise(x, bits):
    return x.round().clamp(-2 ** (bits - 1), 2 ** (bits - 1)) if bits else x


def sample(arch, inputs):
    """Mean square of every layer's output in one random network."""
    size = arch["input"]
    x = torch.randn(1, size["channels"], size["height"], size["width"])
    out = []
    for i, o, k, s, g, a, w, _ in convs(arch):
        sigma_a, sigma_w = SIGMA_A if a else 1, SIGMA_W if w else 1
        weight = quantise(sigma_w * torch.randn(o, i // g, k, k), w)
        if inputs == "gaussian":
            x = sigma_a * torch.randn_like(x)
        else:
            dims = (1, 2, 3) if inputs == "layer" else (2, 3)
            rms = x.square().mean(dims, keepdim=True).sqrt()
            x = sigma_a * x / rms.clamp(min=1e-30)
        x = F.conv2d(quantise(x, a), weight, stride=s, padding=k // 2,
                     groups=g)
        out.append(x.square().mean().item())
    return out


def estimate(arch, inputs):
    """(e, error) a layer."""
    rows = torch.tensor([sample(arch, inputs) for _ in range(SAMPLES)],
                        dtype=torch.float64)
    mean = rows.mean(0)
    error = 0.5 * rows.std(0) / mean / math.sqrt(SAMPLES)
    unit = [math.log(SIGMA_A) if c[5] else 0 for c in convs(arch)]
    return [(0.5 * math.log(m) - u, e) for m, e, u in
            zip(mean.tolist(), error.tolist(), unit)]


def zen(arch):
    size, alpha, values = arch["input"], 0.01, []
    for _ in range(ZEN):
        x = torch.randn(16, size["channels"], size["height"], size["width"])
        y = x + alpha * torch.randn_like(x)
        total = 0.0
        for i, o, k, s, g, _, _, relu in convs(arch):
            w = torch.randn(o, i // g, k, k)
            x = F.conv2d(x, w, stride=s, padding=k // 2, groups=g)
            y = F.conv2d(y, w, stride=s, padding=k // 2, groups=g)
            total += 0.5 * math.log(
                x.var((0, 2, 3), unbiased=False).mean().item())
            x, y = (F.batch_norm(v, None, None, training=True)
                    for v in (x, y))
            if relu:
                x, y = x.relu(), y.relu()
        delta = (x - y).abs().sum((1, 2, 3)).mean().item()
        values.append(math.log(delta) + total)
    v = torch.tensor(values, dtype=torch.float64)
    return v.mean().item(), v.std().item() / math.sqrt(ZEN)


def nas(path, *args):
    done = subprocess.run([NAS, "score", path, "-f", "json", *args],
                          text=True, capture_output=True, check=True)
    return json.loads(done.stdout)["results"][0]


def far(a, b):
    """Difference of two (value, error) in errors of it."""
    return abs(a[0] - b[0]) / math.hypot(a[1], b[1])


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    for seed in (1, 2, 3):
        arch = draw(seed, seed != 3)
        path = os.path.join(WORK, f"random-{seed}.json")
        with open(path, "w") as f:
            json.dump(arch, f)
        for inputs in ("layer", "channel", "gaussian"):
            m = nas(path, "--monte-carlo", str(SAMPLES), "--inputs",
                    inputs)["monte_carlo"]
            z = [far((l["sampled"], l["error"]), e)
                 for l, e in zip(m["layers"], estimate(arch, inputs))]
            check(max(z) < 4.5, f"{arch['name']}, inputs {inputs}: "
                  f"{len(z)} layers within {max(z):.1f} standard errors")
        r = nas(path, "--zen", str(ZEN))
        z = far((r["zen_score"], r["zen_error"]), zen(arch))
        check(z < 4.5, f"{arch['name']}, Zen-score {r['zen_score']:.2f}: "
              f"within {z:.1f} standard errors")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
