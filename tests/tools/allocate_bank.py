#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exact allocation on a bank of 300 problems, beside HiGHS and CBC.

tests/tools/allocate_bank.py NAS [--part I/N] [--limit S] [--solvers nas,highs,cbc]
    [--rows FILE] [--keep FOLDER]

Five families of 60 problems, 52 to 500 layers, 9 or 49 choices, 1 to 3 budgets.
Every answer is summed again in exact fractions. Prints qbr/README.md's table.
HiGHS is scipy's, CBC the program `cbc`; who is absent is left out. Both are
asked for a gap of 0 and get the program of tests/interop/milp.py with tied
layers in one set of columns. Seconds are of processor time, so that what else
runs does not count, and so is --limit: of HiGHS alone, of the whole command for
nas and CBC.
--rows appends one row a problem, to go on later.
"""
import argparse
import csv
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from fractions import Fraction

FAMILIES = ["random", "correlated", "equal losses", "ties", "orders"]
LAYERS = [52, 104, 200, 350, 500]
BITS = {9: [2, 4, 8], 49: [2, 3, 4, 5, 6, 7, 8]}
FIELDS = ["problem", "family", "solver", "status", "loss", "seconds"]


def used():
    """Processor seconds of this program and of those it ran."""
    return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, (
        resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def names():
    for family in FAMILIES:
        for layers in LAYERS:
            for choices in BITS:
                for budgets in (1, 2, 3):
                    for seed in (0, 1):
                        yield family, layers, choices, budgets, seed


def losses(rng, family, size, acts, bits):
    """By bits of weights and of activations; correlated ones are what is
    saved, so that all choices are equally good for their size."""
    if family == "correlated":
        return {(w, a): size * (8 - w) / 8 + acts * (8 - a) + .02 * size / 8
                for w in bits for a in bits}
    scale = 1 if family == "equal losses" else rng.lognormvariate(0, 1.5)
    noise = (lambda: 1) if family == "equal losses" else \
        (lambda: rng.uniform(.9, 1.1))
    weights = {w: 4.0 ** -w * noise() for w in bits}
    inputs = {a: .3 * 4.0 ** -a * noise() for a in bits}
    return {(w, a): scale * (weights[w] + inputs[a])
            for w in bits for a in bits}


def make(family, layers, choices, budgets, seed):
    rng = random.Random("%s %d %d %d %d" % (family, layers, choices, budgets,
                                            seed))
    bits, out = BITS[choices], []
    for i in range(layers):
        size = rng.choice([300, 1000, 5000, 20000, 80000]) * \
            rng.randint(50, 150) // 50
        macs = size * rng.choice([1, 4, 16, 49, 196, 784])
        ms = macs * 1e-8 * rng.uniform(.5, 1.5)
        loss = losses(rng, family, size, rng.uniform(10, 1000), bits)
        out.append({"name": "l%d" % i, "choices": [
            {"bits_w": w, "bits_a": a, "loss": loss[w, a],
             "cost": dict([("size", size * w / 8), ("bitops", macs * w * a),
                           ("ms", ms * (w + a))][:budgets])}
            for w in bits for a in bits]})
    share = rng.uniform(.25, .55)
    limits = {k: (1 - share) * sum(min(c["cost"][k] for c in l["choices"])
                                   for l in out) +
              share * sum(max(c["cost"][k] for c in l["choices"])
                          for l in out) for k in out[0]["choices"][0]["cost"]}
    order = rng.sample(range(layers), layers // 2)
    tied = rng.sample(range(layers), layers // 3 * 2)
    return {"layers": out, "budgets": limits,
            "ties": list(map(sorted, zip(tied[::2], tied[1::2])))
            if family == "ties" else [],
            "orders": list(map(list, zip(order, order[1:])))
            if family == "orders" else []}


# ---- the same as an integer program -----------------------------------------

class Program:
    """Tied layers share columns; rows: one choice a set, budgets, orders."""

    def __init__(self, p):
        root = list(range(len(p["layers"])))
        for a, b in p["ties"]:
            a, b = root[a], root[b]
            root = [a if r == b else r for r in root]
        self.root, sums = root, {}
        for i, layer in enumerate(p["layers"]):
            for c in layer["choices"]:
                key = root[i], c["bits_w"], c["bits_a"]
                loss, cost = sums.get(key, (0, {}))
                sums[key] = loss + c["loss"], {
                    k: cost.get(k, 0) + x for k, x in c["cost"].items()}
        self.keys = list(sums)
        self.loss = [sums[k][0] for k in self.keys]
        self.rows = []  # ({column: x}, low, high)
        column = {k: j for j, k in enumerate(self.keys)}
        for r in sorted(set(root)):
            self.rows.append(({j: 1 for k, j in column.items() if k[0] == r},
                              1, 1))
        for name, limit in p["budgets"].items():
            self.rows.append(({j: sums[k][1][name] / limit
                               for k, j in column.items()}, None, 1))
        for a, b in p["orders"]:
            for place in (1, 2):
                for t in sorted({k[place] for k in self.keys})[1:]:
                    row = {j: 1 for k, j in column.items()
                           if k[0] == root[a] and k[place] >= t}
                    row.update({j: -1 for k, j in column.items()
                                if k[0] == root[b] and k[place] >= t})
                    self.rows.append((row, 0, None))

    def bits(self, chosen):
        of = {k[0]: k[1:] for j, k in enumerate(self.keys) if chosen(j)}
        return [of[r] for r in self.root]


def limited(seconds):
    """For preexec_fn: the processor seconds that a child may use."""
    whole = max(1, round(seconds))
    return lambda: resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))


def run_watched(command, seconds):
    """A program with several threads, for which the limit may not hold."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL,
                          preexec_fn=limited(seconds)) as child:
        while child.poll() is None:
            try:
                child.wait(timeout=.2)
            except subprocess.TimeoutExpired:
                with open("/proc/%d/stat" % child.pid) as f:
                    ticks = f.read().rpartition(")")[2].split()[11:13]
                if sum(map(int, ticks)) > seconds * os.sysconf("SC_CLK_TCK"):
                    child.kill()


