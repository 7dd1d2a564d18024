# SPDX-License-Identifier: 0BSD
#
# What 'nas export --to pytorch' writes, for spaces/export/format_pytorch.c:
#	#: A B   from here on, lines of networks that have all of these features
#	#:       lines of all networks
#	#~       before a line that this file, which runs as it is, must not see
# TITLE and NETWORK are replaced; this file's own network has all kinds of block.
# The features: QUANTISED or PLAIN; LSQ, or PO2 with MSQE or GRADIENT (NOT_PO2:
# LSQ or PLAIN); HEAD, with HIDDEN units or without, or BACKBONE; kinds of block
# by their names, CONV, DWSEP, MBCONV, ...; ROW, kinds that have no class of their
# own in KINDS; SQUEEZE; RESNET: BASIC or BOTTLENECK; FUNCTIONAL: HEAD or
# QUANTISED.
#:
# SPDX-License-Identifier: 0BSD
#: TITLE
"""sample: 32 x 32 x 3; the file that others are made from.
#:

    python model.py              counts, shapes, and a few steps on random data
    model.train(model.Network(), dataset)
                                 the published recipe of training
"""
import argparse
import math
#: QUANTISED
import struct
#:

import torch
#: FUNCTIONAL
import torch.nn.functional as F
#:
from torch import nn

#: NETWORK
INPUT = (3, 32, 32)  # channels, height, width
CLASSES = 10
HIDDEN = 32  # units before the classifier
HEAD_BITS = (8, 8)  # of inputs, of weights
# a, w: bits of each convolution's input and weights
BLOCKS = [
    ("conv", dict(inp=3, out=8, kernel=3, stride=2,
                  a=[8], w=[8])),
    ("mbconv", dict(inp=8, out=8, hidden=16, kernel=3, stride=2, shortcut=True, squeeze=8,
                    a=[4, 5, 6], w=[4, 5, 6])),
    ("dwsep", dict(inp=8, out=16, kernel=3, stride=1,
                   a=[5, 5], w=[4, 4])),
    ("row", dict(out=16, stride=2, shortcut=True,
                 layers=[("expand", 16, 24, 3, 2, 1, True),
                         ("project", 24, 16, 1, 1, 1, False)],
                 a=[4, 5], w=[4, 5])),
    ("mbconv1", dict(inp=16, out=16, kernel=3, stride=1, shortcut=True, squeeze=8,
                     a=[5, 6], w=[4, 5])),
    ("convpool", dict(inp=16, out=16, kernel=3, stride=2,
                      a=[5], w=[4])),
    ("basic", dict(inp=16, out=24, kernel=3, stride=2, projection=True,
                   a=[5, 6], w=[4, 5])),
    ("bottleneck", dict(inp=24, out=24, hidden=8, kernel=3, stride=1, shortcut=True,
                        a=[5, 6, 7], w=[4, 5, 6])),
]


#: QUANTISED
def round_through(x):
    """Round half to even; the gradient passes as if nothing had happened."""
    return x.detach().round() + (x - x.detach())


class InputQuantizer(nn.Module):
    """Learned step size (LSQ): 2^bits signed levels of one scale."""

    def __init__(self, bits, scale=1.0):
        super().__init__()
        self.low, self.high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
        self.scale = nn.Parameter(torch.tensor(float(scale)))

    def forward(self, x):
        s = scale_gradient(self.scale, self.high, x.numel())
        return round_through((x / s).clamp(self.low, self.high)) * s


def scale_gradient(scale, high, count):
    """The scale, its gradient divided by sqrt(highest level * count)."""
    factor = 1 / math.sqrt(max(high, 1) * count)
    s = scale.clamp(min=1e-8)
    return s.detach() + (s - s.detach()) * factor


#: PO2
class PowerOfTwo(nn.Module):
    """Symmetric levels -h .. h, h = 2^(bits - 1) - 1, of one scale 2^e.

    Errors of single weights count by the root of the second moment of their
    gradient, and outliers not at all. freeze() ends the hunt for scales: from
    then on the running average of the exponent is used.
    """

    def __init__(self, bits, weight):
        super().__init__()
        self.high = 2 ** (bits - 1) - 1
        self.frozen = False
        self.register_buffer("moment", torch.zeros_like(weight))
        self.register_buffer("average", torch.tensor(float("nan")))

    def freeze(self):
        self.frozen = True

    def importance(self, w, mask):
        seen = bool((self.moment > 0).any())
        return self.moment.sqrt() * mask if seen else mask.to(w.dtype)

    def levels(self, w, exponent):
        s = math.ldexp(1.0, exponent)
        return (w / s).round().clamp(-self.high, self.high)

    def error(self, w, exponent, importance):
        q = self.levels(w, exponent)
        wrong = w - q * math.ldexp(1.0, exponent)
        return float((importance * wrong * wrong).sum())

    def follow(self, exponent):
        """The exponent to use, and its running average while training."""
        if self.training and not self.frozen:
            old = float(self.average)
            new = exponent if math.isnan(old) else 0.99 * old + 0.01 * exponent
            self.average.fill_(new)
        if self.frozen and not math.isnan(float(self.average)):
            return int(self.average.round())
        return exponent

    def steps(self, w):
        """The scale of each channel."""
        return w.new_full((len(w),), math.ldexp(1.0, self.settled(w)))

    def watch(self, w, inside):
        """The weights; their gradient's second moment is kept on the way."""
        recording = w.requires_grad and torch.is_grad_enabled()
        if not (self.training and recording):
            return w
        w = w.view_as(w)
        w.register_hook(lambda g: self.observe(g.detach() * inside))
        return w

    def observe(self, g):
        if bool((self.moment > 0).any()):
            self.moment.mul_(0.999).add_(g * g, alpha=0.001)
        else:
            self.moment.copy_(g * g)


