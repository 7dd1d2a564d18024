#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A space of ResNet's blocks from its config to integers, and the two published
# networks against their parameters and multiply-accumulates.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

cat >"$tmp/resnet.json" <<'JSON'
{"name": "resnet",
 "space": {
  "input": {"height": 32, "channels": 3},
  "stage_defaults": {"type": "basic", "kernel": [3, 5], "depth": [1, 2, 3],
                     "bits_a": [4, 6, 8], "bits_w": [4, 6, 8]},
  "stages": [
   {"type": "conv", "width": [8, 16], "kernel": 3, "depth": 1,
    "bits_a": 8, "bits_w": 8},
   {"width": {"min": 8, "max": 32, "step": 8}},
   {"width": {"min": 16, "max": 64, "step": 8}, "stride": 2},
   {"type": "bottleneck", "width": {"min": 32, "max": 128, "step": 16},
    "expansion": [0.25, 0.5], "stride": 2}],
  "head": {"classes": 10, "bits_a": 8, "bits_w": 8}},
 "budgets": {"sram_bytes": "64 kB", "flash_bytes": "128 kB", "bitops": 1e9,
             "rho": 0.8}}
JSON
best=$tmp/run/best/001/architecture.json

for score in qe rqe lean; do
	status 0 "a search by $score" nas search "$tmp/resnet.json" -q --force \
		--set score.name=$score $unhurried --max-evals 20000 \
		-o "$tmp/run"
	check "  is proven" json "$tmp/run/result.json" \
		'j["certificate"]["optimal"]'
done
status 0 "the answer is in its space" nas check "$tmp/resnet.json" \
	--contains "$best" --format json
check "  and feasible" json "$tmp/out" 'j["networks"][0]["in_space"] and
	j["networks"][0]["feasible"]'
quick_cc
status 0 "integers compute it" nas verify "$best" -t host --format json
check "  in the memory that was counted" json "$tmp/out" \
	'all(r["equal"] and r["arena_bytes"] == r["peak_memory_bytes"]
	     for r in j["results"])'

counts() { # FILE PARAMETERS MACS
	status 0 "$1" nas score "configs/networks/$1.json" --format json
	check "  $2 parameters, $3 multiply-accumulates" json "$tmp/out" \
		"j['results'][0]['params'] == $2 and
		 j['results'][0]['macs'] == $3"
	status 0 "  the same as a list of layers" nas allocate \
		"configs/graphs/$1.json" --metric size --bits-w 32 --bits-a 8 \
		--format json
}

# He et al. 2016, as PyTorch counts their parameters
counts resnet18 11689512 1814073344
counts resnet50 25557032 3857973248

check "SSD300's body is that of the list of its layers" python3 - "$tmp" <<'PY'
import json, sys
g = json.load(open("configs/graphs/ssd-vgg16.json"))
names = [x.get("name") for x in g["layers"]]
g["layers"] = g["layers"][:names.index("conv9") + 1]
json.dump(g, open(sys.argv[1] + "/body.json", "w"))
PY
status 0 "  as an architecture" nas score configs/networks/ssd-vgg16.json \
	--format json
cp "$tmp/out" "$tmp/chain"
status 0 "  as layers" nas allocate "$tmp/body.json" --metric size --bits-w 32 \
	--pin 0 --format json
check "  the same multiply-accumulates" json "$tmp/out" \
	"j['full_bitops'] / 1024 == json.load(open('$tmp/chain'))['results'][0]['macs']"

# pooling of 2x2 and 3x3 is not the same network
cat >"$tmp/vgg.json" <<'JSON'
{"space": {"input": {"height": 19, "channels": 3},
  "stages": [
   {"type": "convpool", "width": [8, 12], "stride": 2, "pool": 2,
    "bits_a": 8, "bits_w": [4, 8]},
   {"type": "convpool", "width": [8, 16], "stride": 2,
    "bits_a": [4, 8], "bits_w": 8}],
  "head": {"classes": 4, "bits_a": 8, "bits_w": 8}},
 "budgets": {"sram_bytes": "8 kB", "flash_bytes": "4 kB"}}
JSON
status 0 "a space with pooling of 2x2" nas search "$tmp/vgg.json" -q --force \
	$unhurried --max-evals 2000 -o "$tmp/run"
check "  its answer has it" json "$best" \
	'[b.get("pool", 3) for b in j["blocks"]] == [2, 3]'
status 0 "  and is in the space" nas check "$tmp/vgg.json" --contains "$best" \
	--format json
check "  it says" json "$tmp/out" 'j["networks"][0]["in_space"]'
sed 's/"pool": 2/"pool": 3/' "$best" >"$tmp/three.json"
status 0 "a network of 3x3 in it" nas check "$tmp/vgg.json" --contains \
	"$tmp/three.json" --format json
check "  that of 3x3 is not" json "$tmp/out" 'not j["networks"][0]["in_space"]'
for side in 1 4; do
	sed "s/\"pool\": 2/\"pool\": $side/" "$tmp/vgg.json" >"$tmp/bad.json"
	status 4 "pooling of $side" nas check "$tmp/bad.json"
done
sed 's/"convpool"/"dwsep"/' "$tmp/vgg.json" >"$tmp/bad.json"
status 4 "pooling of another kind" nas check "$tmp/bad.json"
says "a dwsep has no max pooling" "  is refused"

sed 's/"type": "basic"/"type": "basic", "shortcut": "pool"/' \
	"$tmp/resnet.json" >"$tmp/pool.json"
status 4 "a pooled shortcut is another network's" nas check "$tmp/pool.json"
says "a basic has no pooled shortcut" "  and is refused"
finish
