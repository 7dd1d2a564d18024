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

# Made-up rows of Accel-NASBench, of (expansion, kernel, blocks, squeeze) of each
# stage; their parameters are summed here.
python3 - "$tmp/accel.csv" <<'PY'
import sys
OUT = 16, 24, 40, 80, 112, 192, 320
ROWS = [[(1, 3, 1, 0)] * 7,
        [(1, 3, 2, 1), (4, 5, 1, 0), (6, 3, 2, 1), (1, 5, 3, 1),
         (6, 5, 1, 0), (4, 3, 2, 1), (6, 3, 1, 0)]]
f = open(sys.argv[1], "w")
print("id,imagenet_top1,params_m", *(
    f"{w}{i}" for i in range(1, 8)
    for w in ("expansion", "kernel", "depth", "se")), sep=",", file=f)
for n, row in enumerate(ROWS):
    params, cin = 27 * 32 + 64 + 320 * 1280 + 2560 + 1280 * 1000 + 1000, 32
    for out, (e, k, depth, se) in zip(OUT, row):
        for _ in range(depth):
            h, q = cin * e, cin // 4
            params += (cin * h + 2 * h) * (e > 1) + h * k * k + 2 * h
            params += h * out + 2 * out + se * (2 * h * q + q + h)
            cin = out
    print(n, 70 + n, params / 1e6, *(x for s in row for x in s), sep=",", file=f)
PY
status 0 'rows of Accel-NASBench' python3 "$tool" "$tmp/accel.csv"
cp "$tmp/out" "$tmp/accel.json"
check '  blocks of expansion 1 have no first convolution' json "$tmp/out" '
	[b["type"] for b in j[0]["blocks"]] == ["conv"] + 7 * ["mbconv1"] + ["conv"]
	and [b["type"] for b in j[1]["blocks"]].count("mbconv1") == 5
	and j[1]["blocks"][3] == dict(j[1]["blocks"][3], type="mbconv", hidden=64,
		kernel=5, stride=2)
	and [b.get("squeeze") for b in j[1]["blocks"][:5]] == [None, 8, 4, None, 6]
	and [n["accuracy"] for n in j] == [70, 71]'
status 0 '  are architectures' nas score "$tmp/accel.json" --format json
check '  of as many parameters' python3 - "$tmp" <<'PY'
import csv, json, sys
got = json.load(open(sys.argv[1] + "/out"))["results"]
for g, w in zip(got, csv.DictReader(open(sys.argv[1] + "/accel.csv")),
                strict=True):
    assert g["params"] == round(1e6 * float(w["params_m"])), (g["name"], w)
PY
sed '3s/,71,[0-9.]*,/,71,5,/' "$tmp/accel.csv" >"$tmp/bad"
status 1 '  refused of other parameters' python3 "$tool" "$tmp/bad"
says "line 3: params_m 5 are not the network's" '    says which'

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
