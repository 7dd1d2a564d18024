#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas reproduce: published figures are the published ones, ours are what the
# commands say that stand beside them, and what is known of them.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

status 0 "--list" nas reproduce --list
prints "qe-score/table3" "  names the tables"
status 0 "--list of one paper, as JSON" nas reproduce qe-score --list \
	--format json
check "  computes nothing, and has every command" json "$tmp/out" \
	'j["computed"] == 0 and all(("command" in r) != ("cannot" in r)
	 for t in j["tables"] for r in t["rows"])'
check "  each paper is documented" python3 - "$tmp/out" <<'PY'
import glob, json, sys
page = open("configs/papers/README.md").read()
for f in glob.glob("configs/papers/*.json"):
    assert f.split("/")[-1] in page, f
PY
status 2 "a table that there is not" nas reproduce qe-score/table33
says "did you mean 'qe-score/table3'" "  the nearest is named"
status 2 "a paper that there is not" nas reproduce nobody
says "--list" "  it is said how to find them"
status 2 "a name after --list that there is not" nas reproduce nobody --list
says "'nas reproduce --list' lists them" "  it is said, too"

# ---- ours are what the commands print -----------------------------------------

cat >"$tmp/compare.py" <<'PY'
"""Numbers of ours are those of the command beside them; folder and, where it
is not a shipped one, the paper's file given. Of commands that differ in numbers
only, the first four are run."""
import collections, json, re, shlex, subprocess, sys
program, path, folder = sys.argv[1:4]
own = sys.argv[4] if len(sys.argv) > 4 else None
outputs, alike, compared = {}, collections.Counter(), 0

def find(node, pointer, item):
    pointer, _, key = pointer.partition("#")
    for part in pointer.split("/")[1:]:
        if isinstance(node, list):
            if part == "*" and isinstance(item, str):
                node = ([x for x in node if x.get("name") == item] or [None])[0]
            else:
                i = item if part == "*" else int(part)
                node = node[i] if i < len(node) else None
        else:
            node = node.get(part) if isinstance(node, dict) else None
        if node is None:
            return None
    if key and isinstance(node, list):
        return [x for o in node
                for x in (o[key] if isinstance(o[key], list) else [o[key]])]
    return node

papers = {}
for t in json.load(open(path))["tables"]:
    file = papers.setdefault(t["paper"],
                             json.load(open(own or
                                            f"configs/papers/{t['paper']}.json")))
    table = [x for x in file["tables"] if x["name"] == t["table"]][0]
    for row, source in zip(t["rows"], table["rows"]):
        if "command" not in row:
            continue
        shape = re.sub("[0-9.]+", "", row["command"])
        if row["command"] not in outputs and alike[shape] == 4:
            continue
        if row["command"] not in outputs:
            alike[shape] += 1
            words = shlex.split(row["command"])
            assert words[0] == "nas"
            outputs[row["command"]] = json.loads(subprocess.run(
                [program] + words[1:], capture_output=True, text=True,
                check=True, cwd=folder).stdout)
        for c, f, own_c in zip(t["columns"], row["figures"], table["columns"]):
            ours = "ours" in f or "ours_text" in f
            # a published figure has ours beside it, or the reason
            assert not {"published", "published_text"} & set(f) or \
                   ours != ("cannot" in f), (row, f)
            assert ours == ("at" in f), (row, f)
            if own_c.get("only_published") and "published" not in f:
                assert "ours" not in f and "ours_text" not in f, (row, f)
                continue
            if c["at"] in ([], ["#cpu_s"]):
                assert "ours" not in f or c["at"]
                continue
            found = [x for x in (find(outputs[row["command"]], at,
                                      source.get("named", source.get("item", 0)))
                                 for at in c["at"]) if x is not None]
            if not found:
                assert "ours" not in f and "ours_text" not in f, (row, f)
            elif "ours" in f:
                x = found[0]
                assert find(outputs[row["command"]], f["at"], None) == x, f
                if isinstance(x, list):
                    x = sum(x) / len(x)
                assert abs(f["ours"] - x * c["times"] - c["plus"]) <= 4e-16 * abs(f["ours"]), row
                compared += 1
            else:
                text = found[0]
                if isinstance(text, list):
                    one = all(len(f"{x:g}") == 1 for x in text)
                    text = ("" if one else " ").join(
                        f"{x:g}" if x == int(x) else f"{x:.3f}" for x in text)
                assert f["ours_text"] == text, (row, f, text)
                compared += 1
