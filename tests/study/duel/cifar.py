# SPDX-License-Identifier: GPL-3.0-or-later
"""CIFAR-10 from JPEG files in folders train/CLASS and test/CLASS.

    images, labels = read("train", 20000)

CIFAR10 names the folder, or a .tar.gz of it; needs python3-pil.
"""
import io
import os
import tarfile

import torch
from PIL import Image

DATA = os.environ.get("CIFAR10", "cifar10_jpeg.tar.gz")
PARTS = {"train": "train", "t10k": "test"}
MEAN, SPREAD = 0.4734, 0.2516  # of all pixels, 0 .. 1


def files(part):
    """(class, name, bytes) of one part."""
    if os.path.isdir(DATA):
        for folder, _, names in os.walk(os.path.join(DATA, part)):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    yield os.path.basename(folder), name, file.read()
        return
    with tarfile.open(DATA) as tar:
        for member in tar:
            path = member.name.split("/")
            if member.isfile() and path[-3] == part:
                yield path[-2], path[-1], tar.extractfile(member).read()


def read(part, count=None):
    """(images (count, 3, 32, 32) normalised, labels (count)); the classes in
    turn, so that the first so many hold all of them."""
    found = sorted((name, label, data)
                   for label, name, data in files(PARTS[part]))
    classes = sorted({label for _, label, _ in found})
    found = found[:count]
    images = torch.empty(len(found), 3, 32, 32)
    for i, (_, _, data) in enumerate(found):
        pixels = Image.open(io.BytesIO(data)).convert("RGB").tobytes()
        flat = torch.frombuffer(bytearray(pixels), dtype=torch.uint8)
        images[i] = flat.view(32, 32, 3).permute(2, 0, 1).float()
    labels = torch.tensor([classes.index(label) for _, label, _ in found])
    return (images / 255 - MEAN) / SPREAD, labels
