#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/boards/against_onnx.py NAS NETWORK IMAGES - the C of a network and its
# ONNX file, the latter run by ONNX Runtime (tests/interop/runtime.js; NODE_PATH
# says where it is), give the same outputs bit for bit. The pictures are those
# of the C's own test program, which prints a sum over hashes of its outputs.
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

MASK = 0xffffffff


def mix(index, value):
    h = (index * 2654435761 ^ (value & MASK) * 2246822519) & MASK
    h ^= h >> 15
    h = h * 2246822519 & MASK
    return h ^ h >> 13


def pictures(header, images):
    """Levels as the test program makes them, (channel, row, column) floats."""
    rows, columns, channels = map(int, re.search(
        r"(\d+) rows x (\d+) columns x (\d+) channels", header).groups())
    half = 1 << int(re.search(r"INPUT_BITS (\d+)", header).group(1)) - 1
    scale = float(re.search(r"value = level \* ([\d.e-]+)", header).group(1))
    state = 1
    for image in range(images):
        level = []
        for _ in range(rows * columns * channels):
            state = (state * 1664525 + 1013904223) & MASK
            x = sum(state >> s & 7 for s in (29, 26, 23, 20)) - 14
            if image % 4 == 3:
                x = (state * half * 2 >> 32) - half
            level.append(max(-half, min(half - 1, x)))
        values = [level[p * channels + c] * scale for c in range(channels)
                  for p in range(rows * columns)]
        yield [1, channels, rows, columns], values


def line(start, result, unit):
    """What the test program must print of a tensor."""
    with open(result["file"], "rb") as f:
        raw = f.read()
    values = struct.unpack(f"{len(raw) // 4}f", raw)
    channels = result["dims"][1]
    pixels = len(values) // channels
    total = 0
    for i, x in enumerate(values):
        whole = round(x / unit)
        assert x == struct.unpack("f", struct.pack("f", whole * unit))[0]
        total += mix(i % pixels * channels + i // pixels, whole)
    return f"{start} {len(values)} {total & MASK}"


def run(nas, network, images, work):
    for to, out in (("c", "c"), ("onnx", "net.onnx")):
        subprocess.check_call([nas, "export", network, "--to", to, "-q", "-o",
                               f"{work}/{out}"])
    name = next(f for f in os.listdir(f"{work}/c") if f.endswith(".h"))[:-2]
    with open(f"{work}/c/{name}.h") as f:
        header = f.read()
    units = [float(x) for x in
             re.findall(r"value = integer \* ([\d.e-]+)", header)]
    subprocess.check_call(["cc", "-O2", "-std=c11", f"-DNAS_IMAGES={images}",
                           f"{work}/c/{name}.c", f"{work}/c/{name}_test.c",
                           "-o", f"{work}/test"])
    got = subprocess.check_output([f"{work}/test"], text=True).splitlines()
    node = subprocess.Popen(["node", "tests/interop/runtime.js"], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    want = []
    for dims, values in pictures(header, images):
        with open(f"{work}/x", "wb") as f:
            f.write(struct.pack(f"{len(values)}f", *values))
        print(json.dumps({"model": f"{work}/net.onnx", "input": f"{work}/x",
                          "dims": dims, "output": f"{work}/y"}),
              file=node.stdin, flush=True)
        answer = json.loads(node.stdout.readline())
        if "logits" in answer:
            want.append(line("output", answer["logits"], units[0]))
            continue
        want += [line(f"map {i}", answer[f"stage{i + 1}"], unit)
                 for i, unit in enumerate(units)]
    node.stdin.close()
    node.wait()
    return got, want


with tempfile.TemporaryDirectory() as folder:
    got, want = run(sys.argv[1], sys.argv[2], int(sys.argv[3]), folder)
if got != want:
    print("the C says", got[:4], "ONNX Runtime", want[:4])
sys.exit(got != want)
