#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/tools/findings.sh LIST FILE... - what a compiler or linter wrote into
# FILEs, without the warnings that LIST explains.
#
# LIST has a line "CHECK:FILE" for each check that is wrong about a file, below
# a line "// reason". A warning is "FILE:LINE:COLUMN: warning: TEXT [CHECK]". Shows
# others once each, and which lines of LIST nothing needs any more. Status 0
# where there are no others.
set -u
export LC_ALL=C
cat "${@:2}" | awk -v list="$1" -v here="$PWD/" '
BEGIN {
	while ((getline line < list) > 0)
		if (line != "" && line !~ /^\/\//)
			explained[line] = 1
}
/: (warning|error|fatal error): / {
	file = $0
	sub(/:.*/, "", file)
	sub(/^\.\//, "", file)
	if (index(file, here) == 1)
		file = substr(file, length(here) + 1)
	check = $0
	sub(/.*\[(-W)?/, "", check)
	sub(/[],=].*/, "", check)
	if (/: warning: / && (check ":" file) in explained)
		used[check ":" file] = 1
	else if (!said[$0]++) {
		print
		bad++
	}
	n++
}
END {
	for (e in explained)
		if (!(e in used))
			print "# " list ": not found any more: " e
	printf "%d findings, %d of them not explained in %s\n", n, bad, list
	exit bad > 0
}'
