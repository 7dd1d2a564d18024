#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas export --to c and nas verify of trained networks: every level that is kept
# of every map, against the network's own forward pass.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
export PYTHONPATH=$root/tests/tools PYTHONDONTWRITEBYTECODE=1
quick_cc

kws=tests/data/models/mlperf_kws_int8.tflite
status 0 "a network of TensorFlow Lite" nas verify "$kws" -t host -n 1 \
	--format json
check "  in the arena that the memory model says" json "$tmp/out" \
	'[(r["equal"], r["arena_bytes"], r["peak_memory_bytes"])
	for r in j["results"]] == [(True, 16000, 16000)]'
status 0 "its four files" nas export "$kws" --to c -o "$tmp/c"
check "  are there" test "$(cd "$tmp/c" && echo *)" = "mlperf_kws_int8.c \
mlperf_kws_int8.h mlperf_kws_int8.mk mlperf_kws_int8_test.c"
check "  may be shipped" sh -c \
	'! grep -L "SPDX-License-Identifier: 0BSD" "$1"/*.[ch] | grep .' \
	- "$tmp/c"
check "  say what the integers are" grep -q \
	'integers of 8 bits, value = (integer - 83) \* 0.58470' \
	"$tmp/c/mlperf_kws_int8.h"
check "  compile by their Makefile" make -s -C "$tmp/c" \
	-f mlperf_kws_int8.mk mlperf_kws_int8_test CC="${CC:-cc}"

# An image through the C, and through nas evaluate.
python3 - "$tmp" <<'PY'
import sys
from npy import write
x = [(k * k * 37 + 11 * k) % 251 - 125 for k in range(2 * 490)]
write(sys.argv[1] + "/x.npy", "|i1", (2, 49, 10, 1), x)
with open(sys.argv[1] + "/main.c", "w") as f:
    f.write('#include <stdio.h>\n#include "mlperf_kws_int8.h"\n'
            "static const signed char x[] = {%s};\n" % ",".join(map(str, x)) +
            "int main(void)\n{\n"
            "\tfor (uint32_t k = 0; k < 2; k++) {\n"
            "\t\tfor (uint32_t i = 0; i < 490; i++)\n"
            "\t\t\tmlperf_kws_int8_put(i, x[490 * k + i]);\n"
            "\t\tmlperf_kws_int8_run();\n"
            "\t\tfor (uint32_t i = 0; i < 12; i++)\n"
            '\t\t\tprintf("%d\\n", (int)mlperf_kws_int8_get(i));\n'
            "\t}\n\treturn 0;\n}\n")
PY
check "a program with it" "${CC:-cc}" -I"$tmp/c" "$tmp/main.c" \
	"$tmp/c/mlperf_kws_int8.c" -o "$tmp/main"
status 0 "  runs" "$tmp/main"
cp "$tmp/out" "$tmp/levels"
status 0 "the same images by nas evaluate" nas evaluate "$kws" --data \
	"$tmp/x.npy" --outputs "$tmp/y.npy"
check "  are the same levels" python3 - "$tmp" <<'PY'
import sys
from npy import floats
got = [int(line) for line in open(sys.argv[1] + "/levels")]
want = [round(y * 256) - 128 for y in floats(sys.argv[1] + "/y.npy")]
assert len(got) == 24 and got == want, (got, want)
PY

# Other bits: depthwise layers that work in place make fewer bits, and more;
# a map of 8 bits that a layer of 4 reads; shortcuts, gates, weights of 3 bits.
in_arena() { # WHAT FILE OPTION...: equal, in the arena that --to csv says
	local what=$1
	shift
	status 0 "$what" nas verify "$@" -t host -n 2 --format json
	nas export "$@" --to csv -q >"$tmp/csv"
	check "  in the arena that --to csv says" json "$tmp/out" \
		"[(r['equal'], r['arena_bytes']) for r in j['results']] ==
		[(True, math.ceil(max(
			float(row[column]) for row in
			__import__('csv').DictReader(open('$tmp/csv'))
			for column in ('memory_bytes', 'between_bytes'))))]"
}
echo '{"bits_w": [8, 8, 2, 4, 4, 4, 3, 4, 4, 8],
	"bits_a": [8, 8, 4, 8, 4, 4, 8, 8, 4, 8]}' >"$tmp/policy.json"
in_arena "bits of a policy" "$kws" --policy "$tmp/policy.json" \
	--data "$tmp/x.npy"
in_arena "5 and 3 bits" "$kws" --bits-a 5 --bits-w 3 --data "$tmp/x.npy"
python3 - "$tmp" <<'PY'
import json, sys
from npy import write
write(sys.argv[1] + "/f.npy", "<f4", (4, 3, 12, 10),
      [((k * k * 37 + 11 * k) % 251 - 125) / 64 for k in range(4 * 360)])
conv = {"type": "conv", "in": 3, "out": 6, "kernel": 3, "stride": 2,
        "bits_a": [8], "bits_w": [8]}
block = {"type": "mbconv", "in": 6, "out": 6, "hidden": 14, "kernel": 5,
         "stride": 1, "depth": 1, "shortcut": "identity", "squeeze": 3,
         "bits_a": [8] * 3, "bits_w": [8] * 3}
json.dump({"schema": "nas/architecture/1", "name": "gate",
           "input": {"height": 12, "width": 10, "channels": 3},
           "blocks": [conv, block, block],
           "head": {"type": "classifier", "classes": 5, "bits_a": 8,
                    "bits_w": 8}}, open(sys.argv[1] + "/gate.json", "w"))
