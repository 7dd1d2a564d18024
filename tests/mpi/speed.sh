#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/mpi/speed.sh [CONFIG] - evaluations per second with 1 and 2 ranks of
# one thread, the best of three each. It measures and prints; a machine that is
# busy would make a check of it a coin toss.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
config=${1:-configs/imagenet-7.0g.json}
can_run_ranks && [ "$(nproc)" -ge 2 ] || {
	echo "ok speed # SKIP no mpirun, no MPI, or one core"
	exit 0
}

measure() { # RANKS: the best speed
	for i in 1 2 3; do
		ranks "$1" search "$config" -q -j 1 --no-certify --force \
			--max-evals "${EVALS:-4000000}" -o "$tmp/run" \
			--set search.islands=8 --set search.stall_evals=0 \
			>/dev/null
		json "$tmp/run/meta.json" 'j["evaluations_per_second"]'
	done | sort -g | tail -n 1
}
one=$(measure 1) two=$(measure 2)
ratio=$(awk -v a="$one" -v b="$two" 'BEGIN { printf "%.2f", b / a }')
echo "# $one, $two evaluations per second: $ratio times"
check "both ran" awk -v r="$ratio" 'BEGIN { exit !(r > 0) }'
finish
