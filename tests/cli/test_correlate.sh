#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas correlate: a small table against ranks counted here, files, bad input,
# MobileNets, and NAS-Bench-Macro where it is.
. "$(dirname "$0")/lib.sh"
macro=$root/../shared/data/nas-bench-macro_cifar10.json

# 120 networks whose accuracy is their width, with noise; two seeds.
python3 - "$tmp" <<'PY'
import json, random, sys
r = random.Random(4)
nets = []
for i in range(120):
    w = 8 * r.randrange(1, 9)
    net = {"schema": "nas/architecture/1", "name": f"n,{i}",
           "input": {"height": 32, "width": 32, "channels": 3},
           "blocks": [
               {"type": "conv", "in": 3, "out": w, "kernel": 3, "stride": 2},
               {"type": "mbconv", "in": w, "out": w, "hidden": 2 * w,
                "kernel": r.choice((3, 5)), "stride": 1,
                "depth": r.randrange(1, 4)}],
           "head": {"classes": 10}}
    seeds = [round(50 + w / 4 + r.gauss(0, 4)) for _ in range(2)]
    net["accuracies"] = seeds
    if i % 2:
        net["accuracy"] = sum(seeds) / 2
    nets.append(net)
json.dump(nets, open(sys.argv[1] + "/t.json", "w"))
del nets[0]["accuracies"]
json.dump(nets[:20], open(sys.argv[1] + "/none.json", "w"))
PY

status 0 'architectures' nas correlate "$tmp/t.json" -o "$tmp/d" -j 1
prints 'ceiling' 'the agreement of the seeds'
prints 'top tenth' 'the top tenth'
check 'the picture is XML' python3 -c 'import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.argv[1])' "$tmp/d/scatter.svg"
check 'plots' grep -q 'R-QE' "$tmp/d/scatter.svg"
check 'a row a network' test "$(wc -l <"$tmp/d/scores.csv")" -eq 121
status 5 'nothing is overwritten' nas correlate "$tmp/t.json" -o "$tmp/d"
for n in 100 99; do # ten bins of ten, or none
	json "$tmp/t.json" "json.dumps(j[:$n])" >"$tmp/few.json"
	nas correlate "$tmp/few.json" --bootstrap 0 --format json \
		>"$tmp/few.$n"
done
check '100 networks fill ten bins' json "$tmp/few.100" 'j["bins"] == 10'
check '99 do not' json "$tmp/few.99" 'j["bins"] == 0'
status 0 'as JSON' nas correlate "$tmp/t.json" --format json -j 2
check '  the same bytes for any -j' cmp "$tmp/out" "$tmp/d/correlation.json"
check 'ranks counted from scores.csv' python3 - "$tmp" <<'PY'
import csv, json, math, sys
t = sys.argv[1]
rows = list(csv.DictReader(open(t + "/d/scores.csv")))
nets = json.load(open(t + "/t.json"))
assert [r["network"] for r in rows] == [n["name"] for n in nets]
sign = lambda x: (x > 0) - (x < 0)
def ranks(x):
    return [sum(b < a for b in x) + sum(b == a for b in x) / 2 for a in x]
def pearson(x, y):
    mx, my = sum(x) / len(x), sum(y) / len(y)
    xy = sum((a - mx) * (b - my) for a, b in zip(x, y))
    xx = sum((a - mx) ** 2 for a in x)
    yy = sum((b - my) ** 2 for b in y)
    return xy / math.sqrt(xx * yy)
def tau(x, y):
    s = tx = ty = 0
    for i in range(len(x)):
        for j in range(i):
            a, b = sign(x[i] - x[j]), sign(y[i] - y[j])
            s += a * b
            tx += a != 0
            ty += b != 0
    return s / math.sqrt(tx * ty)
snap = lambda x: [float("%.11g" % a) for a in x]
y = [float(r["accuracy"]) for r in rows]
assert y == [sum(n["accuracies"]) / 2 for n in nets]
least = sorted(y)[-12]
top = [i for i, a in enumerate(y) if a >= least]
got = json.load(open(t + "/out"))
assert got["networks"] == 120 and got["top"] == len(top) and got["seeds"] == 2
for s in got["scores"]:
    x = snap([float(r[s["name"]]) for r in rows])
    for part, at in ((s["all"], range(120)), (s["top"], top)):
        a, b = [x[i] for i in at], [y[i] for i in at]
        assert part["n"] == len(a)
        for key, f in (("spearman", lambda a, b: pearson(ranks(a), ranks(b))),
                       ("kendall_tau_b", tau)):
            if part[key] is None:
                assert len(set(a)) == 1 or len(set(b)) == 1
                continue
            assert abs(part[key] - f(a, b)) < 1e-9, (s["name"], key)
            if at is not top:
                low, high = part[key + "_interval"]
                assert low <= part[key] + 0.05 and part[key] - 0.05 <= high
# within bins of MACs: 12 of 10 networks each
assert got["bins"] == 12
def macs(n):
    stem, mb = n["blocks"]
    w, h, k, side = stem["out"], mb["hidden"], mb["kernel"], 16 * 16
    return (3 * w * 9 * side + w * 10
            + mb["depth"] * side * (w * h + k * k * h + h * w))
