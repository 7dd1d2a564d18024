#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The examples that --help shows: each is run, in the order of the list, in a
# folder that has configs and tests of the sources, and a trained network and
# images as a user would bring them.
. "$(dirname "$0")/lib.sh"
mkdir -p "$tmp/bin" "$tmp/work" "$tmp/home/.local/share/bash-completion/completions"
export HOME=$tmp/home
cd "$tmp/work" || exit 1
ln -s "$root/configs" "$root/tests" .
cat >"$tmp/bin/nas" <<NAS
#!/bin/bash
case \$1 in
bench) exit 0 ;; # test_bench.sh does, since it takes long
verify) # the other boards: make test-boards
	case " \$* " in
	*' -t cortex-m4 -o counts.csv '*) exit 0 ;; # its networks neither
	*' kws.tflite --policy '*) exit 0 ;; # needs a policy of that network
	esac
	set -- "\$@" --target host ;;
esac
exec "$program" "\$@"
NAS
chmod +x "$tmp/bin/nas"
PATH=$tmp/bin:$PATH
quick_cc

tests/tools/small_net.py "$tmp" 24 20 2 2
status 0 'a network to run' "$program" export "$tmp/arch.json" --to onnx \
	-o trained.onnx
python3 - <<'PY'
import os, struct, zlib

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + \
        struct.pack(">I", zlib.crc32(kind + data))

for c in range(7):
    os.makedirs(f"images/{c}")
    for k in range(3):
        rows = b"".join(bytes([0] + [(x * (c + 1) + y * k) % 256
                                     for x in range(60)]) for y in range(24))
        open(f"images/{c}/{k}.png", "wb").write(
            b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", 20, 24, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
PY

for c in $("$program" | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
	"$program" "$c" --help | sed '1,/^example:/d' >"$tmp/examples"
	check "nas $c has an example" test -s "$tmp/examples"
	while read -r line; do
		check "  of its own: $line" bash -c \
			"[[ '$line' =~ ^nas\ (--)?$c ]]"
		status 0 "  $line" bash -c "$line"
	done <"$tmp/examples"
done
finish
