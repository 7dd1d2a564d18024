#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas sweep: a grid of runs, shards of it, one table.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
quick=configs/quick.json
few="-q --set search.max_evals=2000 --set certify=false"

status 0 "--dry-run lists the jobs" nas sweep $quick --dry-run \
	--grid search.seed=1..3 --grid 'budgets.sram_bytes=48kB,"64 kB"'
check "  all combinations, the last axis fastest" python3 - "$tmp/out" <<'PY'
import sys
rows = [line.split(None, 2) for line in open(sys.argv[1])]
assert rows[0] == ["job", "search.seed", "budgets.sram_bytes\n"], rows[0]
assert len(rows) == 7
assert rows[4] == ["0004", "2", '"64 kB"\n'], rows[4]
PY
status 0 "lists are values too" nas sweep $quick --dry-run \
	--grid 'space.stages.0.width=[8,16],[8],16' --grid search.islands=2,4
check "  commas inside them part nothing" test "$(wc -l <"$tmp/out")" -eq 7

grid="--grid search.seed=1,2,3 --grid search.islands=2,4"
status 0 "a shard" nas sweep $quick --files $few $grid -o "$tmp/s" --shard 2/4
check "  runs its own jobs" test "$(echo "$tmp"/s/0*)" = \
	"$tmp/s/0002 $tmp/s/0006"
status 0 "its status" nas sweep --status "$tmp/s" --format json
check "  jobs with a folder are done" json "$tmp/out" \
	"(j['ok'], j['missing'], j['next']) == (2, 4, [1, 3, 4, 5])"
status 0 "an unfinished sweep is merged" nas sweep --merge "$tmp/s" -q
check "  missing jobs say so" test \
	"$(grep -c ',missing,' "$tmp/s/table.csv")" -eq 4
