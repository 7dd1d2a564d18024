#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants random faults in a copy of the sources and sees which test finds them.

plant_faults.py --work DIR --csv FILE [--faults 200] [--seed 1] [--minutes M]
                [--guess]
plant_faults.py --work DIR --csv FILE --again OLD.csv

A fault is one small change of one line: tests/tools/faults.py. One that does
not compile, or whose object file is the same, is drawn again. The library is
linked as a shared object, so a fault costs one compiler run, one link and the
tests that run its line, the quickest first, until one is red. Which tests run
a line is measured once, by gcov; with --guess a script that was not measured
yet is taken to run every line, which costs less for a few faults. A test that takes four times as long as it
should, in time of the processor, has found the fault as well.

The CSV is appended to, so a run that was stopped goes on where it was. --again
takes the faults that survived in another CSV, finds their lines in today's
sources, and tries them on today's tests.

Not run: tests of the sources' form, of times and speeds, of README.md, and those
that run make, which would build the copy anew.
"""
import argparse
import csv
import glob
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import faults

AREAS = ["evolve/*.c", "evolve/*/*.c", "scoring/*.c", "scoring/*/*.c",
         "qbr/*.c", "spaces/cost*.c"]
NOT_RUN = ["tests/meta.sh", "tests/style.sh", "tests/includes.sh",
           "tests/circles.sh", "tests/cli/test_install.sh",
           "tests/cli/test_library.sh", "tests/cli/test_deps.sh",
           "tests/cli/test_readme.sh", "tests/cli/test_bench.sh",
           "tests/cli/test_signals.sh", "tests/mpi/test_resume.sh"]
FIELDS = ["number", "file", "line", "operator", "before", "after", "verdict",
          "by", "seconds"]
FLAGS = ["CFLAGS=-fPIC -g0", "WERROR="]
COVERAGE = ["BUILD=build/coverage", "OPTIMISE=-O1", "WERROR=",
            "CFLAGS=-g0 --coverage", "LDFLAGS=--coverage"]
BUILD = "build/release"


def sh(command, cwd, **more):
    return subprocess.run(command, cwd=cwd, check=True, text=True,
                          stdout=subprocess.PIPE, **more).stdout


class Tree:
    """The copy, its build, and what its tests run."""

    def __init__(self, work):
        self.root = os.path.join(os.path.abspath(work), "tree")
        self.map_file = os.path.join(os.path.abspath(work), "map.json")

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def copy(self):
        """Take over what changed; returns whether a source did."""
        here = sh(["git", "ls-files", "-co", "--exclude-standard"],
                  ".").split("\n")
        changed = False
        for name in filter(os.path.isfile, here):
            to = self.path(name)
            text = open(name, "rb").read()
            if os.path.exists(to) and open(to, "rb").read() == text:
                continue
            os.makedirs(os.path.dirname(to), exist_ok=True)
            shutil.copy(name, to)
            changed = changed or not name.startswith("tests/")
        for area in ("nas", "spaces", "scoring", "evolve", "qbr", "tests"):
            for old in glob.glob(self.path(area, "**", "*.[ch]"),
                                 recursive=True):
                if not os.path.exists(os.path.relpath(old, self.root)):
                    os.remove(old)
        return changed

    def make(self, *what):
        return sh(["make", "-s", *what], self.root, stderr=subprocess.STDOUT)

    def said(self, changed, target):
        """What make would do if a file had changed."""
        return sh(["make", "-n", "V=1", *FLAGS, "-W", changed, target],
                  self.root).split("\n")

    def build(self):
        """libnas.a becomes a linker script that names the shared object, with
        its own time, so that make builds no other libnas.so.1 of it."""
        archive = self.path(BUILD, "libnas.a")
        said = self.said("qbr/qbr.c", f"{BUILD}/libnas.a")
        self.compiler = next(s for s in said if s.endswith("qbr/qbr.c"))
        members = next(s for s in said if s.startswith("ar ")).split()
        self.objects = [m for m in members if m.endswith(".o")]
        self.make(*FLAGS, *self.objects)
        said = self.said("nas/cli/main.c", f"{BUILD}/nas")
        program = next(s for s in said if f" -o {BUILD}/nas " in s)
        self.libs = [w for w in program.split() if w.startswith(("-l", "-L"))]
        self.link(self.objects)
        newest = max(os.path.getmtime(self.path(o)) for o in self.objects)
        if not os.path.exists(archive) or os.path.getmtime(archive) < newest:
            self.make(*FLAGS, f"{BUILD}/libnas.a", "so")
            made = os.stat(archive)
            with open(archive, "w") as f:
                f.write(f"INPUT({self.path(BUILD, 'libnas.so')})\n")
            os.utime(archive, ns=(made.st_atime_ns, made.st_mtime_ns))
        self.make(*FLAGS, "test-build")

    def link(self, objects):
        sh(["gcc", "-shared", "-fopenmp", "-o", f"{BUILD}/libnas.so", *objects,
            *self.libs], self.root)

    def compile(self, source, to):
        """Whether it compiles."""
        command = self.compiler.replace("qbr/qbr.c", source)
        words = [w for w in command.split() if w not in ("-MMD", "-MP")]
        words[words.index("-o") + 1] = to
        command = " ".join(words)
        return subprocess.run(command, cwd=self.root, shell=True,
                              stderr=subprocess.DEVNULL).returncode == 0

    def tests(self):
        found = [t for pattern in ("tests/*/test_*.c", "tests/*.sh",
                                   "tests/*/test_*.sh")
                 for t in glob.glob(pattern, root_dir=self.root)]
        return sorted(t for t in found if t not in NOT_RUN)

    def measure(self, fresh, guess):
        """Which lines of the areas each test runs, and how long it takes."""
        known = {}
        if os.path.exists(self.map_file) and not fresh:
            known = json.load(open(self.map_file))
        missing = [t for t in self.tests() if t not in known or
                   known[t]["text"] != open(self.path(t)).read()]
        for test in [t for t in missing if guess and t.endswith(".sh")]:
            known[test] = {"text": None, "seconds": 5, "lines": None}
            missing.remove(test)
        if missing:
            self.make(*COVERAGE, "test-build")
        for test in missing:
            for old in glob.glob(self.path("build/coverage/**/*.gcda"),
                                 recursive=True):
                os.remove(old)
            for _ in range(2):  # one may be red by the load of the machine
                red, seconds = self.run(test, "build/coverage", 600)
                if not red:
                    break
            if red:
                print(f"{test} is red without a fault: {red}", flush=True)
                known[test] = {"text": open(self.path(test)).read(),
                               "seconds": seconds, "lines": {}}
                continue
            known[test] = {"text": open(self.path(test)).read(),
                           "seconds": seconds, "lines": self.covered()}
            print(f"measured {test}: {seconds:.2f} s", flush=True)
            json.dump(known, open(self.map_file, "w"))
        self.code = self.covered(".gcno", 0)
        self.map = {t: known[t] for t in self.tests() if t in known}

    def covered(self, suffix=".gcda", least=1):
        """Lines run so often; of .gcno files, with 0: all that could be."""
        found = glob.glob(self.path(f"build/coverage/obj/**/*{suffix}"),
                          recursive=True)
        data = [d for d in found if "/nas/" not in d.split("/obj")[1]]
        lines = {}
        if not data:
            return lines
        for text in sh(["gcov", "--json-format", "--stdout", *data], self.root,
                       stderr=subprocess.DEVNULL).split("\n"):
            for f in json.loads(text)["files"] if text.strip() else []:
                hit = [x["line_number"] for x in f["lines"]
                       if x["count"] >= least]
                if f["file"].endswith(".c") and hit:
                    lines[f["file"]] = sorted(hit)
        return lines

    def run(self, test, build=BUILD, limit_s=30.0):
        """What the test found, None if it is green, and its CPU seconds."""
        env = dict(os.environ, BUILD=build, NAS=f"{build}/nas", CC="gcc",
                   CMOCKA_MESSAGE_OUTPUT="TAP", SANITIZE="", LIBS="")
        program = test if test.endswith(".sh") else f"{build}/{test[:-2]}"
        limit = int(limit_s) + 1
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        process = subprocess.Popen(
            ["bash", program] if test.endswith(".sh") else ["./" + program],
            cwd=self.root, env=env, text=True, errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_CPU, (limit, limit)))
        signal.alarm(20 * limit)  # of the wall's time: others may run as well
        found = None
        try:
            for line in process.stdout:
                if line.startswith("not ok") and "skip" not in line.lower():
                    found = line.strip()
                    break
            else:
                status = process.wait()
                if status:
                    found = f"exit status {status}"
        except TimeoutError:
            found = "time"
        signal.alarm(0)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.stdout.close()
        process.wait()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return found, (after.ru_utime + after.ru_stime - before.ru_utime -
                       before.ru_stime)

    def is_green(self, test):
        """Without the fault; scripts may be red by the load of the machine."""
        if not test.endswith(".sh"):
            return True
        self.link(self.objects)
        red, _ = self.run(test, BUILD, 10 + 10 * self.map[test]["seconds"])
        self.link(self.faulty)
        return not red

    def tests_of(self, source, line):
        """Tests that run the line, the likely and quick ones first."""
        def runs(test):
            if self.map[test]["lines"] is None:
                return True
            hit = self.map[test]["lines"].get(source, [])
            if line is None:  # data; a table has no lines that run
                return hit or not self.code.get(source)
            return line in hit

        def order(test):
            near = os.path.dirname(test).split("/")[-1] in source
            seconds = self.map[test]["seconds"]
            return (not near and seconds > 1, seconds * (1 if near else 2))

        return sorted(filter(runs, self.map), key=order)

    def line_of(self, source, line):
        """The nearest line of the function that has code; None for data,
        which the whole file may read."""
        text = open(self.path(source)).read().split("\n")
        first = last = line
        while first > 1 and text[first - 1][:1] not in ("{", "}"):
            first -= 1
        while last < len(text) and text[last - 1][:1] not in ("{", "}"):
            last += 1
        if text[first - 1][:1] != "{":
            return None
        code = [n for n in self.code.get(source, []) if first <= n <= last]
        return min(code, key=lambda n: (abs(n - line), n), default=None)


def try_fault(tree, fault):
    """Adds verdict, by and seconds; False if it is no fault."""
    source = fault["file"]
    text = open(tree.path(source)).read()
    lines = text.split("\n")
    at = int(fault["line"]) - 1
    lines[at] = fault["after"]
    obj = f"{BUILD}/obj/{source[:-2]}.o"
    try:
        with open(tree.path(source), "w") as f:
            f.write("\n".join(lines))
        compiled = tree.compile(source, f"{BUILD}/fault.o")
    finally:
        with open(tree.path(source), "w") as f:
            f.write(text)
    if not compiled or (open(tree.path(BUILD, "fault.o"), "rb").read() ==
                        open(tree.path(obj), "rb").read()):
        return False
    tree.faulty = [f"{BUILD}/fault.o" if o == obj else o for o in tree.objects]
    tree.link(tree.faulty)
    fault.update(verdict="survived", by="", seconds=0.0)
    tests = tree.tests_of(source, tree.line_of(source, at + 1))
    if not tests:
        fault["by"] = "no test runs the line"
    for test in tests:
        red, seconds = tree.run(test, BUILD,
                                4 + 4 * tree.map[test]["seconds"])
        fault["seconds"] += seconds
        if red and tree.is_green(test):
            fault.update(verdict="caught", by=f"{test}: {red}")
            break
    fault["seconds"] = f"{fault['seconds']:.1f}"
    return True


def drawn(tree, seed):
    """Faults without end, the same for the same sources and seed."""
    sites = []
    for area in AREAS:
        for source in sorted(glob.glob(area, root_dir=tree.root)):
            sites += faults.sites(source, open(tree.path(source)).read())
    rng = random.Random(seed)
    while True:
        source, line, before, choices = rng.choice(sites)
        operator, after = rng.choice(choices)
        yield {"file": source, "line": line, "operator": operator,
               "before": before, "after": after}


def survivors(tree, path):
    """Those of another table, at their lines of today."""
    for row in csv.DictReader(open(path, newline="")):
        if row["verdict"] != "survived":
            continue
        try:
            text = open(tree.path(row["file"])).read().split("\n")
        except FileNotFoundError:
            text = []
        at = [n + 1 for n, s in enumerate(text) if s == row["before"]]
        if not at:
            print(f"{row['file']}:{row['line']}: the line is gone")
            continue
        row["line"] = min(at, key=lambda n: abs(n - int(row["line"])))
        yield row


def timeout(number, frame):
    raise TimeoutError


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--work", required=True)
    p.add_argument("--csv", required=True)
    p.add_argument("--faults", type=int, default=200)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--minutes", type=float, default=1e9)
    p.add_argument("--again")
    p.add_argument("--guess", action="store_true")
    o = p.parse_args()
    signal.signal(signal.SIGALRM, timeout)
    tree = Tree(o.work)
    done = (list(csv.DictReader(open(o.csv, newline="")))
            if os.path.exists(o.csv) else [])
    fresh = tree.copy()
    tree.build()
    tree.measure(fresh, o.guess)
    end = time.time() + 60 * o.minutes
    seen = {(r["file"], r["before"], r["after"]) for r in done}
    n = len(done)
    with open(o.csv, "a", newline="") as f:
        out = csv.DictWriter(f, FIELDS)
        if not done:
            out.writeheader()
        for fault in (survivors(tree, o.again) if o.again else
                      drawn(tree, o.seed)):
            if time.time() > end or (n >= o.faults and not o.again):
                break
            key = fault["file"], fault["before"], fault["after"]
            if key in seen:
                continue
            seen.add(key)
            if not try_fault(tree, fault):
                continue
            n += 1
            fault.setdefault("number", n)
            out.writerow(fault)
            f.flush()
            print(f"{n} {fault['file']}:{fault['line']} {fault['operator']}: "
                  f"{fault['verdict']} {fault['by'][:70]} "
                  f"{fault['seconds']} s", flush=True)
    tree.link(tree.objects)
    rows = list(csv.DictReader(open(o.csv, newline="")))
    caught = sum(r["verdict"] == "caught" for r in rows)
    print(f"{caught} of {len(rows)} caught")


if __name__ == "__main__":
    main()
