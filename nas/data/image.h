/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/data/image.h - pictures: PNG, JPEG, BMP, PPM and PGM.
 *
 * Usage:
 *	status = image_read(&image, "cat.jpg", err);
 *	image_to_floats(x, &image, 3, 224, 224, mean, std);
 *	image_free(&image);
 *
 * Formats are told by their first bytes. libpng and libjpeg-turbo read theirs;
 * BMP without compression (8, 24, 32 bits) and binary PPM and PGM of 8 bits
 * are read here. Transparent parts become black.
 */
#ifndef NAS_DATA_IMAGE_H
#define NAS_DATA_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "nas/base/err.h"

#define IMAGE_PIXELS_MAX ((int64_t)64 << 20)
#define IMAGE_BYTES_MAX	 ((size_t)256 << 20)

struct image {
	int width, height, channels;
	const uint8_t *data; /* (height, width, channels), or, planar,
			      * (channels, height, width) */
	bool planar;
	uint8_t *owned; /* NULL = somebody else's data */
};

enum nas_status image_read(struct image *image, const char *path,
			   struct nas_err *err) NAS_MUST_CHECK;
void image_free(struct image *image);
bool image_is_file(const char *path); /* by its name */

/* x (channels, height, width): resized, gray made colour or the reverse,
 * (p / 255 - mean) / std. Bilinear at pixel centres; where it shrinks, the
 * triangle is as wide as the step, as Pillow's BILINEAR has it. False when
 * memory is out. */
bool image_to_floats(float *x, const struct image *image, int channels,
		     int height, int width, const float *mean,
		     const float *std) NAS_MUST_CHECK;

/* Decoders: false = damaged or not supported. data (height, width, 3). */
typedef bool image_decoder(struct image *image, const uint8_t *bytes, size_t n);
image_decoder image_png, image_jpeg, image_bmp, image_ppm;

/* Room for 3 channels; false when it is too much. */
bool image_allocate(struct image *image, int64_t width, int64_t height);

#endif
