#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Two runs into one folder at once: the second is refused, the first is whole.
. "$(dirname "$0")/lib.sh"

search() { nas search "$root/configs/quick.json" -q -j 1 --no-certify \
	--max-evals 3000 --set search.epoch_evals=500 --checkpoint 0 "$@"; }

search -o "$tmp/alone" >"$tmp/alone.txt"

export NAS_TEST_FILE=$tmp/go
by_count checkpoint:2 wait "$program" search "$root/configs/quick.json" -q -j 1 \
	--no-certify --max-evals 3000 --set search.epoch_evals=500 \
	--checkpoint 0.000000001 -o "$tmp/run" >"$tmp/first.txt" 2>&1 &
first=$!
# It holds at its second checkpoint.
until [ -e "$tmp/run/checkpoint.previous" ] || ! kill -0 $first; do sleep 0.05; done

status 5 'a second run by force' search --force -o "$tmp/run"
says 'in use by another run' 'it is told why'
status 5 'a second run without force' search -o "$tmp/run"
check 'the files of the first are still there' test -e "$tmp/run/checkpoint"
touch "$tmp/go"
check 'the first run ends well' wait $first
check 'with its own answer' diff "$tmp/alone/result.json" "$tmp/run/result.json"
status 0 'after it, a run by force' search --force -o "$tmp/run"
check 'has no lock file left' test -z "$(find "$tmp/run" -name '*lock*')"
finish
