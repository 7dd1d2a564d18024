/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/data/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/file.h"

static const struct {
	const char *magic;
	size_t n;
	image_decoder *decode;
} decoders[] = {
	{"\x89PNG\r\n\x1a\n", 8, image_png},
	{"\xff\xd8\xff", 3, image_jpeg},
	{"BM", 2, image_bmp},
	{"P6", 2, image_ppm},
	{"P5", 2, image_ppm},
};

bool image_is_file(const char *path)
{
	static const char *const ends[] = {
		".png",	 ".PNG", ".jpg", ".JPG", ".jpeg",
		".JPEG", ".bmp", ".BMP", ".ppm", ".pgm",
	};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(dot, ends[i]) == 0)
			return true;
	return false;
}

static bool decode(struct image *image, const char *bytes, size_t n)
{
	for (size_t i = 0; i < sizeof(decoders) / sizeof(decoders[0]); i++)
		if (n >= decoders[i].n &&
		    memcmp(bytes, decoders[i].magic, decoders[i].n) == 0)
			return decoders[i].decode(image, (const uint8_t *)bytes,
						  n);
	return false;
}

enum nas_status image_read(struct image *image, const char *path,
			   struct nas_err *err)
{
	char *bytes;
	size_t n;

	*image = (struct image){0};
	if (file_read(path, IMAGE_BYTES_MAX, &bytes, &n, err) != NAS_OK)
		return err->code;
	errno = 0; /* the libraries say only that they failed */
	if (!decode(image, bytes, n)) {
		bool memory = errno == ENOMEM;

		image_free(image);
		if (memory)
			file_fail(err, "read", path, ENOMEM);
		else
			nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
				    "is not a PNG, JPEG, BMP, PPM or PGM file "
				    "of a supported kind, or is damaged");
	}
	free(bytes);
	return err->code;
}
