/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that the formats' own libraries write, whole and damaged, and
 * folders of them. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp */
#include "tests/check.h"

#include <png.h>
#include <turbojpeg.h>

#include "nas/data/data.h"
#include "nas/base/file.h"
#include "nas/data/image.h"
#include "nas/base/rng.h"
#include "tests/base/folder.h"

#define WIDTH  19
#define HEIGHT 14
#define PIXELS (WIDTH * HEIGHT)
#define BYTES  16384

/* Not file_write, which waits for the disk: there are thousands. Nor over a
 * file that is there, for which some file systems wait too. */
static void put(const char *name, const void *bytes, size_t n)
{
	FILE *f;

	remove(in_folder(name));
	f = fopen(in_folder(name), "wb");
	assert_non_null(f);
	assert_true(fwrite(bytes, 1, n, f) == n);
	fclose(f);
}

struct file {
	uint8_t bytes[BYTES];
	size_t n;
};

/* Slopes, that JPEG keeps well too. */
static void draw(uint8_t *p, int channels)
{
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			const int v[4] = {10 * x + 20, 15 * y, 200 - 5 * x,
					  255 - 18 * y};

			for (int c = 0; c < channels; c++)
				*p++ = (uint8_t)v[c];
		}
}

static void make_png(struct file *f, const void *pixels, uint32_t format)
{
	png_image png = {.version = PNG_IMAGE_VERSION,
			 .width = WIDTH,
			 .height = HEIGHT,
			 .format = format};
	png_alloc_size_t n = BYTES;

	assert_true(png_image_write_to_memory(&png, f->bytes, &n, 0, pixels, 0,
					      NULL));
	f->n = n;
}

static void make_jpeg(struct file *f, const uint8_t *pixels, int format,
		      int sampling, int flags)
{
	tjhandle tj = tjInitCompress();
	unsigned char *out = NULL;
	unsigned long n = 0;

	assert_int_equal(tjCompress2(tj, pixels, WIDTH, 0, HEIGHT, format, &out,
				     &n, sampling, 98, flags),
			 0);
	assert_true(n <= BYTES);
	memcpy(f->bytes, out, n);
	f->n = n;
	tjFree(out);
	tjDestroy(tj);
}

static bool read_back(struct image *m, const struct file *f)
{
	struct nas_err err = {0};

	put("picture", f->bytes, f->n);
	if (image_read(m, in_folder("picture"), &err) == NAS_OK)
		return true;
	assert_int_equal(err.code, NAS_EINPUT);
	assert_null(m->owned);
	return false;
}

/* Largest difference to what was drawn, of so many channels in the file. */
static int worst(const struct file *f, const uint8_t *drawn, int channels)
{
	struct image m;
	int most = 0;

	assert_true(read_back(&m, f));
	assert_int_equal(m.width, WIDTH);
	assert_int_equal(m.height, HEIGHT);
	for (int i = 0; i < 3 * PIXELS; i++) {
		int k = channels == 1 ? i / 3 : i;
		int d = abs(m.data[i] - drawn[k]);

		most = d > most ? d : most;
	}
	image_free(&m);
	return most;
}

static void png_is_exact(void **state)
{
	uint8_t colour[3 * PIXELS], gray[PIXELS];
	struct file f;

	(void)state;
	draw(colour, 3);
	make_png(&f, colour, PNG_FORMAT_RGB);
	assert_int_equal(worst(&f, colour, 3), 0);
	draw(gray, 1);
	make_png(&f, gray, PNG_FORMAT_GRAY);
	assert_int_equal(worst(&f, gray, 1), 0);
}

/* p a / 255, to the nearest. */
static void transparency_is_over_black(void **state)
{
	uint8_t p[4 * PIXELS], want[3 * PIXELS];
	struct file f;

	(void)state;
	draw(p, 4);
	make_png(&f, p, PNG_FORMAT_RGBA);
	for (int i = 0; i < 3 * PIXELS; i++)
		want[i] = (uint8_t)lround(p[i / 3 * 4 + i % 3] *
					  p[i / 3 * 4 + 3] / 255.0);
	assert_int_equal(worst(&f, want, 3), 0);
}

static void put32(uint8_t *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> 8 * i);
}

/* Of 8, 24 or 32 bits; rows from the bottom up, or from the top down. */
static void make_bmp(struct file *f, const uint8_t *pixels, unsigned bits,
		     bool down)
{
	size_t first = 54 + (bits == 8 ? 1024 : 0), step = bits / 8;
	size_t pitch = (WIDTH * step + 3) / 4 * 4;

	memset(f->bytes, 0, first + HEIGHT * pitch);
	memcpy(f->bytes, "BM", 2);
	put32(f->bytes + 10, (uint32_t)first);
	put32(f->bytes + 14, 40);
	put32(f->bytes + 18, WIDTH);
	put32(f->bytes + 22, down ? -(uint32_t)HEIGHT : HEIGHT);
	put32(f->bytes + 26, 1 | bits << 16);
	for (int i = 0; bits == 8 && i < 256; i++)
		put32(f->bytes + 54 + 4 * i, (uint32_t)(i * 0x010101));
	for (size_t i = 0; i < PIXELS; i++) {
		size_t y = down ? i / WIDTH : HEIGHT - 1 - i / WIDTH;
		uint8_t *to = f->bytes + first + y * pitch + i % WIDTH * step;

		for (size_t c = 0; c < (bits == 8 ? 1 : 3); c++)
			to[c] = bits == 8 ? pixels[i] : pixels[3 * i + 2 - c];
	}
	f->n = first + HEIGHT * pitch;
}

