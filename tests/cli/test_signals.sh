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
finish