order = sorted(range(120), key=lambda i: macs(nets[i]))
for s in got["scores"]:
    x = snap([float(r[s["name"]]) for r in rows])
    rho = []
    for b in range(12):
        at = order[10 * b:10 * b + 10]
        v, u = [x[i] for i in at], [y[i] for i in at]
        if len(set(v)) > 1 and len(set(u)) > 1:
            rho.append(pearson(ranks(v), ranks(u)))
    if rho:
        assert abs(s["within_flops"] - sum(rho) / len(rho)) < 1e-9, s["name"]
    else:
        assert s["within_flops"] is None, s["name"]
a, b = zip(*(n["accuracies"] for n in nets))
assert abs(got["ceiling"]["all"]["kendall_tau_b"] - tau(a, b)) < 1e-9
PY
names=$(python3 -c 'import json, sys
print(" ".join(s["name"] for s in json.load(open(sys.argv[1]))["scores"]))' \
	"$tmp/out")
for s in qe qe-equal rqe deepmad params macs bitops depth; do
	check "a row for $s" test -z "${names##*$s*}"
done
status 0 'other stage weights' nas correlate "$tmp/t.json" --format json \
	--stage-weights 2.5 --bootstrap 0
check '  then no row with equal ones' json "$tmp/out" \
	'"qe-equal" not in [s["name"] for s in j["scores"]]'
check '  and no intervals' json "$tmp/out" \
	'j["scores"][0]["all"]["spearman_interval"] is None'
status 4 'too many weights' nas correlate "$tmp/t.json" --stage-weights 1,2,3
status 2 'weights that are none' nas correlate "$tmp/t.json" \
	--stage-weights 1,x
status 4 'a network without accuracy' nas correlate "$tmp/none.json"
says "'n,0') has no accuracy" '  it is named'
status 0 'the schema' nas schema correlation

status 0 'MobileNets' nas correlate "$root/tests/data/mobilenets_accuracy.json" \
	--format json
check '  DeepMAD where it is defined' json "$tmp/out" \
	'{s["name"]: s["all"]["n"] for s in j["scores"]}["deepmad"] == 38'
check '  too few for a top tenth' json "$tmp/out" \
	'j["top"] == 0 and j["scores"][0]["top"]["spearman"] is None'
status 0 'from standard input' bash -c \
	"'$program' correlate - <'$root/tests/data/mobilenets_accuracy.json'"
python3 -c 'import json, sys
json.dump(json.load(open(sys.argv[1]))[:1], open(sys.argv[2], "w"))' \
	"$tmp/t.json" "$tmp/one.json"
status 4 'one network' nas correlate "$tmp/one.json"
says 'one network only: nothing to rank' '  says so'
status 4 'a table of others' nas correlate \
	"$root/tests/data/mobilenets_accuracy.csv"
status 5 'no file' nas correlate "$tmp/absent.json"

# Papers name scores (configs/papers).
status 0 'scores of a table that papers look at' nas correlate \
	"$root/tests/data/mobilenets_accuracy.json" --bootstrap 0 --format json
check '  each row of a paper has the score of its label' python3 - \
	"$tmp/out" "$root"/configs/papers/*.json <<'PY'
import json, sys
scores = {s["name"]: s["title"] for s in json.load(open(sys.argv[1]))["scores"]}
seen = 0
for path in sys.argv[2:]:
    for table in json.load(open(path))["tables"]:
        if table.get("row_defaults", {}).get("command") != "correlate":
            continue
        for row in table["rows"]:
            if "note" in row: # beside the scores
                assert row["named"] not in scores, row
            else:
                assert scores[row["named"]] == row["label"], row
                seen += 1
assert seen >= 2 * 12
PY

if [ -e "$macro" ]; then
	status 0 'NAS-Bench-Macro in our form' \
		python3 "$root/tests/tools/measured.py" "$macro"
	cp "$tmp/out" "$tmp/macro.json"
	status 0 '  its scores' nas correlate "$tmp/macro.json" --format json \
		--bootstrap 20
	check '  published figures' python3 - "$tmp/out" <<'PY'
import json, sys
j = json.load(open(sys.argv[1]))
assert j["networks"] == 6561
s = {x["name"]: x for x in j["scores"]}
for name, want in (("params", 0.318), ("macs", 0.748), ("qe-equal", 0.823),
                   ("rqe", 0.975)):
    assert abs(s[name]["all"]["spearman"] - want) < 6e-4, name
assert abs(s["rqe"]["all"]["spearman"] - 0.9753) < 6e-5
assert abs(s["rqe"]["all"]["kendall_tau_b"] - 0.8653) < 6e-5
assert abs(s["macs"]["all"]["kendall_tau_b"] - 0.556) < 6e-4
assert abs(s["rqe"]["within_flops"] - 0.922) < 2e-3
PY
	status 0 '  with the published search weights' nas correlate \
		"$tmp/macro.json" --stage-weights 0,0,1,6 --bootstrap 0 --format json
	check '  0.742' json "$tmp/out" \
		'abs(j["scores"][0]["all"]["spearman"] - 0.742) < 6e-4'
else
	echo "ok - NAS-Bench-Macro # SKIP no $macro"
fi
finish
