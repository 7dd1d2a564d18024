# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests of the program. A check prints "ok WHAT" or
# "not ok WHAT" with what went wrong; finish ends with the verdict.
#
#	status 2 "unknown command" nas serch
#	says 'did you mean' "nearest command"
#	finish

set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=${NAS:-build/release/nas}
case $program in /*) ;; *) program=$root/$program ;; esac
[ -x "$program" ] || { echo "not ok no program $program"; exit 1; }
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failures=0
unset NO_COLOR

nas() { "$program" "$@"; }

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

json() { # FILE EXPRESSION: a Python expression of the value j
	python3 -c 'import json, math, sys
j = json.load(open(sys.argv[1]))
r = eval("(" + sys.argv[2] + ")")
print(r)
sys.exit(0 if r is not False else 1)' "$1" "$2"
}

finish() {
	[ $failures -eq 0 ]
	exit
}
