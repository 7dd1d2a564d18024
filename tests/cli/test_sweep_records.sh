#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas sweep with a line a job: programs that share a folder, lines cut short,
# grids that grow, jobs by their number.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick=configs/quick.json
few="-q --set search.max_evals=2000 --set certify=false"
grid="--grid search.seed=1,2,3 --grid search.islands=2,4"

status 0 "a shard" nas sweep $quick $few $grid -o "$tmp/s" --shard 2/4
check "  is three files" test "$(cd "$tmp/s" && echo *)" = \
	"jobs.jsonl jobs.lock sweep.json"
check "  with a line for each of its jobs" python3 - "$tmp/s" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1] + "/jobs.jsonl")]
assert [r["job"] for r in lines] == [2, 6]
for r in lines:
    assert r["status"] == "ok" and r["meta"]["seconds"] > 0
    assert r["set"]["search.seed"] == str(r["config"]["search"]["seed"])
    assert len(r["result"]["best"]) == 1
PY
status 0 "its status" nas sweep --status "$tmp/s" --format json
check "  counts and says what is next" json "$tmp/out" \
	'(j["jobs"], j["ok"], j["missing"]) == (6, 2, 4)
	 and j["next"] == [1, 3, 4, 5] and j["seconds_left"] > 0'
cp "$tmp/s/jobs.jsonl" "$tmp/before"
status 0 "the rest, by three programs" bash -c "for k in 1 2 3; do
	'$program' sweep $quick $few $grid -o '$tmp/s' >/dev/null & done; wait"
check "  each job once" python3 - "$tmp" <<'PY'
import json, sys
text = open(sys.argv[1] + "/s/jobs.jsonl").read()
assert text.startswith(open(sys.argv[1] + "/before").read())
assert sorted(json.loads(l)["job"] for l in text.splitlines()) == [1, 2, 3, 4, 5, 6]
PY
status 0 "merged" nas sweep --merge "$tmp/s" -q
prints "0006" "  a row a job"
nas sweep $quick --files $few $grid -o "$tmp/f" >/dev/null
nas sweep --merge "$tmp/f" -q >/dev/null
check "  the same tables as with files" bash -c \
	"cmp '$tmp/s/table.csv' '$tmp/f/table.csv' &&
	 cmp '$tmp/s/table.json' '$tmp/f/table.json'"

# A program that was killed while it wrote.
python3 - "$tmp/s/jobs.jsonl" <<'PY'
import sys
lines = open(sys.argv[1]).read().splitlines(True)
open(sys.argv[1], "w").write("".join(lines[:4]) + lines[4][:100])
PY
nas sweep --status "$tmp/s" --format json >"$tmp/out"
check "half a line is no job" json "$tmp/out" \
	'(j["ok"], j["missing"]) == (4, 2)'
status 0 "  its job is run again" nas sweep $quick $few $grid -o "$tmp/s"
nas sweep --status "$tmp/s" --format json >"$tmp/out"
check "  behind it" json "$tmp/out" \
	'(j["ok"], j["missing"], j["lines_of_no_job"]) == (6, 0, 1)'
nas sweep --merge "$tmp/s" -q >/dev/null
check "  the table is the same" cmp "$tmp/s/table.csv" "$tmp/f/table.csv"

# Programs that add other values at one instant, on a file system that is late.
nas sweep $quick $few --grid search.seed=1 -o "$tmp/both" >/dev/null
status 0 "grown by four programs at once" preload slow_files.so \
	env NAS_TEST_SLOW_MS=100 bash -c "for k in 2 3 4 5; do
	'$program' sweep $quick $few --grid search.seed=\$k -o '$tmp/both' \
		>/dev/null & done; wait"
check "  all values are there" json "$tmp/both/sweep.json" \
	'sorted(j["grid"][0]["values"]) == list("12345") and j["jobs"] == 5'
status 0 "a grid with more values" nas sweep $quick $few -o "$tmp/s" \
	--grid search.seed=4 --grid search.islands=2,4
