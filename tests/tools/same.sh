#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/tools/same.sh - what is built does not depend on where; what is computed
# does not depend on the compiler.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
unset MAKEFLAGS MFLAGS MAKELEVEL
export CCACHE_DISABLE=1 # what was built elsewhere shows nothing
failed=0

verdict() { # STATUS WHAT
	[ "$1" -eq 0 ] && echo "ok $2" || { echo "not ok $2"; failed=1; }
}

build() { # FOLDER SWITCH...
	mkdir -p "$1" && tar -c --exclude=./build --exclude=./runs \
		--exclude=./.git . | tar -x -C "$1" &&
		make -s -C "$1" -j"$(nproc)" BUILD=build/x "${@:2}" all so >/dev/null
}

# What ten searches write, the clock aside.
answers() { # NAS FOLDER
	local config
	for config in quick imagenet-7.0g imagenet-19.2g imagenet-256kb-1mb \
		imagenet-320kb-1mb imagenet-512kb-2mb vww-64kb-512kb \
		vww-128kb-512kb vww-256kb-1mb widerface-650kb; do
		"$1" search configs/$config.json -q -n 20k --force \
			--set certificate.time_s=1e9 -o "$2/$config" >/dev/null ||
			return 1
		rm -f "$2/$config/meta.json"
	done
}

# Networks that are drawn, and what spaces look like by them.
draws() { # NAS FOLDER
	"$1" sample configs/quick.json -q -n 20 --force -o "$2/sample" \
		>/dev/null &&
		"$1" compare configs/quick.json configs/vww-64kb-512kb.json -q \
			-n 200 --no-search --force --format json \
			>"$2/compare.json"
}

# A network of 8 bits in each format that holds it.
formats() { # NAS FOLDER
	local to
	mkdir -p "$2"
	cat >"$2/network.json" <<-'END'
		{"schema": "nas/architecture/1", "name": "small",
		 "input": {"height": 9, "width": 10, "channels": 3},
		 "blocks": [
		  {"type": "conv", "in": 3, "out": 6, "kernel": 3, "stride": 2,
		   "bits_a": [8], "bits_w": [8]},
		  {"type": "mbconv", "in": 6, "out": 6, "hidden": 14, "kernel": 5,
		   "stride": 2, "depth": 1, "shortcut": "pool", "squeeze": 3,
		   "bits_a": [8, 8, 8], "bits_w": [8, 4, 8]}],
		 "head": {"type": "classifier", "classes": 5, "bits_a": 8,
		          "bits_w": 8}}
	END
	for to in onnx qonnx onnx-qdq pytorch c tflite csv dot json; do
		"$1" export "$2/network.json" --to "$to" -o "$2/small.$to" -q \
			--force >/dev/null || return 1
	done
}

build "$work/one" && build "$work/a longer place/two"
verdict $? 'builds in two places'
for f in nas libnas.a libnas.so.1; do
	cmp "$work/one/build/x/$f" "$work/a longer place/two/build/x/$f"
	verdict $? "$f is the same in both"
done
if command -v clang >/dev/null; then
	build "$work/clang" CC=clang
	verdict $? 'a build by clang'
	answers "$work/one/build/x/nas" "$work/gcc-answers" &&
		answers "$work/clang/build/x/nas" "$work/clang-answers" &&
		diff -rq "$work/gcc-answers" "$work/clang-answers"
	verdict $? 'ten configs: the same files by gcc and by clang'
	mkdir "$work/gcc-draws" "$work/clang-draws" &&
		draws "$work/one/build/x/nas" "$work/gcc-draws" &&
		draws "$work/clang/build/x/nas" "$work/clang-draws" &&
		diff -rq "$work/gcc-draws" "$work/clang-draws"
	verdict $? 'networks that are drawn: the same by gcc and by clang'
	formats "$work/one/build/x/nas" "$work/gcc-formats" &&
		formats "$work/clang/build/x/nas" "$work/clang-formats" &&
		diff -rq "$work/gcc-formats" "$work/clang-formats"
	verdict $? 'formats of a network: the same files by gcc and by clang'
else
	echo 'ok the same files by gcc and by clang # SKIP no clang'
fi
exit $failed
