/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting terms of layers, and what they take. */
#include "spaces/latency.h"

#include <math.h>
#include <stdio.h>

#define TERM_ROW(id, key, per, help) { #key, per, help },
const struct latency_term_row latency_terms[LATENCY_TERMS] = {
	LATENCY_TERM_LIST(TERM_ROW)
};

bool latency_is_speck(const struct nas_latency *m, int term)
{
	double most = 0;

	for (int t = 0; t < LATENCY_TERMS; t++)
		if (latency_terms[t].per > 1)
			most = fmax(most, m->term[t] / latency_terms[t].per);
	return latency_terms[term].per > 1 && m->term[term] > 0 &&
	       m->term[term] / latency_terms[term].per < exp2(-14) * most;
}

void latency_finish(struct nas_latency *m)
{
	double most = 0, unit;

	for (int t = 0; t < LATENCY_TERMS; t++) {
		m->cost[t] = m->term[t] / latency_terms[t].per;
		if (latency_terms[t].per > 1)
			most = fmax(most, m->cost[t]);
	}
	if (!(most > 0))
		for (int t = 0; t < LATENCY_TERMS; t++)
			most = fmax(most, m->cost[t]);
	if (!(most > 0))
		return;
	unit = exp2(floor(log2(most)) - 20);
	for (int t = 0; t < LATENCY_TERMS; t++)
		m->cost[t] = rint(m->cost[t] / unit) * unit;
}

static int or_8(int bits)
{
	return bits ? bits : 8;
}

double latency_factor(const struct nas_latency *m, int bits_a, int bits_w)
{
	for (int i = 0; i < m->nfactors; i++)
		if (m->factor[i].bits_a == or_8(bits_a) &&
		    m->factor[i].bits_w == or_8(bits_w))
			return rint(m->factor[i].factor * 64) / 64;
	return 1;
}

static double rounded_up(int channels, int step)
{
	return (channels + step - 1) / step * step;
}

static bool spills(const struct nas_latency *m, double bytes)
{
	return m->on_chip_bytes > 0 && bytes > m->on_chip_bytes;
}

enum latency_kind latency_kind_of(bool depthwise, int area)
{
	if (depthwise)
		return LATENCY_DEPTHWISE;
	return area == 1 ? LATENCY_POINTWISE : LATENCY_CONV;
}

void latency_count_scaling(const struct nas_latency *m, double bytes,
			   double n[LATENCY_TERMS])
{
	n[LATENCY_BYTES_SQUEEZE] += bytes;
	if (spills(m, bytes))
		n[LATENCY_SPILL_SQUEEZE] += bytes;
	n[LATENCY_LAYER_SQUEEZE] += 1;
}

void latency_count_squeeze(const struct nas_latency *m, int h, int q,
			   const struct nas_place *map,
			   double n[LATENCY_TERMS])
{
	n[LATENCY_MACS_SQUEEZE] += 2.0 * h * q;
	n[LATENCY_BYTES_WEIGHTS] += 2.0 * h * q;
	latency_count_scaling(m, 2.0 * h * map->height * map->width, n);
}

void latency_count_work(const struct nas_latency *m,
			const struct latency_work *w, double n[LATENCY_TERMS])
{
	int kind = (int)w->kind, step = m->channel_step;
	double macs = w->macs;

	if (step > 1) { /* exactly: channels divide the MACs */
		macs = macs / w->out * rounded_up(w->out, step);
		if (w->kind != LATENCY_DEPTHWISE)
			macs = macs / w->in * rounded_up(w->in, step);
	}
	n[LATENCY_MACS_CONV + kind] += macs;
	n[LATENCY_BYTES_CONV + kind] += w->bytes;
	if (spills(m, w->bytes))
		n[LATENCY_SPILL_CONV + kind] += w->bytes;
	n[LATENCY_LAYER_CONV + kind] += 1;
	n[LATENCY_BYTES_WEIGHTS] += w->weights;
}

void latency_count_conv(const struct nas_latency *m, const struct nas_conv *c,
			const struct nas_place *in,
			const struct nas_place *out, double n[LATENCY_TERMS])
{
	double area = (double)out->height * out->width;
	double weights = (double)c->kernel * c->kernel * c->in / c->groups *
			 c->out;
	const struct latency_work w = {
		.kind = latency_kind_of(c->groups > 1, c->kernel * c->kernel),
		.in = c->in, .out = c->out, .macs = area * weights,
		.weights = weights,
		.bytes = (double)in->height * in->width * c->in +
			 area * c->out,
	};

	latency_count_work(m, &w, n);
	if (c->squeeze)
		latency_count_squeeze(m, c->out, c->squeeze, out, n);
}

void latency_count_dense(double in, double out, double n[LATENCY_TERMS])
{
	n[LATENCY_MACS_DENSE] += in * out;
	n[LATENCY_BYTES_WEIGHTS] += in * out;
}