print(compared)
assert compared
PY
tables='table1 calibration table2 figure3 qbr table6 correlation'
for table in $tables hawq-v3 mcunet damo-yolo deepmad mae-det gmpq/imagenet gmpq-te; do
	paper=qe-score/$table
	[[ $tables == *$table* ]] || paper=$table
	status 0 "$paper" nas reproduce $paper --format json -q
	table=${table#*/}
	cp "$tmp/out" "$tmp/$table"
	[ "$table" != mcunet ] || prints '"cannot"' "  says what is not"
	check "  its commands give its numbers, in another folder" \
		python3 "$tmp/compare.py" "$program" "$tmp/$table" "$tmp"
done

# ---- what is left when the user stops ------------------------------------------

status 75 "an interrupt has a status of its own" by_count clock:15 INT \
	"$program" reproduce qe-score/table1 -q -o "$tmp/stopped" --format json
cp "$tmp/out" "$tmp/stopped.json"
says "the others are shown" "  it is said"
check "  rows that are missing say so, in the file as on standard output" python3 - \
	"$tmp" <<'PY'
import json, sys
j = json.load(open(sys.argv[1] + "/stopped/reproduction.json"))
assert j == json.load(open(sys.argv[1] + "/stopped.json"))
rows = j["tables"][0]["rows"]
left = [r for r in rows if r.get("interrupted")]
assert len(left) == j["interrupted"] >= 1 and "failed" not in left[-1]
assert j["computed"] >= 1
assert j["interrupted"] + j["computed"] + j["without"] == len(rows)
assert all(not any("ours" in f for f in r["figures"]) for r in left)
assert all(r["seconds"] == 0 for r in left[1:]) # not even begun
page = open(sys.argv[1] + "/stopped/reproduction.html").read()
assert "interrupted before" in page
PY
status 75 "in the middle of a search" by_count clock:8 INT \
	"$program" reproduce qe-score/table5 -q --format json
check "  what that had is no figure" json "$tmp/out" \
	'j["computed"] == 0 and j["interrupted"] == len(j["tables"][0]["rows"])
	 and "seconds" in j["tables"][0]["rows"][0]'

# ---- what is known of them ----------------------------------------------------

check "known figures, and the published ones" python3 - "$tmp" <<'PY'
import csv, json, sys
tmp = sys.argv[1]

def rows(name):
    t = json.load(open(f"{tmp}/{name}"))["tables"][0]
    return {r["label"]: {f["column"]: f for f in r["figures"]}
            for r in t["rows"]}

def near(x, y, part=1e-9):
    assert abs(x - y) <= part * abs(y), (x, y)

cells = rows("table1")
with open("tests/data/mobilenetv2_bits_accuracy.csv") as f:
    for r in csv.DictReader(f):
        cell = cells.pop(r["bits_a"] + "/" + r["bits_w"])
        assert cell["top-1"]["published"] == float(r["imagenet_top1"])
        assert "ImageNet" in cell["top-1"]["cannot"]
assert not cells
best = rows("calibration")["best pair"]
assert best["sigma of activations"]["ours"] == 5
assert best["sigma of weights"]["ours"] == 4
near(best["Spearman"]["ours"], 0.991198, 1e-6)
near(best["Kendall tau-b"]["ours"], 0.961604, 1e-6)
known = json.load(open("tests/data/sigma_hat.json"))["sigma_hat"]
for label, row in rows("table2").items():
    for bits, x in known[label.split()[1]].items():
        assert row[f"{bits} bits"]["published"] == x
        near(row[f"{bits} bits"]["ours"], x, 1e-14)
f = rows("figure3")
near(f["32/32"]["memory"]["ours"], 5.619712)
near(f["8/8"]["memory"]["ours"], 1.404928)
near(f["4/4"]["memory"]["ours"], 0.702464)
near(f["3/8"]["memory"]["ours"], 0.526848)
for w, size in ((2, 1.83), (3, 2.10), (4, 2.38), (8, 3.47)):
    # the reference counts no normalisation: 2 bytes a channel
    near(f[f"8/{w}"]["size"]["ours"] - 0.034112, size, 3e-3)
bits = rows("qbr")["MCUNet, 256 kB"]
a, w = bits["activations after"]["ours_text"], bits["weights after"]["ours_text"]
assert min(a[:9]) < min(a[-9:]) and max(w[:9]) > max(w[-9:])
assert bits["memory after"]["ours"] <= 120 and bits["flash after"]["ours"] <= 600
face = rows("table6")["QE-Score"]
assert face["memory"]["ours"] <= 650 and face["MACs"]["ours"] <= 0.04
near(rows("correlation")["FLOPs"]["Spearman"]["ours"], 0.9011, 1e-4)
hawq = [[f["bits"] for f in ({f["column"]: f for f in r["figures"]}
                             for r in t["rows"])]
        for t in json.load(open(f"{tmp}/hawq-v3"))["tables"][:2]]
assert [len(t) for t in hawq] == [12, 12]
assert [sum("published_text" in f for f in t) for t in hawq] == [9, 9]
other = [(f["published_text"], f["ours_text"]) for t in hawq for f in t
         if f.get("published_text", f["ours_text"]) != f["ours_text"]]
assert len(other) == 1 # ResNet-50 by size, level 0.25: theirs leaves room
assert [i for i in range(52) if other[0][0][i] != other[0][1][i]] == [39]
share = {"size": 0.035, "BOPS": 0.025}
known = [f for t in json.load(open(f"{tmp}/hawq-v3"))["tables"]
         for r in t["rows"] for f in r["figures"]
         if f["column"] in share and "difference" in f]
assert len(known) == 2 * (18 + 6)
for f in known: # as the authors' list of networks says
    assert abs(f["difference_percent"]) <= 100 * share[f["column"]], f
for label, r in rows("deepmad").items(): # the released networks use the rule up
    if "counted" in label: # and nearly all of the budgets
        for column in "MACs", "parameters":
            assert -2.2 < r[column]["difference_percent"] < 0, r
    else:
        assert 0.299 < r["rho"]["ours"] <= 0.3 and r["rho"]["published_text"]
assert rows("mae-det")["MAE-DET-M"]["layers"]["difference"] == 0
for size in "SML": # as published but for normalisation
    for column in "parameters", "FLOPs":
        f = rows("mae-det")[f"MAE-DET-{size}, counted"][column]
        assert -0.8 < f["difference_percent"] < 0, f
score = rows("damo-yolo")["tutorial's backbone"]
near(score["score"]["ours"], 1399.2675807481487, 1e-14)
near(score["parameters"]["published"] - score["parameters"]["ours"], 160448)
whole = rows("damo-yolo")["tutorial's backbone, counted"]
assert whole["parameters, with shortcuts"]["difference"] == 0
for t in json.load(open(f"{tmp}/damo-yolo"))["tables"][1:]:
    names = {r["label"][-1]: {f["column"]: f for f in r["figures"]}
             for r in t["rows"]}
    for size, layers, x in (("S", 25, 1380.587525), ("M", 35, 2293.5630844767666),
                            ("L", 45, 3004.1577934796114)):
        assert names[size]["layers"]["published"] == layers
        assert names[size]["layers"]["difference"] == 0
        near(names[size]["score"]["ours"], x)
with open("tests/data/memory_reference.csv") as f:
    known = {r["published"]: r for r in csv.DictReader(f)
             if "STM32H7" in r["published_by"]}
cube = {r["label"]: {f["column"]: f for f in r["figures"]}
        for r in json.load(open(f"{tmp}/mcunet"))["tables"][1]["rows"]}
for r in known.values():
    x = float(r["published"].split()[0])
    if x == 240:
        x = 237.32
    row = [c["memory"] for c in cube.values() if c["memory"]["published"] == x]
    near(row[0]["ours"] * 1024, int(r["peak_bytes"]))
PY

check "full precision as published, where it is that network" python3 - "$tmp" <<'PY'
import json, sys
near = lambda x, y, part: abs(x - y) <= part * y
full = {t["table"]: {f["column"]: f for f in t["rows"][0]["figures"]}
        for t in json.load(open(sys.argv[1] + "/gmpq-te"))["tables"]}
for table, published, bops in (("table1", 13.4, 307.993), ("table5", 97.5, 3950.564)):
    f = full[table]
    assert near(f["parameters"]["ours"], published, 0.02)
    assert f["parameters"]["published"] == published
    assert near(f["BOPs"]["ours"], bops, 1e-5)
    assert "ours" not in f["cost"] # counted, not designed
ours = [r for t in json.load(open(sys.argv[1] + "/gmpq-te"))["tables"]
        for r in t["rows"] if r["label"].startswith("TE, ") and "command" in r]
assert len(ours) == 11, len(ours)
for r in ours: # the paper's own row beside: what differs is seen
    f = {f["column"]: f for f in r["figures"]}
    assert "difference" in f["parameters"] and "difference" in f["BOPs"], r
    if "compression" in f: # full precision over the policy's BOPs
        full_bops = {10.1: 1, 7.3: 1, 4.5: 1, 758.4: 2, 405.4: 2, 27.4: 4, 15.7: 4,
                     51.4: 5, 29.5: 5}[f["BOPs"]["published"]]
        full_bops = full[f"table{full_bops}"]["BOPs"]["ours"]
        assert near(f["compression"]["ours"], full_bops / f["BOPs"]["ours"], 1e-9)
# Published compression is the published BOPs' of full precision; one row of the
# paper is not so: R-GMPQ, 51.8 G.
bops = {"table1": 337.9, "table2": 27787.7, "table4": 1853.4, "table5": 3952.6,
        "table6": 22534.8}
n, odd = 0, []
for t in json.load(open("configs/papers/gmpq-te.json"))["tables"]:
    for v in (r.get("published", {}) for r in t["rows"]):
        if t["name"] in bops and "compression" in v:
            n += 1
            x = v["compression"] * v["BOPs"]
            odd += [] if near(x, bops[t["name"]], 0.01) else [v["BOPs"]]
assert n == 50 and odd == [51.8], (n, odd)
board = {}
for t in json.load(open(sys.argv[1] + "/gmpq-te"))["tables"]:
    if t["table"] == "table3": # one time a board, by its model
        for r in t["rows"]:
            board.setdefault(r["label"][:7], set()).add(r["figures"][0]["ours"])
assert [len(x) for x in board.values()] == [1, 1], board
for t in json.load(open(sys.argv[1] + "/gmpq-te"))["tables"]:
    for r in t["rows"]: # VGG-16 and ResNet-18 with biases, to the digit
        if r["label"] == "full precision, as they count":
            f = [f for f in r["figures"] if "difference" in f]
            assert len(f) == 1 and abs(f[0]["difference"]) < 0.05, r
for r in json.load(open(sys.argv[1] + "/imagenet"))["tables"][0]["rows"]:
    f = r["figures"][0]
    if "ours" in f and "ResNet" in r["label"]: # rounded to 10 M, times 1024
        assert round(f["ours"] / 1024, 2) * 1024 - f["published"] < 0.05, r
    f = r["figures"][1]
    if "ours" in f and "Mobile" in r["label"]: # with normalisation
        assert abs(round(f["ours"] / 1024, 2) * 1024 - f["published"]) < 0.05, r
for r in ours:
    limit = float(r["label"].split()[1])
    for f in r["figures"]:
        if f["column"] == "BOPs":
            assert 0.97 * limit < f["ours"] <= limit, r
        if f["column"] == "cost": # also of a row whose output another had
            assert f["ours"] > 0 and f["at"] == "#cpu_s"
PY

# ---- rows of a paper of one's own ---------------------------------------------

cat >"$tmp/pin.json" <<'JSON'
{"schema": "nas/paper/1", "name": "pins", "title": "t", "source": "s", "tables": [
 {"name": "one", "title": "t", "source": "s", "columns": [{"name": "loss", "at": ["/loss"]}],
  "rows": [{"label": "a", "command": "allocate", "file": "configs/graphs/mobilenetv2.json",
            "metric": "size", "bits_w": "4,8", "budget": "bits=5", "pin": "many"}]}]}
JSON
status 4 "bits of the ends that are no number" nas reproduce --paper "$tmp/pin.json" -q
says "pin: 'many' is not a number of bits from 0 to 8" "  says which"

cat >"$tmp/memory.json" <<'JSON'
{"schema": "nas/paper/1", "name": "memory", "title": "t", "source": "s", "tables": [
 {"name": "one", "title": "t", "source": "s", "columns": [{"name": "sram", "at": ["/sram_bytes"]}],
  "rows": [{"label": "a", "command": "allocate", "file": "tests/data/failing/branches.onnx",
            "metric": "msqe", "bits_a": "2,4,8", "budget": "bits=4,sram=1664", "pin": "0"}]}]}
JSON
status 0 "a budget of memory among others" nas reproduce --paper "$tmp/memory.json" \
	-q --format json
check "  is kept" json "$tmp/out" \
	'j["tables"][0]["rows"][0]["figures"][0]["ours"] == 1664'

cat >"$tmp/twice.json" <<'JSON'
{"schema": "nas/paper/1", "name": "twice", "title": "t", "source": "s", "tables": [
 {"name": "one", "title": "t", "source": "s", "columns": [
   {"name": "cost", "at": ["#cpu_s"]}, {"name": "bits", "at": ["/cost/bits"]}],
  "row_defaults": {"command": "allocate", "file": "configs/graphs/resnet18.json",
                   "metric": "qe", "budget": "bitops=15.7e9", "pin": "0", "bits_a": "2,3,4,8"},
  "rows": [{"label": "a"}, {"label": "b"}]}]}
JSON
status 0 "two rows of one command" nas reproduce --paper "$tmp/twice.json" \
	-q --format json
check "  have one cost" json "$tmp/out" \
	'len({r["figures"][0]["ours"] for r in j["tables"][0]["rows"]}) == 1'
status 0 "  as a table" nas reproduce --paper "$tmp/twice.json" -q
prints "a and b (2 rows): nas allocate" "  their command once, with both names"
prints "cost: processor time of the row's command" "  what cost is"

# ---- rows that need a trained network -----------------------------------------

tests/tools/small_net.py "$tmp" 24 20 2 12
nas export "$tmp/arch.json" --to onnx -o "$tmp/m.onnx" -q
python3 - "$tmp" <<'PY'
import json, sys
p = json.load(open("configs/papers/gmpq.json"))
json.dump({"schema": "nas/graph/1", "name": "plain", "height": 12, "width": 12,
           "layers": [{"type": "conv", "out": 4, "depth": 3},
                      {"type": "global_pool"}, {"type": "dense", "out": 5}]},
          open(sys.argv[1] + "/plain.json", "w"))
t = next(t for t in p["tables"] if t["name"] == "policies")
assert t["rows"][0]["trained"] and t["rows"][0]["metric"] == "arp"
small = {**t["rows"][0], "file": sys.argv[1] + "/plain.json", "budget": "bits=4",
         "measure_size": "16"}
t["rows"] = [small, t["rows"][-1]]
p["tables"] = [t]
json.dump(p, open(sys.argv[1] + "/two.json", "w"))
PY
status 0 "without one" nas reproduce --paper "$tmp/two.json" -q --format json
cp "$tmp/out" "$tmp/random"
prints "needs a trained network and its images: --model" "  it is said"
check "  a row of random weights is there, and says so" json "$tmp/random" \
	'"random" in j["tables"][0]["rows"][0]["note"] and
	 len(j["tables"][0]["rows"][0]["figures"][0]["ours_text"]) == 4'
check "  its command gives it" python3 - "$tmp/random" "$program" <<'PY'
import json, shlex, subprocess, sys
row = json.load(open(sys.argv[1]))["tables"][0]["rows"][0]
words = shlex.split(row["command"])
assert "noise" in words and "--measure-size" in words
out = json.loads(subprocess.run([sys.argv[2]] + words[1:], check=True,
                                capture_output=True, text=True).stdout)
assert "".join(map(str, out["bits_a"])) == row["figures"][0]["ours_text"]
PY
nas export "$tmp/plain.json" --to onnx -o "$tmp/same.onnx" -q
status 0 "a network of the same layers takes its place" nas reproduce \
	--paper "$tmp/two.json" -q --format json --model "$tmp/same.onnx" \
	--data noise:3
check "  with its images" json "$tmp/out" \
	'"same.onnx" in j["tables"][0]["rows"][0]["command"] and
	 "noise:3" in j["tables"][0]["rows"][0]["command"] and
	 "measure" not in j["tables"][0]["rows"][0]["command"] and
	 "--model" in j["tables"][0]["rows"][0]["note"]'
status 0 "a page of nothing" nas reproduce gmpq-te/figure5 -q -o "$tmp/none"
check "  has no drawing, no empty table, and the reasons" bash -c "
	! grep -q '<svg' '$tmp/none/reproduction.html' &&
	! grep -q 'class=.cards' '$tmp/none/reproduction.html' &&
	grep -q 'needs a trained network' '$tmp/none/reproduction.html' &&
	grep -q '<details open>' '$tmp/none/reproduction.html'"
nas reproduce --paper "$tmp/two.json" -q -o "$tmp/two-page" >"$tmp/out"
check "a row of nothing has its reason in the table" grep -q \
	'<td colspan="7" .*needs a trained network and its images' \
	"$tmp/two-page/reproduction.html"
check "  and bits that begin from none are drawn alone" bash -c "
	grep -q 'layer 1, activations: [0-9] bits<' '$tmp/two-page/reproduction.html' &&
	grep -q 'layer 2, weights: [0-9] bits<' '$tmp/two-page/reproduction.html'"
status 0 "with one" nas reproduce --paper "$tmp/two.json" -q \
	--format json --model "$tmp/m.onnx" --data "$tmp/x-idx3-ubyte"
cp "$tmp/out" "$tmp/model"
check "  its row has bits, by a command that gives them" json "$tmp/model" \
	'j["without"] == 0 and j["failed"] == 0 and
	 len(j["tables"][0]["rows"][-1]["figures"][0]["ours_text"]) > 3'
check "  its command gives them" python3 "$tmp/compare.py" "$program" \
	"$tmp/model" "$tmp"
python3 - "$tmp" <<'PY'
import json, random, struct, sys
random.seed(1)
n, side = 512, 12
head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({n}, 3, {side}, {side}), }}"
head = head.ljust(117) + "\n"
with open(sys.argv[1] + "/many.npy", "wb") as f:
    f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() +
            bytes(random.randrange(256) for _ in range(n * 3 * side * side)))