touch -d 2001-01-01 "$tmp/s/0002/result.json"
status 0 "the rest" nas sweep $quick --files ${few#-q } $grid -o "$tmp/s"
says "job 1 of 6, search.seed=1 search.islands=2: " "  its jobs are told of"
check "  what is done is skipped" test "$tmp/s/0002/result.json" -ot Makefile
status 0 "all merged" nas sweep --merge "$tmp/s" -q
prints "0006" "  a row a job"
check "  table.csv, table.json and the jobs agree" python3 - "$tmp/s" <<'PY'
import csv, json, sys
d = sys.argv[1]
rows = list(csv.DictReader(open(d + "/table.csv")))
jobs = json.load(open(d + "/table.json"))["jobs"]
assert len(rows) == len(jobs) == 6
for i, (row, job) in enumerate(zip(rows, jobs), 1):
    result = json.load(open(f"{d}/{i:04}/result.json"))
    config = json.load(open(f"{d}/{i:04}/config.json"))
    assert int(row["job"]) == job["job"] == i
    assert float(row["qe_score"]) == job["qe_score"] == \
        result["best"][0]["qe_score"]
    assert row["status"] == "ok"
    assert row["search.seed"] == job["set"]["search.seed"] == \
        str(config["search"]["seed"])
    assert config["search"]["islands"] == (2, 4)[(i - 1) % 2]
PY
check "  and a page" test -s "$tmp/s/report.html"
nas search $quick $few --seed 2 --set search.islands=4 -o "$tmp/one" >/dev/null
check "a job is the run of its config" diff -r -x meta.json "$tmp/one" \
	"$tmp/s/0004"

status 0 "jobs without an answer are answers" nas sweep $quick --files $few \
	--grid budgets.flash_bytes=100,200 -o "$tmp/none"
nas sweep --merge "$tmp/none" -q >"$tmp/out"
prints "infeasible" "  and say so"
status 4 "a job that cannot run" nas sweep $quick --files $few \
	--grid search.islands=0,2 -o "$tmp/bad"
check "  does not stop the others" test -s "$tmp/bad/0002/result.json"
status 5 "another grid in the same folder" nas sweep $quick --files $few \
	--grid search.seed=1,2 -o "$tmp/s"
for bad in search.seed = =1 search.seed= search.seed=1,,2 search.seed=5..1 \
	search.seed=1..1000000 search.seed=-9223372036854775808..9223372036854775807
do
	status 2 "--grid $bad" nas sweep $quick --grid "$bad" -o "$tmp/x"
done
status 2 "a value twice" nas sweep $quick --grid search.seed=1..3,2 -o "$tmp/x"
says "--grid 'search.seed' has the value 2 twice" "  says which"
status 2 "a key twice" nas sweep $quick --grid search.seed=1 \
	--grid search.seed=2 -o "$tmp/x"
says "two --grid of 'search.seed'" "  says which"
for bad in 0/2 3/2 1 a/b 1/2x 4294967297/2 1/4294967298; do
	status 2 "--shard $bad" nas sweep $quick $grid --shard "$bad" \
		-o "$tmp/x"
done
status 2 "no --grid" nas sweep $quick -o "$tmp/x"
status 2 "no -o" nas sweep $quick $grid
status 5 "--merge of no sweep" nas sweep --merge "$tmp"

# The tasks of a Slurm array: each gets its jobs, also when it is submitted
# again alone.
task() { # TASK OF-ARRAY ARGUMENT...
	env SLURM_ARRAY_TASK_ID="$1" SLURM_ARRAY_TASK_MAX="$2" \
		NAS="$program" bash configs/slurm/array.sbatch "${@:3}"
}
status 0 "array.sbatch, a task again alone" task 2 2 $quick "$tmp/array" 4 \
	--files $few $grid
check "  runs the jobs of its shard" test "$(echo "$tmp"/array/0*)" = \
	"$tmp/array/0002 $tmp/array/0006"
status 2 "array.sbatch, a task beyond the shards" task 5 5 $quick \
	"$tmp/array" 4 --files $few $grid
mkdir "$tmp/bin"
printf '#!/bin/bash\nwhile [[ $1 = --* ]]; do shift; done\nexec "$@"\n' \
	>"$tmp/bin/srun"
chmod +x "$tmp/bin/srun"
mpi_task() { # TASK ARGUMENT...
	env PATH="$tmp/bin:$PATH" SLURM_ARRAY_TASK_ID="$1" NAS="$program" \
		bash configs/slurm/array-mpi.sbatch $quick "$tmp/ranks" "${@:2}"
}
only="--grid search.seed=1,2 --grid search.max_evals=1000,2000"
status 0 "array-mpi.sbatch, a task" mpi_task 4 $only
nas search $quick -q --seed 2 -n 2000 -o "$tmp/ranks_one" >/dev/null
check "  is its job" diff -r -x meta.json "$tmp/ranks/0004" "$tmp/ranks_one"
status 0 "  again alone" mpi_task 4 $only
nas sweep --merge "$tmp/ranks" -q >/dev/null
check "  and is in the table" test "$(grep -c ',ok,' \
	"$tmp/ranks/table.csv")" -eq 1
status 0 "array-mpi.sbatch, the last of 2,000 jobs" env PATH="$tmp/bin:$PATH" \
	SLURM_ARRAY_TASK_ID=2000 NAS="$program" bash \
	configs/slurm/array-mpi.sbatch $quick "$tmp/many_ranks" \
	--set search.max_evals=1000 --grid search.seed=1..2000
check "  is that one" json "$tmp/many_ranks/2000/config.json" \
	'j["search"]["seed"] == 2000 and j["search"]["max_evals"] == 1000'
status 0 "array-mpi.sbatch, the last job of a grid that grew" mpi_task 8 \
	--grid search.seed=1,2 --grid search.max_evals=1000,2000,3000,4000
check "  by its number there" json "$tmp/ranks/0008/config.json" \
	'j["search"]["seed"] == 2 and j["search"]["max_evals"] == 4000'
check "  which job 4 keeps" json "$tmp/ranks/0004/config.json" \
	'j["search"]["seed"] == 2 and j["search"]["max_evals"] == 2000'
status 0 "  as --dry-run lists them" nas sweep $quick -o "$tmp/ranks" \
	--dry-run --format json --grid search.seed=1,2 \
	--grid search.max_evals=1000,2000,3000,4000
check "  number by number" json "$tmp/out" '[j["jobs"][i]["set"]["search.max_evals"]
	for i in (3, 4, 7)] == ["2000", "3000", "4000"]'
status 2 "array-mpi.sbatch, a task beyond the jobs" mpi_task 9 $only
status 1 "array.sbatch without a grid" task 1 4 $quick "$tmp/array"
says "usage: sbatch" "  and says how to call it"

# Without the number of shards: that of the first array, from then on.
counted() { # TASK MIN MAX COUNT: of $tmp/counted
	SLURM_ARRAY_TASK_MIN=$2 SLURM_ARRAY_TASK_COUNT=$4 \
		task "$1" "$3" $quick "$tmp/counted" --files $few $grid
}
status 2 "a first array of some tasks" counted 3 2 4 3
says "must be 1-SHARDS" "  is refused"
status 0 "a first array of all" counted 2 1 4 4
check "  deals to as many" test "$(echo "$tmp"/counted/0*)" = \
	"$tmp/counted/0002 $tmp/counted/0006"
status 0 "another of two tasks" counted 3 2 3 2
check "  gets the jobs it had" test "$(cd "$tmp/counted" && echo 0*)" = \
	"$(cd "$tmp/counted" && echo 0002 0003 0006)"
check "  leaves one note" test "$(echo "$tmp"/counted.*)" = \
	"$tmp/counted.shards"
finish
