# SPDX-License-Identifier: GPL-3.0-or-later
"""operators.py NAS WORK - small networks of PyTorch through nas evaluate.

Each is exported by torch.onnx; nas gives what PyTorch gives, to 1e-4 of the
largest number, and so does the ONNX file that nas writes of it.
"""
import os
import subprocess
import sys

import numpy as np
import torch
from torch import nn

NAS, WORK = sys.argv[1], sys.argv[2]
failed = passed = 0


class Permuted(nn.Module):
    """Channels last around a module, as ConvNeXt has them."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNeXt(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.depthwise = nn.Conv2d(n, n, 7, padding=3, groups=n)
        self.inner = Permuted(nn.Sequential(
            nn.LayerNorm(n, eps=1e-6), nn.Linear(n, 4 * n), nn.GELU(),
            nn.Linear(4 * n, n)))
        self.gamma = nn.Parameter(torch.rand(n, 1, 1))

    def forward(self, x):
        return x + self.gamma * self.inner(self.depthwise(x))


class Power(nn.Module):
    """Generalised mean pooling, and a length of 1."""

    def forward(self, x):
        x = (x.clamp(min=1e-6) ** 3).mean((2, 3)) ** (1 / 3)
        return nn.functional.normalize(x) * x.size(1) ** 0.5


class Tokens(nn.Module):
    """Shape arithmetic, expanded parameters, picked rows."""

    def __init__(self, n):
        super().__init__()
        self.first = nn.Parameter(torch.randn(1, n, 1))

    def forward(self, x):
        b, c = x.shape[:2]
        x = x.reshape(b, c, -1)
        first = self.first.expand(1, c, x.size(2))
        x = x + first[:, :, torch.arange(x.size(2)) % 3]
        return torch.cat([x[:, :, 0], x[:, :, 2:5].flatten(1)], 1)


def networks():
    conv = nn.Conv2d(3, 8, 3, padding=1)
    yield "convnext", nn.Sequential(conv, ConvNeXt(8), ConvNeXt(8),
                                    nn.AdaptiveAvgPool2d(1), nn.Flatten())
    yield "super resolution", nn.Sequential(
        conv, nn.Tanh(), nn.Conv2d(8, 12, 3, padding=1), nn.PixelShuffle(2))
    yield "space to depth", nn.Sequential(nn.PixelUnshuffle(2),
                                          nn.Conv2d(12, 5, 3))
    yield "prelu", nn.Sequential(conv, nn.PReLU(8), nn.Conv2d(8, 4, 3), nn.PReLU())
    for mode in ("nearest", "bilinear"):
        for corners in ([None] if mode == "nearest" else [False, True]):
            yield f"{mode} {corners}", nn.Sequential(
                conv, nn.MaxPool2d(2), nn.Upsample(
                    scale_factor=2.0, mode=mode, align_corners=corners),
                nn.Upsample(size=(25, 19), mode=mode, align_corners=corners))
    for stride, pad, extra, dilation, groups in (
            (2, 1, 1, 1, 1), (3, 0, 0, 1, 4), (1, 2, 0, 2, 1), (4, 1, 2, 1, 2)):
        yield f"transposed {stride} {pad} {extra} {dilation} {groups}", \
            nn.Sequential(conv, nn.ConvTranspose2d(
                8, 12, 3, stride, pad, extra, groups, dilation=dilation),
                nn.BatchNorm2d(12), nn.ReLU())
    yield "instance norm", nn.Sequential(conv, nn.InstanceNorm2d(8, affine=True),
                                         nn.SELU())
    yield "mish", nn.Sequential(conv, nn.Mish(), nn.Softplus(), nn.LogSoftmax(1))
    yield "powers", nn.Sequential(conv, Power())
    yield "tokens", nn.Sequential(conv, Tokens(8))


def outputs(model, x):
    np.save(os.path.join(WORK, "x.npy"), x)
    out = os.path.join(WORK, "o.npy")
    done = subprocess.run(
        [NAS, "evaluate", model, "--data", os.path.join(WORK, "x.npy"), "-q",
         "--force", "--outputs", out], text=True, capture_output=True,
        check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return np.load(out)


def try_one(name, net, opset):
    global failed, passed
    model, again = (os.path.join(WORK, n) for n in ("net.onnx", "again.onnx"))
    x = torch.randn(3, 3, 18, 14)
    what = f"{name}, opset {opset}"
    try:
        with torch.no_grad():
            torch.onnx.export(net, x, model, opset_version=opset,
                              input_names=["x"], dynamic_axes={"x": {0: "n"}})
            want = net(x).numpy()
        got = outputs(model, x.numpy())
        d = np.abs(got.reshape(want.shape) - want).max() / np.abs(want).max()
        subprocess.run([NAS, "export", model, "--to", "onnx", "-o", again,
                        "--force"], check=True, capture_output=True)
        e = np.abs(outputs(again, x.numpy()) - got).max() / np.abs(got).max()
        ok = d <= 1e-4 and e <= 1e-5
        what += f": {d:.1e} from PyTorch, written {e:.1e}"
    except (RuntimeError, subprocess.CalledProcessError) as why:
        ok, what = False, f"{what}: {why} {getattr(why, 'stderr', '')}"
    print(("ok - " if ok else "not ok - ") + what, flush=True)
    passed += ok
    failed += not ok


torch.manual_seed(5)
for opset_version in (13, 17):
    for title, module in networks():
        for layer in module.modules(): # moments as training leaves them
            if isinstance(layer, nn.BatchNorm2d):
                layer.running_mean.normal_()
                layer.running_var.uniform_(0.5, 2)
        try_one(title, module.eval(), opset_version)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
