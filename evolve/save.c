/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A checkpoint of the islands of all ranks, and back.
 *
 * Rank 0 has the file. Islands pass through it one at a time, in order, so
 * the file does not depend on the number of ranks, and no rank needs room for
 * more than one packed island.
 */
#include <stdlib.h>
#include <string.h>

#include "evolve/search.h"
#include "nas/base/clock.h"

struct parcel { /* room for one island's bytes */
	char *data;
	uint64_t n;
};

static size_t parcel_most(const struct search *s)
{
	struct island any = { .population = { .size = s->options->population,
					      .nstages = s->problem->space
								 ->nstages } };

	any.seen.bits = seen_bits(s->options->max_evals / s->options->islands);
	return packed_island_most(&any);
}

static enum nas_status parcel_init(struct search *s, struct parcel *p,
				   struct nas_err *err)
{
	p->data = malloc(parcel_most(s));
	if (!p->data)
		nas_fail(err, NAS_ENOMEM, "out of memory for an island's checkpoint");
	if (comm_agree(s->comm, err) == NAS_OK)
		return NAS_OK;
	free(p->data);
	return err->code;
}

/* ---- saving -------------------------------------------------------------- */

static void fill_head(const struct search *s, struct checkpoint_head *head)
{
	const struct checkpoint_options *o = s->hooks.checkpoint;
	const struct rows *rows = &s->rows;

	memset(head, 0, sizeof(*head));
	snprintf(head->version, sizeof(head->version), "%s", o->version);
	head->config = o->config;
	head->seed = o->seed;
	head->islands = s->options->islands;
	head->nrows = rows->n;
	head->latest = rows->latest;
	head->epochs = rows->epochs;
	head->every = rows->every;
	head->sessions = s->traffic.sessions;
	head->evaluations = s->evaluations;
	head->best_evals = s->best_evals;
	head->best = s->best;
	head->seconds = s->before_s + clock_s() - s->start_s;
}

static void put_rows(const struct rows *rows, struct checkpoint_out *out)
{
	size_t n = (size_t)(rows->n + rows->latest);

	checkpoint_put(out, rows->row, n * sizeof(*rows->row));
	checkpoint_put(out, rows->island_best,
		       n * (size_t)rows->islands * sizeof(double));
}

static void pack_own(const struct search *s, int island, struct parcel *p)
{
	const struct island *is = &s->island[island - s->share.first];

	p->n = pack_island(is, p->data);
}

/* Rank 0 gets island i from whoever has it and puts it to the file. */
static void save_island(struct search *s, int i, struct parcel *p,
			struct checkpoint_out *out)
{
	struct nas_comm *comm = s->comm;
	int owner = share_owner(&s->share, i);

	if (owner == comm->rank)
		pack_own(s, i, p);
	if (owner != 0 && owner == comm->rank) {
		comm->ops->send(comm, 0, &p->n, sizeof(p->n));
		comm->ops->send(comm, 0, p->data, p->n);
	}
	if (comm->rank != 0)
		return;
	if (owner != 0) {
		comm->ops->receive(comm, owner, &p->n, sizeof(p->n));
		comm->ops->receive(comm, owner, p->data, p->n);
	}
	checkpoint_put(out, &p->n, sizeof(p->n));
	checkpoint_put(out, p->data, p->n);
}

enum nas_status search_save(struct search *s, struct nas_err *err)
{
	struct checkpoint_out *out = NULL;
	struct checkpoint_head head;
	struct parcel parcel;
	double begin = clock_s();

	if (s->comm->rank == 0) {
		out = malloc(sizeof(*out));
		if (!out)
			nas_fail(err, NAS_ENOMEM, "out of memory for a checkpoint");
	}
	if (parcel_init(s, &parcel, err) != NAS_OK)
		goto done;
	if (out) {
		fill_head(s, &head);
		checkpoint_create(out, s->hooks.checkpoint->path, &head);
		put_rows(&s->rows, out);
	}
	for (int i = 0; i < s->options->islands; i++)
		save_island(s, i, &parcel, out);
	if (out && checkpoint_commit(out, err) == NAS_OK) {
		s->traffic.saves++;
		s->traffic.save_bytes = (int64_t)out->length;
	}
	free(parcel.data);
	s->saved_s = clock_s();
	s->traffic.save_s += s->saved_s - begin;
	comm_agree(s->comm, err);
done:
	free(out);
	return err->code;
}

/* ---- resuming ------------------------------------------------------------ */

