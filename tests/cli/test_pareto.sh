#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas pareto: every point against a certificate of its own, the ends of the
# axes, what is left out, files, exit statuses.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick=configs/quick.json

# ---- one budget
status 0 "a front over one budget" nas pareto $quick --over flash_bytes -n 13 \
	-o "$tmp/one" -j 2 -q
check "  the table has a row a point" \
	test "$(grep -c '^ *[0-9][0-9]*  ' "$tmp/out")" -eq 13
prints "10 % more Flash, 35,200, buys" "  and says what a step buys"
cp "$tmp/one/pareto.json" "$tmp/one.json"

cat >"$tmp/points.py" <<'PY'
# points.py PROGRAM CONFIG FRONT: each point of the front, and each that was left
# out, is what a certificate at its budgets alone says.
import json, subprocess, sys
program, config, path = sys.argv[1:]
front = json.load(open(path))
points = [(p["at_most"], p["best"]["score"], p["upper_bound"])
          for p in front["points"]]
points += [(g["at_most"], g.get("score"), g.get("upper_bound"))
           for g in front["left_out"]]
assert len(points) == front["grid_points"] and front["whole"]
none = 0
for at_most, score, bound in points:
    sets = [a for key, x in at_most.items()
            for a in ("--set", "budgets.%s=%r" % (key, x))]
    r = subprocess.run([program, "certify", config, "--format", "json", "-q",
                        "--set", "search.max_evals=2000"] +
                       sets, capture_output=True, text=True)
    c = json.loads(r.stdout)
    if c["status"] == "infeasible":
        assert r.returncode == 3 and score is None, (at_most, score)
        none += 1
        continue
    assert r.returncode == 0 and c["optimal"], (at_most, r.stderr)
    for mine, alone in ((score, c["score"]), (bound, c["upper_bound"])):
        assert abs(mine - alone) <= 3e-9 * abs(alone), (at_most, mine, alone)
print(len(points), "points,", none, "without a network")
PY
check "each point is what certify says of it alone" python3 "$tmp/points.py" \
	"$program" $quick "$tmp/one.json"

status 0 "points close to each other" nas pareto $quick -n 9 \
	--over flash_bytes=70kB..97kB --format json -q
cp "$tmp/out" "$tmp/close.json"
check "  are what certify says of each alone" python3 "$tmp/points.py" \
	"$program" $quick "$tmp/close.json"

at() { # BUDGET VALUE
	nas certify $quick --set "budgets.$1=$2" --format json -q \
		--set search.max_evals=2000
}
low=$(json "$tmp/one.json" 'j["axes"][0]["low"]')
high=$(json "$tmp/one.json" 'j["axes"][0]["high"]')
status 3 "0.2 % below the first point" at flash_bytes \
	"$(python3 -c "print($low * 0.998)")"
status 0 "far above the last point" at flash_bytes \
	"$(python3 -c "print($high * 3)")"
check "  the score is the last one's" json "$tmp/out" "abs(j['score'] -
	json.load(open('$tmp/one.json'))['points'][-1]['best']['score']) < 1e-6"
status 0 "just below it" at flash_bytes "$(python3 -c "print($high - 1)")"
check "  it is not" json "$tmp/out" "j['score'] <
	json.load(open('$tmp/one.json'))['points'][-1]['best']['score'] - 1e-6"

# ---- two and three
status 0 "a front over two budgets" nas pareto $quick \
	--over flash_bytes=1kB..40kB,sram_bytes=10kB..90kB -n 5 --format json -q \
	-o "$tmp/two"
cp "$tmp/out" "$tmp/two.json"
check "each point is what certify says of it alone" python3 "$tmp/points.py" \
	"$program" $quick "$tmp/two.json"
check "some budgets allow no network, some are dominated" json "$tmp/two.json" \
	'{"infeasible", "dominated"} <= {g["why"] for g in j["left_out"]}'

check "the plane has each budget's score, the most memory on top" python3 - \
	"$tmp/two.json" "$tmp/two/pareto.html" <<'PY'
import json, re, sys
front = json.load(open(sys.argv[1]))
score = {(p["at_most"]["flash_bytes"], p["at_most"]["sram_bytes"]):
         p["best"]["score"] for p in front["points"]}
score.update(((g["at_most"]["flash_bytes"], g["at_most"]["sram_bytes"]),
              g.get("score")) for g in front["left_out"])
page = open(sys.argv[2], encoding="utf-8").read()
page = page[page.index('id="flash_bytes-sram_bytes"'):]
page = page[page.index("<tbody>"):page.index("</tbody>")]
rows = [re.findall("<td[^>]*>([^<]*)", row) for row in page.split("<tr>")[1:]]
flash, sram = (a["values"] for a in front["axes"])
assert [len(row) for row in rows] == [1 + len(flash)] * len(sram)
for y, row in zip(reversed(sram), rows):
    for x, text in zip(flash, row[1:]):
        want = score[x, y]
        assert text == ("\u2013" if want is None else "%.3f" % want), (x, y, text)
