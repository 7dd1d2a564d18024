#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Rows of tables: each says what it is, and a page names it. tests/README.md
# says what a new row needs.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

rows() { # COMMAND WORD: "name help" of each choice of that option
	nas help "$1" | sed -n "/^$2:\$/,/^\$/p" | grep '^  [^ ]'
}

pages() { # WHAT PAGE PATTERN...: what is read has help, and its row on a page
	local name help what=$1 page=$2 n=0
	: >"$tmp/forgotten"
	while read -r name help; do
		n=$((n + 1))
		[ -n "$help" ] || echo "$name: no help" >>"$tmp/forgotten"
		grep -q "^| .*\`$name\`" "$page" ||
			echo "$name: not in $page" >>"$tmp/forgotten"
	done
	check "there are names of $what" test $n -gt 0
	check "  each has its help, and its row in $page" \
		diff /dev/null "$tmp/forgotten"
}
pages formats spaces/README.md < <(rows export FORMAT)
pages metrics qbr/README.md < <(rows sensitivity METRIC)
pages boards configs/README.md < <(nas boards --format json | python3 -c '
import json, sys
for b in json.load(sys.stdin)["boards"]:
    print(b["name"], b["title"])')
nas options --format json >"$tmp/keys" # tests/cli/test_configs.sh: their page
check "each key of a config has its help" json "$tmp/keys" \
	'all(o["help"] for o in j["options"])'
nas help --format json >"$tmp/help"
check "each command has its help and an example" json "$tmp/help" \
	'all(c["help"] and c["examples"] and all(c["examples"])
	 for c in j["commands"])'
check "  and each of its options" json "$tmp/help" \
	'all(o["help"] for c in j["commands"] for o in c["options"])'

# What is defined and in no table would be built, and never called.
listed() { # WHAT TABLE FILES DEFINITION: NAME of each is in a row X(... NAME ...)
	local name n=0
	: >"$tmp/forgotten"
	# shellcheck disable=SC2086
	for name in $(grep -hoE "$4" $3 | sed -E "s/$4/\1/"); do
		n=$((n + 1))
		grep -qE "X\(([A-Z0-9]+, )?$name[,)]" "$2" ||
			echo "$name is not in $2" >>"$tmp/forgotten"
	done
	check "$1 are found in the sources" test $n -gt 2
	check "  all of them are rows of $2" diff /dev/null "$tmp/forgotten"
}
listed commands nas/cli/commands.c 'nas/cli/cmd_*.c' \
	'^const struct command cmd_([a-z0-9_]+) = .*'
listed metrics scoring/sensitivity/metrics.h 'scoring/sensitivity/metric_*.c' \
	'^const struct sensitivity_metric metric_([a-z0-9_]+) = .*'
listed formats spaces/export/export_formats.h 'spaces/export/format_*.c' \
	'^enum nas_status export_([a-z0-9_]+)\(struct nas_text \*out,$'
listed blocks spaces/block.h 'spaces/block_*.c' \
	'^void block_([a-z0-9]+)_convs\(.*'
finish
