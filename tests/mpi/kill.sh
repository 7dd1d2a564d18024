#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/mpi/kill.sh [RUNS] - searches that are killed somewhere by a signal,
# with some number of ranks and threads, and resumed with others: all must end
# with the files of the one that ran through. Where they are killed is counted
# (tests/tools/hooks.c): the N-th checkpoint of rank 0, just before it is in its
# place or just after, or the N-th look at the clock of any rank.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
runs=${1:-${RUNS:-100}}
RANDOM=${SEED:-1}
# Of 19 epochs, with a checkpoint after each.
config="configs/quick.json -q --no-certify --max-evals 30000
	--set qbr.in_search=true --set search.islands=8
	--set search.epoch_evals=200 --set search.stall_evals=0
	--checkpoint 1e-9"
most=1
can_run_ranks && most=4
patience=300 # s; a run takes less than one

launch() { # RANKS ARGUMENT...
	local n=$1 ranks=()
	shift
	[ "$n" -eq 1 ] || ranks=(mpirun --quiet --oversubscribe -n "$n")
	timeout -k 5 $patience "${ranks[@]}" "$program" "$@"
}

nas search $config -o "$tmp/whole" -j 2 >/dev/null

trap - ERR # runs that are killed fail
stopped=0 equal=0
for i in $(seq "$runs"); do
	run=$tmp/run
	rm -rf "$run"
	signals=(KILL TERM USR1)
	events=(checkpoint saving clock)
	signal=${signals[RANDOM % 3]}
	event=${events[RANDOM % 3]}
	n=$((RANDOM % most + 1))
	again=$((RANDOM % most + 1))
	rank=$((RANDOM % n))
	[ $event = clock ] || rank=0
	at=$event:$((RANDOM % 17 + 1))
	what="run $i, $signal at $at of rank $rank, $n then $again ranks"
	(
		[ $n -eq 1 ] || export NAS_TEST_RANK=$rank
		by_count $at $signal launch $n search $config -o "$run" \
			-j $((RANDOM % 2 + 1))
	) >/dev/null 2>&1
	status=$?
	# mpirun may wait for a rank that was killed.
	[ $status -ne 124 ] || [ $signal = KILL ] || bad "$what: does not stop"
	[ $status -eq 0 ] || stopped=$((stopped + 1))
	launch $again search $config -o "$run" -j 2 --resume \
		>/dev/null 2>"$tmp/err"
	status=$?
	if [ $status -eq 0 ] && differs "$tmp/whole" "$run" >"$tmp/diff"; then
		equal=$((equal + 1))
	else
		bad "$what: resumed, status $status" \
			"$(head -5 "$tmp/err" "$tmp/diff")"
	fi
done
echo "# $stopped of $runs were stopped before their end"
check "at least half were stopped" test $((2 * stopped)) -ge "$runs"
check "all $runs runs end with the same files" test $equal -eq "$runs"
finish
