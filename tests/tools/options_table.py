#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of keys in configs/README.md, from `nas options --format json`.

    nas options --format json | tests/tools/options_table.py
"""
import json
import sys

for o in json.load(sys.stdin)["options"]:
    if o["type"] in ("object", "objects"):
        continue
    print("| `%s` | %s | %s | %s | %s |" % (
        o["key"].replace(".N", ""),
        o["type"].replace("|", " or "),
        o["range"].replace("|", ", "),
        o["default"].replace('"', ""),
        o["help"] + (" [%s]" % o["unit"] if o["unit"] else "")))