PY

cat >"$tmp/front.py" <<'PY'
# front.py FRONT: no point is dominated, all others are by the one they name.
import json, sys
front = json.load(open(sys.argv[1]))
axes = [a["budget"] for a in front["axes"]]
def needs(p):
    return [p["best"]["used"][k] * p["at_most"][k] for k in axes]
def covers(p, q):
    return p["best"]["score"] >= q["best"]["score"] - 1e-9 and \
        all(x <= y * (1 + 1e-12) for x, y in zip(needs(p), needs(q)))
points = front["points"]
for p in points:
    assert all(x <= 1 for x in p["best"]["used"].values())
    assert not any(covers(q, p) for q in points if q is not p), p["at_most"]
for g in front["left_out"]:
    if g["why"] != "dominated":
        continue
    by = points[g["by"] - 1]
    assert by["best"]["score"] >= g["score"] - 1e-9
    assert all(x <= g["at_most"][k] for x, k in zip(needs(by), axes))
PY
check "what is dominated is left out, by whom is said" \
	python3 "$tmp/front.py" "$tmp/two.json"
status 0 "three" nas pareto $quick --over flash_bytes,sram_bytes,bitops -n 4 \
	-o "$tmp/three" -q
check "  what is dominated is left out" python3 "$tmp/front.py" \
	"$tmp/three/pareto.json"
check "  a step of each is priced at the config's budgets" json \
	"$tmp/three/pareto.json" '[m["budget"] for m in j["base"]["more"]] ==
	["flash_bytes", "sram_bytes", "bitops"] and j["base"]["optimal"]'
check "  a chart for each axis, step and pair" test \
	"$(ls "$tmp/three/plots" | wc -l)" -eq 9
status 0 "with 10 % more of a budget" at flash_bytes 35200
check "  certify says the same" json "$tmp/out" "abs(j['score'] -
	json.load(open('$tmp/one.json'))['base']['more'][0]['score']) < 1e-6"
for i in 0 1 2; do
	more() { json "$tmp/three/pareto.json" "j['base']['more'][$i]['$1']"; }
	status 0 "with 10 % more of each" at "$(more budget)" "$(more more)"
	check "  certify says the same of $(more budget)" json "$tmp/out" \
		"abs(j['score'] - $(more score)) < 1e-6"
done

# ---- files
status 0 "one thread" nas pareto $quick --over flash_bytes -n 13 -j 1 \
	-o "$tmp/again" -q
check "  gives the same bytes" diff -r "$tmp/one" "$tmp/again"
check "pareto.csv says what pareto.json says" python3 - "$tmp/one" <<'PY'
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1] + "/pareto.csv")))
points = json.load(open(sys.argv[1] + "/pareto.json"))["points"]
assert len(rows) == len(points) == 13
for row, p in zip(rows, points):
    assert float(row["score"]) == p["best"]["score"]
    assert float(row["upper_bound"]) == p["upper_bound"]
    assert float(row["flash_bytes_at_most"]) == p["at_most"]["flash_bytes"]
    assert float(row["flash_bytes"]) == p["best"]["flash_bytes"]
    assert json.loads(row["architecture"]) == p["best"]["architecture"]
    more = row["more_by_10_percent_flash_bytes"]
    assert (float(more) if more else None) == p["more"].get("flash_bytes")
assert rows[-1]["more_by_10_percent_flash_bytes"] == ""
PY
check "10 % more is read off the neighbours" python3 - "$tmp/one.json" \
	"$tmp/close.json" <<'PY'
import json, math, sys
for path in sys.argv[1:]:
    front = json.load(open(path))
    points = front["points"]
    score = {p["at_most"]["flash_bytes"]: p["best"]["score"] for p in points}
    score.update((g["at_most"]["flash_bytes"], g["score"])
                 for g in front["left_out"])
    x = sorted(score)
    y = [score[v] for v in x]
    for p in points:
        i = x.index(p["at_most"]["flash_bytes"])
        k = next((k for k in range(i, len(x) - 1) if x[k + 1] >= 1.1 * x[i]),
                 None)
        got = p["more"].get("flash_bytes")
        assert (got is None) == (k is None), (i, k, got)
        if k is not None:
            part = math.log(1.1 * x[i] / x[k]) / math.log(x[k + 1] / x[k])
            want = y[k] + part * (y[k + 1] - y[k]) - y[i]
            assert abs(got - want) < 1e-6, (i, got, want)
PY
status 0 "networks.json is scored" nas score "$tmp/one/networks.json" \
	--format json
check "  as the front says" json "$tmp/out" "all(abs(a['qe_score'] -
	b['best']['score']) < 1e-6 for a, b in zip(j['results'],
	json.load(open('$tmp/one.json'))['points']))"