PY
nas export "$tmp/gate.json" --to onnx -o "$tmp/gate.onnx" -q
for bits in "8 8" "4 8" "8 4" "3 5"; do
	status 0 "shortcuts and gates, $bits bits" nas verify \
		"$tmp/gate.onnx" --bits-w ${bits% *} --bits-a ${bits#* } \
		--data "$tmp/f.npy" -t host -n 3
done
nas export "$tmp/gate.onnx" --bits-w 8 --bits-a 8 --data "$tmp/f.npy" \
	--to tflite -o "$tmp/gate.tflite" -q
nas evaluate "$tmp/gate.tflite" --data "$tmp/f.npy" --outputs \
	"$tmp/written.npy" -q >"$tmp/out"
status 0 "nas evaluate --grids judges what is written" nas evaluate \
	"$tmp/gate.onnx" --bits-w 8 --bits-a 8 --data "$tmp/f.npy" --grids \
	--outputs "$tmp/grids.npy" -q
check "  to a bit" cmp "$tmp/written.npy" "$tmp/grids.npy"
nas evaluate "$tmp/gate.onnx" --bits-w 8 --bits-a 8 --data "$tmp/f.npy" \
	--outputs "$tmp/real.npy" -q >"$tmp/out"
check "  which maps of real numbers do not give" eval \
	'! cmp -s "$tmp/real.npy" "$tmp/grids.npy"'
status 2 "a network on grids is not written" nas evaluate "$tmp/gate.onnx" \
	--data "$tmp/f.npy" --grids --write "$tmp/no.onnx"
says "exclude each other" "  says so"
status 4 "weights alone" nas verify "$tmp/gate.onnx" --bits-w 4 --bits-a 32 \
	--data "$tmp/f.npy" -t host
says "32-bit inputs and 4-bit weights" "  name the layer"

# Each operator, between grids.
for net in $(python3 tests/tools/small_ops.py "$tmp"); do
	case $net in
	reshape)
		status 4 "$net" nas verify "$tmp/$net.onnx" -t host
		says 'is not kept as it is' "  is refused by name"
		;;
	stretched)
		status 4 "$net" nas verify "$tmp/$net.onnx" -t host
		says "C: Add 't" "  is refused by name"
		;;
	*)
		status 0 "$net" nas verify "$tmp/$net.onnx" -t host -n 4
		;;
	esac
done
for net in add_first add_second mul_first mul_second; do
	status 4 "a constant: $net" nas verify "$tmp/$net.onnx" -t host
	says "takes a constant" "  is refused by name"
done
status 4 "a factor a column, as many as channels" nas verify \
	"$tmp/columns.onnx" -t host
says "C: Mul 't" "  is refused by name"
status 0 "a channel of weights 0 and scale 0" nas verify "$tmp/zeros.onnx" \
	-t host
status 0 "a kernel that sees nothing of the map" nas verify \
	"$tmp/border.onnx" -t host -n 1

# Joined maps are not copied; several outputs.
for net in $(python3 tests/tools/join_nets.py "$tmp"); do
	if [ "$net" = shuffled ]; then
		status 4 "$net" nas verify "$tmp/$net.onnx" -t host
		says 'is not kept as it is' "  is refused by name"
		continue
	fi
	in_arena "$net" "$tmp/$net.onnx"
	nas export "$tmp/$net.onnx" --to c -o "$tmp/$net" -q
	if [ "$net" = rows ]; then
		check "  copies" grep -q 'struct walk walk' "$tmp/$net/$net.c"
	else
		check "  copies nothing" sh -c \
			'! grep -q "struct walk walk" "$1"' - "$tmp/$net/$net.c"
	fi
done
for net in fire dense_block nested whole; do # parts of other bits, tables
	in_arena "$net, 4 bits" "$tmp/$net.onnx" --bits-w 4 --bits-a 4 \
		--data "$tmp/${net}_x.npy"
done
check "four outputs are counted through" grep -q \
	"from index 330 on, '.*':" "$tmp/heads/heads.h"

# Sums of more than 32 bits, against whole numbers; the same by verify.
wide=$(python3 tests/tools/wide_sums.py "$tmp")
check "networks of wide sums" test "$(echo $wide)" = \
	"dense dense4 dense3 conv deep dead"
for net in $wide; do
	status 0 "$net: its C" nas export "$tmp/$net.onnx" --to c -o \
		"$tmp/$net" -q
	check "  is compiled" "${CC:-cc}" -std=c11 -I"$tmp/$net" "$tmp/$net.c" "$tmp/$net/$net.c" -o "$tmp/main"
	status 0 "  runs" "$tmp/main"
	check "  gives what whole numbers give" cmp "$tmp/$net.txt" "$tmp/out"
	status 0 "  and what the network gives" nas verify "$tmp/$net.onnx" \
		-t host
done
for net in dense deep; do # which would wrap there, or lose its bias
	status 4 "$net as TFLite" nas export "$tmp/$net.onnx" --to tflite \
		-o "$tmp/$net.tflite"
	says "needs sums of more than the 32 bits" "  is refused by name"
done
check "  in 64 bits" grep -q 'WIDE}' "$tmp/dense/dense.c"
check "  but not where biases alone count" sh -c '! grep -q "WIDE}" "$1"' - \
	"$tmp/dead/dead.c"
for net in $(python3 tests/tools/small_tflite.py "$tmp"); do
	case $net in
	pad | relu*)
		status 4 "$net: floats" nas verify "$tmp/$net.tflite" -t host
		says 'no images say its range' "  are refused"
		;;
	*) status 0 "$net" nas verify "$tmp/$net.tflite" -t host -n 4 ;;
	esac
done
finish