#: MSQE
class WeightQuantizer(PowerOfTwo):
    """The exponent of least squared error, found anew at each step."""

    def __init__(self, bits, weight):
        super().__init__(bits, weight)
        most = float(weight.detach().abs().max())
        self.register_buffer("exponent", torch.tensor(project(most / self.high)))

    @torch.no_grad()
    def fit(self, w):
        m = self.importance(w, w.abs() <= 2 * w.std())
        best = int(self.exponent)
        least = self.error(w, best, m)
        q = self.levels(w, best)
        for _ in range(3):  # least squares: scale = <w, q> / <q, q>
            below = float((m * q * q).sum())
            if not below > 0:
                break
            e = project(float((m * w * q).sum()) / below)
            error = self.error(w, e, m)
            if error < least:
                best, least = e, error
            q = self.levels(w, e)
        for e in [best + i for i in (-3, -2, -1, 1, 2, 3)]:  # line search
            error = self.error(w, e, m)
            if error < least:
                best, least = e, error
        self.exponent.fill_(best)

    def settled(self, w):
        return self.follow(int(self.exponent))

    def forward(self, w):
        if self.training and not self.frozen:
            self.fit(w.detach())
        exponent = self.settled(w)
        s = math.ldexp(1.0, exponent)
        inside = w.detach().abs() <= s * (self.high + 0.5)
        w = self.watch(w, inside)
        through = torch.where(inside, w, w.detach())
        return self.levels(w.detach(), exponent) * s + (through - through.detach())


def project(scale):
    """The exponent of the power of two next to a scale."""
    return round(math.log2(scale + 1e-7))


#: GRADIENT
class WeightQuantizer(PowerOfTwo):
    """A learned exponent e; floor or ceil of it, whichever errs less."""

    def __init__(self, bits, weight):
        super().__init__(bits, weight)
        spread = 3 * float(weight.detach().std(unbiased=False)) / self.high
        self.exponent = nn.Parameter(torch.tensor(math.log2(max(spread, 1e-5))))

    @torch.no_grad()
    def choose(self, w):
        e = float(self.exponent)
        reach = 2.0 ** e * (self.high + 0.5)
        m = self.importance(w, w.abs() <= reach)
        low, high = math.floor(e), math.ceil(e)
        return low if self.error(w, low, m) < self.error(w, high, m) else high

    def settled(self, w):
        return self.follow(self.choose(w.detach()))

    def forward(self, w):
        exponent = self.settled(w)
        s = math.ldexp(1.0, exponent)
        w = self.watch(w, w.detach().abs() <= s * (self.high + 0.5))
        # the value is s, the derivative by the exponent s ln 2
        s = s * (1 + math.log(2) * (self.exponent - self.exponent.detach()))
        return round_through(w / s).clamp(-self.high, self.high) * s


#: LSQ
class WeightQuantizer(nn.Module):
    """Learned step size (LSQ): 2^bits signed levels, a scale a channel."""

    def __init__(self, bits, weight):
        super().__init__()
        self.low, self.high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
        self.shape = [-1] + [1] * (weight.dim() - 1)
        mean = weight.detach().abs().flatten(1).mean(1)
        self.scale = nn.Parameter(2 * mean / math.sqrt(max(self.high, 1)))

    def steps(self, w):
        """The scale of each channel."""
        return self.scale.clamp(min=1e-8)

    def forward(self, w):
        s = scale_gradient(self.scale, self.high, w.numel()).view(self.shape)
        return round_through((w / s).clamp(self.low, self.high)) * s


#: QUANTISED
def input_quantizer(bits, scale=1.0):
    return InputQuantizer(bits, scale) if bits else nn.Identity()


def weight_quantizer(bits, weight):
    return WeightQuantizer(bits, weight) if bits else nn.Identity()


def short(scale):
    """The number m 2^e next to it, m of 4 to 7."""
    m, e = math.frexp(max(float(scale), 1e-8))
    return math.ldexp(round(8 * m), e - 3)


