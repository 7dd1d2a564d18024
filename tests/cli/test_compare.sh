#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas compare: the same for any -j, verdicts that must hold, its files.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
spaces=configs/spaces

# ---- a space and itself, for two seeds
for seed in 1 2; do
	status 0 "a space and itself" nas compare configs/quick.json \
		configs/quick.json -n 3000 --seed $seed --no-search --format json -q
	check "  are told equal" json "$tmp/out" \
		'j["pairs"][0]["verdict"] == "equal" and j["seed"] == '$seed
	check "  by independent samples" json "$tmp/out" \
		'j["spaces"][0]["quantiles"] != j["spaces"][1]["quantiles"]'
	check "  each inside the other" json "$tmp/out" \
		'j["pairs"][0]["a_in_b"] == 1 and j["pairs"][0]["b_in_a"] == 1'
	check "  named apart" json "$tmp/out" \
		'[s["name"] for s in j["spaces"]] == ["quick", "quick (2)"]'
done

# ---- a space that holds another
status 0 "a space and a part of it" nas compare $spaces/mobilenetv2-8bit.json \
	$spaces/mcunet-8bit.json -n 2000 -j 2 -o "$tmp/two" --format json -q
check "  is seen to hold it" json "$tmp/out" \
	'j["pairs"][0]["a_in_b"] == 1 and j["pairs"][0]["b_in_a"] < 1'
check "  has a best network at least as good, proven" json "$tmp/out" \
	'j["pairs"][0]["best"] == "b_higher"'
check "  both optima are proven, no search is above its own" json "$tmp/out" \
	'all(s["certificate"]["optimal"] and
	     s["evolved"] <= s["certificate"]["upper_bound"] and
	     s["max"] <= s["certificate"]["upper_bound"]
	     for s in j["spaces"])'
check "  the budgets are those of the first" json "$tmp/out" \
	'all(s["budgets"] == {"bitops": 5.2352e9, "flash_bytes": 1e6,
	     "sram_bytes": 320000} for s in j["spaces"])'

nas compare configs/quick.json configs/quick.json -n 20 -q -o "$tmp/same" \
	>/dev/null
check "of two best networks that are equal none is above the other" \
	bash -c "grep -q 'has the best network, 468.47, proven optimal; as good is that of quick' '$tmp/same/compare.html'"

# ---- files
status 0 "one thread" nas compare $spaces/mobilenetv2-8bit.json \
	$spaces/mcunet-8bit.json -n 2000 -j 1 -o "$tmp/one" --format json -q
check "  gives the same bytes" diff -r "$tmp/one" "$tmp/two"
check "compare.json is what is printed" diff "$tmp/out" "$tmp/one/compare.json"
check "the page and its charts are there" test -s "$tmp/one/compare.html" \
	-a -s "$tmp/one/plots/edf.svg" -a -s "$tmp/one/plots/best-of-n.svg" \
	-a -s "$tmp/one/plots/boxes.svg" -a -s "$tmp/one/plots/share.svg"
check "the page says the verdict first, and each best network" \
	python3 - "$tmp/one" <<'PY'
import json, re, sys
d = sys.argv[1]
j = json.load(open(d + "/compare.json"))
page = open(d + "/compare.html").read()
best = sorted(j["spaces"], key=lambda s: -s["evolved"])
lead = re.search(r'<p class="lead">(.*?)</p>', page, re.S).group(1)
assert f'<b>{best[0]["name"]}</b> has the best network' in lead, lead
gain = 100 * (best[0]["evolved"] / best[1]["evolved"] - 1)
assert f'{gain:.2f} % above that of {best[1]["name"]}' in lead, lead
median = max(j["spaces"], key=lambda s: s["median"])
assert f'those of <b>{median["name"]}</b> have the highest median' in lead
nets = page[page.index("The best networks"):page.index("Distributions of")]
for s in j["spaces"]:
    flash = s["best"][0]["flash_bytes"]
    assert re.search(f"{flash / 1e3:.4g}\\W+kB", nets), flash
for chart in ("best-of-n", "edf"): # in the legend and at its line
    plot = open(d + f"/plots/{chart}.svg").read()
    marks = re.sub("<title>.*?</title>", "", plot)
    for s in j["spaces"]:
        assert marks.count(">" + s["name"] + "<") == 2, (chart, s["name"])
    # no name over another, each beside the plot or on its own curve
    text = [(float(x), float(y)) for x, y, name in re.findall(
        '<text x="([0-9.]+)" y="([0-9.]+)"[^>]*>([^<]*)<', marks)
            if name in [s["name"] for s in j["spaces"]]]
    ends = sorted(y for x, y in text if y > 30)
    assert len(ends) == len(j["spaces"]) and all(
        b - a >= 16.9 for a, b in zip(ends, ends[1:])), text
