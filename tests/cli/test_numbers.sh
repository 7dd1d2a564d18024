#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Numbers of command lines: one way to type them, and messages that name the
# option that was typed.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick=configs/quick.json
few="-q --set certify=false"

same() { # WHAT COMMAND... // COMMAND...: both print the same
	local what=$1 first=()
	shift
	while [ "$1" != // ]; do
		first+=("$1")
		shift
	done
	shift
	"${first[@]}" >"$tmp/first" 2>&1
	"$@" >"$tmp/second" 2>&1
	check "$what" cmp "$tmp/first" "$tmp/second"
	check "  and something" test -s "$tmp/first"
}

same "-n 2k" nas search $quick $few -n 2k // nas search $quick $few -n 2000
same "--max-evals 0.002M" nas search $quick $few --max-evals 0.002M // \
	nas search $quick $few -n 2000
same "--seed 1k" nas search $quick $few -n 2k --seed 1k // \
	nas search $quick $few -n 2k --seed 1000
same "--samples 1k" nas check $quick -n 1k // nas check $quick -n 1000
for pair in budgets.sram_bytes=20kb:20000 budgets.sram_bytes=0.02M:20000 \
	budgets.bitops=0.1G:100000000 search.max_evals=1M:1000000 \
	search.population=1k:1000 score.sigma_a=0.005k:5; do
	key=${pair%%=*} typed=${pair#*=}
	same "--set ${pair%:*}" nas check $quick -n 100 --format json \
		--set "$key=${typed%:*}" // nas check $quick -n 100 \
		--format json --set "$key=${typed#*:}"
done
same "--sweep with units" nas certify $quick -q \
	--sweep flash_bytes=10kB:0.03M:2 // nas certify $quick -q \
	--sweep flash_bytes=10000:30000:2
same "--grid with units" bash -c "'$program' sweep $quick --files $few -o '$tmp/a' \
	--grid search.max_evals=1k >/dev/null && '$program' score \
	'$tmp/a/0001/best/001/architecture.json'" // bash -c "'$program' sweep \
	$quick --files $few -o '$tmp/b' --grid search.max_evals=1000 >/dev/null &&
	'$program' score '$tmp/b/0001/best/001/architecture.json'"
problem="allocate --problem tests/data/hawq_resnet18_ilp.json -q"
same "--budget with units" nas $problem --budget size=7M // \
	nas $problem --budget size=7000000

refused() { # TEXT COMMAND...: status 2, and that on standard error
	local text=$1
	shift
	status 2 "$*" "$@"
	says "$text" "  says: $text"
	check "  and names no --set" bash -c "! grep -q -- --set '$tmp/err'"
}
net=tests/data/mobilenets.json
refused '--max-evals must be at least 1, not 0' nas search $quick -n 0
refused '--max-evals must be a whole number, not 1.5' nas search $quick -n 1.5
refused "--max-evals: '1m' is not a number" nas search $quick -n 1m
refused '--time must be at least 0, not -1' nas search $quick --time=-1
refused '--checkpoint must be at least 0' nas search $quick --checkpoint=-1
refused '--gap must be at most 1, not 2' nas certify $quick --gap 2
refused '--time must be at least 0' nas certify $quick --time=-2
refused '--samples must be at least 1, not 0' nas check $quick -n 0
refused '--samples must be a whole number, not 2.5' nas check $quick -n 2.5
refused '--samples must be at least 1, not 0' nas compare $quick -n 0
refused '--max-draws must be at least 1' nas compare $quick --max-draws 0
refused '--classes must be a whole number' nas score $net --classes 1.5
refused '--image-size must be at least 1, not 0' nas score $net --image-size 0
refused '--image-size must be at most' nas score $net --image-size 32x99999
refused "--image-size: '' is not a number" nas score $net --image-size 32x
refused '--monte-carlo must be at least 2' nas score $net --monte-carlo 1
refused '--runs must be at most 99' nas bench --runs 100
refused "--seed: 'x' is not a number" nas search $quick --seed x
refused '--seed must be at least 0, not -1' nas search $quick --seed=-1
refused '--threads must be at least 1, not 0' nas check $quick -j 0
refused '--threads must be a whole number' nas check $quick -j 1.5
refused '--bootstrap must be a whole number' nas correlate $net --bootstrap 0.5
status 4 "text in a file is no number" nas check <(sed \
	's/"population": [0-9]*/"population": "1k"/' $quick)
finish
