#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas export --to c and nas verify on this machine: every level of every layer.
# make test-boards runs the same on emulated boards.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

conv='{"type": "conv", "in": 3, "out": 8, "kernel": 3, "stride": 2,
 "bits_a": [8], "bits_w": [4]}'
head='{"type": "classifier", "classes": 5, "bits_a": 7, "bits_w": 3}'

network() { # NAME HEIGHT WIDTH BLOCKS HEAD
	printf '{"schema": "nas/architecture/1", "name": "%s", "input":
		{"height": %d, "width": %d, "channels": 3},
		"blocks": [%s] %s}' "$1" "$2" "$3" "$4" "${5:+, \"head\": $5}" \
		>"$tmp/$1.json"
}

mbconv() { # OUT STRIDE BITS_A BITS_W [MORE]
	printf '{"type": "mbconv", "in": 8, "out": %d, "hidden": 24,
		"kernel": 5, "stride": %d, "bits_a": [%s], "bits_w": [%s]%s}' \
		"$1" "$2" "$3" "$4" "${5:+, $5}"
}

network shortcut 16 16 "$conv, $(mbconv 8 1 4,6,5 8,4,3)" "$head"
network gate 15 11 "$conv, $(mbconv 8 1 6,5,8 4,8,8 '"squeeze": 3')" "$head"
network pooled 16 15 "$conv, $(mbconv 8 2 3,8,4 2,8,5 \
	'"shortcut": "pool"')" "$head"
network backbone 16 16 "$conv, $(mbconv 12 2 8,8,8 8,8,8)"
network separable 16 16 "$conv, {\"type\": \"dwsep\", \"in\": 8, \"out\": 6,
	\"kernel\": 3, \"stride\": 2, \"bits_a\": [3, 7], \"bits_w\": [4, 5]}" \
	'{"type": "classifier", "classes": 5, "hidden": 7, "bits_a": 6,
	"bits_w": 4}'

resnet() { # TYPE IN OUT STRIDE BITS_A BITS_W [MORE]
	printf '{"type": "%s", "in": %d, "out": %d, "kernel": 3,
		"stride": %d, "bits_a": [%s], "bits_w": [%s]%s}' \
		"$1" "$2" "$3" "$4" "$5" "$6" "${7:+, $7}"
}

# shapes of ResNet's blocks one after another, so that each begins at either end
network resnet 15 14 "$conv, $(resnet basic 8 8 1 4,7 8,4),
	$(resnet basic 8 12 2 6,3 5,8), $(resnet bottleneck 12 12 1 3,8,5 4,4,4 \
	'"hidden": 6'), $(resnet bottleneck 12 20 1 8,4,6 3,8,4 '"hidden": 4'),
	{\"type\": \"conv\", \"in\": 20, \"out\": 16, \"kernel\": 1,
	\"stride\": 1, \"bits_a\": [6], \"bits_w\": [5]},
	$(resnet basic 16 16 1 8,5 4,4), $(resnet basic 16 6 1 5,5 4,8),
	$(resnet bottleneck 6 6 1 4,6,7 4,4,4 '"hidden": 9'),
	$(resnet bottleneck 6 9 2 7,5,4 4,6,8 '"hidden": 3')" "$head"
network pooling 21 18 "$(resnet convpool 3 8 4 8 4),
	$(resnet convpool 8 8 2 5 4), $(resnet convpool 8 9 1 7 4)" "$head"
network vgg 37 34 "$conv, $(resnet convpool 8 8 4 8 4 '"pool": 2'),
	$(resnet convpool 8 9 2 5 4 '"pool": 2'), $(resnet convpool 9 6 2 3 4 '"pool": 2'),
	{\"type\": \"conv\", \"in\": 6, \"out\": 7, \"kernel\": 1, \"bits_a\": [7],
	\"bits_w\": [4]}" "$head"
network thin 12 15 "$conv, $(resnet mbconv1 8 8 1 4,7 8,4),
	$(resnet mbconv1 8 8 1 7,3 8,4 '"squeeze": 3'),
	$(resnet mbconv1 8 10 2 3,6 5,8 '"se": true'),
	$(resnet mbconv1 10 10 1 5,5 5,8)"

status 0 "with the flags of nas verify" nas verify "$tmp/backbone.json" -t host
quick_cc
for name in shortcut gate pooled backbone separable resnet thin \
	pooling vgg; do
	status 0 "$name computes what the network does" \
		nas verify "$tmp/$name.json" -t host
done
status 0 "with the other memory model" \
	nas verify "$tmp/gate.json" -t host -m plain --format json
check "  the arena is what the model says" python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))["results"][0]
sys.exit(r["arena_bytes"] != r["peak_memory_bytes"] or not r["equal"])' "$tmp/out"

