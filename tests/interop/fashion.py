#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A network trained here on Fashion-MNIST, through nas evaluate.

tests/interop/fashion.py NAS WORK [FOLDER]: FOLDER holds the IDX files (default
where Debian's dataset-fashion-mnist has them). PyTorch trains for some
seconds; what nas says of the 10,000 test images, read from the packed IDX
file, must be what PyTorch says of them.
"""
import gzip
import json
import os
import subprocess
import sys
import time

import numpy as np
import torch
from torch import nn
import fashion_data

NAS, WORK = sys.argv[1], sys.argv[2]
DATA = sys.argv[3] if len(sys.argv) > 3 else fashion_data.FOLDER
STEPS, SECONDS = 300, 25
failed = passed = 0


def check(ok, what):
    global failed, passed
    print(("ok - " if ok else "not ok - ") + what, flush=True)
    passed += bool(ok)
    failed += not ok


def idx(name):
    return fashion_data.idx(name, DATA)


def tensor(images):
    return torch.from_numpy(images.astype(np.float32)[:, None] / 127.5 - 1)


def layer(i, o, groups=1, kernel=3, stride=1):
    return [nn.Conv2d(i, o, kernel, stride, kernel // 2, groups=groups,
                      bias=False), nn.BatchNorm2d(o), nn.ReLU6()]


def network():
    return nn.Sequential(
        *layer(1, 16, stride=2), *layer(16, 32), nn.MaxPool2d(2),
        *layer(32, 32, 32), *layer(32, 64, 1, 1),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def train(net):
    x, y = tensor(idx("train-images-idx3-ubyte.gz")), \
        torch.from_numpy(idx("train-labels-idx1-ubyte.gz").astype(np.int64))
    step = torch.optim.Adam(net.parameters(), 4e-3)
    begin = time.monotonic()
    for _ in range(STEPS):
        if time.monotonic() - begin > SECONDS:
            break
        pick = torch.randint(len(x), (128,))
        loss = nn.functional.cross_entropy(net(x[pick]), y[pick])
        step.zero_grad()
        loss.backward()
        step.step()
    print(f"# trained in {time.monotonic() - begin:.1f} s", flush=True)
    return net.eval()


def evaluate(model, images, *more):
    out = os.path.join(WORK, "fashion.npy")
    labels = os.path.join(DATA, "t10k-labels-idx1-ubyte.gz")
    begin = time.monotonic()
    done = subprocess.run(
        [NAS, "evaluate", model, "--data", images, "--labels", labels,
         "--format", "json", "-q", "--force", "--outputs", out, *more],
        capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    result = json.loads(done.stdout)
    result["seconds"] = time.monotonic() - begin
    return result, np.load(out)


def tops(logits, y):
    order = np.argsort(-logits, 1, kind="stable")
    return [float(np.mean((order[:, :k] == y[:, None]).any(1)))
            for k in (1, 5)]


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)  # on a busy machine two wait for each other
    net = train(network())
    model = os.path.join(WORK, "fashion.onnx")
    images = idx("t10k-images-idx3-ubyte.gz")
    y = idx("t10k-labels-idx1-ubyte.gz")
    x = tensor(images)
    torch.onnx.export(net, x[:1], model, opset_version=13,
                      input_names=["x"], dynamic_axes={"x": {0: "n"}})
    with torch.no_grad():
        want = torch.cat([net(b) for b in x.split(500)]).numpy()
    packed = os.path.join(DATA, "t10k-images-idx3-ubyte.gz")
    result, got = evaluate(model, packed)
    d = np.abs(got - want).max()
    check(d <= 1e-4, f"10,000 outputs equal PyTorch's to {d:.1e}")
    ours = [result["float"][k] for k in ("top1", "top5")]
    check(result["images"] == 10000 and ours == tops(want, y),
          "top-1 %.4f and top-5 %.4f are PyTorch's %.4f and %.4f, "
          "in %.1f s" % (*ours, *tops(want, y), result["seconds"]))
    check(ours[0] > 0.6, "the network has learnt something")
    plain = os.path.join(WORK, "fashion-idx3-ubyte")
    with gzip.open(packed) as f, open(plain, "wb") as g:
        g.write(f.read())
    array = os.path.join(WORK, "fashion_x.npy")
    np.save(array, images)
    for path, name in ((plain, "unpacked IDX"), (array, "bytes in .npy")):
        _, same = evaluate(model, path)
        check(np.array_equal(same, got), name + ": the same outputs")
    result, _ = evaluate(model, packed, "--bits-w", "8", "--bits-a", "8")
    loss = result["float"]["top1"] - result["quantised"]["top1"]
    check(abs(loss) < 0.02, f"8 bits lose {loss:.4f}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
