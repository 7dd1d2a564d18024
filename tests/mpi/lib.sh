# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests of ranks and checkpoints, after tests/cli/lib.sh.
#
#	ranks 4 search CONFIG -o DIR       mpirun, as root and beyond the cores
#	same "what" DIR OTHER              all files but meta.json are equal

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none # quiet in containers
export OMPI_MCA_mpi_yield_when_idle=1 # more ranks than cores, whatever it counts
# MPI keeps memory until the end of the program.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"

can_run_ranks() {
	command -v mpirun >/dev/null &&
		"$program" --version | grep -q 'MPI yes' &&
		timeout 60 mpirun --oversubscribe -n 2 true >/dev/null 2>&1
}

ranks() { # N ARGUMENT...
	local n=$1
	shift
	timeout 300 mpirun --quiet --oversubscribe -n "$n" "$program" "$@"
}

# The page of a run tells its times, as meta.json does.
differs() { # DIR OTHER
	diff -r -x meta.json -x report.html -x 'checkpoint*' "$1" "$2"
}

same() { # WHAT DIR OTHER
	check "$1" diff -r -x meta.json "$2" "$3"
}
