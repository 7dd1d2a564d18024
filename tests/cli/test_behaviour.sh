#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Four searches do what they did when tests/data/behaviour was stored: the same
# candidates, history and networks. The configs there are copies, so that a
# change of configs/ changes nothing. A change of the search that is meant to
# change them says why, and stores them anew: UPDATE=1 of this script.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
behaves() { # CONFIG EVALUATIONS: without the certificate, which repairs much
	local stored=tests/data/behaviour/$1
	nas search "$stored.config.json" --seed 1 --max-evals "$2" \
		--no-certify -q -o "$tmp/$1" >/dev/null
	tests/tools/behaviour.py "$tmp/$1" >"$tmp/$1.json"
	[ -z "${UPDATE:-}" ] || cp "$tmp/$1.json" "$stored.json"
	check "$1 searches as it did" diff "$stored.json" "$tmp/$1.json"
}
behaves imagenet-7.0g 60000
behaves imagenet-320kb-1mb 6000
behaves quick 60000 # memory has a price
behaves rounds 80000 # populations come to their end, and others are founded
check "rounds makes duplicates most of the time" json "$tmp/rounds/result.json" \
	"j['duplicates'] > j['evaluations'] / 2"
finish
