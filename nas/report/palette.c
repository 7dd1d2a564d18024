/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/palette.h"

static const struct {
	const char *name, *light, *dark;
} colours[] = {
#define X(name, light, dark) { #name, light, dark },
	PALETTE_MAP(X)
#undef X
};

#define NCOLOURS (sizeof(colours) / sizeof(colours[0]))

static const char shapes[] =
	"svg text{font-family:system-ui,-apple-system,\"Segoe UI\",\"Noto "
	"Sans\",sans-serif;font-size:11px;font-variant-numeric:tabular-nums}\n"
	"svg .n,svg .on{font-size:12px}\n"
	"svg .b{font-size:12px;font-weight:600}\n"
	"svg .axis{stroke-width:1}\n"
	"svg .line{fill:none;stroke-width:2;stroke-linejoin:round}\n"
	"svg .thin{fill:none;stroke-width:1;stroke-linejoin:round}\n"
	"svg .dash{stroke-dasharray:6 4}\n"
	"svg .dot{stroke-dasharray:2 3}\n"
	"svg .faint{opacity:.45}\n"
	"svg .ring{stroke-width:1.5}\n"
	"svg .halo{paint-order:stroke;stroke-width:3px;stroke-linejoin:"
	"round}\n";

static void add_colours(struct nas_text *t, bool dark)
{
	for (size_t i = 0; i < NCOLOURS; i++) {
		const char *c = dark ? colours[i].dark : colours[i].light;

		text_addf(t, "svg .f-%s{fill:%s}svg .l-%s{stroke:%s}\n",
			  colours[i].name, c, colours[i].name, c);
	}
	/* text by its role */
	text_addf(t, "svg .t{fill:%s}svg .n,svg .b{fill:%s}"
		     "svg .halo{stroke:%s}\n",
		  dark ? colours[1].dark : colours[1].light,
		  dark ? colours[0].dark : colours[0].light,
		  dark ? colours[4].dark : colours[4].light);
}

void palette_css(struct nas_text *t, enum palette_for what)
{
	text_add(t, shapes);
	add_colours(t, false);
	if (what == PALETTE_LIGHT)
		return;
	text_add(t, "@media screen and (prefers-color-scheme:dark){\n");
	add_colours(t, true);
	text_add(t, "}\n");
}

/* Neighbours differ in colour and in dashes, so that equal lines of two runs
 * are both seen. Red is last: it is the colour of limits. */
static const char *const run_lines[] = {
	"line l-blue",	     "line dash l-orange", "line dot l-green",
	"line l-purple",     "line dash l-sky",	   "line dot l-red",
	"line dash l-blue",  "line dot l-orange",  "line l-green",
	"line dash l-purple", "line dot l-sky",	   "line l-red",
	"line dot l-blue",   "line l-orange",	   "line dash l-green",
	"line dot l-purple", "line l-sky",	   "line dash l-red",
};

static const char *const run_dots[] = { "f-blue",   "f-orange", "f-green",
					"f-purple", "f-sky",	"f-red" };

const char *palette_run_line(int i)
{
	return run_lines[i % 18];
}

const char *palette_run_dot(int i)
{
	return run_dots[i % 6];
}
