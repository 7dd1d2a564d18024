#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Names from outside: no control character reaches the terminal, whatever is
# printed; no cell of a CSV file is a formula.
. "$(dirname "$0")/lib.sh"
failing=$root/tests/data/failing
name=$failing/control-characters-in-name.json
control=$failing/layer-name-control.onnx
formula=$failing/layer-name-formula.onnx

clean() { # WHAT: the last output and what was said beside it
	if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' \
		"$tmp/out" "$tmp/err"; then
		bad "$1" "$(cat -v "$tmp/out" "$tmp/err" |
			grep -m3 '\^\|M-')"
	else
		ok "$1"
	fi
}

of() { # STATUS ARGUMENTS...: a command, in both formats
	for format in table json; do
		status "$1" "nas ${*:2} as $format" nas "${@:2}" \
			--format $format
		clean '  prints no control character'
	done
}

python3 - "$tmp" <<'PY'
import json, sys
t = sys.argv[1]
# clears the screen, sets the title, in C0 and C1; ends the line and the cell
bad = "\x1b[2J\x1b]0;x\x07\u009b2J\x7f\r\nfaked\tcells"
net = {"schema": "nas/architecture/1", "name": bad,
       "input": {"height": 16, "width": 16, "channels": 3},
       "blocks": [{"type": "conv", "in": 3, "out": 8, "kernel": 3,
                   "stride": 2},
                  {"type": "conv", "in": 8, "out": 8, "kernel": 3,
                   "stride": 1}],
       "head": {"type": "classifier", "classes": 7}}
json.dump(net, open(t + "/net.json", "w"))
rows = [dict(net, name="n%d" % i + bad, accuracy=50 + i % 3)
        for i in range(4)]
json.dump(rows, open(t + "/nets.json", "w"))
layers = [{"name": bad, "choices": [
    {"bits_w": b, "loss": 1 / b, "cost": {"si\x1bze\tx": b}}
    for b in (2, 4, 8)]} for _ in range(2)]
json.dump({"name": bad, "layers": layers, "budgets": {"si\x1bze\tx": 9}},
          open(t + "/problem.json", "w"))
PY
few='--set search.max_evals=500 --set search.islands=2'
few="$few --set search.population=16"
of 0 check "$name"
of 0 search "$name" $few -j 1
of 0 certify "$name" --time 5
of 0 pareto "$name" --over flash_bytes -n 3
of 0 compare "$name" "$name" -n 50 --no-search
of 0 score "$tmp/net.json"
of 0 score "$tmp/nets.json"
of 0 correlate "$tmp/nets.json" --bootstrap 5
of 0 allocate --problem "$tmp/problem.json"
of 3 allocate --problem "$tmp/problem.json" --budget $'si\x1bze\tx=3'
of 0 allocate --problem "$tmp/problem.json" --sweep $'si\x1bze\tx=4:8:2'
of 0 sensitivity "$control" --metric size
of 0 allocate "$control" --metric size --budget bits=4
status 0 'a run to report' nas search "$name" $few -o "$tmp/run" -j 1
for file in report.html log.jsonl result.json; do
	cp "$tmp/run/$file" "$tmp/out"
	clean "  $file has no control character"
done
of 0 report "$tmp/run" --force
status 0 'a sweep of hostile values' nas sweep "$name" $few -j 1 --grid \
	$'title="a\x1b[2J"' -o "$tmp/sweep"
clean '  prints no control character'
status 0 '  merged' nas sweep --merge "$tmp/sweep"
clean '  prints none either'
mkdir -p "$tmp/images/a" && printf 'P6 2 2 255\n123456789abc' \
	>"$tmp/images/a/"$'x\x1b[2J.ppm'
of 0 evaluate "$control" --data "$tmp/images"

# ---- CSV ----

cells() { # FILE: no cell is a formula, read as a spreadsheet would
	python3 - "$1" <<'PY'
import csv, sys
for row in csv.reader(open(sys.argv[1], newline="")):
    for cell in row:
        if cell[:1] in tuple("=+-@\t\r"):
            float(cell)
PY
}

status 0 'layers named like formulas' nas sensitivity "$formula" --metric size \
	-o "$tmp/s"
check '  none of the cells is one' cells "$tmp/s/sensitivity.csv"
check '  the names are there' grep -q "'[=+@-]" "$tmp/s/sensitivity.csv"
status 0 "  layers as CSV" nas export "$formula" --to csv --bits-w 8 \
	-o "$tmp/l.csv"
check '  none of the cells is one' cells "$tmp/l.csv"
finish
