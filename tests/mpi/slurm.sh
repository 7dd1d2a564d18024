#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/mpi/slurm.sh - the scripts of configs/slurm under a Slurm of one node
# that is started here, with files, ports and a key of its own. Skipped with a
# message where it cannot start.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
export NAS=$program SLURM_CONF=$tmp/slurm.conf
pids=()

stop_all() {
	scancel -f --user=root >/dev/null 2>&1
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null
	sleep 1
	[ ${#pids[@]} -eq 0 ] || kill -9 "${pids[@]}" 2>/dev/null
	rm -rf "$tmp"
}
trap stop_all EXIT

skip() {
	echo "ok slurm # SKIP $1"
	exit 0
}

for command in munged slurmctld slurmd sbatch srun scontrol; do
	command -v $command >/dev/null || skip "no $command"
done
[ "$(id -u)" -eq 0 ] || skip "needs root for slurmd"

# ---- a Slurm of our own ----------------------------------------------------

chmod 755 "$tmp"
mkdir "$tmp/state" "$tmp/spool"
port=$((20000 + RANDOM % 20000))
head -c 1024 /dev/urandom >"$tmp/munge.key"
chmod 400 "$tmp/munge.key"
cat >"$SLURM_CONF" <<EOF
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$tmp/munge.socket
StateSaveLocation=$tmp/state
SlurmdSpoolDir=$tmp/spool
SlurmctldPidFile=$tmp/slurmctld.pid
SlurmdPidFile=$tmp/slurmd.pid
SlurmctldLogFile=$tmp/slurmctld.log
SlurmdLogFile=$tmp/slurmd.log
SlurmctldPort=$port
SlurmdPort=$((port + 1))
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_min_interval=100000,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
MpiDefault=none
ReturnToService=2
KillWait=5
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=low Nodes=ALL Default=YES PriorityTier=1 GraceTime=0
PartitionName=high Nodes=ALL PriorityTier=10
EOF

start() { # NAME COMMAND...
	local name=$1
	shift
	"$@" >"$tmp/$name.out" 2>&1 &
	pids+=($!)
}
start munged munged --foreground --force --socket="$tmp/munge.socket" \
	--key-file="$tmp/munge.key" --pid-file="$tmp/munge.pid" \
	--log-file="$tmp/munge.log" --seed-file="$tmp/munge.seed" --num-threads=2
for i in $(seq 50); do
	[ -S "$tmp/munge.socket" ] && break
	sleep 0.1
done
start slurmctld slurmctld -D -i -c
sleep 1
start slurmd slurmd -D
for i in $(seq 60); do
	sinfo -h -o %t 2>/dev/null | grep -q '^idle' && break
	sleep 0.5
done
sinfo -h -o %t 2>/dev/null | grep -q '^idle' ||
	skip "Slurm does not start: $(tail -n 2 "$tmp"/slurm*.log "$tmp"/*.out |
		tr '\n' ' ')"
echo "# $(sinfo --version) with $(nproc) cores"

# ---- the scripts -----------------------------------------------------------

submit() { # ARGUMENT...: the job's number
	sbatch --parsable -D "$root" -o "$tmp/job-%j.out" "$@"
}
state() { scontrol -o show job "$1" | grep -o 'JobState=[A-Z]*' | cut -d= -f2; }
await() { # JOB STATE
	for i in $(seq 300); do
		[ "$(state "$1" | sort -u)" = "$2" ] && return
		# Slurm lets two minutes pass before it starts a job again. In the
		# second in which it ended its credential is still revoked.
		if state "$1" | grep -qx PENDING; then
			sleep 2
			scontrol update JobId="$1" StartTime=now 2>/dev/null
		fi
		sleep 0.2
	done
	echo "job $1 is $(state "$1"), not $2" >&2
	scontrol show job "$1"
	tail -n 20 "$tmp"/job-*.out
	return 1
}

quick="configs/quick.json -q --no-certify --max-evals 20000"
nas search $quick -o "$tmp/whole" >/dev/null

job=$(submit configs/slurm/single.sbatch configs/quick.json "$tmp/single" \
	-q --no-certify --max-evals 20000)
check "single: ends" await "$job" COMPLETED
same "  with the same files" "$tmp/whole" "$tmp/single"

job=$(submit --array=1-2 configs/slurm/array.sbatch configs/quick.json \
	"$tmp/sweep" 2 --files --grid search.seed=1..4 --set certify=false \
	--set search.max_evals=20000)
check "array: ends" await "$job" COMPLETED
check "  all jobs are there" bash -c "'$program' sweep --merge '$tmp/sweep' \
	--format json -q | grep -c '\"status\": \"ok\"' | grep -qx 4"
nas search $quick --seed 3 -o "$tmp/third" \
	>/dev/null
check "  job 3 is seed 3" cmp "$tmp/sweep/0003/result.json" \
	"$tmp/third/result.json"

ranks=
srun --mpi=list 2>&1 | grep -q pmix && "$program" --version |
	grep -q 'MPI yes' && ranks=1
if [ -n "$ranks" ]; then
	job=$(submit configs/slurm/mpi.sbatch configs/quick.json "$tmp/mpi" \
		-q --no-certify --max-evals 20000)
	check "mpi: ends" await "$job" COMPLETED
	same "  with the same files" "$tmp/whole" "$tmp/mpi"
	check "  by two ranks" json "$tmp/mpi/meta.json" 'j["ranks"] == 2'
	job=$(submit --array=1-3 configs/slurm/array-mpi.sbatch \
		configs/quick.json "$tmp/ranks" --grid search.seed=1..3 \
		--set certify=false --set search.max_evals=20000)
	check "array of MPI jobs: ends" await "$job" COMPLETED
	check "  all jobs are there" bash -c "'$program' sweep --merge \
		'$tmp/ranks' --format json -q | grep -c '\"status\": \"ok\"' |
		grep -qx 3"
	nas search $quick --seed 3 -o "$tmp/one" --force >/dev/null
	check "  job 3 is seed 3" cmp "$tmp/ranks/0003/result.json" \
		"$tmp/one/result.json"
	check "  by two ranks" json "$tmp/ranks/0003/meta.json" \
		'j["ranks"] == 2'
	job=$(submit --array=2 configs/slurm/array-mpi.sbatch \
		configs/quick.json "$tmp/ranks" --grid search.seed=1..3 \
		--set certify=false --set search.max_evals=20000)
	check "  one that is done is left alone" await "$job" COMPLETED
	job=$(submit -n 2 --wrap "srun --mpi=none $program search $quick \
		-o $tmp/none")
	check "srun without MPI: fails" await "$job" FAILED
	check "  and says why" grep -q 'srun --mpi=pmix' "$tmp/job-$job.out"
else
	echo "ok mpi # SKIP no PMIx for srun, or a build without MPI"
fi

# ---- requeue ---------------------------------------------------------------

long="-q --no-certify --max-evals 100000 --set qbr.in_search=true
	--set search.epoch_evals=200 --set search.stall_evals=0"
nas search configs/imagenet-320kb-1mb.json $long --checkpoint 1e-9 -o "$tmp/long" \
	>/dev/null

# The job stands still behind its third checkpoint until it is let go on.
held() { # GO ARGUMENT...: the job's number
	NAS_TEST_FILE=$1 by_count checkpoint:3 wait submit "${@:2}"
}
stands() { # DIR
	for i in $(seq 600); do
		[ -e "$1/checkpoint.previous" ] && return
		sleep 0.1
	done
	return 1
}
job=$(held "$tmp/go.1" configs/slurm/requeue.sbatch \
	configs/imagenet-320kb-1mb.json "$tmp/usr1" $long --checkpoint 1e-9)
check "requeue: starts" stands "$tmp/usr1"
scancel --signal=USR1 --batch "$job" # what --signal=B:USR1@120 does in time
touch "$tmp/go.1"
check "requeue after USR1: ends" await "$job" COMPLETED
check "  was stopped with status 75" grep -q 'status 75' "$tmp/job-$job.out"
check "  went on" json "$tmp/usr1/meta.json" 'j["sessions"] >= 2'
same "  to the same files" "$tmp/long" "$tmp/usr1"

n=1
[ -z "$ranks" ] || n=2
job=$(held "$tmp/go.2" -n $n configs/slurm/requeue.sbatch \
	configs/imagenet-320kb-1mb.json "$tmp/preempt" $long --checkpoint 1e-9)
check "preemption: starts" stands "$tmp/preempt"
other=$(submit -p high -n "$(nproc)" --wrap 'true')
check "preemption: the other job ends" await "$other" COMPLETED
touch "$tmp/go.2"
check "  the preempted one ends" await "$job" COMPLETED
check "  was requeued" bash -c "scontrol -o show job $job |
	grep -q 'Restarts=[1-9]'"
check "  went on" json "$tmp/preempt/meta.json" 'j["sessions"] >= 2'
same "  to the same files" "$tmp/long" "$tmp/preempt"

[ $failures -eq 0 ] || tail -n 30 "$tmp/slurmctld.log" "$tmp/slurmd.log"
[ $failures -eq 0 ]