nas sweep --merge "$tmp/s" -q >/dev/null
check "  comes behind the jobs there were" python3 - "$tmp" <<'PY'
import csv, sys
d = sys.argv[1]
old = list(csv.DictReader(open(d + "/f/table.csv")))
new = list(csv.DictReader(open(d + "/s/table.csv")))
assert new[:6] == old and len(new) == 8
assert [(r["job"], r["search.seed"], r["search.islands"]) for r in new[6:]] == \
    [("0007", "4", "2"), ("0008", "4", "4")]
assert all(r["status"] == "ok" for r in new)
PY
status 0 "  and once more, of both axes" nas sweep $quick $few -o "$tmp/s" \
	--grid search.seed=5 --grid search.islands=1 --dry-run
status 4 "another config in the same folder" nas sweep $quick $few $grid \
	-o "$tmp/s" --set search.population=50
says "the results of another config" "  says so"
status 5 "other axes" nas sweep $quick $few --grid search.seed=1,2 -o "$tmp/s"

# The page: jobs by what differs but the seed, equal designs once.
check "the page groups jobs and folds designs" python3 - "$tmp/s" <<'PY'
import csv, json, re, sys
d = sys.argv[1]
page = open(d + "/report.html").read()
wide = page[page.index('class="wide"'):page.index('class="narrow"')]
assert re.findall(r"search.islands (\d)<", wide) == ["2", "4"], wide[:2000]
assert wide.count("4 jobs, median ") == 2
jobs = [json.loads(l) for l in open(d + "/jobs.jsonl") if l.endswith("}\n") and
        l.startswith('{"schema"') and '"result"' in l]
designs = {(r["job"], r["design"]) for r in jobs}
table = page[page.index("<h2>Designs"):]
assert table.count("<tr>") - 1 == len({x for _, x in designs})
best = max(float(r["score"]) for r in csv.DictReader(open(d + "/table.csv")))
assert f"scores {best:.4f}" in page
PY
mkdir "$tmp/many"
python3 - "$tmp" <<'PY'
import json, sys
d = sys.argv[1]
lines = [l for l in open(d + "/s/jobs.jsonl") if l.endswith("}\n")]
grid = {"search.seed": range(1, 31), "search.islands": range(1, 101)}
json.dump({"schema": "nas/sweep/1", "config": "x", "jobs": 3000, "grid": [
    {"path": k, "values": [str(x) for x in v]} for k, v in grid.items()]},
    open(d + "/many/sweep.json", "w"))
