#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas verify in other people's runtimes: what it gives them, and what it makes of
# what they say. make test-boards and test-interop have real ones; here node is a
# script, which computes by nas evaluate, or does something else.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
python=$(command -v python3)
mkdir "$tmp/bin"
printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/python3"
cat >"$tmp/bin/node" <<FAKE
#!/bin/bash
[ "\$1" = -e ] && exit \${NO_NODE:-0}
case \${NODE:-evaluate} in
fail) echo 'out of luck'; exit 3 ;;
short) printf abc >"\$4"; exit ;;
long) head -c 1000 /dev/zero >"\$4"; exit ;;
none) exit 0 ;;
zeros) head -c "\$SIZE" /dev/zero >"\$4"; exit ;;
esac
export PYTHONPATH="$root/tests/tools" PYTHONDONTWRITEBYTECODE=1
"$python" - "\$3" "\$5" "$tmp" <<'PY'
import struct, sys
from npy import write
with open(sys.argv[1], "rb") as f:
    raw = f.read()
dims = [int(n) for n in sys.argv[2].split(",")]
x = struct.unpack(f"<{len(raw) // 4}f", raw)
each = 1
for n in dims:
    each *= n
write(sys.argv[3] + "/in.npy", "<f4", (len(x) // each, *dims[1:]), x)
PY
"$program" evaluate "\$2" --data "$tmp/in.npy" --outputs "$tmp/out.npy" -q --force \
	>/dev/null || exit 1
"$python" - "\$4" "$tmp" <<'PY'
import struct, sys
from npy import floats
y = list(floats(sys.argv[2] + "/out.npy"))
with open(sys.argv[1], "wb") as f:
    f.write(struct.pack(f"<{len(y)}f", *y))
PY
FAKE
chmod +x "$tmp/bin/python3" "$tmp/bin/node"
PATH=$tmp/bin:$PATH
cat >"$tmp/net.json" <<'JSON'
{"schema": "nas/architecture/1", "name": "net",
 "input": {"height": 9, "width": 12, "channels": 3},
 "blocks": [{"type": "conv", "in": 3, "out": 8, "kernel": 3, "stride": 2,
             "bits_a": [8], "bits_w": [4]}],
 "head": {"type": "classifier", "classes": 5, "bits_a": 8, "bits_w": 8}}
JSON
kws=tests/data/models/mlperf_kws_int8.tflite
judge() { # WHAT CONDITION: of the first result r, or what was left out
	check "$1" "$python" -c "
import json, sys
j = json.load(open(sys.argv[1]))
r = (j['results'] + [None])[0]
left = j['left_out']
assert $2, j" "$tmp/out"
}

for net in "$tmp/net.json" "$kws"; do
	status 0 "$(basename "$net") in its ONNX file" nas verify "$net" \
		-t onnxruntime -n 3 --format json
	judge "  is equal" "r['equal'] and r['levels_off'] == 0 and not left"
done
NODE=zeros SIZE=$((2 * 5 * 4)) status 1 "other outputs" nas verify \
	"$tmp/net.json" -t onnxruntime -n 2 --format json
judge "  are counted" "r['differs'] == '10 of 10 outputs'"
NODE=zeros SIZE=48 status 0 "a trained network in floats" nas verify "$kws" \
	-t onnxruntime -n 1 --format json
judge "  is told, not judged" "not r['equal'] and r['levels_off'] > 0"
NODE=zeros SIZE=12 status 1 "its TFLite file" nas verify "$kws" -t tflite \
	-n 1 --format json
judge "  is judged" "'outputs, by' in r['differs']"
NODE=fail status 1 "a runtime that fails" nas verify "$kws" -t onnxruntime
says 'out of luck' "  is quoted"
NODE=short status 1 "outputs that end early" nas verify "$kws" \
	-t onnxruntime --format json
judge "  are no outputs" "r['differs'] == '3 bytes of outputs, not 192'"
for target in onnxruntime:192 tflite:48; do
	NODE=long status 1 "more outputs than ${target%:*} has" nas verify \
		"$kws" -t "${target%:*}" --format json
	judge "  fail" \
		"r['differs'] == 'outputs.bin: larger than ${target#*:} bytes' and not left"
done
nas verify "$kws" -t onnxruntime -n 1 --keep "$tmp/kept" -q >"$tmp/out"
NODE=none status 1 "a runtime that writes nothing" nas verify "$kws" \
	-t onnxruntime --format json -n 1 --keep "$tmp/kept"
judge "  fails" "r['differs'] == '0 bytes of outputs, not 48' and not left"
NO_NODE=1 status 0 "no runtime" nas verify "$kws" -t onnxruntime -t tflite
check "  has a row that says so" test \
	"$(grep -c 'not here' "$tmp/out")" = 2
says 'onnxruntime is left out: no python3 with onnxruntime' "  and a warning"
NO_NODE=1 nas verify "$kws" -t tflite --format json >"$tmp/out" 2>/dev/null
judge "  and JSON" "left[0]['target'] == 'tflite' and r is None"
status 0 "weights that an interpreter does not have" nas verify "$tmp/net.json" \
	-t tflite
says "has no 4-bit weights" "  are left out by name"
sed 's/"bits_w": \[4\]/"bits_w": [3]/' "$tmp/net.json" >"$tmp/3.json"
status 0 "bits that no TFLite file has" nas verify "$tmp/3.json" -t tflite
says "3-bit weights" "  are left out by name"
check "  in the table" grep -q 'tflite  left out' "$tmp/out"
finish
