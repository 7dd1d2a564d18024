#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is a JSON file what its schema says?

    validate.py NAS FILE...

The schema is `nas schema NAME` of the file's "schema" (or "$schema"). Knows
the keywords that nas writes, and refuses others: none is passed over.
"""
import json
import re
import subprocess
import sys

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool,
         "number": (int, float), "integer": (int, float),
         "null": type(None)}
NOTES = {"$schema", "$id", "title", "description", "default"}


def is_type(x, name):
    if name in ("number", "integer") and isinstance(x, bool):
        return False
    return isinstance(x, TYPES[name]) and (name != "integer" or x == int(x))


def errors_of_object(s, x, path):
    known = s.get("properties", {})
    other = s.get("additionalProperties", True)
    for key in s.get("required", []):
        if key not in x:
            yield f"{path}: no key '{key}'"
    for key, value in x.items():
        if key in known:
            yield from errors(known[key], value, f"{path}/{key}")
        elif other is False:
            yield f"{path}: unknown key '{key}'"
        elif other is not True:
            yield from errors(other, value, f"{path}/{key}")


def errors_of_list(s, x, path):
    if not s.get("minItems", 0) <= len(x) <= s.get("maxItems", len(x)):
        yield f"{path}: {len(x)} items"
    for i, item in enumerate(x):
        yield from errors(s.get("items", {}), item, f"{path}/{i}")


def errors_of_value(s, x, path):
    if isinstance(x, str):
        if not s.get("minLength", 0) <= len(x) <= s.get("maxLength", len(x)):
            yield f"{path}: {len(x)} characters"
        if "pattern" in s and not re.search(s["pattern"], x):
            yield f"{path}: '{x}' is not like {s['pattern']}"
    elif isinstance(x, (int, float)) and not isinstance(x, bool):
        if not s.get("minimum", x) <= x <= s.get("maximum", x) or \
                x <= s.get("exclusiveMinimum", x - 1):
            yield f"{path}: {x} is out of range"


def errors(s, x, path=""):
    if s is True:
        return
    foreign = s.keys() - NOTES - {
        "type", "enum", "const", "anyOf", "properties", "required",
        "additionalProperties", "items", "minItems", "maxItems", "minLength",
        "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum"}
    if foreign:
        yield f"{path}: keywords that are not known: {sorted(foreign)}"
    if "type" in s and not any(is_type(x, t) for t in (
            s["type"] if isinstance(s["type"], list) else [s["type"]])):
        yield f"{path}: {json.dumps(x)[:60]} is no {s['type']}"
        return
    if "enum" in s and x not in s["enum"]:
        yield f"{path}: {x!r} is none of {s['enum']}"
    if "const" in s and x != s["const"]:
        yield f"{path}: {x!r} is not {s['const']!r}"
    if "anyOf" in s:
        found = [list(errors(a, x, path)) for a in s["anyOf"]]
        if all(found):
            yield from min(found, key=len)
    if isinstance(x, dict):
        yield from errors_of_object(s, x, path)
    elif isinstance(x, list):
        yield from errors_of_list(s, x, path)
    else:
        yield from errors_of_value(s, x, path)


SCHEMAS = {}  # those that were asked for


def schema(program, name):
    if name not in SCHEMAS:
        got = subprocess.run([program, "schema", name],
                             stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE)
        SCHEMAS[name] = None if got.returncode else json.loads(got.stdout)
    return SCHEMAS[name]


def validate(program, files):
    """Whether one of the files is not what its schema says."""
    bad = False
    for file in files:
        with open(file) as f:
            x = json.load(f)
        name = x.get("schema", x.get("$schema"))
        s = schema(program, name)
        if s is None:
            return True
        for e in errors(s, x):
            print(f"{file}: {name}: {e}")
            bad = True
    return bad


if __name__ == "__main__":
    sys.exit(validate(sys.argv[1], sys.argv[2:]))
