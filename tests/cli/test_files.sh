#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command that writes, on a disk that fails: tests/tools/files.py. Here
# two; make test-files tries all (FILES= picks cases). And folders as a program
# leaves them that is killed while it writes its first file.
. "$(dirname "$0")/lib.sh"
# shellcheck disable=SC2086
each_failing 'disks that fail' fail_files.so files.py \
	${FILES--k refine -k export-onnx}

left() { # FOLDER FILE...: with these in it
	mkdir "$tmp/$1"
	(cd "$tmp/$1" && touch "${@:2}")
}
quick=$root/configs/quick.json
left run config.json.tmp.12.0
status 0 'a search whose config was not whole' nas search "$quick" -q \
	--max-evals 500 --no-certify -o "$tmp/run"
check '  is as none' test ! -e "$tmp/run/config.json.tmp.12.0"
left front pareto.html.tmp.12.0
status 0 'a front whose page was not whole' nas pareto "$quick" --over \
	flash_bytes -n 2 -q -o "$tmp/front"
check '  is as none' test ! -e "$tmp/front/pareto.html.tmp.12.0"
left spaces compare.html
status 5 'a comparison of a page alone' nas compare "$quick" -n 20 -q \
	--no-search -o "$tmp/spaces"
status 0 '  is replaced by force' nas compare "$quick" -n 20 -q --no-search \
	-o "$tmp/spaces" --force
left other notes.txt
status 5 'another folder' nas compare "$quick" -n 20 -q --no-search \
	-o "$tmp/other" --force
check '  is left unchanged' test ! -e "$tmp/other/compare.html"
finish
