# SPDX-License-Identifier: GPL-3.0-or-later
"""MobileNetV2 1.0 in PyTorch, by its paper's Table 2."""
from torch import nn


def block(i, o, k, s, g=1, act=True):
    parts = [nn.Conv2d(i, o, k, s, k // 2, groups=g, bias=False),
             nn.BatchNorm2d(o)]
    return nn.Sequential(*parts, *([nn.ReLU6()] if act else []))


class Inverted(nn.Module):
    def __init__(self, i, o, s, e):
        super().__init__()
        self.add = s == 1 and i == o
        parts = [block(i, i * e, 1, 1)] if e > 1 else []
        self.body = nn.Sequential(*parts, block(i * e, i * e, 3, s, i * e),
                                  block(i * e, o, 1, 1, act=False))

    def forward(self, x):
        return x + self.body(x) if self.add else self.body(x)


class MobileNetV2(nn.Module):
    def __init__(self):
        super().__init__()
        layers, i = [block(3, 32, 3, 2)], 32
        for e, o, n, s in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2),
                           (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
                           (6, 320, 1, 1)]:
            for k in range(n):
                layers.append(Inverted(i, o, s if k == 0 else 1, e))
                i = o
        self.body = nn.Sequential(*layers, block(i, 1280, 1, 1))
        self.head = nn.Linear(1280, 1000)

    def forward(self, x):
        x = self.body(x)
        return self.head(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))
