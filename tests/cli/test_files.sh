#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command that writes, on a disk that fails: tests/tools/files.py. Here
# one search; make test-files tries all commands (FILES= picks cases).
. "$(dirname "$0")/lib.sh"
if [ -n "${SANITIZE-}" ]; then
	echo "ok disks that fail # SKIP a preloaded library and the sanitizers"
elif ! preload fail_files.so "$program" version >/dev/null 2>&1; then
	echo "ok disks that fail # SKIP no library can be preloaded here"
else
	# shellcheck disable=SC2086
	python3 "$root/tests/tools/files.py" "$program" \
		"$(dirname "$program")/tests/tools/fail_files.so" \
		${FILES--k refine -k export-csv} || failures=1
fi
finish
