# SPDX-License-Identifier: GPL-3.0-or-later
#
# train.py MODEL.py TEMPLATE.onnx OUT.onnx [IMAGES] - trains what 'nas export
# --to pytorch' wrote on Fashion-MNIST, seeing so many images, and then a quarter
# of that with scales that are short; stores it as an ONNX file of ours.
import gzip
import importlib.util
import sys

import torch

DATA = "/usr/share/datasets/fashion-mnist/"


def load(name, head):
    with gzip.open(DATA + name) as f:
        return torch.frombuffer(bytearray(f.read()[head:]), dtype=torch.uint8)


def images(name):
    """As nas reads them: p / 127.5 - 1."""
    return load(name, 16).float().view(-1, 1, 28, 28) / 127.5 - 1


class Batches:
    """Shuffled anew each epoch."""

    def __init__(self, x, y, batch):
        self.x, self.y, self.batch = x, y, batch

    def __len__(self):
        return len(self.x) // self.batch

    def __iter__(self):
        order = torch.randperm(len(self.x))
        for i in range(len(self)):
            take = order[i * self.batch:(i + 1) * self.batch]
            yield self.x[take], self.y[take]


def calibrate(net, model, x):
    """First scales of inputs: twice the mean size over the root of the
    largest level, as LSQ begins."""
    def first(q, args):
        mean = float(args[0].detach().abs().mean())
        q.scale.data.fill_(max(2 * mean / q.high ** 0.5, 1e-4))
    hooks = [m.register_forward_pre_hook(first) for m in net.modules()
             if isinstance(m, model.InputQuantizer)]
    net.train()(x)
    for hook in hooks:
        hook.remove()


def accuracy(net, x, y):
    net.eval()
    with torch.no_grad():
        right = sum(int((net(a).argmax(1) == b).sum())
                    for a, b in zip(x.split(500), y.split(500)))
    return right / len(x)


def main(path, template, out, seen=14000):
    torch.manual_seed(1)
    torch.set_num_threads(1)
    spec = importlib.util.spec_from_file_location("model", path)
    model = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(model)
    net = model.Network()
    x = images("train-images-idx3-ubyte.gz")
    y = load("train-labels-idx1-ubyte.gz", 8).long()
    calibrate(net, model, x[:256])
    recipe = dict(smoothing=0, mixup=0)
    model.train(net, Batches(x[:seen], y[:seen], 64), epochs=1, rate=0.05,
                warmup=0.1, **recipe)
    print("scales are short from now on")
    net.shorten()
    last = slice(-seen // 4, None)
    model.train(net, Batches(x[last], y[last], 64), epochs=1, rate=0.01,
                warmup=0, **recipe)
    tx = images("t10k-images-idx3-ubyte.gz")[:1000]
    ty = load("t10k-labels-idx1-ubyte.gz", 8).long()[:1000]
    print(f"accuracy {accuracy(net, tx, ty):.4f} of 1,000 test images")
    net.store(template, out)


main(*sys.argv[1:4], *map(int, sys.argv[4:]))
