#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command with memory that fails: one allocation after the other.

memory.py NAS LIBRARY [-k NAME]... [--places] [--rerun] [--verdicts FILE]

Runs each case once to count its allocations and note from where each was asked
for, then once more in a process that forks at every one of them: in one child
it fails, in another it and all later ones do (--places: the first of every place
in the code, by itself, in two cases that reach it). A child must end with the whole correct output and its own
status, or with status 1 and "out of memory" on standard error; no signal,
inputs unchanged, no half of a file. Where a child might not do what the process
would (threads, pipes), and always by --rerun, the whole command runs again
instead. --verdicts: a line for each. LIBRARY is fail_alloc.c, built. Every
command that nas lists has a case.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

from forks import Forks, LIMIT_S

HERE = pathlib.Path(__file__).resolve().parent
SPACE = {
    "space": {
        "input": {"height": 24, "channels": 3},
        "stages": [
            {"type": "conv", "width": 8, "kernel": 3, "stride": 2,
             "bits_a": 8, "bits_w": 8},
            {"type": "mbconv", "width": [8, 16, 24], "kernel": [3, 5],
             "expansion": [2, 3], "depth": [1, 2], "stride": 2,
             "bits_a": [4, 8], "bits_w": [4, 8]}],
        "head": {"classes": 7, "bits_a": 8, "bits_w": 8}},
    "budgets": {"sram_bytes": 6000, "flash_bytes": 4000},
    "search": {"islands": 2, "population": 8, "max_evals": 500,
               "epoch_evals": 50, "keep": 2},
    "qbr": {"in_search": False, "at_end": True}}
# Without a classifier: the networks that the library carries, 54,000
# allocations of JSON to read, are not compared with it. One case reads them.
FEATURES = {**SPACE, "space": {k: v for k, v in SPACE["space"].items()
                               if k != "head"}}
NET = {"schema": "nas/architecture/1", "name": "small",
       "input": {"height": 16, "width": 16, "channels": 3},
       "blocks": [
           {"type": "conv", "in": 3, "out": 8, "kernel": 3, "stride": 2,
            "bits_a": [8], "bits_w": [8]},
           {"type": "mbconv", "in": 8, "out": 8, "hidden": 16, "kernel": 3,
            "stride": 1, "depth": 1, "bits_a": [4] * 3, "bits_w": [4] * 3}],
       "head": {"type": "classifier", "classes": 7, "bits_a": 8,
                "bits_w": 8}}
PROBLEM = {"name": "p", "layers": [
    {"name": f"l{i}", "choices": [
        {"bits_w": b, "bits_a": 8, "loss": (i + 1) / b,
         "cost": {"size": b * (i + 2)}} for b in (2, 4, 8)]}
    for i in range(4)], "ties": [[0, 1]], "budgets": {"size": 60}}

