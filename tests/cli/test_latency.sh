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

# Each model that is built in is the fit to its table. What is not said of a
# table's other rows is left to the file.
same_model() { # NAME TABLE [OPTION ...]: coefficients, and the error of rows
	nas latency fit "$2" "${@:3}" -o "$tmp/$1.json" --force -q >/dev/null &&
		python3 - "$tmp/$1.json" "$1" <<'PY'
import json, sys
a = json.load(open(sys.argv[1]))
b = json.load(open(f"spaces/latency_models/{sys.argv[2]}.json"))
for key in ("coefficients", "channel_step", "on_chip_bytes", "factors"):
    assert a[key] == b[key], key
assert a["error"] == b["error"] or "kernels" in b["error"]["method"]
assert b["name"] == sys.argv[2] and b["source"]
PY
}
check "  is the model that is built in" same_model stm32h747-cubeai $table
check "TinyEngine on an STM32H743" same_model stm32h743-tinyengine \
	tests/data/latency_stm32h743_tinyengine.json \
	--terms macs_conv,macs_pointwise,macs_depthwise,bytes_pointwise
check "Cube.AI there, of which only MACs are known" same_model \
	stm32h743-cubeai tests/data/latency_stm32h743_cubeai.csv
for chip in xc7z020 xc7z045; do
	check "one rate of $chip" same_model $chip \
		tests/data/latency_$chip.csv --terms macs_conv
done
check "kernels of an ESP32-S3" same_model esp32s3-espnn \
	tests/data/latency_esp32s3.csv --clock 240 \
	--terms macs_conv,macs_pointwise,macs_depthwise,macs_dense

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
layers() { # ROW...: a table of layers
	printf '%s\n' kind,in,out,kernel,stride,height,width,ms "$@" \
		>"$tmp/bad.csv"
}
layers depthwise,4,32,3,1,8,8,1 depthwise,3,8,3,1,8,8,1
status 4 "depthwise from 3 channels to 8" nas latency fit "$tmp/bad.csv"
says "bad.csv:3:13: out of a depthwise layer must be a multiple of in, 3" \
	"  and where"
for kind in pointwise dense squeeze; do
	layers $kind,8,8,3,1,8,8,1 $kind,8,8,1,1,8,8,1
	status 4 "$kind by 3x3" nas latency fit "$tmp/bad.csv"
	says "kernel of a $kind layer must be 1, not 3" "  is none"
done
printf '%s\n' network,macs,ms a,1000000,1e-300 b,2000000,1e300 >"$tmp/bad.csv"
status 4 "rows that nothing explains" nas latency fit "$tmp/bad.csv"
says "all coefficients would be 0" "  make no model"
bad_model() { # WHAT COEFFICIENTS FACTORS MESSAGE
	echo '{"coefficients": {'"$2"'}, "factors": ['"$3"']}' \
		>"$tmp/bad.json"
	status 4 "$1" nas latency show "$tmp/bad.json"
	says "$4" "  is refused"
}
bad_model "a coefficient that rounding takes away" \
	'"macs_dense": 1000, "macs_pointwise": 0.05' '' \
	"macs_pointwise must be 0 or at least 1/16384 of the largest"
bad_model "a factor that rounding takes away" '"macs_conv": 1' \
	'{"bits_a": 8, "bits_w": 4, "factor": 0.001}' \
	"/factors/0/factor: must be at least 0.015625, not 0.001"
bad_model "two factors of one pair of bits" '"macs_conv": 1' \
	'{"bits_a": 8, "bits_w": 4, "factor": 1},
	{"bits_a": 8, "bits_w": 4, "factor": 2}' \
	"two factors of activations of 8 bits by weights of 4"
status 4 "networks without latency" nas latency fit \
	tests/data/mobilenets_accuracy.json
status 4 "one row" nas latency fit <(head -2 "$tmp/layers.csv") --clock 1


