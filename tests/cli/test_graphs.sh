#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Networks as lists of layers, nas/graph/1: what they count, that they run.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

count() { # NAME: weights and multiply-accumulates of a network
	nas allocate "configs/graphs/$1.json" --metric size --bits-w 32 --pin 0 \
		--format json -q >"$tmp/$1.out"
}
# Weights without biases and normalisation, as the literature's tables have them
# with both: ResNet-18 11.69 M, ResNet-50 25.56 M, SSD300 26.29 M.
while read -r name layers weights macs; do
	count "$name"
	check "$name: $layers layers, $weights weights, $macs MACs" json \
		"$tmp/$name.out" "len(j['layers']) == $layers and
		j['cost']['size'] == j['full_size'] == 4 * $weights and
		j['cost']['bitops'] == j['full_bitops'] == 1024 * $macs and
		j['compression'] == 1"
done <<'END'
resnet18 21 11678912 1814073344
resnet50 54 25502912 3857973248
mobilenetv1 28 4209088 568740352
mobilenetv1-0.5-192 28 1319648 109970432
mobilenetv1-0.75-224 28 2568144 325400448
mobilenetv2 53 3469760 300774272
ssd-vgg16 35 26276032 31373537792
vgg16-300 13 14710464 27112246272
resnet18-600x1000 20 11166912 21976855552
resnet50-800x1280 53 23454912 78692352000
resnet101-800x1280 104 42394816 154451968000
deepmad-r18 120 11611552 1782672640
deepmad-r34 154 21590856 3634913856
deepmad-r50 163 25317408 4042761408
damo-yolo-tutorial 28 5819776 7281049600
mae-det-s 83 21147488 48372224000
mae-det-m 95 25744896 89316864000
mae-det-l 113 43740016 152080288000
END
check "MobileNetV2 counts as the chain of the same name" python3 - \
	"$tmp/mobilenetv2.out" "$program" <<'PY'
import json, subprocess, sys
a = json.load(open(sys.argv[1]))
b = json.loads(subprocess.run(
    [sys.argv[2], "score", "configs/networks/mobilenetv2.json", "--network",
     "mobilenetv2-1-224", "--format", "json"], capture_output=True, text=True,
    check=True).stdout)["results"][0]
assert a["full_bitops"] == 1024 * b["macs"]
PY
check "each is documented" python3 - <<'PY'
import glob
page = open("configs/README.md").read()
for f in glob.glob("configs/graphs/*.json"):
    assert f.split("/")[-1] in page, f
PY

# Every kind of block, small: its layers, its shapes; it runs.
cat >"$tmp/small.json" <<'END'
{"schema": "nas/graph/1", "name": "small", "height": 16, "width": 16, "channels": 3, "seed": 3,
 "layers": [
  {"type": "conv", "out": 4, "name": "stem"},
  {"type": "basic", "out": 6, "stride": 2, "depth": 2},
  {"type": "bottleneck", "out": 8, "hidden": 3},
  {"type": "mbconv", "out": 8, "expansion": 2},
  {"type": "dwsep", "out": 5},
  {"type": "k1kxk1", "out": 5, "hidden": 2, "depth": 2},
  {"type": "kxkx", "out": 6, "hidden": 4},
  {"type": "k1kx", "out": 6, "stride": 2},
  {"type": "vgg", "out": 6, "depth": 2},
  {"type": "average_pool", "kernel": 2},
  {"type": "global_pool"},
  {"type": "dense", "out": 3, "name": "head"}]}
END
status 0 "a network of every kind of block" nas allocate "$tmp/small.json" \
	--metric size --bits-w 32 --pin 0 --format json -q
check "  has the layers of its blocks" json "$tmp/out" 'j["layers"] == [
	"stem", "layer2.1.conv1", "layer2.1.conv2", "layer2.1.shortcut",
	"layer2.2.conv1", "layer2.2.conv2", "layer3.conv1", "layer3.conv2",
	"layer3.conv3", "layer3.shortcut", "layer4.expand", "layer4.depthwise",
	"layer4.project", "layer5.depthwise", "layer5.project",
	"layer6.1.conv1", "layer6.1.conv2", "layer6.1.conv3", "layer6.2.conv1",
	"layer6.2.conv2", "layer6.2.conv3", "layer7.conv1", "layer7.conv2",
	"layer7.shortcut", "layer8.conv1", "layer8.conv2", "layer9.1.conv",
	"layer9.2.conv", "head"]'
