#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A signal ends a search with what it has: exit status 75.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

for signal in INT TERM USR1; do
	run=$tmp/$signal
	status 75 "SIG$signal" by_count checkpoint:3 $signal \
		"$program" search configs/quick.json -o "$run" -j 2 \
		--max-evals 1000000000000 --set search.stall_evals=0 \
		--checkpoint 1e-9
	says "interrupted" "  and a message"
	check "  the result is written, and says so" json "$run/result.json" \
		'j["status"] == "interrupted" and len(j["best"]) > 0'
done

status 75 "a second signal" by_count clock:300 INT,TERM \
	"$program" search configs/quick.json -o "$tmp/twice" -j 1
check "  nothing is written" test ! -e "$tmp/twice/result.json"
check "  not even a checkpoint" test ! -e "$tmp/twice/checkpoint"

# Where a network takes long, the clock is looked at after each.
status 0 "a score that takes a while ends by time" by_count clock:150 day \
	"$program" search configs/quick.json --time 80000 -j 1 --no-certify -q \
	--set 'score={"name": "zen", "samples": 1}' -o "$tmp/zen"
check "  at once, inside an epoch" json "$tmp/zen/result.json" \
	'j["ended_by"] == "time" and 9 < j["evaluations"] < 150'
check "  the last line says so" grep -q '^ended: the time is over' \
	<(tail -1 "$tmp/out")
finish