with open(sys.argv[1] + "/many.txt", "w") as f:
    f.writelines(f"{i % 5}\n" for i in range(n))
PY
python3 - "$tmp" <<'PY'
import json, sys
p = json.load(open("configs/papers/gmpq.json"))
t = next(t for t in p["tables"] if t["name"] == "trained")
t["row_defaults"].update(budget="bits=4", images=8)
t["rows"] = [t["rows"][0],
             {"label": "other", "class": 0, "data": "OTHER", "labels": "OTHER LABELS"}]
p["tables"] = [t]
json.dump(p, open(sys.argv[1] + "/sets.json", "w"))
with open(sys.argv[1] + "/x-idx3-ubyte", "rb") as f, \
     open(sys.argv[1] + "/other.txt", "w") as labels:
    labels.write("0\n" * int.from_bytes(f.read(8)[4:], "big"))
PY
status 0 "two data sets" nas reproduce --paper "$tmp/sets.json" -q --format json \
	--model "$tmp/plain.json" --data "$tmp/many.npy" \
	--labels "$tmp/many.txt" --mean 0,0,0 --std 0.25
check "  the row of the other one says that it is missing" json "$tmp/out" \
	'j["without"] == 1 and
	 "--other-data" in j["tables"][0]["rows"][1]["cannot"]'
