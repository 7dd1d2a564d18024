#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of text, upright (0) and turned by 180 degrees (1), as arrays.

allocation_text.py OUT N SEED writes OUT_x.npy (N, 3, 48, 192), p / 127.5 - 1,
and OUT_y.npy. Needs python3-numpy, python3-pil and fonts-dejavu-core.
"""
import glob
import random
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WORDS = """the of and to in is was for that with report network memory budget
layer weights search result signal device energy model training image number
system market people garden window bridge street letter summer winter morning
evening yellow orange purple forest kitchen library hospital travel engine
factory simple natural history science physics chemistry geography painting
concert football""".split()
FONTS = sorted(f for name in ("Sans", "Sans-Bold", "Serif") for f in
               glob.glob("/usr/share/fonts/truetype/dejavu/DejaVu%s.ttf" %
                         name))


def line(r):
    text = " ".join(r.choice(WORDS) for _ in range(r.randint(1, 2)))
    ground = tuple(r.randint(200, 255) for _ in range(3))
    ink = tuple(r.randint(0, 70) for _ in range(3))
    font = ImageFont.truetype(r.choice(FONTS), 40)
    scratch = ImageDraw.Draw(Image.new("RGB", (9, 9)))
    left, top, right, bottom = scratch.textbbox((0, 0), text, font=font)
    m = r.randint(3, 8)
    im = Image.new("RGB", (right - left + 2 * m, bottom - top + 2 * m),
                   ground)
    ImageDraw.Draw(im).text((m - left, m - top), text, font=font, fill=ink)
    width = min(192, max(1, round(im.width * 48 / im.height)))
    return im.resize((width, 48), Image.BILINEAR)


def main():
    out, n, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    r = random.Random(seed)
    x = np.zeros((n, 3, 48, 192), np.float32)
    for i in range(n):
        im = line(r)
        if i % 2:
            im = im.rotate(180)
        x[i, :, :, :im.width] = \
            np.asarray(im, np.float32).transpose(2, 0, 1) / 127.5 - 1
    np.save(out + "_x.npy", x)
    np.save(out + "_y.npy", np.arange(n, dtype=np.int64) % 2)


main()
