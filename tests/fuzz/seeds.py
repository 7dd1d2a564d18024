#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""seeds.py DIR NAS - small files of every kind that the program reads, made by
the program where it writes them: what tests/fuzz/run begins with."""
import base64
import csv
import gzip
import json
import os
import random
import struct
import subprocess
import sys
import zlib

folder, nas = sys.argv[1:]
tools = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools")
draw = random.Random(1)

JPEG = base64.b64decode(  # 8x8, grey, quality 10
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////"
    "////////////////////////////////////////////wAALCAAIAAgBAREA/8QAFAABAAAAAAAA"
    "AAAAAAAAAAAAAf/EABwQAAEDBQAAAAAAAAAAAAAAAAECETEAYXGB8P/aAAgBAQAAPwBAKXCSU2DZ"
    "3PRX/9k=")


def path(name):
    return os.path.join(folder, name)


def run(*words, out=None):
    done = subprocess.run([nas, *words], stdout=subprocess.PIPE, check=True)
    if out:
        write(out, done.stdout)


def write(name, data):
    with open(path(name), "wb") as f:
        f.write(data if isinstance(data, bytes) else json.dumps(data).encode())


def npy(shape, data):
    head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}"
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data


def png(side):
    rows = b"".join(b"\0" + bytes(draw.randrange(256) for _ in range(side))
                    for _ in range(side))

    def chunk(kind, data):
        sum_ = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_)
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def data():
    pixels = bytes(draw.randrange(256) for _ in range(2 * 3 * 8 * 8))
    write("data.npy", npy((2, 8, 8, 3), pixels))
    idx = struct.pack(">BBBBIIII", 0, 0, 8, 4, 2, 3, 8, 8) + pixels
    write("x-idx3-ubyte", idx)
    write("x-idx3-ubyte.gz", gzip.compress(idx, mtime=0))
    write("x.png", png(8))
    write("x.jpg", JPEG)


def kind(layer):
    if layer["role"] in ("depthwise", "dense"):
        return layer["role"]
    return "pointwise" if layer["kernel"] == "1" else "conv"


def config():
    block = {"kernel": [3, 5], "stride": 2, "bits_a": [4, 8], "bits_w": [2, 8]}
    write("config.json", {
        "$schema": "nas/config/1",
        "space": {"input": {"height": 8, "channels": 3}, "stages": [
            {"type": "conv", "width": [8, 16], **block},
            {"type": "mbconv", "width": [8, 16], "expansion": [2, 3],
             "depth": [1, 2], **block}],
            "head": {"classes": 3}},
        "budgets": {"sram_bytes": "8 kB", "flash_bytes": "8 kB"},
        "search": {"islands": 2, "population": 8, "max_evals": 300}})


def networks():
    run("sample", path("config.json"), "-n", "12", "-q", "--force", "-o",
        path("sample"))
    table = []
    for i in range(1, 13):
        with open(path(f"sample/{i:03d}/architecture.json")) as f:
            table.append({**json.load(f), "accuracy": 50 + draw.random() * 20})
    write("table.json", table)
    run("fit", path("table.json"), "--config", path("config.json"), "-q",
        "--force", "-o", path("score.json"))
    run("export", path("sample/001/architecture.json"), "--to", "csv", "-q",
        "--force", "-o", path("layers.csv"))
    with open(path("layers.csv")) as f:
        rows = list(csv.DictReader(f))
    names = {"in": "in_channels", "out": "out_channels",
             "kernel": "kernel", "height": "in_height", "width": "in_width",
             "stride": "stride"}
    write("latency.csv", "\n".join([",".join(["kind", *names, "ms"])] + [
        ",".join([kind(r), *(r[n] for n in names.values()), f"{draw.random():.3f}"])
        for r in rows]).encode())
    write("networks.json", [{**t, "latency_ms": draw.random()} for t in table])
    run("export", path("sample/001/architecture.json"), "--to", "onnx", "-q",
        "--force", "-o", path("model.onnx"))
    run("allocate", path("model.onnx"), "--metric", "size", "--budget",
        "bits=5", "--format", "json", "-q", out="policy.json")
    write("problem.json", {
        "$schema": "nas/problem/1", "layers": [
            {"name": f"l{i}", "choices": [
                {"bits_w": b, "bits_a": 8, "loss": 2.0 ** (i - b),
                 "cost": {"size": b * 64 << i, "bitops": b * 1000 >> i}}
                for b in (2, 4, 8)]} for i in range(3)],
        "budgets": {"size": 2000, "bitops": 9000}})


data()
config()
networks()
subprocess.run([sys.executable, os.path.join(tools, "small_tflite.py"), folder],
               check=True, stdout=subprocess.DEVNULL)
