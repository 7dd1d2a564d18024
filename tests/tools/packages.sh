#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/tools/packages.sh - the packages that `make deb` built, in a Debian of
# its essential packages: installed, used as their readers would, removed
# without a trace.
set -u
cd "$(dirname "$0")/../.." || exit 1
name=test-packages
. tests/tools/root.sh
ls build/deb/*.deb >/dev/null 2>&1 || {
	echo 'test-packages: no packages: make deb' >&2
	exit 1
}
make_root
mkdir "$root/packages"
cp build/deb/*.deb "$root/packages" && rm -f "$root"/packages/*dbgsym*
# The program of the page on libraries.
sed -n '/^```c$/,/^```$/p' nas/run/README.md | sed '1d;$d' >"$root/user.c"
cat >"$root/inside" <<'END'
set -ex
apt-get update -q
apt-get install -y -q --no-install-recommends /packages/*.deb python3 gcc \
	pkg-config libc6-dev
cd /root
nas search /usr/share/nas/configs/quick.json -q -n 20k -o run
test -s run/best/001/model.onnx
python3 -c "
import json, nas
r = nas.search('/usr/share/nas/configs/quick.json', {'search.max_evals': 20000})
assert r['best'] == json.load(open('run/result.json'))['best']"
cc /user.c $(pkg-config --cflags --libs nas) -o user
./user /usr/share/nas/configs/quick.json user_run
dpkg -L nas libnas1 libnas-dev python3-nas | sort -u >brought
apt-get purge -y -q nas libnas1 libnas-dev python3-nas
while read -r f; do
	case $f in
	*/nas | */nas/* | *nas.* | *libnas*) test ! -e "$f" ;;
	esac
done <brought
END
run_inside
