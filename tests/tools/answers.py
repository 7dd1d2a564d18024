# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers the checks of tests/cli/lib.sh, many for one start of Python.

answers.py NAS reads requests of three fields, each closed by a NUL byte, and
answers each with lines of text, then one of \\1 and a status:

json FILE EXPRESSION    the value of a Python expression of j, the file's
                        content; status 1 when it is False or fails
valid FILE ""           is the file what its schema says? (validate.py)
"""
import contextlib
import io
import json
import math
import os
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import validate


def field():
    out = bytearray()
    while (c := sys.stdin.buffer.read(1)) not in (b"", b"\0"):
        out += c
    return out.decode(errors="surrogateescape") if c else None


def answer(what, path, expression):
    if what == "valid":
        return validate.validate(sys.argv[1], [path])
    with open(path) as f:
        known = {"json": json, "math": math, "sys": sys, "j": json.load(f)}
    value = eval("(" + expression + ")", known)
    print(value)
    return value is False


def main():
    sys.stdout.reconfigure(errors="backslashreplace")
    while (what := field()) is not None:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            try:
                status = answer(what, field(), field())
            except Exception:
                print(traceback.format_exc())
                status = 1
        text = said.getvalue()
        if text and not text.endswith("\n"):
            text += "\n"
        print(f"{text}\1{int(status)}", flush=True)


main()
