#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas calibrate: the published choice of sigmas from the published table, all
# pairs as computed independently, files, and bad tables.
. "$(dirname "$0")/lib.sh"
table=$root/tests/data/mobilenetv2_bits_accuracy.csv

status 0 'the published table' nas calibrate "$table" -o "$tmp/d"
prints 'best: sigma_a = 5, sigma_w = 4' 'the published pair is the best'
prints '0.991198' 'its Spearman'
prints '0.961604' 'its Kendall tau-b'
prints '1 other pair ranks as well: (4, 3)' 'ties are said'
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
assert got["rows"] == 30 and got["accuracy"] == "imagenet_top1"
PY
cp "$tmp/out" "$tmp/one"
status 0 'two threads' nas calibrate "$table" --format json -j 2
check '  the same bytes' cmp "$tmp/out" "$tmp/one"
status 0 'another seed' nas calibrate "$table" --format json --seed 2
check '  other intervals' test "$(cmp -s "$tmp/out" "$tmp/one"; echo $?)" = 1
status 0 'other sigmas' nas calibrate "$table" --sigmas 2.5,7 --format json
check '  a smaller grid' json "$tmp/out" 'len(j["grid"]) == 4'
status 0 'the schema' nas schema calibration

printf 'bits_a,bits_w,loss,top1\n4,4,1,60\n8,8,2,70\n3,3,3,50\n' >"$tmp/t.csv"
status 4 'which column?' nas calibrate "$tmp/t.csv"
says '--accuracy NAME' '  it says how to tell'
status 0 'this one' nas calibrate "$tmp/t.csv" --accuracy top1
prints '1.000000' '  three in order'
status 4 'no such column' nas calibrate "$tmp/t.csv" --accuracy top
status 2 'no sigma' nas calibrate "$tmp/t.csv" --accuracy top1 --sigmas 1,,2
status 2 'a sigma twice' nas calibrate "$table" --sigmas 1,2,1
printf 'bits_a,bits_w,a\n8,8,60\n8,8,70\n' >"$tmp/same.csv"
status 0 'equal bits have no correlation' nas calibrate "$tmp/same.csv" \
	--format json
check '  null, not a number' json "$tmp/out" \
	'j["best"] is None and j["grid"][0]["spearman"] is None'
printf 'bits_a,bits_w,a\n4,8,70\n8,8,70\n' >"$tmp/same.csv"
status 4 'equal accuracies' nas calibrate "$tmp/same.csv"
printf 'bits_a,bits_w,a\n4,8,70\n8,40,nan\n' >"$tmp/bad.csv"
status 4 'bad cells' nas calibrate "$tmp/bad.csv"
says 'bad.csv:3:3' '  with their places'
says "'nan' is no number" '  all of them'
status 5 'no file' nas calibrate "$tmp/none.csv"
finish
