#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Shipped configs: sound, documented, and they use the memory they have.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

for config in configs/*.json; do
	name=$(basename "$config" .json)
	status 0 "$name" nas check "$config" --samples 2000
	check "  explained in configs/README.md" grep -q "$name" configs/README.md
	nas check "$config" --resolved -n 1 >"$tmp/resolved"
	check "  certifies by default" grep -q '"certify": true' "$tmp/resolved"
done
for config in configs/spaces/*.json; do
	name=$(basename "$config" .json)
	status 0 "$name" nas check "$config" --samples 1000
	check "  explained in configs/README.md" grep -q "$name" configs/README.md
done
check "the spaces differ in the space only" python3 - <<'PY'
import glob, json
all = [json.load(open(f)) for f in sorted(glob.glob("configs/spaces/*.json"))]
assert len(all) == 8
for c in all:
    assert c["budgets"] == all[0]["budgets"] and c["score"] == all[0]["score"]
    assert c["space"]["input"] == all[0]["space"]["input"]
    assert c["space"]["head"] == all[0]["space"]["head"]
PY
nas options --format json | tests/tools/options_table.py >"$tmp/keys"
sed -n '/^| key | type/,$p' configs/README.md | tail -n +3 >"$tmp/readme"
check "the table of keys in configs/README.md is current" \
	diff "$tmp/keys" "$tmp/readme"

for name in imagenet-256kb-1mb imagenet-320kb-1mb imagenet-512kb-2mb \
	vww-64kb-512kb vww-256kb-1mb vww-320kb-1mb vww-512kb-2mb; do
	status 0 "$name: search" nas search configs/$name.json -q \
		--max-evals 3000 --format json $unhurried
	check "  95 % of SRAM or Flash are used" json "$tmp/out" \
		'max(j["best"][0]["used"][b] for b in ("sram_bytes", "flash_bytes")) >= 0.95'
done

# The space of both BitOps configs is the released one.
check "7.0g and 19.2g differ in the budget only" python3 - <<'PY'
import json
a, b = (json.load(open(f"configs/imagenet-{g}g.json")) for g in ("7.0", "19.2"))
assert a["space"] == b["space"] and a["score"] == b["score"]
assert a["budgets"] == {"flops": 109e6, "layers": 47}
assert b["budgets"] == {"flops": 300e6, "layers": 47}
PY
python3 - "$tmp" <<'PY'
import json, sys
nets = json.load(open("tests/data/published_structures.json"))
nets = nets.values() if isinstance(nets, dict) else nets
for i, n in enumerate(nets):
    if isinstance(n, dict) and "structure" in n:
        json.dump({k: n[k] for k in ("name", "structure", "image_size") if k in n},
                  open(f"{sys.argv[1]}/published{i}.json", "w"))
PY
for f in "$tmp"/published*.json; do
	status 0 "a published network is in the released space" nas certify \
		configs/imagenet-19.2g.json --arch "$f" --format json --time 0
	check "  says nas certify" json "$tmp/out" 'j["architecture"]["in_space"]'
done
finish
