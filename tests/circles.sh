#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/circles.sh - no more than two files need each other's symbols, and no
# constant is in vain: a command, metric, quantiser, format, block or form that
# its table forgot.
objects=${1:-${BUILD:-build/release}/obj}
if found=$(python3 tests/circles.py "$objects"); then
	echo 'ok - no circle of more than two files, no row without a table'
else
	echo 'not ok - no circle of more than two files, no row without a table'
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
rm "$work"/*.o
echo 'extern const int row; const int row = 1; int main(void) { return row; }' |
	${CC:-cc} -x c -c -o "$work/row.o" - || exit 1
if python3 tests/circles.py "$work" >/dev/null; then
	echo 'not ok - a row that no table names is seen'
	exit 1
fi
echo 'ok - a row that no table names is seen'
