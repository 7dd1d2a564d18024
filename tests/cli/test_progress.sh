#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Progress on standard error: a line each ten seconds where it is no terminal,
# a bar that fits where it is one, nothing with -q.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick=configs/quick.json
net=$tmp/nets.json
tests/tools/small_net.py "$tmp" 24 20 2 40
x=$tmp/x-idx3-ubyte m=$tmp/m.onnx
nas export "$tmp/arch.json" --to onnx -o "$m" -q
python3 - "$tmp" <<'PY'
import json, sys
t = sys.argv[1]
arch = json.load(open(t + "/arch.json"))
json.dump([dict(arch, name=str(i), accuracy=i / 10) for i in range(5)],
          open(t + "/table.json", "w"))
json.dump([dict(arch, name=str(i)) for i in range(5)],
          open(t + "/nets.json", "w"))
PY

# ---- lines -------------------------------------------------------------------

lines() { # REGEX COMMAND...: such lines, none with -q
	local regex=$1
	shift
	status 0 "$1 $2" preload hooks.so nas "$@"
	check "  lines say how far it is" grep -qE "^nas: $regex" "$tmp/err"
	check "  and draw nothing" bash -c "! grep -q $'[\\r\\x1b]' '$tmp/err'"
	case $1 in bench | correlate) return ;; esac # which take long
	status 0 "  with -q" preload hooks.so nas "$@" -q
	check "  none" test ! -s "$tmp/err"
}
steps='[0-9]+ %, .*[0-9]+ of [0-9]+$'
# Four seconds pass between two looks at the clock: what a program does each
# ten seconds, it does soon, on any machine.
export NAS_TEST_TICK=4
lines '[0-9]+ %, best [0-9.]+, .* evals/s, [0-9]+ % duplicates, [0-9:]+ left$' \
	search $quick -n 20k --no-certify
# Duplicates become more and take time: what is left would seem to grow.
status 0 "a search that slows down" preload hooks.so nas search $quick \
	-n 200k --no-certify -j 1 --set search.epoch_evals=500
sed -n 's/.* \([0-9]*\) % dup.* \([0-9:]*\) left$/\1 \2/p' "$tmp/err" >"$tmp/left"
check "  duplicates are told, and the time left never grows" python3 -c '
import sys
known, left = [], []
for line in open(sys.argv[1]):
    share, time = line.split()
    known.append(int(share))
    left.append(0)
    for part in time.split(":"):
        left[-1] = 60 * left[-1] + int(part)
assert len(left) > 9 and known[-1] > known[0] + 9, (known, left)
assert left == sorted(left, reverse=True) and left[0] > left[-1], left
' "$tmp/left"
lines "$steps" compare $quick -n 4k --no-search
lines "$steps" certify $quick --sweep flash_bytes=20k:30k:2
lines "$steps" pareto $quick --over flash_bytes=20k..30k -n 2
lines "$steps" score "$net" --monte-carlo 4 --image-size 32
lines "$steps" score "$net" --zen 4 --image-size 32
lines "$steps" correlate "$tmp/table.json" --sampled --bootstrap 0
lines "$steps" check $quick -n 20k
lines "$steps" calibrate tests/data/mobilenetv2_bits_accuracy.json
lines "$steps" sensitivity "$m" --metric output --data "$x"
lines "$steps" allocate "$m" --metric msqe --sweep bits=3:5:9
lines "$steps" evaluate "$m" --data "$x" --batch 2
lines "$steps" bench --runs 1 --no-certify -j 1
unset NAS_TEST_TICK

# ---- a bar -------------------------------------------------------------------

export TERM=xterm
drawn() { # WHAT COLUMNS EXPRESSION COMMAND...
	local what=$1 columns=$2 expression=$3
	shift 3
	tests/tools/terminal.py "$columns" "$@" >"$tmp/out"
	check "$what" json "$tmp/out" "$expression"
}
search=("$program" search $quick -n 20k --no-certify)
for columns in 200 80 78 77 75; do
	drawn "a bar on $columns columns" $columns \
		"j['status'] == 0 and j['bars'] > 0 and
		 j['widest'] < $columns" "${search[@]}"
done
for columns in 50 20; do
	drawn "the state alone on $columns" $columns "j['bars'] == 0 and
		j['states'] > 0 and j['widest'] < $columns" "${search[@]}"
done
drawn "COLUMNS is heeded" 200 "j['bars'] > 0 and j['widest'] < 76" \
	env COLUMNS=76 "${search[@]}"
drawn "in colour" 80 "j['colour']" "${search[@]}"
drawn "without, where NO_COLOR is set" 80 "not j['colour'] and
	j['bars'] > 0" env NO_COLOR=1 "${search[@]}"
drawn "no bar on a dumb terminal" 80 "j['bars'] == 0" \
	env TERM=dumb "${search[@]}"
drawn "no bar with -q" 80 "j['widest'] == 0" "${search[@]}" -q
drawn "bars of work in steps" 80 "j['bars'] > 0 and j['widest'] < 80" \
	"$program" score "$net" --monte-carlo 4 --image-size 32
drawn "a bar is gone when an error is told" 80 \
	"j['bars'] > 0 and all(l.startswith(('nas: ', '[')) or l == '' or
	 ' %  ' in l for l in j['lines'])" "$program" search $quick -n 20k \
	--set budgets.sram_bytes=100
printf '{"name": "%s", %s' "$(printf '\303\244%.0s' {1..40})" \
	"$(tail -c +2 $quick | sed '/"name"/d')" >"$tmp/umlauts.json"
drawn "columns are characters, not bytes" 60 \
	"j['bars'] + j['states'] > 0 and j['widest'] < 60" \
	"$program" compare "$tmp/umlauts.json" -n 1000 --no-search
finish
