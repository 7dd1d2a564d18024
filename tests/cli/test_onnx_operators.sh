#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Operators that are made of others, shape arithmetic; inputs that are no images,
# several outputs, networks whose end is not read, and equalisation.
. "$(dirname "$0")/lib.sh"
as_defined small_made onnx
for name in activations picked crossed small stretched flat sides; do
	status 0 "$name, written" nas export "$tmp/$name.onnx" --to onnx \
		-o "$tmp/again.onnx" --force
	status 0 '  and read again' nas evaluate "$tmp/again.onnx" \
		--data "$tmp/${name}_x.npy" --outputs "$tmp/again.npy" --force
	check '  gives the same' python3 "$root/tests/tools/npy.py" same \
		"$tmp/again.npy" "$tmp/$name.txt"
done

# Equalised: the same network, whose weights lose less on one grid a layer.
status 0 'equalised' nas evaluate "$tmp/uneven.onnx" --data "$tmp/uneven_x.npy" \
	--outputs "$tmp/even.npy" --equalise --force
says 'equalised: 2 pairs of layers' '  pairs are counted'
check '  it computes the same' python3 "$root/tests/tools/npy.py" same \
	"$tmp/even.npy" "$tmp/uneven.txt"
status 0 'a border that is not 0' nas evaluate "$tmp/border.onnx" --data noise \
	--equalise
says 'equalised: 0 pairs' '  keeps layers apart'
error() { # OPTION...: the largest one at 6 bits
	nas evaluate "$tmp/uneven.onnx" --data "$tmp/uneven_x.npy" --outputs \
		"$tmp/even.npy" --force --bits-w 6 --per-tensor --round nearest \
		--no-bias-correction -q "$@" >/dev/null &&
		python3 - "$tmp/even.npy" "$tmp/uneven.txt" <<-'PY'
		import struct, sys
		data = open(sys.argv[1], "rb").read()
		want = [float(v) for v in open(sys.argv[2])]
		got = struct.unpack(f"<{len(want)}f", data[-4 * len(want):])
		print(max(abs(a - b) for a, b in zip(got, want)))
		PY
}
check '  at 6 bits it errs less than a tenth' awk -v a="$(error)" \
	-v b="$(error --equalise)" 'BEGIN { exit !(b > 0 && 10 * b < a) }'

status 0 'vectors' nas evaluate "$tmp/vector.onnx" --data "$tmp/vector_x.npy" \
	--outputs "$tmp/o.npy"
check '  give what the definition says' python3 "$root/tests/tools/npy.py" same \
	"$tmp/o.npy" "$tmp/vector.txt"
status 0 '  noise goes too' nas evaluate "$tmp/vector.onnx" --data noise --limit 3
status 4 '  images do not' nas evaluate "$tmp/vector.onnx" --data "$tmp"
says 'takes N x 6, not images: --data must be an array' '    says so'
status 0 'maps without channels' nas evaluate "$tmp/frames.onnx" \
	--data "$tmp/frames_x.npy"
status 4 'a clip of images' nas evaluate "$tmp/clip.onnx" \
	--data "$tmp/frames_x.npy"
says 'the network takes N x 3 x 2 x 4 x 4' '  its shape is said'

first() { # OUTPUT...
	nas evaluate "$tmp/two.onnx" --data "$tmp/picked_x.npy" --format json \
		"$@" | python3 -c '
import json, sys
print("%.6f" % json.load(sys.stdin)["predictions"][0]["score"])'
}
check 'the first of two outputs counts' test "$(first)" = 1.781250
check '  or that which --output names' test "$(first --output y)" = 0.132812
status 2 '  if there is one' nas evaluate "$tmp/two.onnx" \
	--data "$tmp/picked_x.npy" --output peek
says "no output 'peek' (did you mean 'peak'?)" '    else the like of it is named'
status 0 '  or --judge' nas sensitivity "$tmp/two.onnx" --metric logits \
	--data noise --judge y
mv "$tmp/out" "$tmp/peak"
status 0 '  which is not the first' nas sensitivity "$tmp/two.onnx" \
	--metric logits --data noise
check '  and makes a difference' test "$(cat "$tmp/out")" != "$(cat "$tmp/peak")"

status 0 'an end that is not read is left out' nas export "$tmp/boxes.onnx" \
	--to csv
says "left out: NonZero 'at': operator is not supported" '  and named'
check '  its layers are counted' grep -q '^1,c,conv,3,4,.*,192,12,' "$tmp/out"
status 0 '  measured' nas sensitivity "$tmp/boxes.onnx" --metric logits --data noise
says 'left out: NonZero' '    it is said'
status 4 '  not evaluated' nas evaluate "$tmp/boxes.onnx" --data noise
says "NonZero 'at': operator is not supported, and nothing is known" '    says why'
status 4 '  nor exported' nas export "$tmp/boxes.onnx" --to onnx -o "$tmp/b.onnx"
check '    nothing is written' test ! -e "$tmp/b.onnx"
status 0 '  but for an output before it' nas evaluate "$tmp/boxes.onnx" \
	--data noise --output scores --bits-w 8 --bits-a 8 --write "$tmp/cut.onnx"
says 'left out: NonZero' '    what follows is said to be left out'
status 0 '    which is written once' nas export "$tmp/cut.onnx" --to c \
	--data noise -o "$tmp/cut"
check '      beside what else is known' grep -q 'CUT_OUTPUTS 64' "$tmp/cut/cut.h"
status 0 'MACs of a ConvTranspose' nas export "$tmp/up.onnx" --to csv
check '  are those on values, not on zeros between' \
	grep -q ",$((3 * 4 * 4 * 2 * 2 * 2)),24," "$tmp/out"
status 4 'a layer behind what is not read' nas export "$tmp/on.onnx" --to csv
says "NonZero 'at': operator is not supported" '  is an error'
status 0 'what nobody needs' nas evaluate "$tmp/side.onnx" \
	--data "$tmp/picked_x.npy"
check '  is not missed' test -z "$(grep "left out" "$tmp/err")"
finish
