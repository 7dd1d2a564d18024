#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/interop/report.sh - Chromium opens the pages of nas report and of nas
# reproduce: no console error, every chart there, no text cut or over other
# text, at 1280 and 400 px of width, in the system's font and in a wide one.
#
# Needs chromium (Debian's is installed when missing and possible), else says
# so and skips. Ends with "N passed, N failed". KEEP=DIR leaves pages and
# screenshots there, to be looked at.
cd "$(dirname "$0")/../.." || exit 1
nas=$(realpath "${NAS:-build/release/nas}")
check=$PWD/tests/interop/report_check.js
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

skip() {
	echo "skipped: $1"
	echo '0 passed, 0 failed, 1 skipped'
	exit 0
}

ok() {
	echo "ok $1"
	passed=$((passed + 1))
}

bad() { # WHAT WHY
	echo "not ok $1"
	printf '%s\n' "$2" | sed 's/^/# /'
	failed=$((failed + 1))
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_chromium() {
	command -v apt-get >/dev/null || return
	echo "installing chromium"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get \
		-o DPkg::Lock::Timeout=300 install -y -q \
		--no-install-recommends chromium fonts-dejavu-core \
		>"$work/apt" 2>&1 || tail -3 "$work/apt"
}

command -v chromium >/dev/null || install_chromium
command -v chromium >/dev/null || skip 'no chromium'

browse() { # ARGUMENT...: what it says on its console
	timeout 300 chromium --headless --no-sandbox --disable-gpu \
		--hide-scrollbars --enable-logging=stderr --v=0 \
		--user-data-dir="$work/profile" "$@" 2>&1 >/dev/null |
		grep ':CONSOLE' | sed 's/^.*:CONSOLE[^"]*"//; s/", source: .*//'
}

# ---- runs of every kind ----------------------------------------------------
search() { # NAME ARGUMENT...
	local name=$1 status
	shift
	"$nas" search -q -o "$work/$name" "$@" >/dev/null 2>"$work/err"
	status=$?
	case $status in
	0 | 3) ;;
	*) bad "search $name" "status $status: $(cat "$work/err")" ;;
	esac
}

config() { # a space of 22 stages, long names; bits or full precision
	python3 - "$1" <<'PY'
import json, sys
bits = {"bits_a": [2, 4, 8], "bits_w": [3, 8]} if sys.argv[1] == "bits" else {}
stage = lambda i: dict(type=("mbconv", "dwsep")[i % 3 == 2], width=[8 * i + 8],
                       kernel=[3, 5, 7], depth=[1, 2, 11 if i == 4 else 3],
                       stride=[2 if i % 5 == 1 else 1],
                       **({} if i % 3 == 2 else {"expansion": [2, 6]}), **bits)
stages = [dict(type="conv", width=[16], kernel=[3], stride=[2], **bits)]
stages += [stage(i) for i in range(1, 22)]
json.dump({"name": "W" * 80, "title": "A title of many words. " * 8,
           "space": {"input": {"height": [640], "width": [512]},
                     "stages": stages},
           "budgets": {"flash_bytes": 9e8, "macs": 4e12, "layers": 400,
                       "size_bytes": 8e8, "params": 7e8, "bitops": 8e13,
                       "sram_bytes": 3e8},
           "search": {"max_evals": 3000, "islands": 40, "population": 8,
                      "epoch_evals": 5, "keep": 40}}, sys.stdout)
PY
}

config bits >"$work/deep.json"
config full >"$work/full.json"
search quick configs/quick.json
search seed configs/quick.json --seed 5 --no-certify
search epoch configs/quick.json --max-evals 1000 --no-certify
search infeasible configs/quick.json --set budgets.sram_bytes=2kB \
	--max-evals 4000 --no-certify
search backbone configs/widerface-650kb.json --max-evals 20000
search layers configs/imagenet-7.0g.json --max-evals 20000 --no-certify
search unlimited configs/quick.json --set 'budgets={}' --max-evals 4000 \
	--no-certify