status 0 "  both" nas reproduce --paper "$tmp/sets.json" -q --format json \
	--model "$tmp/plain.json" --data "$tmp/many.npy" \
	--labels "$tmp/many.txt" --mean 0,0,0 --std 0.25 \
	--other-data "$tmp/x-idx3-ubyte" --other-labels "$tmp/other.txt"
cp "$tmp/out" "$tmp/sets"
check "  their commands have all that was given" json "$tmp/sets" \
	'[all(w in r["command"] for w in ("--std 0.25", "--mean 0,0,0", d, l))
	  for r, d, l in zip(j["tables"][0]["rows"], ("many.npy", "x-idx3"),
			     ("many.txt", "other.txt"))] == [True, True]'
check "  and give the bits" python3 "$tmp/compare.py" "$program" "$tmp/sets" \
	"$tmp" "$tmp/sets.json"
for wrong in --mean=0,1 --mean=x --std=0 --std=1,2,3,4; do
	status 2 "$wrong" nas reproduce gmpq/trained $wrong
	says "one number or three" "  says what it takes"
done
for figure in figure5 figure7; do
	status 0 "entropy, $figure" nas reproduce gmpq-te/$figure -q \
		--format json --model "$tmp/plain.json" \
		--data "$tmp/many.npy" --labels "$tmp/many.txt"
	cp "$tmp/out" "$tmp/$figure"
	check "  is what nas sensitivity says" python3 "$tmp/compare.py" \
		"$program" "$tmp/$figure" "$tmp"
	check "  of rows that differ (a label has 102 images)" json \
		"$tmp/$figure" 'len({r["figures"][1]["ours"]
		for r in j["tables"][0]["rows"]}) >= 3'
