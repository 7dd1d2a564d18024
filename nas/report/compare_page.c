/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/compare_page.h"

#include "nas/base/file.h"
#include "nas/report/report.h"

#define PATH_SIZE 4096

static enum nas_status write_charts(const char *dir,
				    const struct report *report,
				    struct nas_err *err)
{
	int n;
	const struct chart *const *charts = report_charts(report, &n);
	char plots[PATH_SIZE], name[64];

	if (file_join(plots, sizeof(plots), dir, "plots", err) != NAS_OK ||
	    file_make_dir(plots, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < n && err->code == NAS_OK; i++) {
		struct nas_text t = {0};

		if (report_absent(charts[i], report))
			continue;
		snprintf(name, sizeof(name), "%s.svg", charts[i]->name);
		report_svg(&t, charts[i], report);
		(void)!text_write_in(&t, plots, name, err);
		text_free(&t);
	}
	return err->code;
}

enum nas_status report_compare_write(const char *dir,
				     const struct nas_comparison *c,
				     struct nas_err *err)
{
	struct report report = { .comparison = c };
	struct nas_text t = {0};

	if (report_page(&t, &report, err) == NAS_OK &&
	    text_write_in(&t, dir, "compare.html", err) == NAS_OK)
		(void)!write_charts(dir, &report, err);
	text_free(&t);
	return err->code;
}
