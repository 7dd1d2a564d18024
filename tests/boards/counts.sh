#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Instructions that an emulated board counts are a table, to which nas latency
# fits a model. tests/boards/run calls this.
. "$(dirname "$0")/../cli/lib.sh"
command -v arm-none-eabi-gcc >/dev/null && command -v qemu-system-arm >/dev/null || {
	echo "ok instructions of a board # SKIP no emulator"
	exit 0
}
"$root/tests/tools/small_net.py" "$tmp" 16 16 1 4
python3 - "$tmp" <<'PY'
import json, sys
net = json.load(open(sys.argv[1] + "/arch.json"))
for part in net["blocks"] + [net["head"]]:
    part.update(bits_a=8, bits_w=8)
json.dump(net, open(sys.argv[1] + "/plain.json", "w"))
net["blocks"][1]["squeeze"] = 4
json.dump(net, open(sys.argv[1] + "/squeezed.json", "w"))
PY
status 0 "instructions of two networks" nas verify "$tmp/plain.json" \
	"$tmp/squeezed.json" -t cortex-m4 -t cortex-m7 -n 1 \
	-o "$tmp/counts.csv" --format json
check "  stand beside their layers" python3 - "$tmp" <<'PY'
import csv, json, sys
found = {}
for r in csv.DictReader(open(sys.argv[1] + "/counts.csv")):
    key = r["network"].split("/")[-1], r["target"]
    found.setdefault(key, []).append(r)
counts = [r["instructions"] for r in json.load(open(sys.argv[1] + "/out"))["results"]]
assert [float(v[0]["instructions"]) for v in found.values()] == counts
assert len(counts) == 4 and all(not r["instructions"] for v in found.values() for r in v[1:])
layers = lambda key: [tuple(r[k] for k in ("kind", "in", "out", "kernel", "stride", "height"))
                      for r in found[key]]
plain = [("conv", "3", "8", "3", "2", "16"), ("pointwise", "8", "16", "1", "1", "8"),
         ("depthwise", "16", "16", "5", "1", "8"), ("pointwise", "16", "8", "1", "1", "8"),
         ("dense", "8", "7", "1", "1", "1")]
assert layers(("plain.json", "cortex-m4")) == plain
assert layers(("squeezed.json", "cortex-m7")) == (
    plain[:3] + [("squeeze", "16", "4", "1", "1", "8")] + plain[3:])
PY
status 0 "of one target a model is fitted" nas latency fit \
	"$tmp/counts.csv" --clock 100 --target cortex-m7 --format json
check "  to its networks" json "$tmp/out" 'j["error"]["rows"] == 2'
status 4 "of several targets none" nas latency fit "$tmp/counts.csv" \
	--clock 100
says "--target says which" "  says how to choose"
status 4 "nor of one that there is not" nas latency fit \
	"$tmp/counts.csv" --clock 100 --target cortex-m0
finish
