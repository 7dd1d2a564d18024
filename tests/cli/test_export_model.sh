#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas export of trained networks: fake quantisation by a policy, the table of
# layers. What ONNX Runtime makes of such files is tested by tests/interop.
. "$(dirname "$0")/lib.sh"

"$root/tests/tools/small_net.py" "$tmp" 16 20 1 9
w='8, 4, 3, 2, 8'
echo "{\"bits_w\": [$w]}" >"$tmp/weights.json"
echo "{\"bits_w\": [$w], \"bits_a\": [0, 8, 4, 8, 8]}" >"$tmp/both.json"
echo "{\"bits_w\": [${w#8, }]}" >"$tmp/short.json"
echo '{"bits_w": [1, 1, 1, 1, 1]}' >"$tmp/one.json"
x=$tmp/x-idx3-ubyte ours=$tmp/ours.onnx m=$tmp/m.onnx
status 0 'a network' nas export "$tmp/arch.json" --to onnx -o "$ours"
status 0 'as another program has it' nas evaluate "$ours" --data "$x" \
	--write "$m"
status 0 'bits of weights need no images' nas export "$m" --to onnx \
	--policy "$tmp/weights.json" -o "$tmp/plain.onnx"
says 'weights are rounded each by itself, biases are left' '  says what images are for'
status 0 '  as without correction' nas evaluate "$m" --data "$x" --force \
	--policy "$tmp/weights.json" --no-bias-correction \
	--round nearest --write "$tmp/e.onnx"
check '    writes it' cmp "$tmp/e.onnx" "$tmp/plain.onnx"
status 0 'with images' nas export "$m" --to onnx --data "$x" \
	--policy "$tmp/weights.json" -o "$tmp/w.onnx"
cmp -s "$tmp/w.onnx" "$tmp/plain.onnx" && bad '  other biases' 'the same' ||
	ok '  other biases'
status 0 'bits of inputs' nas export "$m" --to onnx --data "$x" \
	--policy "$tmp/both.json" -o "$tmp/b.onnx"
for form in w:weights b:both; do
	status 0 "  ${form#*:}: as evaluate" nas evaluate "$m" --data "$x" \
		--policy "$tmp/${form#*:}.json" --write "$tmp/e.onnx" --force
	check '  writes it' cmp "$tmp/e.onnx" "$tmp/${form%:*}.onnx"
done
status 0 'with other -j' nas export "$m" --to onnx --data "$x" -j 2 \
	--policy "$tmp/both.json" -o "$tmp/b2.onnx"
check '  the same bytes' cmp "$tmp/b.onnx" "$tmp/b2.onnx"
status 0 'a file of ours with bits' nas export "$ours" --to onnx --bits-w 4 \
	-o "$tmp/o.onnx"
status 0 '  loses nothing when it has them already' nas evaluate \
	"$tmp/o.onnx" --data "$x" --bits-w 4 --format json
check '  by its classes' json "$tmp/out" 'j["agreement"] == 1'
status 0 'per tensor' nas export "$m" --to onnx --bits-w 4 --per-tensor \
	-o "$tmp/t.onnx"
check '  is another network' sh -c "! cmp -s '$tmp/t.onnx' '$tmp/o.onnx'"

# A file that leaves height and width open: 16 x 20 become names of sizes.
check 'a network of any image size' python3 - "$m" "$tmp/open.onnx" <<'PY'
import sys
b = open(sys.argv[1], "rb").read()
sizes, names = b"\n\2\10\20\n\2\10\24", b"\n\2\22\0\n\2\22\0"
assert b.count(sizes) == 1
open(sys.argv[2], "wb").write(b.replace(sizes, names))
PY
o=$tmp/open.onnx
status 0 '  stays so' nas export "$o" --to onnx --bits-w 4 -o "$tmp/o4.onnx"
check '    by its names' sh -c 'grep -aq height "$0" &&
	grep -aq width "$0"' "$tmp/o4.onnx"
