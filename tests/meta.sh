#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/meta.sh - the tests can fail. Each fault is planted in a copy of the
# sources, or in a small test program, and the check that guards against it must
# go red.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
root=$PWD
CC=${CC:-cc}
flags=${CFLAGS_ALL:--std=c11 -I.}
failures=0

said() { # outcome, what
	echo "$1 - $2"
	[ "$1" = ok ] || failures=1
}
trap 'said "not ok" "line $LINENO ends with status $?: $BASH_COMMAND"
	exit 1' ERR

copy=$work/copy
mkdir -p "$copy"
cp -r nas spaces scoring evolve qbr tests "$copy/"
licence='/* SPDX-License-Identifier: GPL-3.0-or-later */\n'
plants=()

# file of its own, text, what is planted
plant() {
	printf '%b' "$2" >"$copy/$1"
	plants+=("$1|$3")
}

lines() { # so many empty ones
	yes '\n' | head -"$1" | tr -d '\n'
}

# Run a script over the copy: it must go red and name every planted file.
goes_red() {
	if tests/"$1" "$copy" >"$work/out" 2>&1; then
		said 'not ok' "$1 is green over planted faults"
	fi
	for p in "${plants[@]}"; do
		if grep -q "^# .*${p%%|*}" "$work/out"; then
			said ok "$1 sees ${p#*|}"
		else
			said 'not ok' "$1 sees ${p#*|}"
		fi
		rm "$copy/${p%%|*}"
	done
	plants=()
}

plant nas/base/planted_up.c '#include "spaces/arch.h"\n' \
	'an include against the direction'
plant evolve/planted_across.c '#include "qbr/qbr.h"\n' \
	'the search including the refinement'
plant nas/base/planted_root.h '#include "err.h"\n' \
	'an include that is not from the root'
plant qbr/planted_glpk.c '#include <glpk.h>\n' 'a second file with glpk.h'
plant spaces/planted_alone.h 'size_t planted(void);\n' \
	'a header that does not compile alone'
plant scoring/planted_print.c \
	'#include <stdio.h>\nvoid f(void) { printf("x"); }\n' \
	'a library file that prints'
goes_red includes.sh

plant qbr/planted_licence.c 'int x;\n' 'a file without a licence'
plant qbr/planted_long.c "$licence$(lines 500)" 'a file of 501 lines'
plant qbr/planted_wide.c "$licence//$(printf '%099d' 0)\n" \
	'a line of 101 columns'
plant qbr/planted_rand.c "${licence}x = rand();\n" 'a banned function'
if ctags --version 2>/dev/null | grep -q 'Universal Ctags'; then
	plant qbr/planted_function.c \
		"${licence}int f(void)\n{\n$(lines 77)\treturn 0;\n}\n" \
		'a function of 81 lines'
	plant qbr/planted_parameters.c \
		"${licence}int f(int a, int b, int c, int d, int e, int f,\n\tint g, int h)\n{\n\treturn 0;\n}\n" \
		'a function of 8 parameters'
else
	echo 'ok - style.sh sees a function of 81 lines # SKIP no ctags'
fi
goes_red style.sh

# Comparisons, built with the flags of the program.
cat >"$work/wrong.c" <<'END'
#include "tests/check.h"
static volatile double nan_now = NAN, one = 1;
static void nan_got(void **s) { (void)s; CHECK_CLOSE(nan_now, one, 1e9); }
static void nan_want(void **s) { (void)s; CHECK_CLOSE(one, nan_now, 1e9); }
static void nan_both(void **s) { (void)s; CHECK_REL(nan_now, nan_now, 1); }
static void nan_tolerance(void **s) { (void)s; CHECK_CLOSE(one, one, nan_now); }
static void inf_got(void **s) { (void)s; CHECK_REL(one / 0, one / 0, 1); }
static void wrong(void **s) { (void)s; CHECK_CLOSE(one, 1.1, 0.05); }
static void right(void **s) { (void)s; CHECK_CLOSE(one, 1.0, 0); }
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nan_got),  cmocka_unit_test(nan_want),
		cmocka_unit_test(nan_both), cmocka_unit_test(nan_tolerance),
		cmocka_unit_test(inf_got),  cmocka_unit_test(wrong),
		cmocka_unit_test(right),
	};
	return CHECK_RUN("wrong", tests);
}
END
# The version is a string in the flags: its quotes are for the shell.
eval "set -- $flags"
# shellcheck disable=SC2086
"$CC" "$@" -w -I"$root" -o "$work/wrong" "$work/wrong.c" "$BUILD/libnas.a" \
	-lcmocka $LIBS

# A test program or script, the last line that tests/run must give (a pattern).
runs_as() {
	BUILD=$BUILD tests/run "$work/$1" >"$work/out" 2>&1
	status=$?
	last=$(tail -1 "$work/out")
	# shellcheck disable=SC2254
	if [[ $last == $2 ]] && [ $status -eq "$3" ]; then
		said ok "tests/run: $1 gives '$2'"
	else
		said 'not ok' "tests/run: $1 gives '$last', status $status"
	fi
}

script() { # name, text
	printf '#!/bin/sh\n%s\n' "$2" >"$work/$1"
	chmod +x "$work/$1"
}

script silent 'exit 0'
script liar 'echo ok - all fine; exit 1'
script crash 'echo ok - one; kill -SEGV $$'
script endless 'echo ok - one; sleep 3600'
script good 'echo ok - one; echo "ok - two # SKIP no reason"'
runs_as wrong '1 passed, 6 failed' 1
runs_as silent '0 passed, 1 failed' 1
runs_as liar '1 passed, 1 failed' 1
runs_as crash '1 passed, 1 failed' 1
# It may not even begin in its second.
TEST_LIMIT_S=1 runs_as endless '[01] passed, 1 failed' 1
runs_as good '1 passed, 0 failed, 1 skipped' 0
runs_as no_such_program '0 passed, 1 failed' 1

# Sanitizers stop a program that leaks, writes past an end or overflows.
sanitized() { # what, statements
	printf '#include <limits.h>\n#include <stdlib.h>\n%s\n%s\n' \
		'static volatile int n = 8, big = INT_MAX; static void *volatile p;' \
		"int main(void) { $2 return 0; }" >"$work/s.c"
	if ! "$CC" -g -fsanitize=address,undefined -fno-sanitize-recover=all \
		-o "$work/s" "$work/s.c" 2>"$work/out"; then
		echo "ok - sanitizers see $1 # SKIP not in this compiler"
	elif "$work/s" >"$work/out" 2>&1; then
		said 'not ok' "sanitizers see $1"
	else
		said ok "sanitizers see $1"
	fi
}
sanitized 'a write past the end' 'char *c = malloc(8); c[n] = 1; free(c);'
sanitized 'an overflow' 'return big + n > 0 && n < 0;'
sanitized 'a leak' 'p = malloc(8); p = NULL;'
exit $failures
