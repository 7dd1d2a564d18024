/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which communicator there is, and what is built on all of them. */
#include "evolve/ranks/comm.h"

#include <string.h>

#ifndef NAS_MPI
#define NAS_MPI 0 /* the build sets 1 where MPI is found */
#endif

/* The first that started this process; the last one always did. */
static const struct nas_comm_ops *const backends[] = {
#if NAS_MPI
	&comm_mpi,
#endif
	&comm_self,
};

#define NBACKENDS (sizeof(backends) / sizeof(backends[0]))

const char *comm_library(void)
{
	return NBACKENDS > 1 ? backends[0]->name : NULL;
}

/* What starters of several processes tell each of them. */
static const struct {
	const char *variable, *starter;
} counts[] = {
	{ "OMPI_COMM_WORLD_SIZE", "mpirun" },
	{ "PMI_SIZE", "mpirun" },
	{ "SLURM_STEP_NUM_TASKS", "srun" },
};

/* Several processes that cannot talk would write the same folder. */
static enum nas_status check_alone(struct nas_err *err)
{
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		const char *text = getenv(counts[i].variable);
		long n = text ? strtol(text, NULL, 10) : 1;

		if (n <= 1)
			continue;
		if (!comm_library())
			return nas_fail(err, NAS_EUSAGE, "started by %s as one "
					"of %ld ranks, but this build has no "
					"MPI", counts[i].starter, n);
		return nas_fail(err, NAS_EUSAGE, "started by %s as one of %ld "
				"ranks without MPI between them (try 'srun "
				"--mpi=pmix')", counts[i].starter, n);
	}
	return NAS_OK;
}

enum nas_status comm_open(struct nas_comm *comm, struct nas_err *err)
{
	size_t i = 0;

	memset(comm, 0, sizeof(*comm));
	while (i + 1 < NBACKENDS && !backends[i]->launched())
		i++;
	comm_open_self(comm);
	if (backends[i] == &comm_self)
		return check_alone(err);
	comm->ops = backends[i];
	return comm->ops->open(comm, err);
}

void comm_open_self(struct nas_comm *comm)
{
	*comm = (struct nas_comm)COMM_SELF;
}

void comm_close(struct nas_comm *comm)
{
	if (comm->ops)
		comm->ops->close(comm);
	comm->ops = NULL;
}

static void name_rank(struct nas_err *err, int rank)
{
	char text[24];

	snprintf(text, sizeof(text), "rank %d: ", rank);
	nas_err_prefix(err, text);
}

enum nas_status comm_agree(struct nas_comm *comm, struct nas_err *err)
{
	int worst = (int)err->code, rank;

	comm->ops->largest(comm, &worst, &rank);
	if (worst == (int)NAS_OK)
		return NAS_OK;
	if (comm->rank == rank && rank != 0)
		name_rank(err, rank);
	if (comm->size > 1)
		comm_broadcast(comm, rank, err, sizeof(*err));
	return err->code;
}

enum nas_status comm_same(struct nas_comm *comm, uint64_t value,
			  const char *what, struct nas_err *err)
{
	uint64_t first = value;

	comm_broadcast(comm, 0, &first, sizeof(first));
	if (first != value)
		nas_fail(err, NAS_ERUN, "%s differs from rank 0's", what);
	return comm_agree(comm, err);
}
