#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Files of two hundred bytes name sizes that would take gigabytes: memory is
# bounded by what a file holds.
. "$(dirname "$0")/lib.sh"
python3 - "$tmp" "$root/tests/data/failing/onnx-many-classes.onnx" <<'PY'
import struct, sys
tmp, classes = sys.argv[1:]
def varint(n):
    return bytes([n & 127 | 128]) + varint(n >> 7) if n > 127 else bytes([n])
def bytes_(field, *parts):
    data = b"".join(parts)
    return varint(field << 3 | 2) + varint(len(data)) + data
def number(field, n):
    return varint(field << 3) + varint(n)
def shape(field, name, *size):
    dims = [bytes_(1, number(1, n)) for n in size]
    return bytes_(field, bytes_(1, name), bytes_(2, bytes_(
        1, number(1, 1), bytes_(2, *dims))))
def model(*parts):
    return number(1, 7) + bytes_(7, *parts) + bytes_(8, bytes_(1),
                                                     number(2, 12))
def constant(n, kind):
    """X + n zeros of a kind, which no weight in the file stands for."""
    value = bytes_(1, b"value"), bytes_(5, number(1, 1), number(2, kind),
                                        bytes_(9, bytes(8 if kind == 7 else 4)))
    return model(
        bytes_(1, bytes_(1, b"S"), bytes_(2, b"C"),
               bytes_(4, b"ConstantOfShape"),
               bytes_(5, *value, number(20, 4))),
        bytes_(1, bytes_(1, b"X"), bytes_(1, b"C"), bytes_(2, b"Y"),
               bytes_(4, b"Add")),
        bytes_(2, b"g"),
        bytes_(5, number(1, 1), number(2, 7), bytes_(8, b"S"),
               bytes_(9, struct.pack("<q", n))),
        shape(11, b"X", 1, 1, 16, 16), shape(12, b"Y", 1, 1, 16, 16))
open(tmp + "/floats.onnx", "wb").write(constant(1 << 27, 1))
open(tmp + "/integers.onnx", "wb").write(constant(1 << 27, 7))
small = open(classes, "rb").read()
open(tmp + "/classes.onnx", "wb").write(small)
side = b"\n\x03\x08"
open(tmp + "/image.onnx", "wb").write(small.replace(
    side + varint(1000), side + varint(16000)))
open(tmp + "/x-idx3-ubyte", "wb").write(
    struct.pack(">BBBBIII", 0, 0, 8, 3, 1, 16, 16) + bytes(256))
PY
limit=700000 # kB
[ -z "${SANITIZE-}" ] || limit=4000000

peak() { # COMMAND...: peak memory in $tmp/peak; its status
	python3 - "$tmp/peak" "$@" <<'PY'
import resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open(sys.argv[1], "w").write(str(kb))
sys.exit(status)
PY
}

for name in floats integers image classes; do
	want=4
	[ $name != classes ] || want=0
	status $want "$name: evaluate" peak "$program" evaluate \
		"$tmp/$name.onnx" --data "$tmp/x-idx3-ubyte" -j 2
	check "  takes less than $limit kB" test "$(cat "$tmp/peak")" -lt $limit
	for command in 'export --to csv --bits-w 8' \
		'sensitivity --metric size' \
		'allocate --metric size --budget bits=4'; do
		# shellcheck disable=SC2086
		set -- $command
		peak "$program" "$1" "$tmp/$name.onnx" "${@:2}" \
			>/dev/null 2>"$tmp/err" || true
		check "$name: $1 takes less than $limit kB" \
			test "$(cat "$tmp/peak")" -lt $limit
	done
done
status 4 'a constant without a file behind it' nas evaluate \
	"$tmp/floats.onnx" --data "$tmp/x-idx3-ubyte"
says 'constants exceed' '  is named'
status 4 'an image without a file behind it' nas evaluate \
	"$tmp/image.onnx" --data "$tmp/x-idx3-ubyte"
says "input 'X' is too large" '  is named'
finish
