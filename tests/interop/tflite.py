#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TensorFlow Lite runs what nas export writes, and gives nas evaluate's levels.

    tflite.py NAS WORK [MODELS]

Small networks of one operator, networks of configs with 8-bit kernels, random
architectures, trained networks: the keyword network of tests/data, written
again, and what MODELS (a folder) holds of .tflite and .onnx. Needs node with
@tensorflow/tfjs-tflite in NODE_MODULES; standard library only. What that
runtime does not read (INT4 weights) is read back by nas alone. Where Debian's
python3-pyarmnn and libarmnn-cpuref-backend22 are there, Arm NN judges too: its
outputs are within a level. It computes in floats, so that a sum half way between
two levels may go to the other one. In deep networks on noise such a level becomes
many, which is said, not judged: operators and the keyword network are. What it
cannot read is counted.
"""
import array
import glob
import json
import os
import random
import struct
import subprocess
import sys
from collections import Counter

sys.path.insert(0, "tests/tools")
import npy

NAS, WORK = sys.argv[1:3]
MODELS = sys.argv[3] if len(sys.argv) > 3 else None
CONFIGS = os.environ.get(
    "CONFIGS", "quick vww-256kb-1mb vww-320kb-1mb vww-512kb-2mb "
    "imagenet-256kb-1mb imagenet-320kb-1mb imagenet-512kb-2mb").split()
failed = passed = 0


def verdict(ok, what):
    global failed, passed
    print(("ok " if ok else "not ok ") + what, flush=True)
    passed += ok
    failed += not ok


def nas(*args):
    return subprocess.run([NAS, *args], capture_output=True, text=True)


class Outside:
    """Shape, scale and zero point of the input or output of a file."""

    def __init__(self, data, slot):
        def u(at):
            return struct.unpack_from("<I", data, at)[0]

        def ref(at):
            return at + u(at)

        def field(table, slot):
            vtable = table - struct.unpack_from("<i", data, table)[0]
            if 4 + 2 * slot >= struct.unpack_from("<H", data, vtable)[0]:
                return None
            return table + struct.unpack_from("<H", data,
                                              vtable + 4 + 2 * slot)[0]

        def tensor_of(number):
            return ref(ref(field(graph, 0)) + 4 + 4 * number)

        def zero_of(tensor):
            grid = ref(field(tensor, 4))
            return struct.unpack_from("<q", data, ref(field(grid, 3)) + 4)[0]
        graph = ref(ref(field(ref(0), 2)) + 4)
        tensor = tensor_of(u(ref(field(graph, slot)) + 4))
        shape = ref(field(tensor, 0))
        self.shape = [u(shape + 4 + 4 * k) for k in range(u(shape))]
        grid = ref(field(tensor, 4))
        self.scale = struct.unpack_from("<f", data, ref(field(grid, 2)) + 4)[0]
        self.zero = zero_of(tensor)
        self.padded = set()  # zero points of maps that a PAD makes larger
        codes, steps = ref(field(ref(0), 1)), ref(field(graph, 3))
        for k in range(u(steps)):
            step = ref(steps + 4 + 4 * k)
            at = field(step, 0)
            code = ref(codes + 4 + 4 * (
                u(at) if at and at != step else 0))
            if data[field(code, 0)] == 34:
                self.padded.add(zero_of(tensor_of(u(ref(field(step, 1)) + 4))))


def pictures(x, n):
    """Levels of noise (N, H, W, C), whatever the network takes for 0."""
    count = n
    for s in x.shape[1:]:
        count *= s
    r = random.Random(7)
    spread = 1 / x.scale if x.scale > 1 / 64 else 40
    return bytes(max(-128, min(127, round(r.gauss(0, spread)) + x.zero)) & 255
                 for _ in range(count))


def find_arm_nn():
    for python in os.environ.get("PYTHON"), "/usr/bin/python3", "python3":
        if python and not subprocess.run(
                [python, "-W", "ignore", "-c", "import pyarmnn as a; "
                 "a.ITfLiteParser"], capture_output=True).returncode:
            return python
    return None


ARM_NN = find_arm_nn()
unread = Counter()


def arm_nn(name, path, levels, deep):
    """Another runtime, with kernels of its own; WORK has the inputs."""
    if not ARM_NN:
        return
    run = subprocess.run([ARM_NN, "-W", "ignore",
                          "tests/tools/tflite_run_armnn.py", path,
                          WORK + "/in.bin", WORK + "/arm.bin"],
                         capture_output=True, text=True)
    if run.returncode:
        unread[run.stderr.strip().split("\n")[-1][:90]] += 1
        return
    with open(WORK + "/arm.bin", "rb") as f:
        want = array.array("b", f.read())
    off = Counter(v - q for v, q in zip(levels, want))
    if deep:
        print(f"# {name}: in Arm NN {off[0]} of {len(want)} outputs are equal")
    else:
        verdict(len(want) == len(levels) and max(map(abs, off)) <= 1,
                f"{name}: in Arm NN, levels off: {dict(off)}")


def compare(name, path, n=6, deep=False, most=0):
    with open(path, "rb") as f:
        data = f.read()
    x, y = Outside(data, 1), Outside(data, 2)
    raw = pictures(x, n)
    with open(WORK + "/in.bin", "wb") as f:
        f.write(raw)
    npy.write(WORK + "/in.npy", "|i1", (n, *x.shape[1:]), raw)
    run = subprocess.run(["node", "tests/tools/tflite_run.js", path,
                          WORK + "/in.bin", WORK + "/out.bin"],
                         capture_output=True, text=True)
    if run.returncode:
        return verdict(False, f"{name}: TensorFlow Lite: {run.stderr[-300:]}")
    run = nas("evaluate", path, "--data", WORK + "/in.npy", "--outputs",
              WORK + "/out.npy", "--force", "-q")
    if run.returncode:
        return verdict(False, f"{name}: {run.stderr}")
    with open(WORK + "/out.bin", "rb") as f:
        want = array.array("b", f.read())
    with open(WORK + "/out.npy", "rb") as f:
        values = array.array("f", f.read()[-4 * len(want):])
    if len(y.shape) == 4:  # nas gives channels first
        h, w, c = y.shape[1:]
        values = [values[((i * c + k) * h + r) * w + s] for i in range(n)
                  for r in range(h) for s in range(w) for k in range(c)]
    levels = [round(v / y.scale) + y.zero for v in values]
    off = Counter(v - q for v, q in zip(levels, want))
    if x.padded - {0}:
        unread["its PAD writes the level 0, whatever the zero point"] += 1
    else:
        arm_nn(name, path, levels, deep)
    verdict(max(map(abs, off)) <= most and len(set(want)) > 1,
            f"{name}: {len(want)} outputs, levels off: {dict(off)}")


def export(name, net, *options, deep=False, most=0):
    path = WORK + "/net.tflite"
    run = nas("export", net, "--to", "tflite", "-o", path, "--force", "-q",
              *options)
    if run.returncode:
        return verdict(False, f"{name}: {run.stderr}")
    return compare(name, path, deep=deep, most=most)


def all_of(x, **bits):
    """Bits of all layers."""
    if isinstance(x, dict):
        return {k: ([bits[k]] * len(v) if isinstance(v, list) else bits[k])
                if k in bits else all_of(v, **bits) for k, v in x.items()}
    return [all_of(v, **bits) for v in x] if isinstance(x, list) else x


def configs():
    for name in CONFIGS:
        folder = WORK + "/" + name
        run = nas("search", f"configs/{name}.json", "-q", "--no-certify",
                  "--max-evals", "2000", "-o", folder)
        if run.returncode:
            verdict(False, f"{name}: {run.stderr}")
            continue
        with open(folder + "/best/001/architecture.json") as f:
            arch = all_of(json.load(f), bits_a=8, bits_w=8)
        with open(WORK + "/arch.json", "w") as f:
            json.dump(arch, f)
        export(f"{name} at 8 bits", WORK + "/arch.json", deep=True)


def architectures(n):
    seed = 0
    while n:
        seed += 1
        run = subprocess.run([sys.executable, "tests/boards/random_arch.py",
                              str(seed)], capture_output=True, text=True)
        arch = all_of(json.loads(run.stdout), bits_a=8, bits_w=8)
        with open(WORK + "/arch.json", "w") as f:
            json.dump(arch, f)
        # feature maps have another order of axes there; 2 channels are no
        # picture; a side that a stride does not fit is no network
        if "head" not in arch or arch["input"]["channels"] == 2 or \
                nas("score", WORK + "/arch.json").returncode == 4:
            continue
        export(f"random {seed}", WORK + "/arch.json", deep=True)
        n -= 1


def trained():
    own = "tests/data/models/mlperf_kws_int8.tflite"
    compare("keyword network", own)
    export("  written again", own)
    for path in sorted(glob.glob(f"{MODELS}/*_int8.tflite")) if MODELS else ():
        name = os.path.basename(path)
        with open(path, "rb") as f:
            if len(Outside(f.read(), 1).shape) == 4:
                compare(name, path, deep=True)
                export("  written again", path, deep=True)
    for path in sorted(glob.glob(f"{MODELS}/*.onnx")) if MODELS else ():
        r = random.Random(1)
        npy.write(WORK + "/x.npy", "<f4", (8, 3, 128, 128),
                  [r.uniform(-1, 1) for _ in range(8 * 49152)])
        export(os.path.basename(path), path, "--bits-w", "8", "--bits-a", "8",
               "--data", WORK + "/x.npy", deep=True)


def operators():
    """Of each operator, a small network (tests/tools/small_ops.py)."""
    run = subprocess.run([sys.executable, "tests/tools/small_ops.py", WORK],
                         capture_output=True, text=True, check=True)
    for name in run.stdout.split():
        # TensorFlow Lite computes it in 16 bits
        export(name, f"{WORK}/{name}.onnx", most=name == "hard_swish")


operators()
trained()
architectures(int(os.environ.get("RANDOM_NETS", "10")))
configs()
if ARM_NN:
    for why, times in unread.items():
        print(f"# {times} networks that Arm NN does not read: {why}")
else:
    print("# no python3-pyarmnn and libarmnn-cpuref-backend22: no second judge")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
