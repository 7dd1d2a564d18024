/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <turbojpeg.h>

#include "nas/data/image.h"

bool image_jpeg(struct image *image, const uint8_t *bytes, size_t n)
{
	tjhandle tj = tjInitDecompress();
	int width = 0, height = 0, sampling, space;
	bool ok;

	ok = tj &&
	     tjDecompressHeader3(tj, bytes, n, &width, &height, &sampling,
				 &space) == 0 &&
	     image_allocate(image, width, height) &&
	     tjDecompress2(tj, bytes, n, image->owned, width, 0, height,
			   TJPF_RGB, TJFLAG_ACCURATEDCT) == 0;
	if (tj)
		tjDestroy(tj);
	return ok;
}