static void bmp_is_exact(void **state)
{
	static const unsigned kinds[] = {8, 24, 32};
	uint8_t colour[3 * PIXELS], gray[PIXELS];
	struct image m;
	struct file f;

	(void)state;
	draw(colour, 3);
	draw(gray, 1);
	for (size_t i = 0; i < 6; i++) {
		unsigned bits = kinds[i / 2];

		make_bmp(&f, bits == 8 ? gray : colour, bits, i % 2);
		assert_int_equal(worst(&f, bits == 8 ? gray : colour,
				       bits == 8 ? 1 : 3), 0);
		f.n--;
		assert_false(read_back(&m, &f));
	}
	make_bmp(&f, gray, 8, false);
	put32(f.bytes + 46, 1); /* colours, of which more are used */
	assert_false(read_back(&m, &f));
	make_bmp(&f, colour, 24, false);
	put32(f.bytes + 30, 1); /* compressed */
	assert_false(read_back(&m, &f));
}

static void jpeg_is_close(void **state)
{
	static const int samplings[] = {TJSAMP_444, TJSAMP_422, TJSAMP_420,
					TJSAMP_440};
	uint8_t colour[3 * PIXELS], gray[PIXELS];
	struct file f;

	(void)state;
	draw(colour, 3);
	for (size_t i = 0; i < 4; i++) {
		make_jpeg(&f, colour, TJPF_RGB, samplings[i], 0);
		assert_true(worst(&f, colour, 3) <= (i ? 14 : 5));
		make_jpeg(&f, colour, TJPF_RGB, samplings[i],
			  TJFLAG_PROGRESSIVE);
		assert_true(worst(&f, colour, 3) <= (i ? 14 : 5));
	}
	draw(gray, 1);
	make_jpeg(&f, gray, TJPF_GRAY, TJSAMP_GRAY, 0);
	assert_true(worst(&f, gray, 1) <= 3);
}

/* However much is missing: an error, never a picture with a gray rest. */
static void cut_off(const struct file *whole, size_t spare)
{
	struct file f = *whole;
	struct image m;

	for (f.n = 0; f.n + spare < whole->n; f.n++)
		assert_false(read_back(&m, &f));
}

static void truncated_files_are_errors(void **state)
{
	uint8_t p[3 * PIXELS];
	struct file f;

	(void)state;
	draw(p, 3);
	make_jpeg(&f, p, TJPF_RGB, TJSAMP_420, 0);
	cut_off(&f, 0);
	make_jpeg(&f, p, TJPF_RGB, TJSAMP_420, TJFLAG_PROGRESSIVE);
	cut_off(&f, 0);
	make_png(&f, p, PNG_FORMAT_RGB);
	cut_off(&f, 12); /* without the end mark all pixels are there */
}

static void damage_never_crashes(void **state)
{
	uint8_t p[3 * PIXELS];
	struct file made[3], f;
	struct rng rng;
	struct image m;

	(void)state;
	rng_seed(&rng, check_seed(1), 1);
	draw(p, 3);
	make_jpeg(&made[0], p, TJPF_RGB, TJSAMP_420, 0);
	make_jpeg(&made[1], p, TJPF_RGB, TJSAMP_444, TJFLAG_PROGRESSIVE);
	make_png(&made[2], p, PNG_FORMAT_RGB);
	for (int i = 0; i < 900; i++) {
		int hits = 1 + i % 4;

		f = made[i % 3];
		for (int k = 0; k < hits; k++)
			f.bytes[rng_below(&rng, (uint32_t)f.n)] =
				(uint8_t)rng_below(&rng, 256);
		if (read_back(&m, &f))
			image_free(&m);
	}
}

/* A byte of a packed row: the checksum tells. */
static void a_changed_png_is_an_error(void **state)
{
	uint8_t p[3 * PIXELS];
	struct image m;
	struct file f;

	(void)state;
	draw(p, 3);
	make_png(&f, p, PNG_FORMAT_RGB);
	f.bytes[f.n - 40] ^= 1;
	assert_false(read_back(&m, &f));
}

/* Sizes that no file of a few bytes fills take no memory. */
static void huge_sizes_are_errors(void **state)
{
	uint8_t p[3 * PIXELS];
	struct image m;
	struct file f;

	(void)state;
	draw(p, 3);
	make_jpeg(&f, p, TJPF_RGB, TJSAMP_444, 0);
	for (size_t i = 0; i + 8 < f.n; i++)
		if (f.bytes[i] == 0xff && f.bytes[i + 1] == 0xc0) {
			memset(f.bytes + i + 5, 0xfe, 4);
			assert_false(read_back(&m, &f));
		}
}

