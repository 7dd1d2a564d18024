#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas export --to tflite: what is written is read back and computes the same.
# tests/interop/tflite.py holds it against TensorFlow Lite.
. "$(dirname "$0")/lib.sh"

m=$root/tests/data/models/mlperf_kws_int8.tflite
export PYTHONPATH=$root/tests/tools PYTHONDONTWRITEBYTECODE=1
python3 - "$tmp" <<'PY'
import json, sys
from npy import write
x = [(k * k * 37 + 11 * k) % 251 - 125 for k in range(4 * 490)]
write(sys.argv[1] + "/x.npy", "|i1", (4, 49, 10, 1), x)
x = [((k * k * 37 + 11 * k) % 251 - 125) / 64 for k in range(6 * 3 * 90)]
write(sys.argv[1] + "/f.npy", "<f4", (6, 3, 9, 10), x)
def save(name, blocks, bits_w=8, **more):
    json.dump({"schema": "nas/architecture/1", "name": name,
               "input": {"height": 9, "width": 10, "channels": 3},
               "blocks": blocks,
               "head": {"type": "classifier", "classes": 5, "bits_a": 8,
                        "bits_w": bits_w}, **more},
              open(f"{sys.argv[1]}/{name}.json", "w"))
conv = {"type": "conv", "in": 3, "out": 6, "kernel": 3, "stride": 2,
        "bits_a": [8], "bits_w": [8]}
def block(bits_a, bits_w, **more):
    return {"type": "mbconv", "in": 6, "out": 6, "hidden": 14, "kernel": 5,
            "stride": 1, "depth": 1, "shortcut": "none", "bits_a": bits_a,
            "bits_w": bits_w, **more}
save("plain", [conv, block([8] * 3, [8] * 3, stride=2)])
save("four", [conv, block([8] * 3, [4, 8, 4])], 4)
save("gate", [conv, block([8] * 3, [8] * 3, squeeze=3)])
save("short", [conv, block([8] * 3, [8] * 3, shortcut="identity"),
               block([8] * 3, [8] * 3, shortcut="pool", stride=2)])
save("five", [conv, block([8] * 3, [8, 5, 8])])
save("low", [conv, block([8, 4, 8], [8] * 3)])
PY

status 0 'a TFLite file' nas export "$m" --to tflite -o "$tmp/m.tflite"
for f in "$m" "$tmp/m.tflite"; do
	status 0 'is run' nas evaluate "$f" --data "$tmp/x.npy" --outputs \
		"$tmp/$(basename "$f").npy"
done
check '  and gives the same outputs, read back' \
	cmp "$tmp/mlperf_kws_int8.tflite.npy" "$tmp/m.tflite.npy"
status 0 'its layers' nas export "$tmp/m.tflite" --to csv -o "$tmp/m.csv"
nas export "$m" --to csv -o "$tmp/k.csv"
check '  have the same shapes and bits' python3 - "$tmp" <<'PY'
import csv, sys
rows = [[{k: v for k, v in r.items() if k not in ("name",)}
         for r in csv.DictReader(open(f"{sys.argv[1]}/{f}.csv"))]
        for f in "mk"]
assert rows[0] == rows[1] and len(rows[0]) == 10
PY

