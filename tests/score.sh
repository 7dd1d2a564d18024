#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/score.sh - nas score as a user meets it: output, status, messages.
. "$(dirname "$0")/cli/lib.sh"
cd "$root" || exit 1
data=tests/data work=$tmp

# description, wanted status, text that must be in the output, arguments
score() {
	what=$1 status=$2 text=$3
	shift 3
	"$program" score "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	if [ $got -eq "$status" ] &&
		cat "$work/out" "$work/err" | grep -qF -- "$text"; then
		echo "ok - $what"
	else
		echo "not ok - $what: status $got"
		cat "$work/out" "$work/err" | head -5 | sed 's/^/# /'
		failures=1
	fi
}

sed -n 's/^\[\({.*}\),$/\1/p' $data/mobilenets.json >"$work/one.json"
one=$work/one.json

score 'one network: totals' 0 'MACs' "$one"
score 'one network: the step that binds' 0 '<- peak' "$one"
score 'one network: memory model' 0 '1,505,280' "$one" --memory plain
score 'several networks: a row each' 0 'MobileNetV1 0.25' \
	$data/mobilenets.json
score 'several files' 0 'mixed7d0G' "$one" $data/published_structures.json
score 'layers of several networks' 0 '<- peak' $data/mobilenets.json --layers
score 'networks without a name' 0 'reference_architectures#299' \
	$data/reference_architectures.json
score 'json' 0 '"peak_memory_bytes": 1254400' --format json \
	$data/published_structures.json
for key in results name qe_score flops bitops macs params size_bytes \
	flash_bytes peak_memory_bytes layers deepmad_score deepmad_rho_max \
	memory_per_step layers_table; do
	if grep -qF "\"$key\":" "$work/out"; then
		echo "ok - json has $key"
	else
		echo "not ok - json has no $key"
		failures=1
	fi
done
score 'image size' 0 'input 96x112x3' "$one" --image-size 96x112
score 'classes' 0 '"params": 2223872' "$one" --classes 0 -f json
score 'stage weights' 0 'stage weights 0 0 0.5 1 -2' "$one" \
	--stage-weights 0,0,.5,1,-2
score 'sigmas' 0 '"sigma_a": 2' --sigma-a 2 --format json \
	$data/published_structures.json

score 'no file named' 2 'needs FILE' --memory plain
score 'unknown memory model' 2 'did you mean' "$one" --memory tiny
score 'bad image size' 2 '--image-size' "$one" --image-size 96x
score 'bad classes' 2 'whole number' "$one" --classes 1.5
score 'bad weight' 2 "'x' is not a number" "$one" --stage-weights 1,x
score 'sigma out of range' 2 '--sigma-w' "$one" --sigma-w 1e9
score 'weights that do not fit' 4 '2 stage weights for 5 stages' "$one" \
	--stage-weights 1,2
score 'image too small' 4 '/blocks/' "$one" --image-size 8
score 'absent file' 5 'absent.json' "$work/absent.json"
printf '{"input": {"height": 9, "width": 9},\n"blocks": [3], "haed": 1}' \
	>"$work/bad.json"
score 'bad file: place' 4 'bad.json:2:12: /blocks/0: must be an object' \
	"$work/bad.json" "$one"
score 'bad file: all errors' 4 "did you mean 'head'" "$work/bad.json"
score 'bad file: nothing on standard output' 4 '' "$work/bad.json" "$one"
if [ -s "$work/out" ]; then
	echo 'not ok - output beside an error'
	failures=1
fi
nas score - <"$one" >"$work/out" && echo 'ok - standard input' || {
	echo 'not ok - standard input'
	failures=1
}
finish