static void a_name_is_not_believed(void **state)
{
	uint8_t p[3 * PIXELS];
	struct nas_err err = {0};
	struct image m;
	struct file f;

	(void)state;
	draw(p, 3);
	make_png(&f, p, PNG_FORMAT_RGB);
	put("png.jpg", f.bytes, f.n);
	CHECK_OK(image_read(&m, in_folder("png.jpg"), &err), &err);
	assert_int_equal(m.data[3], 30);
	image_free(&m);
	put("text.png", "no picture", 10);
	CHECK_FAILS(image_read(&m, in_folder("text.png"), &err), NAS_EINPUT,
		    &err, "not a PNG");
}

static void flat(struct file *f, bool jpeg, int r, int g, int b)
{
	uint8_t p[3 * PIXELS];

	for (int i = 0; i < 3 * PIXELS; i++)
		p[i] = (uint8_t)(i % 3 == 0 ? r : i % 3 == 1 ? g : b);
	if (jpeg)
		make_jpeg(f, p, TJPF_RGB, TJSAMP_444, 0);
	else
		make_png(f, p, PNG_FORMAT_RGB);
}

static void lay_out_classes(void)
{
	struct nas_err err = {0};
	struct file red, green, blue;

	flat(&red, false, 255, 0, 0);
	flat(&green, true, 0, 255, 0);
	flat(&blue, false, 0, 0, 255);
	CHECK_OK(file_make_dir(in_folder("set/rose"), &err), &err);
	CHECK_OK(file_make_dir(in_folder("set/daisy"), &err), &err);
	CHECK_OK(file_make_dir(in_folder("set/empty"), &err), &err);
	CHECK_OK(file_make_dir(in_folder("set/.hidden"), &err), &err);
	put("set/rose/10.JPEG", green.bytes, green.n);
	put("set/rose/09.png", red.bytes, red.n);
	put("set/rose/11.jpg", blue.bytes, blue.n);
	put("set/daisy/a.jpg", green.bytes, green.n);
	put("set/daisy/notes.txt", "daisies", 7);
	put("set/daisy/.b.png", red.bytes, red.n);
	put("set/.hidden/c.png", red.bytes, red.n);
	put("set/readme.md", "classes", 7);
}

/* Classes by name: daisy 0, empty 1, rose 2; images of classes in turn. */
static void folders_are_classes(void **state)
{
	static const int want[4] = {0, 2, 2, 2};
	static const float colour[4][3] = {
		{-1, 1, -1}, {1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}};
	struct data_options o = DATA_DEFAULTS;
	struct nas_err err = {0};
	struct data *d;
	float x[4 * 3 * 2 * 2];
	int label[4];

	(void)state;
	lay_out_classes();
	o.channels = 3;
	o.height = o.width = 2;
	CHECK_OK(data_open(&d, in_folder("set"), NULL, &o, &err), &err);
	assert_int_equal(d->n, 4);
	assert_int_equal(d->nclasses, 3);
	assert_string_equal(d->class_name[2], "rose");
	CHECK_OK(data_get(d, 0, 4, x, label, 2, &err), &err);
	assert_non_null(strstr(data_name(d, 1), "rose/09.png"));
	for (int i = 0; i < 4; i++) {
		assert_int_equal(label[i], want[i]);
		for (int k = 0; k < 12; k++)
			CHECK_CLOSE((double)x[12 * i + k],
				    (double)colour[i][k / 4], 0.02);
	}
	data_close(d);
}

static void a_damaged_image_is_named(void **state)
{
	struct data_options o = DATA_DEFAULTS;
	struct nas_err err = {0};
	struct data *d;
	struct file f;
	float x[4 * 3];
	int label[4];

	(void)state;
	lay_out_classes();
	flat(&f, true, 9, 9, 9);
	put("set/rose/10.JPEG", f.bytes, f.n - 9);
	o.channels = 3;
	o.height = o.width = 1;
	CHECK_OK(data_open(&d, in_folder("set"), NULL, &o, &err), &err);
	CHECK_FAILS(data_get(d, 0, 4, x, label, 2, &err), NAS_EINPUT, &err,
		    "damaged");
	assert_non_null(strstr(nas_err_source(&err, 0), "rose/10.JPEG"));
	data_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(png_is_exact),
		cmocka_unit_test(transparency_is_over_black),
		cmocka_unit_test(bmp_is_exact),
		cmocka_unit_test(jpeg_is_close),
		cmocka_unit_test(truncated_files_are_errors),
		cmocka_unit_test(damage_never_crashes),
		cmocka_unit_test(a_changed_png_is_an_error),
		cmocka_unit_test(huge_sizes_are_errors),
		cmocka_unit_test(a_name_is_not_believed),
		cmocka_unit_test(folders_are_classes),
		cmocka_unit_test(a_damaged_image_is_named),
	};
	return cmocka_run_group_tests_name("image", tests, make_folder,
					   drop_folder) != 0;
}
