#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command with an allocation that fails: tests/tools/memory.py. Here in
# growing steps; make test-memory tries every call chain (MEMORY= overrides).
. "$(dirname "$0")/lib.sh"
if [ -n "${SANITIZE-}" ]; then
	echo "ok memory that fails # SKIP sanitizers have an allocator of their own"
elif ! preload fail_alloc.so "$program" version >/dev/null 2>&1; then
	echo "ok memory that fails # SKIP no preloaded allocator on this system"
else
	# shellcheck disable=SC2086
	python3 "$root/tests/tools/memory.py" "$program" \
		"$(dirname "$program")/tests/tools/fail_alloc.so" \
		${MEMORY---few} || failures=1
fi
finish
