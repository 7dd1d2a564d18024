#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas sensitivity: every metric, its three files, mistakes; the same bytes for
# any -j. Figures are held against what the definitions say of them.
. "$(dirname "$0")/lib.sh"

"$root/tests/tools/small_net.py" "$tmp" 24 20 2 12
for i in 0 1 2 3 4 5; do printf '0\n1\n'; done >"$tmp/y.txt"
cd "$tmp" || exit 1 # names without a space, wherever that is
x=x-idx3-ubyte y=y.txt m=m.onnx layers=8
status 0 'a network' nas export "$tmp/arch.json" --to onnx -o "$m"
data="--data $x --labels $y"

for metric in te te-mean arp msqe msqe-relative output logits orm qe size; do
	case $metric in
	msqe* | qe | size) with= ;;
	*) with=$data ;;
	esac
	# shellcheck disable=SC2086
	status 0 "$metric" nas sensitivity "$m" --metric $metric $with -j 1 \
		--bits-w 2,4,8,32 --bits-a 4,32 -o "$tmp/$metric"
	cp "$tmp/out" "$tmp/$metric/printed"
	# shellcheck disable=SC2086
	status 0 '  with -j 2' nas sensitivity "$m" --metric $metric $with \
		-j 2 --bits-w 2,4,8,32 --bits-a 4,32 -o "$tmp/again" --force
	for file in sensitivity.csv sensitivity.json sensitivity.svg; do
		check "  the same $file" cmp "$tmp/$metric/$file" \
			"$tmp/again/$file"
	done
	check '  prints the same table' cmp "$tmp/out" "$tmp/$metric/printed"
	# shellcheck disable=SC2086
	status 0 '  as JSON' nas sensitivity "$m" --metric $metric $with \
		--bits-w 2,4,8,32 --bits-a 4,32 --format json
	check '  is sensitivity.json' cmp "$tmp/out" \
		"$tmp/$metric/sensitivity.json"
	check '  a chart with a bar a layer' python3 -c '
import sys, xml.dom.minidom
d = xml.dom.minidom.parse(sys.argv[1])
bars = [r for r in d.getElementsByTagName("rect")
        if r.getAttribute("class") == "f-blue"]
assert len(bars) == int(sys.argv[2]), bars' "$tmp/$metric/sensitivity.svg" \
		$layers
	check '  files that agree; nothing is lost in float' python3 - \
		"$tmp/$metric" $layers <<'PY'
import csv, json, math, sys
d, layers = sys.argv[1], int(sys.argv[2])
j = json.load(open(d + "/sensitivity.json"))
rows = list(csv.DictReader(open(d + "/sensitivity.csv")))
assert len(j["layers"]) == layers and len(rows) == layers * 6, len(rows)
assert j["bits_w"] == [2, 4, 8, 32] and j["bits_a"] == [4, 32]
table = {(int(r["layer"]), r["of"], int(r["bits"])): r for r in rows}
for i, l in enumerate(j["layers"]):
    for of, key in (("weights", "w"), ("input", "a")):
        for bits, loss in zip(j["bits_" + key], l["loss_" + key]):
            r = table[i, of, bits]
            assert float(r["loss"]) == loss and math.isfinite(loss), r
            assert r["name"] == l["name"] and loss >= 0, r
            assert int(r["weights"]) == l["weights"], r
            assert int(r["macs"]) == l["macs"], r
            assert bits < 32 or loss == 0, r
PY
done

check 'what the definitions say' python3 - "$tmp" <<'PY'
import json, math, sys
def read(metric):
    return json.load(open(f"{sys.argv[1]}/{metric}/sensitivity.json"))
def losses(metric, key="loss_w"):
    return [l[key] for l in read(metric)["layers"]]
def close(a, b):
    return abs(a - b) <= 1e-12 * max(1, abs(b))
def sigma_hat(s, bits):
    return math.sqrt(2 * sum((2 * k - 1) * math.erfc((k - .5) / s / 2 ** .5)
                             / 2 for k in range(1, 2 ** (bits - 1) + 1)))
