#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas certify: the bound, a given network, the sweep over a budget.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick="configs/quick.json $unhurried"

status 0 "certify" nas certify $quick
prints "no network of the space inside the budgets scores above" "the bound"
status 0 "as JSON" nas certify $quick --format json -o "$tmp/c.json"
check "bound, score, gap, method" json "$tmp/out" \
	'j["upper_bound"] >= j["score"] and abs(j["score"] - j["best"]["qe_score"]) < 1e-9
	 and 0 <= j["gap"] <= 1e-4 and j["method"] and j["covers"]
	 and all(u <= 1 for u in j["best"]["used"].values())'
check "-o writes the same" cmp "$tmp/out" "$tmp/c.json"
status 5 "and does not overwrite" nas certify $quick -o "$tmp/c.json"

nas search $quick -q --no-certify --max-evals 2000 -o "$tmp/run" >/dev/null
arch=$tmp/run/best/001/architecture.json
status 0 "a given network" nas certify $quick --arch "$arch" --format json
check "its own gap" json "$tmp/out" \
	'j["architecture"]["feasible"] and j["architecture"]["in_space"]
	 and j["architecture"]["gap"] >= j["gap"] - 1e-12'
status 3 "one outside the budgets" nas certify $quick --arch "$arch" \
	--set budgets.sram_bytes=15kB
says "not inside the budgets" "is said"
prints "sram_bytes is exceeded by " "which budget, and by how much"
sed 's/"kernel": 5/"kernel": 7/' "$arch" >"$tmp/outside.json"
status 0 "one outside the space" nas certify $quick --arch "$tmp/outside.json"
prints "/blocks/1, block 1 of its 2, does not fit; /space/stages/1: kernel 7 (allowed: 3, 5)" \
	"where it leaves the space"
status 3 "as JSON" nas certify $quick --arch "$tmp/outside.json" --format json \
	--set budgets.sram_bytes=15kB --set budgets.bitops=1e8
check "place and budgets" json "$tmp/out" \
	'"/space/stages/1: kernel 7" in j["architecture"]["outside"]
	 and {v["budget"] for v in j["architecture"]["violations"]}
	     == {"sram_bytes", "bitops"}
	 and all(abs(v["value"] / v["limit"] - 1 - v["excess"]) < 1e-12
	         for v in j["architecture"]["violations"])'
status 4 "one that is no file of a network" nas certify $quick \
	--arch configs/quick.json

status 0 "a sweep" nas certify $quick --sweep bitops=80e6:128e6:4 \
	-o "$tmp/sweep.csv" --format json
check "bounds rise with the budget" json "$tmp/out" \
	'len(j["points"]) == 4 and j["points"][3]["value"] == 128e6
	 and all(a["certificate"]["upper_bound"] <= b["certificate"]["upper_bound"]
	         for a, b in zip(j["points"], j["points"][1:]))
	 and all(p["best"]["bitops"] <= p["value"] for p in j["points"])'
check "the CSV holds the same" python3 - "$tmp/out" "$tmp/sweep.csv" <<'PY'
import csv, json, sys
points = json.load(open(sys.argv[1]))["points"]
rows = list(csv.DictReader(open(sys.argv[2], newline="")))
assert len(rows) == len(points)
for row, p in zip(rows, points):
    assert float(row["bitops"]) == p["value"]
    assert float(row["upper_bound"]) == p["certificate"]["upper_bound"]
    assert json.loads(row["architecture"]) == p["best"]["architecture"]
PY
status 0 "a sweep that begins with nothing" nas certify $quick \
	--sweep sram_bytes=1000:24000:2
prints "proven infeasible" "says so"
status 2 "a sweep from 0" nas certify $quick --sweep sram_bytes=0:24000:2
says "with 0 < LO <= HI" "is refused"
status 0 "a budget of 301 digits" nas certify $quick \
	--sweep flash_bytes=1e300:1e300:1
prints "1e+300 " "is shown by its exponent"
finish
