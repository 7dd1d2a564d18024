#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Operators that are made of others, and shape arithmetic.
. "$(dirname "$0")/lib.sh"
as_defined small_made onnx
for name in activations picked small; do
	status 0 "$name, written" nas export "$tmp/$name.onnx" --to onnx \
		-o "$tmp/again.onnx" --force
	status 0 '  and read again' nas evaluate "$tmp/again.onnx" \
		--data "$tmp/${name}_x.npy" --outputs "$tmp/again.npy" --force
	check '  gives the same' python3 "$root/tests/tools/npy.py" same \
		"$tmp/again.npy" "$tmp/$name.txt"
done
finish
