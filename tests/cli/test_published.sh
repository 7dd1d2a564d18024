#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Published networks beside the answer: those of the task, inside the budgets.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
config=configs/imagenet-320kb-1mb.json

# From elsewhere: the program carries them.
cp "$config" "$tmp/board.json"
cd "$tmp"
status 0 "a search for a board" nas search board.json -q --max-evals 2000 \
	--no-certify -o run
prints "published, inside the budgets: 1316.4717 mcunet-320kb-1mb, accuracy 61.8 %" \
	"a published network is named"
check "the result has them, the best first" json run/result.json \
	'[p["name"] for p in j["published"]][:4] ==
	 ["proxyless-320kb-1mb", "mcunet-320kb-1mb", "mcunet-256kb-1mb",
	  "mcunet-320kb-1mb-int4"]
	 and all(a["score"] >= b["score"]
		 for a, b in zip(j["published"], j["published"][1:]))'
check "none that exceeds the budgets" json run/result.json \
	'not any("512kb" in p["name"] for p in j["published"])'
check "and says which are in the space" json run/result.json \
	'all(p["in_space"] == p["name"].startswith("mcunet")
	     for p in j["published"])'
check "the report has them" grep -q "mcunet-320kb-1mb (61.8 % accuracy)" \
	run/report.html
cd "$root"

# Each is what the folder has, by the score of the config.
nas check "$config" --contains configs/networks/*.json --format json \
	>"$tmp/all.json" || true
check "the same as by nas check --contains" python3 - "$tmp" <<'PY'
import json, sys
tmp = sys.argv[1]
found = json.load(open(tmp + "/run/result.json"))["published"]
sides = {160, 176, 192}
fit = {n["architecture"]["name"]: n["score"]
       for n in json.load(open(tmp + "/all.json"))["networks"]
       if n["feasible"] and n["architecture"]["input"]["height"] in sides}
assert {p["name"]: p["score"] for p in found} == fit, (found, fit)
PY
check "54 classifiers with their accuracy, DeepMAD's seven without" python3 - <<'PY'
import glob, json
nets = []
for f in glob.glob("configs/networks/*.json"):
    n = json.load(open(f))
    nets += [n for n in (n if isinstance(n, list) else [n]) if "head" in n]
assert len(nets) == 61 and len({n["name"] for n in nets}) == 61
assert [n["name"] for n in nets if "accuracy" not in n] == [
    "deepmad-r18", "deepmad-r34", "deepmad-r50", "deepmad-29m-224",
    "deepmad-29m-288", "deepmad-50m", "deepmad-89m"]
assert all(40 < n["accuracy"] < 80 for n in nets if "accuracy" in n)
PY
status 0 "a task that none of them has" nas search configs/quick.json -q \
	--max-evals 500 --no-certify
check "has no such line" bash -c "! grep -q published '$tmp/out'"
finish
