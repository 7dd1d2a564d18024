#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# BUILD=DIR tests/tools/clock.sh TEST... - the tests on one core, of a machine
# that is 1,000 times faster, then of one that is 20 times slower: the clocks of
# the program and of the test programs are scaled (tests/tools/hooks.c).
#
# A test that read no clock at the first speed would do the same at the second,
# where it is left out. Where there are more cores, each has its part of the
# tests.
set -u
folder=$(realpath "$BUILD")/tests/tools
[ -e "$folder/hooks.so" ] || { echo "clock.sh: no $folder/hooks.so" >&2; exit 1; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'kill $(jobs -p) 2>/dev/null; wait; exit 1' INT TERM

cores=()
if command -v taskset >/dev/null; then
	for core in $(taskset -cp $$ | sed 's/.*: //; s/,/ /g'); do
		cores+=($(seq "${core%-*}" "${core#*-}"))
	done
fi
[ ${#cores[@]} -gt 0 ] || cores=('')

at() { # SPEED CORE TEST...
	local speed=$1 one=()
	[ -z "$2" ] || one=(taskset -c "$2")
	echo "clocks at $speed of their speed${2:+, on core $2}"
	shift 2
	LD_LIBRARY_PATH=$folder LD_PRELOAD=hooks.so NAS_TEST_CLOCK=$speed \
		TEST_JOBS=1 "${one[@]}" tests/run "$@" &
	trap 'kill $! 2>/dev/null' TERM
	wait $!
}

both() { # PART TEST...: at both speeds
	local core=${cores[$1]} read=$work/$1.read test all=0 readers=()
	shift
	mkdir "$read"
	CLOCK_READ=$read at 0.001 "$core" "$@" || all=1
	for test in "$@"; do
		name=${test#"$BUILD"/}
		[ ! -e "$read/${name//\//:}" ] || readers+=("$test")
	done
	echo "${#readers[@]} of these $# read a clock"
	[ ${#readers[@]} -eq 0 ] || at 20 "$core" "${readers[@]}" || all=1
	return $all
}

failed=0 parts=()
for ((i = 0; i < ${#cores[@]}; i++)); do
	mine=()
	for ((k = i + 1; k <= $#; k += ${#cores[@]})); do
		mine+=("${!k}")
	done
	[ ${#mine[@]} -gt 0 ] || continue
	both $i "${mine[@]}" >"$work/$i.said" 2>&1 &
	parts+=($!)
done
for i in "${!parts[@]}"; do
	wait "${parts[$i]}" || failed=1
	cat "$work/$i.said"
done
exit $failed
