#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Shared options: each command takes those that mean something to it; -o - is
# standard output; both spellings.
. "$(dirname "$0")/lib.sh"
mkdir "$tmp/work"
cd "$tmp/work" || exit 1
quick=$root/configs/quick.json
problem=$root/tests/data/hawq_resnet18_ilp.json
net=$tmp/run/best/001/architecture.json
status 0 "a run" nas search "$quick" -q -n 2k --no-certify -o "$tmp/run"
"$root/tests/tools/small_net.py" "$tmp" 24 20 2 12
nas export "$tmp/arch.json" --to onnx -o "$tmp/m.onnx" -q

# ---- what is listed is taken, what is not is refused -------------------------

value() { # OPTION: a value for it
	case $1 in
	--format) echo json ;;
	--set) echo search.islands=2 ;;
	--output) echo "$tmp/some" ;;
	--seed | --threads) echo 1 ;;
	esac
}
for c in $(nas | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
	nas "$c" --help | sed -n '/^common options:/,/^$/p' >"$tmp/common"
	for o in --format --set --seed --output --force; do
		listed=no
		grep -q -- "$o" "$tmp/common" && listed=yes
		nas "$c" --help | grep -q -- "^ *$o " && listed=yes # its own
		[ "$o" != --seed ] || ! grep -q -- --set "$tmp/common" ||
			listed=yes
		# shellcheck disable=SC2046
		code=0
		nas "$c" $o $(value $o) -h >"$tmp/out" 2>"$tmp/err" || code=$?
		if [ $listed = yes ]; then
			check "nas $c takes $o" test $code -eq 0
		else
			check "nas $c refuses $o" test $code -eq 2
			says "unexpected option '$o': 'nas $c' " \
				"  and says why"
		fi
	done
	status 0 "nas $c takes -j, -q and -v" nas "$c" -j 2 -q -v -h
	nas "$c" --help >"$tmp/help"
	grep -q -- --quanti "$tmp/help" ||
		check "  lists no grids, for it takes none" \
			bash -c "! grep -q po2-msqe '$tmp/help'"
done
says_more() { # COMMAND...
	nas "$@" -o "$tmp/v" >/dev/null 2>"$tmp/few"
	rm -r "$tmp/v"
	nas "$@" -o "$tmp/v" -v >/dev/null 2>"$tmp/more"
	nas "$1" --help >"$tmp/common"
	check "nas $1 lists -v, which says more" test \
		"$(grep -c 'certificate: at most' "$tmp/few" "$tmp/more" |
			sed 's/.*://' | xargs)" = "0 1" -a \
		"$(grep -c -- '--verbose' "$tmp/common")" = 1
	rm -r "$tmp/v"
}
says_more sweep "$quick" --grid search.seed=1 --set search.max_evals=1k
says_more compare "$quick" -n 10
status 2 "a short option is refused by its name" nas boards -o file
says "unexpected option '--output': 'nas boards' writes no file" "and why"
status 2 "so is one with its value behind =" nas score --set=a=b x
says "unexpected option '--set': 'nas score' reads no config" "and why"

# A mode of a command that does not use an option refuses it as well.
unused() { # COMMAND...
	status 2 "nas $*" nas "$@"
	says "unexpected option '--" "  says so"
	says "does not use it" "  and why"
}
unused allocate --problem "$problem" --metric te
unused allocate --problem "$problem" --data no.such.npy
unused sweep --status "$tmp" --grid search.seed=1
unused sweep --merge "$tmp" -o "$tmp/m"
unused sweep --merge "$tmp" --shard 1/2
unused sweep --status "$tmp" --seed 2
unused certify "$quick" --sweep flash_bytes=20k:30k:2 --arch "$net"
unused sweep --merge "$tmp" --status
unused reproduce --list -o "$tmp/m"
untrained() { # COMMAND...
	status 2 "nas $*" nas "$@"
	says "is an architecture, and no trained network" "  says why"
}
untrained export "$net" --to csv --data no.such.npy
untrained export "$net" --to csv --per-tensor
untrained verify "$net" --expect --mean 0.4

