#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What others' tools write: TFLite, int8 arrays, ONNX of newer opsets.
. "$(dirname "$0")/lib.sh"

m=$root/tests/data/models/mlperf_kws_int8.tflite
export PYTHONPATH=$root/tests/tools PYTHONDONTWRITEBYTECODE=1
python3 - "$tmp" <<'PY'
import sys
from npy import write
def level(k, i):
    x = (80 if i % 10 else 0) + (i * i * (k + 3) + 7 * i * k) % (11 + 9 * k)
    return (x - 4 * k + 128) % 256 - 128
x = [level(k, i) for k in range(8) for i in range(490)]
write(sys.argv[1] + "/x.npy", "|i1", (8, 49, 10, 1), x)
f = [0.5847029089927673 * (q - 83) for q in x]
write(sys.argv[1] + "/f.npy", "<f4", (8, 49, 10, 1), f)
# the classes that TensorFlow Lite gives (tests/spaces/test_tflite.c)
open(sys.argv[1] + "/y.txt", "w").write("1 5 6 1 6 11 11 9\n".replace(" ", "\n"))
PY
status 0 'levels' nas evaluate "$m" --data "$tmp/x.npy" --labels "$tmp/y.txt" \
	--format json --outputs "$tmp/a.npy"
check '  are the classes of TensorFlow Lite' json "$tmp/out" \
	'j["float"]["top1"] == 1'
status 0 'the same as floats' nas evaluate "$m" --data "$tmp/f.npy" \
	--outputs "$tmp/b.npy"
check '  give the same outputs' cmp "$tmp/a.npy" "$tmp/b.npy"
status 0 'to ONNX' nas export "$m" --to onnx -o "$tmp/m.onnx"
status 0 '  which runs' nas evaluate "$tmp/m.onnx" --data "$tmp/f.npy" \
	--outputs "$tmp/c.npy"
check '  and gives the same outputs' cmp "$tmp/a.npy" "$tmp/c.npy"
status 0 'bits of its layers' nas export "$m" --to csv
check '  are those of the file' python3 - "$tmp/out" <<'PY'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
assert len(rows) == 10
assert all(r["bits_a"] == r["bits_w"] == "8" for r in rows)
PY
status 0 'losses of few bits' nas sensitivity "$m" --metric msqe
# Files of one operator, and what they give by the definition.
as_defined small_tflite tflite
head -c 30000 "$m" >"$tmp/cut.tflite"
status 4 'a file that is cut' nas export "$tmp/cut.tflite" --to csv
says 'is damaged: what byte' '  says where'
status 0 'opset 18' nas export "$root/tests/data/failing/opset18_ir8.onnx" \
	--to csv
finish