status 0 '  calibrated as well' nas export "$o" --to onnx --data "$x" \
	--bits-w 4 -o "$tmp/oc.onnx"
check '    by its names' grep -aq height "$tmp/oc.onnx"
"$root/tests/tools/small_net.py" "$tmp" 24 12 1 3
status 0 '  other images' nas evaluate "$tmp/o4.onnx" --data "$x" \
	--outputs "$tmp/o4.npy"
status 0 '    as before' nas evaluate "$o" --data "$x" --bits-w 4 \
	--round nearest --no-bias-correction --outputs "$tmp/o.npy"
check '    give the same' cmp "$tmp/o4.npy" "$tmp/o.npy"
status 0 '  unless a size is given' nas export "$o" --to onnx --bits-w 4 \
	--image-size 16x20 -o "$tmp/of.onnx"
check '    which is written' sh -c '! grep -aq height "$0"' \
	"$tmp/of.onnx"
python3 "$root/tests/tools/small_onnx.py" "$tmp" >"$tmp/out"
status 2 '  a border that depends on it needs one' nas export \
	"$tmp/of_size.onnx" --to onnx -o "$tmp/no.onnx"
says 'and it depends on it' '    says so'
status 2 '  as a table it needs one' nas export "$o" --to csv
says 'leaves the size of its images open' '    says so'
status 0 '    then there is one' nas export "$o" --to csv --image-size 16x20
status 0 '  bits of weights need none' nas allocate "$o" --metric msqe \
	--budget bits=4
status 0 '  nor does their size' nas allocate "$o" --metric msqe \
	--budget size=1e6
for budget in bitops=1e6 sram=4000; do
	status 2 "  ${budget%=*} needs one" nas allocate "$o" --metric msqe \
		--budget $budget
	says "${budget%=*} depends on it: --image-size" '    says so'
done
status 0 '  given, it is taken' nas allocate "$o" --metric msqe \
	--budget bitops=1e9 --image-size 16x20
"$root/tests/tools/small_net.py" "$tmp" 16 20 1 9

status 0 'the layers' nas export "$m" --to csv --policy "$tmp/both.json"
check '  by the definitions' python3 - "$tmp/out" <<'PY'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
assert [r["kind"] for r in rows] == ["conv", "conv", "depthwise", "conv",
                                     "linear"], rows
want = [(3, 8, 3, 1, 10 * 8, 3 * 9 * 8), (8, 16, 1, 1, 80, 8 * 16),
        (16, 16, 5, 16, 80, 25 * 16), (16, 8, 1, 1, 80, 16 * 8),
        (8, 7, 1, 1, 1, 8 * 7)]
bits = [(0, 8), (8, 4), (4, 3), (8, 2), (8, 8)]
for r, (ci, co, k, g, area, n), (a, w) in zip(rows, want, bits):
    got = [int(r[key]) for key in
           ("in_channels", "out_channels", "kernel_height", "kernel_width",
            "groups", "weights", "macs", "bits_a", "bits_w")]
    assert got == [ci, co, k, k, g, n, n * area, a, w], (got, r)
    assert float(r["weight_bytes"]) == n * w / 8, r
    assert int(r["out_height"]) * int(r["out_width"]) == area, r
PY
b=$root/tests/data/failing/branches.onnx
for model in plain tinyengine; do
	status 0 "bytes of activations, $model" nas export "$b" --to csv \
		-m $model --bits-a 8 --data "$root/tests/data/failing/img16.npy"
	cp "$tmp/out" "$tmp/$model.csv"
done
status 0 'of an architecture as another program has it' nas export "$m" \
	--to csv -m plain
cp "$tmp/out" "$tmp/m.csv"
status 0 '  with depthwise convolutions in place' nas export "$m" --to csv
cp "$tmp/out" "$tmp/t.csv"
status 0 '  and as an architecture' nas export "$tmp/arch.json" --to csv \
	-m plain
