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

sources() {
	for folder in $folders; do
		ls "$folder"/*.c "$folder"/*.cc "$folder"/*.h 2>/dev/null
	done
}

# "file included" for every include in quotes
quoted() {
	sources | xargs grep -Ho '^[ 	]*#[ 	]*include[ 	]*"[^"]*"' |
		sed 's/^\([^:]*\):.*"\(.*\)"/\1 \2/'
}

direction() {
	quoted | while read -r file included; do
		case $included in *.pb-c.h) continue ;; esac # made at build
		from=$(dirname "$file") to=$(dirname "$included")
		case " $from ${may[$from]} " in
		*" $to "*) ;;
		*) echo "$file must not include $included" ;;
		esac
	done
}

from_root() { # headers made at build time lie outside the tree
	quoted | while read -r file included; do
		case $included in *.pb-c.h) continue ;; esac
		[ -e "$included" ] || echo "$file: no $included from the root"
	done
}

single() { # libraries behind one file each
	for header in glpk.h cblas.h mpi.h 'pcg_[a-z0-9]*.hpp'; do
		files=$(sources | xargs grep -lE "#[ 	]*include[ 	]*<$header>")
		[ "$(printf '%s' "$files" | grep -c .)" -le 1 ] ||
			echo "<$header> is included in:" $files
	done
}

alone() {
	for folder in $folders; do
		for h in "$folder"/*.h; do
			[ -e "$h" ] || continue
			grep -q 'pb-c.h' "$h" && continue
			"$CC" -std=c11 -I. -fsyntax-only -x c "$h" 2>&1 |
				grep -E 'error|warning: (implicit|.struct)'
		done
	done
}

prints() { # nas_bug and the signal handler are the exceptions
	sources | grep -v '^nas/cli/' | while read -r file; do
		case $file in nas/base/err.[ch] | nas/base/clock.c) continue ;; esac
		# without comments and strings
		"$CC" -fpreprocessed -dD -E -P -x c "$file" 2>/dev/null |
			sed 's/"[^"]*"//g' |
			grep -nwE 'printf|vprintf|puts|putchar|perror|stdout|stderr|exit|_exit|_Exit|abort|quick_exit' |
			sed "s|^|$file: |"
	done
}

report 'a folder includes only those below it' "$(direction)"
report 'includes are written from the root' "$(from_root)"
report 'each big library is included in one file' "$(single)"
report 'every header compiles alone' "$(alone)"
report 'only nas/cli prints or exits' "$(prints)"
exit $failures
