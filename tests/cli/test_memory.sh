#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command with an allocation that fails: tests/tools/memory.py. Here in
# growing steps; make test-memory tries every call chain (MEMORY= overrides).
. "$(dirname "$0")/lib.sh"
# shellcheck disable=SC2086
each_failing 'memory that fails' fail_alloc.so memory.py ${MEMORY---few}
finish