check '  count what is alive' python3 - "$tmp" <<'PY'
import csv, sys
def rows(name):
    return list(csv.DictReader(open(f"{sys.argv[1]}/{name}")))
def column(name, key):
    return [float(r[key]) for r in rows(name)]
for name in "plain.csv", "tinyengine.csv":  # no depthwise ones in it
    assert column(name, "in_bytes") == [768, 512, 512, 512, 24]
    assert column(name, "out_bytes") == [512, 512, 512, 512, 3]
    assert column(name, "residual_bytes") == [0, 0, 512, 1024, 0]
    assert column(name, "memory_bytes") == [1280, 1024, 1536, 2048, 27]
    assert column(name, "between_bytes") == [0, 0, 0, 1560, 0]
    assert column(name, "binds") == [0, 0, 0, 1, 0]
# floats: four times the bytes of 8 bits; the classifier has no step there
of_arch = column("out", "memory_bytes")
assert [x / 4 for x in column("m.csv", "memory_bytes")][:4] == of_arch
assert sum(column("m.csv", "binds")) == sum(column("t.csv", "binds")) == 1
depthwise = rows("t.csv")[2]
assert depthwise["kind"] == "depthwise"
assert (float(depthwise["memory_bytes"]) == 4 * (16 * 80 + 80 + 8 * 80)
        == float(depthwise["in_bytes"]) + float(depthwise["out_bytes"]) +
        float(depthwise["residual_bytes"])), depthwise
PY
status 0 'without bits' nas export "$m" --to csv
prints ',0,0,17280,216,864' '  4 bytes a weight'

status 0 'the graph' nas export "$m" --to dot --policy "$tmp/both.json"
prints 'label="Conv 5x5\n16 to 16, 16 groups\nA4 W3"' '  its layers with their bits'
prints 'n7 -> n8 [label="8x10x8"]' '  and what goes between'
status 0 'with QONNX' nas export "$m" --to qonnx --data "$x" \
	--policy "$tmp/both.json" -o "$tmp/q.onnx"
status 0 '  the network that onnx holds' nas evaluate "$tmp/q.onnx" \
	--data "$x" --outputs "$tmp/q.npy"
status 0 '' nas evaluate "$tmp/b.onnx" --data "$x" --outputs "$tmp/b.npy"
check '  by its outputs' python3 - "$tmp" <<'PY'
import array, sys
def read(name):
    data = open(f"{sys.argv[1]}/{name}.npy", "rb").read()
    return array.array("f", data[10 + int.from_bytes(data[8:10], "little"):])
q, b = read("q"), read("b")
assert len(q) == len(b) == 9 * 7
assert max(abs(x - y) for x, y in zip(q, b)) < 0.02, "differs"
PY

status 2 'bits of inputs without images' nas export "$m" --to onnx \
	--policy "$tmp/both.json" -o "$tmp/n.onnx"
says '--data X gives images' '  says what is missing'
check '  leaves no file' test ! -e "$tmp/n.onnx"
status 2 'a format for architectures' nas export "$m" --to pytorch
says 'onnx, qonnx, onnx-qdq, c, tflite, csv or dot, not as pytorch' '  names the others'
status 2 'bits for an architecture' nas export "$tmp/arch.json" --to csv \
	--bits-w 4
status 2 'ONNX to standard output' nas export "$m" --to onnx --bits-w 4
status 5 'an existing file' nas export "$m" --to onnx --bits-w 4 -o "$m"
status 4 'a policy for another network' nas export "$m" --to csv \
	--policy "$tmp/short.json"
says 'one per layer of the network' '  says so'
status 4 'one bit' nas export "$m" --to csv --policy "$tmp/one.json"
status 5 'no such policy' nas export "$m" --to csv --policy "$tmp/none"
head -c 900 "$m" >"$tmp/cut.onnx"
status 4 'half a network' nas export "$tmp/cut.onnx" --to csv
finish