# Networks layer by layer, of which what is over 32 kB takes four times
# as long; and what only such a table can say: a block of expansion 1 with
# squeeze-and-excitation.
python3 - >"$tmp/networks.csv" <<'PY'
print("network,kind,in,out,kernel,stride,height,width,ms")
for i in range(60):
    c, h = 8 + 8 * (i % 5), 12 + 4 * (i % 7)
    k, q, out = 3 + 2 * (i % 2), 2 + i % 3, 16 + 8 * (i * 3 % 4)
    layers = [("depthwise", c, c, k, 1), ("squeeze", c, q, 1, 1),
              ("pointwise", c, out, 1, 1), ("dense", out, 10, 1, 1)]
    ms = 0.5
    for kind, a, b, *_ in layers:
        side = 1 if kind == "dense" else h
        size = side * side * (2 * a if kind == "squeeze" else a + b)
        ms += {"depthwise": k * k * h * h * c, "squeeze": 0, "dense": a * b,
               "pointwise": h * h * a * b}[kind] * 2e-6
        if kind == "squeeze":
            ms += size * (4e-5 if size > 32768 else 1e-5)
    for j, (kind, a, b, kernel, s) in enumerate(layers):
        side = 1 if kind == "dense" else h
        print(f"n{i},{kind},{a},{b},{kernel},{s},{side},{side},{'' if j else repr(ms)}")
PY
terms=macs_pointwise,macs_depthwise,macs_dense,bytes_squeeze,spill_squeeze,network
status 0 "fit to networks layer by layer" nas latency fit "$tmp/networks.csv" \
	--terms $terms --on-chip 32KiB --format json
check "  finds the coefficients" json "$tmp/out" \
	'j["error"]["rows"] == 60 and all(abs(j["coefficients"][k] - v) < 1e-6 * v for k, v in dict(macs_pointwise=2, macs_depthwise=2, bytes_squeeze=10, spill_squeeze=30, network=0.5).items())'
status 0 "a size on the chip that suits the rows" nas latency fit \
	"$tmp/networks.csv" --terms $terms --on-chip auto --fit-on 40 \
	--format json
check "  is found" json "$tmp/out" \
	'j["on_chip_bytes"] == 32768 and j["error"]["rows"] == 20 and j["error"]["mean_percent"] < 0.1'
status 2 "a size that is none" nas latency fit "$tmp/networks.csv" --on-chip some
sed '3s/,$/,1/' "$tmp/networks.csv" >"$tmp/bad.csv"
status 4 "a time below a network's first row" nas latency fit "$tmp/bad.csv"
says "bad.csv:3" "  names the place"

status 0 "show lists the models" nas latency show
prints $board "  with the board's"
status 0 "show one" nas latency show $board
prints "1.24 %" "  with its error"
prints "not counted by themselves: macs_depthwise, macs_squeeze" \
	"  and what it takes for free"
status 0 "show one of many words" nas latency show stm32h743-tinyengine
prints "would make stems free" "  with its whole source"
status 5 "a model that there is not" nas latency show nowhere.json
says "'nas latency show' lists" "  says where they are listed"

# A config that names a board has the board's model, unless it says another.
of_board() { # SET ...: the resolved config's model
	nas check configs/quick.json --resolved "$@" |
		python3 -c 'import json, sys
print(json.load(sys.stdin)["budgets"].get("latency_model", {}).get("name"))'
}
check "a board's model" test stm32h743-tinyengine = "$(of_board \
	--set 'budgets.board="stm32h743"' --set budgets.latency_ms=9)"
check "  unless another is named" test $board = "$(of_board \
	--set 'budgets.board="stm32h743"' --set budgets.latency_model=$board)"
check "  none of a board that has none" test None = "$(of_board \
	--set 'budgets.board="rp2040"')"
status 0 "check says so" nas check configs/quick.json \
	--set 'budgets.board="esp32-s3"'
prints "counted by the model of esp32-s3, esp32s3-espnn" "  by name"
status 4 "a limit on a board without a model" nas check configs/quick.json \
	--set 'budgets.board="rp2040"' --set budgets.latency_ms=9

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

