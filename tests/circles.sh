#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/circles.sh - no more than two files need each other's symbols.
objects=${1:-${BUILD:-build/release}/obj}
if found=$(python3 tests/circles.py "$objects"); then
	echo 'ok - no circle of more than two files'
else
	echo 'not ok - no circle of more than two files'
	printf '%s\n' "$found" | sed 's/^/# /'
	exit 1
fi
# The check can fail: three files that call each other in a circle.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
for pair in 'a b' 'b c' 'c a'; do
	set -- $pair
	echo "void $2(void); void $1(void); void $1(void) { $2(); }" |
		${CC:-cc} -x c -c -o "$work/$1.o" - || exit 1
done
if python3 tests/circles.py "$work" >/dev/null; then
	echo 'not ok - three files in a circle are seen'
	exit 1
fi
echo 'ok - three files in a circle are seen'
