# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests of the program. A check prints "ok WHAT" or
# "not ok WHAT" with what went wrong; finish ends with the verdict.
#
#	nas search CONFIG -o "$tmp/run"   preparation: the test ends when it fails
#	status 2 "unknown command" nas serch
#	says 'did you mean' "nearest command"
#	finish

set -u
unset CDPATH NO_COLOR
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=${NAS:-build/release/nas}
case $program in /*) ;; *) program=$root/$program ;; esac
stop() { # WHY: no check after this one would say anything
	echo "not ok $1" >&"$verdicts"
	exit 1
}
exec {verdicts}>&1
[ -x "$program" ] || stop "no program $program"
command -v python3 >/dev/null || stop 'python3 is not installed: .ci/deps'
tmp=$(mktemp -d) || stop 'no temporary folder'
trap 'rm -rf "$tmp"' EXIT
# Checks succeed whatever they find; other commands prepare what is checked.
trap 'stop "line $LINENO ends with status $?: $BASH_COMMAND"' ERR
failures=0
# For a certificate whose answer is checked: no machine is too slow.
unhurried="--set certificate.time_s=1e9"

nas() { "$program" "$@"; }

# nas verify compiles with -O1 -g, nearly all of its time: the same is computed
# without. (make test-boards leaves its flags alone.) The linker gold takes a
# third of the other one's time.
quick_cc() {
	local gold=
	command -v ld.gold >/dev/null && gold=-fuse-ld=gold
	mkdir "$tmp/quick_cc"
	# The PATH of before: a compiler cache looks for the next cc in it.
	printf '#!/bin/sh\nPATH="%s" exec "%s" "$@" -O0 -g0 %s\n' "$PATH" \
		"$(command -v cc)" "$gold" >"$tmp/quick_cc/cc"
	chmod +x "$tmp/quick_cc/cc"
	PATH=$tmp/quick_cc:$PATH
}

preload() ( # LIBRARY COMMAND...: with a library of tests/tools
	folder=$(dirname "$program")/tests/tools
	[ -e "$folder/$1" ] || stop "no $folder/$1: make test-build"
	# The name of a folder in LD_PRELOAD could not hold a space.
	export LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
	export LD_PRELOAD=$1${LD_PRELOAD:+:$LD_PRELOAD}
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0
	shift
	"$@"
)

each_failing() { # WHAT LIBRARY SCRIPT OPTIONS...: of tests/tools, both
	if [ -n "${SANITIZE-}" ]; then
		echo "ok $1 # SKIP the sanitizers have such functions themselves"
	elif ! preload "$2" "$program" version >/dev/null 2>&1; then
		echo "ok $1 # SKIP no library can be preloaded here"
	else
		python3 "$root/tests/tools/$3" "$program" \
			"$(dirname "$program")/tests/tools/$2" "${@:4}" ||
			failures=1
	fi
}

by_count() ( # EVENT:N ACTION COMMAND...: tests/tools/hooks.c says which
	export NAS_TEST_AT=$1 NAS_TEST_DO=$2
	shift 2
	preload hooks.so "$@"
)

ok() { echo "ok $1"; }

bad() { # WHAT [WHY]
	echo "not ok $1"
	[ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/# /'
	failures=$((failures + 1))
}

check() { # WHAT COMMAND...: the command succeeds
	local what=$1
	shift
	if "$@" >"$tmp/check" 2>&1; then
		ok "$what"
	else
		bad "$what" "$* failed: $(tail -5 "$tmp/check")"
	fi
}

status() { # WANT WHAT COMMAND...: exit status; output in $tmp/out, $tmp/err
	local want=$1 what=$2 got
	shift 2
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	if [ $got -eq "$want" ]; then
		ok "$what: status $want"
	else
		bad "$what: status $want" "got $got from: $*
$(tail -5 "$tmp/err")"
	fi
}

says() { # TEXT WHAT: on standard error of the last command
	if grep -qF -- "$1" "$tmp/err"; then
		ok "$2"
	else
		bad "$2" "no '$1' in: $(cat "$tmp/err")"
	fi
}

prints() { # TEXT WHAT: on its standard output
	if grep -qF -- "$1" "$tmp/out"; then
		ok "$2"
	else
		bad "$2" "no '$1' in: $(head -50 "$tmp/out")"
	fi
}

# tests/tools/answers.py, which is started once: a Python for each check would
# take longer than most programs that are checked.
answerer=
ask() { # REQUEST FILE FIELD
	local line file=$2
	if [ -z "$answerer" ]; then
		rm -f "$tmp/.ask" "$tmp/.answer"
		mkfifo "$tmp/.ask" "$tmp/.answer"
		# Its input ends with this shell.
		python3 -S "$root/tests/tools/answers.py" "$program" \
			<"$tmp/.ask" >"$tmp/.answer" {verdicts}>&- &
		exec {questions}>"$tmp/.ask" {answers}<"$tmp/.answer"
		answerer=yes
	fi
	[[ $file == /* ]] || file=$PWD/$file
	printf '%s\0%s\0%s\0' "$1" "$file" "$3" >&"$questions"
	while IFS= read -r line <&"$answers"; do
		[[ $line != $'\1'* ]] || return "${line:1}"
		printf '%s\n' "$line"
	done
	return 1
}

json() { # FILE EXPRESSION: a Python expression of the value j
	ask json "$1" "$2"
}

valid() { # FILE: it is what its schema says
	ask valid "$1" ''
}

# Small networks that tests/tools/MAKER.py writes, and what they must give by
# their definition.
as_defined() { # MAKER SUFFIX
	local name names
	names=$(python3 "$root/tests/tools/$1.py" "$tmp") || stop "$1.py fails"
	for name in $names; do
		status 0 "$name" nas evaluate "$tmp/$name.$2" \
			--data "$tmp/${name}_x.npy" --outputs "$tmp/$name.npy"
		check '  gives what its definition says' python3 \
			"$root/tests/tools/npy.py" same "$tmp/$name.npy" \
			"$tmp/$name.txt"
	done
}

finish() {
	[ $failures -eq 0 ]
	exit
}
