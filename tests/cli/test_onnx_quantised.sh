#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# ONNX files that others quantised (QDQ, QLinearConv and its like), maps of one
# axis, and what is refused.
. "$(dirname "$0")/lib.sh"

as_defined small_onnx onnx
status 0 'layers of QLinearConv and QGemm' nas export "$tmp/qlinear.onnx" \
	--to csv
check '  have the bits of their files' python3 - "$tmp/out" <<'PY'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
assert [r["name"] for r in rows] == ["c", "o"], rows
assert all(r["bits_w"] == r["bits_a"] == "8" for r in rows), rows
PY
for end in scale zero; do
	status 4 "a $end that is not that of the levels" nas export \
		"$tmp/$end.onnx" --to csv
	says 'its scale or zero point is not that of QuantizeLinear' \
		'  is refused'
done
status 4 'a Concat of other levels' nas export "$tmp/joins.onnx" --to csv
says 'joins levels of other scales' '  is refused'
status 4 'an operator on levels' nas export "$tmp/levels.onnx" --to csv
says 'computes with quantised levels' '  is refused'
status 4 'channels behind rows and columns' nas export "$tmp/last.onnx" --to csv
says 'channels_last is not supported' '  are refused'
status 4 'IR version 12' nas export "$tmp/new.onnx" --to csv
says 'is of IR version 12; up to 11 are supported' '  is refused'
finish
