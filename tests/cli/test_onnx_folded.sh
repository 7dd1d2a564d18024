#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What is computed from the constants of an ONNX file, and how files hold numbers.
. "$(dirname "$0")/lib.sh"
as_defined small_folded onnx
while IFS=$'\t' read -r name text; do
	status 4 "$name" nas evaluate "$tmp/bad_$name.onnx" --data noise
	says "$text" '  says why'
	check '  in one line' test "$(wc -l <"$tmp/err")" -eq 1
done <"$tmp/bad.txt"
finish