# one number a bit for all; ln of the published closed form
lost = [4.0 ** -b - 4.0 ** -8 for b in (2, 4)]
assert losses("size") == [lost + [0, 0]] * 8, losses("size")
assert losses("size", "loss_a") == [[lost[1], 0]] * 8
for row in losses("qe"):
    for bits, loss in zip((2, 4, 8), row):
        want = math.log(sigma_hat(4, 8) / sigma_hat(4, bits))
        assert close(loss, want), (bits, loss, want)
# a value a layer, lost by 4^-bits; entropy of 6 births, weights H / sum H
for metric in ("te", "te-mean", "orm"):
    for l in read(metric)["layers"]:
        want = [l["value"] * (4.0 ** -b - 4.0 ** -8) for b in (2, 4, 8)]
        assert l["loss_w"][:3] == want, l
for a, b in zip(read("te")["layers"], read("te-mean")["layers"]):
    assert 0 <= b["value"] <= a["value"] <= math.log(6) + 1e-12, (a, b)
assert read("te")["images"] == 6 and read("te")["label"] == 0
assert read("output")["images"] == 12 and "label" not in read("output")
values = [l["value"] for l in read("orm")["layers"]]
assert all(math.exp(-.1 * 7) - 1e-9 <= v <= 1 for v in values), values
# squared errors: rising with fewer bits; relative ones are below 1
for metric, most in (("msqe", math.inf), ("msqe-relative", 1)):
    for row in losses(metric):
        assert most > row[0] > row[1] > row[2] > 0, (metric, row)
    assert len({tuple(row) for row in losses(metric, "loss_a")}) == 1
# the last layer's output is the network's
assert losses("output")[-1] == losses("logits")[-1]
assert losses("output", "loss_a")[-1] == losses("logits", "loss_a")[-1]
for l in read("arp")["layers"]:
    assert all(0 <= d < 1 for d in l["rank_distance"]), l
PY

# shellcheck disable=SC2086
status 0 'another label' nas sensitivity "$m" --metric te $data --label 1 \
	--images 4 --format json
check '  of which four images are taken' json "$tmp/out" \
	'j["label"] == 1 and j["images"] == 4'
status 0 'a number of a layer' nas sensitivity "$m" --metric size \
	--bits-w 3,8 --format json
check '  falls by 4 a bit' json "$tmp/out" \
	'j["layers"][0]["loss_w"] == [4.0 ** -3 - 4.0 ** -8, 0]'
status 0 'as the papers have it' nas sensitivity "$m" --metric size --linear \
	--bits-w 3,8 --format json
check '  falls by 1 a bit' json "$tmp/out" \
	'j["layers"][0]["loss_w"] == [5, 0]'
for q in msqe po2-max-abs po2-msqe po2-masked po2-lower; do
	status 0 "quantiser $q" nas sensitivity "$m" --metric msqe \
		--quantiser $q --per-tensor
done

status 2 'no metric' nas sensitivity "$m"
says '--metric METRIC is required' '  says so'
status 2 'an unknown metric' nas sensitivity "$m" --metric mqse
says "did you mean 'msqe'" '  names the nearest'
status 2 'an unknown quantiser' nas sensitivity "$m" --metric msqe \
	--quantiser po2
status 2 'no images' nas sensitivity "$m" --metric te
says "'te' needs --data" '  says so'
status 2 'bits that fall' nas sensitivity "$m" --metric qe --bits-w 4,3
status 2 'one bit' nas sensitivity "$m" --metric qe --bits-w 1,2
status 2 'a label without labels' nas sensitivity "$m" --metric te \
	--data "$x" --label 1
# shellcheck disable=SC2086
status 4 'a label that no image has' nas sensitivity "$m" --metric te $data \
	--label 6
status 1 'orthogonality of two images' nas sensitivity "$m" --metric orm \
	--data "$x" --images 2
says "metric 'orm' needs 3 images or more, not 2" '  says how many it needs'
# shellcheck disable=SC2086
status 1 'an entropy of one image' nas sensitivity "$m" --metric te $data \
	--images 1
