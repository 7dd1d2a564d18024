#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command with an allocation that fails: tests/tools/memory.py. Here in
# growing steps; make test-memory tries every call chain (MEMORY= overrides).
. "$(dirname "$0")/lib.sh"
library=$tmp/fail_alloc.so
if [ -n "${SANITIZE-}" ]; then
	echo "ok memory that fails # SKIP sanitizers have an allocator of their own"
elif ! ${CC:-cc} -O2 -shared -fPIC -o "$library" \
	"$root/tests/tools/fail_alloc.c" -ldl 2>"$tmp/err" ||
	! LD_PRELOAD=$library "$program" version >/dev/null 2>&1; then
	echo "ok memory that fails # SKIP no preloaded allocator on this system"
else
	# shellcheck disable=SC2086
	python3 "$root/tests/tools/memory.py" "$program" "$library" \
		${MEMORY---few} || failures=1
fi
finish