done
status 5 "one that is not there" nas reproduce --paper "$tmp/two.json" -q \
	--model "$tmp/none.onnx" --data "$tmp/x-idx3-ubyte"
says "none.onnx'" "  is refused, not replaced by random weights"
: >"$tmp/empty.onnx"
status 4 "one that is no network" nas reproduce gmpq/findings -q \
	--model "$tmp/empty.onnx"
says "empty.onnx: contains no graph" "  the file is named"
status 5 "images that are not there" nas reproduce --paper "$tmp/two.json" -q \
	--model "$tmp/m.onnx" --data "$tmp/none.npy"
says "1 of 2 rows failed" "  the row fails, the others do not"
status 2 "a network of other layers" nas reproduce gmpq/findings -q \
	--model "$tmp/m.onnx"
says "--model: none of the rows asked for takes it" "  is not taken for nothing"
status 2 "a network for counted rows" nas reproduce deepmad --model "$tmp/m.onnx"
status 2 "images without a network" nas reproduce gmpq/trained --data noise
says "--data needs --model here" "  says what is missing"
status 2 "a network without images" nas reproduce gmpq-te/figure5 \
	--model "$tmp/m.onnx"
says "the rows asked for need --data" "  says what is missing"
for option in labels mean other-labels; do
	status 2 "--$option alone" nas reproduce gmpq/trained --$option=0.5