def run_highs(p):
    """In a child, on standard output: seconds, proven or not, columns at 1."""
    import numpy as np
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import csr_matrix
    program = Program(p)
    rows = [(i, j, x) for i, (row, _, _) in enumerate(program.rows)
            for j, x in row.items()]
    matrix = csr_matrix(([r[2] for r in rows],
                         ([r[0] for r in rows], [r[1] for r in rows])),
                        (len(program.rows), len(program.keys)))
    low = [-np.inf if r[1] is None else r[1] for r in program.rows]
    high = [np.inf if r[2] is None else r[2] for r in program.rows]
    unit = max(program.loss)
    begin = used()
    r = milp(np.array(program.loss) / unit,
             integrality=np.ones(len(program.keys)), bounds=(0, 1),
             constraints=LinearConstraint(matrix, low, high),
             options={"mip_rel_gap": 0})
    print(json.dumps([used() - begin, r.status == 0, [] if r.x is None else [
        j for j in range(len(r.x)) if r.x[j] > .5]]))


def by_highs(p, limit):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        json.dump(p, f)
        f.flush()
        begin = used()
        run = subprocess.run([sys.executable, __file__, "--highs", f.name],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             preexec_fn=limited(limit + 2), check=False)
        seconds = used() - begin
    if run.returncode or not run.stdout:
        return "none", None, seconds
    seconds, proven, columns = json.loads(run.stdout)
    chosen = set(columns)
    return ("optimal" if proven else "stopped",
            Program(p).bits(lambda j: j in chosen) if chosen else None,
            seconds)


def by_cbc(p, limit):
    program = Program(p)
    unit = max(program.loss)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "p.lp")
        with open(path, "w") as f:
            f.write("Minimize\n obj:")
            for j, x in enumerate(program.loss):
                f.write(" +%.17g x%d\n" % (x / unit, j))
            f.write("Subject To\n")
            for i, (row, low, high) in enumerate(program.rows):
                text = "\n ".join("%+.17g x%d" % (x, j)
                                  for j, x in row.items())
                sign = "=" if low == high else "<=" if low is None else ">="
                f.write(" r%d: %s %s %d\n" % (i, text, sign,
                                              high if low is None else low))
            f.write("Binaries\n" + "\n".join(
                " x%d" % j for j in range(len(program.keys))) + "\nEnd\n")
        solution = os.path.join(folder, "s.txt")
        begin = used()
        run_watched(["cbc", path, "ratio", "0", "allow", "0", "solve",
                     "solution", solution], limit)
        seconds = used() - begin
        if not os.path.exists(solution):
            return "none", None, seconds
        with open(solution) as f:
            head, *rest = f.read().splitlines()
    chosen = {int(m.group(1)) for m in
              (re.match(r"\W*\d+\s+x(\d+)\s+([\d.e+-]+)", r) for r in rest)
              if m and float(m.group(2)) > .5}
    if not chosen:
        return "none", None, seconds
    return ("optimal" if head.startswith("Optimal") else "stopped",
            program.bits(lambda j: j in chosen), seconds)


