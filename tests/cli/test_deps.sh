#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# .ci/deps where it cannot install: make ends there, with its message last.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

# A system with little on it.
mkdir "$tmp/bin"
for tool in sh bash awk gawk mawk grep env make nproc mkdir dirname cat tail sed; do
	! command -v $tool >/dev/null ||
		ln -s "$(command -v $tool)" "$tmp/bin/$tool"
done
stub() { # NAME TEXT
	printf '#!/bin/sh\n%s\n' "$2" >"$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}
on_it() { # COMMAND...
	env -i PATH="$tmp/bin" "$@"
}
ends_with() { # TEXT WHAT: the last line of standard error that is not make's
	grep -v '^make' "$tmp/err" | tail -1 >"$tmp/last"
	check "$2" grep -q -- "$1" "$tmp/last"
}
compiler() { # NAME: not one that looks for another in PATH
	type -ap "$1" | while read -r path; do
		[ "$(basename "$(realpath "$path")")" = ccache ] || echo "$path"
	done | head -n 1
}
ours="CC=$(compiler cc) CXX=$(compiler c++)"

status 1 'no apt, no compiler' on_it .ci/deps
ends_with '^deps: missing; please install what your system calls: gcc g++.*python3$' \
	'  all that is missing is named, last'
# shellcheck disable=SC2086
status 1 'no apt, all but two commands' on_it env $ours .ci/deps
ends_with 'protobuf-c-compiler.*python3$' '  they are named'
stub protoc-c 'exit 0'
# shellcheck disable=SC2086
status 0 'what only tests need is not needed to build' on_it env $ours \
	.ci/deps build

stub dpkg-query '[ "$4" = python3 ] || echo installed'
stub apt-get 'exit 1'
stub id 'echo 1000'
status 1 'apt, without root' on_it .ci/deps
ends_with '^deps: missing; please run, as root, apt-get install: python3$' \
	'  what to type is said, last'
status 2 'make test' on_it make -f Makefile test MPICC=
ends_with 'apt-get install: python3$' '  ends there'
check '  before the compiler' test ! -s "$tmp/out"
stub sudo 'echo sudo: a password is required >&2; exit 1'
status 1 'sudo that does not let us' on_it .ci/deps
ends_with 'apt-get install: python3$' '  the same'
stub id 'echo 0'
status 1 'root without a network' on_it .ci/deps
ends_with 'apt-get install: python3$' '  the same'
ln -s "$(command -v python3)" "$tmp/bin/python3"
status 0 'there, but not as a package' on_it .ci/deps
finish
