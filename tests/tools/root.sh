#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sourced by tests that need a Debian 12 of nothing but its essential packages:
#
#	name=test-bare
#	. tests/tools/root.sh
#	make_root                 $root is a folder with one in it
#	cat >"$root/inside" ...   what is done there
#	run_inside                does it, says how it ended, and exits
#
# The root is made by debootstrap in TMPDIR, from the mirror that this
# machine's apt uses (MIRROR=URL: another), and removed in the end. Where it
# cannot be made, one line says why and nothing is tested; BARE=required makes
# that a failure.
suite=bookworm

cannot() { # WHY
	echo "$name: not run: $1" >&2
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

make_root() {
	root=$(mktemp -d) || exit 1
	trap 'rm -rf --one-file-system "$root" "$root.log"' EXIT
	trap 'exit 1' INT TERM
	echo "$name: $suite from $mirror"
	debootstrap --variant=minbase $suite "$root" "$mirror" >"$root.log" 2>&1 || {
		tail -5 "$root.log"
		cannot 'debootstrap failed'
	}
	# What a power cut would do to this root is no matter.
	echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe"
}

# Mounts and processes end with the shell that has them for itself.
run_inside() {
	# shellcheck disable=SC2016
	unshare --mount --pid --fork bash -c '
		mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" || exit 9
		exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			DEBIAN_FRONTEND=noninteractive \
			chroot "$1" bash /inside' - "$root"
	status=$?
	[ $status -ne 9 ] || cannot 'mounts fail'
	[ $status -eq 0 ] && echo "$name: passed" || echo "$name: failed"
	exit $status
}
