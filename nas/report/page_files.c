/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the next tool takes: files of the folder, and those that a command makes. */
#include "nas/report/page.h"
#include "nas/report/table.h"
#include "spaces/arch.h"

static void add_row(struct nas_text *t, const char *what, const char *how)
{
	text_add(t, "<tr><td>");
	text_escape(t, what);
	text_add(t, "</td><td><code>");
	text_escape(t, how);
	text_add(t, "</code></td></tr>\n");
}

void page_files(struct nas_text *t, const struct report_run *run)
{
	static const struct column columns[] = {
		{"For", COLUMN_TEXT}, {"File, or command in the run's folder",
				       COLUMN_TEXT}};
	const bool bits = arch_is_quantised(&run->best[0].of->arch);

	if (!run->best[0].rank)
		return;
	text_add(t, "<section>\n<h2>To hand over</h2>\n");
	table_open(t, columns, 2);
	add_row(t, "nas, scripts", "best/001/architecture.json");
	add_row(t, "ONNX Runtime", "best/001/model.onnx");
	add_row(t, "PyTorch, to train it", "best/001/model.py");
	if (bits) {
		add_row(t, "a microcontroller, in C",
			"nas export best/001/architecture.json --to c -o board");
		add_row(t, "is that what the network computes?",
			"nas verify best/001/architecture.json");
		add_row(t, "TensorFlow Lite (8-bit maps, weights of 8 or 4 "
			   "bits)",
			"nas export best/001/architecture.json --to tflite -o "
			"net.tflite");
	}
	add_row(t, "spreadsheets, layer by layer", "best/001/layers.csv");
	table_close(t);
	if (run->nbest > 1)
		text_addf(t, "<p class=\"note\">The networks of other ranks are "
			     "in best/002 and so on. A file that was trained "
			     "goes where architecture.json stands.</p>\n");
	text_add(t, "</section>\n");
}
