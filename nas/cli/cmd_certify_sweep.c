/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas certify --sweep BUDGET=LO:HI:N: one certificate a value. */
#include <stdio.h>
#include <string.h>

#include "nas/cli/cmd_certify.h"
#include "nas/cli/load.h"
#include "nas/cli/print.h"
#include "nas/run/certify_curve.h"

#define POINTS_MAX 1000

static enum nas_status bad_sweep(const char *text, struct nas_err *err)
{
	return nas_fail(err, NAS_EUSAGE, "--sweep: '%s' is not "
			"BUDGET=LO:HI:N with 0 < LO <= HI and N from 1 to %d, "
			"such as flash_bytes=800000:1200000:5", text,
			POINTS_MAX);
}

static enum nas_status parse(struct certify_curve *s, const char *text,
			     struct nas_err *err)
{
	char name[32], part[3][64];
	double n = 0;

	if (sscanf(text, "%31[a-z_]=%63[^:]:%63[^:]:%63[^:]", name, part[0],
		   part[1], part[2]) != 4)
		return bad_sweep(text, err);
	if (certify_curve_budget(s, name, err) != NAS_OK ||
	    cli_parse_number("--sweep", part[0], 0, 1e18, &s->low, err) ||
	    cli_parse_number("--sweep", part[1], 0, 1e18, &s->high, err) ||
	    cli_parse_number("--sweep", part[2], 1, POINTS_MAX, &n, err))
		return err->code;
	s->n = (int)n;
	if (s->low <= 0 || s->low > s->high || n != s->n)
		return bad_sweep(text, err);
	return NAS_OK;
}

static void print_points(const struct certify_curve *s, const char *score)
{
	struct nas_text t = {0};
	char count[80];

	text_addf(&t, "%s\tat most\t%s\tgap %%\tstructure\n", s->name,
		  score);
	for (int i = 0; i < s->done; i++) {
		const struct certify_point *p = &s->point[i];
		const struct nas_certificate_record *r = &p->record;

		text_add(&t, with_commas(count, sizeof(count), p->value));
		if (!r->known) {
			text_addf(&t, "\t\t\t\t%s\n",
				  r->bounded ? "none known"
					     : "proven infeasible");
			continue;
		}
		text_addf(&t, "\t%.4f\t%.4f\t%.4f\t", r->upper_bound,
			  r->score, 100 * r->gap);
		text_add_structure(&t, &p->best.arch);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static enum nas_status write_points(const struct cli *cli,
				    const struct certify_curve *s,
				    const char *name, struct nas_err *err)
{
	struct nas_text t = {0};

	if (!cli->output)
		return NAS_OK;
	if (output_is_json(cli))
		return output_write_json(cli, certify_curve_json(s, name), err);
	certify_curve_csv(&t, s);
	(void)!output_write_text(cli, &t, err);
	text_free(&t);
	return err->code;
}

enum nas_status certify_sweep(const struct cli *cli,
			      struct nas_certify_job *job, const char *text,
			      struct nas_err *err)
{
	const char *name = job->config.name;
	struct certify_curve s = {0};

	if (parse(&s, text, err) != NAS_OK ||
	    certify_curve_run(&s, job, err) != NAS_OK ||
	    write_points(cli, &s, name, err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		; /* the points are there */
	else if (!cli->json)
		print_points(&s, job->config.score_def->title);
	else if (print_json(certify_curve_json(&s, name), err) != NAS_OK)
		return err->code;
	if (s.done < s.n)
		return nas_fail(err, NAS_EINTERRUPTED,
				"interrupted after %d of %d points", s.done,
				s.n);
	return NAS_OK;
}
