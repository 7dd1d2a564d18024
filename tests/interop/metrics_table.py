#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What metrics of sensitivity are worth at the papers' compressions: a table.

metrics_table.py NAS WORK [--nets text,fashion,keywords,person] [--metrics ...]
    [--samples N] [--images N] [--rows FILE]

Weights and inputs get 2, 3, 4, 5, 6 or 8 bits (--bits 2,4,8 is the papers'), so
that bit operations are at most 1/33, 1/46 and 1/74 of those at 32 bits; first
and last layer 8. Ranges, biases and rounding as nas has them by default. Each
sample of 64 images (person detection: 32) measures the metric, 16 of it at
most, and calibrates; others are judged. Top-1, mean over the samples and the
range from least to most. "equal": all layers at one pair of bits, the best of
those inside the budget. --rows keeps what is measured, to go on later.

Networks: text as in allocation.sh (NAS_TEXT), Fashion-MNIST as fashion.py
trains it (NAS_FASHION), MLPerf Tiny's keywords and person detection (NAS_DATA).
What is absent is left out.
"""
import argparse
import csv
import json
import os
import subprocess
import sys

import numpy as np

METRICS = ["equal", "size", "qe", "msqe", "msqe-relative", "output", "logits",
           "te", "orm", "arp"]
RATIOS = [33, 46, 74]
HERE = os.path.dirname(os.path.abspath(__file__))
FIELDS = ["net", "metric", "ratio", "sample", "float", "top1", "bits"]


def text(n):
    model = os.environ.get("NAS_TEXT", "")
    if not os.path.exists(model):
        return None
    parts = [("cal%d" % k, 64, 11 + k) for k in range(3)] + [("test", n, 2)]
    for name, count, seed in parts:
        if not os.path.exists(name + "_x.npy"):
            subprocess.run([sys.executable, os.path.join(
                HERE, "allocation_text.py"), name, str(count), str(seed)],
                check=True)
    return model, [np.load(p[0] + "_x.npy") for p in parts], \
        [np.load(p[0] + "_y.npy") for p in parts], []


def split(x, y, each, n):
    """Three samples, then what is judged."""
    cut = [slice(k * each, (k + 1) * each) for k in range(3)] + \
        [slice(3 * each, 3 * each + n)]
    return [x[c] for c in cut], [y[c].astype(np.int64) for c in cut]


def shared(model, folder, images, each, n, options):
    data = os.environ.get("NAS_DATA", "")
    model = os.path.join(data, "models", model)
    if not os.path.exists(model):
        return None
    x, y = (np.load(os.path.join(data, folder, name + ".npy"))
            for name in (images, "labels"))
    return model, *split(x, y, each, n), options


def keywords(n):
    return shared("mlperf_kws_int8.tflite", "kws01", "features_int8", 64, n, [])


def person(n):
    return shared("mlperf_vww_int8.tflite", "vww01", "images_uint8", 32, n,
                  ["--mean", "0", "--std", "1"])


def fashion(n):
    folder = os.environ.get("NAS_FASHION", "")  # what fashion.py leaves
    if not os.path.exists(os.path.join(folder, "fashion.onnx")):
        return None
    from fashion_data import idx
    train = idx("train-images-idx3-ubyte.gz"), idx("train-labels-idx1-ubyte.gz")
    x, y = split(*train, 64, 0)
    x[3], y[3] = idx("t10k-images-idx3-ubyte.gz")[:n], \
        idx("t10k-labels-idx1-ubyte.gz")[:n].astype(np.int64)
    return os.path.join(folder, "fashion.onnx"), x, y, []


NETS = {"text": text, "fashion": fashion, "keywords": keywords,
        "person": person}


class Net:
    def __init__(self, nas, name, found):
        self.nas, self.name = nas, name
        self.model, x, y, self.options = found
        self.parts = []
        for k, (a, b) in enumerate(zip(x, y)):
            np.save("%s_%d_x.npy" % (name, k), a)
            np.save("%s_%d_y.npy" % (name, k), b)
            self.parts.append(["--data", "%s_%d_x.npy" % (name, k),
                               "--labels", "%s_%d_y.npy" % (name, k)])
        rows = self.run("export", "--to", "csv", "--bits-w", "8",
                        "--data", self.parts[3][1]).splitlines()
        self.macs = sum(float(r["macs"]) for r in csv.DictReader(rows))

    def run(self, command, *more):
        done = subprocess.run(
            [self.nas, command, self.model, *more, "-q", "--force"],
            text=True, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[0])
        return done.stdout

    def judge(self, sample, *more):
        got = json.loads(self.run(
            "evaluate", *self.parts[3], *self.options, "--calibrate",
            "%s_%d_x.npy" % (self.name, sample), "--format", "json", *more))
        return got["float"]["top1"], got["quantised"]["top1"], got

    def policy(self, metric, ratio, sample, bits):
        path = "%s_%s_%g_%d.json" % (self.name, metric, ratio, sample)
        more = ["--images", "16"] if metric in ("output", "logits", "arp") \
            else []
        limit = self.macs * 1024 / ratio
        with open(path, "w") as f:
            f.write(self.run("allocate", "--metric", metric, *more,
                             *self.parts[sample], *self.options, "--bits-w",
                             bits, "--bits-a", bits, "--budget",
                             "bitops=%.0f" % limit, "--format", "json"))
        return ["--policy", path]


def equal(ratio, bits):
    pairs = [(w, a) for w in bits for a in bits if w * a <= 1024 / ratio]
    return max(pairs, key=lambda p: (p[0] * p[1], p[0]))


def measure(net, metric, ratio, sample, bits):
    if metric == "equal":
        w, a = equal(ratio, [int(b) for b in bits.split(",")])
        more = ["--bits-w", str(w), "--bits-a", str(a)]
    else:
        more = net.policy(metric, ratio, sample, bits)
    plain, top1, got = net.judge(sample, *more)
    return {"net": net.name, "metric": metric, "ratio": ratio,
            "sample": sample, "float": plain, "top1": top1,
            "bits": " ".join("%d/%d" % p for p in zip(got["bits_w"],
                                                      got["bits_a"]))}


def cell(rows):
    if not rows:
        return "-"
    got = [float(r["top1"]) for r in rows]
    return "%.3f (%.3f .. %.3f)" % (np.mean(got), min(got), max(got)) \
        if len(got) > 1 else "%.3f" % got[0]


def table(rows):
    nets = [n for n in NETS if any(r["net"] == n for r in rows)]
    for n in nets:
        plain = next(r["float"] for r in rows if r["net"] == n)
        print("\n%s, float %.3f\n" % (n, float(plain)))
        print("| metric | " + " | ".join("1/%d" % r for r in RATIOS) +
              " |\n|---|" + "---|" * len(RATIOS))
        for m in METRICS:
            cells = [cell([r for r in rows if r["net"] == n and r["metric"] ==
                           m and int(r["ratio"]) == ratio])
                     for ratio in RATIOS]
            if any(c != "-" for c in cells):
                print("| `%s` | %s |" % (m, " | ".join(cells)))


def options():
    a = argparse.ArgumentParser()
    a.add_argument("nas")
    a.add_argument("work")
    a.add_argument("--nets", default=",".join(NETS))
    a.add_argument("--metrics", default=",".join(METRICS))
    a.add_argument("--bits", default="2,3,4,5,6,8")
    a.add_argument("--samples", type=int, default=3)
    a.add_argument("--images", type=int, default=1000)
    a.add_argument("--rows")
    return a.parse_args()


def run_all(args, rows, done):
    for sample in range(args.samples):
        for name in args.nets.split(","):
            found = NETS[name](args.images)
            if not found:
                continue
            net = Net(args.nas, name, found)
            for metric in args.metrics.split(","):
                for ratio in RATIOS:
                    if (name, metric, str(ratio), str(sample)) in done:
                        continue
                    try:
                        yield measure(net, metric, ratio, sample, args.bits)
                    except RuntimeError as e:
                        print("#", name, metric, e, flush=True)
                        break


def main():
    args = options()
    args.nas = os.path.abspath(args.nas)
    path = args.rows and os.path.abspath(args.rows)
    os.makedirs(args.work, exist_ok=True)
    os.chdir(args.work)
    rows = []
    if path and os.path.exists(path):
        with open(path, newline="") as f:
            rows = list(csv.DictReader(f))
    done = {tuple(r[k] for k in FIELDS[:4]) for r in rows}
    for row in run_all(args, rows, done):
        rows.append(row)
        print("#", *list(row.values())[:-1], flush=True)
        if path:
            new = not os.path.exists(path)
            with open(path, "a", newline="") as f:
                out = csv.DictWriter(f, FIELDS)
                if new:
                    out.writeheader()
                out.writerow(row)
    table(rows)


if __name__ == "__main__":
    main()
