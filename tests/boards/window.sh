#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/boards/window.sh - on every emulated board that is installed, a network
# that touches memory outside its own is told: a byte behind the arena, where the
# memory ends with it or a few bytes later, far behind, below the stack. The compiler is
# wrapped: what it compiles gets the access.
cd "$(dirname "$0")/../.." || exit 1
nas=$(realpath "${NAS:-build/release/nas}")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
export PLANT
for compiler in arm-none-eabi-gcc riscv64-unknown-elf-gcc; do
	real=$(command -v $compiler) || continue
	cat >"$work/$compiler" <<WRAPPED
#!/bin/sh
for a; do case \$a in
*_test.c | */board.c) ;;
*.c) sed -i "/_run(void)\$/{n;s/^{\$/{ volatile uint8_t *p = arena; \$PLANT;/}" "\$a" ;;
esac; done
PATH="$PATH" exec "$real" "\$@"
WRAPPED
	chmod +x "$work/$compiler"
done

try() { # STATUS PLANT NETWORK BOARD
	PLANT=$2
	PATH=$work:$PATH "$nas" verify "$3" -t "$4" -n 1 >"$work/out" 2>&1
	local got=$?
	if [ $got -eq 1 ] && ! grep -q 'accesses 0x' "$work/out"; then
		got=other
	fi
	[ $got = "$1" ] && return
	echo "$4: '$2' in $3 gave $got, not $1"
	cat "$work/out"
	failed=1
}

python3 tests/tools/wide_sums.py "$work" >/dev/null
kws=tests/data/models/mlperf_kws_int8.tflite
ends=$work/dense.onnx # 5,006 bytes: two are left to the end of its memory
for board in cortex-m4 cortex-m7 cortex-m3 rv32imc; do
	case $board in rv*) need="$work/riscv64-unknown-elf-gcc" ;;
	*) need="$work/arm-none-eabi-gcc" ;; esac
	[ -e "$need" ] || continue
	"$nas" verify "$kws" "$ends" -t $board -n 1 >"$work/out" 2>&1 || {
		cat "$work/out"
		failed=1
	}
	for net in "$kws" "$ends"; do
		try 1 'p[sizeof(arena)] = 1' "$net" $board
		try 1 'p[sizeof(arena) + 60000] = 1' "$net" $board
		try 1 '(void)p[-30000]' "$net" $board
	done
	try 1 '(void)p[sizeof(arena)]' "$kws" $board
done
exit $failed
