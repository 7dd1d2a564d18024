#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Places that cannot be written to, closed streams: exit status 5.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick="search configs/quick.json --no-certify"

for c in "help" "boards" "check configs/quick.json" "$quick -q" "schema config"; do
	code=0
	"$program" $c >/dev/full 2>"$tmp/err" || code=$?
	check "nas $c on a full disk: status 5" test $code -eq 5
	says "cannot write standard output" "  and a message"
	code=0
	"$program" $c >&- 2>"$tmp/err" || code=$?
	check "nas $c with standard output closed: status 5" test $code -eq 5
done
check "standard error closed is no harm" bash -c "'$program' boards 2>&-"
check "nor is standard input" bash -c "'$program' boards <&-"

# One line fits the pipe, a long text does not: the error comes at once or at
# the end.
for c in "options" "boards" "schema config" "help"; do
	"$program" $c 2>"$tmp/err" | true
	codes=("${PIPESTATUS[@]}")
	check "nas $c, whose reader leaves, ends by SIGPIPE or had written all" \
		test "${codes[0]}" -eq 141 -o "${codes[0]}" -eq 0
	check "  and says nothing" test ! -s "$tmp/err"
done
mkfifo "$tmp/fifo"
left_early() { # COMMAND...: into a pipe that nobody reads any more
	exec 3<>"$tmp/fifo" 4>"$tmp/fifo"
	exec 3>&-
	"$@" >&4 2>"$tmp/err"
	code=$?
	exec 4>&-
}
left_early "$program" boards
check "a pipe without a reader: the status of SIGPIPE" test $code -eq 141
check "and no message" test ! -s "$tmp/err"
left_early "$program" schema config
check "the same of a long text" test $code -eq 141
left_early bash -c "trap '' PIPE; exec '$program' boards"
check "a caller that ignores SIGPIPE gets status 5" test $code -eq 5
says "cannot write standard output: Broken pipe" "and a message"
left_early "$program" $quick -o "$tmp/piped"
check "a search does its work all the same" test -s "$tmp/piped/result.json"

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