PY
check "charts are XML, the page has no address in it" python3 - "$tmp/one" <<'PY'
import glob, sys, xml.dom.minidom
for f in glob.glob(sys.argv[1] + "/plots/*.svg"):
    xml.dom.minidom.parse(f)
assert "://" not in open(sys.argv[1] + "/compare.html").read().replace(
    "http://www.w3.org/2000/svg", "")
PY

# ---- the figures again, from the samples
check "quantiles, shares and distribution functions hold" \
	python3 - "$tmp/one" <<'PY'
import csv, json, math, sys
d = sys.argv[1]
j = json.load(open(d + "/compare.json"))
rows = list(csv.DictReader(open(d + "/samples.csv")))
edf = list(csv.DictReader(open(d + "/edf.csv")))
for s in j["spaces"]:
    x = sorted(float(r["score"]) for r in rows if r["space"] == s["name"])
    n = len(x)
    assert n == s["n"] == 2000
    assert (x[0], x[-1]) == (s["min"], s["max"])
    assert abs(math.fsum(x) / n - s["mean"]) < 1e-9 * s["mean"]
    for k, q in enumerate(s["quantiles"]):
        at = k / 200 * (n - 1)
        i = min(int(at), n - 2)
        assert abs(x[i] + (at - i) * (x[i + 1] - x[i]) - q) < 1e-9 * q
    for m, best in zip(s["best_of"], s["best_expected"]):
        want = sum(x[i - 1] * (math.comb(i - 1, m - 1) / math.comb(n, m))
                   for i in range(m, n + 1))
        assert abs(best - want) < 1e-9 * want, (m, best, want)
    for r in edf[::50]:
        assert abs(sum(v <= float(r["score"]) for v in x) / n
                   - float(r[s["name"]])) < 1e-12
    for r in rows:
        assert float(r["flash_bytes"]) <= 1e6
        assert float(r["peak_memory_bytes"]) <= 320e3
        assert float(r["bitops"]) <= 5.2352e9
    assert s["share_low"] <= s["share"] <= s["share_high"]
PY
if python3 -c 'import scipy' 2>/dev/null; then
	check "tests and effect sizes are scipy's" python3 - "$tmp/one" <<'PY'
import csv, json, sys
from scipy import stats
d = sys.argv[1]
j = json.load(open(d + "/compare.json"))
a, b = ([float(r["score"]) for r in csv.DictReader(open(d + "/samples.csv"))
         if r["space"] == s["name"]] for s in j["spaces"])
p = j["pairs"][0]
ks, u = stats.ks_2samp(a, b), stats.mannwhitneyu(a, b, method="asymptotic")
assert abs(ks.statistic - p["ks_d"]) < 1e-12
assert abs(u.statistic / len(a) / len(b) - p["effect"]) < 1e-12
assert abs(u.pvalue - p["u_p"]) <= 1e-6 * u.pvalue + 1e-300
PY
else
	ok "tests and effect sizes # SKIP no scipy"
fi
check "feasible share: as nas check draws it" python3 - "$tmp/one" \
	"$program" "$spaces/mcunet-8bit.json" <<'PY'
import json, subprocess, sys
s = json.load(open(sys.argv[1] + "/compare.json"))["spaces"][1]
c = json.loads(subprocess.run([sys.argv[2], "check", sys.argv[3], "--samples",
    "100000", "--format", "json"], stdout=subprocess.PIPE).stdout)["sample"]
wide = 2 * (c["high"] - c["low"])
assert c["low"] - wide < s["share"] < c["high"] + wide
assert s["share_high"] - s["share_low"] < wide, "counting narrows it"
PY

# ---- what else can be asked
status 0 "budgets of another config" nas compare $spaces/mobilenetv1-8bit.json \
	--budgets configs/vww-256kb-1mb.json -n 200 --no-search --format json -q
check "  hold" json "$tmp/out" \
	'j["spaces"][0]["budgets"]["sram_bytes"] == 210000'
status 0 "own budgets" nas compare configs/quick.json \
	$spaces/mobilenetv1-8bit.json --own-budgets -n 200 --no-search \
	--format json
check "  hold for each" json "$tmp/out" \
	'[s["budgets"]["sram_bytes"] for s in j["spaces"]] == [24000, 320000]'
says "do not compare: stage_weights" "scores of other definition are named"
check "  without test, effect and verdict" json "$tmp/out" \
	'j["pairs"][0]["verdict"] == j["pairs"][0]["best"] == "not_comparable"
	 and j["pairs"][0]["effect_size"] == "none"
	 and j["pairs"][0]["differs"].startswith("stage_weights ")
	 and not {"ks_d", "ks_p", "effect", "delta", "u_p"} & set(j["pairs"][0])'
