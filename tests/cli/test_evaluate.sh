#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas evaluate: accuracies, the same for any -j and batch, and bad input.
. "$(dirname "$0")/lib.sh"

"$root/tests/tools/small_net.py" "$tmp" 24 20 2 12
printf '%s\n' 3 0 6 5 1 2 4 4 0 6 2 5 >"$tmp/y.txt"
bits() { # W A: eight of each
	python3 -c "import json; print(json.dumps({'bits_w': [$1] * 8, 'bits_a': [$2] * 8}))"
}
bits 4 8 >"$tmp/policy.json"
echo '{"bits_w": [4]}' >"$tmp/short.json"
x=$tmp/x-idx3-ubyte y=$tmp/y.txt m=$tmp/m.onnx
status 0 'a network to run' nas export "$tmp/arch.json" --to onnx -o "$m"
status 0 'float and quantised' nas evaluate "$m" --data "$x" --labels "$y" \
	--policy "$tmp/policy.json" --format json -j 1 --batch 5 \
	--write "$tmp/q.onnx"
cp "$tmp/out" "$tmp/first"
check 'accuracies are there' python3 - "$tmp/out" <<'PY'
import json, sys
j = json.load(open(sys.argv[1]))
assert j["images"] == 12 and j["layers"] == 8 and j["classes"] == 7, j
for k in ("float", "quantised"):
    assert 0 <= j[k]["top1"] <= j[k]["top5"] <= 1, j
PY
status 0 'another -j and batch' nas evaluate "$m" --data "$x" --labels "$y" \
	--policy "$tmp/policy.json" --format json -j 3 --batch 12
check 'give the same bytes' cmp "$tmp/out" "$tmp/first"
status 0 'the written network runs' nas evaluate "$tmp/q.onnx" --data "$x"
# A policy says on which grid it was measured, and is judged on that.
status 0 'a policy names its grid' nas allocate "$m" --metric msqe --quantiser \
	po2-msqe --budget bits=5 -o "$tmp/p2.json"
check '  in its file' json "$tmp/p2.json" 'j["quantiser"] == "po2-msqe"'
status 0 '  and is judged on it' nas evaluate "$m" --data "$x" --policy \
	"$tmp/p2.json" --format json --outputs "$tmp/p2_b.npy"
check '  as is said' json "$tmp/out" 'j["quantiser"] == "po2-msqe"'
status 0 '  or on another' nas evaluate "$m" --data "$x" --policy \
	"$tmp/p2.json" --format json --quantiser msqe --outputs "$tmp/p2_c.npy"
check '  as is said' json "$tmp/out" 'j["quantiser"] == "msqe"'
status 0 '  and exported on it' nas export "$m" --policy "$tmp/p2.json" --to onnx \
	-o "$tmp/p2.onnx" --calibrate "$x"
status 0 '  a file that runs' nas evaluate "$tmp/p2.onnx" --data "$x" \
	--outputs "$tmp/p2_a.npy"
check '  with the same outputs' python3 - "$tmp" <<'PY'
import struct, sys
a, b, c = (struct.unpack("<84f", open("%s/p2_%s.npy" % (sys.argv[1], n),
                                      "rb").read()[-336:]) for n in "abc")
most = max(map(abs, a))
assert max(abs(p - q) for p, q in zip(a, b)) <= 1e-5 * most
assert max(abs(p - q) for p, q in zip(a, c)) > 1e-3 * most
PY
sed 's/po2-msqe/po3/' "$tmp/p2.json" >"$tmp/p3.json"
status 4 'an unknown grid' nas evaluate "$m" --data "$x" --policy "$tmp/p3.json"
check '  is named' grep -q "unknown quantiser 'po3'" "$tmp/err"
# The same pictures in a folder of a folder a class: PNG as Python packs it.
python3 - "$tmp" <<'PY'
import os, struct, sys, zlib
t = sys.argv[1]
x = open(t + "/x-idx3-ubyte", "rb").read()[20:]
labels = [int(l) for l in open(t + "/y.txt")]
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + \
        struct.pack(">I", zlib.crc32(kind + data))
