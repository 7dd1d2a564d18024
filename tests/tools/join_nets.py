#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks that join maps and have several outputs, on grids.

    join_nets.py FOLDER

For each NAME printed: NAME.onnx. fire: two convolutions joined, then one; branches:
four of them, one behind a pooling, then a mean; dense_block: each layer reads all
maps before it; chain: the same, each join in the next; skip: an early map joined
late; nested: joins in joins, read by a depthwise layer, a pooling and a sum; flat:
a join before a dense layer; whole: a join that is an output; twice: a map joined
with itself; rows: joined by rows, which is copied; heads: four outputs, of which a
map that is read on, a join, boxes of three axes; shuffled: an output in another
order than its map has it, which is refused.
"""
import sys

from small_onnx import INT64, node, outside
from small_ops import Net

GRID = 1 / 8, -9


class Joins(Net):
    def conv(self, x, channels, out, kernel=1, group=1, stride=1):
        y = self.add("Conv", " ".join([
            x, self.weights([out, channels // group, kernel, kernel],
                            [1 / 512]), self.bias(out)]), group=group,
                     strides=[stride] * 2, pads=[kernel // 2] * 4)
        return self.grid(self.add("Relu", y), *GRID)

    def join(self, *maps, axis=1):
        return self.grid(self.add("Concat", " ".join(maps), axis=axis), *GRID)

    def write_all(self, folder, name, outs):
        """outs: (map, shape)."""
        y, shape = outs[0]
        for k, (map, dims) in enumerate(outs[1:]):
            self.parts.append(node("Identity", map, f"y{k + 1}"))
            self.parts.append(outside(12, f"y{k + 1}", dims))
        self.write(folder, name, y, shape)


def joined(folder):
    net = Joins()
    s = net.conv(net.x, 3, 4)
    y = net.join(net.conv(s, 4, 5), net.conv(s, 4, 6, 3))
    y = net.conv(net.conv(y, 11, 4), 4, 7, 3, stride=2)
    net.write(folder, "fire", y, (1, 7, 4, 5))

    net = Joins()
    x = net.conv(net.x, 3, 6)
    pool = net.grid(net.add("MaxPool", x, kernel_shape=[3, 3],
                            pads=[1, 1, 1, 1]), *GRID)
    y = net.join(net.conv(x, 6, 4), net.conv(net.conv(x, 6, 3), 3, 5, 3),
                 net.conv(net.conv(x, 6, 2), 2, 3, 5), net.conv(pool, 6, 2))
    y = net.grid(net.add("ReduceMean", y, axes=[2, 3], keepdims=0), *GRID)
    net.write(folder, "branches", y, (1, 14))

    net = Joins()
    maps = [net.conv(net.x, 3, 4, 3)]
    for k in range(3):
        y = maps[0] if k == 0 else net.join(*maps)
        maps.append(net.conv(y, 4 + 3 * k, 3, 3))
    net.write(folder, "dense_block", net.conv(net.join(*maps), 13, 2),
              (1, 2, 7, 10))

    net = Joins()
    y = net.conv(net.x, 3, 2)
    for k in range(12):
        y = net.join(y, net.conv(y, 2 + k, 1))
    net.write(folder, "chain", net.conv(y, 14, 2), (1, 2, 7, 10))

    net = Joins()
    early = net.conv(net.x, 3, 2)
    y = net.conv(early, 2, 12)
    for _ in range(2):
        y = net.conv(y, 12, 12, 3, group=12)
    y = net.join(early, net.conv(y, 12, 3))
    net.write(folder, "skip", net.conv(y, 5, 4, 3), (1, 4, 7, 10))


def readers(folder):
    net = Joins()
    a, b = net.conv(net.x, 3, 4), net.conv(net.x, 3, 3)
    inner = net.join(a, b)
    outer = net.join(inner, net.conv(inner, 7, 2))
    y = net.conv(outer, 9, 9, 3, group=9)
    pool = net.add("MaxPool", outer, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    y = net.grid(net.add("Add", f"{pool} {y}"), *GRID)
    y = net.grid(net.add("Add", f"{y} {outer}"), *GRID)
    net.write(folder, "nested", y, (1, 9, 7, 10))

    net = Joins()
    y = net.join(net.conv(net.x, 3, 2, stride=2), net.conv(net.x, 3, 3,
                                                           stride=2))
    y = net.add("Flatten", y)
    y = net.add("Gemm", f"{y} {net.weights([4, 100], [1 / 1024])} "
                f"{net.bias(4)}", transB=1)
    net.write(folder, "flat", net.grid(y, *GRID), (1, 4))

    net = Joins()
    y = net.join(net.conv(net.x, 3, 2), net.conv(net.x, 3, 3))
    net.write(folder, "whole", y, (1, 5, 7, 10))

    net = Joins()
    a = net.conv(net.x, 3, 2)
    net.write(folder, "twice", net.conv(net.join(a, a), 4, 3), (1, 3, 7, 10))

    net = Joins()
    y = net.join(net.conv(net.x, 3, 2), net.conv(net.x, 3, 2), axis=2)
    net.write(folder, "rows", net.conv(y, 2, 3), (1, 3, 14, 10))


def heads(folder):
    net = Joins()
    early = net.conv(net.x, 3, 3)
    late = net.conv(early, 3, 4, 3, stride=2)
    mean = net.grid(net.add("ReduceMean", late, axes=[2, 3], keepdims=0),
                    1 / 32, 5)
    boxes = net.add("Transpose", late, perm=[0, 2, 3, 1])
    boxes = net.add("Reshape", boxes + " " + net.constant(INT64, [3],
                                                          [1, 40, 2]))
    net.write_all(folder, "heads", [
        (mean, (1, 4)), (early, (1, 3, 7, 10)),
        (net.join(late, net.conv(late, 4, 2)), (1, 6, 4, 5)),
        (boxes, (1, 40, 2))])


    net = Joins()
    y = net.add("Flatten", net.conv(net.x, 3, 3))
    net.write(folder, "shuffled", y, (1, 210))


def main():
    for make in (joined, readers, heads):
        make(sys.argv[1])


if __name__ == "__main__":
    main()
