#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command once, under a program that watches it.

under.py NAS HOOKS [-k NAME]... [-x NAME]... [-t THREADS] [-o] -- COMMAND...

Runs the cases of memory.py by "COMMAND... ARGUMENTS", in their folder of small
inputs: status and output must be those of NAS, and COMMAND must say nothing on
standard error that NAS does not. NAS makes the inputs; HOOKS is hooks.c, built.
-k takes the cases that hold NAME, -x leaves them out; -t puts another number of
threads for the one that the cases ask for; -o leaves the output as it is (what
valgrind says of the processor decides how OpenBLAS rounds).
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from memory import CASES, plain, prepare, quick_cc

LIMIT_S = 1800


def run(command, line, folder):
    try:
        return subprocess.run([*command, *line], cwd=folder, timeout=LIMIT_S,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
    except subprocess.TimeoutExpired as late:
        return subprocess.CompletedProcess(
            late.cmd, None, late.stdout or b"", late.stderr or b"")


def said(done):
    """Lines on standard error that are not of nas itself."""
    return [line for line in done.stderr.decode(errors="replace").splitlines()
            if line.strip() and not line.startswith("nas: ")]


def check(name, line, options, made, top):
    """What differs from the plain run, or None."""
    words = line.split()
    if options.t and "-j" in words:
        words[words.index("-j") + 1] = options.t
    ends = []
    for i, command in enumerate(([options.nas], options.command)):
        folder = top / name / str(i) / "work"  # the same length for both
        shutil.copytree(made, folder)
        ends.append(run(command, words, folder))
    wanted, done = ends
    shutil.rmtree(top / name)
    if wanted.returncode not in (0, 3):
        return f"cannot be run: {wanted.stderr.decode()}"
    if done.returncode != wanted.returncode:
        return "\n".join([f"status {done.returncode}", *said(done)])
    if set(said(done)) - set(said(wanted)):
        return "\n".join(["says more", *said(done)])
    if not options.o and plain(name, done.stdout) != plain(name, wanted.stdout):
        return "other output"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("nas", type=os.path.abspath)
    parser.add_argument("hooks", type=os.path.abspath)
    parser.add_argument("-k", action="append", help="cases that hold this")
    parser.add_argument("-x", action="append", help="not those", default=[])
    parser.add_argument("-t", help="threads instead of 1")
    parser.add_argument("-o", action="store_true", help="output may differ")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    options.command = [os.path.abspath(x) if os.path.isfile(x) else x
                       for x in options.command]
    cases = [c for c in CASES if not any(x in c[0] for x in options.x) and
             (not options.k or any(k in c[0] for k in options.k))]
    bad = 0
    with tempfile.TemporaryDirectory() as top:
        top = pathlib.Path(top).resolve()
        made = top / "made"
        made.mkdir()
        quick_cc(top)
        prepare(options.nas, options.hooks, made)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            ends = [(name, pool.submit(check, name, line, options, made, top))
                    for name, line in cases]
            for name, end in ends:
                what = end.result()
                print(f"{'not ok' if what else 'ok'} {name}", flush=True)
                if what:
                    print("# " + what.replace("\n", "\n# "), flush=True)
                    bad += 1
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
