/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The communicator of one process. */
#include <string.h>

#include "evolve/ranks/comm.h"

static bool launched(void)
{
	return false;
}

static enum nas_status open_self(struct nas_comm *comm, struct nas_err *err)
{
	(void)err;
	comm->rank = 0;
	comm->size = 1;
	comm->sharers = 1;
	return NAS_OK;
}

static void close_self(struct nas_comm *comm)
{
	(void)comm;
}

static void broadcast(struct nas_comm *comm, int from, void *data, size_t n)
{
	(void)comm;
	(void)data;
	(void)n;
	NAS_BUG_IF(from != 0);
}

static void gather(struct nas_comm *comm, const void *part, void *all, size_t n)
{
	(void)comm;
	memcpy(all, part, n);
}

static void exchange(struct nas_comm *comm, int to, const void *out, int from,
		     void *in, size_t n)
{
	(void)comm;
	NAS_BUG_IF(to != 0 || from != 0);
	memcpy(in, out, n);
}

/* There is nobody to send to. */
static void send_self(struct nas_comm *comm, int to, const void *data, size_t n)
{
	(void)comm;
	(void)to;
	(void)data;
	NAS_BUG_IF(n > 0);
}

static void receive(struct nas_comm *comm, int from, void *data, size_t n)
{
	(void)comm;
	(void)from;
	(void)data;
	NAS_BUG_IF(n > 0);
}

static void largest(struct nas_comm *comm, int *value, int *rank)
{
	(void)comm;
	(void)value;
	*rank = 0;
}

const struct nas_comm_ops comm_self = {
	.name = "one process",	.launched = launched,
	.open = open_self,	.close = close_self,
	.broadcast = broadcast, .gather = gather,
	.exchange = exchange,	.send = send_self,
	.receive = receive,	.largest = largest,
};