# name, arguments, what it may write; data is made by prepare
CASES = [
    ("search", "search features.json -j 1"),
    ("search-o", "search space.json -j 1 -o out --checkpoint 1e-9"),
    ("search-json", "search features.json -j 1 --format json --no-certify"),
    ("search-force", "search features.json -j 1 -o run --force"),
    ("search-resume", "search features.json -j 1 -o cut --resume"),
    ("search-none", "search features.json -j 1 -o out "
     "--set budgets.flash_bytes=100"),
    ("sweep", "sweep features.json --grid search.seed=1..2 -j 1 -o out"),
    ("sweep-dry", "sweep space.json --grid search.seed=1..2 --dry-run"),
    ("sweep-merge", "sweep --merge jobs"),
    ("check", "check space.json"),
    ("check-json", "check space.json --format json"),
    ("check-contains", "check space.json --contains net.json"),
    ("score", "score net.json"),
    ("score-json", "score net.json --format json"),
    ("score-sampled", "score net.json --monte-carlo 2 --zen 2 -j 1"),
    ("certify", "certify space.json -j 1"),
    ("certify-arch", "certify space.json --arch run/best/002/"
     "architecture.json -j 1 --format json"),
    ("certify-sweep", "certify space.json -j 1 --sweep "
     "flash_bytes=3000:4000:2 -o out.csv"),
    ("refine", "refine run/best/001/architecture.json --config space.json "
     "-o out.json"),
    ("refine-json", "refine run/best/001/architecture.json --config "
     "space.json --format json"),
    ("export-onnx", "export net.json --to onnx -o out.onnx"),
    ("export-qonnx", "export net.json --to qonnx -o out.onnx"),
    ("export-pytorch", "export net.json --to pytorch"),
    ("export-csv", "export net.json --to csv"),
    ("export-dot", "export net.json --to dot"),
    ("export-json", "export net.onnx --to json"),
    ("export-c", "export net.json --to c -o out"),
    ("verify", "verify net.json --expect -n 1"),
    ("export-force", "export net.json --to csv -o old.csv --force"),
    ("export-model", "export net.onnx --to onnx --bits-w 4 --bits-a 8 "
     "--data x-idx3-ubyte -o out.onnx -j 1"),
    ("export-model-csv", "export net.onnx --to csv --bits-w 4"),
    ("report", "report run --force"),
    ("report-two", "report run cut -o out.html --format json"),
    ("compare", "compare features.json features.json -n 20 -j 1 -o out"),
    ("compare-json", "compare space.json space.json -n 20 -j 1 --no-search "
     "--format json"),
    ("calibrate", "calibrate bits.json --sigmas 2,5 --bootstrap 10 -o out "
     "-j 1"),
    ("calibrate-json", "calibrate bits.json --sigmas 2,5 --bootstrap 10 "
     "--format json -j 1"),
    ("correlate", "correlate nets.json --bootstrap 10 -o out -j 1"),
    ("correlate-sampled", "correlate nets.json --sampled --bootstrap 10 "
     "--format json -j 1"),
    ("latency-fit", "latency fit nets.json -o out"),
    ("latency-show", "latency show stm32h747-cubeai"),
    ("fit", "fit nets.json --bootstrap 10 -o out -j 1"),
    ("fit-json", "fit nets.json --config space.json --bootstrap 10 "
     "--format json -j 1"),
    ("sample", "sample space.json -n 2 --spread -o out -j 1"),
    ("sample-json", "sample space.json -n 2 -o out --format json -j 1"),
    ("verify-host", "verify net.json --target host --images 1 -j 1"),
    ("sensitivity", "sensitivity net.onnx --metric size -o out -j 1"),
    ("sensitivity-te", "sensitivity net.onnx --metric te --data x-idx3-ubyte "
     "-j 1"),
    ("sensitivity-msqe", "sensitivity net.onnx --metric msqe --data "
     "x-idx3-ubyte -j 1"),
    ("sensitivity-arp", "sensitivity pooled.onnx --metric arp --data "
     "x-idx3-ubyte -j 1 --bits-w 4"),
    ("sensitivity-orm", "sensitivity net.onnx --metric orm --data "
     "x-idx3-ubyte -j 1"),
    ("sensitivity-output", "sensitivity net.onnx --metric output --data "
     "x-idx3-ubyte -j 1 --bits-w 4,8 --format json"),
    ("allocate", "allocate --problem problem.json"),
    ("allocate-json", "allocate --problem problem.json --format json"),
    ("allocate-sweep", "allocate --problem problem.json --sweep size=30:60:3 "
     "-o out.csv"),
    ("allocate-model", "allocate net.onnx --metric msqe --budget bits=5 "
     "--bits-w 4,8 -j 1"),
    ("reproduce", "reproduce --list"),
    ("sigma", "sigma --sigmas 4,5"),
    ("pareto", "pareto space.json --over flash_bytes -n 2 -j 1"),
    ("pareto-o", "pareto space.json --over flash_bytes -n 2 -j 1 -o out"),
    ("allocate-sram", "allocate net.onnx --metric msqe --budget sram=2000 "
     "--bits-w 4,8 --bits-a 4,8 --data x-idx3-ubyte -j 1"),
    ("evaluate", "evaluate net.onnx --data x-idx3-ubyte --labels y.txt -j 1"),
    ("evaluate-json", "evaluate net.onnx --data x.npy --labels y.txt "
     "--bits-w 4 --bits-a 8 -j 1 --format json --outputs out.npy "
     "--write out.onnx"),
    ("evaluate-folder", "evaluate net.onnx --data images -j 1 --policy "
     "policy.json"),
    ("bench", "bench space.json --runs 1 -j 1"),
    ("boards", "boards"),
    ("boards-json", "boards --format json"),
    ("options", "options search"),
    ("options-json", "options search --format json"),
    ("schema", "schema"),
    ("schema-config", "schema config"),
    ("help", "help search"),
    ("version", "version"),
    ("version-json", "version --format json"),
]
# Of which --places takes every sixteenth: a child goes on to the end of a run that
# takes long.
SLOW = ("bench", "verify-host")
CASES_A_PLACE = 2  # of --places: a place that so many cases have tried is left out
PLACES = collections.Counter()


