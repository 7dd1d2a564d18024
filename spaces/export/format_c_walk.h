/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/format_c_walk.h - steps of the walk that plans the calls. For
 * those of format_c_plan.c and the files of blocks beside it only; format_c.h
 * says where maps lie.
 */
#ifndef SPACES_EXPORT_FORMAT_C_WALK_H
#define SPACES_EXPORT_FORMAT_C_WALK_H

#include "spaces/export/format_c.h"

#define SUM_BITS 64

struct walk_end { /* what a block's last convolution makes */
	int bits;      /* levels that the next layer reads; 0 = not kept */
	bool sums;     /* means are taken of it: the head's */
	int map;       /* -1 = no feature map */
	int64_t alive; /* bits at x's end that are read meanwhile */
	int64_t source; /* and at the other end */
};

int64_t walk_whole(int64_t bits); /* up to whole bytes */
int walk_after(int side, int stride);
int64_t walk_area(const struct c_plan *p);

/* First bit of so many at an end. */
int64_t walk_at(const struct c_plan *p, bool top, int64_t bits);
/* So many bits are alive at once. */
void walk_need(struct c_plan *p, int64_t bits);
/* Where what lies between the ends begins: behind what is at the bottom. */
int64_t walk_between(const struct c_plan *p, int64_t at_x, int64_t opposite);

/* The call of a convolution; later ones see the map that it makes. */
struct c_call *walk_conv(struct c_plan *p, enum c_kind kind,
			 const struct nas_conv *conv);
/* The next layer reads what c made. */
void walk_see_next(struct c_plan *p, struct c_call *c, int layer);

/* A map that lies in the arena after a call. */
void walk_see(struct c_plan *p, struct c_seen *seen, int tensor, int64_t bit,
	      int bits, int channels, bool planar);

struct walk_end walk_ends(struct c_plan *p, int b);
/* Place, numbers and flags of a block's last convolution; c->r and c->bits_r
 * are set. top: the end that it writes to. */
enum nas_status walk_end(struct c_plan *p, struct c_call *c,
			 const struct walk_end *e, bool top, double residual,
			 int parts) NAS_MUST_CHECK;

/* A convolution, from one end of the arena to the other. */
enum nas_status walk_last(struct c_plan *p, const struct nas_conv *conv,
			  struct walk_end *e) NAS_MUST_CHECK;

/* Squeeze-and-excitation around a depthwise call; out: scale of its output. */
enum nas_status walk_gate(struct c_plan *p, struct c_call *c,
			  const struct nas_conv *conv,
			  double out) NAS_MUST_CHECK;

/* Blocks: one convolution after another, with a shortcut around a depthwise
 * one and the last, or without; basic and bottleneck are ResNet's. */
enum nas_status walk_row(struct c_plan *p, int b) NAS_MUST_CHECK;
enum nas_status walk_mbconv(struct c_plan *p, int b) NAS_MUST_CHECK;
enum nas_status walk_resnet(struct c_plan *p, int b) NAS_MUST_CHECK;

#endif