# What shows it: score, layers, C, result and page.
run="$tmp/run" net="$tmp/run/best/001/architecture.json"
status 0 "a run of a board with a model" nas search configs/quick.json -q \
	--set 'budgets.board="stm32h743"' --max-evals 5000 -o "$run"
prints "ms by stm32h743-tinyengine, off by 5.1 %" "  says it, with the error"
status 0 "score counts it" nas score "$net" --latency-model \
	stm32h743-tinyengine --format json
check "  as the run does, and its layers as layers.csv" python3 - \
	"$tmp/out" "$run" <<'PY'
import csv, json, sys
score = json.load(open(sys.argv[1]))["results"][0]
best = json.load(open(sys.argv[2] + "/result.json"))["best"][0]
assert score["latency_ms"] == best["latency_ms"] > 0
assert score["latency_model"] == "stm32h743-tinyengine"
assert 5 < score["latency_error_percent"] < 5.1
rows = list(csv.DictReader(open(sys.argv[2] + "/best/001/layers.csv")))
layers = [float(r["latency_ms"]) for r in rows]
error = score["latency_error_percent"]
assert {float(r["latency_error_percent"]) for r in rows} == {error}
result = json.load(open(sys.argv[2] + "/result.json"))
assert result["latency_error_percent"] == error
assert f"off by {error:.1f} %" in result["latency_by"]
assert layers == [l["latency_ms"] for l in score["layers_table"]]
assert abs(sum(layers) - best["latency_ms"]) < 1e-9  # no classifier, no constant
PY
nas score "$net" --latency-model esp32s3-espnn >"$tmp/out"
prints "ms by esp32s3-espnn, off by 12.1 %" "  people are told the error"
check "the page has it" grep -q "by the model stm32h743-tinyengine, off by 5.1" \
	"$run/report.html"
