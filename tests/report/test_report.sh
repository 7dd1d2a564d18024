#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas report: the page and plots of runs, from their files alone.
. "$(dirname "$0")/../cli/lib.sh"
cd "$root" || exit 1
quick=configs/quick.json
run=$tmp/run

nas search $quick -q --max-evals 4000 --no-certify -o "$run" >/dev/null 2>&1
check "the search writes the page" test -s "$run/report.html"
check "without times, so that runs compare" \
	bash -c "! grep -qi 'cpu time of all' '$run/report.html'"
check "and without the figure that needs them" \
	bash -c "! grep -q '<figure id=\"cost\"' '$run/report.html'"
check "each other figure is drawn, but for the certificate" test \
	"$(grep -c '<figure id=' "$run/report.html")" -eq \
	"$(($(grep -c '<figcaption>' "$run/report.html") + 1))"
check "the foot says how to get them" grep -q \
	'from <code>meta.json</code>' "$run/report.html"
nas search $quick -q --max-evals 4000 --no-certify -o "$tmp/again" \
	>/dev/null 2>&1
check "two runs, the same page" cmp "$run/report.html" "$tmp/again/report.html"

status 0 "report" nas report "$run"
prints "$run/report.html" "prints where the page is"
check "now with times" grep -q 'CPU time of all threads' "$run/report.html"
for name in budgets network bits memory flash convergence tradeoff cost; do
	check "plots/$name.svg" test -s "$run/plots/$name.svg"
	check "figure $name" grep -q "<figure id=\"$name\"" "$run/report.html"
done
check "no certificate, no file" test ! -e "$run/plots/certificate.svg"
check "no certificate is said" \
	grep -q 'No certificate was asked for' "$run/report.html"
