#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Limits of a certificate: counted work ends it at the same place on every
# machine; time and memory are named where they do.
. "$(dirname "$0")/lib.sh"
data=$root/tests/data/failing
few="-q --max-evals 5000"

ended() { # FILE STATUS BY
	json "$1" "j['certificate']['status'] == '$2' and
		j['certificate']['ended_by'] == '$3'"
}

for work in 1e4 1.5e7; do
	for j in 1 2; do
		nas search "$root/configs/imagenet-7.0g.json" $few -j $j \
			--set certificate.work=$work -o "$tmp/$work-$j" \
			>"$tmp/out-$work-$j" 2>"$tmp/err-$work-$j"
	done
	check "work $work: the same files for any number of threads" \
		diff -r -x meta.json "$tmp/$work-1" "$tmp/$work-2"
	check "  which the last lines say" grep -q 'certificate.work is used up' \
		"$tmp/out-$work-1"
done
check "less work than one pass: no bound" \
	ended "$tmp/1e4-1/result.json" unfinished work
check "  and no gap" json "$tmp/1e4-1/result.json" \
	'"gap" not in j["certificate"]'
check "  said whatever is quiet" grep -q 'no bound' "$tmp/err-1e4-1"
check "more: a bound" ended "$tmp/1.5e7-1/result.json" bound work
check "  above the optimum" json "$tmp/1.5e7-1/result.json" \
	'j["certificate"]["upper_bound"] >= 1233.48
	 and j["certificate"]["gap"] > 0'

# one pass takes long
status 0 "no time at all" nas search "$data/certificate-slow-bound.json" $few \
	--set certificate.time_s=0 -o "$tmp/late"
says 'not repeatable' "  says that it does not repeat"
check "  and in result.json" ended "$tmp/late/result.json" unfinished time
status 0 "a pass that is too long for the work" nas certify \
	"$data/certificate-slow-bound.json" --set certificate.work=1e7 \
	--set certificate.memory_bytes=1e9
check "  is not begun" grep -q "certificate.work is used up" "$tmp/out"

status 0 "too little memory" nas search "$data/certificate-memory.json" $few \
	-o "$tmp/memory"
says 'certificate.memory_bytes is too small' "  is said under -q"
check "  and in result.json" ended "$tmp/memory/result.json" unfinished memory
check "  and in log.jsonl" grep -q '"ended_by": "memory"' \
	"$tmp/memory/log.jsonl"
finish
