/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory of a picture. */
#include <stdlib.h>

#include "nas/data/image.h"

bool image_allocate(struct image *image, int64_t width, int64_t height)
{
	if (width < 1 || height < 1 || width > IMAGE_PIXELS_MAX / height)
		return false;
	image->width = (int)width;
	image->height = (int)height;
	image->channels = 3;
	image->owned = malloc((size_t)(width * height) * 3);
	image->data = image->owned;
	return image->owned != NULL;
}

void image_free(struct image *image)
{
	free(image->owned);
	*image = (struct image){0};
}
