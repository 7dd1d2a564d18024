#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Places that cannot be written to, closed streams: exit status 5.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick="search configs/quick.json --no-certify"

for c in "help" "boards" "check configs/quick.json" "$quick -q" "schema config"; do
	"$program" $c >/dev/full 2>"$tmp/err"
	check "nas $c on a full disk: status 5" test $? -eq 5
	says "cannot write standard output" "  and a message"
	"$program" $c >&- 2>"$tmp/err"
	check "nas $c with standard output closed: status 5" test $? -eq 5
done
"$program" boards 2>&- >"$tmp/out"
check "standard error closed is no harm" test $? -eq 0
"$program" boards <&- >"$tmp/out"
check "nor is standard input" test $? -eq 0

(set -o pipefail; "$program" options | head -1 >"$tmp/out") 2>"$tmp/err"
code=$?
check "a reader that leaves early is no crash" test $code -eq 0 -o $code -eq 5

status 5 "output below a file" nas $quick -o /dev/null/run
check "is found out before the search" test ! -s "$tmp/out"
status 5 "output in a place without files" nas $quick -o /proc/nas/run
status 5 "missing config" nas check "$tmp/nothing.json"
says "nothing.json" "names the file"
status 5 "config that is a folder" nas check "$tmp"
mkdir "$tmp/foreign" && echo keep >"$tmp/foreign/notes.txt"
status 5 "folder with something in it" nas $quick -o "$tmp/foreign"
says "--force" "says how to replace a run"
status 5 "--force on a foreign folder" nas $quick -o "$tmp/foreign" --force
check "leaves it alone" grep -q keep "$tmp/foreign/notes.txt"
echo '{}' >"$tmp/foreign/config.json"
status 5 "--force on one with a config.json of its own" \
	nas $quick -o "$tmp/foreign" --force
status 5 "output that is a file" nas $quick -o "$tmp/foreign/notes.txt" --force
check "which stays" grep -q keep "$tmp/foreign/notes.txt"
finish
