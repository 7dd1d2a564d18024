#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A search that was stopped goes on to the result it would have had.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
# Refinement makes a search slow enough to be stopped.
config="configs/quick.json -q --no-certify --max-evals 20000
	--set qbr.in_search=true --set search.islands=6
	--set search.epoch_evals=100 --set search.stall_evals=0"

nas search $config -o "$tmp/whole" -j 1 >"$tmp/whole.out"
check "a finished run keeps no checkpoint" \
	bash -c "! ls '$tmp/whole' | grep checkpoint"

# Checkpoints as often as it goes.
stop_and_resume() { # SIGNAL WANTED-STATUS
	local run=$tmp/$1 got
	"$program" search $config -o "$run" -j 2 --checkpoint 0.001 \
		>/dev/null 2>"$tmp/err" &
	for i in $(seq 100); do
		[ -e "$run/checkpoint" ] && break
		sleep 0.02
	done
	kill -s "$1" $!
	wait $! 2>/dev/null
	got=$?
	check "SIG$1: status $2" test $got -eq "$2"
	nas search $config -o "$run" -j 1 --resume >"$tmp/out" 2>"$tmp/err"
	same "  --resume gives the same files" "$tmp/whole" "$run"
	check "  and the same table" cmp "$tmp/whole.out" "$tmp/out"
}
stop_and_resume KILL 137
stop_and_resume TERM 75
stop_and_resume USR1 75

# A run that is stopped by time, three times over.
nas search $config -o "$tmp/time" --time 0.02 >/dev/null
check "ended by time: a checkpoint" test -s "$tmp/time/checkpoint"
nas search $config -o "$tmp/time" --time 0.02 --resume >/dev/null
nas search $config -o "$tmp/time" --resume >"$tmp/out"
same "resumed without a limit: the same files" "$tmp/whole" "$tmp/time"
check "counts its sessions" json "$tmp/time/meta.json" 'j["sessions"] == 3'

nas search $config -o "$tmp/stop" --time 0.05 >/dev/null
keep() { rm -rf "$tmp/k" && cp -r "$tmp/stop" "$tmp/k"; }
flip() { # FILE OFFSET
	python3 - "$1" "$2" <<'PY'
import sys
path, at = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, "rb").read())
data[at] ^= 4
open(path, "wb").write(data)
PY
}
keep
status 4 "another seed" nas search $config --seed 9 -o "$tmp/k" --resume
says "seed 1, not 9" "  is refused with the reason"
status 4 "another budget" nas search $config -o "$tmp/k" --resume \
	--set budgets.flash_bytes=50kB
says "another config" "  is refused with the reason"
flip "$tmp/k/checkpoint" 5000
status 4 "a damaged checkpoint" nas search $config -o "$tmp/k" --resume
says "checksum is wrong" "  is refused with the reason"
cp "$tmp/stop/checkpoint" "$tmp/k/checkpoint.previous"
status 0 "the one before is taken" nas search $config -o "$tmp/k" --resume
says "the one before is taken" "  and says so"
same "  to the same files" "$tmp/whole" "$tmp/k"
status 0 "resuming a finished run" nas search $config -o "$tmp/k" --resume
same "  does nothing" "$tmp/whole" "$tmp/k"
status 0 "--resume starts a run where there is none" \
	nas search $config -o "$tmp/new" --resume
same "  with the same files" "$tmp/whole" "$tmp/new"
status 2 "--resume without -o" nas search $config --resume

# A disk that is full: the checkpoint before stays, and the run goes on.
keep
cp "$tmp/k/checkpoint" "$tmp/before"
full='trap "" XFSZ; ulimit -f 8'
status 5 "a full disk at the end of the run" bash -c "$full
	'$program' search $(echo $config) -o '$tmp/k' --resume --time 0.02"
says "File too large" "  says so"
check "  leaves the checkpoint" cmp "$tmp/k/checkpoint" "$tmp/before"
status 0 "  from which it is resumed" nas search $config -o "$tmp/k" --resume
same "  to the same files" "$tmp/whole" "$tmp/k"
bash -c "$full; '$program' search $(echo $config) -o '$tmp/full' \
	--checkpoint 0.001" >"$tmp/out" 2>"$tmp/err"
says "warning: cannot write checkpoint" \
	"a checkpoint that cannot be written is a warning"

# A disk that cannot be written, for anyone: a mount of our own.
mkdir -p "$tmp/mount"
on_read_only() { # COMMAND...: with $tmp/mount read-only, a stopped run in it
	unshare -rm bash -c 'm=$1 k=$2; shift 2
		mount -t tmpfs none "$m" && cp -r "$k" "$m/k" &&
		mount -o remount,ro "$m" && exec "$@"' - "$tmp/mount" \
		"$tmp/k" "$@"
}
keep
if on_read_only true 2>/dev/null; then
	status 5 "a read-only disk" on_read_only "$program" search $config \
		-o "$tmp/mount/new"
	says "Read-only file system" "  is what the message says"
	status 5 "to replace a run there" on_read_only "$program" search \
		$config -o "$tmp/mount/k" --force
	says "Read-only file system" "  likewise"
	status 5 "to resume one there" on_read_only "$program" search \
		$config -o "$tmp/mount/k" --resume
	says "Read-only file system" "  likewise"
else
	echo "ok a read-only disk # SKIP no namespaces to mount one in"
fi

if can_run_ranks; then
	keep
	ranks 3 search $config -o "$tmp/k" --resume >"$tmp/out"
	same "resumed by 3 ranks: the same files" "$tmp/whole" "$tmp/k"
	rm -rf "$tmp/r"
	ranks 2 search $config -o "$tmp/r" --time 0.05 >/dev/null
	nas search $config -o "$tmp/r" --resume >/dev/null
	same "stopped with 2 ranks, resumed with 1" "$tmp/whole" "$tmp/r"
else
	echo "ok resumed by ranks # SKIP no mpirun, or a build without MPI"
fi
finish