def integers(layer, name, weight, bias, gain=None):
    """What a file holds of a layer: levels, their scales, and biases that
    are whole multiples of the unit of sums. A scale has so few bits, 5 to 10,
    that sums in 32-bit floats are exact, and is a multiple of 2^-12 of the
    largest."""
    if not hasattr(layer.quantise_weight, "steps"):
        raise ValueError(f"{name}: has no bits")
    rows = [-1] + [1] * (weight.dim() - 1)
    step = layer.quantise_weight.steps(weight)
    level = (layer.quantise_weight(weight) / step.view(rows)).round()
    scale = step if gain is None else step * gain
    level = level * torch.where(scale < 0, -1.0, 1.0).view(rows)
    low = -(2 ** (layer.bits[1] - 1))
    level, scale = level.clamp(low, -low - 1), scale.abs()
    most = float(level.abs().flatten(1).sum(1).max()) * 2 ** layer.bits[0] / 2
    bits = min(max(23 - math.ceil(math.log2(max(most, 1))), 5), 10)
    fraction, exponent = torch.frexp(scale.clamp(min=1e-20))
    scale = torch.ldexp((fraction * 2 ** bits).round(), exponent - bits)
    unit = 2.0 ** (math.frexp(float(scale.max()))[1] - 12)
    scale = (scale / unit).round().clamp(min=1) * unit
    sum_unit = scale * layer.quantise.scale
    return {"weight_levels": level, "weight_scale": scale,
            "bias": (bias / sum_unit).round() * sum_unit,
            "input_scale": layer.quantise.scale}


#:
class Layer(nn.Module):
    """Convolution, batch normalisation (without: a bias), and maybe ReLU."""

    def __init__(self, inp, out, kernel=1, stride=1, groups=1, relu=True,
#: QUANTISED
                 norm=True, bits=(0, 0)):
#: PLAIN
#~                 norm=True):
#:
        super().__init__()
        self.conv = nn.Conv2d(inp, out, kernel, stride, kernel // 2,
                              groups=groups, bias=not norm)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out")
        self.bn = nn.BatchNorm2d(out) if norm else nn.Identity()
        self.relu = nn.ReLU() if relu else nn.Identity()
#: QUANTISED
        self.bits = bits
        self.quantise = input_quantizer(bits[0])
        self.quantise_weight = weight_quantizer(bits[1], self.conv.weight)
#:

    def forward(self, x):
#: QUANTISED
        return self.after(self.quantise(x))
#: PLAIN
#~        return self.relu(self.bn(self.conv(x)))
#: QUANTISED

    def after(self, x):
        """What follows once the input is quantised."""
        conv, w = self.conv, self.quantise_weight(self.conv.weight)
        x = F.conv2d(x, w, conv.bias, conv.stride, conv.padding,
                     groups=conv.groups)
        return self.relu(self.bn(x))
#:

    def load(self, arrays, name):
        load_weights(self, self.conv.weight, arrays, name)
        bias = tensor(arrays[name + ".bias"])
        if self.conv.bias is not None:
            self.conv.bias.copy_(bias)
            return
        # the file's normalisation is folded: here it only adds the bias
        self.bn.running_mean.zero_()
        self.bn.running_var.fill_(1 - self.bn.eps)
        self.bn.weight.fill_(1)
        self.bn.bias.copy_(bias)
#: QUANTISED

    def arrays(self, name):
        if self.conv.bias is not None:
            return integers(self, name, self.conv.weight, self.conv.bias)
        gain = self.bn.weight / (self.bn.running_var + self.bn.eps).sqrt()
        return integers(self, name, self.conv.weight,
                        self.bn.bias - self.bn.running_mean * gain, gain)
#:


#: HIDDEN
class Hidden(nn.Module):
    """A linear layer with ReLU before the classifier."""

#: QUANTISED HIDDEN
    def __init__(self, inp, out, bits=(0, 0)):
#: PLAIN HIDDEN
#~    def __init__(self, inp, out):
#: HIDDEN
        super().__init__()
        self.linear = nn.Linear(inp, out)
        nn.init.kaiming_normal_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)
#: QUANTISED HIDDEN
        self.bits = bits
        self.quantise = input_quantizer(bits[0])
        self.quantise_weight = weight_quantizer(bits[1], self.linear.weight)
#: HIDDEN

    def forward(self, x):
#: QUANTISED HIDDEN
        w = self.quantise_weight(self.linear.weight)
        return F.relu(F.linear(self.quantise(x), w, self.linear.bias))
#: PLAIN HIDDEN
#~        return F.relu(self.linear(x))
#: HIDDEN

    def load(self, arrays, name):
        load_weights(self, self.linear.weight, arrays, name)
        self.linear.bias.copy_(tensor(arrays[name + ".bias"]))
#: QUANTISED HIDDEN
    def arrays(self, name):
        return integers(self, name, self.linear.weight, self.linear.bias)
#: HIDDEN


#: HEAD
class Head(nn.Module):
    """Global average pooling and a linear classifier."""

#: QUANTISED HEAD
    def __init__(self, inp, classes, bits=(0, 0)):
#: PLAIN HEAD
#~    def __init__(self, inp, classes):
#: HEAD
        super().__init__()
#: QUANTISED HIDDEN
        self.hidden = Hidden(inp, HIDDEN, bits)
#: PLAIN HIDDEN
#~        self.hidden = Hidden(inp, HIDDEN)
#: HIDDEN
        inp = HIDDEN
#: HEAD
        self.linear = nn.Linear(inp, classes)
        nn.init.normal_(self.linear.weight, std=0.01)
        nn.init.zeros_(self.linear.bias)
