#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/tools/bare.sh - what README.md says under "Install", on a Debian 12 of
# nothing but its essential packages, in a folder with a space in its name.
#
# The root is made by debootstrap in TMPDIR, from the mirror that this
# machine's apt uses (MIRROR=URL: another), and removed in the end. Where it
# cannot be made, one line says why and nothing is tested; BARE=required makes
# that a failure.
set -u
cd "$(dirname "$0")/../.." || exit 1
suite=bookworm

cannot() { # WHY
	echo "test-bare: not run: $1" >&2
	[ "${BARE:-}" != required ]
	exit
}

[ "$(id -u)" -eq 0 ] || cannot 'needs root'
for tool in debootstrap unshare chroot; do
	command -v $tool >/dev/null || cannot "$tool is not installed"
done
unshare --mount --pid --fork true 2>/dev/null ||
	cannot 'no mounts of our own here'
mirror=${MIRROR:-$(apt-get indextargets \
	--format '$(RELEASE) $(COMPONENT) $(SITE)' 2>/dev/null |
	awk -v suite=$suite '$1 == suite && $2 == "main" { print $3; exit }')}
[ -n "$mirror" ] || cannot "apt here has no source of $suite (MIRROR=URL)"

# What the page says, without its comments.
packages=$(sed -n 's/.*`apt-get install \([a-z ]*\)` first.*/\1/p' README.md)
commands=$(sed -n '/^## Install/,/^## Commands/s/^\(make [a-z]*\) .*/\1/p' \
	README.md)
[ -n "$packages" ] && [ "$(printf '%s\n' "$commands" | wc -l)" -eq 2 ] || {
	echo 'test-bare: README.md does not say how to install' >&2
	exit 1
}

root=$(mktemp -d) || exit 1
trap 'rm -rf --one-file-system "$root" "$root.log"' EXIT
trap 'exit 1' INT TERM
echo "test-bare: $suite from $mirror"
debootstrap --variant=minbase $suite "$root" "$mirror" >"$root.log" 2>&1 || {
	tail -5 "$root.log"
	cannot 'debootstrap failed'
}
# What a power cut would do to this root is no matter.
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe"
place="/home/some one/nas"
mkdir -p "$root$place"
tar -c --exclude=./build --exclude=./runs --exclude=./.git . |
	tar -x -C "$root$place" --no-same-owner || exit 1
cat >"$root/inside" <<END
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends $packages
cd "$place"
$commands
END

# Mounts and processes end with the shell that has them for itself.
# shellcheck disable=SC2016
unshare --mount --pid --fork bash -c '
	mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" || exit 9
	exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		chroot "$1" bash /inside' - "$root"
status=$?
[ $status -ne 9 ] || cannot 'mounts fail'
[ $status -eq 0 ] && echo 'test-bare: passed' || echo 'test-bare: failed'
exit $status
