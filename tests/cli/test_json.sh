#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --format json of every command: one JSON object that says of which kind it
# is; files in JSON say so too. Tables name the score.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick=configs/quick.json
net=$tmp/run/best/001/architecture.json
x=$tmp/x-idx3-ubyte m=$tmp/m.onnx
tests/tools/small_net.py "$tmp" 24 20 2 12
nas export "$tmp/arch.json" --to onnx -o "$m" -q
problem=tests/data/hawq_resnet18_ilp.json
few="-n 2k --no-certify -q"

tested=
kind() { # SCHEMA COMMAND...: what it prints as JSON is of that kind
	local schema=$1
	shift
	tested="$tested $1"
	status 0 "$*" nas "$@" --format json
	check "  is one object: $schema" json "$tmp/out" \
		"list(j)[0] == 'schema' and j['schema'] == '$schema'"
	check "  as its schema says" valid "$tmp/out"
}
kind nas/result/1 search $quick $few -o "$tmp/run"
kind nas/sweep-jobs/1 sweep $quick --grid search.seed=1,2 --dry-run
check "  lists the jobs" json "$tmp/out" \
	'[k["set"] for k in j["jobs"]] == [{"search.seed": "1"}, {"search.seed": "2"}]'
kind nas/sweep-jobs/1 sweep $quick --files --grid search.seed=1,2 \
	--set search.max_evals=1k --set certify=false -q -o "$tmp/sweep"
check "  says how they ended, and where they are" json "$tmp/out" \
	'[(k["job"], k["status"]) for k in j["jobs"]] == [(1, "ok"), (2, "ok")]
	 and j["jobs"][1]["directory"].endswith("/sweep/0002")'
kind nas/sweep-table/1 sweep --merge "$tmp/sweep" -q
kind nas/sweep-status/1 sweep --status "$tmp/sweep" -q
status 4 "a sweep with a job that fails" nas sweep $quick -q --format json \
	--grid search.islands=0,1 --set search.max_evals=1k \
	--set certify=false -o "$tmp/bad"
check "  prints its object all the same" json "$tmp/out" \
	'[k["status"] for k in j["jobs"]] == ["failed", "ok"]'
kind nas/check/1 check $quick -n 100
kind nas/check/1 check $quick --contains "$net" tests/data/mobilenets.json
kind nas/scores/1 score "$net"
kind nas/scores/1 score "$net" --monte-carlo 2 --zen 2
kind nas/scores/1 score tests/data/mobilenets.json
kind nas/sample/1 sample $quick -n 3
kind nas/certify/1 certify $quick
kind nas/certify/1 certify $quick --arch "$net"
kind nas/certify/1 certify $quick --set score.name=rqe-r
sed 's/"kernel": 5/"kernel": 7/' "$net" >"$tmp/outside.json"
kind nas/certify/1 certify $quick --arch "$tmp/outside.json"
kind nas/certify-sweep/1 certify $quick --sweep flash_bytes=20k:30k:2
kind nas/pareto/1 pareto $quick --over flash_bytes,sram_bytes -n 3 -q
kind nas/refine/1 refine "$net" --config $quick
kind nas/export/1 export "$net" --to dot -o "$tmp/net.dot" -q
kind nas/report/1 report "$tmp/run" -q
kind nas/comparison/1 compare $quick -n 100 --no-search -q
kind nas/calibration/1 calibrate tests/data/mobilenetv2_bits_accuracy.json
kind nas/correlation/1 correlate tests/data/mobilenets_accuracy.json \
	--bootstrap 10
kind nas/reproduction/1 reproduce qe-score/calibration
kind nas/reproduction/1 reproduce --list
kind nas/sigma/1 sigma
kind nas/sensitivity/1 sensitivity "$m" --metric msqe
kind nas/sensitivity/1 sensitivity "$m" --metric orm --data "$x"
kind nas/policies/1 allocate --problem $problem
kind nas/policy/1 allocate "$m" --metric msqe --budget bits=4
kind nas/policy-sweep/1 allocate "$m" --metric msqe --sweep bits=3:5:3
kind nas/evaluation/1 evaluate "$m" --data "$x"
kind nas/evaluation/1 evaluate "$m" --data "$x" --bits-w 4 --bits-a 8
kind nas/fit/1 fit tests/data/mobilenets_accuracy.json --bootstrap 10
kind nas/latency/1 latency fit tests/data/latency_stm32h747.json
kind nas/latency/1 latency show stm32h747-cubeai
quick_cc
kind nas/verify/1 verify "$net" --target host --images 1
tested="$tested bench" # test_bench.sh does, since it takes long
kind nas/boards/1 boards
kind nas/options/1 options
kind nas/schemas/1 schema
kind nas/help/1 help
check "  lists all commands" test "$(json "$tmp/out" \
	'" ".join(c["name"] for c in j["commands"])')" = "$(nas |
	sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | tr '\n' ' ' |
	sed 's/ $//')"