with open(d + "/many/jobs.jsonl", "w") as f:
    for j in range(3000):
        r = json.loads(lines[j % 4])
        r["job"] = j + 1
        r["set"] = {"search.seed": str(j // 100 + 1),
                    "search.islands": str(j % 100 + 1)}
        r["design"] = f"{j}"
        f.write(json.dumps(r) + "\n")
PY
nas sweep --merge "$tmp/many" -q >"$tmp/out"
prints "and 2,900 more; table.csv has all of them" "  of thousands a hundred"
check "  are printed" test "$(grep -c '^[0-9]' "$tmp/out")" -eq 100
check "  and stays small with thousands" python3 - "$tmp/many" <<'PY'
import os, sys
assert os.path.getsize(sys.argv[1] + "/report.html") < 200e3
assert "The first 60 of 100 groups" in open(sys.argv[1] + "/report.html").read()
PY

nas search $quick $few --seed 2 --set search.islands=4 -o "$tmp/one" >/dev/null
status 0 "a job's network is exported" nas export "$tmp/s/0004" --to csv \
	-o "$tmp/4.csv" -q
nas export "$tmp/one/best/001/architecture.json" --to csv -o "$tmp/one.csv" -q
check "  as the run's" cmp "$tmp/4.csv" "$tmp/one.csv"
status 0 "a job is reported" nas report "$tmp/s/0004" -q --no-plots
check "  its files are those of the run" diff -r -x meta.json -x report.html \
	"$tmp/one" "$tmp/s/0004"
status 5 "a job that is not there" nas export "$tmp/s/0099" --to csv
says "has 8 jobs" "  says how many there are"

status 4 "a job that cannot run" nas sweep $quick $few \
	--grid search.islands=0,2 -o "$tmp/bad"
nas sweep --status "$tmp/bad" --format json >"$tmp/out"
check "  is counted, and the other is done" json "$tmp/out" \
	'(j["failed"], j["ok"], j["failures"]) == (1, 1, [1])'
status 0 "  merged" nas sweep --merge "$tmp/bad"
says "1 failed; the same nas sweep runs them again" "  it is said to have failed"
says "1 of 2 jobs have a result" "  and to have no result"
check "  on the page as well, and not to have found no network" bash -c \
	"grep -q '0 ended without one, 1 failed, 0 have no result' '$tmp/bad/report.html' &&
	grep -q '>failed<' '$tmp/bad/report.html' &&
	! grep -q 'no network inside the budgets<' '$tmp/bad/report.html'"
status 4 "what no job could run" nas sweep $quick --set search.islnds=2 \
	--grid search.seed=1..50 -o "$tmp/worse"
check "  is said once" test "$(grep -c islnds "$tmp/err")" -eq 1
check "  and leaves nothing" test ! -e "$tmp/worse"
status 4 "a grid of a key that there is not" nas sweep $quick \
	--grid search.sed=1..50 -o "$tmp/worse"
says "search/sed: unknown key 'sed' (did you mean 'seed'?)" "  says so"
check "  and leaves nothing" test ! -e "$tmp/worse"
status 0 "what the grid makes whole" nas sweep $quick $few \
	--set budgets.latency_ms=9 --grid budgets.latency_model=zcu102,vck190 \
	-o "$tmp/models"
status 5 "what one value of the grid makes whole" nas sweep $quick $few \
	--set budgets.latency_ms=9 --grid budgets.latency_model=none,vck190 \
	-o "$tmp/half"
check "  is run" grep -q "^0002 .*vck190 .*ok" "$tmp/out"
status 0 "a hundred and one jobs" nas sweep $quick -q --set search.max_evals=50 \
	--set certify=false --grid search.seed=1..101 -o "$tmp/hundred"
prints "and 1 more; nas sweep --status counts all of them" "  are not all shown"
status 0 "jobs without an answer" nas sweep $quick $few \
	--grid budgets.flash_bytes=100,200 -o "$tmp/none"
nas sweep --status "$tmp/none" --format json >"$tmp/out"
check "  are answers" json "$tmp/out" 'j["infeasible"] == 2'
status 0 "--keep" nas sweep $quick $few --grid search.seed=1 --keep 3 \
	-o "$tmp/k"
check "  holds as many networks" python3 -c \
	'import json, sys; r = json.loads(open(sys.argv[1]).readline())
assert len(r["result"]["best"]) == 3' "$tmp/k/jobs.jsonl"
status 5 "--status of no sweep" nas sweep --status "$tmp"

# A job that is stopped leaves a checkpoint, and goes on from it.
long="-q --set search.max_evals=200k --set search.stall_evals=0 --set certify=false"
status 75 "a job is stopped while it searches" by_count clock:200 TERM \
	nas sweep $quick $long --grid search.seed=7 -o "$tmp/stop"
check "  and has a checkpoint" test -s "$tmp/stop/0001.checkpoint"
nas sweep $quick $long --grid search.seed=7 -o "$tmp/stop" >/dev/null
nas sweep $quick $long --grid search.seed=7 -o "$tmp/whole" >/dev/null
nas sweep --merge "$tmp/stop" -q >/dev/null
nas sweep --merge "$tmp/whole" -q >/dev/null
check "  and ends as one that was not" cmp "$tmp/stop/table.csv" \
	"$tmp/whole/table.csv"
check "  without a checkpoint" test ! -e "$tmp/stop/0001.checkpoint"
finish