says "metric 'te' needs 2 images or more, not 1" '  says how many it needs'
# Rounding as nas evaluate does it: biases, and what inputs' grids span.
rounded() { # NAME, options
	local name=$1
	shift
	status 0 "$name" nas sensitivity "$m" --metric output --data "$x" \
		--bits-w 3 --bits-a 4 -q --format json "$@"
	cp "$tmp/out" "$tmp/$name.json"
}
rounded corrected
rounded plain --no-bias-correction
rounded whole --ranges min-max
check '  biases change what weights lose, mostly for the better' python3 - "$tmp" <<'PY'
import json, sys
def of(name, kind):
    with open("%s/%s.json" % (sys.argv[1], name)) as f:
        return [l["loss_" + kind][0] for l in json.load(f)["layers"]]
a, b, c = (of(n, "w") for n in ("corrected", "plain", "whole"))
assert a == c and sum(a) < sum(b), (a, b)
a, b, c = (of(n, "a") for n in ("corrected", "plain", "whole"))
assert a == b and a != c, (a, c)
PY
# A metric by itself: what images there are, and what two minutes allow.
status 0 'auto with images' nas sensitivity "$m" --metric auto --data "$x" \
	--format json
check '  measures the truth' json "$tmp/out" 'j["metric"] == "logits"'
says "metric auto: 'logits' of at most 64 images" '  and says so'
cp "$tmp/out" "$tmp/auto.json"
status 0 '  the same numbers' nas sensitivity "$m" --metric logits --data "$x" \
	--format json
check '  are those of the metric' cmp "$tmp/out" "$tmp/auto.json"
status 0 'auto without' nas allocate "$m" --metric auto --budget bits=4
says "metric auto: 'msqe-relative', without images (--data X)" '  says so'

status 0 'few images' nas sensitivity "$m" --metric logits --data "$x" -q \
	--images 7
says "warning: metric 'logits' of 7 images is a guess: take 8 or more" \
	'  are warned of'
status 0 'enough images' nas sensitivity "$m" --metric logits --data "$x" \
	--images 8
check '  are not' test ! -s "$tmp/err"

# Images that are all the same: the network answers all alike.
branches=$root/tests/data/failing/branches.onnx
python3 - "$tmp" <<'PY'
import struct, sys
head = "{'descr': '|u1', 'fortran_order': False, 'shape': (40, 16, 16, 3), }"
head = head.ljust(117) + "\n"
with open(sys.argv[1] + "/same.npy", "wb") as f:
    f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) +
            head.encode() + bytes(40 * 16 * 16 * 3))
PY
same=(--data "$tmp/same.npy")
status 0 'a metric that is 0' nas sensitivity "$branches" --metric te -q \
	"${same[@]}"
says "warning: metric 'te' is 0 for all layers and bits" '  is warned of'
status 1 '  and gives no policy' nas allocate "$branches" --metric te \
	"${same[@]}" --budget bits=4
says 'any policy would be optimal' '  which says why'
status 0 'the same for all layers' nas sensitivity "$branches" --metric orm \
	-q "${same[@]}"
says "warning: metric 'orm' is the same for all layers" '  is warned of'
for metric in qe size; do
	status 0 "$metric, which is so on purpose" nas allocate "$branches" \
		--metric $metric --budget bits=4
	check '  is not' test ! -s "$tmp/err"
done
status 0 'a backbone' nas export "$tmp/backbone.json" --to onnx \
	-o "$tmp/backbone.onnx"
status 1 '  has no class activation map' nas sensitivity \
	"$tmp/backbone.onnx" --metric arp --data "$x"
says 'global average pooling' '  says what is needed'
status 5 'a folder with files' nas sensitivity "$m" --metric qe -o "$tmp/qe"
status 4 'labels as a network' nas sensitivity "$y" --metric qe
head -c 900 "$m" >"$tmp/cut.onnx"
status 4 'half a network' nas sensitivity "$tmp/cut.onnx" --metric qe
finish
