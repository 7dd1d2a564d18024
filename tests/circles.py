# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that need each other, rows of no table: tests/circles.py BUILD

Reads the symbols of the object files (nm) and prints each circle of more than
two files, and each constant that no other file names: a row whose table forgot
it. Exit status 1 when there is one that is not in ALLOWED or PUBLIC.
"""
import os
import subprocess
import sys
from collections import defaultdict

PUBLIC = {"arch_native_form", "arch_record_form", "file_kinds"}  # for tests
ALLOWED = [{"nas/form/form_range", "nas/form/form_read", "nas/form/form_schema",
            "nas/form/form_write"}]  # a grammar calls itself


def is_left_over(path, folder):
    """An object of a source that is there no more."""
    file = os.path.relpath(path, folder)[:-2]
    return os.sep in file and not (os.path.exists(file + ".c") or
                                   os.path.exists(file))


def read_symbols(folder):
    """({file: symbols it lacks}, {symbol: file}, {constant: file})"""
    lacks, owner, constants = defaultdict(set), {}, {}
    objects = [os.path.join(path, name) for path, _, names in os.walk(folder)
               for name in names if name.endswith(".o")]
    objects = [o for o in objects if not is_left_over(o, folder)]
    lines = subprocess.run(["nm", "-gA", *objects], check=True, text=True,
                           capture_output=True).stdout.splitlines()
    for line in lines:
        path, fields = line.rsplit(":", 1)
        file, fields = os.path.relpath(path, folder)[:-2], fields.split()
        if fields[-2] == "U":
            lacks[file].add(fields[-1])
        else:
            owner[fields[-1]] = file
            if fields[-2] in "DR" and not file.endswith(".pb-c"):
                constants[fields[-1]] = file
    return lacks, owner, constants


def circles(needs):
    """Strongly connected components of two and more (Tarjan)."""
    number, low, stack, found = {}, {}, [], []

    def visit(v):
        number[v] = low[v] = len(number)
        stack.append(v)
        for w in sorted(needs.get(v, ())):
            if w not in number:
                visit(w)
                low[v] = min(low[v], low[w])
            elif w in stack:
                low[v] = min(low[v], number[w])
        if low[v] == number[v]:
            at = stack.index(v)
            if len(stack) - at > 1:
                found.append(set(stack[at:]))
            del stack[at:]

    for v in sorted(needs):
        if v not in number:
            visit(v)
    return found


def main():
    lacks, owner, constants = read_symbols(sys.argv[1])
    needs = {file: {owner[s] for s in symbols if s in owner} - {file}
             for file, symbols in lacks.items()}
    bad = 0
    named = set().union(*lacks.values())
    for name in sorted(set(constants) - named - PUBLIC):
        bad = 1
        print(constants[name], "has", name, "that no other file names")
    for circle in circles(needs):
        if len(circle) <= 2 or circle in ALLOWED:
            continue
        bad = 1
        for a in sorted(circle):
            for b in sorted(needs[a] & circle):
                print(a, "needs", b)
    sys.exit(bad or not owner)


if __name__ == "__main__":
    sys.setrecursionlimit(100000)
    main()
