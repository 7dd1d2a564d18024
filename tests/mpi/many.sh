#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# More ranks than any cluster gives one search, on the cores at hand:
#	RANKS=256 tests/mpi/many.sh
# as many islands, the same bytes as of one process. Not part of make test.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
if ! can_run_ranks; then
	echo "ok many ranks # SKIP no mpirun, or a build without MPI"
	exit 0
fi
n=${RANKS:-64}
many="configs/quick.json -q --max-evals 200000 -j 1 --set search.islands=$n"

nas search $many -o "$tmp/one" >"$tmp/one.out"
status 0 "$n ranks" ranks "$n" search $many -o "$tmp/many"
same "  the same files as of one process" "$tmp/one" "$tmp/many"
check "  and the same table" cmp "$tmp/one.out" "$tmp/out"
check "  all of them took part" json "$tmp/many/meta.json" \
	"j['ranks'] == $n and j['migration_bytes'] > 0"
finish
