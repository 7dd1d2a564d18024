#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# channel_scales.py IN.onnx OUT.onnx BITS - gives each channel of an ONNX file of
# ours a scale of its own, as training does: k / 2^BITS of what it is, k of 1 to
# 2^BITS, and biases that are multiples of the new unit. BITS 0: a third of it,
# which no short fraction is.
import random
import struct
import sys


def varint(data, at):
    value = shift = 0
    while data[at] & 128:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return value | data[at] << shift, at + 1


def fields(data, at, end):
    while at < end:
        key, at = varint(data, at)
        if key & 7 == 2:
            size, at = varint(data, at)
            yield key >> 3, at, at + size
            at += size
        else:
            at = varint(data, at)[1]


def floats(data, place):
    return struct.unpack(f"<{(place[1] - place[0]) // 4}f", data[slice(*place)])


r = random.Random(3)
with open(sys.argv[1], "rb") as f:
    data = bytearray(f.read())
places, bits = {}, int(sys.argv[3])
for graph, first, last in fields(data, 0, len(data)):
    for tensor, at, end in fields(data, first, last) if graph == 7 else ():
        if tensor == 5:
            part = {n: (i, j) for n, i, j in fields(data, at, end)}
            places[data[slice(*part[8])].decode()] = part[9]
for name in places:
    if not name.endswith(".weight_scale"):
        continue
    layer = name[:-len(".weight_scale")]
    bias = places[layer + ".bias"]
    step = floats(data, places[layer + ".input_scale"])[0]
    scale = [s / 3 if bits == 0 else s * r.randint(1, 1 << bits) / (1 << bits)
             for s in floats(data, places[name])]
    if bits == 0:
        scale[0] *= 3
    data[slice(*places[name])] = struct.pack(f"<{len(scale)}f", *scale)
    data[slice(*bias)] = struct.pack(f"<{len(scale)}f", *(
        round(b / (s * step)) * s * step
        for b, s in zip(floats(data, bias), scale)))
with open(sys.argv[2], "wb") as f:
    f.write(data)
