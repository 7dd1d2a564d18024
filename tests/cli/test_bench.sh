#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas bench: its signature is the same for any number of threads.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

measures() { # FILE COMMAND...: the signature into FILE
	local file=$1
	shift
	status 0 "$*" nas "$@" --runs 1 --no-certify --format json
	json "$tmp/out" 'j["signature"]' >"$file"
	check "  says of which kind it is" json "$tmp/out" \
		'list(j)[0] == "schema" and j["schema"] == "nas/bench/1"'
	check "  as its schema says" valid "$tmp/out"
	check "  of matrix products and a forward pass" json "$tmp/out" '
		j["matrix_gflops"] > 0 and j["forward_gflops"] > 0 and
		j["forward_seconds"] > 0 and j["forward_images"] == 16'
	check "  a speed" json "$tmp/out" 'j["evaluations_per_second"] > 0'
}
measures "$tmp/one" bench -j 1
measures "$tmp/file" bench configs/imagenet-7.0g.json -j 3
check "the built-in config is configs/imagenet-7.0g.json, for any threads" \
	cmp "$tmp/one" "$tmp/file"
finish
