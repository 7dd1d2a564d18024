#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas allocate: answers, sweeps, infeasible and damaged problems.
. "$(dirname "$0")/lib.sh"
file=$root/tests/data/hawq_resnet18_ilp.json

status 0 'all problems of a file' nas allocate --problem "$file" --format json
check 'bits and losses are the published ones' python3 - "$file" "$tmp/out" <<'END'
import json, sys
want = json.load(open(sys.argv[1]))["problems"]
got = json.load(open(sys.argv[2]))["results"]
assert len(want) == len(got) == 12
for w, g in zip(want, got):
    assert g["status"] == "optimal" and g["gap"] == 0, g
    assert g["bits_w"] == w["expect"]["bits_w"]
    assert abs(g["loss"] - w["expect"]["loss"]) < 1e-12
    for k, x in w["budgets"].items():
        assert g["cost"][k] <= x
END

python3 - "$file" "$tmp" <<'END'
import json, sys
j = json.load(open(sys.argv[1]))
one = {k: j[k] for k in ("name", "layers", "ties")}
one["budgets"] = j["problems"][3]["budgets"]
json.dump(one, open(sys.argv[2] + "/one.json", "w"))
one["budgets"] = {"size": 3}
json.dump(one, open(sys.argv[2] + "/small.json", "w"))
one["budgets"] = {"sise": 3}
json.dump(one, open(sys.argv[2] + "/bad.json", "w"), indent=1)
END

status 0 'one problem' nas allocate --problem "$tmp/one.json" --format json
check 'one object' json "$tmp/out" 'j["status"] == "optimal"'
status 0 'as a table' nas allocate --problem "$tmp/one.json"
prints 'loss 0.4604240084, bound 0.4604240084, gap 0' 'loss and bound'
status 3 'infeasible' nas allocate --problem "$tmp/small.json" --format json
says 'size: the minimum is 5.3203125, 2.3203125 above' 'says by how much'
check 'infeasible in JSON' json "$tmp/out" \
	'j["status"] == "infeasible" and j["infeasible"]["size"]["over"] > 2'
status 0 'a budget on the command line' nas allocate --problem \
	"$tmp/small.json" --budget size=7
status 0 'of a file of several problems' nas allocate --problem "$file" \
	--budget size=7 --format json
check '  holds for each of them' json "$tmp/out" \
	'[r["budgets"]["size"] for r in j["results"]] == 12 * [7]'
status 4 'unknown budget in a file' nas allocate --problem "$tmp/bad.json"
says '/budgets/sise' 'path of the failure'
status 2 'unknown budget' nas allocate --problem "$tmp/one.json" --budget sze=7
says "did you mean 'size'" 'nearest budget'
status 2 'sram of a problem' nas allocate --problem "$tmp/one.json" \
	--budget sram=7,size=7
says "unknown budget 'sram'" '  is no cost of it'
status 2 'a budget without a limit' nas allocate --problem "$tmp/one.json" \
	--budget size
says "'size' is not NAME=X" '  says which'
status 2 'neither model nor problem' nas allocate
status 0 'sweep' nas allocate --problem "$tmp/one.json" --sweep size=5:10:6 \
	-o "$tmp/sweep.csv"
check 'points of a sweep' test "$(wc -l <"$tmp/sweep.csv")" -eq 7
status 5 'existing files stay' nas allocate --problem "$tmp/one.json" \
	-o "$tmp/sweep.csv"

# Memory is what is alive in the network: three branches and what they read.
branches=("$root/tests/data/failing/branches.onnx" --metric msqe)
open=("${branches[@]}" --pin 0 --bits-a 2,4,8)
for budget in 2048 2047 1664; do
	status 0 "$budget bytes for three branches" nas allocate "${open[@]}" \
		--budget bits=4,sram=$budget --format json
	cp "$tmp/out" "$tmp/sram$budget"
done
check 'memory is a cost and a budget' json "$tmp/sram2047" \
	'j["budgets"]["sram"] == 2047 and
	j["cost"]["sram"] == j["sram_bytes"] <= 2047'
check 'compression is that of the bit operations' json "$tmp/sram2047" \
	'j["full_size"] == 32 * j["cost"]["size"] / j["cost"]["bits"] and
	j["compression"] == j["full_bitops"] / j["cost"]["bitops"] and
	j["full_bitops"] == 1024 * (13824 + 4096 + 36864 + 102400 + 72)'
