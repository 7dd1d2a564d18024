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
says 'size: the least possible is 5.3203125, 2.3203125 above' 'says by how much'
check 'infeasible in JSON' json "$tmp/out" \
	'j["status"] == "infeasible" and j["infeasible"]["size"]["over"] > 2'
status 0 'a budget on the command line' nas allocate --problem \
	"$tmp/small.json" --budget size=7
status 4 'unknown budget in a file' nas allocate --problem "$tmp/bad.json"
says '/budgets/sise' 'path of the failure'
status 2 'unknown budget' nas allocate --problem "$tmp/one.json" --budget sze=7
says "did you mean 'size'" 'nearest budget'
status 2 'neither model nor problem' nas allocate
status 0 'sweep' nas allocate --problem "$tmp/one.json" --sweep size=5:10:6 \
	-o "$tmp/sweep.csv"
check 'points of a sweep' test "$(wc -l <"$tmp/sweep.csv")" -eq 7
status 5 'existing files stay' nas allocate --problem "$tmp/one.json" \
	-o "$tmp/sweep.csv"
finish