check "each SVG is well-formed" python3 - "$run"/plots/*.svg <<'PY'
import sys, xml.dom.minidom
for name in sys.argv[1:]:
    svg = xml.dom.minidom.parse(name).documentElement
    assert svg.tagName == "svg" and svg.getAttribute("viewBox"), name
    assert svg.getElementsByTagName("title"), name
PY
check "nothing from elsewhere is loaded" python3 - "$run/report.html" <<'PY'
import re, sys
page = open(sys.argv[1]).read()
for url in re.findall(r'(?:src|href)="([^"]*)"|url\(([^)]*)\)|@import', page):
    assert set(url) <= {"", "data:,"}, url
PY
check "tags nest" python3 - "$run/report.html" <<'PY'
import html.parser, sys
void = {"meta", "link", "br", "img"}
may_stay_open = {"tr", "li"}
class Parser(html.parser.HTMLParser):
    stack = []
    def handle_starttag(self, tag, attrs):
        if tag in may_stay_open and self.stack and self.stack[-1] == tag:
            self.stack.pop()
        if tag not in void:
            self.stack.append(tag)
    def handle_endtag(self, tag):
        while self.stack[-1] in may_stay_open and self.stack[-1] != tag:
            self.stack.pop()
        assert self.stack.pop() == tag, (tag, self.getpos())
p = Parser()
p.feed(open(sys.argv[1]).read())
assert not p.stack, p.stack
PY
check "the figures are the result's" python3 - "$run" <<'PY'
import json, sys
page = open(sys.argv[1] + "/report.html").read()
for net in json.load(open(sys.argv[1] + "/result.json"))["best"]:
    for key in ("flash_bytes", "peak_memory_bytes", "macs", "params"):
        assert format(round(net[key]), ",") in page, (key, net[key])
PY
cp "$run/report.html" "$tmp/first.html"
status 0 "again" nas report "$run"
check "again gives the same bytes" cmp "$tmp/first.html" "$run/report.html"
status 0 "json" nas report "$run" --format json
check "json: one object" json "$tmp/out" 'j["page"].endswith("report.html") and j["plots"].endswith("plots")'

# where it writes
echo mine >"$tmp/mine.html"
status 5 "a file that is not ours" nas report "$run" -o "$tmp/mine.html"
says '--force' "says how to replace it"
check "it is left unchanged" grep -q mine "$tmp/mine.html"
status 0 "with --force" nas report "$run" -o "$tmp/mine.html" --force
check "-o: plots beside the page" test -s "$tmp/mine-plots/bits.svg"
status 0 "--no-plots" nas report "$run" -o "$tmp/page.html" --no-plots
check "--no-plots writes none" test ! -e "$tmp/page-plots"
status 5 "a folder that cannot be written to" \
	nas report "$run" -o "$tmp/no/such/page.html"

# several
status 3 "a search that finds nothing" nas search $quick -q --seed 9 \
	--max-evals 4000 --set budgets.sram_bytes=2kB --no-certify \
	-o "$tmp/infeasible"
status 2 "several runs without -o" nas report "$run" "$tmp/infeasible"
says '-o' "says what is missing"
status 0 "several runs" nas report "$run" "$tmp/infeasible" "$run" \
	-o "$tmp/two.html"
for name in convergence scores budgets time score-sram score-flash \
	score-bitops; do
	check "comparison: $name" test -s "$tmp/two-plots/$name.svg"
done
status 0 "an infeasible run" nas report "$tmp/infeasible"
check "infeasible: says so" grep -q 'No network inside the budgets was found' \
	"$tmp/infeasible/report.html"

# what is missing or damaged
damage() { # WHAT WANT TEXT EDIT...: a copy of the run, edited by EDIT
	local what=$1 want=$2 text=$3
	shift 3
	rm -rf "$tmp/bad"
	cp -r "$run" "$tmp/bad"
	(cd "$tmp/bad" && "$@")
	status "$want" "$what" nas report "$tmp/bad"
	[ -z "$text" ] || says "$text" "$what: says where"
}
damage "no meta.json" 0 '' rm meta.json
damage "no history.csv" 0 '' rm history.csv
check "no history is said" grep -q 'no <code>history.csv' "$tmp/bad/report.html"
damage "no result.json" 5 'result.json' rm result.json
damage "no config.json" 5 'config.json' rm config.json
damage "result.json is cut" 4 'result.json:' \
	bash -c 'head -c 700 result.json >x; mv x result.json'
damage "a misspelt key" 4 "did you mean 'evaluations'" \
	sed -i 's/"evaluations"/"evaluation"/' result.json
damage "a network that does not fit together" 4 'result.json' \
	sed -i '0,/"in": 8/s//"in": 9/' result.json
damage "no networks" 4 '/best' python3 -c 'import json
j = json.load(open("result.json")); j["best"] = []
json.dump(j, open("result.json", "w"))'
damage "a bad cell of the history" 4 'history.csv:2:1' \
	sed -i '2s/^[0-9]*/x/' history.csv
damage "a short row of the history" 4 'history.csv:2' \
	sed -i '2s/,[^,]*$//' history.csv
damage "meta.json of another kind" 4 'meta.json:' \
	sed -i 's/"threads": /"threads": -/' meta.json
damage "a name that is HTML" 0 '' \
	sed -i 's/"name": "quick"/"name": "<img src=x>\&"/' config.json
check "a name that is HTML is text" \
	grep -q '&lt;img src=x&gt;&amp;' "$tmp/bad/report.html"
status 5 "no such folder" nas report "$tmp/nowhere"

# Bytes are short, and what is no count has its decimals.
nas search configs/quick.json -q --no-certify -n 2k -o "$tmp/units" \
	--set budgets.rho=0.9 >/dev/null
check "bytes have a prefix and their sign" bash -c "
	grep -q '<dt>Peak memory</dt><dd>[0-9.]*[^0-9]*kB<' '$tmp/units/report.html' &&
	! grep -q 'kbytes' '$tmp/units/report.html'"
check "a limit below 1 is told" grep -q 'Depth over width at most 0.9' \
	"$tmp/units/report.html"
finish
