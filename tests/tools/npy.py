# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays of NumPy's files, without NumPy.

    npy.py same NPY TXT    the floats of both, TXT a number a line, differ by
                           less than 1e-6
"""
import struct
import sys

FORMS = {"|i1": "b", "<f4": "f"}


def write(path, descr, shape, values):
    """values: numbers, or their bytes."""
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    if not isinstance(values, bytes):
        values = struct.pack(f"<{len(values)}{FORMS[descr]}", *values)
    with open(path, "wb") as f:
        f.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) +
                head.encode() + values)


def floats(path):
    with open(path, "rb") as f:
        raw = f.read()
    raw = raw[10 + int.from_bytes(raw[8:10], "little"):]
    return struct.unpack(f"<{len(raw) // 4}f", raw)


def same(path, text):
    with open(text) as f:
        want = [float(line) for line in f]
    got = floats(path)
    assert want and len(got) == len(want), (got, want)
    assert all(abs(a - b) < 1e-6 for a, b in zip(got, want)), (got, want)


if __name__ == "__main__":
    same(*sys.argv[2:])