check "  and their weights and work" json "$tmp/out" '(
	j["full_size"] / 4, j["full_bitops"] / 1024) == (
	108 + 216 + 324 + 24 + 648 + 18 + 81 + 24 + 48 + 128 + 144 + 128 + 72
	+ 40 + 2 * 56 + 180 + 216 + 30 + 36 + 3 * 324 + 18,
	256 * 108 + 64 * (216 + 324 + 24 + 648 + 18 + 81 + 24 + 48 + 128 + 144
	+ 128 + 72 + 40 + 2 * 56 + 180 + 216 + 30 + 36) + 16 * 3 * 324 + 18)'
python3 - "$tmp/x.npy" <<'PY'
import random, struct, sys
random.seed(1)
head = "{'descr': '|u1', 'fortran_order': False, 'shape': (8, 3, 16, 16), }"
head = head.ljust(117) + "\n"
open(sys.argv[1], "wb").write(
    b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() +
    bytes(random.randrange(256) for _ in range(8 * 3 * 16 * 16)))
PY
status 0 "it runs: its outputs say what bits lose" nas sensitivity \
	"$tmp/small.json" --metric output --data "$tmp/x.npy" --images 8 \
	--format json -q
cp "$tmp/out" "$tmp/first"
status 0 "again" nas sensitivity "$tmp/small.json" --metric output \
	--data "$tmp/x.npy" --images 8 --format json -q -j 1
check "  the same" cmp "$tmp/first" "$tmp/out"
sed 's/"seed": 3/"seed": 4/' "$tmp/small.json" >"$tmp/other.json"
nas sensitivity "$tmp/other.json" --metric output --data "$tmp/x.npy" \
	--images 8 --format json -q >"$tmp/out"
check "  other weights for another seed" bash -c \
	"! cmp -s '$tmp/first' '$tmp/out'"

# Policies: inside the BOPs, activations before weights, residuals before others.
for case in "mobilenetv2 7.4" "resnet18 15.3" "resnet50 30.7"; do
	set -- $case
	status 0 "$1 at $2 G" nas allocate configs/graphs/$1.json --metric qe \
		--bits-a 2,3,4,5,6,8 --pin 0 --budget bitops=$2e9 --format json -q
	check "  inside; inputs have more bits than weights" json "$tmp/out" \
		"0.98 * $2e9 < j['cost']['bitops'] <= $2e9 and
		 sum(j['bits_a']) > sum(j['bits_w']) and
		 abs(j['compression'] - j['full_bitops'] / j['cost']['bitops'])
		 < 1e-9 * j['compression']"
	[ "$1" != resnet18 ] || check "  its residual convolutions 7, 12, 17" \
		json "$tmp/out" 'all("shortcut" in j["layers"][i] and
		j["bits_w"][i] > max(j["bits_w"][i - 1], j["bits_w"][i + 1])
		for i in (7, 12, 17))'
done
status 0 "for people" nas allocate configs/graphs/mobilenetv2.json --metric qe \
	--bits-a 4,8 --budget bitops=10e9
prints "parameters " "  parameters"
prints " of 13.24, BOPs 9." "  BOPs"
prints "compression 3" "  compression"
prints ", found in " "  seconds"

wrong() { # WHAT EDIT SAYS
	python3 - "$tmp/small.json" "$2" >"$tmp/bad.json" <<'PY'
import json, sys
j = json.load(open(sys.argv[1]))
l = j["layers"]
exec(sys.argv[2])
json.dump(j, sys.stdout, indent=1)
PY
	status 4 "$1" nas allocate "$tmp/bad.json" --metric size
	says "$3" "  says it"
}
wrong "a kind that there is not" 'l[1]["type"] = "basik"' "did you mean 'basic'"
wrong "no channels" 'del l[0]["out"]' "missing key 'out'"
wrong "a reader of nothing" 'l[2]["from"] = "stm"' "no item 'stm' stands before"
wrong "a reader of what comes later" 'l[2]["from"] = "head"' \
	"no item 'head' stands before"