sed 's/"space":/"score": {"name": "rqe"}, &/' configs/quick.json >"$tmp/rqe.json"
status 0 "two scores, and one of them twice" nas compare configs/quick.json \
	"$tmp/rqe.json" configs/quick.json -n 300 -o "$tmp/scores" -q
prints "the scores do not compare: score qe and rqe  not comparable" \
	"  the table gives no verdict and names no best"
check "  and none is called better" awk \
	'/rqe/ && /effect|proven|higher/ { bad = 1 } END { exit bad }' "$tmp/out"
check "  those that compare are judged" json "$tmp/scores/compare.json" \
	'[p["verdict"] for p in j["pairs"]]
	 == ["not_comparable", "equal", "not_comparable"]
	 and j["pairs"][1]["best"] == "equal"'
check "  the page says so" python3 - "$tmp/scores/compare.html" <<'PY'
import sys
page = open(sys.argv[1]).read()
assert "the scores do not compare: score qe and rqe" in page
assert "neither space is called better" in page
assert page.count("do not compare.") == 3, "a line under each chart"
PY
status 0 "another score for all" nas compare configs/quick.json -n 200 \
	--set score.name=rqe-r --no-search --format json -q
check "  is named" json "$tmp/out" 'j["score"] == "rqe-r"'
status 0 "lean of the same networks" nas compare $spaces/mobilenetv1-8bit.json \
	$spaces/mcunet-mixed.json -n 300 --no-search --set score.name=lean \
	-o "$tmp/lean"
status 0 "  beside another score" nas compare $spaces/mobilenetv1-8bit.json \
	$spaces/mcunet-mixed.json -n 300 --no-search -o "$tmp/blend"
check '  is shown' grep -qF 'z(lean) + z(ln BitOps)' "$tmp/out"
check "  medians of lean and of the blend, its effect" python3 - "$tmp/lean" \
	"$tmp/blend/compare.json" <<'PY'
import csv, json, math, statistics, sys
rows = list(csv.DictReader(open(sys.argv[1] + "/samples.csv")))
j = json.load(open(sys.argv[2]))
lean = [float(r["score"]) for r in rows]
ln = [math.log(float(r["bitops"])) for r in rows]
z = lambda x: [(v - statistics.fmean(x)) / statistics.pstdev(x) for v in x]
blend, near = {}, lambda x, y: abs(x - y) < 1e-9
for r, x, v in zip(rows, lean, map(sum, zip(z(lean), z(ln)))):
    blend.setdefault(r["space"], []).append((x, v))
assert [s["name"] for s in j["spaces"]] == list(blend), blend.keys()
for s in j["spaces"]:
    x, v = zip(*blend[s["name"]])
    assert near(s["lean"], statistics.median(x)), s["name"]
    assert near(s["blend"], statistics.median(v)), s["name"]
a, b = ([v for _, v in blend[s["name"]]] for s in j["spaces"])
delta = sum((x > y) - (x < y) for x in a for y in b) / len(a) / len(b)
assert near(j["pairs"][0]["blend_delta"], delta), delta
PY
status 3 "budgets that nothing meets" nas compare configs/quick.json -n 100 \
	--set budgets.flash_bytes=100 --format json -q
check "  proven by counting" json "$tmp/out" \
	'j["spaces"][0]["proven_empty"] and j["spaces"][0]["n"] == 0'
status 0 "draws that run out" nas compare configs/quick.json -n 1000 \
	--max-draws 300 --no-search --format json
says "no more draws are allowed" "fewer networks than asked for"
check "  are counted" json "$tmp/out" \
	'0 < j["spaces"][0]["n"] < 1000 == j["spaces"][0]["wanted"]'
status 5 "a folder with something in it" nas compare configs/quick.json \
	-n 100 --no-search -o "$tmp/one" -q
status 0 "  is replaced with --force" nas compare configs/quick.json \
	-n 100 --no-search -o "$tmp/one" -q --force
mkdir "$tmp/other" && touch "$tmp/other/mine"
status 5 "another's folder is left alone" nas compare configs/quick.json \
	-n 100 --no-search -o "$tmp/other" -q --force
status 2 "both budgets" nas compare configs/quick.json --own-budgets \
	--budgets configs/quick.json
status 2 "no samples" nas compare configs/quick.json -n 0
status 5 "no such config" nas compare configs/quick.json nowhere.json
status 0 "the schema of compare.json" nas schema comparison
finish