#: QUANTISED HEAD
        self.bits = bits
        self.quantise = input_quantizer(bits[0])
        self.quantise_weight = weight_quantizer(bits[1], self.linear.weight)
#: HEAD

    def forward(self, x):
        x = x.mean((2, 3))
#: HIDDEN
        x = self.hidden(x)
#: QUANTISED HEAD
        w = self.quantise_weight(self.linear.weight)
        return F.linear(self.quantise(x), w, self.linear.bias)
#: PLAIN HEAD
#~        return self.linear(x)
#: HEAD

    def load(self, arrays, name):
        load_weights(self, self.linear.weight, arrays, name)
        self.linear.bias.copy_(tensor(arrays[name + ".bias"]))
#: QUANTISED HEAD
    def arrays(self, name):
        return integers(self, name, self.linear.weight, self.linear.bias)
#: HEAD


#:
def tensor(array):
    return torch.tensor(array).to(torch.float32)


def load_weights(layer, weight, arrays, name):
#: PLAIN
#~    weight.copy_(tensor(arrays[name + ".weight"]))
#: QUANTISED
    if name + ".input_scale" in arrays:
        layer.quantise.scale.copy_(tensor(arrays[name + ".input_scale"]))
    if name + ".weight" in arrays:
        weight.copy_(tensor(arrays[name + ".weight"]))
        return
    levels = torch.tensor(arrays[name + ".weight_levels"])
    scale = tensor(arrays[name + ".weight_scale"]).flatten()
#: LSQ
    layer.quantise_weight.scale.copy_(scale)
#: QUANTISED
    if not levels.is_floating_point():  # else QONNX, which holds values
        levels = levels * scale.view([-1] + [1] * (weight.dim() - 1))
    weight.copy_(levels)
#:


#: CONV
class Conv(nn.Module):
    """One convolution."""

#: QUANTISED CONV
    def __init__(self, inp, out, kernel, stride, a=(0,), w=(0,)):
#: PLAIN CONV
#~    def __init__(self, inp, out, kernel, stride):
#: CONV
        super().__init__()
#: QUANTISED CONV
        self.conv = Layer(inp, out, kernel, stride, bits=(a[0], w[0]))
#: PLAIN CONV
#~        self.conv = Layer(inp, out, kernel, stride)
#: CONV

    def forward(self, x):
        return self.conv(x)


#: CONVPOOL
class ConvPool(nn.Module):
    """One convolution, and half of an even stride by max pooling."""

#: QUANTISED CONVPOOL
    def __init__(self, inp, out, kernel, stride, pool=3, a=(0,), w=(0,)):
#: PLAIN CONVPOOL
#~    def __init__(self, inp, out, kernel, stride, pool=3):
#: CONVPOOL
        super().__init__()
        even = stride % 2 == 0
        stride = stride // 2 if even else stride
#: QUANTISED CONVPOOL
        self.conv = Layer(inp, out, kernel, stride, bits=(a[0], w[0]))
