#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command with an allocation that fails: tests/tools/memory.py. Here the
# first of each place in the code; make test-memory tries every one (MEMORY= has
# options of its own).
. "$(dirname "$0")/lib.sh"
# shellcheck disable=SC2086
each_failing 'memory that fails' fail_alloc.so memory.py ${MEMORY---places}
finish
