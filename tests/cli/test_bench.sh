#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas bench: its signature is the same for any number of threads.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

for j in 1 3; do
	status 0 "bench -j $j" nas bench --runs 1 --no-certify -j $j \
		--format json
	python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["signature"])' "$tmp/out" >"$tmp/sign$j"
	check "  of matrix products and a forward pass" json "$tmp/out" '
		j["matrix_gflops"] > 0 and j["forward_gflops"] > 0 and
		j["forward_seconds"] > 0 and j["forward_images"] == 16'
	check "  a speed" json "$tmp/out" 'j["evaluations_per_second"] > 0'
done
check "the same signature" cmp "$tmp/sign1" "$tmp/sign3"
status 0 "bench of a file" nas bench configs/imagenet-7.0g.json --runs 1 \
	--no-certify --format json
python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["signature"])' "$tmp/out" >"$tmp/file"
check "the built-in config is configs/imagenet-7.0g.json" \
	cmp "$tmp/sign1" "$tmp/file"
finish
