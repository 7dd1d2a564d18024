#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Scores of random networks: nas score --monte-carlo and --zen, a search by
# Zen-score.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
nas search configs/quick.json -q --no-certify --max-evals 5000 -o "$tmp/run" \
	>"$tmp/search"
net=$tmp/run/best/001/architecture.json

through="--monte-carlo 64 --seed 2 --inputs layer"
status 0 "a sampled score" nas score "$net" $through
prints "sampled " "the estimate"
prints "on 64 random networks, seed 2" "how it was made"
prints "rest/error" "layer by layer"
status 0 "as JSON" nas score "$net" $through -f json
cp "$tmp/out" "$tmp/a"
m='j["results"][0]["monte_carlo"]'
check "it says what was asked" json "$tmp/a" "
($m['networks'], $m['seed'], $m['inputs']) == (64, '2', 'layer')"
check "a row a convolution" json "$tmp/a" "
[l['step'] for l in $m['layers']] == list(range(j['results'][0]['layers']))"
check "the parts sum up" json "$tmp/a" "all(
abs(e['closed'] + e['border'] + e['input'] + e['rest'] - e['sampled']) < 1e-9
and e['border'] <= 0 < e['error'] and e['rest_error'] > 0
for e in $m['layers'] + [$m])"
check "the closed form is the score" json "$tmp/a" "
$m['closed'] == j['results'][0]['qe_score']"
check "what is left is chance" json "$tmp/a" "
all(abs(e['rest']) < 4 * e['rest_error'] for e in $m['layers'] + [$m])"
status 0 "with one thread" nas score "$net" $through -f json -j 1
check "the same bytes" cmp "$tmp/a" "$tmp/out"
status 0 "another seed" nas score "$net" --monte-carlo 64 --seed 3 -f json \
	--inputs layer
check "another estimate" bash -c "! cmp -s '$tmp/a' '$tmp/out'"

# Fresh Gaussian inputs: the closed form is exact but for borders.
status 0 "Gaussian inputs" nas score "$net" --monte-carlo 64 --seed 2 -f json
check "agree with the closed form without padding" json "$tmp/out" "all(
abs(e['sampled'] - e['closed']) < 4 * e['error']
for e, s in zip($m['layers'], j['results'][0]['layers_table'])
if s['kernel'] == 1)"
check "and less borders with padding" json "$tmp/out" "all(
abs(e['sampled'] - e['closed'] - e['border']) < 4 * e['error']
for e in $m['layers'])"
status 0 "channel by channel" nas score "$net" --monte-carlo 8 \
	--inputs channel
check "no estimate is asked for" bash -c "
! '$program' score '$net' | grep -q sampled"

status 0 "Zen-score" nas score "$net" --zen 2 -f json
cp "$tmp/out" "$tmp/z"
check "is a number" json "$tmp/z" 'j["results"][0]["zen_score"] > 0 and
j["results"][0]["zen_error"] > 0'
status 0 "with three threads" nas score "$net" --zen 2 -f json -j 3
check "the same" cmp "$tmp/z" "$tmp/out"
status 0 "as a table" nas score "$net" --zen 2
prints "Zen-score" "it is named"

status 2 "one network has no error" nas score "$net" --monte-carlo 1
status 2 "a fraction" nas score "$net" --monte-carlo 2.5
says "whole number" "says so"
status 2 "no number" nas score "$net" --zen x
status 2 "unknown inputs" nas score "$net" --monte-carlo 2 --inputs all
says "gaussian, layer, channel" "names them"
printf '{"input": {"height": 8192, "width": 8192, "channels": 3}, "schema":
"nas/architecture/1", "blocks": [{"type": "conv", "in": 3, "out": 60000,
"kernel": 1, "stride": 1, "bits_a": [8], "bits_w": [8]}]}' >"$tmp/huge.json"
status 1 "beyond memory" nas score "$tmp/huge.json" --monte-carlo 2
says "feature maps" "says what"
status 4 "too large for Zen-score" nas score "$tmp/huge.json" --zen 2

zen=(configs/quick.json --set 'score.name="zen"' --set score.samples=1
	--set space.input.height=32 --set search.islands=2
	--set search.population=4 --max-evals 10)
for j in 1 2; do
	status 0 "a search by Zen-score, -j $j" nas search "${zen[@]}" -j $j \
		-o "$tmp/zen$j"
done
rm "$tmp"/zen[12]/meta.json
check "the same files" diff -r "$tmp/zen1" "$tmp/zen2"
check "its score is the Zen-score" python3 - "$program" "$tmp" <<'PY'
import json, subprocess, sys
nas, tmp = sys.argv[1:]
best = json.load(open(f"{tmp}/zen1/result.json"))["best"][0]
net = f"{tmp}/zen1/best/001/architecture.json"
# one network, stream 0 of seed 1: the mean of two less the second
said = json.loads(subprocess.run([nas, "score", net, "--zen", "2", "-f",
                                  "json"], capture_output=True).stdout)
said = said["results"][0]
assert abs(best["score"] - said["zen_score"]) < 1.0001 * said["zen_error"], \
    (best["score"], said["zen_score"], said["zen_error"])
PY
status 0 "a certificate does not apply" nas certify "${zen[@]:0:5}"
prints "does not apply" "and says so at once"
finish
