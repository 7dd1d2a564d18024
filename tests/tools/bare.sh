#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/tools/bare.sh - what README.md says under "Install", on a Debian 12 of
# nothing but its essential packages, in a folder with a space in its name.
# tests/tools/root.sh says where it comes from.
set -u
cd "$(dirname "$0")/../.." || exit 1
name=test-bare
. tests/tools/root.sh

# What the page says, without its comments.
packages=$(sed -n 's/.*`apt-get install \([a-z ]*\)` first.*/\1/p' README.md)
commands=$(sed -n '/^## Install/,/^## Commands/s/^\(make [a-z]*\) .*/\1/p' \
	README.md)
[ -n "$packages" ] && [ "$(printf '%s\n' "$commands" | wc -l)" -eq 2 ] || {
	echo 'test-bare: README.md does not say how to install' >&2
	exit 1
}

make_root
place="/home/some one/nas"
mkdir -p "$root$place"
tar -c --exclude=./build --exclude=./runs --exclude=./.git . |
	tar -x -C "$root$place" --no-same-owner || exit 1
cat >"$root/inside" <<END
set -e
apt-get update -q
apt-get install -y -q --no-install-recommends $packages
cd "$place"
$commands
END

run_inside