cp "$tmp/out" "$tmp/help"
kind nas/help/1 help score
check "  of one command, its options" json "$tmp/out" \
	'len(j["commands"]) == 1 and "memory" in
	 [o["name"] for o in j["commands"][0]["options"]]'
kind nas/version/1 version
for c in $(json "$tmp/help" '" ".join(c["name"] for c in j["commands"]
	if any(o["name"] == "format" for o in c["options"]))'); do
	check "$c was looked at" bash -c "[[ '$tested ' = *' $c '* ]]"
done

schemas=$(nas schema | cut -d' ' -f1)
check "each kind has a schema that a validator takes" python3 - "$program" \
	$schemas <<'PY'
import json, subprocess, sys
def look(s):
    if isinstance(s, dict):
        assert s.get("type") != "object" or s.get("properties") is not None \
            or "additionalProperties" in s, (name, s)
        for v in s.values():
            look(v)
    for v in s if isinstance(s, list) else []:
        look(v)
assert len(sys.argv) > 40
for name in sys.argv[2:]:
    text = subprocess.run([sys.argv[1], "schema", name], check=True,
                          stdout=subprocess.PIPE).stdout
    s = json.loads(text)
    assert s["title"] == name, (name, s["title"])
    assert text.count(b"/draft/2020-12/schema") == 1, name  # of the whole alone
    look(s)
PY
check "no output without a schema, in all sources" python3 - $schemas <<'PY'
import pathlib, re, sys
said = {m for d in ("nas", "qbr") for f in pathlib.Path(d).rglob("*.c")
        for m in re.findall(r'(?:json_object|ROW_SCHEMA)\(\s*"(nas/[a-z-]*/1)"\)', f.read_text())}
assert len(said) > 15, said
assert said <= set(sys.argv[1:]), said - set(sys.argv[1:])
PY

# Of a sweep that keeps no folders: a line is one object.
nas sweep $quick -q --grid search.islands=0,1 --set search.max_evals=1k \
	--set certify=false -o "$tmp/lines" >"$tmp/out" 2>&1 || :
n=0
while IFS= read -r line; do
	n=$((n + 1))
	printf '%s\n' "$line" >"$tmp/line.json"
	check "line $n of jobs.jsonl says of which kind it is" json \
		"$tmp/line.json" "list(j)[0] == 'schema' and
		 j['schema'] == 'nas/sweep-line/1'"
	check "  as its schema says" valid "$tmp/line.json"
done <"$tmp/lines/jobs.jsonl"
check "there is one that failed, and one that did not" test $n = 2 -a \
	"$(sed 's/.*"status": *"\([a-z]*\)".*/\1/' "$tmp/lines/jobs.jsonl" |
	sort | xargs)" = "failed ok"

nas search $quick -q --max-evals 3000 -o "$tmp/logged" >"$tmp/out"
check "a line of log.jsonl is as its schema says" python3 - "$program" \
	"$tmp/logged/log.jsonl" <<'PY'
import json, sys
sys.path.insert(0, "tests/tools")
import validate
s = validate.schema(sys.argv[1], "log-line")
lines = [json.loads(line) for line in open(sys.argv[2])]
assert {x["event"] for x in lines} >= {"start", "better", "searched", "refined",
                                      "end"}, lines
for x in lines:
    assert not list(validate.errors(s, x)), (x, list(validate.errors(s, x)))
assert list(validate.errors(s, {"event": "started"}))
assert list(validate.errors(s, {"event": "end", "when": 3}))
PY

for f in "$tmp"/run/*.json "$tmp"/run/best/001/*.json "$tmp"/sweep/*.json; do
	check "${f#"$tmp"/} says of which kind it is" json "$f" \
		'list(j)[0] in ("schema", "$schema") and
		 j[list(j)[0]].startswith("nas/")'
	check "  as its schema says" valid "$f"
done

# ---- tables ------------------------------------------------------------------

named() { # TITLE COMMAND...: the score is named in what is printed for people
	local title=$1
	shift
	status 0 "$*" nas "$@"
	prints "$title" "  names the score: $title"
}
named 'QE-Score' search $quick $few
named 'R-QE' search $quick $few --set score.name=rqe
named 'DeepMAD' search $quick $few --set score.name=deepmad
named 'QE-Score' certify $quick
named 'R-QE' certify $quick --set score.name=rqe
named 'QE-Score' certify $quick --sweep flash_bytes=20k:30k:2
named 'QE-Score' pareto $quick --over flash_bytes -n 3 -q
named 'QE-Score' refine "$net" --config $quick
named 'QE-Score' compare $quick -n 100 --no-search -q
named 'R-QE' check $quick -n 100 --set score.name=rqe
finish