status 0 "a network of a searched config" nas search configs/quick.json -q \
	-o "$tmp/run" --no-certify --max-evals 2000
quick=$tmp/run/best/001/architecture.json
status 0 "is what it was designed to be" nas verify "$quick" -t host \
	--format json
check "  in an arena of its peak memory" python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))["results"][0]
sys.exit(r["arena_bytes"] != r["peak_memory_bytes"] or not r["equal"])' "$tmp/out"
status 0 "its four files" nas export "$quick" --to c -o "$tmp/c"
check "  are there" test "$(cd "$tmp/c" && echo *)" = \
	"quick_001.c quick_001.h quick_001.mk quick_001_test.c"
check "  may be shipped" sh -c \
	'! grep -L "SPDX-License-Identifier: 0BSD" "$1"/*.[ch] | grep .' \
	- "$tmp/c"
check "  compile by their Makefile" make -s -C "$tmp/c" -f quick_001.mk \
	quick_001_test CC="${CC:-cc}"
status 0 "  and run" "$tmp/c/quick_001_test"
check "  with an output" grep -q "^output 10 " "$tmp/out"
status 0 "what a real board must print" nas verify "$quick" --expect -n 2
cp "$tmp/out" "$tmp/expected"
check "  is compared" make -s -B -C "$tmp/c" -f quick_001.mk \
	quick_001_test CC="${CC:-cc}" CFLAGS=-DQUICK_001_TRACE
status 0 "  the same program" "$tmp/c/quick_001_test"
check "  says that" diff "$tmp/expected" "$tmp/out"
status 0 "  in a file" nas verify "$quick" --expect -n 2 -o "$tmp/lines" -q
check "  is the same" cmp "$tmp/expected" "$tmp/lines"
status 2 "  is no JSON" nas verify "$quick" --expect --format json
says "--expect prints lines for a board, and no JSON" "  says so"
status 0 "the same network, twice" nas export "$quick" --to c -o "$tmp/d"
check "  is the same bytes" diff -r "$tmp/c" "$tmp/d" -x quick_001_test -x "*.gc??"
status 5 "a folder that is filled" nas export "$quick" --to c -o "$tmp/d"
status 2 "no folder" nas export "$quick" --to c
status 2 "standard output" nas export "$quick" --to c -o -
says 'several files' "  says why not"
nas export "$quick" --to onnx -o "$tmp/q.onnx" --seed 3 -q
status 0 "an ONNX file of ours" nas verify "$tmp/q.onnx" -t host

for name in gate pooled separable; do
	nas export "$tmp/$name.json" --to onnx -o "$tmp/one.onnx" -q --force
	tests/tools/channel_scales.py "$tmp/one.onnx" "$tmp/many.onnx" 6
	status 0 "$name with a scale a channel" nas verify "$tmp/many.onnx" \
		-t host
done
tests/tools/channel_scales.py "$tmp/one.onnx" "$tmp/third.onnx" 0
status 4 "scales that are no short fractions" nas export "$tmp/third.onnx" \
	--to c -o "$tmp/f"
says 'layer blocks.0.conv' "  names the layer"

printf '{"blocks": [{"type": "conv", "in": 3, "out": 8, "kernel": 3,
	"stride": 2}], "input": {"height": 8, "width": 8, "channels": 3}}' \
	>"$tmp/float.json"
status 4 "a network without bits" nas export "$tmp/float.json" --to c \
	-o "$tmp/f"
says 'has no bits' "  says so"
sed 's/"bits_a": \[8\]/"bits_a": [12]/' "$tmp/backbone.json" >"$tmp/12.json"
status 4 "12 bits" nas export "$tmp/12.json" --to c -o "$tmp/f"
says 'layer blocks.0.conv' "  names the layer"
status 2 "an unknown target" nas verify "$quick" -t z80
finish
