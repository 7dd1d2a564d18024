# SPDX-License-Identifier: GPL-3.0-or-later
"""Fashion-MNIST, and the training of one exported network on it.

    images = fashion_mnist(TRAINING)
    model = load_model(export(path, pick)).Network()
    log = fit(model, images, seed)
    accuracy, loss = evaluate(model, fashion_mnist(TEST))

A recipe is an entry of RECIPES. Change none that has rows in accuracies.csv:
add one.
"""
import ctypes
import gzip
import importlib.util
import json
import math
import os
import struct
import subprocess
import sys
import tempfile
from types import SimpleNamespace

import torch
import torch.nn.functional as F

DATA = os.environ.get("FASHION_MNIST", "/usr/share/datasets/fashion-mnist")
TRAINING, TEST = "train", "t10k"
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h
MEAN, SPREAD = 0.2860, 0.3530  # of the training images, pixels 0 .. 1

RECIPES = {
    "1": SimpleNamespace(
        images=10000,       # the first so many training images
        tested=5000,        # the first so many test images
        epochs=1,
        batch=50,
        rate=0.02,          # AdamW
        scale_rate=0.001,   # of learned scales
        exponent_rate=0.05,  # of learned exponents
        warmup=0.25,        # share of the steps; up and down by half cosines
        decay=1e-4,         # of weights; and all but scales
    ),
}


def start_worker():
    """One thread a process; and memory that is freed is kept, since asking
    the system for it anew costs a tenth of the time (glibc's mallopt)."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_MMAP_THRESHOLD, 2 ** 25)  # the most it takes
        mallopt(M_TRIM_THRESHOLD, 2 ** 30)


def read_idx(path):
    """An IDX file of bytes as a tensor."""
    with gzip.open(path) as file:
        data = file.read()
    zero, kind, rank = struct.unpack(">HBB", data[:4])
    if zero or kind != 8:
        sys.exit(f"{path}: not an IDX file of bytes")
    sides = struct.unpack(f">{rank}I", data[4:4 + 4 * rank])
    return torch.frombuffer(bytearray(data[4 + 4 * rank:]),
                            dtype=torch.uint8).view(sides)


def fashion_mnist(part, count=None):
    """(images (count, 1, 28, 28) normalised, labels (count))."""
    images = read_idx(f"{DATA}/{part}-images-idx3-ubyte.gz")[:count]
    labels = read_idx(f"{DATA}/{part}-labels-idx1-ubyte.gz")[:count]
    images = (images.float() / 255 - MEAN) / SPREAD
    return images.unsqueeze(1), labels.long()


def load_model(text):
    """The module of a model.py."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.py")
        with open(path, "w") as file:
            file.write(text)
        spec = importlib.util.spec_from_file_location("model", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


def export(nas, network, quantizer="lsq"):
    """The model.py of an architecture."""
    return subprocess.run(
        [nas, "export", "-", "--to", "pytorch", "--quantizer", quantizer],
        input=json.dumps(network), check=True, text=True,
        capture_output=True).stdout


@torch.no_grad()
def measure_scales(module, model, images):
    """Start each activation quantiser where LSQ does: 2 mean|x| / sqrt(high),
    of one batch, layer by layer with the layers before already quantised."""
    def measure(quantizer, inputs):
        mean = float(inputs[0].abs().mean())
        start = 2 * mean / math.sqrt(max(quantizer.high, 1))
        quantizer.scale.fill_(max(start, 1e-4))

    kind = getattr(module, "InputQuantizer", ())
    hooks = [m.register_forward_pre_hook(measure) for m in model.modules()
             if isinstance(m, kind)]
    model.train()
    model(images)
    for hook in hooks:
        hook.remove()


@torch.no_grad()
def measure_norms(model, images, batch=100):
    """Means and variances of the trained network, instead of an average over
    its last steps, in which it still moved."""
    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over batches
    model.train()
    for x in images.split(batch):
        model(x)


def rate_at(done, rate, warmup):
    """One cycle: half a cosine up, half a cosine down; done 0 .. 1."""
    if done < warmup:
        return rate * 0.5 * (1 - math.cos(math.pi * done / warmup))
    return rate * 0.5 * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup)))


def make_optimiser(module, model, recipe):
    """AdamW, whose steps do not shrink with what they change: a rate of its
    own for scales, and one for exponents, which are logarithms of scales."""
    power = getattr(module, "PowerOfTwo", ())
    exponents = [p for m in model.modules() if isinstance(m, power)
                 for p in m.parameters()]
    taken = {id(p) for p in exponents}
    scales = [p for p in quantiser_parameters(module, model)
              if id(p) not in taken]
    taken |= {id(p) for p in scales}
    rest = [p for p in model.parameters() if id(p) not in taken]
    groups = [{"params": params, "most": rate, "weight_decay": decay}
              for params, rate, decay in (
                  (rest, recipe.rate, recipe.decay),
                  (scales, recipe.scale_rate, 0.0),
                  (exponents, recipe.exponent_rate, 0.0)) if params]
    return torch.optim.AdamW(groups, lr=recipe.rate, foreach=True)


def quantiser_parameters(module, model):
    """None in the file of a full-precision network."""
    return module.scales(model) if hasattr(module, "scales") else []


def fit(module, model, data, recipe, seed, after_step=None):
    """Train in place; the mean loss of the last epoch."""
    # convolutions of few channels are twice as fast with channels last
    model.to(memory_format=torch.channels_last)
    images, labels = data
    images = images.contiguous(memory_format=torch.channels_last)
    random = torch.Generator().manual_seed(seed)
    measure_scales(module, model, images[:200])
    optimiser = make_optimiser(module, model, recipe)
    a_epoch = len(images) // recipe.batch
    steps = recipe.epochs * a_epoch
    total = 0.0
    for step in range(steps):
        if step % a_epoch == 0:
            order = torch.randperm(len(images), generator=random)
            total = 0.0
        at = step % a_epoch * recipe.batch
        chosen = order[at:at + recipe.batch]
        for group in optimiser.param_groups:
            group["lr"] = rate_at((step + 0.5) / steps, group["most"],
                                  recipe.warmup)
        loss = F.cross_entropy(model(images[chosen]), labels[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += float(loss)
        if after_step:
            after_step(model)
    measure_norms(model, images[:1000])
    return total / a_epoch


@torch.no_grad()
def evaluate(model, data, batch=500):
    """(share that is right, cross entropy)"""
    images, labels = data
    model.eval()
    right, loss = 0, 0.0
    for x, y in zip(images.split(batch), labels.split(batch)):
        out = model(x)
        right += int((out.argmax(1) == y).sum())
        loss += float(F.cross_entropy(out, y, reduction="sum"))
    return right / len(images), loss / len(images)
