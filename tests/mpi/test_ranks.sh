#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Islands on several ranks: the same bytes, and one failure for all.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
if ! can_run_ranks; then
	echo "ok ranks # SKIP no mpirun, or a build without MPI"
	exit 0
fi
quick="configs/quick.json -q --max-evals 20000 --no-certify"
quick="$quick --set search.islands=7 --set search.epoch_evals=500"

nas search $quick -o "$tmp/one" -j 1 >"$tmp/one.out"
for n in ${RANKS:-2 3 8}; do
	for j in 1 2; do
		ranks $n search $quick -o "$tmp/$n.$j" -j $j >"$tmp/$n.$j.out"
		same "$n ranks of $j threads: the same files" "$tmp/one" \
			"$tmp/$n.$j"
		check "  and the same table" cmp "$tmp/one.out" \
			"$tmp/$n.$j.out"
	done
done
check "meta.json counts ranks and bytes" json "$tmp/$n.1/meta.json" \
	"j['ranks'] == $n and 100 < j['migration_bytes'] < 10000"
status 0 "-v says how much is sent" ranks 2 search configs/quick.json -v \
	--max-evals 2000 --no-certify
says "bytes per migration" "  bytes per migration"

# The config comes through standard input of rank 0 alone.
status 0 "a config on standard input" \
	bash -c ". '$root/tests/mpi/lib.sh'; program='$program'
	ranks 2 search - -q --no-certify --max-evals 2000 <configs/quick.json"

one_line() { # WHAT: one message of ours on standard error
	check "$1" test "$(grep -c '^nas: ' "$tmp/err")" -eq 1
}
echo '{"search": {}}' >"$tmp/bad.json"
status 4 "a bad config" ranks 3 search "$tmp/bad.json"
one_line "  one message"
status 5 "no config" ranks 3 search "$tmp/none.json"
one_line "  one message"
status 2 "a bad option" ranks 3 search configs/quick.json --nonsense
one_line "  one message"
status 5 "a folder that cannot be made" ranks 3 search $quick -o /dev/null/x
one_line "  one message"
status 5 "a folder that is there" ranks 3 search $quick -o "$tmp/one"
one_line "  one message"
status 1 "more islands than memory" ranks 3 search configs/quick.json -q \
	--set search.islands=65536 --set search.population=65536
one_line "  one message"

# Rank 1 alone has no memory for its islands.
large="configs/quick.json -q --no-certify --max-evals 1000
	--set search.islands=4 --set search.population=65536"
little() { # COMMAND...: no allocation of more than 8 MB
	if [ -n "${SANITIZE:-}" ]; then
		ASAN_OPTIONS=$ASAN_OPTIONS:max_allocation_size_mb=8 "$@"
	else
		FAIL_OVER=8000000 preload fail_alloc.so "$@"
	fi
}
export -f little preload stop
export SANITIZE=${SANITIZE:-} program verdicts
status 0 "more ranks than islands" ranks 10 search \
	configs/quick.json -n 1k -j 1 --no-certify
says "2 of 10 ranks are idle while it searches: it has 8 islands" \
	"  how many have nothing to do"
status 1 "one rank out of memory" timeout 300 mpirun --quiet --oversubscribe \
	-n 1 "$program" search $large : -n 1 bash -c 'little "$@"' - "$program" \
	search $large
says "rank 1: " "  names the rank"

status 2 "srun without MPI" env OMPI_COMM_WORLD_SIZE=1 \
	SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0 "$program" search $quick
says "srun --mpi=pmix" "  says what to do"
finish
