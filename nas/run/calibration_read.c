/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One network trained at several fixed numbers of bits. */
#include "nas/base/quantity.h"
#include "nas/run/calibration.h"
#include "spaces/measured.h"

struct reading {
	const struct nas_arch_list *list;
	const char *path;
	struct nas_err *err;
};

static enum nas_status bad(const struct reading *r, int i, const char *what)
{
	return nas_fail_at(r->err, NAS_EINPUT, r->path, 0, 0, NULL,
			   "network %d ('%.80s') %s", i, r->list->arch[i].name,
			   what);
}

/* The bits that all convolutions have. */
static enum nas_status read_bits(const struct reading *r, int i, int *bits_a,
				 int *bits_w)
{
	const struct nas_arch *arch = &r->list->arch[i];

	*bits_a = arch->block[0].bits_a[0];
	*bits_w = arch->block[0].bits_w[0];
	if (!*bits_a || !*bits_w)
		return bad(r, i, "has no bits");
	for (int b = 0; b < arch->nblocks; b++) {
		const struct nas_block *block = &arch->block[b];

		for (int j = 0; j < block_kinds[block->kind].nconvs; j++)
			if (block->bits_a[j] != *bits_a ||
			    block->bits_w[j] != *bits_w)
				return bad(r, i, "has convolutions of "
					   "different bits");
	}
	return NAS_OK;
}

static bool same_shape(const struct nas_arch *x, const struct nas_arch *y)
{
	if (x->nblocks != y->nblocks || x->height != y->height ||
	    x->width != y->width || x->channels != y->channels)
		return false;
	for (int b = 0; b < x->nblocks; b++) {
		const struct nas_block *p = &x->block[b], *q = &y->block[b];

		if (p->kind != q->kind || p->in != q->in || p->out != q->out ||
		    p->hidden != q->hidden || p->kernel != q->kernel ||
		    p->stride != q->stride || p->squeeze != q->squeeze)
			return false;
	}
	return true;
}

enum nas_status calibration_read(struct calibrate_table *table,
				 struct calibration_record *record,
				 const char *path, struct nas_arena *arena,
				 struct nas_err *err)
{
	int *bits_a, *bits_w;
	struct nas_arch_list list;
	struct reading r = {&list, path, err};
	double *accuracy;

	if (measured_read(&list, path, arena, err) != NAS_OK)
		return err->code;
	bits_a = NAS_NEW(arena, int, (size_t)list.n);
	bits_w = NAS_NEW(arena, int, (size_t)list.n);
	accuracy = NAS_NEW(arena, double, (size_t)list.n);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the table");
	for (int i = 0; i < list.n; i++) {
		if (!same_shape(&list.arch[i], &list.arch[0]))
			return bad(&r, i, "is not the first one with other "
				   "bits");
		if (read_bits(&r, i, &bits_a[i], &bits_w[i]) != NAS_OK)
			return err->code;
		accuracy[i] = list.arch[i].measured->accuracy;
	}
	record->rows = list.n;
	*table = (struct calibrate_table){list.n, bits_a, bits_w, accuracy};
	return NAS_OK;
}

enum nas_status calibration_read_sigmas(struct calibration_record *record,
					const char *text,
					struct nas_arena *arena,
					struct nas_err *err)
{
	static const struct quantity_limits want = {
		"--sigmas", ARCH_SIGMA_MIN, ARCH_SIGMA_MAX, CALIBRATE_SIGMAS_MAX
	};
	double *sigma = NAS_NEW(arena, double, CALIBRATE_SIGMAS_MAX);

	if (!sigma)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the sigmas");
	if (quantity_read_list(sigma, &record->nsigmas, &want,
			       text ? text : CALIBRATE_SIGMAS_TEXT, err))
		return err->code;
	for (int i = 0; i < record->nsigmas; i++)
		for (int k = 0; k < i; k++)
			if (sigma[i] == sigma[k])
				return nas_fail(err, NAS_EUSAGE, "--sigmas: "
						"duplicate value %g", sigma[i]);
	record->sigma = sigma;
	return NAS_OK;
}