for i, label in enumerate(labels):
    planes = [x[(3 * i + c) * 480:(3 * i + c + 1) * 480] for c in range(3)]
    rows = b"".join(b"\0" + bytes(p[20 * r + k] for k in range(20)
                                  for p in planes) for r in range(24))
    folder = f"{t}/classes/{label}"
    os.makedirs(folder, exist_ok=True)
    open(f"{folder}/{i:02d}.png", "wb").write(
        b"\x89PNG\r\n\x1a\n" +
        chunk(b"IHDR", struct.pack(">IIBBBBB", 20, 24, 8, 2, 0, 0, 0)) +
        chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
names = sorted({str(l) for l in labels})
seen = {n: [i for i, l in enumerate(labels) if str(l) == n] for n in names}
order = [seen[n][row] for row in range(12) for n in names
         if row < len(seen[n])]
open(t + "/order.txt", "w").write(" ".join(map(str, order)))
PY
status 0 'arrays' nas evaluate "$m" --data "$x" --outputs "$tmp/x.npy"
status 0 'a folder of classes' nas evaluate "$m" --data "$tmp/classes" \
	--outputs "$tmp/folder.npy" --format json
check '  has labels' json "$tmp/out" '"top1" in j["float"]'
check '  and the same images, classes in turn' python3 - "$tmp" <<'PY'
import sys
t = sys.argv[1]
a, b = (open(f"{t}/{n}.npy", "rb").read()[-12 * 7 * 4:]
        for n in ("x", "folder"))
for at, i in enumerate(map(int, open(t + "/order.txt").read().split())):
    assert a[28 * i:28 * i + 28] == b[28 * at:28 * at + 28], (at, i)
PY
first=$(find "$tmp/classes" -name '*.png' | sort | tail -1)
head -c 700 "$first" >"$tmp/cut.png" && mv "$tmp/cut.png" "$first"
status 4 'half a picture' nas evaluate "$m" --data "$tmp/classes" -j 2
says "${first##*/}" '  is named'
status 5 'it is not overwritten' nas evaluate "$m" --data "$x" --bits-w 4 \
	--write "$tmp/q.onnx"
status 2 'without data' nas evaluate "$m"
status 5 'no such images' nas evaluate "$m" --data "$tmp/none"
status 4 'a policy for another network' nas evaluate "$m" --data "$x" \
	--policy "$tmp/short.json"
status 4 'images as a network' nas evaluate "$x" --data "$x"
head -c 2000 "$m" >"$tmp/cut.onnx"
status 4 'half a network' nas evaluate "$tmp/cut.onnx" --data "$x"
echo 'a' >"$tmp/bad.txt"
status 4 'labels that are none' nas evaluate "$m" --data "$x" \
	--labels "$tmp/bad.txt"
status 4 'fewer labels than images' nas evaluate "$m" --data "$x" \
	--labels <(seq 0 6)
(cat "$y"; echo 5) >"$tmp/more.txt"
status 4 'more labels than images' nas evaluate "$m" --data "$x" \
	--labels "$tmp/more.txt"
says 'more.txt:13:1: has more labels' '  says where'
status 0 '  but for some of the images' nas evaluate "$m" --data "$x" \
	--labels "$tmp/more.txt" --limit 5
sed '3s/.*/7/' "$y" >"$tmp/beyond.txt"
status 4 'a label beyond the classes' nas evaluate "$m" --data "$x" \
	--labels "$tmp/beyond.txt"
says 'beyond.txt:3:1: label 7 in row 3: the network has 7 classes, 0 to 6' \
	'  is named with its row'
f=$root/tests/data/failing
status 4 'the same in an array' nas evaluate "$f/softmax_out.onnx" \
	--data "$f/img16.npy" --labels "$f/lab9.npy"
says 'label 9 in row 4: the network has 3 classes' '  is named with its row'
status 4 'a label below 0' nas evaluate "$f/softmax_out.onnx" \
	--data "$f/img16.npy" --labels "$f/labneg.npy"
says 'label -1 in row 3' '  is named with its row'
mkdir -p "$tmp/more/"{0,1,2,3}
for c in 0 1 2 3; do
	printf 'P5 1 1 255\n\1' >"$tmp/more/$c/x.pgm"
done
status 4 'more folders than classes' nas evaluate "$f/softmax_out.onnx" \
	--data "$tmp/more"
says "has 4 classes ('3' is the last), the network 3" '  is said'

status 0 'images of the right size' nas evaluate "$f/softmax_out.onnx" \
	--data "$f/img16.npy" --labels "$f/lab.npy"
check '  without a note' test ! -s "$tmp/err"
status 0 'images of another size' nas evaluate "$f/softmax_out.onnx" \
	--data "$f/img24.npy" --labels "$f/lab.npy"
says "resized to the network's 16x16 (the first from 24x24)" '  with a note'
rm -r "$tmp/more/3"
status 0 'files of another size' nas evaluate "$f/softmax_out.onnx" \
	--data "$tmp/more"
says "16x16 (the first from 1x1)" '  with a note'
status 0 'the ranges of another size' nas export "$f/softmax_out.onnx" \
	--data "$f/img24.npy" --bits-a 8 --to onnx -o "$tmp/r.onnx"
says "16x16 (the first from 24x24)" '  with a note'
status 0 'sensitivities of another size' nas sensitivity \
	"$f/softmax_out.onnx" --metric logits --data "$f/img24.npy"
says "16x16 (the first from 24x24)" '  with a note'

# One output: two classes, by a threshold of 0.5 behind a sigmoid, 0 elsewhere.
sed 's/"classes": 7/"classes": 1/' "$tmp/arch.json" >"$tmp/one.json"
status 0 'a network with one output' nas export "$tmp/one.json" --to onnx \
	-o "$tmp/one.onnx"
one_output() { # MODEL DATA THRESHOLD
	local labels=$tmp/one.txt
	yes 1 | head -12 >"$labels"
	status 0 '  all of class 1' nas evaluate "$1" --data "$2" \
		--labels "$labels" --outputs "$tmp/one.npy" --force \
		--format json --bits-w 3
	cp "$tmp/out" "$tmp/ones"
	tr 1 0 <"$labels" >"$tmp/zero.txt"
	status 0 '  all of class 0' nas evaluate "$1" --data "$2" \
		--labels "$tmp/zero.txt" --format json --bits-w 3
	check '  are told by the threshold' python3 - "$tmp" "$3" <<'PY'
import json, struct, sys
t, threshold = sys.argv[1], float(sys.argv[2])
y = struct.unpack("<12f", open(t + "/one.npy", "rb").read()[-48:])
ones, zeros = (json.load(open(f"{t}/{n}")) for n in ("ones", "out"))
share = sum(v > threshold for v in y) / 12
assert 0 <= share <= 1 and ones["classes"] == 2, ones
assert ones["threshold"] == threshold, ones
assert abs(ones["quantised"]["top1"] - share) < 1e-12, (ones, y)
assert abs(zeros["quantised"]["top1"] - (1 - share)) < 1e-12, (zeros, y)
open(t + "/share", "w").write(str(share))
PY
}
one_output "$tmp/one.onnx" "$x" 0
one_output "$f/sigmoid_out.onnx" "$f/img16.npy" 0.5
check '  which all of these images exceed' grep -qx 1.0 "$tmp/share"
yes 2 | head -12 >"$tmp/two.txt"
status 4 '  has no third class' nas evaluate "$f/sigmoid_out.onnx" \
	--data "$f/img16.npy" --labels "$tmp/two.txt"
status 0 '  without labels' nas evaluate "$f/sigmoid_out.onnx" \
	--data "$f/img16.npy"
check '  gives class and output' grep -q '^0  *1  *0\.5' "$tmp/out"
status 0 'weights alone, biases as they are' nas evaluate "$m" --data "$x" \
	--bits-w 4 --no-bias-correction --round nearest --format json
check '  nothing is calibrated' json "$tmp/out" \
	'j["calibration_images"] == 0 and not j["calibrated_on_judged"]'
status 0 '  weights rounded together' nas evaluate "$m" --data "$x" \
	--bits-w 4 --no-bias-correction --format json
check '  are calibrated' json "$tmp/out" \
	'j["calibration_images"] == 12 and j["round"] == "gptq"'
status 0 '  by the first five images' nas evaluate "$m" --data "$x" \
	--bits-w 4 --calibration 5 --format json
check '  and no more' json "$tmp/out" 'j["calibration_images"] == 5'
status 0 'biases corrected' nas evaluate "$m" --data "$x" --bits-w 4 \
	--format json
check '  on the images that are judged' json "$tmp/out" \
	'j["calibration_images"] == 12 and j["calibrated_on_judged"] and
	j["round"] == "gptq"'
round() { # NAME OPTION...: outputs at 3 bits
	status 0 "$1" nas evaluate "$m" --data "$x" --bits-w 3 --bits-a 4 \
		--format json --force --outputs "$tmp/$1.npy" "${@:2}"
}
round float --bits-w 32 --bits-a 32
round gptq
round again --round gptq -j 2 --batch 5
check '  the same for any -j and batch' cmp "$tmp/gptq.npy" "$tmp/again.npy"
round nearest --round nearest
check '  is said' json "$tmp/out" 'j["round"] == "nearest"'
check 'weights rounded together are nearer to the float outputs' \
	python3 - "$tmp" <<'PY'
import struct, sys
float_, gptq, nearest = (struct.unpack("<84f", open(
    "%s/%s.npy" % (sys.argv[1], n), "rb").read()[-336:])
    for n in ("float", "gptq", "nearest"))
off = lambda y: sum((a - b) ** 2 for a, b in zip(y, float_))
assert 0 < off(gptq) < 0.5 * off(nearest), (off(gptq), off(nearest))
PY
finish
