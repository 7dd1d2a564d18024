#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas check, schema, options, boards: what they say of configs.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick=configs/quick.json

status 0 "check" nas check $quick
check "the answer comes first, with the score" grep -qx \
	"quick: the config is valid; score: QE-Score" <(head -1 "$tmp/out")
prints "architectures" "the size of the space"
prints "95 % interval" "the feasible share, with its interval"
check "it fits a screen" test "$(wc -l <"$tmp/out")" -le 24
status 0 "check --resolved" nas check $quick --resolved
cp "$tmp/out" "$tmp/resolved.json"
prints '"memory_model": "tinyengine"' "defaults are visible"
status 0 "the resolved config is a config" nas check "$tmp/resolved.json" -r
cp "$tmp/out" "$tmp/again.json"
check "and resolves to itself" cmp "$tmp/resolved.json" "$tmp/again.json"

status 0 "check as JSON" nas check $quick --format json
check "has size, share, smallest, config" json "$tmp/out" \
	'j["space_size"] > 1 and 0 < j["sample"]["low"] <= j["sample"]["share"]
	 <= j["sample"]["high"] < 1 and j["smallest"]["qe_score"] != 0
	 and j["config"]["space"]["stages"][0]["kernel"] == [3]'
cp "$tmp/out" "$tmp/first"
nas check $quick --format json -j 8 >"$tmp/second"
check "the sample repeats" cmp "$tmp/first" "$tmp/second"

cat >"$tmp/tiny.json" <<'JSON'
{"space": {"input": {"height": 8}, "stages": [
 {"type": "conv", "width": [8, 16, 24], "kernel": [1, 3]},
 {"type": "conv", "width": [16, 24]}]}}
JSON
status 0 "a space that can be counted by hand" nas check "$tmp/tiny.json"
# widths 8-16 8-24 16-16 16-24 24-24, two kernels of the first: 5 * 2
prints "space: 10 architectures" "is counted right"
prints "no budget is given" "a config without budgets is remarked"

status 0 "a board fills the budgets" nas check $quick --format json \
	--set 'budgets={"board": "stm32f746", "flash_bytes": "500 kB"}'
check "where no number is given" json "$tmp/out" \
	'j["config"]["budgets"]["sram_bytes"] == 327680
	 and j["config"]["budgets"]["flash_bytes"] == 500000'
status 0 "bits that kernels do not run" nas check \
	configs/imagenet-7.0g.json --set budgets.board=stm32f746 --samples 100
prints "note: no kernel of stm32f746 runs weights of 3, 5, 6 bits" \
	"are remarked"
status 0 "deployable" nas check configs/imagenet-7.0g.json \
	--set budgets.board=stm32f746 --set budgets.deployable=true --samples 100 --format json
check "leaves what kernels run" json "$tmp/out" \
	'all(set(s["bits_w"]) <= {2, 4, 8} for s in j["config"]["space"]["stages"])
	 and not any("kernel" in n for n in j["notes"])'
status 0 "flops and BitOps" nas check $quick --format json \
	--set budgets.flops=900000 --set budgets.bitops=128e6
check "each holds by itself" json "$tmp/out" \
	'all(abs(n["used"][k] * v / n[k] - 1) < 1e-12 for n in [j["smallest"]]
	     for k, v in (("flops", 900000), ("bitops", 128e6)))'

# Networks that somebody brings. All of MCUNet's are in the space for it, and
# those for a board are inside its budgets.
mcunet=tests/data/mcunet_networks.json
for mem in 256kb-1mb 320kb-1mb 512kb-2mb; do
	status 0 "networks of MCUNet, $mem" nas check \
		configs/imagenet-$mem.json --contains $mcunet --format json
	check "  are in the space; those of the board fit it" json "$tmp/out" \
		"len(j['networks']) == 6
		 and all(n['in_space'] for n in j['networks'])
		 and all(n['feasible'] for n in j['networks']
			 if '$mem' in n['architecture']['name'])"
done
status 0 "networks of another input" nas check $quick --contains $mcunet
prints "mcunet-320kb-1mb: not in the space, score" "are not in the space"
prints "/space/input: 176 x 176, channels 3 (allowed: 64 x 64" "and why"
prints "sram_bytes is exceeded by" "nor inside the budgets"
status 5 "two files, one not there" nas check $quick --contains $mcunet \
	"$tmp/none.json"
status 2 "a file without --contains" nas check $quick $mcunet
says "unexpected argument 'tests/data/mcunet_networks.json'" "is refused"

for name in config architecture result certificate meta policy problem; do
	status 0 "schema $name" nas schema $name
	check "  is JSON" json "$tmp/out" '"$schema" in j and "properties" in j'
	cp "$tmp/out" "$tmp/$name.schema"
done
status 0 "schema lists" nas schema
prints "nas/config/1" "the formats"
nas search $quick -q -o "$tmp/run" >/dev/null 2>&1
if python3 -c 'import jsonschema' 2>/dev/null; then
	check "configs and results fit their schemas" python3 - "$tmp" <<'PY'
import glob, json, sys, jsonschema
tmp = sys.argv[1]
def fits(path, schema):
    schema = json.load(open(f"{tmp}/{schema}.schema"))
    jsonschema.Draft202012Validator(schema).validate(json.load(open(path)))
for path in glob.glob("configs/*.json") + [tmp + "/run/config.json"]:
    fits(path, "config")
fits(tmp + "/run/result.json", "result")
fits(tmp + "/run/meta.json", "meta")
fits(tmp + "/run/best/001/architecture.json", "architecture")
bad = 0
for path in glob.glob("tests/data/bad_configs/un*.json"):
    try:
        fits(path, "config")
    except (jsonschema.ValidationError, ValueError):
        bad += 1
assert bad >= 3, bad
PY
else
	echo "ok configs and results fit their schemas # SKIP no python3-jsonschema"
fi
status 0 "options" nas options --format json
check "every key has help" json "$tmp/out" \
	'len(j["options"]) > 40 and all(o["help"] for o in j["options"])'
status 0 "options of the score" nas options score
prints 'ln_h|...  ' "  a long range is cut in the table"
status 0 "options with a prefix" nas options search
check "lists only these" test -z "$(tail -n +2 "$tmp/out" | grep -v '^search')"
status 0 "boards" nas boards --format json
check "six boards" json "$tmp/out" \
	'{b["name"] for b in j["boards"]} >= {"stm32f412", "stm32f746", "stm32h743", "nrf52840", "esp32-s3", "rp2040"}'
# ---- scores that cannot tell bits apart
for name in mae deepmad params macs depth; do
	status 0 "$name over candidates of bits" nas check configs/quick.json \
		-n 10 --set score.name=$name
	prints "note: the score does not depend on bits" "  is noted"
done
for name in qe rqe rqe-r bitops; do
	nas check configs/quick.json -n 10 --set score.name=$name >"$tmp/out"
	check "$name sees bits" awk '/depend on bits/ { exit 1 }' "$tmp/out"
done
nas check configs/spaces/mobilenetv2-8bit.json -n 10 --set score.name=macs \
	--set score.stage_weights=[] >"$tmp/out"
check "nothing to note where bits are given" awk \
	'/depend on bits/ { exit 1 }' "$tmp/out"
status 0 "a search by such a score" nas search configs/quick.json \
	--set score.name=macs --max-evals 500 --no-certify
says "note: the score does not depend on bits" "  says so"

nas check configs/quick.json -n 10 --set budgets.rho=0.75 >"$tmp/out"
check "a limit of rho keeps its decimals" awk \
	'$1 == "rho" { ok = $2 == 0.75 } END { exit !ok }' "$tmp/out"
finish
