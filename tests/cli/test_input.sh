#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad configs: each file of tests/data/bad_configs is refused with status 4
# and exactly the message beside it.
. "$(dirname "$0")/lib.sh"
cd "$root/tests/data/bad_configs" || exit 1

for config in *.json; do
	status 4 "$config" nas check "$config"
	check "  says what, and where" diff "${config%.json}.expect" "$tmp/err"
	check "  prints nothing else" test ! -s "$tmp/out"
done
status 4 "search refuses what check refuses" nas search several.json \
	-o "$tmp/run"
check "and makes no folder" test ! -e "$tmp/run"
printf '{"space":' >"$tmp/deep.json"
head -c 100000 /dev/zero | tr '\0' '[' >>"$tmp/deep.json"
status 4 "a hundred thousand brackets" nas check "$tmp/deep.json"
status 4 "a config that is an architecture" nas check \
	"$root/tests/data/published_structures.json"
status 4 "an architecture that is a config" nas refine \
	"$root/configs/quick.json" --config "$root/configs/quick.json"
status 4 "several architectures where one is wanted" nas refine \
	"$root/tests/data/reference_architectures.json" \
	--config "$root/configs/quick.json"
finish
