#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas search: the run directory, its files, the same bytes for any threads.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick="configs/quick.json $unhurried"

status 0 "a search" nas search $quick -o "$tmp/run"
check "no progress bar where there is no terminal" \
	bash -c "! grep -q $'\\r' '$tmp/err'"
says "nas export '$tmp/run/best/001/architecture.json' --to c" \
	"says how a board gets it"
check "  and so does its page" grep -q \
	'nas export best/001/architecture.json --to c -o board' \
	"$tmp/run/report.html"
(cd "$tmp/run" && "$program" export best/001/architecture.json --to c -q \
	-o "$tmp/board")
check "  which works" test -s "$tmp/board/quick_001.c"
for f in config.json result.json history.csv log.jsonl meta.json \
	best/001/architecture.json best/001/layers.csv; do
	check "writes $f" test -s "$tmp/run/$f"
done
check "no temporary file is left" test -z "$(find "$tmp/run" -name '*.tmp*')"
r=$tmp/run/result.json
check "result: status ok" json "$r" 'j["status"] == "ok" and j["schema"] == "nas/result/1"'
check "result: ranks in order of score" json "$r" \
	'all(a["qe_score"] >= b["qe_score"] and a["rank"] + 1 == b["rank"] for a, b in zip(j["best"], j["best"][1:]))'
check "result: every budget held" json "$r" \
	'all(0 < u <= 1 for b in j["best"] for u in b["used"].values())'
check "result: a folder for each network" json "$r" \
	"len(j['best']) == len(__import__('os').listdir('$tmp/run/best'))"
check "result: a certificate that holds" json "$r" \
	'j["certificate"]["upper_bound"] >= j["best"][0]["qe_score"]'
