/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/ranks/comm.h - this is what a communicator must provide: the few ways in
 * which the processes of one run, its ranks, talk to each other.
 *
 * Back ends: comm_self.c, one process; comm_mpi.c, MPI, in builds that have
 * it. A new one is a file with its struct nas_comm_ops and a row in comm.c.
 *
 * All calls are collective: every rank makes the same ones in the same order.
 * They cannot fail; a lost rank ends the whole job (MPI does that). Bytes are
 * sent as they lie in memory: all ranks run on machines of one kind, which
 * the search checks.
 *
 * Usage:
 *	struct nas_comm comm;
 *	status = comm_open(&comm, err);
 *	if (comm.rank == 0)
 *		read_file(&text, err);
 *	if (comm_agree(&comm, err) == NAS_OK)
 *		comm_broadcast(&comm, 0, text, length);
 *	comm_close(&comm);
 */
#ifndef EVOLVE_RANKS_COMM_H
#define EVOLVE_RANKS_COMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nas/base/err.h"

struct nas_comm;

struct nas_comm_ops {
	const char *name;
	/* Was this process started as one of several ranks? */
	bool (*launched)(void);
	/* Fill rank, size and sharers. */
	enum nas_status (*open)(struct nas_comm *comm, struct nas_err *err);
	void (*close)(struct nas_comm *comm);

	/* (n) bytes of rank from to all. */
	void (*broadcast)(struct nas_comm *comm, int from, void *data,
			  size_t n);
	/* (n) bytes of each rank to (size, n) bytes of rank 0. */
	void (*gather)(struct nas_comm *comm, const void *part, void *all,
		       size_t n);
	/* (n) bytes to one rank while (n) bytes come from another. */
	void (*exchange)(struct nas_comm *comm, int to, const void *out,
			 int from, void *in, size_t n);
	void (*send)(struct nas_comm *comm, int to, const void *data, size_t n);
	void (*receive)(struct nas_comm *comm, int from, void *data, size_t n);
	/* The largest value of all ranks, and the lowest rank that has it. */
	void (*largest)(struct nas_comm *comm, int *value, int *rank);
};

struct nas_comm {
	const struct nas_comm_ops *ops;
	int rank, size;
	int sharers; /* ranks that run on this one's cores, itself included */
};

extern const struct nas_comm_ops comm_self, comm_mpi;

/* MPI if this process was started by it, else one process. NAS_EUSAGE when it
 * was started as one of several ranks and the build, or the way it was
 * started, has no MPI. */
enum nas_status comm_open(struct nas_comm *comm, struct nas_err *err)
	NAS_MUST_CHECK;
void comm_close(struct nas_comm *comm); /* accepts a zeroed one */

/* One process, without a way to fail. */
#define COMM_SELF { .ops = &comm_self, .size = 1, .sharers = 1 }
void comm_open_self(struct nas_comm *comm);

/* "MPI" in builds that have it, else NULL. */
const char *comm_library(void);

/*
 * Ranks fail together: the status of the rank with the largest one. err
 * becomes that rank's on all of them, and names the rank unless it is 0.
 */
enum nas_status comm_agree(struct nas_comm *comm, struct nas_err *err);

/* The same, for the status of a call that only some ranks made. */
static inline enum nas_status comm_settle(struct nas_comm *comm,
					  enum nas_status status,
					  struct nas_err *err)
{
	NAS_BUG_IF(status != err->code);
	return comm_agree(comm, err);
}

/* Fails on all ranks unless all have the same value as rank 0. */
enum nas_status comm_same(struct nas_comm *comm, uint64_t value,
			  const char *what, struct nas_err *err) NAS_MUST_CHECK;

static inline void comm_broadcast(struct nas_comm *comm, int from, void *data,
				  size_t n)
{
	comm->ops->broadcast(comm, from, data, n);
}

static inline void comm_gather(struct nas_comm *comm, const void *part,
			       void *all, size_t n)
{
	comm->ops->gather(comm, part, all, n);
}

#endif
