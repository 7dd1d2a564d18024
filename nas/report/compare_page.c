/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/compare_page.h"

#include "nas/report/report.h"

#define PATH_SIZE 4096

enum nas_status report_compare_write(const char *dir,
				     const struct nas_comparison *c,
				     struct nas_err *err)
{
	struct report report = { .comparison = c };
	char page[PATH_SIZE], plots[PATH_SIZE];
	int n;

	if (file_join(page, sizeof(page), dir, "compare.html", err) != NAS_OK ||
	    file_join(plots, sizeof(plots), dir, "plots", err) != NAS_OK ||
	    report_write_page(&report, page, true, err) != NAS_OK)
		return err->code;
	return report_write_charts(&n, &report, plots, true, err);
}