status 0 "and each can be taken further" nas export "$tmp/one/networks.json" \
	--pick 7 --to onnx -o "$tmp/seven.onnx" -q
check "the page has both charts and the step" grep -q 'buys <b>1.78 points' \
	"$tmp/one/pareto.html"
check "  and its charts stand alone" test -s "$tmp/one/plots/flash_bytes.svg" \
	-a -s "$tmp/one/plots/more-flash_bytes.svg"
echo '{"schema": "nas/score/1", "title": "<b>a & b",
	"features": [{"feature": "blocks", "weight": 1}]}' >"$tmp/bold.json"
status 0 "a score with signs of HTML in its title" nas pareto $quick -n 3 \
	--over flash_bytes --set 'score={"file": "'"$tmp/bold.json"'"}' \
	-o "$tmp/bold" -q
check "  they stand in the page as they are" bash -c \
	"! grep -q '<b>a' '$tmp/bold/pareto.html' &&
	 grep -q '<h1>&lt;b&gt;a &amp; b against Flash</h1>' '$tmp/bold/pareto.html'"
status 5 "a folder that is there" nas pareto $quick --over flash_bytes -n 3 \
	-o "$tmp/one"
says "is not empty; --force" "  is kept"
status 5 "even with --force when it is another one's" nas pareto $quick \
	--over flash_bytes -n 3 -o tests --force
status 0 "--force replaces a front" nas pareto $quick --over flash_bytes -n 3 \
	-o "$tmp/one" --force -q

# ---- the values of an axis
values() { # EXPRESSION OVER...
	local want=$1
	shift
	status 0 "--over $*" nas pareto $quick --format json -q --over "$@"
	check "  $want" json "$tmp/out" "j['axes'][0]['values'] $want"
}
values '== [10000, 20000, 30000]' flash_bytes=10kB..30kB -n 3 --even
values '== [10000, 20000, 40000]' flash_bytes=10kB..40kB -n 3
values '[-1] == 40000' flash_bytes=..40kB -n 3
values '[0] == 20000' flash_bytes=20kB.. -n 3
values "[0] == $low" flash_bytes=..40kB -n 3
values '== sorted(set(range(8, 12)) & set(j["axes"][0]["values"]))' \
	layers=8..11 -n 9
values '== [14.4, 20.4, 28.9]' latency_ms=14.4..28.9 -n 3 \
	--set 'budgets.latency_model="stm32h743-tinyengine"'
status 0 "time, by a model" nas pareto $quick --format json -q -n 3 \
	--over latency_ms --set 'budgets.latency_model="stm32h747-cubeai"'
check "  is an axis like any other" python3 "$tmp/front.py" "$tmp/out"

# ---- what cannot be
fails() { # STATUS SAYS ARGUMENT...
	local want=$1 text=$2
	shift 2
	status "$want" "$*" nas pareto $quick "$@"
	says "$text" "  $text"
}
fails 2 "--over is missing"
fails 2 "did you mean 'flash_bytes'" --over flash_byte
fails 2 "is not BUDGET[=LO..HI]" --over flash_bytes=3
fails 2 "ends below its beginning" --over flash_bytes=3k..2k
fails 2 "must be above 0" --over flash_bytes=0..2k
fails 2 "must be at most 1e+18" --over flash_bytes=1..2e18
fails 2 "must be at most 1e+18" --over flash_bytes=2e18..
fails 2 "names flash_bytes twice" --over flash_bytes,flash_bytes
fails 2 "takes one to 3 budgets" --over flash_bytes,sram_bytes,macs,bitops
fails 2 "at most 2500" --over flash_bytes,sram_bytes -n 51
fails 4 "latency_ms needs budgets.latency_model" --over latency_ms
fails 4 "nothing is proven of it" --over flash_bytes --set score.name=zen
fails 3 "at the upper ends of --over" --over flash_bytes=..100
fails 3 "proven that no network" --over flash_bytes --set budgets.sram_bytes=9
fails 4 "the score grows no more" --over flash_bytes=1G..
status 1 "too little work for any answer" nas pareto $quick --over flash_bytes \
	-n 3 --set certificate.work=1
says "no point is settled" "  is said to be none"
check "  and nothing to be proven" grep -qx \
	"0 of 3 points are on the front; 3 were not settled" "$tmp/out"

# ---- a signal leaves what there is
status 75 "a signal" by_count clock:40000 INT "$program" pareto $quick \
	--over flash_bytes,sram_bytes,bitops -n 10 -j 1 -q -o "$tmp/cut"
says "interrupted after" "  is told"
check "  the front that there was is written, and says so" json \
	"$tmp/cut/pareto.json" 'not j["whole"] and len(j["points"]) > 0 and
	any(g["why"] == "stopped" for g in j["left_out"])'
check "  nothing is said of what the grid has at most" bash -c \
	"! grep -q 'highest score of the grid' '$tmp/cut/pareto.html'"
finish