done

# Networks that were published, whose figures are known; no search.
check "a paper of the rows with scores alone" python3 - "$tmp/nets.json" <<'PY'
import json, sys
p = json.load(open("configs/papers/qe-score.json"))
p["tables"] = [t for t in p["tables"] if t["name"] in ("table3", "table4")]
for t in p["tables"]:
    t["rows"] = [r for r in t["rows"] if r.get("command") != "search"]
json.dump(p, open(sys.argv[1], "w"))
PY
status 0 "a paper of one's own" nas reproduce --paper "$tmp/nets.json" -q \
	-o "$tmp/folder" --format json
check "  both published networks are recomputed" json "$tmp/out" \
	'[[round(f["ours"], 3) for f in r["figures"] if f["column"] in
	   ("size", "BitOps, theirs", "QE-Score")]
	  for r in j["tables"][0]["rows"] if "their network" in r["label"]] ==
	 [[3.243, 18.783, 1290.336], [2.169, 6.839, 1224.537]]'
check "  so do the baselines of 320 kB, their size within half a percent" json \
	"$tmp/out" '[[round(f["ours"], 6) for f in r["figures"]
	  if f["column"] in ("memory", "size")] +
	 [abs(f["difference_percent"]) < 0.5 for f in r["figures"]
	  if f["column"] == "size, 2^20"]
	 for r in j["tables"][1]["rows"] if "320 kB, 1 MB: MBV2" in r["label"]
	 or "Proxyless" in r["label"]] ==
	 [[290.304, 0.75128, True], [247.808, 0.75528, True]]'
check "  MCUNet counts as it is known to" json "$tmp/out" \
	'[f["ours"] for r in j["tables"][1]["rows"] for f in r["figures"]
	  if "MCUNet, int8" in r["label"] and f["column"] == "memory"] ==
	 [204.8, 247.808, 409.6]'
check "  -o writes the same as JSON" cmp "$tmp/out" \
	"$tmp/folder/reproduction.json"
check "  differences are ours less the published, and their share" python3 - \
	"$tmp/folder" <<'PY'
import csv, json, sys
n, same = 0, lambda x, y: abs(x - y) <= 1e-9 * abs(y)
for t in json.load(open(sys.argv[1] + "/reproduction.json"))["tables"]:
    for f in (f for r in t["rows"] for f in r["figures"]):
        assert ("difference" in f) == ("ours" in f and "published" in f), f
        if "difference" in f:
            x = f["ours"] - f["published"]
            assert same(f["difference"], x), f
            assert same(f["difference_percent"], 100 * x / f["published"]), f
            n += 1
rows = [r for r in csv.DictReader(open(sys.argv[1] + "/figures.csv"))
        if r["difference"]]
for r in rows:
    assert same(float(r["difference"]), float(r["ours"]) - float(r["published"])), r
assert n == len(rows) > 5
assert all(r["at"].startswith("/results/0/") for r in rows)
PY
check "  and a page, each drawing of which is XML" python3 - \
	"$tmp/folder/reproduction.html" <<'PY'
import re, sys
import xml.etree.ElementTree as xml
page = open(sys.argv[1], encoding="utf-8").read()
drawings = re.findall(r"<svg.*?</svg>", page, re.S)
assert len(drawings) >= 4
for d in drawings:
    text = "".join(xml.fromstring(d).itertext())
    assert "nan" not in text and text.strip(), text
    assert "\u2026" not in text, text # a label that is cut
for table in ("table3", "table4"):
    assert f'<section id="qe-score-{table}">' in page
    assert f'href="#qe-score-{table}"' in page
assert "3.243<small>3.2, +1.33 %</small>" in page
assert "nas score configs/networks/mixed7d0G.json --format json" in page
assert "<span></span>" not in page # a phone would show a name and nothing
for tag in ("section", "figure", "table", "details", "div", "svg", "p"):
    assert len(re.findall(f"<{tag}[ >]", page)) == page.count(f"</{tag}>"), tag