double latency_of_counts(const struct nas_latency *m,
			 const double n[LATENCY_TERMS])
{
	double ms = 0;

	for (int t = 0; t < LATENCY_TERMS; t++)
		ms += m->cost[t] * n[t];
	return ms;
}

double latency_of_conv(const struct nas_latency *m, const struct nas_conv *c,
		       const struct nas_place *in, const struct nas_place *out)
{
	double n[LATENCY_TERMS] = { 0 };

	if (!m)
		return 0;
	latency_count_conv(m, c, in, out, n);
	return latency_of_counts(m, n) * latency_factor(m, c->bits_a, c->bits_w);
}

double latency_of_step(const struct nas_latency *m, const struct nas_step *s)
{
	const struct nas_place in = { .height = s->in_height,
				      .width = s->in_width };
	const struct nas_place out = { .height = s->out_height,
				       .width = s->out_width };

	return latency_of_conv(m, &s->conv, &in, &out);
}

double latency_of_block(const struct nas_latency *m, const struct nas_block *b,
			const struct nas_place *in)
{
	struct nas_place from[BLOCK_STEPS_MAX], to[BLOCK_STEPS_MAX];
	struct nas_conv c[BLOCK_STEPS_MAX];
	double n[LATENCY_TERMS] = { 0 };
	int steps;

	if (!m)
		return 0;
	steps = block_steps(b, c);
	block_places(c, steps, in, from, to);
	for (int j = 0; j < steps; j++)
		latency_count_conv(m, &c[j], &from[j], &to[j], n);
	return latency_of_counts(m, n);
}

static void count_head(const struct nas_head *head, int channels,
		       double n[LATENCY_TERMS])
{
	if (head->classes && head->hidden) {
		latency_count_dense(channels, head->hidden, n);
		latency_count_dense(head->hidden, head->classes, n);
	} else if (head->classes) {
		latency_count_dense(channels, head->classes, n);
	}
}

double latency_of_end(const struct nas_latency *m, const struct nas_head *head,
		      int channels)
{
	double n[LATENCY_TERMS] = { 0 };

	if (!m)
		return 0;
	count_head(head, channels, n);
	return latency_of_counts(m, n) *
		       latency_factor(m, head->bits_a, head->bits_w) +
	       m->cost[LATENCY_NETWORK];
}

/* to += factor * n; n = 0 */
static void add_counts(double *to, double *n, double factor)
{
	for (int t = 0; t < LATENCY_TERMS; t++) {
		to[t] += factor * n[t];
		n[t] = 0;
	}
}

void latency_count_arch(const struct nas_latency *m,
			const struct nas_arch *arch, double n[LATENCY_TERMS])
{
	struct nas_place at = place_input(arch->height, arch->width);
	double layer[LATENCY_TERMS] = { 0 };
	int last = 0;

	for (int b = 0; b < arch->nblocks; b++) {
		struct nas_place from[BLOCK_STEPS_MAX], to[BLOCK_STEPS_MAX];
		const struct nas_block *block = &arch->block[b];
		struct nas_conv c[BLOCK_STEPS_MAX];
		int steps = block_steps(block, c);

		block_places(c, steps, &at, from, to);
		for (int j = 0; j < steps; j++) {
			latency_count_conv(m, &c[j], &from[j], &to[j], layer);
			add_counts(n, layer, latency_factor(m, c[j].bits_a,
							    c[j].bits_w));
		}
		at = place_after(&at, block->stride);
		last = block->out;
	}
	count_head(&arch->head, last, layer);
	add_counts(n, layer, latency_factor(m, arch->head.bits_a,
					    arch->head.bits_w));
	n[LATENCY_NETWORK] += 1;
}

double latency_of(const struct nas_latency *m, const struct nas_arch *arch)
{
	double n[LATENCY_TERMS] = { 0 };

	if (!m)
		return 0;
	latency_count_arch(m, arch, n);
	return latency_of_counts(m, n);
}

void latency_text(char *out, size_t size, const struct nas_latency *m)
{
	const char *name = m->name ? m->name : "the model given";

	if (m->error.rows > 0)
		snprintf(out, size, "%s, off by %.1f %% on average and %.1f %% "
			 "at most (%d measured; %s)", name, m->error.mean,
			 m->error.max, m->error.rows,
			 m->error.method ? m->error.method
					 : "how is not said");
	else
		snprintf(out, size, "%s, whose error is not known", name);
}

char *latency_by(const struct nas_latency *m, struct nas_arena *arena)
{
	char text[512];

	if (!m)
		return NULL;
	latency_text(text, sizeof(text), m);
	return arena_strdup(arena, text);
}

double latency_error_percent(const struct nas_latency *m)
{
	return m && m->error.rows > 0 ? m->error.mean : (double)NAN;
}