wrong "a kernel that does not fit" 'l[9]["kernel"] = 9' \
	"the kernel is larger than the padded image"
wrong "no layers" 'j["layers"] = []' "/layers"

# Where another kind of file is expected, one line says what this one is.
while read -r command; do
	status 4 "nas ${command%%GRAPH*}a list of layers" nas \
		${command/GRAPH/configs\/graphs\/resnet18.json} -q
	says ':2:13: /schema: this is a file of nas/graph/1 (a network as layers' \
		"  it is said what it is"
	says ', which is for nas allocate, sensitivity, evaluate and export; nas/' \
		"  and what reads it"
	check "  in one line" [ "$(wc -l <"$tmp/err")" -eq 1 ]
done <<'END'
score GRAPH
refine GRAPH --config configs/quick.json
check GRAPH
correlate GRAPH
latency show GRAPH
reproduce --paper GRAPH
allocate --problem GRAPH
END
status 0 "nas evaluate a list of layers" nas evaluate "$tmp/small.json" \
	--data "$tmp/x.npy" -q

# ---- measured on smaller images, and written for other tools -------------------

cat >"$tmp/plain.json" <<'END'
{"schema": "nas/graph/1", "name": "plain", "height": 12, "width": 12,
 "layers": [{"type": "conv", "out": 4, "depth": 3}, {"type": "global_pool"},
            {"type": "dense", "out": 5}]}
END
mobile="configs/graphs/mobilenetv2.json --metric qe --budget bitops=7.4e9"
status 0 "a metric without images takes --measure-size" nas allocate $mobile \
	--bits-a 4,5 --measure-size 64 --format json -q
cp "$tmp/out" "$tmp/sized"
status 0 "  and without it" nas allocate $mobile --bits-a 4,5 --format json -q
check "  costs are those of its own size" cmp "$tmp/out" "$tmp/sized"
small="--metric arp --bits-a 4,8 --budget bits=4 --pin 0 --format json -q"
for n in "" "--measure-size 40"; do
	status 0 "random images $n" nas allocate "$tmp/plain.json" $small \
		--data noise --images 2 $n
	cp "$tmp/out" "$tmp/at${n##* }"
done
check "  other losses, the same full size and BitOps" python3 - "$tmp" <<'PY'
import json, sys
a, b = (json.load(open(f"{sys.argv[1]}/at{n}")) for n in ("", "40"))
assert a["full_bitops"] == b["full_bitops"] and a["loss"] != b["loss"]
PY
status 0 "nas export a list of layers" nas export "$tmp/plain.json" --to onnx \
	-o "$tmp/plain.onnx"
says "are random" "  its weights are, it says"
status 2 "  which has one size of images" nas allocate "$tmp/plain.onnx" $small \
	--data noise --images 2 --measure-size 40
says "takes images of 12x12 only" "  that is said"
check "  counts as the list" python3 - "$program" "$tmp" <<'PY'
import json, subprocess, sys
a, b = (json.loads(subprocess.run(
    [sys.argv[1], "allocate", f"{sys.argv[2]}/plain.{kind}", "--metric", "size",
     "--bits-w", "32", "--pin", "0", "--format", "json"], check=True,
    capture_output=True, text=True).stdout) for kind in ("json", "onnx"))
for key in ("full_size", "full_bitops", "full_bitops_with_biases",
            "full_bitops_with_norms"):
    assert a[key] == b[key] > 0
# 12 x 12: 3 convolutions of 4 channels, 5 classes
assert a["full_bitops_with_biases"] - a["full_bitops"] == 1024 * (3 * 4 * 144 + 5)
assert a["full_bitops_with_norms"] - a["full_bitops"] == 4096 * 3 * 4 * 144
PY
status 2 "nas export a list of layers as a model.py" nas export \
	"$tmp/plain.json" --to pytorch -o "$tmp/never"
says "can be written as onnx" "  says as what it can"
finish
