#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/mpi/kill.sh [RUNS] - searches that are killed at a random moment by a
# random signal, with some number of ranks and threads, and resumed with
# others: all must end with the files of the one that ran through.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
runs=${1:-${RUNS:-100}}
RANDOM=${SEED:-1}
config="configs/quick.json -q --no-certify --max-evals 60000
	--set qbr.in_search=true --set search.islands=8
	--set search.epoch_evals=200 --set search.stall_evals=0
	--checkpoint 0.05"
most=1
can_run_ranks && most=4

launch() { # RANKS ARGUMENT...: the process that a signal goes to
	local n=$1
	shift
	if [ "$n" -gt 1 ]; then
		exec mpirun --quiet --oversubscribe -n "$n" "$program" "$@"
	fi
	exec "$program" "$@"
}

begin=$(date +%s%N)
nas search $config -o "$tmp/whole" -j 2 >/dev/null
whole=$((($(date +%s%N) - begin) / 1000000)) # ms
echo "# uninterrupted: $whole ms"

trap - ERR # runs that are killed fail, and a victim may be gone
stopped=0 equal=0
for i in $(seq "$runs"); do
	run=$tmp/run
	rm -rf "$run"
	signals=(KILL TERM USR1)
	signal=${signals[RANDOM % 3]}
	n=$((RANDOM % most + 1))
	again=$((RANDOM % most + 1))
	after=$((RANDOM * whole / 32768))
	(launch $n search $config -o "$run" -j $((RANDOM % 2 + 1)) \
		>/dev/null 2>&1) &
	pid=$!
	sleep "$(printf '%d.%03d' $((after / 1000)) $((after % 1000)))"
	victim=$pid
	# SIGKILL hits a rank; mpirun ends the others.
	if [ $signal = KILL ] && [ $n -gt 1 ]; then
		victim=$(pgrep -P $pid | shuf -n 1 --random-source=<(yes $i))
	fi
	[ -z "$victim" ] || kill -s $signal "$victim" 2>/dev/null
	wait $pid 2>/dev/null
	[ $? -eq 0 ] || stopped=$((stopped + 1))
	(launch $again search $config -o "$run" -j 2 --resume) \
		>/dev/null 2>"$tmp/err"
	if differs "$tmp/whole" "$run" >"$tmp/diff"; then
		equal=$((equal + 1))
	else
		bad "run $i, $signal after $after ms, $n then $again ranks" \
			"$(head -5 "$tmp/err" "$tmp/diff")"
	fi
done
echo "# $stopped of $runs were stopped before their end"
check "all $runs runs end with the same files" test $equal -eq "$runs"
finish
