#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Command lines: help of every command, nearest names, exit status 2.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

status 0 "nas alone lists the commands" nas
commands=$(sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$tmp/out")
check "there are commands" test "$(echo "$commands" | wc -w)" -ge 10
wide=$(awk 'length > 79' "$tmp/out")
check "the list fits 79 columns" test -z "$wide"

for c in $commands; do
	status 0 "nas $c --help" nas "$c" --help
	prints "usage: nas $c" "  it shows the usage"
	prints "example:" "  it has an example"
	check "  and runs nothing else with -h behind" nas "$c" x y z -h
	cp "$tmp/out" "$tmp/help"
	status 0 "nas help $c" nas help "$c"
	check "  says the same" cmp "$tmp/out" "$tmp/help"
done

status 0 "nas --version" nas --version
prints "built in: OpenMP" "it says what is built in"
prints "flags:" "and the build flags"
status 0 "nas --version as JSON" nas version --format json
check "is JSON" json "$tmp/out" 'j["version"] != ""'

status 2 "unknown command" nas serch
says "unknown command 'serch' (did you mean 'search'?)" "names the nearest"
status 2 "unknown command, none near" nas xyzzy
says "'nas' lists them" "says where to look"
status 2 "help of an unknown command" nas help serch
status 2 "unknown option" nas search --max-eval 3 c --frce
says "did you mean '--force'?" "names the nearest"
status 2 "unknown letter" nas search -Z c
says "unknown option '-Z'" "names it"
status 2 "option without a value" nas search c -o
says "--output needs a value: DIR" "names it"
status 2 "flag with a value" nas search --quiet=1 c
says "--quiet takes no value" "names it"
status 2 "too few arguments" nas search
says "'nas search' needs CONFIG" "says what is missing"
status 2 "too many arguments" nas check a b
says "unexpected argument 'b'" "names it"
status 2 "bad format" nas check c --format xml
status 2 "bad number of threads" nas check c -j 0
status 2 "threads that are no number" nas check c -j 2x
status 2 "fraction of a thread" nas check c -j 1.5
status 2 "bad seed" nas check c --seed -1
status 2 "empty output" nas check c -o ''
status 2 "bad samples" nas check configs/quick.json --samples 0
status 2 "refine without a config" nas refine x.json
status 2 "--set without a value" nas check configs/quick.json --set search
status 2 "--set through a number" nas check configs/quick.json \
	--set search.population.x=3
status 4 "--set of an unknown key" nas check configs/quick.json \
	--set serch.population=3
says "did you mean 'search'?" "names the nearest"
status 4 "--set of a budget without its unit" nas check configs/quick.json \
	--set budgets.sram=320kB
says "did you mean 'sram_bytes'?" "names the key that begins so"
status 4 "--set of a bad value" nas check configs/quick.json \
	--set search.population=many
says "--set: /search/population: must be an integer" "says where and what"
status 2 "unknown schema" nas schema nas/confg/1
says "did you mean 'nas/config/1'?" "names the nearest"
status 2 "bad sweep" nas certify configs/quick.json --sweep flash=1:2
status 2 "sweep of an unknown budget" nas certify configs/quick.json \
	--sweep flash_byte=1000:2000:2
says "did you mean 'flash_bytes'?" "names the nearest"
check "-- ends the options" bash -c \
	"'$program' check -q -- configs/quick.json"

# Help and messages take the names of a table's rows from the table.
for option in "sensitivity metric" "sensitivity quantiser --metric msqe" \
	"export memory --to csv" "export quantiser --to csv" "score memory" \
	"score inputs"; do
	read -r command name more <<<"$option"
	status 2 "$command --$name" nas "$command" \
		"$root/configs/quick.json" "--$name" zzzzzzz $more
	names=$(sed -n 's/.*must be one of //p' "$tmp/err")
	check "  names all values" test -n "$names"
	nas "$command" --help | tr -s ' \n' ' ' >"$tmp/help"
	check "  and so does its help" grep -qF \
		": $names " "$tmp/help"
done
finish
