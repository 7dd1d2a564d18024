#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas fit: its score against features and a ridge fit written down again in
# Python; then the loop of sample, fit and a search that is proven under it.
. "$(dirname "$0")/lib.sh"
features=$root/tests/tools/features.py

# agrees TABLE: the fit and its leave-one-out Spearman
agrees() {
	status 0 "$(basename "$1")" nas fit "$1" -o "$tmp/score.json" --force \
		--bootstrap 0 --format json
	python3 "$features" "$1" "$tmp/score.json" >"$tmp/said" 2>&1
	check 'weights and scales are those of the formulas' \
		test "$(wc -l <"$tmp/said")" -eq 1 || sed 's/^/# /' "$tmp/said"
	check 'and so is the leave-one-out Spearman' json "$tmp/out" \
		"abs(j['spearman'] - float('$(cat "$tmp/said")')) < 1e-4 and
		not j['blended']"
}

agrees "$root/tests/data/mobilenets_accuracy.json"
python3 - "$root/tests/study/table.json" "$tmp" <<'PY'
import json, sys
nets = json.load(open(sys.argv[1]))
json.dump(nets[:60], open(sys.argv[2] + "/mixed.json", "w"))
json.dump(nets[:11], open(sys.argv[2] + "/eleven.json", "w"))
json.dump(nets[:3], open(sys.argv[2] + "/three.json", "w"))
for n in nets:
    n["accuracy"] = -n["accuracies"][0]
json.dump(nets, open(sys.argv[2] + "/below.json", "w"))
nets = json.load(open(sys.argv[1]))[:60]
for i, n in enumerate(nets):  # a block or two of each without expansion
    for b in n["blocks"][1:2 + i % 2]:
        del b["hidden"], b["shortcut"]
        b["type"] = "mbconv1"
        if i % 3 == 0:
            b["squeeze"] = 8
json.dump(nets, open(sys.argv[2] + "/plain.json", "w"))
PY
agrees "$tmp/mixed.json"
agrees "$tmp/plain.json"

status 0 'eleven networks' nas fit "$tmp/eleven.json" -o "$tmp/e.json"
prints 'too few networks for an interval' 'say that there is no interval'
check 'and print none' test "$(grep -c ' \.\. ' "$tmp/out")" -eq 0
status 5 'a score is not overwritten' nas fit "$tmp/eleven.json" \
	-o "$tmp/e.json"
status 4 'three networks' nas fit "$tmp/three.json"
says 'a fit takes 4 at least' 'are too few'
status 4 'an accuracy below 0' nas fit "$tmp/below.json"

status 0 'a space to scale by' nas fit "$tmp/mixed.json" --config \
	"$root/configs/quick.json" -o "$tmp/score.json" --force
status 0 'correlate takes the score' nas correlate "$tmp/mixed.json" --score \
	"$tmp/score.json" --bootstrap 0
prints 'fit  ' 'and has a row of it'
status 0 'the search takes it' nas search "$root/configs/quick.json" \
	--set "score.file=$tmp/score.json" --max-evals 5000 -q -o "$tmp/run"
prints 'certificate: optimal' 'and its answer is proven'
check 'the resolved config holds the weights' grep -q '"c_ln_h"' \
	"$tmp/run/config.json"
status 0 'so that it stands alone' nas check "$tmp/run/config.json"
status 4 'a file and weights' nas check "$tmp/run/config.json" --set \
	"score.file=$tmp/score.json"
says 'one of them' 'are one too many'
sed 's/c_ln_h"/c_ln_x"/' "$tmp/score.json" >"$tmp/bad.json"
status 4 'an unknown feature' nas correlate "$tmp/mixed.json" --score \
	"$tmp/bad.json"
says "did you mean 'c_ln_" 'gets the nearest one'

# The range of the measured networks, and a search that stays inside it.
ranges=$tmp/ranges.json
cat >"$tmp/ranges.py" <<'PY'
import json, math, sys
def sums(net):
    b = net["blocks"]
    units = [(x, i) for x in b for i in range(x.get("depth", 1))]
    return {"blocks": len(units), "ln_k": sum(math.log(x["kernel"])
                                              for x, i in units)}
def near(a, b):
    return abs(a - b) < 1e-9 * max(1, abs(b))
score = {r["feature"]: r for r in json.load(open(sys.argv[2]))["ranges"]}
if sys.argv[1] == "fit":
    assert list(score) == ["blocks", "shortcuts", "ln_k", "ln_h", "ln_h_o"]
    got = [sums(n) for n in json.load(open(sys.argv[3]))]
    for f in got[0]:
        assert near(score[f]["low"], min(g[f] for g in got)), f
        assert near(score[f]["high"], max(g[f] for g in got)), f
else:
    inside = [all(r["low"] - 1e-8 <= sums(n["architecture"])[f] <=
                  r["high"] + 1e-8 for f, r in score.items())
              for n in json.load(open(sys.argv[3]))["best"]]
    assert all(inside) if sys.argv[1] == "inside" else not inside[0], inside
PY
check 'the score has the range of what was measured' python3 "$tmp/ranges.py" \
	fit "$tmp/score.json" "$tmp/mixed.json"
python3 - "$tmp/score.json" "$ranges" <<'PY'
import json, math, sys
score = json.load(open(sys.argv[1]))
low = 5 * math.log(3)
score["ranges"] = [{"feature": "blocks", "low": 5, "high": 6},
                   {"feature": "ln_k", "low": low, "high": low + 0.6}]
