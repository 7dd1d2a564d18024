#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas refine: bits of one network, inside and outside of the config's space.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

uniform() { # IN OUT A W: the network with the same bits everywhere but the stem
	python3 - "$@" <<'PY'
import json, sys
src, dst, a, w = sys.argv[1:]
arch = json.load(open(src))
for b in arch["blocks"][1:]:
    b["bits_a"] = [int(a)] * len(b["bits_a"])
    b["bits_w"] = [int(w)] * len(b["bits_w"])
json.dump(arch, open(dst, "w"))
PY
}

for name in imagenet-256kb-1mb imagenet-320kb-1mb imagenet-512kb-2mb \
	vww-256kb-1mb vww-320kb-1mb vww-512kb-2mb quick; do
	config=configs/$name.json
	nas search $config -q --no-certify --max-evals 1000 -o "$tmp/$name" \
		>/dev/null
	uniform "$tmp/$name/best/001/architecture.json" "$tmp/$name.json" 4 4
	status 0 "$name from 4/4" nas refine "$tmp/$name.json" -c $config \
		--format json -o "$tmp/$name.refined.json"
	check "  raises the score, inside the budgets" json "$tmp/out" \
		'j["feasible"] and j["in_space"]
		 and j["after"]["qe_score"] > j["before"]["qe_score"]
		 and all(u <= 1 for u in j["after"]["used"].values())'
	cp "$tmp/out" "$tmp/once"
	status 0 "  again" nas refine "$tmp/$name.refined.json" -c $config \
		--format json
	check "  changes nothing" python3 - "$tmp/once" "$tmp/out" <<'PY'
import json, sys
once, twice = (json.load(open(p))["after"] for p in sys.argv[1:])
assert once["qe_score"] == twice["qe_score"]
assert once["architecture"]["blocks"] == twice["architecture"]["blocks"]
PY
done

one=$tmp/quick/best/001/architecture.json
status 5 "an existing file is not overwritten" nas refine "$one" \
	-c configs/quick.json -o "$tmp/quick.refined.json"
status 0 "but with --force" nas refine "$one" -c configs/quick.json \
	-o "$tmp/quick.refined.json" --force
prints "bits, activations/weights per block" "the table shows the bits"
status 3 "budgets that no bits meet" nas refine "$one" -c configs/quick.json \
	--set budgets.sram_bytes=2000 -o "$tmp/none.json"
says "sram_bytes is exceeded by" "names the budget"
check "writes nothing" test ! -e "$tmp/none.json"

python3 - "$one" "$tmp/odd.json" <<'PY'
import json, sys
arch = json.load(open(sys.argv[1]))
arch["input"]["height"] = arch["input"]["width"] = 48
arch["head"]["classes"] = 7
json.dump(arch, open(sys.argv[2], "w"))
PY
status 0 "a structure that the space lacks" nas refine "$tmp/odd.json" \
	-c configs/quick.json --format json
check "gets the config's candidate bits" json "$tmp/out" \
	'not j["in_space"] and j["after"]["architecture"]["head"]["classes"] == 7
	 and all(u <= 1 for u in j["after"]["used"].values())'
finish