def by_nas(p, limit, nas):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        json.dump(p, f)
        f.flush()
        begin = used()
        run = subprocess.run([nas, "allocate", "--problem", f.name, "-j", "1",
                              "--format", "json"], stdout=subprocess.PIPE,
                             preexec_fn=limited(limit), check=False)
        seconds = used() - begin
    if run.returncode < 0:
        return "none", None, seconds
    if run.returncode:
        return "exit %d" % run.returncode, None, seconds
    got = json.loads(run.stdout)
    return ("optimal" if got["gap"] == 0 else "gap %.2g" % got["gap"],
            list(zip(got["bits_w"], got["bits_a"])), seconds)


# ---- what came ----------------------------------------------------------------

def exact_loss(p, bits):
    """In fractions; None where a rule is broken: budgets hold to 1e-9."""
    picks = [next(c for c in l["choices"]
                  if (c["bits_w"], c["bits_a"]) == tuple(b))
             for l, b in zip(p["layers"], bits)]
    for k, limit in p["budgets"].items():
        if sum(Fraction(c["cost"][k]) for c in picks) > \
                Fraction(limit) * (1 + Fraction(1, 10**9)):
            return None
    if any(bits[a] != bits[b] for a, b in p["ties"]) or \
            any(x < y for a, b in p["orders"]
                for x, y in zip(bits[a], bits[b])):
        return None
    return sum(Fraction(c["loss"]) for c in picks)


def run_one(args, solver, key):
    p = make(*key)
    if args.keep:
        with open(os.path.join(args.keep, "-".join(
                map(str, key)).replace(" ", "_") + ".json"), "w") as f:
            json.dump(p, f)
    solve = {"highs": by_highs, "cbc": by_cbc,
             "nas": lambda p, limit: by_nas(p, limit, args.nas)}[solver]
    status, bits, seconds = solve(p, args.limit)
    loss = exact_loss(p, bits) if bits else None
    if bits and loss is None:
        status = "breaks a rule"
    return {"problem": " ".join(map(str, key[1:])), "family": key[0],
            "solver": solver, "status": status,
            "loss": "" if loss is None else repr(float(loss)),
            "seconds": "%.3f" % seconds}


def absent(solver):
    if solver == "cbc":
        return not shutil.which("cbc")
    try:
        from scipy.optimize import milp
        return solver == "highs" and milp is None
    except ImportError:
        return solver == "highs"


def table(rows):
    solvers = [s for s in ("nas", "highs", "cbc")
               if any(r["solver"] == s for r in rows)]
    print("| family | problems | " + " | ".join(
        "%s: proven, best known, median s, slowest s" % s
        for s in solvers) + " |")
    print("|---|---|" + "---|" * len(solvers))
    for family in FAMILIES:
        here = [r for r in rows if r["family"] == family]
        best = {}
        for r in here:
            if r["loss"]:
                best[r["problem"]] = min(float(r["loss"]), best.get(
                    r["problem"], float("inf")))
        cells = []
        for s in solvers:
            mine = [r for r in here if r["solver"] == s]
            if not mine:
                cells.append("-")
                continue
            proven = sum(r["status"] == "optimal" for r in mine)
            good = sum(bool(r["loss"]) and float(r["loss"]) <=
                       best[r["problem"]] * (1 + 1e-12) for r in mine)
            seconds = [float(r["seconds"]) for r in mine]
            cells.append("%d, %d, %.3f, %.2f" % (
                proven, good, statistics.median(seconds), max(seconds)))
        print("| %s | %d | %s |" % (family, len(set(
            r["problem"] for r in here)), " | ".join(cells)))


def main():
    if sys.argv[1:2] == ["--highs"]:
        with open(sys.argv[2]) as f:
            run_highs(json.load(f))
        return
    a = argparse.ArgumentParser()
    a.add_argument("nas")
    a.add_argument("--part", default="0/1")
    a.add_argument("--limit", type=float, default=10)
    a.add_argument("--solvers", default="nas,highs,cbc")
    a.add_argument("--only", default="")
    a.add_argument("--rows")
    a.add_argument("--keep")
    args = a.parse_args()
    part, parts = map(int, args.part.split("/"))
    rows = []
    if args.rows and os.path.exists(args.rows):
        with open(args.rows, newline="") as f:
            rows = list(csv.DictReader(f))
    done = {(r["family"], r["problem"], r["solver"]) for r in rows}
    for i, key in enumerate(names()):
        if i % parts != part or not re.search(args.only, " ".join(
                map(str, key))):
            continue
        for solver in args.solvers.split(","):
            if absent(solver) or (key[0], " ".join(map(str, key[1:])),
                                  solver) in done:
                continue
            rows.append(run_one(args, solver, key))
            print("#", *rows[-1].values(), flush=True)
            if args.rows:
                new = not os.path.exists(args.rows)
                with open(args.rows, "a", newline="") as f:
                    out = csv.DictWriter(f, FIELDS)
                    if new:
                        out.writeheader()
                    out.writerow(rows[-1])
    table(rows)


main()
