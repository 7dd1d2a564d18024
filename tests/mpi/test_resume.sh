#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A search that was stopped goes on to the result it would have had.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
# Of 34 epochs.
config="configs/quick.json -q --no-certify --max-evals 20000
	--set qbr.in_search=true --set search.islands=6
	--set search.epoch_evals=100 --set search.stall_evals=0"
often="--checkpoint 1e-9" # after each

nas search $config -o "$tmp/whole" -j 1 >"$tmp/whole.out"
check "a finished run keeps no checkpoint" \
	bash -c "! ls '$tmp/whole' | grep checkpoint"

stop_and_resume() { # SIGNAL EVENT:N WANTED-STATUS
	local run=$tmp/$1.$2
	status "$3" "SIG$1 at $2" by_count "$2" "$1" \
		"$program" search $config $often -o "$run" -j 2
	check "  before its end" test -s "$run/checkpoint"
	nas search $config -o "$run" -j 1 --resume >"$tmp/out" 2>"$tmp/err"
	same "  --resume gives the same files" "$tmp/whole" "$run"
	check "  and the same table" cmp "$tmp/whole.out" "$tmp/out"
}
stop_and_resume KILL checkpoint:1 137
stop_and_resume KILL saving:7 137
stop_and_resume KILL checkpoint:20 137
stop_and_resume TERM checkpoint:7 75
stop_and_resume USR1 checkpoint:7 75

# Inside an epoch the clock is looked at as well. One thread: of two, the other
# might come to its end before the signal does.
inside() { # WHOLE RUN: where it ended, no epoch of the whole run did
	python3 -c 'import csv, sys
whole, run = ([int(row["evaluations"]) for row in
	       csv.DictReader(open(f + "/history.csv"))] for f in sys.argv[1:])
assert run[:-1] == whole[:len(run) - 1] and run[-1] not in whole, run[-3:]
' "$1" "$2"
}
cut_and_resume() { # WHOLE N ACTION WANTED-STATUS COMMAND...
	local whole=$1 n=$2 action=$3 wanted=$4 run=$tmp/cut.$2.$3
	shift 4
	status "$wanted" "$action at clock $n" by_count "clock:$n" "$action" \
		"$@" -o "$run" -j 1 --time 80000
	check "  inside an epoch" inside "$whole" "$run"
	nas "${@:2}" -o "$run" -j 2 --resume >"$tmp/out"
	same "  --resume gives the same files" "$whole" "$run"
	check "  and the same table" cmp "$whole.out" "$tmp/out"
}
cut_and_resume "$tmp/whole" 1000 TERM 75 "$program" search $config
cut_and_resume "$tmp/whole" 9000 day 0 "$program" search $config
fast="configs/quick.json -q --no-certify --max-evals 20000 --set search.islands=3"
nas search $fast -o "$tmp/fast" >"$tmp/fast.out"
cut_and_resume "$tmp/fast" 39 INT 75 "$program" search $fast
# One of four clocks in a row is looked at before an epoch has begun.
once() { # RUN: no two rows of its history are of as many evaluations
	python3 -c 'import csv, sys
rows = [row["evaluations"] for row in csv.DictReader(open(sys.argv[1]))]
assert len(set(rows)) == len(rows) > 0, rows[-3:]
' "$1/history.csv"
}
for n in 36 37 38 40; do
	# shellcheck disable=SC2086
	status 75 "INT at clock $n" by_count "clock:$n" INT "$program" \
		search $fast -j 1 --time 80000 -o "$tmp/once.$n"
	check "  no row twice" once "$tmp/once.$n"
done
cut_and_resume "$tmp/fast" 60 day 0 "$program" search $fast

# Time is up after checkpoint N, however fast the machine is.
until_checkpoint() { # N COMMAND...
	local n=$1
	shift
	by_count "checkpoint:$n" day "$@" $often --time 80000
}
by_time() { # WHAT RUN
	check "$1" test -s "$2/checkpoint"
	check "  ended by time" json "$2/result.json" 'j["ended_by"] == "time"'
}

# A run that is stopped by time, three times over.
until_checkpoint 5 nas search $config -o "$tmp/time" >/dev/null
by_time "ended by time: a checkpoint" "$tmp/time"
until_checkpoint 5 nas search $config -o "$tmp/time" --resume >/dev/null
by_time "and again" "$tmp/time"
nas search $config -o "$tmp/time" --resume >"$tmp/out"
same "resumed without a limit: the same files" "$tmp/whole" "$tmp/time"
check "counts its sessions" json "$tmp/time/meta.json" 'j["sessions"] == 3'

until_checkpoint 9 nas search $config -o "$tmp/stop" >/dev/null
rm "$tmp/stop/checkpoint.previous"
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
says "different config" "  is refused with the reason"
flip "$tmp/k/checkpoint" 5000
status 4 "a damaged checkpoint" nas search $config -o "$tmp/k" --resume
says "wrong checksum" "  is refused with the reason"
cp "$tmp/stop/checkpoint" "$tmp/k/checkpoint.previous"
status 0 "using the previous checkpoint" nas search $config -o "$tmp/k" --resume
says "using the previous checkpoint" "  and says so"
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
	'$program' search $(echo $config) -o '$tmp/k' --resume --time 1e-9"
says "File too large" "  says so"
check "  leaves the checkpoint" cmp "$tmp/k/checkpoint" "$tmp/before"
status 0 "  from which it is resumed" nas search $config -o "$tmp/k" --resume
same "  to the same files" "$tmp/whole" "$tmp/k"
status 5 "a disk that was full all along" bash -c "$full
	'$program' search $(echo $config) $often -o '$tmp/full'"
says "warning: cannot write checkpoint" \
	"  a checkpoint that cannot be written is a warning"

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
	says "Read-only file system" "  says it too"
	status 5 "to resume one there" on_read_only "$program" search \
		$config -o "$tmp/mount/k" --resume
	says "Read-only file system" "  says it too"
else
	echo "ok a read-only disk # SKIP no namespaces to mount one in"
fi

if can_run_ranks; then
	keep
	ranks 3 search $config -o "$tmp/k" --resume >"$tmp/out"
	same "resumed by 3 ranks: the same files" "$tmp/whole" "$tmp/k"
	rm -rf "$tmp/r"
	until_checkpoint 9 ranks 2 search $config -o "$tmp/r" >/dev/null
	by_time "stopped with 2 ranks" "$tmp/r"
	nas search $config -o "$tmp/r" --resume >/dev/null
	same "  resumed with 1: the same files" "$tmp/whole" "$tmp/r"
else
	echo "ok resumed by ranks # SKIP no mpirun, or a build without MPI"
fi
finish
