# SPDX-License-Identifier: GPL-3.0-or-later
"""The quantisers of a model.py against their definitions."""
import math

import numpy as np
import torch


def lsq(module):
    """Initial scales; the gradients of Esser et al. (2020), equation 3."""
    torch.manual_seed(3)
    w = torch.randn(6, 5, 3, 3, requires_grad=True)
    q = module.WeightQuantizer(3, w)
    want = 2 * w.detach().abs().flatten(1).mean(1) / math.sqrt(3)
    assert torch.allclose(q.scale, want)
    y = q(w)
    g = torch.randn_like(y)
    y.backward(g)
    s = q.scale.detach().view(-1, 1, 1, 1)
    v = w.detach() / s
    inside = (v >= -4) & (v <= 3)
    assert torch.equal(y.detach(), v.clamp(-4, 3).round() * s)
    assert torch.allclose(w.grad, g * inside, atol=1e-6)
    slope = torch.where(inside, v.round() - v, v.clamp(-4, 3))
    factor = 1 / math.sqrt(3 * w.numel())
    assert torch.allclose(q.scale.grad, (g * slope).flatten(1).sum(1) * factor,
                          atol=1e-5)
    a = module.InputQuantizer(4)
    assert float(a.scale) == 1
    x = torch.randn(100) * 20
    assert set(a(x).detach().tolist()) <= set(float(i) for i in range(-8, 8))


def error(w, e, high, m):
    s = 2.0 ** e
    q = np.clip(np.rint(w / s), -high, high)
    return float((m * (w - s * q) ** 2).sum())


def without_gradients(q, w):
    """As when statistics are measured: training, but nothing recorded."""
    with torch.no_grad():
        assert torch.isfinite(q.train()(w)).all()
    assert float(q.moment.abs().max()) == 0


def po2_msqe(module):
    """No exponent near has a smaller weighted error; the weighting comes from
    the gradients; frozen scales stay."""
    torch.manual_seed(4)
    for bits in (2, 3, 4, 8):
        w = torch.nn.Parameter(torch.randn(8, 16, 1, 1) * 0.3)
        without_gradients(module.WeightQuantizer(bits, w), w)
        q = module.WeightQuantizer(bits, w)
        q.train()
        y = q(w)
        high = 2 ** (bits - 1) - 1
        array = w.detach().numpy().astype(np.float64)
        mask = np.abs(array) <= 2 * array.std(ddof=1)
        e = int(q.exponent)
        errors = {k: error(array, k, high, mask) for k in range(-12, 6)}
        least = min(errors.values())
        assert errors[e] <= least * (1 + 1e-5), (bits, e, errors)
        s = 2.0 ** e
        levels = (y.detach() / s).numpy()
        assert (levels == np.rint(levels)).all()
        assert np.abs(levels).max() <= high
        g = torch.randn_like(w)
        y.backward(g)
        inside = torch.from_numpy(np.abs(array) <= s * (high + 0.5))
        assert torch.allclose(w.grad, g * inside)
        assert torch.allclose(q.moment, (g * inside) ** 2)
        q.freeze()
        with torch.no_grad():
            w.mul_(64)
        assert float(q(w).abs().max()) <= s * high


def po2_gradient(module):
    """Floor or ceil of the exponent, whichever errs less; its gradient is that
    of the scale, times s ln 2."""
    torch.manual_seed(5)
    for bits in (2, 4, 6):
        w = torch.nn.Parameter(torch.randn(8, 16, 1, 1) * 0.3)
        q = module.WeightQuantizer(bits, w)
        high = 2 ** (bits - 1) - 1
        spread = 3 * float(w.detach().std(unbiased=False)) / high
        without_gradients(module.WeightQuantizer(bits, w), w)
        e = float(q.exponent)
        assert abs(e - math.log2(spread)) < 1e-5
        q.train()
        y = q(w)
        array = w.detach().numpy().astype(np.float64)
        mask = np.abs(array) <= 2.0 ** e * (high + 0.5)
        low, up = math.floor(e), math.ceil(e)
        chosen = (low if error(array, low, high, mask)
                  < error(array, up, high, mask) else up)
        s = 2.0 ** chosen
        v = w.detach() / s
        assert torch.equal(y.detach(), v.round().clamp(-high, high) * s)
        g = torch.randn_like(w)
        y.backward(g)
        inside = v.round().abs() <= high
        slope = torch.where(inside, v.round() - v,
                            v.sign() * high)
        want = float((g * slope).sum()) * s * math.log(2)
        assert abs(float(q.exponent.grad) - want) <= 1e-4 * (1 + abs(want))
        assert torch.allclose(w.grad, g * inside)


TESTS = {"lsq": lsq, "po2-msqe": po2_msqe, "po2-gradient": po2_gradient}