PY
nas reproduce qe-score/qbr -q -o "$tmp/qbr-page" >"$tmp/out"
check "  bits before and after are drawn" grep -q \
	'layer 2, activations: 3 bits, 8 before' \
	"$tmp/qbr-page/reproduction.html"
check "  and a table" python3 - "$tmp/folder/figures.csv" <<'PY'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
cell = [r for r in rows if "19.2 G: their" in r["row"]
        and r["figure"] == "size"][0]
assert cell["published"] == "3.2" and abs(float(cell["ours"]) - 3.24269) < 1e-9
assert cell["command"].startswith("nas score configs/networks/mixed19d2G.json")
PY
status 5 "a folder that is filled" nas reproduce --paper "$tmp/nets.json" -q \
	-o "$tmp/folder"

# Commands and drawings that the tables above do not have.
python3 - >"$tmp/quick.json" <<'PY'
import json, sys
quick = {"file": "configs/quick.json", "set": ["search.max_evals=2000"]}
curve = dict(quick, command="certify", sweep="sram_bytes=40000:64000:3")
net = {"command": "score", "file": "configs/networks/mobilenetv2.json",
       "network": "mobilenetv2-1-224"}
table = lambda name, chart, columns, rows: {
    "name": name, "title": name, "source": "S", "chart": chart, "rows": rows,
    "columns": [{"name": c, "at": [at]} for c, at in columns]}
json.dump({"schema": "nas/paper/1", "name": "p", "title": "P", "source": "S",
           "tables": [
    table("curve", "curve", [("SRAM", "/points/*/value"),
                             ("score", "/points/*/best/score")],
          [dict(curve, label=str(i), item=i) for i in range(3)]),
    table("search", "bars", [("score", "/best/0/score")],
          [dict(quick, label="a", command="search")]),
    table("certify", "none", [("bound", "/upper_bound")],
          [dict(quick, label="a", command="certify")]),
    table("bits", "grid", [("size", "/results/0/size_bytes")],
          [dict(net, label=f"{a}/{w}", bits=f"{a}/{w}")
           for a in (2, 8) for w in (3, 4)])]}, sys.stdout)
PY
status 0 "searches, certificates, a sweep" nas reproduce --paper \
	"$tmp/quick.json" -q -o "$tmp/drawn" --format json
cp "$tmp/out" "$tmp/quick.out"
check "  their commands give their numbers" python3 "$tmp/compare.py" \
	"$program" "$tmp/quick.out" "$root" "$tmp/quick.json"
check "  each point of the sweep and each cell of the grid is drawn" python3 - \
	"$tmp/drawn/reproduction.html" "$tmp/quick.out" <<'PY'
import json, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
t = {t["table"]: t for t in json.load(open(sys.argv[2]))["tables"]}
part = {name: page[page.index(f'<section id="p-{name}">'):].split("</section>")[0]
        for name in t}
wide = part["curve"].split('<div class="narrow">')[0]
assert wide.count("<circle") == 3 == len(t["curve"]["rows"])
for row in t["curve"]["rows"]:
    assert f"<title>{row['label']}: {row['figures'][1]['ours']:.4f}</title>" in wide
for row in t["bits"]["rows"]:
    a, w = row["label"].split("/")
    x = row["figures"][0]["ours"]
    assert re.search(f"activations {a}, bits of weights {w}: {x:,.0f}<",
                     part["bits"]), (row, part["bits"][:2000])
PY

# ---- papers that are wrong ----------------------------------------------------

wrong() { # WHAT EXPRESSION SAYS: of a paper p with one table t and row r
	python3 - "$2" >"$tmp/bad.json" <<'PY'
import json, sys
r = {"label": "x", "command": "score", "published": {"size": 1},
     "file": "configs/networks/mixed7d0G.json"}
t = {"name": "t", "title": "T", "source": "page 1", "rows": [r],
     "columns": [{"name": "size", "at": ["/results/0/size_bytes"]}]}
p = {"schema": "nas/paper/1", "name": "p", "title": "P", "source": "S",
     "tables": [t]}
exec(sys.argv[1])
json.dump(p, sys.stdout, indent=1)
PY
	status 4 "$1" nas reproduce --paper "$tmp/bad.json"
	says "$3" "  says it"
	says "bad.json:" "  and the place"
}
wrong "a key that there is not" 'r["netwrk"] = "x"' "did you mean 'network'"
wrong "a command that there is not" 'r["command"] = "scor"' "did you mean 'score'"
wrong "a value of no column" 'r["published"] = {"sise": 1}' \
	"published 'sise' is in no column"
wrong "neither command nor reason" 'del r["command"]' "needs command, or cannot"
wrong "both" 'r["cannot"] = "no"' "has both command and cannot"
wrong "a score of nothing" 'del r["file"]' "missing key 'file', which 'score' needs"
wrong "a refinement without a config" 'r["command"] = "refine"' \
	"missing key 'config', which 'refine' needs"
wrong "a value that is a list" 'r["published"]["size"] = [1]' \
	"must be a number or a string"
wrong "a pointer that is no list" 't["columns"][0]["at"] = "/x"' \
	"must be a list of strings"
