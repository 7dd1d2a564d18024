#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A random network of joins, sums and depthwise layers, on grids.

    random_joins.py FOLDER SEED...

For each SEED: SEED.onnx in FOLDER, whose name is printed. Maps of 7 x 10 pixels are
joined by channels or rows, maps in a join come in twice, by other joins too, and
joins are summed, activated, filtered in place.
"""
import random
import sys

from join_nets import GRID, Joins

SIDES = 7, 10


class Net(Joins):
    def __init__(self, seed):
        super().__init__()
        self.draw = random.Random(seed)
        self.maps = [(self.x, 3, SIDES[0])]  # name, channels, rows

    def grow(self):
        draw = self.draw
        x, channels, rows = draw.choice(self.maps[-4:])
        kind = draw.choice("conv conv depthwise join join rows sum relu".split())
        same = [m for m in self.maps[-6:] if m[2] == rows]
        equal = [m for m in same if m[1] == channels]
        wide = [m for m in self.maps[-6:] if m[1] == channels]
        if kind == "depthwise":
            return self.conv(x, channels, channels, 3, channels), channels, rows
        if kind == "join":
            parts = [draw.choice(same) for _ in range(draw.randint(2, 3))]
            if sum(p[1] for p in parts) < 60:
                return (self.join(*(p[0] for p in parts)),
                        sum(p[1] for p in parts), rows)
        if kind == "rows":
            parts = [draw.choice(wide) for _ in range(2)]
            if sum(p[2] for p in parts) < 30:
                return (self.join(*(p[0] for p in parts), axis=2), channels,
                        sum(p[2] for p in parts))
        if kind == "sum" and equal:
            y = self.add("Add", f"{x} {draw.choice(equal)[0]}")
            return self.grid(y, *GRID), channels, rows
        if kind == "relu":
            return self.grid(self.add("Relu", x), *GRID), channels, rows
        out = draw.randint(1, 9)
        return self.conv(x, channels, out, draw.choice((1, 1, 3))), out, rows


def main():
    folder = sys.argv[1]
    for seed in sys.argv[2:]:
        net = Net(int(seed))
        for _ in range(net.draw.randint(4, 12)):
            net.maps.append(net.grow())
        y, channels, rows = net.maps[-1]
        net.write(folder, seed, y, (1, channels, rows, SIDES[1]))
        print(seed)


if __name__ == "__main__":
    main()
