/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <png.h>

#include "nas/data/image.h"

/* Transparency over black, without a change of gamma. */
static void drop_alpha(uint8_t *rgb, const uint8_t *rgba, size_t pixels)
{
	for (size_t i = 0; i < pixels; i++)
		for (size_t c = 0; c < 3; c++)
			rgb[3 * i + c] =
				(uint8_t)((rgba[4 * i + c] * rgba[4 * i + 3] +
					   127) /
					  255);
}

bool image_png(struct image *image, const uint8_t *bytes, size_t n)
{
	png_image png = {.version = PNG_IMAGE_VERSION};
	uint8_t *rgba = NULL;
	bool ok = false;

	if (png_image_begin_read_from_memory(&png, bytes, n)) {
		png.format = PNG_FORMAT_RGBA;
		if (image_allocate(image, png.width, png.height))
			rgba = malloc(PNG_IMAGE_SIZE(png));
		ok = rgba && png_image_finish_read(&png, NULL, rgba, 0, NULL);
	}
	if (ok)
		drop_alpha(image->owned, rgba,
			   (size_t)image->width * (size_t)image->height);
	free(rgba);
	png_image_free(&png);
	return ok;
}