check "BitOps, counted from the files" python3 - "$tmp/run" <<'PY'
import csv, json, sys
run = sys.argv[1]
for net in json.load(open(run + "/result.json"))["best"]:
    arch = net["architecture"]
    side, total, head = arch["input"]["height"], 0, arch["head"]
    for e in arch["blocks"]:
        width = e["in"]
        for d in range(e.get("depth", 1)):
            s, k, h = e["stride"] if d == 0 else 1, e["kernel"], e.get("hidden")
            small = -(-side // s)
            macs = ([side ** 2 * width * h, small ** 2 * h * k * k,
                     small ** 2 * h * e["out"]] if h else
                    [small ** 2 * width * e["out"] * k * k])
            bits = slice(d * len(macs), (d + 1) * len(macs))
            total += sum(m * a * w for m, a, w in zip(
                macs, e["bits_a"][bits], e["bits_w"][bits]))
            side, width = small, e["out"]
    total += width * head["classes"] * head["bits_a"] * head["bits_w"]
    assert net["bitops"] == total, (net["rank"], net["bitops"], total)
PY
check "history.csv: as many columns as islands" python3 - "$tmp/run" <<'PY'
import csv, json, sys
run = sys.argv[1]
rows = list(csv.reader(open(run + "/history.csv")))
islands = json.load(open(run + "/config.json"))["search"]["islands"]
assert all(len(r) == 6 + islands for r in rows), rows[0]
evals = [int(r[0]) for r in rows[1:]]
assert evals == sorted(evals)
best = [float(r[3]) for r in rows[1:] if r[3]]
assert best == sorted(best)
for line in open(run + "/log.jsonl"):
    assert "event" in json.loads(line)
PY
check "layers.csv: sums and peak are the result's" python3 - "$tmp/run" <<'PY'
import csv, json, sys
run = sys.argv[1]
net = json.load(open(run + "/result.json"))["best"][0]
rows = list(csv.DictReader(open(run + "/best/001/layers.csv")))
assert len(rows) == net["layers"]
close = lambda a, b: abs(a - b) <= 1e-9 * max(1, abs(b))
assert close(max(float(r["memory_bytes"]) for r in rows),
             net["peak_memory_bytes"])
assert close(sum(float(r["weight_bytes"]) for r in rows), net["size_bytes"])
assert close(sum(float(r["flops"]) for r in rows), net["flops"])
head, last = net["architecture"]["head"], net["architecture"]["blocks"][-1]
assert (sum(float(r["bitops"]) for r in rows) + last["out"] * head["classes"] *
        head["bits_a"] * head["bits_w"] == net["bitops"])
assert sum(int(r["binds"]) for r in rows) == 1
PY
check "nas score gives the same figures" python3 - "$program" "$tmp/run" <<'PY'
import json, subprocess, sys
program, run = sys.argv[1:]
net = json.load(open(run + "/result.json"))["best"][0]
out = subprocess.run([program, "score", "--format", "json",
                      run + "/best/001/architecture.json"],
                     capture_output=True, check=True).stdout
got = json.loads(out)["results"][0]
for key in ("flops", "bitops", "macs", "params", "size_bytes", "flash_bytes",
            "peak_memory_bytes", "layers"):
    assert abs(got[key] - net[key]) <= 1e-9 * abs(net[key]), key
PY

strip() { rm -f "$1/meta.json"; }
cp -r "$tmp/run" "$tmp/first" && strip "$tmp/first"
for j in 1 2 3 8; do
	nas search $quick -q -j $j -o "$tmp/run$j" >"$tmp/out$j" 2>&1
	strip "$tmp/run$j"
	check "-j $j gives the same files" diff -r "$tmp/first" "$tmp/run$j"
	check "-j $j prints the same" cmp "$tmp/out1" "$tmp/out$j"
done
nas search "$tmp/run/config.json" -q -o "$tmp/again" >"$tmp/out" 2>&1
strip "$tmp/again"
check "the resolved config gives the same run" diff -r "$tmp/first" "$tmp/again"

status 5 "an existing run is not overwritten" nas search $quick -o "$tmp/run"
echo mine >"$tmp/run/notes.txt"
mkdir "$tmp/run/best/999"
status 0 "--force replaces it" nas search $quick -o "$tmp/run" --force -q
check "leaves other files" grep -q mine "$tmp/run/notes.txt"
check "leaves nothing of the old run" test ! -e "$tmp/run/best/999"
check "-q is quiet" test ! -s "$tmp/err"

status 0 "more threads than islands" nas search $quick -n 1k -j 64
says "56 of 64 threads are idle while it searches: it has 8 islands" \
	"  how many have nothing to do"
status 0 "as many" nas search $quick -n 1k -j 8
check "  are not mentioned" bash -c "! grep -q idle '$tmp/err'"

status 0 "without -o" nas search $quick --format json
check "JSON on standard output is result.json" cmp "$tmp/out" \
	"$tmp/first/result.json"
status 0 "--set, --seed, --max-evals" nas search $quick --format json -q \
	--seed 7 --max-evals 2000 --set search.keep=2 --no-certify
check "are heard" json "$tmp/out" \
	'len(j["best"]) <= 2 and j["evaluations"] <= 2000 and "certificate" not in j'
# The certificate would repair a search that finds little.
for seed in 1 2 3; do
	status 0 "no certificate, seed $seed" nas search $quick -q --no-certify \
		--seed $seed --max-evals 20000 --format json
	check "  the search alone comes near the optimum, 468.47" json \
		"$tmp/out" '467 <= j["best"][0]["qe_score"] < 468.4655'
done
status 0 "a large space" nas search configs/imagenet-7.0g.json -q \
	--no-certify --max-evals 100000 --format json
check "  the search alone comes near it, 1233.48" json "$tmp/out" \
	'1231 <= j["best"][0]["qe_score"] < 1233.4801'

# A search that has found what there is ends by itself, with a reason.
large="configs/imagenet-7.0g.json --no-certify -q"
ends() { # WORD LINE WHAT OPTION...
	local word=$1 line=$2 what=$3
	shift 3
	status 0 "$what" nas search "$@" -o "$tmp/ends" --force
	check "  ended_by $word" json "$tmp/ends/result.json" \
		"j['ended_by'] == '$word'"
	check "  the last line says so" grep -qxF "ended: $line" \
		<(tail -1 "$tmp/out")
}
# shellcheck disable=SC2086
{
	ends stall 'no better network in 1,000,000 evaluations (search.stall_evals)' \
		"20,000,000 evaluations" $large -n 20M
	check "  are not made, and none is missed" json "$tmp/ends/result.json" \
		'j["evaluations"] < 2e6 and j["best"][0]["qe_score"] > 1233.4799'
	ends evaluations 'all 30,000 evaluations are made (search.max_evals)' \
		"no stall rule" $large -n 30k --set search.stall_evals=0 \
		--set search.epoch_evals=50
	ends stall 'no better network in 50 evaluations (search.stall_evals)' \
		"another one" $large -n 30k --set search.stall_evals=50 \
		--set search.epoch_evals=50
}
small='{"input": {"height": 32, "channels": 3}, "stages": [
	{"type": "conv", "width": [8, 16, 24], "bits_a": 8, "bits_w": 8},
	{"type": "mbconv", "width": [8, 16], "depth": [1, 2], "expansion": [2, 3], "stride": 2,
	 "bits_a": [4, 8], "bits_w": [4, 8]}],
	"head": {"classes": 10, "bits_a": 8, "bits_w": 8}}'
ends exhausted 'exhausted, every network of the space was tried' \
	"a small space" $quick --set "space=$small" -q
check "  120 of them, each once" json "$tmp/ends/result.json" \
	'j["evaluations"] == 120'
ends exhausted 'exhausted, every structure of the space was tried' \
	"with bits refined" $quick --set "space=$small" -q \
	--set qbr.in_search=true
check "  12 structures, each once" json "$tmp/ends/result.json" \
	'j["evaluations"] == 12'
inside() { # BUDGET...: the networks of the small space inside it
	nas search $quick --set "space=$small" --no-certify -q --format json \
		"$@" >"$tmp/inside.json"
	json "$tmp/inside.json" 'j["feasible"]'
}
check "a budget of rho leaves fewer of them" test \
	"$(inside --set budgets.rho=0.5)" -lt "$(inside --set budgets.rho=1)"

status 0 "end by time" by_count checkpoint:2 day \
	nas search $quick -q --max-evals 1000000000 --time 80000 \
	--no-certify --checkpoint 1e-9 -o "$tmp/timed" \
	--set search.stall_evals=0
check "says so" json "$tmp/timed/result.json" 'j["ended_by"] == "time"'
status 0 "a config on standard input" \
	bash -c "'$program' search - -q <configs/quick.json"
check "speed and time stand apart" json "$tmp/run/meta.json" \
	'j["seconds"] > 0 and j["evaluations_per_second"] > 0 and j["peak_rss_bytes"] > 0'
finish
