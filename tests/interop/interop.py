# SPDX-License-Identifier: GPL-3.0-or-later
"""interop.py NAS WORK [GROUPS] - see tests/interop/run.

Of every network: the ONNX and QONNX files pass the checker; ONNX Runtime and
the PyTorch module, given the same numbers, give the same output; parameters
and MACs of the module are those of nas score; every fake-quantised tensor has
no more levels than its bits; what is read back and written again is equal.
"""
import copy
import glob
import importlib.util
import json
import os
import subprocess
import sys
import traceback

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

import quantisers

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "data")
NAS, WORK = sys.argv[1], sys.argv[2]
GROUPS = sys.argv[3].split(",") if len(sys.argv) > 3 else None

# Of the largest output. Quantised networks are made so that all sums are
# exact; what is left are the roundings of a mean.
TOLERANCE_QUANTISED = 1e-6
TOLERANCE_PLAIN = 1e-4


class Runtime:
    """ONNX Runtime in a process of its own."""

    def __init__(self):
        self.node = subprocess.Popen(
            ["node", os.path.join(HERE, "runtime.js")], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, model, image):
        path = os.path.join(WORK, "image.bin")
        image.tofile(path)
        job = {"model": model, "input": path, "dims": list(image.shape),
               "output": os.path.join(WORK, "output")}
        self.node.stdin.write(json.dumps(job) + "\n")
        self.node.stdin.flush()
        answer = json.loads(self.node.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"ONNX Runtime: {answer['error']}")
        types = {"float32": np.float32, "int8": np.int8, "int32": np.int32}
        return {name: np.fromfile(t["file"], types[t["type"]])
                .reshape(t["dims"]) for name, t in answer.items()}


def nas(*args):
    done = subprocess.run([NAS, *args], text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"nas {' '.join(args)}: {done.stderr.strip()}")
    return done.stdout


def export(source, form, name, *more):
    path = os.path.join(WORK, name)
    nas("export", source, "--to", form, "-o", path, "--force", "-q", *more)
    return path


