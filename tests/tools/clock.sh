#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# BUILD=DIR tests/tools/clock.sh TEST... - the tests on one core, of a machine
# that is 1,000 times faster, then of one that is 20 times slower: the clocks of
# the program and of the test programs are scaled (tests/tools/hooks.c).
set -u
folder=$(realpath "$BUILD")/tests/tools
[ -e "$folder/hooks.so" ] || { echo "clock.sh: no $folder/hooks.so" >&2; exit 1; }
one=()
if command -v taskset >/dev/null; then
	core=$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')
	one=(taskset -c "$core")
fi
failed=0
for scale in ${SCALES:-0.001 20}; do
	echo "clocks at $scale of their speed, on one core"
	LD_LIBRARY_PATH=$folder LD_PRELOAD=hooks.so NAS_TEST_CLOCK=$scale \
		"${one[@]}" tests/run "$@" || failed=1
done
exit $failed