#define COUNT_MAX (INT64_MAX / 2) /* what is added to it later still fits */

static bool is_count(int64_t n)
{
	return n >= 0 && n <= COUNT_MAX;
}

static enum nas_status take_head(struct search *s,
				 const struct checkpoint_head *head,
				 struct nas_err *err)
{
	if (head->islands != s->options->islands || head->nrows < 0 ||
	    head->nrows > rows_most(head->islands) || head->latest < 0 ||
	    head->latest > 1 || head->every < 1 || !is_count(head->epochs) ||
	    head->sessions < 1 || head->sessions == INT32_MAX ||
	    !is_count(head->evaluations) || !is_count(head->best_evals))
		return nas_fail(err, NAS_EINPUT,
				"the counts of the checkpoint are invalid");
	s->traffic.sessions = head->sessions + 1;
	s->evaluations = head->evaluations;
	s->best_evals = head->best_evals;
	s->best = head->best;
	s->before_s = head->seconds;
	return NAS_OK;
}

static enum nas_status get_rows(struct search *s, struct checkpoint_in *in,
				struct nas_arena *arena, struct nas_err *err)
{
	const struct checkpoint_head *head = &in->head;
	struct rows *rows = &s->rows;
	size_t n = (size_t)(head->nrows + head->latest);

	if (rows_reserve(rows, head->nrows + 1, arena, err) != NAS_OK ||
	    checkpoint_get(in, rows->row, n * sizeof(*rows->row), err) ||
	    checkpoint_get(in, rows->island_best,
			   n * (size_t)rows->islands * sizeof(double), err))
		return err->code;
	rows_resume(rows, head->epochs, head->every, head->nrows,
		    head->latest == 1);
	return NAS_OK;
}

/* The next island of the file; nothing after a failure. */
static void read_parcel(const struct search *s, struct checkpoint_in *in,
			struct parcel *p, struct nas_err *err)
{
	if (err->code != NAS_OK ||
	    checkpoint_get(in, &p->n, sizeof(p->n), err) != NAS_OK) {
		p->n = 0;
		return;
	}
	if (p->n > parcel_most(s))
		nas_fail(err, NAS_EINPUT,
			 "an island does not belong to this search");
	if (err->code != NAS_OK ||
	    checkpoint_get(in, p->data, p->n, err) != NAS_OK)
		p->n = 0;
}

/* Rank 0 reads island i and gives it to whoever has it. */
static enum nas_status resume_island(struct search *s, int i,
				     struct parcel *p,
				     struct checkpoint_in *in,
				     struct nas_err *err)
{
	struct nas_comm *comm = s->comm;
	int owner = share_owner(&s->share, i);

	if (comm->rank == 0)
		read_parcel(s, in, p, err);
	if (owner != 0 && comm->rank == 0) {
		comm->ops->send(comm, owner, &p->n, sizeof(p->n));
		comm->ops->send(comm, owner, p->data, p->n);
	}
	if (owner != comm->rank)
		return NAS_OK;
	if (owner != 0) {
		comm->ops->receive(comm, 0, &p->n, sizeof(p->n));
		comm->ops->receive(comm, 0, p->data, p->n);
	}
	if (err->code != NAS_OK)
		return err->code;
	return unpack_island(&s->island[i - s->share.first], p->data, p->n,
			     err);
}

static enum nas_status resume_islands(struct search *s,
				      struct checkpoint_in *in,
				      struct nas_err *err)
{
	struct parcel parcel;

	if (parcel_init(s, &parcel, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < s->options->islands; i++)
		if (resume_island(s, i, &parcel, in, err) != NAS_OK)
			continue; /* the others wait for their islands */
	free(parcel.data);
	return comm_agree(s->comm, err);
}

enum nas_status search_resume(struct search *s, struct nas_arena *arena,
			      struct nas_err *err)
{
	struct checkpoint_in in = {0};
	enum nas_status status;
	int found = 0;

	if (s->comm->rank == 0 &&
	    checkpoint_find(&in, s->hooks.checkpoint, err) == NAS_OK)
		found = in.file != NULL;
	if (found && take_head(s, &in.head, err) == NAS_OK &&
	    get_rows(s, &in, arena, err) != NAS_OK)
		found = 0;
	status = comm_agree(s->comm, err);
	if (status == NAS_OK) {
		comm_broadcast(s->comm, 0, &found, sizeof(found));
		status = found ? resume_islands(s, &in, err) : NAS_OK;
	}
	checkpoint_close(&in);
	return status;
}
