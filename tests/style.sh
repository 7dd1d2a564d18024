#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/style.sh [ROOT] - what a reader meets: no function over 80 lines or of
# over 7 parameters, no source file over 500, a licence line first, nothing that C code should not
# call.
cd "${1:-.}" || exit 1
failures=0
files=$(find nas spaces scoring evolve qbr tests -name '*.[ch]' -o -name '*.cc')

report() { # what, lines of complaint
	if [ -z "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
		failures=1
	fi
}

lengths() { # "lines function file" of every function
	ctags -x --languages=C --kinds-C=f \
		--_xformat='%{line} %{end} %N %F' $files |
		awk '{ print $2 - $1 + 1, $3, $4 }'
}

# As BLAS has them, and kernels that are copied into users' products.
many_parameters() { # "count function file" of every function of over 7
	ctags -x --languages=C --kinds-C=f --_xformat='%N|%F|%S' \
		$(printf '%s\n' $files | grep -vE \
		'^(tests/|spaces/export/kernels/|scoring/forward/gemm\.c)') |
		awk -F'|' '{
			n = depth = 0
			for (i = 1; i <= length($3); i++) {
				c = substr($3, i, 1)
				depth += (c == "(") - (c == ")")
				n += c == "," && depth == 1
			}
			n += $3 !~ /, *\.\.\.\)$/
			if (n > 7)
				print n, $1, $2
		}'
}

long_files() {
	wc -l $files | awk '$2 ~ /\.(c|cc)$/ && $1 > 500 { print $2 ": " $1 }'
}

long_lines() { # a tab counts to the next multiple of 8
	awk '{
		n = 0
		rest = $0
		while ((at = index(rest, "\t")) > 0) {
			n = (int((n + at - 1) / 8) + 1) * 8
			rest = substr(rest, at + 1)
		}
		n += length(rest)
	}
	n > 100 { print FILENAME ":" FNR ": " n " columns" }' $files ||
		echo 'awk failed'
}

# What is copied into users' products is theirs.
licence() {
	awk 'FNR == 1 {
		mine = FILENAME ~ "^(spaces/export/kernels/.*[.][ch]$|nas/run/boards/)"
		l = "SPDX-License-Identifier: " (mine ? "0BSD" : "GPL-3.0-or-later")
		if (index($0, l) == 0)
			print FILENAME
	}' $files || echo 'awk failed'
}

banned() {
	grep -nwE '(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|rand|srand|setlocale|system|popen|gmtime|localtime|asctime|ctime|tmpnam|mktemp|assert|longjmp) *\(' \
		$(printf '%s\n' $files | grep -v '^tests/') /dev/null |
		grep -vE '^[^:]*:[0-9]+:[ 	]*(/?\*|//)' |
		grep -v '^nas/base/lp_glpk\.c:.*longjmp(\*here.leave'
		# GLPK's only way out of an error without ending the process
}

memory_says_so() { # each message of NAS_ENOMEM begins with the same words
	grep -nA2 'NAS_ENOMEM,' $(printf '%s\n' $files | grep '\.c$' |
		grep -v '^tests/') | tr -d '\n' | sed 's/--/\n/g' |
		grep 'NAS_ENOMEM,[^"]*"' |
		grep -v 'NAS_ENOMEM,[^"]*"\(%s\|out of memory\)' |
		sed 's/NAS_ENOMEM.*/NAS_ENOMEM/'
}

speaks() { # nas/cli prints through nas/cli/print.h
	grep -nwE 'printf|puts|putchar|stdout' nas/cli/*.c |
		grep -vE '^nas/cli/(help|help_man|help_completion|print|streams)\.c:'
}

hints() { # the nearest of what there is: nas_hint says it
	grep -nE 'did you mean|nas_nearest\(' $(printf '%s\n' $files |
		grep -vE '^(tests/|nas/base/err\.[ch]$)') /dev/null
}

if ctags --version 2>/dev/null | grep -q 'Universal Ctags'; then
	all=$(lengths)
	report 'no function is over 80 lines' \
		"$(printf '%s\n' "$all" | awk '$1 > 80')"
	report 'no function has over 7 parameters' "$(many_parameters)"
	printf '%s\n' "$all" | sort -n | awk '{ n[NR] = $1; over += $1 > 40 }
		END { printf "# %d functions, median %d lines, %d over 40\n",
			NR, n[int((NR + 1) / 2)], over }'
else
	echo 'ok - no function is over 80 lines # SKIP no universal-ctags'
fi
report 'no source file is over 500 lines' "$(long_files)"
report 'no line is over 100 columns' "$(long_lines)"
report 'every file begins with its licence' "$(licence)"
report 'no banned function is called' "$(banned)"
report "what fails for memory says 'out of memory'" "$(memory_says_so)"
report 'the program prints through nas/cli/print.h' "$(speaks)"
report "'did you mean' is put together once" "$(hints)"
exit $failures