def preload(library, **env):
    """The environment in which nas runs with a library of tests/tools."""
    return {**os.environ, "LD_PRELOAD": os.path.basename(library),
            # whose name, unlike LD_PRELOAD's, may hold spaces
            "LD_LIBRARY_PATH": os.path.dirname(library), **env}


def prepare(nas, hooks, folder):
    """The small inputs of all cases; hooks is hooks.c, built."""
    def dump(name, what):
        (folder / name).write_text(json.dumps(what))

    def run(line):
        subprocess.run([nas, *line.split()], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    subprocess.run([HERE / "small_net.py", folder, "16", "16", "1", "8"],
                   check=True)
    dump("space.json", SPACE)
    dump("features.json", FEATURES)
    dump("net.json", NET)
    dump("problem.json", PROBLEM)
    nets = []
    for i in range(5):
        net = json.loads(json.dumps(NET))
        net["name"] = f"n{i}"
        net["blocks"][1]["out"] = 8 * (i + 1)
        net["accuracy"] = 50 + (7 * i) % 5
        net["latency_ms"] = 2 + i + (3 * i) % 4
        nets.append(net)
    dump("nets.json", nets)
    grid = []
    for a, w in ((3, 2), (3, 4), (4, 2), (4, 4)):
        net = json.loads(json.dumps(NET))
        net["accuracy"] = 40 + 3 * a + w
        for block in net["blocks"]:
            convs = len(block["bits_a"])
            block["bits_a"], block["bits_w"] = [a] * convs, [w] * convs
        grid.append(net)
    dump("bits.json", grid)
    (folder / "y.txt").write_text("".join(f"{i % 7}\n" for i in range(8)))
    (folder / "old.csv").write_text("old\n")
    dump("policy.json", {"bits_w": [8, 4, 4, 4, 8], "bits_a": [8] * 5})
    images(folder)
    run("export net.json --to onnx -o net.onnx")
    run("export arch.json --to onnx -o pooled.onnx")
    run("search space.json -j 1 -o run --seed 7")
    cut = subprocess.run(
        [nas, *("search features.json -j 1 -o cut --no-certify "
                "--checkpoint 1e-9").split()], cwd=folder,
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        env=preload(hooks, NAS_TEST_AT="checkpoint:2", NAS_TEST_DO="INT"))
    if cut.returncode != 75:
        raise SystemExit(f"a run to be resumed: status {cut.returncode}")
    run("sweep features.json --grid search.seed=1..2 -j 1 -o jobs")


def images(folder):
    """x.npy, and a folder of classes with a PNG and a PPM."""
    pixels = (folder / "x-idx3-ubyte").read_bytes()[20:]
    head = "{'descr': '|u1', 'fortran_order': False, 'shape': (8, 3, 16, 16)}"
    head += " " * (117 - len(head)) + "\n"
    (folder / "x.npy").write_bytes(b"\x93NUMPY\1\0" + struct.pack(
        "<H", len(head)) + head.encode() + pixels)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + pixels[48 * y:48 * y + 48] for y in range(16))
    png = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(
        ">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)) +
        chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    for label, name, data in (("a", "1.png", png),
                              ("b", "2.ppm", b"P6 16 16 255\n" + pixels[:768])):
        (folder / "images" / label).mkdir(parents=True)
        (folder / "images" / label / name).write_bytes(data)


def quick_cc(folder):
    """A cc that does not optimise: nas verify takes most of its time there."""
    (folder / "cc").write_text(
        f'#!/bin/sh\nPATH="{os.environ["PATH"]}" '  # a compiler cache looks there
        f'exec "{shutil.which("cc")}" "$@" -O0 -g0\n')
    (folder / "cc").chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes()
            for p in sorted(folder.rglob("*")) if p.is_file()}