wrong "a name with a stroke" 't["name"] = "a/b"' "must be of a to z"
wrong "a paper's name with a stroke" 'p["name"] = "a/b"' "must be of a to z"
wrong "a table twice" 'p["tables"] = [t, t]' "the name 't' is there twice"
wrong "a column twice" 't["columns"] *= 2' "the name 'size' is there twice"
wrong "a row twice" 't["rows"] = [r, r]' "the label 'x' is there twice"
wrong "a column without place and reason" 'del t["columns"][0]["at"]' \
	"needs at, or cannot"
wrong "a place that is no pointer" 't["columns"][0]["at"] = ["size"]' \
	"'size' is no JSON pointer"
wrong "a key of another command" 'r["pin"] = "8"' \
	"'pin' is nothing that 'score' takes here"
wrong "the beginning of a key" 'r.update(command="allocate", metric="size", bits="4")' \
	"'bits' is nothing that 'allocate' takes here"
wrong "a key that goes with a metric" \
	'r.update(command="allocate", bits_w="4,8")' \
	"'bits_w' is nothing that 'allocate' takes here"
wrong "a key of a command in a row without one" \
	'r["cannot"] = "no"; del r["command"]' \
	"'file' is nothing for a row without command"
wrong "an item without a list" 'r["item"] = 2' "no column has a *"
wrong "a name without a list" 'r["named"] = "a"' "no column has a *"
wrong "an item by number and by name" \
	't["columns"][0]["at"] = ["/results/*/score"]; r.update(item=0, named="a")' \
	"the row has an item as well"
wrong "a default that no row takes" 't["row_defaults"] = {"sweep": "x"}' \
	"'sweep' is nothing that a row's command takes"

# A row that cannot be made says so; the others are there.
python3 - >"$tmp/failing.json" <<'PY'
import json
row = {"command": "score", "file": "configs/networks/mixed7d0G.json"}
rows = [dict(row, label="good"), dict(row, label="bad", network="nobody")]
json.dump({"schema": "nas/paper/1", "name": "p", "title": "P", "source": "S",
           "tables": [{"name": "t", "title": "T", "source": "S",
                       "columns": [{"name": "layers",
                                    "at": ["/results/0/layers"]}],
                       "rows": rows}]}, __import__("sys").stdout)
PY
status 4 "a row that fails" nas reproduce --paper "$tmp/failing.json"
says "1 of 2 rows failed; the first: p/t, bad: configs/networks/mixed7d0G.json" \
	"  is named, with its file"
says "no network named 'nobody'" "  and the reason"
prints "47" "  the other one is printed"
prints "1 rows computed" "  what failed is not computed"
prints "1 failed" "  but failed"
python3 - "$tmp/failing.json" >"$tmp/half.json" <<'PY'
import json, sys
p = json.load(open(sys.argv[1]))
t = p["tables"][0]
t["columns"].append({"name": "other", "at": ["/results/0/other"]})
t["rows"] = [{**t["rows"][0], "published": {"layers": 47, "other": 1}}]
json.dump(p, sys.stdout)
PY
status 0 "a figure that the command does not print, beside one that it does" \
	nas reproduce --paper "$tmp/half.json" -q --format json
check "  says so" json "$tmp/out" \
	'[f.get("cannot") for f in j["tables"][0]["rows"][0]["figures"]] ==
	 [None, "not in what the row'"'"'s command prints"]'
empty() { # WHAT COLUMN ROW: a row whose only figure is not there
	python3 - "$2" "$3" >"$tmp/empty.json" <<-'PY'
	import json, sys
	row = {"command": "score", "file": "configs/networks/mixed7d0G.json",
	       "label": "r", **json.loads(sys.argv[2])}
	json.dump({"schema": "nas/paper/1", "name": "p", "title": "P",
	           "source": "S", "tables": [{
	               "name": "t", "title": "T", "source": "S",
	               "columns": [{"name": "c", **json.loads(sys.argv[1])}],
	               "rows": [row]}]}, sys.stdout)
	PY
	status 1 "$1" nas reproduce --paper "$tmp/empty.json" -q --format json
	says "no column finds its figure" "  is said"
}
empty 'a place that is not in the output' '{"at": ["/results/0/layer"]}' '{}'
empty 'a figure beyond all numbers' \
	'{"at": ["/results/0/params"], "times": 1e308}' '{}'
empty 'an allocation that nothing meets' '{"at": ["/loss"]}' \
	'{"command": "allocate", "file": "configs/graphs/resnet18.json",
	  "metric": "size", "budget": "bitops=1"}'

# ---- nas score --bits, --network; nas sigma -----------------------------------

net=configs/networks/mobilenetv2.json
status 2 "bits that are none" nas score $net --bits 8
says "--bits: '8' is not A/W" "  says how they are written"
status 2 "too many bits" nas score $net --bits 8/33
status 4 "a network that is not in the file" nas score $net --network mobilenetv2-1-22
says "did you mean 'mobilenetv2-1-224'" "  names the nearest"
status 0 "nas sigma" nas sigma --sigmas 5 --bits 2-3
prints "1.7924496624" "  prints its constants"
status 2 "bits of sigma that are none" nas sigma --bits 3
finish
