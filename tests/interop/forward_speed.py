# SPDX-License-Identifier: GPL-3.0-or-later
"""forward_speed.py NAS WORK [RUNS] - MobileNetV2 1.0 at 224x224, batch 16,
here and in PyTorch, on two threads, in turns: prints the medians, asserts
that the outputs agree and nothing of time.

A pass of nas is timed as the difference of two commands that differ by 64
images, without start and reading; and by nas bench, which times the pass
itself.
"""
import json
import os
import statistics
import subprocess
import sys
import time

import numpy as np
import torch
from mobilenet import MobileNetV2

NAS, WORK = sys.argv[1], sys.argv[2]
RUNS = int(sys.argv[3]) if len(sys.argv) > 3 else 5
GFLOP = 2 * 16 * 0.300774272


def seconds(f, *args):
    begin = time.monotonic()
    f(*args)
    return time.monotonic() - begin


def evaluate(model, data, outputs=None):
    args = [NAS, "evaluate", model, "--data", data, "-q", "-j", "2",
            "--batch", "16"]
    if outputs:
        args += ["--outputs", outputs, "--force"]
    subprocess.run(args, check=True, stdout=subprocess.DEVNULL)


def bench():
    out = subprocess.run([NAS, "bench", "--no-certify", "--runs", str(RUNS),
                          "-j", "2", "--format", "json"], check=True,
                         capture_output=True, text=True).stdout
    return json.loads(out)


def row(what, s):
    print(f"{what:28} {s:.3f} s  {GFLOP / s:6.1f} GFLOP/s")


def main():
    torch.manual_seed(1)
    torch.set_num_threads(2)
    net = MobileNetV2().eval()
    x = torch.randn(16, 3, 224, 224)
    model = os.path.join(WORK, "mobilenetv2.onnx")
    few, many = (os.path.join(WORK, f) for f in ("few.npy", "many.npy"))
    np.save(few, x.numpy())
    np.save(many, np.concatenate([x.numpy()] * 5))
    there, here = [], []
    with torch.no_grad():
        torch.onnx.export(net, x[:1], model, opset_version=13,
                          input_names=["x"], dynamic_axes={"x": {0: "n"}})
        want = net(x).numpy()
        evaluate(model, few, os.path.join(WORK, "o.npy"))
        d = np.abs(np.load(os.path.join(WORK, "o.npy")) - want).max()
        assert d <= 1e-4 * np.abs(want).max(), d
        print(f"outputs agree to {d / np.abs(want).max():.1e} of the largest")
        for _ in range(RUNS):
            there.append(seconds(net, x))
            here.append((seconds(evaluate, model, many)
                         - seconds(evaluate, model, few)) / 4)
    speed = bench()
    print(f"MobileNetV2 1.0, 224x224, batch 16, 2 threads, median of {RUNS}, "
          "in turns")
    row(f"PyTorch {torch.__version__}", statistics.median(there))
    row("nas evaluate, 64 images / 4", statistics.median(here))
    row("nas bench, same sizes", speed["forward_seconds"])
    print(f"one thread's matrix products: {speed['matrix_gflops']:.1f} "
          "GFLOP/s")
    print(f"ratio {statistics.median(there) / statistics.median(here):.1f}, "
          f"least {min(a / b for a, b in zip(there, here)):.1f}, "
          f"most {max(a / b for a, b in zip(there, here)):.1f}")


main()
