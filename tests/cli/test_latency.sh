#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas latency, and latency as a budget.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
table=tests/data/latency_stm32h747.json
board=stm32h747-cubeai

status 0 "fit to published networks" nas latency fit $table -o "$tmp/fit.json"
check "  left-out rows are off by 2 % at most, in the mean" \
	json "$tmp/fit.json" 'j["error"]["mean_percent"] <= 2 and j["error"]["rows"] == 15'
check "  the model that is built in has its coefficients" python3 - "$tmp" <<'PY'
import json, sys
a = json.load(open(sys.argv[1] + "/fit.json"))
b = json.load(open("spaces/latency_models/stm32h747-cubeai.json"))
assert a["coefficients"] == b["coefficients"] and a["error"] == b["error"]
PY
nas latency fit $table >"$tmp/out"
prints "Spearman" "  people are told the worst rows"
status 0 "fit on some rows" nas latency fit $table --fit-on 10 \
	--terms macs_conv,macs_pointwise --format json
check "  judged on the others" json "$tmp/out" 'j["error"]["rows"] == 5'

# Single layers in cycles, made of known coefficients.
python3 - >"$tmp/layers.csv" <<'PY'
print("kind,in,out,kernel,stride,height,width,cycles")
for i in range(24):
    kind = ("conv", "pointwise", "depthwise", "dense")[i % 4]
    c, o, s = 8 + 3 * i, 8 + 5 * (i * 7 % 11), 1 + i % 2
    h, k = 12 + i % 5, 3 + 2 * (i % 3)
    if kind in ("pointwise", "dense"): k, s = 1, 1
    if kind == "dense": h = 1
    if kind == "depthwise": o = c
    out = -(-h // s)
    macs = out * out * k * k * (1 if kind == "depthwise" else c) * o
    rate = {"conv": 5, "pointwise": 2, "depthwise": 12, "dense": 7}[kind]
    n = rate * macs + (0 if kind == "dense" else 3 * (h * h * c + out * out * o))
    print(f"{kind},{c},{o},{k},{s},{h},{h},{n}")
PY
status 0 "fit to layers" nas latency fit "$tmp/layers.csv" --clock 100 \
	--format json
check "  finds the coefficients" json "$tmp/out" \
	'all(abs(j["coefficients"][k] - v) < 1e-6 * v for k, v in dict(macs_conv=50, macs_pointwise=20, macs_depthwise=120, macs_dense=70, bytes_conv=30, bytes_pointwise=30, bytes_depthwise=30).items())'
status 2 "cycles without a clock" nas latency fit "$tmp/layers.csv"
says "--clock" "  names the option"
sed '2s/conv/cnv/' "$tmp/layers.csv" >"$tmp/bad.csv"
status 4 "a kind that there is not" nas latency fit "$tmp/bad.csv" --clock 1
says "bad.csv:2" "  names the place"
status 2 "a term that there is not" nas latency fit $table --terms macs_cnv
says "did you mean 'macs_conv'" "  names the nearest"
status 4 "networks without latency" nas latency fit \
	tests/data/mobilenets_accuracy.json
status 4 "one row" nas latency fit <(head -2 "$tmp/layers.csv") --clock 1

status 0 "show lists the models" nas latency show
prints $board "  with the board's"
status 0 "show one" nas latency show $board
prints "1.24 %" "  with its error"
status 5 "a model that there is not" nas latency show nowhere.json

status 4 "a limit without a model" nas search configs/quick.json -q \
	--set budgets.latency_ms=1
says "latency_model" "  says what is missing"
# The model by name, by file and as it stands gives one network.
for model in "$board" "$tmp/fit.json"; do
	status 0 "a limit by ${model##*/}" nas search configs/quick.json -q \
		--set budgets.latency_model="$model" \
		--set budgets.latency_ms=8 --format json $unhurried
	check "  which the network holds, proven" json "$tmp/out" \
		'j["certificate"]["optimal"] and 0.9 < j["best"][0]["used"]["latency_ms"] <= 1'
	json "$tmp/out" 'j["best"][0]["architecture"]["blocks"]' \
		>>"$tmp/blocks"
done
check "  the same for both" test "$(sort -u "$tmp/blocks" | wc -l)" = 1
status 0 "a sweep of the limit" nas certify configs/quick.json -q \
	--set budgets.latency_model=$board --sweep latency_ms=6:9:4 \
	--format json $unhurried
check "  more time, more score" json "$tmp/out" \
	'len(j["points"]) == 4 and all(a["certificate"]["upper_bound"] < b["certificate"]["upper_bound"] for a, b in zip(j["points"], j["points"][1:]))'
status 0 "a sample inside the limit" nas sample configs/quick.json -n 50 \
	--set budgets.latency_model=$board --set budgets.latency_ms=8
finish