# Architectures against the ONNX file with the same numbers. What is rounded
# once more, before a sum and before the mean, moves outputs by few levels.
for net in plain:3 four:3 gate:11 short:12; do
	most=${net#*:} net=${net%:*}
	status 0 "$net" nas export "$tmp/$net.json" --to tflite -o \
		"$tmp/$net.tflite" --seed 3
	nas export "$tmp/$net.json" --to onnx -o "$tmp/$net.onnx" -q --seed 3
	for end in tflite onnx; do
		nas evaluate "$tmp/$net.$end" --data "$tmp/f.npy" --outputs \
			"$tmp/$net.$end.npy" -q >"$tmp/out" 2>"$tmp/err"
	done
	check '  computes what the ONNX file does' python3 - "$tmp/$net" \
		"$most" <<'PY'
import sys
from npy import floats
a, b = (floats(f"{sys.argv[1]}.{end}.npy") for end in ("tflite", "onnx"))
values = sorted(set(a))
step = min(y - x for x, y in zip(values, values[1:]))
worst = max(abs(x - y) for x, y in zip(a, b)) / step
assert len(values) > 12 and max(b) - min(b) > 20 * step, (len(values), b)
print(worst)
assert worst < float(sys.argv[2]), worst
PY
done
nas export "$tmp/four.tflite" --to csv -o "$tmp/four.csv"
check 'weights have 4 bits where they had' python3 - "$tmp/four.csv" <<'PY'
import csv, sys
bits = [r["bits_w"] for r in csv.DictReader(open(sys.argv[1]))]
assert bits == ["8", "4", "8", "4", "4"], bits
PY

# Each operator, on grids in the file already.
names=$(python3 "$root/tests/tools/small_ops.py" "$tmp")
for net in $names; do
	status 0 "operators: $net" nas export "$tmp/$net.onnx" --to tflite -o \
		"$tmp/$net.tflite"
	for end in tflite onnx; do
		nas evaluate "$tmp/$net.$end" --data "$tmp/${net}_x.npy" \
			--outputs "$tmp/$net.$end.npy" -q >"$tmp/out"
	done
	check '  computes what the ONNX file does' python3 - "$tmp/$net" <<'PY'
import sys
from npy import floats
a, b = (floats(f"{sys.argv[1]}.{end}.npy") for end in ("tflite", "onnx"))
assert len(a) == len(b) and len(set(b)) > 3
assert max(abs(x - y) for x, y in zip(a, b)) < 1e-6, (a, b)
PY
done

# TFLite's pool gives levels of its input: another grid is a step of its own.
check 'a pool to another grid is two operators' python3 - \
	"$tmp/max_grid.tflite" <<'PY'
import struct, sys
with open(sys.argv[1], "rb") as f:
    data = f.read()
number = lambda form, at: struct.unpack_from("<" + form, data, at)[0]
at = lambda place: place + number("I", place)
def field(table, slot):
    names = table - number("i", table)
    return table + number("H", names + 4 + 2 * slot)
codes = at(field(at(0), 1))
found = [number("b", field(at(codes + 4 + 4 * i), 0))
         for i in range(number("I", codes))]
assert sorted(found) == [17, 114], found
PY

status 4 'a softmax over rows' nas export "$tmp/rows.onnx" --to tflite -o \
	"$tmp/no.tflite"
says 'is not over channels' '  is refused'
status 4 'a hard swish to a grid 128 times finer' nas export \
	"$tmp/fine.onnx" --to tflite -o "$tmp/no.tflite"
says 'TensorFlow Lite does not compute that' '  is refused'
status 4 'a gate that its grid does not end' nas export "$tmp/gate.onnx" \
	--to tflite -o "$tmp/no.tflite"
says 'has levels above 1' '  is refused'
status 0 'a softmax on no grid' nas export "$tmp/classes.onnx" --to tflite \
	-o "$tmp/classes.tflite" --data "$tmp/classes_x.npy"
status 0 '  is run' nas evaluate "$tmp/classes.tflite" --data \
	"$tmp/classes_x.npy" --outputs "$tmp/classes.npy"
check '  has the levels that TensorFlow Lite gives it' python3 - \
	"$tmp/classes.npy" <<'PY'
import sys
from npy import floats
x = [256 * v for v in floats(sys.argv[1])]
assert len(set(x)) > 9 and all(v == round(v) for v in x), x
PY

status 4 'weights of 5 bits' nas export "$tmp/five.json" --to tflite -o \
	"$tmp/no.tflite"
says "layer 'blocks.1.depthwise' has 8-bit inputs and 5-bit weights" \
	'  name the layer'
says 'budgets.deployable' '  and what keeps to such bits'
status 4 'inputs of 4 bits' nas export "$tmp/low.json" --to tflite -o \
	"$tmp/no.tflite"
says "layer 'blocks.1.depthwise' has 4-bit inputs" '  name the layer'
status 4 'a trained network without images' nas export "$tmp/plain.onnx" \
	--to tflite -o "$tmp/no.tflite"
says 'no images say its range (--data X)' '  asks for them'
check 'nothing is written then' test ! -e "$tmp/no.tflite"
status 0 'with images' nas export "$tmp/plain.onnx" --to tflite -o \
	"$tmp/yes.tflite" --data "$tmp/f.npy"
# The same levels between QuantizeLinear and DequantizeLinear.
for net in "$m:mlperf_kws_int8.tflite" "$tmp/plain.json:plain.tflite"; do
	of=${net#*:} net=${net%:*}
	x=$tmp/f.npy
	[[ $of == plain* ]] || x=$tmp/x.npy
	status 0 "$of as ONNX of 8 bits" nas export "$net" --to onnx-qdq \
		-o "$tmp/q.onnx" --seed 3 --force
	status 0 '  is run' nas evaluate "$tmp/q.onnx" --data "$x" \
		--outputs "$tmp/q.npy" --force
	check '  gives the levels of the TFLite file' python3 - "$tmp/q.npy" \
		"$tmp/$of.npy" <<'PY'
import sys
from npy import floats
a, b = floats(sys.argv[1]), floats(sys.argv[2])
assert len(a) == len(b) > 20
assert max(abs(x - y) for x, y in zip(a, b)) < 1e-6, (a, b)
PY
done
check 'levels are int8' grep -q QuantizeLinear "$tmp/q.onnx"
status 4 'not of 5 bits' nas export "$tmp/five.json" --to onnx-qdq -o \
	"$tmp/no.onnx"
says "layer 'blocks.1.depthwise'" '  names the layer'
status 2 'to standard output' nas export "$m" --to tflite
finish
