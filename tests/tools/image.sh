#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/tools/image.sh - .ci/Dockerfile on the packages that `make deb` built,
# by buildah, and a search in the image. What is FROM debian:12 is a Debian by
# tests/tools/root.sh, so nothing is asked of a registry. Then what .ci/nas.def
# says, by hand in the same Debian: it has no Apptainer.
set -u
cd "$(dirname "$0")/../.." || exit 1
name=test-image
. tests/tools/root.sh
command -v buildah >/dev/null || cannot 'buildah is not installed'
ls build/deb/*.deb >/dev/null 2>&1 || {
	echo 'test-image: no packages: make deb' >&2
	exit 1
}
make_root
store=$(mktemp -d) || exit 1
trap 'rm -rf --one-file-system "$root" "$root.log" "$store"' EXIT
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs
buildah() {
	command buildah --root "$store/root" --runroot "$store/run" "$@"
}
printf '{"default": [{"type": "insecureAcceptAnything"}]}' >"$store/policy"

{
	base=$(buildah from scratch) &&
		buildah add -q "$base" "$root" / >/dev/null &&
		buildah commit -q --signature-policy "$store/policy" "$base" \
			debian:12 >/dev/null
} || cannot 'buildah makes no image here'
search='search /usr/share/nas/configs/quick.json -q -n 20k -o run'
buildah bud -q --pull-never --signature-policy "$store/policy" -t nas \
	-f .ci/Dockerfile build/deb &&
	made=$(buildah from --pull-never --signature-policy "$store/policy" \
		nas) &&
	[ "$(buildah inspect --format '{{.OCIv1.Config.Entrypoint}}' nas)" = \
		'[nas]' ] &&
	buildah run "$made" -- nas $search &&
	buildah run "$made" -- test -s run/best/001/model.onnx &&
	buildah run "$made" -- python3 -c 'import nas' || {
	echo "$name: failed: .ci/Dockerfile"
	exit 1
}

section() { # NAME
	sed -n "/^%$1/,/^%/p" .ci/nas.def | sed '/^%/d'
}
setup=$(section setup)
[ -n "$setup" ] && (cd build/deb && APPTAINER_ROOTFS=$root sh -ec "$setup") ||
	exit 1
section runscript >"$root/runscript"
{
	echo 'set -ex'
	section post
	echo "cd /root; sh /runscript $search; test -s run/best/001/model.onnx"
} >"$root/inside"
run_inside