#: PLAIN CONVPOOL
#~        self.conv = Layer(inp, out, kernel, stride)
#: CONVPOOL
        self.pool = nn.Identity()
        if even:  # of n rows it makes n / 2, rounded up
            self.pool = nn.MaxPool2d(pool, 2, (pool - 1) // 2, ceil_mode=pool == 2)

    def forward(self, x):
        return self.pool(self.conv(x))


#: DWSEP
class DepthwiseSeparable(nn.Module):
    """A depthwise convolution, then a 1x1 one (MobileNetV1)."""

#: QUANTISED DWSEP
    def __init__(self, inp, out, kernel, stride, a=(0, 0), w=(0, 0)):
        super().__init__()
        self.depthwise = Layer(inp, inp, kernel, stride, inp,
                               bits=(a[0], w[0]))
        self.project = Layer(inp, out, bits=(a[1], w[1]))
#: PLAIN DWSEP
#~    def __init__(self, inp, out, kernel, stride):
#~        super().__init__()
#~        self.depthwise = Layer(inp, inp, kernel, stride, inp)
#~        self.project = Layer(inp, out)
#: DWSEP

    def forward(self, x):
        return self.project(self.depthwise(x))


#: ROW
class Row(nn.Module):
    """Convolutions one after another.

    layers has their names, channels in and out, kernels, strides, groups, and
    whether ReLU follows. shortcut adds the block's input to its output,
#: QUANTISED ROW
    average-pooled where the block strides, as it was quantised.
#: PLAIN ROW
#~    average-pooled where the block strides.
#: ROW
    """

#: QUANTISED ROW
    def __init__(self, out, stride, layers, shortcut=False, a=(), w=()):
        super().__init__()
        for (name, *shape), bits in zip(layers, zip(a, w)):
            self.add_module(name, Layer(*shape, bits=bits))
#: PLAIN ROW
#~    def __init__(self, out, stride, layers, shortcut=False):
#~        super().__init__()
#~        for name, *shape in layers:
#~            self.add_module(name, Layer(*shape))
#: ROW
        self.names = [layer[0] for layer in layers]
        self.shortcut = shortcut
        self.pool = (nn.AvgPool2d(stride, stride, ceil_mode=True)
                     if stride > 1 else nn.Identity())

    def forward(self, x):
        first, *rest = (getattr(self, name) for name in self.names)
#: QUANTISED ROW
        x = first.quantise(x)
        y = first.after(x)
#: PLAIN ROW
#~        y = first(x)
#: ROW
        for layer in rest:
            y = layer(y)
        return y + self.pool(x) if self.shortcut else y


#: MBCONV
class InvertedResidual(nn.Module):
    """1x1 to hidden channels, depthwise, 1x1 back (MobileNetV2).

    shortcut adds the block's input to its output, average-pooled where the
#: QUANTISED MBCONV
    block strides. What is added is the input as it was quantised: the tensor
    whose memory nas counts.
#: MBCONV
    squeeze is the width of squeeze-and-excitation, 0 = none.
    """

    def __init__(self, inp, out, hidden, kernel, stride, shortcut=False,
#: QUANTISED MBCONV
                 squeeze=0, a=(0, 0, 0), w=(0, 0, 0)):
#: PLAIN MBCONV
#~                 squeeze=0):
#: MBCONV
        super().__init__()
#: QUANTISED MBCONV
        bits = list(zip(a, w))
        self.expand = Layer(inp, hidden, bits=bits[0])
        self.depthwise = Layer(hidden, hidden, kernel, stride, hidden,
                               bits=bits[1])
        self.project = Layer(hidden, out, relu=False, bits=bits[2])
#: PLAIN MBCONV
#~        self.expand = Layer(inp, hidden)
#~        self.depthwise = Layer(hidden, hidden, kernel, stride, hidden)
#~        self.project = Layer(hidden, out, relu=False)
#: MBCONV
        self.shortcut = shortcut
        self.pool = (nn.AvgPool2d(stride, stride, ceil_mode=True)
                     if stride > 1 else nn.Identity())
        self.squeeze = None
#: MBCONV SQUEEZE
        if squeeze:
#: QUANTISED MBCONV SQUEEZE
            eight = (8, 8) if a[0] else (0, 0)
            self.squeeze = Layer(hidden, squeeze, norm=False, bits=eight)
            self.excite = Layer(squeeze, hidden, relu=False, norm=False,
                                bits=eight)
            self.quantise_gate = input_quantizer(eight[0], 2.0 ** -7)
#: PLAIN MBCONV SQUEEZE
#~            self.squeeze = Layer(hidden, squeeze, norm=False)
#~            self.excite = Layer(squeeze, hidden, relu=False, norm=False)
#: MBCONV SQUEEZE

    def gate(self, x):
        """Squeeze-and-excitation: a factor a channel, by a hard sigmoid."""
        g = self.excite(self.squeeze(x.mean((2, 3), keepdim=True)))
        g = (g + 3).clamp(0, 6) / 6
#: QUANTISED MBCONV SQUEEZE
        return x * self.quantise_gate(g)
#: PLAIN MBCONV SQUEEZE
#~        return x * g
#: MBCONV

    def forward(self, x):
#: QUANTISED MBCONV
        x = self.expand.quantise(x)
        y = self.depthwise(self.expand.after(x))
#: PLAIN MBCONV
#~        y = self.depthwise(self.expand(x))
#: MBCONV
        if self.squeeze is not None:
            y = self.gate(y)
        y = self.project(y)
        return y + self.pool(x) if self.shortcut else y


#: MBCONV1
class InvertedResidual1(nn.Module):
    """Depthwise, then 1x1 without ReLU: expansion 1 (MobileNetV2's first).

    shortcut adds the block's input to its output; squeeze is the width of
    squeeze-and-excitation, 0 = none.
    """

    def __init__(self, inp, out, kernel, stride, shortcut=False,
#: QUANTISED MBCONV1
                 squeeze=0, a=(0, 0), w=(0, 0)):
#: PLAIN MBCONV1
#~                 squeeze=0):
#: MBCONV1
        super().__init__()
#: QUANTISED MBCONV1
        self.depthwise = Layer(inp, inp, kernel, stride, inp,
                               bits=(a[0], w[0]))
        self.project = Layer(inp, out, relu=False, bits=(a[1], w[1]))
#: PLAIN MBCONV1
#~        self.depthwise = Layer(inp, inp, kernel, stride, inp)
#~        self.project = Layer(inp, out, relu=False)
#: MBCONV1
        self.shortcut = shortcut
        self.squeeze = None
#: MBCONV1 SQUEEZE
        if squeeze:
#: QUANTISED MBCONV1 SQUEEZE
            eight = (8, 8) if a[0] else (0, 0)
            self.squeeze = Layer(inp, squeeze, norm=False, bits=eight)
            self.excite = Layer(squeeze, inp, relu=False, norm=False,
                                bits=eight)
            self.quantise_gate = input_quantizer(eight[0], 2.0 ** -7)
#: PLAIN MBCONV1 SQUEEZE
#~            self.squeeze = Layer(inp, squeeze, norm=False)
#~            self.excite = Layer(squeeze, inp, relu=False, norm=False)
#: MBCONV1 SQUEEZE

    def gate(self, x):
        """Squeeze-and-excitation: a factor a channel, by a hard sigmoid."""
        g = self.excite(self.squeeze(x.mean((2, 3), keepdim=True)))
        g = (g + 3).clamp(0, 6) / 6
#: QUANTISED MBCONV1 SQUEEZE
        return x * self.quantise_gate(g)
#: PLAIN MBCONV1 SQUEEZE
#~        return x * g
#: MBCONV1

    def forward(self, x):
#: QUANTISED MBCONV1
        x = self.depthwise.quantise(x)
        y = self.depthwise.after(x)
#: PLAIN MBCONV1
#~        y = self.depthwise(x)
#: MBCONV1
        if self.squeeze is not None:
            y = self.gate(y)
        y = self.project(y)
        return y + x if self.shortcut else y


#: RESNET QUANTISED
class Projection(Layer):
    """A shortcut's 1x1 convolution: it reads what the block's first one reads,
    and what it makes waits for the sum at the same bits."""

    def __init__(self, inp, out, stride, first, bits):
        super().__init__(inp, out, 1, stride, relu=False, bits=bits)
        self.quantise = first.quantise
        self.quantise_output = input_quantizer(bits[0])

    def forward(self, x):
        return self.quantise_output(self.after(x))

    def load(self, arrays, name):
        super().load(arrays, name)
        if name + ".output_scale" in arrays:
            self.quantise_output.scale.copy_(
                tensor(arrays[name + ".output_scale"]))

    def arrays(self, name):
        arrays = super().arrays(name)
        del arrays["input_scale"]  # the first convolution's
        arrays["output_scale"] = self.quantise_output.scale
        return arrays


#: RESNET
class Residual(nn.Module):
    """Convolutions conv1, conv2, ..., the shortcut, and a ReLU (ResNet).

    shortcut adds the block's input, projection a 1x1 convolution of it.
#: QUANTISED RESNET
    What is added is quantised: the tensor whose memory nas counts.
#: RESNET
    """

    def finish(self, inp, out, stride, shortcut, projection):
        self.shortcut = shortcut
        self.downsample = None
        if projection:
#: QUANTISED RESNET
            self.downsample = Projection(inp, out, stride, self.conv1,
                                         self.conv1.bits)
#: PLAIN RESNET
#~            self.downsample = Layer(inp, out, 1, stride, relu=False)
#: RESNET

    def forward(self, x):
#: QUANTISED RESNET
        x = self.conv1.quantise(x)
        y = self.rest(self.conv1.after(x))
#: PLAIN RESNET
#~        y = self.rest(self.conv1(x))
#: RESNET
        if self.downsample is not None:
            y = y + self.downsample(x)
        elif self.shortcut:
            y = y + x
        return y.relu()


#: BASIC
class Basic(Residual):
    """Two k x k convolutions (ResNet-18)."""

    def __init__(self, inp, out, kernel, stride, shortcut=False,
#: QUANTISED BASIC
                 projection=False, a=(0, 0), w=(0, 0)):
        super().__init__()
        self.conv1 = Layer(inp, out, kernel, stride, bits=(a[0], w[0]))
        self.conv2 = Layer(out, out, kernel, relu=False, bits=(a[1], w[1]))
#: PLAIN BASIC
#~                 projection=False):
#~        super().__init__()
#~        self.conv1 = Layer(inp, out, kernel, stride)
#~        self.conv2 = Layer(out, out, kernel, relu=False)
#: BASIC
        self.finish(inp, out, stride, shortcut, projection)

    def rest(self, x):
        return self.conv2(x)


#: BOTTLENECK
class Bottleneck(Residual):
    """1x1 to hidden channels, k x k, 1x1 (ResNet-50)."""

    def __init__(self, inp, out, hidden, kernel, stride, shortcut=False,
#: QUANTISED BOTTLENECK
                 projection=False, a=(0, 0, 0), w=(0, 0, 0)):
        super().__init__()
        bits = list(zip(a, w))
        self.conv1 = Layer(inp, hidden, 1, stride, bits=bits[0])
        self.conv2 = Layer(hidden, hidden, kernel, bits=bits[1])
        self.conv3 = Layer(hidden, out, relu=False, bits=bits[2])
#: PLAIN BOTTLENECK
#~                 projection=False):
#~        super().__init__()
#~        self.conv1 = Layer(inp, hidden, 1, stride)
#~        self.conv2 = Layer(hidden, hidden, kernel)
#~        self.conv3 = Layer(hidden, out, relu=False)
#: BOTTLENECK
        self.finish(inp, out, stride, shortcut, projection)

    def rest(self, x):
        return self.conv3(self.conv2(x))


#:
KINDS = {
#: CONV
    "conv": Conv,
#: CONVPOOL
    "convpool": ConvPool,
#: DWSEP
    "dwsep": DepthwiseSeparable,
#: MBCONV
    "mbconv": InvertedResidual,
#: MBCONV1
    "mbconv1": InvertedResidual1,
#: BASIC
    "basic": Basic,
#: BOTTLENECK
    "bottleneck": Bottleneck,
#: ROW
    "row": Row,
#:
}


class Network(nn.Module):
#: HEAD
    """The blocks in a row, then the classifier."""
#: BACKBONE
#~    """The blocks in a row; gives the feature map at each of OUTPUTS."""
#:

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(KINDS[kind](**block)
                                    for kind, block in BLOCKS)
#: QUANTISED HEAD
        self.head = Head(BLOCKS[-1][1]["out"], CLASSES, HEAD_BITS)
#: PLAIN HEAD
#~        self.head = Head(BLOCKS[-1][1]["out"], CLASSES)
#:

    def forward(self, x):
#: BACKBONE
#~        maps = []
#: HEAD
        for block in self.blocks:
#: BACKBONE
#~        for i, block in enumerate(self.blocks):
#:
            x = block(x)
#: BACKBONE
#~            if i in OUTPUTS:
#~                maps.append(x)
#~        return maps
#: HEAD
        return self.head(x)
#:

    @torch.no_grad()
    def load_arrays(self, arrays):
        """Take the numbers of an ONNX file that nas wrote of this network:
        a dict of arrays by the names of its initialisers. Weight scales are
        those of the file only with the quantiser lsq."""
        for name, module in self.named_modules():
            if hasattr(module, "load"):
                module.load(arrays, name)
#: QUANTISED

    @torch.no_grad()
    def shorten(self):
        """Scales of inputs become short fractions and stay so: integers that
        stand for them are small. Best before the last epochs."""
        for module in self.modules():
            if isinstance(module, InputQuantizer):
                module.scale.fill_(short(module.scale))
                module.scale.requires_grad_(False)
        for module in self.modules():
            if hasattr(module, "quantise_gate"):
                module.quantise_gate.scale.fill_(2.0 ** -7)  # nas has no other

    @torch.no_grad()
    def store(self, template, path):
        """Write the network as ONNX, its normalisation folded. template: what
        'nas export --to onnx' wrote of this network, whose numbers are
        replaced. Scales get few bits: integers compute the file exactly."""
        self.shorten()
        self.eval()
        with open(template, "rb") as f:
            data = bytearray(f.read())
        places = initialisers(data)
        for name, module in self.named_modules():
            if not hasattr(module, "arrays"):
                continue
            for key, array in module.arrays(name).items():
                first, last = places[f"{name}.{key}"]
                form = "b" if key == "weight_levels" else "f"
                values = array.flatten().tolist()
                raw = struct.pack(f"<{len(values)}{form}",
                                  *(map(int, values) if form == "b"
                                    else values))
                if len(raw) != last - first:
                    raise ValueError(f"{name}.{key}: of another network")
                data[first:last] = raw
        with open(path, "wb") as f:
            f.write(data)


def varint(data, at):
    value = shift = 0
    while data[at] & 128:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return value | data[at] << shift, at + 1


def fields(data, at, end):
    """(number, first byte, end) of a message's fields that have a length."""
    while at < end:
        key, at = varint(data, at)
        if key & 7 == 2:
            size, at = varint(data, at)
            yield key >> 3, at, at + size
            at += size
        elif key & 7 == 0:
            at = varint(data, at)[1]
        else:
            at += 8 if key & 7 == 1 else 4


def initialisers(data):
    """Where the bytes of each number of an ONNX file are."""
    places = {}
    for graph, first, last in fields(data, 0, len(data)):
        if graph != 7:
            continue
        for tensor, at, end in fields(data, first, last):
            if tensor == 5:
                part = {n: (i, j) for n, i, j in fields(data, at, end)}
                places[data[slice(*part[8])].decode()] = part.get(9)
    return places
#:


#: QUANTISED
def scales(model):
    """Parameters of quantisers."""
    return [p for m in model.modules()
            if isinstance(m, (InputQuantizer, WeightQuantizer))
            for p in m.parameters()]


#:
def count_parameters(model):
#: QUANTISED
    """As nas counts them: without the scales of quantisers."""
    return (sum(p.numel() for p in model.parameters())
            - sum(p.numel() for p in scales(model)))
#: PLAIN
#~    return sum(p.numel() for p in model.parameters())
#:


@torch.no_grad()
def count_macs(model):
    """Multiply-accumulates of convolutions and classifier for one image."""
    total = 0

    def conv(layer, inputs, y):
        nonlocal total
        per_output = layer.conv.weight[0].numel()
        total += per_output * y[0].numel()

#: HEAD
    def linear(layer, inputs, y):
        nonlocal total
        total += layer.linear.weight.numel()

#:
    hooks = []
    for m in model.modules():
        if isinstance(m, Layer):
            hooks.append(m.relu.register_forward_hook(
                lambda relu, x, y, m=m: conv(m, x, y)))
#: HEAD
        if isinstance(m, Head):
            hooks.append(m.register_forward_hook(linear))
#: HIDDEN
        if isinstance(m, Hidden):
            hooks.append(m.register_forward_hook(linear))
#:
    training = model.training
    model.eval()(torch.zeros(1, *INPUT, device=next(model.parameters()).device))
    model.train(training)
    for hook in hooks:
        hook.remove()
    return total


def parameter_groups(model, decay):
    """Weight decay for weights alone."""
#: QUANTISED
    free = {id(p) for p in scales(model)}
#: PLAIN
#~    weights = [p for p in model.parameters() if p.dim() > 1]
#: QUANTISED
    weights = [p for p in model.parameters()
               if p.dim() > 1 and id(p) not in free]
#:
    ids = {id(p) for p in weights}
    rest = [p for p in model.parameters() if id(p) not in ids]
    return [{"params": weights, "weight_decay": decay},
            {"params": rest, "weight_decay": 0.0}]


def rate_at(epoch, rate, epochs, warmup):
    """Linear warm-up, then half a cosine down to 0."""
    if epoch < warmup:
        return rate * (epoch + 1e-3) / warmup
    done = (epoch - warmup) / max(epochs - warmup, 1e-9)
    return rate * 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))


