#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/tools/same.sh - what is built does not depend on where; what is computed
# does not depend on the compiler, nor on the processor.
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

# gcc for arm64, its libraries (.ci/deps arm64), and an emulator.
arm64_is_there() {
	command -v qemu-aarch64-static >/dev/null &&
		command -v aarch64-linux-gnu-g++ >/dev/null &&
		echo 'int main(void) { return 0; }' | aarch64-linux-gnu-gcc \
			-x c - -o "$work/probe" -lcjson -lglpk -lprotobuf-c \
			-lturbojpeg -lpng -lz 2>/dev/null
}

# Everything that is compared, by one build.
compared() { # NAS FOLDER
	mkdir "$2" && answers "$1" "$2" && draws "$1" "$2" &&
		formats "$1" "$2/formats"
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
compared "$work/one/build/x/nas" "$work/gcc"
verdict $? 'ten searches, draws, and a network in every format'
if command -v clang >/dev/null; then
	build "$work/clang" CC=clang
	verdict $? 'a build by clang'
	compared "$work/clang/build/x/nas" "$work/clang-files" &&
		diff -rq "$work/gcc" "$work/clang-files"
	verdict $? 'the same files by gcc and by clang'
else
	echo 'ok the same files by gcc and by clang # SKIP no clang'
fi
if arm64_is_there; then
	build "$work/arm64" CC=aarch64-linux-gnu-gcc CXX=aarch64-linux-gnu-g++ \
		AR=aarch64-linux-gnu-ar MPICC=
	verdict $? 'a build for arm64'
	cat >"$work/emulated" <<-END
		#!/bin/sh
		exec qemu-aarch64-static "$work/arm64/build/x/nas" "\$@"
	END
	chmod +x "$work/emulated"
	compared "$work/emulated" "$work/arm64-files" &&
		diff -rq "$work/gcc" "$work/arm64-files"
	verdict $? 'the same files on x86-64 and on arm64'
else
	echo 'ok the same files on arm64 # SKIP no .ci/deps arm64'
fi
exit $failed
