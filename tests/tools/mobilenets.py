#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known networks of tests/data/memory_reference.csv in our own form.

    python3 tests/tools/mobilenets.py > tests/data/mobilenets.json
"""

import json


def make_divisible(x):
    """The rule of the MobileNet papers' code: to 8, never down by over 10 %."""
    y = max(8, int(x + 4) // 8 * 8)
    return y + 8 if y < 0.9 * x else y


def conv(cin, cout, kernel, stride):
    return {"type": "conv", "in": cin, "out": cout, "kernel": kernel,
            "stride": stride}


def separable(cin, cout, stride):
    return {"type": "dwsep", "in": cin, "out": cout, "kernel": 3,
            "stride": stride}


def network(name, side, classes, blocks):
    return {"schema": "nas/architecture/1", "name": name,
            "input": {"height": side, "width": side, "channels": 3},
            "blocks": blocks, "head": {"classes": classes}}


def mobilenet_v1(mult, side, classes):
    cin = int(32 * mult)
    blocks = [conv(3, cin, 3, 2)]
    for out, stride in [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1),
                        (512, 2)] + [(512, 1)] * 5 + [(1024, 2), (1024, 1)]:
        blocks.append(separable(cin, int(out * mult), stride))
        cin = int(out * mult)
    return network("MobileNetV1 %s" % mult, side, classes, blocks)


def mobilenet_v2(mult, side, classes):
    cin = make_divisible(32 * mult)
    blocks = [conv(3, cin, 3, 2)]
    for t, c, n, s in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2),
                       (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
                       (6, 320, 1, 1)]:
        out = make_divisible(c * mult)
        for i in range(n):
            stride = s if i == 0 else 1
            if t == 1:
                blocks.append(separable(cin, out, stride))
            else:
                blocks.append({"type": "mbconv", "in": cin, "out": out,
                               "hidden": t * cin, "kernel": 3,
                               "stride": stride})
            cin = out
    blocks.append(conv(cin, max(1280, make_divisible(1280 * mult)), 1, 1))
    return network("MobileNetV2 %s" % mult, side, classes, blocks)


def main():
    nets = [mobilenet_v2(1.0, 224, 1000), mobilenet_v2(0.35, 224, 1000),
            mobilenet_v2(1.4, 224, 1000), mobilenet_v2(0.35, 128, 1000),
            mobilenet_v1(0.25, 96, 2)]
    rows = ",\n".join(json.dumps(net) for net in nets)
    print("[" + rows + "]")


if __name__ == "__main__":
    main()
