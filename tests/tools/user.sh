#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# BUILD=DIR tests/tools/user.sh - make test as another user, in another place:
# a copy of this tree in a folder with spaces in its name that belongs to
# nobody, who also has such a home and such temporary files, keeps all that he
# makes to himself, and speaks German where this system knows how. Without root
# the user is yourself.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

place="$work/some one"
mkdir -p "$place/home of his" "$place/temporary files" "$place/the sources" \
	"$work/locale" || exit 1
# Times stay, so that nothing is built again.
tar -c --exclude=./.git --exclude=./runs . |
	tar -x -C "$place/the sources" --no-same-owner || exit 1
language=C.UTF-8
if localedef -i de_DE -f UTF-8 "$work/locale/de_DE.UTF-8" >/dev/null 2>&1; then
	language=de_DE.UTF-8
	export LOCPATH=$work/locale
elif locale -a 2>/dev/null | grep -qi '^de_DE.utf-*8'; then
	language=de_DE.UTF-8
fi
other=()
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	other=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	chmod 755 "$work"
	chown -R 65534:65534 "$place"
fi
cd "$place/the sources" || exit 1
echo "make test in '$PWD' by user $("${other[@]}" id -u), $language"
umask 077
unset MAKEFLAGS MFLAGS MAKELEVEL
HOME="$place/home of his" TMPDIR="$place/temporary files" LC_ALL=$language \
	LANG=$language "${other[@]}" make -s BUILD="$BUILD" "$@" test
