#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/tools/measured.py: tables that others have published, in our own form.
. "$(dirname "$0")/lib.sh"
tool=$root/tests/tools/measured.py data=$root/tests/data

for table in mobilenets mobilenetv2_bits; do
	status 0 "$table" python3 "$tool" "$data/${table}_accuracy.csv"
	check '  is what nas reads' cmp "$tmp/out" "$data/${table}_accuracy.json"
done

# Parameters as PyTorch and Keras count the trainable ones, MACs as the papers
# print them; V3-small lacks the squeeze-and-excitation of its first block.
cat >"$tmp/known.csv" <<'CSV'
Model,alpha,input_size,top1,params,slack,mega_macs
mobilenet_v1,1.0,224,1,4231976,0,569
MobileNetV1,0.25,224,2,470072,0,41
mobilenet v2,1.0,224,3,3504872,0,300
V2,1.4,224,4,6060000,100000,582
v2,0.35,224,5,1660000,50000,59
MobileNetV3-Large,1.0,224,6,5483032,0,217
v3_large,0.75,224,7,4000000,50000,155
V3 small,1.0,224,8,2542576,0,56
mobilenet_v3_small,0.75,224,9,2040000,60000,44
CSV
sed -i 's/^Model/model/' "$tmp/known.csv"
status 0 'known MobileNets, by any of their names' python3 "$tool" \
	"$tmp/known.csv"
cp "$tmp/out" "$tmp/known.json"
status 0 '  are architectures' nas score "$tmp/known.json" --format json
check '  of the published size and work' python3 - "$tmp" <<'PY'
import csv, json, sys
got = json.load(open(sys.argv[1] + "/out"))["results"]
want = list(csv.DictReader(open(sys.argv[1] + "/known.csv")))
assert len(got) == len(want) == 9
for g, w in zip(got, want):
    assert abs(g["params"] - int(w["params"])) <= int(w["slack"]), (g["name"], w)
    macs = 1e6 * float(w["mega_macs"])
    assert abs(g["macs"] - macs) <= 0.035 * macs, (g["name"], w)
PY

printf '\xef\xbb\xbfresolution,model,alpha,top1,top12\n96,v1,0.25,41,42\n' \
	>"$tmp/seeds.csv"
status 0 'two training seeds' python3 "$tool" "$tmp/seeds.csv"
check '  both are there' json "$tmp/out" 'j[0]["accuracies"] == [41, 42]'
printf 'bits_a,bits_w,loss,top1\n4,3,1,60\n8,8,2,70\n' >"$tmp/bits.csv"
status 1 'which accuracy?' python3 "$tool" "$tmp/bits.csv"
says '--accuracy COLUMN' '  says how to tell'
status 0 '  this one' python3 "$tool" "$tmp/bits.csv" --accuracy top1
check '  with its bits' json "$tmp/out" 'j[0]["accuracy"] == 60 and
	j[0]["blocks"][2]["bits_a"] == [4, 4, 4] and
	j[0]["blocks"][2]["bits_w"] == [3, 3, 3]'

refuses() { # TEXT MESSAGE
	printf "$1" >"$tmp/bad"
	status 1 "refuses a table: $2" python3 "$tool" "$tmp/bad"
	says "$2" '  says why'
}
refuses 'model,width,accuracy\nv2,1,70\n' "no column 'resolution'"
refuses 'model,width,resolution\nv2,1,224\n' "no column 'accuracy'"
refuses 'model,width,resolution,top1\nv5,1,224,70\n' "line 2: unknown model 'v5'"
refuses 'model,width,resolution,top1\nv2,99,224,70\n' 'width 99'
refuses 'model,width,resolution,top1\nv2,1,224,x\n' "top1 'x' is no number"
refuses 'model,width,resolution,top1\nv2,1,224,nan\n' "'nan' is no number"

# Key 00000000: conv 3x3 3->32, 1x1 to 64, 128, 256, 1280, linear of 10 classes.
member() { # MORE_PARAMS MORE_MACS
	python3 - "$1" "$2" >"$tmp/macro.json" <<'PY'
import json, sys
weights = 27 * 32 + 32 * 64 + 64 * 128 + 128 * 256 + 256 * 1280
params = weights + 2 * (32 + 64 + 128 + 256 + 1280) + 12810 + int(sys.argv[1])
macs = (27 * 32 * 1024 + 32 * 64 * 256 + 64 * 128 * 64
        + (128 * 256 + 256 * 1280) * 16 + 12800 + int(sys.argv[2]))
print(json.dumps({"00000000": {"test_acc": [80, 81], "mean_acc": 80.5,
                               "std": 0.5, "params": params, "flops": macs}}))
PY
}
member 0 0
status 0 'a member of NAS-Bench-Macro' python3 "$tool" "$tmp/macro.json"
check '  its network' json "$tmp/out" 'j[0]["head"]["classes"] == 10 and
	len(j[0]["blocks"]) == 5 and j[0]["accuracy"] == 80.5 and
	j[0]["accuracies"] == [80, 81]'
member 2562 2560
status 0 '  two classes more' python3 "$tool" "$tmp/macro.json"
check '  that params asks for' json "$tmp/out" 'j[0]["head"]["classes"] == 12'
for more in '2562 0' '1 0'; do
	member $more
	status 1 "  costs that are not the network's" python3 "$tool" \
		"$tmp/macro.json"
	says "are not the network's" '    says so'
done
refuses '{"0000000": {"mean_acc": 1}}' 'is no network'
status 1 'no file' python3 "$tool" "$tmp/none.csv"
finish