def mixed_loss(model, images, labels, loss, alpha):
    """Mixup: two images in one, and the loss of both labels."""
    if alpha <= 0:
        return loss(model(images), labels)
    share = float(torch.distributions.Beta(alpha, alpha).sample())
    order = torch.randperm(len(images), device=images.device)
    y = model(share * images + (1 - share) * images[order])
    return share * loss(y, labels) + (1 - share) * loss(y, labels[order])


def train(model, data, epochs=240, batch=512, rate=0.4, warmup=5,
          decay=4e-6, smoothing=0.1, mixup=0.2, loss=None, workers=4,
#: PO2
          freeze_at=None, log=print):
#: NOT_PO2
#~          log=print):
#:
    """Train by the published recipe: SGD with Nesterov momentum 0.9, batches
    of 512, 240 epochs, rate 0.4 falling by a cosine after 5 epochs of warm-up,
#: QUANTISED
    weight decay 4e-6 (none on normalisation, biases and scales), label
    smoothing, mixup 0.2. The recipe cuts images by RandomResizedCrop with
#: PLAIN
#~    weight decay 4e-6 (none on normalisation and biases), label smoothing,
#~    mixup 0.2. The recipe cuts images by RandomResizedCrop with
#:
    scale (0.2, 1); normalise them to mean 0 and variance 1.

    data   a torch Dataset of (image, label), or an iterable of batches
           (images, labels) that can be gone through once an epoch
#: HEAD
    loss   of (output, labels); default: cross entropy
#: BACKBONE
#~    loss   of (list of feature maps, labels): a backbone has none of its own
#: PO2
    freeze_at  epoch from which the power-of-two scales stay as they are
#:
    """
    device = next(model.parameters()).device
    if hasattr(data, "__getitem__") and not isinstance(data, (list, tuple)):
        data = torch.utils.data.DataLoader(
            data, batch, shuffle=True, num_workers=workers, drop_last=True)
    if loss is None:
