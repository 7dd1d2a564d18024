#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines of the sources the tests have run, and why not the others.

coverage.py BUILD REASONS [LEAST] [--update]

BUILD is a build with --coverage whose tests have been run; gcov reads what they
left. REASONS has, for lines that no test runs,

    // why not
    FILE:FUNCTION:TEXT

with the text of the line, blanks joined, and * for anything in any of the three;
and "? FILE N" for N lines of a file whose reason nobody has looked for yet.
Prints the share of lines, of each folder, and the lines of files that have more
of those than N; --update writes the numbers anew. Status 0 where the share is
LEAST % or more.
"""
import collections
import glob
import json
import os
import re
import subprocess
import sys


def counts(build):
    """{file: {line: (times run, function)}}, of C sources."""
    files = collections.defaultdict(dict)
    notes = glob.glob(f"{build}/obj/**/*.gcno", recursive=True)
    for at in range(0, len(notes), 50):
        done = subprocess.run(
            ["gcov", "--json-format", "--stdout", *notes[at:at + 50]],
            check=True, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        for text in done.stdout.splitlines():
            for f in json.loads(text)["files"] if text.strip() else []:
                name = os.path.relpath(f["file"])
                if not name.endswith((".c", ".h", ".cc")) or \
                        name.startswith(("..", "build", "/")):
                    continue
                for x in f["lines"]:
                    old, _ = files[name].get(x["line_number"], (0, ""))
                    files[name][x["line_number"]] = (
                        old + x["count"], x.get("function_name", ""))
    return files


def pattern(line):
    """Of FILE:FUNCTION:TEXT, with * for anything."""
    return re.compile(".*".join(re.escape(x) for x in line.split("*")), re.S)


def read(path):
    """{line: pattern}, and {file: number} of the lines without a reason."""
    known, left = {}, {}
    with open(path, encoding="utf-8") as lines:
        for line in lines.read().splitlines():
            if line.startswith("? "):
                _, name, n = line.split()
                left[name] = int(n)
            elif line and not line.startswith("//"):
                known[line] = pattern(line)
    return known, left


def update(path, bad):
    with open(path, encoding="utf-8") as lines:
        kept = [x for x in lines if not x.startswith("? ")]
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(kept)
        for name in sorted(bad):
            out.write(f"? {name} {len(bad[name])}\n")


def main():
    words = [x for x in sys.argv[1:] if x != "--update"]
    build, listed = words[:2]
    least = float(words[2]) if len(words) > 2 else 0
    files, (known, left) = counts(build), read(listed)
    used, bad, explained = set(), collections.defaultdict(list), 0
    folder = collections.Counter(), collections.Counter()
    for name in sorted(files):
        with open(name, encoding="utf-8") as source:
            text = source.read().split("\n")
        for number, (times, function) in sorted(files[name].items()):
            top = os.path.dirname(name)
            folder[0][top] += 1
            folder[1][top] += times > 0
            if times:
                continue
            words = " ".join(text[number - 1].split())
            fits = {line for line, p in known.items()
                    if p.fullmatch(f"{name}:{function}:{words}")}
            used |= fits
            explained += bool(fits)
            if not fits:
                bad[name].append(f"{name}:{number}: in {function}: {words}")
    for top in sorted(folder[0]):
        print(f"{100 * folder[1][top] / folder[0][top]:6.2f} %  "
              f"{folder[1][top]:6d} of {folder[0][top]:6d} lines  {top}")
    lines, run = sum(folder[0].values()), sum(folder[1].values())
    print(f"{100 * run / lines:6.2f} %  {run:6d} of {lines:6d} lines; of the "
          f"others {explained} have a reason in {listed}, "
          f"{sum(map(len, bad.values()))} have none yet")
    if "--update" in sys.argv:
        update(listed, bad)
        left = {name: len(x) for name, x in bad.items()}
    more = [x for name, x in sorted(bad.items()) if len(x) > left.get(name, 0)]
    for x in more:
        print("no test runs, and no reason is known:", *x, sep="\n  ")
    for line in sorted(known.keys() - used):
        print(f"# {listed}: tests run it now, or it is gone: {line}")
    return 100 * run < least * lines


if __name__ == "__main__":
    sys.exit(main())