# ---- -o - --------------------------------------------------------------------

whole() { # WHAT FILE COMMAND...: -o - writes to standard output what -o writes
	local what=$1 file=$2
	shift 2
	status 0 "$what -o -" nas "$@" -o -
	check "  standard output holds the file, and that alone" \
		cmp "$tmp/out" "$file"
}
nas refine "$net" --config "$quick" -q -o "$tmp/refined.json" >/dev/null
whole refine "$tmp/refined.json" refine "$net" --config "$quick"
nas export "$net" --to onnx -q -o "$tmp/e.onnx"
whole "export" "$tmp/e.onnx" export "$net" --to onnx
nas allocate --problem "$problem" -q -o "$tmp/policy.json" >/dev/null
whole allocate "$tmp/policy.json" allocate --problem "$problem"
sweep="--sweep flash_bytes=20k:30k:2"
nas certify "$quick" $sweep -q -o "$tmp/points.csv" >/dev/null
whole "certify --sweep" "$tmp/points.csv" certify "$quick" $sweep
nas certify "$quick" $sweep -q -o "$tmp/points.json" >/dev/null
whole "certify --sweep, JSON" "$tmp/points.json" certify "$quick" $sweep \
	--format json
sweep="--metric msqe --sweep bits=3:5:3"
nas allocate "$tmp/m.onnx" $sweep -q -o "$tmp/curve.csv" >/dev/null
whole "allocate --sweep" "$tmp/curve.csv" allocate "$tmp/m.onnx" $sweep
nas report "$tmp/run" -q -o "$tmp/page.html" >/dev/null
whole report "$tmp/page.html" report "$tmp/run"
status 0 "certify -o -" nas certify "$quick" -o -
check "  is one JSON object" json "$tmp/out" 'j["optimal"]'
for c in "search $quick" "sweep $quick --grid search.seed=1,2" \
	"compare $quick" "pareto $quick --over flash_bytes -n 2" "sensitivity $tmp/m.onnx --metric msqe" \
	"correlate $root/tests/data/mobilenets_accuracy.json" \
	"calibrate $root/tests/data/mobilenetv2_bits_accuracy.json"; do
	# shellcheck disable=SC2086
	status 2 "${c%% *} -o -" nas $c -o -
	says "writes a folder" "  a folder cannot be standard output"
done
for o in write outputs; do
	status 2 "evaluate --$o -" nas evaluate "$tmp/m.onnx" \
		--data "$tmp/x-idx3-ubyte" --$o -
	says "--$o: needs a file" "  standard output holds the accuracies"
done
check "no file is called -" test -z "$(ls -A)"

# ---- export says what it wrote -----------------------------------------------

status 0 "export --format json" nas export "$net" --to csv -o "$tmp/e.csv" \
	--format json
check "  says what was written" json "$tmp/out" \
	'j["format"] == "csv" and j["bytes"] == len(open(j["output"]).read())'
status 2 "export --format json without -o" nas export "$net" --to csv \
	--format json

# ---- spellings ---------------------------------------------------------------

for o in --quantiser --quantizer; do
	status 0 "sensitivity $o" nas sensitivity "$tmp/m.onnx" --metric msqe \
		$o msqe
	cp "$tmp/out" "$tmp/losses$o"
	status 0 "allocate $o" nas allocate "$tmp/m.onnx" --metric msqe $o \
		msqe --budget bits=4
	status 0 "export $o" nas export "$net" --to pytorch $o po2-msqe
	cp "$tmp/out" "$tmp/script$o"
done
check "both mean the same" cmp "$tmp/losses--quantiser" \
	"$tmp/losses--quantizer"
check "  to export as well" cmp "$tmp/script--quantiser" \
	"$tmp/script--quantizer"
status 0 "a beginning of both is enough" nas export "$net" --to pytorch \
	--quanti po2-msqe
finish
