/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/mobilenet.h - MobileNet V1, V2 and V3 by width and resolution.
 *
 * By the tables of the papers: V1 Howard et al. (2017), table 1; V2 Sandler et
 * al. (CVPR 2018), table 2; V3 Howard et al. (ICCV 2019), tables 1 and 2, with
 * squeeze-and-excitation on a quarter of the hidden channels. Widths are
 * multiplied and rounded to multiples of 8, never down by more than 10 %
 * (V1's are cut to integers), hidden ones made of the rounded input; the last
 * 1280 (1024 of V3-small) grow with widths above 1 and do not shrink below it.
 *
 * What the form of an architecture cannot say: the first inverted residual
 * block of V2 and V3 has no expansion and is a dwsep here, without V3-large's
 * shortcut and V3-small's squeeze-and-excitation (280 parameters at width 1).
 * V3's layer between pooling and classifier is head.hidden: a part of the
 * classifier, which no entropy counts.
 *
 * Usage:
 *	m = mobilenet_find("mobilenet_v2");
 *	status = mobilenet_make(&arch, m, 0.75, 192, arena, err);
 */
#ifndef SPACES_MOBILENET_H
#define SPACES_MOBILENET_H

#include "spaces/arch.h"

enum mobilenet {
	MOBILENET_V1,
	MOBILENET_V2,
	MOBILENET_V3_LARGE,
	MOBILENET_V3_SMALL,
	MOBILENETS
};

/* "mobilenet_v1", ... */
extern const char *const mobilenet_names[MOBILENETS];

/* By its name, in any case and with any marks between its letters and digits
 * ("MobileNetV2", "V3 Large"); -1: not known. */
int mobilenet_find(const char *name);

#define MOBILENET_WIDTH_MIN 0.05
#define MOBILENET_WIDTH_MAX 16.0

/* For square images of side pixels and 1000 classes; width in the bounds
 * above. NAS_ENOMEM; NAS_EINPUT where the image is too small. */
enum nas_status mobilenet_make(struct arch *arch, enum mobilenet kind,
			       double width, int side, struct arena *arena,
			       struct nas_err *err) NAS_MUST_CHECK;

#endif