check "  layer by layer" grep -q "Latency (ms)</th></tr>" "$run/report.html"
nas export "$net" --to c -o "$tmp/c" -q --latency-model esp32s3-espnn
check "the C's header" grep -q "^ \* latency .* ms on ESP32-S3" "$tmp/c"/*_001.h
status 5 "a model that there is not" nas score "$net" --latency-model none
check "without a model nothing is said" bash -c \
	"! nas score '$net' | grep -q latency &&
	 ! nas export '$net' --to csv | grep -q latency"

status 0 "a sweep of the limit" nas certify configs/quick.json -q \
	--set budgets.latency_model=$board --sweep latency_ms=6:9:4 \
	--format json $unhurried
check "  more time, more score" json "$tmp/out" \
	'len(j["points"]) == 4 and all(a["certificate"]["upper_bound"] < b["certificate"]["upper_bound"] for a, b in zip(j["points"], j["points"][1:]))'
python3 - "$tmp" <<'PY'
import json, sys
json.dump({"name": "by bits", "coefficients": {"macs_pointwise": 5},
           "factors": [{"bits_a": 8, "bits_w": 8, "factor": 2}]},
          open(sys.argv[1] + "/bits.json", "w"))
PY
nas search configs/quick.json -q -n 2000 --no-certify -o "$tmp/bits" >/dev/null
nas score "$tmp/bits/best/001/architecture.json" --latency-model \
	"$tmp/bits.json" --format json >"$tmp/was"
status 0 "bits inside a limit of time" nas refine \
	"$tmp/bits/best/001/architecture.json" --config configs/quick.json \
	--set "budgets.latency_model=$tmp/bits.json" \
	--set budgets.latency_ms=9 -o "$tmp/refined.json"
prints "latency_ms is counted by by bits" "  says the model"
check "  what it takes before and after, and the limit" grep -q \
	'^latency ms .* [0-8]\.[0-9]* *9$' "$tmp/out"
nas score "$tmp/refined.json" --latency-model "$tmp/bits.json" \
	--format json >"$tmp/now"
check "  and keeps it" python3 - "$tmp" <<'PY'
import json, sys
was, now = (json.load(open(f"{sys.argv[1]}/{f}"))["results"][0]["latency_ms"]
            for f in ("was", "now"))
assert now <= 9 < was, (was, now)
PY
status 0 "a sample inside the limit" nas sample configs/quick.json -n 50 \
	--set budgets.latency_model=$board --set budgets.latency_ms=8

# ---- of a sweep, a comparison, samples ----
set_board=(--set 'budgets.board="stm32h743"' --set search.max_evals=500)
nas sweep configs/quick.json --grid budgets.latency_ms=8,12 "${set_board[@]}" \
	-q -o "$tmp/sweep" >"$tmp/out"
nas sweep --merge "$tmp/sweep" -q >"$tmp/out"
prints "latency_ms is counted by stm32h743-tinyengine, off by" "a sweep says it"
check "  each job's" python3 - "$tmp/sweep/table.csv" <<'PY'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
assert [0.9 < float(r["latency_ms"]) / float(r["budgets.latency_ms"]) <= 1
        for r in rows] == [True, True], rows
assert all(5 < float(r["latency_error_percent"]) < 5.1 for r in rows), rows
PY
check "  and its page" grep -q "Latency is counted by stm32h743-tinyengine" \
	"$tmp/sweep/report.html"
nas sweep configs/quick.json --set search.max_evals=500 \
	--grid budgets.latency_model=zcu102,vck190 -q -o "$tmp/models" >"$tmp/out"
nas sweep --merge "$tmp/models" -q >"$tmp/out"
prints "latency_ms is counted by several models; table.csv says" \
	"a sweep of models does not name one"
nas compare configs/quick.json -n 20 --no-search "${set_board[@]}" -q \
	-o "$tmp/compare" >"$tmp/out"
check "random networks of a comparison have it, and the error" \
	grep -q ",latency_ms,latency_error_percent$" "$tmp/compare/samples.csv"
check "  in each row" test 20 = \
	"$(grep -c ',5\.0[0-9]*$' "$tmp/compare/samples.csv")"
nas compare configs/quick.json -n 20 "${set_board[@]}" -q -o "$tmp/best" \
	>"$tmp/out"
prints "ms by stm32h743-tinyengine, off by 5.1 %" "  and its best one"
check "  in compare.json" json "$tmp/best/compare.json" \
	'"off by 5.1 %" in j["spaces"][0]["latency_by"]'
check "  and its page" grep -q \
	"Latency of quick is counted by stm32h743-tinyengine, off by 5.1" \
	"$tmp/best/compare.html"
check "  with a column" grep -q 'data-head="Latency (ms)">[0-9]' \
	"$tmp/best/compare.html"
nas pareto configs/quick.json --over flash_bytes -n 2 "${set_board[@]}" -q \
	-o "$tmp/front" >"$tmp/out"
prints "counted by stm32h743-tinyengine, off by 5.1 %" "a front says it"
check "  in its file" json "$tmp/front/pareto.json" \
	'"off by 5.1 %" in j["latency_by"]'
check "  in its table" grep -q "^1,.*,5\.0[0-9]*,.*architecture" \
	"$tmp/front/pareto.csv"
check "  on its page" grep -q "counted by stm32h743-tinyengine, off by 5.1" \
	"$tmp/front/pareto.html"
nas pareto configs/quick.json --over latency_ms=5..20.4 -n 3 \
	"${set_board[@]}" --set budgets.latency_ms=8 -q -o "$tmp/time" >"$tmp/out"
check "a page of a front over time says milliseconds" bash -c \
	"tr -d '\n' <'$tmp/time/pareto.html' | sed 's/&nbsp;\|\xc2\xa0/ /g' |
	grep -q 'more Latency, 8.8 ms in place of 8 ms'"
nas sample configs/quick.json -n 3 "${set_board[@]}" -q >"$tmp/out"
prints "ms by stm32h743-tinyengine, off by" "samples say it"
nas sample configs/quick.json -n 3 "${set_board[@]}" -q --format json \
	>"$tmp/out"
check "  in JSON" json "$tmp/out" '"off by 5.1 %" in j["latency_by"]'
nas sample configs/quick.json -n 3 -q >"$tmp/out"
check "  only where there is a model" bash -c "! grep -q ' ms' '$tmp/out'"

# ---- bits of a trained network inside a latency, against enumeration ----
tests/tools/small_net.py "$tmp" 16 16 1 4
cat >"$tmp/bits.json" <<'EOF'
{"schema": "nas/latency/1", "name": "by bits",
 "coefficients": {"macs_conv": 5, "macs_pointwise": 3, "macs_depthwise": 9,
                  "macs_dense": 6, "network": 0.2},
 "factors": [{"bits_a": 8, "bits_w": 4, "factor": 0.75},
             {"bits_a": 4, "bits_w": 4, "factor": 0.5},
             {"bits_a": 4, "bits_w": 8, "factor": 0.875},
             {"bits_a": 8, "bits_w": 2, "factor": 0.625}]}
EOF
nas export "$tmp/arch.json" --to onnx -o "$tmp/small.onnx" -q
bits=(--metric msqe --bits-w 2,4,8 --bits-a 4,8 --data "$tmp/x-idx3-ubyte")
status 0 "losses by bits" nas sensitivity "$tmp/small.onnx" "${bits[@]}" \
	--format json
cp "$tmp/out" "$tmp/losses.json"
status 0 "the least loss at 12 limits" nas allocate "$tmp/small.onnx" \
	"${bits[@]}" --pin 0 --latency-model "$tmp/bits.json" \
	--sweep latency_ms=0.34:0.56:12 -o "$tmp/points.json"
check "  is the least of all policies" python3 - "$tmp" <<'PY'
import itertools, json, sys
losses = json.load(open(sys.argv[1] + "/losses.json"))["layers"]
points = json.load(open(sys.argv[1] + "/points.json"))["points"]
factor = {(8, 4): .75, (4, 4): .5, (4, 8): .875, (8, 2): .625}
rate = [5, 3, 9, 3, 6]  # conv, expand, depthwise, project, classifier
bits = [(w, a) for w in range(3) for a in range(2)]
layers = []
for l, r in zip(losses, rate):
    layers.append([(l["loss_w"][w] + l["loss_a"][a],
                    l["macs"] * r / 1e6 * factor.get(((4, 8)[a], (2, 4, 8)[w]), 1))
                   for w, a in bits])
every = [(sum(x[0] for x in p), 0.2 + sum(x[1] for x in p))
         for p in itertools.product(*layers)]
found = 0
for p in points:
    inside = [loss for loss, ms in every if ms <= p["budgets"]["latency_ms"]]
    assert bool(inside) == (p["status"] == "optimal"), p
    if inside:
        found += 1
        assert abs(min(inside) - p["loss"]) < 1e-7 * min(inside), p
assert 6 <= found < 12 and len(set(p.get("loss") for p in points)) > 6
PY
nas allocate "$tmp/small.onnx" "${bits[@]}" --latency-model "$tmp/bits.json" \
	--budget latency_ms=0.46 >"$tmp/out"
prints "latency_ms is counted by by bits" "  says by which model"
prints "of 0.46; one more unit saves" "  and what a millisecond is worth"
nas allocate "$tmp/small.onnx" --metric msqe --bits-a 8 --latency-model \
	stm32h743-tinyengine --budget bits=6 --format json >"$tmp/out"
check "  the error stands in JSON" json "$tmp/out" \
	'"off by 5.1 %" in j["latency_by"]'
nas allocate "$tmp/small.onnx" --metric msqe --bits-a 8 --latency-model \
	stm32h743-tinyengine --sweep bits=6:8:2 -o "$tmp/curve.csv" >"$tmp/out"
check "  in the points' table" test 2 = \
	"$(grep -c '8/8,5\.0[0-9]*$' "$tmp/curve.csv")"
prints "counted by stm32h743-tinyengine, off by 5.1 %" "  and is said"
status 2 "a limit without a model" nas allocate "$tmp/small.onnx" \
	"${bits[@]}" --budget latency_ms=1
says "needs --latency-model" "  says what is missing"
finish