status 0 'a sweep within memory' nas allocate "${open[@]}" \
	--budget sram=2047 --sweep bits=3:5:3 --format json
check '  holds it everywhere' json "$tmp/out" \
	'[p["cost"]["sram"] <= 2047 for p in j["points"]] == [True] * 3'
check 'what is alive decides the bits' python3 - "$tmp" <<'END'
import json, sys
for budget, bits, alive in (2048, 8, 2048), (2047, 4, 1792), (1664, 2, 1664):
    j = json.load(open(f"{sys.argv[1]}/sram{budget}"))
    assert j["bits_a"] == [8, bits, bits, bits, 8], j
    assert j["sram_bytes"] == alive and j["sram_at"] == "d", j
END
status 3 'a byte less' nas allocate "${open[@]}" --budget bits=4,sram=1663
says "sram: 1664 bytes are alive at the least bits while 'd' runs, 1 above" \
	'  says where and by how much'
status 2 'no byte at all' nas allocate "${open[@]}" --budget bits=4,sram=0
says '--budget sram must be at least 1, not 0' '  is refused'
status 0 'without that budget' nas allocate "${open[@]}" --budget bits=4
prints "sram 2048, most while 'd' runs" '  it is said all the same'
status 0 'in float' nas allocate "${branches[@]}" \
	--budget bits=4
prints "sram 8192, most while 'd' runs" '  it is that of floats'
# The image of 768 bytes and a map of 256 at 2 bits.
cat >"$tmp/arch.json" <<-'END'
	{"schema": "nas/architecture/1", "name": "small",
	"input": {"height": 16, "width": 16, "channels": 3},
	"blocks": [{"type": "conv", "in": 3, "out": 4, "kernel": 3, "stride": 2},
	{"type": "conv", "in": 4, "out": 4, "kernel": 3, "stride": 1}],
	"head": {"type": "classifier", "classes": 7}}
END
nas export "$tmp/arch.json" --to onnx -o "$tmp/net.onnx" 2>/dev/null
pinned=("$tmp/net.onnx" --metric qe --bits-a 2,4,8)
status 0 'a pinned first layer' nas allocate "${pinned[@]}" \
	--budget sram=832 --format json
check '  keeps the bits of the image' json "$tmp/out" \
	'j["bits_a"][0] == 8 and j["sram_bytes"] == 832'
status 3 '  where they do not fit, nothing does' nas allocate "${pinned[@]}" \
	--budget sram=831
says "sram: 832 bytes are alive at the least bits while 'blocks.0.conv/Conv'" \
	'    says so'
status 0 '  a free one gives way' nas allocate "${pinned[@]}" --budget sram=831 \
	--pin 0 --format json
check '    with fewer bits' json "$tmp/out" 'j["bits_a"][0] < 8'

nas allocate --help >"$tmp/out"
prints 'alive at once' 'help says what it is'

# --order: the cheapest answer gives a layer 8 bits, and 4 to a more sensitive one.
"$root/tests/tools/small_net.py" "$tmp" 16 16 1 8
python3 -B - "$root/tests/tools" "$tmp/net.json" <<'END'
import json, sys
sys.path.insert(0, sys.argv[1])
from memory import NET
json.dump(NET, open(sys.argv[2], "w"))
END
nas export "$tmp/net.json" --to onnx -o "$tmp/m.onnx" -q
te=(--metric te --data "$tmp/x-idx3-ubyte" --bits-w 2,3,4,6,8 -q --format json)
nas sensitivity "$tmp/m.onnx" "${te[@]}" >"$tmp/te.json" 2>/dev/null
nas allocate "$tmp/m.onnx" "${te[@]}" --pin 0 --budget bits=4.5 >"$tmp/free.json" 2>/dev/null
status 0 'in the order of sensitivity' nas allocate "$tmp/m.onnx" "${te[@]}" --pin 0 \
	--budget bits=4.5 --order
check '  a more sensitive layer has no fewer bits' python3 - "$tmp" <<'END'
import json, sys
te, free, out = (json.load(open(f"{sys.argv[1]}/{x}")) for x in ("te.json", "free.json", "out"))
value = [layer["value"] for layer in te["layers"]]
wrong = lambda bits: [(i, j) for i in range(len(bits)) for j in range(len(bits))
                      if value[i] > value[j] and bits[i] < bits[j]]
assert wrong(free["bits_w"]) and not wrong(out["bits_w"]), (value, free, out)
assert out["loss"] > free["loss"]
END
finish
