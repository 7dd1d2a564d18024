/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The communicator over MPI; the only file that includes <mpi.h>.
 *
 * Every wait polls, gives its core away between two looks, and sleeps when it
 * takes long: ranks that wait for rank 0's certificate or files leave the
 * cores to it, and more ranks than cores do no harm but to speed.
 */
#define _POSIX_C_SOURCE 200809L
#include "evolve/ranks/comm.h"

#include <mpi.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include "nas/base/parallel.h"

#define TAG 1
#define PIECE ((size_t)1 << 30) /* MPI counts are int */
#define EAGER_LOOKS 2000        /* before it sleeps */
#define SLEEP_MOST_NS 1000000L

/* Set by the programs that start ranks: Open MPI's mpirun, PMIx, PMI. */
static const char *const started_by[] = { "OMPI_COMM_WORLD_RANK", "PMIX_RANK",
					  "PMI_RANK", NULL };

static bool launched(void)
{
	for (int i = 0; started_by[i]; i++)
		if (getenv(started_by[i]))
			return true;
	return false;
}

/* ---- waiting ------------------------------------------------------------- */

static void pause_a_little(long look)
{
	struct timespec t = { 0, 20000 };

	if (look < EAGER_LOOKS) {
		sched_yield();
		return;
	}
	for (look -= EAGER_LOOKS; look > 0 && t.tv_nsec < SLEEP_MOST_NS;
	     look -= 100)
		t.tv_nsec *= 2;
	nanosleep(&t, NULL);
}

static void wait_for(MPI_Request *requests, int n)
{
	int done = 0;

	for (long look = 0;; look++) {
		MPI_Testall(n, requests, &done, MPI_STATUSES_IGNORE);
		if (done)
			return;
		pause_a_little(look);
	}
}

/* ---- start and end ------------------------------------------------------- */

/* How many ranks of this machine may use exactly the cores that this one
 * may. */
static int count_sharers(void)
{
	uint64_t mine = parallel_core_hash(), *all;
	int n, sharers = 0;
	MPI_Comm here;

	MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0,
			    MPI_INFO_NULL, &here);
	MPI_Comm_size(here, &n);
	all = calloc((size_t)n, sizeof(*all));
	NAS_BUG_IF(!all);
	MPI_Allgather(&mine, (int)sizeof(mine), MPI_BYTE, all,
		      (int)sizeof(mine), MPI_BYTE, here);
	for (int i = 0; i < n; i++)
		sharers += all[i] == mine;
	free(all);
	MPI_Comm_free(&here);
	return sharers;
}

static enum nas_status open_mpi(struct nas_comm *comm, struct nas_err *err)
{
	int level;

	if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) !=
	    MPI_SUCCESS)
		return nas_fail(err, NAS_ERUN, "cannot start MPI");
	MPI_Comm_rank(MPI_COMM_WORLD, &comm->rank);
	MPI_Comm_size(MPI_COMM_WORLD, &comm->size);
	comm->sharers = count_sharers();
	return NAS_OK;
}

static void close_mpi(struct nas_comm *comm)
{
	(void)comm;
	MPI_Finalize();
}

/* ---- messages ------------------------------------------------------------ */

static int piece(size_t n)
{
	return (int)(n < PIECE ? n : PIECE);
}

static void broadcast(struct nas_comm *comm, int from, void *data, size_t n)
{
	MPI_Request request;
	char *at = data;

	(void)comm;
	for (size_t part; n > 0; at += part, n -= part) {
		part = (size_t)piece(n);
		MPI_Ibcast(at, (int)part, MPI_BYTE, from, MPI_COMM_WORLD,
			   &request);
		wait_for(&request, 1);
	}
}

static void gather(struct nas_comm *comm, const void *part, void *all, size_t n)
{
	MPI_Datatype block;
	MPI_Request request;

	(void)comm;
	NAS_BUG_IF(n > PIECE);
	MPI_Type_contiguous((int)n, MPI_BYTE, &block);
	MPI_Type_commit(&block);
	MPI_Igather(part, 1, block, all, 1, block, 0, MPI_COMM_WORLD,
		    &request);
	wait_for(&request, 1);
	MPI_Type_free(&block);
}

static void exchange(struct nas_comm *comm, int to, const void *out, int from,
		     void *in, size_t n)
{
	MPI_Request requests[2];

	(void)comm;
	NAS_BUG_IF(n > PIECE);
	MPI_Irecv(in, (int)n, MPI_BYTE, from, TAG, MPI_COMM_WORLD,
		  &requests[0]);
	MPI_Isend(out, (int)n, MPI_BYTE, to, TAG, MPI_COMM_WORLD,
		  &requests[1]);
	wait_for(requests, 2);
}

static void send_mpi(struct nas_comm *comm, int to, const void *data, size_t n)
{
	MPI_Request request;
	const char *at = data;

	(void)comm;
	for (size_t part; n > 0; at += part, n -= part) {
		part = (size_t)piece(n);
		MPI_Isend(at, (int)part, MPI_BYTE, to, TAG, MPI_COMM_WORLD,
			  &request);
		wait_for(&request, 1);
	}
}

static void receive(struct nas_comm *comm, int from, void *data, size_t n)
{
	MPI_Request request;
	char *at = data;

	(void)comm;
	for (size_t part; n > 0; at += part, n -= part) {
		part = (size_t)piece(n);
		MPI_Irecv(at, (int)part, MPI_BYTE, from, TAG, MPI_COMM_WORLD,
			  &request);
		wait_for(&request, 1);
	}
}

static void largest(struct nas_comm *comm, int *value, int *rank)
{
	struct {
		int value, rank;
	} mine = { *value, comm->rank }, most;
	MPI_Request request;

	MPI_Iallreduce(&mine, &most, 1, MPI_2INT, MPI_MAXLOC, MPI_COMM_WORLD,
		       &request);
	wait_for(&request, 1);
	*value = most.value;
	*rank = most.rank; /* of equal values the lowest rank */
}

const struct nas_comm_ops comm_mpi = {
	.name = "MPI",		.launched = launched,
	.open = open_mpi,	.close = close_mpi,
	.broadcast = broadcast, .gather = gather,
	.exchange = exchange,	.send = send_mpi,
	.receive = receive,	.largest = largest,
};
