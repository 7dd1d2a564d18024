#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas calibrate: the published choice of sigmas from the published table, all
# pairs as computed independently, files, and bad tables.
. "$(dirname "$0")/lib.sh"
table=$root/tests/data/mobilenetv2_bits_accuracy.json

status 0 'the published table' nas calibrate "$table" -o "$tmp/d"
prints 'best: sigma_a = 5, sigma_w = 4' 'the published pair is the best'
prints '0.991198' 'its Spearman'
prints '0.961604' 'its Kendall tau-b'
prints '1 other pair ranks equally well: (4, 3)' 'ties are said'
check 'the picture is XML' python3 -c 'import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.argv[1])' "$tmp/d/calibration.svg"
check 'a heat map' grep -q '<svg' "$tmp/d/calibration.svg"
check 'a summary' grep -q 'sigma_a = 5' "$tmp/d/calibration.txt"
check 'a row a pair' test "$(wc -l <"$tmp/d/calibration.csv")" -eq 82
status 5 'nothing is overwritten' nas calibrate "$table" -o "$tmp/d"
status 0 'as JSON' nas calibrate "$table" --format json -j 1
check 'the file is what is printed' cmp "$tmp/out" "$tmp/d/calibration.json"
check 'all 81 pairs' python3 - "$tmp/out" "$root/tests/data" <<'PY'
import json, sys
got = json.load(open(sys.argv[1]))
want = json.load(open(sys.argv[2] + "/qe_calibration.json"))["grid"]
assert len(got["grid"]) == len(want) == 81
for c in got["grid"]:
    for k, x in want["%g,%g" % (c["sigma_a"], c["sigma_w"])].items():
        assert abs(c[k] - x) <= 1e-6, (c, k, x)
b = got["best"]
for k in ("spearman", "kendall_tau_b", "pearson"):
    low, high = b[k + "_interval"]
    assert low < b[k] < high <= 1, k
assert got["rows"] == 30
PY
cp "$tmp/out" "$tmp/one"
status 0 'two threads' nas calibrate "$table" --format json -j 2
check '  the same bytes' cmp "$tmp/out" "$tmp/one"
status 0 'another seed' nas calibrate "$table" --format json --seed 2
check '  other intervals' test "$(cmp -s "$tmp/out" "$tmp/one"; echo $?)" = 1
status 0 'other sigmas' nas calibrate "$table" --sigmas 2.5,7 --format json
check '  a smaller grid' json "$tmp/out" 'len(j["grid"]) == 4'
status 0 'one pair' nas calibrate "$table" --sigmas 6 --format json --bootstrap 50
check '  has intervals as well' json "$tmp/out" \
	'j["best"]["spearman_interval"][0] < j["best"]["spearman"]'
status 0 'the schema' nas schema calibration

# A network at bits of activations, 0 = none, bits of weights, with an accuracy.
table() { # [A,W,ACCURACY[,KEY=JSON]]...
	python3 - "$@" <<'PY'
import json, sys
nets = []
for row in sys.argv[1:]:
    a, w, y, *more = row.split(",", 3)
    b = {"type": "mbconv", "in": 3, "out": 8, "hidden": 8, "kernel": 3,
         "stride": 1}
    if int(a):
        b.update(bits_a=[int(a)] * 3, bits_w=[int(w)] * 3)
    net = {"input": {"height": 8, "width": 8}, "blocks": [b],
           "accuracy": float(y)}
    for m in more:
        key, value = m.split("=")
        b[key] = json.loads(value)
    nets.append(net)
print(json.dumps(nets))
PY
}

table 4,4,60 8,8,70 3,3,50 >"$tmp/t.json"
status 0 'three in order' nas calibrate "$tmp/t.json"
prints '1.000000' '  rank as they should'
status 2 'no sigma' nas calibrate "$tmp/t.json" --sigmas 1,,2
status 2 'a sigma twice' nas calibrate "$table" --sigmas 1,2,1
table 8,8,60 8,8,70 >"$tmp/same.json"
status 0 'equal bits have no correlation' nas calibrate "$tmp/same.json" \
	--format json
check '  null, not a number' json "$tmp/out" \
	'j["best"] is None and j["grid"][0]["spearman"] is None'
table 4,8,70 8,8,70 >"$tmp/same.json"
status 4 'equal accuracies' nas calibrate "$tmp/same.json"
says 'same.json: all accuracies are equal' '  says so'
table 4,8,70 8,8,71,'bits_w=[8, 8, 4]' >"$tmp/mixed.json"
status 4 'mixed bits' nas calibrate "$tmp/mixed.json"
says "network 1 ('#1') has convolutions of different bits" '  says which'
table 4,8,70 8,8,71,kernel=5 >"$tmp/other.json"
status 4 'two networks' nas calibrate "$tmp/other.json"
says "('#1') is not the first one" '  says which'
table 0,0,70 0,0,71 >"$tmp/none.json"
status 4 'no bits' nas calibrate "$tmp/none.json"
says 'has no bits' '  says so'
status 5 'no file' nas calibrate "$tmp/absent.json"
finish