json.dump(score, open(sys.argv[2], "w"))
score["ranges"] = [{"feature": "blocks", "low": 90, "high": 99}]
json.dump(score, open(sys.argv[2] + ".none", "w"))
PY
status 0 'a search with ranges' nas search "$root/configs/quick.json" \
	--set "score.file=$ranges" --max-evals 5000 -q -o "$tmp/free"
check 'goes outside where nobody asks' python3 "$tmp/ranges.py" outside \
	"$ranges" "$tmp/free/result.json"
status 0 'with score.trust' nas search "$root/configs/quick.json" --set \
	"score.file=$ranges" --set score.trust=true --max-evals 5000 -q \
	-o "$tmp/held"
prints 'certificate: optimal' 'it is proven too'
check 'and stays inside' python3 "$tmp/ranges.py" inside "$ranges" \
	"$tmp/held/result.json"
status 0 'the resolved config' nas certify "$tmp/held/config.json" \
	--arch "$tmp/held/best/001/architecture.json"
status 3 'no network inside' nas search "$root/configs/quick.json" --set \
	"score.file=$ranges.none" --set score.trust=true -q --max-evals 2000
says 'blocks is missed by' 'is said, with the sum'
status 4 'score.trust without ranges' nas check "$root/configs/quick.json" \
	--set score.trust=true
says 'nas fit writes them' 'asks for them'
status 4 'a range that depends on bits' nas check "$root/configs/quick.json" \
	--set 'score.ranges=[{"feature":"bits_a","low":1,"high":2}]'
says 'bits_a depends on more' 'is refused'

# The configs' ranges end where MCUNet's six networks do.
python3 - "$root" "$tmp/six.json" <<'PY'
import glob, json, sys
json.dump([json.load(open(f)) for f in
           sorted(glob.glob(sys.argv[1] + "/configs/networks/mcunet-*.json"))],
          open(sys.argv[2], "w"))
PY
status 0 'six published networks' nas fit "$tmp/six.json" -o "$tmp/six" -q
for config in "$root"/configs/imagenet-*kb-*.json "$root"/configs/vww-*.json; do
	check "end the ranges of ${config##*/}" json "$config" \
		"(lambda most: j['score']['ranges'] == [
		{'feature': f, 'low': 0, 'high': most[f]}
		for f in ('blocks', 'ln_k')])({r['feature']: r['high'] for r in
		json.load(open('$tmp/six'))['ranges']})"
done
# What `make run` shows: kernels and depths that vary, and a proof.
big=$root/configs/imagenet-512kb-2mb.json
kernels() { # PYTHON: of k, the kernels of the inverted residuals
	json "$tmp/out" "j['optimal'] and (lambda k: $1)({
		b['kernel'] for b in j['best']['architecture']['blocks']
		if b['type'] == 'mbconv'})"
}
status 0 'the best network inside those ranges' nas certify "$big" --set \
	score.trust=true --format json
check '  is proven, has kernels of 3, 5 and 7' kernels 'k == {3, 5, 7}'
status 0 '  without them' nas certify "$big" --format json
check '  all kernels are 7x7' kernels 'k == {7}'
status 0 'networks to measure' nas sample "$root/configs/quick.json" -n 4 \
	--spread -o "$tmp/first" -q
cp "$tmp/out" "$tmp/once"
status 0 'the same again' nas sample "$root/configs/quick.json" -n 4 --spread
check 'are the same networks' cmp "$tmp/out" "$tmp/once"
check 'each can be trained' test -s "$tmp/first/004/model.py"
status 4 'a table without accuracies' nas fit "$tmp/first/table.json"
says 'accuracy: must be a number' 'is to be filled in'
python3 - "$tmp/first/table.json" <<'PY'
import json, sys
nets = json.load(open(sys.argv[1]))
for i, n in enumerate(nets):
    n["accuracy"] = 0.6 + 0.05 * i
json.dump(nets, open(sys.argv[1], "w"))
PY
status 0 'more of them' nas sample "$root/configs/quick.json" -n 2 --spread \
	--measured "$tmp/first/table.json"
prints ' 005 ' 'count on from the measured ones'
check 'and are others' python3 -c '
import sys
first, more = (set(l.split("  ")[-1] for l in open(p) if l.strip()[:2] == "00")
               for p in sys.argv[1:])
assert len(first) == 4 and not first & more' "$tmp/once" "$tmp/out"
status 0 'both tables' nas fit "$tmp/first/table.json" "$tmp/mixed.json"
prints '64 networks' 'are fitted together'
# A feature or a score that scoring/README.md does not name was forgotten.
for name in $(nas schema score | python3 -c '
import json, sys
w = json.load(sys.stdin)["properties"]["features"]["items"]["properties"]
print(*w["feature"]["enum"])'); do
	grep -q "\`${name#c_}\`" "$root/scoring/README.md" || echo "$name"
done >"$tmp/forgotten"
check 'scoring/README.md has every feature' test ! -s "$tmp/forgotten"
for name in $(nas schema config | python3 -c '
import json, sys
s = json.load(sys.stdin)["properties"]["score"]["properties"]
print(*s["name"]["enum"])'); do
	grep -q "^| .*\`$name\`" "$root/scoring/README.md" || echo "$name"
done >"$tmp/forgotten"
check '  and every score' test ! -s "$tmp/forgotten"
finish
