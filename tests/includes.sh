#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/includes.sh [ROOT] - the layering of the program:
#   a folder includes only the folders below it (table below),
#   includes are written from the repository root,
#   each big library's header is included in one file,
#   every header compiles alone,
#   only nas/cli prints or exits.
cd "${1:-.}" || exit 1
CC=${CC:-cc}
failures=0

# Every folder includes itself and what is listed here.
low="nas/base nas/form nas/data"
spaces="$low spaces spaces/graph spaces/import spaces/export"
scoring="$spaces scoring/forward scoring scoring/sensitivity"
evolve="$scoring evolve/ranks evolve evolve/certify"
declare -A may=(
	[nas/base]=""
	[nas/form]="nas/base"
	[nas/data]="nas/base"
	[spaces]="$low"
	[spaces/graph]="$low spaces"
	[spaces/import]="$low spaces spaces/graph"
	[spaces/export]="$low spaces spaces/graph spaces/import"
	[scoring/forward]="$spaces"
	[scoring]="$spaces scoring/forward"
	[scoring/sensitivity]="$spaces scoring/forward scoring"
	[evolve/ranks]="nas/base"
	[evolve]="$scoring evolve/ranks"
	[evolve/certify]="$scoring evolve"
	[qbr]="$scoring"
	[nas/run]="$evolve qbr"
	[nas/report]="nas/base nas/form spaces nas/run"
	[nas/cli]="$evolve qbr nas/run nas/report"
	[nas]="$evolve qbr nas/run nas/report" # nas.h, which programs include
)
folders=$(printf '%s\n' "${!may[@]}" | sort)

report() { # what, lines of complaint
	if [ -z "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
		failures=1
	fi
}

files=$(for folder in $folders; do
	ls "$folder"/*.c "$folder"/*.cc "$folder"/*.h 2>/dev/null
done)
# "file included" for every include in quotes; *.pb-c.h are made at build
quoted=$(printf '%s\n' "$files" |
	xargs grep -Ho '^[ 	]*#[ 	]*include[ 	]*"[^"]*"' |
	sed 's/^\([^:]*\):.*"\(.*\)"/\1 \2/' | grep -v '\.pb-c\.h$')

sources() { printf '%s\n' "$files"; }

direction() {
	{
		for folder in $folders; do
			echo "$folder -> $folder ${may[$folder]}"
		done
		printf '%s\n' "$quoted"
	} | awk '
		function folder(path) { sub("/[^/]*$", "", path); return path }
		$2 == "->" { for (i = 3; i <= NF; i++) may[$1, $i]; next }
		!((folder($1), folder($2)) in may) {
			print $1 " must not include " $2
		}' || echo 'awk failed'
}

from_root() {
	while read -r file included; do
		[ -e "$included" ] || echo "$file: no $included from the root"
	done <<<"$quoted"
}

single() { # libraries behind one file each
	for header in glpk.h cblas.h mpi.h 'pcg_[a-z0-9]*.hpp'; do
		files=$(sources | xargs grep -lE "#[ 	]*include[ 	]*<$header>")
		[ "$(printf '%s' "$files" | grep -c .)" -le 1 ] ||
			echo "<$header> is included in:" $files
	done
}

alone() { # a header that its own file includes first, the build compiles
	sources | grep '\.h$' | while read -r h; do
		[ -e "${h%.h}.c" ] && [ "$(grep -m1 '#include' "${h%.h}.c")" = \
			"#include \"$h\"" ] && continue
		grep -q 'pb-c.h' "$h" && continue
		"$CC" -std=c11 -I. -fsyntax-only -x c "$h" 2>&1 |
			grep -E 'error|warning: (implicit|.struct)'
	done
}

prints() { # nas_bug and the signal handler are the exceptions
	sources | grep -vE '^nas/(cli/|base/err\.[ch]$|base/clock\.c$)' | xargs awk '
		BEGIN {
			word = "(v?printf|puts|putchar|perror|stdout|stderr|_?exit|" \
				"_Exit|abort|quick_exit)"
			opens = "//|/[*]|\"([^\"\\\\]|\\\\.)*\"|\047([^\047\\\\]|\\\\.)*\047"
		}
		FNR == 1 { inside = 0 }
		{ # without comments and strings
			rest = $0
			code = " "
			while (rest != "") {
				if (inside) {
					end = index(rest, "*/")
					rest = end ? substr(rest, end + 2) : ""
					inside = !end
				} else if (match(rest, opens)) {
					code = code substr(rest, 1, RSTART - 1) " "
					found = substr(rest, RSTART, 2)
					inside = found == "/*"
					rest = substr(rest, RSTART + RLENGTH)
					if (found == "//")
						rest = ""
				} else {
					code = code rest
					rest = ""
				}
			}
			if ((code " ") ~ ("[^A-Za-z0-9_]" word "[^A-Za-z0-9_]"))
				print FILENAME ": " FNR ": " code
		}' || echo 'awk failed'
}

report 'a folder includes only those below it' "$(direction)"
report 'includes are written from the root' "$(from_root)"
report 'each big library is included in one file' "$(single)"
report 'every header compiles alone' "$(alone)"
report 'only nas/cli prints or exits' "$(prints)"
exit $failures