def load_module(path):
    spec = importlib.util.spec_from_file_location("model", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def arrays_of(model):
    return {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}


def bits_of(model):
    meta = {p.key: p.value for p in model.metadata_props}
    return {layer["name"]: layer for layer in json.loads(meta["nas.layers"])}


def with_inner_outputs(model):
    """The model with every fake-quantised tensor as an output: all names that
    end in /quantised, and weights after DequantizeLinear."""
    model = copy.deepcopy(model)
    names = [n.output[0] for n in model.graph.node
             if n.output[0].endswith("/quantised")
             or n.op_type == "DequantizeLinear"]
    for name in names:
        model.graph.output.append(helper.make_tensor_value_info(
            name, onnx.TensorProto.FLOAT, None))
    path = os.path.join(WORK, "inner.onnx")
    onnx.save(model, path)
    return path, names


def without_quant(model):
    """A QONNX model in standard operators: what Quant is defined to do."""
    model = copy.deepcopy(model)
    arrays = arrays_of(model)
    nodes = []
    for n in model.graph.node:
        if n.op_type != "Quant":
            nodes.append(n)
            continue
        attributes = {a.name: helper.get_attribute_value(a)
                      for a in n.attribute}
        assert attributes == {"signed": 1, "narrow": 0,
                              "rounding_mode": b"ROUND"}, attributes
        x, scale, zero, bits = n.input
        assert arrays[zero] == 0
        half = 2.0 ** (float(arrays[bits]) - 1)
        names = [f"{n.name}.{i}" for i in range(4)]
        for name, value in (("low", -half), ("high", half - 1)):
            model.graph.initializer.append(numpy_helper.from_array(
                np.float32(value), f"{n.name}.{name}"))
        nodes += [
            helper.make_node("Div", [x, scale], [names[0]]),
            helper.make_node("Round", [names[0]], [names[1]]),
            helper.make_node("Clip", [names[1], f"{n.name}.low",
                                      f"{n.name}.high"], [names[2]]),
            helper.make_node("Mul", [names[2], scale], n.output)]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    used = {x for n in nodes for x in n.input}
    kept = [t for t in model.graph.initializer if t.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    path = os.path.join(WORK, "plain.onnx")
    onnx.save(model, path)
    return path


def bits_of_tensor(name, layers):
    for suffix, key in ((".input/quantised", "bits_a"), (".weight", "bits_w"),
                        (".downsample.output/quantised", "bits_a")):
        if name.endswith(suffix):
            layer = name[:name.rindex(suffix.split(".")[-1]) - 1]
            return layers[layer][key]
    assert name.endswith(".gate/quantised"), name
    return 8


def compare(got, want, tolerance):
    """Largest difference, of the largest value."""
    assert got.shape == want.shape, f"{got.shape} is not {want.shape}"
    assert np.isfinite(got).all() and np.isfinite(want).all()
    size = max(float(np.abs(want).max()), 1e-30)
    worst = float(np.abs(got - want).max()) / size
    assert worst <= tolerance, f"differs by {worst:.3g} of {size:.3g}"
    return worst


class Network:
    """One architecture and its files; each check_ is a test."""

    worst = 0.0

    def __init__(self, runtime, path):
        self.runtime, self.path = runtime, path
        self.onnx = export(path, "onnx", "m.onnx", "--seed", "7")
        self.qonnx = export(self.onnx, "qonnx", "q.onnx")
        self.model = onnx.load(self.onnx)
        self.quant = onnx.load(self.qonnx)
        self.layers = bits_of(self.model)
        self.quantised = any(x["bits_w"] for x in self.layers.values())
        self.tolerance = (TOLERANCE_QUANTISED if self.quantised
                          else TOLERANCE_PLAIN)
        dims = self.model.graph.input[0].type.tensor_type.shape.dim
        shape = [2 if max(d.dim_value for d in dims) < 100 else 1]
        shape += [d.dim_value for d in dims[1:]]
        self.image = np.random.default_rng(5).standard_normal(
            shape, dtype=np.float32)
        self.module = load_module(export(path, "pytorch", "model.py"))
        self.net = self.module.Network()

    def torch_output(self, arrays):
        self.net.load_arrays(arrays)
        with torch.no_grad():
            y = self.net.eval()(torch.from_numpy(self.image))
        return [t.numpy() for t in (y if isinstance(y, list) else [y])]

    def check_checker(self):
        onnx.checker.check_model(self.model, full_check=True)
        onnx.checker.check_model(self.quant)
        assert self.model.ir_version <= 8

    def check_outputs_agree(self):
        got = self.runtime.run(self.onnx, self.image)
        want = self.torch_output(arrays_of(self.model))
        names = [o.name for o in self.model.graph.output]
        assert len(names) == len(want)
        for name, w in zip(names, want):
            worst = compare(got[name], w, self.tolerance)
            assert float(np.abs(w).max()) < 1e4, "activations explode"
            Network.worst = max(Network.worst, worst * self.quantised)

    def check_qonnx_agrees(self):
        """The Quant nodes, by their definition, and the other form's numbers
        in the module."""
        got = self.runtime.run(without_quant(self.quant), self.image)
        want = self.torch_output(arrays_of(self.quant))
        for o, w in zip(self.quant.graph.output, want):
            compare(got[o.name], w, self.tolerance)

    def check_counts(self):
        figures = json.loads(nas("score", "-f", "json", self.path))
        figures = figures["results"][0]
        assert self.module.count_parameters(self.net) == figures["params"]
        assert self.module.count_macs(self.net) == figures["macs"]

    def check_levels(self):
        path, names = with_inner_outputs(self.model)
        values = self.runtime.run(path, self.image)
        wanted = sum((x["bits_a"] > 0) + (x["bits_w"] > 0)
                     for x in self.layers.values())
        assert len(names) >= wanted, "tensors are not quantised"
        for name in names:
            bits = bits_of_tensor(name, self.layers)
            n = len(np.unique(values[name]))
            assert n <= 2 ** bits, f"{name}: {n} levels of {bits} bits"
        for name, array in arrays_of(self.model).items():
            if name.endswith(".weight_levels"):
                bits = self.layers[name[:-len(".weight_levels")]]["bits_w"]
                assert len(np.unique(array)) <= 2 ** bits, name

    def check_module_levels(self):
        """Inputs and weights as the PyTorch convolutions get them."""
        if not self.quantised:
            return
        seen = []

        def hook(bits):
            return lambda m, x, y: seen.append((bits, y.detach().clone()))

        hooks = [m.register_forward_hook(hook(
            1 + int(np.log2(m.high + 1)))) for m in self.net.modules()
            if isinstance(m, self.module.InputQuantizer)]
        hooks += [m.register_forward_hook(lambda m, x, y: seen.append(
            (1 + int(np.log2(m.high + 1)), y.detach().flatten(1)[0])))
            for m in self.net.modules()
            if isinstance(m, self.module.WeightQuantizer)]
        self.torch_output(arrays_of(self.model))
        for h in hooks:
            h.remove()
        assert seen
        for bits, y in seen:
            assert len(y.unique()) <= 2 ** bits

    def check_read_back(self):
        again = export(self.onnx, "onnx", "again.onnx")
        from_quant = export(self.qonnx, "onnx", "from.onnx")
        tree = json.loads(nas("export", self.onnx, "--to", "json"))
        first = open(self.onnx, "rb").read()
        assert open(again, "rb").read() == first
        assert open(from_quant, "rb").read() == first
        assert tree == json.loads(nas("export", self.path, "--to", "json"))
        # and through python3-onnx's own serialiser
        onnx.save(self.model, again)
        third = export(again, "onnx", "third.onnx")
        assert open(third, "rb").read() == first


def small(arch, side):
    """The same network on a smaller image; the smallest that it can take."""
    arch = copy.deepcopy(arch)
    strides = 1
    for b in arch["blocks"]:
        strides *= b["stride"]
    for key in ("height", "width"):
        arch["input"][key] = max(strides, min(arch["input"][key], side))
    return arch


def save(arch, name):
    path = os.path.join(WORK, name + ".json")
    with open(path, "w") as f:
        json.dump(arch, f)
    return path


def data(name):
    with open(os.path.join(DATA, name)) as f:
        return json.load(f)


def random_networks():
    for i, n in enumerate(data("random_architectures.json")["networks"][:50]):
        side = (47, 64, 33)[i % 3]
        yield f"random-{i}", save(small(n["architecture"], side), "random")


def edge_networks():
    mb = {"type": "mbconv", "in": 8, "out": 8, "hidden": 16, "kernel": 3}
    conv = {"type": "conv", "in": 3, "out": 8, "kernel": 3, "stride": 1}
    head = {"type": "classifier", "classes": 5}

    def net(name, blocks, head=None, side=29):
        arch = {"schema": "nas/architecture/1", "name": name, "input":
                {"height": side, "width": side + 2, "channels": 3},
                "blocks": blocks}
        if head:
            arch["head"] = head
        return name, save(arch, "edge")

    for bits in (1, 2, 8, 9, 12, 16, 32):
        q = {"bits_a": [bits] * 3, "bits_w": [bits] * 3}
        one = {"bits_a": [max(bits, 8)], "bits_w": [bits]}
        yield net(f"{bits} bits", [{**conv, **one},
                  {**mb, "stride": 2, "shortcut": "pool", "se": True, **q}],
                  {**head, "bits_a": 8, "bits_w": bits})
    for stride in (3, 4):
        yield net(f"pool {stride}", [conv, {**mb, "stride": stride,
                  "shortcut": "pool", "se": True}], head)
    for bits in (0, 4):
        q = {"bits_a": [8], "bits_w": [bits]} if bits else {}
        h = {"bits_a": bits, "bits_w": bits} if bits else {}
        yield net(f"hidden units, {bits} bits", [{**conv, **q}],
                  {**head, "hidden": 12, **h})
    stem = {**conv, "bits_a": [8], "bits_w": [8]}
    for bits in (0, 2, 5, 8):
        def q(n):
            return ({"bits_a": [bits] * n, "bits_w": [bits] * n} if bits
                    else {})
        vgg = [{"type": "convpool", "in": 8, "out": 8, "kernel": 3,
                "stride": 2, "pool": 2, **q(1)},
               {"type": "convpool", "in": 8, "out": 9, "kernel": 1,
                "stride": 4, "pool": 2, **q(1)},
               {"type": "conv", "in": 9, "out": 24, "kernel": 1, **q(1)}]
        yield net(f"pooling 2x2, {bits} bits",
                  [stem if bits else conv, *vgg],
                  {**head, "bits_a": 8, "bits_w": 8} if bits else head)
        resnet = [{"type": "convpool", "in": 8, "out": 8, "kernel": 3,
                   "stride": 2, **q(1)},
                  {"type": "basic", "in": 8, "out": 8, "kernel": 3,
                   "stride": 1, "depth": 2, **q(4)},
                  {"type": "basic", "in": 8, "out": 12, "kernel": 5,
                   "stride": 2, **q(2)},
                  {"type": "mbconv1", "in": 12, "out": 12, "kernel": 3,
                   "stride": 1, "se": True, **q(2)},
                  {"type": "bottleneck", "in": 12, "out": 24, "hidden": 8,
                   "kernel": 3, "stride": 1, "depth": 2, **q(6)},
                  {"type": "bottleneck", "in": 24, "out": 24, "hidden": 8,
                   "kernel": 3, "stride": 2, "shortcut": "none", **q(3)}]
        yield net(f"ResNet's blocks, {bits} bits",
                  [stem if bits else conv, *resnet],
                  {**head, "bits_a": 8, "bits_w": 8} if bits else head)
        yield net(f"ResNet's backbone, {bits} bits",
                  [stem if bits else conv, *resnet[:5]])
    yield net("head with bits alone", [conv], {**head, "bits_a": 8,
                                               "bits_w": 4})
    yield net("head without bits", [{**conv, "bits_a": [8], "bits_w": [4]}],
              head)
    yield net('name "quoted" \\ \n \u00e9', [conv], head, 1)


def published_networks():
    for i in range(2):
        path = os.path.join(DATA, "published_structures.json")
        yield f"published-{i + 1}", export(
            path, "json", "published.json", "--pick", str(i + 1))
    for i, arch in enumerate(data("mobilenets.json")):
        yield f"mobilenet-{i + 1}", save(small(arch, 96), "mobilenet")


def config_networks():
    for config in sorted(glob.glob(os.path.join(HERE, "../../configs/*.json"))):
        run = os.path.join(WORK, "run")
        nas("search", config, "-o", run, "--force", "-q", "--no-certify",
            "--max-evals", "20000")
        yield (os.path.basename(config),
               os.path.join(run, "best/001/architecture.json"))


NETWORKS = {"edge": edge_networks, "random": random_networks,
            "published": published_networks, "configs": config_networks}


def example_run(path, quantizer):
    """`python model.py` trains a few steps, whatever the quantiser, which
    does what it is defined to do."""
    script = export(path, "pytorch", "model.py", "--quantizer", quantizer)
    done = subprocess.run([sys.executable, script, "--steps", "2"], text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    figures = json.loads(nas("score", "-f", "json", path))["results"][0]
    lines = done.stdout.splitlines()
    assert f"parameters {figures['params']}" in lines, done.stdout
    assert f"macs {figures['macs']}" in lines, done.stdout
    module = load_module(script)
    if hasattr(module, "WeightQuantizer"):  # not in full precision
        quantisers.TESTS[quantizer](module)
    loss = float(lines[-1].split()[-1])
    assert np.isfinite(loss), done.stdout


def template_run():
    """What model.py files are made from runs by itself."""
    script = os.path.join(HERE, "../../spaces/export/model.py")
    done = subprocess.run([sys.executable, script, "--steps", "1"], text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    assert "output [1, 10]" in done.stdout, done.stdout


class Score:
    passed = failed = 0

    def test(self, name, function, *args):
        try:
            function(*args)
            self.passed += 1
        except Exception as e:  # a test fails by whatever it raises
            self.failed += 1
            print(f"FAIL {name}: {type(e).__name__}: {e}", flush=True)
            if not isinstance(e, AssertionError):
                traceback.print_exc(limit=-2)


def check_network(score, runtime, name, path):
    try:
        net = Network(runtime, path)
    except Exception as e:
        score.failed += 1
        print(f"FAIL {name}: {type(e).__name__}: {e}", flush=True)
        return
    for check in sorted(n for n in dir(net) if n.startswith("check_")):
        score.test(f"{name}, {check[6:]}", getattr(net, check))


def main():
    score, runtime = Score(), Runtime()
    torch.manual_seed(1)
    score.test("spaces/export/model.py", template_run)
    for group, networks in NETWORKS.items():
        if GROUPS and group not in GROUPS:
            continue
        before = score.passed + score.failed
        for name, path in networks():
            check_network(score, runtime, name, path)
            if name in ("random-0", "random-1", "random-2", "quick.json"):
                for q in ("lsq", "po2-msqe", "po2-gradient"):
                    score.test(f"{name}, {q}", example_run, path, q)
        print(f"{group}: {score.passed + score.failed - before} tests",
              flush=True)
    print(f"quantised outputs differ by at most {Network.worst:.3g} of the "
          "largest")
    print(f"{score.passed} passed, {score.failed} failed")
    return score.failed > 0 or score.passed == 0


sys.exit(main())
