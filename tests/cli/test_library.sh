#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The program of nas/run/README.md, built from what make install installs: the
# same folder as nas search writes.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
dest="$tmp/a package"

status 0 "make install" env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -o all \
	BUILD="${BUILD:-build/release}" DESTDIR="$dest" PREFIX=/usr install
include="$dest/usr/include/nas"
check "headers: those that a user of the library needs" test \
	"$(find "$include" -name '*.h' | wc -l)" -le 21
check "no header of what is inside" test ! -e "$include/evolve/island.h"
check "README.md includes what is there" test -e \
	"$include/$(sed -n 's/^Library: `#include <\([^>]*\)>.*/\1/p' README.md)"

# libraries as nas.pc lists them, this folder first
sed -n '/^```c$/,/^```$/p' nas/run/README.md | sed '1d;$d' >"$tmp/example.c"
check "the program is short" test "$(wc -l <"$tmp/example.c")" -le 30
libs=$(sed -n 's/^Libs: -L${libdir}//p' "$dest/usr/lib/pkgconfig/nas.pc")
cd "$tmp" || exit 1
# shellcheck disable=SC2086
status 0 "it builds, without a warning" ${CC:-cc} -std=c11 -Wall -Wextra -Werror \
	${SANITIZE:+-fsanitize=$SANITIZE} -I"$include" example.c \
	-L"$dest/usr/lib" $libs -o example
cd "$root" || exit 1

small=(search.max_evals=20000 search.islands=2)
python3 - "$tmp/small.json" "${small[@]}" <<'PY'
import json, sys
config = json.load(open("configs/quick.json"))
for change in sys.argv[2:]:
    key, value = change.split("=")
    config["search"][key.split(".")[1]] = int(value)
json.dump(config, open(sys.argv[1], "w"))
PY
export LD_LIBRARY_PATH=$dest/usr/lib
status 0 "it runs" "$tmp/example" "$tmp/small.json" "$tmp/library"
check "it says what was found" grep -Eq '^[0-9.]+ of at most [0-9.]+$' "$tmp/out"
status 0 "nas search" nas search "$tmp/small.json" -q -o "$tmp/program"
rm -f "$tmp/library/meta.json" "$tmp/program/meta.json"
check "both folders are the same" diff -r "$tmp/library" "$tmp/program"
status 4 "a config that is none" "$tmp/example" "$tmp/example.c" "$tmp/none"
check "and nothing else is said" grep -q '^nas: .*example.c:1' "$tmp/err"
status 5 "a folder that is there" "$tmp/example" "$tmp/small.json" "$tmp/library"
finish