def plain(case, data):
    """Without what the clock decides."""
    if case.startswith("bench"):
        return re.sub(rb"[0-9.e+-]+", b"#", data)
    return re.sub(rb'(\ntime +|"seconds": |found in )[0-9.e-]+', rb"\1#", data)


def is_whole(path, data):
    """For files that the clock changes, or that a search writes twice, before
    its certificate and after it."""
    name = path.rsplit("/", 1)[-1]
    try:
        if name in ("meta.json", "result.json"):
            json.loads(data)
        elif name in ("log.jsonl", "jobs.jsonl"):
            return all(json.loads(line) for line in data.splitlines())
        elif name == "report.html":
            return data.endswith(b"</html>\n")
        else:
            return name.startswith("checkpoint")
    except ValueError:
        return False
    return True


class Case:
    def __init__(self, options, made, top, number):
        self.name, line = CASES[number]
        self.options, self.made = options, made
        self.here, self.there = top / "here", top / "there"
        self.work = self.here / "work"
        self.line = line.split()
        self.faults = []

    def copy_inputs(self):
        """What the command line names, and no more: copies are slow."""
        shutil.rmtree(self.here, ignore_errors=True)
        self.work.mkdir(parents=True)
        (self.here / "tmp").mkdir()
        for top in {word.split("/")[0] for word in self.line}:
            if (self.made / top).is_dir():
                shutil.copytree(self.made / top, self.work / top)
            elif (self.made / top).is_file():
                shutil.copy(self.made / top, self.work / top)
        self.before = contents(self.work)

    def restore(self, files):
        for path in files.keys() - self.before.keys():
            (self.work / path).unlink()
        for path, data in self.before.items():
            if files.get(path) != data:
                (self.work / path).parent.mkdir(parents=True, exist_ok=True)
                (self.work / path).write_bytes(data)
        for path in sorted(self.work.rglob("*"), reverse=True):
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()

    def env(self, **env):
        """Temporary files have short names, and the same for all runs."""
        return preload(self.options.library, TMPDIR="../tmp",
                       OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", **env)

    def run(self, **env):
        return subprocess.run(
            [self.options.nas, *self.line], cwd=self.work,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=LIMIT_S, env=self.env(**env))

    def first(self):
        """A run without failures: what it gives, and the library's lines."""
        self.copy_inputs()
        sites = self.here.parent / "sites"
        done = self.run(FAIL_SITES=str(sites))
        if done.returncode not in (0, 3):
            raise SystemExit(f"{self.name}: {done.stderr.decode()}")
        self.status, self.out = done.returncode, done.stdout
        self.files = contents(self.work)
        self.restore(self.files)
        return sites.read_text().splitlines()

    def picks(self):
        """Numbers of allocations: all, or the first of each place."""
        place = {}
        lines = self.first()
        self.total = len(lines)
        for n, text in enumerate(lines, 1):
            place.setdefault(text.split()[1], n)
        if self.options.places:
            new = [p for p in place if PLACES[p] < CASES_A_PLACE]
            new = sorted(new, key=place.get)[::16 if self.name in SLOW else 1]
            PLACES.update(new)
            return [place[p] for p in new]
        return range(1, self.total + 1)

    def judge(self, n, more, done, files):
        what = self.fault_of(done, files)
        if what:
            self.faults.append((n, what))
            said = done.stderr.decode(errors="replace").strip()
            print(f"# {self.name}: allocation {n}{' and all later' * more}: "
                  f"{what}: {said[said.rfind(chr(10)) + 1:]}", flush=True)
        if self.options.verdicts:
            self.options.verdicts.write(
                f"{self.name} {n} {int(more)} {done.returncode} {what}\n")

    def fault_of(self, done, files):
        said = done.stderr.decode(errors="replace")
        if done.returncode < 0 or done.returncode > 128:
            return f"ended by signal {done.returncode}"
        for path, data in self.before.items():
            gone = path not in files and (
                {"--force", "--resume"} & set(self.line))
            if files.get(path) != data and self.files.get(path) == data \
                    and not gone:
                return f"'{path}' has changed"
        if done.returncode == self.status:
            if self.status and "out of memory" in said:
                return None  # an answer that is a failure, and cut
            if plain(self.name, done.stdout) != plain(self.name, self.out):
                return "status 0, but other output"
            if set(files) != set(self.files):
                return ("status 0, but other files: " + " ".join(
                    sorted(set(files) ^ set(self.files))))
        elif done.returncode != 1:
            return f"status {done.returncode}"
        elif "out of memory" not in said:
            return "does not say 'out of memory'"
        for path, data in files.items():
            if ".tmp." in path:
                return f"leaves '{path}'"
            if data not in (self.files.get(path), self.before.get(path)) \
                    and not is_whole(path, data):
                return f"'{path}' is neither old nor complete"
        return None

    def rerun(self, n, more):
        """The whole command again, for one allocation."""
        done = self.run(FAIL_AT=str(n), **({"FAIL_MORE": "1"} if more else {}))
        files = contents(self.work)
        self.restore(files)
        self.reruns += 1
        return done, files

    def check(self):
        picks = self.picks()
        forks = None if self.options.rerun else Forks(self)
        self.reruns, left = 0, []
        for n in picks:
            for more in (False,) if self.options.places else (False, True):
                done = forks.fail(n, more) if forks else None
                if done:
                    self.judge(n, more, *done)
                else:
                    left.append((n, more))
        if forks:
            done, files = forks.end()
            if done.returncode != self.status or plain(
                    self.name, done.stdout) != plain(self.name, self.out):
                self.faults.append((0, "the run that forks gives another end"))
                print(f"# {self.name}: {self.faults[-1][1]}", flush=True)
            self.restore(files)
        for n, more in left:
            self.judge(n, more, *self.rerun(n, more))
        word = "not ok" if self.faults else "ok"
        print(f"{word} {self.name}: {len(picks)} of {self.total} allocations "
              f"fail{', by other runs: %d' % self.reruns * bool(self.reruns)}",
              flush=True)


def listed(nas):
    text = subprocess.run([nas], stdout=subprocess.PIPE, check=True).stdout
    block = text.decode().split("commands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in block.split("\n")]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("nas")
    parser.add_argument("library")
    parser.add_argument("-k", action="append", help="cases that hold this")
    parser.add_argument("--places", action="store_true")
    parser.add_argument("--rerun", action="store_true")
    parser.add_argument("--verdicts", type=argparse.FileType("w"))
    options = parser.parse_args()
    options.nas = os.path.abspath(options.nas)
    options.library = os.path.abspath(options.library)
    bad = 0
    tried = {line.split()[0] for _, line in CASES}
    for command in listed(options.nas):
        if command not in tried:
            print(f"not ok no case for 'nas {command}'")
            bad += 1
    with tempfile.TemporaryDirectory() as top:
        top = pathlib.Path(top).resolve()
        made = top / "made"
        made.mkdir()
        quick_cc(top)
        prepare(options.nas, os.path.join(os.path.dirname(options.library),
                                          "hooks.so"), made)
        for number, (name, _) in enumerate(CASES):
            if options.k and not any(k in name for k in options.k):
                continue
            case = Case(options, made, top, number)
            case.check()
            bad += bool(case.faults)
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
