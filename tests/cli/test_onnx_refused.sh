#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# ONNX files that ask for what is wrong or not supported: one line says which
# node, and why.
. "$(dirname "$0")/lib.sh"
python3 "$root/tests/tools/small_refused.py" "$tmp" >"$tmp/list" ||
	stop 'small_refused.py fails'
while IFS=$'\t' read -r name text; do
	status 4 "$name" nas evaluate "$tmp/$name.onnx" --data noise
	says "$text" '  says why'
	check '  in one line' test "$(wc -l <"$tmp/err")" -eq 1
done <"$tmp/list"
check 'all were tried' test "$(wc -l <"$tmp/list")" -gt 50
finish