search deep "$work/deep.json" --no-certify
search full "$work/full.json" --no-certify
cp -r "$work/quick" "$work/bare"
rm "$work/bare/history.csv" "$work/bare/meta.json"
runs='quick epoch infeasible backbone layers unlimited deep full bare'
pages="$runs searched several two policies mcunet"
charts='budgets certificate network bits memory flash convergence tradeoff cost'

cp "$work/quick/report.html" "$work/searched.html"
for run in $runs; do
	"$nas" report -q "$work/$run" -o "$work/$run.html" >/dev/null ||
		bad "report $run" "failed"
done
"$nas" report -q "$work"/{quick,epoch,infeasible,backbone,layers,deep,full} \
	-o "$work/several.html" >/dev/null
"$nas" report -q "$work"/{quick,seed} -o "$work/two.html" >/dev/null
for part in gmpq/policies mcunet; do
	"$nas" reproduce -q $part -o "$work/reproduced/$part" >/dev/null
	cp "$work/reproduced/$part/reproduction.html" "$work/${part#*/}.html"
done
for chart in $charts; do
	if grep -q "<figure id=\"$chart\"" "$work/quick.html"; then
		ok "the page has $chart"
	else
		bad "the page has $chart" "no such figure"
	fi
done

# ---- look at them -----------------------------------------------------------
# Frames have the width that is asked for; a window has 500 px at least. A
# check that sees nothing is no check: one page has faults planted.
add_script() { # PAGE FONT
	sed "s|</style>|$2</style>|" "$work/$1.html"
	echo "<script>"
	cat "$check"
	echo "</script>"
}

{
	wide='svg text,body{font-family:"DejaVu Sans"!important}'
	for page in $pages; do
		add_script "$page" '' >"$work/$page.own.html"
		add_script "$page" "$wide" >"$work/$page.wide.html"
		for width in 1280 400; do
			for font in own wide; do
				echo "<iframe src=\"$page.$font.html#$page-$font\"" \
					"width=$width height=2000></iframe>"
			done
		done
	done
} >"$work/all.html"
browse --window-size=1400,2000 --virtual-time-budget=60000 --dump-dom \
	"file://$work/all.html" >"$work/console"

for page in $pages; do
	for font in own wide; do
		for width in 1280 400; do
			name="$page, $width px, $font font"
			line=$(grep "^report-check: $page-$font, $width px" \
				"$work/console")
			faults=$(grep "^report-fault: $page-$font, $width px" \
				"$work/console")
			if [ -n "$line" ] && [ -z "$faults" ]; then
				ok "$name:${line#*px,}"
			else
				bad "$name" "${line:-was not checked}
$(head -20 <<<"$faults")"
			fi
		done
	done
done
errors=$(grep -v '^report-' "$work/console")
if [ -z "$errors" ]; then
	ok 'no console error'
else
	bad 'no console error' "$(head -20 <<<"$errors")"
fi

add_script quick '' | sed '0,/<text /s//<text x="-9" y="9">cut<\/text><text x="40" y="90">over<\/text><text x="42" y="92">over<\/text><text /' \
	>"$work/planted.html"
echo '<iframe src="planted.html#planted" width=1280 height=900></iframe>' \
	>"$work/planted-frame.html"
browse --window-size=1400,1000 --dump-dom "file://$work/planted-frame.html" \
	>"$work/console"
for fault in cut overlap; do
	if grep -q "^report-fault: planted, 1280 px: budgets: $fault" \
		"$work/console"; then
		ok "a planted $fault is seen"
	else
		bad "a planted $fault is seen" "$(head -5 "$work/console")"
	fi
done

if [ -n "${KEEP:-}" ]; then
	mkdir -p "$KEEP"
	for page in $pages; do
		cp "$work/$page.html" "$KEEP"
		browse --window-size=1280,6000 \
			--screenshot="$(realpath "$KEEP")/$page.png" \
			"file://$work/$page.html"
	done
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