#: HEAD
        loss = nn.CrossEntropyLoss(label_smoothing=smoothing)
#: BACKBONE
#~        raise ValueError("a backbone is trained with a loss of your own")
#:
    steps = len(data) if hasattr(data, "__len__") else 0
    sgd = torch.optim.SGD(parameter_groups(model, decay), rate, momentum=0.9,
                          nesterov=True)
    model.train()
    for epoch in range(epochs):
#: PO2
        if freeze_at is not None and epoch == freeze_at:
            for m in model.modules():
                if isinstance(m, PowerOfTwo):
                    m.freeze()
#:
        total, n = 0.0, 0
        for i, (images, labels) in enumerate(data):
            now = epoch + (i / steps if steps else 0)
            for group in sgd.param_groups:
                group["lr"] = rate_at(now, rate, epochs, warmup)
            value = mixed_loss(model, images.to(device), labels.to(device),
                               loss, mixup)
            sgd.zero_grad()
            value.backward()
            sgd.step()
            total, n = total + float(value), n + 1
        log(f"epoch {epoch + 1}/{epochs}: loss {total / max(n, 1):.4f}")
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=3,
                        help="training steps on random data")
    parser.add_argument("--batch", type=int, default=4, help="images a step")
    args = parser.parse_args()
    torch.manual_seed(0)
    model = Network()
    print(f"parameters {count_parameters(model)}")
#: QUANTISED
    print(f"quantiser scales {sum(p.numel() for p in scales(model))}")
#:
    print(f"macs {count_macs(model)}")
    with torch.no_grad():
        y = model.eval()(torch.randn(1, *INPUT))
#: HEAD
    print(f"output {list(y.shape)}")
#: BACKBONE
#~    print(f"output {[list(m.shape) for m in y]}")
#: HEAD
    data = [(torch.randn(args.batch, *INPUT),
             torch.randint(CLASSES, (args.batch,)))
#: BACKBONE
#~    data = [(torch.randn(args.batch, *INPUT), torch.zeros(args.batch))
#:
            for _ in range(args.steps)]
    if data:
#: HEAD
        train(model, data, epochs=1, warmup=0, rate=0.01, mixup=0.0)
#: BACKBONE
#~        train(model, data, epochs=1, warmup=0, rate=0.01, mixup=0.0,
#~              loss=lambda maps, labels: sum((m * m).mean() for m in maps))
#:


if __name__ == "__main__":
    main()
